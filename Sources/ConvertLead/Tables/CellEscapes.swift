@_spi(Package) import Bytes
import JSONText

/// How the quotes and backslashes of one cell are escaped, told by that cell alone.
///
/// Writers differ, and cells of one table may come from several, so no cell says anything about another. A quote without a
/// backslash before it shows that quotes are doubled and that a backslash is one. PHP's `fputcsv` doubles quotes too, but not those
/// after a backslash.
package enum CellEscapes {
    /// Nothing is escaped.
    case none
    /// Quotes are doubled.
    case doubled
    /// A backslash is before each quote and each backslash, and perhaps before separators and line ends, but before no letter.
    case backslashes
    /// A backslash is before each separator, line end and backslash, or before a letter that stands for it, as databases write them.
    case lines
    /// The text is a string of JSON.
    case json

    private static let backslash = UInt8(ascii: "\\")

    /// The escapes of a cell in quotes.
    init(quoted text: ByteView, _ quote: UInt8) {
        guard let first = text.offset(of: quote), first > 0, text[first - 1] == Self.backslash,
            Self.areEscaped(quote, in: text)
        else {
            self = .doubled
            return
        }
        self = quote == UInt8(ascii: "\"") && Self.string(text) != nil ? .json : .backslashes
    }

    /// The escapes of a cell without quotes around it.
    init(plain text: ByteView, in dialect: RowDialect) {
        if dialect.isRaw || !text.contains(Self.backslash) {
            self = .none
        } else if text.contains(UInt8(ascii: "\"")), Self.areEscaped(UInt8(ascii: "\""), in: text) {
            self = .backslashes
        } else {
            self = Backslashes(in: text, separator: dialect.separator).areEscapes ? .lines : .none
        }
    }

    /// Appends the value of a cell.
    func append(_ text: ByteView, quote: UInt8 = 0, to output: inout ByteBuffer) {
        switch self {
        case .none: output.append(text)
        case .doubled: RowReader.appendUndoubled(text, quote, to: &output)
        case .lines: RowReader.appendUnescaped(text, quote: 0, to: &output)
        case .json: Self.string(text)?.withByteView { output.append($0) }
        case .backslashes:
            var index = 0
            while let found = text.offset(of: Self.backslash, from: index), found + 1 < text.count {
                // Writers of such cells escape no letters, so that the backslash is one.
                let isEscape = !text[found + 1].isASCIILetter && !text[found + 1].isDigit
                output.append(text.slice(index..<(isEscape ? found : found + 1)))
                output.append(text[found + 1])
                index = found + 2
            }
            output.append(text.dropping(index))
        }
    }

    /// How backslashes were read of which a cell does not tell what they are.
    package enum Guess {
        /// As text.
        case text
        /// As escapes of what follows them.
        case escapes
    }

    /// How the backslashes were read when they may be something else: one before a letter may be text or stand for a line end or a
    /// tab, and a document in which no attribute shows how quotes are escaped has none of its own.
    ///
    /// - Parameter separator: of a cell without quotes.
    func guess(in text: ByteView, quote: UInt8 = 0, separator: UInt8 = 0) -> Guess? {
        switch self {
        case .none:
            // In JSON and in addresses backslashes have a meaning of their own.
            let isTold = text.first != UInt8(ascii: "<") || !text.contains(Self.backslash)
            return !isTold && !Backslashes(in: text, separator: separator).areText ? .text : nil
        case .doubled:
            // In JSON a backslash escapes whatever quotes are around it.
            let isTold = text.contains(quote) || text.first.map { "{[".utf8.contains($0) } ?? true
            return !isTold && text.offset(of: "\\\\") != nil ? .text : nil
        case .lines: return Self.hasEscapedLetter(text) || text.offset(of: "\\'") != nil ? .escapes : nil
        case .json: return Self.isUnshown(text, quote) || Self.hasEscapedLetter(text) ? .escapes : nil
        case .backslashes: return Self.isUnshown(text, quote) ? .escapes : nil
        }
    }

    /// Whether a document has no attribute that shows how quotes are escaped.
    private static func isUnshown(_ text: ByteView, _ quote: UInt8) -> Bool {
        text.first == UInt8(ascii: "<") && quote == UInt8(ascii: "\"") && text.offset(of: "=\\\"") == nil
    }

    /// Whether a cell in quotes begins like XML or JSON, which end with a bracket of their own.
    static func beginsMarkup(_ text: ByteView) -> Bool {
        text.trimmingLeadingWhitespace().first.map { "<{[".utf8.contains($0) } ?? false
    }

    /// The offset of the quote that closes a cell, and whether there are quotes inside.
    ///
    /// A quote after a backslash is inside when more text follows it. What follows is no separator where the cell is XML or JSON,
    /// whose last byte is a bracket.
    static func stringEnd(
        _ text: ByteView, _ quote: UInt8, from start: Int, separator: UInt8
    ) -> (end: Int, hasEscapes: Bool)? {
        var index = start
        var isDoubled = false
        var hasSingle = false
        var isMarkup: Bool?
        while let found = text.offset(ofNear: quote, from: index) {
            index = found + 1
            let follows = found > start && text[found - 1] == backslash
            // Most are two quotes that stand for one.
            if !follows, index + 1 < text.count, text[index] == quote, text[index + 1] != quote {
                index += 1
                isDoubled = true
                continue
            }
            while index < text.count, text[index] == quote { index += 1 }
            let count = index - found
            var closes = count % 2 == 1
            if follows {
                isMarkup = isMarkup ?? beginsMarkup(text.dropping(start))
                let isEnd = isMarkup == false && endsCell(text, index, separator)
                let isInside = hasSingle || (closes ? !isEnd : isEnd && count == 2 && !isDoubled)
                if isInside, isDoubled || isOdd(backslashesBefore: found, in: text, from: start) {
                    hasSingle = hasSingle || closes
                    closes.toggle()
                }
            }
            if closes { return (index - 1, isDoubled || hasSingle || count > 1) }
            isDoubled = isDoubled || count > 1
        }
        return nil
    }

    private static func endsCell(_ text: ByteView, _ index: Int, _ separator: UInt8) -> Bool {
        var index = index
        while index < text.count, text[index] != separator, text[index] == 0x20 || text[index] == 0x09 { index += 1 }
        return index == text.count || text[index] == separator || text[index] == 0x0A || text[index] == 0x0D
    }

    /// Whether an odd number of backslashes is before an offset, so that they escape it.
    private static func isOdd(backslashesBefore offset: Int, in text: ByteView, from start: Int) -> Bool {
        var first = offset
        while first > start, text[first - 1] == backslash { first -= 1 }
        return (offset - first) % 2 == 1
    }

    /// Whether each quote in a text has a backslash before it.
    private static func areEscaped(_ quote: UInt8, in text: ByteView) -> Bool {
        var index = 0
        while let found = text.offset(of: backslash, or: quote, from: index) {
            if text[found] == quote { return false }
            index = found + 2
        }
        return true
    }

    /// Whether a letter after a backslash is in a value, not between tags or the members of an object.
    private static func hasEscapedLetter(_ text: ByteView) -> Bool {
        var index = 0
        while let found = text.offset(of: backslash, from: index), found + 1 < text.count {
            index = found + 2
            guard text[found + 1].isASCIILetter, text[found + 1] != UInt8(ascii: "u") else { continue }
            while index < text.count {
                if text[index].isWhitespace {
                    index += 1
                } else if text[index] == backslash, index + 1 < text.count, "nrt".utf8.contains(text[index + 1]) {
                    index += 2
                } else {
                    break
                }
            }
            let front = text.slice(0..<found).trimmingTrailingWhitespace()
            let isBetween =
                (front.last.map { ">{[,}]\"".utf8.contains($0) } ?? true)
                && (index == text.count || "<{[}]\"\\".utf8.contains(text[index]))
            if !isBetween { return true }
        }
        return false
    }

    /// The string of JSON that a text between quotes is.
    private static func string(_ text: ByteView) -> [UInt8]? {
        var source = ByteBuffer(minimumCapacity: text.count + 2)
        source.append(UInt8(ascii: "\""))
        source.append(text)
        source.append(UInt8(ascii: "\""))
        var json = JSONReader()
        guard let root = try? json.read(source.bytes), json.kind(of: root) == .string else { return nil }
        return Array(json.bytes(of: root))
    }
}

