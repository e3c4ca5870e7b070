import Bytes
import JSONText

/// Translates v1 `convertLead` calls into v2 calls, and v2 replies back into v1 replies.
///
/// Made once from an organisation's tables and options. It reuses its memory, so keep it: one a thread. It stores nothing
/// between calls, touches no file, clock, environment or network, and gives the same bytes for the same input.
public struct Translator: ~Copyable, @unchecked Sendable {
    private let options: TranslationOptions
    private let writer: V2RequestWriter
    private var tables: TranslationTables
    private var reader: V1RequestReader
    private var request = ConversionRequest()
    /// Memory for the body, kept between calls; taken out while a call is translated.
    private var output: JSONWriter?
    private var replyReader: V2ReplyReader
    private var replyWriter: V1ReplyWriter

    /// A translator for one organisation.
    public init(
        tables: OrganizationTables = OrganizationTables(), options: TranslationOptions = TranslationOptions()
    ) {
        self.options = options
        self.tables = TranslationTables(tables, options)
        reader = V1RequestReader(options)
        writer = V2RequestWriter(options)
        replyReader = V2ReplyReader(options)
        replyWriter = V1ReplyWriter(tables.fields, options)
    }

    /// Translates one v1 call.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - source: name of what it was read from, repeated in diagnostics; lines and columns are those of its XML.
    /// - Returns: the v2 call, its body in UTF-8, with warnings and notes. Its lead id is the call's, else the root's attribute
    ///   `leadId`, else the options'; it may be `nil`.
    /// - Throws: ``TranslationFailure`` with every finding of the document, sorted by place.
    public mutating func translateRequest(
        _ call: V1Call, source: String = ""
    ) throws(TranslationFailure) -> Translated<V2Call> {
        var log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        var output = output.take() ?? JSONWriter(indent: options.isIndented)
        output.removeAll()
        let isTranslated = call.xmlData.withByteView {
            translateRequest(xml: $0, isDecoded: call.isDecoded, newFormat: call.newFormat, into: &output, log: &log)
        }
        let body = output.buffer.array()
        self.output = consume output
        if !source.isEmpty { log.setSource(source) }
        guard isTranslated && !log.hasErrors else { throw TranslationFailure(diagnostics: log.diagnostics) }
        let leadID = call.leadID ?? reader.rootLeadID.flatMap { RecordID($0) } ?? options.leadID
        let v2 = V2Call(
            apiDomain: options.apiDomain(forV1Host: call.host), version: options.apiVersion, leadID: leadID, body: body)
        return Translated(v2, diagnostics: log.diagnostics)
    }

    /// Translates one reply of `actions/convert`, v2 to v8, to the v1 reply that an old caller reads: read → write.
    ///
    /// - Parameters:
    ///   - bytes: body of the v2 reply, whatever its HTTP status. A v1 reply is passed through unchanged.
    ///   - format: XML or JSON, as the old call asked for: ``V1Call/replyFormat``.
    ///   - uri: path of the old call, repeated in error replies; `nil` is v1's path for this format.
    /// - Returns: always a well-formed v1 reply, with all findings. One that cannot be understood becomes error 4500 and is
    ///   reported as an error.
    public mutating func translateReply(
        _ bytes: [UInt8], format: V1ReplyFormat = .xml, uri: String? = nil
    ) -> TranslatedReply {
        var log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        let reply = bytes.withByteView { translateReply($0, format: format, uri: uri, log: &log) }
        return TranslatedReply(reply, diagnostics: log.diagnostics)
    }

    /// Translates one reply where it lies, like ``translateReply(_:format:uri:)``; findings go to `log`.
    package mutating func translateReply(
        _ text: ByteView, format: V1ReplyFormat, uri: String?, log: inout DiagnosticLog
    ) -> V1Reply {
        defer { log.sort() }
        switch replyReader.readReply(text, log: &log) {
        case .outcome(let outcome): return replyWriter.writeReply(outcome, format: format, uri: uri)
        case .alreadyV1(let format): return V1Reply(bytes: Array(text), format: format, outcome: nil)
        }
    }

    /// The v1 error reply for a call that was refused, so that it was never sent.
    ///
    /// The first error decides: its code and message are the reply's message.
    package mutating func refuseRequest(_ diagnostics: [Diagnostic], format: V1ReplyFormat) -> V1Reply {
        let failure = ConversionFailure(refusal: diagnostics)
        return replyWriter.writeReply(.failed(failure), format: format, uri: nil)
    }

    /// Translates one document: read → resolve → write.
    ///
    /// - Returns: whether the body was appended to `output`; if not, at least one error is in `log`.
    package mutating func translateRequest(
        xml: ByteView, isDecoded: Bool, newFormat: V1Call.NewFormat, into output: inout JSONWriter,
        log: inout DiagnosticLog
    ) -> Bool {
        request.reset()
        if reader.readRequest(
            xml, isDecoded: isDecoded, newFormat: newFormat, tables: &tables, into: &request, log: &log)
        {
            tables.resolve(&request, options, log: &log)
        }
        if !log.isEmpty {
            log.locate { reader.places(of: $0) }
            log.sort()
        }
        guard !log.hasErrors else { return false }
        writer.writeRequest(&request, &tables, to: &output)
        return true
    }

    /// Value of the attribute `leadId` of the root element of the document translated last, trimmed; `nil` without one.
    package var rootLeadID: ByteView? { reader.rootLeadID }
}
