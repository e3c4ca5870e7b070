import Bytes
import ConvertLead
import JSONText

/// Where entries of an archive come from, and what is known of all of them.
final class EntrySource: Sendable {
    /// How the rows of a table are written.
    enum RowSyntax: Sendable, Hashable {
        case none
        /// Comma-separated values with this delimiter.
        case separated(by: UInt8)
        /// A tuple of SQL values; in MySQL's dialect a backslash escapes.
        case sql(backslashEscapes: Bool)
        /// A line of PostgreSQL's `COPY … FROM stdin`: tabs between values, a backslash escapes.
        case copied
    }

    /// `"source":"name:` with the name escaped, to be followed by the line number.
    let linePrefix: [UInt8]
    /// Names of a table's columns, lower case.
    let columns: [[UInt8]]
    /// Indices of the columns that hold lead ids.
    let leadIDColumns: [Int]
    /// Whether a column holds requests.
    let hasRequestColumn: Bool
    /// How the table's rows are written.
    let rowSyntax: RowSyntax

    /// Name of the file as the user gave it or as it was found below a directory he gave; `<stdin>` for standard input.
    let name: String

    /// Where the file's own name begins in ``name``: after its directory and the containers it is in.
    private let fileNameStart: Int

    /// A member of a container, such as `backup.zip:2018/9.xml`.
    convenience init(member: String, of container: EntrySource) {
        self.init(name: container.name + ":" + member, memberStart: container.name.utf8.count + 1)
    }

    /// A file by its whole name.
    ///
    /// - Parameter memberStart: where the name of a member begins in it, in bytes.
    init(name: String, columns: [[UInt8]] = [], rowSyntax: RowSyntax = .none, memberStart: Int = 0) {
        linePrefix = Self.linePrefix(name) + [UInt8(ascii: ":")]
        self.name = name
        let bytes = name.utf8
        let member = bytes.dropFirst(memberStart)
        let start = member.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? member.startIndex
        fileNameStart = bytes.distance(from: bytes.startIndex, to: start)
        self.columns = columns
        self.rowSyntax = rowSyntax
        leadIDColumns = TableColumns.leadIDs(in: columns)
        hasRequestColumn = TableColumns.holdRequests(columns)
    }

    /// A file found in a directory.
    convenience init(_ names: DirectoryNames, _ index: Int) {
        self.init(name: names.source.path + String(decoding: names[index], as: UTF8.self))
    }

    /// The file's name up to its first dot, when that is 1 to 20 digits: the lead id of an XML file that has no other.
    var fileLeadID: [UInt8] {
        let stem = Array(name.utf8.dropFirst(fileNameStart).prefix { $0 != UInt8(ascii: ".") })
        return stem.withByteView { RecordID.isID($0) } ? stem : []
    }

    /// `"source":"name` with the name escaped, its string still open.
    fileprivate static func linePrefix(_ name: String) -> [UInt8] {
        var writer = JSONWriter(indent: false, minimumCapacity: 64 + name.utf8.count)
        writer.name("source")
        writer.string(name)
        writer.buffer.count -= 1
        return writer.buffer.array()
    }
}

/// A directory on the way, for the names of the files in it.
final class SourceDirectory: Sendable {
    /// Its path, with a slash at the end.
    let path: String
    /// What stands before a file's name in ``EntrySource/linePrefix``.
    let linePrefix: [UInt8]

    init(_ path: String) {
        let path = path.hasSuffix("/") ? path : path + "/"
        self.path = path
        linePrefix = EntrySource.linePrefix(path)
    }
}

/// A part of a chunk: one entry, or many lines that are an entry each.
struct ChunkRun {
    /// What the bytes are.
    enum Form: UInt8 {
        /// Lines; each that is not blank is an entry of a form of its own.
        case lines
        /// A JSON value: a wrapper, a HAR entry or Postman item, or a string that holds a call.
        case json
        /// A call in whatever form its content says.
        case text
        /// A whole XML document in its own encoding.
        case xml
        /// A file of a directory that is such a document. `source` is an index of the chunk's `directories`, `detail` the
        /// name's index there.
        case file
        /// An HTTP request, perhaps with its reply behind it.
        case http
        /// `URL:`, `Data:` and `Reply:` lines of a PHP debug log.
        case phpLog
        /// One curl command.
        case curl
        /// A row of a table; the source knows the columns.
        case row
        /// Something that cannot be read: a dead letter. `detail` is an index of the chunk's `problems`.
        case problem
        /// Something that is no request. `detail` is the raw value of a `SkipKind`.
        case skip
    }

    var form: Form
    var start: Int
    var length: Int
    /// Line of the source where the entry begins, from 1.
    var line: Int
    /// Index of the chunk's `sources`.
    var source: Int
    var detail = 0
}

/// An entry that cannot be read, found before anybody looked into it.
struct EntryProblem {
    var code: DiagnosticCode
    var message: String
}

/// Why something in an archive is no request, in the words of the summary.
enum SkipKind: Int, CaseIterable {
    case reply, otherMethod, otherRequest, v2Call, otherTable, picture, binary, page, specialFile, link, earlierResults

