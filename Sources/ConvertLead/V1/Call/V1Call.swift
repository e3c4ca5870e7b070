@_spi(Package) import Bytes

/// One v1 `convertLead` call without its credentials.
///
/// Credentials (`authtoken`, `ticket`, `apikey`, OAuth tokens, `Authorization` headers) are dropped when a call is read
/// and are not part of this value.
public struct V1Call: Sendable, Hashable {
    /// Text of the parameter `xmlData`.
    public var xmlData: [UInt8]
    /// Whether `xmlData` is decoded UTF-8 already (it came out of JSON, a URL or a form), so that an encoding it declares
    /// is ignored. `false` for the bytes of an XML file.
    public var isDecoded: Bool
    /// Parameter `leadId` or `id`.
    public var leadID: RecordID?
    /// Parameter `newFormat`.
    public var newFormat: NewFormat
    /// Host of the v1 address, lower case, when one was given. Selects the API domain.
    public var host: String?
    /// Style of the reply the old caller expects, from the path's `xml` or `json`; XML when no path was given.
    public var replyFormat: V1ReplyFormat

    /// What v1 does with fields whose value is the text `null`.
    ///
    /// Source: Zoho CRM API v1, convertLead, "Request parameters".
    public enum NewFormat: Int, BitwiseCopyable, Sendable, Hashable {
        /// Leave such fields out; the default.
        case omitsNull = 1
        /// Send them as null.
        case includesNull = 2
    }

    /// A call from its parts.
    public init(
        xmlData: some Collection<UInt8>, isDecoded: Bool = false, leadID: RecordID? = nil,
        newFormat: NewFormat = .omitsNull,
        host: String? = nil, replyFormat: V1ReplyFormat = .xml
    ) {
        self.xmlData = Array(xmlData)
        self.isDecoded = isDecoded
        self.leadID = leadID
        self.newFormat = newFormat
        self.host = host
        self.replyFormat = replyFormat
    }

    /// Lends the call's parts, where they lie, for the duration of `body`.
    package func withParts<Result>(_ body: (CallParts) -> Result) -> Result {
        var host = host ?? ""
        var leadID = leadID?.digits ?? ""
        return xmlData.withByteView { xml in
            leadID.withByteView { leadID in
                host.withByteView { host in
                    var parts = CallParts(xml: xml, isXMLDecoded: isDecoded, leadID: leadID)
                    parts.newFormat = newFormat
                    parts.host = host
                    return body(parts)
                }
            }
        }
    }
}

/// The two reply formats of v1, named in its paths: `/crm/private/xml/…` and `/crm/private/json/…`.
public enum V1ReplyFormat: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
    case xml
    case json

    /// The format that a v1 path or address asks for; XML when it names neither.
    package init(uri: String) {
        var uri = uri
        self = uri.withByteView { V1Address($0).format }
    }

    /// The request path that v1 repeats in error replies.
    package var convertLeadPath: String { "/crm/private/\(rawValue)/Leads/convertLead" }
}
