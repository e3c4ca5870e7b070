@_spi(Package) import Bytes
import ConvertLead

/// The text of SQL, as far as dumps need it.
enum SQLText {
    // MARK: What begins

    /// Whether a dump begins at a start: a statement that only dumps have on a line of its own, perhaps after comments.
    static func beginsDump(_ start: EntryStart) -> Bool {
        guard let first = start.text.first,
            first.isASCIILetter || first == UInt8(ascii: "-") || first == UInt8(ascii: "/")
        else { return false }
        // Comments alone are one, too: what comes after any number of them is told when they are passed.
        guard let rest = afterComments(start.text) else { return true }
        if rest.hasPrefix("--") { return false }
        if rest.hasPrefix("/*") { return rest.hasPrefix("/*!") }
        return rest.isEmpty || beginsRows(rest) || beginsSetting(rest) || beginsCall(rest)
    }

    /// Whether a text begins with a comment and stops before anything else.
    static func isOfComments(_ text: ByteView) -> Bool {
        let rest = afterComments(text)
        return text.first?.isOne(of: "-/") ?? false && (rest?.isEmpty ?? false || rest?.hasPrefix("/*") ?? false)
    }

    /// What comes after the comments at the start of a text, and after lines for psql between them: of one that is not closed it is the
    /// comment; `nil` after many.
    private static func afterComments(_ text: ByteView) -> ByteView? {
        var rest = text
        for _ in 0..<32 {
            if rest.hasPrefix("--") {
                guard rest.dropping(2).first.map(\.isWhitespace) ?? true else { return rest }
                rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
            } else if rest.first == UInt8(ascii: "\\"), rest.count < text.count {
                rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
            } else if rest.hasPrefix("/*") {
                guard let end = rest.offset(of: "*/", from: 2) else { return rest }
                rest = rest.dropping(end + 2).trimmingLeadingWhitespace()
                while rest.first == UInt8(ascii: ";") { rest = rest.dropping(1).trimmingLeadingWhitespace() }
            } else {
                return rest
            }
        }
        return nil
    }

    /// Length of what MySQL's conditional comments have around an `INSERT`, `/*!40000 ` before it or `*/` after it; `nil` for other text.
    static func conditionalHead(of text: ByteView) -> Int? {
        if text.hasPrefix("*/") { return 2 }
        guard text.hasPrefix("/*!") else { return nil }
        let digits = text.dropping(3).firstIndex { !$0.isDigit } ?? 0
        let rest = text.dropping(3 + digits).trimmingLeadingWhitespace()
        return beginsInsert(rest) ? text.count - rest.count : nil
    }

    /// Whether a text begins with a statement that rows follow, or the definition of a table.
    static func beginsRows(_ text: ByteView) -> Bool {
        guard let first = text.first, first.isOne(of: "CDIMRUcdimru") else { return false }
        for phrase: StaticString in [
            "INSERT INTO ", "INSERT IGNORE INTO ", "INSERT OR ", "INSERT [", "REPLACE INTO ", "UPSERT INTO ",
            "MERGE INTO ", "INSERT ALL", "DROP TABLE ",
        ] where text.hasPrefixIgnoringCase(phrase) {
            return true
        }
        if text.hasPrefixIgnoringCase("CREATE ") { return definesTable(text) }
        if beginsInsert(text) { return insertsValues(text) }
        if text.hasPrefixIgnoringCase("UPDATE ") { return setEnd(in: text.slice(0..<min(text.count, 512))) != nil }
        return text.hasPrefixIgnoringCase("COPY ") && copiesLines(text.slice(0..<(text.offset(of: 0x0A) ?? text.count)))
    }

    /// Whether a text that begins with `CREATE` defines a table, perhaps with other words before `TABLE`.
    private static func definesTable(_ text: ByteView) -> Bool {
        let isUpper = text[0] < 0x60
        var rest = text.slice(0..<min(text.count, 64)).dropping(7)
        for _ in 0..<4 {
            rest = rest.trimmingLeadingWhitespace()
            let word = rest.slice(0..<(rest.firstIndex { !$0.isASCIILetter } ?? rest.count))
            rest = rest.dropping(word.count)
            guard rest.first?.isWhitespace ?? false, word.first.map({ ($0 < 0x60) == isUpper }) ?? false else {
                return false
            }
            if word.equalsIgnoringCase("TABLE") { return true }
        }
        return false
    }

