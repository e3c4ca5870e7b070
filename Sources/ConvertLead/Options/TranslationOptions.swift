/// How a translator decides where v1 input leaves something open. The defaults refuse or report; none guesses.
public struct TranslationOptions: Sendable, Hashable {
    /// What to do with a request whose assignee has no user id.
    public enum UnknownAssignee: Sendable, Hashable {
        /// Refuse the request.
        case reject
        /// Leave `assign_to` out, with a warning.
        case omit
        /// Assign to this user, with a warning.
        case fallback(RecordID)
    }

    /// What to do with a field whose label is in no table.
    public enum UnknownField: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
        /// Leave it out, with a warning. `warn` among the command's options.
        case omit = "warn"
        /// Refuse the request.
        case reject
        /// Derive the api name from the label, with a warning.
        case guess

        /// The choice of an option's value; `omit` is read like `warn`.
        package init?(name: String) { self.init(rawValue: name == "omit" ? "warn" : name) }
    }

    /// What to do with a value that does not fit its field's data type.
    public enum BadValue: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
        /// Refuse the request.
        case reject
        /// Leave the field out, with a warning.
        case omit
    }

    /// How `05/06/2018` is read.
    public enum DateOrder: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
        /// 6 May, v1's documented form.
        case monthFirst = "month-first"
        /// 5 June; `5.6.2018` is read too.
        case dayFirst = "day-first"
    }

    /// A value put into a request that does not have it.
    public enum DefaultValue: Sendable, Hashable {
        case string(String)
        /// JSON number text.
        case number(String)
        case boolean(Bool)
        /// Entries of a multi-select picklist, or tags.
        case list([String])
    }

    /// The default of a deal field.
    public struct DealDefault: Sendable, Hashable {
        /// Api name of the field.
        public var apiName: String
        /// What is sent when the request does not have the field.
        public var value: DefaultValue

        /// The default of a field.
        public init(apiName: String, value: DefaultValue) {
            self.apiName = apiName
            self.value = value
        }
    }

    /// Tags for the records of one module.
    public struct ModuleTags: Sendable, Hashable {
        /// `Contacts`, `Accounts` or `Deals`.
        public var module: String
        /// Names of the tags.
        public var tags: [String]

        /// Tags for a module.
        public init(module: String, tags: [String]) {
            self.module = module
            self.tags = tags
        }
    }

    /// The field that a v1 label means.
    public struct LabelMapping: Sendable, Hashable {
        /// The label.
        public var label: String
        /// Api name of the field.
        public var apiName: String

        /// The field of a label.
        public init(label: String, apiName: String) {
            self.label = label
            self.apiName = apiName
        }
    }

    /// Version of the calls written.
    public var apiVersion: APIVersion = .v2
    /// API domain of all calls, such as `www.zohoapis.eu`, whatever host the v1 call went to; `nil` to let the v1 host decide.
    public var apiDomain: String?
    /// Lead id of calls that name none.
    public var leadID: RecordID?
    /// Assignees without a user id.
    public var unknownAssignee: UnknownAssignee = .reject
    /// Labels without a field.
    public var unknownField: UnknownField = .omit
    /// Values that do not fit.
    public var badValue: BadValue = .reject
    /// Order of day and month between slashes.
    public var dateOrder: DateOrder = .monthFirst
    /// Offsets for datetime values that have none; without it such values do not fit.
    public var timeZone: TimeZoneOffsets?
    /// `overwrite` for requests without `OVERWRITE`.
    public var overwriteDefault: Bool?
    /// `add_to_existing_record: true` in every body; from v6 on.
    public var addsToExistingRecord = false
    /// Api name of the module that gets the lead's attachments, written as `move_attachments_to`; from v4 on.
    public var attachmentsModule: String?
    /// Deal fields by api name, added to `Deals` in this order when the request does not have them. They are read, checked and
    /// resolved as values from v1 are: see ``Translator/check(_:with:)``.
    public var dealDefaults: [DealDefault] = []
    /// Tags by module (`Contacts`, `Accounts`, `Deals`), written as `carry_over_tags` in this order. Empty: no member.
    public var carryOverTags: [ModuleTags] = []
    /// v1 labels mapped to api names; they win over every table.
    public var labels: [LabelMapping] = []
    /// v1 error codes by v2 error code; they win over the built-in table.
    public var errorCodes: [String: String] = [:]
    /// Whether every warning is an error.
    public var isStrict = false
    /// Whether messages may quote customer values.
    public var showsValues = false
    /// Whether JSON is indented by two blanks instead of written on one line.
    public var isIndented = true

    /// The defaults.
    public init() {}
}
