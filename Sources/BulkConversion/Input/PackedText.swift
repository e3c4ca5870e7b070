@_spi(Package) import Bytes
import ConvertLead

/// Text that was compressed with gzip and written in base64, as CloudWatch Logs hands it on.
enum PackedText {
    /// What such a text begins with.
    private static let mark: StaticString = "H4sI"
    /// Texts looked at in an entry, so that hostile text costs a known time.
    private static let mostTexts = 16

    /// Whether a text may hold such text.
    static func mayBeIn(_ text: ByteView) -> Bool { text.offset(of: mark) != nil }

    /// Whether a text holds such text with signs of a request.
    static func holdsRequest(_ text: ByteView) -> Bool {
        var index = 0
        for _ in 0..<mostTexts {
            guard let start = text.offset(of: mark, from: index) else { return false }
            let run = text.dropping(start)
            let end = start + (run.firstIndex { !isOfBase64($0) } ?? run.count)
            var packed = ByteBuffer(minimumCapacity: end - start)
            packed.append(base64: text.slice(start..<end))
            if let plain = Inflater.gunzipped(packed.bytes), plain.withByteView({ RequestMarks.isIn($0) }) {
                return true
            }
            index = end
        }
        return false
    }

    private static func isOfBase64(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte.isOne(of: "+/-_=\\\r\n")
    }
}
