@_spi(Package) import Bytes

/// One of Zoho's data centres, each with its own hosts.
///
/// Source: Zoho.md, "Hosts". Where `api_domain` in the reply with the OAuth token differs, use that.
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

    /// The centre with this v1 host, such as `crm.zoho.eu` or its sandbox `crmsandbox.zoho.eu`; `nil` for vertical,
    /// white-label and unknown hosts.
    ///
    /// - Parameter v1Host: without port; case does not matter.
    public init?(v1Host: String) {
        let host = v1Host.lowercased()
        guard let center = Self.allCases.first(where: { $0.v1Host == host || $0.v1SandboxHost == host }) else {
            return nil
        }
        self = center
    }

    /// The centre with this host of the REST API, such as `www.zohoapis.eu` or its sandbox; `nil` for hosts that are not Zoho's.
    ///
    /// - Parameter apiDomain: with or without a port; case does not matter.
    package init?(apiDomain: String) {
        let host = apiDomain.lowercased().prefix { $0 != ":" }
        guard let center = Self.allCases.first(where: { host.hasSuffix(".zohoapis.\($0.topLevelDomain)") }) else {
            return nil
        }
        self = center
    }

    /// Host that answered v1 calls. Those of Australia and Japan are inferred.
    public var v1Host: String? {
        switch self {
        case .us, .eu, .in, .cn, .au, .jp: "crm.zoho.\(topLevelDomain)"
        case .ca, .sa: nil
        }
    }

    /// Host of v1's sandbox.
    ///
    /// Seen in pull requests of v1 clients for the United States; the others are inferred.
    public var v1SandboxHost: String? { v1Host.map { _ in "crmsandbox.zoho.\(topLevelDomain)" } }

    /// Host of the REST API.
    public var apiDomain: String { "www.zohoapis.\(topLevelDomain)" }

    /// Host of the REST API of sandboxes.
    public var sandboxAPIDomain: String { "sandbox.zohoapis.\(topLevelDomain)" }

    private var topLevelDomain: String {
        switch self {
        case .us: "com"
        case .cn: "com.cn"
        case .au: "com.au"
        case .eu, .in, .jp, .ca, .sa: rawValue
        }
    }

    /// Host of the REST API for calls that went to a v1 host: that of its data centre, for unknown hosts that of the United
    /// States. A host with `sandbox` in its name gets a sandbox, never production.
    public static func apiDomain(forV1Host host: String?) -> String {
        let host = host?.lowercased() ?? ""
        let center = DataCenter(v1Host: host) ?? .us
        return host.contains("sandbox") ? center.sandboxAPIDomain : center.apiDomain
    }
}

/// v1 hosts in other text: where a call has a path only, what stands beside it says where it went.
extension DataCenter {
    /// Whether a text is a v1 host of a data centre, or of its sandbox, perhaps with a port.
    package static func isV1Host(_ text: ByteView) -> Bool {
        // Most texts are none and must be told at a glance.
        guard text.count >= 11, text.count <= 32, text.hasPrefixIgnoringCase("crm") else { return false }
        let host = text.slice(0..<(text.offset(of: UInt8(ascii: ":")) ?? text.count))
        return DataCenter(v1Host: host.text) != nil
    }

    /// The first word of a text that is a v1 host; `nil` without one.
    package static func v1Host(in text: ByteView) -> ByteView? {
        func isOfHost(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isDigit || byte == 0x2E || byte == 0x2D }
        func isEnd(_ byte: UInt8) -> Bool { byte.isWhitespace || "\"'=:,;|()[]\\".utf8.contains(byte) }
        var index = 0
        while let dot = text.offset(of: ".zoho.", from: index) {
            var start = dot
            while start > 0, isOfHost(text[start - 1]) { start -= 1 }
            var end = dot
            while end < text.count, isOfHost(text[end]) { end += 1 }
            index = end
            guard start == 0 || isEnd(text[start - 1]), end == text.count || isEnd(text[end]) else { continue }
            if isV1Host(text.slice(start..<end)) { return text.slice(start..<end) }
        }
        return nil
    }
}

extension TranslationOptions {
    /// API domain for calls that went to a v1 host: the configured one, else that of the host's data centre, else
    /// `www.zohoapis.com`. What went to a sandbox goes to a sandbox.
    package func apiDomain(forV1Host host: String?) -> String {
        apiDomain ?? DataCenter.apiDomain(forV1Host: host)
    }
}
