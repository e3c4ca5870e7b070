import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLeadCommand

/// A small archive of one form from `Samples/archives`.
struct FormSample: Sendable, CustomTestStringConvertible {
    /// The folder's name.
    let name: String
    /// The archive's name.
    let file: String
    /// What is in it.
    let bytes: Data
    /// Whether its text is written in UTF-16, with a mark.
    var isUTF16 = false

    var testDescription: String { isUTF16 ? name + " in UTF-16" : name }

    init?(_ name: String) {
        let file = Checkout.names(in: "Samples/archives/\(name)").first { $0.hasPrefix("archive.") }
        let path = Checkout.samples.appending(path: "archives/\(name)/\(file ?? "")")
        guard let file, let bytes = try? Data(contentsOf: path) else { return nil }
        (self.name, self.file, self.bytes) = (name, file, bytes)
    }

    /// All forms whose archive is a file of text.
    static let all = Checkout.names(in: "Samples/archives").filter { $0.hasPrefix("form-") }
        .compactMap { FormSample($0) }.filter { String(data: $0.bytes, encoding: .utf8) != nil }

    /// Forms of lines, rows and requests over lines in UTF-16; of XML a file of that has one document.
    static let recoded = ["form-json-lines", "form-csv", "form-raw-http"].compactMap { name in
        var sample = FormSample(name)
        sample?.isUTF16 = true
        return sample
    }

    /// Compressed files, and a container in one.
    static let compressed =
        ["gzip", "bzip2", "xz", "zstd"].filter(Program.isInstalled)
        .compactMap { FormSample("form-\($0)") } + [FormSample("tar-gzip")].compactMap { $0 }

    /// A text as the sample is written.
    func written(_ text: Data) -> Data {
        guard isUTF16 else { return text }
        return String(decoding: text, as: UTF8.self).utf16.reduce(into: Data([0xFF, 0xFE])) {
            $0 += [UInt8(truncatingIfNeeded: $1), UInt8(truncatingIfNeeded: $1 >> 8)]
        }
    }

    /// The lead ids of its requests.
    static let leadIDs = ["5550000000800001", "5550000000800002", "5550000000800003"]

    /// Offsets at which its second and later requests begin, where that is the start of a line.
    func boundaries() throws -> [Int] {
        let path = Checkout.samples.appending(path: "archives/\(name)/\(file)").path
        let lines = Set(try Bulk.filter([path], settings: BadInputTests.settings).lines.map(\.line))
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        return lines.sorted().dropFirst().map { starts[$0 - 1] }
    }

    /// The archive with something else at a place.
    func inserting(_ data: Data, at offset: Int) -> Data { bytes.prefix(offset) + data + bytes.dropFirst(offset) }
}

@Suite("Bad input", .timeLimit(.minutes(30)))
struct BadInputTests {
    /// Two workers, and the command's reader for YAML, which the library has none of.
    static let settings = {
        var settings = BulkSettings()
        settings.jobs = 2
        settings.yaml = YAMLText.json
        return settings
    }()

    /// The lead ids converted of each archive of a run, by the archive's number.
    private func converted(_ archives: [Data], _ file: String) throws -> [[String]] {
        if archives.isEmpty { return [] }
        let scratch = try Scratch()
        for (number, data) in archives.enumerated() { try scratch.write("in/\(100_000 + number)/\(file)", data) }
        // Ends the run if a byte is not accounted for.
        let summary = try Bulk.run([scratch["in"]], into: scratch["out"], settings: Self.settings)
        #expect(summary.isBalanced)
        var found = Array(repeating: [String](), count: archives.count)
        for line in scratch.read("out/converted.ndjson").split(separator: 0x0A) {
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
            let folder = (object["source"] as? String ?? "").dropFirst(scratch["in"].count + 1).prefix(6)
            let number = try #require(Int(folder)) - 100_000
            found[number].append(object["lead_id"] as? String ?? "")
        }
        return found
    }

