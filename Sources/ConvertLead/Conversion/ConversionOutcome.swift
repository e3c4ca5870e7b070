/// The result of one conversion.
public enum ConversionOutcome: Sendable, Hashable {
    /// The lead is converted.
    case converted(ConvertedRecords)
    /// The conversion failed, or its result is unknown.
    case failed(ConversionFailure)
}

/// The records that a lead became; at least one.
public struct ConvertedRecords: Sendable, Hashable {
    /// The contact.
    public var contact: RecordID?
    /// The deal, v1's potential.
    public var deal: RecordID?
    /// The account.
    public var account: RecordID?

    /// Records from their ids; `nil` is one that was not made.
    package init(contact: RecordID? = nil, deal: RecordID? = nil, account: RecordID? = nil) {
        self.contact = contact
        self.deal = deal
        self.account = account
    }
}

/// Why a conversion failed, with what the server said about it.
public struct ConversionFailure: Sendable, Hashable {
    /// Why, independent of the API version.
    public var reason: FailureReason
    /// The v2 code, such as `DUPLICATE_DATA`, or the OAuth error, such as `invalid_token`; for a call that was refused the code
    /// of the finding. `nil` when the reply could not be read.
    public var code: String?
    /// The v2 message; when the reply could not be read, what is wrong with it. May be empty.
    public var message: String
    /// The fields that the failure is about, in the server's order.
    public var fields: [FailedField]

    /// A failure from its parts.
    package init(reason: FailureReason, code: String? = nil, message: String, fields: [FailedField] = []) {
        self.reason = reason
        self.code = code
        self.message = message
        self.fields = fields
    }
}

/// A field that a conversion failed for.
public struct FailedField: Sendable, Hashable {
    /// Its api name; `id` is the lead's own.
    public var apiName: String
    /// Api name of the module that it belongs to, when the server names one.
    public var module: String?

    /// A field from its parts.
    package init(apiName: String, module: String? = nil) {
        self.apiName = apiName
        self.module = module
    }
}
