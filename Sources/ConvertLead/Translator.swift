@_spi(Package) import Bytes
import JSONText

/// Translates v1 `convertLead` calls into v2 calls, and v2 replies back into v1 replies.
///
/// Make it once from an organisation's tables and options. It reuses its memory, so keep one for each thread. It stores nothing
/// between calls, uses no file, clock, environment or network, and returns the same bytes for the same input.
public struct Translator: ~Copyable, @unchecked Sendable {
    private let options: TranslationOptions
    private let rules: V2Rules
    private let writer: V2RequestWriter
    private var defaults: ConversionDefaults
    /// Why the options refuse every request.
    private let misfits: [Diagnostic]
    private var tables: TranslationTables
    private var reader: V1RequestReader
    private var request = ConversionRequest()
    /// Memory for the body, kept between calls; taken out while a call is translated.
    private var output: JSONWriter?
    private var replyReader: V2ReplyReader
    private var replyWriter: V1ReplyWriter
    /// Digits of the options' lead id.
    private var optionLeadID = ByteBuffer(minimumCapacity: 24)

    /// A translator for one organisation.
    public init(
        tables: OrganizationTables = OrganizationTables(), options: TranslationOptions = TranslationOptions()
    ) {
        self.options = options
        var compiled = TranslationTables(tables, options)
        var findings: [Diagnostic] = []
        defaults = Self.readDefaults(options, tables, &compiled, &findings)
        misfits = findings.filter { $0.severity == .error }
        self.tables = compiled
        reader = V1RequestReader(options)
        rules = V2Rules(options.apiVersion)
        writer = V2RequestWriter(options.apiVersion)
        replyReader = V2ReplyReader(options)
        replyWriter = V1ReplyWriter(tables.fields, options)
        if let leadID = options.leadID { optionLeadID.append(string: leadID.digits) }
    }

    /// Translates one v1 call to the v2 call that replaces it.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - source: name of what it was read from, repeated in diagnostics; lines and columns are those of its XML.
    /// - Returns: the v2 call, its body in UTF-8, with warnings and notes. Its lead id is the call's, else the root's attribute
    ///   `leadId`, else the options'.
    /// - Throws: ``TranslationFailure`` with every finding of the call, sorted by place; `v1.lead_id.missing` when there is no
    ///   lead id, because the v2 address needs one. ``translateBody(_:source:)`` needs none.
    public mutating func translateRequest(
        _ call: V1Call, source: String = ""
    ) throws(TranslationFailure) -> Translated<V2Call> {
        let (translated, leadID) = try translate(call, source: source, needsLeadID: true)
        guard let leadID else { throw TranslationFailure(diagnostics: translated.diagnostics) }
        let v2 = V2Call(
            apiDomain: options.apiDomain(forV1Host: call.host), version: options.apiVersion, leadID: leadID,
            body: translated.value.bytes)
        return Translated(v2, diagnostics: translated.diagnostics)
    }

    /// Translates the document of one v1 call to the body of a v2 call.
    ///
    /// - Throws: ``TranslationFailure`` with every finding of the call, sorted by place.
    public mutating func translateBody(
        _ call: V1Call, source: String = ""
    ) throws(TranslationFailure) -> Translated<V2Body> {
        try translate(call, source: source, needsLeadID: false).0
    }

    private mutating func translate(
        _ call: V1Call, source: String, needsLeadID: Bool
    ) throws(TranslationFailure) -> (Translated<V2Body>, RecordID?) {
        var log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        let outcome = call.withParts { parts -> (RecordID?, [UInt8])? in
            switch translate(parts, needsLeadID: needsLeadID, log: &log) {
            case .call(let leadID): (RecordID(leadID), takeBody())
            case .body: (nil, takeBody())
            case .refused: nil
            }
        }
        if !source.isEmpty { log.setSource(source) }
        guard let (leadID, body) = outcome else { throw TranslationFailure(diagnostics: log.diagnostics) }
        return (Translated(V2Body(version: options.apiVersion, bytes: body), diagnostics: log.diagnostics), leadID)
    }

