@_spi(Package) import Bytes
import JSONText

/// What a JSON value holds of v1 calls, searched from the outside in.
///
/// What holds a call is told from content, not from the names of members: an object with v1's parameters; an object with an
/// address of v1 and a text that is a body; a string that is a call. What an object around it knows besides, an address, a host or a lead
/// id, belongs to the call too. So wrappers, HAR entries, Postman items, cassettes and log objects are one case. What one record says of a
/// call in several branches is joined at the end.
///
/// Nodes belong to the reader that read the value.
package struct JSONCallSearch {
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
        /// The names of a table's columns.
        case names
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
    package internal(set) var findings: [Finding] = []
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
        noCall = search(root, json, Call(root), depth: 0) ?? .nothing
        joinRecords(json)
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

    /// Whether a text is a list of the names of columns, among them one for documents.
    package static func isHeader(_ text: ByteView) -> Bool {
        var json = JSONReader()
        guard hasDocument(text), !text.contains(UInt8(ascii: "<")), let list = try? json.read(text) else {
            return false
        }
        var elements: [JSONReader.Node] = []
        json.forEachElement(of: list) { elements.append($0) }
        return isHeader(elements, json)
    }

    // MARK: Values

    /// Searches a node; gives what it is when nothing was found in it, `nil` after a finding.
    private mutating func search(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call, depth: Int
    ) -> NoCall? {
        guard depth < Self.deepest else { return .nothing }
        switch json.kind(of: node) {
        case .object:
            var members: [Member] = []
            json.forEachMember(of: node) { members.append(($0, $1)) }
            return searchObject(members, at: node, json, context, depth: depth)
        case .array: return searchArray(node, json, context, depth: depth)
        case .string: return searchString(node, json, context)
        case .number, .boolean, .null: return .nothing
        }
    }

    private mutating func searchString(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call
    ) -> NoCall? {
        search(text: json.bytes(of: node), json, context)
    }

    private mutating func search(text: ByteView, _ json: borrowing JSONReader, _ context: Call) -> NoCall? {
        var texts = callTexts(text, json, context)
        if context.isInsideCall { Self.removeDocuments(from: &texts) }
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

    /// Leaves out documents by themselves. Inside a call they are no call of its lead.
    private static func removeDocuments(from texts: inout [[UInt8]]) {
        texts.removeAll { $0.withByteView { RawXML.isRequest($0.trimmingWhitespace()) } }
    }

    private mutating func searchArray(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call, depth: Int
    ) -> NoCall? {
        let count = findings.count
        var elements: [JSONReader.Node] = []
        json.forEachElement(of: node) { elements.append($0) }
        if let members = Self.pairs(node, json) {
            return searchObject(members, at: node, json, context, depth: depth)
        }
        if let columns = Self.columnLists(elements, context.columns, json) {
            return searchObject(columns, at: node, json, context, depth: depth)
        }
        if let row = Self.row(elements, context.columns, json) {
            var context = context
            context.node = node
            context.parameters = row.guessed
            context.isGuessed = !row.guessed.isEmpty
            return searchObject(row.members, at: node, json, context, depth: depth)
        }
        if Self.isHeader(elements, json) { return .names }
        if let text = Self.text(inLines: elements, json) {
            return text.withByteView { search(text: $0, json, context) }
        }
        let isOfColumns = Self.columns(node, json) != nil
        // The first row of a table may name its columns.
        let columns = elements.first.flatMap { Self.columns($0, json) } ?? context.columns
        for element in elements {
            var context = context
            context.columns = columns
            context.node = element
            // A list of one element is that element.
            if elements.count > 1 { context.enter(element, json) }
            guard let noCall = search(element, json, context, depth: depth + 1), json.kind(of: element) == .object
            else { continue }
            if context.isInsideCall || noCall == .names { continue }
            if case .nothing = noCall, isOfColumns || !RequestMarks.isIn(json.source(of: element)) { continue }
            findings.append(.noCall(noCall, element))
        }
        return findings.count > count ? nil : .nothing
    }

    // MARK: Objects

    /// Searches the members of an object, or what stands for them.
    private mutating func searchObject(
        _ members: [Member], at node: JSONReader.Node, _ json: borrowing JSONReader, _ context: Call, depth: Int
    ) -> NoCall? {
        var own = context
        own.addresses = []
        own.host = []
        var shape = Shape()
        var inner: [JSONReader.Node] = []
        for (name, value) in members { shape.add(json.bytes(of: name), value, json) }
        for (name, value) in members { addMember(name, value, json, to: &own, context, &shape, &inner) }
        if context.isInsideCall, !own.parameters.contains(where: { $0.name == .leadID }) {
            Self.removeDocuments(from: &own.texts)
        }
        if !own.texts.isEmpty, let document = own.parameters.first(where: { $0.name == .xmlData })?.value {
            own.texts.removeAll {
                $0.withByteView { RawXML.isCopy($0.trimmingWhitespace(), of: json.bytes(of: document)) }
            }
        }
        let ownAddress = own.addresses.first
        let documented = own.addresses.filter { $0.withByteView(Self.hasDocument) }
        own.addresses += context.addresses
        if own.host.isEmpty { own.host = context.host }

        let count = findings.count
        if own.hasDocument || ownAddress != nil, !own.hasHostInAddress, let host = Self.host(in: node, json) {
            own.host = host
        }
        // A wrapper is at its own place, wherever it is; what is taken apart is at that of the list's element.
        if members.contains(where: { V1Parameters.Name(json.bytes(of: $0.name)) == .xmlData }) { own.node = node }
        let calls = own.hasDocument ? Self.calls(of: own, documented, json) : []
        for call in calls { findings.append(.call(call)) }
        let leadIDs = own.parameters.filter { $0.name == .leadID }
        var outer = own
        outer.parameters = []
        outer.isGuessed = false
        outer.texts = []
        outer.addresses = own.addresses.compactMap(Self.withoutDocument)
        outer.around += calls
        outer.outerLeadIDs = leadIDs.map(\.value) + context.outerLeadIDs
        if let table = Self.ColumnTable(members, json) {
            inner.removeAll { table.contains($0) }
            for row in table.rows(json) {
                var place = outer
                place.node = row.document
                place.enter(row.document, json)
                _ = searchObject(row.members, at: row.document, json, place, depth: depth + 1)
            }
        }
        if let columns = Self.columns(in: members, json) { outer.columns = columns }
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
        let hasParameter = own.parameters.contains { $0.name == .xmlData }
        guard documented.count + own.texts.count > 1 || hasParameter && !own.texts.isEmpty else { return [own] }
        var shared = own
        shared.addresses.removeAll { $0.withByteView(hasDocument) }
        shared.texts = []
        var calls = [shared]
        // A plain "id" beside whole calls is a number of its own.
        var leadIDs = [shared.parameters.contains { $0.name == .leadID } ? V1CallReader.leadID(of: shared, json) : []]
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
                calls.append(shared)
                leadIDs.append(leadID)
            } else if leadIDs[place].isEmpty {
                leadIDs[place] = leadID
            }
            if isAddress { calls[place].addresses.insert(text, at: 0) } else { calls[place].texts.append(text) }
        }
        return calls
    }

    private func addMember(
        _ name: JSONReader.Node, _ value: JSONReader.Node, _ json: borrowing JSONReader, to own: inout Call,
        _ context: Call, _ shape: inout Shape, _ inner: inout [JSONReader.Node]
    ) {
        if let known = V1Parameters.Name(json.bytes(of: name).trimmingWhitespace()),
            let value = Self.parameterValue(value, of: known, json)
        {
            own.parameters.append((known, value))
            return
        }
        switch json.kind(of: value) {
        case .null, .number, .boolean: break
        case .string: addText(json.bytes(of: value), named: json.bytes(of: name), json, to: &own, context)
        case .object, .array:
            if let pairs = Self.pairs(value, json) {
                for (name, value) in pairs { addMember(name, value, json, to: &own, context, &shape, &inner) }
            } else if let address = Self.composedAddress(value, json), !address.isEmpty {
                address.withByteView { if V1Address($0).isV2 { shape.isV2 = true } }
                shape.isRequest = true
                if address.withByteView({ V1Address($0).method != .none || $0.offset(of: "{{") != nil }) {
                    own.addresses.append(address)
                }
            } else if let bytes = Self.bytes(value, json) {
                own.texts += bytes.withByteView { callTexts($0, json, context) }
            } else if let only = Self.only(of: value, json), json.kind(of: only) == .string {
                addText(json.bytes(of: only), named: json.bytes(of: name), json, to: &own, context)
            } else if !shape.areFindings(json.bytes(of: name)) {
                inner.append(value)
            }
        }
    }

    private func addText(
        _ text: ByteView, named name: ByteView, _ json: borrowing JSONReader, to own: inout Call, _ context: Call
    ) {
        if V1CallForm.beginsWithRequestLine(text), !Self.hasDocument(text) {
            let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
            let address = V1CallReader.target(ofRequestLine: line.trimmingWhitespace())
            if V1Address(address).method != .none { own.addresses.append(Array(address)) }
            return
        }
        let isVariable = text.hasPrefix("{{") && text.offset(of: "<") == nil
        if isVariable, !context.addresses.isEmpty || !own.addresses.isEmpty {
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
        let calls = callTexts(text, json, context)
        own.texts += calls
        let isNamedHost = name.hasSuffixIgnoringCase("host") && calls.isEmpty
        if isNamedHost && !own.host.withByteView(DataCenter.isV1Host) || DataCenter.isV1Host(text) {
            own.host = Array(text)
        }
    }
}
