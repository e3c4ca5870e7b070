@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A row of an `INSERT` or `COPY` statement.
    static let sqlDump = ArchiveForm(
        name: "row of an SQL dump",
        sign: """
            `INSERT`, `COPY` and other statements of MySQL, PostgreSQL, SQLite or SQL Server, or a comment \
            before them; each row is an entry
            """,
        sample: "form-mysql-dump",
        begins: { SQLText.beginsDump($0) ? .sequence(SQLDump()) : nil },
        unwrap: { text, entry in TableRow.unwrap(text, &entry) })
}

/// The statements of a dump: rows of `INSERT` and `COPY` are entries, the rest is passed over whatever its length.
private final class SQLDump: EntrySequence {
    /// Columns that each `CREATE TABLE` of a table gave it, the last first, by folded name.
    private var definitions: [[UInt8]: [[String]]] = [:]
    private var definitionCount = 0
    /// Tables of which rows without a request were counted.
    private var skippedTables: Set<[UInt8]> = []
    private var state = State.statements
    /// Whether a backslash escapes in strings; `nil` as long as nothing said so.
    private var usesBackslashes: Bool?
    /// The head of the last `INSERT` and its table, because dumps repeat them for each row.
    private var lastHead: (text: [UInt8], rows: Rows)?
    /// Whether a row was taken, or a table counted.
    private var hasCounted = false
    /// Whether what comes next was promised when the sequence was asked whether it goes on.
    private var isPromised = true
    private var form: UInt8 = 0
    private var firstLine: Int?

    /// Where in a dump the next byte is.
    private enum State {
        case statements
        /// Between the rows of an `INSERT`.
        case tuples(Rows)
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
        case .tuples(let rows): return takeTuple(rows, window, chunk, place)
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
            if place.isInteractive, !chunk.isEmpty, window.wouldBlock { return false }
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
            chunk.takeScaffold(end, window)
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

