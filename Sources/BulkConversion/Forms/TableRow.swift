@_spi(Package) import Bytes
import ConvertLead

/// An entry that is a row of a table: its columns, or a call in one of its cells.
enum TableRow {
    /// Takes a row to the call in it.
    static func unwrap(_ text: ByteView, _ entry: inout EntryTranslator) {
        guard var table = entry.entry.table else { return entry.skip(.otherTable) }
        entry.cells.removeAll(keepingCapacity: true)
        var (isTorn, isOpen) = (false, false)
        entry.scratch.removeAll()
        entry.scratch.reserve(text.count)
        var unread: Int?
        var guess: (read: CellEscapes.Guess, column: Int, isPlain: Bool)?
        var names: [Int: String] = [:]
        let mayHaveNames = table.columns.isEmpty && table.reader.dialect.isTuple
        table.reader.forEachCell(of: text) { cell in
            let start = entry.scratch.count
            if !append(cell, of: text, table.reader, to: &entry.scratch) { unread = entry.cells.count }
            if table.hasUnicodeEscapes { undoUnicodeEscapes(&entry.scratch, from: start) }
            if mayHaveNames, let argument = SQLText.argument(text.slice(cell.start..<cell.end)) {
                names[entry.cells.count] = argument.name.text
            }
            entry.cells.append(ByteRange(start, entry.scratch.count - start))
            isTorn = isTorn || cell.form == .torn
            isOpen = isOpen || cell.form == .open
            if guess == nil, let read = table.reader.guess(at: cell, of: text),
                RequestMarks.isIn(entry.scratch.bytes.dropping(start))
            {
                guess = (read, entry.cells.count - 1, cell.form == .plain)
            }
        }
        let cells = entry.cells
        if !names.isEmpty {
            let named = RowTable(table.reader.dialect, columns: cells.indices.map { names[$0] ?? "" })
            if named.hasRequestColumn, named.leadIDColumn != nil { table = named }
        }
        let row = Row(table: table, cells: cells, values: entry.scratch.padded)
        entry.calls.begin()
        if isTorn {
            return refuse(
                "A quote in this row is not closed, so the row was taken to end with its line; the rows after it were read",
                row, &entry)
        }
        if isOpen { return refuse("This row is cut off: its last bracket is missing", row, &entry) }
        var others: [[UInt8]] = []
        if table.columns.isEmpty {
            others = row.addUnnamed(to: &entry)
        } else if cells.count == table.columns.count {
            others = row.addNamed(to: &entry)
        } else {
            others = row.addCalls(to: &entry)
        }
        if let unread, !entry.calls.hasXML, table.hasRequestColumn || RequestMarks.isIn(text) {
            return refuse(
                "The column \(table.name(ofColumn: unread)) holds an expression of SQL that is not read", row, &entry)
        }
        let hasRightLength = table.columns.isEmpty || cells.count == table.columns.count
        if entry.calls.hasXML || entry.calls.hasMethod || table.hasRequestColumn && hasRightLength {
            entry.calls.recognize()
            // What a cell says of the same call may be its host.
            for other in others { entry.calls.addHost(of: other) }
            entry.calls.finish(log: &entry.log)
            if let guess {
                // Tabs without quotes are what databases write, whose escapes are known.
                entry.log.add(
                    .archiveTableEscapes, guess.isPlain ? .note : .warning,
                    "The cell in the column \(table.name(ofColumn: guess.column)) does not show whether its backslashes are "
                        + "text or escapes; they were read as \(guess.read == .text ? "text" : "escapes")")
            }
            // For another lead a cell has another call.
            let leadID = others.isEmpty ? [] : Array(entry.calls.parts.leadID)
            let hasOtherCall =
                !leadID.isEmpty && others.contains { ![[], leadID].contains(V1CallReader.leadID(of: $0)) }
            if hasRightLength, table.hasRivalID, row.hasRivalIDs {
                return refuse(
                    "The columns id and \(table.name(ofColumn: table.leadIDColumn ?? 0)) both hold an id of Zoho; name that "
                        + "of the lead leadId",
                    row, &entry)
            }
            if hasOtherCall {
                return entry.refuse(.archiveEntry, "The row has several calls; put each into a row of its own")
            }
            return entry.judge()
        }
        let problem = hasRightLength ? row.problem : row.lengthProblem
        if let problem { refuse(problem, row, &entry) } else { entry.skip(.otherTable) }
    }

