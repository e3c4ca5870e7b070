@_spi(Package) import Bytes
import ConvertLead

/// A document below the command that reads it: `<<END`.
///
/// Source: POSIX.1-2017, Shell Command Language, 2.7.4.
struct HereDocument {
    /// The line after it.
    private let delimiter: [UInt8]
    /// Whether the delimiter was quoted, so that the text is taken as it is.
    private let isLiteral: Bool
    /// Whether tabs at the start of lines are left out: `<<-`.
    private let isIndented: Bool
    /// Where the document is in the text of the command.
    private(set) var lines = 0..<0

    /// Bytes of a command's documents at most, so that operators without a document cost little.
    private static let mostBytes = 1 << 18

    /// Where documents end.
    enum End {
        case end(Int)
        /// More text is needed.
        case open
        case missing
    }

    /// The document whose operator is at an offset, which is left after its word; `nil` when there is none.
    init?(in text: ByteView, at index: inout Int) {
        let rest = text.dropping(index)
        guard rest.hasPrefix("<<"), !rest.hasPrefix("<<<") else {
            // The third sign of `<<<` begins no operator.
            if rest.hasPrefix("<<<") { index += 2 }
            return nil
        }
        isIndented = rest.hasPrefix("<<-")
        var end = isIndented ? 3 : 2
        while end < rest.count, rest[end] == 0x20 || rest[end] == 0x09 { end += 1 }
        let start = end
        var quote: UInt8 = 0
        while end < rest.count, rest[end] != 0x0A {
            let byte = rest[end]
            if quote == 0, byte.isWhitespace || byte.isOne(of: "|;&<>()") { break }
            if quote == 0, byte.isOne(of: "'\"") { quote = byte } else if byte == quote { quote = 0 }
            end += 1
        }
        let word = rest.slice(start..<end)
        delimiter = word.filter { !$0.isOne(of: "'\"\\") }
        isLiteral = delimiter.count < word.count
        guard let first = delimiter.first, first.isASCIILetter || first.isOne(of: "_!") else { return nil }
        index += end
    }

    /// Places documents in the lines from an offset on, one after the other.
    ///
    /// A line that begins another command ends the search: a document before it was never closed.
    static func take(_ documents: inout [HereDocument], in text: ByteView, from start: Int, isWhole: Bool) -> End {
        var index = start
        for number in documents.indices {
            let first = index
            while true {
                guard index < text.count else { return isWhole ? .missing : .open }
                guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else {
                    return .open
                }
                var line = text.slice(index..<feed)
                if line.last == 0x0D { line = line.slice(0..<(line.count - 1)) }
                let word = line.slice(0..<(line.firstIndex { $0.isWhitespace } ?? line.count))
                if word.count < line.count, CommandTool(word) != nil || index - start > mostBytes { return .missing }
                let lineStart = index
                index = min(feed + 1, text.count)
                if documents[number].ends(with: line) {
                    documents[number].lines = first..<lineStart
                    break
                }
            }
        }
        return .end(index)
    }

    private func ends(with line: ByteView) -> Bool {
        (isIndented ? Self.withoutTabs(line) : line).elementsEqual(delimiter)
    }

    private static func withoutTabs(_ line: ByteView) -> ByteView {
        line.dropping(line.firstIndex { $0 != 0x09 } ?? line.count)
    }

    /// What the command reads, and what the shell would put something else for; `nil` when there is no such thing.
    func input(in command: ByteView) -> (text: [UInt8], expansion: String?) {
        var text: [UInt8] = []
        if isIndented {
            for line in command.slice(lines).split(separator: 0x0A, omittingEmptySubsequences: false) {
                line.withByteView { text += Self.withoutTabs($0) + [0x0A] }
            }
            text.removeLast()
        } else {
            text = Array(command.slice(lines))
        }
        return isLiteral ? (text, nil) : text.withByteView(Self.expanded)
    }

    private static func expanded(_ text: ByteView) -> (text: [UInt8], expansion: String?) {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var expansion: String?
        var index = 0
        while index < text.count {
            let next = text.dropping(index + 1).first ?? 0
            switch text[index] {
            case UInt8(ascii: "\\") where next == 0x0A || next.isOne(of: "\\$`"):
                if next != 0x0A { result.append(next) }
                index += 2
                continue
            case UInt8(ascii: "`"), UInt8(ascii: "$"): expansion = expansion ?? self.expansion(in: text, at: index)
            default: break
            }
            result.append(text[index])
            index += 1
        }
        return (result, expansion)
    }

    /// What the shell would put something else for at a dollar sign or a backquote without a backslash; `nil` when it takes the sign as it
    /// is.
    static func expansion(in text: ByteView, at index: Int) -> String? {
        guard text[index] == UInt8(ascii: "$") else { return "`…`" }
        let next = text.dropping(index + 1).first ?? 0
        guard next.isASCIILetter || next.isDigit || next.isOne(of: "_{(*@#?!-$") else { return nil }
        let name = text.dropping(index + 1).drop { $0 == UInt8(ascii: "{") }
            .prefix { $0.isOfName }
        return "$" + (name.isEmpty ? "…" : String(decoding: name, as: UTF8.self))
    }
}