    @Test(
        "What may be before the root of a document takes no other text",
        arguments: ["<!-- x -->", "<?xml version=\"1.0\"?>", "<!DOCTYPE x>", "<!DOCTYPE x [<!ENTITY a \"b\">]>"])
    func prologueBeforeOtherText(prologue: String) throws {
        let xml = "<Potentials><row><option val='createPotential'>false</option></row></Potentials>"
        let json = "{\"leadId\":\"5550000000800001\",\"xmlData\":\"\(xml)\"}\n"
        let form = "leadId=5550000000800002&xmlData=%3CPotentials/%3E\n"
        let text = "\(prologue)\n\(json)\(prologue)\n\(form)<success></success>\n"
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.log", text)])
        #expect(result.lines.map(\.line) == [2, 4])
        #expect(result.lines.map(\.leadID) == ["5550000000800001", "5550000000800002"])
        // A comment with a request in it stays a letter.
        let comment = try Bulk.filter([scratch.write("b.log", "<!-- \(form) -->\n\(json)")])
        #expect(comment.lines.map(\.isConverted) == [false, true])
    }

    @Test(
        "An archive cut off at any byte loses only what was cut off",
        arguments: FormSample.all + FormSample.recoded + FormSample.compressed)
    func cutOff(_ sample: FormSample) throws {
        let whole = sample.written(sample.bytes)
        let lengths = Array(0...whole.count)
        let found = try converted(lengths.map { whole.prefix($0) }, sample.file)
        let all = try #require(found.last)
        #expect(all.count >= 2 && FormSample.leadIDs.starts(with: all))
        for (length, ids) in zip(lengths, found) {
            #expect(all.starts(with: ids), "cut off at \(length): \(ids)")
            // Half a character of UTF-16 is text after the request.
            let unit = sample.isUTF16 ? 2 : 1
            if length >= unit, length.isMultiple(of: unit) {
                #expect(ids.count >= found[length - unit].count, "cut off at \(length): \(ids)")
            }
        }
    }

    private static let foreign = [
        "CREATE TABLE log (a text);", "COPY x (a) FROM stdin;", "  insert into log (a) values ('x');",
        "# it's a comment", "-- it's a comment", "/* cut off", "'", "\"", "}", "]", "{\"a\":[", "<!-- cut off", "</x>",
        "<a>", "POST /x HTTP/1.1", "curl", "sep=;", "\\.", "URL: x", "a,b,c", "see above", "\u{FEFF}", "\u{0}\u{0}",
        "Content-Length: 99", "---", "<134>x",
    ]

    @Test(
        "A foreign line between two requests takes neither of them", arguments: FormSample.all + FormSample.recoded)
    func foreignLines(_ sample: FormSample) throws {
        let places = try sample.boundaries().flatMap { offset in
            // What is set in belongs to the item of YAML before it.
            Self.foreign.filter { sample.name != "form-cassette-yaml" || $0.first != " " }.map { (offset, $0) }
        }
        let found = try converted(
            places.map { sample.written(sample.inserting(Data(($1 + "\n").utf8), at: $0)) }, sample.file)
        for ((offset, line), ids) in zip(places, found) {
            #expect(ids == FormSample.leadIDs, "\(line.debugDescription) at \(offset)")
        }
    }

