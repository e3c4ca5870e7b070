import ConvertLead

import Platform

/// Where the results of a bulk run go.
public enum BulkOutput: Sendable, Hashable {
    /// A directory, made when it does not exist: `converted.ndjson`, `summary.json`, `report.html`, and dead letters in the
    /// form of ``BulkSettings/deadLetters``.
    case directory(String)
    /// An open descriptor, such as standard output: one line a request, converted or dead letter.
    case descriptor(Int32)
}

/// How a bulk run works. Only ``excludes``, ``columns``, ``requestLimit`` and ``deadLetters`` change what is written.
public struct BulkSettings: Sendable {
    /// Workers; 0 takes one for each processor.
    public var jobs = 0
    /// Whether to resume a stopped run in the same directory.
    public var resumes = false
    /// Bytes of input a worker takes at a time.
    public var chunkSize = 256 << 10
    /// Seconds between checkpoints; 0 makes one for every chunk.
    public var checkpointInterval = 2.0
    /// What to leave out of directories: names, or paths below the archive, with `*`, `?` and `[…]`.
    public var excludes: [String] = []
    /// Number of requests after which the run ends; 0 for no limit.
    public var requestLimit = 0
    /// The run stops, its state saved, when there are more dead letters than this; `nil` for no limit.
    public var mostDeadLetters: Int?
    /// The form of dead letters in a directory.
    public var deadLetters = DeadLetterForm.ndjson
    /// Names of columns for tables without a header, in order; when empty, columns are recognised by their cells.
    public var columns: [String] = []
    /// Turns a YAML document into JSON, `nil` for one that is broken; without it requests in YAML are dead letters. The library
    /// reads no YAML by itself, so that its users need no other package.
    public var yaml: (@Sendable ([UInt8]) -> [UInt8]?)?
    /// Identifies options and tables; a run is resumed only with the same.
    public var fingerprint = ""

    /// The defaults.
    public init() {}
}

/// The progress of a run.
public struct BulkProgress: Sendable, Hashable {
    /// Bytes read from the archives, before decompression.
    public var bytesRead = 0
    /// Entries looked at.
    public var read = 0
    /// Requests translated.
    public var converted = 0
    /// Requests refused.
    public var deadLetters = 0
}

/// Translates archives of v1 requests: reads files of any form, hands chunks of entries to workers, writes in order of input.
///
/// The bytes written are the same for any number of workers, chunk size, locale and time zone. Memory does not grow with the
/// archives. In a directory, results get their names only when all is done; until then they end in `.part`, beside a
/// checkpoint to resume from.
///
/// ```swift
/// let run = BulkRun(archives: ["exports/2018"], output: .directory("v2"), tables: tables, options: options)
/// let summary = try run.run()
/// ```
public struct BulkRun: Sendable {
    /// Files, directories (walked in order of name) and `-` for standard input.
    public var archives: [String]
    /// Where the results go.
    public var output: BulkOutput
    /// What the organisation knows.
    public var tables: OrganizationTables
    /// How to translate.
    public var options: TranslationOptions
    /// How to work.
    public var settings: BulkSettings
    /// Stops the run when it is cancelled.
    public var cancellation = BulkCancellation()
    /// Called with the progress after each chunk, one call at a time.
    public var onProgress: (@Sendable (BulkProgress) -> Void)?

    /// A run over archives.
    public init(
        archives: [String], output: BulkOutput, tables: OrganizationTables = OrganizationTables(),
        options: TranslationOptions = TranslationOptions(), settings: BulkSettings = BulkSettings()
    ) {
        self.archives = archives
        self.output = output
        self.tables = tables
        self.options = options
        self.settings = settings
    }

    /// What tells this run from another one into the same directory.
    var origin: BulkSummary.Origin {
        BulkSummary.Origin(
            archives: archives.map(\.withoutCredentials), fingerprint: settings.fingerprint,
            deadLetters: settings.deadLetters)
    }

    /// Bytes to be read, as they are on disk; `nil` when that cannot be told, as for a pipe. Looks through all directories.
    package var inputSize: Int? { ArchiveWalk.size(of: archives, exclusion: Exclusion(settings.excludes)) }

    /// How archives are read.
    var readingLimits: ReadingLimits {
        var limits = ReadingLimits()
        limits.chunkSize = max(settings.chunkSize, 64)
        limits.columns = settings.columns
        return limits
    }

    /// Fails when an archive does not exist or must not be read.
    static func checkInputs(_ archives: [String]) throws(BulkFailure) {
        for archive in archives where archive != "-" && access(archive, R_OK) != 0 {
            throw BulkFailure(isTroubleOfMachine(errno) ? .inputOutput : .noInput, "\(archive): \(systemErrorText())")
        }
    }

    /// Reads, translates and writes everything.
    ///
    /// - Returns: the summary; for a resumed run that was finished before, the summary of that run.
    /// - Throws: ``BulkFailure``. A request that cannot be translated is no failure: it becomes a dead letter.
    public func run() throws(BulkFailure) -> BulkSummary {
        try Self.checkInputs(archives)
        var limits = readingLimits
        let destination: RunDestination
        switch output {
        case .descriptor(let descriptor):
            guard !settings.resumes else {
                throw BulkFailure(.usage, "A filter has no state to resume from; pass a directory")
            }
            guard settings.deadLetters == .ndjson else {
                throw BulkFailure(.usage, "A filter writes no files of dead letters; pass a directory")
            }
            destination = .stream(descriptor)
        case .directory(let path):
            if let identity = FileIdentity(path: path + "/."),
                let archive = archives.first(where: { $0 != "-" && FileIdentity(path: $0) == identity })
            {
                throw BulkFailure(
                    .usage, "\(archive) is both the archive and the directory for the results")
            }
            let directory = try RunDirectory(path, resumes: settings.resumes, letters: settings.deadLetters)
            if var finished = try directory.finishedSummary(of: origin) {
                finished.isOfEarlierRun = true
                return finished
            }
            if let checkpoint = directory.checkpoint { limits.chunkSize = checkpoint.chunkSize }
            destination = .directory(directory)
        }
        let reader = ArchiveReader(
            archives, exclusion: Exclusion(settings.excludes), output: { destination.identity },
            isInteractive: destination.style == .filter, limits: limits, cancellation: cancellation)
        let engine = BulkEngine(run: self, reader: reader, limits: limits, destination: destination)
        return try engine.execute()
    }
}

/// The kinds of destination with what belongs to them.
enum RunDestination {
    case stream(Int32)
    case directory(RunDirectory)
    /// Nothing is written; what requests say is counted.
    case inventory(InventoryCollector)
    /// Nothing is written; the lines are compared with those of an earlier run.
    case comparison(ResultComparison)

    var style: OutputStyle {
        switch self {
        case .stream: .filter
        case .directory, .inventory, .comparison: .files
        }
    }

    /// Whether a run that was stopped can go on.
    var savesState: Bool {
        if case .directory = self { true } else { false }
    }

    /// What is written to: the directory, or the file behind the descriptor; `nil` when there is none yet.
    var identity: FileIdentity? {
        switch self {
        case .stream(let descriptor):
            var status = stat()
            let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            return isFile ? FileIdentity(status) : nil
        case .directory(let directory): return FileIdentity(path: directory.path)
        case .inventory: return nil
        case .comparison(let comparison): return comparison.results.identity
        }
    }
}
