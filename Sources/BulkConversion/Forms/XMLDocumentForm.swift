@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// An XML document, from its declaration, comment or root to the end of its root.
    static let document = ArchiveForm(
        name: "XML document",
        sign: """
            an XML declaration or comment, or the root `Potentials`, `Deals` or `Leads`; an entry ends with its \
            root
            """,
        sample: "form-xml-documents",
        mayBeginWith: { [UInt8(ascii: "<"), 0, 0xEF, 0xFE, 0xFF].contains($0) },
        begins: { start in
            if XMLDocument.beginsUTF16(start.text) {
                return .block { text, isWhole in XMLDocument.endOfUTF16(text) ?? (isWhole ? text.count : nil) }
            }
            guard XMLDocument.begins(start.text) else { return nil }
            return .block { text, _ in XMLDocument.end(of: text) }
        },
        unwrap: { text, entry in
            if let reason = XMLDocument.reasonToSkip(text) { return entry.skip(reason) }
            if XMLDocument.isOfAnotherKind(text) {
                return entry.refuse(
                    .archiveEntry,
                    "This is XML of another kind, which may hold requests inside; export them as JSON, CSV or SQL"
                )
            }
            entry.calls.read(text, log: &entry.log)
            entry.judge()
        })
}

/// XML documents in archives, as far as their borders and roots go.
enum XMLDocument {
    /// Whether a text begins like XML: not every `<` does, such as the priority of a syslog line.
    static func begins(_ text: ByteView) -> Bool {
        if text.first == 0xEF { return text.hasPrefix("\u{FEFF}<?xml") }
        guard text.first == UInt8(ascii: "<"), text.count > 1, !PHPScript.begins(text) else { return false }
        let next = text[1]
        // An address may stand between brackets.
        if RawXML.name(ofTag: text).last == UInt8(ascii: ":"),
            text.dropping(RawXML.name(ofTag: text).count + 1).hasPrefix("//")
        {
            return false
        }
        return next.isASCIILetter || next == UInt8(ascii: "?") || next == UInt8(ascii: "!") || next == UInt8(ascii: "_")
            || next >= 0x80
    }

    /// Units after a mark of UTF-16 of which one at least is ASCII.
    private static let unitsAfterMark = 16

    /// Whether a text begins like XML in UTF-16, or like any text in it with a mark.
    static func beginsUTF16(_ text: ByteView) -> Bool {
        let less = UInt8(ascii: "<")
        // A zero may be before a document in UTF-8.
        if text.starts(with: [less, 0]) || text.starts(with: [0, less]) && text.dropping(2).first ?? 0 == 0 {
            return true
        }
        let isBig = text.starts(with: [0xFE, 0xFF])
        guard isBig || text.starts(with: [0xFF, 0xFE]) else { return false }
        let units = text.slice(2..<min(text.count, 2 + 2 * unitsAfterMark) & ~1)
        return stride(from: 0, to: units.count, by: 2).contains { index in
            let (high, low) = isBig ? (units[index], units[index + 1]) : (units[index + 1], units[index])
            return high == 0 && low != 0
        }
    }

    /// Where a text in UTF-16 ends before another one: at the first line without a zero that begins an entry. `nil` without one.
    static func endOfUTF16(_ text: ByteView) -> Int? {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            // The second byte of the line feed.
            if text.dropping(index).first == 0 { index += 1 }
            let line = text.slice(index..<(text.offset(of: 0x0A, from: index) ?? text.count))
            if line.offset(of: 0) == nil, EntryStart.isEntry(at: index, in: text) { return index }
        }
        return nil
    }

    /// Offset after the root's end; before the next document where the root is not closed; after what is before a root where other text
    /// follows instead. `nil` without any of them.
    static func end(of text: ByteView) -> Int? {
        let root: Int
        switch RawXML.prologue(of: text) {
        case .root(let start): root = start
        case .ended(let end): return end
        case .open: return nil
        }
        let end = RawXML.rootEnd(in: text)
        let name = RawXML.name(ofTag: text.dropping(root))
        var index = root + 1
        while let open = text.offset(of: UInt8(ascii: "<"), from: index), end.map({ open < $0 }) ?? true {
            index = open + 1
            let rest = text.dropping(open)
            let isLineStart = text.slice(0..<open).trimmingBlanks().last == 0x0A
            // No document has its own root, or a declaration, inside.
            let isOwnRoot = rest.dropping(1).first == name.first && RawXML.name(ofTag: rest).elementsEqual(name)
            if isLineStart, isOwnRoot || rest.hasPrefix("<?xml ") { return open }
            if isOwnRoot, !isLineStart, !isQuoted(open, in: text, from: root) {
                let lines = text.slice(0..<(text.offset(of: 0x0A, from: open) ?? text.count))
                return EntryStart.nextOther(in: lines) ?? end
            }
        }
        return end
    }

    /// Whether a comment or CDATA section has an offset.
    private static func isQuoted(_ offset: Int, in text: ByteView, from start: Int) -> Bool {
        var index = start
        while let section = text.offset(of: "<!", from: index), section < offset {
            index = section + (RawXML.skippedLength(text.dropping(section))?.end ?? 2)
        }
        return index > offset
    }

    /// What a document is when it is no request and holds none, by the name of its root: a reply, a web page, a picture.
    static func reasonToSkip(_ text: ByteView) -> SkipReason? {
        let text = text.trimmingLeadingWhitespace()
        guard let root = RawXML.rootStart(in: text) else {
            if RequestMarks.isIn(text) { return nil }
            return text.hasPrefixIgnoringCase("<!doctype html")
                ? .page : text.first == UInt8(ascii: "<") ? .otherText : nil
        }
        let name = RawXML.localName(ofTag: text.dropping(root))
        if RawXML.isRequest(root: name) { return nil }
        let reason = reasonToSkip(root: name)
        guard !beginsUTF16(text), let tag = RawXML.tagLength(text.dropping(root)) else {
            // What is cut off or in another encoding hides its marks.
            return reason
        }
        // The tag of a reply names the address that was called.
        return RequestMarks.isIn(reason == .reply ? text.dropping(root + tag) : text) ? nil : reason ?? .otherText
    }

    private static func reasonToSkip(root name: ByteView) -> SkipReason? {
        if name.equals("success") || name.equals("response") { return .reply }
        if name.equalsIgnoringCase("html") { return .page }
        return name.equals("svg") ? .picture : nil
    }

    /// Whether the root of a document is none of v1 and has requests or calls as text inside.
    static func isOfAnotherKind(_ text: ByteView) -> Bool {
        let text = text.trimmingLeadingWhitespace()
        guard let root = RawXML.rootStart(in: text) else { return false }
        let name = RawXML.localName(ofTag: text.dropping(root))
        // One that is written in other letters is v1's all the same.
        if RawXML.isRequest(root: name) || name.equalsIgnoringCase("Potentials") { return false }
        let inside = text.dropping(root + 1)
        return inside.offsetIgnoringCase(of: "Potentials") != nil || JSONCallSearch.hasDocument(inside)
            || inside.offsetIgnoringCase(of: "convertLead") != nil || reasonToSkip(root: name) != nil
    }
}

extension ByteView {
    /// The bytes without blanks and tabs at their end.
    fileprivate func trimmingBlanks() -> ByteView {
        var end = count
        while end > 0, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return slice(0..<end)
    }
}
