@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// YAML, as recorders, HTTP clients and databases write it: VCR, vcrpy, php-vcr, Insomnia, phpMyAdmin, and what PyYAML and Psych dump.
    static let yaml = ArchiveForm(
        name: "part of a YAML document",
        sign: """
            `---`, a list of mappings or a mapping of YAML, such as the cassettes of VCR or an export of Insomnia; \
            each item of its lists is an entry
            """,
        sample: "form-cassette-yaml",
        mayBeginWith: { $0.isASCIILetter || $0.isOne(of: "-%#:_\"'") },
        begins: { start in
            // The history of fish looks like YAML and has other escapes.
            guard YAMLLines.begins(start.text), CommandFile(start.text) != .fishHistory else { return nil }
            return .sequence(YAMLParts())
        },
        unwrap: { text, entry in
            guard let yaml = entry.yaml else {
                return entry.refuse(.archiveEntry, "YAML is read by the command convertlead only, not by the library")
            }
            guard let json = yaml(YAMLLines.item(text)) ?? wholeLines(of: text, entry).flatMap(yaml) else {
                if entry.unwrapAsOtherForms(text) { return }
                var parts = CallParts()
                parts.xml = Document.first(in: text) ?? .empty
                return entry.refuse(
                    .archiveEntry, "The text looks like YAML, but it is broken or has an alias of something outside it",
                    keeping: parts)
            }
            entry.scratch.removeAll()
            entry.scratch.append(json)
            JSONEntry.unwrap(entry.scratch.bytes, &entry, isPlaced: false)
        })

    /// The lines before one that may be cut off, when that has nothing of a request; `nil` without such a line.
    private static func wholeLines(of text: ByteView, _ entry: borrowing EntryTranslator) -> [UInt8]? {
        let end = text.endOfLastLine
        guard entry.entry.mayBeCutOff, !RequestMarks.isIn(text.dropping(end)) else { return nil }
        return YAMLLines.item(text.slice(0..<end))
    }
}

/// The parts of YAML documents: items of a list, or a mapping as a whole.
private final class YAMLParts: EntrySequence {
    /// Whether a document begins, so that a mapping is all of it.
    private var isAtStart = true

    func goesOn(at start: EntryStart) -> Bool { false }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        while !chunk.isFull {
            if let end = skipBlanks(window, chunk, place) { return end }
            let text = window.bytes
            if YAMLLines.isFrame(text) {
                isAtStart = text.hasPrefix("---") || isAtStart
                takeLine(window, chunk, place)
                continue
            }
            if CommandFile(text) == .fishHistory { return .over }
            if YAMLLines.isItem(text) {
                take(window, into: chunk, place) { YAMLLines.end(ofItem: $0) }
            } else if YAMLLines.key(of: text) != nil {
                if isAtStart, !YAMLLines.hasList(text) {
                    take(window, into: chunk, place) { YAMLLines.end(ofMapping: $0) }
                } else if YAMLLines.isBeforeList(text) {
                    takeLine(window, chunk, place)
                } else {
                    take(window, into: chunk, place) { YAMLLines.end(ofMember: $0) }
                }
            } else {
                return .over
            }
            isAtStart = false
        }
        return .full
    }

    private func takeLine(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) {
        let feed = window.find(atMost: place.limits.headSize) { $0.offset(of: 0x0A).map { $0 + 1 } }
        chunk.takeScaffold(feed ?? window.bytes.count, window, place.source)
    }

    private func take(
        _ window: InputWindow, into chunk: Chunk, _ place: SequencePlace, upTo end: (ByteView) -> Int?
    ) {
        let limit = place.limits.entrySize
        let found = window.find(atMost: limit) { end($0) }
        let length = found ?? window.bytes.count
        if found == nil, window.failure != nil, length <= limit {
            chunk.takeBroken(length, window)
        } else if length > limit {
            chunk.takeTooLong("part of YAML", limit: limit, length, window, place.source)
        } else if RequestMarks.isIn(window.bytes.slice(0..<length)) || YAMLLines.isItem(window.bytes) {
            chunk.takeEntry(place.form, length, window, place.source)
        } else {
            chunk.takeScaffold(length, window, place.source)
        }
    }
}

