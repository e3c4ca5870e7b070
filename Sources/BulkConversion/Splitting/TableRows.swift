import Bytes
import ConvertLead

/// Rows of comma-separated values below a header row.
final class TableRows: EntrySplitter {
    private let delimiter: UInt8
    private let limits: ReadingLimits
    private var table: EntrySource?

    init(delimiter: UInt8, limits: ReadingLimits) {
        self.delimiter = delimiter
        self.limits = limits
    }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            guard let row = nextRow(window, chunk, source) else { return true }
            if row.isEmpty { continue }
            if let table {
                if !row.trimmingWhitespace().isEmpty { chunk.add(.row, row, line: window.line, from: table) }
            } else if !row.trimmingWhitespace().isEmpty,
                TableColumns.delimiter(namedBy: row.trimmingWhitespace()) == nil
            {
                let columns = TableColumns.names(ofHeader: row, delimiter: delimiter)
                table = EntrySource(name: source.name, columns: columns, rowSyntax: .separated(by: delimiter))
            }
            window.consume(row.count)
        }
        return false
    }

    /// The next row, at the start of the window; nothing behind one that had to be given up; `nil` at the end of the file.
    private func nextRow(
        _ window: InputWindow, _ chunk: Chunk, _ source: EntrySource
    ) -> ByteView? {
        let end = window.find(atMost: limits.entrySize) {
            if case .at(let end) = TableColumns.rowEnd(in: $0) { end } else { nil }
        }
        if let end, end <= limits.entrySize { return window.bytes.slice(0..<end) }
        let isLong = window.bytes.count > limits.entrySize
        if !isLong, window.bytes.isEmpty || window.failure != nil { return nil }
        if TableColumns.rowEnd(in: window.bytes) == .quoted, let lineEnd = window.bytes.offset(of: 0x0A) {
            // A quote too many would take all rows behind it along.
            let line = window.bytes.slice(0..<(lineEnd + 1))
            chunk.add(
                problem: .archiveEntry,
                "A quote in this row is not closed, so the row was taken to end with its line; the rows behind it were read",
                line: window.line, from: source,
                text: table?.hasSecretColumns ?? true ? line.slice(0..<0) : line.trimmingWhitespace())
            window.consume(line.count)
            return line.slice(0..<0)
        }
        if isLong {
            chunk.add(tooLong: "row", limit: limits.entrySize, line: window.line, from: source)
            window.consume(end ?? window.bytes.count)
            if end == nil { window.consumeLine() }
            return window.bytes.slice(0..<0)
        }
        return window.bytes
    }
}

/// The tuples of `INSERT INTO` statements of an SQL dump; columns that a statement does not name come from `CREATE TABLE`.
final class SQLRows: EntrySplitter {
    private let backslashEscapes: Bool
    private let limits: ReadingLimits
    /// Columns by table, lower case.
    private var definitions: [[UInt8]: [[UInt8]]] = [:]
    /// The table whose rows come next; `nil` between statements.
    private var table: Table?
    /// Whether these rows are lines of a `COPY`.
    private var isCopying = false

    private struct Table {
        var source: EntrySource
        /// Line where its rows begin.
        var line: Int
        /// Whether a row was met that holds a request, in a table in which no column is named for them.
        var hasRequests = false

        /// Whether a row is one of a request. Of other tables those are, too, that hold one in a column of another name.
        mutating func takes(_ row: ByteView) -> Bool {
            if source.hasRequestColumn { return true }
            let isTaken = row.offset(of: "<Potentials") != nil
            hasRequests = hasRequests || isTaken
            return isTaken
        }
    }

