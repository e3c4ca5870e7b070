import Foundation
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Archives of every form")
struct ArchiveFormsTests {
    private static let unnamed: String? = nil

    /// What each sample comes to: a line a request, and what is skipped.
    static let expected: [String: (lines: [Line], skipped: [String: Int])] = [
        "access.log": (
            [Line(true, 1, "5550000000240001"), Line(false, 2, nil, ["v1.call.body_missing"])],
            ["other_method": 1, "other_request": 1]
        ),
        "array.json": ([Line(true, 2, "5550000000220001"), Line(true, 6, "5550000000220002")], [:]),
        "browser.har": ([Line(true, 9, "5550000000270001"), Line(true, 31, "5550000000270002")], ["other_request": 1]),
        "calls.sh": (
            [
                Line(true, 3, "5550000000290001"), Line(true, 7, "5550000000290002"),
                Line(false, 8, nil, ["v1.call.body_missing"]),
            ], ["other_text": 1]
        ),
        "cut-off.ndjson.gz": (
            (1...26).map { Line(true, $0, String(5_550_000_000_210_999 + $0)) }
                + [Line(false, 27, nil, ["archive.file.truncated"])], [:]
        ),
        "dead-letters.ndjson": ([Line(true, 1, "5550000000340001")], [:]),
        "debug.log": (
            [Line(true, 1, "5550000000310001"), Line(true, 7, "5550000000310002", ["v1.call.raw_form"])],
            ["other_method": 1]
        ),
        "forms.txt": (
            [
                Line(true, 1, "5550000000250001"), Line(true, 2, "5550000000250002", ["v1.call.raw_form"]),
                Line(true, 3, "5550000000250003", ["v1.call.double_encoding"]),
            ], [:]
        ),
        "list.json": ([Line(true, 4, "5550000000222001"), Line(true, 5, "5550000000222002")], [:]),
        "object.json": ([Line(true, 1, "5550000000221001")], [:]),
        "postman.json": (
            [
                Line(true, 13, "5550000000280001"), Line(true, 48, "5550000000280002", ["v1.call.raw_form"]),
                Line(false, 59, "{{unknown}}", ["v1.lead_id.invalid", "v1.call.variable"]),
            ], ["v2_call": 1]
        ),
        "raw-url.txt": (
            [
                Line(
                    false, 1, "1386586000002574001", ["v1.call.raw_form", "lookup.user.missing", "lookup.role.version"])
            ], [:]
        ),
        "requests.http": ([Line(true, 1, "5550000000260001"), Line(true, 14, "5550000000260002")], ["reply": 1]),
        "requests.ndjson": (
            [
                Line(true, 1, "5550000000210001"), Line(true, 2, "5550000000210002"),
                Line(false, 3, nil, ["json.syntax"]), Line(false, 4, "5550000000210004", ["v1.xml.missing"]),
                Line(true, 6, "5550000000210005"),
            ], ["reply": 1]
        ),
        "requests.ndjson.gz": ([Line(true, 1, "5550000000210001"), Line(true, 2, "5550000000210002")], [:]),
        "requests.ndjson.xz": ([Line(true, 1, "5550000000210001"), Line(true, 2, "5550000000210002")], [:]),
        "requests.ndjson.zst": ([Line(true, 1, "5550000000210001"), Line(true, 2, "5550000000210002")], [:]),
        "urls.txt": ([Line(true, 1, "5550000000230001"), Line(true, 3, "5550000000230002")], ["other_method": 1]),
        "xml": (
            [
                Line(true, 1, "5550000000200001"), Line(true, 1, "5550000000200003"), Line(true, 1, "5550000000200004"),
                Line(false, 1, nil, ["v1.lead_id.missing", "xml.syntax"]), Line(false, 1, nil, ["archive.file.empty"]),
            ], ["other_text": 1, "page": 1, "picture": 1, "reply": 1]
        ),
    ]

