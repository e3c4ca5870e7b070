/// One v1 `convertLead` reply, as an old caller gets it.
public struct V1Reply: Sendable, Hashable {
    /// The whole body, UTF-8, without a line feed at its end.
    public var bytes: [UInt8]
    /// XML or JSON.
    public var format: V1ReplyFormat
    /// What the reply says; `nil` for a v1 reply that was passed through unread.
    public var outcome: ConversionOutcome?

    /// A reply from its parts.
    package init(bytes: [UInt8], format: V1ReplyFormat, outcome: ConversionOutcome?) {
        self.bytes = bytes
        self.format = format
        self.outcome = outcome
    }
}

extension V1ReplyFormat {
    /// The content type that old callers expect. v1 sent JSON as `application/jsonp`; this is `application/json`.
    public var contentType: String {
        switch self {
        case .xml: "text/xml;charset=utf-8"
        case .json: "application/json;charset=utf-8"
        }
    }
}

/// A v1 reply and its diagnostics. There is always a reply, so that an old caller always gets an answer that it can read.
public struct TranslatedReply: Sendable, Hashable {
    /// The reply; error 4500 when the v2 reply could not be understood.
    public var reply: V1Reply
    /// All findings in order of place.
    public var diagnostics: [Diagnostic]

    /// A reply with its findings.
    package init(_ reply: V1Reply, diagnostics: [Diagnostic]) {
        self.reply = reply
        self.diagnostics = diagnostics
    }

    /// Whether the v2 reply was understood: no finding is an error.
    public var isTranslated: Bool { !diagnostics.contains { $0.severity == .error } }
}
