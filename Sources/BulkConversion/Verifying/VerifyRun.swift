@_spi(Package) import Bytes
import ConvertLead

/// Checks the results of a finished run: counts them again, and compares them with the archives where these are given.
///
/// The archives are read by the same engine, with what it would write compared instead of written. Nothing is changed. Memory does
/// not grow with results or archives, only by a few bytes for each dead letter that is a file.
///
/// ```swift
/// let run = VerifyRun(results: "v2", archives: ["exports/2018"], tables: tables, options: options)
/// for difference in try run.run().differences { print(difference.text) }
/// ```
public struct VerifyRun: Sendable {
    /// The directory that a run wrote.
    public var results: String
    /// The run's archives in their order, wherever they are now; none to check the results alone.
    public var archives: [String]
    /// What the organisation knew.
    public var tables: OrganizationTables
    /// How the run translated.
    public var options: TranslationOptions
    /// How the run worked: ``BulkSettings/fingerprint`` must be the run's when archives are given. A limit of 0 is the run's.
    public var settings: BulkSettings
    /// Stops the check when it is cancelled.
    public var cancellation = BulkCancellation()
    /// Called with the progress through the archives, one call at a time.
    public var onProgress: (@Sendable (BulkProgress) -> Void)?

    /// A check of results.
    public init(
        results: String, archives: [String] = [], tables: OrganizationTables = OrganizationTables(),
        options: TranslationOptions = TranslationOptions(), settings: BulkSettings = BulkSettings()
    ) {
        self.results = results
        self.archives = archives
        self.tables = tables
        self.options = options
        self.settings = settings
    }

    /// Bytes of archives to be read; `nil` when that cannot be told.
    package var inputSize: Int? { ArchiveWalk.size(of: archives, exclusion: Exclusion(settings.excludes)) }

    /// Counts and compares everything.
    ///
    /// - Throws: ``BulkFailure``: `noInput` when results or an archive do not exist, `unfinished` when the results are not those of a
    ///   finished run, `otherRun` when options, tables or archives are not the run's. A difference is no failure.
    public func run() throws(BulkFailure) -> Verification {
        let files = try ResultFiles(results)
        try BulkRun.checkInputs(archives)
        if !archives.isEmpty { try checkOrigin(of: files) }

        var differences = Differences()
        var recount = ResultRecount(archives: files.origin.archives)
        try count(files, &recount, &differences)
        try recount.finish(files.converted)
        differences.compare(files.summary, with: recount, of: files)

        var verification = Verification()
        compareHash(recount.sha256, of: files, &differences, &verification)
        if !archives.isEmpty {
            try compareArchives(files, hash: recount.sha256, &differences)
            verification.comparesArchives = true
        }
        for path in files.foreignLetters {
            let message = "The run wrote its dead letters in the other form, so these are not its own"
            differences.add(Diagnostic(.verifyLetter, .error, source: path, message: message))
        }
        try files.letters?.compareNames(&differences, reportsMissing: archives.isEmpty)
        verification.converted = recount.converted
        verification.deadLetters = recount.letters(as: files.summary.deadLetters)
        verification.sha256 = recount.sha256
        verification.differenceCount = differences.count
        verification.differences = differences.shown
        return verification
    }

    /// Fails unless archives and options are those of the run.
    private func checkOrigin(of files: ResultFiles) throws(BulkFailure) {
        func failure(_ message: String) -> BulkFailure { BulkFailure(.otherRun, source: results, message) }
        guard files.origin.fingerprint == settings.fingerprint else {
            throw failure("The run into \(results) had other options or tables")
        }
        guard files.origin.archives.count == archives.count else {
            let count = files.origin.archives.count.counted("archive")
            throw failure("The run into \(results) was over \(count): \(files.origin.archives.joined(separator: ", "))")
        }
        let limit = files.summary.limit
        guard settings.requestLimit == 0 || settings.requestLimit == limit else {
            throw failure("The run into \(results) had \(limit.map { "the limit \($0)" } ?? "no limit")")
        }
    }

    /// Counts the lines of all files. What is wrong with one is a difference of its own where no archive tells what it should be.
    private func count(
        _ files: ResultFiles, _ recount: inout ResultRecount, _ differences: inout Differences
    ) throws(BulkFailure) {
        func note(_ problem: LineProblem?, _ file: ResultFile?, _ line: Int) throws(BulkFailure) {
            if cancellation.signal != 0 {
                throw BulkFailure(.interrupted(signal: cancellation.signal), "The check was stopped")
            }
            if let problem, archives.isEmpty { differences.add(problem, at: "\(file?.path ?? ""):\(line)") }
        }
        try files.converted.forEachLine { (line) throws(BulkFailure) in
            let problem = try recount.add(converted: line)
            try note(problem, files.converted, recount.converted)
        }
        try files.deadLetters?.forEachLine { (line) throws(BulkFailure) in
            let problem = recount.add(deadLetter: line)
            try note(problem, files.deadLetters, recount.deadLetters)
        }
        try files.letters?.table.forEachLine { (line) throws(BulkFailure) in
            let problem = recount.add(letterRow: line)
            try note(problem, files.letters?.table, recount.letterLines)
        }
    }

    private func compareHash(
        _ hash: String, of files: ResultFiles, _ differences: inout Differences, _ verification: inout Verification
    ) {
        let report = files.path(of: .report)
        guard let reported = files.reportedHash else {
            return verification.notes.append(
                Diagnostic(
                    .verifyHashMissing, .note, source: report,
                    message: "report.html does not name a SHA-256 of converted.ndjson"))
        }
        guard reported != hash else { return }
        let isHash = reported.utf8.count == 64 && reported.utf8.allSatisfy { $0.isDigit || $0.isASCIILetter }
        differences.add(
            Diagnostic(
                .verifyHash, .error, source: report,
                message: "The SHA-256 of converted.ndjson is \(hash), but report.html names "
                    + (isHash ? reported : "something else")))
    }

    /// Runs the engine over the archives and compares what it gives.
    private func compareArchives(
        _ files: ResultFiles, hash: String, _ differences: inout Differences
    ) throws(BulkFailure) {
        let comparison = ResultComparison(files)
        var run = BulkRun(
            archives: archives, output: .descriptor(-1), tables: tables, options: options, settings: settings)
        run.settings.requestLimit = files.summary.limit ?? 0
        run.settings.mostDeadLetters = nil
        run.cancellation = cancellation
        run.onProgress = onProgress
        let limits = run.readingLimits
        let destination = RunDestination.comparison(comparison)
        let reader = ArchiveReader(
            archives, names: files.origin.archives, exclusion: Exclusion(settings.excludes),
            output: { files.identity }, limits: limits, cancellation: cancellation)
        let today = try BulkEngine(run: run, reader: reader, limits: limits, destination: destination).execute()
        try comparison.finish()
        let isAsReported = files.reportedHash == hash && comparison.convertedDiffers
        differences.add(comparison.differences)
        differences.compare(files.summary, withToday: today, of: files)
        if isAsReported {
            differences.add(
                Diagnostic(
                    .verifyArchive, .error, source: files.converted.path,
                    message:
                        "The file is the one that report.html names, so the archives or the translator have changed since"
                ))
        }
    }
}
