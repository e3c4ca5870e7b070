/// The error codes of `actions/convert`, v2 to v8, each with the reason it means: one half of the error table, whose other
/// half is ``V1ErrorCode``.
///
/// Source: recorded replies of Zoho's collection, Convert Lead pages of v2.1 to v8, SDK lists; domain reference 4.4.
package enum V2ErrorCode: String, Sendable, CaseIterable {
    case idAlreadyConverted = "ID_ALREADY_CONVERTED"
    case invalidData = "INVALID_DATA"
    case mandatoryNotFound = "MANDATORY_NOT_FOUND"
    case mappingMismatch = "MAPPING_MISMATCH"
    case duplicateData = "DUPLICATE_DATA"
    case alreadyUsed = "ALREADY_USED"
    case notApproved = "NOT_APPROVED"
    case notReviewed = "NOT_REVIEWED"
    case recordLocked = "RECORD_LOCKED"
    case cannotPerformAction = "CANNOT_PERFORM_ACTION"
    case notAllowed = "NOT_ALLOWED"
    case authenticationFailure = "AUTHENTICATION_FAILURE"
    case invalidToken = "INVALID_TOKEN"
    case scopeMismatch = "OAUTH_SCOPE_MISMATCH"
    case noPermission = "NO_PERMISSION"
    case authorizationFailed = "AUTHORIZATION_FAILED"
    case invalidRequestMethod = "INVALID_REQUEST_METHOD"
    case invalidURLPattern = "INVALID_URL_PATTERN"
    case invalidRequest = "INVALID_REQUEST"
    case badRequest = "BAD_REQUEST"
    case requiredParameterMissing = "REQUIRED_PARAM_MISSING"
    case limitReached = "LIMIT_REACHED"
    case tooManyRequests = "TOO_MANY_REQUESTS"
    case internalError = "INTERNAL_ERROR"
    case internalServerError = "INTERNAL_SERVER_ERROR"

    /// What the code means. `INVALID_DATA` means three things, told apart by the details of the reply.
    ///
    /// - Parameters:
    ///   - isAboutLead: whether the details name the lead's own id.
    ///   - expectsNumber: whether the details say that a number was expected.
    package func reason(isAboutLead: Bool, expectsNumber: Bool) -> FailureReason {
        switch self {
        case .idAlreadyConverted: .leadConverted
        case .invalidData where isAboutLead: .leadMissing
        case .invalidData where expectsNumber: .valueNotNumber
        case .invalidData: .valueInvalid
        case .mandatoryNotFound: .fieldMissing
        case .mappingMismatch: .valueMismatch
        case .duplicateData: .duplicate
        case .alreadyUsed: .valueInvalid
        case .notApproved, .notReviewed: .approvalPending
        case .recordLocked: .recordLocked
        case .cannotPerformAction, .notAllowed: .actionNotAllowed
        case .authenticationFailure, .invalidToken: .unauthenticated
        case .scopeMismatch: .scopeMissing
        case .noPermission, .authorizationFailed: .permissionMissing
        case .invalidRequestMethod, .invalidURLPattern, .invalidRequest, .badRequest: .requestInvalid
        case .requiredParameterMissing: .parameterMissing
        case .limitReached, .tooManyRequests: .limitReached
        case .internalError, .internalServerError: .serverError
        }
    }
}
