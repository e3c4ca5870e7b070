import ConvertLead

/// What to do after a run or a survey, in order. Commands and file names in a step are between backquotes.
package struct NextSteps: Sendable {
    /// The steps, as sentences.
    package private(set) var steps: [String] = []
    /// Whether something is missing that a configuration can say.
    private var hasGaps = false

    /// The steps after a run.
    ///
    /// - Parameters:
    ///   - isFilter: whether the results went to standard output instead of files.
    ///   - letters: the form of dead letters in files.
    package init(
        _ summary: BulkSummary, options: TranslationOptions, isFilter: Bool = false, letters: DeadLetterForm = .ndjson
    ) {
        guard summary.requests > 0 else {
            add(
                "No request was found: check that these are the right archives (`convertlead survey` shows what they hold)"
            )
            return
        }
        addAssignees(
            summary.unknownAssignees, requests: summary.findings.first { $0.code == .userMissing }?.count ?? 0,
            of: summary, options)
        addLabels(summary.unmappedLabels.count, options)
        let told: Set<DiagnosticCode> = [.userMissing, .fieldUnknown]
        for finding in summary.findingsByWeight.filter({ $0.severity == .error && !told.contains($0.code) }).prefix(3) {
            let cause = finding.code.words.heading.dropLast()
            add("\(cause) (\(finding.count.counted("time")), `\(finding.code.rawValue)`): \(finding.advice)")
        }
        if summary.deadLetters > 0 {
            let count = summary.deadLetters.counted("dead letter")
            let them = summary.deadLetters == 1 ? "it" : "them"
            add(
                isFilter
                    ? "Correct \(count) and pass \(them) to `convertlead bulk` again"
                    : "Correct \(count) in `\(letters.archive.rawValue)` and pass \(them) to `convertlead bulk` again"
                        + (letters == .files ? "; `\(letters.reasons.rawValue)` has the reasons" : ""))
        }
        if summary.withWarnings > 0 {
            add(
                "Check the warnings: in \(summary.withWarnings.counted("request")) something was left out or interpreted"
            )
        }
        if summary.converted > 0 {
            add(
                isFilter
                    ? "Send the calls, a few of them first, and compare the leads with the CRM"
                    : "Send the calls in `converted.ndjson`, a few of them first, and compare the leads with the CRM")
        }
    }

    /// The steps after a survey.
    ///
    /// - Parameters:
    ///   - configuration: the configuration that the survey wrote.
    ///   - successors: the table for departed users that the survey wrote.
    package init(
        _ survey: Survey, options: TranslationOptions, configuration: String? = nil, successors: String? = nil
    ) {
        let requests = survey.requests
        addAssignees(
            requests.unknownAssignees.map { .init(name: $0.assignee.name, count: $0.assignee.count) },
            requests: requests.unknownAssignees.reduce(0) { $0 + $1.assignee.count }, of: survey.summary, options)
        if let successors, !requests.departedAssignees.isEmpty {
            add(
                "Fill in the user ids of successors in `\(successors)`, remove the lines that stay empty, and pass it with "
                    + "`--users`", isGap: true)
        }
        addPipeline(requests, options)
        addLabels(requests.unknownLabels.count, options)
        addDates(requests, options)
        let choices = (requests.stages + requests.choices).filter { $0.isKnown == false }.count
        if choices > 0 {
            add(
                "Check \(choices.counted("value")) that \(choices == 1 ? "is" : "are") not in the picklist: "
                    + "the CRM may refuse \(choices == 1 ? "it" : "them")")
        }
        if survey.summary.requests == 0 {
            add("No request was found: check that these are the right archives")
        }
        if let configuration {
            add(
                !hasGaps
                    ? "`\(configuration)` has the options of this survey"
                    : "Fill these gaps in `\(configuration)`, and survey again with `--config \(configuration)`")
        } else if hasGaps {
            add("Pass `--write-config FILE` to start a configuration with these gaps, fill them, and survey again")
        }
        if survey.summary.deadLetters > 0 {
            add("Run `convertlead explain CODE` for each error among the findings")
        }
        if survey.summary.converted > 0 {
            let options = configuration.map { "`--config \($0)`" } ?? "the same options"
            add("Translate the archives: `convertlead bulk` with \(options) and `--output DIR`")
        }
    }

    private mutating func add(_ step: String, isGap: Bool = false) {
        steps.append(step + ".")
        if isGap { hasGaps = true }
    }

    /// - Parameters:
    ///   - names: assignees without a user id.
    ///   - requests: how many requests have one of them.
    private mutating func addAssignees(
        _ names: [BulkSummary.Count], requests: Int, of summary: BulkSummary, _ options: TranslationOptions
    ) {
        let count = names.count
        guard count > 0 else { return }
        if options.unknownAssignee == .reject, let most = BulkSummary.byCount(names).first,
            most.count * 2 > summary.deadLetters, summary.deadLetters > 1
        {
            add(
                "Decide who gets the leads of `\(most.name.shown())`: of \(summary.deadLetters.grouped) refused requests "
                    + "\(most.count.grouped) name this assignee, who has no user id", isGap: true)
        }
        let assignees = "\(count.counted("assignee")) without a user id"
        switch options.unknownAssignee {
        case .reject:
            add(
                "Add \(assignees) to a file for `--users` (CSV `email,id`), or pass `--unknown-assignee` with `omit` or a "
                    + "fallback user id", isGap: true)
        case .omit:
            add(
                "Check \(assignees): `assign_to` is left out of \(requests.counted("request")) (`--unknown-assignee omit`)"
            )
        case .fallback(let id):
            add(
                "Check \(assignees): \(requests.counted("request")) \(requests == 1 ? "goes" : "go") to the fallback \(id.digits)"
            )
        }
    }

    /// Says once what the CRM would say to every call.
    private mutating func addPipeline(_ requests: RequestInventory, _ options: TranslationOptions) {
        let field = "Pipeline"
        let missing = requests.dealsWithoutPipeline
        guard options.apiVersion >= .v2_1, missing > 0, !options.dealDefaults.contains(where: { $0.apiName == field })
        else { return }
        let lack =
            missing == requests.deals
            ? "no request that makes a deal has one"
            : "\(missing.grouped) of \(requests.deals.counted("request")) that make a deal "
                + (missing == 1 ? "has none" : "have none")
        add(
            "Pass `--pipeline`, or a default for `\(field)`: \(lack), and from v2.1 on the CRM asks for it where "
                + "pipelines are in use", isGap: true)
    }

    private mutating func addLabels(_ count: Int, _ options: TranslationOptions) {
        guard count > 0 else { return }
        let labels = "\(count.counted("label")) without a field"
        let ways =
            "pass the field export with `--fields`, or map \(count == 1 ? "it" : "them") under `labels:` in the configuration"
        switch options.unknownField {
        case .guess: add("Check the guessed api names of \(labels); to correct them, \(ways)", isGap: true)
        case .reject:
            add("Decide about \(labels): \(ways), or leave the values out with `--unknown-field warn`", isGap: true)
        case .omit: add("Decide about \(labels): \(ways); otherwise the values are left out", isGap: true)
        }
    }

    private mutating func addDates(_ requests: RequestInventory, _ options: TranslationOptions) {
        if requests.hasContradictingDates {
            add(
                "Split the archive: some dates are month-first and some day-first; pass each part its `--date-order`",
                isGap: true)
        } else if let order = requests.dateOrder {
            if order != options.dateOrder {
                add("Pass `--date-order \(order.rawValue)`: the dates are \(order.rawValue)", isGap: true)
            }
        } else if requests.dates.contains(where: { $0.form == .ambiguous }) {
            add("Ask the owner of the archive whether day or month comes first: no date shows it", isGap: true)
        }
        let unread = requests.dates.filter {
            $0.form.advice(options.dateOrder) != nil && ![.monthFirst, .dayFirst, .dotted].contains($0.form)
        }
        for dates in unread.prefix(3) {
            add(
                "Correct \(dates.count.counted("date")) like \(dates.form.example) (\(dates.form.rawValue)), not read in any "
                    + "order: \(dates.form.advice(options.dateOrder) ?? "")")
        }
        if requests.timesWithoutOffset > 0, options.timeZone == nil {
            let count = requests.timesWithoutOffset
            add(
                "Pass `--time-zone`: \(count.counted("time")) \(count == 1 ? "has" : "have") no UTC offset", isGap: true
            )
        }
    }
}