    /// Whether a decompressor can be started; gzip is part of every Debian.
    private static func isInstalled(_ decompressor: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(decompressor)")
        }
    }

    @Test(
        "Each sample is recognised by its content and read whole",
        arguments: ArchiveSamples.names.filter {
            !$0.hasSuffix(".zst") && !$0.hasSuffix(".xz") && !$0.hasSuffix(".csv") && !$0.hasSuffix(".sql")
        })
    func sample(_ name: String) throws {
        try expectWhole(name)
    }

    @Test("A sample in zstd is read whole", .enabled(if: isInstalled("zstd"), "zstd is not installed"))
    func zstd() throws {
        try expectWhole("requests.ndjson.zst")
        try expectSameOutput("requests.ndjson.zst")
    }

    @Test("A sample in xz is read whole", .enabled(if: isInstalled("xz"), "xz is not installed"))
    func xz() throws {
        try expectWhole("requests.ndjson.xz")
        try expectSameOutput("requests.ndjson.xz")
    }

    private func expectWhole(_ name: String) throws {
        let expected = try #require(Self.expected[name], "no test expects anything of this sample")
        let path = ArchiveSamples.directory.appending(path: name).path
        let result = try Bulk.filter([path])
        #expect(result.lines == expected.lines)
        #expect(
            Dictionary(uniqueKeysWithValues: result.summary.skipped.map { ($0.name, $0.count) }) == expected.skipped)
        #expect(result.summary.isBalanced)
    }

    @Test("Every sample that is expected is there")
    func allSamples() {
        #expect(Set(ArchiveSamples.names).subtracting(["calls.csv", "dump.sql"]) == Set(Self.expected.keys))
    }

    /// A name or form of compression changes nothing of what is written.
    private func expectSameOutput(_ name: String) throws {
        let plain = try Bulk.filter([ArchiveSamples.directory.appending(path: "requests.ndjson.gz").path]).text
        let text = try Bulk.filter([ArchiveSamples.directory.appending(path: name).path]).text
        #expect(
            String(decoding: text, as: UTF8.self).replacing(name, with: "requests.ndjson.gz")
                == String(decoding: plain, as: UTF8.self))
    }

    @Test("No credential of any sample reaches any output", arguments: [false, true])
    func credentials(_ showsValues: Bool) throws {
        let scratch = try Scratch()
        var options = TranslationOptions()
        options.showsValues = showsValues
        _ = try Bulk.run([ArchiveSamples.directory.path], into: scratch["out"], options: options)
        let filtered = try Bulk.filter([ArchiveSamples.directory.path], options: options).text
        let outputs = ["converted.ndjson", "dead-letters.ndjson", "summary.json", "report.html"].map {
            scratch.read("out/" + $0)
        }
        for output in outputs + [filtered] {
            #expect(!output.isEmpty)
            #expect(output.range(of: Data("made-up-secret".utf8)) == nil)
        }
    }

    @Test("Dead letters given to bulk again are dead letters again, with the same XML and lead ids, until corrected")
    func deadLettersAgain() throws {
        let scratch = try Scratch()
        let first = try Bulk.run([ArchiveSamples.directory.path], into: scratch["a"])
        let second = try Bulk.run([scratch["a/dead-letters.ndjson"]], into: scratch["b"])
        #expect(second.converted == 0)
        #expect(second.deadLetters == first.deadLetters)
        func contents(_ name: String) throws -> [[String?]] {
            try scratch.read(name).split(separator: 0x0A).map {
                let object = try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] ?? [:]
                return [object["lead_id"] as? String, object["xmlData"] as? String, object["url"] as? String]
            }
        }
        #expect(try contents("a/dead-letters.ndjson") == contents("b/dead-letters.ndjson"))
        let text = String(decoding: scratch.read("a/dead-letters.ndjson"), as: UTF8.self)
        #expect(text.contains("{{unknown}}"))
        try scratch.write("c.ndjson", text.replacing("\"lead_id\":\"{{unknown}}\"", with: "\"lead_id\":\"77\""))
        #expect(try Bulk.filter([scratch["c.ndjson"]]).lines.contains { $0.isConverted && $0.leadID == "77" })
    }

    @Test("A dead letter of an empty file has no xmlData yet, and is converted once it has")
    func emptyLetter() throws {
        let scratch = try Scratch()
        try scratch.write("empty.xml", "")
        #expect(try Bulk.run([scratch["empty.xml"]], into: scratch["out"]).deadLetters == 1)
        let letter = String(decoding: scratch.read("out/dead-letters.ndjson"), as: UTF8.self)
        let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"
        let corrected = letter.replacing("\"lead_id\":null", with: "\"lead_id\":\"7\",\"xmlData\":\"\(xml)\"")
        try scratch.write("again.ndjson", letter + corrected)
        let lines = try Bulk.filter([scratch["again.ndjson"]]).lines
        #expect(lines == [Line(false, 1, nil, ["v1.xml.missing", "v1.lead_id.missing"]), Line(true, 2, "7")])
    }

    @Test("XML documents one after the other are entries of their own in a file of any size", arguments: [1, 400])
    func documents(times: Int) throws {
        let scratch = try Scratch()
        let rest = "<row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
        let text = """
            <Potentials leadId="1">\(rest)
            <?xml version="1.0"?>
            <Potentials leadId="2">\(rest)<!-- <Potentials> -->
            <response uri="/crm"><result/></response>
            <Potentials>\(rest)
            <Potentials leadId="5"><row></Potentials><Potentials leadId="6">
            \(rest)

            """
        let lines = [
            Line(true, 1, "1"), Line(true, 2, "2"), Line(false, 5, nil, ["v1.lead_id.missing"]),
            Line(false, 6, "5", ["xml.syntax"]), Line(true, 6, "6"),
        ]
        // The file's name is the lead id of none of them.
        try scratch.write("in/77.xml", String(repeating: text, count: times))
        let expected = (0..<times).flatMap { number in
            lines.map { Line($0.isConverted, $0.line + 7 * number, $0.leadID, $0.codes) }
        }
        for chunkSize in [1, 10_000, 1 << 20] {
            var settings = BulkSettings()
            settings.chunkSize = chunkSize
            let result = try Bulk.filter([scratch["in"]], settings: settings)
            #expect(result.lines == expected)
            #expect(result.summary.skipped.map(\.name) == ["reply"])
            #expect(result.summary.skippedCount == times)
        }
    }

    @Test("Lines of JSON are lines even when the first ones are broken", arguments: ["}", "", "\"}"])
    func brokenFirstLines(end: String) throws {
        let scratch = try Scratch()
        let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"
        func line(_ id: Int, _ end: String) -> String { "{\"leadId\":\"\(id)\",\"xmlData\":\"\(xml)\(end)\n" }
        try scratch.write("a.ndjson", line(1, "\"") + line(2, "\"") + line(3, end))
        let lines = try Bulk.filter([scratch["a.ndjson"]]).lines
        #expect(lines.map(\.line) == [1, 2, 3])
        #expect(lines.map(\.isConverted) == [false, false, end == "\"}"])
    }

    @Test("A document that breaks behind its root still says its lead id, and a wrong one is reported once")
    func leadIDOfBrokenDocument() throws {
        let scratch = try Scratch()
        let row = "<row no='1'><option val='createPotential'>R&D</option></row></Potentials>"
        try scratch.write("a/7.xml", "<Potentials leadId='8'>" + row)
        try scratch.write(
            "a/8.xml", "<?xml version='1.0' encoding='ISO-8859-1'?><!-- - --><Potentials leadId=' 9 '>" + row)
        try scratch.write("a/9.xml", "<Potentials leadId='1a'>" + row.replacing("R&D", with: "false"))
        let lines = try Bulk.filter([scratch["a"]]).lines
        #expect(
            lines == [
                Line(false, 1, "8", ["xml.syntax"]), Line(false, 1, "9", ["xml.syntax"]),
                Line(false, 1, nil, ["v1.lead_id.invalid"]),
            ])
    }

    @Test("An address that a log line gives a name is read whole")
    func namedAddress() throws {
        let scratch = try Scratch()
        let xml =
            "%3CPotentials%3E%3Crow%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C/option%3E%3C/row%3E%3C/Potentials%3E"
        let address = "https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=7&xmlData=\(xml)"
        let other = address.replacing("=7", with: "=8")
        try scratch.write("a.log", "10:00 INFO url=\(address) ms=3\n10:00 call:(\(other)\n")
        #expect(try Bulk.filter([scratch["a.log"]]).lines == [Line(true, 1, "7"), Line(true, 2, "8")])
    }

    private static let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"

    @Test("Addresses that Postman and HAR give in parts, or alone, are put together")
    func addressesInParts() throws {
        let scratch = try Scratch()
        let query = """
            [{"key":"leadId","value":"9","disabled":true},{"key":"leadId","value":"1"},{"key":"xmlData","value":"\(Self.xml)"}]
            """
        let parts = """
            {"protocol":"https","host":["crm","zoho","eu"],"path":["crm","private","xml","Leads","convertLead"],"query":\(query)}
            """
        let address = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"
        let encoded = Self.xml.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        try scratch.write(
            "a.json",
            """
            {"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[
            {"request":{"method":"POST","url":\(parts)}},
            {"request":"\(address)?leadId=2&xmlData=\(encoded)"}]}
            """)
        try scratch.write(
            "b.har",
            """
            {"log":{"creator":{},"entries":[
            {"request":{"method":"GET","url":"\(address)","queryString":\(query.replacing("\"key\"", with: "\"name\""))}}]}}
            """)
        let result = try Bulk.filter([scratch["a.json"], scratch["b.har"]])
        #expect(result.lines == [Line(true, 2, "1"), Line(true, 3, "2"), Line(true, 2, "1")])
        #expect(String(decoding: result.text, as: UTF8.self).components(separatedBy: "zohoapis.eu").count == 4)
    }

    @Test(
        "Text in UTF-16 is read like UTF-8, whole or as a stream, and half of a character refuses only its own entry",
        arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
    func utf16(encoding: String.Encoding) throws {
        let scratch = try Scratch()
        func data(_ text: String) throws -> Data { try #require("\u{FEFF}\(text)".data(using: encoding)) }
        let name = Self.xml.replacing("Potentials><", with: "Potentials><!--\u{20AC} \u{1F600}--><")
        try scratch.write(
            "in/a.ndjson", data(#"{"leadId":1,"authtoken":"abc123secret","xmlData":"\#(name)"}"# + "\r\n"))
        try scratch.write("in/7.xml", data("\n" + Self.xml))
        let small = try Bulk.filter([scratch["in"]])
        #expect(small.lines == [Line(true, 1, "7"), Line(true, 1, "1")])
        #expect(!String(decoding: small.text, as: UTF8.self).contains("abc123"))

        func line(_ id: Int, _ comment: String = "\u{1F600}") -> String {
            #"{"leadId":"\#(id)","xmlData":"<!--\#(comment)-->"# + Self.xml.replacing("\"", with: "\\\"") + "\"}"
        }
        let long = try data((1...2000).map { line($0) }.joined(separator: "\n"))
        try scratch.write("long.ndjson", long)
        for size in [300, 4096, 1 << 20] {
            var settings = BulkSettings()
            settings.chunkSize = size
            let result = try Bulk.filter([scratch["long.ndjson"]], settings: settings)
            #expect(result.lines == (1...2000).map { Line(true, $0, "\($0)") })
        }

        // The last four bytes of the second line's comment are the two halves of a character; the first half goes.
        var broken = try data("\(line(1))\n")
        broken.append(try data(line(2)).dropFirst(2))
        let half = try #require(broken.range(of: try data("\u{1F600}").dropFirst(2), options: .backwards))
        broken.removeSubrange(half.lowerBound..<(half.lowerBound + 2))
        broken.append(try data("\n\(line(3))").dropFirst(2))
        broken.append(0x41)
        try scratch.write("broken.ndjson", broken)
        let result = try Bulk.filter([scratch["broken.ndjson"]])
        #expect(result.lines.map(\.isConverted) == [true, false, true])
        #expect(result.lines[1].leadID == "2")
    }

    @Test("Requests in a list beside other members of a document are entries, on one line or many")
    func lists() throws {
        let scratch = try Scratch()
        func wrapper(_ id: Int) -> String {
            #"{"leadId":"\#(id)","xmlData":""# + Self.xml.replacing("\"", with: "\\\"") + "\"}"
        }
        let page =
            #"{"exported":"2019","count":2,"by":{"name":"x"},"tags":["a"],"requests":["#
            + "\(wrapper(1)),\n\(wrapper(2))],"
        try scratch.write(
            "a.json", page + #""more":[\#n"# + wrapper(3) + #"],"last":\#(wrapper(4)),"end":true}\#n"# + wrapper(5))
        let expected = [
            Line(true, 1, "1"), Line(true, 2, "2"), Line(true, 3, "3"), Line(true, 3, "4"), Line(true, 4, "5"),
        ]
        #expect(try Bulk.filter([scratch["a.json"]]).lines == expected)
        for size in [64, 500] {
            var settings = BulkSettings()
            settings.chunkSize = size
            #expect(try Bulk.filter([scratch["a.json"]], settings: settings).lines == expected)
        }
        try scratch.write("pages.ndjson", #"{"r":[\#(wrapper(1))]}\#n{"r":[\#(wrapper(2))]}\#n"#)
        #expect(try Bulk.filter([scratch["pages.ndjson"]]).lines == [Line(true, 1, "1"), Line(true, 2, "2")])
        try scratch.write("cut.json", page + "\n" + #""more":["# + wrapper(3).dropLast(9))
        #expect(
            try Bulk.filter([scratch["cut.json"]]).lines
                == [Line(true, 1, "1"), Line(true, 2, "2"), Line(false, 3, nil, ["json.syntax"])])
    }

    @Test("Files put together keep all their requests: HAR, documents of other roots, byte-order marks between")
    func putTogether() throws {
        let scratch = try Scratch()
        let encoded = Self.xml.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        func har(_ id: Int) -> String {
            #"{"log":{"creator":{},"entries":[{"request":{"method":"GET","url":"https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=\#(id)&xmlData=\#(encoded)"}}],"pages":[]}}"#
        }
        try scratch.write("a.har", har(1) + "\n" + har(2) + har(3))
        #expect(
            try Bulk.filter([scratch["a.har"]]).lines == [Line(true, 1, "1"), Line(true, 2, "2"), Line(true, 2, "3")])
        let deals = (1...3).map {
            Self.xml.replacing("<Potentials>", with: "<Deals leadId='\($0)'>").replacing(
                "</Potentials>", with: "</Deals>")
        }
        try scratch.write("b.xml", deals.joined(separator: "\n"))
        #expect(try Bulk.filter([scratch["b.xml"]]).lines.map(\.leadID) == ["1", "2", "3"])
        let marked = (1...2).map { Self.xml.replacing("<Potentials>", with: "<Potentials leadId='\($0)'>") }
        try scratch.write("c.xml", "\u{FEFF}" + marked.joined(separator: "\u{FEFF}"))
        #expect(try Bulk.filter([scratch["c.xml"]]).lines == [Line(true, 1, "1"), Line(true, 1, "2")])
        let line = #"{"leadId":"1","xmlData":"\#(Self.xml)"}"# + "\n"
        try scratch.write("d.ndjson", "\u{FEFF}\(line)\u{FEFF}\(line)")
        #expect(try Bulk.filter([scratch["d.ndjson"]]).lines == [Line(true, 1, "1"), Line(true, 2, "1")])
    }

    @Test("A value beyond the limit is one dead letter however it is read, and what follows on its line is read")
    func longValues() throws {
        let scratch = try Scratch()
        let wrapper = #"{"leadId":"1","xmlData":"\#(Self.xml)"}"#
        let long = #"{"leadId":"2","xmlData":""# + String(repeating: "x]}", count: 6_000_000) + "\"}"
        try scratch.write("a.json", "[\(wrapper),\(long),\(wrapper),\(wrapper)]")
        let lines = try Bulk.filter([scratch["a.json"]]).lines
        #expect(lines.map(\.isConverted) == [true, false, true, true])
        #expect(lines[1].codes == ["archive.line.length"])
        let process = Process()
        process.executableURL = BuiltCommand.path
        process.arguments = ["bulk", "--quiet", "--output", "-", "-"]
        process.standardInput = FileHandle(forReadingAtPath: scratch["a.json"])
        try scratch.write("out", "")
        process.standardOutput = FileHandle(forWritingAtPath: scratch["out"])
        try process.run()
        process.waitUntilExit()
        let piped = try scratch.read("out").split(separator: 0x0A).map { try Line(json: Data($0)) }
        #expect(piped == lines)
    }

    @Test("A raw body without its end, before many lines, takes time in proportion to its length")
    func openRawBody() throws {
        let scratch = try Scratch()
        let reply = String(repeating: "<x>y</x>\n", count: 60_000)
        let raw = "leadId=5&xmlData=" + Self.xml.replacing("><", with: ">\n<")
        try scratch.write("a.txt", "leadId=1&xmlData=<Potentials>\n" + reply + raw + "\n")
        let lines = try Bulk.filter([scratch["a.txt"]]).lines
        #expect(lines.count == 2 && lines.last?.leadID == "5" && lines.last?.isConverted == true)
        let encoded = Self.xml.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        try scratch.write("b.txt", "leadId=1&xmlData=\(encoded)\n\n" + raw + "\nleadId=7&xmlData=\(encoded)\n")
        #expect(try Bulk.filter([scratch["b.txt"]]).lines.map(\.leadID) == ["1", "5", "7"])
    }

    @Test("Several curl commands on a line are requests each", arguments: [" && ", "; ", " &&\n", " && \\\n  "])
    func curlLists(between: String) throws {
        let scratch = try Scratch()
        let address = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"
        let xml = Self.xml.replacing("'", with: "\"")
        let commands = (1...3).map { "curl -d 'leadId=\($0)' --data-urlencode 'xmlData=\(xml)' \(address)" }
        try scratch.write("a.sh", commands.joined(separator: between) + "\n" + commands[0] + "\n")
        let lines = try Bulk.filter([scratch["a.sh"]]).lines
        let step = between.contains("\n") ? 1 : 0
        #expect(
            lines == [1, 2, 3].map { Line(true, 1 + ($0 - 1) * step, "\($0)") } + [Line(true, 2 + 2 * step, "1")])
    }

    private static let address = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"
    private static let encoded = xml.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""

    /// What an archive of this text comes to, and what was written.
    private func filter(_ text: String, _ name: String = "a.txt") throws -> (lines: [Line], text: String, skipped: Int)
    {
        let scratch = try Scratch()
        try scratch.write(name, text)
        let result = try Bulk.filter([scratch[name]])
        return (result.lines, String(decoding: result.text, as: UTF8.self), result.summary.skippedCount)
    }

    /// Expects one request, converted for the European data centre.
    private func expectConverted(_ text: String, _ comment: Comment? = nil) throws {
        let result = try filter(text)
        #expect(result.lines.map(\.leadID) == ["5"] && result.lines.allSatisfy(\.isConverted), comment)
        #expect(result.text.contains("https://www.zohoapis.eu/"), comment)
    }

    @Test(
        "Options of curl in one word and options with values do not hide the address",
        arguments: [
            "-sX POST", "-kLX POST", "-so F", "-sH 'H: v'", "-su u:p", "-D F", "-C -", "--retry-delay 5",
            "--max-redirs 3", "--resolve a:443:10.0.0.1", "--noproxy '*'", "--stderr -", "--interface eth0",
            "--ciphers x", "--limit-rate 5k", "--dump-header f", "-o f http://localhost/",
        ])
    func curlOptions(_ options: String) throws {
        try expectConverted("curl \(options) \(Self.address) -d 'leadId=5&xmlData=\(Self.encoded)'\n")
        try expectConverted("curl \(options) -sd 'leadId=5&xmlData=\(Self.encoded)' \(Self.address)\n")
    }

    @Test("JSON that curl sends is the body")
    func curlJSON() throws {
        let json = #"{"leadId":5,"xmlData":"\#(Self.xml.replacing("'", with: "\\\""))"}"#
        try expectConverted("curl --json '\(json)' \(Self.address)\n")
    }

    @Test(
        "What a shell has around a command is not of its address",
        arguments: [
            "C; echo done", "C&", "C &", "C>out.xml", "C|xmllint -", "C 2>/dev/null", "C >f 2>&1", "X=$(C)",
            "X=\"$(C)\"\necho \"$X\"", "`C`", "sudo C", "cd x && C", "if C; then", ">f C",
        ])
    func shell(_ template: String) throws {
        let command = "curl -d 'leadId=5&xmlData=\(Self.encoded)' \(Self.address)"
        try expectConverted(template.replacing("C", with: command) + "\n")
    }

    @Test("A curl command whose address is a variable of the shell is a dead letter")
    func shellVariable() throws {
        let lines = try filter("curl -d 'leadId=5&xmlData=\(Self.encoded)' \"${URL}\"\n").lines
        #expect(lines == [Line(false, 1, nil, ["archive.entry.unreadable"])])
    }

    @Test(
        "A log may have an address and the parameters of its call apart, with signs and words between",
        arguments: [
            "calling A, P", "calling A: P", "2015 POST A body: R", "POST A: P", "A, P", "x P sent to A.",
            "url=A?R ms=3",
            "body: <?xml version='1.0'?>", "2015 \"A\" 'P'",
        ])
    func logLines(_ template: String) throws {
        let form = "leadId=5&xmlData="
        let line =
            template.hasPrefix("body")
            ? "x \(Self.address) body: \(form)<?xml version='1.0'?>\(Self.xml)"
            : template.replacing("A", with: Self.address).replacing("P", with: "\u{1}").replacing(
                "\u{1}OST", with: "POST"
            )
            .replacing("\u{1}", with: form + Self.encoded).replacing("R", with: form + Self.xml)
        try expectConverted(line + "\n", "\(template)")
    }

    @Test("An IIS log has the query behind a blank")
    func iis() throws {
        let result = try filter(
            "2015-01-01 12:00:00 10.0.0.1 POST /crm/private/xml/Leads/convertLead leadId=5&xmlData=\(Self.encoded) 443 - 200\n"
        )
        #expect(result.lines == [Line(true, 1, "5")])
    }

    @Test(
        "Parameters behind an address without a question mark are a dead letter that says so, and stay it",
        arguments: ["GET A HTTP/1.1", "A", "x A y", "1.1.1.1 - - [x] \"GET A HTTP/1.1\" 200 5", "curl 'A'"])
    func questionMark(_ template: String) throws {
        let address = "\(Self.address)&leadId=5&xmlData=\(Self.encoded)"
        let result = try filter(template.replacing("A", with: address) + "\n")
        #expect(result.lines.count == 1 && result.lines.allSatisfy { !$0.isConverted })
        #expect(result.text.contains("question mark"))
        #expect(try filter(result.text).lines.map(\.isConverted) == [false])
    }

    @Test(
        "Any number of addresses and values in a line are read in time, and give one outcome",
        arguments: ["A", "A,", "A A", "A?", "A/", "xmlData=", "xmlData=<a ", "A?xmlData=", "A&", "(A:"])
    func repeatedAddresses(_ piece: String) throws {
        for count in [2, 3, 5000] {
            let text = String(repeating: piece.replacing("A", with: Self.address), count: count)
            let result = try filter("# x \(text)\n")
            #expect(result.lines.count + result.skipped == 1)
        }
    }

    @Test("An apostrophe in XML between apostrophes does not swallow the commands behind it")
    func apostrophes() throws {
        let xml = Self.xml.replacing("'", with: "\"")
        for name in ["O'Neil", "O'Neil and D'Arcy"] {
            let commands = (1...5).map {
                "curl -d 'leadId=\($0)&xmlData=\(xml.replacing("false", with: $0 % 2 == 0 ? "false" : name))' \(Self.address)\n"
            }
            let lines = try filter(commands.joined()).lines
            let expected = (1...5).map {
                $0 % 2 == 0
                    ? Line(true, $0, "\($0)", ["v1.call.raw_form"]) : Line(false, $0, nil, ["archive.entry.unreadable"])
            }
            #expect(lines == expected)
        }
    }

    private static let wrapper = #"{"leadId":"5","xmlData":"\#(xml)"}"#
    private static let form = "authtoken=abc123secret&leadId=5&xmlData=\(encoded)"
    private static let path = "/crm/private/xml/Leads/convertLead"

    @Test("A host that a log gives apart from the path selects the API domain")
    func hostApart() throws {
        let (form, path) = (Self.form, Self.path)
        for object in [
            #"{"request":{"method":"GET","host":"crm.zoho.eu","uri":"\#(path)?\#(form)"},"status":200}"#,
            #"{"request":"GET \#(path)?\#(form) HTTP/1.1","host":"crm.zoho.eu:443"}"#,
            #"{"host":"crm.zoho.eu","request":"POST \#(path) HTTP/1.1","request_body":"\#(form)"}"#,
        ] {
            try expectConverted(object + "\n", "\(object)")
        }
    }

    @Test("Tables that phpMyAdmin exports as JSON are read row by row", arguments: [64, 500, 1 << 18])
    func phpMyAdmin(chunkSize: Int) throws {
        let scratch = try Scratch()
        try scratch.write(
            "a.json",
            """
            [
            {"type":"header","version":"4.9.0","comment":"Export to JSON plugin for PHPMyAdmin"},
            {"type":"database","name":"crm"},
            {"type":"table","name":"users","database":"crm","data":
            [
            {"id":"1","name":"a"},
            {"id":"2","name":"b"}
            ]
            }
            ,{"type":"table","name":"calls","database":"crm","data":
            [
            \(Self.wrapper),
            \(Self.wrapper)
            ]
            }
            ,{"type":"table","name":"log","database":"crm","data":
            [
            {"leadId":"1","request_xml":"\(Self.xml)"}
            ]
            }
            ]

            """)
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let lines = try Bulk.filter([scratch["a.json"]], settings: settings).lines
        #expect(lines.map(\.line) == [12, 13, 18] && lines.map(\.isConverted) == [true, true, true])
    }

    private func collection(url: String, body: String) -> String {
        #"{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"request":"#
            + #"{"method":"POST","url":\#(url),"body":{"mode":"raw","raw":"\#(body)"}}}]}"#
    }

    @Test(
        "A request of Postman whose address has a variable without a value is a dead letter, and stays it until corrected",
        arguments: [
            "https://crm.zoho.eu/crm/private/xml/Leads/{{m}}",
            "https://crm.zoho.eu/crm/private/{{fmt}}/Leads/convertLead",
            "{{base}}/Leads/convertLead", "{{url}}", "https://{{host}}/crm/private/xml/Leads/convertLead",
        ])
    func variables(url: String) throws {
        for body in [Self.form] + (url == "{{url}}" ? [] : ["{{payload}}"]) {
            let first = try filter(collection(url: "\"\(url)\"", body: body))
            #expect(first.lines.map(\.isConverted) == [false] && first.lines[0].codes.contains("v1.call.variable"))
            #expect(first.text.contains(#""url":"\#(url)""#) && !first.text.contains("abc123secret"))
            let again = try filter(first.text)
            #expect(again.lines == first.lines)
            guard body == Self.form else { continue }
            try expectConverted(again.text.replacing(url, with: Self.address))
        }
    }

    @Test("Variables in the path of Postman's addresses are filled in, and without a value are variables")
    func pathVariables() throws {
        func url(_ value: String) -> String {
            #"{"raw":"https://crm.zoho.eu/crm/private/:fmt/Leads/convertLead","variable":[{"key":"fmt","value":"\#(value)"}]}"#
        }
        try expectConverted(collection(url: url("json"), body: Self.form))
        let result = try filter(collection(url: url(""), body: Self.form))
        #expect(result.lines == [Line(false, 1, "5", ["v1.call.variable"])])
        #expect(try filter(result.text).lines == result.lines)
    }

    @Test("Requests of Postman with variables that are no convertLead are skipped")
    func otherVariables() throws {
        for url in ["{{base}}/crm/v2/Leads/{{id}}", "{{base}}/Leads/insertRecords", "{{other}}"] {
            let result = try filter(collection(url: "\"\(url)\"", body: ""))
            #expect(result.lines.isEmpty && result.skipped == 1, "\(url)")
        }
    }

}
