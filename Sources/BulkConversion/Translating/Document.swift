@_spi(Package) import Bytes
import ConvertLead
import XMLText

/// The v1 document in what was recognised as `xmlData`: the only text of an entry that a dead letter keeps.
enum Document {
    /// The document in a value, as it is in the archive but decoded; empty when there is none, or when it cannot be written as it is.
    ///
    /// From the `<` of a root `Potentials`, `Deals` or `Leads` to the root's end, or to the value's end.
    ///
    /// - Parameters:
    ///   - isEndKnown: whether the value ends where the document does; of raw XML between other text only ``RawXML/surePart(of:)``.
    ///   - isEncodingKnown: whether its encoding was no problem.
    ///   - keepsProlog: whether what comes before the root is kept, because an error is there.
    static func text(
        of parts: CallParts, isEndKnown: Bool, isEncodingKnown: Bool,
        keepsProlog: (_ rootOffset: Int, _ text: ByteView) -> Bool
    ) -> String {
        if parts.xml.isEmpty { return "" }
        if parts.isXMLDecoded, String(validating: parts.xml.buffer, as: UTF8.self) != nil {
            return kept(parts.xml, isEndKnown, keepsProlog)
        }
        // A mark and a declaration that contradict each other leave open what the bytes mean.
        if !isEncodingKnown, parts.xml.hasPrefix("\u{FEFF}") { return "" }
        var text = XMLTextEncoding.text(of: parts.xml)
        // A byte that is no character cannot be written as it is.
        let replacement: StaticString = "\u{FFFD}"
        if parts.xml.offset(of: replacement) == nil, text.contains("\u{FFFD}") { return "" }
        return text.withByteView { kept($0, isEndKnown, keepsProlog) }
    }

    private static func kept(_ text: ByteView, _ isEndKnown: Bool, _ keepsProlog: (Int, ByteView) -> Bool) -> String {
        guard let root = RawXML.rootStart(in: text), RawXML.isRequest(text.dropping(root)) else { return "" }
        let first = text.offset(of: UInt8(ascii: "<")) ?? root
        let start = keepsProlog(root, text) ? first : root
        let rest = text.trimmingTrailingWhitespace().dropping(root)
        let openEnd = root + (isEndKnown ? RawXML.ownPart(of: rest) : RawXML.surePart(of: rest)).count
        let document = text.slice(start..<(RawXML.rootEnd(in: text) ?? openEnd))
        return String(validating: document.buffer, as: UTF8.self) ?? ""
    }

    /// The first document in a text of any form; `nil` without one, or when it is not closed.
    static func first(in text: ByteView) -> ByteView? { range(in: text).map { text.slice($0) } }

    /// Whether a document begins in a text, be it closed or not.
    static func begins(in text: ByteView) -> Bool {
        RequestMarks.nextRoot(in: text).map { text[$0.lowerBound] == UInt8(ascii: "<") } ?? false
    }

    /// Where the first document in a text of any form is; `nil` without one, or when it is not closed.
    static func range(in text: ByteView, from start: Int = 0) -> Range<Int>? {
        var index = start
        while let open = text.offset(of: UInt8(ascii: "<"), from: index) {
            let rest = text.dropping(open)
            if RawXML.isRequest(rest), RawXML.rootStart(in: rest) == 0 {
                return RawXML.rootEnd(in: rest).map { open..<(open + $0) }
            }
            index = open + 1
        }
        return nil
    }
}
