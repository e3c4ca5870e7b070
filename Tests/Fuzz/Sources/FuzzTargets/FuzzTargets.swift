@_spi(Package) import Bytes
import ConvertLead
import JSONText
import Synchronization

/// What must hold for any bytes at all. Each target stops the process when it does not.
package enum FuzzTargets {
    /// A v1 document, with options chosen by the first two bytes. What is translated is JSON with one item and no member
    /// twice, what is refused has an error, and a second time gives the same.
    package static func request(_ input: ByteView) {
        guard input.count >= 2 else { return }
        let call = V1Call(
            xmlData: Array(input.dropFirst(2)), isDecoded: input[0] & 1 == 1,
            newFormat: input[0] & 2 == 2 ? .includesNull : .omitsNull)
        let number = UInt16(input[0] >> 2) << 8 | UInt16(input[1])
        translators.withLock { translators in
            let kept = translators[number] ?? KeptTranslator(options(input[0] >> 2, input[1]))
            translators[number] = kept
            let first = translate(call, &kept.translator)
            let second = translate(call, &kept.translator)
            precondition(first.body == second.body && first.diagnostics == second.diagnostics, "not the same again")
            check(first)
        }
    }

    /// A v2 reply, or several. Whatever it is, a well-formed v1 reply comes out, the same one a second time; no error text says success.
    package static func response(_ input: ByteView) {
        var translator = Translator()
        for format in V1ReplyFormat.allCases {
            let first = translator.translateReply(Array(input), format: format)
            let second = translator.translateReply(Array(input), format: format)
            precondition(first.reply == second.reply && first.diagnostics == second.diagnostics, "not the same again")
            precondition(!first.reply.bytes.isEmpty, "no reply")
            let text = String(decoding: first.reply.bytes, as: UTF8.self)
            switch first.reply.outcome {
            case .failed: precondition(!text.lowercased().contains("success"), "an old caller would take it for done")
            case .converted: precondition(text.contains("success") && !text.contains("CDATA"), "not done")
            case nil: precondition(first.reply.bytes.elementsEqual(input), "changed on the way through")
            }
        }
        for reply in RecordedReply.all(in: Array(input)) ?? [] {
            precondition(!translator.translateReply(reply.bytes).reply.bytes.isEmpty, "no reply")
        }
    }

    /// A v1 call in any form. What is read is translated too.
    package static func form(_ input: ByteView) {
        guard let call = try? V1Call.read(Array(input)).value else { return }
        translators.withLock { translators in
            let kept = translators[0] ?? KeptTranslator(options(0, 0))
            translators[0] = kept
            check(translate(call, &kept.translator))
        }
    }

    /// JSON text. What is accepted is the same after it was written and read again.
    package static func json(_ input: ByteView) {
        for commas in [JSONReader.TrailingCommas.refused, .accepted] {
            var reader = JSONReader()
            guard let root = try? reader.read(input, trailingCommas: commas) else { continue }
            var once = JSONWriter(indent: false)
            copy(root, reader, to: &once)
            var second = JSONReader()
            guard let again = try? second.read(once.buffer.bytes) else { preconditionFailure("written JSON is broken") }
            var twice = JSONWriter(indent: false)
            copy(again, second, to: &twice)
            precondition(once.buffer.bytes.elementsEqual(twice.buffer.bytes), "JSON changed on the way")
        }
    }

    // MARK: Requests

    /// A translator is made once for each choice of options, because that takes longer than a request. Used under the lock only.
    private final class KeptTranslator: @unchecked Sendable {
        var translator: Translator

        init(_ options: TranslationOptions) { translator = Translator(tables: tables, options: options) }
    }

    private static let translators = Mutex<[UInt16: KeptTranslator]>([:])

    private struct Verdict {
        var body: [UInt8]?
        var diagnostics: [Diagnostic]
    }

    private static func translate(_ call: V1Call, _ translator: inout Translator) -> Verdict {
        do {
            let result = try translator.translateBody(call)
            return Verdict(body: result.value.bytes, diagnostics: result.diagnostics)
        } catch {
            return Verdict(body: nil, diagnostics: error.diagnostics)
        }
    }

    private static func check(_ verdict: Verdict) {
        let hasErrors = verdict.diagnostics.contains { $0.severity == .error }
        precondition(hasErrors == (verdict.body == nil), "errors and body, or neither")
        for diagnostic in verdict.diagnostics { precondition(!diagnostic.message.isEmpty && !diagnostic.json.isEmpty) }
        verdict.body?.withByteView { body in
            var reader = JSONReader()
            guard let root = try? reader.read(body), let data = reader.member("data", of: root) else {
                preconditionFailure("the body is not JSON with data")
            }
            precondition(reader.count(of: root) == 1 && reader.count(of: data) == 1, "more than one item")
            reader.forEachElement(of: data) { item in
                precondition(reader.repeatedName(of: item) == nil, "a member twice")
                guard let deal = reader.member("Deals", of: item) else { return }
                precondition(reader.repeatedName(of: deal) == nil && reader.count(of: deal) >= 3, "a deal's members")
            }
        }
    }

    private static let tables: OrganizationTables = {
        var tables = OrganizationTables()
        guard let user = RecordID("1386586000000105001"), let role = RecordID("1386586000000006875") else {
            return tables
        }
        tables.users = UserTable([.init(email: "sample@zoho.com", id: user)])
        tables.roles = LookupTable(["Purchasing": role])
        tables.lookups["Campaign_Source"] = LookupTable(["Spring fair": user])
        for type in Field.DataType.allCases {
            tables.fields.merge(
                Field(
                    apiName: "Field_\(type.rawValue)", dataType: type, length: 5,
                    picklist: type == .picklist ? [.init(displayValue: "High", actualValue: "3")] : [],
                    isJSONString: type == .bigint, labels: [type.rawValue]))
        }
        return tables
    }()

    private static func options(_ first: UInt8, _ second: UInt8) -> TranslationOptions {
        var options = TranslationOptions()
        options.apiVersion = [.v2, .v2_1, .v3, .v8][Int(first & 3)]
        options.unknownField = [.omit, .guess, .reject, .guess][Int(first >> 2 & 3)]
        options.badValue = first >> 4 & 1 == 0 ? .reject : .omit
        options.dateOrder = second & 1 == 0 ? .monthFirst : .dayFirst
        options.timeZone = second & 2 == 0 ? nil : TimeZoneOffsets(initialOffset: 19_800)
        options.unknownAssignee = second & 4 == 0 ? .reject : .omit
        options.isStrict = second & 8 == 8
        options.showsValues = second & 16 == 16
        options.isIndented = second & 32 == 32
        if second & 64 == 64 {
            options.dealDefaults = [
                .init(apiName: "Deal_Name", value: .string("x")), .init(apiName: "Stage", value: .string("x")),
                .init(apiName: "Closing_Date", value: .string("2020-01-31")),
                .init(apiName: "Amount", value: .number("0.10")),
            ]
        }
        return options
    }

    // MARK: JSON

    private static func copy(_ node: JSONReader.Node, _ reader: borrowing JSONReader, to writer: inout JSONWriter) {
        switch reader.kind(of: node) {
        case .object:
            writer.beginObject()
            reader.forEachMember(of: node) { name, value in
                writer.name(reader.bytes(of: name))
                copy(value, reader, to: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            reader.forEachElement(of: node) { copy($0, reader, to: &writer) }
            writer.endArray()
        case .string: writer.string(reader.bytes(of: node))
        case .number: writer.number(reader.bytes(of: node))
        case .boolean: writer.boolean(reader.isTrue(node))
        case .null: writer.null()
        }
    }
}
