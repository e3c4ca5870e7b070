/// One of Zoho's data centres, each with its own hosts.
///
/// Source: domain reference 4.5. The `api_domain` of the OAuth token reply is the authority where it differs.
public enum DataCenter: String, Sendable, Hashable, CaseIterable {
    /// United States.
    case us
    /// Europe.
    case eu
    /// India.
    case `in`
    /// China.
    case cn
    /// Australia.
    case au
    /// Japan.
    case jp
    /// Canada. Younger than v1: it has no v1 host.
    case ca
    /// Saudi Arabia. Younger than v1: it has no v1 host.
    case sa

    /// The centre with this v1 host, such as `crm.zoho.eu`; `nil` for vertical, white-label and unknown hosts.
    ///
    /// - Parameter v1Host: without port; case does not matter.
    public init?(v1Host: String) {
        let host = v1Host.lowercased()
        guard let center = Self.allCases.first(where: { $0.v1Host == host }) else { return nil }
        self = center
    }

    /// Host that answered v1 calls. Those of Australia and Japan are inferred.
    public var v1Host: String? {
        switch self {
        case .us: "crm.zoho.com"
        case .eu: "crm.zoho.eu"
        case .in: "crm.zoho.in"
        case .cn: "crm.zoho.com.cn"
        case .au: "crm.zoho.com.au"
        case .jp: "crm.zoho.jp"
        case .ca, .sa: nil
        }
    }

    /// Host of the REST API.
    public var apiDomain: String {
        switch self {
        case .us: "www.zohoapis.com"
        case .eu: "www.zohoapis.eu"
        case .in: "www.zohoapis.in"
        case .cn: "www.zohoapis.com.cn"
        case .au: "www.zohoapis.com.au"
        case .jp: "www.zohoapis.jp"
        case .ca: "www.zohoapis.ca"
        case .sa: "www.zohoapis.sa"
        }
    }
}
