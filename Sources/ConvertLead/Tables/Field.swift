/// One field of the Deals module as the translator needs it.
///
/// Source: field metadata of `GET /crm/v2/settings/fields?module=Deals`; domain reference 3 and 5.2.
public struct Field: Sendable, Hashable {
    /// How a value is read from v1 text and written as JSON. Raw values are Zoho's `data_type` words.
    public enum DataType: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
        case text, textarea, phone, email, website, picklist, multiselectpicklist, boolean, integer, bigint, double
        case percent, currency, date, datetime, lookup, ownerlookup, userlookup, autonumber, formula, subform

        /// The type of Zoho's `data_type` word; words the translator does not treat specially are text.
        public init(zohoName: String) {
            switch zohoName {
            case "long": self = .bigint
            case "multiselectlookup", "multiuserlookup", "fileupload", "imageupload": self = .subform
            default: self = DataType(rawValue: zohoName) ?? .text
            }
        }
    }

    /// Where the field's value goes.
    public enum Destination: BitwiseCopyable, Sendable, Hashable {
        /// Into `Deals` under the api name.
        case deal
        /// `Accounts` of the conversion: the account to use.
        case account
        /// `Contacts` of the conversion: the contact to use.
        case contact
        /// `overwrite` of the conversion.
        case overwrite
        /// `Contact_Role`: a role's name in v1, its id in v2.
        case contactRole
        /// Nowhere: set or computed by the CRM.
        case system
    }

    /// One entry of a picklist.
    public struct PicklistValue: Sendable, Hashable {
        /// What people see.
        public var displayValue: String
        /// What the API takes.
        public var actualValue: String

        /// An entry; `actualValue` is what is sent.
        public init(displayValue: String, actualValue: String) {
            self.displayValue = displayValue
            self.actualValue = actualValue
        }
    }

    /// Name in v2, such as `Closing_Date`.
    public var apiName: String
    /// How its values are read and written.
    public var dataType: DataType
    /// Where its value goes.
    public var destination: Destination
    /// Most characters the field takes, when known.
    public var length: Int?
    /// Picklist entries; empty when there are none or they are not known.
    public var picklist: [PicklistValue]
    /// Whether the metadata says `json_type: string` (for bigint).
    public var isJSONString: Bool
    /// v1 labels that mean this field, most usual first.
    public var labels: [String]

    /// A field from its parts.
    public init(
        apiName: String, dataType: DataType, destination: Destination = .deal, length: Int? = nil,
        picklist: [PicklistValue] = [], isJSONString: Bool = false, labels: [String] = []
    ) {
        self.apiName = apiName
        self.dataType = dataType
        self.destination = destination
        self.length = length
        self.picklist = picklist
        self.isJSONString = isJSONString
        self.labels = labels
    }
}
