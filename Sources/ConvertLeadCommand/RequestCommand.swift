import ArgumentParser
@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// `request`: one v1 request becomes a v2 call.
struct RequestCommand: ExampledCommand {
    static let examples = [
        Example(
            "Write the v2 body of a request, with e-mails replaced by ids",
            "convertlead request old.xml --users users.json --fields fields.json"),
        Example(
            "Write a curl command that sends the call with the token in ZOHO_ACCESS_TOKEN",
            "convertlead request call.txt --as curl --api-version v7"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Translates one v1 convertLead request to v2.",
        discussion: Example.text(
            """
            The input is the XML of xmlData, or a whole v1 call: a URL, a form body, a raw HTTP request, or a JSON object with \
            leadId and xmlData. The content decides which one it is. For a refused request nothing is written, unless you pass \
            --on-refusal reply.
            """, examples))

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
        try requireInput(input.file != nil)
        try common.run { report in
            let settings = try Settings(common, arguments, form: form, onRefusal: onRefusal)
            report.form = settings.diagnostics
            report.write(settings.findings)
            let bytes = try FileInput.read(argument: input.file)
            let translated = try translate(bytes, settings)
            report.write(translated.diagnostics)
            let text = RequestWriter(request: translated.value, isIndented: settings.options.isIndented)
                .write(as: settings.form)
            try FileOutput.write(text, argument: output.output)
        }
    }

    /// - Throws: a failure with the findings of the call and of its XML together. The v1 error reply was written then if one is
    ///   wanted.
    private func translate(_ bytes: [UInt8], _ settings: Settings) throws -> Translated<TranslatedRequest> {
        var log = DiagnosticLog(isStrict: settings.options.isStrict, showsValues: settings.options.showsValues)
        var reader = V1CallReader()
        var translator = Translator(tables: settings.tables, options: settings.options)
        var refusal: V1Reply?
        let request = bytes.withByteView { text -> TranslatedRequest? in
            reader.read(text, log: &log)
            switch translator.translate(reader.parts, needsLeadID: settings.form != .body, log: &log) {
            case .refused:
                log.advise(.leadIDMissing, "add the lead id, or pass --lead-id; --as body needs none")
                if RequestMarks.isIn(text) {
                    log.advise(
                        .callUnrecognized,
                        "\(DiagnosticCode.callUnrecognized.advice); pass any other file to convertlead bulk")
                }
                if Self.areLines(text) {
                    log.advise(.jsonSyntax, "pass a file of several requests to convertlead bulk")
                }
                refusal = translator.refuseRequest(
                    log.diagnostics, format: reader.parts.replyFormat, uri: reader.parts.uri)
                return nil
            case .body:
                log.add(
                    .leadIDMissing, .note, "There is no lead id; the body needs none, but --as call does",
                    advice: "no action needed for the body alone")
                return .body(translator.takeBody())
            case .call(let digits):
                return RecordID(digits).map { leadID in
                    .call(
                        V2Call(
                            apiDomain: settings.options.apiDomain(forV1Host: reader.parts.host.text),
                            version: settings.options.apiVersion, leadID: leadID, body: translator.takeBody()))
                }
            }
        }
        log.sort()
        log.setSource(input.name)
        if let request { return Translated(request, diagnostics: log.diagnostics) }
        if settings.onRefusal == .reply, let reply = refusal?.bytes {
            try FileOutput.write(reply.last == 0x0A ? reply : reply + [0x0A], argument: output.output)
        }
        throw TranslationFailure(diagnostics: log.diagnostics)
    }

    /// Whether a text is more than one line of JSON.
    private static func areLines(_ text: ByteView) -> Bool {
        guard let feed = text.offset(of: 0x0A), !text.dropping(feed).trimmingWhitespace().isEmpty else { return false }
        var json = JSONReader()
        return (try? json.read(text.slice(0..<feed))) != nil
    }
}

/// A translated request, with an address or without one.
enum TranslatedRequest: Sendable {
    case body([UInt8])
    case call(V2Call)

    /// JSON of the body.
    var body: [UInt8] {
        switch self {
        case .body(let bytes): bytes
        case .call(let call): call.body
        }
    }
}
