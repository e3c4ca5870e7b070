import Bytes
import JSONText

/// Reading options from JSON, for callers in other languages.
extension TranslationOptions {
    /// Names of the options that ``init(json:source:)`` reads.
    package static let jsonNames = [
        "api-version", "api-domain", "lead-id", "unknown-assignee", "unknown-field", "bad-value", "date-order",
        "time-zone", "pipeline", "compact", "strict", "show-values", "labels", "defaults", "errors",
    ]

    /// The options in a JSON object, by the names of the command's options: an option that is absent or `null` has its
    /// default.
    ///
    /// Differs from the command's configuration in this: tables are given apart; a default that is a JSON number stays one,
    /// its digits kept; `time-zone` is an offset such as `+05:30`, or, because the library reads no time zone database, a zone
    /// spelled out: `{"offset":3600,"transitions":[[1521939600,7200],…]}`, seconds east of UTC before the first
    /// transition, then each transition's second since 1970-01-01T00:00:00Z and the offset from it on.
    ///
    /// - Parameter source: name of the text for diagnostics.
    ///
    /// Shape: `{"api-version":"v2.1","labels":{"v1 label":"api_name"},"defaults":{"overwrite":true,"Pipeline":"…",
    /// "carry_over_tags":{"Contacts":["tag"]}},"errors":{"V2_CODE":"4600"}}`. No text is no options.
    /// Reports: `json.syntax`, `config.option`, `config.value`; all of a text at once.
    package init(json: ByteView, source: String) throws(TranslationFailure) {
        self.init()
        guard !json.trimmingWhitespace().isEmpty else { return }
        var text = OptionsText(json, source: source)
        self = try text.read()
    }
}

/// One text of options while it is read: everything wrong with it is collected.
private struct OptionsText: ~Copyable {
    /// Members of the conversion that are no deal fields and have no default.
    private static let reserved: Set<String> = [
        "data", "notify_lead_owner", "notify_new_entity_owner", "Accounts", "Contacts", "assign_to", "Deals",
    ]
    /// Options of the command that say where tables are or how to print.
    private static let commandOnly: Set<String> = ["users", "fields", "roles", "lookup", "config", "as", "diagnostics"]

    private let json: ByteView
    private let source: String
    private var options = TranslationOptions()
    private var pipeline: String?
    private var findings: [Diagnostic] = []

    init(_ json: ByteView, source: String) {
        self.json = json
        self.source = source
    }

    mutating func read() throws(TranslationFailure) -> TranslationOptions {
        var reader = JSONReader()
        do {
            let root = try reader.read(json)
            if reader.kind(of: root) == .object {
                for (name, value) in members(of: root, path: "", reader) { readOption(name, value, reader) }
            } else {
                report(root, "", "The options are not a JSON object", reader)
            }
        } catch {
            add(.jsonSyntax, at: error.offset, path: "", "JSON is broken: \(error.reason)")
        }
        if let pipeline {
            options.dealDefaults.removeAll { $0.apiName == "Pipeline" }
            options.dealDefaults.append(("Pipeline", .string(pipeline)))
        }
        guard findings.isEmpty else { throw TranslationFailure(diagnostics: findings) }
        return options
    }

    private mutating func add(_ code: DiagnosticCode, at offset: Int, path: String, _ message: String) {
        findings.append(
            Diagnostic(
                code, .error, source: source, location: SourceLocation(ofByte: offset, in: json), path: path,
                message: message))
    }

    private mutating func report(
        _ node: JSONReader.Node, _ path: String, _ message: String, _ reader: borrowing JSONReader
    ) {
        add(.configValue, at: reader.offset(of: node), path: path, message)
    }

    /// The members of an object that are not `null`; reports names given twice.
    private mutating func members(
        of object: JSONReader.Node, path: String, _ reader: borrowing JSONReader
    ) -> [(name: JSONReader.Node, value: JSONReader.Node)] {
        var members: [(name: JSONReader.Node, value: JSONReader.Node)] = []
        reader.forEachMember(of: object) { name, value in
            if reader.kind(of: value) != .null { members.append((name, value)) }
        }
        if let repeated = reader.repeatedName(of: object) {
            report(repeated, path, "\"\(reader.text(of: repeated))\" is given twice", reader)
        }
        return members
    }

    /// The entries of a section, such as `labels`.
    private mutating func entries(
        _ node: JSONReader.Node, _ path: String, _ reader: borrowing JSONReader
    ) -> [(name: JSONReader.Node, value: JSONReader.Node)] {
        guard reader.kind(of: node) == .object else {
            report(node, path, "An object is expected here", reader)
            return []
        }
        return members(of: node, path: path, reader)
    }

    // MARK: Values

    private mutating func text(
        _ node: JSONReader.Node, _ path: String, _ reader: borrowing JSONReader
    ) -> String? {
        guard reader.kind(of: node) == .string else {
            report(node, path, "A string is expected here", reader)
            return nil
        }
        return reader.text(of: node)
    }

    private mutating func boolean(
        _ node: JSONReader.Node, _ path: String, _ reader: borrowing JSONReader
    ) -> Bool? {
        guard reader.kind(of: node) == .boolean else {
            report(node, path, "True or false is expected here", reader)
            return nil
        }
        return reader.isTrue(node)
    }

