@_spi(Package) import Bytes

/// The parts of a v1 address that mean something, as views of its text.
///
/// Any scheme and host are read, also none: `crm.zoho.com/crm/private/…` and `/crm/private/…` are addresses.
package struct V1Address: BitwiseCopyable {
    /// Which method of v1 a path names.
    package enum Method: BitwiseCopyable, Sendable, Hashable {
        /// `/crm/private/(xml|json)/Leads/convertLead`.
        case convertLead
        /// Another method; its name is ``V1Address/name``.
        case other
        /// One that a variable `{{name}}` of a collection hides.
        case hidden
        /// No v1 path at all.
        case none
    }

    /// `https://` as written; empty when the address has none.
    package private(set) var scheme = ByteView.empty
    /// Host without port and user, as written; empty when the address has none.
    package private(set) var host = ByteView.empty
    /// Digits of the port; empty when the address has none.
    package private(set) var port = ByteView.empty
    /// What the path names.
    package private(set) var method = Method.none
    /// Style of the reply that the path asks for.
    package private(set) var format = V1ReplyFormat.xml
    /// Module and method, such as `Leads/insertRecords`, of a v1 path.
    package private(set) var name = ByteView.empty
    /// What follows the first `?`; `nil` without one.
    package private(set) var query: ByteView?
    /// Whether parameters follow convertLead after a `&`, without the `?` that begins a query. They are no query then.
    package private(set) var lacksQuestionMark = false
    /// Whether the path is that of a v2 conversion, `…/actions/convert`.
    package private(set) var isV2 = false
    /// Scheme, host and path, as written; only for an address with a variable.
    private var front = ByteView.empty
    /// Name of the first variable `{{name}}` before the query; empty without one.
    package private(set) var variable = ByteView.empty

    private static let marker: StaticString = "/crm/private/"

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
        var rest = front
        if let colon = front.offset(of: "://") {
            scheme = front.slice(0..<(colon + 3))
            rest = front.dropping(colon + 3)
        } else if front.hasPrefix("//") {
            scheme = ByteView("https://")
            rest = front.dropping(2)
        }
        let slash = rest.offset(of: UInt8(ascii: "/")) ?? rest.count
        host = rest.slice(0..<slash)
        // A user name and a password before the host are credentials.
        if let at = host.lastIndex(of: UInt8(ascii: "@")) { host = host.dropping(at + 1) }
        // The colons of an IPv6 address are in brackets.
        let name = host.first == UInt8(ascii: "[") ? host.offset(of: UInt8(ascii: "]")) ?? 0 : 0
        if let colon = host.offset(of: UInt8(ascii: ":"), from: name) {
            port = host.dropping(colon + 1)
            host = host.slice(0..<colon)
        }
        readPath(rest.dropping(slash))
        if let open = front.offset(of: "{{"), let close = front.offset(of: "}}", from: open) {
            variable = front.slice((open + 2)..<close).trimmingWhitespace()
            self.front = front
            readHiddenMethod()
        }
    }

    /// What a path with a variable may name: convertLead, when it ends so or when the variable is in place of the method.
    private mutating func readHiddenMethod() {
        guard method != .convertLead, !isV2 else { return }
        var path = front
        while path.last == UInt8(ascii: "/") { path = path.slice(0..<(path.count - 1)) }
        let last = path.dropping((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)
        if last.equalsIgnoringCase("convertLead") || method == .other && name.offset(of: "{{") != nil {
            method = .hidden
        }
    }

    /// Whether the last part of the path is a variable, so that only the parameters tell which method it is.
    package var endsWithVariable: Bool {
        let path = front.trimmingWhitespace()
        let last = path.dropping((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)
        return last.offset(of: "{{") != nil && path.offset(of: "/crm/v") == nil
    }

    /// The same address with its method taken for hidden.
    package var hidden: V1Address {
        var address = self
        address.method = .hidden
        return address
    }

    /// Takes the host that a header gives for an address without one.
    package mutating func takeHost(_ text: ByteView) {
        guard host.isEmpty else { return }
        let colon = text.offset(of: UInt8(ascii: ":"))
        let name = text.slice(0..<(colon ?? text.count))
        guard Self.isHost(name), !name.isEmpty else { return }
        host = name
        scheme = ByteView("https://")
        port = .empty
    }

    /// What a path names: its tail counts, not what comes before `/crm/private/`.
    private mutating func readPath(_ path: ByteView) {
        isV2 = path.offset(of: "/actions/convert") != nil
        var start: Int?
        var index = 0
        while let at = path.offset(of: UInt8(ascii: "/"), from: index) {
            if path.dropping(at).hasPrefixIgnoringCase(Self.marker) { start = at + Self.marker.utf8CodeUnitCount }
            index = at + 1
        }
        guard let start else { return }
        var tail = path.dropping(start)
        if tail.hasPrefixIgnoringCase("json/") { format = .json }
        if Self.convertLeadLength(tail) != nil {
            method = .convertLead
            name = ByteView("Leads/convertLead")
            return
        }
        while tail.last == UInt8(ascii: "/") { tail = tail.slice(0..<(tail.count - 1)) }
        method = .other
        name = tail.offset(of: UInt8(ascii: "/")).map { tail.dropping($0 + 1) } ?? tail
    }

    /// Module and method of another method, up to the first byte that none of their names has: after a damaged address
    /// parameters follow.
    package var shownName: String {
        var end = 0
        var slashes = 0
        while end < name.count {
            let byte = name[end]
            if byte == UInt8(ascii: "/") { slashes += 1 }
            let isEscape = Self.isEscapeInName(name.dropping(end))
            guard isEscape || byte.isASCIILetter || byte.isDigit || "_-/".utf8.contains(byte), slashes < 2 else {
                break
            }
            end += isEscape ? 3 : 1
        }
        return name.slice(0..<end).text
    }

    /// Whether a text begins with `%` and two digits that stand for a character of a name, such as a blank or an umlaut.
    private static func isEscapeInName(_ text: ByteView) -> Bool {
        guard text.count >= 3, text[0] == UInt8(ascii: "%"), let high = text[1].hexDigitValue,
            let low = text[2].hexDigitValue
        else { return false }
        let byte = high << 4 | low
        return byte >= 0x80 || byte == 0x20 || byte.isASCIILetter || byte.isDigit || "_-".utf8.contains(byte)
    }

    /// The path that v1 repeats in error replies, made of the parts that were recognised.
    package var uri: String { "/crm/private/\(format.rawValue)/\(shownName)" }

    /// Scheme, host and path, made of the parts that were recognised: no user, no query, no other segment of the path.
    package var shown: String {
        if method == .hidden { return shownFront }
        guard !host.isEmpty, Self.isHost(host) else { return uri }
        let front = scheme.equalsIgnoringCase("http://") ? "http://" : "https://"
        return front + host.text + (port.isAllDigits && port.count <= 5 ? ":" + port.text : "") + uri
    }

    /// An address with a variable, as far as its parts are names or variables.
    private var shownFront: String {
        let parts = front.dropping(scheme.hasPrefixIgnoringCase("http") ? scheme.count : 0)
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let shown = parts.enumerated().map { index, part -> String in
            let text = part.base.slice(part.startIndex..<part.endIndex)
            let isName = index == 0 ? Self.isHost(text) : text.allSatisfy(\.isASCIILetter)
            return isName || Self.isHost(text) && text.hasPrefix("{{") ? text.text : "***"
        }
        return (scheme.hasPrefixIgnoringCase("http") ? scheme.text : "") + shown.joined(separator: "/")
    }

    /// Whether a text is a name of letters, digits, hyphens and dots, or the variable of a collection.
    static func isHost(_ text: ByteView) -> Bool {
        let isVariable = text.count <= 100 && text.hasPrefix("{{") && text.hasSuffix("}}")
        let name = isVariable ? text.slice(2..<(text.count - 2)) : text
        return name.count <= 253
            && name.allSatisfy { $0.isASCIILetter || $0.isDigit || "-._".utf8.contains($0) }
    }

    /// The length of `xml/Leads/convertLead` at the start of a text; `nil` when another name is there.
    ///
    /// Slashes after it belong to it. Whatever else follows that no name has is not of the address: `;`, `)`, a comma.
    private static func convertLeadLength(_ text: ByteView) -> Int? {
        let module = text.hasPrefixIgnoringCase("json/") ? 5 : 4
        guard module == 5 || text.hasPrefixIgnoringCase("xml/") else { return nil }
        let name: StaticString = "Leads/convertLead"
        guard text.dropping(module).hasPrefixIgnoringCase(name) else { return nil }
        var end = module + name.utf8CodeUnitCount
        if end < text.count, text[end].isASCIILetter || text[end].isDigit || text[end] == UInt8(ascii: "_") {
            return nil
        }
        while end < text.count, text[end] == UInt8(ascii: "/") { end += 1 }
        return end
    }

    /// Where the path of convertLead ends in a text, at the first such address before any query; `nil` without one.
    package static func methodEnd(in text: ByteView) -> Int? {
        let front = text.slice(0..<(text.offset(of: UInt8(ascii: "?")) ?? text.count))
        var index = 0
        while let at = front.offset(of: UInt8(ascii: "/"), from: index) {
            index = at + 1
            guard front.dropping(at).hasPrefixIgnoringCase(marker) else { continue }
            let start = at + marker.utf8CodeUnitCount
            if let length = convertLeadLength(front.dropping(start)) { return start + length }
        }
        return nil
    }

    /// True when something follows the path of convertLead that is neither a query nor parameters, as in a log line.
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
        return front.offset(of: "/crm/private/") != nil || V1Address(front).method != .none
    }
}