    /// Whether a cell of a row is a whole call.
    ///
    /// - Parameter documentsCount: whether a document alone is one, because the lead id is in another cell.
    static func holdsCall(_ row: ByteView, _ reader: RowReader, documentsCount: Bool) -> Bool {
        var value = ByteBuffer(minimumCapacity: 1024)
        var isFound = false
        reader.forEachCell(of: row) { cell in
            value.removeAll()
            if isFound { return }
            append(cell, of: row, reader, to: &value)
            if isDocument(value.bytes) {
                isFound = documentsCount
            } else {
                let calls = TextForms.callTexts(value.bytes)
                // What lacks the lead id may have it in another cell, as a line of a log with commas does.
                isFound =
                    documentsCount && (!calls.isEmpty || documentInWords(value.bytes, reader) != nil)
                    || calls.contains { !V1CallReader.leadID(of: $0).isEmpty }
            }
        }
        return isFound
    }

    /// The one document that a cell has amid words, as the description of a ticket does; `nil` for other cells, and for values of SQL.
    static func documentInWords(_ cell: ByteView, _ reader: RowReader) -> ByteView? {
        guard !reader.dialect.isTuple, !JSONCallSearch.hasDocument(cell), let range = Document.range(in: cell),
            Document.range(in: cell, from: range.upperBound) == nil
        else { return nil }
        return cell.slice(range)
    }

    /// Appends the value of a cell; nothing when it has no value.
    ///
    /// - Returns: false for an expression that is not read.
    @discardableResult
    static func append(
        _ cell: RowReader.Cell, of row: ByteView, _ reader: RowReader, to output: inout ByteBuffer
    ) -> Bool {
        let start = output.count
        let cellText = row.slice(cell.start..<cell.end)
        // Most values are strings and have no name.
        let mayHaveName = reader.dialect.isTuple && cellText.first != UInt8(ascii: "'")
        let text = mayHaveName ? SQLText.argument(cellText)?.value ?? cellText : cellText
        let hasValue =
            reader.dialect.isTuple
            ? SQLValue.append(text, reader, to: &output) : reader.append(cell, of: row, to: &output)
        if !hasValue { output.count = start }
        decodeHexadecimal(&output, from: start)
        return hasValue || !reader.dialect.isTuple || text.equalsIgnoringCase("NULL")
            || text.equalsIgnoringCase("DEFAULT")
    }

    private static func undoUnicodeEscapes(_ output: inout ByteBuffer, from start: Int) {
        guard output.bytes.offset(of: "\\u", from: start) != nil else { return }
        let text = Array(output.bytes.dropping(start))
        output.count = start
        text.withByteView { SQLValue.unescapeScalars($0, to: &output) }
    }

    /// Turns text of bytes, such as `\x3c50` of PostgreSQL or `0x3C50` of SQL Server, into the bytes.
    private static func decodeHexadecimal(_ output: inout ByteBuffer, from start: Int) {
        let text = output.bytes.dropping(start)
        guard text.hasPrefix("\\x") || text.hasPrefix("0x"), text.count % 2 == 0,
            text.dropping(2).allSatisfy({ $0.hexDigitValue != nil })
        else { return }
        for index in 1..<(text.count / 2) {
            output.base[start + index - 1] =
                (text[2 * index].hexDigitValue ?? 0) << 4 | (text[2 * index + 1].hexDigitValue ?? 0)
        }
        output.count = start + text.count / 2 - 1
    }