/// What lines of YAML are, told from how they begin.
private enum YAMLLines {
    /// Bytes and lines that are looked at to tell a mapping from other text.
    private static let headSize = 1 << 15
    private static let headLines = 200
    /// Members looked at, one a line, before one tells that they are a mapping: many logs have such lines.
    private static let mostMembers = 16

    /// Whether a document or one of its items comes next.
    static func begins(_ text: ByteView) -> Bool {
        guard let first = text.first else { return false }
        switch first {
        case UInt8(ascii: "-"), UInt8(ascii: "%"), UInt8(ascii: "#"):
            var rest = text.slice(0..<min(text.count, headSize))
            var hasMarker = false
            for _ in 0..<headLines where isFrame(rest) {
                hasMarker = hasMarker || rest.first != UInt8(ascii: "#")
                rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
            }
            return isItemOfMembers(rest) || hasMarker && (isItem(rest) || beginsMapping(rest))
        default: return beginsMapping(text.slice(0..<min(text.count, headSize)))
        }
    }

    /// Whether a line belongs to no part: the mark of a document, a directive, a comment.
    static func isFrame(_ text: ByteView) -> Bool {
        if text.first == UInt8(ascii: "#") { return !text.hasPrefix("##") }
        return text.hasPrefix("%YAML") || isMarker(text)
    }

    /// Whether a line of three dashes or dots comes next.
    private static func isMarker(_ text: ByteView) -> Bool {
        guard text.hasPrefix("---") || text.hasPrefix("...") else { return false }
        return text.slice(3..<(text.offset(of: 0x0A) ?? text.count)).allSatisfy(\.isWhitespace)
    }

    /// Whether an item of a list comes next.
    static func isItem(_ text: ByteView) -> Bool {
        text.first == UInt8(ascii: "-") && (text.dropping(1).first?.isWhitespace ?? true)
    }

    /// Whether an item comes next that is a mapping, over one line or two: its next line has another member or one inside the first.
    private static func isItemOfMembers(_ text: ByteView) -> Bool {
        guard isItem(text) else { return false }
        let member = text.dropping(1).trimmingLeadingWhitespace()
        guard let key = key(of: member) else { return false }
        let feed = member.offset(of: 0x0A) ?? member.count
        let next = member.dropping(min(feed + 1, member.count))
        let indent = next.firstIndex { $0 != 0x20 } ?? 0
        return indent > 0 && (key.isOpen || self.key(of: next.dropping(indent)) != nil)
    }

