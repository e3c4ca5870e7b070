@_spi(Package) import Bytes
import Testing

@testable import ConvertLead

/// A form body with a deal, XML percent-encoded by hand where it must be.
private func form(xml: String, path: String = "xml", leadID: String? = "4876876000000123456") -> [UInt8] {
    let encoded = xml.utf8.map { byte -> String in
        byte.isASCIILetter || byte.isDigit
            ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    let lead = leadID.map { "&leadId=\($0)" } ?? ""
    return Array(
        "https://crm.zoho.eu/crm/private/\(path)/Leads/convertLead?authtoken=secret\(lead)&xmlData=\(encoded)".utf8)
}

private let options = #"<row no="1"><option val="createPotential">true</option></row>"#
private let deal =
    #"<FL val="Potential Name">Roof</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Won</FL>"#
private let request = #"<Potentials>\#(options)<row no="2">\#(deal)</row></Potentials>"#

private struct ConnectionLost: Error {}

@Suite("Shim") struct ShimTests {
    @Test("An old caller gets its v1 reply, in XML or JSON as its path says", arguments: V1ReplyFormat.allCases)
    func convert(_ format: V1ReplyFormat) {
        var settings = TranslationOptions()
        settings.isIndented = false
        var shim = Shim(options: settings)
        var sent: V2Call?
        let answer = shim.convert(form(xml: request, path: format.rawValue)) { call in
            sent = call
            return Array(#"{"data":[{"Contacts":"11","Deals":"12","Accounts":"13"}]}"#.utf8)
        }
        #expect(sent?.url == "https://www.zohoapis.eu/crm/v2/Leads/4876876000000123456/actions/convert")
        #expect(
            sent.map { String(decoding: $0.body, as: UTF8.self) }
                == #"{"data":[{"Deals":{"Deal_Name":"Roof","Closing_Date":"2009-12-21","Stage":"Won"}}]}"#)
        #expect(answer.isTranslated)
        let expected =
            format == .xml
            ? "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<success><Contact param=\"id\">11</Contact>"
                + "<Potential param=\"id\">12</Potential><Account param=\"id\">13</Account></success>"
            : #"{"success":{"Contact":{"content":"11","param":"id"},"Potential":{"content":"12","param":"id"},"#
                + #""Account":{"content":"13","param":"id"}}}"#
        #expect(String(decoding: answer.reply.bytes, as: UTF8.self) == expected)
    }

    @Test(
        "A call of another method is answered 4600 in its own style and with its own path",
        arguments: [
            (
                "https://crm.zoho.com/crm/private/json/Leads/insertRecords?authtoken=secret&xmlData=%3CLeads/%3E",
                "json", "Leads/insertRecords"
            ),
            ("/crm/private/xml/Contacts/getRecordById?id=1&authtoken=secret", "xml", "Contacts/getRecordById"),
            (
                "POST /crm/private/json/Potentials/updateRecords HTTP/1.1\r\nHost: crm.zoho.com\r\n\r\nid=1", "json",
                "Potentials/updateRecords"
            ),
            ("/crm/private/json/My%20Module/getRecords?authtoken=secret", "json", "My%20Module/getRecords"),
            (
                "/crm/private/xml/Gesch%C3%A4fte/get_Records%20all/7?authtoken=secret", "xml",
                "Gesch%C3%A4fte/get_Records%20all"
            ),
            (
                #"{"url":"https://crm.zoho.com/crm/private/json/Leads/uploadFile","leadId":1}"#, "json",
                "Leads/uploadFile"
            ),
        ])
    func otherMethod(_ call: String, _ format: String, _ method: String) {
        var shim = Shim()
        let answer = shim.convert(Array(call.utf8)) { _ -> [UInt8] in
            Issue.record("it was sent")
            return []
        }
        let text = String(decoding: answer.reply.bytes, as: UTF8.self)
        let path = "/crm/private/\(format)/\(method)"
        let beginning =
            format == "json"
            ? #"{"response":{"error":{"code":"4600","message":"v1.call.method: "#
            : "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<response uri=\"\(path)\"><error><code>4600</code>"
        #expect(text.hasPrefix(beginning))
        #expect(text.contains(path) && !text.contains("secret"))
        #expect(answer.reply.format.rawValue == format)
    }

    @Test(
        "A call that cannot be sent is answered with a v1 error, and nothing is sent",
        arguments: [
            ("<Potentials><row", "1", "4835"),
            ("<!DOCTYPE a><Potentials/>", "1", "4835"),
            (request, nil, "4831"),
            ("", "1", "4831"),
            (request, "1e5", "4600"),
            ("<Potentials>\(options)<row no=\"2\"></row></Potentials>", "1", "4401"),
            ("<Potentials>\(options)<row no=\"2\">\(deal)<FL val=\"Amount\">many</FL></row></Potentials>", "1", "4832"),
            ("<Potentials>\(options.replacing("true", with: "maybe"))</Potentials>", "1", "4600"),
        ] as [(String, String?, String)])
    func refuse(_ xml: String, _ leadID: String?, _ code: String) {
        var shim = Shim()
        for format in V1ReplyFormat.allCases {
            let answer = shim.convert(form(xml: xml, path: format.rawValue, leadID: leadID)) { _ -> [UInt8] in
                Issue.record("a refused call was sent")
                return []
            }
            let parsed = ParsedV1Reply(answer.reply.bytes, format: format)
            #expect(parsed?.code == code)
            #expect(parsed?.uri == format.convertLeadPath)
            #expect(!answer.isTranslated)
            let text = String(decoding: answer.reply.bytes, as: UTF8.self)
            #expect(!text.lowercased().contains("success"))
            #expect(!text.contains("secret"))
        }
    }

    @Test("The number of a refusal can be replaced by the finding's code")
    func replaceCode() {
        var options = TranslationOptions()
        options.errorCodes["xml.syntax"] = "4600"
        var shim = Shim(options: options)
        guard case .refused(let answer) = shim.translateRequest(form(xml: "<Potentials>")) else {
            Issue.record("broken XML was translated")
            return
        }
        #expect(ParsedV1Reply(answer.reply.bytes, format: .xml)?.code == "4600")
    }

    @Test("The two steps give what the closure gives, with the findings of both ways")
    func steps() throws {
        let input = form(xml: request.replacing("</row></P", with: "<FL val=\"Odd\">1</FL></row></P"), path: "json")
        let reply = Array(#"{"data":[{"Contacts":"11","Deals":null,"Accounts":null},]}"#.utf8)
        var shim = Shim()
        let whole = shim.convert(input) { _ in reply }
        guard case .send(let call) = shim.translateRequest(input) else {
            Issue.record("the call was refused")
            return
        }
        let second = shim.translateReply(reply, format: call.replyFormat)
        #expect(second.reply == whole.reply)
        #expect(call.diagnostics + second.diagnostics == whole.diagnostics)
        #expect(whole.diagnostics.map(\.code) == [.fieldUnknown, .replyTrailingComma])
    }

    @Test("What the transport throws reaches the caller")
    func transportFailure() {
        var shim = Shim()
        #expect(throws: ConnectionLost.self) {
            _ = try shim.convert(form(xml: request)) { _ throws(ConnectionLost) -> [UInt8] in throw ConnectionLost() }
        }
    }

    @Test("A v1 address says which format its reply has")
    func formatOfAddress() {
        #expect(V1ReplyFormat(uri: "/crm/private/json/Leads/convertLead") == .json)
        #expect(V1ReplyFormat(uri: "https://crm.zoho.com/crm/private/json/Leads/convertLead?scope=crmapi") == .json)
        #expect(V1ReplyFormat(uri: "/crm/private/xml/Leads/convertLead") == .xml)
        #expect(V1ReplyFormat(uri: "json") == .xml)
    }
}
