import Foundation
import TestSupport
import Testing

/// Results that are whole, and results that somebody or something changed.
@Suite struct VerifyCommandTests {
    private static let workers = ["1", "4"]

    /// An archive with converted requests, dead letters and replies, and the results of a run over it.
    private struct Run {
        let scratch = try! Scratch()
        var archive: String { scratch["in/a.ndjson"] }
        var results: String { scratch["out"] }

        init(_ count: Int = 400, options: [String] = []) throws {
            try self.init(Requests.ndjson(count, seed: 2018), options: options)
        }

        init(_ text: String, options: [String]) throws {
            try scratch.write("in/a.ndjson", text)
            let result = try BuiltCommand.run(["bulk", "--quiet", "--output", results, archive] + options)
            try #require(result.status == 1, "\(result.errors)")
        }

        func lines(_ file: String) -> [String] {
            scratch.text("out/" + file).split(separator: "\n").map(String.init)
        }

        func change(_ file: String, _ body: (inout [String]) -> Void) throws {
            var lines = lines(file)
            body(&lines)
            try scratch.write("out/" + file, lines.map { $0 + "\n" }.joined())
        }

        /// Changes a text in a file, which must be there.
        func replace(_ old: String, with new: String, in file: String) throws {
            let text = scratch.text("out/" + file)
            try #require(text.contains(old))
            try scratch.write("out/" + file, text.replacingOccurrences(of: old, with: new))
        }

        /// Has the report name a hash, as a report does.
        func sign(_ hash: String) throws {
            let element = #/<code id="converted-sha256">[^<]*</code>/#
            let report = scratch.text("out/report.html").replacing(element, with: "")
            let text = report.replacing("</body>", with: "<code id=\"converted-sha256\">\(hash)</code></body>")
            try scratch.write("out/report.html", text)
        }

        func verify(_ arguments: [String] = []) throws -> Outcome {
            let result = try BuiltCommand.run(["verify", results] + arguments + ["--diagnostics", "json"])
            #expect(result.output == "")
            return Outcome(status: result.status, objects: try objects(result.errors))
        }
    }

    private struct Outcome {
        var status: Int32
        var objects: [[String: Any]]

        var codes: [String] {
            objects.filter { $0["severity"] as? String == "error" }.compactMap { $0["code"] as? String }
        }
        var verification: [String: Any] { objects.last?["verification"] as? [String: Any] ?? [:] }
        var count: Int? { verification["differences"] as? Int }

        /// Places of a code in results and archive.
        func places(_ code: String) -> [String] {
            objects.filter { $0["code"] as? String == code }.map { object in
                let source = (object["source"] as? String ?? "").split(separator: "/").last ?? ""
                let path = (object["path"] as? String ?? "").split(separator: "/").last ?? ""
                return "\(source) \(path)"
            }
        }
    }

    private static func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private static func source(ofLine line: String) -> String {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return ((object?["source"] as? String)?.split(separator: "/").last).map(String.init) ?? ""
    }

    // MARK: Whole results

    @Test(
        "Results of an archive of any form are right",
        arguments: ArchiveSample.readable.enumerated().filter { index, sample in
            index % 12 == 0
                || ["zip", "tar", "directory", "every-form", "columns", "exclude"].contains { sample.name.contains($0) }
        }.map(\.element))
    func samples(sample: ArchiveSample) throws {
        let scratch = try Scratch()
        let run = try BuiltCommand.run(
            ["bulk", "--quiet", "--output", scratch["out"]] + sample.arguments, directory: sample.folder)
        try #require([0, 1, 65].contains(run.status), "\(run.errors)")
        for options in try [
            [], sample.arguments + ["--jobs", "1"], sample.arguments + ["--jobs", "4", "--chunk-size", "300"],
        ] {
            let result = try BuiltCommand.run(["verify", scratch["out"]] + options, directory: sample.folder)
            #expect(result.status == 0, "\(options) \(result.errors)")
            #expect(result.output == "")
        }
    }

