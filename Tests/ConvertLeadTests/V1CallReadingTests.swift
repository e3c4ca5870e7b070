@_spi(Package) import Bytes
import TestSupport
import Testing

@testable import ConvertLead

private let xml = """
    <Potentials><row no="1"><option val="createPotential">true</option></row>\
    <row no="2"><FL val="Potential Name">A + B &amp; C=D 50%</FL></row></Potentials>
    """

private func percentEncoded(_ text: String, plus: Bool = true) -> String {
    var result = ""
    for byte in text.utf8 {
        if byte.isDigitOrLetter {
            result.unicodeScalars.append(Unicode.Scalar(byte))
        } else if byte == 0x20 && plus {
            result += "+"
        } else {
            let digits = Array("0123456789ABCDEF")
            result += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
        }
    }
    return result
}

extension UInt8 {
    fileprivate var isDigitOrLetter: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}

private func read(_ text: String) throws -> Translated<V1Call> { try V1Call.read(Array(text.utf8)) }

private func failure(_ text: String) -> [DiagnosticCode] {
    do {
        _ = try V1Call.read(Array(text.utf8))
        return []
    } catch {
        return error.diagnostics.map(\.code)
    }
}

private func text(_ call: V1Call) -> String { String(decoding: call.xmlData, as: UTF8.self) }

@Suite("Reading a v1 call")
struct V1CallReadingTests {
    @Test(
        "One call is the same in every form it is kept in",
        arguments: [
            "https://crm.zoho.eu/crm/private/json/Leads/convertLead?authtoken=SECRET&scope=crmapi&leadId=77&xmlData="
                + percentEncoded(xml),
            "crm.zoho.eu/crm/private/json/Leads/convertLead?LEADID=%2077+&XmlData=" + percentEncoded(xml, plus: false),
            "GET https://crm.zoho.eu:443/crm/private/json/Leads/convertLead?lead_id=77&xmlData=" + percentEncoded(xml)
                + " HTTP/1.1\r\nHost: ignored.example\r\n\r\n",
            "POST /crm/private/json/Leads/convertLead? HTTP/1.1\r\nHost: CRM.zoho.eu:443\r\nContent-Type: text/plain\r\n\r\n"
                + "authtoken=SECRET&leadId=77&xmlData=" + percentEncoded(xml) + "\r\n",
            "POST /crm/private/json/Leads/convertLead?leadId=77&xmlData=\(percentEncoded(xml)) HTTP/1.1\nHost: crm.zoho.eu\n\n{}",
            "POST /crm/private/json/Leads/convertLead HTTP/1.0\nhost: crm.zoho.eu\nContent-Type: multipart/form-data; "
                + "boundary=\"--b1\"\n\n----b1\nContent-Disposition: form-data; name=\"leadId\"\n\n77\n----b1\n"
                + "content-disposition: form-data; name=\"xmlData\"\n\n\(xml)\n----b1--\n",
            "POST /crm/private/json/Leads/convertLead HTTP/1.1\r\nHost: crm.zoho.eu\r\n\r\n"
                + "--x\r\nContent-Disposition: form-data; name=leadId\r\n\r\n77\r\n--x\r\n"
                + "Content-Disposition: form-data; name=xmlData; filename=\"a.xml\"\r\nContent-Type: text/xml\r\n\r\n"
                + "\(xml)\r\n--x--\r\n",
        ])
    func sameCall(_ input: String) throws {
        let call = try read(input)
        #expect(text(call.value) == xml)
        #expect(call.value.leadID?.digits == "77")
        #expect(call.value.host == "crm.zoho.eu")
        #expect(call.value.replyFormat == .json)
        #expect(call.value.isDecoded)
        #expect(call.diagnostics.isEmpty)
    }

