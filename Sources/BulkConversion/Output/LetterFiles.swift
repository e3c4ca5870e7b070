@_spi(Package) import Bytes
import ConvertLead
import JSONText
import Platform

/// Writes dead letters as files for people who edit no JSON.
///
/// Documents of one lead are numbered without a gap, so the folder itself tells how many there are: memory does not grow with
/// the letters. A name is made of the digits of a lead id, or of a number of its own.
struct LetterFiles: ~Copyable {
    private let folder: Int32
    private let folderPath: String
    private let table: Int32
    private let tablePath: String
    private var rows = ByteBuffer(minimumCapacity: 1 << 16)
    private var json = JSONReader()
    /// Documents without a lead id so far.
    private var unknown = 0

    /// Begins in an empty folder and an empty file. Both are open and stay the caller's; the paths are for messages.
    init(folder: Int32, _ folderPath: String, table: Int32, _ tablePath: String) {
        self.folder = folder
        self.folderPath = folderPath
        self.table = table
        self.tablePath = tablePath
        rows.append("file,source,lead_id,code,message,advice\n")
    }

    /// Writes the letter of a line of `dead-letters.ndjson`: its document, and a row for each of its errors.
    mutating func add(_ line: ByteView) throws(BulkFailure) {
        guard let root = try? json.read(line), let diagnostics = json.member("diagnostics", of: root) else {
            throw BulkFailure(.inputOutput, "A dead letter is damaged; start anew into another directory")
        }
        let leadID = text("lead_id", of: root)
        let document = text("xmlData", of: root)
        var errors: [JSONReader.Node] = []
        json.forEachElement(of: diagnostics) {
            if text("severity", of: $0) == Diagnostic.Severity.error.rawValue { errors.append($0) }
        }
        let isEncodingWrong = errors.contains { text("code", of: $0) == DiagnosticCode.xmlEncoding.rawValue }
        let file =
            document.isEmpty
            ? "" : try write(isEncodingWrong ? document : Self.withoutEncoding(document), RecordID(leadID))
        let source = text("source", of: root)
        for error in errors {
            writeRow([
                file, source, leadID, text("code", of: error), text("message", of: error), text("advice", of: error),
            ])
        }
        if rows.count >= 1 << 16 { try flush() }
    }

    /// Writes the rest of the table and flushes it.
    mutating func finish() throws(BulkFailure) {
        try flush()
        // Flushing everything once takes less time than flushing each of many small files.
        sync()
        guard synchronize(table) == 0, fsync(folder) == 0 || errno == EINVAL else { throw failure(tablePath) }
    }

    /// The text of a member; empty when it is null or absent.
    private func text(_ name: StaticString, of node: JSONReader.Node) -> String {
        guard let member = json.member(name, of: node), json.kind(of: member) == .string else { return "" }
        return json.text(of: member)
    }

    private func failure(_ path: String) -> BulkFailure { BulkFailure(.inputOutput, "\(path): \(systemErrorText())") }

    // MARK: Documents

    /// Writes a document to a file of its own, and gives the file's path beside the table.
    private mutating func write(_ document: String, _ leadID: RecordID?) throws(BulkFailure) -> String {
        if leadID == nil { unknown += 1 }
        let name = leadID.map { nextName($0) } ?? "unknown-\(unknown).xml"
        let descriptor = openFile(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, in: folder)
        guard descriptor >= 0 else { throw failure("\(folderPath)/\(name)") }
        defer { close(descriptor) }
        var text = document
        guard text.withByteView({ writeAll(descriptor, $0) }) else { throw failure("\(folderPath)/\(name)") }
        return "\(ResultName.letterFiles.rawValue)/\(name)"
    }

    /// The document without the encoding that its declaration names: that is the archive's, and the file is UTF-8.
    private static func withoutEncoding(_ document: String) -> String {
        let declaration = /<\?xml\s[^>]*?(\s+encoding\s*=\s*(?:"[^">]*"|'[^'>]*'))/
        guard document.hasPrefix("<?xml"), let encoding = document.prefixMatch(of: declaration)?.1 else {
            return document
        }
        return String(document[..<encoding.startIndex] + document[encoding.endIndex...])
    }

    /// The first name for a lead that is not taken, found by doubling the number and halving the range.
    private func nextName(_ leadID: RecordID) -> String {
        func name(_ number: Int) -> String { number == 1 ? "\(leadID).xml" : "\(leadID).\(number).xml" }
        func isTaken(_ number: Int) -> Bool {
            var status = stat()
            return fstatat(folder, name(number), &status, AT_SYMLINK_NOFOLLOW) == 0
        }
        var (taken, free) = (0, 1)
        while isTaken(free) { (taken, free) = (free, free * 2) }
        while free - taken > 1 {
            let middle = (taken + free) / 2
            if isTaken(middle) { taken = middle } else { free = middle }
        }
        return name(free)
    }

    // MARK: The table

    /// Writes a row with quotes where RFC 4180 asks for them. Control characters are shown as in messages, so a row is a line.
    private mutating func writeRow(_ cells: [String]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { rows.append(UInt8(ascii: ",")) }
            let cell = cell.printable
            let isQuoted = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
            rows.append(string: isQuoted ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell)
        }
        rows.append(0x0A)
    }

    private mutating func flush() throws(BulkFailure) {
        guard writeAll(table, rows.bytes) else { throw failure(tablePath) }
        rows.removeAll()
    }
}