    /// Takes a row of an `INSERT`, or what ends the statement.
    private func takeTuple(
        _ rows: Rows, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
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
            // `ON CONFLICT`, or the next statement where nothing is between them.
            state = SQLText.beginsClause(window.bytes) ? .statement(SQLText.Passage(isReported: true)) : .statements
            return nil
        }
        let reader = rows.rows.table.reader
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
            guard window.failure == nil || window.bytes.count > place.limits.entrySize else {
                chunk.takeBroken(window.bytes.count, window)
                return .over
            }
            (length, isTorn) = (SQLText.endOfTorn(window.bytes), true)
        }
        let end = length ?? window.bytes.count
        state = .tuples(take(end, of: rows, window, chunk, place))
        if isTorn { state = .statements }
        return nil
    }

    // MARK: Statements

    private func readStatement(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> SequenceEnd? {
        if window.bytes[0] == UInt8(ascii: ";") {
            chunk.takePunctuation(1, window)
            return nil
        }
        if takeComment(window, chunk, place) { return nil }
        guard isPromised || SQLText.beginsStatement(window.bytes) else { return .interrupted }
        isPromised = false
        if window.bytes.hasPrefixIgnoringCase("INSERT") || window.bytes.hasPrefixIgnoringCase("REPLACE") {
            if readInsert(window, chunk, place) { return nil }
        } else if window.bytes.hasPrefixIgnoringCase("COPY") {
            if readCopy(window, chunk, place) { return nil }
        } else if window.bytes.hasPrefixIgnoringCase("CREATE") {
            if readDefinition(window, chunk) { return nil }
        }
        state = .statement(SQLText.Passage())
        return nil
    }

    /// Takes a comment, or a command for the database's client. A comment that is not closed, or in which another begins, is its line.
    private func takeComment(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        let text = window.bytes
        if text.hasPrefix("--") || text[0] == UInt8(ascii: "#") || text[0] == UInt8(ascii: "\\") {
            if text.slice(0..<min(text.count, 64)).offset(of: "MySQL") != nil { usesBackslashes = true }
            if text.slice(0..<min(text.count, 64)).offset(of: "MariaDB") != nil { usesBackslashes = true }
            if text.slice(0..<min(text.count, 64)).offset(of: "PostgreSQL") != nil { usesBackslashes = false }
            takeRestOfLine(window, chunk)
            isPromised = false
            return true
        }
        guard text.hasPrefix("/*") else { return false }
        let end = window.find(atMost: place.limits.entrySize) { $0.offset(of: "*/", from: 2).map { $0 + 2 } }
        if let end, window.bytes.slice(2..<end).offset(of: "\n/*") == nil {
            chunk.takeScaffold(end, window)
        } else {
            takeRestOfLine(window, chunk)
        }
        isPromised = false
        return true
    }

    private func takeRestOfLine(_ window: InputWindow, _ chunk: Chunk) {
        while true {
            if let feed = window.bytes.offset(of: 0x0A) {
                chunk.takeScaffold(feed + 1, window)
                return
            }
            chunk.takeScaffold(window.bytes.count, window)
            if !window.more() { return }
        }
    }

    /// Reads the head of an `INSERT` up to its values; false when it has none.
    private func readInsert(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        if let last = lastHead, last.text.withByteView({ window.bytes.hasPrefix($0) }) {
            chunk.takeScaffold(last.text.count, window)
            let isCounted = skippedTables.contains(last.rows.name)
            state = .tuples(Rows(name: last.rows.name, rows: TableRows(last.rows.rows.table, isSkipCounted: isCounted)))
            return true
        }
        guard let head = window.find(atMost: Self.headSize, { SQLText.valuesEnd(in: $0) }), head > 0 else {
            return false
        }
        let text = window.bytes.slice(0..<head)
        let rest = text.dropping(SQLText.nameStart(ofInsert: text))
        if text.contains(UInt8(ascii: "`")) { usesBackslashes = true }
        if text.contains(UInt8(ascii: "[")) { usesBackslashes = false }
        let name = SQLText.identifier(rest).map(\.lowercased)
        let columns = rest.offset(of: UInt8(ascii: "(")).map {
            SQLText.columns(of: rest.dropping($0), isDefinition: false)
        }
        if usesBackslashes == nil || columns == nil, !place.isInteractive { window.fill(head + 4096) }
        let tuples = window.bytes.dropping(head).trimmingLeadingWhitespace()
        let dialect = RowDialect.tuples(usingBackslashes: usesBackslashes ?? SQLText.usesBackslashes(tuples))
        let table = RowTable(
            dialect, columns: columns ?? definition(of: name, tuples, dialect) ?? place.limits.columns)
        let rows = Rows(name: name, rows: TableRows(table, isSkipCounted: skippedTables.contains(name)))
        lastHead = (Array(window.bytes.slice(0..<head)), rows)
        chunk.takeScaffold(head, window)
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
        chunk.takeScaffold(end, window)
        takeRestOfLine(window, chunk)
        state = .lines(Rows(name: name, rows: TableRows(table, isSkipCounted: skippedTables.contains(name))))
        return true
    }

    /// Reads the columns of a `CREATE TABLE`; the rest is passed over.
    private func readDefinition(_ window: InputWindow, _ chunk: Chunk) -> Bool {
        guard let table = SQLText.wordEnd("TABLE", in: window.bytes.slice(0..<min(window.bytes.count, 64))) else {
            return false
        }
        let reader = RowReader(.tuples(usingBackslashes: usesBackslashes ?? true))
        let end = window.find(atMost: Self.headSize) { text in
            guard let open = text.offset(of: UInt8(ascii: "(")) else {
                return text.contains(UInt8(ascii: ";")) ? 0 : nil
            }
            guard case .row(let end, _) = reader.extent(of: text.dropping(open), isWhole: false) else { return nil }
            return open + end
        }
        guard let end, end > 0, let open = window.bytes.offset(of: UInt8(ascii: "(")) else { return false }
        let text = window.bytes.slice(0..<end)
        if text.contains(UInt8(ascii: "`")) { usesBackslashes = true }
        if definitionCount < Self.mostTables {
            definitionCount += 1
            let name = SQLText.identifier(SQLText.withoutExists(text.slice(table..<open))).map(\.lowercased)
            definitions[name, default: []].insert(SQLText.columns(of: text.dropping(open), isDefinition: true), at: 0)
        }
        lastHead = nil
        chunk.takeScaffold(end, window)
        state = .statement(SQLText.Passage(isReported: true))
        return true
    }

    /// Passes over a statement to its semicolon, or to a line that begins something else. A request in it is reported once.
    private func passOver(
        _ passage: SQLText.Passage, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) -> SequenceEnd? {
        if window.bytes.offset(of: 0x0A) == nil || !place.isInteractive { window.fill(InputWindow.blockSize) }
        guard !window.bytes.isEmpty else {
            state = .statements
            return nil
        }
        var passage = passage
        let (length, isEnd) = passage.pass(window.bytes, usingBackslashes: usesBackslashes ?? false)
        let isMarked = !passage.isReported && RequestMarks.isIn(window.bytes.slice(0..<length))
        if isMarked {
            passage.isReported = true
            hasCounted = true
            chunk.takeProblem(
                .archiveEntry,
                "The statement holds a request in a form that is not read; only INSERT with VALUES and COPY are",
                length, window, place.source)
        } else {
            chunk.takeScaffold(length, window)
        }
        state = isEnd ? .statements : .statement(passage)
        return nil
    }
}

