import ArgumentParser
import BulkConversion
import ConvertLead

import Platform

/// `survey`: what archives hold, before anything is translated.
struct SurveyCommand: ExampledCommand {
    static let examples = [
        Example("Show what an archive holds", "convertlead survey archive"),
        Example(
            "Start a configuration with the gaps to fill",
            "convertlead survey archive --users users.json --write-config c.yaml"),
        Example(
            "Start a table of the successors of users who have left",
            "convertlead survey archive --users users.json --write-successors s.csv"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "survey",
        abstract: "Shows what archives of v1 requests hold, and what is missing to translate them.",
        discussion: Example.text(
            """
            Counts options, labels, assignees, stages and other picklist values, forms of dates, root elements and forms of \
            requests, with the first place of each and whether the tables have it. Archives are read as bulk reads them, with the \
            same options. Nothing is refused: what bulk would refuse is counted. --write-config starts a configuration with the \
            gaps to fill.
            """, examples))

    /// How a survey is printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// Columns for people.
        case table
        /// One JSON object.
        case json
    }

    @Argument(help: "Files, directories, or - for standard input.", completion: .file())
    var archives: [String] = []

    @OptionGroup var output: OutputOption

    @OptionGroup var excluded: ExcludeOption

    @Option(help: .init("How to print the survey (default: table).", valueName: "form"))
    var format: Format?

    @Option(
        help: .init(
            "Start a configuration in this file, with the options of this command and proposals for what is missing. An existing file is not replaced.",
            valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var writeConfig: String?

    @Option(
        help: .init(
            "Write a users table to this file, with a line for each assignee who has left; fill in the ids of successors. An existing file is not replaced.",
            valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var writeSuccessors: String?

    @Option(name: .shortAndLong, help: .init("Number of workers (default: one for each processor).", valueName: "n"))
    var jobs: Int?

    @OptionGroup var columns: ColumnsOption

    @Flag(help: "Print nothing but errors on standard error.")
    var quiet = false

    @OptionGroup(title: "Translation") var arguments: TranslationArguments
    @OptionGroup(title: "Common") var common: CommonOptions

    func validate() throws {
        if archives.filter({ $0 == "-" }).count > 1 { throw ValidationError("Standard input can be read only once.") }
        if writeConfig == "-" { throw ValidationError("--write-config takes a file.") }
        if writeSuccessors == "-" { throw ValidationError("--write-successors takes a file.") }
    }

    func run() throws {
        try requireInput(!archives.isEmpty)
        try common.run { report in
            let settings = try Settings(common, arguments)
            report.form = settings.diagnostics
            if !quiet { report.write(settings.findings) }
            for file in [writeConfig, writeSuccessors] {
                guard let file, access(file, F_OK) == 0 else { continue }
                let message = "A file of this name exists and is not replaced; remove it if it is no longer wanted"
                throw CommandFailure(
                    .cannotCreate, [Diagnostic(.outputUnwritable, .error, source: file, message: message)])
            }
            let survey = try take(settings)
            if let writeConfig {
                let starter = StarterConfiguration(survey, settings, path: writeConfig)
                try FileOutput.write(Array(starter.text.utf8), argument: writeConfig)
            }
            if let writeSuccessors {
                try FileOutput.write(Array(SuccessorTable(survey).text.utf8), argument: writeSuccessors)
            }
            let table = SurveyTable(
                survey, settings.options, configuration: writeConfig, successors: writeSuccessors)
            let text = format == .json ? survey.json : Array(table.text.utf8)
            try FileOutput.write(text, argument: output.output)
            if survey.summary.requests == 0 {
                throw CommandFailure(nothingFoundIn: survey.summary, columns: columns.names)
            }
        }
    }

    private func take(_ settings: Settings) throws -> Survey {
        let archives = archives.isEmpty ? ["-"] : archives
        var run = SurveyRun(archives: archives, tables: settings.tables, options: settings.options)
        run.columns = columns.names
        run.cancellation = StopSignals.cancellation
        StopSignals.watch()
        run.excludes = excluded.exclude
        run.jobs = jobs ?? 0
        run.yaml = YAMLText.json
        let counting = run
        let progress = quiet || settings.diagnostics == .json ? nil : ProgressLine { counting.inputSize }
        if let progress { run.onProgress = { progress.show($0) } }
        defer { progress?.clear() }
        return try run.run()
    }
}
