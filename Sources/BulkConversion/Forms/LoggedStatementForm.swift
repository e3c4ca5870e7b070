@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A statement of SQL after other words.
    static let loggedStatement = ArchiveForm(
        name: "SQL statement after other words",
        sign: """
            words or a prompt before an `INSERT` whose first row has a request, as in logs of databases and of programs that use them; each \
            row is an entry
            """,
        sample: "log-sql-statements",
        begins: { start in
            let line = start.line
            guard line.offsetIgnoringCase(of: "xml") != nil || RequestMarks.holdsWord(line), RequestMarks.isIn(line)
            else { return nil }
            if LoggedStatement.onlyNames(line) { return .line }
            return LoggedStatement(start).map { .sequence($0) }
        },
        unwrap: { text, entry in
            var plain = ByteBuffer(minimumCapacity: 0)
            guard entry.entry.table?.isIndented ?? false, text.contains(0x0A) else {
                return TableRow.unwrap(text, &entry)
            }
            LoggedStatement.appendWithoutTabs(text, to: &plain)
            TableRow.unwrap(plain.bytes, &entry)
        })
}

/// The statement that a line of a log has, and the words before it.
final class LoggedStatement: EntrySequence {
    /// Length of the words; 0 when they were taken.
    private var wordsLength: Int
    private let dump: SQLDump

    /// Bytes of words before a statement, of its head, and of all up to the end of its first row.
    private static let (mostWords, mostHead, mostBytes) = (1024, 4096, 32_768)

    /// `nil` when the line has no statement with a request in its first row, or when that row goes on after the text.
    init?(_ start: EntryStart) {
        let line = start.line
        // A log may have the statement once more, without its values.
        var index = min(line.count, RequestMarks.nextRoot(in: line)?.lowerBound ?? line.count, Self.mostWords)
        while index > 1 {
            index -= 1
            guard !line[index - 1].isOfName, SQLText.beginsInsert(line.dropping(index)) else { continue }
            let statement = start.text.slice(index..<min(start.text.count, index + Self.mostBytes))
            let front = statement.slice(0..<min(statement.count, Self.mostHead))
            guard let head = SQLText.headEnd(in: front), head > 0 else { return nil }
            let rows = statement.dropping(head).trimmingLeadingWhitespace()
            let words = line.slice(0..<index)
            guard rows.first == UInt8(ascii: "("), let escapes = Self.usesBackslashes(rows, after: words),
                case .row(let end, _) = RowReader(.tuples(usingBackslashes: escapes)).extent(of: rows, isWhole: false),
                RequestMarks.isIn(rows.slice(0..<end), namesCount: false)
            else { return nil }
            wordsLength = index
            dump = SQLDump(usesBackslashes: escapes, isIndented: Self.isOfPostgreSQL(words))
            return
        }
        return nil
    }

    func goesOn(at start: EntryStart) -> Bool { false }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        if wordsLength > 0 { chunk.takeScaffold(wordsLength, window, place.source) }
        wordsLength = 0
        let end = dump.cut(window, into: chunk, place)
        if case .interrupted = end { return .over }
        return end
    }

    /// Whether a line has a statement that names the column of a request and has no value for it.
    static func onlyNames(_ line: ByteView) -> Bool {
        guard !RequestMarks.isIn(line, namesCount: false) else { return false }
        if let end = SQLText.wordEnd("INTO", in: line) {
            // Values may follow on the next lines.
            return SQLText.wordEnd("VALUES", in: line.dropping(end)).map {
                line.dropping(end + $0).contains(UInt8(ascii: ")"))
            } ?? false
        }
        for (word, next): (StaticString, StaticString) in [("SELECT", "FROM"), ("UPDATE", "SET"), ("CREATE", "TABLE")] {
            if let end = SQLText.wordEnd(word, in: line), SQLText.wordEnd(next, in: line.dropping(end)) != nil {
                return true
            }
        }
        return false
    }

    /// Whether a backslash escapes in the strings of some rows, told by the words before them or by the first row; `nil` when that
    /// is not whole.
    private static func usesBackslashes(_ rows: ByteView, after words: ByteView) -> Bool? {
        if isOfPostgreSQL(words) { return false }
        // The column of the general log of MySQL, and the prompt of its client.
        if words.offset(of: "Query\t") != nil || words.hasPrefix("mysql> ") || words.hasPrefix("MariaDB [") {
            return true
        }
        for escapes in [false, true] {
            let reader = RowReader(.tuples(usingBackslashes: escapes))
            guard case .row(let end, _) = reader.extent(of: rows, isWhole: false) else { continue }
            return SQLText.usesBackslashes(rows.slice(0..<end))
        }
        return nil
    }

    /// Whether words end as PostgreSQL has them in its log: a name in capitals, a colon, two blanks, and what it runs, if anything.
    private static func isOfPostgreSQL(_ words: ByteView) -> Bool {
        guard let colon = words.offset(of: ":  ") else { return false }
        let name = words.slice(0..<colon)
        let front = name.slice(0..<(name.lastIndex(where: \.isWhitespace) ?? 0))
        return name.dropping(front.count).trimmingWhitespace().allSatisfy { $0 &- 0x41 < 26 }
    }

    /// Appends a text without the tab that PostgreSQL writes after each line feed of a message.
    static func appendWithoutTabs(_ text: ByteView, to output: inout ByteBuffer) {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            output.append(text.slice(index..<(feed + 1)))
            index = feed + 1
            if text.dropping(index).first == 0x09 { index += 1 }
        }
        output.append(text.dropping(index))
    }
}
