@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A row of an `INSERT` or `COPY` statement.
    static let sqlDump = ArchiveForm(
        name: "row of an SQL dump",
        sign: """
            `INSERT`, `COPY`, `CALL` and other statements of MySQL, PostgreSQL, SQLite or SQL Server, or a comment \
            before them; each row or list of values is an entry
            """,
        sample: "form-mysql-dump",
        mayBeginWith: { $0.isASCIILetter || $0.isOne(of: "-/") },
        isOpen: { SQLText.isOfComments($0.text) },
        begins: { SQLText.beginsDump($0) ? .sequence(SQLDump()) : nil },
        unwrap: { text, entry in TableRow.unwrap(text, &entry) })
}

/// The statements of a dump: rows of `INSERT` and `COPY` are entries, the rest is passed over whatever its length.
final class SQLDump: EntrySequence {
    /// Columns that each `CREATE TABLE` of a table gave it, the last first, by folded name.
    private var definitions: [[UInt8]: [[String]]] = [:]
    private var definitionCount = 0
    /// Tables of which rows without a request were counted.
    private var skippedTables: Set<[UInt8]> = []
    private var state = State.statements
    /// Whether a backslash escapes in strings; `nil` as long as nothing said so.
    private var usesBackslashes: Bool?
    /// Whether a log put a tab after each line feed.
    private let isIndented: Bool
    /// The head of the last `INSERT` and its table, because dumps repeat them for each row.
    private var lastHead: (text: [UInt8], rows: Rows)?
    /// Whether the dump is a file of HSQLDB, whose strings have escapes of their own.
    private var isOfHSQLDB = false
    /// Whether the statements are in a block, between `BEGIN` and `END`.
    private var isInBlock = false
    /// Whether a row was taken, or a table counted.
    private var hasCounted = false
    /// Whether what comes next was promised when the sequence was asked whether it goes on.
    private var isPromised = true
    private var form: UInt8 = 0
    private var firstLine: Int?

    /// Where in a dump the next byte is.
    private enum State {
        case statements
        /// Between the rows of an `INSERT`, or the lists of values of a statement that goes on after them.
        case tuples(Rows, in: SQLText.Passage? = nil)
        /// After the `SET` of an `INSERT` into a table.
        case assignments([UInt8])
        /// Between the lines of a `COPY`.
        case lines(Rows)
        /// In a statement that is passed over.
        case statement(SQLText.Passage)
    }

    /// Rows of a table of the database.
    private struct Rows {
        var name: [UInt8]
        var rows: TableRows
    }

    /// Tables that are remembered.
    private static let mostTables = 4096
    /// Longest head of an `INSERT`, longest definition.
    private static let headSize = 1 << 20
    /// Bytes of a statement that tell whether a backslash escapes in its strings.
    private static let frontSize = 4096

