@_spi(Package) import Bytes
import ConvertLead
import JSONText
import Platform

/// Workers around one reader and one ordered writer.
///
/// A worker fills a chunk under the reader's lock, converts it, and gives it to the writer's queue. Small files are found,
/// opened and read by the workers before, each some of them, so that the lock is held for cutting only.
/// The worker that brings the next chunk writes it and all that wait behind it; the others go on. So no worker only waits,
/// and at most a few chunks a worker are in memory.
///
/// The thread that called does no work: after a cancellation it leaves workers behind that do not come back soon, be it that
/// they wait for an input or for the reader of the output. What they have not delivered is not part of the state.
final class BulkEngine: @unchecked Sendable {
    private let run: BulkRun
    private let reader: ArchiveReader
    private let limits: ReadingLimits
    private let jobs: Int
    private let destination: RunDestination

    private let reading = Monitor()
    private var nextNumber = 0
    /// The chunk that is being filled, by the worker that has the reader.
    private var filling: Chunk
    private var isAtEnd = false
    /// Why reading stopped before the end.
    private var inputFailure: BulkFailure?

    private let ending = Monitor()
    private var running = 0

    private let writing = Monitor()
    private var waiting: [Int: Chunk] = [:]
    private var free: [Chunk] = []
    private var nextWritten = 0
    private var isWriting = false
    private var failure: BulkFailure?

    /// Only for the worker that is writing.
    private var total = Tally()
    /// Lead ids and places of requests whose lines are not kept; `nil` when there is no room to remember them, or no need.
    private var unkept: (leadIDs: RepeatedLeadIDs, places: PlaceLines)?
    /// Whether as many requests were taken as are wanted.
    private var isAtLimit = false
    private var inputHash = InputHash()
    private var lastCheckpoint = monotonicSeconds()

    init(run: BulkRun, reader: ArchiveReader, limits: ReadingLimits, destination: RunDestination) {
        self.run = run
        self.reader = reader
        self.limits = limits
        self.destination = destination
        switch destination {
        case .stream, .inventory: unkept = (RepeatedLeadIDs(makeFile: openTemporaryFile), PlaceLines())
        case .directory, .comparison: unkept = nil
        }
        jobs = run.settings.jobs > 0 ? min(run.settings.jobs, 256) : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        filling = Chunk(size: limits.chunkSize)
        batchCount = jobs == 1 ? 1 : min(jobs + 2, 34, FileBatch.mostBatches)
    }

    /// Batches of files read ahead at a time.
    private let batchCount: Int

    /// Does the whole run.
    func execute() throws(BulkFailure) -> BulkSummary {
        for _ in 0..<(jobs == 1 ? 1 : 2 * jobs) { free.append(Chunk(size: limits.chunkSize)) }
        try skipFinished()
        try readFirst()
        runWorkers()
        let problem = stopWriting()
        if run.cancellation.signal != 0, problem == nil {
            try saveState()
            throw resumable(
                BulkFailure(
                    .interrupted(signal: run.cancellation.signal),
                    destination.savesState ? "The run was stopped; its state is saved" : "The run was stopped"),
                advice: "go on with --resume")
        }
        if let problem {
            if problem.kind == .tooManyDeadLetters {
                try saveState()
                throw resumable(
                    problem, advice: "correct the cause of the dead letters, or go on with --resume and a higher limit")
            }
            guard problem.kind == .inputOutput else { throw problem }
            throw resumable(problem, advice: "fix the cause, then go on with --resume")
        }
        if var failure = inputFailure {
            try saveState()
            if destination.savesState { failure.message += "; the state is saved, --resume goes on from here" }
            throw resumable(failure, advice: "fix the cause, then go on with --resume")
        }
        var summary = total.summary(of: run.archives)
        guard summary.isBalanced else {
            throw BulkFailure(
                .accounting,
                "\(total.read) entries were read, but \(total.converted) converted, \(total.deadLetters) dead letters and "
                    + "\(summary.skippedCount) skipped do not add up to that; please report this")
        }
        if let unkept { summary.repeatedLeadIDs = try? unkept.leadIDs.find(in: unkept.places.lines) }
        if case .directory(let directory) = destination {
            summary.repeatedLeadIDs = try directory.repeatedLeadIDs()
            let report = RunReport(summary, of: facts(convertedHash: directory.convertedHash))
            try directory.finish(summary, report: report.html, checkpoint(of: directory, summary))
        }
        return summary
    }

    /// A failure with its advice for a run that can go on.
    private func resumable(_ failure: BulkFailure, advice: String) -> BulkFailure {
        var failure = failure
        if destination.savesState { failure.advice = advice }
        return failure
    }

    private func facts(convertedHash: String) -> RunFacts {
        RunFacts(
            archives: run.archives, options: run.options, tables: run.tables, columns: run.settings.columns,
            excludes: run.settings.excludes, letters: run.settings.deadLetters, fingerprint: run.settings.fingerprint,
            convertedHash: convertedHash)
    }