    private mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: JSONReader.Node, _ path: String, _ reader: borrowing JSONReader
    ) -> Choice? where Choice.RawValue == String {
        guard reader.kind(of: node) == .string, let choice = Choice(rawValue: reader.text(of: node)) else {
            let known = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            report(node, path, "One of \(known) is expected here", reader)
            return nil
        }
        return choice
    }

    /// An id as a string or a number, every digit kept.
    private func id(_ node: JSONReader.Node, _ reader: borrowing JSONReader) -> RecordID? {
        switch reader.kind(of: node) {
        case .string, .number: RecordID(reader.bytes(of: node))
        default: nil
        }
    }

    // MARK: Options

    private mutating func readOption(
        _ nameNode: JSONReader.Node, _ node: JSONReader.Node, _ reader: borrowing JSONReader
    ) {
        let name = reader.text(of: nameNode)
        switch name {
        case "api-version": options.apiVersion = choice(node, name, reader) ?? options.apiVersion
        case "api-domain": readDomain(node, reader)
        case "lead-id":
            options.leadID = id(node, reader)
            if options.leadID == nil { report(node, name, "A lead id of 1 to 20 digits is expected here", reader) }
        case "unknown-assignee": readUnknownAssignee(node, reader)
        case "unknown-field": options.unknownField = choice(node, name, reader) ?? options.unknownField
        case "bad-value": options.badValue = choice(node, name, reader) ?? options.badValue
        case "date-order": options.dateOrder = choice(node, name, reader) ?? options.dateOrder
        case "time-zone": readTimeZone(node, reader)
        case "pipeline": pipeline = text(node, name, reader)
        case "compact": options.isIndented = !(boolean(node, name, reader) ?? false)
        case "strict": options.isStrict = boolean(node, name, reader) ?? false
        case "show-values": options.showsValues = boolean(node, name, reader) ?? false
        case "labels": readLabels(node, reader)
        case "defaults": readDefaults(node, reader)
        case "errors": readErrors(node, reader)
        default: add(.configOption, at: reader.offset(of: nameNode), path: name, Self.unknown(name))
        }
    }

    /// What is wrong with the name of an option.
    private static func unknown(_ name: String) -> String {
        if commandOnly.contains(name) {
            return "\"\(name)\" is an option of the command only; tables are added one by one, as bytes"
        }
        let spelled = String(name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
        let hint = spelled != name && TranslationOptions.jsonNames.contains(spelled) ? "; did you mean \(spelled)?" : ""
        return "\"\(name)\" is not an option\(hint)"
    }

    private mutating func readUnknownAssignee(_ node: JSONReader.Node, _ reader: borrowing JSONReader) {
        let bytes = reader.kind(of: node) == .string ? reader.bytes(of: node) : json.slice(0..<0)
        if bytes.equals("reject") {
            options.unknownAssignee = .reject
        } else if bytes.equals("omit") {
            options.unknownAssignee = .omit
        } else if let id = id(node, reader) {
            options.unknownAssignee = .fallback(id)
        } else {
            report(node, "unknown-assignee", "\"reject\", \"omit\" or a user id is expected here", reader)
        }
    }

    /// A host name, or the `api_domain` of a token reply, which is an address.
    private mutating func readDomain(_ node: JSONReader.Node, _ reader: borrowing JSONReader) {
        guard var domain = text(node, "api-domain", reader)?.lowercased() else { return }
        if domain.hasPrefix("https://") { domain.removeFirst("https://".count) }
        if domain.hasSuffix("/") { domain.removeLast() }
        let isHost = domain.utf8.allSatisfy { byte in
            byte.isDigit || byte.isASCIILetter || ".-:".utf8.contains(byte)
        }
        guard isHost, domain.utf8.contains(where: { $0.isDigit || $0.isASCIILetter }) else {
            report(node, "api-domain", "A host name such as www.zohoapis.eu is expected here", reader)
            return
        }
        options.apiDomain = domain
    }

    private mutating func readTimeZone(_ node: JSONReader.Node, _ reader: borrowing JSONReader) {
        let zone =
            switch reader.kind(of: node) {
            case .string: TimeZoneOffsets(offset: reader.text(of: node))
            case .object: transitions(node, reader)
            default: TimeZoneOffsets?.none
            }
        guard let zone else {
            report(
                node, "time-zone",
                "An offset such as +05:30, or an object with offset and transitions, is expected here", reader)
            return
        }
        options.timeZone = zone
    }

    /// The zone that an object spells out; `nil` when it has another shape, or numbers no clock has.
    private func transitions(_ node: JSONReader.Node, _ reader: borrowing JSONReader) -> TimeZoneOffsets? {
        func seconds(_ node: JSONReader.Node?, within limit: Int) -> Int? {
            guard let node, reader.kind(of: node) == .number, let number = Int(reader.text(of: node)) else {
                return nil
            }
            return (-limit...limit).contains(number) ? number : nil
        }
        let day = 86_400
        guard let offset = seconds(reader.member("offset", of: node), within: day) else { return nil }
        var zone = TimeZoneOffsets(initialOffset: offset)
        guard let list = reader.member("transitions", of: node) else { return zone }
        var isValid = reader.kind(of: list) == .array
        reader.forEachElement(of: list) { pair in
            var parts: [JSONReader.Node] = []
            reader.forEachElement(of: pair) { parts.append($0) }
            guard parts.count == 2, let instant = seconds(parts[0], within: 4_000_000 * day),
                let offset = seconds(parts[1], within: day), zone.transitions.last.map({ $0.instant < instant }) ?? true
            else {
                isValid = false
                return
            }
            zone.transitions.append(.init(instant: instant, offset: offset))
        }
        return isValid ? zone : nil
    }

    // MARK: Sections

    private static func isAPIName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isASCIILetter else { return false }
        return text.utf8.allSatisfy { $0.isDigit || $0.isASCIILetter || $0 == UInt8(ascii: "_") }
    }

    private mutating func readLabels(_ node: JSONReader.Node, _ reader: borrowing JSONReader) {
        var known: [String: String] = [:]
        for (name, value) in entries(node, "labels", reader) {
            let label = reader.text(of: name)
            let path = "labels.\(label)"
            guard let apiName = text(value, path, reader) else { continue }
            guard Self.isAPIName(apiName) else {
                report(value, path, "\"\(apiName)\" is not an api name", reader)
                continue
            }
            if let other = known.updateValue(apiName, forKey: label.foldedLabel), other != apiName {
                report(name, path, "The label is given twice, for \(other) and for \(apiName)", reader)
            }
            options.labels.append((label, apiName))
        }
    }

    private mutating func readDefaults(_ node: JSONReader.Node, _ reader: borrowing JSONReader) {
        for (nameNode, value) in entries(node, "defaults", reader) {
            let name = reader.text(of: nameNode)
            let path = "defaults.\(name)"
            switch name {
            case "overwrite": options.overwriteDefault = boolean(value, path, reader)
            case "carry_over_tags": readTags(value, reader)
            case _ where Self.reserved.contains(name) || !Self.isAPIName(name):
                report(nameNode, path, "\"\(name)\" is not the api name of a deal field", reader)
            default:
                switch reader.kind(of: value) {
                case .string: options.dealDefaults.append((name, .string(reader.text(of: value))))
                case .number: options.dealDefaults.append((name, .number(reader.text(of: value))))
                case .boolean: options.dealDefaults.append((name, .boolean(reader.isTrue(value))))
                default: report(value, path, "A string, a number or a boolean is expected here", reader)
                }
            }
        }
    }

    private mutating func readTags(_ node: JSONReader.Node, _ reader: borrowing JSONReader) {
        for (name, value) in entries(node, "defaults.carry_over_tags", reader) {
            let module = reader.text(of: name)
            let path = "defaults.carry_over_tags.\(module)"
            guard ["Contacts", "Accounts", "Deals"].contains(module) else {
                report(name, path, "One of \"Contacts\", \"Accounts\", \"Deals\" is expected here", reader)
                continue
            }
            var tags: [JSONReader.Node] = []
            if reader.kind(of: value) == .array {
                reader.forEachElement(of: value) { tags.append($0) }
            } else {
                tags.append(value)
            }
            var texts: [String] = []
            for tag in tags {
                if let text = text(tag, path, reader) { texts.append(text) }
            }
            options.carryOverTags.append((module, texts))
        }
    }

    private mutating func readErrors(_ node: JSONReader.Node, _ reader: borrowing JSONReader) {
        for (name, value) in entries(node, "errors", reader) {
            let code = reader.text(of: name)
            guard reader.kind(of: value) == .string || reader.kind(of: value) == .number,
                Self.isErrorCode(reader.bytes(of: value))
            else {
                report(value, "errors.\(code)", "A v1 error code such as 4600 is expected here", reader)
                continue
            }
            options.errorCodes[code] = reader.text(of: value)
        }
    }

    /// Digits, and perhaps a point and digits again, as in `401.1`.
    private static func isErrorCode(_ bytes: ByteView) -> Bool {
        guard let point = bytes.offset(of: UInt8(ascii: ".")) else { return bytes.isAllDigits }
        return bytes.slice(0..<point).isAllDigits && bytes.dropping(point + 1).isAllDigits
    }
}

extension TimeZoneOffsets {
    /// The fixed zone of an offset `±HH:mm` of at most 18 hours; `nil` for any other text.
    fileprivate init?(offset text: String) {
        let bytes = Array(text.utf8)
        let digits = [1, 2, 4, 5]
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            bytes[3] == UInt8(ascii: ":"), digits.allSatisfy({ bytes[$0].isDigit })
        else { return nil }
        let values = digits.map { Int(bytes[$0] & 15) }
        let minutes = values[2] * 10 + values[3]
        let seconds = (values[0] * 10 + values[1]) * 3600 + minutes * 60
        guard minutes < 60, seconds <= 18 * 3600 else { return nil }
        self.init(initialOffset: bytes[0] == UInt8(ascii: "-") ? -seconds : seconds)
    }
}
