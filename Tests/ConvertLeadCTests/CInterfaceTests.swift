import CConvertLead
import ConvertLead
import ConvertLeadC
import Foundation
import Testing

let requestXML = """
    <Potentials><row no="1"><option val="createPotential">true</option><option val="assignTo">asha.rao@example.com</option>\
    </row><row no="2"><FL val="Potential Name">Roof</FL><FL val="Closing Date">12/21/2009</FL>\
    <FL val="Potential Stage">Won</FL></row></Potentials>
    """

/// The request as a JSON wrapper with a v1 address.
func wrapper(xml: String = requestXML, format: String = "json") throws -> [UInt8] {
    let call = [
        "url": "https://crm.zoho.com/crm/private/\(format)/Leads/convertLead?authtoken=secret", "leadId": "42",
        "xmlData": xml,
    ]
    return Array(try JSONSerialization.data(withJSONObject: call))
}

private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

private let users = Array("email,id\nasha.rao@example.com,7\n".utf8)

@Suite("C interface") struct CInterfaceTests {
    @Test("The library says the version of its header")
    func version() {
        #expect(convertlead_version() == CONVERTLEAD_VERSION)
    }

    @Test("A call becomes address, body and reply style, and a reply the v1 reply in that style")
    func roundTrip() throws {
        let translator = try #require(CTranslator(options: #"{"api-version":"v3","compact":true}"#))
        #expect(translator.addTable("users", users).status == CONVERTLEAD_OK)
        let request = translator.request(try wrapper())
        #expect(request.status == CONVERTLEAD_OK)
        #expect(text(request.url) == "https://www.zohoapis.com/crm/v3/Leads/42/actions/convert")
        #expect(
            text(request.body)
                == #"{"data":[{"assign_to":{"id":"7"},"Deals":{"Deal_Name":"Roof","Closing_Date":"2009-12-21","Stage":"Won"}}]}"#
        )
        #expect(text(request.uri) == "/crm/private/json/Leads/convertLead")
        #expect(request.reply == nil)
        #expect(text(request.diagnostics) == "[]")

        let v2 = Array(#"{"data":[{"Contacts":"1","Deals":null,"Accounts":null}]}"#.utf8)
        let reply = translator.reply(v2, uri: text(request.uri))
        #expect(reply.status == CONVERTLEAD_OK)
        #expect(text(reply.reply) == #"{"success":{"Contact":{"content":"1","param":"id"}}}"#)
        #expect(reply.body == nil && reply.url == nil && reply.uri == nil)
        #expect(text(translator.reply(v2, uri: nil).reply)?.hasPrefix("<?xml") == true)
    }

    @Test("A refused call has diagnostics and a v1 error for the old caller, and no credentials")
    func refused() throws {
        let translator = try #require(CTranslator())
        let result = translator.request(try wrapper())
        #expect(result.status == CONVERTLEAD_REFUSED)
        #expect(result.url == nil && result.body == nil)
        #expect(text(result.uri) == "/crm/private/json/Leads/convertLead")
        #expect(text(result.reply)?.contains(#""code":"4600""#) == true)
        let findings = try #require(
            try JSONSerialization.jsonObject(with: Data(result.diagnostics ?? [])) as? [[String: Any]])
        #expect(findings.map { $0["code"] as? String } == ["lookup.user.missing"])
        #expect(findings.first?["severity"] as? String == "error")
        for text in [result.reply, result.diagnostics].compactMap(text) { #expect(!text.contains("secret")) }
    }

    @Test("A v2 reply that cannot be understood is refused and still gives a v1 reply")
    func refusedReply() throws {
        let translator = try #require(CTranslator())
        let result = translator.reply(Array("<html>".utf8), uri: "/crm/private/json/Leads/convertLead")
        #expect(result.status == CONVERTLEAD_REFUSED)
        #expect(text(result.reply)?.contains("4500") == true)
        #expect(text(result.diagnostics)?.contains("v2.response.page") == true)
    }

