import Bytes

/// The parts of a v1 address that mean something: host, path and query, as places in its text.
///
/// Any scheme and host are read, also none: `crm.zoho.com/crm/private/…` and `/crm/private/…` are addresses.
package struct V1Address {
    /// Which method of v1 a path names.
    package enum Method: Sendable, Hashable {
        /// `/crm/private/(xml|json)/Leads/convertLead`.
        case convertLead(V1ReplyFormat)
        /// Another method; the path from its module on, such as `Leads/insertRecords`.
        case other(String)
        /// No v1 path at all.
        case none
    }

    /// Host without port and user, as written; empty when the address has none.
    package var host: ByteView
    /// Everything before the query but user and password, for keeping.
    package var withoutQuery: String
    /// What the path names.
    package var method: Method
    /// What stands behind the first `?`; `nil` without one.
    package var query: ByteView?
    /// Whether parameters follow convertLead behind a `&`, without the `?` that begins a query. They are no query then.
    package var lacksQuestionMark = false

    /// Reads an address. Every text is one; what it lacks is empty.
    package init(_ text: ByteView) {
        // The `?` of an XML declaration may follow in a log line.
        let end = Self.methodEnd(in: text)
        let mark =
            end.map { text.dropping($0).first == UInt8(ascii: "?") ? $0 : nil } ?? text.offset(of: UInt8(ascii: "?"))
        let front = text.slice(0..<(end ?? mark ?? text.count))
        query = mark.map { text.dropping($0 + 1) }
        if let end, text.dropping(end).first == UInt8(ascii: "&") {
            lacksQuestionMark = text.dropping(end).contains(UInt8(ascii: "="))
        }
        var scheme = ""
        var rest = front
        if let colon = front.offset(of: "://") {
            scheme = front.slice(0..<(colon + 3)).text
            rest = front.dropping(colon + 3)
        } else if front.hasPrefix("//") {
            scheme = "https://"
            rest = front.dropping(2)
        }
        let slash = rest.offset(of: UInt8(ascii: "/")) ?? rest.count
        var authority = rest.slice(0..<slash)
        // A user name and a password before the host are credentials.
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority.dropping(at + 1) }
        let path = rest.dropping(slash)
        withoutQuery = scheme + authority.text + path.text
        if let colon = authority.offset(of: UInt8(ascii: ":")) { authority = authority.slice(0..<colon) }
        host = authority
        method = Self.method(ofPath: path)
    }

    /// What a path names: its tail counts, whatever stands before `/crm/private/`.
    package static func method(ofPath path: ByteView) -> Method {
        let marker: StaticString = "/crm/private/"
        var start: Int?
        var index = 0
        while let at = path.offset(of: UInt8(ascii: "/"), from: index) {
            if path.dropping(at).hasPrefixIgnoringCase(marker) { start = at + marker.utf8CodeUnitCount }
            index = at + 1
        }
        guard let start else { return .none }
        var tail = path.dropping(start)
        if let (format, _) = convertLead(tail) { return .convertLead(format) }
        while tail.last == UInt8(ascii: "/") { tail = tail.slice(0..<(tail.count - 1)) }
        let module = tail.offset(of: UInt8(ascii: "/")).map { tail.dropping($0 + 1) } ?? tail
        return .other(module.text)
    }

    /// The reply style and the length of `xml/Leads/convertLead` at the start of a text; `nil` when another name is there.
    ///
    /// Slashes behind it belong to it. Whatever else follows that no name has is not of the address: `;`, `)`, a comma.
    private static func convertLead(_ text: ByteView) -> (V1ReplyFormat, length: Int)? {
        let format: V1ReplyFormat = text.hasPrefixIgnoringCase("json/") ? .json : .xml
        let module = format == .json ? 5 : 4
        guard format == .json || text.hasPrefixIgnoringCase("xml/") else { return nil }
        let name: StaticString = "Leads/convertLead"
        guard text.dropping(module).hasPrefixIgnoringCase(name) else { return nil }
        var end = module + name.utf8CodeUnitCount
        if end < text.count, text[end].isASCIILetter || text[end].isDigit || text[end] == UInt8(ascii: "_") {
            return nil
        }
        while end < text.count, text[end] == UInt8(ascii: "/") { end += 1 }
        return (format, end)
    }

    /// Where the path of convertLead ends in a text, at the first such address that stands before any query; `nil` without one.
    package static func methodEnd(in text: ByteView) -> Int? {
        let marker: StaticString = "/crm/private/"
        let front = text.slice(0..<(text.offset(of: UInt8(ascii: "?")) ?? text.count))
        var index = 0
        while let at = front.offset(of: UInt8(ascii: "/"), from: index) {
            index = at + 1
            guard front.dropping(at).hasPrefixIgnoringCase(marker) else { continue }
            let start = at + marker.utf8CodeUnitCount
            if let (_, length) = convertLead(front.dropping(start)) { return start + length }
        }
        return nil
    }

    /// True when something stands behind the path of convertLead that is neither a query nor parameters, as in a log line.
    package static func isFollowedByText(_ text: ByteView) -> Bool {
        guard let end = methodEnd(in: text), let next = text.dropping(end).first else { return false }
        return next != UInt8(ascii: "?") && next != UInt8(ascii: "&")
    }

    /// True when text begins like an address of v1: with a scheme, or with a path that holds `/crm/private/` before any
    /// blank, `=` or `<`.
    package static func begins(_ text: ByteView) -> Bool {
        var end = 0
        while end < text.count, end < 2048, !text[end].isWhitespace, text[end] != UInt8(ascii: "?"),
            text[end] != UInt8(ascii: "&")
        {
            if text[end] == UInt8(ascii: "=") || text[end] == UInt8(ascii: "<") { return false }
            end += 1
        }
        let front = text.slice(0..<end)
        if let colon = front.offset(of: "://"), colon > 0 {
            for byte in front.slice(0..<colon) {
                let isSchemeByte = byte.isASCIILetter || byte.isDigit || byte == 0x2B || byte == 0x2D || byte == 0x2E
                if !isSchemeByte { return false }
            }
            return true
        }
        return method(ofPath: front) != .none
    }
}
