@_spi(Package) import Bytes
import JSONText
import XMLText

/// What a table's file should be, and where it comes from.
struct TableKind: Sendable {
    /// For messages, such as "a users export".
    var name: String
    /// What it lists, such as "users".
    var entries: String
    /// The call whose reply it is; `nil` for tables that people write.
    var origin: String?
    /// First line of a table in CSV; `nil` when it is not read from CSV.
    var header: String?

    /// What to give instead of a file that is not of this kind.
    var hint: String {
        let ways = [
            origin.map { "export it with \($0)" }, header.map { "write a table whose first line is \($0)" },
        ]
        return "; " + ways.compactMap(\.self).joined(separator: ", or ")
    }
}

/// The file of a table while it is read: its text, its form, and what is wrong with it.
///
/// Entries that cannot be used are collected, so that one run names them all; after twenty the rest is not looked at.
struct TableText {
    /// In what form a table is written, told by its first bytes and never by its file's name.
    enum Form { case json, xml, csv }

    /// Exports may be longer than a request.
    static let limits = XMLLimits(size: 256 << 20, elements: 2_000_000)

    private static let mostFindings = 20

    /// The text without a byte-order mark. XML may be in another encoding; JSON and CSV are UTF-8.
    let bytes: ByteView
    /// Its form.
    let form: Form
    /// What it should be.
    let kind: TableKind
    private let source: String
    private var findings: [Diagnostic] = []
    /// Offset of the JSON value that is read, among several in one text.
    private var valueStart = 0

    /// Reads the file called `source`; UTF-16 is read like UTF-8.
    ///
    /// - Parameter body: is given the text and returns how many entries it has; what it reported is thrown at its end. A file
    ///   without entries is refused, because a table of nothing is never what was meant.
    static func read(
        _ bytes: some Collection<UInt8>, source: String, _ kind: TableKind,
        _ body: (inout TableText) throws(TranslationFailure) -> Int
    ) throws(TranslationFailure) {
        try bytes.withByteView { (file) throws(TranslationFailure) in
            guard let isBigEndian = file.utf16Order, !file.holdsUTF16XML else {
                var text = try TableText(file, source: source, kind: kind)
                let count = try body(&text)
                return try text.finish(count: count)
            }
            var decoder = UTF16Decoder(isBigEndian: isBigEndian)
            var decoded = ByteBuffer(minimumCapacity: file.count)
            decoder.decode(file, into: &decoded)
            decoder.finish(into: &decoded)
            var text = try TableText(decoded.bytes, source: source, kind: kind)
            let count = try body(&text)
            try text.finish(count: count)
        }
    }

