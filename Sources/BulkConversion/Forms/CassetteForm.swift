@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A recorded request with its reply in YAML, as VCR, vcrpy and php-vcr keep them.
    static let cassette = ArchiveForm(
        name: "interaction of a YAML cassette",
        sign: "`http_interactions:`, `interactions:` or `- request:` in YAML, as VCR, vcrpy and php-vcr write it",
        sample: "form-cassette-yaml",
        mayBeginWith: { $0.isOne(of: "-hi") },
        begins: { start in Cassette.begins(start.text) ? .sequence(Cassette()) : nil },
        unwrap: { text, entry in
            guard let yaml = entry.yaml else {
                return entry.refuse(.archiveEntry, "YAML is read by the command convertlead only, not by the library")
            }
            guard let json = yaml(Cassette.item(text)) else {
                return entry.refuse(
                    .archiveEntry, "The YAML of this interaction is broken, or has an alias of something outside it")
            }
            entry.scratch.removeAll()
            entry.scratch.append(json)
            JSONEntry.unwrap(entry.scratch.bytes, &entry, isPlaced: false)
        })
}

/// The interactions of a cassette: items of a list, each up to the next line that is indented no more than it is.
private final class Cassette: EntrySequence {

    /// Whether the first line of a cassette comes next, or an interaction.
    static func begins(_ text: ByteView) -> Bool {
        if text.hasPrefix("---") {
            let next = text.dropping(text.offset(of: 0x0A) ?? text.count).trimmingLeadingWhitespace()
            return isHead(next) || beginsItem(next)
        }
        return isHead(text) || beginsItem(text)
    }

    private static func isHead(_ text: ByteView) -> Bool {
        text.hasPrefix("http_interactions:") || text.hasPrefix("interactions:")
    }

    /// Whether `- request:` comes next, over one line or two.
    private static func beginsItem(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "-"), text.count > 1, text[1].isWhitespace else { return false }
        return text.dropping(1).trimmingLeadingWhitespace().hasPrefix("request:")
    }

    /// Whether a line belongs to the cassette but to no interaction.
    private static func isFrame(_ text: ByteView) -> Bool {
        isHead(text) || text.hasPrefix("---") || text.hasPrefix("recorded_with:") || text.hasPrefix("version:")
    }

    func goesOn(at start: EntryStart) -> Bool { false }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        while !chunk.isFull {
            let text = window.bytes
            let blanks = text.count - text.trimmingLeadingWhitespace().count
            if blanks > 0 { chunk.takePunctuation(blanks, window) }
            if window.bytes.isEmpty {
                if place.isInteractive, !chunk.isEmpty, window.wouldBlock { return .full }
                guard window.more() else { return .over }
                continue
            }
            window.readAhead()
            if Self.isFrame(window.bytes) {
                let feed = window.find(atMost: place.limits.headSize) { $0.offset(of: 0x0A).map { $0 + 1 } }
                chunk.takeScaffold(feed ?? window.bytes.count, window)
            } else if Self.beginsItem(window.bytes) {
                takeItem(window, into: chunk, place)
            } else {
                return .over
            }
        }
        return .full
    }

    private func takeItem(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) {
        let limit = place.limits.entrySize
        let found = window.find(atMost: limit) { Self.end(of: $0) }
        let length = found ?? window.bytes.count
        if found == nil, window.failure != nil, length <= limit {
            chunk.takeBroken(length, window)
        } else if length > limit {
            chunk.takeTooLong("interaction", limit: limit, length, window, place.source)
        } else {
            chunk.takeEntry(place.form, length, window, place.source)
        }
    }

    /// The YAML of an item, its first line indented again as the others are.
    static func item(_ text: ByteView) -> [UInt8] {
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
    private static func end(of text: ByteView) -> Int? {
        var index = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        var member: Int?
        while index < text.count {
            let rest = text.dropping(index)
            var indent = 0
            while indent < rest.count, rest[indent] == 0x20 { indent += 1 }
            guard indent < rest.count else { return nil }
            if rest[indent] != 0x0A, rest[indent] != 0x0D {
                // Lists inside are no less indented than a member before them.
                let isDash =
                    rest[indent] == UInt8(ascii: "-") && (rest.dropping(indent + 1).first?.isWhitespace ?? true)
                if indent == 0 || isDash && indent < member ?? .max { return index }
                member = min(member ?? indent, indent)
            }
            guard let feed = rest.offset(of: 0x0A) else { return nil }
            index += feed + 1
        }
        return nil
    }
}
