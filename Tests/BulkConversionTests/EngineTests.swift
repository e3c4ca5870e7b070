import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("What a run counts and when it ends")
struct EngineTests {
    private static let xml =
        #"<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"#

    private func line(_ id: Int) -> String { #"{"leadId":"\#(7_000_000_000 + id)","xmlData":"\#(Self.xml)"}"# + "\n" }

    private func archive(_ lines: [String]) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write("in.ndjson", lines.joined())
        return scratch
    }

    @Test("Requests of a lead that was converted before are counted with their places, for any number of workers")
    func repeated() throws {
        let scratch = try archive((0..<3000).map { line($0 % 2990) })
        for jobs in [1, 3] {
            var settings = BulkSettings()
            settings.jobs = jobs
            settings.chunkSize = 4096
            let summary = try Bulk.run([scratch["in.ndjson"]], into: scratch["out\(jobs)"], settings: settings)
            #expect(summary.repeatedLeadIDs?.count == 10)
            #expect(summary.repeatedLeadIDs?.places == (2991...2993).map { "\(scratch["in.ndjson"]):\($0)" })
            #expect(BulkSummary(json: [UInt8](scratch.read("out\(jobs)/summary.json"))) == summary)
        }
    }

    @Test("A limit ends the run after exactly so many requests, and the summary says so", arguments: [1, 7, 999])
    func limit(_ limit: Int) throws {
        let scratch = try archive((0..<1000).map { $0 % 3 == 0 ? "nothing here\n" : line($0) })
        var texts: [Data] = []
        for jobs in [1, 4] {
            var settings = BulkSettings()
            settings.jobs = jobs
            settings.chunkSize = 4096
            settings.requestLimit = limit
            let summary = try Bulk.run([scratch["in.ndjson"]], into: scratch["out\(jobs)"], settings: settings)
            #expect(summary.converted == min(limit, 666) && summary.limit == limit)
            texts.append(scratch.read("out\(jobs)/converted.ndjson") + scratch.read("out\(jobs)/summary.json"))
        }
        #expect(texts[0] == texts[1])
    }

    @Test("More dead letters than allowed stop the run; it goes on from there with --resume")
    func mostDeadLetters() throws {
        let scratch = try archive((0..<2000).map { $0 % 2 == 0 ? line($0) : #"{"leadId":"7","xmlData":""}"# + "\n" })
        var settings = BulkSettings()
        settings.jobs = 1
        settings.chunkSize = 4096
        settings.mostDeadLetters = 100
        let failure = #expect(throws: BulkFailure.self) {
            try Bulk.run([scratch["in.ndjson"]], into: scratch["out"], settings: settings)
        }
        #expect(failure?.kind == .tooManyDeadLetters && failure?.diagnostic.code == .runDeadLetters)
        settings.mostDeadLetters = nil
        settings.resumes = true
        let summary = try Bulk.run([scratch["in.ndjson"]], into: scratch["out"], settings: settings)
        settings.resumes = false
        #expect(try summary == Bulk.run([scratch["in.ndjson"]], into: scratch["whole"], settings: settings))
        #expect(scratch.read("out/dead-letters.ndjson") == scratch.read("whole/dead-letters.ndjson"))
    }

    @Test("A survey is the same for any number of workers")
    func survey() throws {
        let scratch = try archive(
            (0..<2000).map { number in
                line(number).replacing("false", with: ["true", "1", "no\(number % 7)"][number % 3])
            })
        var surveys: [Survey] = []
        for jobs in [1, 2, 5] {
            var run = SurveyRun(archives: [scratch["in.ndjson"]])
            run.jobs = jobs
            surveys.append(try run.run())
        }
        #expect(surveys[0].json == surveys[1].json && surveys[0].json == surveys[2].json)
        #expect(surveys[0].requests.documents == 2000)
    }
}
