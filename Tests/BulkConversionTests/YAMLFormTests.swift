import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLeadCommand

@Suite("YAML")
struct YAMLFormTests {
    private static let head =
        #"<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">"#
    private static let tail =
        #"</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Open</FL></row></Potentials>"#

    private static func escaped(_ text: String) -> String { text.replacing("\"", with: "\\\"") }

    /// The names of the deals that a text comes to, and how many requests it has.
    private func read(_ text: String, chunkSize: Int = 1 << 18) throws -> (names: [String], count: Int) {
        let scratch = try Scratch()
        var settings = BulkSettings()
        settings.yaml = YAMLText.json
        settings.chunkSize = chunkSize
        let result = try Bulk.filter([scratch.write("a.txt", text)], settings: settings)
        let names = try result.text.split(separator: 0x0A).compactMap { line -> String? in
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            let body = object?["body"] as? [String: Any]
            let deals = (body?["data"] as? [[String: Any]])?.first?["Deals"] as? [String: Any]
            return deals?["Deal_Name"] as? String
        }
        return (names, result.lines.count)
    }

    @Test(
        "What only YAML writes is read as YAML",
        arguments: [
            // PyYAML before 5.1, with and without the list on lines of its own.
            ("- {leadId: '5550000000800001', xmlData: '\(head)A\n    b\(tail)'}\n", "A b"),
            ("[{leadId: '5550000000800001', xmlData: '\(head)A\n      b\(tail)'}]\n", "A b"),
            ("[{leadId: '5550000000800001', xmlData: \"\(escaped(head))A\\\n      \\ b\(escaped(tail))\"}]\n", "A b"),
            ("{leadId: '5550000000800001', xmlData: '\(head)It''s\(tail)'}\n", "It's"),
            ("{leadId: '5550000000800001', xmlData: '\(head)C:\\new\(tail)'}\n", #"C:\new"#),
            ("[{leadId: '5550000000800001', xmlData: \"\(escaped(head))#{a}\(escaped(tail))\"}]\n", "#{a}"),
            ("a: {leadId: '5550000000800001', xmlData: '\(head)A\n    b\(tail)'}\n", "A b"),
            (
                "--- {\"leadId\": \"5550000000800001\", \"xmlData\": \"\(escaped(head))\\U0001F600\(escaped(tail))\"}\n",
                "😀"
            ),
            // Its styles `|` and `"`.
            ("- \"leadId\": |-\n    5550000000800001\n  \"xmlData\": |-\n    \(head)A\(tail)\n", "A"),
            (
                "- \"id\": !!int |-\n    1\n  \"leadId\": |-\n    5550000000800001\n  \"xmlData\": |-\n    \(head)A\(tail)\n",
                "A"
            ),
            (
                "[{\"leadId\": \"5550000000800001\", \"xmlData\": \"\(escaped(head))A\n      b\(escaped(tail))\"}]\n",
                "A b"
            ),
            // A line that begins with markup in a string without quotes.
            (
                "leadId: '5550000000800001'\nxmlData: \(head)A\n  b\(tail.replacing("</row>", with: "\n  </row>"))\n",
                "A b"
            ),
        ])
    func onlyYAML(text: String, name: String) throws {
        for chunkSize in [64, 1 << 18] {
            #expect(try read(text, chunkSize: chunkSize) == ([name], 1))
            let other = text.replacing("0800001", with: "0800002")
            #expect(try read(text + "---\n" + other, chunkSize: chunkSize) == ([name, name], 2))
        }
    }

    @Test(
        "Values that programs print are read as their languages write them",
        arguments: [
            (#"{'leadId': '5550000000800001', 'xmlData': '\#(head)It\'s\#(tail)'}"#, "It's"),
            (#"{'leadId': '5550000000800001', 'xmlData': '\#(head)C:\\new\#(tail)'}"#, #"C:\new"#),
            (#"{'leadId': '5550000000800001', 'xmlData': '\#(head)\\\\srv\\d\\\\\#(tail)'}"#, #"\\srv\d\\"#),
            (#"{ leadId: '5550000000800001', xmlData: '\#(head)C:\\new\#(tail)' }"#, #"C:\new"#),
            (#"{leadId: "5550000000800001", xmlData: "\#(escaped(head))\#\#{a}\#(escaped(tail))"}"#, "#{a}"),
            (#"{"leadId": "5550000000800001", "xmlData": "\#(escaped(head))A: \/b\#(escaped(tail))"}"#, "A: /b"),
        ])
    func printedValues(text: String, name: String) throws {
        #expect(try read(text + "\n") == ([name], 1))
        #expect(try read("[\(text),\n \(text.replacing("0800001", with: "0800002"))]\n") == ([name, name], 2))
    }

    @Test(
        "Mappings of Java and Dart, whose strings have no quotes, are read with the commas and colons in them",
        arguments: [
            "{leadId=5550000000800001, xmlData=\(head)A: b, c\(tail)}",
            "{leadId: 5550000000800001, xmlData: \(head)A: b, c\(tail)}",
        ])
    func mappingsWithoutQuotes(text: String) throws {
        #expect(try read(text + "\n") == (["A: b, c"], 1))
    }

    @Test("A document over lines that are indented no further than its name is none of YAML")
    func printedDocument() throws {
        let document = "\(Self.head)A: b # c\(Self.tail)".replacing("><", with: ">\n  <")
        let text = "Request URL: https://crm.zoho.com/crm/private/xml/Leads/convertLead\nRequest Params:\n"
        #expect(try read(text + "  leadId: 5550000000800001\n  xmlData: \(document)\n") == (["A: b # c"], 1))
    }

    @Test("The bytes of a letter that are escaped each are not read as letters")
    func escapedBytes() throws {
        let text =
            "{\"leadId\": \"5550000000800001\", \"xmlData\": \"\(Self.escaped(Self.head))\\xC3\\xBC\(Self.escaped(Self.tail))\"}\n"
        #expect(try read(text) == ([], 1))
    }

    @Test("A string that is never closed takes no request after it")
    func open() throws {
        let text = "{leadId: '5550000000800001', xmlData: '\(Self.head)A\n      b"
        let json =
            "{\"leadId\":\"5550000000800002\",\"xmlData\":\"\(Self.escaped(Self.head))A\(Self.escaped(Self.tail))\"}\n"
        let result = try read(text + "\n" + json)
        #expect(result.names == ["A"])
        #expect(result.count == 2)
    }

    @Test("The entry of a debug log right after YAML is one entry")
    func debugLogAfterYAML() throws {
        let form =
            "leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow%3E%3Coption+val='createPotential'%3Efalse"
            + "%3C/option%3E%3C/row%3E%3C/Potentials%3E"
        let address = "https://crm.zoho.com/crm/private/xml/Leads/convertLead"
        let text = "---\nhttp_interactions:\n- request:\n    uri: \(address)\n    body:\n      string: \(form)\n"
        let log = "URL: \(address)\nData: \(form.replacing("0800001", with: "0800002"))\n"
        #expect(try read(text + "recorded_with: VCR 3.0.3\n" + log).count == 2)
    }
}