    @Test("A result tells content type, ids, code and reason, so that no reply need be parsed")
    func details() throws {
        let translator = try #require(CTranslator(options: #"{"unknown-assignee":"omit"}"#))
        let none = [String?](repeating: nil, count: 8)
        #expect(translator.request(try wrapper()).details == none)
        let (xml, json) = ("text/xml;charset=utf-8", "application/json;charset=utf-8")
        let refused = translator.request(try wrapper(xml: "<Potentials>"))
        #expect(refused.details == [nil, json, nil, nil, nil, "xml.syntax", "requestUnreadable", nil])

        func told(_ reply: String, uri: String? = nil) -> [String?] {
            translator.reply(Array(reply.utf8), uri: uri).details
        }
        #expect(
            told(#"{"data":[{"Contacts":"1","Deals":"2","Accounts":"3"}]}"#) == [
                nil, xml, "1", "2", "3", nil, nil, nil,
            ])
        #expect(told(#"{"data":[{"Deals":"2"}]}"#) == [nil, xml, nil, "2", nil, nil, nil, nil])
        let limit = #"{"code":"TOO_MANY_REQUESTS","message":"m","status":"error"}"#
        #expect(
            told(limit, uri: "/crm/private/json/Leads/convertLead")
                == [nil, json, nil, nil, nil, "TOO_MANY_REQUESTS", "limitReached", nil])
        #expect(
            told(#"{"error":"invalid_token"}"#) == [nil, xml, nil, nil, nil, "invalid_token", "unauthenticated", nil])
        #expect(told("<html>") == [nil, xml, nil, nil, nil, nil, "replyUnreadable", nil])
        #expect(told(#"{"success":{}}"#) == [nil, json, nil, nil, nil, nil, nil, nil])
        #expect(convertlead_result_detail(nil, CONVERTLEAD_REASON) == nil)
        var freed = convertlead_result()
        for number in [CInt.min, -1, 0, 1, 6, 7, CInt.max] {
            #expect(convertlead_result_detail(&freed, number) == nil)
        }
    }

    @Test("The structure of results is what callers of 1.0 were built with")
    func structure() {
        #expect(MemoryLayout<convertlead_result>.size == 11 * MemoryLayout<Int>.size)
        #expect(MemoryLayout<convertlead_result>.offset(of: \.memory) == 10 * MemoryLayout<Int>.size)
    }

    @Test("The header names every reason there is")
    func reasons() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/CConvertLead/include/convertlead.h").standardizedFileURL
        let header = try String(contentsOf: file, encoding: .utf8)
        let comment = try #require(header.firstMatch(of: /Why the lead was not converted((?s).*?)CONVERTLEAD_REASON 6/))
        let words = Set(comment.1.matches(of: /[a-z]+[A-Z][A-Za-z]+|duplicate|unauthenticated/).map { String($0.0) })
        #expect(words == Set(FailureReason.allCases.map(\.rawValue)))
    }

    @Test("Options that cannot be read are refused with diagnostics and give no translator")
    func options() {
        var pointer = OpaquePointer(bitPattern: 8)
        var result = convertlead_result()
        let json = Array(#"{"apiversion":"v2"}"#.utf8)
        let status = convertlead_translator_create(json, json.count, &pointer, &result)
        #expect(status == CONVERTLEAD_REFUSED)
        #expect(pointer == nil)
        #expect(text(CResult(status, freeing: &result).diagnostics)?.contains("config.option") == true)
    }

    @Test("Tables of each kind are added, and a refused one leaves the translator as it was")
    func tables() throws {
        let translator = try #require(CTranslator(options: #"{"compact":true}"#))
        #expect(translator.addTable("users", users).status == CONVERTLEAD_OK)
        #expect(translator.addTable("lookup:Campaign_Source", Array("name,id\nFair,9\n".utf8)).status == CONVERTLEAD_OK)
        #expect(
            translator.addTable("roles", Array(#"{"contact_roles":[{"name":"Buyer","id":"9"}]}"#.utf8)).status
                == CONVERTLEAD_OK)
        let fields = #"{"fields":[{"api_name":"Colour","field_label":"Colour","data_type":"text"}]}"#
        #expect(translator.addTable("fields", Array(fields.utf8)).status == CONVERTLEAD_OK)

        let broken = translator.addTable("users", Array("no table".utf8), name: "staff.csv")
        #expect(broken.status == CONVERTLEAD_REFUSED)
        #expect(text(broken.diagnostics)?.contains(#""source":"staff.csv""#) == true)
        let unknown = translator.addTable("lookup:", users)
        #expect(unknown.status == CONVERTLEAD_REFUSED)
        #expect(text(unknown.diagnostics)?.contains("is not a kind of table") == true)

        let xml = requestXML.replacingOccurrences(
            of: "</row></P",
            with: "<FL val=\"Campaign Source\">Fair</FL><FL val=\"Colour\">red</FL></row></P")
        let body = text(translator.request(try wrapper(xml: xml)).body)
        #expect(body?.contains(#""Campaign_Source":"9","Colour":"red""#) == true)
        #expect(body?.contains(#""assign_to":"7""#) == true)
    }

    @Test("NULL where something must be, and lengths no memory has, are refused unread")
    func arguments() throws {
        let translator = try #require(CTranslator())
        var result = convertlead_result()
        var pointer: OpaquePointer?
        let one: [UInt8] = [1]
        let tooLong = Int(CONVERTLEAD_MAX_LENGTH) + 1
        for length in [1, -1, .min, .max, tooLong] {
            let address = length == 1 ? nil : UnsafeRawPointer(bitPattern: 64)
            #expect(convertlead_translator_create(address, length, &pointer, &result) == CONVERTLEAD_ARGUMENT)
            #expect(convertlead_translate_request(translator.pointer, address, length, &result) == CONVERTLEAD_ARGUMENT)
            #expect(
                convertlead_translate_reply(translator.pointer, address, length, nil, &result) == CONVERTLEAD_ARGUMENT)
            #expect(
                convertlead_translator_add_table(translator.pointer, "users", nil, address, length, &result)
                    == CONVERTLEAD_ARGUMENT)
        }
        #expect(convertlead_translator_create(nil, 0, nil, &result) == CONVERTLEAD_ARGUMENT)
        #expect(convertlead_translate_request(nil, one, 1, &result) == CONVERTLEAD_ARGUMENT)
        #expect(convertlead_translate_request(translator.pointer, one, 1, nil) == CONVERTLEAD_ARGUMENT)
        #expect(convertlead_translate_reply(nil, one, 1, nil, &result) == CONVERTLEAD_ARGUMENT)
        #expect(convertlead_translate_reply(translator.pointer, one, 1, nil, nil) == CONVERTLEAD_ARGUMENT)
        #expect(convertlead_translator_add_table(nil, "users", nil, one, 1, nil) == CONVERTLEAD_ARGUMENT)
        #expect(convertlead_translator_add_table(translator.pointer, nil, nil, one, 1, nil) == CONVERTLEAD_ARGUMENT)
        #expect(result.memory == nil && result.diagnostics == nil)
        convertlead_translator_free(nil)
        convertlead_result_free(nil)
        convertlead_result_free(&result)
    }

    @Test("An empty text at address NULL is a text: refused with diagnostics, not an argument error")
    func emptyTexts() throws {
        let translator = try #require(CTranslator())
        var result = convertlead_result()
        let request = CResult(
            convertlead_translate_request(translator.pointer, nil, 0, &result), freeing: &result)
        #expect(request.status == CONVERTLEAD_REFUSED && text(request.reply)?.contains("<error>") == true)
        let reply = CResult(
            convertlead_translate_reply(translator.pointer, nil, 0, nil, &result), freeing: &result)
        #expect(reply.status == CONVERTLEAD_REFUSED && text(reply.reply)?.contains("4500") == true)
        #expect(
            convertlead_translator_add_table(translator.pointer, "users", "", nil, 0, nil) == CONVERTLEAD_REFUSED)
    }

    @Test("Freeing a result twice in a row is harmless, because freeing clears it")
    func clearing() throws {
        let translator = try #require(CTranslator())
        var result = convertlead_result()
        #expect(convertlead_translate_request(translator.pointer, nil, 0, &result) == CONVERTLEAD_REFUSED)
        #expect(result.memory != nil)
        convertlead_result_free(&result)
        #expect(result.memory == nil && result.reply == nil && result.reply_length == 0)
        convertlead_result_free(&result)
    }

    @Test("Two threads with one translator: each call is done or refused as busy, and none is torn")
    func sharing() async throws {
        let translator = try #require(CTranslator())
        let address = UInt(bitPattern: translator.pointer)
        let reply = Array(#"{"data":[{"Contacts":"1"}]}"#.utf8)
        let expected = translator.reply(reply, uri: nil)
        let done = await withTaskGroup(of: Int.self, returning: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var done = 0
                    for _ in 0..<2_000 {
                        var result = convertlead_result()
                        let status = convertlead_translate_reply(
                            OpaquePointer(bitPattern: address), reply, reply.count, nil, &result)
                        let copy = CResult(status, freeing: &result)
                        if status == CONVERTLEAD_BUSY { continue }
                        #expect(copy == expected)
                        done += 1
                    }
                    return done
                }
            }
            return await group.reduce(0, +)
        }
        // How many depends on the machine; a busy thread is busy only because the other one is at work.
        #expect(done > 0)
        #expect(translator.reply(reply, uri: nil) == expected)
    }
}
