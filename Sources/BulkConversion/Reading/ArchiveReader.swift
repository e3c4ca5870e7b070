import Bytes
import ConvertLead

/// Cuts the texts of archives into chunks of entries, in order of input. Used by one thread at a time.
final class ArchiveReader {
    /// Why ``cut(into:)`` came back.
    enum Progress {
        /// The chunk is full, or the run is cancelled.
        case full
        /// Errands have to be done first, or are being done.
        case awaitsErrand
        /// There is nothing more.
        case atEnd
        /// The machine failed. What is in the chunk is not the whole of it and must not be used.
        case failed(BulkFailure)
    }

    private let input: ArchiveInput
    private let limits: ReadingLimits
    private let cancellation: BulkCancellation
    private var text: OpenText?

    /// A text that is being cut.
    private struct OpenText {
        var source: EntrySource
        var splitter: any EntrySplitter
    }

    /// - Parameters:
    ///   - exclusion: what of directories is left out.
    ///   - output: what the results are written to, which is not read.
    init(
        _ archives: [String], exclusion: Exclusion = Exclusion(), output: RunDestination? = nil, limits: ReadingLimits,
        cancellation: BulkCancellation
    ) {
        input = ArchiveInput(
            ArchiveWalk(archives, exclusion: exclusion, output: { output?.identity }), limits: limits,
            cancellation: cancellation,
            isDocument: { ArchiveKind(head: $0, isWhole: true) == .xml })
        self.limits = limits
        self.cancellation = cancellation
    }

    /// Bytes read from the archives so far.
    var bytesRead: Int { input.bytesRead }

    /// Puts the next entries into an empty chunk, and does alone what that takes.
    ///
    /// - Returns: false at the end of the archives, when there are none. After a cancellation what is there may be cut short.
    func fill(_ chunk: Chunk) throws(BulkFailure) -> Bool {
        while true {
            switch cut(into: chunk) {
            case .awaitsErrand:
                guard let errand = input.takeErrand(batches: 1) else { return !chunk.runs.isEmpty }
                errand.run(limits)
                input.finish(errand)
            case .full, .atEnd: return !chunk.runs.isEmpty
            case .failed(let failure): throw failure
            }
        }
    }

    /// The next errand for somebody to do; `nil` when others are doing all that there is.
    ///
    /// - Parameter count: how many batches of files may be read or wait to be cut.
    func takeErrand(batches count: Int) -> ArchiveInput.Errand? { input.takeErrand(batches: count) }

    /// Takes what came of an errand.
    func finish(_ errand: ArchiveInput.Errand) { input.finish(errand) }

    /// Puts the next entries into a chunk, as far as they can be had without an errand.
    func cut(into chunk: Chunk) -> Progress {
        defer { chunk.bytesRead = bytesRead }
        while !chunk.isFull, cancellation.signal == 0 {
            let item: ArchiveInput.Item?
            if let text {
                guard text.splitter.split(input.window, into: chunk, from: text.source) else { continue }
                let line = input.window.line
                item = close()
                if case .problem(let code, let message, let source) = item {
                    chunk.add(problem: code, message, line: line, from: source)
                    continue
                }
            } else {
                item = input.next()
            }
            switch item {
            case .text(let source): begin(source, chunk)
            case .documents: input.takeDocuments(indexOf: chunk.index(of:), into: chunk.addFiles)
            case .skip(let kind, let source): chunk.add(skip: kind, line: 1, from: source)
            case .problem(let code, let message, let source):
                chunk.add(problem: code, message, line: 1, from: source)
            case .awaitsErrand: return .awaitsErrand
            case .failure(let failure): return .failed(failure)
            case .end: return .atEnd
            case nil: break
            }
        }
        return .full
    }

    private func close() -> ArchiveInput.Item? {
        text = nil
        return input.close()
    }

    /// Looks at the first bytes and decides how to cut the text.
    private func begin(_ source: EntrySource, _ chunk: Chunk) {
        let window = input.window
        let head = window.bytes
        let isWhole = head.count < limits.headSize
        let kind = ArchiveKind(head: head, isWhole: isWhole)
        var splitter: any EntrySplitter = NoEntries.shared
        if kind == .xml, isWhole, window.failure == nil {
            // Directories hold millions of these.
            chunk.add(.xml, head, line: 1, from: source)
            window.consume(head.count)
        } else {
            if head.starts(with: [0xEF, 0xBB, 0xBF]), kind != .xml { window.consume(3) }
            switch kind {
            case .empty:
                if window.failure == nil {
                    chunk.add(problem: .archiveEmpty, "The file is empty", line: 1, from: source)
                }
            case .skipped(let skip): chunk.add(skip: skip, line: 1, from: source)
            case .xml: splitter = XMLDocuments(limits: limits)
            case .json: splitter = JSONValues(limits: limits)
            case .jsonLists: splitter = JSONLists(limits: limits)
            case .har: splitter = JSONValues(limits: limits, arrayNamed: "entries", atDepth: 2)
            case .postman: splitter = PostmanCollection(limits: limits)
            case .http: splitter = LineBlocks(form: .http, limits: limits)
            case .phpLog: splitter = LineBlocks(form: .phpLog, limits: limits)
            case .curl: splitter = CurlCommands(limits: limits)
            case .table(let delimiter): splitter = TableRows(delimiter: delimiter, limits: limits)
            case .sql(let backslashEscapes): splitter = SQLRows(backslashEscapes: backslashEscapes, limits: limits)
            case .rawCalls: splitter = RawCalls(limits: limits)
            case .lines: splitter = WholeLines(limits: limits)
            case .unknown: splitter = UnknownText(limits: limits)
            }
        }
        text = OpenText(source: source, splitter: splitter)
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
