import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("A bulk run")
struct BulkRunTests {
    @Test("The bytes written are the same for any number of workers and any chunk size")
    func deterministic() throws {
        let scratch = try Scratch()
        try scratch.write("in/b.ndjson", Requests.ndjson(400, seed: 7))
        try scratch.write(
            "in/a/1.xml", "<Potentials><row no=\"1\"><option val=\"createPotential\">no</option></row></Potentials>")
        let archives = [scratch["in"], ArchiveSamples.directory.path]
        let names = ["converted.ndjson", "dead-letters.ndjson", "summary.json", "report.html"]
        var first: [Data] = []
        for jobs in [1, 2, 8] {
            for chunkSize in [64, 5_000, 1 << 20] {
                var settings = BulkSettings()
                settings.jobs = jobs
                settings.chunkSize = chunkSize
                let directory = "out-\(jobs)-\(chunkSize)"
                let summary = try Bulk.run(archives, into: scratch[directory], settings: settings)
                let files = names.map { scratch.read("\(directory)/\($0)") }
                if first.isEmpty { first = files }
                #expect(files == first)
                #expect(summary.isBalanced)
                #expect(BulkSummary(json: Array(files[2])) == summary)
            }
        }
        #expect(first.allSatisfy { !$0.isEmpty })
    }

