import ArgumentParser
import BulkConversion
import ConvertLead

import Platform

/// `bulk`: archives of v1 requests become v2 calls.
struct BulkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulk",
        abstract: "Translates archives of v1 requests to v2.",
        discussion: """
            An archive is a file, a directory (read in order of name), or - for standard input. The content of a file decides how \
            it is read: XML files, lines or arrays of JSON objects with leadId and xmlData, URLs, access, application and wire \
            logs, form bodies, raw HTTP requests, HAR, Postman collections, cassettes, curl commands, PHP debug logs, CSV, SQL \
            dumps; also compressed with gzip, zstd, xz or bzip2, and in tar and zip archives.

            When all is done, the output directory has converted.ndjson, dead-letters.ndjson, summary.json and report.html. To go \
            on with a run that was stopped, pass --resume. With --output - bulk writes a line for each request to standard output \
            instead. Exit status 1 means that there are dead letters.
            """)

    @Argument(help: "Files, directories, or - for standard input.", completion: .file())
    var archives: [String] = []

    @Option(
        name: [.short, .long],
        help: .init(
            "Directory for the results, or - to write a line for each request to standard output.", valueName: "dir"),
        completion: .directory)
    var output: String

    @Option(help: .init("Number of workers (default: one for each processor).", valueName: "n"))
    var jobs: Int?

    @Option(help: .init("Stop after this many requests, for a preview.", valueName: "n"))
    var limit: Int?

    @Option(help: .init("Stop and save the state when there are more dead letters than this.", valueName: "n"))
    var maxDeadLetters: Int?

    @OptionGroup var excluded: ExcludeOption

    @Flag(help: "Go on with a stopped run into the same directory.")
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
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
        if let maxDeadLetters, maxDeadLetters < 0 {
            throw ValidationError("--max-dead-letters takes a number from 0 on.")
        }
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a number from 1 to 256.") }
        if resume, output == "-" { throw ValidationError("--resume needs a directory, because a filter has no state.") }
        if archives.filter({ $0 == "-" }).count > 1 { throw ValidationError("Standard input can be read only once.") }
    }

    func run() throws {
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
            // Results on the same terminal would be torn apart.
            let isShared = output == "-" && isatty(STDOUT_FILENO) == 1
            let counting = run
            let progress = quiet || isShared ? nil : ProgressLine { counting.inputSize }
            if let progress { run.onProgress = { progress.show($0) } }
            do {
                defer { progress?.clear() }
                let summary = try run.run()
                progress?.clear()
                if !quiet { DiagnosticOutput.write(BulkReport(summary, output: output).text) }
                if summary.converted + summary.deadLetters == 0 { throw CommandFailure(nothingFoundIn: summary) }
                if summary.deadLetters > 0 { throw ExitStatus.deadLetters.code }
            } catch let failure as BulkFailure {
                DiagnosticOutput.write("convertlead: \(failure.message)\n")
                // Workers may be left behind: nothing that they use must be taken down under them.
                if case .interrupted = failure.kind { _exit(failure.exitCode) }
                throw ExitCode(failure.exitCode)
            }
        }
    }

    private func bulkSettings(_ settings: Settings) -> BulkSettings {
        var bulk = BulkSettings()
        bulk.jobs = jobs ?? 0
        bulk.resumes = resume
        bulk.excludes = excluded.exclude
        bulk.requestLimit = limit ?? 0
        bulk.mostDeadLetters = maxDeadLetters
        bulk.columns = columns.names
        bulk.chunkSize = chunkSize ?? bulk.chunkSize
        bulk.checkpointInterval = checkpointInterval ?? bulk.checkpointInterval
        bulk.fingerprint = fingerprint(settings)
        bulk.yaml = YAMLText.json
        return bulk
    }

    /// What a resumed run must have in common with the stopped one: all options and the content of all tables.
    private func fingerprint(_ settings: Settings) -> String {
        var hash = settings.contentHash
        var options = settings.options
        // Results are always compact.
        options.isIndented = true
        hash.add(options.canonicalText)
        for pattern in excluded.exclude { hash.add("exclude " + pattern) }
        for name in columns.names { hash.add("column " + name) }
        return String(hash.value, radix: 16)
    }
}

/// Interrupts and requests to end, which let a run save its state first.
enum StopSignals {
    static let cancellation = BulkCancellation()

    static func watch() {
        // Made now, so that the handler only stores a number.
        _ = cancellation
        // A parent's worker threads have signals blocked, and its children inherit that.
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for signal in [SIGINT, SIGTERM] {
            sigaddset(&unblocked, signal)
            var action = sigaction()
            #if canImport(Darwin)
                action.__sigaction_u.__sa_handler = { @Sendable in StopSignals.cancellation.cancel(signal: $0) }
            #else
                action.__sigaction_handler.sa_handler = { @Sendable in StopSignals.cancellation.cancel(signal: $0) }
            #endif
            // No restart of interrupted calls: a read that waits must return. A second signal ends the process at once.
            action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND))
            sigaction(signal, &action, nil)
        }
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }
}

/// What a run came to, in words for the end of standard error.
struct BulkReport {
    private let summary: BulkSummary
    private let output: String

    init(_ summary: BulkSummary, output: String) {
        self.summary = summary
        self.output = output
    }

    /// Some lines; how many the problems decide.
    var text: String {
        var lines: [String] = []
        if summary.isOfEarlierRun { lines.append("\(output) was finished before, and nothing was read now; that run:") }
        lines.append(
            "\(summary.read) read: \(summary.converted) converted (\(summary.withWarnings) with warnings), "
                + "\(summary.deadLetters) dead letter\(summary.deadLetters == 1 ? "" : "s"), \(summary.skippedCount) skipped"
        )
        lines += summary.skippedKinds
        let problems = summary.problems
        for finding in problems.prefix(5) {
            let place = finding.places.first.map { ", first at \($0.shown(atMost: 300))" } ?? ""
            lines.append("\(finding.severity.rawValue) [\(finding.code.rawValue)] \(Self.times(finding.count))\(place)")
            lines.append("    do: \(finding.advice)")
        }
        if problems.count > 5 {
            let more = problems.count - 5
            lines.append(
                "\(more) more \(more == 1 ? "kind" : "kinds") of findings"
                    + (output == "-" ? "" : ": \(output)/summary.json has all of them"))
        }
        lines += named("without a field", "label", summary.unmappedLabels)
        lines += named("without a user id", "assignee", summary.unknownAssignees)
        if summary.deadLetters > 0 {
            lines.append(
                output == "-"
                    ? "next: correct the dead letters and run them through bulk again"
                    : "next: correct \(output)/dead-letters.ndjson and give it to bulk as an archive")
        }
        if output != "-" {
            lines.append("\(output)/report.html has all of this for the person who signs the migration")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func times(_ count: Int) -> String { "\(count) \(count == 1 ? "time" : "times")" }

    /// The most frequent of some names on a line; none when there are no names.
    private func named(_ lack: String, _ noun: String, _ counts: [BulkSummary.Count]) -> [String] {
        guard !counts.isEmpty else { return [] }
        let most = BulkSummary.byCount(counts).prefix(3).map {
            "\"\($0.name.shown(atMost: 60))\" \(Self.times($0.count))"
        }
        let rest = counts.count - most.count
        return [
            "\(counts.count) \(noun)\(counts.count == 1 ? "" : "s") \(lack): " + most.joined(separator: ", ")
                + (rest > 0 ? ", \(rest) more" : "")
        ]
    }
}
