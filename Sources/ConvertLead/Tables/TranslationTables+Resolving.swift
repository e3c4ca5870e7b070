@_spi(Package) import Bytes

extension TranslationTables {
    /// Puts an id in place of what v1 said about the assignee. Records and roles in fields have theirs already.
    ///
    /// Reports: `lookup.user.*`.
    mutating func resolve(
        _ request: inout ConversionRequest, _ options: borrowing TranslationOptions, log: inout DiagnosticLog
    ) {
        if case .reference(let text, let site) = request.assignee {
            request.assignee = resolveAssignee(text, site, options, &log)
        }
    }

    private mutating func resolveAssignee(
        _ text: PaddedView, _ site: DiagnosticSite, _ options: borrowing TranslationOptions, _ log: inout DiagnosticLog
    ) -> ConversionRequest.Assignee {
        if RecordID.isID(text.bytes) {
            if !listsUser(id: text) {
                log.add(
                    .userUnlisted, .note, site: site,
                    "The assignee's id is not in the users table; it was sent as it is",
                    value: text.text, subject: text.text)
            }
            return .id(text.bytes)
        }
        let reason: String
        switch user(email: text) {
        case .active(let id): return .id(id)
        case .ambiguous(let id):
            log.add(
                .userAmbiguous, .warning, site: site,
                "Two active users have the assignee's e-mail; the first was taken",
                value: text.text, subject: text.text)
            return .id(id)
        case .inactive(let id):
            log.add(
                .userInactive, .warning, site: site, "The only user with the assignee's e-mail is inactive",
                value: text.text, subject: text.text)
            return .id(id)
        case .deleted: reason = "The only user with the assignee's e-mail is deleted"
        case .missing: reason = "No user has the assignee's e-mail"
        }
        let hint = hasIncompleteUsers ? "; the users export is incomplete, further pages exist" : ""
        switch options.unknownAssignee {
        case .reject:
            log.add(.userMissing, .error, site: site, reason + hint, value: text.text, subject: text.text)
            return .none
        case .omit:
            log.add(
                .userMissing, .warning, site: site, reason + hint + "; assign_to was left out", value: text.text,
                subject: text.text, advice: DiagnosticCode.decidedAssigneeAdvice)
            return .none
        case .fallback(let id):
            log.add(
                .userMissing, .warning, site: site, reason + hint + "; the user \(id) was taken", value: text.text,
                subject: text.text, advice: DiagnosticCode.decidedAssigneeAdvice)
            return .id(fallbackID)
        }
    }
}