    @Test("Files of a directory, read ahead by several workers, come out as if given one by one in order of name")
    func readAhead() throws {
        let scratch = try Scratch()
        let document = "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
        for number in 100..<400 { try scratch.write("in/a/\(number).xml", document) }
        for number in 100..<200 { try scratch.write("in/b/\(number)/\(number).xml", document + "\n") }
        try scratch.write("in/a/150.xml", document + "<!-- the end -->")
        try scratch.write("in/a/160.xml", "<!-- a -->" + document)
        try scratch.write("in/a/170.xml", "<?xml version=\"1.0\"?>\n" + document.dropLast())
        try scratch.write("in/a/180.xml", "")
        try scratch.write("in/a/190.xml", "<success><Contact param=\"id\">1</Contact></success>")
        try scratch.write("in/a/200.xml", Requests.ndjson(20, seed: 23))
        try scratch.write("in/a/210.xml", Requests.ndjson(400, seed: 23))
        try scratch.write("in/a/220.xml", String(repeating: " ", count: 65_535 - document.utf8.count) + document)
        try scratch.write("in/a/230.xml", String(repeating: " ", count: 65_536 - document.utf8.count) + document)
        try scratch.write("in/a/240.xml", Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
        try scratch.write("in/a/\u{E9}\"1.xml", document)
        // What is translated without a detour, and what only looks like it.
        let (start, option) = ("<Potentials><row no=\"1\">", "<option val=\"createPotential\">false</option>")
        try scratch.write("in/a/250.xml", start + option + "<option val=\"odd\">1</option></row></Potentials>")
        try scratch.write("in/a/251.xml", start + "<option val=\"createPotential\">perhaps</option></row></Potentials>")
        try scratch.write("in/a/252.xml", start + "<row></Potentials>")
        try scratch.write("in/a/253.xml", "<Potentials leadId=\"77\"><row no=\"1\">" + option + "</row></Potentials>")
        try scratch.write("in/a/254.xml", "<Potentials></Potentials>")
        try scratch.write("in/a/255.xml", start + "</Potentials>")
        for name in ["256-old.xml", "257.\u{E9}.xml", "258.\"quoted\".xml", "259.old.xml", "260.xml.xml", "one.xml"] {
            try scratch.write("in/a/" + name, document)
        }
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        let (refused, old) = (start + "<row></Potentials>", declaration.replacing("UTF-8", with: "ISO-8859-1"))
        for (number, text) in [
            declaration + document, declaration + "\n" + document + "\n", declaration + "\r\n" + document,
            "\u{FEFF}" + declaration + document, declaration + "\n\n" + document,
            declaration + declaration + document, declaration + "<!-- one -->" + document, declaration + refused,
            declaration + "\n" + refused, old + document,
            declaration + "\n<Potentials leadId=\"78\">" + document.dropFirst("<Potentials>".count),
        ].enumerated() {
            try scratch.write("in/a/\(270 + number).xml", text)
        }
        try scratch.write("in/a/290.xml", Data((declaration + document).utf8.map { $0 == 0x66 ? 0xE9 : $0 }))
        try scratch.write("in/a/\(String(repeating: "1", count: 21)).xml", document)
        for name in ["x", "xa", "xab12345678", "xab12345677", "xab1234567", "xab123456789", "x b", "x\u{E9}", "xab"] {
            try scratch.write("in/\"d\u{E9}/" + name + ".xml", document)
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: scratch["in"]).filter { $0.hasSuffix(".xml") }
        let files = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { scratch["in/" + $0] }
        for chunkSize in [64, 10_000, 1 << 20] {
            var settings = BulkSettings()
            settings.chunkSize = chunkSize
            settings.jobs = 1
            var oneByOne = try Bulk.filter(files, settings: settings)
            // Each is an archive of its own there.
            oneByOne.summary.archives = []
            #expect(oneByOne.summary.converted > 500)
            for jobs in [1, 2, 7] {
                settings.jobs = jobs
                var walked = try Bulk.filter([scratch["in"]], settings: settings)
                walked.summary.archives = []
                #expect(walked.text == oneByOne.text)
                #expect(walked.summary == oneByOne.summary)
            }
        }
    }

    @Test("Names that need more memory than there is are read in several goes, and none is lost or given twice")
    func manyNames() throws {
        let scratch = try Scratch()
        var expected: [String] = []
        for number in 0..<300 {
            let name = number.isMultiple(of: 7) ? "\(number)" : "1386586000000\(number * number)"
            expected.append("in/" + name + (number.isMultiple(of: 10) ? "/inner/\u{E9}.xml" : ".xml"))
        }
        for name in expected { try scratch.write(name, "") }
        expected = expected.map { scratch[$0] }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for size in [1, 100, 1000, 10_000, 100_000] {
            let walk = ArchiveWalk([scratch["in"]], reader: DirectoryReader(size: size))
            var found: [String] = []
            while let item = walk.next() {
                guard case .file(let source, let descriptor, _) = item else { continue }
                close(descriptor)
                found.append(source.name)
            }
            #expect(found == expected)
        }
    }

    @Test("A run never reads its own results, be they in a directory that was not there before or in a file")
    func ownResults() throws {
        let scratch = try Scratch()
        let lines = String(repeating: #"{"leadId":"x","xmlData":"<Potentials>"}"# + "\n", count: 5000)
        try scratch.write("in/a.ndjson", lines)
        try scratch.write("in/z/b.ndjson", lines)
        for jobs in [1, 3] {
            var settings = BulkSettings()
            settings.jobs = jobs
            let output = scratch["in/z/out"]
            #expect(try Bulk.run([scratch["in"]], into: output, settings: settings).read == 10_000)
            try FileManager.default.removeItem(atPath: output)
            try scratch.write("in/zz.ndjson", "")
            let file = try #require(FileHandle(forWritingAtPath: scratch["in/zz.ndjson"]))
            let summary = try BulkRun(
                archives: [scratch["in"]], output: .descriptor(file.fileDescriptor), settings: settings
            ).run()
            try file.close()
            #expect(summary.read == 10_000)
            try FileManager.default.removeItem(atPath: scratch["in/zz.ndjson"])
        }
    }

    @Test("A filter writes exactly one line a request, in order")
    func filter() throws {
        let scratch = try Scratch()
        try scratch.write("a.ndjson", Requests.ndjson(300, seed: 11))
        var settings = BulkSettings()
        settings.chunkSize = 1000
        settings.jobs = 4
        let result = try Bulk.filter([scratch["a.ndjson"]], settings: settings)
        #expect(result.lines.count == result.summary.converted + result.summary.deadLetters)
        #expect(result.lines.map(\.line) == result.lines.map(\.line).sorted())
        #expect(result.lines.count { $0.isConverted } == result.summary.converted)
        #expect(result.summary.read == 300)
    }

    @Test("A converted line has its members in the promised order, and diagnostics only when there are any")
    func lineShape() throws {
        let scratch = try Scratch()
        try scratch.write(
            "a.ndjson",
            "{\"leadId\":\"9\",\"xmlData\":\"<Potentials><row no=\\\"1\\\"><option val=\\\"createPotential\\\">false</option></row></Potentials>\"}\n"
        )
        _ = try Bulk.run([scratch["a.ndjson"]], into: scratch["out"])
        let line = String(decoding: scratch.read("out/converted.ndjson"), as: UTF8.self)
        #expect(
            line == """
                {"source":"\(scratch["a.ndjson"])\(":1")","lead_id":"9","method":"POST",\
                "url":"https://www.zohoapis.com/crm/v2/Leads/9/actions/convert","body":{"data":[{}]}}

                """)
        #expect(scratch.read("out/dead-letters.ndjson").isEmpty)
    }

    @Test("Unreadable files, special files, loops of links and the output itself do not stop a walk")
    func walk() throws {
        let scratch = try Scratch()
        let files = FileManager.default
        try scratch.write("in/b/2.ndjson", "{\"leadId\":\"2\",\"xmlData\":\"<a/>\"}")
        try scratch.write("in/a.ndjson", "{\"leadId\":\"1\",\"xmlData\":\"<a/>\"}")
        try files.createSymbolicLink(atPath: scratch["in/b/loop"], withDestinationPath: scratch["in"])
        try files.createSymbolicLink(atPath: scratch["in/c"], withDestinationPath: scratch["nowhere"])
        #expect(mkfifo(scratch["in/d"], 0o600) == 0)
        try scratch.write("in/e.bin", Data([0, 1, 2, 3, 0]))
        let summary = try Bulk.run([scratch["in"]], into: scratch["in/out"])
        #expect(summary.deadLetters == 3)
        #expect(summary.findings.contains { $0.code == .archiveUnreadable && $0.places == [scratch["in/c"] + ":1"] })
        #expect(
            Dictionary(uniqueKeysWithValues: summary.skipped.map { ($0.name, $0.count) }) == [
                "link": 1, "other_text": 1, "special_file": 1,
            ])
        let letters = scratch.read("in/out/dead-letters.ndjson").split(separator: 0x0A).map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(letters[0].contains("in\\/a.ndjson") || letters[0].contains("in/a.ndjson:1"))
        #expect(letters[1].contains("in/b/2.ndjson:1"))
    }