    // MARK: Resuming

    /// Steps over the chunks that an interrupted run finished, and checks that they are still the same.
    private func skipFinished() throws(BulkFailure) {
        guard case .directory(let directory) = destination, let checkpoint = directory.checkpoint else { return }
        guard checkpoint.origin == run.origin else {
            throw BulkFailure(
                .inputChanged,
                "The stopped run had other archives, options or tables")
        }
        let chunk = filling
        while nextNumber < checkpoint.chunks {
            chunk.reset()
            let isFilled = try reader.fill(chunk)
            if run.cancellation.signal != 0 {
                throw BulkFailure(
                    .interrupted(signal: run.cancellation.signal), "The run was stopped; its state is unchanged")
            }
            guard isFilled else { break }
            inputHash.add(chunk.hashInput())
            nextNumber += 1
        }
        chunk.reset()
        guard nextNumber == checkpoint.chunks, inputHash.value == checkpoint.inputHash else {
            throw BulkFailure(
                .inputChanged,
                "The archives are not the ones that the stopped run read")
        }
        total = Tally(checkpoint.summary)
        nextWritten = nextNumber
    }

    /// Reads the first chunk before anything is created, so that empty input leaves nothing behind.
    private func readFirst() throws(BulkFailure) {
        let isFilled = try reader.fill(filling)
        let isEmpty = reader.bytesRead == 0 && filling.problems.allSatisfy { $0.code == .archiveEmpty }
        if nextNumber == 0, run.archives == ["-"], isEmpty, run.cancellation.signal == 0 {
            throw BulkFailure(.emptyInput, "Standard input is empty")
        }
        if case .directory(let directory) = destination { try directory.open() }
        if !isFilled || run.cancellation.signal != 0 { isAtEnd = true }
    }

    // MARK: Working

    /// Has the workers do everything; comes back when they are done, or soon after a cancellation.
    private func runWorkers() {
        ending.lock()
        defer { ending.unlock() }
        running = startThreads(jobs) {
            self.work()
            self.ending.lock()
            self.running -= 1
            self.ending.wakeAll()
            self.ending.unlock()
        }
        guard running > 0 else {
            // The system gives no threads: one worker is here already.
            work()
            return
        }
        var deadline: Double?
        while running > 0 {
            ending.wait(atMost: 0.1)
            guard run.cancellation.signal != 0 else { continue }
            let now = monotonicSeconds()
            if let deadline, now > deadline { return }
            deadline = deadline ?? now + 0.2
        }
    }

    /// Sees to it that no worker left behind writes any more, and gives the failure there was.
    private func stopWriting() -> BulkFailure? {
        writing.lock()
        defer { writing.unlock() }
        let stop = BulkFailure(.interrupted(signal: run.cancellation.signal), "The run was stopped")
        failure = failure ?? stop
        // A stream may be stuck as long as its reader likes, and has no state that must be true.
        while isWriting, destination.style == .files { writing.wait() }
        return failure == stop ? nil : failure
    }

    private func work() {
        // A worker that comes when all is taken needs no tables of its own.
        guard var chunk = takeFilled() else { return }
        var collector: InventoryCollector?
        if case .inventory(let inventory) = destination { collector = inventory }
        var entries = EntryTranslator(
            tables: run.tables, options: run.options, style: destination.style, yaml: run.settings.yaml,
            takesInventory: collector != nil)
        defer { collector?.add(entries.takeInventory()) }
        while true {
            entries.translate(chunk)
            deliver(chunk)
            guard let next = takeFilled() else { return }
            chunk = next
        }
    }

    /// The next chunk of input; `nil` when there is no more, or no use in going on.
    ///
    /// A worker leaves an empty chunk for the full one it takes. Where files have to be read before more can be cut, it does
    /// some of that, while others read those behind or cut those before.
    private func takeFilled() -> Chunk? {
        guard let empty = takeFree() else { return nil }
        empty.reset()
        reading.lock()
        defer { reading.unlock() }
        while !isAtEnd, run.cancellation.signal == 0 {
            let progress = reader.cut(into: filling)
            guard case .awaitsErrand = progress else {
                if case .atEnd = progress { isAtEnd = true }
                if case .failed(let failure) = progress {
                    inputFailure = failure
                    break
                }
                if run.cancellation.signal != 0 || filling.runs.isEmpty { break }
                let chunk = filling
                chunk.number = nextNumber
                nextNumber += 1
                filling = empty
                return chunk
            }
            if let errand = reader.takeErrand(batches: batchCount) {
                reading.unlock()
                errand.run(limits)
                reading.lock()
                reader.finish(errand)
                reading.wakeAll()
            } else {
                reading.wait()
            }
        }
        isAtEnd = true
        reading.wakeAll()
        giveBack(empty)
        return nil
    }

