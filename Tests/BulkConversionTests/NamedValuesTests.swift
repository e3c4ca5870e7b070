import TestSupport
import Testing

@testable import BulkConversion

@Suite("Parameters by their names")
struct NamedValuesTests {
    private static let document =
        "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"
    private static let escaped = document.replacing("'", with: "\\\"")
    private static let form =
        "leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow%3E%3Coption+val='createPotential'%3Efalse%3C/option%3E%3C/row%3E%3C/Potentials%3E"

    @Test(
        "A lead id alone on the line before a body is the body's",
        arguments: [
            ("[call]\nleadId=5550000000800001\nxmlData=\(document)\n", 2),
            ("[call]\nleadId=5550000000800001\nbody=authtoken=made-up-secret&\(form)\n", 3),
            ("[[call]]\nleadId = \"5550000000800001\"\nxmlData = \"\(escaped)\"\n", 2),
        ])
    func leadIDBefore(group: (text: String, line: Int)) throws {
        let scratch = try Scratch()
        let other = group.text.replacing("0800001", with: "0800002")
        let feeds = group.text.count { $0 == "\n" }
        for chunkSize in [64, 1 << 18] {
            var settings = BulkSettings()
            settings.chunkSize = chunkSize
            let result = try Bulk.filter([scratch.write("a.txt", group.text + other)], settings: settings)
            #expect(
                result.lines.map { [$0.isConverted ? "1" : "0", "\($0.line)", $0.leadID ?? ""] } == [
                    ["1", "\(group.line)", "5550000000800001"], ["1", "\(group.line + feeds)", "5550000000800002"],
                ])
        }
    }

    @Test(
        "A lead id that may be of another body is of none",
        arguments: [
            "xmlData=\(document)\nleadId=5550000000800001\nxmlData=\(document.replacing("false", with: "FALSE"))\nleadId=5550000000800002\n",
            "leadId=5550000000800001\n\nxmlData=\(document)\n", "leadId=5550000000800001\n",
            "leadId=5550000000800001\n[other]\nxmlData=\(document)\n",
        ])
    func leadIDOfOther(text: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.txt", text)])
        #expect(!result.lines.isEmpty && !result.lines.contains { $0.isConverted })
    }

    @Test(
        "Names with a blank, as Airtable has them, and with the ending of Salesforce's own fields are the parameters'",
        arguments: [
            "{\"records\":[{\"id\":\"rec1\",\"fields\":{\"Lead Id\":\"5550000000800001\",\"Xml Data\":\"\(document)\"}}]}\n",
            "\"ID\",\"LEADID__C\",\"XMLDATA__C\"\n\"a00\",\"5550000000800001\",\"\(document)\"\n",
        ])
    func otherNames(text: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a", text)])
        #expect(result.lines.map(\.isConverted) == [true])
        #expect(result.lines.map(\.leadID) == ["5550000000800001"])
    }

    @Test("An address in a header of a request begins no other request")
    func addressInHeader() throws {
        let scratch = try Scratch()
        let path = "/crm/private/xml/Leads/convertLead"
        let request =
            "POST \(path) HTTP/1.1\nHost: crm.zoho.com\nCookie: last=https%3A//crm.zoho.com\(path)%3FleadId%3D1\n"
            + "Content-Length: \(Self.form.utf8.count)\n\n\(Self.form)\n"
        let result = try Bulk.filter([scratch.write("a.http", request + request)])
        #expect(result.lines.map(\.line) == [1, 7])
        #expect(result.lines.map(\.isConverted) == [true, true])
    }
}
