import Bytes

extension TranslationTables {
    /// Puts ids in place of what v1 said about users, roles and other records.
    ///
    /// Reports: `lookup.*`, `v1.field.reference`.
    mutating func resolve(
        _ request: inout ConversionRequest, _ options: borrowing TranslationOptions, log: inout DiagnosticLog
    ) {
        if case .reference(let text, let site) = request.assignee {
            request.assignee = resolveAssignee(text, site, options, &log)
        }
        guard request.hasReferences else { return }
        for position in 0..<request.fields.count {
            switch request.fields[position].value {
            case .reference(let text):
                request.fields[position].value = resolve(text, of: request.fields[position], &log)
            case .roleReference(let text):
                request.fields[position].value = resolveRole(text, of: request.fields[position], options, &log)
            default: break
            }
        }
    }

    private mutating func resolveAssignee(
        _ text: ByteView, _ site: DiagnosticSite, _ options: borrowing TranslationOptions, _ log: inout DiagnosticLog
    ) -> ConversionRequest.Assignee {
        if RecordID.isID(text) {
            if !listsUser(id: text) {
                log.add(
                    .userUnlisted, .note, site: site,
                    "The assignee's id is not in the users table; it was sent as it is",
                    value: text.text, subject: text.text)
            }
            return .id(text)
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
                subject: text.text)
            return .none
        case .fallback(let id):
            log.add(
                .userMissing, .warning, site: site, reason + hint + "; the user \(id) was taken", value: text.text,
                subject: text.text)
            return .id(fallbackID)
        }
    }

    private mutating func resolve(
        _ text: ByteView, of field: ConversionRequest.DealField, _ log: inout DiagnosticLog
    ) -> FieldValue {
        let number = Int(field.field)
        if let id = lookupID(text, of: number) { return .id(id) }
        if RecordID.isID(text) { return .id(text) }
        let name = field.name.text
        if entries[number].hasLookup {
            log.add(
                .nameMissing, .warning, site: field.site,
                "The name is not in the lookup table of \(name); it was left out",
                value: text.text, subject: name)
        } else {
            log.add(
                .fieldReference, .warning, site: field.site,
                "\(name) takes a record's id, v1 gave a name; it was left out", value: text.text, subject: name)
        }
        return .omitted
    }

    private mutating func resolveRole(
        _ text: ByteView, of field: ConversionRequest.DealField, _ options: borrowing TranslationOptions,
        _ log: inout DiagnosticLog
    ) -> FieldValue {
        guard options.apiVersion.takesContactRole else {
            log.add(
                .roleVersion, .warning, site: field.site,
                "A contact role can be sent from v7 on only; it was left out", value: text.text, subject: text.text)
            return .omitted
        }
        if let id = roleID(text) { return .roleID(id) }
        log.add(
            .roleMissing, .warning, site: field.site, "The contact role is not in the roles table; it was left out",
            value: text.text, subject: text.text)
        return .omitted
    }
}
