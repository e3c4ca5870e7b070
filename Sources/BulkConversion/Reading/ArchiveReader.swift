import Bytes
import ConvertLead

/// How much is read at a time and what is too much.
struct ReadingLimits: Sendable {
    /// Bytes of entries in a chunk.
    var chunkSize = 256 << 10
    /// Longest entry; a longer one becomes a dead letter without its text.
    var entrySize = 16 << 20
    /// Longest document that can only be read as a whole, such as a Postman collection.
    var documentSize = 64 << 20
    /// Bytes looked at to tell what a file is.
    var headSize = 65_536
}

/// Cuts archives into chunks of entries, in order of input. Used by one thread at a time.
///
/// What costs most in directories of small files, finding, opening and reading them, can be done ahead by other threads: they
/// take errands and do them while this cuts the files before.
final class ArchiveReader {
    /// Why ``cut(into:)`` came back.
    enum Progress {
        /// The chunk is full, or the run is cancelled.
        case full
        /// Errands have to be done first, or are being done.
        case awaitsErrand
        /// There is nothing more.
        case atEnd
    }

    /// Something to be done ahead of the cutting, by one thread each.
    enum Errand {
        /// Finding the regular files that come next.
        case find(ArchiveWalk)
        /// Opening and reading some of them.
        case read(FileBatch)

        /// Does it, however long it takes; ``ArchiveReader/finish(_:)`` then takes what came of it.
        func run(_ limits: ReadingLimits) {
            switch self {
            case .find(let walk): walk.findNames()
            case .read(let batch): batch.read(limits)
            }
        }
    }

    /// Belongs to whoever has the errand of finding names as long as ``isFinding`` is set.
    private let walk: ArchiveWalk
    private var isFinding = false
    /// Whether something else than a regular file of a directory comes behind ``names``.
    private var isBeforeItem = true
    /// Files that were found and that nobody has taken yet, in order.
    private var names: [ArchiveWalk.Names] = []
    private let limits: ReadingLimits
    private let cancellation: BulkCancellation
    private let window = InputWindow()
    private var file: OpenFile?
    private var bytesOfClosedFiles = 0
    /// Files taken to be read ahead, in order; they come before ``names``.
    private var batches: [FileBatch] = []
    /// Batches to be used again.
    private var emptyBatches: [FileBatch] = []

    /// A file that is being cut.
    private struct OpenFile {
        var source: EntrySource
        var splitter: any EntrySplitter
    }

    /// With fewer names than these it is time to find more.
    private static let fewNames = 4 * FileBatch.mostFiles

    /// - Parameter excluded: where the results are written, which is not read.
    init(
        _ archives: [String], excluding excluded: RunDestination?, limits: ReadingLimits, cancellation: BulkCancellation
    ) {
        walk = ArchiveWalk(archives, excluding: excluded)
        self.limits = limits
        self.cancellation = cancellation
    }

    /// Puts the next entries into an empty chunk, and does alone what that takes.
    ///
    /// - Returns: false at the end of the archives, when there are none. After a cancellation what is there may be cut short.
    func fill(_ chunk: Chunk) -> Bool {
        while cut(into: chunk) == .awaitsErrand, let errand = takeErrand(batches: 1) {
            errand.run(limits)
            finish(errand)
        }
        return !chunk.runs.isEmpty
    }

    /// Puts the next entries into a chunk, as far as they can be had without an errand.
    func cut(into chunk: Chunk) -> Progress {
        defer { chunk.bytesRead = bytesRead }
        while !chunk.isFull, cancellation.signal == 0 {
            if let file {
                let isFinished = file.splitter.split(window, into: chunk, from: file.source)
                if isFinished { finish(chunk) }
            } else if let batch = batches.first {
                guard batch.isRead else { return .awaitsErrand }
                if !cutNext(of: batch, into: chunk) {
                    batch.reset([])
                    emptyBatches.append(batches.removeFirst())
                }
            } else if isFinding || !isBeforeItem || !names.isEmpty {
                return .awaitsErrand
            } else if let item = walk.next() {
                isBeforeItem = false
                open(item, chunk)
            } else {
                return .atEnd
            }
        }
        return .full
    }

    /// The next errand for somebody to do; `nil` when others are doing all that there is.
    ///
    /// - Parameter count: how many batches of files may be read or wait to be cut.
    func takeErrand(batches count: Int) -> Errand? {
        if !isFinding, !isBeforeItem, names.count <= ArchiveWalk.mostDirectories,
            names.reduce(0, { $0 + $1.count }) < Self.fewNames
        {
            isFinding = true
            return .find(walk)
        }
        guard !names.isEmpty, batches.count < count else { return nil }
        let batch = emptyBatches.popLast() ?? FileBatch()
        batch.reset(takeNames())
        batches.append(batch)
        return .read(batch)
    }

    /// Takes what came of an errand.
    func finish(_ errand: Errand) {
        switch errand {
        case .find(let walk):
            isFinding = false
            isBeforeItem = walk.names.isEmpty
            names += walk.names
        case .read(let batch): batch.isRead = true
        }
    }

    /// Names for one batch.
    private func takeNames() -> [ArchiveWalk.Names] {
        var taken: [ArchiveWalk.Names] = []
        var missing = FileBatch.mostFiles
        while missing > 0, taken.count < ArchiveWalk.mostDirectories, !names.isEmpty {
            let some = names[0].takeFirst(missing)
            missing -= some.count
            taken.append(some)
            if names[0].count == 0 { names.removeFirst() }
        }
        return taken
    }

