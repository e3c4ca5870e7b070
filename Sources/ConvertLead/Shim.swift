@_spi(Package) import Bytes
import JSONText

/// Lets a caller that speaks v1 use a server that speaks v2: turns the old call, in any form, into the v2 call, and the v2
/// reply into the v1 reply that the old caller reads.
///
/// ```swift
/// var shim = Shim(tables: tables, options: options)
/// let answer = try shim.convert(oldCall) { call in
///     try http.post(call.url, body: call.body, token: token)
/// }
/// return answer.reply.bytes
/// ```
///
/// You send the call, with your token and connection. Where a closure does not fit, use the two steps
/// ``translateRequest(_:)`` and ``translateReply(_:format:)``. A call that cannot be sent is answered with a v1 error reply
/// instead of an exception, because old callers can read that:
///
/// | Refused because | v1 code |
/// |---|---|
/// | the XML is broken (`xml.*`) | `4835` |
/// | there is no lead id or no `xmlData` | `4831` |
/// | a field that every deal needs is missing | `4401` |
/// | there is text instead of a number | `4832` |
/// | a bug in convertlead (`internal.error`) | `4500` |
/// | anything else | `4600` |
///
/// It reuses its memory, so keep one for each thread. It forgets a call when the next one comes, and uses no file, clock,
/// environment or network.
public struct Shim: ~Copyable, @unchecked Sendable {
    private let options: TranslationOptions
    private var translator: Translator
    private var reader = V1CallReader()
    private var output: JSONWriter

    /// A shim for one organisation.
    public init(
        tables: OrganizationTables = OrganizationTables(), options: TranslationOptions = TranslationOptions()
    ) {
        self.options = options
        translator = Translator(tables: tables, options: options)
        output = JSONWriter(indent: options.isIndented)
    }

    // MARK: With a transport

    /// Converts a lead for an old caller: translates its call, has it sent, translates the reply.
    ///
    /// - Parameters:
    ///   - bytes: the v1 call in any form that ``V1Call/read(_:source:showsValues:)`` takes.
    ///   - transport: sends the v2 call with your OAuth token and returns the body of the reply, whatever its HTTP status.
    ///     Not called when the old call is refused.
    /// - Returns: the v1 reply in the style of the old call, with the findings of both ways.
    /// - Throws: what `transport` throws, and nothing else.
    public mutating func convert<Reply: Collection<UInt8>, Failure: Error>(
        _ bytes: some Collection<UInt8>, transport: (V2Call) throws(Failure) -> Reply
    ) throws(Failure) -> TranslatedReply {
        switch translateRequest(bytes) {
        case .refused(let reply): return reply
        case .send(let call): return answer(call, try transport(call.v2))
        }
    }

    /// Converts a lead for an old caller with a transport that waits, such as an HTTP client.
    ///
    /// The shim is in use until the reply is there. To have several calls in flight, keep it in an actor and take the two steps.
    ///
    /// - Parameters:
    ///   - bytes: the v1 call in any form that ``V1Call/read(_:source:showsValues:)`` takes.
    ///   - transport: sends the v2 call with your OAuth token and returns the body of the reply, whatever its HTTP status.
    ///     Not called when the old call is refused.
    /// - Returns: the v1 reply in the style of the old call, with the findings of both ways.
    /// - Throws: what `transport` throws, and nothing else.
    public mutating func convert<Reply: Collection<UInt8> & Sendable, Failure: Error>(
        _ bytes: some Collection<UInt8>, transport: @Sendable (V2Call) async throws(Failure) -> Reply
    ) async throws(Failure) -> TranslatedReply {
        switch translateRequest(bytes) {
        case .refused(let reply): return reply
        case .send(let call): return answer(call, try await transport(call.v2))
        }
    }

    private mutating func answer(_ call: ShimCall, _ reply: some Collection<UInt8>) -> TranslatedReply {
        var answer = translateReply(reply, format: call.replyFormat)
        answer.diagnostics.insert(contentsOf: call.diagnostics, at: 0)
        return answer
    }

