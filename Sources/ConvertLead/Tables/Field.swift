/// One field of the module Deals.
///
/// Source: field metadata of `GET /crm/v2/settings/fields?module=Deals`; Zoho.md, "Fields export".
public struct Field: Sendable, Hashable {
    /// How a value is read from v1 text and written as JSON. Raw values are Zoho's `data_type` words, but for the last two.
    public enum DataType: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
        case text, textarea, phone, email, website, picklist, multiselectpicklist, boolean, integer, bigint, double
        case percent, currency, date, datetime, lookup, ownerlookup, userlookup, layout, autonumber, formula
        /// Tags by name.
        case tags
        /// A JSON list or object that cannot be made from text, or an unknown type.
        case other

        /// The type of a field of an export.
        ///
        /// - Parameters:
        ///   - zohoName: `data_type`. Empty is text.
        ///   - jsonType: `json_type`. What is a list or an object there is written only where its shape is known.
        ///
        /// Source: the SDKs' union of types, and Zoho's v7 records page, which says what each takes.
        package init(zohoName: String, jsonType: String = "") {
            let type: DataType =
                switch zohoName {
                case "", "mediumtext", "profileimage": .text
                case "long": .bigint
                default: DataType(rawValue: zohoName) ?? .other
                }
            self =
                switch type {
                case .multiselectpicklist, .lookup, .userlookup, .ownerlookup, .layout: type
                default: jsonType == "jsonarray" || jsonType == "jsonobject" ? .other : type
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
        /// What people see, and what requests take.
        public var displayValue: String
        /// The value's name inside the CRM.
        public var actualValue: String
        /// Whether records may still have it: `type` of the export is not `unused`.
        public var isUsed: Bool

        /// An entry; `displayValue` is what is sent.
        ///
        /// Source: Zoho's Kaizen 205, and each SDK, which refuses other texts.
        package init(displayValue: String, actualValue: String, isUsed: Bool = true) {
            self.displayValue = displayValue
            self.actualValue = actualValue
            self.isUsed = isUsed
        }
    }

    /// Name in v2, such as `Closing_Date`.
    public var apiName: String
    /// How its values are read and written.
    public var dataType: DataType
    /// Where its value goes.
    public var destination: Destination
    /// The most characters that the field takes, when known.
    public var length: Int?
    /// Picklist entries; empty when there are none or they are not known.
    public var picklist: [PicklistValue]
    /// Whether the metadata says `json_type: string` (for bigint).
    public var isJSONString: Bool
    /// Whether the metadata says `system_mandatory`.
    public var isMandatory: Bool
    /// v1 labels that mean this field, most usual first.
    public var labels: [String]

    /// A field from its parts.
    package init(
        apiName: String, dataType: DataType, destination: Destination = .deal, length: Int? = nil,
        picklist: [PicklistValue] = [], isJSONString: Bool = false, isMandatory: Bool = false, labels: [String] = []
    ) {
        self.apiName = apiName
        self.dataType = dataType
        self.destination = destination
        self.length = length
        self.picklist = picklist
        self.isJSONString = isJSONString
        self.isMandatory = isMandatory
        self.labels = labels
    }
}
