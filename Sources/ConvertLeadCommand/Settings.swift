@_spi(Package) import Bytes
import BulkConversion
import ConvertLead

/// What command line and configuration say together, with the tables read.
struct Settings: Sendable {
    /// What the organisation knows.
    var tables = OrganizationTables()
    /// How to translate.
    var options = TranslationOptions()
    /// The form of findings.
    var diagnostics: DiagnosticOutput.Form
    /// What `request` prints.
    var form: RequestForm
    /// What `request` writes when it refuses a call.
    var onRefusal: RefusalAnswer
    /// The files that were read.
    let files: SettingsFiles
    /// What is doubtful in the configuration, for standard error.
    private(set) var findings: [Diagnostic] = []
    /// What every table holds and what it is for, wherever it lies.
    private(set) var contentHash = SHA256()

    /// Reads the configuration and the tables. The command line wins, option by option; files that the configuration
    /// names are relative to it.
    ///
    /// - Parameters:
    ///   - arguments: the options for requests; none for replies, which need no users, roles and lookups.
    ///   - form: what `--as` says.
    ///   - onRefusal: what `--on-refusal` says.
    /// - Throws: `CommandFailure` for a file that cannot be read, `TranslationFailure` for one that makes no sense, or is
    ///   doubtful where ``TranslationOptions/isStrict`` is set.
    init(
        _ common: CommonOptions, _ arguments: TranslationArguments? = nil, form: RequestForm? = nil,
        onRefusal: RefusalAnswer? = nil
    ) throws {
        var hash = SHA256()
        let configuration = try common.config.map { try Configuration(path: $0) } ?? Configuration()
        diagnostics = common.diagnostics ?? configuration.diagnostics ?? .text
        self.form = form ?? configuration.form ?? .body
        self.onRefusal = onRefusal ?? configuration.onRefusal ?? .nothing
        options = configuration.options
        options.isIndented = options.isIndented && !common.compact
        options.isStrict = common.strict || options.isStrict
        options.showsValues = common.showValues || options.showsValues

        files = SettingsFiles(common, arguments, configuration)
        for path in files.fields { try tables.fields.read(Self.read(path, for: "fields", &hash), source: path) }
        if let arguments {
            apply(arguments)
            try readTables(&hash)
        }
        contentHash = hash
        // Replies have no use for defaults.
        if arguments != nil { try checkDefaults(configuration, source: common.config ?? "") }
    }

    /// What a run must have in common with the one that it goes on with or checks: all options and the content of all tables.
    ///
    /// - Parameters:
    ///   - excludes: what of directories is left out.
    ///   - columns: names for tables without a header.
    func fingerprint(excludes: [String], columns: [String]) -> String {
        var hash = contentHash
        var options = options
        // Results are always compact.
        options.isIndented = true
        hash.add(part: "options", Array(options.canonicalText.utf8))
        for pattern in excludes { hash.add(part: "exclude", Array(pattern.utf8)) }
        for name in columns { hash.add(part: "column", Array(name.utf8)) }
        return hash.hexadecimal
    }

    /// Refuses defaults that cannot be in any call, and keeps what is doubtful about the others.
    private mutating func checkDefaults(_ configuration: Configuration, source: String) throws(TranslationFailure) {
        findings = Translator.check(options, with: tables).map { finding in
            var finding = finding
            if let location = configuration.defaultLocations[finding.path] {
                finding.source = source
                finding.location = location
            }
            if finding.code == .configDefault {
                let name = String(finding.path.dropFirst("defaults.".count))
                let names = tables.fields.fields.lazy.filter { $0.destination == .deal }.map(\.apiName)
                finding.message += Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
            }
            return finding
        }
        if findings.contains(where: { $0.severity == .error }) { throw TranslationFailure(diagnostics: findings) }
    }

    private static func read(_ path: String, for use: String, _ hash: inout SHA256) throws -> [UInt8] {
        let bytes = try FileInput.read(path: path)
        hash.add(part: use, bytes)
        return bytes
    }

    private mutating func apply(_ arguments: TranslationArguments) {
        options.apiVersion = arguments.apiVersion ?? options.apiVersion
        options.leadID = arguments.leadID ?? options.leadID
        options.unknownAssignee = arguments.unknownAssignee ?? options.unknownAssignee
        options.unknownField = arguments.unknownField ?? options.unknownField
        options.badValue = arguments.badValue ?? options.badValue
        options.dateOrder = arguments.dateOrder ?? options.dateOrder
        options.timeZone = arguments.timeZone ?? options.timeZone
        options.apiDomain = arguments.apiDomain ?? options.apiDomain
        if let pipeline = arguments.pipeline { options.setDealDefault("Pipeline", .string(pipeline)) }
    }

    private mutating func readTables(_ hash: inout SHA256) throws {
        for path in files.users { try tables.users.read(Self.read(path, for: "users", &hash), source: path) }
        for path in files.roles {
            try tables.roles.read(Self.read(path, for: "roles", &hash), source: path, as: .contactRoles)
        }
        for lookup in files.lookups {
            try tables.lookups[lookup.apiName, default: LookupTable()]
                .read(Self.read(lookup.path, for: "lookup \(lookup.apiName)", &hash), source: lookup.path)
        }
    }
}

extension SHA256 {
    /// Takes in bytes, what they are for, and the lengths of both, so that no bytes can pass for those of another part.
    fileprivate mutating func add(part name: String, _ bytes: [UInt8]) {
        for part in [Array(name.utf8), bytes] {
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { Array($0) }.withByteView { add($0) }
            part.withByteView { add($0) }
        }
    }
}

/// The files that command line and configuration name together; the command line wins, option by option.
struct SettingsFiles: Sendable {
    /// `--users`.
    var users: [String]
    /// `--fields`.
    var fields: [String]
    /// `--roles`.
    var roles: [String]
    /// `--lookup`, field by field.
    var lookups: [LookupFile]

    init(_ common: CommonOptions, _ arguments: TranslationArguments?, _ configuration: Configuration) {
        func chosen(_ given: [String]?, _ configured: [String]) -> [String] {
            given.flatMap { $0.isEmpty ? nil : $0 } ?? configured
        }
        users = chosen(arguments?.users, configuration.users)
        fields = chosen(common.fields, configuration.fields)
        roles = chosen(arguments?.roles, configuration.roles)
        let given = arguments?.lookup ?? []
        let named = Set(given.map(\.apiName))
        lookups = given + configuration.lookups.filter { !named.contains($0.apiName) }
    }
}
