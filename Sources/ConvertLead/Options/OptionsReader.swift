@_spi(Package) import Bytes

/// Reads options from a tree, wherever the tree came from, and collects everything that is wrong with it.
///
/// Reports: `config.option`, `config.value`.
package struct OptionsReader {
    /// Names of the options that are read here, in the order of the manual.
    package static let names = [
        "api-domain", "api-version", "lead-id", "unknown-assignee", "unknown-field", "bad-value", "date-order",
        "time-zone", "pipeline", "compact", "strict", "show-values", "labels", "defaults", "errors",
    ]
    /// Members of conversions that have no default: v1 decides about the first, and the last belong to mass conversion.
    private static let reserved: Set<String> = [
        "data", "notify_lead_owner", "notify_new_entity_owner", "Accounts", "Contacts", "assign_to", "Deals",
        "apply_assignment_threshold", "portal_user_type", "related_modules",
    ]

    /// The options read so far.
    package var options = TranslationOptions()
    /// Where each default is, by its path, such as `defaults.Stage`.
    package private(set) var defaultLocations: [String: SourceLocation] = [:]
    /// What is wrong so far.
    package private(set) var findings: [Diagnostic] = []
    private let source: String
    /// `pipeline`, which wins over the default of the same name in any order.
    private var pipeline: String?

    /// A reader that has read nothing.
    ///
    /// - Parameter source: name of the text for diagnostics.
    package init(source: String) { self.source = source }

    /// Reads all options of a tree.
    ///
    /// - Parameters:
    ///   - others: names of options that only the caller knows, for suggestions.
    ///   - readOther: is asked first about each option; reads it and returns `true`, or returns `false`.
    /// - Throws: all findings at once.
    package mutating func read(
        _ root: OptionNode, others: [String] = [],
        readOther: (inout OptionsReader, OptionNode.Member) -> Bool = { _, _ in false }
    ) throws(TranslationFailure) {
        for option in members(root, "") {
            if case .null = option.value.content { continue }
            if readOther(&self, option) { continue }
            if !readOption(option) {
                let near = Spelling.nearest(to: option.name, among: Self.names + others)
                let hint = near.map { "; did you mean \($0)?" } ?? ""
                report(.configOption, at: option.location, option.name, "\"\(option.name)\" is not an option\(hint)")
            }
        }
        if let pipeline { options.setDealDefault("Pipeline", .string(pipeline)) }
        guard findings.isEmpty else { throw TranslationFailure(diagnostics: findings) }
    }

    // MARK: Values

    /// Adds a finding about an option.
    package mutating func report(
        _ code: DiagnosticCode = .configValue, at location: SourceLocation?, _ path: String, _ message: String
    ) {
        findings.append(Diagnostic(code, .error, source: source, location: location, path: path, message: message))
    }

    /// The text of one value; `nil`, with a finding, when there is none.
    package mutating func text(_ node: OptionNode, _ path: String) -> String? {
        guard let text = node.scalar else {
            report(at: node.location, path, "A single value is expected here")
            return nil
        }
        return text
    }

    /// The texts of one value or of a list of values.
    package mutating func texts(_ node: OptionNode, _ path: String) -> [String] {
        guard case .list(let elements) = node.content else { return text(node, path).map { [$0] } ?? [] }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            if let text = text(element, "\(path)[\(index)]") { texts.append(text) }
        }
        return texts
    }

    /// The members of a mapping; reports a name that is given twice.
    package mutating func members(_ node: OptionNode, _ path: String) -> [OptionNode.Member] {
        guard case .mapping(let members) = node.content else {
            report(at: node.location, path, "Names with values are expected here")
            return []
        }
        var names: Set<String> = []
        for member in members where !names.insert(member.name).inserted {
            report(at: member.location, path, "\"\(member.name)\" is given twice")
        }
        return members
    }

    private mutating func boolean(_ node: OptionNode, _ path: String) -> Bool? {
        guard let value = node.scalar.flatMap(Self.boolean) else {
            report(at: node.location, path, "true or false is expected here")
            return nil
        }
        return value
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// A value that is one of several words.
    package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: OptionNode, _ path: String
    ) -> Choice? {
        value(node, path, expected: Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")) {
            Choice(rawValue: $0)
        }
    }

    /// A value that is made from text.
    package mutating func value<Value>(
        _ node: OptionNode, _ path: String, expected: String, _ make: (String) -> Value?
    ) -> Value? {
        guard let value = node.scalar.flatMap(make) else {
            report(at: node.location, path, "\(expected) is expected here")
            return nil
        }
        return value
    }

    // MARK: Options

    private mutating func readOption(_ option: OptionNode.Member) -> Bool {
        let (name, node) = (option.name, option.value)
        switch name {
        case "api-domain":
            options.apiDomain = value(
                node, name, expected: "A host name such as www.zohoapis.eu", TranslationOptions.apiDomain(_:))
        case "api-version": options.apiVersion = choice(node, name) ?? options.apiVersion
        case "lead-id":
            options.leadID = value(node, name, expected: "A lead id of 1 to 20 digits") { RecordID($0) }
        case "unknown-assignee":
            let expected = "\"reject\", \"omit\" or a user id"
            options.unknownAssignee = value(node, name, expected: expected) { .init($0) } ?? options.unknownAssignee
        case "unknown-field":
            let expected = "\"warn\" or \"reject\" or \"guess\""
            options.unknownField = value(node, name, expected: expected) { .init(name: $0) } ?? options.unknownField
        case "bad-value": options.badValue = choice(node, name) ?? options.badValue
        case "date-order": options.dateOrder = choice(node, name) ?? options.dateOrder
        case "time-zone": readTimeZone(node)
        case "pipeline": pipeline = text(node, name)
        case "compact": options.isIndented = !(boolean(node, name) ?? false)
        case "strict": options.isStrict = boolean(node, name) ?? false
        case "show-values": options.showsValues = boolean(node, name) ?? false
        case "labels": readLabels(node)
        case "defaults": readDefaults(node)
        case "errors": readErrors(node)
        default: return false
        }
        return true
    }

    private mutating func readTimeZone(_ node: OptionNode) {
        let zone =
            if let text = node.scalar { TimeZoneOffsets(offset: text) } else { Self.transitions(node) }
        guard let zone else {
            return report(
                at: node.location, "time-zone",
                "An offset such as +05:30, or an object with offset and transitions, is expected here")
        }
        options.timeZone = zone
    }

    /// The zone that a mapping spells out; `nil` when it has another shape, or numbers no clock has.
    private static func transitions(_ node: OptionNode) -> TimeZoneOffsets? {
        func seconds(_ node: OptionNode?, within limit: Int) -> Int? {
            guard case .scalar(let text, false) = node?.content, let number = Int(text) else { return nil }
            return (-limit...limit).contains(number) ? number : nil
        }
        let day = 86_400
        guard case .mapping(let members) = node.content,
            let offset = seconds(members.first { $0.name == "offset" }?.value, within: day)
        else { return nil }
        var zone = TimeZoneOffsets(initialOffset: offset)
        guard let list = members.first(where: { $0.name == "transitions" })?.value else { return zone }
        guard case .list(let pairs) = list.content else { return nil }
        for pair in pairs {
            guard case .list(let parts) = pair.content, parts.count == 2,
                let instant = seconds(parts[0], within: 4_000_000 * day), let offset = seconds(parts[1], within: day),
                zone.transitions.last.map({ $0.instant < instant }) ?? true
            else { return nil }
            zone.transitions.append(.init(instant: instant, offset: offset))
        }
        return zone
    }

    // MARK: Sections

    private static func isAPIName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isASCIILetter else { return false }
        return text.utf8.allSatisfy { $0.isDigit || $0.isASCIILetter || $0 == UInt8(ascii: "_") }
    }

    private mutating func readLabels(_ node: OptionNode) {
        var known: [String: String] = [:]
        for member in members(node, "labels") {
            let path = "labels.\(member.name)"
            guard let apiName = text(member.value, path) else { continue }
            guard Self.isAPIName(apiName) else {
                report(at: member.value.location, path, "\"\(apiName)\" is not an api name")
                continue
            }
            if let other = known.updateValue(apiName, forKey: member.name.foldedLabel), other != apiName {
                report(at: member.location, path, "The label is given twice, for \(other) and for \(apiName)")
            }
            options.labels.append(.init(label: member.name, apiName: apiName))
        }
    }

    private mutating func readDefaults(_ node: OptionNode) {
        for member in members(node, "defaults") {
            let path = "defaults.\(member.name)"
            defaultLocations[path] = member.location
            switch member.name {
            case "overwrite": options.overwriteDefault = boolean(member.value, path)
            case "add_to_existing_record":
                guard let isAdded = boolean(member.value, path) else { continue }
                if !isAdded { report(at: member.value.location, path, "Only true is possible here") }
                options.addsToExistingRecord = isAdded
            case "move_attachments_to":
                options.attachmentsModule = value(
                    member.value, path, expected: "The api name of a module, such as Deals,"
                ) { Self.isAPIName($0) && Self.boolean($0) == nil ? $0 : nil }
            case "carry_over_tags": readTags(member.value)
            case let name where Self.reserved.contains(name) || !Self.isAPIName(name):
                report(at: member.location, path, "\"\(name)\" is not the api name of a deal field")
            default:
                if let value = defaultValue(member.value, path) { options.setDealDefault(member.name, value) }
            }
        }
    }

    /// Text in quotes is text; without quotes, what JSON writes as a number or boolean is one, its digits kept.
    private mutating func defaultValue(_ node: OptionNode, _ path: String) -> TranslationOptions.DefaultValue? {
        if case .list = node.content { return .list(texts(node, path)) }
        guard let text = text(node, path) else { return nil }
        guard case .scalar(_, isQuoted: false) = node.content else { return .string(text) }
        if let value = Self.boolean(text) { return .boolean(value) }
        return OptionNode.isNumber(text) ? .number(text) : .string(text)
    }

    private mutating func readTags(_ node: OptionNode) {
        for member in members(node, "defaults.carry_over_tags") {
            let path = "defaults.carry_over_tags.\(member.name)"
            guard TranslationOptions.convertedModules.contains(member.name) else {
                report(at: member.location, path, "\"Contacts\" or \"Accounts\" or \"Deals\" is expected here")
                continue
            }
            options.carryOverTags.append(.init(module: member.name, tags: texts(member.value, path)))
        }
    }

    private mutating func readErrors(_ node: OptionNode) {
        for member in members(node, "errors") {
            options.errorCodes[member.name] = value(
                member.value, "errors.\(member.name)", expected: "A v1 error code such as 4600"
            ) { $0.wholeMatch(of: /[0-9]+(\.[0-9]+)?/) == nil ? nil : $0 }
        }
    }
}

