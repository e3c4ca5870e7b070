import ArgumentParser
import BulkConversion
import ConvertLead

/// `verify`: results of `bulk` are counted again and compared with the archives.
struct VerifyCommand: ExampledCommand {
    static let examples = [
        Example(
            "Check that results are complete and match the report",
            "convertlead verify results"),
        Example(
            "Translate the archive again with the options of the run, and compare",
            "convertlead verify results archive --config convertlead.yaml"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks results of bulk: counts them again, and compares them with the archives.",
        discussion: Example.text(
            """
            RESULTS is the directory of a finished run of bulk. Its lines are counted again and compared with summary.json, and the \
            SHA-256 of converted.ndjson with the one in report.html.

            If you pass the archives of that run with its translation options, --config and tables included, the archives are \
            translated again, and every line is compared with what convertlead writes today, also of dead letters that are files. \
            Archives and tables may have moved; the order of the archives must be the same.

            Exit status 1 means that there are differences. Each is listed with its place, the first 100 of them.
            """, examples))

    @Argument(help: "The directory of a finished run.", completion: .directory)
    var results: String

    @Argument(
        help: "The archives of that run, in the same order; none to check the results alone.", completion: .file())
    var archives: [String] = []

    @Option(help: .init("Number of workers (default: one for each processor).", valueName: "n"))
    var jobs: Int?

    @Option(help: .init("The limit of the run (default: the one in summary.json).", valueName: "n"))
    var limit: Int?

    @OptionGroup var excluded: ExcludeOption

    @OptionGroup var columns: ColumnsOption

    @Flag(help: "Print nothing but errors on standard error.")
    var quiet = false

    @Option(help: .hidden)
    var chunkSize: Int?

    @OptionGroup(title: "Translation") var arguments: TranslationArguments
    @OptionGroup(title: "Common") var common: CommonOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a number of 1 or more.") }
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a number from 1 to 256.") }
        if archives.filter({ $0 == "-" }).count > 1 { throw ValidationError("Standard input can be read only once.") }
    }

    func run() throws {
        try common.run { report in
            let settings = try Settings(common, arguments)
            report.form = settings.diagnostics
            if !quiet { report.write(settings.findings) }
            let start = ContinuousClock.now
            let verification = try verify(settings)
            report.write(verification.differences)
            if !quiet {
                report.write(verification.notes)
                report.write(VerifyReport(verification, results: results, duration: start.duration(to: .now)))
            }
            if !verification.isClean { throw ExitStatus.deadLetters.code }
        }
    }

    private func verify(_ settings: Settings) throws(BulkFailure) -> Verification {
        var bulk = BulkSettings()
        bulk.jobs = jobs ?? 0
        bulk.excludes = excluded.exclude
        bulk.requestLimit = limit ?? 0
        bulk.columns = columns.names
        bulk.chunkSize = chunkSize ?? bulk.chunkSize
        bulk.fingerprint = settings.fingerprint(excludes: bulk.excludes, columns: bulk.columns)
        bulk.yaml = YAMLText.json
        var run = VerifyRun(
            results: results, archives: archives, tables: settings.tables, options: settings.options, settings: bulk)
        run.cancellation = StopSignals.cancellation
        StopSignals.watch()
        let counting = run
        let progress = quiet || settings.diagnostics == .json ? nil : ProgressLine { counting.inputSize }
        if let progress { run.onProgress = { progress.show($0) } }
        defer { progress?.clear() }
        return try run.run()
    }
}
