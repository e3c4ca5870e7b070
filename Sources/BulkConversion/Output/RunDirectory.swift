import Bytes

import Platform

/// The directory of a run: results under `.part` names while it goes on, a checkpoint beside them, and the change of names
/// at the end. Whatever stops it, what has a final name is whole, and what has not can be resumed.
///
/// A checkpoint is written aside, flushed and renamed over the one before, after the results it speaks of were flushed.
/// Resuming cuts the results back to the lengths it gives.
final class RunDirectory {
    /// The results that grow line by line.
    enum Result: String, CaseIterable {
        case converted = "converted.ndjson"
        case deadLetters = "dead-letters.ndjson"
    }

    private static let summaryName = "summary.json"
    private static let checkpointName = "checkpoint"
    /// Everything that only a run that ended leaves; `report.html` is one of them.
    private static let finalNames = [
        Result.converted.rawValue, Result.deadLetters.rawValue, summaryName, "report.html",
    ]

    let path: String
    private let resumes: Bool
    private var descriptors: [Result: Int32] = [:]
    private var lengths: [Result: Int] = [:]

    /// State of the interrupted run that is resumed; `nil` when there is none.
    private(set) var checkpoint: Checkpoint?

    /// Whether the results have been opened.
    var isOpen: Bool { !descriptors.isEmpty }