    @Test("The end says what was counted and compared, and names the hash")
    func report() throws {
        let run = try Run(60)
        let text = try BuiltCommand.run(["verify", run.results, run.archive])
        #expect(text.status == 0)
        let (converted, letters) = (run.lines("converted.ndjson").count, run.lines("dead-letters.ndjson").count)
        #expect(text.errors.contains("\(converted) converted, \(letters) dead letter"))
        #expect(text.errors.contains("compared with summary, report and archives: no differences"))
        let outcome = try run.verify([run.archive])
        #expect(outcome.verification["converted"] as? Int == converted)
        #expect(outcome.verification["dead_letters"] as? Int == letters)
        #expect(outcome.verification["archives"] as? Bool == true)
        let hash = try #require(outcome.verification["sha256"] as? String)
        #expect(text.errors.contains("SHA-256 of converted.ndjson: \(hash)\n"))
        #expect(try BuiltCommand.run(["verify", "--quiet", run.results, run.archive]).errors == "")
    }

    @Test("The results of a run that was stopped and resumed are right, those before are of no finished run")
    func resumed() throws {
        let scratch = try Scratch()
        let archive = try scratch.write("a.ndjson", Requests.ndjson(300, seed: 3))
        let bulk = ["bulk", "--quiet", "--output", scratch["out"], archive, "--chunk-size", "2000"]
        #expect(try BuiltCommand.run(bulk + ["--max-dead-letters", "2"]).status == 1)
        let early = try BuiltCommand.run(["verify", scratch["out"], archive])
        #expect(early.status == 65)
        #expect(early.errors.contains("[verify.run.unfinished]"))
        #expect(try BuiltCommand.run(bulk + ["--resume"]).status == 1)
        for jobs in Self.workers {
            let result = try BuiltCommand.run(["verify", scratch["out"], archive, "--jobs", jobs])
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    @Test("A limit of the run is known; another one is refused")
    func limit() throws {
        let run = try Run(options: ["--limit", "30"])
        #expect(try run.verify([run.archive]).status == 0)
        #expect(try run.verify([run.archive, "--limit", "30"]).status == 0)
        #expect(try run.verify([run.archive, "--limit", "31"]).status == 65)
    }

    @Test("Results inside their archive, an archive that was moved, and standard input are right")
    func otherPlaces() throws {
        let scratch = try Scratch()
        try scratch.write("old/a.ndjson", Requests.ndjson(40, seed: 5))
        try scratch.write("old/b/1.xml", Requests.xml(assignTo: "1"))
        #expect(try BuiltCommand.run(["bulk", "--quiet", "-o", scratch["old/out"], scratch["old"]]).status == 1)
        #expect(try BuiltCommand.run(["verify", scratch["old/out"], scratch["old"]]).status == 0)
        try FileManager.default.moveItem(atPath: scratch["old"], toPath: scratch["new"])
        let moved = try BuiltCommand.run(["verify", scratch["new/out"], scratch["new/"]])
        #expect(moved.status == 0, "\(moved.errors)")

        let text = Requests.ndjson(40, seed: 6)
        let file = try scratch.write("input", text)
        #expect(try BuiltCommand.run(["bulk", "--quiet", "-o", scratch["piped"], "-"], input: text).status == 1)
        for archives in [[], ["-"], [file]] {
            let result = try BuiltCommand.run(["verify", scratch["piped"]] + archives, input: text)
            #expect(result.status == 0, "\(archives) \(result.errors)")
        }
    }

    @Test("Tables that were moved are those of the run, changed ones are not")
    func tables() throws {
        let scratch = try Scratch()
        let archive = try scratch.write("a.ndjson", Requests.ndjson(40, seed: 8))
        let users = "email,id\n" + (1...9).map { "user\($0)@example.com,\($0)\n" }.joined()
        let bulk = ["bulk", "--quiet", archive, "--output", scratch["out"], "--users"]
        let stopped = try BuiltCommand.run(bulk + [scratch.write("old.csv", users), "--max-dead-letters", "0"])
        try #require(stopped.status == 1)
        let moved = try scratch.write("tables/new.csv", users)
        let changed = try scratch.write("old.csv", users + "more@example.com,99\n")
        let refused = try BuiltCommand.run(bulk + [changed, "--resume"])
        #expect(refused.status == 65 && refused.errors.contains("options or tables"), "\(refused.errors)")
        #expect(try BuiltCommand.run(bulk + [moved, "--resume"]).status == 1)
        #expect(try BuiltCommand.run(["verify", scratch["out"], archive, "--users", moved]).status == 0)
        #expect(try BuiltCommand.run(["verify", scratch["out"], archive, "--users", changed]).status == 65)
    }

    // MARK: Dead letters as files

    /// Results with several letters of a lead, one without a lead and one without a document.
    private static func filesRun() throws -> Run {
        let xml = Requests.xml(date: "99/99/2009").replacing("\"", with: "'").replacing("\n", with: "")
        var text = Requests.ndjson(60, seed: 12)
        for id in ["9", "9", "9", "x"] { text += "{\"leadId\":\"\(id)\",\"newFormat\":2,\"xmlData\":\"\(xml)\"}\n" }
        text += "{\"leadId\":\"10\",\"xmlData\":\"\"}\n{\"leadId\":\"11\",\"xmlData\":\"\"}\n"
        return try Run(text, options: ["--dead-letters", "files"])
    }

    @Test("Dead letters in files are compared too", arguments: workers)
    func letterFiles(jobs: String) throws {
        let run = try Self.filesRun()
        #expect(run.scratch.files(below: "out/dead-letters").contains("9.3.xml"))
        let count = try #require(run.scratch.text("out/summary.json").firstMatch(of: /"dead_letters": (\d+)/)?.1)
        for archives in [[], [run.archive]] {
            let outcome = try run.verify(archives + ["--jobs", jobs, "--chunk-size", "900"])
            #expect(outcome.status == 0 && outcome.codes.isEmpty, "\(outcome.objects)")
            #expect(outcome.verification["dead_letters"] as? Int == Int(count))
        }
        try run.replace("\"dead_letters\": \(count)", with: "\"dead_letters\": \(count)0", in: "summary.json")
        for archives in [[], [run.archive]] {
            #expect(try run.verify(archives).places("verify.count.wrong").contains("summary.json dead_letters"))
        }
    }

    private struct LetterChange: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The differences that the archive shows, and those that the results alone show.
        var seen: [String]
        var seenAlone: [String]
        var change: @Sendable (_ scratch: Scratch) throws -> Void
    }

    private static func edit(_ scratch: Scratch, _ body: (inout [String]) -> Void) throws {
        var rows = scratch.text("out/dead-letters.csv").split(separator: "\n").map(String.init)
        body(&rows)
        try scratch.write("out/dead-letters.csv", rows.map { $0 + "\n" }.joined())
    }

    private static let letterChanges = [
        LetterChange(testDescription: "document changed", seen: ["verify.letter.wrong"], seenAlone: []) {
            try $0.write("out/dead-letters/9.2.xml", $0.text("out/dead-letters/9.2.xml") + " ")
        },
        LetterChange(
            testDescription: "document lost", seen: ["verify.letter.wrong"], seenAlone: ["verify.letter.wrong"]
        ) { try FileManager.default.removeItem(atPath: $0["out/dead-letters/unknown-1.xml"]) },
        LetterChange(
            testDescription: "document a link", seen: ["verify.letter.wrong"], seenAlone: []
        ) {
            try FileManager.default.moveItem(atPath: $0["out/dead-letters/9.xml"], toPath: $0["elsewhere.xml"])
            try FileManager.default.createSymbolicLink(
                atPath: $0["out/dead-letters/9.xml"], withDestinationPath: $0["elsewhere.xml"])
        },
        LetterChange(
            testDescription: "document added", seen: ["verify.letter.wrong"], seenAlone: ["verify.letter.wrong"]
        ) { try $0.write("out/dead-letters/9.4.xml", "<Potentials/>") },
        LetterChange(
            testDescription: "other form added", seen: ["verify.letter.wrong"], seenAlone: ["verify.letter.wrong"]
        ) { try $0.write("out/dead-letters.ndjson", "") },
        LetterChange(testDescription: "row changed", seen: ["verify.line.changed"], seenAlone: []) {
            try edit($0) { $0[3] += "!" }
        },
        LetterChange(
            testDescription: "row lost", seen: ["verify.line.lost", "verify.letter.wrong", "verify.count.wrong"],
            seenAlone: ["verify.letter.wrong", "verify.count.wrong"]
        ) {
            try edit($0) { rows in rows.removeAll { $0.hasPrefix("dead-letters/9.2.xml,") } }
        },
        LetterChange(
            testDescription: "row added", seen: ["verify.line.added", "verify.count.wrong"],
            seenAlone: ["verify.count.wrong"]
        ) {
            try edit($0) { $0.append("\"\",other:7,12,v1.value.date,message,advice") }
        },
        LetterChange(
            testDescription: "no row", seen: ["verify.line.changed", "verify.count.wrong"],
            seenAlone: ["verify.line.malformed", "verify.count.wrong"]
        ) {
            try edit($0) { $0[$0.count - 1] += ",more" }
        },
        LetterChange(
            testDescription: "table cut short", seen: ["verify.line.changed", "verify.count.wrong"],
            seenAlone: ["verify.line.malformed", "verify.count.wrong"]
        ) {
            try $0.write("out/dead-letters.csv", String($0.text("out/dead-letters.csv").dropLast()))
        },
    ]

    @Test("Files of dead letters beside the lines of a run do not hide what was changed in these")
    func foreignLetters() throws {
        let run = try Run(60)
        let other = ["bulk", "--quiet", "--output", run.scratch["other"], run.archive, "--dead-letters", "files"]
        #expect(try BuiltCommand.run(other).status == 1)
        for name in ["dead-letters.csv", "dead-letters"] {
            try FileManager.default.moveItem(atPath: run.scratch["other/" + name], toPath: run.scratch["out/" + name])
        }
        try run.change("dead-letters.ndjson") { $0.removeLast() }
        let outcome = try run.verify([run.archive])
        #expect(outcome.codes.count { $0 == "verify.letter.wrong" } == 2 && outcome.codes.contains("verify.line.lost"))
    }

    @Test("A change in the files of dead letters is found", arguments: letterChanges, [true, false])
    private func letterChange(change: LetterChange, hasArchive: Bool) throws {
        let run = try Self.filesRun()
        try change.change(run.scratch)
        let outcome = try run.verify(hasArchive ? [run.archive] : [])
        let expected = hasArchive ? change.seen : change.seenAlone
        #expect(Set(outcome.codes) == Set(expected), "\(outcome.objects)")
        #expect(outcome.status == (expected.isEmpty ? 0 : 1))
    }

    // MARK: Changed results

    private struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: String
        /// Whether the results alone tell.
        var isSeenAlone: Bool
        var change: @Sendable (inout [String]) -> Void
    }

