/// What became of one conversion.
public enum ConversionOutcome: Sendable, Hashable {
    /// The lead is converted.
    case converted(ConvertedRecords)
    /// The lead is not converted, or nobody knows.
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
    public init(contact: RecordID? = nil, deal: RecordID? = nil, account: RecordID? = nil) {
        self.contact = contact
        self.deal = deal
        self.account = account
    }
}

/// Why a conversion failed, with what the server said about it.
public struct ConversionFailure: Sendable, Hashable {
    /// Why, in the words of no API version.
    public var reason: FailureReason
    /// The v2 code, such as `DUPLICATE_DATA`; `nil` when the reply could not be read.
    public var code: String?
    /// The v2 message; when the reply could not be read, what is wrong with it. May be empty.
    public var message: String
    /// Api name of the field that the failure is about; `id` is the lead's own.
    public var field: String?
    /// Module that the field belongs to, when the server names one.
    public var module: String?

    /// A failure from its parts.
    public init(
        reason: FailureReason, code: String? = nil, message: String, field: String? = nil, module: String? = nil
    ) {
        self.reason = reason
        self.code = code
        self.message = message
        self.field = field
        self.module = module
    }
}