    @Test("A form body and a JSON object need no address")
    func withoutAddress() throws {
        let form = try read("scope=crmapi&newFormat=2&xmlData=\(percentEncoded(xml))&leadId=77\n")
        #expect(text(form.value) == xml)
        #expect(form.value.newFormat == .includesNull)
        #expect(form.value.host == nil)
        let escaped = xml.replacing("\"", with: "\\\"").replacing("/", with: "\\/")
        let json = try read("\u{FEFF} {\"XMLDATA\":\"\(escaped)\",\"lead_id\":1386586000002574001,\"newFormat\":2}")
        #expect(text(json.value) == xml)
        #expect(json.value.leadID?.digits == "1386586000002574001")
        #expect(json.value.newFormat == .includesNull)
        #expect(form.diagnostics.isEmpty && json.diagnostics.isEmpty)
    }

    @Test("Bare XML is taken byte for byte and left undecoded")
    func bareXML() throws {
        let call = try V1Call.read(Array("\u{FEFF}\n  \(xml)".utf8))
        #expect(call.value.xmlData == Array("\u{FEFF}\n  \(xml)".utf8))
        #expect(!call.value.isDecoded)
        let utf16 = "<a/>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        #expect(try V1Call.read(utf16).value.xmlData == utf16)
    }

    @Test("An invalid escape stays literal and %2B is a plus")
    func escapes() throws {
        let call = try read("leadId=7&xmlData=%3Ca%3E1%2B1+%zz+%4+100%%3C/a%3E%")
        #expect(text(call.value) == "<a>1+1 %zz %4 100%</a>%")
    }

    @Test("XML that was never percent-encoded is rejoined over its ampersands, plus signs and percent signs kept")
    func rawForm() throws {
        let raw =
            "<?xml version=\"1.0\"?><Potentials a='>'><!-- </Potentials> --><![CDATA[</Potentials>&leadId=1]]>R&D a=b +1 5% &amp;</Potentials >"
        for input in [
            "leadId=77&xmlData=\(raw)&scope=crmapi",
            "http://h/crm/private/xml/Leads/convertLead?xmlData=\(raw)&leadId=77",
        ] {
            let call = try read(input)
            #expect(text(call.value) == raw)
            #expect(call.value.leadID?.digits == "77")
            #expect(call.diagnostics.contains { $0.code == .callRawForm && $0.severity == .warning })
        }
    }

    @Test("Raw XML whose values alone are encoded is decoded as a form")
    func partlyEncoded() throws {
        let values = try read("leadId=1&xmlData=<Potentials><row no=\"1\">A+%26amp;+B</row></Potentials>&scope=crmapi")
        #expect(text(values.value) == "<Potentials><row no=\"1\">A &amp; B</row></Potentials>")
        let plus = try read("leadId=1&xmlData=<Potentials><row+no=\"1\">A+B</row></Potentials>")
        #expect(text(plus.value) == "<Potentials><row no=\"1\">A B</row></Potentials>")
    }

    @Test("Raw XML without an end tag ends where the next parameter begins, so that no credential joins it")
    func rawFormUnclosed() throws {
        let call = try read("leadId=1&xmlData=<Potentials><row>R&D&authtoken=SECRET")
        #expect(text(call.value) == "<Potentials><row>R&D")
        let header = try read("leadId=1&xmlData=<Potentials><row>R&D&access_token=SECRET")
        #expect(text(header.value) == "<Potentials><row>R&D")
    }

    @Test("Doubly encoded XML is decoded twice, with a note")
    func doubleEncoding() throws {
        let call = try read("leadId=1&xmlData=" + percentEncoded(percentEncoded(xml)))
        #expect(text(call.value) == xml)
        #expect(call.diagnostics.map(\.code) == [.callDoubleEncoding])
        #expect(call.diagnostics.map(\.severity) == [.note])
    }