    /// Whether a cell is a document, percent-encoded or not.
    static func isDocument(_ cell: ByteView) -> Bool {
        let text = cell.trimmingWhitespace()
        return text.first == UInt8(ascii: "<")
            ? RawXML.isRequest(text) : text.hasPrefixIgnoringCase("%3C") && RequestMarks.isIn(text)
    }

    /// Makes a row a dead letter. Of what it holds only the first document is kept.
    private static func refuse(_ message: String, _ row: Row, _ entry: inout EntryTranslator) {
        var parts = CallParts()
        for index in row.cells.indices where parts.xml.isEmpty {
            let text = row[index].trimmingWhitespace()
            parts.xml = Document.first(in: text) ?? (RawXML.isRequest(text) ? RawXML.surePart(of: text) : .empty)
        }
        entry.refuse(.archiveEntry, message, keeping: parts)
    }

    /// The values of a row. Views of the translator's memory, valid while its row is read.
    private struct Row {
        let table: RowTable
        let cells: [ByteRange]
        let values: PaddedView

        subscript(index: Int) -> ByteView { values[cells[index]].bytes }

        /// Adds the columns that are called like parameters; where none holds the document, the call in another.
        ///
        /// - Returns: the calls that were not added.
        func addNamed(to entry: inout EntryTranslator) -> [[UInt8]] {
            var others: [Int] = []
            for (index, role) in table.roles.enumerated() {
                let value = self[index].trimmingWhitespace()
                if value.isEmpty { continue }
                switch role {
                case .leadID: entry.calls.add("leadId", Self.number(value), log: &entry.log)
                case .rowID: entry.calls.add("id", Self.number(value), log: &entry.log)
                case .rivalID: others.append(index)
                case .newFormat: entry.calls.add("newFormat", value, log: &entry.log)
                case .xmlData where value[0] == UInt8(ascii: "<") || JSONCallSearch.callText(value) == nil:
                    entry.calls.add("xmlData", self[index], log: &entry.log)
                case .xmlData: others.insert(index, at: 0)
                case .other: others.append(index)
                }
            }
            let calls = addCalls(in: others, to: &entry)
            // A plain "id" is a number of the words' own.
            if !entry.calls.hasXML, calls.isEmpty, table.roles.contains(.leadID) {
                let documents = others.compactMap { TableRow.documentInWords(self[$0], table.reader) }
                if documents.count == 1 { entry.calls.add("xmlData", documents[0], log: &entry.log) }
            }
            return calls
        }

        /// A number without what spreadsheets need to keep its digits: `="555"` or an apostrophe before it.
        private static func number(_ value: ByteView) -> ByteView {
            let isFormula = value.count > 3 && value.hasPrefix("=\"") && value.last == UInt8(ascii: "\"")
            let number = isFormula ? value.slice(2..<(value.count - 1)) : value
            return number.first == UInt8(ascii: "'") ? number.dropping(1) : number
        }

        /// Whether two columns have ids of Zoho that differ, of which either may be the lead's.
        var hasRivalIDs: Bool {
            guard let id = table.roles.firstIndex(of: .rivalID), let leadID = table.leadIDColumn else { return false }
            let ids = [id, leadID].map { Self.number(self[$0].trimmingWhitespace()) }
            return ids.allSatisfy { RecordID.isID($0) && $0.count >= 15 } && !ids[0].equals(ids[1])
        }

        /// Adds the call that a cell holds.
        ///
        /// - Returns: the calls that were not added.
        func addCalls(to entry: inout EntryTranslator) -> [[UInt8]] {
            addCalls(in: Array(cells.indices.filter { !TableRow.isDocument(self[$0]) }), to: &entry)
        }

        /// Adds addresses and hosts, and the first call of a cell where no document was met before.
        private func addCalls(in indices: [Int], to entry: inout EntryTranslator) -> [[UInt8]] {
            var others: [[UInt8]] = []
            for index in indices {
                let value = self[index].trimmingWhitespace()
                if addPlace(value, to: &entry) || value.count < 16 { continue }
                var calls = TextForms.callTexts(value)
                if !entry.calls.hasXML, !calls.isEmpty {
                    entry.calls.add(calls.removeFirst(), depth: 1, log: &entry.log)
                }
                others += calls
            }
            return others
        }