    init(usesBackslashes: Bool? = nil, isIndented: Bool = false) {
        (self.usesBackslashes, self.isIndented) = (usesBackslashes, isIndented)
    }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        form = place.form
        let line = firstLine ?? window.line
        firstLine = line
        var end: SequenceEnd?
        while end == nil {
            if chunk.isFull { return .full }
            end = cutNext(window, chunk, place)
        }
        // A statement that means nothing here is text like any other.
        if end != .full, !hasCounted { chunk.add(skip: .otherText, line: line, from: place.source) }
        hasCounted = true
        return end ?? .over
    }

    func goesOn(at start: EntryStart) -> Bool {
        isPromised =
            if case .lines(let rows) = state {
                start.text.hasPrefix("\\.") || isLine(rows.rows, start)
            } else {
                SQLText.beginsDump(start)
            }
        return isPromised
    }

    private func isLine(_ rows: TableRows, _ start: EntryStart) -> Bool {
        start.text[0] != 0
            && rows.isRow(rows.table.reader.extent(of: start.text, isWhole: false), at: start, form: form)
    }

    /// Takes what comes next; gives the end of the sequence, or `nil` to go on.
    private func cutNext(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> SequenceEnd? {
        if case .statement(let passage) = state { return passOver(passage, window, chunk, place) }
        guard skipBlanks(window, chunk, place) else { return .full }
        guard !window.bytes.isEmpty else { return .over }
        window.readAhead()
        switch state {
        case .lines(let rows): return takeLine(rows, window, chunk, place)
        case .tuples(let rows, let passage): return takeTuple(rows, in: passage, window, chunk, place)
        case .assignments(let name): return takeAssignments(name, window, chunk, place)
        case .statements, .statement: return readStatement(window, chunk, place)
        }
    }

    private func skipBlanks(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        while true {
            let blank = window.bytes.firstIndex { !$0.isWhitespace } ?? window.bytes.count
            if blank > 0 {
                // In a line that is copied a tab at the start is an empty value.
                if case .lines = state {
                    let lines = blank == window.bytes.count ? blank : window.bytes.slice(0..<blank).endOfLastLine
                    chunk.takePunctuation(lines, window)
                } else {
                    chunk.takePunctuation(blank, window)
                }
            }
            // Enough to see what begins.
            if window.bytes.count >= 64 { return true }
            if place.isInteractive, window.bytes.contains(0x0A) { return true }
            if chunk.isHeldBack(by: window) { return false }
            if !window.more() { return true }
        }
    }

    // MARK: Rows

    private func take(
        _ length: Int, of rows: Rows, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) -> Rows {
        var rows = rows
        isPromised = false
        let count = chunk.runs.count
        rows.rows.take(length, window, into: chunk, place)
        if chunk.runs.count > count { hasCounted = true }
        if rows.rows.isSkipCounted, skippedTables.count < Self.mostTables { skippedTables.insert(rows.name) }
        return rows
    }

    private func takeLine(
        _ rows: Rows, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) -> SequenceEnd? {
        guard let extent = window.extent(ofRowBy: rows.rows.table.reader, limit: place.limits.entrySize) else {
            chunk.takeBroken(window.bytes.count, window)
            return .over
        }
        guard case .row(let end, let cells) = extent else {
            chunk.takeTooLongLine("row", limit: place.limits.entrySize, window, place.source)
            return nil
        }
        if window.bytes.slice(0..<end).trimmingWhitespace().equals("\\.") {
            chunk.takeScaffold(end, window, place.source)
            state = .statements
            isPromised = false
            return nil
        }
        if !isPromised, cells != rows.rows.table.columns.count || cells == 1 {
            let start = EntryStart(text: window.bytes)
            if SQLText.beginsRows(start.text) {
                state = .statements
                return nil
            }
            if !rows.rows.isRow(extent, at: start, form: form) { return .interrupted }
        }
        state = .lines(take(end, of: rows, window, chunk, place))
        return nil
    }

    /// Takes a row of an `INSERT` or a list of values, or what comes after the last.
    private func takeTuple(
        _ rows: Rows, in passage: SQLText.Passage?, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) -> SequenceEnd? {
        switch window.bytes[0] {
        case UInt8(ascii: ","):
            chunk.takePunctuation(1, window)
            return nil
        case UInt8(ascii: ";"):
            chunk.takePunctuation(1, window)
            state = .statements
            return nil
        case UInt8(ascii: "("): break
        default:
            if takeComment(window, chunk, place) { return nil }
            // MySQL may name each row.
            if window.bytes.hasPrefixIgnoringCase("ROW(") {
                chunk.takePunctuation(3, window)
                return nil
            }
            if let passage {
                state = .statement(passage)
                return nil
            }
            // `ON CONFLICT`, or the next statement where nothing is between them.
            state =
                SQLText.beginsClause(window.bytes) ? .statement(self.passage(window, isReported: true)) : .statements
            return nil
        }
        guard let (end, isTorn) = rowEnd(by: rows.rows.table.reader, window, place) else {
            chunk.takeBroken(window.bytes.count, window)
            return .over
        }
        state = .tuples(take(end, of: rows, window, chunk, place), in: passage)
        if isTorn { state = .statements }
        return nil
    }

    /// Takes the row that assignments make.
    private func takeAssignments(
        _ name: [UInt8], _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) -> SequenceEnd? {
        let reader = RowReader(.assignments(usingBackslashes: usesBackslashes ?? true))
        guard let (end, isTorn) = rowEnd(by: reader, window, place) else {
            chunk.takeBroken(window.bytes.count, window)
            return .over
        }
        let columns = SQLText.columns(ofAssignments: window.bytes.slice(0..<end), reader)
        let table = RowTable(reader.dialect, columns: columns)
        let rows = Rows(name: name, rows: TableRows(table, isSkipCounted: skippedTables.contains(name)))
        state = .tuples(take(end, of: rows, window, chunk, place))
        if isTorn { state = .statements }
        return nil
    }

    /// Where the row ends that begins here, and whether that is before its own end; `nil` when a damaged file broke it off.
    private func rowEnd(
        by reader: RowReader, _ window: InputWindow, _ place: SequencePlace
    ) -> (end: Int, isTorn: Bool)? {
        var length: Int?
        var isTorn = false
        _ = window.find(atMost: place.limits.entrySize) { text in
            let extent = reader.extent(of: text, isWhole: false)
            let end: Int? = if case .row(let end, _) = extent { end } else { nil }
            if let torn = SQLText.nextStatement(in: text.slice(0..<(end ?? text.count))) {
                (length, isTorn) = (torn, true)
            } else {
                length = end
            }
            return length
        }
        if length == nil {
            guard window.failure == nil || window.bytes.count > place.limits.entrySize else { return nil }
            let torn = window.torn(place.limits.entrySize)
            (length, isTorn) = (EntryStart.nextOther(in: torn) ?? torn.count, true)
        }
        return (length ?? window.bytes.count, isTorn)
    }

    // MARK: Statements

    private func readStatement(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> SequenceEnd? {
        if window.bytes[0] == UInt8(ascii: ";") {
            chunk.takePunctuation(1, window)
            return nil
        }
        if takeComment(window, chunk, place) { return nil }
        let isCall = isInBlock && SQLText.beginsProcedure(window.bytes)
        guard isPromised || isCall || SQLText.beginsStatement(window.bytes) else { return .interrupted }
        isPromised = false
        if window.bytes.hasPrefixIgnoringCase("BEGIN") { isInBlock = true }
        if window.bytes.hasPrefixIgnoringCase("END") { isInBlock = false }
        if SQLText.beginsInsert(window.bytes) {
            if readInsert(window, chunk, place) { return nil }
        } else if window.bytes.hasPrefixIgnoringCase("COPY") {
            if readCopy(window, chunk, place) { return nil }
        } else if window.bytes.hasPrefixIgnoringCase("CREATE") {
            if readDefinition(window, chunk, place) { return nil }
        } else if let start = SQLText.argumentsStart(window.bytes), takeArguments(start, window, chunk, place) {
            return nil
        }
        state = .statement(passage(window))
        return nil
    }

    /// Takes a comment, or a command for the database's client. A comment that is not closed, or in which another begins, is its line.
    private func takeComment(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        let text = window.bytes
        if text.hasPrefix("--") || text[0] == UInt8(ascii: "#") || text[0] == UInt8(ascii: "\\") {
            if text.slice(0..<min(text.count, 64)).offset(of: "MySQL") != nil { usesBackslashes = true }
            if text.slice(0..<min(text.count, 64)).offset(of: "MariaDB") != nil { usesBackslashes = true }
            if text.slice(0..<min(text.count, 64)).offset(of: "PostgreSQL") != nil { usesBackslashes = false }
            if text[0] == UInt8(ascii: "#"), usesBackslashes == nil {
                // Only MySQL has such comments.
                (usesBackslashes, lastHead) = (true, nil)
            }
            takeRestOfLine(window, chunk, place)
            isPromised = false
            return true
        }
        // What MySQL runs is read, too.
        if let head = SQLText.conditionalHead(of: text) {
            chunk.takePunctuation(head, window)
            return true
        }
        guard text.hasPrefix("/*") else { return false }
        let end = window.find(atMost: place.limits.entrySize) { $0.offset(of: "*/", from: 2).map { $0 + 2 } }
        if let end, window.bytes.slice(2..<end).offset(of: "\n/*") == nil {
            hasCounted = chunk.takeComment(end, window, place.source) || hasCounted
        } else {
            takeRestOfLine(window, chunk, place)
        }
        isPromised = false
        return true
    }

    private func takeRestOfLine(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) {
        while true {
            let feed = window.find(atMost: place.limits.entrySize) { $0.offset(of: 0x0A).map { $0 + 1 } }
            hasCounted = chunk.takeComment(feed ?? window.bytes.count, window, place.source) || hasCounted
            if feed != nil || !window.more() { return }
        }
    }

    /// Reads the head of an `INSERT` up to its values; false when it has none.
    private func readInsert(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        if let last = lastHead, last.text.withByteView({ window.bytes.hasPrefix($0) }) {
            chunk.takeScaffold(last.text.count, window, place.source)
            let isCounted = skippedTables.contains(last.rows.name)
            state = .tuples(Rows(name: last.rows.name, rows: TableRows(last.rows.rows.table, isSkipCounted: isCounted)))
            return true
        }
        guard let head = window.find(atMost: Self.headSize, { SQLText.headEnd(in: $0) }), head > 0 else {
            return false
        }
        let text = window.bytes.slice(0..<head)
        let rest = text.dropping(SQLText.nameStart(ofInsert: text))
        if text.hasSuffixIgnoringCase("SET") {
            chunk.takeScaffold(head, window, place.source)
            state = .assignments(SQLText.identifier(rest).map(\.lowercased))
            return true
        }
        if text.contains(UInt8(ascii: "`")) { usesBackslashes = true }
        if text.contains(UInt8(ascii: "[")) { usesBackslashes = false }
        let name = SQLText.identifier(rest).map(\.lowercased)
        let columns = SQLText.columnList(in: rest).map { SQLText.columns(of: $0, isDefinition: false) }
        if usesBackslashes == nil || columns == nil, !place.isInteractive { window.fill(head + 4096) }
        let tuples = window.bytes.dropping(head).trimmingLeadingWhitespace()
        let dialect = RowDialect.tuples(usingBackslashes: usesBackslashes ?? SQLText.usesBackslashes(tuples))
        let table = RowTable(
            dialect, columns: columns ?? definition(of: name, tuples, dialect) ?? place.limits.columns,
            hasUnicodeEscapes: isOfHSQLDB, isIndented: isIndented)
        let rows = Rows(name: name, rows: TableRows(table, isSkipCounted: skippedTables.contains(name)))
        lastHead = (Array(window.bytes.slice(0..<head)), rows)
        chunk.takeScaffold(head, window, place.source)
        state = .tuples(rows)
        return true
    }

    /// The columns that a table was given, the last that are as many as the values of its first row.
    private func definition(of name: [UInt8], _ tuples: ByteView, _ dialect: RowDialect) -> [String]? {
        guard let known = definitions[name] else { return nil }
        guard case .row(_, let cells) = RowReader(dialect).extent(of: tuples, isWhole: false) else {
            return known.first
        }
        return known.first { $0.count == cells } ?? known.first
    }

    /// Reads the head of a `COPY` whose lines follow; false when none do.
    private func readCopy(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        guard let end = window.find(atMost: Self.headSize, { $0.offset(of: UInt8(ascii: ";")).map { $0 + 1 } }),
            SQLText.copiesLines(window.bytes.slice(0..<end))
        else { return false }
        let head = window.bytes.slice(5..<end)
        let name = SQLText.identifier(head.trimmingLeadingWhitespace()).map(\.lowercased)
        let columns = head.offset(of: UInt8(ascii: "(")).map {
            SQLText.columns(of: head.dropping($0), isDefinition: false)
        }
        let table = RowTable(.escapedLines, columns: columns ?? definitions[name]?.first ?? place.limits.columns)
        chunk.takeScaffold(end, window, place.source)
        takeRestOfLine(window, chunk, place)
        state = .lines(Rows(name: name, rows: TableRows(table, isSkipCounted: skippedTables.contains(name))))
        return true
    }

    /// Reads the columns of a `CREATE TABLE`; the rest is passed over.
    private func readDefinition(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        guard let table = SQLText.wordEnd("TABLE", in: window.bytes.slice(0..<min(window.bytes.count, 64))) else {
            return false
        }
        let reader = RowReader(.tuples(usingBackslashes: usesBackslashes ?? true))
        let end = window.find(atMost: Self.headSize) { text in
            let next = SQLText.nextStatement(in: text)
            let text = text.slice(0..<(next ?? text.count))
            guard let open = text.offset(of: UInt8(ascii: "("), from: table) else {
                return next != nil || text.contains(UInt8(ascii: ";")) ? 0 : nil
            }
            guard case .row(let end, _) = reader.extent(of: text.dropping(open), isWhole: false) else {
                return next.map { _ in 0 }
            }
            return open + end
        }
        guard let end, end > 0, let open = window.bytes.offset(of: UInt8(ascii: "("), from: table) else { return false }
        let text = window.bytes.slice(0..<end)
        if text.contains(UInt8(ascii: "`")) { usesBackslashes = true }
        if definitionCount < Self.mostTables {
            definitionCount += 1
            let name = SQLText.identifier(SQLText.withoutExists(text.slice(table..<open))).map(\.lowercased)
            definitions[name, default: []].insert(SQLText.columns(of: text.dropping(open), isDefinition: true), at: 0)
        }
        lastHead = nil
        // A kind of table in memory or in a file, and no semicolon at its end.
        let kind = text.slice(0..<table)
        let isKind = SQLText.wordEnd("MEMORY", in: kind) ?? SQLText.wordEnd("CACHED", in: kind) != nil
        window.fill(end + 2)
        isOfHSQLDB = isOfHSQLDB || isKind && window.bytes.dropping(end).first?.isOne(of: "\r\n") ?? false
        chunk.takeScaffold(end, window, place.source)
        state = .statement(passage(window, isReported: true))
        return true
    }

    /// Takes the arguments of a call without brackets as a row; false when they hold no call.
    private func takeArguments(_ start: Int, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        let reader = passage(window).reader
        let limit = place.limits.entrySize
        let found = window.find(atMost: limit) {
            SQLText.argumentsEnd(in: $0, from: start, reader, isWhole: false)
        }
        guard
            let end = found ?? SQLText.argumentsEnd(in: window.torn(limit), from: start, reader, isWhole: true),
            end <= window.bytes.count
        else { return false }
        var row = ByteBuffer(minimumCapacity: end - start + 2)
        row.append("(")
        row.append(window.bytes.slice(start..<end).trimmingWhitespace())
        row.append(")")
        guard RequestMarks.isIn(row.bytes), SQLText.nextStatement(in: row.bytes) == nil,
            TableRow.holdsCall(row.bytes, reader, documentsCount: true)
        else { return false }
        chunk.add(
            place.form, text: row.bytes, in: 0..<end, line: 0, window, place.source, isPutTogether: true,
            table: RowTable(reader.dialect, columns: place.limits.columns))
        hasCounted = true
        chunk.takeAdded(end, window)
        state = .statement(passage(window, isReported: true))
        return true
    }

    /// Begins to pass over what is at the start of the window.
    private func passage(_ window: InputWindow, isReported: Bool = false) -> SQLText.Passage {
        let front = window.bytes.slice(0..<min(window.bytes.count, Self.frontSize))
        let statement = front.slice(0..<(front.offset(of: ";\n") ?? front.count))
        let dialect = RowDialect.lists(usingBackslashes: usesBackslashes ?? SQLText.usesBackslashes(statement))
        return SQLText.Passage(by: RowReader(dialect), isReported: isReported)
    }

    /// Passes over a statement to its semicolon, or to a line that begins something else. Lists of values in it that hold a call are rows.
    private func passOver(
        _ passage: SQLText.Passage, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) -> SequenceEnd? {
        if window.bytes.offset(of: 0x0A) == nil || !place.isInteractive { window.fill(InputWindow.blockSize) }
        guard !window.bytes.isEmpty else {
            state = .statements
            return nil
        }
        var passage = passage
        let (length, stop) = passage.pass(window.bytes, isOpen: place.isInteractive && window.wantsMore)
        if !passage.isReported, RequestMarks.isIn(window.bytes.slice(0..<length), namesCount: false) {
            hasCounted = true
            chunk.takeProblem(.archiveEntry, SQLText.statementProblem, length, window, place.source)
        } else {
            chunk.takeScaffold(length, window, place.source)
        }
        switch stop {
        case .more where passage.isAtLineStart && window.bytes.contains(0x0A):
            state = .statement(passage)
            if !chunk.isEmpty, window.wouldBlock { return .full }
            _ = window.more()
            return nil
        case .more: break
        case .end:
            state = .statements
            return nil
        case .comment:
            passage.isAtLineStart = window.bytes[0] == UInt8(ascii: "-")
            _ = takeComment(window, chunk, place)
        case .list:
            if holdsCall(passage.reader, window, place) {
                let table = RowTable(passage.reader.dialect, columns: place.limits.columns)
                state = .tuples(Rows(name: [], rows: TableRows(table)), in: passage)
                return nil
            }
            chunk.takeScaffold(1, window, place.source)
            passage.open()
        case .string:
            if takeString(of: passage, window, chunk, place) {
                state = .statements
                return nil
            }
        }
        state = .statement(passage)
        return nil
    }

    /// Whether the list at the start of the window has a call among its values.
    private func holdsCall(_ reader: RowReader, _ window: InputWindow, _ place: SequencePlace) -> Bool {
        let end = window.find(atMost: place.limits.entrySize) { text in
            switch reader.extent(of: text, isWhole: false) {
            case .row(let end, _): end
            case .torn: 0
            case .open: SQLText.nextStatement(in: text, callsCount: true).map { _ in 0 }
            }
        }
        let row = window.bytes.slice(0..<(end ?? 0))
        return RequestMarks.isIn(row) && SQLText.nextStatement(in: row) == nil
            && TableRow.holdsCall(row, reader, documentsCount: true)
    }

    /// Takes a string of a statement; the request in it is an entry.
    ///
    /// - Returns: whether it goes on to another statement, because it is not closed.
    private func takeString(
        of passage: SQLText.Passage, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) -> Bool {
        let dialect = RowDialect.string(usingBackslashes: passage.reader.dialect.usesBackslashes)
        let reader = RowReader(dialect)
        var isTorn = false
        let end = window.find(atMost: place.limits.entrySize) { text in
            let end = reader.tupleString(text, quoteAt: 0)?.end
            let torn = SQLText.nextStatement(in: text.slice(0..<(end ?? text.count)))
            isTorn = torn != nil
            return torn ?? end
        }
        guard let end else {
            // A stray quote.
            chunk.takeScaffold(1, window, place.source)
            return false
        }
        if !passage.isReported, RequestMarks.isIn(window.bytes.slice(0..<end), namesCount: false) {
            hasCounted = true
            chunk.takeEntry(place.form, end, window, place.source, table: RowTable(dialect, columns: []))
        } else {
            chunk.takeScaffold(end, window, place.source)
        }
        return isTorn
    }
}
