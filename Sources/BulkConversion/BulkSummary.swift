@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// The result of a bulk run, the same for any number of workers. `read` is `converted` + `deadLetters` + everything skipped.
public struct BulkSummary: Sendable, Hashable {
    /// A kind of finding, how often it occurs, and where first.
    public struct Finding: Sendable, Hashable {
        /// What was found.
        public var code: DiagnosticCode
        /// The most severe form in which it was found.
        public var severity: Diagnostic.Severity
        /// How often.
        public var count: Int
        /// The first places as `file:line`, at most three, in order of input.
        public var places: [String]
    }

    /// A name and how often it occurs.
    public struct Count: Sendable, Hashable {
        /// Label, e-mail or kind.
        public var name: String
        /// How often.
        public var count: Int
    }

    /// Requests of the same lead, of which only the first can be converted.
    public struct Repeated: Sendable, Hashable {
        /// How many requests came after another of the same lead.
        public var count = 0
        /// The first of them as `file:line`, at most three.
        public var places: [String] = []
    }

    /// What became of the entries of an archive.
    public struct Outcome: Sendable, Hashable {
        /// Entries that were looked at.
        public var read = 0
        /// Requests translated, those with warnings included.
        public var converted = 0
        /// Requests translated with at least one warning.
        public var withWarnings = 0
        /// Requests refused.
        public var deadLetters = 0
        /// Entries that are no request.
        public var skipped: Int { read - converted - deadLetters }

        /// Adds other counts, less what they were before.
        mutating func add(_ other: Outcome, since before: Outcome = Outcome()) {
            read += other.read - before.read
            converted += other.converted - before.converted
            withWarnings += other.withWarnings - before.withWarnings
            deadLetters += other.deadLetters - before.deadLetters
        }
    }

    /// An archive and what became of its entries.
    public struct Archive: Sendable, Hashable {
        /// As the caller wrote it, without the values of credentials; `(others)` for those after the first 999 where there are more than 1,000.
        public var name: String
        /// The counts.
        public var outcome: Outcome
    }

    /// Entries of the archives that were looked at.
    public var read = 0
    /// Requests translated, those with warnings included.
    public var converted = 0
    /// Requests translated with at least one warning.
    public var withWarnings = 0
    /// Requests refused.
    public var deadLetters = 0
    /// Entries that are no request, by kind in order of name.
    public var skipped: [Count] = []
    /// For each kind in ``skipped`` the place of the first, as `file:line`.
    public var firstSkipped: [String: String] = [:]
    /// The archives, in the caller's order.
    public var archives: [Archive] = []
    /// Findings in order of code.
    public var findings: [Finding] = []
    /// Converted requests whose lead id was converted before; `nil` when no temporary file could be
    /// made to look for them.
    public var repeatedLeadIDs: Repeated?
    /// The limit of requests; `nil` when there was none.
    public var limit: Int?
    /// Labels without a field, in order of label.
    public var unmappedLabels: [Count] = []
    /// Assignees without a user id, in order of e-mail.
    public var unknownAssignees: [Count] = []

    /// The version of the tool, as `--version`, `summary.json` and `report.html` say it.
    package static let toolVersion = "1.0.0"

    /// Whether this is the summary of an earlier, finished run into the same directory; nothing was read now.
    public var isOfEarlierRun = false

    /// A run that read nothing.
    public init() {}

    /// How many entries were skipped.
    public var skippedCount: Int { skipped.reduce(0) { $0 + $1.count } }

    /// Whether everything that was read is accounted for.
    public var isBalanced: Bool { read == converted + deadLetters + skippedCount }

    /// What a run was over, so that only the same one is resumed.
    struct Origin: Sendable, Hashable {
        /// As they were given.
        var archives: [String]
        /// A text that stands for options and tables.
        var fingerprint: String
        /// The form of dead letters.
        var deadLetters = DeadLetterForm.ndjson

        /// Writes its members into an object.
        func write(to writer: inout JSONWriter) {
            writer.member("archives", archives)
            writer.member("fingerprint", fingerprint)
            if deadLetters != .ndjson { writer.member("dead_letter_form", deadLetters.rawValue) }
        }
    }

    /// The counts as JSON indented by two blanks, with a line feed at the end. `summary.json` lists the archives too.
    public var json: [UInt8] { json(of: nil) }

    /// Text of `summary.json`.
    func json(of origin: Origin?) -> [UInt8] {
        var writer = JSONWriter(indent: true)
        write(to: &writer, of: origin)
        writer.buffer.append(0x0A)
        return writer.buffer.array()
    }

    /// Writes the object of ``json``.
    package func write(to writer: inout JSONWriter) { write(to: &writer, of: nil) }

    func write(to writer: inout JSONWriter, of origin: Origin?) {
        writer.object { writer in
            writer.member("version", Self.toolVersion)
            origin?.write(to: &writer)
            writer.member("read", read)
            writer.member("converted", converted)
            writer.member("with_warnings", withWarnings)
            writer.member("dead_letters", deadLetters)
            if let limit { writer.member("limit", limit) }
            if let repeatedLeadIDs {
                writer.member("repeated_lead_ids") { writer in
                    writer.object { writer in
                        writer.member("count", repeatedLeadIDs.count)
                        writer.member("places", repeatedLeadIDs.places)
                    }
                }
            }
            Self.write(skipped, as: "skipped", to: &writer)
            writer.member("first_skipped") { writer in
                writer.object { writer in
                    for kind in skipped {
                        writer.name(kind.name)
                        writer.string(firstSkipped[kind.name] ?? "")
                    }
                }
            }
            writer.member("per_archive") { writer in
                writer.beginArray()
                for archive in archives { archive.write(to: &writer) }
                writer.endArray()
            }
            writer.member("diagnostics") { writer in
                writer.object { writer in
                    for finding in findings {
                        writer.name(finding.code.rawValue)
                        finding.write(to: &writer)
                    }
                }
            }
            Self.write(unmappedLabels, as: "unmapped_labels", to: &writer)
            Self.write(unknownAssignees, as: "unknown_assignees", to: &writer)
        }
    }

    private static func write(_ counts: [Count], as name: StaticString, to writer: inout JSONWriter) {
        writer.member(name) { writer in
            writer.object { writer in
                for count in counts {
                    writer.name(count.name)
                    writer.number(count.count)
                }
            }
        }
    }
}

extension BulkSummary.Archive {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("archive", name)
            writer.member("read", outcome.read)
            writer.member("converted", outcome.converted)
            writer.member("with_warnings", outcome.withWarnings)
            writer.member("dead_letters", outcome.deadLetters)
            writer.member("skipped", outcome.skipped)
        }
    }
}

extension BulkSummary.Finding {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("severity", severity.rawValue)
            writer.member("count", count)
            writer.member("places", places)
            writer.member("advice", advice)
        }
    }
}
