@_spi(Package) import Bytes
import JSONText

/// Reading options from JSON, for callers in other languages.
extension TranslationOptions {
    /// Options of the command that say where tables are or how to print.
    private static let commandOnly: Set<String> = [
        "users", "fields", "roles", "lookup", "config", "as", "on-refusal", "diagnostics",
    ]

    /// The options in a JSON object, by the names of the command's options: an option that is absent or `null` has its
    /// default.
    ///
    /// Differs from the command's configuration in this: tables are added one by one; `time-zone` is an offset such as
    /// `+05:30`, or, because the library reads no time zone database, a zone spelled out:
    /// `{"offset":3600,"transitions":[[1521939600,7200],…]}`, seconds east of UTC before the first transition, then each
    /// transition's second since 1970-01-01T00:00:00Z and the offset from it on.
    ///
    /// - Parameter source: name of the text for diagnostics.
    ///
    /// Shape: `{"api-version":"v2.1","labels":{"v1 label":"api_name"},"defaults":{"overwrite":true,"Pipeline":"…",
    /// "carry_over_tags":{"Contacts":["tag"]}},"errors":{"V2_CODE":"4600"}}`. No text is no options.
    /// Reports: `json.syntax`, `config.option`, `config.value`; all of a text at once.
    package init(json: ByteView, source: String) throws(TranslationFailure) {
        self.init()
        guard !json.trimmingWhitespace().isEmpty else { return }
        let root: OptionNode
        do {
            root = try OptionNode(json: json)
        } catch {
            let location = SourceLocation(ofByte: error.offset, in: json)
            let message = "JSON is broken: \(error.reason)"
            throw TranslationFailure(diagnostics: [
                Diagnostic(.jsonSyntax, .error, source: source, location: location, message: message)
            ])
        }
        var reader = OptionsReader(source: source)
        try reader.read(root) { reader, option in
            guard Self.commandOnly.contains(option.name) else { return false }
            reader.report(
                .configOption, at: option.location, option.name,
                "\"\(option.name)\" is an option of the command only; add tables one by one, as bytes")
            return true
        }
        self = reader.options
    }
}