    private init(_ bytes: ByteView, source: String, kind: TableKind) throws(TranslationFailure) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.slice(3..<bytes.count) : bytes
        let first = text.first { !$0.isWhitespace }
        self.bytes = text
        self.source = source
        self.kind = kind
        switch first {
        case UInt8(ascii: "<"): form = .xml
        case UInt8(ascii: "{"), UInt8(ascii: "["): form = .json
        default: form = bytes.holdsUTF16XML ? .xml : .csv
        }
        guard first != nil else { throw failure(.tableUnreadable, "The file is empty, not \(kind.name)\(kind.hint)") }
        guard form == .csv else { return }
        if let offset = text.firstIllFormedByte {
            throw failure(.tableUnreadable, at: offset, "A byte is not UTF-8; save the file as UTF-8")
        }
    }

    private func diagnostic(_ code: DiagnosticCode, at offset: Int?, path: String, _ message: String) -> Diagnostic {
        Diagnostic(
            code, .error, source: source, location: offset.map { SourceLocation(ofByte: valueStart + $0, in: bytes) },
            path: path,
            message: message)
    }

    /// Why the whole file cannot be read.
    func failure(
        _ code: DiagnosticCode, at offset: Int? = nil, path: String = "", _ message: String
    ) -> TranslationFailure {
        TranslationFailure(diagnostics: [diagnostic(code, at: offset, path: path, message)])
    }

    /// Why the whole file cannot be read, when the place is known in lines.
    func failure(_ code: DiagnosticCode, at location: SourceLocation?, _ message: String) -> TranslationFailure {
        TranslationFailure(diagnostics: [Diagnostic(code, .error, source: source, location: location, message: message)]
        )
    }

    /// Notes an entry that cannot be used; throws once too many were found.
    mutating func report(
        _ code: DiagnosticCode, at offset: Int, path: String = "", _ message: String
    ) throws(TranslationFailure) {
        try add(diagnostic(code, at: offset, path: path, message))
    }

    /// Notes an entry that cannot be used, when its place is known in lines; throws once too many were found.
    mutating func report(
        _ code: DiagnosticCode, at location: SourceLocation, path: String = "", _ message: String
    ) throws(TranslationFailure) {
        try add(Diagnostic(code, .error, source: source, location: location, path: path, message: message))
    }

    private mutating func add(_ diagnostic: Diagnostic) throws(TranslationFailure) {
        findings.append(diagnostic)
        if findings.count == Self.mostFindings { try finish() }
    }

    /// Ends reading: throws when an entry could not be used.
    func finish() throws(TranslationFailure) {
        guard findings.isEmpty else { throw TranslationFailure(diagnostics: findings) }
    }

    private func finish(count: Int) throws(TranslationFailure) {
        try finish()
        if count > 0 { return }
        throw failure(
            .tableUnreadable, at: 0, "The file lists no \(kind.entries), so it is not \(kind.name)\(kind.hint)")
    }

    /// What is wrong with an id, in words.
    static func idProblem(_ text: String) -> String {
        if text.isEmpty { return "The id is missing" }
        let isRounded = text.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") } && text.utf8.allSatisfy(\.isNumberPart)
        if isRounded {
            return "The id is in scientific notation, as spreadsheets write long numbers; export the column as text"
        }
        return "The id is not 1 to 20 digits"
    }

    // MARK: JSON

    /// Reads the text as JSON values, one or several behind one another: pages that were saved into one file, or lines of entries.
    ///
    /// - Parameter body: is given the root of each value.
    mutating func forEachValue(
        _ body: (inout TableText, JSONReader.Node, borrowing JSONReader) throws(TranslationFailure) -> Void
    ) throws(TranslationFailure) {
        var reader = JSONReader()
        var start = 0
        while start < bytes.count {
            let end = bytes.endOfJSONValue(from: start)
            valueStart = start
            let root = try readJSON(bytes.slice(start..<end), &reader)
            try body(&self, root, reader)
            start = end
            while start < bytes.count && bytes[start].isWhitespace { start += 1 }
        }
        valueStart = 0
    }

    private func readJSON(_ value: ByteView, _ reader: inout JSONReader) throws(TranslationFailure) -> JSONReader.Node {
        do {
            return try reader.read(value)
        } catch {
            throw failure(.jsonSyntax, at: error.offset, error.reason)
        }
    }

    /// Calls `body` with each entry of an export: those of pages `{"users":[…]}`, of an array of pages, of an array of entries,
    /// or one entry by itself. Offsets of nodes are right for reporting while `body` runs.
    ///
    /// - Parameters:
    ///   - list: the name under which a page has its entries.
    ///   - isEntry: whether an object is an entry itself.
    ///   - page: is given each page, for what it says besides.
    mutating func forEachEntry(
        of list: StaticString, isEntry: (JSONReader.Node, borrowing JSONReader) -> Bool,
        page: (inout TableText, JSONReader.Node, String, borrowing JSONReader) throws(TranslationFailure) -> Bool = {
            (_, _, _, _) throws(TranslationFailure) in false
        },
        _ body: (inout TableText, JSONReader.Node, String, borrowing JSONReader) throws(TranslationFailure) -> Void
    ) throws(TranslationFailure) {
        func read(
            _ node: JSONReader.Node, _ path: String, isNested: Bool, _ text: inout TableText,
            _ reader: borrowing JSONReader
        ) throws(TranslationFailure) {
            let dot = path.isEmpty ? "" : "."
            if reader.kind(of: node) == .array, !isNested {
                if reader.count(of: node) == 0 { throw text.notAnExport(node, reader) }
                var index = 0
                try reader.forEachElement(of: node) { (element) throws(TranslationFailure) in
                    try read(element, "[\(index)]", isNested: true, &text, reader)
                    index += 1
                }
            } else if let entries = reader.member(list, of: node), reader.kind(of: entries) == .array {
                var index = 0
                try reader.forEachElement(of: entries) { (entry) throws(TranslationFailure) in
                    try body(&text, entry, "\(path)\(dot)\(list)[\(index)]", reader)
                    index += 1
                }
                _ = try page(&text, node, path + dot, reader)
            } else if try page(&text, node, path + dot, reader) {
                return
            } else if isEntry(node, reader) {
                try body(&text, node, path, reader)
            } else {
                throw text.notAnExport(reader.member(list, of: node) ?? node, reader)
            }
        }
        try forEachValue { (text, root, reader) throws(TranslationFailure) in
            try read(root, "", isNested: false, &text, reader)
        }
    }

    /// The record id in member `id` of an object: a string or a number, whose digits are kept. Reports any other.
    mutating func recordID(
        in object: JSONReader.Node, path: String, _ reader: borrowing JSONReader
    ) throws(TranslationFailure) -> RecordID? {
        let member = reader.member("id", of: object)
        let node = member ?? object
        let isText = member.map { reader.kind(of: $0) == .string || reader.kind(of: $0) == .number } ?? false
        let text = isText ? reader.bytes(of: node).trimmingWhitespace : bytes.slice(0..<0)
        if let id = RecordID(text) { return id }
        try report(.tableValue, at: reader.offset(of: node), path: path + ".id", Self.idProblem(text.text))
        return nil
    }

    /// Why a JSON text is not the export that was expected; names an error reply, or an export of another kind, for what it is.
    func notAnExport(_ root: JSONReader.Node, _ reader: borrowing JSONReader) -> TranslationFailure {
        if let code = reader.member("code", of: root), reader.kind(of: code) == .string {
            return failure(
                .tableUnreadable, at: reader.offset(of: code),
                "This is not \(kind.name) but a reply with the code \(reader.text(of: code))\(kind.hint)")
        }
        return failure(
            .tableUnreadable, at: reader.offset(of: root), "This is JSON, but not \(kind.name)\(kind.hint)")
    }

    // MARK: CSV

    /// A cell of a table, trimmed.
    struct Cell: Sendable {
        /// Its text.
        var text: String
        /// Byte offset of its beginning.
        var offset: Int
    }

    /// Reads the text as a table with any separator whose first line names at least `required` columns, in any order and case.
    ///
    /// - Parameter body: is given each row as the cells of `required`, then of `optional` (`nil` when there is no such
    ///   column).
    mutating func readCSV(
        required: [String], optional: [String] = [],
        _ body: (inout TableText, [Cell?]) throws(TranslationFailure) -> Void
    ) throws(TranslationFailure) {
        let (dialect, header) = RowDialect.ofTable(bytes)
        let reader = RowReader(dialect)
        var offset = header
        let names = try nextRow(reader, from: &offset) ?? []
        let columns = (required + optional).map { name in names.firstIndex { $0.text.lowercased() == name } }
        for (name, column) in zip(required, columns) where column == nil {
            throw failure(
                .tableUnreadable, at: names.first?.offset ?? 0,
                "The first line names no column \(name), so this is not \(kind.name)\(kind.hint)")
        }
        while let row = try nextRow(reader, from: &offset) {
            guard row.count == names.count else {
                try report(
                    .tableValue, at: row[0].offset,
                    "The row has \(row.count) columns where the first line has \(names.count)")
                continue
            }
            try body(&self, columns.map { $0.map { row[$0] } })
        }
    }

    /// The next row that is not all empty; `offset` is moved to its end.
    private func nextRow(_ reader: RowReader, from offset: inout Int) throws(TranslationFailure) -> [Cell]? {
        while offset < bytes.count {
            let rest = bytes.dropping(offset)
            var row: [Cell] = []
            var problem: (reason: String, offset: Int)?
            var value = ByteBuffer()
            let end = reader.forEachCell(of: rest) { cell in
                switch cell.form {
                case .torn: problem = ("a quote is not closed", cell.start - 1)
                case .overrun: problem = ("there is text after a closing quote", cell.start)
                case .plain, .quoted, .open:
                    let trimmed = cell.trimmed(in: rest)
                    value.removeAll()
                    _ = reader.append(trimmed, of: rest, to: &value)
                    let place = cell.form == .quoted ? cell.start - 1 : trimmed.start
                    row.append(Cell(text: value.string(), offset: offset + place))
                }
            }
            if let problem { throw failure(.tableUnreadable, at: offset + problem.offset, problem.reason) }
            offset += end
            if row.contains(where: { !$0.text.isEmpty }) { return row }
        }
        return nil
    }

    /// The record id in a cell. Reports anything else.
    mutating func recordID(in cell: Cell) throws(TranslationFailure) -> RecordID? {
        if let id = RecordID(cell.text) { return id }
        try report(.tableValue, at: cell.offset, Self.idProblem(cell.text))
        return nil
    }
}

