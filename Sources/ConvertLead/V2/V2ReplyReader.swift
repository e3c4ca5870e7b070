@_spi(Package) import Bytes
import JSONText
import XMLText

/// What a text given as v2 reply turned out to be.
package enum V2Reply: Sendable, Hashable {
    /// A v2 reply, or something unreadable that is told as a failure.
    case outcome(ConversionOutcome)
    /// A v1 reply already.
    case alreadyV1(V1ReplyFormat)
}

/// Reads the replies of `actions/convert`, v2 to v8, by their shape: neither version nor HTTP status is asked for.
///
/// Shapes: `{"data":[{"Contacts":"id",…}]}` (v2, v2.1), `{"data":[{"code":"SUCCESS","details":{"Contacts":{"id":"id"},…}}]}`
/// (v3 and later), the ids without `data` (Deluge), `{"data":[{"code","message","details","status":"error"}]}` and the same error at
/// the top level, `{"error","error_description"}` (OAuth). Ids may be strings, numbers or objects with an `id` in any of them.
///
/// Reports: `v2.response.syntax`, `.empty`, `.page`, `.shape`, `.scheduled`, `.several` (errors; the outcome is
/// ``FailureReason/replyUnreadable``), `.code_unknown` (warning), `.trailing_comma`, `.already_v1` (notes).
/// Source: Zoho.md, "v2 replies" and "v2 errors"; samples `replies/`.
package struct V2ReplyReader: ~Copyable, Sendable {
    private var json = JSONReader()
    /// v2 codes that the user mapped, so that none of them is unknown.
    private let knownCodes: [String: String]

    /// A reader; the codes in `options.errorCodes` are known besides the table's.
    package init(_ options: TranslationOptions = TranslationOptions()) {
        knownCodes = options.errorCodes
    }

    /// Why a reply cannot be understood.
    private struct Unreadable: Error {
        var code: DiagnosticCode
        /// Byte offset of the place, when there is one.
        var offset: Int?
        var path = ""
        /// What is wrong with the reply, behind "The reply".
        var what: String
    }

    /// Reads one reply; whatever cannot be understood is reported and becomes a failure.
    package mutating func readReply(_ text: ByteView, log: inout DiagnosticLog) -> V2Reply {
        do throws(Unreadable) {
            return try read(text, log: &log)
        } catch {
            log.add(
                error.code, .error, at: error.offset.map { SourceLocation(ofByte: $0, in: text) }, path: error.path,
                "The reply \(error.what)")
            return .outcome(
                .failed(
                    ConversionFailure(
                        reason: .replyUnreadable, message: "Unable to read the v2 reply: it \(error.what)")))
        }
    }

    private mutating func read(
        _ text: ByteView, log: inout DiagnosticLog
    ) throws(Unreadable) -> V2Reply {
        guard let first = Self.firstCharacter(of: text) else {
            throw Unreadable(code: .replyEmpty, what: "is empty")
        }
        if text[first] == UInt8(ascii: "<") { return try readMarkup(text, from: first, log: &log) }
        let root: JSONReader.Node
        do throws(JSONError) {
            root = try json.read(text, trailingCommas: .accepted)
        } catch {
            throw Unreadable(code: .replySyntax, offset: error.offset, what: "is not JSON: \(error.reason)")
        }
        if let comma = json.firstTrailingComma {
            log.add(
                .replyTrailingComma, .note, at: SourceLocation(ofByte: comma, in: text),
                "The JSON has a comma before a closing bracket; it was skipped")
        }
        if isV1(root) {
            log.add(.replyAlreadyV1, .note, "The reply is already a v1 reply and was not changed")
            return .alreadyV1(.json)
        }
        return .outcome(try readEnvelope(root, in: text, log: &log))
    }

    /// Offset of the first byte behind a byte-order mark and white space.
    private static func firstCharacter(of text: ByteView) -> Int? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let start = text.starts(with: mark) ? mark.count : 0
        return (start..<text.count).first { !text[$0].isWhitespace }
    }

    // MARK: Replies that are not v2

    /// XML is a v1 reply when it is well formed and its root is v1's.
    private func readMarkup(
        _ text: ByteView, from first: Int, log: inout DiagnosticLog
    ) throws(Unreadable) -> V2Reply {
        var reader = XMLReader(names: ["success", "response", "html"])
        do throws(XMLError) {
            try reader.read(text)
        } catch {
            // v1 replies have no DOCTYPE, pages of all kinds do.
            let isPage = error.kind == .doctype || Self.startsPage(text, at: first)
            throw isPage ? Self.page : Unreadable(code: .replySyntax, what: "is broken XML, not JSON")
        }
        switch reader.events.first?.name {
        case 0, 1:
            log.add(.replyAlreadyV1, .note, "The reply is already a v1 reply and was not changed")
            return .alreadyV1(.xml)
        case 2: throw Self.page
        default: throw Unreadable(code: .replySyntax, what: "is XML, but not a v1 reply")
        }
    }

    private static var page: Unreadable { Unreadable(code: .replyPage, what: "is a web page, not JSON") }

    /// Whether markup that is no XML begins as HTML does.
    private static func startsPage(_ text: ByteView, at first: Int) -> Bool {
        let starts: [StaticString] = ["<html", "<!doctype", "<!--", "<head", "<body", "<title", "<center", "<h1"]
        return starts.contains { start in
            let end = first + start.utf8CodeUnitCount
            return end <= text.count && text.slice(first..<end).equalsIgnoringCase(start)
        }
    }

    private func isV1(_ root: JSONReader.Node) -> Bool {
        for name in ["success", "response"] as [StaticString] {
            if let value = json.member(name, of: root), json.kind(of: value) == .object { return true }
        }
        return false
    }

    // MARK: Envelope

    private func readEnvelope(
        _ root: JSONReader.Node, in text: ByteView, log: inout DiagnosticLog
    ) throws(Unreadable) -> ConversionOutcome {
        switch json.kind(of: root) {
        case .object: break
        case .array where json.count(of: root) > 0:
            throw Unreadable(code: .replySeveral, what: "is a list of \(json.count(of: root)) values, not one reply")
        default: throw shape(root, "", "is not one of Zoho's reply shapes")
        }
        try refuseRepeatedNames(in: root, path: "")
        if let data = json.member("data", of: root), json.kind(of: data) == .array {
            let count = json.count(of: data)
            if count > 1 {
                throw Unreadable(
                    code: .replySeveral, offset: json.offset(of: data), path: "data",
                    what: "has \(count) items, but a v1 reply can hold only one")
            }
            var item: JSONReader.Node?
            json.forEachElement(of: data) { item = $0 }
            if let item { return try readItem(item, path: "data[0]", in: text, log: &log) }
        }
        if json.member("code", of: root) == nil {
            if let error = string("error", of: root) { return .failed(readOAuthError(error, of: root)) }
            guard hasRecords(root) else { throw shape(root, "", "has neither an item in data nor an error code") }
        }
        return try readItem(root, path: "", in: text, log: &log)
    }

    /// An error of the OAuth check, which never saw the conversion. Its limit of requests has no code of its own.
    private func readOAuthError(_ error: ByteView, of root: JSONReader.Node) -> ConversionFailure {
        let description = string("error_description", of: root)?.text ?? ""
        let isLimit = description.lowercased().contains("too many requests")
        return ConversionFailure(
            reason: isLimit ? .limitReached : .unauthenticated, code: error.text, message: description)
    }

    private func readItem(
        _ item: JSONReader.Node, path: String, in text: ByteView, log: inout DiagnosticLog
    ) throws(Unreadable) -> ConversionOutcome {
        guard json.kind(of: item) == .object else { throw shape(item, path, "has an item that is not an object") }
        if !path.isEmpty { try refuseRepeatedNames(in: item, path: path) }
        let status = string("status", of: item)
        let saysSuccess = status?.equalsIgnoringCase("success") ?? false
        let saysError = status?.equalsIgnoringCase("error") ?? false
        guard let code = json.member("code", of: item), json.kind(of: code) != .null else {
            if saysError { throw shape(item, path, "has an error without a code") }
            return try readRecords(item, path: path)
        }
        let isText = json.kind(of: code) == .string || json.kind(of: code) == .number
        guard isText, !json.bytes(of: code).isEmpty else {
            throw shape(code, Self.path(path, "code"), "has a code that is not text")
        }
        if json.bytes(of: code).equals("SCHEDULED") {
            throw Unreadable(
                code: .replyScheduled, offset: json.offset(of: code), path: Self.path(path, "code"),
                what: "says that the conversion was scheduled, so there are no ids yet")
        }
        guard saysSuccess || json.bytes(of: code).equals("SUCCESS") else {
            return .failed(readFailure(item, code: code, path: path, in: text, log: &log))
        }
        guard !saysError else { throw shape(item, path, "has a code and a status that contradict each other") }
        guard let details = json.member("details", of: item), json.kind(of: details) == .object else {
            throw shape(item, path, "names no converted records")
        }
        try refuseRepeatedNames(in: details, path: Self.path(path, "details"))
        return try readRecords(details, path: Self.path(path, "details"))
    }

    // MARK: Records

    private func hasRecords(_ object: JSONReader.Node) -> Bool {
        (["Contacts", "Deals", "Accounts"] as [StaticString]).contains { json.member($0, of: object) != nil }
    }

    private func readRecords(_ object: JSONReader.Node, path: String) throws(Unreadable) -> ConversionOutcome {
        let records = ConvertedRecords(
            contact: try readID("Contacts", of: object, path: path), deal: try readID("Deals", of: object, path: path),
            account: try readID("Accounts", of: object, path: path))
        guard records != ConvertedRecords() else { throw shape(object, path, "names no converted records") }
        return .converted(records)
    }

    /// The id of one record; `nil` when it was not made.
    private func readID(
        _ name: StaticString, of object: JSONReader.Node, path: String
    ) throws(Unreadable) -> RecordID? {
        guard let member = json.member(name, of: object), json.kind(of: member) != .null else { return nil }
        // The path is for findings only.
        func wrong(_ node: JSONReader.Node, _ what: String) -> Unreadable {
            shape(node, Self.path(path, "\(name)"), what)
        }
        var value = member
        if json.kind(of: value) == .object {
            if let repeated = json.repeatedName(of: value) { throw wrong(repeated, "has two members of one name") }
            guard let id = json.member("id", of: value) else { throw wrong(value, "has a record without an id") }
            value = id
        }
        guard json.kind(of: value) == .string || json.kind(of: value) == .number,
            let id = RecordID(json.bytes(of: value))
        else { throw wrong(value, "has a record id that is not 1 to 20 digits") }
        return id
    }

    // MARK: Failures

    /// What the details of an error say.
    private struct ErrorDetails {
        var fields: [FailedField] = []
        var isAboutLead = false
        var expectsNumber = false
    }

    private func readFailure(
        _ item: JSONReader.Node, code: JSONReader.Node, path: String, in text: ByteView,
        log: inout DiagnosticLog
    ) -> ConversionFailure {
        let name = json.text(of: code)
        var found = ErrorDetails()
        var messages = string("message", of: item).map { [$0.text] } ?? []
        let details = json.member("details", of: item)
        if let details { readDetails(details, into: &found) }
        for holder in [details, item] {
            guard let errors = holder.flatMap({ json.member("errors", of: $0) }) else { continue }
            json.forEachElement(of: errors) { error in
                if let details = json.member("details", of: error) { readDetails(details, into: &found) }
                let parts = [string("code", of: error), string("message", of: error)].compactMap { $0?.text }
                let message = parts.joined(separator: ": ")
                if !message.isEmpty && messages.last != message { messages.append(message) }
            }
        }
        var reason = FailureReason.codeUnknown
        if let known = V2ErrorCode(rawValue: name) {
            reason = known.reason(isAboutLead: found.isAboutLead, expectsNumber: found.expectsNumber)
        } else if knownCodes[name] == nil {
            log.add(
                .replyCodeUnknown, .warning, at: SourceLocation(ofByte: json.offset(of: code), in: text),
                path: Self.path(path, "code"), "The error code \(name) is unknown", subject: name)
        }
        return ConversionFailure(
            reason: reason, code: name, message: messages.joined(separator: "; "), fields: found.fields)
    }

    /// Reads the details of one error: its own field, then the fields that it names besides, such as `mapped_field` or
    /// `expected_fields`.
    ///
    /// A field is an object with an `api_name`. One with an `id` too is a record or a module.
    private func readDetails(_ details: JSONReader.Node, into found: inout ErrorDetails) {
        let module = moduleName(of: details)
        if let index = json.member("resource_path_index", of: details), json.kind(of: index) != .null {
            found.isAboutLead = true
        }
        if let type = string("expected_data_type", of: details), Self.isNumberType(type) { found.expectsNumber = true }
        readField(details, module: module, into: &found)
        json.forEachMember(of: details) { name, value in
            if json.bytes(of: name).equals("module") { return }
            readOtherField(value, module: module, into: &found)
            json.forEachElement(of: value) { readOtherField($0, module: module, into: &found) }
        }
    }

    private func readOtherField(_ node: JSONReader.Node, module: String?, into found: inout ErrorDetails) {
        guard string("api_name", of: node) != nil, json.member("id", of: node) == nil else { return }
        readField(node, module: module, into: &found)
    }

    /// The field that `api_name` or the end of `json_path` names; the path before it names what holds the field.
    private func readField(_ node: JSONReader.Node, module: String?, into found: inout ErrorDetails) {
        var holders = jsonPath(of: node)
        guard var name = string("api_name", of: node)?.text ?? holders.last else { return }
        if holders.last == name { holders.removeLast() }
        if name == "id" {
            // An id belongs to what holds it, at the top to the lead.
            if let holder = holders.popLast() ?? (module == "Leads" ? nil : module) {
                name = holder
            } else {
                found.isAboutLead = true
            }
        }
        let field = FailedField(apiName: name, module: name == module ? nil : module ?? holders.first)
        if !found.fields.contains(field) { found.fields.append(field) }
    }

    /// The module that details name, itself or as the module of the record that is in the way.
    private func moduleName(of details: JSONReader.Node) -> String? {
        guard let module = json.member("module", of: details) else {
            return json.member("duplicate_record", of: details).flatMap { record in
                json.member("module", of: record) == nil ? nil : moduleName(of: record)
            }
        }
        return string("module", of: details)?.text ?? string("api_name", of: module)?.text
    }

    /// The members that `json_path` leads through, without those of the envelope: `$.data[0].Deals.Stage` is `Deals`, `Stage`.
    private func jsonPath(of details: JSONReader.Node) -> [String] {
        guard let path = string("json_path", of: details) else { return [] }
        let members = path.text.split(separator: ".").map { String($0.prefix { $0 != "[" }) }
        return members.filter { $0 != "$" && $0 != "data" && !$0.isEmpty }
    }

    private static func isNumberType(_ type: ByteView) -> Bool {
        let types: [StaticString] = [
            "integer", "int", "long", "bigint", "double", "decimal", "float", "number", "currency", "percent",
        ]
        return types.contains { type.equalsIgnoringCase($0) }
    }

    // MARK: Pieces

    /// The bytes of a member that is a string, but not an empty one.
    private func string(_ name: StaticString, of object: JSONReader.Node) -> ByteView? {
        guard let value = json.member(name, of: object), json.kind(of: value) == .string else { return nil }
        let bytes = json.bytes(of: value)
        return bytes.isEmpty ? nil : bytes
    }

    /// A name given twice makes a reply ambiguous: one of the two ids would get lost without a word.
    private func refuseRepeatedNames(in object: JSONReader.Node, path: String) throws(Unreadable) {
        guard let name = json.repeatedName(of: object) else { return }
        throw shape(name, path, "has two members of one name")
    }

    private func shape(_ node: JSONReader.Node, _ path: String, _ what: String) -> Unreadable {
        Unreadable(code: .replyShape, offset: json.offset(of: node), path: path, what: what)
    }

    private static func path(_ path: String, _ member: String) -> String {
        path.isEmpty ? member : "\(path).\(member)"
    }
}