    /// The name of the member that comes next in a line, and whether its value is in the following lines; `nil` for other text.
    static func key(of text: ByteView) -> (name: ByteView, isOpen: Bool)? {
        guard let first = text.first else { return nil }
        var start = 0
        var end = 0
        var colon = 0
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
            guard let close = line.offset(of: first, from: 1) else { return nil }
            (start, end, colon) = (1, close, close + 1)
        } else {
            // Symbols of Ruby begin with a colon.
            start = first == UInt8(ascii: ":") ? 1 : 0
            guard start == 1 || first.isASCIILetter || first == UInt8(ascii: "_") else { return nil }
            end = start
            while end < text.count, end < 100,
                text[end].isASCIILetter || text[end].isDigit || text[end].isOne(of: "_-./$ ")
            {
                end += 1
            }
            colon = end
        }
        // Most lines of other forms end here.
        guard end > start, colon < text.count, text[colon] == UInt8(ascii: ":") else { return nil }
        let rest = text.dropping(colon + 1)
        guard rest.first?.isWhitespace ?? true else { return nil }
        let value = rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count)).trimmingTrailingWhitespace()
        return (text.slice(start..<end), value.isEmpty)
    }

    /// Whether a mapping comes next: a parameter of v1 is among its members, or members or items are indented in it, and no markup begins
    /// a line, as it does where a program prints a document as it is.
    private static func beginsMapping(_ text: ByteView) -> Bool {
        guard key(of: text) != nil else { return false }
        var isMapping = false
        var last: (name: ByteView, isOpen: Bool)?
        var isQuoted = false
        var isAfterBlank = false
        var memberCount = 0
        var rest = text
        for _ in 0..<headLines where !rest.isEmpty {
            let line = rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count)).trimmingTrailingWhitespace()
            rest = rest.dropping(rest.offset(of: 0x0A).map { $0 + 1 } ?? rest.count)
            guard let indent = line.firstIndex(where: { $0 != 0x20 }) else {
                isAfterBlank = true
                continue
            }
            let content = line.dropping(indent)
            let key = key(of: content)
            if isMarker(content) { return last != nil }
            if indent > 0 || isItem(content) {
                if last?.isOpen ?? false, isItem(content) || key != nil { isMapping = true }
                if indent == 0, !isMapping { return false }
                if content[0] == UInt8(ascii: "<"), !isQuoted { return false }
            } else {
                guard !isAfterBlank, let key else { return isMapping }
                let name = V1Parameters.Name(key.name)
                isMapping = isMapping || name == .leadID || name == .xmlData
                memberCount += 1
                if !isMapping, memberCount > mostMembers { return false }
                last = key
            }
            if key != nil {
                let value = content.dropping((content.offset(of: UInt8(ascii: ":"), from: 1) ?? 0) + 1)
                isQuoted = value.trimmingLeadingWhitespace().first.map { "'\"|>".utf8.contains($0) } ?? isQuoted
            }
            isAfterBlank = false
        }
        return isMapping
    }

    /// Whether the mapping that comes next has a list among its members.
    static func hasList(_ text: ByteView) -> Bool {
        var rest = text.slice(0..<min(text.count, 2 * headSize))
        while key(of: rest) != nil {
            if isBeforeList(rest) { return true }
            guard let end = end(ofMember: rest) else { return false }
            rest = rest.dropping(end)
        }
        return false
    }

    /// Whether a member comes next whose value is a list in the lines after it.
    static func isBeforeList(_ text: ByteView) -> Bool {
        guard key(of: text)?.isOpen ?? false else { return false }
        return isItem(text.dropping(text.offset(of: 0x0A) ?? text.count).trimmingLeadingWhitespace())
    }

    // MARK: Ends

    /// The YAML of an item, its first line indented again as the others are.
    static func item(_ text: ByteView) -> [UInt8] {
        guard isItem(text) else { return Array(text) }
        let dash = text.count - text.dropping(1).trimmingLeadingWhitespace().count
        guard text.offset(of: 0x0A).map({ $0 > dash }) ?? true else { return Array(text) }
        var indent: Int?
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            let rest = text.dropping(index)
            guard let first = rest.firstIndex(where: { $0 != 0x20 }), !rest[first].isWhitespace else { continue }
            indent = min(indent ?? first, first)
        }
        return [UInt8](repeating: 0x20, count: max((indent ?? 0) - dash, 0)) + Array(text)
    }

    /// Where an item ends: before the next dash that is indented less than its members, or a line that is not indented.
    static func end(ofItem text: ByteView) -> Int? {
        var member: Int?
        return nextLine(in: text) { line, indent in
            // Lists inside are no less indented than a member before them.
            if indent == 0 || isItem(line) && indent < member ?? .max { return true }
            member = min(member ?? indent, indent)
            return false
        }
    }

    /// Where a member of a mapping ends that is not indented: before the next line that is not.
    static func end(ofMember text: ByteView) -> Int? { nextLine(in: text) { $1 == 0 } }

    /// Where a mapping ends: before a line that is neither indented nor a member or an item.
    static func end(ofMapping text: ByteView) -> Int? {
        nextLine(in: text) { line, indent in
            indent == 0 && key(of: line) == nil && !isItem(line) && line.first != UInt8(ascii: "#")
        }
    }

    /// Where the first line begins after the first one that is not blank and meets a condition; `nil` without one.
    private static func nextLine(in text: ByteView, where isNext: (_ line: ByteView, _ indent: Int) -> Bool) -> Int? {
        var index = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        while index < text.count {
            let rest = text.dropping(index)
            var indent = 0
            while indent < rest.count, rest[indent] == 0x20 { indent += 1 }
            guard indent < rest.count else { return nil }
            if rest[indent] != 0x0A, rest[indent] != 0x0D, isNext(rest.dropping(indent), indent) { return index }
            guard let feed = rest.offset(of: 0x0A) else { return nil }
            index += feed + 1
        }
        return nil
    }
}
