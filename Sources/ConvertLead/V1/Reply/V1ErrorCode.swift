/// The v1 error numbers of failed conversions: the other half of the error table in ``V2ErrorCode``.
///
/// Which number an old caller got for which failure is documented nowhere; users override single ones
/// (``TranslationOptions/errorCodes``).
/// Source: Zoho.md, "v1 error codes"; the choice is this package's, Zoho.md, "v2 errors".
package enum V1ErrorCode: String, Sendable, CaseIterable {
    case noAPIPermission = "4001"
    case noRecord = "4103"
    case mandatoryMissing = "4401"
    case noConvertPermission = "4487"
    case serverError = "4500"
    case notInEdition = "4502"
    case wrongParameter = "4600"
    case storageFull = "4809"
    case duplicateValue = "4819"
    case limitExceeded = "4820"
    case parameterMissing = "4831"
    case notANumber = "4832"
    case invalidTicket = "4834"
    case brokenXML = "4835"

    /// The number for a failure.
    package init(_ reason: FailureReason) {
        switch reason {
        case .leadMissing, .leadConverted: self = .noRecord
        case .fieldMissing: self = .mandatoryMissing
        case .valueNotNumber: self = .notANumber
        case .valueInvalid, .valueMismatch, .approvalPending, .recordLocked, .actionNotAllowed, .requestInvalid:
            self = .wrongParameter
        case .duplicate: self = .duplicateValue
        case .unauthenticated: self = .invalidTicket
        case .scopeMissing: self = .noAPIPermission
        case .permissionMissing: self = .noConvertPermission
        case .requestUnreadable: self = .brokenXML
        case .parameterMissing: self = .parameterMissing
        case .featureMissing: self = .notInEdition
        case .limitReached: self = .limitExceeded
        case .storageFull: self = .storageFull
        case .serverError, .codeUnknown, .replyUnreadable: self = .serverError
        }
    }
}
