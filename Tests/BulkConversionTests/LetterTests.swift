import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Dead letters keep the document, and nothing else of an entry")
struct LetterTests {
    private static let leadID = "5550000000300001"

    /// A request that is refused for its date, with what encodings, dialects and cutters stumble over.
    private static let document = """
        <Potentials leadId="\(leadID)"><row no="1"><option val="createPotential">true</option></row>\r
        <row no='2'><FL val="Potential Name"><![CDATA[</row>]]> &amp; 50% + \\n \\\\ 'a' %41 &#233; é 東京 😀</FL>
        \t<FL val="Closing Date">13/45/2018</FL><FL val="Potential Stage">Closed Won</FL>\
        <FL val="Description">ticket=4711, "authtoken":"none", apikey: x;</FL></row></Potentials>
        """

    private func letters(_ archive: String, _ options: TranslationOptions = TranslationOptions()) throws -> [[String:
        Any]]
    {
        let scratch = try Scratch()
        _ = try Bulk.run([archive], into: scratch["out"], options: options)
        return try scratch.read("out/dead-letters.ndjson").split(separator: 0x0A).map {
            try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] ?? [:]
        }
    }

    @Test("The document of a refused request is kept byte for byte, in every form", arguments: WrittenForm.all)
    func unchanged(_ form: WrittenForm) throws {
        let scratch = try Scratch()
        try scratch.write(form.file, form.write(Self.leadID, Self.document))
        let letters = try letters(scratch[form.file])
        #expect(letters.count == 1)
        #expect(letters.first?["xmlData"] as? String == Self.document)
        #expect(letters.first?["lead_id"] as? String == Self.leadID)
        let codes = (letters.first?["diagnostics"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
        #expect(codes?.contains("v1.value.date") == true)
        let members: Set = ["source", "bytes", "lead_id", "diagnostics", "xmlData", "newFormat", "url"]
        #expect(Set(letters.first.map { Array($0.keys) } ?? []).isSubset(of: members))
    }

    private static let secret = "5eCr3tT0k3n"

    /// An archive of a form with the secret at one place after the other: each offset outside the document, its lead id and
    /// its address, all of which a letter shows.
    private func planted(_ form: WrittenForm) -> [String] {
        let xml = "<Potentials><row no=\"1\"><option val=\"createPotential\">perhaps</option></row></Potentials>"
        let whole = form.write(Self.leadID, xml)
        // What two documents that differ in their first character have in common comes before the document.
        let first = form.write(Self.leadID, "A" + xml).commonPrefix(with: form.write(Self.leadID, "B" + xml)).count
        let (one, other) = (form.write(Self.leadID, xml + "A"), form.write(Self.leadID, xml + "B"))
        let last = String(one.reversed()).commonPrefix(with: String(other.reversed())).count
        let (start, end) = (whole.prefix(first), whole.suffix(last))
        var places: [String] = []
        for (part, isBefore) in [(start, true), (end, false)] {
            for index in part.indices {
                let (before, after) = (part[..<index], part[index...])
                if shows(before, after) { continue }
                let changed = String(before) + Self.secret + String(after)
                places.append(
                    isBefore ? changed + String(whole.dropFirst(first)) : String(whole.dropLast(last)) + changed)
            }
        }
        return places
    }

    /// Whether a place is in what a letter may show: the lead id, or scheme, host and path of an address.
    private func shows(_ before: Substring, _ after: Substring) -> Bool {
        for shown in [Self.leadID, WrittenForm.address, "/crm/private/xml/Leads/convertLead", "crm.zoho.eu"] {
            for length in 0...shown.count
            where before.hasSuffix(String(shown.prefix(length))) && after.hasPrefix(String(shown.dropFirst(length))) {
                return true
            }
        }
        return false
    }

    @Test(
        "A dead letter is read again as one, whatever its findings and its address quote",
        arguments: [("leadId=5&xmlData=<Potentials/>", "crm.zoho.eu"), ("The host", "xmlDatacrm.zoho.eu")])
    func quotes(message: String, host: String) throws {
        let scratch = try Scratch()
        let finding =
            #"{"code":"xml.syntax","severity":"error","source":"a:1","message":"\#(message)","advice":"xmlData"}"#
        let letter =
            #"{"source":"a:1","bytes":[0,9],"lead_id":null,"diagnostics":[\#(finding),\#(finding)],"#
            + #""url":"https://\#(host)/crm/private/xml/Leads/convertLead","xmlData":"<Potentials"}"# + "\n"
        let result = try Bulk.filter([scratch.write("dead-letters.ndjson", letter + letter)])
        #expect(result.lines.map(\.line) == [1, 2])
        #expect(result.lines.allSatisfy { $0.codes.contains("xml.syntax") })
    }

    @Test("A secret at any place outside the document reaches no output", arguments: WrittenForm.all)
    func secrets(_ form: WrittenForm) throws {
        let scratch = try Scratch()
        let archives = planted(form)
        #expect(archives.count > 10)
        for (number, text) in archives.enumerated() { try scratch.write("in/\(number)/\(form.file)", text) }
        var options = TranslationOptions()
        options.showsValues = true
        let summary = try Bulk.run([scratch["in"]], into: scratch["out"], options: options)
        #expect(summary.deadLetters > 0)
        var outputs = Dictionary(
            uniqueKeysWithValues: try FileManager.default.contentsOfDirectory(atPath: scratch["out"]).map {
                ($0, scratch.text("out/" + $0))
            })
        outputs["survey"] = String(
            decoding: try SurveyRun(archives: [scratch["in"]], options: options).run().json, as: UTF8.self)
        for (name, text) in outputs {
            for line in text.split(separator: "\n") where line.contains(Self.secret) {
                Issue.record("\(name): \(line)")
            }
        }
    }

    @Test(
        "A letter has of a document that is cut off what may be its own, and nothing that follows in the value",
        arguments: [
            ("</row>&authtoken=made-up-secret", "</row>"), ("</row> authtoken=made-up-secret", "</row>"),
            ("</row>\\\", \\\"apikey\\\": \\\"made-up-secret", "</row>"),
            ("</row>', 'ticket': 'made-up-secret'}", "</row>"),
            ("</row><... authtoken=made-up-secret", "</row>"),
            ("<row no='2'><FL val='A'>x authtoken=made-up-secret", "x authtoken"),
            ("<row no='2'><FL val='A'>some te", "some te"), ("<row no='2'><FL val='Clos", "<FL val='Clos"),
            ("<row no='2'><FL authtoken='made-up-secret", "<row no='2'>"), ("<row no='2'><F", "<F"), ("</ro", "</ro"),
            ("<row no='2'><FL val='A authtoken=made-up-secret", "<row no='2'>"),
        ])
    func cutOff(rest: String, end: String) throws {
        let scratch = try Scratch()
        let document = "<Potentials><row no='1'><option val='createPotential'>true</option>"
        try scratch.write("a.ndjson", "{\"leadId\":\"5550000000800001\",\"xmlData\":\"\(document)\(rest)\"}\n")
        let text = String(decoding: try Bulk.filter([scratch["a.ndjson"]]).text, as: UTF8.self)
        #expect(!text.contains("made-up-secret"))
        #expect(text.hasSuffix(end + "\"}\n"), "\(text)")
    }
}