        /// Adds an address or a host.
        ///
        /// - Returns: whether a value is one.
        private func addPlace(_ value: ByteView, to entry: inout EntryTranslator) -> Bool {
            if let host = Self.host(of: value) {
                entry.calls.add(host: host)
            } else if value.count >= 16, V1Address.begins(value), !V1Address.isFollowedByText(value) {
                entry.calls.add(address: value, log: &entry.log)
            } else {
                return false
            }
            return true
        }

        /// The host of v1 that a value is, perhaps with a scheme before it and a port or a slash after it; `nil` for other values.
        private static func host(of value: ByteView) -> ByteView? {
            var host = value
            for scheme: StaticString in ["https://", "http://"] where value.hasPrefixIgnoringCase(scheme) {
                host = value.dropping(scheme.utf8CodeUnitCount)
            }
            if host.last == UInt8(ascii: "/") { host = host.slice(0..<(host.count - 1)) }
            return DataCenter.isV1Host(host) ? host.slice(0..<(host.offset(of: UInt8(ascii: ":")) ?? host.count)) : nil
        }

        /// Adds the one document and the one number of a row whose columns have no names.
        ///
        /// - Returns: the calls that were not added.
        func addUnnamed(to entry: inout EntryTranslator) -> [[UInt8]] {
            let documents = cells.indices.filter { TableRow.isDocument(self[$0]) }
            let numbers = cells.indices.filter { (10...20).contains(cells[$0].length) && RecordID.isID(self[$0]) }
            guard documents.count == 1, numbers.count == 1 else {
                return documents.isEmpty ? addCalls(to: &entry) : []
            }
            entry.calls.add("leadId", self[numbers[0]], log: &entry.log)
            entry.calls.add("xmlData", self[documents[0]], log: &entry.log)
            for index in cells.indices { _ = addPlace(self[index].trimmingWhitespace(), to: &entry) }
            entry.log.add(
                .archiveTableColumns, .note,
                "The columns have no names: column \(documents[0] + 1) was read as xmlData, column \(numbers[0] + 1) as leadId"
            )
            return []
        }

        /// What is wrong with the number of values.
        var lengthProblem: String {
            let difference = cells.count - table.columns.count
            let count = cells.count == 1 ? "1 value" : "\(cells.count) values"
            return "The row has \(count), \(abs(difference)) \(difference > 0 ? "more" : "fewer") than the header names"
        }

        /// Why a row with signs of a request is not read; `nil` when none of its cells has any, or only replies have.
        var problem: String? {
            for index in cells.indices {
                let value = self[index].trimmingWhitespace()
                guard RequestMarks.isIn(value) else { continue }
                let name = table.name(ofColumn: index)
                if table.reader.dialect.isString { return SQLText.statementProblem }
                if table.columns.isEmpty, TableRow.isDocument(value) {
                    return "The columns of this row have no names; name them with --columns"
                }
                if value.first == UInt8(ascii: "<"), !RawXML.isRequest(value) { continue }
                if let writer = Self.phpWriter(of: value) {
                    return "The column \(name) holds a request as PHP's \(writer) writes it, which is not read"
                }
                return "The column \(name) has signs of a request, but no call was found in it"
            }
            return nil
        }

        /// The function of PHP that a value was written by.
        private static func phpWriter(of value: ByteView) -> StaticString? {
            if value.hasPrefix("Array") { return "print_r" }
            if value.hasPrefix("array(") { return "var_dump or var_export" }
            let isSerialized =
                value.count > 2 && "aOs".utf8.contains(value[0]) && value[1] == UInt8(ascii: ":") && value[2].isDigit
            return isSerialized ? "serialize" : nil
        }
    }
}

extension V1CallReader {
    /// Adds a parameter by a name known at compile time.
    fileprivate mutating func add(_ name: StaticString, _ value: ByteView, log: inout DiagnosticLog) {
        add(ByteView(name), value, log: &log)
    }
}