/// The text of SQL, as far as dumps need it.
private enum SQLText {
    // MARK: What begins

    /// Whether a dump begins at a start: a statement that only dumps have on a line of its own, perhaps after comments.
    static func beginsDump(_ start: EntryStart) -> Bool {
        guard let first = start.text.first,
            first.isASCIILetter || first == UInt8(ascii: "-") || first == UInt8(ascii: "/")
        else { return false }
        var rest = start.text
        // Comments alone are one, too: what comes after any number of them is told when they are passed.
        for _ in 0..<32 {
            if rest.hasPrefix("--") {
                guard rest.dropping(2).first.map(\.isWhitespace) ?? true else { return false }
                rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
            } else if rest.first == UInt8(ascii: "\\"), rest.count < start.text.count {
                rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
            } else if rest.hasPrefix("/*") {
                guard let end = rest.offset(of: "*/", from: 2) else { return rest.hasPrefix("/*!") }
                rest = rest.dropping(end + 2).trimmingLeadingWhitespace()
                while rest.first == UInt8(ascii: ";") { rest = rest.dropping(1).trimmingLeadingWhitespace() }
            } else {
                return rest.isEmpty || beginsRows(rest) || beginsSetting(rest)
            }
        }
        return true
    }

    /// Whether a text begins with a statement that rows follow, or the definition of a table.
    static func beginsRows(_ text: ByteView) -> Bool {
        guard let first = text.first, first.isASCIILetter else { return false }
        for phrase: StaticString in [
            "INSERT INTO ", "INSERT IGNORE INTO ", "INSERT OR ", "INSERT [", "REPLACE INTO ", "CREATE TABLE ",
            "DROP TABLE ",
        ] where text.hasPrefixIgnoringCase(phrase) {
            return true
        }
        if text.hasPrefixIgnoringCase("INSERT ") { return insertsValues(text) }
        return text.hasPrefixIgnoringCase("COPY ") && copiesLines(text.slice(0..<(text.offset(of: 0x0A) ?? text.count)))
    }

    /// Whether an `INSERT` without `INTO`, as SQL Server takes it, names a table and its columns or values.
    private static func insertsValues(_ text: ByteView) -> Bool {
        let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
        return wordEnd("VALUES", in: line) != nil && line.contains(UInt8(ascii: "("))
    }

