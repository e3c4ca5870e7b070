import ArgumentParser
import BulkConversion
import ConvertLead

import Platform

/// `bulk`: archives of v1 requests become v2 calls.
struct BulkCommand: ExampledCommand {
    static let examples = [
        Example(
            "Translate an archive into a directory, and resume after a stop",
            "convertlead bulk archive --config c.yaml --output results",
            "convertlead bulk archive --config c.yaml --output results --resume"),
        Example(
            "Write refused requests as files to edit, and read them again",
            "convertlead bulk archive --output results --dead-letters files",
            "convertlead bulk results/dead-letters --output corrected"),
        Example(
            "Use it as a filter, with one line for each request",
            "convertlead bulk --output - requests.ndjson > lines.ndjson"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "bulk",
        abstract: "Translates archives of v1 requests to v2.",
        usage: "convertlead bulk [<options>] --output <dir> [<archives> ...]",
        discussion: Example.text(
            """
            An archive is a file, a directory (read in order of name), or - for standard input. The content of a file decides how \
            it is read: XML files, lines or arrays of JSON objects with leadId and xmlData, URLs, access, application and wire \
            logs, form bodies, raw HTTP requests, HAR, Postman collections, cassettes, curl commands, PHP debug logs, CSV, SQL \
            dumps; also compressed with gzip, zstd, xz or bzip2, and in tar and zip archives.

            When all is done, the output directory has converted.ndjson, dead-letters.ndjson, summary.json and report.html. To \
            resume a stopped run, pass --resume. With --output - bulk writes a line for each request to standard output \
            instead. Exit status 1 means that there are dead letters.
            """, examples))

    @Argument(help: "Files, directories, or - for standard input.", completion: .file())
    var archives: [String] = []

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: .init(
            "Directory for the results, or - to write a line for each request to standard output.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    /// `--output`. ``validate()`` asks for it, because the parser would not say that it is misspelled.
    private var output: String { directory ?? "" }

    @Option(help: .init("Number of workers (default: one for each processor).", valueName: "n"))
    var jobs: Int?

    @Option(help: .init("Stop after this many requests, for a preview.", valueName: "n"))
    var limit: Int?

    @Option(help: .init("Stop and save the state when there are more dead letters than this.", valueName: "n"))
    var maxDeadLetters: Int?

    @Option(
        help: .init(
            "Dead letters as lines of JSON, or as files to edit: a folder of XML and a table of reasons (default: ndjson).",
            valueName: "form"))
    var deadLetters: DeadLetterForm?

    @OptionGroup var excluded: ExcludeOption

    @Flag(help: "Resume a stopped run in the same directory.")
    var resume = false

    @OptionGroup var columns: ColumnsOption

    @Flag(help: "Print nothing but errors on standard error.")
    var quiet = false

    @Option(help: .hidden)
    var chunkSize: Int?

    @Option(help: .hidden)
    var checkpointInterval: Double?

    @OptionGroup(title: "Translation") var arguments: TranslationArguments
    @OptionGroup(title: "Common") var common: CommonOptions

    func validate() throws {
        if output.isEmpty {
            let name = "--output"
            let options = CommandLine.arguments.map { String($0.prefix { $0 != "=" }) }.filter { $0.hasPrefix("--") }
            if let wrong = options.first(where: { Spelling.nearest(to: $0, among: [name]) != nil }) {
                throw ValidationError("Unknown option '\(wrong.printable)'. Did you mean '\(name)'?")
            }
            throw ValidationError(
                "Missing expected argument '--output <dir>': a directory for the results, or - for standard output.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit takes a number of 1 or more.") }
        if let maxDeadLetters, maxDeadLetters < 0 {
            throw ValidationError("--max-dead-letters takes a number of 0 or more.")
        }
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a number from 1 to 256.") }
        if resume, output == "-" { throw ValidationError("--resume needs a directory, because a filter has no state.") }
        if deadLetters == .files, output == "-" {
            throw ValidationError("--dead-letters files needs a directory, because a filter writes lines only.")
        }
        if archives.filter({ $0 == "-" }).count > 1 { throw ValidationError("Standard input can be read only once.") }
    }

    func run() throws {
        try requireInput(!archives.isEmpty)
        try common.run { report in
            let settings = try Settings(common, arguments)
            report.form = settings.diagnostics
            if !quiet { report.write(settings.findings) }
            var run = BulkRun(
                archives: archives.isEmpty ? ["-"] : archives,
                output: output == "-" ? .descriptor(STDOUT_FILENO) : .directory(output), tables: settings.tables,
                options: settings.options, settings: bulkSettings(settings))
            run.cancellation = StopSignals.cancellation
            StopSignals.watch()
            let start = ContinuousClock.now
            let summary = try translate(run, isDrawn: !quiet && report.form == .text)
            if !quiet {
                let duration = start.duration(to: .now)
                let isFilter = output == "-"
                report.write(
                    BulkReport(
                        summary, options: settings.options, output: isFilter ? nil : output,
                        letters: run.settings.deadLetters, duration: duration))
            }
            if summary.requests == 0 { throw CommandFailure(nothingFoundIn: summary, columns: columns.names) }
            if summary.deadLetters > 0 { throw ExitStatus.deadLetters.code }
        }
    }

    private func translate(_ run: BulkRun, isDrawn: Bool) throws(BulkFailure) -> BulkSummary {
        // Results on the same terminal would be torn apart.
        let isShared = output == "-" && isatty(STDOUT_FILENO) == 1
        let progress = isShared || !isDrawn ? nil : ProgressLine { run.inputSize }
        defer { progress?.clear() }
        var run = run
        if let progress { run.onProgress = { progress.show($0) } }
        return try run.run()
    }

    private func bulkSettings(_ settings: Settings) -> BulkSettings {
        var bulk = BulkSettings()
        bulk.jobs = jobs ?? 0
        bulk.resumes = resume
        bulk.excludes = excluded.exclude
        bulk.requestLimit = limit ?? 0
        bulk.mostDeadLetters = maxDeadLetters
        bulk.deadLetters = deadLetters ?? bulk.deadLetters
        bulk.columns = columns.names
        bulk.chunkSize = chunkSize ?? bulk.chunkSize
        bulk.checkpointInterval = checkpointInterval ?? bulk.checkpointInterval
        bulk.fingerprint = settings.fingerprint(excludes: bulk.excludes, columns: bulk.columns)
        bulk.yaml = YAMLText.json
        return bulk
    }
}

extension DeadLetterForm: ExpressibleByArgument {}
