@_spi(Package) import Bytes
import ConvertLead
import Platform

/// Dead letters that were written as files: the folder of documents, and their table. Ownership: the descriptor belongs to this object
/// and is closed with it.
final class LetterFolder {
    /// `dead-letters.csv`.
    let table: ResultFile
    private let path: String
    private let descriptor: Int32

    /// A folder that is open.
    init(_ path: String, _ descriptor: Int32, table: ResultFile) {
        self.path = path
        self.descriptor = descriptor
        self.table = table
    }

    deinit { close(descriptor) }

    /// Whether there is anything of a name.
    func holds(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// What is wrong with a document, in a sentence; `nil` when it is the one given.
    func problem(of name: String, _ document: String) throws(BulkFailure) -> String? {
        // A pipe would block when opened.
        let file = openFile(name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, in: descriptor)
        guard file >= 0 else {
            if errno == ENOENT || errno == ELOOP { return Self.missing }
            throw BulkFailure(.inputOutput, source: path, "\(path)/\(name): \(systemErrorText())")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return Self.missing }
        var document = document
        var bytes = ByteBuffer(minimumCapacity: document.utf8.count + 1)
        while bytes.count <= document.utf8.count {
            let room = UnsafeMutableRawBufferPointer(start: bytes.end, count: document.utf8.count + 1 - bytes.count)
            let count = readSome(file, room)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw BulkFailure(.inputOutput, source: path, "\(path)/\(name): \(systemErrorText())")
            }
            if count == 0 { break }
            bytes.count += count
        }
        return document.withByteView { $0.elementsEqual(bytes.bytes) }
            ? nil : "The document is not the one of this dead letter"
    }

    private static let missing = "The document of this dead letter is missing"

    /// A difference about a document.
    func difference(_ name: String, _ message: String, place: String) -> Diagnostic {
        Diagnostic(.verifyLetter, .error, source: "\(path)/\(name)", path: place, message: message)
    }

    /// Finds documents that the table names and the folder does not have, and those that no row names. Memory grows by a few bytes a
    /// file of the folder.
    ///
    /// - Parameter reportsMissing: whether the first are differences; where documents are compared they are already.
    func compareNames(_ differences: inout Differences, reportsMissing: Bool) throws(BulkFailure) {
        var named: Set<UInt64> = []
        var last = ""
        try table.forEachLine { (line) throws(BulkFailure) in
            let row = LetterRow(line)
            guard let name = LetterName.name(inPath: row.file), name != last else { return }
            last = name
            if holds(name) {
                named.insert(Self.hash(name))
            } else if reportsMissing {
                differences.add(difference(name, Self.missing, place: row.source))
            }
        }
        guard let listing = fdopendir(openFile(".", O_RDONLY | O_DIRECTORY, in: descriptor)) else {
            throw BulkFailure(.inputOutput, source: path, "\(path): \(systemErrorText())")
        }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." || named.contains(Self.hash(name)) { continue }
            differences.add(difference(name, "No row of dead-letters.csv names this file", place: ""))
        }
    }

    private static func hash(_ name: String) -> UInt64 {
        var hash = InputHash()
        hash.add(name)
        return hash.value
    }
}

/// Compares dead letters that were written as files with what they should be.
///
/// Memory grows with the leads that have more than one document.
struct LetterComparison: ~Copyable {
    private let folder: LetterFolder
    private var table: FileComparison
    private var letter = LetterText()
    private var rows = ByteBuffer(minimumCapacity: 1 << 16)
    /// Documents so far of each lead that has more than one.
    private var numbers: [RecordID: Int] = [:]
    /// Documents without a lead id so far.
    private var unknown = 0

    init(_ folder: LetterFolder) {
        self.folder = folder
        table = FileComparison(folder.table, .table)
        rows.append(LetterText.header)
    }

    /// Compares the letters of the lines that come next.
    mutating func take(_ lines: ByteView, _ differences: inout Differences) throws(BulkFailure) {
        var start = 0
        while start < lines.count {
            let end = lines.offset(of: 0x0A, from: start) ?? lines.count
            try letter.read(lines.slice(start..<end))
            start = end + 1
            var path = ""
            if !letter.document.isEmpty {
                let name = nextName()
                path = LetterName.path(name)
                if let problem = try folder.problem(of: name, letter.document) {
                    differences.add(folder.difference(name, problem, place: letter.source))
                }
            }
            letter.appendRows(file: path, to: &rows)
        }
        try table.take(rows.bytes, lineCount: rows.bytes.lineFeedCount, &differences)
        rows.removeAll()
    }

    /// Compares what is left when nothing more comes.
    mutating func finish(_ differences: inout Differences) throws(BulkFailure) {
        try take(.empty, &differences)
        try table.finish(&differences)
    }

    private mutating func nextName() -> String {
        guard let leadID = letter.leadID else {
            unknown += 1
            return LetterName.of(nil, unknown)
        }
        if numbers[leadID] == nil, !folder.holds(LetterName.of(leadID, 2)) { return LetterName.of(leadID, 1) }
        numbers[leadID, default: 0] += 1
        return LetterName.of(leadID, numbers[leadID] ?? 1)
    }
}
