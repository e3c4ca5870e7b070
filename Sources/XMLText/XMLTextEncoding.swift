@_spi(Package) import Bytes

/// Decodes a document to UTF-8 before libxml2 sees it, so that libxml2 never converts and never meets a lying encoding.
///
/// Read are UTF-8, US-ASCII, UTF-16, ISO-8859-1 and windows-1252. Source: XML 1.0, section 4.3.3 and appendix F.
package enum XMLTextEncoding: Sendable, Hashable {
    case utf8, ascii, utf16LittleEndian, utf16BigEndian, latin1, windows1252

    /// The encoding of the bytes and how many bytes of byte-order mark to skip.
    static func detect(_ bytes: ByteView) throws(XMLError) -> (encoding: XMLTextEncoding, mark: Int) {
        // Most documents begin with the root or say UTF-8.
        if bytes.count >= 2, bytes[0] == UInt8(ascii: "<"), bytes[1].isASCIILetter { return (.utf8, 0) }
        if bytes.hasPrefix(#"<?xml version="1.0" encoding="UTF-8"?>"#) { return (.utf8, 0) }
        func starts(_ first: UInt8, _ second: UInt8) -> Bool {
            bytes.count >= 2 && bytes[0] == first && bytes[1] == second
        }
        func isZero(_ index: Int) -> Bool { index < bytes.count && bytes[index] == 0 }

        if bytes.count >= 4 && (starts(0xFF, 0xFE) && isZero(2) && isZero(3) || starts(0, 0) && !isZero(2)) {
            throw XMLError(kind: .encoding, offset: 0, reason: "The encoding UTF-32 is not supported")
        }
        if starts(0xFF, 0xFE) { return (.utf16LittleEndian, 2) }
        if starts(0xFE, 0xFF) { return (.utf16BigEndian, 2) }
        if starts(UInt8(ascii: "<"), 0) && !isZero(2) { return (.utf16LittleEndian, 0) }
        if starts(0, UInt8(ascii: "<")) { return (.utf16BigEndian, 0) }

        let hasMark = bytes.count >= 3 && starts(0xEF, 0xBB) && bytes[2] == 0xBF
        guard let declared = declaredName(bytes.slice((hasMark ? 3 : 0)..<bytes.count)) else {
            return (.utf8, hasMark ? 3 : 0)
        }
        let encoding: XMLTextEncoding
        switch declared.lowercased() {
        case "utf-8", "utf8": return (.utf8, hasMark ? 3 : 0)
        case "us-ascii", "ascii": encoding = .ascii
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1": encoding = .latin1
        case "windows-1252", "cp1252", "cp-1252": encoding = .windows1252
        case "utf-16", "utf16", "utf-16le", "utf-16be":
            throw XMLError(
                kind: .encoding, offset: 0, reason: "The text is declared as \(declared), but its bytes are not")
        default:
            throw XMLError(kind: .encoding, offset: 0, reason: "The encoding \(declared) is not supported")
        }
        if hasMark {
            throw XMLError(
                kind: .encoding, offset: 0,
                reason: "The text is declared as \(declared), but starts with the byte-order mark of UTF-8")
        }
        return (encoding, 0)
    }

    /// The value of `encoding` in the XML declaration, when there is a declaration that has one.
    private static func declaredName(_ bytes: ByteView) -> String? {
        var index = 0
        while index < bytes.count && bytes[index].isWhitespace { index += 1 }
        guard bytes.count - index > 5, bytes.slice(index..<index + 5).equals("<?xml"), bytes[index + 5].isWhitespace
        else {
            return nil
        }
        index += 5
        let word: StaticString = "encoding"
        while index < bytes.count && bytes[index] != UInt8(ascii: "?") && bytes[index] != UInt8(ascii: ">") {
            let length = word.utf8CodeUnitCount
            if index + length < bytes.count && bytes.slice(index..<index + length).equals(word) {
                index += length
                while index < bytes.count && (bytes[index].isWhitespace || bytes[index] == UInt8(ascii: "=")) {
                    index += 1
                }
                guard index < bytes.count, bytes[index] == 0x22 || bytes[index] == 0x27 else { return nil }
                let quote = bytes[index]
                let start = index + 1
                index = start
                while index < bytes.count && bytes[index] != quote && index - start < 64 { index += 1 }
                return bytes.slice(start..<index).text
            }
            index += 1
        }
        return nil
    }

    /// The text of a document in any encoding that is read, as UTF-8; bytes that fit none become U+FFFD.
    package static func text(of document: ByteView) -> String {
        guard let (encoding, mark) = try? detect(document) else { return document.text }
        let bytes = document.slice(mark..<document.count)
        if encoding == .utf8 { return bytes.text }
        var decoded = ByteBuffer()
        guard (try? encoding.decode(bytes, into: &decoded)) != nil else { return bytes.text }
        return decoded.string()
    }

    /// Writes the bytes as UTF-8.
    func decode(_ bytes: ByteView, into text: inout ByteBuffer) throws(XMLError) {
        text.removeAll()
        text.reserve(bytes.count * 3 / 2 + 8)
        switch self {
        case .utf8: text.append(bytes)
        case .ascii, .latin1, .windows1252: try decodeSingleBytes(bytes, into: &text)
        case .utf16LittleEndian, .utf16BigEndian: try decodeUTF16(bytes, into: &text)
        }
    }

    private func decodeSingleBytes(
        _ bytes: ByteView, into text: inout ByteBuffer
    ) throws(XMLError) {
        for byte in bytes {
            if byte < 0x80 {
                text.append(byte)
            } else if self == .ascii {
                throw XMLError(
                    kind: .encoding, offset: text.count,
                    reason: "The text is declared as US-ASCII, but has other characters")
            } else if self == .windows1252 && byte < 0xA0 {
                let scalar = Self.windows1252Scalars[Int(byte - 0x80)]
                guard scalar != 0, let scalar = Unicode.Scalar(scalar) else {
                    throw XMLError(
                        kind: .encoding, offset: text.count,
                        reason: "The text has a byte that windows-1252 does not use")
                }
                text.append(scalar: scalar)
            } else {
                text.append(scalar: Unicode.Scalar(byte))
            }
        }
    }

    private func decodeUTF16(_ bytes: ByteView, into text: inout ByteBuffer) throws(XMLError) {
        var decoder = UTF16Decoder(isBigEndian: self == .utf16BigEndian)
        decoder.decode(bytes.slice(0..<(bytes.count & ~1)), into: &text)
        let end = text.count
        decoder.finish(into: &text)
        if let half = decoder.problem {
            throw XMLError(kind: .encoding, offset: half, reason: "The UTF-16 text has half of a character")
        }
        if bytes.count & 1 == 1 {
            throw XMLError(
                kind: .encoding, offset: end, reason: "The UTF-16 text ends in the middle of a character")
        }
        if let declared = Self.declaredName(text.bytes), !declared.lowercased().hasPrefix("utf-16") {
            throw XMLError(kind: .encoding, offset: 0, reason: "The text is declared as \(declared), but it is UTF-16")
        }
    }

    /// Scalars of the bytes 0x80 to 0x9F; 0 where there is none.
    private static let windows1252Scalars: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]
}