extension TranslationOptions {
    /// Modules whose records a conversion makes.
    package static let convertedModules = ["Contacts", "Accounts", "Deals"]

    /// The host of an API domain: a host name, or the `api_domain` of a token reply, which is an address; `nil` for other text.
    package static func apiDomain(_ text: String) -> String? {
        var domain = text.lowercased()
        if domain.hasPrefix("https://") { domain.removeFirst("https://".count) }
        if domain.hasSuffix("/") { domain.removeLast() }
        let parts = domain.split(separator: ":", omittingEmptySubsequences: false)
        let isHost = parts[0].utf8.allSatisfy { $0.isDigit || $0.isASCIILetter || ".-".utf8.contains($0) }
        let hasName = parts[0].utf8.contains { $0.isDigit || $0.isASCIILetter }
        let hasPort = parts.count == 2 && parts[1].utf8.allSatisfy(\.isDigit) && UInt16(parts[1]) ?? 0 > 0
        return isHost && hasName && (parts.count == 1 || hasPort) ? domain : nil
    }

    /// Sets the default of a deal field, at its place when it has one.
    package mutating func setDealDefault(_ apiName: String, _ value: DefaultValue) {
        if let index = dealDefaults.firstIndex(where: { $0.apiName == apiName }) {
            dealDefaults[index].value = value
        } else {
            dealDefaults.append(.init(apiName: apiName, value: value))
        }
    }
}

extension TranslationOptions.UnknownAssignee {
    /// `reject`, `omit`, or a user id.
    package init?(_ text: String) {
        switch text {
        case "reject": self = .reject
        case "omit": self = .omit
        default:
            guard let id = RecordID(text) else { return nil }
            self = .fallback(id)
        }
    }
}
