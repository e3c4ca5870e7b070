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
    package var host: UnsafeBufferPointer<UInt8>
    /// Everything before the query but user and password, for keeping.
    package var withoutQuery: String
    /// What the path names.
    package var method: Method
    /// What stands behind the first `?`; `nil` without one.
    package var query: UnsafeBufferPointer<UInt8>?

    /// Reads an address. Every text is one; what it lacks is empty.
    package init(_ text: UnsafeBufferPointer<UInt8>) {
        let mark = text.offset(of: UInt8(ascii: "?"))
        let front = text.slice(0..<(mark ?? text.count))
        query = mark.map { text.dropping($0 + 1) }
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
    package static func method(ofPath path: UnsafeBufferPointer<UInt8>) -> Method {
        let marker: StaticString = "/crm/private/"
        var start: Int?
        var index = 0
        while let at = path.offset(of: UInt8(ascii: "/"), from: index) {
            if path.dropping(at).hasPrefixIgnoringCase(marker) { start = at + marker.utf8CodeUnitCount }
            index = at + 1
        }
        guard let start else { return .none }
        var tail = path.dropping(start)
        while tail.last == UInt8(ascii: "/") { tail = tail.slice(0..<(tail.count - 1)) }
        if tail.equalsIgnoringCase("xml/Leads/convertLead") { return .convertLead(.xml) }
        if tail.equalsIgnoringCase("json/Leads/convertLead") { return .convertLead(.json) }
        let module = tail.offset(of: UInt8(ascii: "/")).map { tail.dropping($0 + 1) } ?? tail
        return .other(module.text)
    }

    /// True when text begins like an address of v1: with a scheme, or with a path that holds `/crm/private/` before any
    /// blank, `=` or `<`.
    package static func begins(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var end = 0
        while end < text.count, end < 2048, !text[end].isBlank, text[end] != UInt8(ascii: "?") {
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
