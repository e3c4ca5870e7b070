import ConvertLead

/// What a check of results came to.
public struct Verification: Sendable, Hashable {
    /// Lines of `converted.ndjson`.
    public var converted = 0
    /// Dead letters: lines of `dead-letters.ndjson`, or letters in the rows of `dead-letters.csv`.
    public var deadLetters = 0
    /// The SHA-256 of `converted.ndjson`, as 64 hexadecimal digits.
    public var sha256 = ""
    /// Whether the results were compared with archives.
    public var comparesArchives = false
    /// How many differences there are.
    public var differenceCount = 0
    /// The first 100 of them. `source` is file and line of the results, `path` the place in the archive or the member of the summary.
    public var differences: [Diagnostic] = []
    /// What could not be checked.
    public var notes: [Diagnostic] = []

    /// Whether the results are what they should be.
    public var isClean: Bool { differenceCount == 0 }

    init() {}
}

extension ResultRecount {
    /// The number of dead letters that is nearest to one that was said.
    func letters(as said: Int) -> Int { min(max(said, deadLetters), mostDeadLetters) }
}

extension Differences {
    /// Compares a summary with what the files hold.
    mutating func compare(_ summary: BulkSummary, with recount: borrowing ResultRecount, of results: ResultFiles) {
        let file = results.path(of: .summary)
        func compare(_ path: String, _ said: Int, _ counted: Int) {
            guard said != counted else { return }
            add(member: path, of: file, "summary.json says \(said.grouped), but the files have \(counted.grouped)")
        }
        compare("converted", summary.converted, recount.converted)
        compare("with_warnings", summary.withWarnings, recount.withWarnings)
        let repeated = summary.repeatedLeadIDs ?? .init()
        compare("repeated_lead_ids/count", repeated.count, recount.repeated.count)
        if repeated.places != recount.repeated.places {
            add(member: "repeated_lead_ids/places", of: file, "summary.json names other places than the files")
        }
        if !summary.isBalanced {
            let sum = summary.requests + summary.skippedCount
            add(
                member: "read", of: file,
                "summary.json says \(summary.read.grouped), but what it converted, refused and skipped adds up to \(sum.grouped)"
            )
        }
        compare("dead_letters", summary.deadLetters, recount.letters(as: summary.deadLetters))
        let said = Dictionary(summary.findings.map { ($0.code.rawValue, $0) }) { $1 }
        guard results.deadLetters != nil else {
            // A table has the errors of letters, not their warnings.
            for (code, counted) in recount.findings.sorted(by: { $0.key < $1.key }) {
                let count = said[code]?.count ?? 0
                if counted.count > count { compare("diagnostics/\(code)/count", count, counted.count) }
            }
            return
        }
        for code in Set(said.keys).union(recount.findings.keys).sorted() {
            let counted = recount.findings[code]
            compare("diagnostics/\(code)/count", said[code]?.count ?? 0, counted?.count ?? 0)
            if let said = said[code], let counted, said.severity != counted.severity {
                add(
                    member: "diagnostics/\(code)/severity", of: file,
                    "summary.json says \(said.severity.rawValue), but the files have \(counted.severity.rawValue)")
            }
        }
    }

    /// Compares a summary with that of a run over the archives today, in what is not known already.
    mutating func compare(_ summary: BulkSummary, withToday today: BulkSummary, of results: ResultFiles) {
        let file = results.path(of: .summary)
        func compare(_ path: String, _ said: Int, _ counted: Int) {
            guard said != counted else { return }
            add(
                member: path, of: file,
                "summary.json says \(said.grouped), but the archives have \(counted.grouped) today")
        }
        func compare<Value: Equatable>(_ path: String, _ said: Value, _ found: Value) {
            guard said != found else { return }
            add(member: path, of: file, "summary.json does not match the archives today")
        }
        compare("read", summary.read, today.read)
        compare("converted", summary.converted, today.converted)
        compare("with_warnings", summary.withWarnings, today.withWarnings)
        compare("dead_letters", summary.deadLetters, today.deadLetters)
        let said = Dictionary(summary.skipped.map { ($0.name, $0.count) }) { $1 }
        let found = Dictionary(today.skipped.map { ($0.name, $0.count) }) { $1 }
        for kind in SkipReason.allCases.map(\.name) {
            compare("skipped/\(kind)", said[kind] ?? 0, found[kind] ?? 0)
        }
        compare("per_archive", summary.archives.map(\.outcome), today.archives.map(\.outcome))
        compare("first_skipped", summary.firstSkipped, today.firstSkipped)
        for finding in today.findings {
            let said = summary.findings.first { $0.code == finding.code }
            let path = "diagnostics/\(finding.code.rawValue)"
            compare(path + "/count", said?.count ?? 0, finding.count)
            compare(path + "/severity", said?.severity ?? finding.severity, finding.severity)
            compare(path + "/places", said?.places ?? [], finding.places)
        }
        compare("unmapped_labels", summary.unmappedLabels, today.unmappedLabels)
        compare("unknown_assignees", summary.unknownAssignees, today.unknownAssignees)
    }
}