    @Test("A long beginning without requests hides none", arguments: FormSample.all + FormSample.recoded)
    func longBeginnings(_ sample: FormSample) throws {
        let lines = ["\n", "\r\n", " \n", "# comment\n", "-- comment\n", "words\n"]
        // A zero after the mark of UTF-16 makes it that of UTF-32.
        let beginnings = (sample.isUTF16 ? lines : lines + ["\0"]).map {
            Data(String(repeating: $0, count: 70_000 / $0.utf8.count).utf8)
        }
        let found = try converted(beginnings.map { sample.written($0 + sample.bytes) }, sample.file)
        for (beginning, ids) in zip(beginnings, found) {
            #expect(
                ids == FormSample.leadIDs, "\(String(decoding: beginning.prefix(10), as: UTF8.self).debugDescription)")
        }
    }

    @Test("Archives of other forms before, between and after its requests hide none", arguments: FormSample.all)
    func otherForms(_ sample: FormSample) throws {
        let places = try [0] + sample.boundaries() + [sample.bytes.count]
        let pairs = FormSample.all.filter { $0.name != sample.name }.flatMap { other in places.map { (other, $0) } }
        let found = try converted(pairs.map { sample.inserting($0.bytes, at: $1) }, sample.file)
        for ((other, place), ids) in zip(pairs, found) {
            #expect(ids.sorted() == (FormSample.leadIDs + FormSample.leadIDs).sorted(), "\(other.name) at \(place)")
        }
    }
}

@Suite("Bad input before other archives", .timeLimit(.minutes(30)))
struct CutOffArchiveTests {
    @Test("An archive that was cut off hides nothing of another one after it", arguments: FormSample.all)
    func beforeOthers(_ sample: FormSample) throws {
        let scratch = try Scratch()
        let others = FormSample.all.filter { $0.name != sample.name }
        var names: [String] = []
        for other in others {
            for eighths in [1, 4, 7] {
                names.append("\(eighths) eighths before \(other.name)")
                let text = String(decoding: other.bytes, as: UTF8.self).replacing("55500000008", with: "55500000009")
                try scratch.write(
                    "in/\(100 + names.count)/a.txt",
                    sample.bytes.prefix(sample.bytes.count * eighths / 8) + Data("\n\(text)".utf8))
            }
        }
        let result = try Bulk.filter([scratch["in"]], settings: BadInputTests.settings)
        #expect(result.summary.isBalanced)
        var found = names.map { _ in (leadIDs: [String](), letters: 0) }
        for line in result.text.split(separator: 0x0A) {
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
            let folder = (object["source"] as? String ?? "").dropFirst(scratch["in"].count + 1).prefix(3)
            let number = try #require(Int(folder)) - 101
            let isConverted = object["status"] as? String == "converted"
            if isConverted { found[number].leadIDs.append(object["lead_id"] as? String ?? "") }
            found[number].letters += isConverted ? 0 : 1
        }
        for (name, (leadIDs, letters)) in zip(names, found) {
            let own = leadIDs.filter { $0.hasPrefix("55500000008") }
            let others = leadIDs.filter { $0.hasPrefix("55500000009") }
            #expect(own + others == leadIDs && FormSample.leadIDs.starts(with: own), "\(name)")
            let isWhole = others == FormSample.leadIDs.map { $0.replacing("55500000008", with: "55500000009") }
            // An apostrophe of the dump may close the quote of the command.
            let mayBeQuoted = sample.name == "form-curl" && name.hasSuffix("mysql-dump") && letters > 0
            #expect(isWhole || mayBeQuoted, "\(name): \(leadIDs)")
        }
    }
}

/// Kinds of bad input that once lost, doubled or changed a request.
@Suite("Bad input of single kinds")
struct BadInputKindTests {
    private static let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"
    private static let encoded =
        "%3CPotentials%3E%3Crow+no%3D%271%27%3E%3Coption+val%3D%27createPotential%27%3Efalse"
        + "%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E"
    private static let address = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"

    private static func json(_ number: Int) -> String {
        "{\"leadId\":\"555000000080000\(number)\",\"xmlData\":\"\(xml)\"}"
    }

    /// What is converted of a text, and how many dead letters there are.
    private func read(_ text: some StringProtocol) throws -> (leadIDs: [String], letters: Int) {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.txt", String(text))], settings: BadInputTests.settings)
        #expect(result.summary.isBalanced)
        return (result.lines.filter(\.isConverted).compactMap(\.leadID), result.lines.count { !$0.isConverted })
    }

