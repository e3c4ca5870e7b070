/// The JSON body of a v2 conversion, `{"data":[{…}]}`, without the lead it is for.
public struct V2Body: Sendable, Hashable {
    /// API version whose shape it has.
    public var version: APIVersion
    /// JSON text in UTF-8.
    public var bytes: [UInt8]

    /// A body.
    package init(version: APIVersion, bytes: [UInt8]) {
        self.version = version
        self.bytes = bytes
    }
}

/// A v2 conversion call, ready to send: `POST {url}` with a JSON body and the caller's own OAuth token.
public struct V2Call: Sendable, Hashable {
    /// Always `POST`.
    public static let method = "POST"
    /// Host of the API in the lead's data centre, such as `www.zohoapis.com`.
    public var apiDomain: String
    /// API version in the path.
    public var version: APIVersion
    /// Lead to convert.
    public var leadID: RecordID
    /// JSON text of the body, `{"data":[{…}]}`, in UTF-8.
    public var body: [UInt8]

    /// A call from its parts.
    package init(apiDomain: String, version: APIVersion, leadID: RecordID, body: [UInt8]) {
        self.apiDomain = apiDomain
        self.version = version
        self.leadID = leadID
        self.body = body
    }

    /// Path of the call, `/crm/<version>/Leads/<lead id>/actions/convert`.
    public var path: String { "/crm/\(version.rawValue)/Leads/\(leadID)/actions/convert" }

    /// Whole address.
    public var url: String { "https://\(apiDomain)\(path)" }
}