    @Test("What a link in an archive leads to is read once: elsewhere through the link, here by itself")
    func links() throws {
        let scratch = try Scratch()
        let document = "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
        for name in ["in/2018/1.xml", "in/2019/2.xml", "elsewhere/3.xml"] { try scratch.write(name, document) }
        for (link, target) in [
            ("in/latest", "in/2019"), ("in/2018/9.xml", "in/2019/2.xml"), ("in/far", "elsewhere"),
            ("in/2019/up", "in/2018"),
        ] {
            try FileManager.default.createSymbolicLink(atPath: scratch[link], withDestinationPath: scratch[target])
        }
        let result = try Bulk.filter([scratch["in"]])
        #expect(result.lines.map(\.leadID) == ["1", "2", "3"])
        #expect(result.summary.skipped == [BulkSummary.Count(name: "link", count: 3)])
        #expect(result.summary.firstSkipped == ["link": scratch["in/2018/9.xml"] + ":1"])
    }

    @Test("A line longer than the limit is one dead letter, and the lines around it are read")
    func longLine() throws {
        let scratch = try Scratch()
        let good =
            "{\"leadId\":\"1\",\"xmlData\":\"<Potentials><row no=\\\"1\\\"><option val=\\\"createPotential\\\">0</option></row></Potentials>\"}\n"
        var data = Data(good.utf8)
        data.append(Data(repeating: UInt8(ascii: "a"), count: 18 << 20))
        data.append(Data(("\n" + good).utf8))
        try scratch.write("a.ndjson", data)
        let lines = try Bulk.filter([scratch["a.ndjson"]]).lines
        #expect(lines == [Line(true, 1, "1"), Line(false, 2, nil, ["archive.line.length"]), Line(true, 3, "1")])
    }

    @Test("Text without a sign of a request is skipped and counted once, up to the first line that is one")
    func unknownText() throws {
        let scratch = try Scratch()
        let prose = String(repeating: "Nothing to see here, only words.\n", count: 3000)
        try scratch.write("a.txt", prose + "leadId=5&xmlData=%3Ca/%3E\nmore words\n")
        let result = try Bulk.filter([scratch["a.txt"]])
        #expect(result.lines.map(\.line) == [3001])
        #expect(result.lines.map(\.leadID) == ["5"])
        #expect(result.summary.skipped == [BulkSummary.Count(name: "other_text", count: 2)])
    }

