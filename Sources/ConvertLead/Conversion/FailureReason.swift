/// Why a lead was not converted, independent of the API version.
///
/// Each v2 code has a reason, and each reason has a v1 error number.
public enum FailureReason: String, Sendable, Hashable, CaseIterable {
    /// No lead has the id.
    case leadMissing
    /// The lead was converted before.
    case leadConverted
    /// A field that the conversion needs has no value.
    case fieldMissing
    /// A field that takes a number got something else.
    case valueNotNumber
    /// A field got a value that it does not take.
    case valueInvalid
    /// Two values do not go together, such as a stage that the pipeline does not have.
    case valueMismatch
    /// A record with the same unique value exists.
    case duplicate
    /// The lead waits for approval or review.
    case approvalPending
    /// The lead is locked.
    case recordLocked
    /// The lead cannot be converted in its state.
    case actionNotAllowed
    /// The token is missing, wrong or expired.
    case unauthenticated
    /// The token does not include lead conversion.
    case scopeMissing
    /// The user may not convert the lead.
    case permissionMissing
    /// The address, method or body of the call is wrong.
    case requestInvalid
    /// The XML of the call is broken.
    case requestUnreadable
    /// A parameter of the call is missing.
    case parameterMissing
    /// The module or feature is not part of the organisation's edition.
    case featureMissing
    /// More calls were made than the organisation may make.
    case limitReached
    /// The organisation's storage is full.
    case storageFull
    /// The server failed.
    case serverError
    /// The error code is unknown.
    case codeUnknown
    /// The reply cannot be understood, so it is unknown whether the lead was converted.
    case replyUnreadable
}
