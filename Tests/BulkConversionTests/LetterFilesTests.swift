import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Dead letters as files")
struct LetterFilesTests {
    private static func document(_ date: String, _ name: String = "A") -> String {
        "<Potentials><row no='1'><option val='createPotential'>true</option></row><row no='2'><FL val='Potential Name'>\(name)</FL>"
            + "<FL val='Closing Date'>\(date)</FL><FL val='Potential Stage'>Won</FL></row></Potentials>"
    }

    private static func line(_ id: String, _ xml: String) throws -> String {
        let object: [String: Any] = ["leadId": id, "xmlData": xml]
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self) + "\n"
    }

    private func run(_ scratch: Scratch, into name: String = "out", jobs: Int = 1, _ archives: [String]) throws
        -> BulkSummary
    {
        var settings = BulkSettings()
        settings.deadLetters = .files
        settings.jobs = jobs
        settings.chunkSize = 500
        return try Bulk.run(archives.map { scratch[$0] }, into: scratch[name], settings: settings)
    }

    /// The rows of a table without line ends in cells.
    private func rows(_ text: Data) -> [[String]] {
        String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
            var (cells, isQuoted) = ([""], false)
            for character in line {
                switch character {
                case "\"": isQuoted.toggle()
                case "," where !isQuoted: cells.append("")
                default: cells[cells.count - 1].append(character)
                }
            }
            return cells
        }
    }

    /// An archive with letters of one lead, of another, without a lead, and without a document.
    private func prepare(_ scratch: Scratch, sameLead count: Int = 5) throws {
        var text = try Self.line("7", Self.document("12/21/2009"))
        for number in 1...count { text += try Self.line("9", Self.document("99/\(number)/2009")) }
        text += try Self.line("../../etc", Self.document("12/21/2009"))
        text += try Self.line("8", Self.document("x", "Ünal & Söhne").replacing("Won", with: " "))
        text += try Self.line("10", "")
        try scratch.write("a.ndjson", text)
    }

    @Test("Each letter is a document named for its lead, and each of its errors a row")
    func names() throws {
        let scratch = try Scratch()
        try prepare(scratch)
        let summary = try run(scratch, ["a.ndjson"])
        #expect(summary.deadLetters == 8)
        let documents = ["8.xml", "9.2.xml", "9.3.xml", "9.4.xml", "9.5.xml", "9.xml", "unknown-1.xml"]
        #expect(
            scratch.files(below: "out")
                == ["converted.ndjson", "dead-letters.csv"] + documents.map { "dead-letters/" + $0 } + [
                    "report.html", "summary.json",
                ])
        #expect(scratch.read("out/dead-letters/9.3.xml") == Data(Self.document("99/3/2009").utf8))
        let rows = rows(scratch.read("out/dead-letters.csv"))
        #expect(rows.first == ["file", "source", "lead_id", "code", "message", "advice"])
        #expect(rows.allSatisfy { $0.count == 6 })
        let places = rows.dropFirst().map { row in
            "\(row[0]) \(row[1].split(separator: ":").last ?? "") \(row[2]) \(row[3])"
        }
        #expect(
            places == [
                "dead-letters/9.xml 2 9 v1.value.date", "dead-letters/9.2.xml 3 9 v1.value.date",
                "dead-letters/9.3.xml 4 9 v1.value.date", "dead-letters/9.4.xml 5 9 v1.value.date",
                "dead-letters/9.5.xml 6 9 v1.value.date", "dead-letters/unknown-1.xml 7  v1.lead_id.invalid",
                "dead-letters/8.xml 8 8 xml.syntax", " 9 10 v1.xml.missing",
            ])
        #expect(rows[1][5] == "correct the date; no such day exists")
        let report = String(decoding: scratch.read("out/report.html"), as: UTF8.self)
        #expect(report.contains("<code>dead-letters.csv</code>") && !report.contains("dead-letters.ndjson"))
    }

    @Test("The files are the same for any number of workers", arguments: [2, 5])
    func workers(_ jobs: Int) throws {
        let scratch = try Scratch()
        try scratch.write("a.ndjson", Requests.ndjson(300, seed: 11))
        _ = try run(scratch, into: "one", ["a.ndjson"])
        _ = try run(scratch, into: "many", jobs: jobs, ["a.ndjson"])
        let names = scratch.files(below: "one")
        #expect(names.count > 30 && scratch.files(below: "many") == names)
        for name in names { #expect(scratch.read("one/" + name) == scratch.read("many/" + name), "\(name)") }
    }

    @Test("Corrected, the folder is an archive, in which the name of a file is the lead id")
    func corrected() throws {
        let scratch = try Scratch()
        try prepare(scratch)
        try scratch.write("box/1.xml", Self.document("12/21/2009"))
        _ = try run(scratch, into: "box/out", ["a.ndjson"])
        for name in ["9", "9.2", "9.3", "9.4", "9.5", "8", "unknown-1"] {
            try scratch.write("box/out/dead-letters/\(name).xml", Self.document("12/21/2009", name))
        }
        let summary = try run(scratch, into: "again", ["box/out/dead-letters"])
        #expect((summary.converted, summary.deadLetters) == (6, 1))
        let lines = String(decoding: scratch.read("again/converted.ndjson"), as: UTF8.self).split(separator: "\n")
        let leads = lines.compactMap { $0.firstMatch(of: #/"source":".*\/(.+)\.xml:1","lead_id":"(\d+)"/#) }
        #expect(leads.map { "\($0.1) \($0.2)" } == ["8 8", "9.2 9", "9.3 9", "9.4 9", "9.5 9", "9 9"])
        // Inside an archive the directory of the results is left out.
        #expect(try run(scratch, into: "other", ["box"]).requests == 1)
    }

    @Test("Corrected, the folder gives the calls that the archive would have given, whatever their hosts and formats")
    func sameCalls() throws {
        let scratch = try Scratch()
        let document = Self.document("99/99/2009").replacing(
            "</row></Potentials>", with: "<FL val='Description'>null</FL></row></Potentials>")
        func address(_ host: String) -> String { "https://crm.zoho.\(host)/crm/private/json/Leads/convertLead" }
        let encoded = try #require(document.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        var lines = ["\(address("eu"))?newFormat=2&leadId=1&authtoken=made-up-secret&xmlData=\(encoded)"]
        lines.append("\(address("in"))?leadId=2&xmlData=\(encoded)")
        lines.append("\(address("com"))?newFormat=1&leadId=3&xmlData=\(encoded)")
        lines.append("\(address("com"))?newFormat=2&leadId=4&xmlData=\(encoded)")
        for (id, members) in [(5, ["newFormat": "2"]), (6, [:]), (7, ["url": address("com.cn"), "newFormat": "2"])] {
            let object = members.merging([
                "leadId": "\(id)", "xmlData": "<?xml version='1.0'?><!DOCTYPE Potentials>" + document,
            ]) { $1 }
            lines.append(String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self))
        }
        let archive = lines.joined(separator: "\n") + "\n"
        try scratch.write("a.txt", archive)
        #expect(try run(scratch, ["a.txt"]).deadLetters == 7)

        let note = "<?convertlead https://crm.zoho.eu/crm/private/json/Leads/convertLead?newFormat=2?>\n"
        #expect(scratch.text("out/dead-letters/1.xml") == note + document)
        #expect(scratch.text("out/dead-letters/3.xml") == document)
        #expect(
            scratch.text("out/dead-letters/5.xml")
                == "<?xml version='1.0'?>\n<?convertlead /crm/private/xml/Leads/convertLead?newFormat=2?>\n<!DOCTYPE Potentials>"
                + document)
        #expect(scratch.text("out/dead-letters/6.xml") == "<?xml version='1.0'?><!DOCTYPE Potentials>" + document)

        // Once more without a correction: what was said is still there, once.
        #expect(try run(scratch, into: "again", ["out/dead-letters"]).deadLetters == 7)
        for name in scratch.files(below: "out/dead-letters") {
            #expect(scratch.text("again/dead-letters/" + name) == scratch.text("out/dead-letters/" + name), "\(name)")
        }

        func corrected(_ text: String) -> String {
            text.replacing("99/99/2009", with: "12/21/2009").replacing("99%2F99%2F2009", with: "12%2F21%2F2009")
                .replacing("99\\/99\\/2009", with: "12/21/2009").replacing("<!DOCTYPE Potentials>", with: "")
        }
        try scratch.write("a.txt", corrected(archive))
        for name in scratch.files(below: "out/dead-letters") {
            let file = "out/dead-letters/" + name
            try scratch.write(file, corrected(scratch.text(file)))
        }
        func calls(_ name: String, _ archive: String) throws -> [String] {
            #expect(try run(scratch, into: name, [archive]).converted == 7)
            return scratch.text(name + "/converted.ndjson").split(separator: "\n").map { line in
                String(line.replacing(#/"source":"[^"]*",/#, with: "").replacing(#/,"diagnostics":.*/#, with: "}"))
            }
        }
        let expected = try calls("expected", "a.txt")
        #expect(try calls("found", "out/dead-letters") == expected)
        #expect(expected.count { $0.contains("\"Description\":null") } == 4)
        #expect(expected.contains { $0.contains("https://www.zohoapis.com.cn/") })
    }

    @Test("Many letters of one lead are numbered without a gap")
    func sameLead() throws {
        let scratch = try Scratch()
        try prepare(scratch, sameLead: 300)
        _ = try run(scratch, ["a.ndjson"])
        let numbers = scratch.files(below: "out/dead-letters").compactMap { $0.firstMatch(of: #/^9\.(\d+)\.xml$/#) }
        #expect(Set(numbers.compactMap { Int($0.1) }) == Set(2...300))
        for number in 2...300 {
            #expect(scratch.read("out/dead-letters/9.\(number).xml") == Data(Self.document("99/\(number)/2009").utf8))
        }
    }

    @Test("A document that declares the encoding of the archive is not read in that encoding again")
    func encoding() throws {
        let scratch = try Scratch()
        let prolog = "<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>"
        let document = Self.document("12/21/2009", "Müller")
        let text = prolog + "<!DOCTYPE Potentials>" + document
        try scratch.write("in/9.xml", try #require(text.data(using: .isoLatin1)))
        #expect(try run(scratch, ["in"]).deadLetters == 1)
        let file = String(decoding: scratch.read("out/dead-letters/9.xml"), as: UTF8.self)
        #expect(file == text.replacing(" encoding='ISO-8859-1'", with: ""))
        try scratch.write("out/dead-letters/9.xml", file.replacing("<!DOCTYPE Potentials>", with: ""))
        #expect(try run(scratch, into: "again", ["out/dead-letters"]).converted == 1)
        #expect(String(decoding: scratch.read("again/converted.ndjson"), as: UTF8.self).contains("Müller"))
    }

    @Test("Nothing that lies at the names of the folder is overwritten or followed")
    func taken() throws {
        let scratch = try Scratch()
        try prepare(scratch)
        try scratch.write("out/dead-letters/9.xml", "precious")
        #expect(throws: BulkFailure.self) { try run(scratch, ["a.ndjson"]) }
        #expect(scratch.files(below: "out") == ["dead-letters/9.xml"])
        var settings = BulkSettings()
        settings.deadLetters = .files
        settings.resumes = true
        let resumed = #expect(throws: BulkFailure.self) {
            try Bulk.run([scratch["a.ndjson"]], into: scratch["out"], settings: settings)
        }
        #expect(resumed?.kind == .inputOutput)
        #expect(scratch.read("out/dead-letters/9.xml") == Data("precious".utf8))
        try scratch.write("kept/9.xml", "precious")
        try FileManager.default.createDirectory(atPath: scratch["linked"], withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: scratch["linked/dead-letters.part"], withDestinationPath: scratch["kept"])
        #expect(throws: BulkFailure.self) {
            try Bulk.run([scratch["a.ndjson"]], into: scratch["linked"], settings: settings)
        }
        #expect(scratch.files(below: "kept") == ["9.xml"])
    }

    @Test("A run is not resumed in the other form, and a filter has no files")
    func otherForm() throws {
        let scratch = try Scratch()
        try prepare(scratch)
        _ = try run(scratch, ["a.ndjson"])
        var settings = BulkSettings()
        settings.resumes = true
        let other = #expect(throws: BulkFailure.self) {
            try Bulk.run([scratch["a.ndjson"]], into: scratch["out"], settings: settings)
        }
        #expect(other?.kind == .inputChanged)
        settings.deadLetters = .files
        #expect(try Bulk.run([scratch["a.ndjson"]], into: scratch["out"], settings: settings).isOfEarlierRun)
        let (status, errors) = try BuiltCommand(
            ["bulk", "--dead-letters", "files", "-o", "-", scratch["a.ndjson"]]
        ).wait()
        #expect(status == 64 && errors.contains("--dead-letters files"), "\(errors)")
    }
}