    @Test(
        "A parameter given twice with different values is refused, naming both places",
        arguments: [
            (
                "https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=1&LeadID=2&xmlData=%3Ca/%3E",
                "both in the query"
            ),
            (
                "POST /crm/private/xml/Leads/convertLead?lead_id=1 HTTP/1.1\nHost: crm.zoho.com\n\nleadId=2&xmlData=%3Ca/%3E",
                "in the query and in the body"
            ),
            ("{\"leadId\":1,\"leadId\":2,\"xmlData\":\"<a/>\"}", "both in the JSON text"),
            (
                "{\"url\":\"/crm/private/xml/Leads/convertLead?leadId=3\",\"leadId\":2,\"xmlData\":\"<a/>\"}",
                "in the query and in the JSON text"
            ),
            ("leadId=1&xmlData=%3Ca/%3E&authtoken=SECRET1&authtoken=SECRET2", "both in the body"),
        ])
    func conflict(_ input: String, _ places: String) {
        #expect(throws: TranslationFailure.self) { try read(input) }
        do {
            _ = try read(input)
        } catch let failure as TranslationFailure {
            #expect(failure.diagnostics.map(\.code) == [.callConflict])
            #expect(failure.diagnostics[0].message.contains(places))
            #expect(!failure.diagnostics[0].text.contains("SECRET"))
        } catch {}
    }

    @Test("Two lead ids are both shown; what is no lead id is not")
    func conflictOfLeadIDs() {
        func message(_ input: String) -> String? {
            do {
                _ = try read(input)
                return nil
            } catch {
                return (error as? TranslationFailure)?.diagnostics.first { $0.code == .callConflict }?.message
            }
        }
        #expect(message("leadId=17&lead_id=18&xmlData=%3Ca/%3E")?.hasSuffix(": 17 and 18") == true)
        #expect(message("leadId=17&lead_id=Nadia&xmlData=%3Ca/%3E")?.hasSuffix("both in the body") == true)
    }

    @Test("The same value twice is one value, and an empty one beside it says nothing")
    func sameTwice() throws {
        let call = try read(
            "POST /crm/private/xml/Leads/convertLead?leadId=1&xmlData=&authtoken=%41 HTTP/1.1\nHost: crm.zoho.com\n\n"
                + "authtoken=A&leadId=+1&xmlData=%3Ca/%3E&SCOPE=crmapi&scope=crmapi")
        #expect(text(call.value) == "<a/>")
        #expect(call.diagnostics.isEmpty)
    }

    @Test(
        "A lead id is 1 to 20 digits, or refused",
        arguments: [
            ("1", true), ("  12345678901234567890 ", true), ("123456789012345678901", false), ("3.28952E+18", false),
            ("-1", false), ("", false), ("12a", false), ("１", false),
        ])
    func leadID(_ id: String, _ isValid: Bool) {
        #expect(failure("{\"leadId\":\"\(id)\",\"xmlData\":\"<a/>\"}") == (isValid ? [] : [.leadIDInvalid]))
        #expect(failure("leadId=\(percentEncoded(id))&xmlData=%3Ca/%3E") == (isValid ? [] : [.leadIDInvalid]))
    }

