@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A row of delimited values: below a header row that names its columns, or with a cell that is a request.
    static let table = ArchiveForm(
        name: "row of a table",
        sign: """
            a header row, separated by commas, semicolons, tabs or bars, that names a parameter of v1 or is \
            followed by rows with calls in cells; without a header, a row with one document, or any when \
            `--columns` names them
            """,
        sample: "form-csv",
        mayBeginWith: { $0 != UInt8(ascii: "{") && $0 != 0 },
        begins: { DelimitedTable.beginning(at: $0).map { .sequence($0) } },
        unwrap: { text, entry in TableRow.unwrap(text, &entry) })
}

/// Lines of cells between commas, semicolons, tabs or bars.
private final class DelimitedTable: EntrySequence {
    private let separator: UInt8
    /// Bytes of the header row and of lines before it; 0 without a header.
    private let headLength: Int
    /// The header row as it is, to know it again.
    private let header: [UInt8]
    private var rows: TableRows?
    /// Whether it was told how the rows are written.
    private var isTold = false
    private var form: UInt8 = 0
    /// Whether the next row was promised when the sequence was asked whether it goes on.
    private var isPromised = false

    private static let separators = Array(",;\t|".utf8)
    /// Rows looked at for a request in a column of any name.
    private static let mostRowsAhead = 32
    /// Separators of a row without a header. A line with more is no row, and taking it apart would hold up everything else.
    private static let mostSeparators = 4096

    private init(_ separator: UInt8, header: ByteView = .empty, headLength: Int = 0) {
        self.separator = separator
        self.header = Array(header)
        self.headLength = headLength
    }