    var name: String {
        switch self {
        case .reply: "reply"
        case .otherMethod: "other_method"
        case .otherRequest: "other_request"
        case .v2Call: "v2_call"
        case .otherTable: "other_table"
        case .picture: "picture"
        case .binary: "binary"
        case .page: "page"
        case .specialFile: "special_file"
        case .link: "link"
        case .earlierResults: "earlier_results"
        }
    }
}

/// Work for one worker at a time: some hundred entries in, their output lines out. Kept and used again.
final class Chunk {
    /// Place in the order of input, from 0.
    var number = 0
    /// Bytes of the entries.
    var input = ByteBuffer(minimumCapacity: 64)
    var runs: [ChunkRun] = []
    var sources: [EntrySource] = []
    var directories: [DirectoryNames] = []
    var problems: [EntryProblem] = []
    /// Lines for `converted.ndjson`, or for the one output of a filter.
    var converted = JSONWriter(indent: false)
    /// Lines for `dead-letters.ndjson`.
    var deadLetters = JSONWriter(indent: false)
    /// What the entries came to.
    var tally = Tally()
    /// Hash of everything that was read, for noticing that an input changed.
    var inputHash: UInt64 = 0
    /// Bytes read from all archives so far, for progress.
    var bytesRead = 0

    private let size: Int

    init(size: Int) { self.size = size }

    /// Empties the chunk. Memory that an unusual entry made large is given back.
    func reset() {
        if input.capacity > 4 * size + 65_536 { input = ByteBuffer(minimumCapacity: size) }
        if converted.buffer.capacity > 24 * size + 65_536 { converted = JSONWriter(indent: false) }
        if deadLetters.buffer.capacity > 24 * size + 65_536 { deadLetters = JSONWriter(indent: false) }
        input.removeAll()
        runs.removeAll(keepingCapacity: true)
        sources.removeAll(keepingCapacity: true)
        directories.removeAll(keepingCapacity: true)
        problems.removeAll(keepingCapacity: true)
        converted.removeAll()
        deadLetters.removeAll()
        tally = Tally()
        inputHash = 0
    }

    /// Whether nothing more should be put in.
    var isFull: Bool { isFull(input.count, runs.count) }

    private func isFull(_ bytes: Int, _ runs: Int) -> Bool { bytes >= size || runs >= 4096 }

    /// Bytes that still fit before the chunk is full; at least some, so that reading goes on.
    var room: Int { max(size - input.count, 4096) }

    /// Index of a source, added when it is not the last one already.
    func index(of source: EntrySource) -> Int {
        if let last = sources.last, last === source { return sources.count - 1 }
        sources.append(source)
        return sources.count - 1
    }

    /// Index of a directory, added when it is not the last one already.
    func index(of directory: DirectoryNames) -> Int {
        if let last = directories.last, last === directory { return directories.count - 1 }
        directories.append(directory)
        return directories.count - 1
    }

    /// A file of a directory that is an XML document: indices of the directory and of its name there, and its bytes.
    typealias File = (directory: Int, name: Int, bytes: ByteView)

    /// Adds files, with copies of their bytes, as long as there is room and `next` gives one.
    ///
    /// There may be millions, so they get no sources of their own, and the chunk's memory is taken out once for all of them.
    func addFiles(_ next: () -> File?) {
        var input = ByteBuffer(minimumCapacity: 0)
        var runs: [ChunkRun] = []
        swap(&input, &self.input)
        swap(&runs, &self.runs)
        while !isFull(input.count, runs.count), let file = next() {
            runs.append(
                ChunkRun(
                    form: .file, start: input.count, length: file.bytes.count, line: 1, source: file.directory,
                    detail: file.name))
            input.append(file.bytes)
        }
        swap(&input, &self.input)
        swap(&runs, &self.runs)
    }

    /// Adds one entry with a copy of its bytes.
    func add(_ form: ChunkRun.Form, _ bytes: ByteView, line: Int, from source: EntrySource) {
        let start = input.count
        input.append(bytes)
        runs.append(ChunkRun(form: form, start: start, length: bytes.count, line: line, source: index(of: source)))
    }

    /// Adds an entry that cannot be read, with as much of its text as should be kept.
    func add(
        problem code: DiagnosticCode, _ message: String, line: Int, from source: EntrySource,
        text: ByteView = .empty
    ) {
        problems.append(EntryProblem(code: code, message: message))
        let start = input.count
        input.append(text)
        runs.append(
            ChunkRun(
                form: .problem, start: start, length: text.count, line: line, source: index(of: source),
                detail: problems.count - 1))
    }

    /// Adds something of which more than `limit` bytes are not read, without its text.
    func add(tooLong what: StaticString, limit: Int, line: Int, from source: EntrySource) {
        add(
            problem: .archiveLineLength, "The \(what) is longer than \(limit) bytes and was not read", line: line,
            from: source)
    }

    /// Adds something that is no request.
    func add(skip kind: SkipKind, line: Int, from source: EntrySource) {
        runs.append(
            ChunkRun(
                form: .skip, start: input.count, length: 0, line: line, source: index(of: source),
                detail: kind.rawValue))
    }
}