    @Test(
        "A lead id that the end of the input may have cut off is none, and a line feed or its form shows that it is whole",
        arguments: [
            "xmlData=\(encoded)&leadId=", "\(address)?xmlData=\(encoded)&leadId=",
            "10:00:00 INFO POST \(address)?xmlData=\(encoded)&leadId=", "xmlData,leadId\n\"\(xml)\",",
            "xmlData\tleadId\n\(xml)\t", "10:00:00 INFO xmlData=\(encoded) leadId=",
            "POST \(address) HTTP/1.1\nHost: crm.zoho.eu\n\nxmlData=\(encoded)&leadId=",
        ])
    func leadIDAtEnd(front: String) throws {
        for id in ["1386586000002574001", "738964000000291009"] {
            for length in 1..<id.count {
                #expect(try read(front + id.prefix(length)).leadIDs == [], "\(id.prefix(length))")
            }
            #expect(try read(front + id) == ([id], 0))
            #expect(try read(front + id.prefix(14) + "\n") == ([String(id.prefix(14))], 0))
        }
    }

    @Test("A variable is never converted, however much of its collection is there")
    func variables() throws {
        let request = """
            {"name":"convert","request":{"method":"POST","url":"\(Self.address)","body":{"mode":"urlencoded","urlencoded":[
            {"key":"leadId","value":"5550000000800001"},
            {"key":"xmlData","value":"\(Self.xml.replacing("false", with: "{{deal}}"))"}]}}},
            {"name":"query","request":{"method":"GET","url":
            {"raw":"\(Self.address)?leadId=5550000000800002&xmlData=\(Self.xml.replacing("false", with: "{{deal}}"))"}}}
            """
        let collection = """
            {"info":{"name":"a","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[
            \(request)],
            "variable":[{"key":"deal","value":"false"}]}
            """
        #expect(try read(collection).leadIDs == ["5550000000800001", "5550000000800002"])
        for length in 0..<(collection.count - 1) {
            #expect(try read(collection.prefix(length)).leadIDs == [], "cut off at \(length)")
        }
        #expect(try read(collection.dropLast(50) + "\n" + Self.json(3)).leadIDs == ["5550000000800003"])
    }

    @Test(
        "What is cut off ends where another call begins",
        arguments: [
            "<Potentials leadId='1'><row no='1'>\n<option", "INSERT INTO c (lead_id, xml) VALUES ('1','<Potentials>",
            "<?php $a = 1; ?>", "<?php\n$a = 1;\n?>", "a  xmlData\n-  -------\n1  <Potentials",
            "+---+\n| a |\n+---+\n| <Potentials |",
            "curl -d 'xmlData=<Potentials>",
            "POST \(address) HTTP/1.1\nContent-Length: 900\n\nleadId=1&xmlData=%3CPoten",
            "\(address)?leadId=1&xmlData=%3CPot", "{\"leadId\":\"1\",\"xmlData\":\"<Pot", "\0", "\0\0\0",
        ],
        [
            json(1) + "\n" + json(2) + "\n",
            "leadId=5550000000800001&xmlData=\(encoded)\nleadId=5550000000800002&xmlData=\(encoded)\n",
            "\(address)?leadId=5550000000800001&xmlData=\(encoded)\n\(address)?leadId=5550000000800002&xmlData=\(encoded)\n",
            xml.replacing("s>", with: "s leadId='5550000000800001'>", maxReplacements: 1) + "\n"
                + xml.replacing("s>", with: "s leadId='5550000000800002'>", maxReplacements: 1) + "\n",
        ])
    func tornBeforeCalls(torn: String, calls: String) throws {
        let separator = torn.hasSuffix("\0") ? "" : "\n"
        #expect(try read(torn + separator + calls).leadIDs == ["5550000000800001", "5550000000800002"])
    }

