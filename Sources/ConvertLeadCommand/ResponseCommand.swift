import ArgumentParser
import ConvertLead
import JSONText

/// `response`: one v2 reply, or a text that holds many, becomes v1 replies.
struct ResponseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "response",
        abstract: "Translates a v2 reply (any of v2 to v8) back to the v1 reply an old caller reads.",
        discussion: """
            The input holds the body of one reply, whatever its HTTP status, or a Postman collection or a JSON list of replies: \
            then each reply becomes a line {"source":…,"reply":…}. A reply that cannot be understood becomes a v1 error 4500, \
            and the exit status is 65. A v1 reply is passed through unchanged.
            """)

    @OptionGroup var input: InputArgument
    @OptionGroup var output: OutputOption

    @Option(help: .init("Format of the v1 reply.", valueName: "format"))
    var format = V1ReplyFormat.xml

    @Option(
        help: .init(
            "Path of the v1 call, which error replies repeat (default: /crm/private/<format>/Leads/convertLead).",
            valueName: "path"))
    var uri: String?

    @OptionGroup(title: "Common") var common: CommonOptions

    func run() throws {
        try common.run { report in
            let settings = try Settings(common)
            report.form = settings.diagnostics
            let bytes = try FileInput.read(argument: input.file)
            let (text, diagnostics) = translate(bytes, settings)
            report.write(diagnostics)
            try FileOutput.write(text, argument: output.output)
            if diagnostics.contains(where: { $0.severity == .error }) { throw ExitStatus.dataError.code }
        }
    }

    /// The output, and the findings about every reply with their sources.
    private func translate(_ bytes: [UInt8], _ settings: Settings) -> (text: [UInt8], diagnostics: [Diagnostic]) {
        if let recorded = RecordedReply.all(in: bytes) { return translateLines(recorded, settings) }
        var translator = Translator(tables: settings.tables, options: settings.options)
        let translated = translator.translateReply(bytes, format: format, uri: uri)
        // What is passed through stays as it is, to the last byte.
        let end: [UInt8] = translated.reply.outcome == nil ? [] : [0x0A]
        return (translated.reply.bytes + end, named(translated.diagnostics, input.name))
    }

    private func translateLines(
        _ recorded: [RecordedReply], _ settings: Settings
    ) -> (text: [UInt8], diagnostics: [Diagnostic]) {
        var options = settings.options
        options.isIndented = false
        var translator = Translator(tables: settings.tables, options: options)
        var lines = JSONWriter(indent: false)
        var diagnostics: [Diagnostic] = []
        for reply in recorded {
            let source = "\(input.name):\(reply.name)"
            let translated = translator.translateReply(reply.bytes, format: format, uri: uri)
            translated.reply.writeLine(source: source, to: &lines)
            lines.buffer.append(0x0A)
            diagnostics += named(translated.diagnostics, source)
        }
        return (lines.buffer.array(), diagnostics)
    }

    private func named(_ diagnostics: [Diagnostic], _ source: String) -> [Diagnostic] {
        diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.source = source
            return diagnostic
        }
    }
}

extension V1ReplyFormat: ExpressibleByArgument {}
