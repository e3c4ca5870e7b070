import Bytes
import JSONText
import XMLText

/// The file of a table while it is read: its text, its form, and what is wrong with it.
///
/// Entries that cannot be used are collected, so that one run names them all; after twenty the rest is not looked at.
struct TableText {
    /// In what form a table is written, told by its first bytes and never by its file's name.
    enum Form { case json, xml, csv }

    /// Exports may be longer than a request.
    static let limits = XMLLimits(size: 256 << 20, elements: 2_000_000)

    private static let mostFindings = 20

    /// The text without a UTF-8 byte-order mark. XML may be in another encoding; JSON and CSV are UTF-8.
    let bytes: ByteView
    /// Its form.
    let form: Form
    private let source: String
    private var findings: [Diagnostic] = []

    /// The text of the file called `source`; refuses empty files and UTF-16 that is not XML.
    ///
    /// - Parameter kind: what the file should be, for messages, such as "a users export".
    init(_ bytes: ByteView, source: String, kind: String) throws(TranslationFailure) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.slice(3..<bytes.count) : bytes
        let first = text.first { !$0.isWhitespace }
        self.bytes = text
        self.source = source
        switch first {
        case UInt8(ascii: "<"): form = .xml
        case UInt8(ascii: "{"), UInt8(ascii: "["): form = .json
        default: form = bytes.holdsUTF16XML ? .xml : .csv
        }
        guard first != nil else { throw failure(.tableUnreadable, "The file is empty, not \(kind)") }
        guard form == .csv else { return }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw failure(.tableUnreadable, at: 0, "The file is in UTF-16; save it as UTF-8")
        }
        if let offset = text.firstIllFormedByte {
            throw failure(.tableUnreadable, at: offset, "A byte is not UTF-8; save the file as UTF-8")
        }
    }

    private func diagnostic(_ code: DiagnosticCode, at offset: Int?, path: String, _ message: String) -> Diagnostic {
        Diagnostic(
            code, .error, source: source, location: offset.map { SourceLocation(ofByte: $0, in: bytes) }, path: path,
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

    /// Reads the text as JSON.
    func readJSON(_ reader: inout JSONReader) throws(TranslationFailure) -> JSONReader.Node {
        do {
            return try reader.read(bytes)
        } catch {
            throw failure(.jsonSyntax, at: error.offset, error.reason)
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

    /// Why a JSON text is not the export that was expected; names an error reply for what it is.
    func notAnExport(_ root: JSONReader.Node, kind: String, _ reader: borrowing JSONReader) -> TranslationFailure {
        if let code = reader.member("code", of: root), reader.kind(of: code) == .string {
            return failure(
                .tableUnreadable, at: reader.offset(of: code),
                "This is not \(kind) but an error reply with the code \(reader.text(of: code))")
        }
        return failure(.tableUnreadable, at: reader.offset(of: root), "This is JSON, but not \(kind)")
    }

    // MARK: CSV

    /// Reads the text as CSV whose first line names at least `required` columns, in any order and case.
    ///
    /// - Parameter body: is given each row as the cells of `required`, then of `optional` (`nil` when there is no such
    ///   column).
    mutating func readCSV(
        required: [String], optional: [String] = [],
        _ body: (inout TableText, [CSVReader.Cell?]) throws(TranslationFailure) -> Void
    ) throws(TranslationFailure) {
        let header = required.joined(separator: ",") + optional.map { "[,\($0)]" }.joined()
        var reader = CSVReader(bytes)
        let names = try nextRow(&reader) ?? []
        let columns = (required + optional).map { name in names.firstIndex { $0.text.lowercased() == name } }
        for (name, column) in zip(required, columns) where column == nil {
            throw failure(
                .tableUnreadable, at: names.first?.offset ?? 0,
                "The first line names no column \(name); a table in CSV begins with the line \(header)")
        }
        while let row = try nextRow(&reader) {
            guard row.count == names.count else {
                try report(
                    .tableValue, at: row[0].offset,
                    "The row has \(row.count) columns, but the first line has \(names.count)")
                continue
            }
            try body(&self, columns.map { $0.map { row[$0] } })
        }
    }

    private func nextRow(_ reader: inout CSVReader) throws(TranslationFailure) -> [CSVReader.Cell]? {
        do {
            return try reader.nextRow()
        } catch {
            throw failure(.tableUnreadable, at: error.offset, error.reason)
        }
    }

    /// The record id in a cell. Reports anything else.
    mutating func recordID(in cell: CSVReader.Cell) throws(TranslationFailure) -> RecordID? {
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
