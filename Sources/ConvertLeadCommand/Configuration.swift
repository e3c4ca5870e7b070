import ArgumentParser
import ConvertLead

/// What a configuration file says: options by their names without the dashes.
///
/// Everything has the value it would have without a configuration until the file says otherwise.
struct Configuration: Sendable {
    /// `users`, `fields`, `roles` and `lookup`: paths, made relative to the configuration's directory.
    var users: [String] = []
    var fields: [String] = []
    var roles: [String] = []
    var lookups: [LookupFile] = []
    /// Options of the library.
    var options = TranslationOptions()
    /// Where each default is, by its path, such as `defaults.Stage`.
    var defaultLocations: [String: SourceLocation] = [:]
    /// `diagnostics`.
    var diagnostics: DiagnosticOutput.Form?
    /// `as`.
    var form: RequestForm?
    /// `on-refusal`.
    var onRefusal: RefusalAnswer?

    /// Every option that a file can have.
    static let optionNames =
        ["users", "fields", "roles", "lookup", "as", "on-refusal", "diagnostics"] + OptionsReader.names

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
        let root = try OptionNode(yaml: bytes, source: source)
        if case .null = root.content { return }
        var reader = OptionsReader(source: source)
        let directory = source.lastIndex(of: "/").map { String(source[...$0]) } ?? ""
        try reader.read(root, others: Self.optionNames) { reader, option in
            read(option, &reader, directory: directory)
        }
        options = reader.options
        defaultLocations = reader.defaultLocations
    }

    /// Reads an option that only the command has; `false` for all others.
    private mutating func read(
        _ option: OptionNode.Member, _ reader: inout OptionsReader, directory: String
    ) -> Bool {
        let (name, node) = (option.name, option.value)
        func located(_ path: String) -> String { path.hasPrefix("/") ? path : directory + path }
        switch name {
        case "users": users = reader.texts(node, name).map(located)
        case "fields": fields = reader.texts(node, name).map(located)
        case "roles": roles = reader.texts(node, name).map(located)
        case "lookup":
            if case .mapping = node.content {
                for field in reader.members(node, name) {
                    for path in reader.texts(field.value, "lookup.\(field.name)") {
                        lookups.append(LookupFile(apiName: field.name, path: located(path)))
                    }
                }
            } else {
                for text in reader.texts(node, name) {
                    guard let file = LookupFile(argument: text) else {
                        let expected = "API_NAME=FILE, or api names with files, is expected here"
                        reader.report(at: node.location, name, expected)
                        continue
                    }
                    lookups.append(LookupFile(apiName: file.apiName, path: located(file.path)))
                }
            }
        case "as": form = reader.choice(node, name)
        case "on-refusal": onRefusal = reader.choice(node, name)
        case "diagnostics": diagnostics = reader.choice(node, name)
        case "time-zone":
            guard let text = node.scalar else { return false }
            do {
                reader.options.timeZone = try TimeZoneName.offsets(text)
            } catch {
                reader.report(at: node.location, name, "\"\(text)\" is not a time zone: \(error.description)")
            }
        default: return false
        }
        return true
    }
}
