@_spi(Package) import Bytes
import ConvertLead
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
    private var letter = LetterText()
    /// Documents without a lead id so far.
    private var unknown = 0

    /// Begins in an empty folder and an empty file. Both are open and stay the caller's; the paths are for messages.
    init(folder: Int32, _ folderPath: String, table: Int32, _ tablePath: String) {
        self.folder = folder
        self.folderPath = folderPath
        self.table = table
        self.tablePath = tablePath
        rows.append(LetterText.header)
    }

    /// Writes the letter of a line of `dead-letters.ndjson`: its document, and a row for each of its errors.
    mutating func add(_ line: ByteView) throws(BulkFailure) {
        try letter.read(line)
        letter.appendRows(file: letter.document.isEmpty ? "" : try writeDocument(), to: &rows)
        if rows.count >= 1 << 16 { try flush() }
    }

    /// Writes the rest of the table and flushes it.
    mutating func finish() throws(BulkFailure) {
        try flush()
        // Flushing everything once takes less time than flushing each of many small files.
        sync()
        guard synchronize(table) == 0, fsync(folder) == 0 || errno == EINVAL else { throw failure(tablePath) }
    }

    private func failure(_ path: String) -> BulkFailure { BulkFailure(.inputOutput, "\(path): \(systemErrorText())") }

    /// Writes the document to a file of its own, and gives the file's path beside the table.
    private mutating func writeDocument() throws(BulkFailure) -> String {
        if letter.leadID == nil { unknown += 1 }
        let name = LetterName.of(letter.leadID, letter.leadID.map { nextNumber($0) } ?? unknown)
        let descriptor = openFile(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, in: folder)
        guard descriptor >= 0 else { throw failure("\(folderPath)/\(name)") }
        defer { close(descriptor) }
        var text = letter.document
        guard text.withByteView({ writeAll(descriptor, $0) }) else { throw failure("\(folderPath)/\(name)") }
        return LetterName.path(name)
    }

    /// The first number of a lead that is not taken, found by doubling the number and halving the range.
    private func nextNumber(_ leadID: RecordID) -> Int {
        func isTaken(_ number: Int) -> Bool {
            var status = stat()
            return fstatat(folder, LetterName.of(leadID, number), &status, AT_SYMLINK_NOFOLLOW) == 0
        }
        var (taken, free) = (0, 1)
        while isTaken(free) { (taken, free) = (free, free * 2) }
        while free - taken > 1 {
            let middle = (taken + free) / 2
            if isTaken(middle) { taken = middle } else { free = middle }
        }
        return free
    }

    private mutating func flush() throws(BulkFailure) {
        guard writeAll(table, rows.bytes) else { throw failure(tablePath) }
        rows.removeAll()
    }
}

/// Names of documents in the folder of dead letters.
enum LetterName {
    /// The name of a lead's document of a number from 1, or of one without a lead.
    static func of(_ leadID: RecordID?, _ number: Int) -> String {
        guard let leadID else { return "unknown-\(number).xml" }
        return number == 1 ? "\(leadID).xml" : "\(leadID).\(number).xml"
    }

    /// Its path beside the table.
    static func path(_ name: String) -> String { folder + name }

    /// The name in a path beside the table; `nil` for a path of another form.
    static func name(inPath path: String) -> String? {
        let name = path.dropFirst(folder.count)
        let isName =
            name.hasSuffix(".xml") && name.utf8.allSatisfy { $0.isDigit || $0.isASCIILetter || "-.".utf8.contains($0) }
        return path.hasPrefix(folder) && isName ? String(name) : nil
    }

    private static let folder = ResultName.letterFiles.rawValue + "/"
}
