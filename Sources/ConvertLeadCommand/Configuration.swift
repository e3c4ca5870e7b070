import ArgumentParser
import ConvertLead
import Yams

/// What a configuration file says: options by their names without the dashes, and the four sections.
///
/// Everything has the value it would have without a configuration until the file says otherwise.
struct Configuration: Sendable {
    /// `users`, `fields`, `roles` and `lookup`: paths, made relative to the configuration's directory.
    var users: [String] = []
    var fields: [String] = []
    var roles: [String] = []
    var lookups: [LookupFile] = []
    /// Options that are the library's, with `api-domain`, `labels`, `defaults` and `errors`.
    var options = TranslationOptions()
    /// Where the fields of `defaults` stand, by api name.
    var defaultPlaces: [String: SourceLocation] = [:]
    /// `time-zone` as it is written; what it stands for is in ``options``.
    var timeZoneName: String?
    /// `compact`.
    var isCompact = false
    /// `diagnostics`.
    var diagnostics: DiagnosticOutput.Form?
    /// `as`.
    var form: RequestForm?

    /// No configuration.
    init() {}

    /// The configuration in the file at `path`.
    ///
    /// - Throws: `CommandFailure` when the file cannot be read, `TranslationFailure` with `config.syntax`, `config.option`
    ///   or `config.value` when it makes no sense; all findings of one file at once.
    init(path: String) throws {
        try self.init(FileInput.read(path: path), source: path)
    }

    /// The configuration in `bytes`; files it names are relative to the directory of `source`.
    init(_ bytes: [UInt8], source: String) throws(TranslationFailure) {
        var reader = ConfigurationReader(source: source)
        self = try reader.read(bytes)
    }
}

/// Reads a configuration and collects what is wrong with it.
struct ConfigurationReader {
    /// Every option, in the order of the manual.
    static let options = [
        "users", "fields", "roles", "lookup", "api-version", "lead-id", "unknown-assignee", "unknown-field",
        "bad-value",
        "date-order", "time-zone", "pipeline", "as", "compact", "strict", "diagnostics", "show-values", "api-domain",
        "labels", "defaults", "errors",
    ]
    /// Members of the conversion that are no deal fields and have no default.
    private static let reserved: Set<String> = [
        "data", "notify_lead_owner", "notify_new_entity_owner", "Accounts", "Contacts", "assign_to", "Deals",
    ]

    private let source: String
    private var configuration = Configuration()
    private var findings: [Diagnostic] = []
    /// `pipeline`, which wins over the default of the same name wherever it stands.
    private var pipeline: String?

    init(source: String) { self.source = source }

    mutating func read(_ bytes: [UInt8]) throws(TranslationFailure) -> Configuration {
        if let root = try compose(bytes), !isNull(root) {
            guard let mapping = root.mapping else {
                throw failure(root.mark, "The configuration is not a mapping of options")
            }
            for (key, value) in mapping { readOption(key, value) }
        }
        if let pipeline { configuration.options.setDealDefault("Pipeline", .string(pipeline)) }
        guard findings.isEmpty else { throw TranslationFailure(diagnostics: findings) }
        return configuration
    }

    // MARK: YAML