    /// Looks at the directory and creates nothing yet.
    init(_ path: String, resumes: Bool) throws(BulkFailure) {
        self.path = path
        self.resumes = resumes
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
            throw BulkFailure(.cannotCreate, "\(path) is not a directory")
        }
        let hasState = fileExists(name(Self.checkpointName))
        let parts = Self.finalNames.contains { fileExists(name($0 + ".part")) }
        guard resumes else {
            let results = Self.finalNames.first { fileExists(name($0)) }
            if results != nil || hasState || parts {
                throw BulkFailure(
                    .cannotCreate,
                    "\(path) has results of a run already; give --resume to go on with it, or another directory")
            }
            return
        }
        guard hasState else { return }
        guard let checkpoint = Checkpoint(try read(Self.checkpointName)) else {
            throw BulkFailure(
                .inputOutput, "\(name(Self.checkpointName)) is damaged; start anew into another directory")
        }
        self.checkpoint = checkpoint
    }

    deinit {
        for descriptor in descriptors.values { close(descriptor) }
    }

    private func name(_ file: String) -> String { path.hasSuffix("/") ? path + file : path + "/" + file }

    private func read(_ file: String) throws(BulkFailure) -> [UInt8] {
        let descriptor = openFile(name(file), O_RDONLY)
        guard descriptor >= 0 else { throw unwritable(file, .inputOutput) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = block.withUnsafeMutableBytes { readSome(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unwritable(file, .inputOutput) }
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }

    private func unwritable(_ file: String, _ kind: BulkFailure.Kind) -> BulkFailure {
        BulkFailure(kind, "\(name(file)): \(systemErrorText())")
    }

    // MARK: A run that ended before

    /// The summary of a run that ended; the last names are changed where it was stopped while changing them.
    ///
    /// - Throws: also when that was not a run of `origin`.
    func finishedSummary(of origin: BulkSummary.Origin) throws(BulkFailure) -> BulkSummary? {
        let isOther = BulkFailure(
            .inputChanged,
            "The run that ended in \(path) had other archives, options or tables; give another directory")
        if let checkpoint, checkpoint.isFinishing {
            guard checkpoint.origin == origin else { throw isOther }
            try publish()
            return checkpoint.summary
        }
        guard resumes, checkpoint == nil, fileExists(name(Self.summaryName)) else { return nil }
        let text = try read(Self.summaryName)
        guard let summary = BulkSummary(json: text), let finished = BulkSummary.Origin(json: text) else {
            throw BulkFailure(.inputOutput, "\(name(Self.summaryName)) is damaged")
        }
        guard finished == origin else { throw isOther }
        return summary
    }

    // MARK: Writing

    /// Opens the results: new and empty, or cut back to the checkpoint.
    func open() throws(BulkFailure) {
        if mkdir(path, 0o777) != 0, errno != EEXIST {
            let code = errno
            guard code == ENOENT, let parent = missingParent(of: path) else {
                throw BulkFailure(.cannotCreate, "\(path): \(systemErrorText(code))")
            }
            throw BulkFailure(.cannotCreate, "\(path): its parent directory \(parent) does not exist; create it first")
        }
        for result in Result.allCases {
            let file = result.rawValue + ".part"
            let descriptor = openFile(name(file), O_WRONLY | O_CREAT)
            guard descriptor >= 0 else { throw unwritable(file, .cannotCreate) }
            descriptors[result] = descriptor
            let length = checkpoint.map { result == .converted ? $0.convertedLength : $0.deadLettersLength } ?? 0
            guard lseek(descriptor, 0, SEEK_END) >= length else {
                throw BulkFailure(.inputOutput, "\(name(file)) is shorter than its checkpoint says; start anew")
            }
            guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
                throw unwritable(file, .inputOutput)
            }
            lengths[result] = length
        }
    }

    /// Calls `body` with each line of the converted requests that an interrupted run wrote.
    func forEachConvertedLine(upTo length: Int, _ body: (ByteView) -> Void) {
        let descriptor = Platform.open(name(Result.converted.rawValue + ".part"), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var buffer = ByteBuffer(minimumCapacity: 1 << 16)
        var left = length
        while left > 0 {
            buffer.reserve(1 << 16)
            let got = readSome(descriptor, UnsafeMutableRawBufferPointer(start: buffer.end, count: min(left, 1 << 16)))
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return }
            left -= got
            buffer.count += got
            var start = 0
            while let feed = buffer.bytes.offset(of: 0x0A, from: start) {
                body(buffer.bytes.slice(start..<feed))
                start = feed + 1
            }
            let rest = Array(buffer.bytes.dropping(start))
            buffer.removeAll()
            rest.withByteView { buffer.append($0) }
        }
    }

    /// Bytes of a result written so far.
    func length(of result: Result) -> Int { lengths[result] ?? 0 }

    /// Appends lines to a result.
    func append(_ lines: ByteView, to result: Result) throws(BulkFailure) {
        guard let descriptor = descriptors[result], !lines.isEmpty else { return }
        guard writeAll(descriptor, lines) else { throw unwritable(result.rawValue + ".part", .inputOutput) }
        lengths[result, default: 0] += lines.count
    }

    /// Makes a checkpoint: flushes the results, then replaces the checkpoint before.
    func save(_ checkpoint: Checkpoint) throws(BulkFailure) {
        for result in Result.allCases {
            guard let descriptor = descriptors[result] else { continue }
            guard synchronize(descriptor) == 0 else { throw unwritable(result.rawValue + ".part", .inputOutput) }
        }
        try writeAside(checkpoint.bytes, Self.checkpointName + ".part")
        try move(Self.checkpointName + ".part", to: Self.checkpointName)
        try synchronizeDirectory()
    }

    private func writeAside(_ bytes: [UInt8], _ file: String) throws(BulkFailure) {
        let descriptor = openFile(name(file), O_WRONLY | O_CREAT | O_TRUNC)
        guard descriptor >= 0 else { throw unwritable(file, .inputOutput) }
        let isWritten = bytes.withByteView { writeAll(descriptor, $0) } && synchronize(descriptor) == 0
        let failure = isWritten ? nil : unwritable(file, .inputOutput)
        close(descriptor)
        if let failure { throw failure }
    }

    private func move(_ file: String, to target: String) throws(BulkFailure) {
        guard rename(name(file), name(target)) == 0 else { throw unwritable(target, .inputOutput) }
    }

    private func synchronizeDirectory() throws(BulkFailure) {
        let descriptor = openFile(path, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw BulkFailure(.inputOutput, "\(path): \(systemErrorText())") }
        defer { close(descriptor) }
        // Some file systems cannot flush a directory; then there is nothing to be done about it.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw BulkFailure(.inputOutput, "\(path): \(systemErrorText())")
        }
    }

    /// Writes the last files and gives all results their names.
    ///
    /// - Parameter further: files besides the summary, by name.
    func finish(
        _ summary: BulkSummary, _ state: Checkpoint, further: [(name: String, bytes: [UInt8])] = []
    ) throws(BulkFailure) {
        try writeAside(summary.json(of: state.origin), Self.summaryName + ".part")
        for file in further { try writeAside(file.bytes, file.name + ".part") }
        var state = state
        state.isFinishing = true
        try save(state)
        try publish()
    }

    /// Changes the names that have not been changed, the summary's last, and removes the checkpoint.
    private func publish() throws(BulkFailure) {
        let names = Self.finalNames.filter { $0 != Self.summaryName } + [Self.summaryName]
        for file in names where fileExists(name(file + ".part")) { try move(file + ".part", to: file) }
        try synchronizeDirectory()
        guard unlink(name(Self.checkpointName)) == 0 else { throw unwritable(Self.checkpointName, .inputOutput) }
        try synchronizeDirectory()
    }
}