    @Test("Lines around requests, and what their file ends with, change none of them")
    func single() throws {
        let har = { (number: Int) in
            "{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"\(Self.address)?leadId=555000000080000\(number)"
                + "&xmlData=\(Self.encoded)\"}}]}}"
        }
        // Values one after another in a line, before and without a line feed.
        for end in ["", "\n"] {
            #expect(
                try read(har(1) + "\n" + har(2) + har(3) + end)
                    == (["5550000000800001", "5550000000800002", "5550000000800003"], 0))
        }
        // Returns alone, and what was put after them.
        let rows = "leadId,xmlData\r5550000000800001,\"\(Self.xml)\"\r5550000000800002,\"\(Self.xml)\""
        for end in ["", "\r", "\n", "\r\n"] {
            #expect(try read(rows + end) == (["5550000000800001", "5550000000800002"], 0), "\(end.debugDescription)")
        }
        // A line of words with as many commas as a line of a log.
        let log = "10:00:02 INFO convertLead leadId=5550000000800001, newFormat=1, xmlData=\(Self.encoded)\n"
        #expect(try read("a,b,c\n" + log) == (["5550000000800001"], 0))
        // The address of a call without its body, before calls that are whole.
        let post = "::1 - - [28/May/2018:15:24:31 +0000] \"POST /crm/private/xml/Leads/convertLead HTTP/1.1\" 200 153\n"
        let list = "{\"calls\":[\(Self.json(1)),\n\(Self.json(2))]}\n"
        #expect(try read(post + list).leadIDs == ["5550000000800001", "5550000000800002"])
        // Half of an escape, which tells nothing of the rows before it.
        let cell = Self.xml.replacing("false", with: "C:\\\\temp")
        let table = "leadId\txmlData\n5550000000800001\t\(cell)\n"
        let scratch = try Scratch()
        let whole = try Bulk.filter([scratch.write("whole.tsv", table)])
        let cut = try Bulk.filter([scratch.write("cut.tsv", table + "5550000000800002\t<Potentials>\\")])
        #expect(cut.lines.prefix(1) == whole.lines[...])
    }

    @Test(
        "The first bytes of a picture or program hide no requests",
        arguments: ["GIF89a", "%PDF-1.4", "BM\0", "RIFF1234WEBP"])
    func pictures(signature: String) throws {
        #expect(try read("\(signature)\n\(Self.json(1))\n").leadIDs == ["5550000000800001"])
        #expect(try read(signature + "\nsee above\n") == ([], 0))
    }

    @Test("A log that looks like YAML is read up to where it was cut off")
    func logLikeYAML() throws {
        let call = { (number: Int) in
            "info: Middleware[1]\n      Method: POST\n      Path: /crm/private/xml/Leads/convertLead\n      Host: crm.zoho.eu\n"
                + "info: Middleware[3]\n      RequestBody: leadId=555000000080000\(number)&xmlData=\(Self.encoded)\n"
        }
        let log = call(1) + call(2)
        for length in (call(1).count + 1)..<log.count {
            #expect(try read(log.prefix(length)).leadIDs.first == "5550000000800001", "cut off at \(length)")
        }
    }

    @Test(
        "What is never closed before long blank or other lines ends in time, and the calls after it are read",
        arguments: [
            "INSERT INTO t (a) VALUES ('", "<Potentials>", "curl -d '", "leadId=1&xmlData=<Potentials>", "{\"a\":",
            "GET /favicon.ico HTTP/1.1\nHost: a", "POST /x HTTP/1.1\nHost: a", "Data: <Potentials>",
        ], ["\n", " \n"])
    func blankLines(head: String, blank: String) throws {
        let text = head + "\n" + String(repeating: blank, count: 200_000 / blank.utf8.count) + Self.json(1) + "\n"
        let start = ContinuousClock.now
        #expect(try read(text).leadIDs == ["5550000000800001"])
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
