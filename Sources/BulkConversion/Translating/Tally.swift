import ConvertLead
import JSONText

/// Counts of a chunk, or of all chunks up to one; added up in order of input, so that the first places stay the first.
struct Tally: ~Copyable, Sendable {
    struct Finding: Sendable {
        var severity: Diagnostic.Severity
        var count: Int
        var places: [String]
    }

    var read = 0
    var converted = 0
    var withWarnings = 0
    var deadLetters = 0
    /// Kinds of what was skipped, labels without a field, assignees without a user id.
    private var names = NameCounts()
    private(set) var findings: [DiagnosticCode: Finding] = [:]
    /// How many requests were wanted at most; `nil` when all were.
    var limit: Int?
    /// Counts of archives that have some, by index.
    private(set) var archives: [Int: BulkSummary.Outcome] = [:]
    /// The archive that is being counted, and what all had come to before it.
    private var archive = 0
    private var before = BulkSummary.Outcome()

    /// Places kept for each code.
    static let placeLimit = 3
    /// Different labels and assignees kept, so that memory does not grow with a hostile archive.
    static let nameLimit = 10_000

    /// Archives counted apart; the last of them stands for all that follow.
    static let archiveLimit = 1000

    private enum Names {
        static let skipped: Int32 = 0
        static let label: Int32 = 1
        static let assignee: Int32 = 2
    }

    /// Says to which of the archives what comes next belongs. They come in order.
    @inline(__always)
    mutating func begin(archive: Int) {
        let archive = min(archive, Self.archiveLimit - 1)
        if archive == self.archive { return }
        endArchive()
        self.archive = archive
    }

    /// Gives what was counted since the last call to its archive.
    mutating func endArchive() {
        let now = BulkSummary.Outcome(
            read: read, converted: converted, withWarnings: withWarnings, deadLetters: deadLetters)
        if now != before { archives[archive, default: BulkSummary.Outcome()].add(now, since: before) }
        before = now
    }

    /// Counts what is no request.
    mutating func skip(_ kind: SkipReason, line: Int, of source: EntrySource) {
        names.add(kind.name, Names.skipped, first: "\(source.name):\(line)")
    }

    /// Counts the findings about one entry.
    mutating func add(_ diagnostics: [Diagnostic], place: String) {
        for diagnostic in diagnostics {
            var finding = findings[diagnostic.code] ?? Finding(severity: diagnostic.severity, count: 0, places: [])
            finding.count += 1
            finding.severity = min(finding.severity, diagnostic.severity)
            if finding.places.count < Self.placeLimit, finding.places.last != place { finding.places.append(place) }
            findings[diagnostic.code] = finding
            guard let subject = diagnostic.subject else { continue }
            switch diagnostic.code {
            case .fieldUnknown, .fieldGuessed: names.add(subject, Names.label)
            case .userMissing: names.add(subject, Names.assignee)
            default: break
            }
        }
    }

    /// Adds the counts of the chunk that follows.
    mutating func add(_ other: borrowing Tally) {
        read += other.read
        converted += other.converted
        withWarnings += other.withWarnings
        deadLetters += other.deadLetters
        names.add(other.names, limit: Self.nameLimit)
        for (index, outcome) in other.archives { archives[index, default: BulkSummary.Outcome()].add(outcome) }
        for (code, new) in other.findings {
            guard var finding = findings[code] else {
                findings[code] = new
                continue
            }
            finding.count += new.count
            finding.severity = min(finding.severity, new.severity)
            for place in new.places where finding.places.count < Self.placeLimit && finding.places.last != place {
                finding.places.append(place)
            }
            findings[code] = finding
        }
    }

    /// The counts as they are published.
    ///
    /// - Parameter names: the archives, as they were given.
    func summary(of names: [String]) -> BulkSummary {
        var summary = BulkSummary()
        summary.read = read
        summary.converted = converted
        summary.withWarnings = withWarnings
        summary.deadLetters = deadLetters
        summary.skipped = counts(Names.skipped)
        for kind in self.names.entries(of: Names.skipped) { summary.firstSkipped[kind.name] = kind.first }
        summary.limit = limit
        summary.archives = names.prefix(Self.archiveLimit).enumerated().map { index, name in
            let isRest = index == Self.archiveLimit - 1 && names.count > Self.archiveLimit
            return BulkSummary.Archive(
                name: isRest ? NameCounts.others : name.withoutCredentials, outcome: archives[index] ?? .init())
        }
        summary.unmappedLabels = counts(Names.label)
        summary.unknownAssignees = counts(Names.assignee)
        summary.findings = findings.map {
            BulkSummary.Finding(code: $0, severity: $1.severity, count: $1.count, places: $1.places)
        }.sorted { $0.code.rawValue < $1.code.rawValue }
        return summary
    }

    /// The names of a kind in order of name.
    private func counts(_ kind: Int32) -> [BulkSummary.Count] {
        names.entries(of: kind).map { BulkSummary.Count(name: $0.name, count: $0.count) }.sorted { $0.name < $1.name }
    }

    init() {}

    /// The counts of a summary, to go on from. Reading a checkpoint uses this.
    init(_ summary: BulkSummary) {
        read = summary.read
        converted = summary.converted
        withWarnings = summary.withWarnings
        deadLetters = summary.deadLetters
        for (index, archive) in summary.archives.enumerated() where archive.outcome.read > 0 {
            archives[index] = archive.outcome
        }
        for kind in summary.skipped {
            names.add(kind.name, Names.skipped, count: kind.count, first: summary.firstSkipped[kind.name] ?? "")
        }
        for label in summary.unmappedLabels { names.add(label.name, Names.label, count: label.count) }
        for assignee in summary.unknownAssignees { names.add(assignee.name, Names.assignee, count: assignee.count) }
        for finding in summary.findings {
            findings[finding.code] = Finding(severity: finding.severity, count: finding.count, places: finding.places)
        }
    }
}
