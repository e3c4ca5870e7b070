/// A v2 conversion call, ready to send: `POST {url}` with a JSON body and the caller's own OAuth token.
public struct V2Call: Sendable, Hashable {
    /// Always `POST`.
    public static let method = "POST"
    /// Host of the API in the lead's data centre, such as `www.zohoapis.com`.
    public var apiDomain: String
    /// API version in the path.
    public var version: APIVersion
    /// Lead to convert. `nil` when the v1 input had none; the call cannot be sent then.
    public var leadID: RecordID?
    /// JSON text of the body, `{"data":[{…}]}`, in UTF-8.
    public var body: [UInt8]

    /// A call from its parts.
    public init(apiDomain: String, version: APIVersion, leadID: RecordID?, body: [UInt8]) {
        self.apiDomain = apiDomain
        self.version = version
        self.leadID = leadID
        self.body = body
    }

    /// Path of the call, `/crm/<version>/Leads/<lead id>/actions/convert`; `nil` without a lead id.
    public var path: String? {
        leadID.map { "/crm/\(version.rawValue)/Leads/\($0)/actions/convert" }
    }

    /// Whole address; `nil` without a lead id.
    public var url: String? {
        path.map { "https://\(apiDomain)\($0)" }
    }
}
