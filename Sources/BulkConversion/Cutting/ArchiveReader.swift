@_spi(Package) import Bytes
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
    /// Cuts the text that is open.
    private var cutter: EntryCutter?
    /// Whether results are wanted as soon as their input is there.
    private let isInteractive: Bool

    /// - Parameters:
    ///   - names: what the archives are called in places, when that is not their paths.
    ///   - exclusion: what of directories is left out.
    ///   - output: what the results are written to, which is not read; `nil` when there is nothing yet.
    ///   - isInteractive: whether results are wanted as soon as their input is there.
    init(
        _ archives: [String], names: [String]? = nil, exclusion: Exclusion = Exclusion(),
        output: @escaping () -> FileIdentity? = { nil }, isInteractive: Bool = false, limits: ReadingLimits,
        cancellation: BulkCancellation
    ) {
        input = ArchiveInput(
            ArchiveWalk(archives, names: names, exclusion: exclusion, output: output), limits: limits,
            cancellation: cancellation, isInteractive: isInteractive)
        self.isInteractive = isInteractive
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
            if let cutter {
                let window = input.window
                let before = window.offset
                let isFinished = cutter.cut(window, into: chunk)
                // What the cutter leaves at the end of a text is lost.
                chunk.consumed += window.offset - before + (isFinished ? window.bytes.count : 0)
                guard isFinished else {
                    if isInteractive, !chunk.isEmpty { return .full }
                    continue
                }
                let line = window.line
                self.cutter = nil
                item = input.close()
                if case .problem(let code, let message, let source) = item {
                    chunk.add(problem: code, message, line: line, from: source)
                    continue
                }
            } else {
                item = input.next()
            }
            switch item {
            case .text(let source): begin(source, chunk)
            case .documents:
                let before = chunk.input.count
                input.takeDocuments(indexOf: chunk.index(of:), into: chunk.addFiles)
                chunk.consumed += chunk.input.count - before
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

    private func begin(_ source: EntrySource, _ chunk: Chunk) {
        let window = input.window
        window.takeReturns()
        if window.failure == nil, window.bytes.count < limits.headSize, window.bytes.allSatisfy(\.isWhitespace) {
            chunk.add(problem: .archiveEmpty, "The file is empty", line: 1, from: source)
        }
        cutter = EntryCutter(source, limits: limits, isInteractive: isInteractive)
    }
}
