import ArgumentParser
@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// `response`: one v2 reply, or a text that holds many, becomes v1 replies.
struct ResponseCommand: ExampledCommand {
    static let examples = [
        Example(
            "Turn a v2 reply into the v1 reply that an old caller reads",
            "convertlead response reply.json --format xml"),
        Example(
            "Turn lines of replies into lines of v1 replies",
            "convertlead response replies.ndjson --output v1-replies.ndjson"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "response",
        abstract: "Translates a v2 reply (any of v2 to v8) back to the v1 reply an old caller reads.",
        discussion: Example.text(
            """
            The input is the body of one reply, whatever its HTTP status, or many replies: lines, a JSON list, or a Postman \
            collection. A line is a reply, or an object with "reply" or "body" and, if known, "lead_id" and the "uri" of the v1 call, \
            which decides whether the v1 reply is XML or JSON. Of many replies each becomes a line \
            {"source":…,"lead_id":…,"reply":…}. A reply that cannot be understood becomes the v1 error 4500, and the exit status is \
            65. A v1 reply is passed through unchanged.
            """, examples))

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
        try requireInput(input.file != nil)
        try common.run { report in
            let settings = try Settings(common)
            report.form = settings.diagnostics
            var reader = ReplyLineReader()
            var source = try ReplyInput(argument: input.file)
            let isTranslated =
                try source.isLines(&reader)
                ? translateLines(&source, &reader, settings, report)
                : translateDocument(try source.document(), settings, report)
            if !isTranslated { throw ExitStatus.dataError.code }
        }
    }

    /// Translates one reply, or each of a list or collection; gives whether all were understood.
    private func translateDocument(
        _ bytes: [UInt8]?, _ settings: Settings, _ report: DiagnosticOutput
    ) throws(CommandFailure) -> Bool {
        guard let recorded = bytes.flatMap({ RecordedReply.all(in: $0) }) else {
            var translator = Translator(tables: settings.tables, options: settings.options)
            let translated =
                bytes.map { translator.translateReply($0, format: format, uri: uri) }
                ?? TranslatedReply(tooLong: ReplyInput.maximumLength, format: format, uri: uri)
            report.write(named(translated.diagnostics, input.name))
            // What is passed through stays as it is, to the last byte.
            let end: [UInt8] = translated.reply.outcome == nil ? [] : [0x0A]
            try FileOutput.write(translated.reply.bytes + end, argument: output.output)
            return translated.isTranslated
        }
        var lines = ReplyLineWriter(settings, format: format, uri: uri, source: input.name)
        for reply in recorded {
            reply.bytes.withByteView {
                lines.append($0, named: reply.name, leadID: reply.leadID, uri: reply.uri)
            }
        }
        report.write(lines.diagnostics)
        try FileOutput.write(lines.bytes, argument: output.output)
        return lines.isTranslated
    }

    /// Translates lines as they come; gives whether all were understood.
    private func translateLines(
        _ source: inout ReplyInput, _ reader: inout ReplyLineReader, _ settings: Settings, _ report: DiagnosticOutput
    ) throws(CommandFailure) -> Bool {
        var lines = ReplyLineWriter(settings, format: format, uri: uri, source: input.name)
        try FileOutput.write(argument: output.output) { (sink: FileOutput.Sink) throws(CommandFailure) in
            var isAtEnd = false
            while !isAtEnd {
                isAtEnd = try source.takeLines { line, number in
                    guard let line else {
                        let reply = TranslatedReply(tooLong: ReplyInput.maximumLineLength, format: format, uri: uri)
                        return lines.append(reply, named: String(number), leadID: nil)
                    }
                    let wrapper = reader.read(line)
                    lines.append(
                        wrapper.reply, named: String(number), leadID: wrapper.leadID?.text, uri: wrapper.uri?.text)
                }
                try sink(lines.bytes)
                report.write(lines.diagnostics)
                lines.removeAll()
            }
        }
        return lines.isTranslated
    }
}

/// Translates one of many replies after the other to lines.
private struct ReplyLineWriter: ~Copyable {
    /// What was found since ``removeAll()``.
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether every reply was understood so far.
    private(set) var isTranslated = true
    private var translator: Translator
    private var lines = JSONWriter(indent: false, minimumCapacity: 1 << 16)
    private let options: TranslationOptions
    private let format: V1ReplyFormat
    private let uri: String?
    private let source: String

    init(_ settings: Settings, format: V1ReplyFormat, uri: String?, source: String) {
        translator = Translator(tables: settings.tables, options: settings.options)
        options = settings.options
        self.format = format
        self.uri = uri
        self.source = source
    }

    /// The lines since ``removeAll()``.
    var bytes: ByteView { lines.buffer.bytes }

    /// Forgets lines and findings.
    mutating func removeAll() {
        lines.removeAll()
        diagnostics.removeAll()
    }

    /// Translates a reply; its own `uri` goes before the command's.
    mutating func append(_ reply: ByteView, named name: String, leadID: String?, uri: String?) {
        var log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        let format = uri.map { V1ReplyFormat(uri: $0) } ?? format
        let v1 = translator.translateReply(reply, format: format, uri: uri ?? self.uri, log: &log)
        append(TranslatedReply(v1, diagnostics: log.diagnostics), named: name, leadID: leadID)
    }

    /// Writes a reply that is translated.
    mutating func append(_ translated: TranslatedReply, named name: String, leadID: String?) {
        let source = "\(source):\(name)"
        translated.reply.writeLine(source: source, leadID: leadID, to: &lines)
        lines.buffer.append(0x0A)
        if translated.diagnostics.isEmpty { return }
        isTranslated = isTranslated && translated.isTranslated
        diagnostics += named(translated.diagnostics, source)
    }
}

/// Findings with the name of their input.
private func named(_ diagnostics: [Diagnostic], _ source: String) -> [Diagnostic] {
    diagnostics.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.source = source
        return diagnostic
    }
}

extension TranslatedReply {
    /// Error 4500 for a reply that is longer than may be read.
    fileprivate init(tooLong length: Int, format: V1ReplyFormat, uri: String?) {
        let what = "is longer than \(length >> 20) MiB"
        let failure = ConversionFailure(reason: .replyUnreadable, message: "Unable to read the v2 reply: it \(what)")
        var writer = V1ReplyWriter()
        self.init(
            writer.writeReply(.failed(failure), format: format, uri: uri),
            diagnostics: [Diagnostic(.replySyntax, .error, message: "The reply \(what)")])
    }
}

extension V1ReplyFormat: ExpressibleByArgument {}
