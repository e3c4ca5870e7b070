@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// YAML, as recorders, HTTP clients and databases write it: VCR, vcrpy, php-vcr, Insomnia, phpMyAdmin, and what PyYAML and Psych dump.
    static let yaml = ArchiveForm(
        name: "part of a YAML document",
        sign: """
            `---`, a list of mappings or a mapping of YAML, such as the cassettes of VCR or an export of Insomnia, \
            also in brackets; each item of its lists is an entry
            """,
        sample: "form-cassette-yaml",
        mayBeginWith: { $0.isASCIILetter || $0.isOne(of: "-%#:_\"'{[!") },
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

    /// Reads JSON that is broken as YAML, which has other escapes, when it is.
    static func unwrapAsYAML(_ text: ByteView, _ entry: inout EntryTranslator) -> Bool {
        guard let yaml = entry.yaml, let flow = YAMLFlow(text), flow.isSure || flow.hasOtherEscapes,
            let json = yaml(Array(text))
        else { return false }
        entry.log.removeAll()
        entry.scratch.removeAll()
        entry.scratch.append(json)
        JSONEntry.unwrap(entry.scratch.bytes, &entry, isPlaced: false)
        return true
    }

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
            if YAMLFlow.begins(text), !YAMLLines.isItem(text) {
                take(window, into: chunk, place) { YAMLLines.end(ofFlow: $0) }
            } else if YAMLLines.isItem(text) {
                take(window, into: chunk, place) { YAMLLines.end(ofItem: $0) }
            } else if YAMLLines.key(of: text) != nil, isAtStart || !beginsOther(text, place) {
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

    /// Whether a form that is asked earlier begins at a line.
    private func beginsOther(_ text: ByteView, _ place: SequencePlace) -> Bool {
        ArchiveForm.beginning(at: EntryStart(text: text)).map { $0.form < place.form } ?? false
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
        // What is in brackets and never ends takes no lines after it.
        let length =
            found ?? (YAMLFlow.begins(window.bytes) ? YAMLLines.end(ofMember: window.bytes) : nil) ?? window.bytes.count
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
            return isItemOfMembers(rest) || hasMarker && (isItem(rest) || beginsMapping(rest)) || YAMLFlow.begins(rest)
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "!"): return YAMLFlow.begins(text)
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
        return indent > 0
            && (key.isOpen || isBlockHeader(member.dropping(valueStart(in: member)))
                || self.key(of: next.dropping(indent)) != nil)
    }

    /// Where the value of a line is, after the dashes, the name of a member and tags.
    private static func valueStart(in line: ByteView) -> Int {
        var rest = line.trimmingLeadingWhitespace()
        while isItem(rest) { rest = rest.dropping(1).trimmingLeadingWhitespace() }
        if let name = key(of: rest)?.name {
            let colon = rest.offset(of: UInt8(ascii: ":"), from: name.count) ?? rest.count
            rest = rest.dropping(colon + 1).trimmingLeadingWhitespace()
        }
        return line.count - rest.count + YAMLFlow.start(in: rest)
    }

    /// Whether a value is the header of a block of text, such as `|-`.
    private static func isBlockHeader(_ value: ByteView) -> Bool {
        let header = value.slice(0..<(value.offset(of: 0x0A) ?? value.count)).trimmingWhitespace()
        return header.first?.isOne(of: "|>") ?? false && header.dropping(1).allSatisfy { $0.isOne(of: "+-") }
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
        var plain: PlainLines?
        var memberCount = 0
        var rest = text
        for _ in 0..<headLines where !rest.isEmpty {
            let line = rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count)).trimmingTrailingWhitespace()
            let linesAtStart = rest
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
                if plain != nil, key == nil {
                    plain?.add(content, indent: indent)
                    if plain?.isPrinted ?? false { return false }
                } else if content[0] == UInt8(ascii: "<"), !isQuoted {
                    return false
                }
            } else {
                if plain?.hasMarkup ?? false, key == nil, !isAfterBlank { return false }
                guard !isAfterBlank, let key else { return isMapping }
                let name = V1Parameters.Name(key.name)
                isMapping = isMapping || name == .leadID || name == .xmlData
                memberCount += 1
                if !isMapping, memberCount > mostMembers { return false }
                last = key
            }
            if key != nil {
                let value = content.dropping((content.offset(of: UInt8(ascii: ":"), from: 1) ?? 0) + 1)
                let first = value.trimmingLeadingWhitespace().first
                isQuoted = first.map { "'\"|>".utf8.contains($0) } ?? isQuoted
                plain = first.map { "'\"|>{[&*!".utf8.contains($0) } ?? true ? nil : PlainLines(keyIndent: indent)
                if first?.isOne(of: "{[") ?? false {
                    let start = valueStart(in: line)
                    isMapping = isMapping || YAMLFlow.begins(linesAtStart.dropping(start))
                    rest = linesAtStart.dropping(endOfLines(of: linesAtStart))
                }
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
        var index = endOfLines(of: text)
        while index < text.count {
            let rest = text.dropping(index)
            var indent = 0
            while indent < rest.count, rest[indent] == 0x20 { indent += 1 }
            guard indent < rest.count else { return nil }
            if rest[indent] != 0x0A, rest[indent] != 0x0D, isNext(rest.dropping(indent), indent) { return index }
            index += endOfLines(of: rest)
        }
        return nil
    }

    /// Where the first line ends, with those that its value in quotes, in brackets or in a block goes on over.
    private static func endOfLines(of text: ByteView) -> Int {
        let feed = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        let start = valueStart(in: text.slice(0..<feed))
        guard start < feed else { return feed }
        let value = text.dropping(start)
        if value[0].isOne(of: "{['\""), let end = YAMLFlow(value)?.end {
            return text.offset(of: 0x0A, from: start + end).map { $0 + 1 } ?? text.count
        }
        guard isBlockHeader(value) else { return feed }
        var block: Int?
        var end = feed
        while end < text.count {
            let rest = text.dropping(end)
            let indent = rest.firstIndex { $0 != 0x20 } ?? rest.count
            if indent < rest.count, !rest[indent].isWhitespace {
                if indent == 0 || indent < block ?? 0 { break }
                block = block ?? indent
            }
            end = text.offset(of: 0x0A, from: end).map { $0 + 1 } ?? text.count
        }
        return end
    }

    /// Where a value in brackets ends; of a broken one, the next line that is not indented.
    static func end(ofFlow text: ByteView) -> Int? {
        let start = YAMLFlow.start(in: text)
        guard let flow = YAMLFlow(text.dropping(start)) else { return end(ofMember: text) }
        return flow.end.map { start + $0 }
    }
}

/// The lines that a value without quotes goes on over. YAML indents them alike, and further than the key; a program that prints a document
/// does not.
private struct PlainLines {
    private let keyIndent: Int
    private var indent: Int?
    private var isUneven = false
    private(set) var hasMarkup = false

    init(keyIndent: Int) { self.keyIndent = keyIndent }

    /// Whether they are of a document that a program printed.
    var isPrinted: Bool { hasMarkup && isUneven }

    mutating func add(_ line: ByteView, indent: Int) {
        hasMarkup = hasMarkup || line.first == UInt8(ascii: "<")
        isUneven = isUneven || indent != self.indent ?? indent || indent <= keyIndent
        self.indent = indent
    }
}