/// What the backslashes of a text without quotes around it are before, and which bytes that would be escaped have none.
struct Backslashes {
    private let separator: UInt8
    /// Whether the text is a row, in which separators are between cells.
    private let isRow: Bool
    /// Bytes that have a backslash before them somewhere, and bytes that have none.
    private var escaped = Marks()
    private var bare = Marks()
    /// Whether one is before a byte that no database escapes, or is the last byte.
    private var isBeforeOther = false

    /// Bytes that some writers escape.
    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let separator = Marks(rawValue: 1), lineEnd = Marks(rawValue: 2), apostrophe = Marks(rawValue: 4)
        static let quote = Marks(rawValue: 8)
    }

    /// Looks through a cell, or a row without its line end.
    init(in text: ByteView, separator: UInt8, isRow: Bool = false) {
        self.separator = separator
        self.isRow = isRow
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                bare.formUnion(marks(of: byte))
                continue
            }
            guard index < text.count else {
                isBeforeOther = true
                return
            }
            let next = text[index]
            index += 1
            escaped.formUnion(marks(of: next))
            // A row's cell `\N` has no value.
            let isNull = isRow && next == UInt8(ascii: "N") && (index == text.count || text[index].isWhitespace)
            let isEscaped = next == separator || next.isOne(of: "tnr0bfvZ\\\"'\n\t") || isNull
            isBeforeOther = isBeforeOther || !isEscaped
        }
    }

    private func marks(of byte: UInt8) -> Marks {
        switch byte {
        case separator where !isRow: .separator
        case 0x0A: .lineEnd
        case UInt8(ascii: "'"): .apostrophe
        case UInt8(ascii: "\""): .quote
        default: []
        }
    }

    /// Whether they are known to be text: writers that escape do so with each separator and line end, and with each of the same quotes.
    var areText: Bool {
        isBeforeOther || !bare.isDisjoint(with: [.separator, .lineEnd]) || !escaped.isDisjoint(with: bare)
    }

    /// Whether they are taken for escapes: nothing shows that they are text, and between other bytes than tabs, which databases write,
    /// an escaped separator or line end shows that they are none.
    var areEscapes: Bool {
        !areText && (separator == 0x09 || !escaped.isDisjoint(with: [.separator, .lineEnd]))
    }
}