    // MARK: In two steps

    /// First step: the v2 call to send for an old call, or the v1 reply that says why there is none.
    ///
    /// - Parameter bytes: the v1 call in any form that ``V1Call/read(_:source:showsValues:)`` takes. It needs a lead id,
    ///   because the v2 address has it.
    public mutating func translateRequest(_ bytes: some Collection<UInt8>) -> ShimRequest {
        var log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        let outcome = bytes.withByteView { translateRequest($0, log: &log) }
        switch outcome {
        case .refused(let reply): return .refused(TranslatedReply(reply, diagnostics: log.diagnostics))
        case .translated(var v2):
            v2.body = Array(body)
            return .send(ShimCall(v2: v2, replyFormat: replyFormat, diagnostics: log.diagnostics))
        }
    }

    /// Second step: the v1 reply for the v2 reply to a call.
    ///
    /// - Parameters:
    ///   - bytes: body of the v2 reply, whatever its HTTP status.
    ///   - format: ``ShimCall/replyFormat`` of the call.
    public mutating func translateReply(
        _ bytes: some Collection<UInt8>, format: V1ReplyFormat
    ) -> TranslatedReply {
        translator.translateReply(bytes, format: format)
    }

    // MARK: Where the bytes lie

    /// What became of an old call; findings are in the log.
    package enum Outcome: Sendable {
        /// The call without its body, which is ``Shim/body`` until the next call.
        case translated(V2Call)
        /// The v1 error reply.
        case refused(V1Reply)
    }

    /// JSON of the call translated last. Valid until the next one.
    package var body: ByteView { output.buffer.bytes }

    /// Style of the reply to the call translated last.
    package var replyFormat: V1ReplyFormat { reader.parts.replyFormat }

    /// The path that v1 repeats in error replies to the call translated last.
    package var uri: String { reader.parts.uri }

    /// Translates one v1 call where it lies; findings go to `log`.
    package mutating func translateRequest(_ text: ByteView, log: inout DiagnosticLog) -> Outcome {
        output.removeAll()
        reader.read(text, log: &log)
        guard case .call(let digits) = translator.translate(reader.parts, log: &log), let leadID = RecordID(digits)
        else { return .refused(translator.refuseRequest(log.diagnostics, format: replyFormat, uri: uri)) }
        translator.writeBody(to: &output)
        return .translated(
            V2Call(
                apiDomain: options.apiDomain(forV1Host: reader.parts.host.text), version: options.apiVersion,
                leadID: leadID, body: []))
    }

    /// Translates one v2 reply where it lies; findings go to `log`.
    package mutating func translateReply(
        _ text: ByteView, format: V1ReplyFormat, uri: String?, log: inout DiagnosticLog
    ) -> V1Reply {
        translator.translateReply(text, format: format, uri: uri, log: &log)
    }
}

/// The result of translating an old call.
public enum ShimRequest: Sendable, Hashable {
    /// Send this, then hand the reply to ``Shim/translateReply(_:format:)``.
    case send(ShimCall)
    /// There is nothing to send: this is the old caller's answer.
    case refused(TranslatedReply)
}

/// A v2 call to send for an old caller.
public struct ShimCall: Sendable, Hashable {
    /// The call. It has a lead id, so it has an address.
    public var v2: V2Call
    /// Style of the reply that the old caller expects. It travels with the call and comes back with the reply.
    public var replyFormat: V1ReplyFormat
    /// Warnings and notes, in order of place.
    public var diagnostics: [Diagnostic]

    /// A call from its parts.
    package init(v2: V2Call, replyFormat: V1ReplyFormat, diagnostics: [Diagnostic] = []) {
        self.v2 = v2
        self.replyFormat = replyFormat
        self.diagnostics = diagnostics
    }
}
