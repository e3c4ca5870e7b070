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
        /// The object or string that it was taken from, or the element of a list that it is in: its place is the call's place.
        package var node: JSONReader.Node
        /// The element of a list that it is in, or the whole value: what is said twice in it is one call.
        package var element: JSONReader.Node
        /// Parameters by name.
        var parameters: [(name: JSONReader.Node, value: JSONReader.Node)] = []
        /// Addresses, those of the object itself before those around it.
        var addresses: [[UInt8]] = []
        /// Host of an address that has none.
        var host: [UInt8] = []
        /// Texts that are a call or a body.
        package fileprivate(set) var texts: [[UInt8]] = []
        /// Calls of objects around it, so that what is no call here belongs to them.
        fileprivate var around: [Call] = []
        /// Whether an object around it is a call.
        var isInsideCall: Bool { !around.isEmpty }
        /// Whether it is a wrapper by itself, so that another one with the same in it is another call.
        package fileprivate(set) var isRecord = false
        /// Whether it stands in a reply, where the address of a call is no call.
        var isInsideReply = false
        /// Whether an object around it has an address.
        var isBesideAddress = false
        /// Lead ids of the objects around, innermost first.
        var outerLeadIDs: [(name: JSONReader.Node, value: JSONReader.Node)] = []

        fileprivate init(_ node: JSONReader.Node, in element: JSONReader.Node) {
            self.node = node
            self.element = element
        }
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

    private let callTexts: (ByteView) -> [[UInt8]]
    /// Members looked at, so that hostile nesting ends.
    private static let deepest = 64

    /// Searches a value.
    ///
    /// - Parameter callTexts: the texts of the calls that a string holds, each in a form of a single call.
    package init(
        _ root: JSONReader.Node, _ json: borrowing JSONReader, callTexts: @escaping (ByteView) -> [[UInt8]]
    ) {
        self.callTexts = callTexts
        noCall = search(root, json, Call(root, in: root), depth: 0) ?? .nothing
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
            case .form: V1Parameters.isForm(text) && V1Parameters.beginsForm(text) && !beginsWithWords(text)
            }
        return isCall ? Array(text) : nil
    }

    /// Whether the first pair of a form goes on with other words, as a log writes `name=value name=value`.
    private static func beginsWithWords(_ text: ByteView) -> Bool {
        let pair = text.slice(0..<(text.offset(of: UInt8(ascii: "&")) ?? text.count))
        let name = pair.slice(0..<(pair.offset(of: UInt8(ascii: "=")) ?? pair.count))
        let known = V1Parameters.Name(name)
        return (known == nil || known == .rowID) && pair.contains(where: \.isWhitespace)
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
        let texts = callTexts(json.bytes(of: node), json, context)
        for text in texts {
            var call = context
            call.texts = [text]
            findings.append(.call(call))
        }
        return texts.isEmpty ? .nothing : nil
    }

    /// The texts of the calls that a string holds, as it is or in base64. What is said about a call inside its own object repeats parts of
    /// it, so there only a whole call is another one, or one for another lead.
    private func callTexts(_ text: ByteView, _ json: borrowing JSONReader, _ context: Call) -> [[UInt8]] {
        if let decoded = Self.base64(text) {
            let texts = decoded.withByteView { callTexts($0, json, context) }
            if !texts.isEmpty { return texts }
        }
        guard context.isInsideCall else { return callTexts(text) }
        if let call = Self.callText(text) { return [call] }
        let texts = callTexts(text)
        if texts.isEmpty { return [] }
        var known: [[UInt8]] = [[]]
        for call in context.around { known.append(V1CallReader.leadID(of: call, json)) }
        return texts.filter { !known.contains(V1CallReader.leadID(of: $0)) }
    }

    /// What a string of base64 stands for; `nil` for any other, and for a short one.
    private static func base64(_ text: ByteView) -> [UInt8]? {
        guard text.count >= 32,
            text.allSatisfy({ $0.isASCIILetter || $0.isDigit || "+/-_=\r\n".utf8.contains($0) })
        else { return nil }
        var decoded = ByteBuffer(minimumCapacity: text.count)
        decoded.append(base64: text)
        return decoded.array()
    }

    /// The bytes of a text that is written as a list of them, as journald does; `nil` for any other list.
    private static func bytes(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> [UInt8]? {
        var bytes: [UInt8] = []
        var isOther = false
        json.forEachElement(of: node) { element in
            guard !isOther, json.kind(of: element) == .number, let byte = UInt8(json.bytes(of: element).text) else {
                isOther = true
                return
            }
            bytes.append(byte)
        }
        return isOther || bytes.isEmpty ? nil : bytes
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
            context.element = element
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
        var own = Call(context.node, in: context.element)
        var shape = Shape()
        var inner: [JSONReader.Node] = []
        var members: [(name: JSONReader.Node, value: JSONReader.Node)] = []
        json.forEachMember(of: node) { members.append(($0, $1)) }
        for (name, value) in members { shape.add(json.bytes(of: name), value, json) }
        own.isBesideAddress = !context.addresses.isEmpty
        own.around = context.around
        own.isInsideReply = context.isInsideReply
        for (name, value) in members { addMember(name, value, json, to: &own, &shape, &inner) }
        let ownAddress = own.addresses.first
        own.addresses += context.addresses
        if own.host.isEmpty { own.host = context.host }
        own.outerLeadIDs = context.outerLeadIDs

        let count = findings.count
        let documented = own.addresses.filter { $0.withByteView(Self.hasDocument) }
        let isHolding =
            !own.texts.isEmpty || own.parameters.contains { V1Parameters.Name(json.bytes(of: $0.name)) == .xmlData }
            || !documented.isEmpty
        if isHolding || ownAddress != nil,
            !own.addresses.contains(where: { $0.withByteView { !V1Address($0).host.isEmpty } }),
            let host = Self.host(in: node, json, depth: 0)
        {
            own.host = host
        }
        // A wrapper is at its own place, wherever it is; what is taken apart is at that of the list's element.
        if members.contains(where: { V1Parameters.Name(json.bytes(of: $0.name)) == .xmlData }) {
            own.node = node
            own.isRecord = !own.isInsideCall
        }
        let calls = isHolding ? Self.calls(of: own, documented, json) : []
        for call in calls { findings.append(.call(call)) }
        let leadIDs = own.parameters.filter {
            V1Parameters.Name(json.bytes(of: $0.name)) == .leadID
        }
        var outer = own
        outer.parameters = []
        outer.texts = []
        outer.isRecord = false
        outer.around += calls
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

    /// The calls of an object that holds one: texts in it for other leads are others.
    ///
    /// - Parameter documented: its addresses that have a document.
    private static func calls(of own: Call, _ documented: [[UInt8]], _ json: borrowing JSONReader) -> [Call] {
        let hasParameter = own.parameters.contains { V1Parameters.Name(json.bytes(of: $0.name)) == .xmlData }
        guard documented.count + own.texts.count > 1 || hasParameter && !own.texts.isEmpty else { return [own] }
        var shared = own
        shared.addresses.removeAll { $0.withByteView(hasDocument) }
        shared.texts = []
        var calls = [shared]
        var leadIDs = [V1CallReader.leadID(of: shared, json)]
        for (index, text) in (documented + own.texts).enumerated() {
            let isAddress = index < documented.count
            let leadID = V1CallReader.leadID(of: text)
            var place = 0
            // A body is one to the address that has a document itself, whatever it says.
            if isAddress || documented.isEmpty || V1CallReader.hasAddress(text) {
                place = leadIDs.firstIndex { $0 == leadID || $0.isEmpty || leadID.isEmpty } ?? calls.count
            }
            if place == calls.count {
                shared.parameters = []
                shared.isRecord = false
                calls.append(shared)
                leadIDs.append(leadID)
            } else if leadIDs[place].isEmpty {
                leadIDs[place] = leadID
            }
            if isAddress { calls[place].addresses.insert(text, at: 0) } else { calls[place].texts.append(text) }
        }
        return calls
    }

    /// The host of v1 that a value of an object names, or one of an object in it, such as its headers.
    private static func host(in node: JSONReader.Node, _ json: borrowing JSONReader, depth: Int) -> [UInt8]? {
        guard depth < 4 else { return nil }
        var host: [UInt8]?
        func look(_ value: JSONReader.Node) {
            if host != nil { return }
            switch json.kind(of: value) {
            case .string:
                if DataCenter.isV1Host(json.bytes(of: value)) { host = Array(json.bytes(of: value)) }
            case .object: host = self.host(in: value, json, depth: depth + 1)
            case .array:
                json.forEachElement(of: value) { element in
                    // Other objects of a list may be other calls.
                    if json.kind(of: element) == .object {
                        if let value = json.member("value", of: element), json.kind(of: value) == .string {
                            look(value)
                        }
                    } else if json.kind(of: element) == .string {
                        look(element)
                    }
                }
            case .number, .boolean, .null: break
            }
        }
        json.forEachMember(of: node) { look($1) }
        return host
    }

    /// What the names and kinds of an object's members say of it.
    private struct Shape {
        private var hasCode = false
        private var hasStatus = false
        private var hasReplyMember = false
        var isRequest = false
        var isV2 = false

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
                return
            }
            let calls = callTexts(text, json, own)
            own.texts += calls
            let isNamedHost = json.bytes(of: name).hasSuffixIgnoringCase("host") && calls.isEmpty
            if isNamedHost && !own.host.withByteView(DataCenter.isV1Host) || DataCenter.isV1Host(text) {
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
            if let pairs = Self.pairs(value, json) {
                own.parameters += pairs
            } else if let bytes = Self.bytes(value, json) {
                own.texts += bytes.withByteView { callTexts($0, json, own) }
            } else {
                inner.append(value)
            }
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
}
