@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Damaged archives")
struct DamagedArchivesTests {
    private static let pieces: [String] = [
        "<", ">", "&", "=", "%", "\"", "'", "\n", "\r\n", "\0", "{", "}", "[", "]", "(", ")", ";", "--", "/*", "\\",
        "{{", "}}",
        "curl ", "INSERT INTO ", " VALUES ", "URL:", "Data:", "HTTP/1.1 ", "xmlData=", "POST ", "\"log\":",
        "\"entries\":[",
        "<![CDATA[", "<!--", "://", "?", ",", "\t", "\"request\":{", "\u{FEFF}", "é",
    ]

    /// Samples with some bytes changed, removed, repeated or brought in from others.
    private func damagedFiles(_ count: Int) throws -> [Data] {
        var random = SeededGenerator("damaged archives")
        let files = FileManager.default
        let samples = try files.subpathsOfDirectory(atPath: ArchiveSamples.directory.path).sorted()
            .compactMap { files.contents(atPath: ArchiveSamples.directory.path + "/" + $0) }
        return (0..<count).map { _ in
            var bytes = Array(samples[random.below(samples.count)])
            for _ in 0...random.below(10) {
                let at = random.below(bytes.count + 1)
                switch random.below(5) {
                case 0 where at < bytes.count: bytes[at] = UInt8(random.below(256))
                case 1: bytes.removeSubrange(at..<min(at + random.below(40), bytes.count))
                case 2: bytes.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)].utf8, at: at)
                case 3: bytes.removeSubrange(at...)
                default:
                    let other = samples[random.below(samples.count)]
                    bytes.insert(
                        contentsOf: other.dropFirst(random.below(other.count)).prefix(random.below(200)), at: at)
                }
            }
            return Data(bytes)
        }
    }

    @Test(
        "What begins like a table and is none is read once",
        arguments: [
            "\0,<Potentials", "a\0,b\n\0,<Potentials\n\0,b\n", "CREATE x (TABLE <Potentials (a text));\n",
        ])
    func noTable(text: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a", text)])
        #expect(result.summary.isBalanced)
        #expect(result.lines.contains { !$0.isConverted })
    }

    private static let path = "/crm/private/xml/Leads/convertLead"

    /// A form body for a lead.
    private static func body(_ leadID: Int) -> String {
        "authtoken=made-up-secret&leadId=\(leadID)&xmlData=%3CPotentials%3E%3Crow%20no%3D%221%22%3E%3Coption%20val%3D%22"
            + "createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E"
    }

    /// Archives in which what comes next is told from what came before, and how many calls and dead letters they hold.
    private static let linked: [(text: String, calls: Int, letters: Int)] = [
        // Records of a log about one call, and between them one that alone would begin a log in a wrapper.
        (
            (1...6).map { number in
                """
                {"@mt":"Start {Uri}","HttpMethod":"POST","Uri":"https://crm.zoho.com\(path)"}
                {"@mt":"Body {Body}","Body":"\(body(number))"}
                {"source":"a log line"}
                {"@mt":"HTTP {Uri} responded","StatusCode":200,"HttpMethod":"POST","Uri":"https://crm.zoho.com\(path)"}

                """
            }.joined(), 6, 0
        ),
        // The same with a document that is cut off.
        (
            #"{"leadId":"1","xmlData":"<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"}"#
                + "\n" + #"{"s":"<Potentials><row no=\"1\">"}"# + "\n", 1, 1
        ),
        // Requests with a variable, and lines of a log between them.
        (
            "@host = https://crm.zoho.eu\n"
                + (1...4).map { "\n### \($0)\nGET {{host}}\(path)?\(body($0))\n\n10:00 INFO sent \(body(90 + $0))\n" }
                .joined(), 8, 0
        ),
    ]

    @Test("How many entries are taken at a time changes nothing", arguments: linked)
    func chunks(text: String, calls: Int, letters: Int) throws {
        let scratch = try Scratch()
        let archive = try scratch.write("a", text)
        let whole = try Bulk.filter([archive])
        #expect(whole.lines.count { $0.isConverted } == calls && whole.lines.count == calls + letters)
        for chunkSize in stride(from: 1, to: 600, by: 7) {
            var settings = BulkSettings()
            settings.chunkSize = chunkSize
            let result = try Bulk.filter([archive], settings: settings)
            #expect(result.text == whole.text, "\(chunkSize)")
            #expect(result.summary == whole.summary)
        }
    }

    @Test("Six hundred damaged files are read without a trap, accounted for, and the same in any chunks")
    func accounted() throws {
        let scratch = try Scratch()
        for (index, data) in try damagedFiles(600).enumerated() {
            try scratch.write("in/\(1000 + index)", data)
        }
        var settings = BulkSettings()
        settings.jobs = 2
        let summary = try Bulk.run([scratch["in"]], into: scratch["a"], settings: settings)
        settings.jobs = 1
        settings.chunkSize = 777
        #expect(try Bulk.run([scratch["in"]], into: scratch["b"], settings: settings) == summary)
        #expect(summary.isBalanced)
        #expect(summary.read >= 600)
        for name in ["converted.ndjson", "dead-letters.ndjson"] {
            #expect(scratch.read("a/" + name) == scratch.read("b/" + name))
            for line in scratch.read("a/" + name).split(separator: 0x0A) {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line)) }
            }
        }
        let again = try Bulk.run([scratch["a/dead-letters.ndjson"]], into: scratch["c"])
        #expect(again.read == summary.deadLetters)
    }

}
