@_spi(Package) import Bytes
import JSONText
import XMLText

/// Writes v1 replies in the form that old callers read.
///
/// What must not change for them: `success` is the root, not wrapped; `Contact`, `Potential`, `Account` in this order, none for
/// a record that was not made; ids are plain text without blanks; in an error reply `error` comes first, JSON codes are
/// strings, and the word `success` never occurs, because callers search for it: each occurrence is written `succ.`.
///
/// An error's message is `V2_CODE: v2 message (field: api_name, v1 label: Label)`; parts that the v2 reply does not have are
/// left out, several fields are separated by `; `. JSON is one line, as v1's was.
/// Source: recorded v1 replies and their readers; Zoho.md, "v1 replies".
package struct V1ReplyWriter: ~Copyable, Sendable {
    private let errorCodes: [String: String]
    private let labels: [TranslationOptions.LabelMapping]
    private let fields: FieldCatalog
    private var xml = XMLWriter()
    private var json = JSONWriter(indent: false)
    private var code = ByteBuffer()
    private var message = ByteBuffer()
    private var path = ByteBuffer()

    /// A writer that names fields by the labels of `fields` and `options`.
    package init(_ fields: FieldCatalog = FieldCatalog(), _ options: TranslationOptions = TranslationOptions()) {
        errorCodes = options.errorCodes
        labels = options.labels
        self.fields = fields
    }

    /// Writes one reply.
    ///
    /// - Parameter uri: request path that an error reply repeats; a query is cut off, because v1's held the token. `nil` is
    ///   the path of `convertLead` in this format.
    package mutating func writeReply(_ outcome: ConversionOutcome, format: V1ReplyFormat, uri: String?) -> V1Reply {
        switch outcome {
        case .converted(let records):
            return V1Reply(
                bytes: format == .xml ? xmlReply(records) : jsonReply(records), format: format, outcome: outcome)
        case .failed(let failure):
            prepare(failure, uri: uri ?? format.convertLeadPath)
            return V1Reply(bytes: format == .xml ? xmlError() : jsonError(), format: format, outcome: outcome)
        }
    }

    // MARK: Records

    private mutating func xmlReply(_ records: ConvertedRecords) -> [UInt8] {
        xml.removeAll()
        xml.declaration()
        xml.begin("success")
        xmlRecord("Contact", records.contact)
        xmlRecord("Potential", records.deal)
        xmlRecord("Account", records.account)
        xml.end("success")
        return xml.buffer.array()
    }

    private mutating func xmlRecord(_ name: StaticString, _ id: RecordID?) {
        guard var digits = id?.digits else { return }
        xml.buffer.append(UInt8(ascii: "<"))
        xml.buffer.append(name)
        xml.buffer.append(" param=\"id\">")
        digits.withByteView { xml.text($0) }
        xml.end(name)
    }

    private mutating func jsonReply(_ records: ConvertedRecords) -> [UInt8] {
        json.removeAll()
        json.beginObject()
        json.name("success")
        json.beginObject()
        jsonRecord("Contact", records.contact)
        jsonRecord("Potential", records.deal)
        jsonRecord("Account", records.account)
        json.endObject()
        json.endObject()
        return json.buffer.array()
    }

    private mutating func jsonRecord(_ name: StaticString, _ id: RecordID?) {
        guard let id else { return }
        json.name(name)
        json.beginObject()
        json.name("content")
        json.string(id.digits)
        json.name("param")
        json.string("id")
        json.endObject()
    }

    // MARK: Errors

    /// Puts number, message and path of an error reply together.
    private mutating func prepare(_ failure: ConversionFailure, uri: String) {
        code.removeAll()
        message.removeAll()
        path.removeAll()
        code.append(
            string: failure.code.flatMap { errorCodes[$0] } ?? V1ErrorCode(failure.reason).rawValue)
        if let code = failure.code {
            message.append(string: code)
            if !failure.message.isEmpty { message.append(": ") }
        }
        message.append(string: failure.message)
        for (index, field) in failure.fields.enumerated() {
            message.append(index == 0 ? " (field: " : "; field: ")
            message.append(string: field.apiName)
            if let label = label(of: field) {
                message.append(", v1 label: ")
                message.append(string: label)
            }
        }
        if !failure.fields.isEmpty { message.append(")") }
        appendPath(of: uri)
        Self.hideSuccess(in: &code)
        Self.hideSuccess(in: &message)
        Self.hideSuccess(in: &path)
    }

    /// Appends the path of an address. Scheme, user and host are not part of what v1 repeated; its query held the token.
    private mutating func appendPath(of uri: String) {
        var uri = uri
        uri.withByteView { text in
            var rest = text.slice(
                0..<(text.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? text.count))
            if let colon = rest.offset(of: "://") {
                rest = rest.dropping(colon + 3)
                rest = rest.dropping(rest.offset(of: UInt8(ascii: "/")) ?? rest.count)
            }
            path.append(rest)
        }
    }

    /// The label that a v1 caller knows a field by: the first that the translator would read as this field.
    ///
    /// An owner is what `assignTo` chooses, whatever module it is of. Fields of other modules than `Deals` have no label here.
    private func label(of field: FailedField) -> String? {
        let name = field.apiName == "Owner" ? "assign_to" : field.apiName
        if let option = V1Option.allCases.first(where: { $0.memberName == name }) { return "\(option.name)" }
        switch (field.module, name) {
        // The lead itself is named by a parameter.
        case (nil, "id"), ("Leads", "id"): return "leadId"
        case (nil, _), ("Deals", _):
            if let own = labels.first(where: { $0.apiName == name }) { return own.label }
            return fields.fields.first { $0.apiName == name }?.labels.first
        default: return nil
        }
    }

    /// Writes `succ.` for each `success`, in any case.
    private static func hideSuccess(in buffer: inout ByteBuffer) {
        var from = 0
        var to = 0
        while from < buffer.count {
            if buffer.count - from >= 7,
                buffer.bytes.slice(from..<from + 7).equalsIgnoringCase("success")
            {
                for byte in "succ.".utf8 {
                    buffer.base[to] = byte
                    to += 1
                }
                from += 7
            } else {
                buffer.base[to] = buffer.base[from]
                to += 1
                from += 1
            }
        }
        buffer.count = to
    }

    private mutating func xmlError() -> [UInt8] {
        xml.removeAll()
        xml.declaration()
        xml.begin("response", attribute: "uri", value: path.bytes)
        xml.begin("error")
        xml.begin("code")
        xml.text(code.bytes)
        xml.end("code")
        xml.begin("message")
        xml.text(message.bytes)
        xml.end("message")
        xml.end("error")
        xml.end("response")
        return xml.buffer.array()
    }

    private mutating func jsonError() -> [UInt8] {
        json.removeAll()
        json.beginObject()
        json.name("response")
        json.beginObject()
        json.name("error")
        json.beginObject()
        json.name("code")
        json.string(code.bytes)
        json.name("message")
        json.string(message.bytes)
        json.endObject()
        json.name("uri")
        json.string(path.bytes)
        json.endObject()
        json.endObject()
        return json.buffer.array()
    }
}
