@_spi(Package) import Bytes

import Platform

/// The directory of a run: results under `.part` names while it goes on, a checkpoint beside them, and the change of names
/// at the end. Whatever stops it, what has a final name is whole, and what has not can be resumed.
///
/// A checkpoint is written aside, flushed and renamed over the one before, after the results it speaks of were flushed.
/// Resuming cuts the results back to the lengths it gives.
///
/// One run at a time has the directory: it holds a lock that the system lets go of when the process ends, however it ends.
/// Files are created anew and never opened through a link, all relative to the open directory: one that takes its place at the
/// path gets nothing of this run.
final class RunDirectory {
    /// The results that grow line by line.
    enum Result: CaseIterable {
        case converted, deadLetters

        fileprivate var name: ResultName { self == .converted ? .converted : .deadLetters }
    }

    /// Everything that only a run that ended leaves, in the order in which it gets its name.
    private var finalNames: [ResultName] {
        let letters: [ResultName] = letterForm == .files ? [.letterFiles, .letterTable] : [.deadLetters]
        return [.converted] + letters + [.report, .summary]
    }

    let path: String
    private let resumes: Bool
    private let letterForm: DeadLetterForm
    /// The directory, open and locked; below zero until it exists.
    private var directory: Int32 = -1
    private var descriptors: [Result: Int32] = [:]
    private var lengths: [Result: Int] = [:]
    private var hash = SHA256()
    private lazy var leadIDs = RepeatedLeadIDs { [unowned self] () throws(BulkFailure) in try createNameless(.leadIDs) }

    /// State of the interrupted run that is resumed; `nil` when there is none.
    private(set) var checkpoint: Checkpoint?

    /// Whether the results have been opened.
    var isOpen: Bool { !descriptors.isEmpty }

    /// Locks the directory and looks at it. Creates nothing yet.
    init(_ path: String, resumes: Bool, letters: DeadLetterForm = .ndjson) throws(BulkFailure) {
        self.path = path
        self.resumes = resumes
        letterForm = letters
        var status = stat()
        if stat(path, &status) == 0 { try lock() }
    }

    deinit {
        for descriptor in descriptors.values { close(descriptor) }
        guard directory >= 0 else { return }
        // A process that another thread started may hold a copy of the descriptor until it runs its program, and the lock with it.
        flock(directory, LOCK_UN)
        close(directory)
    }

    private func fileName(_ name: ResultName, isPart: Bool) -> String {
        name.rawValue + (isPart ? ResultName.partSuffix : "")
    }

    /// Path of a file, for messages.
    private func path(of name: ResultName, isPart: Bool = false) -> String {
        (path.hasSuffix("/") ? path : path + "/") + fileName(name, isPart: isPart)
    }

    private func open(_ name: ResultName, isPart: Bool = false, _ flags: Int32) -> Int32 {
        openFile(fileName(name, isPart: isPart), flags | O_NOFOLLOW, in: directory)
    }

