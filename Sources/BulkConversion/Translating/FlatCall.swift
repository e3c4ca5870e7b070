@_spi(Package) import Bytes
import ConvertLead

/// Reads a call as most archives have it, `{"id":"…","xmlData":"…"}`: one object of a lead id and a document, nothing else. Takes no
/// memory once it is warm.
struct FlatCall: ~Copyable {
    private var unescaped = ByteBuffer(minimumCapacity: 8192)

    /// The call read last; views of its text and of this reader's memory, valid until the next.
    private(set) var parts = CallParts()

    /// Reads a call at the start of a text.
    ///
    /// - Parameters:
    ///   - text: begins with the object; in lines what follows it is there too. It lies in a ``ByteBuffer``.
    ///   - isLine: whether it ends at a line feed; if not, line feeds are white space like any other.
    /// - Returns: the length of the line without its line feed; `nil` for anything else, broken or only unusual.
    @inline(__always)
    mutating func read(_ text: ByteView, isLine: Bool) -> Int? {
        guard let start = text.baseAddress, text.count >= 2, start.pointee == UInt8(ascii: "{") else { return nil }
        let end = start + text.count
        var at = start + 1
        var id: ByteView?
        var hasXML = false
        var isRowID = false
        unescaped.removeAll()
        unescaped.reserve(text.count)
        while true {
            Self.skipBlanks(&at, end, isLine)
            guard at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
            at += 1
            let nameStart = at
            while at < end, at.pointee.isASCIILetter || at.pointee == UInt8(ascii: "_") { at += 1 }
            guard at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
            let name = ByteView(start: nameStart, count: at - nameStart)
            at += 1
            Self.skipBlanks(&at, end, isLine)
            guard at < end, at.pointee == UInt8(ascii: ":") else { return nil }
            at += 1
            Self.skipBlanks(&at, end, isLine)
            if name.equals("xmlData") {
                guard !hasXML, at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
                at += 1
                guard let target = EscapedString.unescape(&at, end, to: unescaped.base) else { return nil }
                unescaped.count = target - unescaped.base
                hasXML = true
            } else if name.equals("leadId") || name.equals("lead_id") || name.equals("id") {
                guard id == nil, at < end else { return nil }
                isRowID = name.count == 2
                let isQuoted = at.pointee == UInt8(ascii: "\"")
                if isQuoted { at += 1 }
                let start = at
                at += min(at.leadingDigits, end - at)
                let digits = ByteView(start: start, count: at - start)
                guard digits.count >= 1, digits.count <= 20 else { return nil }
                if isQuoted {
                    guard at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
                    at += 1
                } else if digits[0] == UInt8(ascii: "0"), digits.count > 1 {
                    return nil
                }
                id = digits
            } else {
                return nil
            }
            Self.skipBlanks(&at, end, isLine)
            guard at < end else { return nil }
            if at.pointee == UInt8(ascii: ",") {
                at += 1
                continue
            }
            guard at.pointee == UInt8(ascii: "}") else { return nil }
            at += 1
            break
        }
        Self.skipBlanks(&at, end, isLine)
        guard at == end || at.pointee == 0x0A, let id, hasXML, unescaped.count > 0 else { return nil }
        // XML that begins otherwise may be percent-encoded, or blank. A short plain id may be a row number.
        guard unescaped.base.pointee == UInt8(ascii: "<"), !isRowID || id.count >= 10 else { return nil }
        parts.leadID = id
        parts.xml = unescaped.bytes
        return at - start
    }

    @inline(__always)
    private static func skipBlanks(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ isLine: Bool) {
        while at < end, at.pointee.isWhitespace, !isLine || at.pointee != 0x0A { at += 1 }
    }
}
