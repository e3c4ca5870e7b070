import Bytes

/// Reading a v1 call from the bytes it was kept in.
extension V1Call {
    /// The call in `bytes`, whatever form it is in: bare `xmlData` XML, URL, form body, multipart body, raw HTTP request, or
    /// JSON object with `leadId` and `xmlData`.
    ///
    /// Parameter names are read without regard to case, `leadId` also as `id` or `lead_id`. Credentials are dropped here.
    /// The XML itself is not looked at; ``Translator`` does that, and judges a missing lead id where one is needed.
    ///
    /// - Parameters:
    ///   - bytes: one call. XML may be in any encoding that XML files may have, everything else is UTF-8.
    ///   - source: name of the input for diagnostics, such as a file name.
    ///   - showsValues: whether messages may quote customer values.
    /// - Throws: a failure with `v1.call.unrecognized`, `v1.call.method`, `v1.call.conflict`, `v1.lead_id.invalid`,
    ///   `v1.xml.missing` or `json.syntax`.
    /// - Returns: the call with the warnings and notes on the way: `v1.call.raw_form`, `v1.call.double_encoding`,
    ///   `v1.call.host`, `v1.new_format.invalid`.
    ///
    /// Source: Zoho CRM API v1, convertLead, "Request parameters"; forms seen in old callers, domain reference 1.1 to 1.4.
    public static func read(
        _ bytes: [UInt8], source: String = "", showsValues: Bool = false
    ) throws(TranslationFailure) -> Translated<V1Call> {
        var log = DiagnosticLog(showsValues: showsValues)
        let call = read(bytes, source: source, log: &log)
        guard let call, !log.hasErrors else { throw TranslationFailure(diagnostics: log.diagnostics) }
        return Translated(call, diagnostics: log.diagnostics)
    }

    /// The call in `bytes`, with its findings added to `log`.
    ///
    /// - Returns: `nil` when there is no document to judge. With another error, such as a lead id that is none, the call is
    ///   given, so that its document can be judged too; it must not be sent.
    package static func read(_ bytes: [UInt8], source: String = "", log: inout DiagnosticLog) -> V1Call? {
        var reader = V1CallReader()
        var own = DiagnosticLog(isStrict: log.isStrict, showsValues: log.showsValues)
        let call: V1Call? = bytes.withByteView { input in
            reader.read(input, log: &own)
            return reader.isOtherMethod || reader.xml.trimmingWhitespace().isEmpty ? nil : reader.call
        }
        own.placeErrors()
        own.sort()
        own.setSource(source)
        for diagnostic in own.diagnostics { log.add(diagnostic) }
        return call
    }
}

extension V1CallReader {
    /// What was read, in memory of its own.
    package var call: V1Call {
        V1Call(
            xmlData: Array(xml), isDecoded: isXMLDecoded, leadID: leadID, newFormat: newFormat, host: host,
            replyFormat: replyFormat)
    }
}