    /// Whether a text begins with a statement that lists values or calls a procedure with some, and holds a request.
    private static func beginsCall(_ text: ByteView) -> Bool {
        guard listsValues(text), beginsStatement(text) else { return false }
        let front = text.slice(0..<min(text.count, callSize))
        let statement = front.slice(0..<(front.offset(of: ";\n") ?? front.count))
        return statement.offset(of: UInt8(ascii: "'"), or: UInt8(ascii: "$")) != nil && RequestMarks.isIn(statement)
    }

    /// Whether a text begins with a statement that goes on after it and may hold a request there.
    private static func mayBeginCall(_ text: ByteView) -> Bool {
        let isLine = text.offset(of: 0x0A) == text.count - 1
        return text.count < callSize && text.offset(of: ";\n") == nil && beginsStatement(text)
            && (isLine || listsValues(text))
    }

    /// Whether a text begins with a statement that lists values or calls a procedure with some.
    private static func listsValues(_ text: ByteView) -> Bool {
        guard let first = text.first, first.isOne(of: "BCESVbcesv") else { return false }
        let front = text.slice(0..<min(text.count, 256))
        let word = front.slice(0..<(front.firstIndex { !$0.isASCIILetter } ?? front.count))
        let rest = front.dropping(word.count).trimmingLeadingWhitespace()
        let name = rest.firstIndex { !($0.isASCIILetter || $0.isDigit || $0.isOne(of: "_.`[]\"$#")) } ?? rest.count
        let next = rest.dropping(name).trimmingLeadingWhitespace()
        if word.equalsIgnoringCase("SELECT") { return true }
        if word.equalsIgnoringCase("BEGIN") {
            return front.dropping(word.count).first.map { $0 == 0x0A || $0 == 0x0D } ?? false
        }
        if word.equalsIgnoringCase("SET") { return rest.first == UInt8(ascii: "@") }
        // Shells have commands called `call` and `exec`, so what comes next tells.
        if word.equalsIgnoringCase("CALL") { return name > 0 && next.first == UInt8(ascii: "(") }
        if word.equalsIgnoringCase("VALUES") {
            return next.first == UInt8(ascii: "(") && (name == 0 || rest.slice(0..<name).equalsIgnoringCase("ROW"))
        }
        guard word.equalsIgnoringCase("EXEC") || word.equalsIgnoringCase("EXECUTE") else { return false }
        return name > 0
            && (next.hasPrefix("N'") || next.hasPrefix("('")
                || next.first.map { $0.isDigit || $0.isOne(of: "'@") } ?? false)
    }

    /// Where the arguments begin of a call of a procedure that has no brackets around them, or the assignments of a `SET`; `nil` for other
    /// statements.
    static func argumentsStart(_ text: ByteView) -> Int? {
        let word = text.slice(0..<(text.firstIndex { !$0.isASCIILetter } ?? text.count))
        let rest = text.dropping(word.count).trimmingLeadingWhitespace()
        if word.equalsIgnoringCase("SET") { return rest.first == UInt8(ascii: "@") ? text.count - rest.count : nil }
        guard word.equalsIgnoringCase("EXEC") || word.equalsIgnoringCase("EXECUTE") else { return nil }
        let name = rest.firstIndex { !($0.isASCIILetter || $0.isDigit || $0.isOne(of: "_.`[]\"$#")) } ?? rest.count
        let arguments = rest.dropping(name).trimmingLeadingWhitespace()
        return name == 0 || arguments.isEmpty || arguments.first == UInt8(ascii: "(")
            ? nil : text.count - arguments.count
    }

