/// Telling an old caller why its call was refused before it was sent.
extension ConversionFailure {
    /// The failure that findings amount to: the first error decides.
    ///
    /// Its code is the finding's, such as `v1.field.missing`, so that ``TranslationOptions/errorCodes`` can replace its v1
    /// number too. The message ends with the place in the XML.
    package init(refusal diagnostics: [Diagnostic]) {
        guard let first = diagnostics.first(where: { $0.severity == .error }) else {
            self.init(reason: .requestInvalid, message: "The call was refused")
            return
        }
        var message = first.message
        if let place = first.location { message += " (line \(place.line), column \(place.column))" }
        self.init(reason: FailureReason(refusedBy: first.code), code: first.code.rawValue, message: message)
    }
}

extension FailureReason {
    /// Why a call with this finding was refused.
    ///
    /// Source: v1's list of error codes, which has a number of its own for broken XML (4835), a missing parameter (4831), a
    /// missing mandatory field (4401) and text in place of a number (4832); everything else is a wrong value (4600).
    package init(refusedBy code: DiagnosticCode) {
        switch code {
        case .xmlSyntax, .xmlEncoding, .xmlEntity, .xmlCharacter, .xmlDoctype, .xmlVersion, .xmlNamespace, .xmlDepth,
            .xmlSize:
            self = .requestUnreadable
        case .xmlMissing, .leadIDMissing: self = .parameterMissing
        case .fieldMissing: self = .fieldMissing
        case .valueInteger, .valueBigint, .valueCurrency, .valueDouble, .valuePercent: self = .valueNotNumber
        case .internalError: self = .serverError
        default: self = .requestInvalid
        }
    }
}
