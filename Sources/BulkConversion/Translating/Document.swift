@_spi(Package) import Bytes
import ConvertLead
import XMLText

/// The v1 document in what was recognised as `xmlData`: the only text of an entry that a dead letter keeps.
enum Document {
    /// The document in a value, as it is in the archive but decoded; empty when there is none, or when it cannot be written as it is.
    ///
    /// From the `<` of a root `Potentials`, `Deals` or `Leads` to the root's end, or to the value's end.
    ///
    /// - Parameter keepsProlog: whether what comes before the root is kept, because an error is there.
    static func text(of parts: CallParts, keepsProlog: (_ rootOffset: Int, _ text: ByteView) -> Bool) -> String {
        if parts.xml.isEmpty { return "" }
        if parts.isXMLDecoded, String(validating: parts.xml.buffer, as: UTF8.self) != nil {
            return kept(parts.xml, keepsProlog)
        }
        var text = XMLTextEncoding.text(of: parts.xml)
        // A byte that is no character cannot be written as it is.
        let replacement: StaticString = "\u{FFFD}"
        if parts.xml.offset(of: replacement) == nil, text.contains("\u{FFFD}") { return "" }
        return text.withByteView { kept($0, keepsProlog) }
    }

    private static func kept(_ text: ByteView, _ keepsProlog: (Int, ByteView) -> Bool) -> String {
        guard let root = RawXML.rootStart(in: text), RawXML.isRequest(text.dropping(root)) else { return "" }
        let first = text.offset(of: UInt8(ascii: "<")) ?? root
        let start = keepsProlog(root, text) ? first : root
        let document = text.slice(start..<(RawXML.rootEnd(in: text) ?? text.trimmingTrailingWhitespace().count))
        return String(validating: document.buffer, as: UTF8.self) ?? ""
    }

    /// The first document in a text of any form; `nil` without one.
    static func first(in text: ByteView) -> ByteView? {
        var index = 0
        while let open = text.offset(of: UInt8(ascii: "<"), from: index) {
            let rest = text.dropping(open)
            if RawXML.isRequest(rest), RawXML.rootStart(in: rest) == 0 {
                return RawXML.rootEnd(in: rest).map { rest.slice(0..<$0) }
            }
            index = open + 1
        }
        return nil
    }
}