    /// Where arguments without brackets end: before a semicolon, or at a line end with no comma beside it; `nil` when more text is needed,
    /// and where a string does not end.
    static func argumentsEnd(in text: ByteView, from start: Int, _ reader: RowReader, isWhole: Bool) -> Int? {
        var index = start
        var depth = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let string = reader.tupleString(text, quoteAt: index) else { return nil }
                index = string.end
                continue
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: ";") where depth <= 0: return index
            case 0x0A where depth <= 0:
                let next = text.dropping(index).trimmingLeadingWhitespace()
                if next.isEmpty, !isWhole { return nil }
                let last = text.slice(start..<index).trimmingTrailingWhitespace().last
                if last != UInt8(ascii: ","), !(next.first?.isOne(of: ",@") ?? false) { return index }
            default: break
            }
            index += 1
        }
        return isWhole ? text.count : nil
    }

    /// Name and value of an argument with a name: `@name = …`, `name => …`, `name := …`; `nil` for any other.
    static func argument(_ text: ByteView) -> (name: ByteView, value: ByteView)? {
        guard let first = text.first, first == UInt8(ascii: "@") || first.isASCIILetter || first.isOne(of: "_\"") else {
            return nil
        }
        let start = first == UInt8(ascii: "@") || first == UInt8(ascii: "\"") ? 1 : 0
        var end = start
        while end < text.count, text[end].isASCIILetter || text[end].isDigit || text[end].isOne(of: "_#$") { end += 1 }
        var rest = text.dropping(end)
        if first == UInt8(ascii: "\""), rest.first == first { rest = rest.dropping(1) }
        rest = rest.trimmingLeadingWhitespace()
        let sign =
            rest.hasPrefix("=>") || rest.hasPrefix(":=")
            ? 2 : first == UInt8(ascii: "@") && rest.first == UInt8(ascii: "=") ? 1 : 0
        return sign == 0 || end == start ? nil : (text.slice(start..<end), rest.dropping(sign).trimmingWhitespace())
    }

    /// Whether a text begins with a call of a procedure, as the statements of a block do.
    static func beginsProcedure(_ text: ByteView) -> Bool {
        guard text.first?.isASCIILetter ?? false else { return false }
        let text = text.hasPrefixIgnoringCase("PERFORM ") ? text.dropping(8) : text
        let name = text.firstIndex { !($0.isASCIILetter || $0.isDigit || $0.isOne(of: "_.$#\"")) } ?? text.count
        return text.dropping(name).trimmingLeadingWhitespace().first == UInt8(ascii: "(")
    }

    /// Bytes of a statement in which a request is that tells it.
    private static let callSize = 4096
    /// What is said of a request in a statement that is not read.
    static let statementProblem =
        "The statement holds a request in a form that is not read; rows of INSERT, REPLACE, COPY and VALUES are, and lists of "
        + "values in brackets"

    /// Whether a text begins with a word that puts rows into a table.
    static func beginsInsert(_ text: ByteView) -> Bool {
        for word: StaticString in ["INSERT ", "REPLACE ", "UPSERT ", "INTO "] where text.hasPrefixIgnoringCase(word) {
            return true
        }
        return false
    }

    /// Whether an `INSERT` with other words before the name of its table names columns or values, or ends its line before them.
    private static func insertsValues(_ text: ByteView) -> Bool {
        let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count)).trimmingTrailingWhitespace()
        if setEnd(in: line) != nil { return true }
        guard let open = line.offset(of: UInt8(ascii: "(")) else { return false }
        if wordEnd("VALUES", in: line) != nil { return true }
        guard line.last == UInt8(ascii: ")"), let into = wordEnd("INTO", in: line), into < open else { return false }
        return !line.slice(into..<open).trimmingWhitespace().contains(where: \.isWhitespace)
    }

    /// Offset after the word `SET` of a statement that assigns values to columns; `nil` when anything but names is before it,
    /// or no name and equals sign after it.
    static func setEnd(in text: ByteView) -> Int? {
        let front = text.slice(0..<(text.firstIndex { "=('\";:".utf8.contains($0) } ?? 0))
        guard let end = wordEnd("SET", in: front), text[front.count] == UInt8(ascii: "=") else { return nil }
        return identifier(front.dropping(end)).isEmpty ? nil : end
    }

    /// Whether a line begins with a name, an equals sign and a string.
    static func assignsString(_ line: ByteView) -> Bool {
        let line = line.slice(0..<(line.offset(of: 0x0A) ?? line.count))
        guard let sign = line.offset(of: UInt8(ascii: "=")) else { return false }
        let name = line.slice(0..<sign).trimmingWhitespace()
        guard name.allSatisfy({ $0.isASCIILetter || $0.isDigit || $0.isOne(of: "_.`[]") }) else { return false }
        let value = line.dropping(sign + 1).trimmingLeadingWhitespace()
        return value.first?.isOne(of: "'\"") ?? false
    }

    /// The names of the columns that assignments have.
    static func columns(ofAssignments row: ByteView, _ reader: RowReader) -> [String] {
        var names: [String] = []
        var end = 0
        reader.forEachCell(of: row) { cell in
            let front = row.slice(end..<cell.start)
            let name = front.dropping(front.offset(of: UInt8(ascii: ",")).map { $0 + 1 } ?? 0)
            names.append(
                String(decoding: identifier(name.slice(0..<(name.offset(of: UInt8(ascii: "=")) ?? 0))), as: UTF8.self))
            end = cell.end
        }
        return names
    }

    /// Whether a text begins with a statement that dumps have before their tables.
    private static func beginsSetting(_ text: ByteView) -> Bool {
        if text.hasPrefixIgnoringCase("PRAGMA ") || text.hasPrefixIgnoringCase("BEGIN TRANSACTION;")
            || text.hasPrefixIgnoringCase("START TRANSACTION;") || text.hasPrefixIgnoringCase("LOCK TABLES ")
            || text.hasPrefixIgnoringCase("CREATE DATABASE ") || text.hasPrefixIgnoringCase("ALTER TABLE ")
        {
            return true
        }
        let isSetting =
            text.hasPrefixIgnoringCase("SET ") || text.hasPrefixIgnoringCase("USE ")
            || text.hasPrefix("SELECT pg_catalog.")
        guard isSetting else { return false }
        return text.slice(0..<(text.offset(of: 0x0A) ?? text.count)).trimmingTrailingWhitespace().last
            == UInt8(ascii: ";")
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
            "INSERT", "REPLACE", "UPSERT", "COPY", "CREATE", "DROP", "ALTER", "SET", "USE", "LOCK", "UNLOCK", "BEGIN",
            "COMMIT",
            "START",
            "END", "ROLLBACK", "PRAGMA", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "GRANT", "REVOKE", "COMMENT",
            "ANALYZE",
            "DELIMITER", "DECLARE", "EXEC", "EXECUTE", "GO", "PRINT", "IF", "WITH", "MERGE", "CALL", "FLUSH",
            "VALUES", "INTO",
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
    ///
    /// - Parameter callsCount: whether a statement that lists values counts, too.
    static func nextStatement(in text: ByteView, callsCount: Bool = false) -> Int? {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            guard index < text.count, text[index].isASCIILetter else { continue }
            let line = text.dropping(index)
            if beginsRows(line) || callsCount && listsValues(line) { return index }
        }
        return nil
    }

    // MARK: Passing over

    /// How far a statement was passed over. It is as long as it likes, so only this is kept of it.
    struct Passage {
        /// Why passing over came to a stop.
        enum Stop {
            /// At the statement's end, or before a line that begins something else.
            case end
            /// At the end of what was read.
            case more
            /// Before a bracket, which may begin a list of values.
            case list
            /// Before a string that holds marks of a request, or is not closed in what was read.
            case string
            case comment
        }

        /// Reads the strings and lists in it.
        let reader: RowReader
        /// Whether requests in it were reported, or need not be.
        let isReported: Bool
        /// Whether the next byte begins a line.
        var isAtLineStart = false
        /// Brackets that are open.
        private var depth = 0

        /// Brackets inside each other in which lists are looked for.
        private static let deepest = 8

        init(by reader: RowReader, isReported: Bool = false) {
            self.reader = reader
            self.isReported = isReported
        }

        /// Steps into a bracket.
        mutating func open() { depth += 1 }

        /// Passes over a part, to the statement's semicolon, to a line that begins something else, or to what may hold a request.
        ///
        /// - Parameter isOpen: whether more text may tell whether the last lines begin something else.
        mutating func pass(_ text: ByteView, isOpen: Bool) -> (length: Int, stop: Stop) {
            // A line is looked at whole; what comes after the last waits for more.
            let end = max(text.endOfLastLine, text.offset(of: 0x0A) == nil ? text.count : 0)
            var index = 0
            if isAtLineStart, isOver(text) { return (0, .end) }
            if isAtLineStart, isOpen, mayBeginCall(text) { return (0, .more) }
            isAtLineStart = false
            while index < end {
                let byte = text[index]
                switch byte {
                case 0x0A:
                    isAtLineStart = index + 1 >= end
                    let rest = text.dropping(index + 1)
                    if !isAtLineStart, isOver(rest) { return (index + 1, .end) }
                    if !isAtLineStart, isOpen, mayBeginCall(rest) {
                        isAtLineStart = true
                        return (index + 1, .more)
                    }
                case UInt8(ascii: "$") where RowReader.dollarQuoteLength(text, at: index) == 0: break
                case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "$"):
                    guard let string = reader.tupleString(text, quoteAt: index) else { return (index, .string) }
                    let inside = text.slice(string.inside)
                    if !isReported && RequestMarks.isIn(inside, namesCount: false) || nextStatement(in: inside) != nil {
                        return (index, .string)
                    }
                    index = string.end - 1
                case UInt8(ascii: "/") where text.dropping(index + 1).first == UInt8(ascii: "*"),
                    UInt8(ascii: "-") where text.dropping(index + 1).first == byte:
                    return (index, .comment)
                case UInt8(ascii: "("):
                    if !isReported, depth < Self.deepest { return (index, .list) }
                    depth += 1
                case UInt8(ascii: ")"): depth = max(depth - 1, 0)
                case UInt8(ascii: ";"): return (index + 1, .end)
                default: break
                }
                index += 1
            }
            return (index, .more)
        }

        /// Whether a line begins something else.
        private func isOver(_ line: ByteView) -> Bool {
            if assignsString(line) { return false }
            return EntryStart.isEntry(at: 0, in: line)
        }
    }

    // MARK: Heads of statements

    /// The brackets that name the columns of an `INSERT`, from the name of its table on; `nil` when none do. Those after `PARTITION` and
    /// `WITH` name other things.
    static func columnList(in text: ByteView) -> ByteView? {
        var start = 0
        while let open = text.offset(of: UInt8(ascii: "("), from: start) {
            let front = text.slice(start..<open).trimmingTrailingWhitespace()
            let word = front.dropping(front.lastIndex(where: { $0.isWhitespace }).map { $0 + 1 } ?? 0)
            guard word.equalsIgnoringCase("PARTITION") || word.equalsIgnoringCase("WITH") else {
                return text.dropping(open)
            }
            start = open + RowReader(.tuples(usingBackslashes: true)).forEachCell(of: text.dropping(open)) { _ in }
        }
        return nil
    }

    /// Offset after the word `VALUES` or `SET` of an `INSERT`; 0 when it has neither, `nil` when more text is needed.
    static func headEnd(in text: ByteView) -> Int? {
        let next = nextStatement(in: text)
        let text = text.slice(0..<(next ?? text.count))
        if let end = setEnd(in: text) { return end }
        if let end = wordEnd("VALUES", in: text) ?? wordEnd("VALUE", in: text) {
            let head = text.slice(7..<end)
            return head.contains(UInt8(ascii: ";")) ? 0 : end
        }
        return next != nil || text.contains(UInt8(ascii: ";")) || text.contains(UInt8(ascii: "'")) ? 0 : nil
    }

    /// Where the name of the table begins in an `INSERT`.
    static func nameStart(ofInsert text: ByteView) -> Int {
        wordEnd("INTO", in: text) ?? (text.firstIndex { $0.isWhitespace } ?? text.count)
    }

    /// The text after `IF NOT EXISTS`.
    static func withoutExists(_ text: ByteView) -> ByteView { text.dropping(wordEnd("EXISTS", in: text) ?? 0) }

    /// Offset after a word, case ignored, outside quotes, with no letter or digit at its sides.
    static func wordEnd(_ word: StaticString, in text: ByteView) -> Int? {
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
            } else if text.dropping(index).hasPrefixIgnoringCase(word), index == 0 || !text[index - 1].isOfName {
                let end = index + word.utf8CodeUnitCount
                if end >= text.count || !text[end].isOfName { return end }
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

    /// Whether a backslash escapes in the strings of some rows, told by one before a quote that does not end its string. Strings that
    /// say so themselves, such as `E'it\'s'`, and text after the last statement tell nothing.
    static func usesBackslashes(_ rows: ByteView) -> Bool {
        let rows = rows.slice(0..<statementsEnd(in: rows))
        let reader = RowReader(.tuples(usingBackslashes: false))
        var hasEscapedQuote = false
        var hasBareQuote = false
        var index = 0
        while index < rows.count {
            let byte = rows[index]
            let isEscaped = index > 0 && rows[index - 1] == UInt8(ascii: "\\")
            let next = rows.dropping(index + 1).first
            if byte == UInt8(ascii: "\"") {
                if isEscaped { hasEscapedQuote = true } else { hasBareQuote = true }
            } else if byte == UInt8(ascii: "'"), isEscaped, let next, !next.isWhitespace, !next.isOne(of: ",)'") {
                return true
            } else if byte == UInt8(ascii: "'"), index > 0, rows[index - 1] | 0x20 == UInt8(ascii: "e"),
                let string = reader.tupleString(rows, quoteAt: index), string.escapes == .backslashes
            {
                index = string.end - 1
            }
            index += 1
        }
        return hasEscapedQuote && !hasBareQuote
    }

    /// Where statements end after which something else begins a line.
    private static func statementsEnd(in text: ByteView) -> Int {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            let line = text.slice(index..<feed).trimmingWhitespace()
            let isStatementEnd = line.last == UInt8(ascii: ";") || line.hasPrefix("--")
            index = feed + 1
            if !isStatementEnd { continue }
            let next = text.dropping(index).trimmingLeadingWhitespace()
            let isSQL = next.isEmpty || next.hasPrefix("--") || next.hasPrefix("/*") || beginsStatement(next)
            if !isSQL { return index }
        }
        return text.count
    }
}