    @Test("An archive that does not exist, and results that are there already, are refused before anything is done")
    func refused() throws {
        let scratch = try Scratch()
        try scratch.write("a.ndjson", "{}\n")
        func failure(_ archive: String, _ output: String, resumes: Bool = false) -> BulkFailure.Kind? {
            var settings = BulkSettings()
            settings.resumes = resumes
            do {
                _ = try BulkRun(archives: [archive], output: .directory(output), settings: settings).run()
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(failure(scratch["b.ndjson"], scratch["out"]) == .noInput)
        #expect(!scratch.exists("out"))
        #expect(failure(scratch["a.ndjson"], scratch["out"]) == nil)
        #expect(failure(scratch["a.ndjson"], scratch["out"]) == .outputTaken)
        #expect(failure(scratch["a.ndjson"], scratch["a.ndjson"]) == .cannotCreate)
        #expect(failure(scratch["a.ndjson"], scratch["no/such/place"]) == .cannotCreate)
        let parent = "its parent directory \(scratch["no/such"]) does not exist; create it first"
        #expect(throws: BulkFailure(.cannotCreate, "\(scratch["no/such/place"]): \(parent)")) {
            try BulkRun(archives: [scratch["a.ndjson"]], output: .directory(scratch["no/such/place"])).run()
        }
        #expect(failure(scratch["a.ndjson"], scratch["out"], resumes: true) == nil)
    }

    @Test("A run that was stopped is not resumed with another input or other options")
    func changedInput() throws {
        let scratch = try Scratch()
        let text = Requests.ndjson(200, seed: 3)
        try scratch.write("a.ndjson", text)
        var settings = BulkSettings()
        settings.jobs = 1
        settings.chunkSize = 2000
        settings.checkpointInterval = 0
        var run = BulkRun(archives: [scratch["a.ndjson"]], output: .directory(scratch["out"]), settings: settings)
        let cancellation = run.cancellation
        run.onProgress = { if $0.read > 100 { cancellation.cancel() } }
        var stopped = BulkFailure(.interrupted(signal: 2), "The run was stopped; its state is saved")
        stopped.advice = "go on with --resume"
        #expect(throws: stopped) { try run.run() }
        func resume(_ fingerprint: String = "") -> BulkFailure.Kind? {
            var settings = settings
            settings.resumes = true
            settings.fingerprint = fingerprint
            do {
                _ = try BulkRun(archives: [scratch["a.ndjson"]], output: .directory(scratch["out"]), settings: settings)
                    .run()
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(resume("other options") == .inputChanged)
        try scratch.write("a.ndjson", "x" + text.dropFirst())
        #expect(resume() == .inputChanged)
        try scratch.write("a.ndjson", String(text.prefix(3000)))
        #expect(resume() == .inputChanged)
        try scratch.write("a.ndjson", text)
        #expect(resume() == nil)
        _ = try Bulk.run([scratch["a.ndjson"]], into: scratch["whole"])
        for name in ["converted.ndjson", "dead-letters.ndjson", "summary.json", "report.html"] {
            #expect(scratch.read("out/" + name) == scratch.read("whole/" + name))
        }
        #expect(!scratch.exists("out/checkpoint"))
    }

    @Test("Resuming a finished run gives what it came to, and says that nothing was read")
    func finishedBefore() throws {
        let scratch = try Scratch()
        try scratch.write("a.ndjson", Requests.ndjson(20, seed: 5))
        var summary = try Bulk.run([scratch["a.ndjson"]], into: scratch["out"])
        #expect(!summary.isOfEarlierRun)
        var settings = BulkSettings()
        settings.resumes = true
        let again = try Bulk.run([scratch["a.ndjson"]], into: scratch["out"], settings: settings)
        #expect(again.isOfEarlierRun)
        summary.isOfEarlierRun = true
        #expect(again == summary)
    }

    @Test("A finished run is not resumed over other archives or with other options")
    func finishedOtherwise() throws {
        let scratch = try Scratch()
        for name in ["a.ndjson", "b.ndjson"] { try scratch.write(name, Requests.ndjson(20, seed: 5)) }
        _ = try Bulk.run([scratch["a.ndjson"]], into: scratch["out"])
        var settings = BulkSettings()
        settings.resumes = true
        for (archives, fingerprint) in [(["b.ndjson"], ""), (["a.ndjson", "b.ndjson"], ""), (["a.ndjson"], "other")] {
            settings.fingerprint = fingerprint
            let failure = #expect(throws: BulkFailure.self) {
                try Bulk.run(archives.map { scratch[$0] }, into: scratch["out"], settings: settings)
            }
            #expect(failure?.kind == .inputChanged)
        }
    }

    @Test("Progress only grows and ends at the totals")
    func progress() throws {
        final class Seen: @unchecked Sendable { var all: [BulkProgress] = [] }
        let scratch = try Scratch()
        try scratch.write("a.ndjson", Requests.ndjson(200, seed: 5))
        var settings = BulkSettings()
        settings.chunkSize = 4000
        var run = BulkRun(archives: [scratch["a.ndjson"]], output: .directory(scratch["out"]), settings: settings)
        let seen = Seen()
        run.onProgress = { seen.all.append($0) }
        let summary = try run.run()
        #expect(seen.all.count > 3)
        #expect(seen.all.map(\.read) == seen.all.map(\.read).sorted())
        #expect(seen.all.last?.read == summary.read)
        #expect(seen.all.last?.bytesRead == scratch.read("a.ndjson").count)
    }
}