    /// A free chunk; `nil` after a failure, and when as many requests were taken as are wanted.
    private func takeFree() -> Chunk? {
        writing.lock()
        defer { writing.unlock() }
        while free.isEmpty, failure == nil, !isAtLimit { writing.wait() }
        return failure == nil && !isAtLimit ? free.removeLast() : nil
    }

    private func giveBack(_ chunk: Chunk) {
        writing.lock()
        free.append(chunk)
        writing.wakeAll()
        writing.unlock()
    }

    /// Gives a converted chunk to the writer's queue, and writes what is next.
    private func deliver(_ chunk: Chunk) {
        if case .directory = destination { chunk.inputHash = chunk.hashInput() }
        writing.lock()
        waiting[chunk.number] = chunk
        if isWriting {
            writing.unlock()
            return
        }
        isWriting = true
        while failure == nil, !isAtLimit, let next = waiting.removeValue(forKey: nextWritten) {
            writing.unlock()
            var problem: BulkFailure?
            do {
                try write(next)
            } catch {
                problem = error
            }
            writing.lock()
            nextWritten += 1
            free.append(next)
            if let problem { failure = problem }
            writing.wakeAll()
        }
        isWriting = false
        writing.unlock()
    }

    // MARK: Writing

    /// Takes what of a chunk is wanted when only some requests are.
    private func applyLimit(to chunk: Chunk) {
        guard run.settings.requestLimit > 0 else { return }
        let wanted = run.settings.requestLimit - total.converted - total.deadLetters
        total.limit = run.settings.requestLimit
        guard chunk.tally.converted + chunk.tally.deadLetters >= wanted else { return }
        if chunk.tally.converted + chunk.tally.deadLetters > wanted {
            var entries = EntryTranslator(
                tables: run.tables, options: run.options, style: destination.style, yaml: run.settings.yaml)
            chunk.resetOutputs()
            entries.translate(chunk, atMost: wanted)
        }
        isAtLimit = true
    }

    /// Remembers lead ids and places of a chunk whose lines are not kept. A filter goes on where no temporary file can be made.
    private func rememberUnkept(_ chunk: Chunk) {
        guard let (leadIDs, places) = unkept else { return }
        do throws(BulkFailure) {
            for line in chunk.lines.elements {
                let start = try places.add(chunk.place(of: line))
                try leadIDs.add(LeadIDMark(hash: line.leadIDHash, lineStart: start))
            }
        } catch {
            unkept = nil
        }
    }

    private func write(_ chunk: Chunk) throws(BulkFailure) {
        applyLimit(to: chunk)
        guard chunk.accounted == chunk.consumed else {
            throw BulkFailure(
                .accounting,
                "\(chunk.consumed) bytes were read, but \(chunk.accounted) are accounted for; please report this")
        }
        switch destination {
        case .stream(let descriptor):
            guard writeAll(descriptor, chunk.converted.buffer.bytes) else {
                throw BulkFailure(.inputOutput, "The output cannot be written: \(systemErrorText())")
            }
            rememberUnkept(chunk)
            total.add(chunk.tally)
        case .inventory:
            rememberUnkept(chunk)
            total.add(chunk.tally)
        case .comparison(let comparison):
            try comparison.compare(chunk)
            total.add(chunk.tally)
        case .directory(let directory):
            try directory.append(leadIDsOf: chunk.lines.elements)
            try directory.append(chunk.converted.buffer.bytes, to: .converted)
            try directory.append(chunk.deadLetters.buffer.bytes, to: .deadLetters)
            total.add(chunk.tally)
            inputHash.add(chunk.inputHash)
            let now = monotonicSeconds()
            if now - lastCheckpoint >= run.settings.checkpointInterval {
                try directory.save(checkpoint(of: directory, chunks: chunk.number + 1))
                lastCheckpoint = now
            }
        }
        if let most = run.settings.mostDeadLetters, total.deadLetters > most {
            throw BulkFailure(
                .tooManyDeadLetters, "There are more than \(most) dead letters; look at them before going on")
        }
        run.onProgress?(
            BulkProgress(
                bytesRead: chunk.bytesRead, read: total.read, converted: total.converted, deadLetters: total.deadLetters
            ))
    }

    private func saveState() throws(BulkFailure) {
        guard case .directory(let directory) = destination, directory.isOpen else { return }
        try directory.save(checkpoint(of: directory))
    }

    private func checkpoint(
        of directory: RunDirectory, _ summary: BulkSummary? = nil, chunks: Int? = nil
    ) -> Checkpoint {
        Checkpoint(
            isFinishing: false, origin: run.origin, chunkSize: limits.chunkSize,
            chunks: chunks ?? nextWritten, inputHash: inputHash.value,
            convertedLength: directory.length(of: .converted),
            deadLettersLength: directory.length(of: .deadLetters), summary: summary ?? total.summary(of: run.archives))
    }
}
