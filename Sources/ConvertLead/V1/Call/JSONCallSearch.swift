@_spi(Package) import Bytes
import JSONText

/// What a JSON value holds of v1 calls, searched from the outside in.
///
/// What holds a call is told from content, not from the names of members: an object with v1's parameters; an object with an
/// address of v1 and a text that is a body; a string that is a call. What an object around it knows besides, an address, a host or a lead
/// id, belongs to the call too. So wrappers, HAR entries, Postman items, cassettes and log objects are one case.
///
/// Nodes belong to the reader that read the value.
package struct JSONCallSearch {
    /// A call, in pieces.
    package struct Call {
        /// The element of a list that it is in, or the whole value: its place is the call's place.
        package var node: JSONReader.Node
        /// Parameters by name.
        var parameters: [(name: JSONReader.Node, value: JSONReader.Node)] = []
        /// Addresses, those of the object itself before those around it.
        var addresses: [[UInt8]] = []
        /// Host of an address that has none.
        var host: [UInt8] = []
        /// Strings that are a call or a body, without their base64.
        package fileprivate(set) var texts: [[UInt8]] = []
        /// Whether an object around it is a call, so that what is no call here belongs to that.
        var isInsideCall = false
        /// Whether it stands in a reply, where the address of a call is no call.
        var isInsideReply = false
        /// Whether an object around it has an address.
        var isBesideAddress = false
        /// Lead ids of the objects around, innermost first.
        var outerLeadIDs: [(name: JSONReader.Node, value: JSONReader.Node)] = []
    }

    /// What a value without a call is.
    package enum NoCall {
        /// The address names another method of v1.
        case otherMethod
        /// A call of v2.
        case v2Call
        /// A reply of v1 or v2.
        case reply
        /// A request to something else.
        case otherRequest
        /// Anything else.
        case nothing
    }

    /// One thing that was found.
    package enum Finding {
        case call(Call)
        /// An element of a list that is no call.
        case noCall(NoCall, JSONReader.Node)
    }

    /// Calls and elements that are none, in order.
    package private(set) var findings: [Finding] = []
    /// What the value is when it holds no call.
    package private(set) var noCall = NoCall.nothing

    private let callText: (ByteView) -> [UInt8]?
    /// Members looked at, so that hostile nesting ends.
    private static let deepest = 64

    /// Searches a value.
    ///
    /// - Parameter callText: the text of the call that a string holds, in a form of a single call; `nil` when it holds none.
    package init(
        _ root: JSONReader.Node, _ json: borrowing JSONReader, callText: @escaping (ByteView) -> [UInt8]?
    ) {
        self.callText = callText
        noCall = search(root, json, Call(node: root), depth: 0) ?? .nothing
    }

    /// The text of a string that is a call in one of the forms that a single call has.
    package static func callText(_ text: ByteView) -> [UInt8]? {
        guard RequestMarks.isIn(text) else { return nil }
        let text = text.trimmingWhitespace()
        let isCall =
            switch V1CallForm(of: text, trimmed: text) {
            case .xml: RawXML.isRequest(text)
            // A line of a log may begin with a bracket too.
            case .json: text[0] == UInt8(ascii: "{") || beginsList(text)
            case .multipart: true
            case .http, .url: hasDocument(text)
            case .form: V1Parameters.isForm(text) && V1Parameters.beginsForm(text)
            }
        return isCall ? Array(text) : nil
    }

    private static func beginsList(_ text: ByteView) -> Bool {
        text.dropping(1).trimmingLeadingWhitespace().first.map { "{[\"".utf8.contains($0) } ?? false
    }

    /// Whether a text has the name of the parameter that holds the document.
    package static func hasDocument(_ text: ByteView) -> Bool {
        text.offsetIgnoringCase(of: "xmlData") != nil || text.offsetIgnoringCase(of: "xml_data") != nil
    }

    /// Searches a node; gives what it is when nothing was found in it, `nil` after a finding.
    private mutating func search(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call, depth: Int
    ) -> NoCall? {
        guard depth < Self.deepest else { return .nothing }
        switch json.kind(of: node) {
        case .object: return searchObject(node, json, context, depth: depth)
        case .array: return searchArray(node, json, context, depth: depth)
        case .string: return searchString(node, json, context)
        case .number, .boolean, .null: return .nothing
        }
    }

    private mutating func searchString(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call
    ) -> NoCall? {
        guard let text = callText(json.bytes(of: node), context) else { return .nothing }
        var call = context
        call.texts = [text]
        findings.append(.call(call))
        return nil
    }

    /// The text of the call that a string holds. What is said about a call inside its own object repeats parts of it, so there only a
    /// whole call is another one.
    private func callText(_ text: ByteView, _ context: Call) -> [UInt8]? {
        context.isInsideCall ? Self.callText(text) : callText(text)
    }

    private mutating func searchArray(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call, depth: Int
    ) -> NoCall? {
        let count = findings.count
        var elements: [JSONReader.Node] = []
        json.forEachElement(of: node) { elements.append($0) }
        for element in elements {
            var context = context
            context.node = element
            guard let noCall = search(element, json, context, depth: depth + 1), json.kind(of: element) == .object
            else { continue }
            if context.isInsideCall { continue }
            if case .nothing = noCall, !RequestMarks.isIn(json.source(of: element)) { continue }
            findings.append(.noCall(noCall, element))
        }
        return findings.count > count ? nil : .nothing
    }

    private mutating func searchObject(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call, depth: Int
    ) -> NoCall? {
        var own = Call(node: context.node)
        var shape = Shape()
        var inner: [JSONReader.Node] = []
        var members: [(name: JSONReader.Node, value: JSONReader.Node)] = []
        json.forEachMember(of: node) { members.append(($0, $1)) }
        for (name, value) in members { shape.add(json.bytes(of: name), value, json) }
        own.isBesideAddress = !context.addresses.isEmpty
        own.isInsideCall = context.isInsideCall
        own.isInsideReply = context.isInsideReply
        for (name, value) in members { addMember(name, value, json, to: &own, &shape, &inner) }
        let ownAddress = own.addresses.first
        own.addresses += context.addresses
        if own.host.isEmpty { own.host = context.host }
        own.outerLeadIDs = context.outerLeadIDs

        let count = findings.count
        let isHolding =
            !own.texts.isEmpty || own.parameters.contains { V1Parameters.Name(json.bytes(of: $0.name)) == .xmlData }
            || own.addresses.contains { $0.withByteView { Self.hasDocument($0) } }
        // A wrapper is at its own place, wherever it is; what is taken apart is at that of the list's element.
        if members.contains(where: { V1Parameters.Name(json.bytes(of: $0.name)) == .xmlData }) { own.node = node }
        if isHolding { findings.append(.call(own)) }
        let leadIDs = own.parameters.filter {
            V1Parameters.Name(json.bytes(of: $0.name)) == .leadID
        }
        var outer = own
        outer.parameters = []
        outer.texts = []
        outer.isInsideCall = isHolding || context.isInsideCall
        outer.outerLeadIDs = leadIDs + context.outerLeadIDs
        var innerNoCall = NoCall.nothing
        let replies = members.filter { Shape.isReplyMember($0.name, $0.value, json) }.map { json.offset(of: $0.value) }
        for value in inner {
            outer.isInsideReply = own.isInsideReply || replies.contains(json.offset(of: value))
            if let noCall = search(value, json, outer, depth: depth + 1), case .nothing = innerNoCall {
                innerNoCall = noCall
            }
        }
        if findings.count > count { return nil }
        if shape.isReply { return .reply }
        let address = ownAddress.map { $0.withByteView { V1Address($0).method } }
        switch address {
        case .other: return .otherMethod
        case .convertLead, .hidden:
            if own.isInsideReply { return .reply }
            findings.append(.call(own))
            return nil
        case nil, .some(.none): break
        }
        if shape.isV2 { return .v2Call }
        if !leadIDs.isEmpty {
            // A wrapper without its document.
            findings.append(.call(own))
            return nil
        }
        if case .nothing = innerNoCall { return shape.isRequest ? .otherRequest : .nothing }
        return innerNoCall
    }

    /// What the names and kinds of an object's members say of it.
    private struct Shape {
        private var hasCode = false
        private var hasStatus = false
        private var hasReplyMember = false
        var isRequest = false
        var isV2 = false
        var isBase64 = false

        /// Whether the object has members of a reply: `success`, `response`, `data` with codes, `code` with `status`.
        var isReply: Bool { !isRequest && (hasReplyMember || hasCode && hasStatus) }

        private static func isReplyName(_ name: ByteView) -> Bool { name.equals("success") || name.equals("response") }

        /// Whether a member is the reply itself.
        static func isReplyMember(
            _ name: JSONReader.Node, _ value: JSONReader.Node, _ json: borrowing JSONReader
        ) -> Bool {
            json.kind(of: value) == .object && isReplyName(json.bytes(of: name))
        }

        mutating func add(_ name: ByteView, _ value: JSONReader.Node, _ json: borrowing JSONReader) {
            switch json.kind(of: value) {
            case .string:
                if name.equals("code") { hasCode = true }
                if name.equals("status") { hasStatus = true }
                if name.equals("encoding"), json.bytes(of: value).equalsIgnoringCase("base64") { isBase64 = true }
                if V1Address(json.bytes(of: value)).isV2 { isV2 = true }
            case .object:
                if Self.isReplyName(name) { hasReplyMember = true }
                if name.equals("request") { isRequest = true }
            case .array:
                guard name.equals("data") else { break }
                json.forEachElement(of: value) { element in
                    if json.kind(of: element) == .object, json.member("code", of: element) != nil {
                        hasReplyMember = true
                    }
                }
            case .number, .boolean, .null: break
            }
            if name.equalsIgnoringCase("method") || name.equalsIgnoringCase("url") || name.equalsIgnoringCase("uri") {
                isRequest = true
            }
        }
    }

    private func addMember(
        _ name: JSONReader.Node, _ value: JSONReader.Node, _ json: borrowing JSONReader, to own: inout Call,
        _ shape: inout Shape, _ inner: inout [JSONReader.Node]
    ) {
        let isParameter = V1Parameters.Name(json.bytes(of: name).trimmingWhitespace()) != nil
        switch json.kind(of: value) {
        case .null: break
        case .number, .boolean: if isParameter { own.parameters.append((name, value)) }
        case .string:
            if isParameter {
                own.parameters.append((name, value))
                return
            }
            if shape.isBase64 {
                var decoded = ByteBuffer(minimumCapacity: 256)
                decoded.append(base64: json.bytes(of: value))
                if let call = callText(decoded.bytes, own) {
                    own.texts.append(call)
                    return
                }
            }
            let text = json.bytes(of: value)
            if V1CallForm.beginsWithRequestLine(text), !Self.hasDocument(text) {
                let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
                let address = V1CallReader.target(ofRequestLine: line.trimmingWhitespace())
                if V1Address(address).method != .none { own.addresses.append(Array(address)) }
                return
            }
            let isVariable = text.hasPrefix("{{") && text.offset(of: "<") == nil
            if isVariable, own.isBesideAddress || !own.addresses.isEmpty {
                // A body that is a variable.
                own.texts.append(Array(text))
                return
            }
            if isVariable || V1Address.begins(text.trimmingWhitespace()),
                !V1Address.isFollowedByText(text.trimmingWhitespace())
            {
                let address = V1Address(text)
                if address.method != .none || address.endsWithVariable {
                    own.addresses.append(Array(text))
                } else if !address.host.isEmpty, own.host.isEmpty {
                    own.host = Array(address.host)
                }
            } else if let call = callText(text, own) {
                own.texts.append(call)
            } else if json.bytes(of: name).hasSuffixIgnoringCase("host") {
                own.host = Array(text)
            }
        case .object:
            if isParameter, let number = Self.extendedNumber(value, json) {
                own.parameters.append((name, number))
            } else if let address = Self.composedAddress(value, json), !address.isEmpty {
                address.withByteView { if V1Address($0).isV2 { shape.isV2 = true } }
                shape.isRequest = true
                if address.withByteView({ V1Address($0).method != .none || $0.offset(of: "{{") != nil }) {
                    own.addresses.append(address)
                }
            } else {
                inner.append(value)
            }
        case .array:
            if let pairs = Self.pairs(value, json) { own.parameters += pairs } else { inner.append(value) }
        }
    }

    /// The digits of MongoDB's extended JSON, `{"$numberLong":"…"}`.
    private static func extendedNumber(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> JSONReader.Node? {
        json.member("$numberLong", of: node) ?? json.member("$numberInt", of: node)
            ?? json.member("$numberDecimal", of: node)
    }

    /// Names and values of a list of parameters, such as `[{"name":"leadId","value":"…"}]`; `nil` for any other list.
    private static func pairs(
        _ node: JSONReader.Node, _ json: borrowing JSONReader
    ) -> [(name: JSONReader.Node, value: JSONReader.Node)]? {
        var pairs: [(name: JSONReader.Node, value: JSONReader.Node)] = []
        var isOfCall = false
        var isOther = false
        json.forEachElement(of: node) { element in
            guard json.kind(of: element) == .object,
                let name = json.member("name", of: element) ?? json.member("key", of: element),
                json.kind(of: name) == .string
            else {
                isOther = true
                return
            }
            if let disabled = json.member("disabled", of: element), json.isTrue(disabled) { return }
            guard let value = json.member("value", of: element) else { return }
            let known = V1Parameters.Name(json.bytes(of: name))
            if known == .xmlData || known == .leadID { isOfCall = true }
            if known != nil { pairs.append((name, value)) }
        }
        return isOther || !isOfCall ? nil : pairs
    }

    /// An address that an object gives in parts, or as its `raw` text; `nil` when the object is none.
    private static func composedAddress(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> [UInt8]? {
        var address: [UInt8] = []
        if let raw = json.member("raw", of: node), json.kind(of: raw) == .string {
            guard
                json.member("host", of: node) != nil || json.member("path", of: node) != nil
                    || V1Address.begins(json.bytes(of: raw)) || json.bytes(of: raw).hasPrefix("{{")
            else { return nil }
            address = Array(json.bytes(of: raw))
        } else {
            guard let path = json.member("path", of: node), json.kind(of: path) == .array else { return nil }
            if let scheme = json.member("protocol", of: node) {
                address += Array(json.bytes(of: scheme)) + Array("://".utf8)
            }
            if let host = json.member("host", of: node) { address += joined(host, json, by: UInt8(ascii: ".")) }
            address.append(UInt8(ascii: "/"))
            address += joined(path, json, by: UInt8(ascii: "/"))
            if let query = json.member("query", of: node), json.kind(of: query) == .array {
                address += self.query(query, json)
            }
        }
        return filled(address, json.member("variable", of: node), json)
    }

    private static func joined(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, by separator: UInt8
    ) -> [UInt8] {
        guard json.kind(of: node) == .array else { return Array(json.bytes(of: node)) }
        var parts: [[UInt8]] = []
        json.forEachElement(of: node) { parts.append(Array(json.bytes(of: $0))) }
        return Array(parts.joined(separator: [separator]))
    }

    private static func query(_ list: JSONReader.Node, _ json: borrowing JSONReader) -> [UInt8] {
        var text = ByteBuffer(minimumCapacity: 256)
        json.forEachElement(of: list) { element in
            if let disabled = json.member("disabled", of: element), json.isTrue(disabled) { return }
            guard let name = json.member("key", of: element) ?? json.member("name", of: element),
                let value = json.member("value", of: element)
            else { return }
            text.append(text.count == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            text.append(json.bytes(of: name))
            text.append(UInt8(ascii: "="))
            FormEncoding.encode(json.bytes(of: value), into: &text)
        }
        return text.array()
    }

    /// An address with `:name` in its path replaced by the value of a variable, or by `{{name}}` where it has none.
    private static func filled(
        _ address: [UInt8], _ list: JSONReader.Node?, _ json: borrowing JSONReader
    ) -> [UInt8] {
        guard let list, json.kind(of: list) == .array else { return address }
        var values: [[UInt8]: [UInt8]] = [:]
        json.forEachElement(of: list) { element in
            guard let name = json.member("key", of: element) ?? json.member("id", of: element) else { return }
            values[Array(json.bytes(of: name))] =
                json.member("value", of: element).map { Array(json.bytes(of: $0)) } ?? []
        }
        let end = address.firstIndex(of: UInt8(ascii: "?")) ?? address.count
        let parts = address[..<end].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            part -> [UInt8] in
            guard part.first == UInt8(ascii: ":") else { return Array(part) }
            let name = Array(part.dropFirst())
            let value = values[name] ?? []
            return value.isEmpty ? Array("{{".utf8) + name + Array("}}".utf8) : value
        }
        return Array(parts.joined(separator: [UInt8(ascii: "/")])) + address[end...]
    }
}

/// Calls in JSON.
extension V1CallReader {
    /// Adds the call that a JSON value holds. Of several the parameters contradict each other, which is reported.
    mutating func addJSON(_ text: ByteView, depth: Int, log: inout DiagnosticLog) {
        guard depth <= 4 else { return }
        var json = JSONReader()
        let root: JSONReader.Node
        do {
            root = try json.read(text)
        } catch {
            recognize()
            log.add(
                .jsonSyntax, .error, at: SourceLocation(ofByte: error.offset, in: text),
                "JSON is broken: \(error.reason)")
            return
        }
        let search = JSONCallSearch(root, json, callText: JSONCallSearch.callText)
        var count = 0
        for case .call(let call) in search.findings {
            count += 1
            add(call, json, depth: depth, log: &log)
        }
        if count > 1, depth == 0 {
            log.add(
                .callUnrecognized, .error,
                "The JSON has several requests; use bulk for more than one")
        }
        if count == 0, case .otherMethod = search.noCall { addAddress(ofOtherMethodIn: text, log: &log) }
    }

    private mutating func addAddress(ofOtherMethodIn text: ByteView, log: inout DiagnosticLog) {
        guard let start = text.offset(of: "/crm/private/") else { return }
        let rest = text.dropping(start)
        let end = rest.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "?") } ?? rest.count
        add(address: rest.slice(0..<end), log: &log)
    }

    /// Adds a call that was found in JSON.
    package mutating func add(
        _ call: JSONCallSearch.Call, _ json: borrowing JSONReader, depth: Int, log: inout DiagnosticLog
    ) {
        let address =
            call.addresses.first { $0.withByteView { JSONCallSearch.hasDocument($0) } } ?? call.addresses.first
        if let address { add(address: keep(address), log: &log) }
        if !call.host.isEmpty { add(host: keep(call.host)) }
        for (name, value) in call.parameters {
            add(json.bytes(of: name).trimmingWhitespace(), json.bytes(of: value), in: .json, log: &log)
        }
        for text in call.texts { add(keep(text), depth: depth + 1, log: &log) }
        if !parameters.has(.leadID), let outer = call.outerLeadIDs.first {
            add(json.bytes(of: outer.name), json.bytes(of: outer.value), in: .json, log: &log)
        }
    }
}
