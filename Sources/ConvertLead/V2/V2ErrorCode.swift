/// The error codes of `actions/convert`, v2 to v8, each with the reason it means: one half of the error table, whose other
/// half is ``V1ErrorCode``.
///
/// Source: recorded replies of Zoho's collection, Convert Lead pages of v2.1 to v8, the error lists of Zoho's SDKs 2.0 to 8.0;
/// Zoho.md, "v2 errors".
package enum V2ErrorCode: String, Sendable, CaseIterable {
    case idAlreadyConverted = "ID_ALREADY_CONVERTED"
    case convertedRecord = "CONVERTED_RECORD"
    case invalidData = "INVALID_DATA"
    case mandatoryNotFound = "MANDATORY_NOT_FOUND"
    case expectedFieldMissing = "EXPECTED_FIELD_MISSING"
    case dependentFieldMissing = "DEPENDENT_FIELD_MISSING"
    case requiredDataNotFound = "REQUIRED_DATA_NOT_FOUND"
    case mappingMismatch = "MAPPING_MISMATCH"
    case dataMismatch = "DATA_MISMATCH"
    case dependentMismatch = "DEPENDENT_MISMATCH"
    case duplicateData = "DUPLICATE_DATA"
    case multipleOrMultiErrors = "MULTIPLE_OR_MULTI_ERRORS"
    case alreadyUsed = "ALREADY_USED"
    case patternNotMatched = "PATTERN_NOT_MATCHED"
    case unableToParseDataType = "UNABLE_TO_PARSE_DATA_TYPE"
    case ambiguityDuringProcessing = "AMBIGUITY_DURING_PROCESSING"
    case notFound = "NOT_FOUND"
    case noRecordsFound = "NO_RECORDS_FOUND"
    case resourceNotFound = "RESOURCE_NOT_FOUND"
    case notApproved = "NOT_APPROVED"
    case notReviewed = "NOT_REVIEWED"
    case recordLocked = "RECORD_LOCKED"
    case recordInBlueprint = "RECORD_IN_BLUEPRINT"
    case cannotPerformAction = "CANNOT_PERFORM_ACTION"
    case cannotProcess = "CANNOT_PROCESS"
    case alreadyScheduled = "ALREADY_SCHEDULED"
    case notAllowed = "NOT_ALLOWED"
    case authenticationFailure = "AUTHENTICATION_FAILURE"
    case invalidToken = "INVALID_TOKEN"
    case scopeMismatch = "OAUTH_SCOPE_MISMATCH"
    case noPermission = "NO_PERMISSION"
    case permissionDenied = "PERMISSION_DENIED"
    case forbidden = "FORBIDDEN"
    case inactiveUser = "INACTIVE_USER"
    case authorizationFailed = "AUTHORIZATION_FAILED"
    case invalidModule = "INVALID_MODULE"
    case notSupported = "NOT_SUPPORTED"
    case featureNotSupported = "FEATURE_NOT_SUPPORTED"
    case apiNotSupported = "API_NOT_SUPPORTED"
    case territoryNotEnabled = "TERRITORY_NOT_ENABLED"
    case invalidRequestMethod = "INVALID_REQUEST_METHOD"
    case invalidURLPattern = "INVALID_URL_PATTERN"
    case invalidRequest = "INVALID_REQUEST"
    case badRequest = "BAD_REQUEST"
    case requiredParameterMissing = "REQUIRED_PARAM_MISSING"
    case limitReached = "LIMIT_REACHED"
    case limitExceeded = "LIMIT_EXCEEDED"
    case tooManyRequests = "TOO_MANY_REQUESTS"
    case storageSpaceExceeded = "STORAGE_SPACE_EXCEEDED"
    case internalError = "INTERNAL_ERROR"
    case internalServerError = "INTERNAL_SERVER_ERROR"

    /// What the code means. `INVALID_DATA` means three things, told apart by the details of the reply.
    ///
    /// - Parameters:
    ///   - isAboutLead: whether the details name the lead's own id.
    ///   - expectsNumber: whether the details say that a number was expected.
    package func reason(isAboutLead: Bool, expectsNumber: Bool) -> FailureReason {
        switch self {
        case .idAlreadyConverted, .convertedRecord: .leadConverted
        case .invalidData where isAboutLead: .leadMissing
        case .invalidData where expectsNumber: .valueNotNumber
        case .invalidData, .alreadyUsed, .patternNotMatched, .unableToParseDataType: .valueInvalid
        case .mandatoryNotFound, .expectedFieldMissing, .dependentFieldMissing, .requiredDataNotFound: .fieldMissing
        case .mappingMismatch, .dataMismatch, .dependentMismatch, .ambiguityDuringProcessing: .valueMismatch
        case .duplicateData, .multipleOrMultiErrors: .duplicate
        case .notFound, .noRecordsFound, .resourceNotFound: .leadMissing
        case .notApproved, .notReviewed: .approvalPending
        case .recordLocked, .recordInBlueprint: .recordLocked
        case .cannotPerformAction, .cannotProcess, .alreadyScheduled, .notAllowed: .actionNotAllowed
        case .authenticationFailure, .invalidToken: .unauthenticated
        case .scopeMismatch: .scopeMissing
        case .noPermission, .permissionDenied, .forbidden, .inactiveUser, .authorizationFailed: .permissionMissing
        case .invalidModule, .notSupported, .featureNotSupported, .apiNotSupported, .territoryNotEnabled:
            .featureMissing
        case .invalidRequestMethod, .invalidURLPattern, .invalidRequest, .badRequest: .requestInvalid
        case .requiredParameterMissing: .parameterMissing
        case .limitReached, .limitExceeded, .tooManyRequests: .limitReached
        case .storageSpaceExceeded: .storageFull
        case .internalError, .internalServerError: .serverError
        }
    }
}
