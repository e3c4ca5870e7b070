import Foundation
import TestSupport
import Testing

@testable import BulkConversion

@Suite("Documents beside a call")
struct DocumentCheckTests {
    private static func document(_ name: String) -> String {
        "<Potentials><row no=\"1\"><option val=\"createPotential\">true</option></row><row no=\"2\">"
            + "<FL val=\"Potential Name\">\(name)</FL><FL val=\"Closing Date\">12/21/2019</FL>"
            + "<FL val=\"Potential Stage\">Qualification</FL></row></Potentials>"
    }

    private static let own = document("Own")

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private static func references(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// How a document may be written, so that it is plain in no form.
    static let spellings: [(name: String, write: @Sendable (String) -> String)] = [
        ("base64", base64),
        ("base64 after a name", { "z=" + base64($0) }),
        ("a form in base64", { base64("leadId=6&xmlData=" + WrittenForm.encoded($0)) }),
        ("references", references),
        ("references, percent-encoded", { WrittenForm.encoded(references($0)) }),
        ("percent-encoded twice", { WrittenForm.encoded(WrittenForm.encoded($0)) }),
        ("octal", { $0.replacing("<", with: "\\074").replacing(">", with: "\\076") }),
        ("u003c", { $0.replacing("<", with: "\\u003c").replacing(">", with: "\\u003e") }),
        ("another root", { $0.replacing("Potentials", with: "Deals") }),
        ("a root of leads", { $0.replacing("Potentials", with: "Leads") }),
        ("a prefix", { $0.replacing("Potentials", with: "z:Potentials") }),
        ("a root in small letters", { $0.replacing("Potentials", with: "potentials") }),
    ]

    /// Archives of one call, with room for a text.
    private static let archives = [
        "leadId,xmlData,note\n5,\"{call}\",\"{note}\"\n",
        "2018-05-28 INFO GET \(WrittenForm.address)?leadId=5&xmlData={encoded} note={note}\n",
        "leadId=5&xmlData={encoded}&note={parameter}\n",
        "POST /crm/private/xml/Leads/convertLead HTTP/1.1\nHost: crm.zoho.eu\nX-Note: {note}\n\nleadId=5&xmlData={encoded}\n",
    ]

    private func lines(_ archive: String, note: String) throws -> [Line] {
        let isTable = archive.hasPrefix("leadId,")
        let text = archive.replacing("{call}", with: Self.own.replacing("\"", with: "\"\""))
            .replacing("{encoded}", with: WrittenForm.encoded(Self.own))
            .replacing("{note}", with: isTable ? note.replacing("\"", with: "\"\"") : note)
            .replacing("{parameter}", with: WrittenForm.encoded(note))
        let scratch = try Scratch()
        try scratch.write("a.txt", text)
        return try Bulk.filter([scratch["a.txt"]]).lines
    }

    @Test("Another document is named, however it is written", arguments: spellings.map(\.name), archives)
    func others(spelling: String, archive: String) throws {
        let write = try #require(Self.spellings.first { $0.name == spelling }).write
        let lines = try lines(archive, note: write(Self.document("Other")))
        // A line with two plain documents is a dead letter as a whole.
        #expect(lines.count { !$0.isConverted } == 1)
        #expect(lines.filter(\.isConverted).allSatisfy { $0.leadID == "5" })
    }

    @Test("A copy of the call's document is no other", arguments: spellings.map(\.name), archives)
    func copies(spelling: String, archive: String) throws {
        // A form in base64 is another call, here for another lead; no program writes a copy with another root.
        if spelling == "a form in base64" || spelling.contains("root") || spelling == "a prefix" { return }
        let write = try #require(Self.spellings.first { $0.name == spelling }).write
        let lines = try lines(archive, note: write(Self.own))
        #expect(lines.map(\.leadID) == ["5"] && lines.allSatisfy(\.isConverted))
    }

    @Test("Words about an option, and base64 of other things, are no documents", arguments: archives)
    func words(archive: String) throws {
        for note in [
            "createPotential was true", "option createPotential", Self.base64(String(repeating: "picture ", count: 40)),
        ] {
            let lines = try lines(archive, note: note)
            #expect(lines.map(\.leadID) == ["5"] && lines.allSatisfy(\.isConverted), "\(note)")
        }
    }

    @Test(
        "A copy whose backslashes are escaped once more is no other",
        arguments: ["\\x\\d", "C:\\temp\\new", "\\\\server\\u1", "\\u00", "\\7\\a"])
    func backslashes(value: String) throws {
        let document = Self.document(value)
        let scratch = try Scratch()
        let archive = try scratch.write(
            "a.json",
            "{\"text\":\"leadId=5&xmlData=\(WrittenForm.encoded(document))\",\"params\":[{\"name\":\"xmlData\",\"value\":"
                + "\(Self.json(document))}]}\n")
        let lines = try Bulk.filter([archive]).lines
        #expect(lines.map(\.leadID) == ["5"] && lines.allSatisfy(\.isConverted))
    }

    /// A string of JSON.
    private static func json(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }

    @Test(
        "A copy or a preview of a document in JSON is no other",
        arguments: [
            "{\"leadId\":\"5\",\"xmlData\":{D},\"preview\":{P}}", "{\"leadId\":\"5\",\"xmlData\":{D},\"pretty\":{L}}",
            "{\"request\":{\"leadId\":\"5\",\"xmlData\":{D}},\"meta\":{\"note\":{D}}}",
            "10:00 GET {A}?leadId=5&xmlData={E} params={\"leadId\":\"5\",\"xmlData\":{D}}",
            "10:00 params={\"leadId\":\"5\",\"xmlData\":{D}} GET {A}?leadId=5&xmlData={E}",
        ])
    func copiesInJSON(template: String) throws {
        let others = Self.document("Other")
        func lines(_ document: String) throws -> [Line] {
            let scratch = try Scratch()
            let text = template.replacing("{A}", with: WrittenForm.address).replacing(
                "{E}", with: WrittenForm.encoded(Self.own)
            )
            .replacing("{P}", with: Self.json(String(document.prefix(190)) + "..."))
            .replacing("{L}", with: Self.json(document.replacing("><", with: ">\n  <")))
            // The last document is the copy.
            let parts = text.components(separatedBy: "{D}")
            let last = template.contains("{E}") || parts.count > 2 ? document : Self.own
            let written = parts.dropLast().joined(separator: Self.json(Self.own)) + Self.json(last) + (parts.last ?? "")
            return try Bulk.filter([scratch.write("a.txt", written + "\n")]).lines
        }
        #expect(try lines(Self.own) == [Line(true, 1, "5")])
        #expect(try lines(others).contains { !$0.isConverted })
    }
}