extension JSONReader {
    /// The text of a member that is a string or a number, blanks around it trimmed; empty for anything else.
    borrowing func trimmedText(_ name: StaticString, of object: Node) -> String {
        guard let member = member(name, of: object), kind(of: member) == .string || kind(of: member) == .number else {
            return ""
        }
        return bytes(of: member).trimmingWhitespace.text
    }
}

extension UInt8 {
    /// A byte that a number in scientific notation may have.
    fileprivate var isNumberPart: Bool {
        isDigit || self | 0x20 == UInt8(ascii: "e")
            || [UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: ",")].contains(self)
    }
}

extension ByteView {
    /// The bytes without blanks, tabs and line ends at both ends.
    var trimmingWhitespace: ByteView {
        var range = 0..<count
        while let first = range.first, self[first].isWhitespace { range = (first + 1)..<range.upperBound }
        while let last = range.last, self[last].isWhitespace { range = range.lowerBound..<last }
        return slice(range)
    }

    /// Whether the first unit of UTF-16 has its high byte first; `nil` for text that is not UTF-16.
    ///
    /// A byte-order mark says so, or a zero beside an ASCII character, as every table begins with one.
    fileprivate var utf16Order: Bool? {
        guard count >= 2 else { return nil }
        switch (self[0], self[1]) {
        case (0xFF, 0xFE): return false
        case (0xFE, 0xFF): return true
        case (0, 1...0x7F): return true
        case (1...0x7F, 0): return false
        default: return nil
        }
    }

    /// Where the JSON object or array that begins at `start`, after white space, ends; the end of the text for anything else, and
    /// when it is not closed.
    fileprivate func endOfJSONValue(from start: Int) -> Int {
        var depth = 0
        var isString = false
        var index = start
        while index < count {
            let byte = self[index]
            index += 1
            if isString {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isString = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return index }
            default: break
            }
        }
        return count
    }

    /// Whether the bytes begin like XML in UTF-16, with or without a byte-order mark.
    fileprivate var holdsUTF16XML: Bool {
        let beginnings: [[UInt8]] = [[0xFF, 0xFE, 0x3C, 0], [0xFE, 0xFF, 0, 0x3C], [0x3C, 0], [0, 0x3C]]
        return beginnings.contains { starts(with: $0) }
    }

    /// Offset of the first byte that is not part of well-formed UTF-8.
    fileprivate var firstIllFormedByte: Int? {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }
}
