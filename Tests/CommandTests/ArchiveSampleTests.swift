import Foundation
import TestSupport
import Testing

@Suite("Samples of archives")
struct ArchiveSampleTests {
    @Test("An archive comes to what its folder expects", arguments: ArchiveSample.readable)
    func outputs(sample: ArchiveSample) throws {
        let outcome = try sample.run(["--jobs", "1"])
        #expect(outcome.errors.isEmpty == (outcome.status != 65), "\(outcome.errors)")
        func difference(_ name: String, _ text: String?) throws -> String? {
            try Golden.difference(from: sample.folder.appending(path: name), text.map { Array($0.utf8) })
        }
        #expect(try difference("converted.ndjson", outcome.converted) == nil)
        #expect(try difference("dead-letters.ndjson", outcome.deadLetters) == nil)
        #expect(try difference("skipped.txt", outcome.skipped) == nil)
        #expect(outcome.status == (outcome.deadLetters != nil ? 1 : outcome.converted != nil ? 0 : 65))
    }

    @Test("Workers and small pieces change no byte", arguments: ArchiveSample.readable)
    func pieces(sample: ArchiveSample) throws {
        #expect(try sample.run(["--jobs", "4", "--chunk-size", "64"]) == sample.run(["--jobs", "1"]))
    }

    @Test("A filter writes the same requests, each on a line, in their order", arguments: ArchiveSample.readable)
    func filter(sample: ArchiveSample) throws {
        let result = try sample.filter(["--jobs", "4", "--chunk-size", "64"])
        var lines: [String: String] = [:]
        for status in ["converted", "dead-letter"] {
            let start = "{\"status\":\"\(status)\","
            lines[status] = result.output.split(separator: "\n").filter { $0.hasPrefix(start) }
                .map { "{" + $0.dropFirst(start.count) + "\n" }.joined()
        }
        let outcome = try sample.run()
        #expect(lines["converted"] == outcome.converted ?? "")
        #expect(lines["dead-letter"] == outcome.deadLetters ?? "")
        let count = (outcome.converted ?? "").count { $0 == "\n" } + (outcome.deadLetters ?? "").count { $0 == "\n" }
        #expect(result.output.count { $0 == "\n" } == count)
        #expect(result.status == outcome.status)
    }

    @Test("No secret of an archive reaches an output", arguments: ArchiveSample.readable)
    func secrets(sample: ArchiveSample) throws {
        let scratch = try Scratch()
        let arguments = try sample.arguments + ["--show-values"]
        let bulk = try BuiltCommand.run(["bulk", "--output", scratch["out"]] + arguments, directory: sample.folder)
        let survey = try BuiltCommand.run(["survey", "--format", "json"] + arguments, directory: sample.folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch["out"])
        for text in [bulk.output, bulk.errors, survey.output, survey.errors] + names.map({ scratch.text("out/" + $0) })
        {
            #expect(!text.contains("made-up-secret"))
        }
    }

    @Test(
        "Dead letters given to bulk again are dead letters again, with the same document and lead id",
        arguments: ArchiveSample.readable.filter { $0.files.contains("dead-letters.ndjson") })
    func again(sample: ArchiveSample) throws {
        let scratch = try Scratch()
        let letters = try #require(try sample.text("dead-letters.ndjson"))
        try scratch.write("again.ndjson", letters)
        let options = sample.files.contains("options.json") ? ["--config", "options.json"] : []
        _ = try BuiltCommand.run(
            ["bulk", "--quiet", "--output", scratch["out"], scratch["again.ndjson"]] + options, directory: sample.folder
        )
        func contents(_ text: String) throws -> [[String?]] {
            try text.split(separator: "\n").map {
                let object = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
                return ["lead_id", "xmlData", "newFormat", "url"].map { object[$0].map { "\($0)" } }
            }
        }
        #expect(try contents(scratch.text("out/dead-letters.ndjson")) == contents(letters))
        #expect(scratch.text("out/converted.ndjson") == "")
    }

    @Test("Every folder has an archive, something expected of it, and nothing that no test reads")
    func folders() {
        for sample in ArchiveSample.all {
            let unknown = Set(sample.files).subtracting(ArchiveSample.otherFiles)
            #expect(unknown == [sample.input], "\(sample.name)")
            #expect(
                !Set(sample.files).isDisjoint(with: ["converted.ndjson", "dead-letters.ndjson", "skipped.txt"]),
                "\(sample.name) expects nothing")
        }
        #expect(ArchiveSample.all.count > 50)
    }
}
