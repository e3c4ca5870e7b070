/// A version of Zoho's REST API that has `actions/convert`.
public enum APIVersion: String, BitwiseCopyable, Sendable, Hashable, CaseIterable, Comparable {
    case v2 = "v2"
    case v2_1 = "v2.1"
    case v3 = "v3"
    case v4 = "v4"
    case v5 = "v5"
    case v6 = "v6"
    case v7 = "v7"
    case v8 = "v8"

    /// Older versions come first.
    public static func < (a: APIVersion, b: APIVersion) -> Bool {
        allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
    }

    /// True from v3 on: `Accounts`, `Contacts` and `assign_to` are objects `{"id":"…"}` instead of id strings, and so is
    /// `Campaign_Source` inside `Deals`. Other lookups inside `Deals` are objects in every version.
    ///
    /// Source: Zoho's SDKs 2.0 to 8.0 as run; for `Campaign_Source` Zoho's page that compares v1 and v2.
    public var wrapsIDs: Bool { self >= .v3 }

    /// True from v4 on: `move_attachments_to` is a member of the conversion.
    ///
    /// Source: Zoho's Java SDK 4.0 from its 6.1.0 on; Convert Lead page of v7.
    public var movesAttachments: Bool { self >= .v4 }

    /// True from v6 on: `add_to_existing_record` is a member of the conversion.
    ///
    /// Source: Zoho's Python SDKs 6 to 8, its OpenAPI description of v8. No page has it.
    public var addsToExistingRecord: Bool { self >= .v6 }

    /// True from v7 on: `Contact_Role` may be inside `Deals`.
    ///
    /// Source: Convert Lead page of v7; Zoho.md, "Contact roles".
    public var takesContactRole: Bool { self >= .v7 }
}