    /// Cuts the next files of a batch; false when there is none.
    private func cutNext(of batch: FileBatch, into chunk: Chunk) -> Bool {
        // Directories hold millions of these.
        bytesOfClosedFiles += batch.cutDocuments(into: chunk)
        if chunk.isFull { return true }
        switch batch.next() {
        case .whole(let source, let text):
            window.open(text)
            begin(source, chunk)
        case .unread(let names, let position): open(names.open(position), chunk)
        case nil: return false
        }
        return true
    }

    /// Bytes read from the archives so far.
    var bytesRead: Int { bytesOfClosedFiles + window.bytesRead }

    private func finish(_ chunk: Chunk) {
        if let file, let failure = window.failure, cancellation.signal == 0 {
            chunk.add(
                problem: .archiveTruncated, "The file ends early at line \(window.line) of its text: \(failure)",
                line: window.line, from: file.source)
        }
        bytesOfClosedFiles += window.bytesRead
        window.close()
        file = nil
    }

    private func open(_ item: ArchiveWalk.Item, _ chunk: Chunk) {
        switch item {
        case .special(let name): chunk.add(skip: .specialFile, line: 1, from: EntrySource(name: name))
        case .link(let name): chunk.add(skip: .link, line: 1, from: EntrySource(name: name))
        case .unreadable(let name, let reason):
            chunk.add(
                problem: .archiveUnreadable, "The file cannot be read: \(reason)", line: 1,
                from: EntrySource(name: name))
        case .file(let source, let descriptor, let isRegular):
            window.open(
                InputStream(descriptor: descriptor, cancellation: cancellation, isRegular: isRegular))
            begin(source, chunk)
        }
    }

    /// Looks at the first bytes and decides how to cut the file.
    private func begin(_ source: EntrySource, _ chunk: Chunk) {
        file = OpenFile(source: source, splitter: NoEntries.shared)
        var isDecompressed = false
        while true {
            window.fill(min(limits.headSize, InputWindow.blockSize))
            if window.bytes.isEmpty {
                if let failure = window.failure, !isDecompressed {
                    chunk.add(
                        problem: .archiveUnreadable, "The file cannot be read: \(failure)", line: 1, from: source)
                    bytesOfClosedFiles += window.bytesRead
                    window.close()
                    file = nil
                    return
                }
            }
            let head = window.bytes
            let isWhole = head.count < limits.headSize
            let kind = ArchiveKind(head: head, isWhole: isWhole)
            if case .compressed(let compression) = kind {
                if !isDecompressed {
                    isDecompressed = true
                    _ = window.decompress(compression)
                    continue
                }
                chunk.add(skip: .binary, line: 1, from: source)
                finish(chunk)
                return
            }
            if case .utf16(let isBigEndian) = kind {
                window.decodeUTF16(isBigEndian: isBigEndian)
                continue
            }
            if kind == .xml, isWhole, window.failure == nil {
                // Directories hold millions of these.
                chunk.add(.xml, head, line: 1, from: source)
                finish(chunk)
                return
            }
            begin(kind, source, chunk)
            return
        }
    }

    private func begin(_ kind: ArchiveKind, _ source: EntrySource, _ chunk: Chunk) {
        if window.bytes.starts(with: [0xEF, 0xBB, 0xBF]), kind != .xml { window.consume(3) }
        switch kind {
        case .empty:
            if window.failure == nil {
                chunk.add(problem: .archiveEmpty, "The file is empty", line: 1, from: source)
            }
            finish(chunk)
        case .skipped(let skip):
            chunk.add(skip: skip, line: 1, from: source)
            finish(chunk)
        case .compressed, .utf16: finish(chunk)
        case .xml: file?.splitter = XMLDocuments(limits: limits)
        case .json: file?.splitter = JSONValues(limits: limits)
        case .jsonLists: file?.splitter = JSONLists(limits: limits)
        case .har: file?.splitter = JSONValues(limits: limits, arrayNamed: "entries", atDepth: 2)
        case .postman: file?.splitter = PostmanCollection(limits: limits)
        case .http: file?.splitter = LineBlocks(form: .http, limits: limits)
        case .phpLog: file?.splitter = LineBlocks(form: .phpLog, limits: limits)
        case .curl: file?.splitter = CurlCommands(limits: limits)
        case .table(let delimiter): file?.splitter = TableRows(delimiter: delimiter, limits: limits)
        case .sql(let backslashEscapes): file?.splitter = SQLRows(backslashEscapes: backslashEscapes, limits: limits)
        case .rawCalls: file?.splitter = RawCalls(limits: limits)
        case .lines: file?.splitter = WholeLines(limits: limits)
        case .unknown: file?.splitter = UnknownText(limits: limits)
        }
    }
}

/// A way to cut a file into entries.
protocol EntrySplitter: AnyObject {
    /// Adds entries until the chunk is full or the file ends.
    ///
    /// - Parameter window: at the first byte that belongs to no entry yet; left so.
    /// - Returns: whether the file is finished.
    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool
}

/// A file of which nothing is read.
final class NoEntries: EntrySplitter, Sendable {
    static let shared = NoEntries()

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool { true }
}
