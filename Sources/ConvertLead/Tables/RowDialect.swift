@_spi(Package) import Bytes

/// How the rows of a table are written.
package struct RowDialect: Sendable, Hashable {
    /// Byte between two cells.
    package var separator = UInt8(ascii: ",")
    /// Byte around cells that hold other signs, doubled inside; 0 where cells have no quotes.
    package var quote = UInt8(ascii: "\"")
    /// Whether a backslash escapes the byte after it.
    package var usesBackslashes = false
    /// Whether each cell tells by itself how it is written: ``CellEscapes`` says how. XML outside quotes goes on to the end of its
    /// root, over separators and line ends, because its writer escaped nothing.
    package var isToldByCells = false
    /// Whether cells without quotes are known to be as they are, because a row shows it: ``isRaw(_:separator:)``.
    package var isRaw = false
    /// Whether a row is a list of SQL, and not a line.
    package var isTuple = false
    /// Whether the list has brackets around it.
    package var hasBrackets = false
    /// Whether a semicolon outside of strings ends the list without its bracket.
    package var endsAtSemicolon = false
    /// Whether the cells of a tuple are `name = value`, without brackets around them, as after `SET`. A cell is the value.
    package var isAssignments = false
    /// Whether a row ends at a carriage return too, not only at a line feed. Only for texts that are there as a whole.
    package var endsAtReturns = false
    /// Whether text after a closing quote is a fault and not part of the cell.
    package var refusesTextAfterQuotes = false
    /// Whether `NULL` and `\N` without quotes are no value; where backslashes escape, `\N` always is none.
    package var hasNullWords = true

    /// Comma-separated values by RFC 4180.
    package init() {}

    /// Lines of cells between separators, in quotes where they need them.
    package init(separator: UInt8, quote: UInt8 = UInt8(ascii: "\"")) {
        self.separator = separator
        self.quote = quote
    }

    /// Lines of PostgreSQL's `COPY` and of MySQL's exports: tabs, escapes by a backslash, no quotes.
    package static var escapedLines: RowDialect {
        var dialect = RowDialect(separator: 0x09, quote: 0)
        dialect.usesBackslashes = true
        return dialect
    }

    /// Lines of cells of which each tells by itself how it is written.
    package static func toldByCells(separator: UInt8) -> RowDialect {
        var dialect = RowDialect(separator: separator)
        dialect.isToldByCells = true
        return dialect
    }

    /// Tuples of an `INSERT` statement.
    package static func tuples(usingBackslashes: Bool) -> RowDialect {
        var dialect = RowDialect(separator: UInt8(ascii: ","), quote: UInt8(ascii: "'"))
        dialect.usesBackslashes = usingBackslashes
        dialect.isTuple = true
        dialect.hasBrackets = true
        return dialect
    }

    /// Lists of values in any statement.
    package static func lists(usingBackslashes: Bool) -> RowDialect {
        var dialect = tuples(usingBackslashes: usingBackslashes)
        dialect.endsAtSemicolon = true
        return dialect
    }

    /// A string of SQL by itself, a list of one value without brackets.
    package static func string(usingBackslashes: Bool) -> RowDialect {
        var dialect = tuples(usingBackslashes: usingBackslashes)
        dialect.hasBrackets = false
        return dialect
    }

    /// Whether a row is a string of SQL by itself.
    package var isString: Bool { isTuple && !hasBrackets && !isAssignments }

    /// The assignments of MySQL's `INSERT … SET`, up to a semicolon or a clause after them.
    package static func assignments(usingBackslashes: Bool) -> RowDialect {
        var dialect = tuples(usingBackslashes: usingBackslashes)
        dialect.isAssignments = true
        dialect.hasBrackets = false
        return dialect
    }

    /// Whether rows show that their writer escapes nothing: a backslash before what needs none, or a document with line ends or
    /// separators. Databases that escape write neither.
    package static func isRaw(_ rows: ByteView, separator: UInt8) -> Bool {
        var escaping = RowDialect.escapedLines
        escaping.separator = separator
        let (asLines, asCells) = (RowReader(escaping), RowReader(.toldByCells(separator: separator)))
        var rest = rows
        // A backslash at the end of the text may be half of an escape.
        while rest.last == UInt8(ascii: "\\") { rest = rest.slice(0..<(rest.count - 1)) }
        for _ in 0..<64 where !rest.isEmpty {
            // A line without separators is no row of the table.
            guard case .row(let lineEnd, let cells) = asLines.extent(of: rest, isWhole: true), cells > 1 else {
                return false
            }
            var hasQuotes = false
            asCells.forEachCell(of: rest) { hasQuotes = hasQuotes || $0.form != .plain }
            if !hasQuotes {
                let line = rest.slice(0..<lineEnd).trimmingTrailingWhitespace()
                if line.contains(UInt8(ascii: "\\")), Backslashes(in: line, separator: separator, isRow: true).areText {
                    return true
                }
                let extent = asCells.extent(of: rest, isWhole: false)
                if case .row = extent, extent != .row(end: lineEnd, cells: cells) { return true }
            }
            rest = rest.dropping(lineEnd)
        }
        return false
    }

    /// Whether a cell without quotes means no value.
    func isNull(_ cell: ByteView) -> Bool {
        (usesBackslashes || hasNullWords) && cell.equals("\\N") || hasNullWords && cell.equals("NULL")
    }
}

extension RowDialect {
    /// The dialect of a whole table with a header, as people save it, and where its header begins.
    ///
    /// A first line `sep=;`, as spreadsheets write it, names the separator and is no row. Otherwise the first comma, semicolon
    /// or tab outside of quotes in the first line is the separator. Tab-separated text whose header has no quotes is taken
    /// for that of a database: quotes are characters and backslashes are undone.
    static func ofTable(_ text: ByteView) -> (dialect: RowDialect, header: Int) {
        let (separator, header) = namedSeparator(of: text) ?? (firstSeparator(in: text), 0)
        let lineEnd = text.dropping(header).firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count - header
        let hasQuotes = text.slice(header..<header + lineEnd).contains(UInt8(ascii: "\""))
        var dialect =
            separator == UInt8(ascii: "\t") && !hasQuotes ? .escapedLines : RowDialect(separator: separator)
        dialect.endsAtReturns = true
        dialect.refusesTextAfterQuotes = true
        dialect.hasNullWords = false
        return (dialect, header)
    }

    /// The separator that a first line `sep=;` names, with or without quotes, and where the next line begins.
    package static func namedSeparator(of text: ByteView) -> (separator: UInt8, end: Int)? {
        var index = text.first == UInt8(ascii: "\"") ? 1 : 0
        guard text.dropping(index).hasPrefixIgnoringCase("sep="), index + 4 < text.count else { return nil }
        let separator = text[index + 4]
        index += 5
        if index < text.count && text[index] == UInt8(ascii: "\"") { index += 1 }
        while index < text.count && (text[index] == 0x20 || text[index] == 0x09) { index += 1 }
        guard separator >= 0x20 || separator == UInt8(ascii: "\t"), separator < 0x80,
            index == text.count || text[index] == 0x0A || text[index] == 0x0D
        else { return nil }
        if index < text.count && text[index] == 0x0D { index += 1 }
        if index < text.count && text[index] == 0x0A { index += 1 }
        return (separator, index)
    }

    private static func firstSeparator(in text: ByteView) -> UInt8 {
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
