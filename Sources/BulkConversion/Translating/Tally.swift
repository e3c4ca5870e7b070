import ConvertLead
import JSONText

/// Names in the order in which they were met first, with counts.
struct CountedNames: Sendable {
    private var indexes: [String: Int] = [:]
    private(set) var entries: [(name: String, count: Int)] = []
    /// Names that were not kept because there were too many.
    static let others = "(others)"

    var isEmpty: Bool { entries.isEmpty }

    /// Counts a name; beyond `limit` different ones, new ones count together.
    mutating func add(_ name: String, _ count: Int = 1, limit: Int = .max) {
        let known = indexes[name]
        let name = known == nil && entries.count >= limit ? Self.others : name
        if let index = known ?? indexes[name] {
            entries[index].count += count
        } else {
            indexes[name] = entries.count
            entries.append((name, count))
        }
    }

    /// Counts all names of another, in its order.
    mutating func add(_ other: CountedNames, limit: Int) {
        for entry in other.entries { add(entry.name, entry.count, limit: limit) }
    }

    /// The counts in order of name.
    var sorted: [BulkSummary.Count] {
        entries.map { BulkSummary.Count(name: $0.name, count: $0.count) }.sorted { $0.name < $1.name }
    }
}

/// Counts of a chunk, or of all chunks up to one; added up in order of input, so that the first places stay the first.
struct Tally: Sendable {
    struct Finding: Sendable {
        var severity: Diagnostic.Severity
        var count: Int
        var places: [String]
    }

    var read = 0
    var converted = 0
    var withWarnings = 0
    var deadLetters = 0
    private(set) var skipped = CountedNames()
    /// Where the first of each kind that was skipped is.
    private var firstSkipped: [String: String] = [:]
    private(set) var findings: [DiagnosticCode: Finding] = [:]
    private(set) var labels = CountedNames()
    private(set) var assignees = CountedNames()
    /// Converted requests whose lead id was converted before.
    private(set) var repeatedLeadIDs = BulkSummary.Repeated()
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

    /// Counts a request whose lead id was converted before.
    mutating func addRepeated(place: String) {
        repeatedLeadIDs.count += 1
        if repeatedLeadIDs.places.count < Self.placeLimit { repeatedLeadIDs.places.append(place) }
    }

    /// Counts what is no request.
    mutating func skip(_ kind: SkipReason, line: Int, of source: EntrySource) {
        skipped.add(kind.name)
        if firstSkipped[kind.name] == nil { firstSkipped[kind.name] = "\(source.name):\(line)" }
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
            case .fieldUnknown, .fieldGuessed: labels.add(subject)
            case .userMissing: assignees.add(subject)
            default: break
            }
        }
    }

    /// Adds the counts of the chunk that follows.
    mutating func add(_ other: Tally) {
        read += other.read
        converted += other.converted
        withWarnings += other.withWarnings
        deadLetters += other.deadLetters
        skipped.add(other.skipped, limit: .max)
        firstSkipped.merge(other.firstSkipped) { first, _ in first }
        for (index, outcome) in other.archives { archives[index, default: BulkSummary.Outcome()].add(outcome) }
        labels.add(other.labels, limit: Self.nameLimit)
        assignees.add(other.assignees, limit: Self.nameLimit)
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
        summary.skipped = skipped.sorted
        summary.firstSkipped = firstSkipped
        summary.repeatedLeadIDs = repeatedLeadIDs
        summary.limit = limit
        summary.archives = names.prefix(Self.archiveLimit).enumerated().map { index, name in
            let isRest = index == Self.archiveLimit - 1 && names.count > Self.archiveLimit
            return BulkSummary.Archive(
                name: isRest ? CountedNames.others : EntrySource.shown(name), outcome: archives[index] ?? .init())
        }
        summary.unmappedLabels = labels.sorted
        summary.unknownAssignees = assignees.sorted
        summary.findings = findings.map {
            BulkSummary.Finding(code: $0, severity: $1.severity, count: $1.count, places: $1.places)
        }.sorted { $0.code.rawValue < $1.code.rawValue }
        return summary
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
        for count in summary.skipped { skipped.add(count.name, count.count) }
        firstSkipped = summary.firstSkipped
        repeatedLeadIDs = summary.repeatedLeadIDs
        for count in summary.unmappedLabels { labels.add(count.name, count.count) }
        for count in summary.unknownAssignees { assignees.add(count.name, count.count) }
        for finding in summary.findings {
            findings[finding.code] = Finding(severity: finding.severity, count: finding.count, places: finding.places)
        }
    }
}
