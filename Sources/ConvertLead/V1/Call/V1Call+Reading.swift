@_spi(Package) import Bytes

/// Reading a v1 call from the bytes it was kept in.
extension V1Call {
    /// Reads the call in `bytes`, in any form: bare `xmlData` XML, URL, form body, multipart body, raw HTTP request, or JSON
    /// object with `leadId` and `xmlData`.
    ///
    /// Parameter names are read without regard to case, `leadId` also as `id` or `lead_id`. Credentials are dropped here.
    /// The XML is not read here; ``Translator`` does that, and reports a missing lead id where one is needed.
    ///
    /// - Parameters:
    ///   - bytes: one call. XML may be in any encoding that XML files may have, everything else is UTF-8.
    ///   - source: name of the input for diagnostics, such as a file name.
    ///   - showsValues: whether messages may quote customer values.
    /// - Throws: a failure with `v1.call.unrecognized`, `v1.call.method`, `v1.call.conflict`, `v1.lead_id.invalid`,
    ///   `v1.xml.missing` or `json.syntax`.
    /// - Returns: the call with its warnings and notes: `v1.call.raw_form`, `v1.call.double_encoding`,
    ///   `v1.call.host`, `v1.new_format.invalid`.
    ///
    /// Source: Zoho CRM API v1, convertLead, "Request parameters"; forms seen in old callers, Zoho.md, "Addresses of v1",
    /// "Parameters of v1" and "Where old requests are kept".
    public static func read(
        _ bytes: some Collection<UInt8>, source: String = "", showsValues: Bool = false
    ) throws(TranslationFailure) -> Translated<V1Call> {
        var log = DiagnosticLog(showsValues: showsValues)
        var reader = V1CallReader()
        let call = bytes.withByteView { input in
            reader.read(input, log: &log)
            return V1Call(reader.parts)
        }
        log.placeErrors()
        log.sort()
        log.setSource(source)
        guard !log.hasErrors else { throw TranslationFailure(diagnostics: log.diagnostics) }
        return Translated(call, diagnostics: log.diagnostics)
    }

    /// The call of some parts, in memory of its own.
    fileprivate init(_ parts: CallParts) {
        self.init(
            xmlData: Array(parts.xml), isDecoded: parts.isXMLDecoded, leadID: RecordID(parts.leadID),
            newFormat: parts.newFormat, host: parts.host.isEmpty ? nil : parts.host.text.lowercased(),
            replyFormat: parts.replyFormat)
    }
}
