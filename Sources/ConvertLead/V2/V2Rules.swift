@_spi(Package) import Bytes

/// What an API version does not take of a conversion.
struct V2Rules: BitwiseCopyable {
    private let version: APIVersion

    /// Member of `Deals` that not every version takes.
    private static let contactRole: StaticString = "Contact_Role"

    init(_ version: APIVersion) { self.version = version }

    /// Leaves out what the version does not take.
    ///
    /// - Parameter leftOut: what is said to become of it.
    ///
    /// Reports: `lookup.role.*`, `v1.field.empty`.
    func fit(_ request: inout ConversionRequest, leftOut: String = "; it was left out", log: inout DiagnosticLog) {
        guard request.hasContactRole else { return }
        for position in 0..<request.fields.count {
            let field = request.fields[position]
            switch field.value {
            case .roleID(let role), .roleName(let role):
                if !version.takesContactRole {
                    log.add(
                        .roleVersion, .warning, site: field.site,
                        "A contact role can be sent only from v7 on" + leftOut, value: role.text, subject: role.text)
                } else if case .roleName = field.value {
                    log.add(
                        .roleMissing, .warning, site: field.site,
                        "The contact role is not in the roles table" + leftOut,
                        value: role.text, subject: role.text)
                } else {
                    continue
                }
            case .null where !version.takesContactRole && field.name.equals(Self.contactRole):
                log.add(
                    .fieldEmpty, .note, site: field.site, "\(Self.contactRole) has no value" + leftOut,
                    subject: "\(Self.contactRole)")
            default: continue
            }
            request.fields[position].value = .omitted
        }
    }

    /// Finds members among the options that the version does not have, or not with this value.
    ///
    /// Reports: `config.value`, with the member's path and without a place.
    func check(_ options: TranslationOptions, log: inout DiagnosticLog) {
        func refuse(_ name: String, from first: APIVersion) {
            log.add(
                .configValue, .error, path: "defaults.\(name)",
                "\(version.rawValue) has no \(name); versions from \(first.rawValue) on have it")
        }
        if let module = options.attachmentsModule {
            if !version.movesAttachments { refuse("move_attachments_to", from: .v4) }
            if !TranslationOptions.convertedModules.contains(module) {
                log.add(
                    .configValue, .error, path: "defaults.move_attachments_to",
                    "\(module) is not a module of a conversion; use Contacts, Accounts or Deals")
            }
        }
        if options.addsToExistingRecord && !version.addsToExistingRecord {
            refuse("add_to_existing_record", from: .v6)
        }
    }
}

/// What versions differ in.
extension APIVersion {
    /// True from v3 on: `Accounts`, `Contacts` and `assign_to` are objects `{"id":"…"}` instead of id strings, and so is
    /// `Campaign_Source` inside `Deals`. Other lookups inside `Deals` are objects in every version.
    ///
    /// Source: Zoho's SDKs 2.0 to 8.0 as run; for `Campaign_Source` Zoho's page that compares v1 and v2.
    var wrapsIDs: Bool { self >= .v3 }

    /// True from v4 on: `move_attachments_to` is a member of the conversion.
    ///
    /// Source: Zoho's Java SDK 4.0 from its 6.1.0 on; Convert Lead page of v7.
    var movesAttachments: Bool { self >= .v4 }

    /// True from v6 on: `add_to_existing_record` is a member of the conversion.
    ///
    /// Source: Zoho's Python SDKs 6 to 8, its OpenAPI description of v8. No page has it.
    var addsToExistingRecord: Bool { self >= .v6 }

    /// True from v7 on: `Contact_Role` may be inside `Deals`.
    ///
    /// Source: Convert Lead page of v7; Zoho.md, "Contact roles".
    var takesContactRole: Bool { self >= .v7 }
}
