@_spi(Package) import Bytes

/// Reads delimited text row by row: comma-separated values with any separator, and what `mysql --batch` and `COPY` write.
///
/// Rows end in LF, CR or both. A cell that is in quotes may hold separators and line ends, and a quote as two (RFC 4180). All
/// cells are views of the text, or of the reader's own memory where something had to be undone; both last until the next row
/// is read. Nothing is allocated per row once warm.
struct DelimitedRows: ~Copyable {
    /// How a text separates and escapes its cells.
    struct Dialect: Sendable, Hashable {
        /// What is between cells.
        var separator: UInt8
        /// What a cell may be enclosed in; `nil` where quotes are characters like any other.
        var quote: UInt8?
        /// Whether `\t`, `\n`, `\r`, `\0` and `\\` are undone in cells without quotes, and `\N` is no value.
        var undoesBackslashes: Bool
        /// Whether white space around cells is left out, inside and outside of quotes.
        var trimsCells: Bool

        /// A dialect; the default is that of RFC 4180.
        init(
            separator: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""), undoesBackslashes: Bool = false,
            trimsCells: Bool = false
        ) {
            self.separator = separator
            self.quote = quote
            self.undoesBackslashes = undoesBackslashes
            self.trimsCells = trimsCells
        }

        /// The dialect of a text with a header, and where its header begins.
        ///
        /// A first line `sep=;`, as spreadsheets write it, names the separator and is no row. Otherwise the first comma, semicolon
        /// or tab outside of quotes in the first line is the separator. Tab-separated text whose header has no quotes is taken
        /// for that of a database: quotes are characters and backslashes are undone.
        static func of(_ text: ByteView) -> (dialect: Dialect, header: Int) {
            let (separator, header) = named(by: text) ?? (separator(of: text), 0)
            let lineEnd = text.dropping(header).firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count - header
            let hasQuotes = text.slice(header..<header + lineEnd).contains(UInt8(ascii: "\""))
            let isPlain = separator == UInt8(ascii: "\t") && !hasQuotes
            return (
                Dialect(
                    separator: separator, quote: isPlain ? nil : UInt8(ascii: "\""), undoesBackslashes: isPlain), header
            )
        }

        /// The separator that a line `sep=;` names, with or without quotes, and where the next line begins.
        private static func named(by text: ByteView) -> (separator: UInt8, end: Int)? {
            var index = text.first == UInt8(ascii: "\"") ? 1 : 0
            guard text.dropping(index).hasPrefixIgnoringCase("sep="), index + 4 < text.count else { return nil }
            let separator = text[index + 4]
            index += 5
            if index < text.count && text[index] == UInt8(ascii: "\"") { index += 1 }
            guard separator >= 0x20 || separator == UInt8(ascii: "\t"), separator < 0x80,
                index == text.count || text[index] == 0x0A || text[index] == 0x0D
            else { return nil }
            if index < text.count && text[index] == 0x0D { index += 1 }
            if index < text.count && text[index] == 0x0A { index += 1 }
            return (separator, index)
        }