    private func compose(_ bytes: [UInt8]) throws(TranslationFailure) -> Node? {
        // libyaml, told the encoding, takes a byte-order mark for a document of its own.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let unmarked = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
        guard let text = String(validating: unmarked, as: UTF8.self) else {
            throw failure(nil, "The configuration is not UTF-8")
        }
        do {
            // Every scalar is taken as text: the rules that tell types would be expensive and nobody would ask them.
            return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw failure(mark, problem)
            case .duplicatedKeysInMapping(let keys, let context):
                throw failure(context.mark, "\"\(keys.joined(separator: "\", \""))\" is given twice")
            case .reader(let problem, _, _, _): throw failure(nil, problem)
            default: throw failure(nil, "The configuration cannot be read")
            }
        } catch {
            throw failure(nil, "The configuration cannot be read")
        }
    }

    private func failure(_ mark: Mark?, _ message: String) -> TranslationFailure {
        TranslationFailure(diagnostics: [diagnostic(.configSyntax, mark, path: "", message)])
    }

    private func diagnostic(_ code: DiagnosticCode, _ mark: Mark?, path: String, _ message: String) -> Diagnostic {
        Diagnostic(code, .error, source: source, location: place(mark), path: path, message: message)
    }

    private func place(_ mark: Mark?) -> SourceLocation? {
        mark.map { SourceLocation(line: max($0.line, 1), column: max($0.column, 1)) }
    }

    private mutating func report(_ node: Node, _ path: String, _ message: String) {
        findings.append(diagnostic(.configValue, node.mark, path: path, message))
    }

    /// Nothing behind the colon, `~` or `null`: as if the option were not there.
    private func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The text of one value as written, so that numbers keep their digits.
    private mutating func text(_ node: Node, _ path: String) -> String? {
        guard let scalar = node.scalar, !isNull(node) else {
            report(node, path, "A single value is expected here")
            return nil
        }
        return scalar.string
    }

    private mutating func boolean(_ node: Node, _ path: String) -> Bool? {
        switch node.scalar?.string {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default:
            report(node, path, "True or false is expected here")
            return nil
        }
    }

    /// The texts of one value or of a list of values.
    private mutating func texts(_ node: Node, _ path: String) -> [String] {
        guard let sequence = node.sequence else { return text(node, path).map { [$0] } ?? [] }
        var texts: [String] = []
        for (index, element) in sequence.enumerated() {
            if let text = text(element, "\(path)[\(index)]") { texts.append(text) }
        }
        return texts
    }

    /// The value of an option that the command line takes too.
    private mutating func value<Value: ExpressibleByArgument>(_ node: Node, _ path: String) -> Value? {
        guard let text = text(node, path) else { return nil }
        guard let value = Value(argument: text) else {
            let known = Value.allValueStrings.map { "\"\($0)\"" }
            report(
                node, path,
                known.isEmpty
                    ? "The value cannot be used here" : "One of \(known.joined(separator: ", ")) is expected here")
            return nil
        }
        return value
    }

    // MARK: Options

    private mutating func readOption(_ key: Node, _ value: Node) {
        guard let name = key.scalar?.string, Self.options.contains(name) else {
            let name = key.scalar?.string ?? ""
            let hint = Spelling.nearest(to: name, among: Self.options).map { "; did you mean \($0)?" } ?? ""
            findings.append(
                diagnostic(.configOption, key.mark, path: name, "\"\(name)\" is not an option\(hint)"))
            return
        }
        if isNull(value) { return }
        switch name {
        case "users": configuration.users = texts(value, name).map(relative)
        case "fields": configuration.fields = texts(value, name).map(relative)
        case "roles": configuration.roles = texts(value, name).map(relative)
        case "lookup": readLookups(value)
        case "as": configuration.form = self.value(value, name)
        case "compact": configuration.isCompact = boolean(value, name) ?? false
        case "diagnostics": configuration.diagnostics = self.value(value, name)
        case "labels": readLabels(value)
        case "defaults": readDefaults(value)
        case "errors": readErrors(value)
        default: readTranslationOption(name, value)
        }
    }

    private mutating func readTranslationOption(_ name: String, _ node: Node) {
        switch name {
        case "api-version":
            if let version: APIVersion = value(node, name) { configuration.options.apiVersion = version }
        case "api-domain": readDomain(node)
        case "lead-id": configuration.options.leadID = value(node, name)
        case "unknown-assignee":
            if let choice: TranslationOptions.UnknownAssignee = value(node, name) {
                configuration.options.unknownAssignee = choice
            }
        case "unknown-field":
            if let choice: TranslationOptions.UnknownField = value(node, name) {
                configuration.options.unknownField = choice
            }
        case "bad-value":
            if let choice: TranslationOptions.BadValue = value(node, name) { configuration.options.badValue = choice }
        case "date-order":
            if let order: TranslationOptions.DateOrder = value(node, name) { configuration.options.dateOrder = order }
        case "time-zone": readTimeZone(node)
        case "pipeline": pipeline = text(node, name)
        case "strict": configuration.options.isStrict = boolean(node, name) ?? false
        default: configuration.options.showsValues = boolean(node, name) ?? false
        }
    }

    private mutating func readTimeZone(_ node: Node) {
        guard let name = text(node, "time-zone") else { return }
        do {
            let zone = try TimeZoneName(name)
            configuration.options.timeZone = zone.offsets
            configuration.timeZoneName = zone.name
        } catch {
            report(node, "time-zone", "\"\(name)\" is not a time zone: \(error.description)")
        }
    }

    /// A host name, or the `api_domain` of a token reply, which is an address.
    private mutating func readDomain(_ node: Node) {
        guard var domain = text(node, "api-domain")?.lowercased() else { return }
        if domain.hasPrefix("https://") { domain.removeFirst("https://".count) }
        if domain.hasSuffix("/") { domain.removeLast() }
        let isHost = domain.utf8.allSatisfy { byte in
            byte &- 0x30 < 10 || byte &- 0x61 < 26
                || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":")].contains(byte)
        }
        guard isHost, domain.contains(where: { $0.isLetter || $0.isNumber }) else {
            report(node, "api-domain", "A host name such as www.zohoapis.eu is expected here")
            return
        }
        configuration.options.apiDomain = domain
    }

    private func relative(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = source.lastIndex(of: "/") else { return path }
        return source[...slash] + path
    }

    private mutating func readLookups(_ node: Node) {
        if let mapping = node.mapping {
            for (key, value) in mapping {
                guard let name = key.scalar?.string else { continue }
                for path in texts(value, "lookup.\(name)") {
                    configuration.lookups.append(LookupFile(apiName: name, path: relative(path)))
                }
            }
            return
        }
        for text in texts(node, "lookup") {
            guard let file = LookupFile(argument: text) else {
                report(node, "lookup", "API_NAME=FILE, or a mapping of api names to files, is expected here")
                continue
            }
            configuration.lookups.append(LookupFile(apiName: file.apiName, path: relative(file.path)))
        }
    }

    // MARK: Sections

    /// The entries of a section with text as keys.
    private mutating func entries(_ node: Node, _ section: String) -> [(key: String, keyNode: Node, value: Node)] {
        guard let mapping = node.mapping else {
            report(node, section, "A mapping is expected here")
            return []
        }
        var entries: [(key: String, keyNode: Node, value: Node)] = []
        for (key, value) in mapping {
            if let text = text(key, section) { entries.append((text, key, value)) }
        }
        return entries
    }

    private func isAPIName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (first | 0x20) &- 0x61 < 26 else { return false }
        return text.utf8.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "_") }
    }

    private mutating func readLabels(_ node: Node) {
        var known: [String: String] = [:]
        for (label, keyNode, value) in entries(node, "labels") {
            guard let apiName = text(value, "labels.\(label)") else { continue }
            guard isAPIName(apiName) else {
                report(value, "labels.\(label)", "\"\(apiName)\" is not an api name")
                continue
            }
            let other = known.updateValue(apiName, forKey: label.foldedLabel)
            if let other, other != apiName {
                report(keyNode, "labels.\(label)", "The label is given twice, for \(other) and for \(apiName)")
            }
            configuration.options.labels.append((label, apiName))
        }
    }

    private mutating func readDefaults(_ node: Node) {
        for (name, keyNode, value) in entries(node, "defaults") {
            let path = "defaults.\(name)"
            switch name {
            case "overwrite": configuration.options.overwriteDefault = boolean(value, path)
            case "carry_over_tags": readTags(value)
            case _ where Self.reserved.contains(name) || !isAPIName(name):
                report(keyNode, path, "\"\(name)\" is not the api name of a deal field")
            default:
                guard let value = defaultValue(value, path) else { continue }
                configuration.options.setDealDefault(name, value)
                configuration.defaultPlaces[name] = place(keyNode.mark)
            }
        }
    }

    /// Text in quotes is text; without quotes, what JSON writes as a number or boolean is one, its digits kept.
    private mutating func defaultValue(_ node: Node, _ path: String) -> TranslationOptions.DefaultValue? {
        guard let text = text(node, path) else { return nil }
        guard let style = node.scalar?.style, style == .plain || style == .any else { return .string(text) }
        switch text {
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default:
            return text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) == nil
                ? .string(text) : .number(text)
        }
    }

    private mutating func readTags(_ node: Node) {
        for (module, keyNode, value) in entries(node, "defaults.carry_over_tags") {
            let path = "defaults.carry_over_tags.\(module)"
            guard ["Contacts", "Accounts", "Deals"].contains(module) else {
                report(keyNode, path, "One of \"Contacts\", \"Accounts\", \"Deals\" is expected here")
                continue
            }
            configuration.options.carryOverTags.append((module, texts(value, path)))
        }
    }

    private mutating func readErrors(_ node: Node) {
        for (code, _, value) in entries(node, "errors") {
            guard let number = text(value, "errors.\(code)") else { continue }
            guard number.wholeMatch(of: /[0-9]+(\.[0-9]+)?/) != nil else {
                report(value, "errors.\(code)", "A v1 error code such as 4600 is expected here")
                continue
            }
            configuration.options.errorCodes[code] = number
        }
    }
}