    private func status(_ name: ResultName, isPart: Bool, _ status: inout stat) -> Bool {
        fstatat(directory, fileName(name, isPart: isPart), &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    private func failure(_ file: String, _ kind: BulkFailure.Kind = .inputOutput) -> BulkFailure {
        BulkFailure(kind, "\(file): \(systemErrorText())")
    }

    // MARK: The directory

    /// Opens and locks the directory, and looks at what is in it.
    private func lock() throws(BulkFailure) {
        let opened = openFile(path, O_RDONLY | O_DIRECTORY)
        guard opened >= 0 else {
            if errno == ENOTDIR { throw BulkFailure(.cannotCreate, "\(path) is not a directory") }
            throw failure(path, .cannotCreate)
        }
        directory = opened
        // Some network file systems know no locks of directories; runs there are not kept apart.
        if flock(opened, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            throw BulkFailure(
                .outputInUse, "Another run is writing to \(path)")
        }
        guard resumes else {
            for name in ResultName.allCases {
                guard try !exists(name), try !exists(name, isPart: true) else { throw try taken() }
            }
            return
        }
        guard try exists(.checkpoint) else { return }
        guard let checkpoint = Checkpoint(try read(.checkpoint)) else {
            throw BulkFailure(
                .inputOutput, "\(path(of: .checkpoint)) is damaged; start again with another directory")
        }
        self.checkpoint = checkpoint
    }

    /// Why nothing is written into a directory that has results.
    private func taken() throws(BulkFailure) -> BulkFailure {
        let state =
            if try exists(.checkpoint) {
                "results of a run that was stopped"
            } else if try exists(.summary) {
                "results of a run that is finished"
            } else {
                "results of a run"
            }
        return BulkFailure(.outputTaken, "\(path) already has \(state)")
    }

    private func exists(_ name: ResultName, isPart: Bool = false) throws(BulkFailure) -> Bool {
        var found = stat()
        if status(name, isPart: isPart, &found) { return true }
        guard errno == ENOENT else { throw failure(path(of: name, isPart: isPart)) }
        return false
    }

    /// Fails when the directory is not the one that was locked any more, or results in it are gone.
    private func checkPlace() throws(BulkFailure) {
        var status = stat()
        guard fstat(directory, &status) == 0 else { throw failure(path) }
        guard FileIdentity(path: path) == FileIdentity(status) else {
            throw BulkFailure(.inputOutput, "\(path) was removed or replaced while the run wrote into it")
        }
        for (result, descriptor) in descriptors {
            let file = path(of: result.name, isPart: true)
            var found = stat()
            guard fstat(descriptor, &status) == 0, self.status(result.name, isPart: true, &found) else {
                throw failure(file)
            }
            guard FileIdentity(found) == FileIdentity(status) else {
                throw BulkFailure(.inputOutput, "\(file) was replaced while the run wrote into it")
            }
        }
    }

    private func read(_ name: ResultName) throws(BulkFailure) -> [UInt8] {
        let file = path(of: name)
        let descriptor = open(name, O_RDONLY)
        guard descriptor >= 0 else { throw failure(file) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = block.withUnsafeMutableBytes { readSome(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(file) }
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }

    // MARK: A run that ended before

    /// The summary of a run that ended; the last names are changed where it was stopped while changing them.
    ///
    /// - Throws: also when that was not a run of `origin`.
    func finishedSummary(of origin: BulkSummary.Origin) throws(BulkFailure) -> BulkSummary? {
        let isOther = BulkFailure(
            .inputChanged,
            "The run that ended in \(path) had other archives, options or tables")
        if let checkpoint, checkpoint.isFinishing {
            guard checkpoint.origin == origin else { throw isOther }
            try publish()
            return checkpoint.summary
        }
        guard directory >= 0, resumes, checkpoint == nil, try exists(.summary) else { return nil }
        let text = try read(.summary)
        guard let summary = BulkSummary(json: text), let finished = BulkSummary.Origin(json: text) else {
            throw BulkFailure(.inputOutput, "\(path(of: .summary)) is damaged")
        }
        guard finished == origin else { throw isOther }
        for name in finalNames { try checkFile(name) }
        return summary
    }

    /// Fails unless there is a regular file of a final name, or the folder.
    private func checkFile(_ name: ResultName) throws(BulkFailure) {
        var found = stat()
        guard status(name, isPart: false, &found) else { throw failure(path(of: name)) }
        let isFolder = name == .letterFiles
        guard found.st_mode & S_IFMT == (isFolder ? S_IFDIR : S_IFREG) else {
            throw BulkFailure(
                .inputOutput, "\(path(of: name)) is not a \(isFolder ? "directory" : "regular file")")
        }
    }

    // MARK: Writing

    /// Opens the results: new and empty, or cut back to the checkpoint.
    func open() throws(BulkFailure) {
        if directory < 0 {
            if mkdir(path, 0o777) != 0, errno != EEXIST {
                let code = errno
                guard code == ENOENT, let parent = missingParent(of: path) else {
                    throw BulkFailure(.cannotCreate, "\(path): \(systemErrorText(code))")
                }
                throw BulkFailure(
                    .cannotCreate, "\(path): its parent directory \(parent) does not exist; create it first")
            }
            try lock()
        }
        if checkpoint == nil { try removeLetters() }
        try remove(.leadIDs)
        for result in Result.allCases {
            guard let checkpoint else {
                descriptors[result] = try create(result.name, .cannotCreate)
                lengths[result] = 0
                continue
            }
            let length = result == .converted ? checkpoint.convertedLength : checkpoint.deadLettersLength
            descriptors[result] = try reopen(result.name, length)
            lengths[result] = length
        }
        guard let checkpoint else { return }
        var start = 0
        try forEachLine(of: .converted, upTo: checkpoint.convertedLength) { (line) throws(BulkFailure) in
            hash.add(line)
            [0x0A].withByteView { hash.add($0) }
            try recallLeadID(ofLine: line, at: start)
            start += line.count + 1
        }
    }

    /// Takes the lead id of a line that the interrupted run wrote.
    private func recallLeadID(ofLine line: ByteView, at lineStart: Int) throws(BulkFailure) {
        let member: StaticString = "\"lead_id\":\""
        guard let start = line.offset(of: member) else { return }
        let rest = line.dropping(start + member.utf8CodeUnitCount)
        let leadID = rest.slice(0..<(rest.offset(of: UInt8(ascii: "\"")) ?? 0))
        try leadIDs.add(LeadIDMark(leadID, lineStart: lineStart))
    }

    /// Calls `body` with each line of the first bytes of a result, which are whole lines. Memory grows with the longest line.
    func forEachLine(
        of result: Result, upTo length: Int, _ body: (ByteView) throws(BulkFailure) -> Void
    ) throws(BulkFailure) {
        let descriptor = try openPart(result.name, O_RDONLY)
        defer { close(descriptor) }
        var buffer = ByteBuffer(minimumCapacity: 1 << 16)
        var left = length
        while left > 0 {
            // What is there has no line feed.
            let searched = buffer.count
            buffer.reserve(max(1 << 16, searched))
            let room = UnsafeMutableRawBufferPointer(start: buffer.end, count: min(left, max(1 << 16, searched)))
            let got = readSome(descriptor, room)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure(path(of: result.name, isPart: true)) }
            guard got > 0 else { throw notWritten(result.name) }
            left -= got
            buffer.count += got
            var (start, index) = (0, searched)
            while let feed = buffer.bytes.offset(of: 0x0A, from: index) {
                try body(buffer.bytes.slice(start..<feed))
                start = feed + 1
                index = start
            }
            if start == 0 { continue }
            let rest = Array(buffer.bytes.dropping(start))
            buffer.removeAll()
            rest.withByteView { buffer.append($0) }
        }
    }

    /// Removes a file of a `.part` name when there is one.
    private func remove(_ name: ResultName, _ kind: BulkFailure.Kind = .inputOutput) throws(BulkFailure) {
        guard unlinkat(directory, fileName(name, isPart: true), 0) == 0 || errno == ENOENT else {
            throw failure(path(of: name, isPart: true), kind)
        }
    }

    /// Creates a file under its `.part` name in place of what an earlier run left there.
    private func create(_ name: ResultName, _ kind: BulkFailure.Kind = .inputOutput) throws(BulkFailure) -> Int32 {
        let file = path(of: name, isPart: true)
        try remove(name, kind)
        let descriptor = open(name, isPart: true, O_WRONLY | O_CREAT | O_EXCL)
        guard descriptor >= 0 else { throw failure(file, kind) }
        return descriptor
    }

    /// Creates a file that is gone when it is closed.
    private func createNameless(_ name: ResultName) throws(BulkFailure) -> Int32 {
        let descriptor = open(name, isPart: true, O_RDWR | O_CREAT | O_EXCL)
        guard descriptor >= 0 else { throw failure(path(of: name, isPart: true)) }
        try remove(name)
        return descriptor
    }

    /// Opens what an interrupted run wrote, or this one.
    private func openPart(_ name: ResultName, _ flags: Int32) throws(BulkFailure) -> Int32 {
        let file = path(of: name, isPart: true)
        let descriptor = open(name, isPart: true, flags)
        if descriptor >= 0 { return descriptor }
        if errno == ELOOP {
            throw BulkFailure(.inputOutput, "\(file) is a link; start again with another directory")
        }
        throw failure(file)
    }

    private func notWritten(_ name: ResultName) -> BulkFailure {
        let file = path(of: name, isPart: true)
        return BulkFailure(
            .inputOutput, "\(file) is not what the interrupted run wrote; start again with another directory")
    }

    /// Opens a result of an interrupted run and cuts it back to a length.
    private func reopen(_ name: ResultName, _ length: Int) throws(BulkFailure) -> Int32 {
        let file = path(of: name, isPart: true)
        let descriptor = try openPart(name, O_WRONLY)
        do throws(BulkFailure) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw failure(file) }
            guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1, Int(status.st_size) >= length else {
                throw notWritten(name)
            }
            guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
                throw failure(file)
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// SHA-256 of the converted requests written so far, in hexadecimal digits.
    var convertedHash: String { hash.hexadecimal }

    /// Bytes of a result written so far.
    func length(of result: Result) -> Int { lengths[result] ?? 0 }

    /// Appends lines to a result.
    func append(_ lines: ByteView, to result: Result) throws(BulkFailure) {
        guard let descriptor = descriptors[result], !lines.isEmpty else { return }
        guard writeAll(descriptor, lines) else { throw failure(path(of: result.name, isPart: true)) }
        lengths[result, default: 0] += lines.count
        if result == .converted { hash.add(lines) }
    }

    /// Takes the lead ids of lines that will be appended to the converted requests next.
    func append(leadIDsOf lines: UnsafeBufferPointer<ConvertedLine>) throws(BulkFailure) {
        let start = length(of: .converted)
        for line in lines { try leadIDs.add(LeadIDMark(hash: line.leadIDHash, lineStart: start + Int(line.start))) }
    }

    /// Which of the lead ids so far were converted before.
    func repeatedLeadIDs() throws(BulkFailure) -> BulkSummary.Repeated {
        try leadIDs.find { () throws(BulkFailure) in
            ResultFile(path(of: .converted, isPart: true), try openPart(.converted, O_RDONLY))
        }
    }

    /// Makes a checkpoint: flushes the results, then replaces the checkpoint before.
    func save(_ checkpoint: Checkpoint) throws(BulkFailure) {
        try checkPlace()
        for (result, descriptor) in descriptors {
            guard synchronize(descriptor) == 0 else { throw failure(path(of: result.name, isPart: true)) }
        }
        try writeAside(checkpoint.bytes, .checkpoint)
        try move(.checkpoint)
        try synchronizeDirectory()
    }

    private func writeAside(_ bytes: [UInt8], _ name: ResultName) throws(BulkFailure) {
        let descriptor = try create(name)
        let isWritten = bytes.withByteView { writeAll(descriptor, $0) } && synchronize(descriptor) == 0
        let problem = isWritten ? nil : failure(path(of: name, isPart: true))
        close(descriptor)
        if let problem { throw problem }
    }

    /// Gives a file its final name.
    private func move(_ name: ResultName) throws(BulkFailure) {
        let part = fileName(name, isPart: true)
        guard renameat(directory, part, directory, name.rawValue) == 0 else { throw failure(path(of: name)) }
    }

    private func synchronizeDirectory() throws(BulkFailure) {
        // Some file systems cannot flush a directory.
        guard fsync(directory) == 0 || errno == EINVAL else { throw failure(path) }
    }

    /// Writes the last files and gives all results their names.
    func finish(_ summary: BulkSummary, report: [UInt8], _ state: Checkpoint) throws(BulkFailure) {
        try checkPlace()
        if letterForm == .files { try writeLetters() }
        try writeAside(summary.json(of: state.origin), .summary)
        try writeAside(report, .report)
        var state = state
        state.isFinishing = true
        try save(state)
        try publish()
    }

    // MARK: Dead letters as files

    /// Makes the files of the dead letters from their lines, in a new folder.
    private func writeLetters() throws(BulkFailure) {
        try removeLetters()
        let folderPath = path(of: .letterFiles, isPart: true)
        guard mkdirat(directory, fileName(.letterFiles, isPart: true), 0o777) == 0 else { throw failure(folderPath) }
        let folder = open(.letterFiles, isPart: true, O_RDONLY | O_DIRECTORY)
        guard folder >= 0 else { throw failure(folderPath) }
        defer { close(folder) }
        let table = try create(.letterTable)
        defer { close(table) }
        var letters = LetterFiles(
            folder: folder, folderPath, table: table, path(of: .letterTable, isPart: true))
        try forEachLine(of: .deadLetters, upTo: length(of: .deadLetters)) { (line) throws(BulkFailure) in
            try letters.add(line)
        }
        try letters.finish()
    }

    /// Removes the folder that a run left which was stopped while it made it.
    private func removeLetters() throws(BulkFailure) {
        let folderPath = path(of: .letterFiles, isPart: true)
        let folder = open(.letterFiles, isPart: true, O_RDONLY | O_DIRECTORY)
        if folder < 0, errno == ENOENT { return }
        guard folder >= 0, let listing = fdopendir(folder) else {
            let problem = failure(folderPath)
            if folder >= 0 { close(folder) }
            throw problem
        }
        defer { closedir(listing) }
        // Some file systems leave out names while others are removed.
        var isEmpty = false
        while !isEmpty {
            isEmpty = true
            rewinddir(listing)
            while let entry = readdir(listing) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                guard unlinkat(folder, name, 0) == 0 else { throw failure("\(folderPath)/\(name)") }
                isEmpty = false
            }
        }
        guard unlinkat(directory, fileName(.letterFiles, isPart: true), AT_REMOVEDIR) == 0 else {
            throw failure(folderPath)
        }
    }

    /// Changes the names that have not been changed, the summary's last, and removes the checkpoint.
    private func publish() throws(BulkFailure) {
        for name in finalNames {
            if try exists(name, isPart: true) { try move(name) }
            // A name that is not there as a part has been changed before this run was resumed, or is lost.
            try checkFile(name)
        }
        if letterForm == .files { try remove(.deadLetters) }
        try synchronizeDirectory()
        guard unlinkat(directory, ResultName.checkpoint.rawValue, 0) == 0 else { throw failure(path(of: .checkpoint)) }
        try synchronizeDirectory()
    }
}
