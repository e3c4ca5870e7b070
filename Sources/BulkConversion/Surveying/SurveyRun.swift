import ConvertLead

import Platform

/// Shows what archives hold, and what a bulk run would do with it. Writes nothing.
///
/// ```swift
/// let survey = try SurveyRun(archives: ["exports/2018"], tables: tables, options: options).run()
/// for label in survey.requests.unknownLabels { print(label.label.name) }
/// ```
public struct SurveyRun: Sendable {
    /// Files, directories (walked in order of name) and `-` for standard input.
    public var archives: [String]
    /// What the organisation knows.
    public var tables: OrganizationTables
    /// How a bulk run would translate.
    public var options: TranslationOptions
    /// What to leave out of directories, as ``BulkSettings/excludes``.
    public var excludes: [String] = []
    /// Workers; 0 takes one for each processor.
    public var jobs = 0
    /// Names of columns for tables without a header, in order.
    public var columns: [String] = []
    /// Reads YAML, as ``BulkSettings/yaml``.
    public var yaml: (@Sendable ([UInt8]) -> [UInt8]?)?
    /// Stops the run when it is cancelled.
    public var cancellation = BulkCancellation()
    /// Called with the progress from time to time.
    public var onProgress: (@Sendable (BulkProgress) -> Void)?

    /// A survey of archives.
    public init(
        archives: [String], tables: OrganizationTables = OrganizationTables(),
        options: TranslationOptions = TranslationOptions()
    ) {
        self.archives = archives
        self.tables = tables
        self.options = options
    }

    /// Bytes to be read, as they are on disk; `nil` when that cannot be told, as for a pipe. Looks through all directories.
    package var inputSize: Int? { ArchiveWalk.size(of: archives, exclusion: Exclusion(excludes)) }

    /// Reads everything.
    ///
    /// - Throws: ``BulkFailure`` when an archive does not exist, standard input is empty, or the run was cancelled. Broken
    ///   requests are counted.
    public func run() throws(BulkFailure) -> Survey {
        try BulkRun.checkInputs(archives)
        let collector = InventoryCollector()
        var run = BulkRun(archives: archives, output: .descriptor(-1), tables: tables, options: options)
        run.settings.jobs = jobs
        run.settings.yaml = yaml
        run.cancellation = cancellation
        run.onProgress = onProgress
        var limits = ReadingLimits()
        limits.columns = columns
        let reader = ArchiveReader(
            archives, exclusion: Exclusion(excludes), limits: limits, cancellation: cancellation)
        var survey = Survey()
        survey.summary = try BulkEngine(
            run: run, reader: reader, limits: limits, destination: .inventory(collector)
        ).execute()
        if var inventory = collector.take() {
            (survey.forms, survey.requests) = (inventory.forms, inventory.inventory())
        }
        return survey
    }
}
