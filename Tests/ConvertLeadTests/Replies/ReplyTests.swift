@_spi(Package) import Bytes
import Foundation
import Testing
import XMLText

@testable import ConvertLead

/// Translates one reply.
private func translate(
    _ reply: String, format: V1ReplyFormat = .xml, uri: String? = nil,
    tables: OrganizationTables = OrganizationTables(),
    _ change: (inout TranslationOptions) -> Void = { _ in }
) -> (text: String, codes: [String], isTranslated: Bool) {
    var options = TranslationOptions()
    change(&options)
    var translator = Translator(tables: tables, options: options)
    let translated = translator.translateReply(Array(reply.utf8), format: format, uri: uri)
    return (
        String(decoding: translated.reply.bytes, as: UTF8.self), translated.diagnostics.map { $0.code.rawValue },
        translated.isTranslated
    )
}

/// An error reply about a field.
private func failure(_ code: String, field: String, module: String? = nil) -> String {
    let module = module.map { ",\"module\":\"\($0)\"" } ?? ""
    return """
        {"data":[{"code":"\(code)","details":{"api_name":"\(field)"\(module)},"message":"it failed","status":"error"}]}
        """
}

@Suite struct ReplyTests {
    @Test("A conversion is told with v1's exact bytes")
    func exactBytes() {
        let reply = "{\"data\":[{\"Contacts\":\"1\",\"Deals\":\"2\",\"Accounts\":\"3\"}]}"
        #expect(
            translate(reply).text == """
                <?xml version="1.0" encoding="UTF-8" ?>
                <success><Contact param="id">1</Contact><Potential param="id">2</Potential><Account param="id">3</Account></success>
                """)
        #expect(
            translate(reply, format: .json).text == """
                {"success":{"Contact":{"content":"1","param":"id"},"Potential":{"content":"2","param":"id"},\
                "Account":{"content":"3","param":"id"}}}
                """)
    }

    @Test("An error is told with v1's exact bytes, error before uri")
    func exactErrorBytes() {
        let reply = failure("MANDATORY_NOT_FOUND", field: "Stage")
        #expect(
            translate(reply).text == """
                <?xml version="1.0" encoding="UTF-8" ?>
                <response uri="/crm/private/xml/Leads/convertLead"><error><code>4401</code><message>MANDATORY_NOT_FOUND: \
                it failed (field: Stage, v1 label: Potential Stage)</message></error></response>
                """)
        #expect(
            translate(reply, format: .json).text == """
                {"response":{"error":{"code":"4401","message":"MANDATORY_NOT_FOUND: it failed (field: Stage, v1 label: \
                Potential Stage)"},"uri":"/crm/private/json/Leads/convertLead"}}
                """)
    }

    @Test("The uri given is repeated without its query, where v1 had the token")
    func uri() {
        let reply = failure("NOT_ALLOWED", field: "id")
        let text = translate(reply, uri: "/crm/private/xml/Leads/convertLead?authtoken=secret&scope=crmapi").text
        #expect(text.contains("<response uri=\"/crm/private/xml/Leads/convertLead\">"))
        let address = "https://name:secret@crm.zoho.com/crm/private/xml/Leads/convertLead?authtoken=secret"
        #expect(translate(reply, uri: address).text.contains("<response uri=\"/crm/private/xml/Leads/convertLead\">"))
        #expect(!translate(reply, uri: "/path?\u{301}authtoken=secret").text.contains("secret"))
        #expect(translate(reply, uri: "/a&b\"<success>\n").text.contains("uri=\"/a&amp;b&quot;&lt;succ.&gt;&#10;\""))
    }

    @Test("A configured error code wins for known and unknown v2 codes, and no code is unknown then")
    func configuredCodes() {
        let change = { (options: inout TranslationOptions) in
            options.errorCodes = ["NOT_ALLOWED": "401.2", "BRAND_NEW": "4999"]
        }
        let known = translate(failure("NOT_ALLOWED", field: "id"), change)
        #expect(known.text.contains("<code>401.2</code>"))
        let unknown = translate(failure("BRAND_NEW", field: "id"), change)
        #expect(unknown.text.contains("<code>4999</code>") && unknown.codes.isEmpty)
        let neither = translate(failure("OTHER", field: "id"), change)
        #expect(neither.text.contains("<code>4500</code><message>OTHER: "))
        #expect(neither.codes == ["v2.response.code_unknown"] && neither.isTranslated)
    }

    @Test("Strict makes an unknown code an error, the reply stays")
    func strict() {
        let reply = translate(failure("OTHER", field: "id")) { $0.isStrict = true }
        #expect(!reply.isTranslated && reply.text.contains("<code>4500</code>"))
    }

    @Test("A field is told with the label its old caller knows")
    func labels() throws {
        func told(_ field: String, module: String? = nil, tables: OrganizationTables = OrganizationTables()) -> String {
            let reply = failure("INVALID_DATA", field: field, module: module)
            let text = translate(reply, tables: tables) { $0.labels = [.init(label: "Umsatz", apiName: "Revenue")] }
                .text
            return String(text.drop { $0 != "(" }.prefix { $0 != ")" })
        }
        #expect(told("Deal_Name") == "(field: Deal_Name, v1 label: Potential Name")
        #expect(told("Deal_Name", module: "Deals") == "(field: Deal_Name, v1 label: Potential Name")
        #expect(told("Description", module: "Contacts") == "(field: Description")
        #expect(told("Contacts") == "(field: Contacts, v1 label: CONTACTID")
        #expect(told("overwrite") == "(field: overwrite, v1 label: OVERWRITE")
        #expect(told("assign_to") == "(field: assign_to, v1 label: assignTo")
        #expect(told("notify_lead_owner") == "(field: notify_lead_owner, v1 label: notifyLeadOwner")
        #expect(told("id") == "(field: id, v1 label: leadId")
        #expect(told("id", module: "Leads") == "(field: id, v1 label: leadId")
        #expect(told("id", module: "Accounts") == "(field: Accounts, v1 label: ACCOUNTID")
        for module in [nil, "Leads", "Deals", "Contacts"] {
            #expect(told("Owner", module: module) == "(field: Owner, v1 label: assignTo")
        }
        #expect(told("Revenue") == "(field: Revenue, v1 label: Umsatz")
        #expect(told("Headcount") == "(field: Headcount")
        var tables = OrganizationTables()
        try tables.fields.read(
            Array(#"{"fields":[{"api_name":"Headcount","field_label":"No. of heads","data_type":"integer"}]}"#.utf8),
            source: "fields.json")
        #expect(told("Headcount", tables: tables) == "(field: Headcount, v1 label: No. of heads")
    }

    @Test(
        "A field belongs to the module that the details name, or to what its path leads through",
        arguments: [
            (#""module":{"api_name":"Contacts","id":"1"},"api_name":"Description""#, "(field: Description)"),
            (
                #""module":{"api_name":"Deals","id":"1"},"api_name":"Stage""#,
                "(field: Stage, v1 label: Potential Stage)"
            ),
            (#""api_name":"Description","json_path":"$.data[0].Contacts.Description""#, "(field: Description)"),
            (#""api_name":"Type","json_path":"$.data[0].Deals.Type""#, "(field: Type, v1 label: Type)"),
            (#""api_name":"Contacts","json_path":"$.data[0].carry_over_tags.Contacts""#, "(field: Contacts)"),
            (#""api_name":"id","json_path":"$.data[0].assign_to.id""#, "(field: assign_to, v1 label: assignTo)"),
            (#""duplicate_record":{"id":"1","module":{"api_name":"Accounts"}},"api_name":"Type""#, "(field: Type)"),
            (#""duplicate_record":{"id":"1","Owner":{"id":"2"}},"module":"Contacts""#, ""),
            (
                #""expected_fields":[{"api_name":"Stage"},{"api_name":"Type"},{"api_name":"Stage"},7,{"id":"1","api_name":"x"}]"#,
                "(field: Stage, v1 label: Potential Stage; field: Type, v1 label: Type)"
            ),
        ])
    func modules(_ details: String, _ told: String) {
        let reply = #"{"code":"DUPLICATE_DATA","details":{\#(details)},"message":"m","status":"error"}"#
        #expect(translate(reply).text.contains("<message>DUPLICATE_DATA: m\(told.isEmpty ? "" : " ")\(told)</message>"))
    }

    @Test(
        "An OAuth error is the token's fault, unless it speaks of too many requests",
        arguments: [
            (#"{"error":"invalid_token","error_description":"expired"}"#, "4834", "invalid_token: expired"),
            (#"{"error":"invalid_code"}"#, "4834", "invalid_code"),
            (#"{"error":"Access Denied","error_description":"no"}"#, "4834", "Access Denied: no"),
            (
                #"{"error_description":"Too MANY requests","error":"Access Denied"}"#, "4820",
                "Access Denied: Too MANY requests"
            ),
            (#"{"error":"x","code":"NOT_ALLOWED","message":"m"}"#, "4600", "NOT_ALLOWED: m"),
        ])
    func oauth(_ reply: String, _ code: String, _ message: String) {
        let told = translate(reply)
        #expect(told.text.contains("<code>\(code)</code><message>\(message)</message>"))
        #expect(told.codes.isEmpty && told.isTranslated)
    }

    @Test("The id of an existing record never becomes the id of a new one")
    func duplicateID() {
        let reply = """
            {"data":[{"code":"DUPLICATE_DATA","details":{"api_name":"Email","module":"Contacts","id":"5550000000400000001",\
            "Contacts":"5550000000400000001"},"message":"duplicate data","status":"error"}]}
            """
        for format in V1ReplyFormat.allCases {
            let text = translate(reply, format: format).text
            #expect(text.contains("4819") && !text.contains("5550000000400000001"))
        }
    }

    @Test(
        "Every listed v2 code is told as an error in both envelopes, with its own name", arguments: V2ErrorCode.allCases
    )
    func everyCode(_ code: V2ErrorCode) {
        let item = "{\"code\":\"\(code.rawValue)\",\"details\":{},\"message\":\"m\",\"status\":\"error\"}"
        for reply in [item, "{\"data\":[\(item)]}"] {
            let told = translate(reply)
            let number = V1ErrorCode(code.reason(isAboutLead: false, expectsNumber: false)).rawValue
            #expect(told.text.contains("<code>\(number)</code><message>\(code.rawValue): m</message>"))
            #expect(told.codes.isEmpty)
        }
    }

    @Test(
        "INVALID_DATA is told apart by its details",
        arguments: [
            (#"{"api_name":"id"}"#, "4103"), (#"{"resource_path_index":0}"#, "4103"),
            (#"{"api_name":"id","json_path":"$.data[0].id"}"#, "4103"),
            (#"{"api_name":"id","json_path":"$.data[0].Accounts.id"}"#, "4600"),
            (#"{"api_name":"Amount","expected_data_type":"double"}"#, "4832"),
            (#"{"api_name":"Amount","expected_data_type":"Integer"}"#, "4832"),
            (#"{"api_name":"Closing_Date","expected_data_type":"date"}"#, "4600"), (#"{"maximum_length":120}"#, "4600"),
            ("{}", "4600"), ("[]", "4600"), ("null", "4600"), ("7", "4600"), (#"{"resource_path_index":null}"#, "4600"),
        ])
    func invalidData(_ details: String, _ number: String) {
        let reply = "{\"code\":\"INVALID_DATA\",\"details\":\(details),\"message\":\"m\",\"status\":\"error\"}"
        #expect(translate(reply).text.contains("<code>\(number)</code>"))
    }

    @Test(
        "Shapes between the versions are read by what they hold",
        arguments: [
            #"{"data":[{"Contacts":{"id":"1","name":"n"},"Deals":null}]}"#,
            #"{"data":[{"code":"SUCCESS","details":{"Contacts":"1"}}]}"#,
            #"{"data":[{"code":"CONVERTED","status":"success","details":{"Contacts":1}}]}"#,
            #"{"code":"SUCCESS","status":"success","details":{"Contacts":{"id":1}}}"#,
            #"{"data":[{"code":null,"Contacts":1}]}"#, #"{"Contacts":"1"}"#, #"{"Deals":null,"Contacts":{"id":"1"}}"#,
        ])
    func shapes(_ reply: String) {
        #expect(translate(reply).text.hasSuffix("<success><Contact param=\"id\">1</Contact></success>"))
    }

    @Test(
        "An id that is not 1 to 20 digits is not told",
        arguments: [
            "\"\"", "\" 1\"", "-1", "1.0", "1e5", "true", "[]", "[\"1\"]", "{}", "{\"id\":null}", "{\"id\":{}}",
            "\"123456789012345678901\"", "\"１２\"",
        ])
    func badIDs(_ id: String) {
        let reply = translate("{\"data\":[{\"Contacts\":\"1\",\"Accounts\":\(id)}]}")
        #expect(reply.codes == ["v2.response.shape"] && !reply.isTranslated)
        #expect(reply.text.contains("<code>4500</code>") && !reply.text.contains("Contact "))
    }

    @Test("A reply that cannot be read points at the place")
    func places() {
        var translator = Translator()
        let text = "{\n \"data\": [{\"Contacts\": {\"name\": \"ü\"}}]}"
        let diagnostics = translator.translateReply(Array(text.utf8)).diagnostics
        #expect(diagnostics.map(\.location) == [SourceLocation(line: 2, column: 24)])
        #expect(diagnostics.map(\.path) == ["data[0].Contacts"])
        let broken = translator.translateReply(Array("{\n\"ü\" 1}".utf8)).diagnostics
        #expect(broken.map(\.location) == [SourceLocation(line: 2, column: 5)])
    }

    @Test("A text with one reply is not taken for a collection")
    func oneReply() {
        for text in ["{\"data\":[]}", "[]", "{", "", "{\"item\":[]}", "{\"response\":{\"error\":{}}}", "<xml/>", "1"] {
            #expect(RecordedReply.all(in: Array(text.utf8)) == nil)
        }
    }

    @Test("A collection inside its API's wrapper, and deep folders, are read")
    func collections() {
        var text = #"{"name":"r","response":[{"name":"a","body":"{}"},{"name":"b"}]}"#
        for _ in 0..<200 { text = "{\"item\":[\(text)]}" }
        let replies = RecordedReply.all(in: Array("{\"collection\":\(text)}".utf8))
        #expect(replies?.map { $0.name.suffix(4) } == ["/r/a", "/r/b"])
        #expect(replies?.map(\.bytes) == [Array("{}".utf8), []])
    }
}

@Suite struct XMLWriterTests {
    private func written(_ text: String, isAttribute: Bool = false) -> String {
        var writer = XMLWriter()
        var text = text
        text.withByteView { bytes in
            if isAttribute { writer.begin("a", attribute: "b", value: bytes) } else { writer.text(bytes) }
        }
        return writer.buffer.string()
    }

    @Test("Text is escaped with entities, and only where it must be")
    func text() {
        #expect(written("a<b>&\"' ]]>\t\n\r é😀") == "a&lt;b&gt;&amp;\"' ]]&gt;\t\n&#13; é😀")
        #expect(written("") == "")
    }

    @Test("Attribute values keep quotes, tabs and line ends")
    func attributes() {
        #expect(written("<\"'&\t\n\r", isAttribute: true) == "<a b=\"&lt;&quot;'&amp;&#9;&#10;&#13;\">")
    }

    @Test("Characters that XML cannot hold become U+FFFD, all others stay")
    func characters() {
        #expect(written("\u{0}\u{8}\u{B}\u{1F}\u{FFFE}\u{FFFF}x") == String(repeating: "\u{FFFD}", count: 6) + "x")
        for value in UInt32(0x20)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), ![0x26, 0x3C, 0x3E, 0xFFFE, 0xFFFF].contains(value) else {
                continue
            }
            if value < 0x3000 || value > 0xF000 && value < 0x10200 || value % 977 == 0 {
                #expect(written(String(scalar)).unicodeScalars.elementsEqual([scalar]))
            }
        }
    }
}
