import Foundation
import TestSupport
import Testing

@testable import BulkConversion

/// A small archive of one form from `Samples/archives/form-…`, as text.
struct FormSample: Sendable, CustomTestStringConvertible {
    /// The folder's name.
    let name: String
    /// The archive's name.
    let file: String
    /// What is in it.
    let bytes: Data

    var testDescription: String { name }

    /// All forms whose archive is a file of plain text. YAML is left out: the library has no reader for it, and a line that is set in
    /// belongs to what is before it.
    static let all: [FormSample] = Checkout.names(in: "Samples/archives").filter { $0.hasPrefix("form-") }
        .compactMap { name in
            let file = Checkout.names(in: "Samples/archives/\(name)").first { $0.hasPrefix("archive.") }
            let path = Checkout.samples.appending(path: "archives/\(name)/\(file ?? "")")
            guard let file, !file.hasSuffix(".yml"), let bytes = try? Data(contentsOf: path),
                String(data: bytes, encoding: .utf8) != nil
            else {
                return nil
            }
            return FormSample(name: name, file: file, bytes: bytes)
        }

    /// The lead ids of its requests.
    static let leadIDs = ["5550000000800001", "5550000000800002", "5550000000800003"]

    /// Offsets at which its second and later requests begin, where that is the start of a line.
    func boundaries() throws -> [Int] {
        let lines = Set(
            try Bulk.filter([Checkout.samples.appending(path: "archives/\(name)/\(file)").path]).lines.map(\.line))
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        return lines.sorted().dropFirst().map { starts[$0 - 1] }
    }

    /// The archive with something else at a place.
    func inserting(_ data: Data, at offset: Int) -> Data { bytes.prefix(offset) + data + bytes.dropFirst(offset) }
}

@Suite("Bad input", .timeLimit(.minutes(30)))
struct BadInputTests {
    /// The lead ids converted of each archive of a run, by the archive's number.
    private func converted(_ archives: [Data], _ file: String) throws -> [[String]] {
        if archives.isEmpty { return [] }
        let scratch = try Scratch()
        for (number, data) in archives.enumerated() { try scratch.write("in/\(100_000 + number)/\(file)", data) }
        var settings = BulkSettings()
        settings.jobs = 2
        // Ends the run if a byte is not accounted for.
        let summary = try Bulk.run([scratch["in"]], into: scratch["out"], settings: settings)
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

    @Test("An archive cut off at any byte loses only what was cut off", arguments: FormSample.all)
    func cutOff(_ sample: FormSample) throws {
        let lengths = Array(0...sample.bytes.count)
        let found = try converted(lengths.map { sample.bytes.prefix($0) }, sample.file)
        #expect(found.last == FormSample.leadIDs)
        for (length, ids) in zip(lengths, found) {
            #expect(FormSample.leadIDs.starts(with: ids), "cut off at \(length): \(ids)")
            if length > 0 {
                #expect(ids.count >= found[length - 1].count, "cut off at \(length): \(ids)")
            }
        }
    }

    private static let foreign = [
        "CREATE TABLE log (a text);", "COPY x (a) FROM stdin;", "  insert into log (a) values ('x');",
        "# it's a comment", "-- it's a comment", "/* cut off", "'", "\"", "}", "]", "{\"a\":[", "<!-- cut off", "</x>",
        "<a>", "POST /x HTTP/1.1", "curl", "sep=;", "\\.", "URL: x", "a,b,c", "see above", "\u{FEFF}", "\u{0}\u{0}",
        "Content-Length: 99", "---", "<134>x",
    ]

    @Test("A foreign line between two requests takes neither of them", arguments: FormSample.all)
    func foreignLines(_ sample: FormSample) throws {
        let places = try sample.boundaries().flatMap { offset in
            Self.foreign.map { (offset, $0) }
        }
        let found = try converted(places.map { sample.inserting(Data(($1 + "\n").utf8), at: $0) }, sample.file)
        for ((offset, line), ids) in zip(places, found) {
            #expect(ids == FormSample.leadIDs, "\(line.debugDescription) at \(offset)")
        }
    }

    @Test("A long beginning without requests hides none", arguments: FormSample.all)
    func longBeginnings(_ sample: FormSample) throws {
        let beginnings = ["\n", "\r\n", " \n", "# comment\n", "-- comment\n", "words\n", "\0"].map {
            Data(String(repeating: $0, count: 70_000 / $0.utf8.count).utf8)
        }
        let found = try converted(beginnings.map { $0 + sample.bytes }, sample.file)
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