    init(backslashEscapes: Bool, limits: ReadingLimits) {
        self.backslashEscapes = backslashEscapes
        self.limits = limits
    }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            guard readNext(window, chunk, source) else {
                endTable(chunk, source)
                return true
            }
        }
        return false
    }

    /// Reads a row, or the head of a statement. Returns false at the end of the file.
    private func readNext(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        if isCopying { return readCopiedLine(window, chunk, source) }
        guard skipBlanks(window) else { return false }
        return table == nil ? readStatement(window, chunk, source) : readTuple(window, chunk, source)
    }

    /// Goes on behind the rows of a table. One without a request is skipped as a whole.
    private func endTable(_ chunk: Chunk, _ source: EntrySource) {
        if let table, !table.source.hasRequestColumn, !table.hasRequests {
            chunk.add(skip: .otherTable, line: table.line, from: source)
        }
        table = nil
        isCopying = false
    }

    /// Steps over white space, comments and empty statements. Returns false at the end of the file.
    private func skipBlanks(_ window: InputWindow) -> Bool {
        while true {
            window.fill(64)
            let text = window.bytes
            guard let first = text.first else { return false }
            if first.isWhitespace || (first == UInt8(ascii: ";") && table == nil)
                || (first == UInt8(ascii: ",") && table != nil)
            {
                window.consume(1)
                continue
            }
            if text.hasPrefix("--") || (first == UInt8(ascii: "#") && backslashEscapes) {
                window.consumeLine()
                continue
            }
            if text.hasPrefix("/*") {
                var end = text.offset(of: "*/", from: 2)
                while end == nil, window.bytes.count < limits.entrySize, window.more() {
                    end = window.bytes.offset(of: "*/", from: 2)
                }
                guard let end else { return false }
                window.consume(end + 2)
                continue
            }
            return true
        }
    }

    /// Reads the next tuple of an `INSERT`, or the end of the statement.
    private func readTuple(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        guard let table = table?.source else { return true }
        guard window.bytes.first == UInt8(ascii: "(") else {
            // `;`, or an ON CONFLICT clause before it; or the next statement, where nothing stands between them.
            endTable(chunk, source)
            if window.bytes.hasPrefixIgnoringCase("GO"), window.bytes.dropping(2).first.map(\.isWhitespace) ?? true {
                window.consumeLine()
                return true
            }
            return Self.beginsData(window.bytes) || skipStatement(window, nil, source)
        }
        let length = window.find(atMost: limits.entrySize) {
            SQLText.tupleLength($0, backslashEscapes: backslashEscapes)
        }
        if let length, length > limits.entrySize {
            if self.table?.takes(window.bytes.slice(0..<length)) ?? false {
                chunk.add(tooLong: "row", limit: limits.entrySize, line: window.line, from: source)
            }
            window.consume(length)
            return true
        }
        guard let length else {
            if window.failure == nil, self.table?.takes(window.bytes) ?? false {
                if window.bytes.count > limits.entrySize {
                    chunk.add(tooLong: "row", limit: limits.entrySize, line: window.line, from: source)
                } else {
                    let kept = window.bytes.slice(0..<(table.hasSecretColumns ? 0 : window.bytes.count))
                    chunk.add(
                        problem: .archiveEntry, "The row is not closed", line: window.line, from: source, text: kept)
                }
            }
            endTable(chunk, source)
            if window.bytes.count > limits.entrySize {
                window.consumeLine()
                return true
            }
            return false
        }
        add(window.bytes.slice(0..<length), window, chunk)
        window.consume(length)
        return true
    }

    /// Adds a row of the table.
    private func add(_ row: ByteView, _ window: InputWindow, _ chunk: Chunk) {
        guard let source = table?.source, table?.takes(row) ?? false else { return }
        chunk.add(.row, row, line: window.line, from: source)
    }

    /// Reads the head of a statement; of one that means nothing to us, all of it.
    private func readStatement(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        let text = window.bytes
        if text.hasPrefixIgnoringCase("COPY ") { return readCopy(window, chunk, source) }
        if text.hasPrefixIgnoringCase("CREATE TABLE") {
            guard let open = offset(of: UInt8(ascii: "("), in: window) else { return false }
            var length: Int?
            repeat {
                length = SQLText.tupleLength(window.bytes.dropping(open), backslashEscapes: backslashEscapes)
            } while length == nil && window.bytes.count <= limits.entrySize && window.more()
            guard let length else { return skipStatement(window, chunk, source) }
            let name = tableName(window.bytes.slice(12..<open))
            let list = window.bytes.slice(open..<(open + length))
            definitions[name] = SQLText.columnNames(list, isDefinition: true)
            window.consume(open + length)
            return skipStatement(window, chunk, source)
        }
        if text.hasPrefixIgnoringCase("INSERT ") || text.hasPrefixIgnoringCase("REPLACE ") {
            return readInsert(window, chunk, source)
        }
        return skipStatement(window, chunk, source)
    }

    private func readInsert(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        let line = window.line
        guard let head = valuesHead(in: window) else { return skipStatement(window, chunk, source) }
        let text = window.bytes.slice(0..<head)
        // The word belongs to a later statement; this one has no values of its own.
        if text.contains(UInt8(ascii: ";")) || text.dropping(7).offset(ofWord: "INSERT") != nil {
            return skipStatement(window, chunk, source)
        }
        let into = text.offset(ofWord: "INTO").map { $0 + 4 } ?? 0
        let rest = text.dropping(into)
        let open = rest.offset(of: UInt8(ascii: "("))
        let name = tableName(rest.slice(0..<(open ?? rest.offset(ofWord: "VALUES") ?? rest.count)))
        let columns = columns(open.map { rest.dropping($0) }, of: name, line: line, chunk, source)
        window.consume(head)
        guard let columns else { return skipStatement(window, nil, source) }
        let rows = EntrySource(
            name: source.name, columns: columns, rowSyntax: .sql(backslashEscapes: backslashEscapes))
        table = Table(source: rows, line: line)
        return true
    }

    /// The columns of a table, listed in the statement or defined before; that there are none is reported.
    private func columns(
        _ list: ByteView?, of table: [UInt8], line: Int, _ chunk: Chunk, _ source: EntrySource
    ) -> [[UInt8]]? {
        let columns = list.map { SQLText.columnNames($0, isDefinition: false) } ?? definitions[table]
        if columns == nil {
            chunk.add(
                problem: .archiveEntry,
                "The columns of this table are named neither here nor by a CREATE TABLE before it",
                line: line, from: source)
        }
        return columns
    }

    /// Reads the head of a `COPY`; its lines come next.
    private func readCopy(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        guard offset(of: UInt8(ascii: ";"), in: window) != nil, let head = SQLText.copyHead(window.bytes) else {
            return skipStatement(window, chunk, source)
        }
        let open = head.offset(of: UInt8(ascii: "("))
        let name = tableName(head.slice(0..<(open ?? head.count)))
        let line = window.line
        table = columns(open.map { head.dropping($0) }, of: name, line: line, chunk, source).map {
            Table(source: EntrySource(name: source.name, columns: $0, rowSyntax: .copied), line: line)
        }
        isCopying = true
        window.consumeLine()
        return true
    }

    /// Reads a line of a `COPY`, or the `\.` behind the last one. Returns false at the end of the file.
    private func readCopiedLine(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        var end = window.bytes.offset(of: 0x0A)
        while end == nil, window.bytes.count <= limits.entrySize {
            let tried = window.bytes.count
            guard window.more() else { break }
            end = window.bytes.offset(of: 0x0A, from: tried)
        }
        if end == nil, window.bytes.count > limits.entrySize {
            if table?.takes(window.bytes) ?? false {
                chunk.add(tooLong: "row", limit: limits.entrySize, line: window.line, from: source)
            }
            window.consumeLine()
            return true
        }
        if end == nil, window.bytes.isEmpty || window.failure != nil { return false }
        let row = window.bytes.slice(0..<(end ?? window.bytes.count))
        if row.trimmingWhitespace().equals("\\.") {
            endTable(chunk, source)
        } else {
            add(row, window, chunk)
        }
        window.consume(end.map { $0 + 1 } ?? row.count)
        return end != nil
    }

    private func tableName(_ text: ByteView) -> [UInt8] {
        var rest = text.trimmingWhitespace()
        if let exists = rest.offset(ofWord: "EXISTS") { rest = rest.dropping(exists + 6).trimmingWhitespace() }
        return SQLText.identifier(rest).map(\.lowercased)
    }

    /// Offset behind the word `VALUES` of the statement at the start of the window.
    private func valuesHead(in window: InputWindow) -> Int? {
        window.fill(4096)
        while true {
            if let word = window.bytes.offset(ofWord: "VALUES") { return word + 6 }
            if window.bytes.count > InputWindow.blockSize || !window.more() { return nil }
        }
    }

    private func offset(of byte: UInt8, in window: InputWindow) -> Int? {
        while true {
            if let found = window.bytes.offset(of: byte) { return found }
            if window.bytes.count > limits.entrySize || !window.more() { return nil }
        }
    }

    /// Whether a statement begins that has rows or columns, at the start of a line.
    private static func beginsData(_ text: ByteView) -> Bool {
        text.hasPrefixIgnoringCase("INSERT ") || text.hasPrefixIgnoringCase("REPLACE INTO ")
            || text.hasPrefixIgnoringCase("CREATE TABLE ") || text.hasPrefixIgnoringCase("COPY ")
    }

    /// Steps behind the next `;` outside quotes and comments, or to a line that begins a statement with rows, keeping nothing.
    ///
    /// - Parameter chunk: where a statement that holds a request is reported; `nil` when it was.
    /// - Returns: false at the end of the file.
    private func skipStatement(_ window: InputWindow, _ chunk: Chunk?, _ source: EntrySource) -> Bool {
        // Enough to see what a line begins with.
        let lookahead = 14
        let line = window.line
        var holdsRequest = false
        defer {
            if holdsRequest {
                chunk?.add(
                    problem: .archiveEntry,
                    "The statement holds a request in a form that is not read; only INSERT with VALUES and COPY are",
                    line: line, from: source)
            }
        }
        while true {
            var index = 0
            let text = window.bytes
            while index < text.count {
                guard
                    text.count - index > lookahead,
                    let length = SQLText.tokenLength(text.dropping(index), backslashEscapes: backslashEscapes)
                else { break }
                if length == 1, text[index] == UInt8(ascii: ";") {
                    window.consume(index + 1)
                    return true
                }
                if length == 1, text[index] == 0x0A, Self.beginsData(text.dropping(index + 1)) {
                    window.consume(index + 1)
                    return true
                }
                if length > 30, text[index] == UInt8(ascii: "'") || text[index] == UInt8(ascii: "\"") {
                    let quoted = text.slice(index..<(index + length))
                    holdsRequest = holdsRequest || quoted.offset(of: "createPotential") != nil
                }
                index += length
            }
            window.consume(index)
            if window.bytes.count > limits.entrySize { window.consumeLine() }
            if !window.more() {
                let end = window.bytes.offset(of: UInt8(ascii: ";")).map { $0 + 1 } ?? window.bytes.count
                holdsRequest = holdsRequest || window.bytes.slice(0..<end).offset(of: "createPotential") != nil
                window.consume(end)
                return !window.bytes.isEmpty
            }
        }
    }
}

extension ByteView {
    /// Offset of a word, case ignored, with no letter or digit at its sides, outside quotes.
    fileprivate func offset(ofWord word: StaticString) -> Int? {
        var index = 0
        var quote: UInt8 = 0
        while index < count {
            let byte = self[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "`") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if dropping(index).hasPrefixIgnoringCase(word) {
                let isBegin = index == 0 || !(self[index - 1].isASCIILetter || self[index - 1] == UInt8(ascii: "_"))
                let next = index + word.utf8CodeUnitCount
                let isEnd = next >= count || !(self[next].isASCIILetter || self[next] == UInt8(ascii: "_"))
                if isBegin, isEnd { return index }
            }
            index += 1
        }
        return nil
    }
}
