import Bytes
import ConvertLead

/// Comma-separated values (RFC 4180), with other delimiters too.
enum TableColumns {
    /// Delimiters tried in this order.
    private static let delimiters = Array(",;\t|".utf8)

    /// The delimiter of a table: of its header row, or of the one behind a line that names it.
    static func delimiter(ofTable text: ByteView) -> UInt8? {
        guard let named = delimiter(namedBy: text.firstLine), let end = text.offset(of: 0x0A) else {
            return delimiter(ofHeader: text.firstLine)
        }
        return isHeader(text.dropping(end + 1).firstLine, delimiter: named) ? named : nil
    }

    /// The delimiter of a header row that names a column for `xmlData`, or one for a URL; `nil` when it is none.
    static func delimiter(ofHeader line: ByteView) -> UInt8? {
        delimiters.first { isHeader(line, delimiter: $0) }
    }

    private static func isHeader(_ line: ByteView, delimiter: UInt8) -> Bool {
        guard line.count < 65_536 else { return false }
        let names = names(ofHeader: line, delimiter: delimiter)
        return names.contains { name in
            name.withByteView {
                V1Parameters.Name($0) == .xmlData || (names.count > 1 && $0.equals("url"))
            }
        }
    }

    /// The delimiter of a table in which no column is named like `xmlData` although there are requests in one: every row of it
    /// is to be told what is wrong.
    static func delimiter(ofUnnamedTable text: ByteView) -> UInt8? {
        let line = text.firstLine
        guard line.count < 4096, let end = text.offset(of: 0x0A) else { return nil }
        let rows = text.dropping(end)
        return delimiters.first { delimiter in
            let names = names(ofHeader: line, delimiter: delimiter)
            let areNames = names.allSatisfy { name in
                name.first.map { $0.isASCIILetter || $0 == UInt8(ascii: "_") } ?? false
                    && name.allSatisfy { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 >= 0x80 }
            }
            guard names.count > 1, areNames else { return false }
            var start = 0
            while let found = rows.offset(of: "<Potentials", from: start) {
                let before = rows.slice(0..<found).last == UInt8(ascii: "\"") ? found - 2 : found - 1
                if before >= 0, rows[before] == delimiter || rows[before] == 0x0A { return true }
                start = found + 1
            }
            return false
        }
    }

    /// Whether a column is named like `xmlData`, or holds addresses.
    static func holdRequests(_ columns: [[UInt8]]) -> Bool {
        columns.contains { name in
            name.withByteView { V1Parameters.Name($0) == .xmlData || $0.equals("url") || $0.equals("uri") }
        }
    }

    /// The columns of lead ids: those named `leadId`, else the only one whose name ends so, else `id`.
    ///
    /// A table that has lead ids in other columns uses `id` for its own rows.
    static func leadIDs(in columns: [[UInt8]]) -> [Int] {
        let named = columns.indices.filter {
            columns[$0].suffix(6) == Array("leadid".utf8)[...] || columns[$0].suffix(7) == Array("lead_id".utf8)[...]
        }
        let exact = named.filter { columns[$0].count == 6 || columns[$0] == Array("lead_id".utf8) }
        if !exact.isEmpty { return exact }
        return named.isEmpty
            ? columns.indices.filter { columns[$0] == Array("id".utf8) } : named.count == 1 ? named : []
    }

    /// The name of a column as it is compared: lower case, and an underscore for white space and hyphens inside.
    static func name(_ text: ByteView) -> [UInt8] {
        text.trimmingWhitespace().map { $0.isWhitespace || $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0.lowercased }
    }

    /// The delimiter that a line like Excel's `sep=;` names, which may stand before the header row.
    static func delimiter(namedBy line: ByteView) -> UInt8? {
        let isQuoted = line.count == 7 && line.first == UInt8(ascii: "\"") && line.last == line.first
        let text = isQuoted ? line.slice(1..<6) : line
        return text.count == 5 && text.hasPrefixIgnoringCase("sep=") ? text[4] : nil
    }

    /// The names of the columns, as they are compared.
    static func names(ofHeader line: ByteView, delimiter: UInt8) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var cells = ByteBuffer(minimumCapacity: 256)
        readCells(line, delimiter: delimiter, into: &cells) { cell in
            names.append(name(cell))
        }
        return names
    }

    /// Where the first row of a text ends.
    enum RowEnd: Equatable {
        /// Behind the line end at its end.
        case at(Int)
        /// At the end of the text, or behind it.
        case open
        /// Nowhere in the text, which ends inside quotes.
        case quoted
    }

    /// Finds the end of the first row.
    static func rowEnd(in text: ByteView) -> RowEnd {
        var index = 0
        var isQuoted = false
        while index < text.count {
            if isQuoted {
                guard let quote = text.offset(of: UInt8(ascii: "\""), from: index) else { return .quoted }
                isQuoted = false
                index = quote + 1
                continue
            }
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") { isQuoted = true }
            if byte == 0x0A { return .at(index) }
        }
        return isQuoted ? .quoted : .open
    }

    /// Calls `body` with each cell of a row, unquoted; a doubled quote inside quotes is one.
    static func readCells(
        _ row: ByteView, delimiter: UInt8, into cells: inout ByteBuffer,
        _ body: (ByteView) -> Void
    ) {
        var end = row.count
        while end > 0, row[end - 1] == 0x0A || row[end - 1] == 0x0D { end -= 1 }
        let inside = row.slice(0..<end)
        let quote = UInt8(ascii: "\"")
        var index = 0
        while index <= end {
            cells.removeAll()
            var isQuoted = false
            while index < end {
                if isQuoted {
                    // Requests are long cells, with a doubled quote here and there.
                    let run = index
                    index = inside.offset(of: quote, from: index) ?? end
                    cells.append(row.slice(run..<index))
                    if index + 1 < end, row[index + 1] == quote {
                        cells.append(quote)
                        index += 2
                    } else if index < end {
                        isQuoted = false
                        index += 1
                    }
                    continue
                }
                let byte = row[index]
                if byte == delimiter { break }
                if byte == quote, cells.bytes.trimmingWhitespace().isEmpty {
                    cells.removeAll()
                    isQuoted = true
                } else {
                    cells.append(byte)
                }
                index += 1
            }
            body(cells.bytes)
            index += 1
        }
    }
}
