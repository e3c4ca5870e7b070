import ArgumentParser
import Bytes
import ConvertLead

/// `request`: one v1 request becomes a v2 call.
struct RequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Translates one v1 convertLead request to v2.",
        discussion: """
            The input holds the XML of xmlData, or a whole v1 call: a URL, a form body, a raw HTTP request, or a JSON object \
            with leadId and xmlData. The content decides which one. A refused request writes nothing, unless --on-refusal reply.
            """)

    @OptionGroup var input: InputArgument
    @OptionGroup var output: OutputOption

    @Option(
        name: .customLong("as"),
        help: .init(
            "What to write: the v2 body, a JSON object with method, url and body, a curl command, or a .http file (default: body).",
            valueName: "form"))
    var form: RequestForm?

    @Option(
        help: .init(
            "What to write for a refused request: nothing, or the v1 error reply (default: nothing).",
            valueName: "answer"))
    var onRefusal: RefusalAnswer?

    @OptionGroup(title: "Translation") var arguments: TranslationArguments
    @OptionGroup(title: "Common") var common: CommonOptions

    func run() throws {
        try common.run { report in
            let settings = try Settings(common, arguments, form: form, onRefusal: onRefusal)
            report.form = settings.diagnostics
            report.write(settings.findings)
            let bytes = try FileInput.read(argument: input.file)
            let translated: Translated<V2Call>
            do throws(TranslationFailure) {
                translated = try translate(bytes, settings)
            } catch {
                if settings.onRefusal == .reply {
                    try FileOutput.write(refusal(of: bytes, error.diagnostics, settings), argument: output.output)
                }
                throw error
            }
            report.write(translated.diagnostics)
            let text = RequestWriter(call: translated.value, isIndented: settings.options.isIndented)
                .write(as: settings.form)
            try FileOutput.write(text, argument: output.output)
        }
    }

    /// The v1 error reply for a refused call, in its style.
    private func refusal(of bytes: [UInt8], _ diagnostics: [Diagnostic], _ settings: Settings) -> [UInt8] {
        var reader = V1CallReader()
        var log = DiagnosticLog()
        let format = bytes.withByteView { text in
            reader.read(text, log: &log)
            return reader.replyFormat
        }
        var translator = Translator(tables: settings.tables, options: settings.options)
        return translator.refuseRequest(diagnostics, format: format).bytes + [0x0A]
    }

    /// - Throws: a failure with the findings of the call and of its XML together.
    private func translate(_ bytes: [UInt8], _ settings: Settings) throws(TranslationFailure) -> Translated<V2Call> {
        var log = DiagnosticLog(isStrict: settings.options.isStrict, showsValues: settings.options.showsValues)
        var result: V2Call?
        if let call = V1Call.read(bytes, log: &log) {
            var translator = Translator(tables: settings.tables, options: settings.options)
            do {
                let translated = try translator.translateRequest(call)
                for diagnostic in translated.diagnostics { log.add(diagnostic) }
                result = translated.value
            } catch {
                for diagnostic in error.diagnostics { log.add(diagnostic) }
            }
        }
        if let result, result.leadID == nil, !log.diagnostics.contains(where: { $0.code == .leadIDInvalid }) {
            if settings.form == .body {
                log.add(.leadIDMissing, .note, "There is no lead id; the body does without, --as call needs it")
            } else {
                log.add(.leadIDMissing, .error, "There is no lead id, and the address of a v2 call needs it")
            }
        }
        log.placeErrors()
        log.sort()
        log.setSource(input.name)
        guard let result, !log.hasErrors else { throw TranslationFailure(diagnostics: log.diagnostics) }
        return Translated(result, diagnostics: log.diagnostics)
    }
}
