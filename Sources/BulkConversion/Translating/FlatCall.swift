@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// Reads a call as most archives have it, `{"id":"…","xmlData":"…"}`: one object of a lead id and a document, nothing else. Takes no
/// memory once it is warm.
struct FlatCall: ~Copyable {
    private var unescaped = ByteBuffer(minimumCapacity: 8192)

    /// The call read last; views of its text and of this reader's memory, valid until the next.
    private(set) var parts = CallParts()

    /// Reads a call at the start of a text.
    ///
    /// - Parameters:
    ///   - padded: begins with the object; in lines what follows it is there too.
    ///   - isLine: whether it ends at a line feed; if not, line feeds are white space like any other.
    /// - Returns: the length of the line without its line feed; `nil` for anything else, broken or only unusual.
    @inline(__always)
    mutating func read(_ padded: PaddedView, isLine: Bool) -> Int? {
        let text = padded.bytes
        guard text.count >= 2, text[0] == UInt8(ascii: "{") else { return nil }
        let end = text.count
        var at = 1
        var id: ByteView?
        var hasXML = false
        var isRowID = false
        unescaped.removeAll()
        while true {
            Self.skipBlanks(text, &at, isLine)
            guard at < end, text[at] == UInt8(ascii: "\"") else { return nil }
            at += 1
            let nameStart = at
            while at < end, text[at].isASCIILetter || text[at] == UInt8(ascii: "_") { at += 1 }
            guard at < end, text[at] == UInt8(ascii: "\"") else { return nil }
            let name = text.slice(nameStart..<at)
            at += 1
            Self.skipBlanks(text, &at, isLine)
            guard at < end, text[at] == UInt8(ascii: ":") else { return nil }
            at += 1
            Self.skipBlanks(text, &at, isLine)
            if name.equals("xmlData") {
                guard !hasXML, at < end, text[at] == UInt8(ascii: "\"") else { return nil }
                at += 1
                guard EscapedString.unescape(padded, from: &at, to: &unescaped) else { return nil }
                hasXML = true
            } else if name.equals("leadId") || name.equals("lead_id") || name.equals("id") {
                guard id == nil, at < end else { return nil }
                isRowID = name.count == 2
                let isQuoted = text[at] == UInt8(ascii: "\"")
                if isQuoted { at += 1 }
                let start = at
                at += padded.digitCount(from: at)
                let digits = text.slice(start..<at)
                guard digits.count >= 1, digits.count <= 20 else { return nil }
                if isQuoted {
                    guard at < end, text[at] == UInt8(ascii: "\"") else { return nil }
                    at += 1
                } else if digits[0] == UInt8(ascii: "0"), digits.count > 1 {
                    return nil
                }
                id = digits
            } else {
                return nil
            }
            Self.skipBlanks(text, &at, isLine)
            guard at < end else { return nil }
            if text[at] == UInt8(ascii: ",") {
                at += 1
                continue
            }
            guard text[at] == UInt8(ascii: "}") else { return nil }
            at += 1
            break
        }
        Self.skipBlanks(text, &at, isLine)
        guard at == end || text[at] == 0x0A, let id, hasXML, unescaped.count > 0 else { return nil }
        // XML that begins otherwise may be percent-encoded, or blank. A short plain id may be a row number.
        guard unescaped.bytes[0] == UInt8(ascii: "<"), !isRowID || id.count >= 10 else { return nil }
        parts.leadID = id
        parts.xml = unescaped.bytes
        return at
    }

    @inline(__always)
    private static func skipBlanks(_ text: ByteView, _ at: inout Int, _ isLine: Bool) {
        while at < text.count, text[at].isWhitespace, !isLine || text[at] != 0x0A { at += 1 }
    }
}
