@_spi(Package) import Bytes
import ConvertLead

/// The lines that the body of a call or a reply takes up, where nothing tells their length.
enum BodyLines {
    /// Offset of the line after the body that begins at `start`: after the line with which it is whole, or before a line that begins
    /// another call; `nil` when more text is needed.
    ///
    /// - Parameter stops: whether a line ends the body in any case.
    static func end(
        of text: ByteView, from start: Int, isWhole: Bool, stops: (ByteView) -> Bool
    ) -> Int? {
        let whole = wholeLength(of: text.dropping(start)).map { start + $0 }
        var index = start
        while true {
            guard let feed = text.offset(of: 0x0A, from: index) else { return isWhole ? text.count : nil }
            index = feed + 1
            if let whole, index >= whole { return index }
            if index == text.count { return isWhole ? index : nil }
            if stops(text.dropping(index)) || beginsCall(at: index, in: text) { return index }
        }
    }

    /// Length of a body up to where nothing of it is open; `nil` for XML, JSON or a form that goes on after the text.
    static func wholeLength(of text: ByteView) -> Int? {
        let body = text.trimmingLeadingWhitespace()
        let front = text.count - body.count
        switch body.first {
        case UInt8(ascii: "<"): return RawXML.rootEnd(in: body).map { front + $0 }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            var scanner = JSONBoundaryScanner()
            switch scanner.scan(body) {
            case .end(let length), .broken(let length): return front + length
            case .open: return nil
            }
        default:
            return (body.hasPrefix("--") ? multipartLength(of: body) : formLength(of: body)).map { front + $0 }
        }
    }

    /// Length up to the last delimiter of a multipart body.
    private static func multipartLength(of body: ByteView) -> Int? {
        let delimiter = body.slice(0..<(body.offset(of: 0x0A) ?? body.count)).trimmingTrailingWhitespace()
        var index = delimiter.count
        while let next = body.offset(of: delimiter, from: index) {
            index = next + delimiter.count
            if body.dropping(index).hasPrefix("--") { return index + 2 }
        }
        return nil
    }

    /// Length of parameters: a line, more where `&` ends one or begins the next, or raw XML goes on.
    private static func formLength(of body: ByteView) -> Int? {
        var end = body.offset(of: 0x0A) ?? body.count
        while body.slice(0..<end).trimmingTrailingWhitespace().last == UInt8(ascii: "&")
            || body.dropping(end).trimmingLeadingWhitespace().first == UInt8(ascii: "&")
        {
            guard end < body.count else { return nil }
            end = body.offset(of: 0x0A, from: end + 1) ?? body.count
        }
        guard let value = RawCall.rawValue(in: body.slice(0..<end)) else { return end }
        return RawXML.rootEnd(in: body.dropping(value)).map { value + $0 }
    }

    /// Whether a line begins another call although the body before it is open. Lines of XML and JSON that are set in do not.
    private static func beginsCall(at index: Int, in text: ByteView) -> Bool {
        let rest = text.dropping(index)
        if rest.first == UInt8(ascii: "<") { return RawXML.isRequest(rest) }
        guard let first = rest.first, !first.isWhitespace, !"\"}],".utf8.contains(first) else { return false }
        let line = rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count))
        return RequestMarks.isIn(line) && EntryStart.isEntry(at: index, in: text)
    }
}
