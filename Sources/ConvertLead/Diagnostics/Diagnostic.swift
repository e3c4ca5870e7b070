/// One finding about one input. Every output shows it unchanged.
///
/// Holds labels, option names and places. Customer values are in `message` only when
/// ``TranslationOptions/showsValues`` was on; credentials never are.
public struct Diagnostic: Sendable, Hashable {
    /// How much a finding matters.
    public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        /// The input was refused.
        case error
        /// Translated, but something could not be carried over or had to be interpreted.
        case warning
        /// Translated; worth knowing.
        case note

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .note: 2
            }
        }

        /// The advice of a finding. A warning that needs no action is an error only because of `--strict`, which the advice says then.
        package func advice(_ text: String) -> String {
            self == .error && text.hasPrefix("no action needed") ? "correct the input, or run without --strict" : text
        }

        /// `error` comes before `warning`, `warning` before `note`.
        public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    }

    /// What was found. Published codes are never renamed.
    public var code: DiagnosticCode
    /// How much it matters.
    public var severity: Severity
    /// Where the input came from: a file name, or `file:line` for a line of an archive. Empty when the caller named none.
    public var source: String
    /// The place inside the decoded XML or JSON text, when there is one.
    public var location: SourceLocation?
    /// The element or member, such as `Potentials/row[2]/FL[@val='Closing Date']`. Empty when there is none.
    public var path: String
    /// One sentence for people.
    public var message: String
    /// The label, option, role or e-mail the finding is about, for counting. E-mails are shown only in summary and survey.
    package var subject: String?
    /// The place until its line, column and path are asked for.
    package var site: DiagnosticSite?

    /// What to do about it: the code's advice, unless the tables and options in force allow for a better one.
    public var advice: String { severity.advice(ownAdvice ?? code.advice) }

    /// Advice that fits this finding better than its code's.
    package var ownAdvice: String?

    /// A finding. `source` is usually filled in by the caller of the translator.
    package init(
        _ code: DiagnosticCode, _ severity: Severity, source: String = "", location: SourceLocation? = nil,
        path: String = "", message: String
    ) {
        self.code = code
        self.severity = severity
        self.source = source
        self.location = location
        self.path = path
        self.message = message
    }
}
