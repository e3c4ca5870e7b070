@_spi(Package) import Bytes
import Platform

/// The results of a run that ended, open for reading.
final class ResultFiles {
    /// The directory as it was given.
    let path: String
    /// The directory, which is no archive.
    let identity: FileIdentity?
    let summary: BulkSummary
    let origin: BulkSummary.Origin
    let converted: ResultFile
    /// `dead-letters.ndjson`; `nil` when dead letters were written as files.
    let deadLetters: ResultFile?
    /// Dead letters that were written as files; `nil` when they are lines.
    let letters: LetterFolder?
    /// Paths of dead letters in the form that the run did not write.
    let foreignLetters: [String]
    /// What `report.html` says the SHA-256 of `converted.ndjson` is; `nil` when it says nothing.
    let reportedHash: String?

    /// Bytes of `summary.json` and `report.html` that are read at most.
    private static let mostBytes = 64 << 20

    /// Opens the results.
    ///
    /// - Throws: ``BulkFailure``: `noInput` when there is no such directory, `unfinished` when a run left it that did not end.
    init(_ path: String) throws(BulkFailure) {
        let directory = openFile(path, O_RDONLY | O_DIRECTORY)
        guard directory >= 0 else {
            if errno == ENOTDIR { throw BulkFailure(.unfinished, source: path, "\(path) is not a directory") }
            throw Self.failure(path)
        }
        defer { close(directory) }
        let base = path.hasSuffix("/") ? path : path + "/"
        func open(_ name: ResultName) throws(BulkFailure) -> ResultFile {
            guard let file = try Self.open(name, in: directory, base) else {
                throw BulkFailure(
                    .unfinished, source: path, "\(path) has no \(name.rawValue), so it is not what a finished run wrote"
                )
            }
            return file
        }
        let isLeft = ResultName.allCases.contains { fileExists(base + $0.rawValue + ResultName.partSuffix) }
        guard !isLeft, !fileExists(base + ResultName.checkpoint.rawValue) else {
            throw BulkFailure(
                .unfinished, source: path,
                "The run into \(path) is not finished; pass --resume to bulk to finish it, then verify")
        }
        let summaryFile = try open(.summary)
        let text = try summaryFile.all(atMost: Self.mostBytes)
        guard let summary = BulkSummary(json: text), let origin = BulkSummary.Origin(json: text) else {
            throw BulkFailure(.unfinished, source: summaryFile.path, "\(summaryFile.path) is damaged")
        }
        self.path = path
        identity = FileIdentity(path: base + ".")
        self.summary = summary
        self.origin = origin
        converted = try open(.converted)
        // What is there does not decide: it may have been added to hide what was changed.
        let others: [ResultName]
        switch origin.deadLetters {
        case .files:
            let table = try open(.letterTable)
            let folder = openFile(ResultName.letterFiles.rawValue, O_RDONLY | O_DIRECTORY, in: directory)
            guard folder >= 0 else { throw Self.failure(base + ResultName.letterFiles.rawValue) }
            letters = LetterFolder(base + ResultName.letterFiles.rawValue, folder, table: table)
            deadLetters = nil
            others = [.deadLetters]
        case .ndjson:
            letters = nil
            deadLetters = try open(.deadLetters)
            others = [.letterTable, .letterFiles]
        }
        foreignLetters = others.map { base + $0.rawValue }.filter { fileExists($0) }
        reportedHash = Self.hash(in: try open(.report).all(atMost: Self.mostBytes))
    }

    /// Path of a result, for places.
    func path(of name: ResultName) -> String { (path.hasSuffix("/") ? path : path + "/") + name.rawValue }

    private static func open(
        _ name: ResultName, in directory: Int32, _ base: String
    ) throws(BulkFailure) -> ResultFile? {
        let path = base + name.rawValue
        // A pipe would block when opened.
        let descriptor = openFile(name.rawValue, O_RDONLY | O_NONBLOCK, in: directory)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw BulkFailure(.unfinished, source: path, "\(path) is not a regular file")
        }
        return ResultFile(path, descriptor)
    }

    fileprivate static func failure(_ path: String) -> BulkFailure {
        BulkFailure(isTroubleOfMachine(errno) ? .inputOutput : .noInput, source: path, "\(path): \(systemErrorText())")
    }

    /// The text of the element that names the hash; `nil` when there is none.
    private static func hash(in page: [UInt8]) -> String? {
        page.withByteView { page in
            guard let name = page.offset(of: " id=\"converted-sha256\">") else { return nil }
            let rest = page.dropping(name + " id=\"converted-sha256\">".utf8.count)
            return rest.slice(0..<min(rest.offset(of: UInt8(ascii: "<")) ?? 0, 128)).text
        }
    }
}

extension ResultFile {
    /// Bytes of the longest line that a run writes, about; what is longer is taken in parts.
    static let longestLine = 128 << 20

    /// Calls `body` with each line, its line feed included.
    func forEachLine(_ body: (ByteView) throws(BulkFailure) -> Void) throws(BulkFailure) {
        var window = LineWindow()
        var isAtEnd = false
        while true {
            window.cut(1024, 4 << 20, isLast: isAtEnd || window.bytes.count >= Self.longestLine)
            for index in 0..<window.lineCount { try body(window.text(index)) }
            let isFound = window.lineCount > 0
            window.takeLines(window.lineCount)
            if isFound { continue }
            if isAtEnd { return }
            isAtEnd = try !window.append(from: self, atMost: max(window.bytes.count, 256 << 10))
        }
    }
}