        private static func separator(of text: ByteView) -> UInt8 {
            var isQuoted = false
            for byte in text {
                switch byte {
                case UInt8(ascii: "\""): isQuoted.toggle()
                case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"): if !isQuoted { return byte }
                case 0x0A, 0x0D: if !isQuoted { return UInt8(ascii: ",") }
                default: break
                }
            }
            return UInt8(ascii: ",")
        }
    }

    /// Where and why a row cannot be read.
    struct Problem: Error, Sendable, Hashable {
        /// What is wrong, in words for people, without the place.
        var reason: String
        /// Byte offset in the text.
        var offset: Int
    }

    /// One cell of the row read last.
    struct Cell: BitwiseCopyable, Sendable {
        /// Byte offset of its beginning in the text; at a quote when it has them.
        var offset: Int
        /// Where its content lies: in the text, or among what was undone.
        fileprivate var content: ByteRange
        fileprivate var isUndone: Bool
        /// Whether it is `\N`, no value.
        var isNull: Bool
    }

    private let text: ByteView
    private let dialect: Dialect
    private let isWhole: Bool
    private var undone = ByteBuffer()
    /// The cells of the row read last; at least one.
    private(set) var cells = ReusableArray<Cell>(minimumCapacity: 16)
    /// Byte offset of the next row.
    private(set) var offset: Int

    /// A reader of the rows from `offset` on.
    ///
    /// - Parameters:
    ///   - text: must stay in place while it is read.
    ///   - isWhole: whether the text ends where it ends; otherwise a row that reaches its end is not read, because more of it may
    ///     follow.
    init(_ text: ByteView, dialect: Dialect, from offset: Int = 0, isWhole: Bool = true) {
        self.text = text
        self.dialect = dialect
        self.offset = offset
        self.isWhole = isWhole
    }

    /// Reads the next row into ``cells``; an empty line is a row of one empty cell.
    ///
    /// - Returns: false when there is none, or not all of one; ``offset`` is left at its beginning then, and when this throws.
    mutating func next() throws(Problem) -> Bool {
        guard offset < text.count else { return false }
        cells.removeAll()
        undone.removeAll()
        var at = offset
        while true {
            cells.append(try readCell(&at))
            if at < text.count && text[at] == dialect.separator { at += 1 } else { break }
        }
        let end = at
        if at < text.count && text[at] == 0x0D { at += 1 }
        // A line feed may follow a carriage return at the end of the text.
        if !isWhole && at == text.count && (end == at || text[end] == 0x0D) { return false }
        if at < text.count && text[at] == 0x0A { at += 1 }
        offset = at
        return true
    }

    /// The content of a cell of the row read last.
    func bytes(of cell: Cell) -> ByteView {
        if cell.isUndone { return cell.content.bytes(in: undone.base) }
        let start = Int(cell.content.start)
        return text.slice(start..<start + Int(cell.content.length))
    }

    private func endsCell(_ byte: UInt8) -> Bool { byte == dialect.separator || byte == 0x0A || byte == 0x0D }

    private mutating func readCell(_ at: inout Int) throws(Problem) -> Cell {
        var start = at
        while start < text.count && text[start].isWhitespace && !endsCell(text[start]) { start += 1 }
        if let quote = dialect.quote, start < text.count, text[start] == quote {
            at = start
            return try readQuotedCell(&at, quote)
        }
        let first = dialect.trimsCells ? start : at
        var hasEscapes = false
        while at < text.count && !endsCell(text[at]) {
            if text[at] == UInt8(ascii: "\\") { hasEscapes = true }
            at += 1
        }
        var end = at
        if dialect.trimsCells { while end > first && text[end - 1].isWhitespace { end -= 1 } }
        let content = ByteRange(first, max(end - first, 0))
        guard dialect.undoesBackslashes && hasEscapes else {
            return Cell(offset: first, content: content, isUndone: false, isNull: false)
        }
        return undo(text.slice(first..<end), at: first)
    }

    private mutating func readQuotedCell(_ at: inout Int, _ quote: UInt8) throws(Problem) -> Cell {
        let start = at
        let begin = undone.count
        at += 1
        var run = at
        while true {
            guard let next = text.offset(of: quote, from: at) else {
                if !isWhole {
                    // The rest may follow; the row is not read.
                    at = text.count
                    break
                }
                throw Problem(reason: "a quote is not closed", offset: start)
            }
            at = next + 1
            guard at < text.count, text[at] == quote else { break }
            undone.append(text.slice(run..<at))
            at += 1
            run = at
        }
        if at > run { undone.append(text.slice(run..<max(at - 1, run))) }
        while at < text.count && text[at].isWhitespace && !endsCell(text[at]) { at += 1 }
        guard at == text.count || endsCell(text[at]) else {
            throw Problem(reason: "there is text after a closing quote", offset: at)
        }
        var (first, end) = (begin, undone.count)
        if dialect.trimsCells {
            let bytes = undone.bytes
            while first < end && bytes[first].isWhitespace { first += 1 }
            while end > first && bytes[end - 1].isWhitespace { end -= 1 }
        }
        return Cell(offset: start, content: ByteRange(first, end - first), isUndone: true, isNull: false)
    }

    /// Undoes the backslashes of a cell as databases write them; of any other character the backslash is dropped.
    private mutating func undo(_ cell: ByteView, at offset: Int) -> Cell {
        if cell.equals("\\N") {
            return Cell(offset: offset, content: .empty, isUndone: true, isNull: true)
        }
        let begin = undone.count
        var index = 0
        while index < cell.count {
            var byte = cell[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < cell.count {
                byte = cell[index]
                index += 1
                switch byte {
                case UInt8(ascii: "t"): byte = 0x09
                case UInt8(ascii: "n"): byte = 0x0A
                case UInt8(ascii: "r"): byte = 0x0D
                case UInt8(ascii: "0"): byte = 0
                default: break
                }
            }
            undone.append(byte)
        }
        return Cell(
            offset: offset, content: ByteRange(begin, undone.count - begin), isUndone: true, isNull: false)
    }
}