    /// The body of the call translated last, in memory of its own.
    package mutating func takeBody() -> [UInt8] {
        var output = output.take() ?? JSONWriter(indent: options.isIndented)
        output.removeAll()
        writeBody(to: &output)
        let body = output.buffer.array()
        self.output = consume output
        return body
    }

    /// Translates one reply of `actions/convert`, v2 to v8, to the v1 reply that an old caller reads.
    ///
    /// - Parameters:
    ///   - bytes: body of the v2 reply, whatever its HTTP status. A v1 reply is passed through unchanged.
    ///   - format: XML or JSON, as the old call asked for: ``V1Call/replyFormat``.
    ///   - uri: path of the old call, repeated in error replies; `nil` is v1's path for this format.
    /// - Returns: always a well-formed v1 reply, with all findings. One that cannot be understood becomes error 4500 and is
    ///   reported as an error.
    public mutating func translateReply(
        _ bytes: some Collection<UInt8>, format: V1ReplyFormat = .xml, uri: String? = nil
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
    package mutating func refuseRequest(
        _ diagnostics: [Diagnostic], format: V1ReplyFormat, uri: String? = nil
    ) -> V1Reply {
        let failure = ConversionFailure(refusal: diagnostics)
        return replyWriter.writeReply(.failed(failure), format: format, uri: uri)
    }

    // MARK: Defaults

    /// Checks the defaults of some options. Call it once, before the first request.
    ///
    /// Defaults are read, checked and resolved like values from v1, so the result depends on tables and API version. A
    /// translator made in spite of errors refuses every request with them; warnings are reported only here.
    ///
    /// - Returns: findings with the path `defaults.<name>` and without a place, in the order of the defaults.
    ///
    /// Reports: `config.value` and `config.default` (errors); the warnings `v1.value.*`.
    public static func check(_ options: TranslationOptions, with tables: OrganizationTables) -> [Diagnostic] {
        var compiled = TranslationTables(tables, options)
        var findings: [Diagnostic] = []
        _ = readDefaults(options, tables, &compiled, &findings)
        return findings
    }

    /// Makes the defaults: v1's rules for values, then those of the API version.
    private static func readDefaults(
        _ options: TranslationOptions, _ tables: OrganizationTables, _ compiled: inout TranslationTables,
        _ findings: inout [Diagnostic]
    ) -> ConversionDefaults {
        let rules = V2Rules(options.apiVersion)
        var log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        rules.check(options, log: &log)
        var defaults = V1RequestReader.readDefaults(options, of: tables.fields, &compiled, &log)
        rules.fit(&defaults.deal, leftOut: "", log: &log)
        var sent: Set<Int32> = []
        for field in defaults.deal.fields.elements {
            if case .omitted = field.value { continue }
            sent.insert(field.site.number)
        }
        for var finding in log.diagnostics {
            if let site = finding.site {
                finding.site = nil
                finding.path = "defaults.\(options.dealDefaults[Int(site.number)].apiName)"
                // A default that is left out, for whatever reason, is a wrong configuration.
                if !sent.contains(site.number) {
                    finding = Diagnostic(
                        finding.code == .configDefault ? .configDefault : .configValue, .error, path: finding.path,
                        message: finding.message)
                }
            }
            findings.append(finding)
        }
        return defaults
    }

    // MARK: The road

    /// What became of a call. Lead ids are views of the call or of this translator, valid until the next one.
    package enum Verdict {
        /// It is translated and has an address.
        case call(leadID: ByteView)
        /// It is translated and has no lead id.
        case body
        /// It is refused; at least one error is in the log.
        case refused
    }

    /// Takes a call to a v2 call or a refusal: read → resolve → fit. The one way for every caller.
    ///
    /// The body is then written by ``writeBody(to:)``.
    ///
    /// - Parameters:
    ///   - call: the call, with its findings so far in `log`: they refuse it, but those about its XML are wanted too.
    ///   - fallback: lead id of a call that names none, before the options': that of a file's name.
    ///   - needsLeadID: whether a call without a lead id is refused.
    @inline(__always)
    package mutating func translate(
        _ call: CallParts, fallback: ByteView = .empty, needsLeadID: Bool = true, log: inout DiagnosticLog
    ) -> Verdict {
        leadID = call.leadID
        if call.isBodyDamaged {
            log.placeErrors()
            log.sort()
            return .refused
        }
        if !call.xml.isEmpty {
            request.reset()
            if reader.readRequest(
                call.xml, isDecoded: call.isXMLDecoded, newFormat: call.newFormat, tables: &tables, into: &request,
                log: &log)
            {
                tables.resolve(&request, options, log: &log)
                rules.fit(&request, log: &log)
            }
            if leadID.isEmpty, let root = reader.rootLeadID { leadID = root }
        } else if !log.hasErrors {
            log.add(.xmlMissing, .error, path: "xmlData", "The call has no xmlData")
        }
        if leadID.isEmpty { findLeadID(fallback, needsLeadID: needsLeadID, log: &log) }
        if options.apiDomain != nil && !call.host.isEmpty { noteDomain(for: call, log: &log) }
        if !misfits.isEmpty { for misfit in misfits { log.add(misfit) } }
        if !log.isEmpty {
            log.locate { reader.places(of: $0) }
            log.placeErrors()
            log.sort()
            if log.hasErrors { return .refused }
        }
        return leadID.isEmpty ? .body : .call(leadID: leadID)
    }

    /// Takes the lead id of the file's name or of the options; says that there is none unless something else was said of it.
    private mutating func findLeadID(_ fallback: ByteView, needsLeadID: Bool, log: inout DiagnosticLog) {
        leadID = fallback.isEmpty ? optionLeadID.bytes : fallback
        if RecordID.mayBeRowNumber(fallback) {
            log.add(
                .leadIDRowNumber, .warning, path: "leadId",
                "The lead id \(fallback.text) comes from a file's name and has fewer than 10 digits; it may be a row number"
            )
        }
        guard leadID.isEmpty, needsLeadID, !log.diagnostics.contains(where: { $0.code.saysWhyLeadIDIsMissing }) else {
            return
        }
        log.add(.leadIDMissing, .error, "There is no lead id, but the address of a v2 call needs one")
    }

    /// Notes that the configured API domain is of another data centre than the host of the call, and does not advise to
    /// configure it.
    @inline(never)
    private func noteDomain(for call: CallParts, log: inout DiagnosticLog) {
        let host = call.host.text
        log.advise(.callHost, "no action needed if the configured API domain is right")
        guard let domain = options.apiDomain, let center = DataCenter(apiDomain: domain),
            let called = DataCenter(v1Host: host), called != center
        else { return }
        log.add(
            .callDataCenter, .note,
            "The call went to \(host), in another data centre than \(domain), which is configured")
    }

    /// The lead id of the call translated last, valid or not, as far as one was found; empty without one.
    package private(set) var leadID = ByteView.empty

    /// Lends the reader of requests, which has the document of the call translated last.
    package mutating func withRequestReader(_ body: (inout V1RequestReader) -> Void) { body(&reader) }

    /// Appends the body of the call translated last.
    @inline(__always)
    package mutating func writeBody(to output: inout JSONWriter) {
        writer.writeRequest(&request, &defaults, to: &output)
    }
}

extension DiagnosticCode {
    /// Whether a finding says more of a missing lead id than that there is none.
    fileprivate var saysWhyLeadIDIsMissing: Bool {
        switch self {
        case .leadIDInvalid, .leadIDMissing, .callVariable, .callUnrecognized, .callConflict, .jsonSyntax,
            .archiveEntry,
            .callBodyMissing:
            true
        default: false
        }
    }
}
