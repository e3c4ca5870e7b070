@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// An XML element after other words with a request inside, or a request that goes on over the following lines.
    static let loggedElement = ArchiveForm(
        name: "XML after other words",
        sign: """
            other words before the tag of an XML element of any kind, perhaps over several lines; one with a request inside is a dead \
            letter
            """,
        sample: "log-xml-over-lines",
        mentions: .inWords,
        begins: { LoggedElement.cut($0) },
        unwrap: { text, entry in entry.unwrapUnrecognized(text, isSuspect: RequestMarks.isIn(text)) })
}

/// An XML element that begins in the line of a log, after other words.
enum LoggedElement {
    /// Tags tried in a line, and end tags tried for an element, so that hostile text costs no more than a few looks at it.
    private static let (mostTags, mostEndTags) = (8, 64)
    /// Bytes in which an element has its end and a mark of a request when its first line has none.
    private static let mostUnmarked = 16_384

    /// How the entry is cut that begins with a line; `nil` when it has no element with a request in it, or only requests as they are.
    static func cut(_ start: EntryStart) -> Cut? {
        let line = start.text.slice(0..<start.lineLength)
        var index = 0
        for _ in 0..<mostTags {
            guard let open = line.offset(of: UInt8(ascii: "<"), from: index) else { return nil }
            index = open + 1
            let rest = line.dropping(open)
            guard isTag(rest), let length = RawXML.tagLength(rest) else { continue }
            if let end = RawXML.rootEnd(in: rest) {
                if !RawXML.isRequest(rest), RequestMarks.isIn(rest.slice(0..<end)) { return .line }
                index = open + end
                continue
            }
            // What words have between brackets is no element, even before one.
            let inside = rest.dropping(length)
            guard inside.first == UInt8(ascii: "<") || inside.trimmingWhitespace().isEmpty else { continue }
            guard RequestMarks.isIn(rest) || isMarked(start.text.dropping(open), lineLength: rest.count) else {
                return nil
            }
            return .block { text, isWhole in end(of: text, ofTagAt: open, isWhole: isWhole) }
        }
        return nil
    }

    /// Whether an element that begins in a line without a mark has one on the following lines, and its end soon after.
    private static func isMarked(_ text: ByteView, lineLength: Int) -> Bool {
        let ahead = text.slice(0..<min(text.count, mostUnmarked))
        // Whether it is closed is asked only where that may matter.
        guard isTag(ahead.dropping(lineLength).trimmingLeadingWhitespace()), RequestMarks.holdsWord(ahead) else {
            return false
        }
        return RawXML.rootEnd(in: ahead).map { RequestMarks.isIn(ahead.slice(0..<$0)) } ?? false
    }

    private static func isTag(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "<"), let next = text.dropping(1).first else { return false }
        return next.isASCIILetter || next == UInt8(ascii: "_") || next >= 0x80
    }

    /// Offset after the line in which the element is closed; of one that is cut off before the next line that begins another entry.
    private static func end(of text: ByteView, ofTagAt open: Int, isWhole: Bool) -> Int? {
        let name = RawXML.name(ofTag: text.dropping(open))
        var index = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        var endTags = 0
        // A call that begins a line may be inside, or after an element that is cut off.
        var call: Int?
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed)
            let next = min(feed + 1, text.count)
            let first = line.trimmingLeadingWhitespace()
            if first.first == UInt8(ascii: "<") {
                // No document has its own root inside.
                if RawXML.name(ofTag: first).elementsEqual(name) { return call ?? index }
                if call == nil, RawXML.isRequest(first) || EntryStart.isCall(at: index, in: text) { call = index }
            } else if EntryStart.isEntry(at: index, in: text) {
                return call ?? index
            }
            if line.offset(of: "</").map({ hasEndTag(line.dropping($0), name) }) ?? false {
                if RawXML.rootEnd(in: text.slice(open..<next)) != nil { return next }
                endTags += 1
                if endTags == mostEndTags { return call ?? index }
            }
            index = next
        }
        return isWhole ? call ?? text.count : nil
    }

    /// Whether a text that begins with an end tag has one of a name.
    private static func hasEndTag(_ text: ByteView, _ name: ByteView) -> Bool {
        var index = 0
        while let tag = text.offset(of: "</", from: index) {
            index = tag + 2
            if text.dropping(index).hasPrefix(name) { return true }
        }
        return false
    }
}