    /// Whether a text begins with a statement that dumps have before their tables.
    private static func beginsSetting(_ text: ByteView) -> Bool {
        if text.hasPrefixIgnoringCase("PRAGMA ") || text.hasPrefixIgnoringCase("BEGIN TRANSACTION;")
            || text.hasPrefixIgnoringCase("START TRANSACTION;") || text.hasPrefixIgnoringCase("LOCK TABLES ")
            || text.hasPrefixIgnoringCase("CREATE DATABASE ") || text.hasPrefixIgnoringCase("ALTER TABLE ")
        {
            return true
        }
        let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count)).trimmingTrailingWhitespace()
        let isOneStatement = line.last == UInt8(ascii: ";")
        if isOneStatement, line.hasPrefixIgnoringCase("SET ") || line.hasPrefixIgnoringCase("USE ") { return true }
        return isOneStatement && line.hasPrefix("SELECT pg_catalog.")
    }

    /// Whether a text in a dump begins with a word that begins a statement.
    static func beginsStatement(_ text: ByteView) -> Bool {
        var end = 0
        while end < text.count, text[end].isASCIILetter { end += 1 }
        let word = text.slice(0..<end)
        if end < text.count, !(text[end].isWhitespace || ";(".utf8.contains(text[end])) { return false }
        // Prose begins with a capital.
        guard word.count > 1, word.allSatisfy({ $0 < 0x60 }) || word.allSatisfy({ $0 > 0x60 }) else { return false }
        for known: StaticString in [
            "INSERT", "REPLACE", "COPY", "CREATE", "DROP", "ALTER", "SET", "USE", "LOCK", "UNLOCK", "BEGIN", "COMMIT",
            "START",
            "END", "ROLLBACK", "PRAGMA", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "GRANT", "REVOKE", "COMMENT",
            "ANALYZE",
            "DELIMITER", "DECLARE", "EXEC", "EXECUTE", "GO", "PRINT", "IF", "WITH", "MERGE", "CALL", "FLUSH",
        ] where word.equalsIgnoringCase(known) {
            return true
        }
        return false
    }

    /// Whether a text after the rows of an `INSERT` belongs to the same statement.
    static func beginsClause(_ text: ByteView) -> Bool {
        for word: StaticString in ["ON ", "AS ", "RETURNING "] where text.hasPrefixIgnoringCase(word) { return true }
        return false
    }

    /// Whether the head of a `COPY` says that its lines follow.
    static func copiesLines(_ head: ByteView) -> Bool {
        guard let from = wordEnd("FROM", in: head) else { return false }
        return head.dropping(from).trimmingLeadingWhitespace().hasPrefixIgnoringCase("stdin")
    }

    /// Offset of the first line in a row that begins another statement: a row that goes so far was never closed.
    static func nextStatement(in text: ByteView) -> Int? {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            if index < text.count, text[index].isASCIILetter, beginsRows(text.dropping(index)) { return index }
        }
        return nil
    }

    /// Where a row stops that is not closed in all the rest of a file: before a line that begins another entry and is no XML.
    static func endOfTorn(_ text: ByteView) -> Int {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            let next = text.dropping(index).trimmingLeadingWhitespace().first
            if next != nil, next != UInt8(ascii: "<"), EntryStart.isEntry(at: index, in: text) { return index }
        }
        return text.count
    }

    // MARK: Passing over

    /// How far a statement was passed over. It is as long as it likes, so only this is kept of it.
    struct Passage {
        /// Whether a request in it was reported, or need not be.
        var isReported = false
        /// The quote that is open, or `*` in a comment; 0 outside.
        private var quote: UInt8 = 0
        private var isAtLineStart = false

        init(isReported: Bool = false) { self.isReported = isReported }

        /// Passes over a part, to the statement's semicolon or to a line that begins something else.
        mutating func pass(_ text: ByteView, usingBackslashes: Bool) -> (length: Int, isEnd: Bool) {
            // A line is looked at whole; what comes after the last waits for more.
            let end = max(text.endOfLastLine, text.offset(of: 0x0A) == nil ? text.count : 0)
            var index = 0
            if isAtLineStart, isOver(text) { return (0, true) }
            isAtLineStart = false
            while index < end {
                let byte = text[index]
                index += 1
                switch byte {
                case 0x0A:
                    if index >= end {
                        isAtLineStart = true
                    } else if isOver(text.dropping(index)) {
                        return (index, true)
                    }
                case UInt8(ascii: "\\") where usingBackslashes && quote != 0 && index < end: index += 1
                case UInt8(ascii: "*") where quote == byte && text.dropping(index).first == UInt8(ascii: "/"): quote = 0
                case quote where quote != 0 && byte != UInt8(ascii: "*"): quote = 0
                case _ where quote != 0: break
                case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quote = byte
                case UInt8(ascii: "/") where text.dropping(index).first == UInt8(ascii: "*"): quote = UInt8(ascii: "*")
                case UInt8(ascii: "-") where text.dropping(index).first == byte:
                    index = text.offset(of: 0x0A, from: index) ?? end
                case UInt8(ascii: ";"): return (index, true)
                default: break
                }
            }
            return (end, false)
        }

        /// Whether a line begins something else: inside quotes only what is sure.
        private func isOver(_ line: ByteView) -> Bool {
            if quote != 0 { return beginsRows(line) }
            return EntryStart.isEntry(at: 0, in: line)
        }
    }

    // MARK: Heads of statements

    /// Offset after the word `VALUES` of an `INSERT`; 0 when it has none, `nil` when more text is needed.
    static func valuesEnd(in text: ByteView) -> Int? {
        if let end = wordEnd("VALUES", in: text) ?? wordEnd("VALUE", in: text) {
            let head = text.slice(7..<end)
            return head.contains(UInt8(ascii: ";")) || nextStatement(in: head) != nil ? 0 : end
        }
        return text.contains(UInt8(ascii: ";")) || text.contains(UInt8(ascii: "'")) ? 0 : nil
    }

    /// Where the name of the table begins in an `INSERT`.
    static func nameStart(ofInsert text: ByteView) -> Int {
        wordEnd("INTO", in: text) ?? (text.firstIndex { $0.isWhitespace } ?? text.count)
    }

    /// The text after `IF NOT EXISTS`.
    static func withoutExists(_ text: ByteView) -> ByteView { text.dropping(wordEnd("EXISTS", in: text) ?? 0) }

    /// Offset after a word, case ignored, outside quotes, with no letter or digit at its sides.
    static func wordEnd(_ word: StaticString, in text: ByteView) -> Int? {
        func isPart(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") }
        var index = 0
        var quote: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "`") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "[") {
                quote = UInt8(ascii: "]")
            } else if text.dropping(index).hasPrefixIgnoringCase(word), index == 0 || !isPart(text[index - 1]) {
                let end = index + word.utf8CodeUnitCount
                if end >= text.count || !isPart(text[end]) { return end }
            }
            index += 1
        }
        return nil
    }

    /// The last part of a name such as `db`.`calls`, without its quotes.
    static func identifier(_ text: ByteView) -> [UInt8] {
        let text = text.trimmingLeadingWhitespace()
        var part: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "`") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "[") {
                let end =
                    text.offset(of: byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte, from: index + 1) ?? text.count
                part = Array(text.slice((index + 1)..<end))
                index = end + 1
            } else if byte == UInt8(ascii: ".") {
                part = []
                index += 1
            } else if byte.isWhitespace || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ",") {
                break
            } else {
                part.append(byte)
                index += 1
            }
        }
        return part
    }

    /// The names of the columns that a list in brackets gives, of an `INSERT` or of a definition, whose lines about keys are left out.
    static func columns(of list: ByteView, isDefinition: Bool) -> [String] {
        var names: [String] = []
        RowReader(.tuples(usingBackslashes: true)).forEachCell(of: list) { cell in
            let text = list.slice(cell.start..<cell.end)
            let name = identifier(text)
            let isQuoted = text.first.map { "`\"[".utf8.contains($0) } ?? false
            if isDefinition, !isQuoted, name.withByteView(isKeyWord) { return }
            names.append(String(decoding: name, as: UTF8.self))
        }
        return names
    }

    private static func isKeyWord(_ name: ByteView) -> Bool {
        for word: StaticString in [
            "PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FOREIGN", "FULLTEXT", "CHECK", "SPATIAL", "EXCLUDE",
            "PERIOD",
        ] where name.equalsIgnoringCase(word) {
            return true
        }
        return false
    }

    /// Whether a backslash escapes in the strings of some rows, told by one before a quote that does not end its string.
    static func usesBackslashes(_ rows: ByteView) -> Bool {
        var hasEscapedQuote = false
        var hasBareQuote = false
        for (index, byte) in rows.enumerated() {
            let isEscaped = index > 0 && rows[index - 1] == UInt8(ascii: "\\")
            if byte == UInt8(ascii: "'"), isEscaped, let next = rows.dropping(index + 1).first,
                !next.isWhitespace, !",)'".utf8.contains(next)
            {
                return true
            }
            if byte == UInt8(ascii: "\"") { if isEscaped { hasEscapedQuote = true } else { hasBareQuote = true } }
        }
        return hasEscapedQuote && !hasBareQuote
    }
}