    /// The table that begins at a start; `nil` when none does.
    static func beginning(at start: EntryStart) -> DelimitedTable? {
        // What a very long line is, only the whole of it tells.
        if start.isLineOpen { return nil }
        let line = start.text.slice(0..<start.lineLength)
        if let (separator, end) = RowDialect.namedSeparator(of: start.text) {
            let next = EntryStart(text: start.text.dropping(end).trimmingLeadingWhitespace())
            guard isHeader(next, separator) else { return nil }
            let headLength = start.text.count - next.text.count + next.lineLength
            return DelimitedTable(separator, header: next.line, headLength: headLength)
        }
        if areNames(line), let separator = separators.first(where: { isHeader(start, $0) }) {
            if DrawnTable(at: start) != nil { return nil }
            return DelimitedTable(separator, header: start.line, headLength: start.lineLength)
        }
        return separator(ofRow: line.trimmingTrailingWhitespace()).map { DelimitedTable($0) }
    }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        form = place.form
        if rows == nil, isDrawn(window) { return .over }
        var rows = self.rows ?? begin(window, chunk, place)
        defer { self.rows = rows }
        while !chunk.isFull {
            guard skipBlankLines(window, chunk, place) else { return .full }
            guard !window.bytes.isEmpty else { return .over }
            window.readAhead()
            guard let extent = window.extent(ofRowBy: rows.table.reader, limit: place.limits.entrySize) else {
                chunk.takeBroken(window.bytes.count, window)
                return .over
            }
            if case .row(let end, _) = extent, isOfHeader(window.bytes.slice(0..<end)) {
                chunk.takeScaffold(end, window, place.source)
                continue
            }
            guard isPromised || isRow(extent, EntryStart(text: window.bytes), rows) else {
                return .interrupted
            }
            guard isTold else {
                tell(&rows, window)
                continue
            }
            isPromised = false
            switch extent {
            case .row(let end, _), .torn(let end): rows.take(end, window, into: chunk, place)
            case .open: chunk.takeTooLongLine("row", limit: place.limits.entrySize, window, place.source)
            }
        }
        return .full
    }

    func goesOn(at start: EntryStart) -> Bool {
        guard let rows else { return false }
        let extent = rows.table.reader.extent(of: start.text, isWhole: false)
        isPromised = isRow(extent, start, rows)
        if case .row(let end, _) = extent { isPromised = isPromised && rows.isSure(start.text.slice(0..<end)) }
        return isPromised
    }

    private func isRow(_ extent: RowReader.Extent, _ start: EntryStart, _ rows: TableRows) -> Bool {
        guard start.text[0] != 0, !Self.isNamedHeader(start) else { return false }
        if rows.table.columns.isEmpty, case .row(let end, _) = extent {
            return Self.separator(ofRow: start.text.slice(0..<end).trimmingTrailingWhitespace()) == separator
        }
        if case .row(_, let cells) = extent, cells != rows.table.columns.count, !rows.table.columns.isEmpty,
            let other = DelimitedTable.beginning(at: start), other.separator != separator
        {
            // A row of a table that came before.
            return false
        }
        return rows.isRow(extent, at: start, form: form)
    }

    /// Whether a row belongs to the header: that again, or a line of dashes for each column below it, as `sqlcmd` writes it.
    private func isOfHeader(_ row: ByteView) -> Bool {
        if header.isEmpty { return false }
        let row = row.trimmingWhitespace()
        return row.elementsEqual(header)
            || row.first == UInt8(ascii: "-") && row.allSatisfy { $0 == UInt8(ascii: "-") || $0 == separator }
    }

    /// Whether what seemed to be a header is that of a drawn table, which the line below it tells.
    private func isDrawn(_ window: InputWindow) -> Bool {
        guard separator == UInt8(ascii: "|"), headLength > 0 else { return false }
        while window.bytes.dropping(headLength).offset(of: 0x0A) == nil, window.more() {}
        return DrawnTable(at: EntryStart(text: window.bytes)) != nil
    }

    /// Takes the header; how the rows are written is told by the first of them.
    private func begin(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> TableRows {
        let dialect = RowDialect.toldByCells(separator: separator)
        var columns = place.limits.columns
        if headLength > 0 {
            columns = header.withByteView { Self.cells(of: $0, dialect) }
            chunk.takeScaffold(headLength, window, place.source)
        }
        return TableRows(RowTable(dialect, columns: columns))
    }

    private func tell(_ rows: inout TableRows, _ window: InputWindow) {
        isTold = true
        var dialect = rows.table.reader.dialect
        dialect.isRaw = RowDialect.isRaw(window.bytes, separator: separator)
        if dialect.isRaw { rows = TableRows(RowTable(dialect, columns: rows.table.columns)) }
    }

    /// Steps over lines without text, and byte-order marks before a row.
    ///
    /// - Returns: false when results are wanted before more input is waited for.
    private func skipBlankLines(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        while true {
            let text = window.bytes
            let blank = text.firstIndex { !$0.isWhitespace } ?? text.count
            let lines = blank == text.count ? blank : text.slice(0..<blank).endOfLastLine
            if lines > 0 { chunk.takePunctuation(lines, window) }
            if window.bytes.hasPrefix("\u{FEFF}") {
                chunk.takePunctuation(3, window)
                continue
            }
            if !window.bytes.isEmpty { return true }
            if chunk.isHeldBack(by: window) { return false }
            if !window.more() { return true }
        }
    }

    // MARK: What begins a table

    /// Whether a line is a header row: one that names a column like `xmlData` or for addresses, or names with a request in a row below.
    private static func isHeader(_ start: EntryStart, _ separator: UInt8) -> Bool {
        guard areNames(start.line) else { return false }
        let dialect = RowDialect.toldByCells(separator: separator)
        let table = RowTable(dialect, columns: cells(of: start.line, dialect))
        let names = table.columns.map(RowTable.folded)
        if isNamed(names) { return true }
        let rows = start.text.dropping(start.lineLength)
        if names.count == 1 { return beginsQuotedCall(rows) && hasRequest(rows, table) }
        guard names.allSatisfy({ $0.first.map { $0.isASCIILetter || $0 >= 0x80 } ?? false }) else { return false }
        return hasRequest(rows, table)
    }

    /// Whether a text begins with a cell that is a JSON object in quotes, which are doubled inside: `"{""leadId"": …`.
    private static func beginsQuotedCall(_ text: ByteView) -> Bool { text.hasPrefix("\"{\"\"") }

    /// Whether a line is the header row of a table for requests, whatever comes after it.
    private static func isNamedHeader(_ start: EntryStart) -> Bool {
        let line = start.line
        guard areNames(line) else { return false }
        return separators.contains {
            isNamed(cells(of: line, .toldByCells(separator: $0)).map(RowTable.folded))
        }
    }

    private static func isNamed(_ names: [[UInt8]]) -> Bool {
        names.contains { name in
            name.withByteView {
                $0.equals("xmldata") || names.count > 1 && ($0.equals("url") || $0.equals("uri"))
            }
        }
    }

    /// Whether a line holds nothing that names of columns do not have.
    private static func areNames(_ line: ByteView) -> Bool {
        guard let first = line.first, !first.isDigit else { return false }
        // Asked of each line that no form before knows, so byte by byte without the collection's own functions.
        var index = 0
        while index < line.count {
            switch line[index] {
            case 0, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "="),
                UInt8(ascii: ":"), UInt8(ascii: "%"):
                return false
            default: index += 1
            }
        }
        return true
    }

    /// Whether one of the first rows has a call; beside a column of lead ids a document is one, else such rows need no names.
    private static func hasRequest(_ text: ByteView, _ table: RowTable) -> Bool {
        let (reader, count) = (table.reader, table.columns.count)
        var rest = text.trimmingLeadingWhitespace()
        for _ in 0..<mostRowsAhead {
            // A line of JSON may have as many commas.
            if rest.first?.isOne(of: "{[") ?? true { return false }
            guard case .row(let end, count) = reader.extent(of: rest, isWhole: true) else { return false }
            let row = rest.slice(0..<end)
            if RequestMarks.isIn(row), TableRow.holdsCall(row, reader, documentsCount: table.leadIDColumn != nil) {
                return true
            }
            rest = rest.dropping(end)
            if rest.isEmpty { return false }
        }
        return false
    }

    /// The separator of a row that stands without a header, told by a cell that is a document, a call in quotes or a JSON
    /// object between tabs, and others beside it, none with a part of a request amid other text; `nil` for any other line. What has
    /// another call without quotes is a line of a log.
    private static func separator(ofRow line: ByteView) -> UInt8? {
        guard let first = line.first, let last = line.last else { return nil }
        // Most lines are no such row and must be told at a glance.
        if first == UInt8(ascii: "<") {
            guard last.isDigit || last == UInt8(ascii: "\""), RawXML.rootEnd(in: line) != nil else { return nil }
        } else if first != UInt8(ascii: "\""), first != UInt8(ascii: "'"),
            !hasSeparator(line.slice(0..<min(line.count, 64)))
        {
            return nil
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == UInt8(ascii: "(") { return nil }
        if last.isOne(of: ");"), isCall(line) { return nil }
        return separators.first { separator in
            let reader = RowReader(.toldByCells(separator: separator))
            var value = ByteBuffer(minimumCapacity: 1024)
            var (cells, documents) = (0, 0)
            var hasOtherText = false
            guard (1...mostSeparators).contains(count(of: separator, in: line)) else { return false }
            reader.forEachCell(of: line) { cell in
                cells += 1
                value.removeAll()
                TableRow.append(cell, of: line, reader, to: &value)
                // What databases write with tabs has no quotes.
                let isValue =
                    cell.form == .quoted || separator == UInt8(ascii: "\t") && value.bytes.first == UInt8(ascii: "{")
                if TableRow.isDocument(value.bytes) || isValue && JSONCallSearch.callText(value.bytes) != nil {
                    documents += 1
                } else if !V1Address.begins(value.bytes) || V1Address.isFollowedByText(value.bytes) {
                    hasOtherText = hasOtherText || RequestMarks.isIn(value.bytes)
                }
            }
            return (cells > 1 || beginsQuotedCall(line)) && documents == 1 && !hasOtherText
        }
    }

    /// Whether a line is a call of a function in a program, `name(…)` or `name(…);`, whose arguments are no cells.
    private static func isCall(_ line: ByteView) -> Bool {
        let end = line.last == UInt8(ascii: ";") ? line.slice(0..<(line.count - 1)) : line
        let front = line.prefix { !$0.isOne(of: ",;\t|'\"") }
        return end.last == UInt8(ascii: ")") && front.count { $0 == 0x28 } > front.count { $0 == 0x29 }
    }

    private static func hasSeparator(_ text: ByteView) -> Bool {
        text.offset(of: separators[0], or: separators[1]) != nil
            || text.offset(of: separators[2], or: separators[3]) != nil
    }

    /// How often a separator occurs, counted no further than to see that it is too often.
    private static func count(of separator: UInt8, in line: ByteView) -> Int {
        var (count, index) = (0, 0)
        while count <= mostSeparators, let found = line.offset(of: separator, from: index) {
            count += 1
            index = found + 1
        }
        return count
    }

    private static func cells(of line: ByteView, _ dialect: RowDialect) -> [String] {
        let reader = RowReader(dialect)
        var names: [String] = []
        var value = ByteBuffer(minimumCapacity: 64)
        reader.forEachCell(of: line) { cell in
            value.removeAll()
            _ = reader.append(cell, of: line, to: &value)
            names.append(value.bytes.trimmingWhitespace().text)
        }
        return names
    }
}
