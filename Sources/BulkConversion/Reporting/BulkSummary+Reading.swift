import ConvertLead

/// What people want to know of a summary: the worst first, and what to do.
extension BulkSummary {
    /// Errors before warnings before notes, the most frequent first.
    package var findingsByWeight: [Finding] {
        findings.sorted {
            ($0.severity, -$0.count, $0.code.rawValue) < ($1.severity, -$1.count, $1.code.rawValue)
        }
    }

    /// Errors and warnings, like ``findingsByWeight``.
    package var problems: [Finding] { findingsByWeight.filter { $0.severity < .note } }

    /// Names with counts, the most frequent first.
    package static func byCount(_ counts: [Count]) -> [Count] {
        counts.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// What was skipped: a line a kind, with the place of its first.
    package var skippedKinds: [String] {
        skipped.map { kind in
            let place = firstSkipped[kind.name].map { ", first at \($0.shown(atMost: 300))" } ?? ""
            return "skipped \(kind.name): \(kind.count.grouped)\(place)"
        }
    }

    /// Requests: everything read that is not something else.
    package var requests: Int { converted + deadLetters }

    /// Steps from here to the end of a migration, in order; commands and file names in them stand between backquotes.
    package var nextSteps: [String] {
        var steps: [String] = []
        if requests == 0 {
            return [
                "No request was found: check that these are the right archives (`convertlead survey` shows what they hold)."
            ]
        }
        if !unknownAssignees.isEmpty { steps.append(assigneeStep) }
        if !unmappedLabels.isEmpty { steps.append(labelStep) }
        let others = findingsByWeight.filter {
            $0.severity == .error && ![.userMissing, .fieldUnknown].contains($0.code)
        }
        for finding in others.prefix(3) {
            steps.append("For `\(finding.code.rawValue)` (\(finding.count.grouped)): \(finding.advice).")
        }
        if deadLetters > 0 {
            steps.append(
                "Correct what is left in `dead-letters.ndjson` and give it to `convertlead bulk` as an archive; "
                    + "\(deadLetters.counted("request")) \(deadLetters == 1 ? "is" : "are") in it now.")
        }
        if withWarnings > 0 {
            steps.append(
                "Look through the warnings: \(withWarnings.counted("request")) will be sent with something left out "
                    + "or interpreted.")
        }
        if converted > 0 {
            steps.append(
                "Send the calls in `converted.ndjson`, a few of them first, and compare the leads with the CRM.")
        }
        return steps
    }

    private func finding(_ code: DiagnosticCode) -> Finding? { findings.first { $0.code == code } }

    /// What is left to do about assignees. Where the finding is a warning, somebody has chosen already.
    private var assigneeStep: String {
        let assignees = unknownAssignees.count.counted("assignee")
        if let finding = finding(.userMissing), finding.severity != .error {
            return "Look over \(assignees) without a user id: in \(finding.count.counted("request")) the choice of "
                + "`--unknown-assignee` was taken."
        }
        return "Give \(assignees) a user id: add them to a file for `--users` (CSV `email,id`), or choose "
            + "`--unknown-assignee omit` or a user id to fall back to."
    }

    /// What is left to do about labels, by what `--unknown-field` made of them.
    private var labelStep: String {
        let labels = unmappedLabels.count.counted("label")
        let ways = "give `--fields` the field export, map them under `labels:` of the configuration, or "
        if finding(.fieldGuessed) != nil {
            return "Check the api names that were guessed for \(labels) without a field: \(ways)accept the guesses."
        }
        if finding(.fieldUnknown)?.severity == .error {
            return "Decide about \(labels) without a field: \(ways)leave their values out with `--unknown-field warn`."
        }
        return "Decide about \(labels) without a field: \(ways)accept that their values are not carried over."
    }
}

extension BulkSummary.Finding {
    /// What to do about it: the advice of the code, unless somebody has chosen already what becomes of such requests.
    package var advice: String {
        code == .userMissing && severity != .error
            ? "nothing to do if what --unknown-assignee says is meant; otherwise give the users export with --users"
            : code.advice
    }
}