    private static let changes = [
        Change(testDescription: "lost", code: "verify.line.lost", isSeenAlone: true) { $0.remove(at: 5) },
        Change(testDescription: "first lost", code: "verify.line.lost", isSeenAlone: true) { $0.removeFirst() },
        Change(testDescription: "last lost", code: "verify.line.lost", isSeenAlone: true) { $0.removeLast() },
        Change(testDescription: "doubled", code: "verify.line.doubled", isSeenAlone: true) { $0.insert($0[5], at: 6) },
        Change(testDescription: "doubled far away", code: "verify.line.doubled", isSeenAlone: true) {
            $0.append($0[5])
        },
        Change(testDescription: "swapped", code: "verify.line.misplaced", isSeenAlone: true) { $0.swapAt(5, 6) },
        Change(testDescription: "moved to the end", code: "verify.line.misplaced", isSeenAlone: false) {
            $0.append($0.removeFirst())
        },
        Change(testDescription: "added", code: "verify.line.added", isSeenAlone: true) {
            $0.insert($0[5].replacing(/"source":"[^"]*"/, with: "\"source\":\"b.ndjson:1\""), at: 6)
        },
        Change(testDescription: "changed", code: "verify.line.changed", isSeenAlone: false) {
            $0[5] = $0[5].replacing("2018-12-2", with: "2019-12-2").replacing("Potentials", with: "Potentialz")
        },
        Change(testDescription: "cut", code: "verify.line.changed", isSeenAlone: true) { $0[5].removeLast(10) },
    ]

    @Test("A change of a line is found and placed, in either file", arguments: changes, workers)
    private func lines(change: Change, jobs: String) throws {
        for file in ["converted.ndjson", "dead-letters.ndjson"] {
            let run = try Run()
            let before = run.lines(file)
            try run.change(file, change.change)
            let outcome = try run.verify([run.archive, "--jobs", jobs, "--chunk-size", "3000"])
            #expect(outcome.status == 1)
            #expect(outcome.codes.filter { $0.hasPrefix("verify.line") } == [change.code], "\(file)")
            #expect(outcome.count == outcome.codes.count)
            let place = try #require(outcome.places(change.code).first)
            #expect(place.hasPrefix(file + ":"))
            let index =
                switch change.testDescription {
                case "first lost", "moved to the end": 0
                case "last lost": before.count - 1
                default: 5
                }
            if change.code != "verify.line.doubled", change.code != "verify.line.added" {
                #expect(place.hasSuffix(" " + Self.source(ofLine: before[index])))
            }
            guard jobs == "1" else { continue }
            let alone = try run.verify()
            if change.isSeenAlone { #expect(alone.status == 1) }
        }
    }

    @Test("What differs in a line is named by its members, never by its values")
    func changedMember() throws {
        let run = try Run()
        let secret = "authtoken-of-somebody"
        try run.change("converted.ndjson") {
            $0[3] = $0[3].replacing(/"Stage":"[^"]*"/, with: "\"Stage\":\"\(secret)\"")
            $0.insert(#"{"source":"\#(secret)","\#(secret)":1}"#, at: 9)
        }
        for archives in [[run.archive], []] {
            let result = try BuiltCommand.run(["verify", run.results] + archives)
            #expect(result.status == 1)
            #expect(!result.errors.contains(secret))
            if !archives.isEmpty {
                #expect(result.errors.contains("body/data[0]/Deals/Stage is not what convertlead writes today"))
            }
        }
    }

    @Test("Many lost lines are all counted, and the first hundred are listed")
    func manyLost() throws {
        let run = try Run(2_000)
        let lost = 700
        try run.change("converted.ndjson") { $0.removeSubrange(200..<(200 + lost)) }
        let outcome = try run.verify([run.archive, "--jobs", "4", "--chunk-size", "5000"])
        #expect(outcome.status == 1)
        let others = outcome.codes.count { !$0.hasPrefix("verify.line") }
        #expect(outcome.count == lost + others)
        #expect(outcome.codes.count == 100)
        #expect(Set(outcome.codes).subtracting(["verify.count.wrong", "verify.hash.wrong"]) == ["verify.line.lost"])
        let text = try BuiltCommand.run(["verify", run.results, run.archive])
        #expect(text.errors.contains("of which the first 100 are listed"))
    }

    @Test("Results that are the same twice over are found")
    func allDoubled() throws {
        let run = try Run()
        try run.change("converted.ndjson") { $0 += $0 }
        let outcome = try run.verify([run.archive])
        #expect(outcome.status == 1)
        #expect(outcome.codes.contains("verify.line.doubled"))
    }

    // MARK: Changed archives, summaries, reports, options

    @Test("An archive that changed is told from results that changed", arguments: workers)
    func archiveChanged(jobs: String) throws {
        let run = try Run()
        let hash = try #require(try run.verify().verification["sha256"] as? String)
        try run.sign(hash)
        #expect(try run.verify([run.archive]).status == 0)
        let archive = run.scratch.text("in/a.ndjson")
        try run.scratch.write("in/a.ndjson", archive + Requests.ndjson(20, seed: 7))
        let grown = try run.verify([run.archive, "--jobs", jobs])
        #expect(grown.status == 1)
        #expect(Set(grown.codes).isSuperset(of: ["verify.archive.changed", "verify.line.lost", "verify.count.wrong"]))
        #expect(!grown.codes.contains("verify.hash.wrong"))
        try run.scratch.write("in/a.ndjson", archive.replacing("Closed Won", with: "Closed Lost"))
        let other = try run.verify([run.archive, "--jobs", jobs])
        #expect(Set(other.codes).isSuperset(of: ["verify.archive.changed", "verify.line.changed"]))
        #expect(try run.verify().status == 0)
    }

    @Test("The hash that the report names is compared")
    func hash() throws {
        let run = try Run()
        let outcome = try run.verify()
        try run.sign(try #require(outcome.verification["sha256"] as? String))
        let right = try run.verify()
        #expect(right.status == 0)
        #expect(right.objects.count == 1)
        for wrong in [String(repeating: "0", count: 64), "", "no hash"] {
            try run.sign(wrong)
            let outcome = try run.verify()
            #expect(outcome.status == 1)
            #expect(outcome.codes == ["verify.hash.wrong"])
        }
    }

    @Test("A figure of the summary that is wrong is named")
    func summary() throws {
        let run = try Run()
        let count = run.lines("converted.ndjson").count
        try run.replace("\"converted\": \(count)", with: "\"converted\": \(count + 1)", in: "summary.json")
        let outcome = try run.verify()
        #expect(outcome.status == 1)
        #expect(outcome.places("verify.count.wrong").contains("summary.json converted"))
        let other = try Run()
        try other.replace("\"reply\":", with: "\"picture\":", in: "summary.json")
        #expect(try other.verify().status == 0)
        let compared = try other.verify([other.archive])
        #expect(compared.status == 1)
        #expect(compared.places("verify.count.wrong").contains("summary.json reply"))
    }

    @Test("Other options, tables or archives than the run's are refused")
    func otherRun() throws {
        let run = try Run()
        for arguments in [
            [run.archive, "--api-version", "v7"], [run.archive, "--users", "Samples/org/users-1.json"],
            [run.archive, "--exclude", "x"], [run.archive, run.archive],
        ] {
            let outcome = try run.verify(arguments)
            #expect(outcome.status == 65)
            #expect(outcome.codes == ["verify.run.other"])
        }
        let strict = try Run(options: ["--api-version", "v7"])
        #expect(try strict.verify([strict.archive]).status == 65)
        #expect(try strict.verify([strict.archive, "--api-version", "v7"]).status == 0)
    }

    @Test("What is missing is 66, what is no finished run is 65")
    func missing() throws {
        let run = try Run(40)
        #expect(try BuiltCommand.run(["verify", run.scratch["nothing"]]).status == 66)
        #expect(try BuiltCommand.run(["verify", run.results, run.scratch["nothing"]]).status == 66)
        #expect(try BuiltCommand.run(["verify", run.scratch["in"]]).status == 65)
        #expect(try BuiltCommand.run(["verify", run.archive]).status == 65)
        #expect(try BuiltCommand.run(["verify"]).status == 64)
        let summary = run.scratch.text("out/summary.json")
        for text in ["", "{}", summary.replacing(/"read": \d+/, with: "\"read\": 9223372036854775807")] {
            try run.scratch.write("out/summary.json", text)
            #expect(try BuiltCommand.run(["verify", run.results]).status == 65)
        }
        try run.scratch.write("out/summary.json", summary)
        for name in ["converted.ndjson", "dead-letters.ndjson", "report.html", "summary.json"] {
            let file = run.scratch.read("out/" + name)
            try FileManager.default.removeItem(atPath: run.scratch["out/" + name])
            #expect(try BuiltCommand.run(["verify", run.results]).status == 65)
            try run.scratch.write("out/" + name, file)
        }
        #expect(try BuiltCommand.run(["verify", run.results]).status == 0)
    }
}