    @Test("A lead id is taken from a JSON number digit by digit, and null is no lead id")
    func leadIDNumber() throws {
        #expect(failure("{\"leadId\":3.28952E+18,\"xmlData\":\"<a/>\"}") == [.leadIDInvalid])
        #expect(failure("{\"leadId\":1.0,\"xmlData\":\"<a/>\"}") == [.leadIDInvalid])
        #expect(try read("{\"leadId\":null,\"xmlData\":\"<a/>\"}").value.leadID == nil)
        #expect(
            try read("{\"leadId\":18446744073709551617,\"xmlData\":\"<a/>\"}").value.leadID?.digits
                == "18446744073709551617")
    }

    @Test(
        "What is no convertLead call is refused by name",
        arguments: [
            ("https://crm.zoho.com/crm/private/xml/Leads/insertRecords?xmlData=%3Ca/%3E", DiagnosticCode.callMethod),
            ("POST /crm/private/json/Contacts/getRecords HTTP/1.1\n\nxmlData=%3Ca/%3E", .callMethod),
            ("https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=1", .xmlMissing),
            ("leadId=1&xmlData=&scope=crmapi", .xmlMissing),
            ("{\"leadId\":\"1\",\"xmlData\":{}}", .xmlMissing),
            ("{\"leadId\":\"1\",\"xmlData\":\"  \"}", .xmlMissing),
            ("{\"leadId\":\"1\",\n \"xmlData\":}", .jsonSyntax),
            ("Hello", .callUnrecognized), ("", .xmlMissing), ("a=b&c=d", .callUnrecognized),
            ("https://example.com/", .callUnrecognized), ("[]", .callUnrecognized), ("{}", .callUnrecognized),
        ])
    func refused(_ input: String, _ code: DiagnosticCode) {
        #expect(failure(input) == [code])
    }

    @Test("Broken JSON is reported at its line and column")
    func jsonPlace() {
        do {
            _ = try V1Call.read(Array("{\"leadId\":\"1\",\n \"é\":}".utf8), source: "a.json")
            Issue.record("broken JSON was read")
        } catch {
            #expect(error.diagnostics[0].location == SourceLocation(line: 2, column: 6))
            #expect(error.diagnostics[0].source == "a.json")
        }
    }

    @Test("An unknown host is noted, a known one is not")
    func hosts() throws {
        let path = "/crm/private/xml/Leads/convertLead?leadId=1&xmlData=%3Ca/%3E"
        #expect(try read("ftp://user:SECRET@crm.Example.com" + path).diagnostics.map(\.code) == [.callHost])
        for center in DataCenter.allCases {
            guard let host = center.v1Host else { continue }
            let call = try read("https://\(host)\(path)")
            #expect(call.diagnostics.isEmpty)
            #expect(DataCenter(v1Host: call.value.host ?? "") == center)
        }
    }

    @Test("newFormat other than 1 and 2 is read as 1, with a warning")
    func newFormat() throws {
        let call = try read("leadId=1&newFormat=3&xmlData=%3Ca/%3E")
        #expect(call.value.newFormat == .omitsNull)
        #expect(call.diagnostics.map(\.code) == [.newFormatInvalid])
    }

    @Test("A second request in the input is refused, a recorded reply behind the request is not read")
    func secondMessage() throws {
        let one =
            "POST /crm/private/xml/Leads/convertLead HTTP/1.1\nHost: crm.zoho.com\n\nleadId=1&xmlData=%3Ca/%3E\n\n"
        #expect(failure(one + one).contains(.callUnrecognized))
        #expect(text(try read(one + "HTTP/1.1 200 OK\n\n<success/>").value) == "<a/>")
    }

    @Test("A call in a string of a JSON object is read as the call it is")
    func callInString() throws {
        let call = try read(
            "{\"source\":\"x:1\",\"lead_id\":null,\"text\":\"leadId=5&xmlData=%3CPotentials/%3E\"}")
        #expect(call.value.leadID?.digits == "5")
        let nested = try read(
            "{\"payload\":\"{\\\"leadId\\\":6,\\\"authtoken\\\":\\\"A\\\",\\\"xmlData\\\":\\\"<b/>\\\"}\"}")
        #expect(nested.value.leadID?.digits == "6")
        #expect(text(nested.value) == "<b/>")
    }

    @Test("No credential survives reading, in the call or in a message")
    func credentials() {
        let inputs = [
            "https://u:SECRET@h.example/crm/private/xml/Leads/convertLead?authtoken=SECRET&ticket=SECRET&apikey=SECRET&leadId=x&xmlData=%3Ca/%3E",
            "POST /crm/private/xml/Leads/convertLead?authtoken=SECRET HTTP/1.1\nAuthorization: SECRET\nCookie: SECRET\n\nauthtoken=SECRET2&leadId=1&xmlData=%3Ca/%3E",
            "{\"authtoken\":\"SECRET\",\"access_token\":\"SECRET\",\"leadId\":\"1\",\"xmlData\":\"<a/>\"}",
            "authtoken=SECRET&leadId=1&xmlData=<Potentials>&authtoken=SECRET",
            "https://cr^SECRET^m.zoho.com/crm/private/xml/Leads/convertLead?leadId=x&xmlData=%3Ca/%3E",
        ]
        for input in inputs {
            for showsValues in [false, true] {
                do {
                    let call = try V1Call.read(Array(input.utf8), showsValues: showsValues)
                    #expect(!"\(call)".contains("SECRET"))
                    #expect(!text(call.value).contains("SECRET"))
                } catch {
                    for diagnostic in error.diagnostics { #expect(!diagnostic.text.contains("SECRET")) }
                }
            }
        }
    }

    @Test("Ten thousand damaged inputs are read or refused, never a trap")
    func mutations() {
        var random = SeededGenerator("damaged calls")
        let seeds = [
            "https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=1&xmlData=%3Ca%3E%26%3C/a%3E&authtoken=x",
            "leadId=1&xmlData=<?xml?><!-- a --><a b='>'><![CDATA[<]]>&amp;</a>&scope=crmapi",
            "POST /crm/private/json/Leads/convertLead HTTP/1.1\r\nHost: a:1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"xmlData\"\r\n\r\n<a/>\r\n--b--\r\n",
            "{\"leadId\":1,\"xmlData\":\"<a>\\u00e9</a>\",\"input\":\"{\\\"id\\\":2}\",\"url\":\"//h/crm/private/xml/Leads/convertLead?x=%\"}",
            "--b\nContent-Disposition: form-data; name=\"leadId\"\n\n1\n--b\n", "\u{FEFF}<a/>",
        ].map { Array($0.utf8) }
        let interesting = Array("<>&=%+?/-\"'\n\r\0{}[]:;".utf8) + [0xFF, 0xC3]
        var refused = 0
        for _ in 0..<10_000 {
            var bytes = random.pick(seeds)
            for _ in 0...random.below(6) {
                let at = random.below(bytes.count)
                switch random.below(5) {
                case 0 where !bytes.isEmpty: bytes[at] = UInt8(random.below(256))
                case 1 where !bytes.isEmpty: bytes.remove(at: at)
                case 2: bytes.insert(random.pick(interesting), at: at)
                case 3: bytes.removeLast(min(random.below(20), bytes.count))
                default: bytes.insert(contentsOf: bytes.prefix(at).suffix(random.below(12)), at: at)
                }
            }
            do {
                let call = try V1Call.read(bytes)
                #expect(!call.value.xmlData.isEmpty)
                #expect(call.value.leadID.map { $0.digits.utf8.count <= 20 } ?? true)
            } catch {
                refused += 1
                #expect(error.diagnostics.contains { $0.severity == .error })
            }
        }
        #expect(refused > 100)
    }

    @Test(
        "What no name has does not make convertLead another method, and letters do",
        arguments: [";", ")", ",", ":", ".", "|x", ">out", "&", "/", "//", "%20"])
    func methodEnd(_ tail: String) throws {
        func address(_ text: String) -> (method: V1Address.Method, format: V1ReplyFormat, kept: String) {
            var text = text
            return text.withByteView {
                let address = V1Address($0)
                return (address.method, address.format, address.shown)
            }
        }
        let path = "https://crm.zoho.eu/crm/private/json/Leads/convertLead"
        let read = address(path + tail)
        #expect(read.method == .convertLead && read.format == .json)
        #expect(read.kept == path)
        #expect(address(path + "s" + tail).method == .other)
        #expect(failure(path + "&leadId=7&xmlData=\(percentEncoded(xml))") == [.callUnrecognized, .xmlMissing])
    }
}
