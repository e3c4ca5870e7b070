import ConvertLead

/// Counts of what v1 requests contain, and what an organisation's tables know of it.
///
/// Lists are in order of frequency, then of name. Values are listed for picklists only.
public struct RequestInventory: Sendable, Hashable {
    /// A name, how often it occurs, and where first.
    public struct Count: Sendable, Hashable {
        /// The name, as it was written.
        public var name: String
        /// How often.
        public var count: Int
        /// `file:line` of the first one.
        public var first: String

        /// A count from its parts.
        package init(name: String, count: Int, first: String) {
            self.name = name
            self.count = count
            self.first = first
        }
    }

    /// An option of the option row.
    public struct Option: Sendable, Hashable {
        /// The option, as it was written.
        public var option: Count
        /// Whether v1 has it.
        public var isKnown: Bool
        /// What a boolean option was set to: `true`, `false` and so on as written, `(empty)`, or `(other)`.
        public var values: [Count]
    }

    /// Where the field of a label comes from.
    public enum Mapping: String, Sendable, Hashable, CaseIterable {
        /// `labels:` of the configuration, or `TranslationOptions.labels`.
        case configuration
        /// The standard fields that every organisation has.
        case standard
        /// A fields export.
        case export
        /// Derived from the label, because unknown fields are guessed.
        case guess
        /// Nowhere.
        case unknown
    }

    /// A label of the field row.
    public struct Label: Sendable, Hashable {
        /// The label, as it was written.
        public var label: Count
        /// Where its field comes from.
        public var mapping: Mapping
        /// The field; `nil` when it is unknown.
        public var apiName: String?
        /// The field's data type; `nil` when no table has it.
        public var dataType: Field.DataType?
        /// Where its values go; `nil` when it is unknown.
        public var destination: Field.Destination?
        /// The api name that the label would usually have; `nil` when nothing can be derived from it.
        public var proposal: String?
    }

    /// What is known about an assignee.
    public enum AssigneeStatus: String, Sendable, Hashable, CaseIterable {
        /// An active user.
        case active
        /// Several active users with one e-mail.
        case ambiguous
        /// An inactive user.
        case inactive
        /// A deleted user.
        case deleted
        /// A user id that the table lists.
        case listed = "listed_id"
        /// A user id that the table does not list.
        case unlisted = "unlisted_id"
        /// An e-mail or name that the table does not have.
        case unknown
    }

    /// A value of `assignTo`.
    public struct Assignee: Sendable, Hashable {
        /// E-mail in lower case, or user id.
        public var assignee: Count
        /// What the users table says.
        public var status: AssigneeStatus
        /// The user id that would be sent.
        public var id: String?
    }

    /// A value of a picklist, or a contact role.
    public struct Choice: Sendable, Hashable {
        /// Api name of the field.
        public var field: String
        /// The value, as it was written.
        public var value: Count
        /// Whether the tables have it; `nil` when they do not say what there is.
        public var isKnown: Bool?
    }

    /// A form in which dates were written.
    public struct Dates: Sendable, Hashable {
        /// The form.
        package var form: DateForm
        /// Name of the form, such as `month-first` or `year-first`.
        public var name: String { form.rawValue }
        /// A date in this form, such as `12/21/2009`.
        public var example: String { form.example }
        /// Api name of the first field of this form.
        public var field: String
        /// How often.
        public var count: Int
        /// `file:line` of the first one.
        public var first: String
    }

    /// Documents read; broken ones are not among them.
    public var documents = 0
    /// Documents that ask for a deal.
    public var deals = 0
    /// Documents that ask for a deal without a `Pipeline`.
    public var dealsWithoutPipeline = 0
    /// Names of root elements.
    public var roots: [Count] = []
    /// Options.
    public var options: [Option] = []
    /// Labels.
    public var labels: [Label] = []
    /// Assignees.
    public var assignees: [Assignee] = []
    /// Values of the field `Stage`.
    public var stages: [Choice] = []
    /// Values of other picklists, field by field.
    public var choices: [Choice] = []
    /// Contact roles.
    public var roles: [Choice] = []
    /// Forms of dates.
    public var dates: [Dates] = []
    /// Times of datetime fields that have no offset from UTC.
    public var timesWithoutOffset = 0

    /// Counts of nothing.
    public init() {}

    /// Labels without a field.
    public var unknownLabels: [Label] { labels.filter { $0.mapping == .unknown || $0.mapping == .guess } }

    /// Assignees without a user id.
    public var unknownAssignees: [Assignee] { assignees.filter { $0.id == nil } }

    /// Assignees who are not active users: users who left, and names that no user has.
    public var departedAssignees: [Assignee] {
        assignees.filter { [.inactive, .deleted, .unknown].contains($0.status) }
    }

    /// The order of day and month that the dates show; `nil` when they show none or both.
    public var dateOrder: TranslationOptions.DateOrder? {
        let dayFirst = dates.contains { $0.form == .dayFirst || $0.form == .dotted }
        let monthFirst = dates.contains { $0.form == .monthFirst }
        if dayFirst == monthFirst { return nil }
        return dayFirst ? .dayFirst : .monthFirst
    }

    /// Whether some dates can only be read one way and others only the other way.
    public var hasContradictingDates: Bool {
        dates.contains { $0.form == .monthFirst } && dates.contains { $0.form == .dayFirst || $0.form == .dotted }
    }
}
