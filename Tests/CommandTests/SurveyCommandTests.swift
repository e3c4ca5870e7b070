import ConvertLead
import Foundation
import TestSupport
import Testing

@testable import ConvertLeadCommand

@Suite struct SurveyCommandRuns {
    private static let tables = ["--users", "Samples/org/users-1.json", "--fields", "Samples/org/fields.json"]

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("The table has a section for each thing that is counted, and ends with what to do next")
    func table() throws {
        let result = try BuiltCommand.run(["survey", "Samples/archives/every-form/archive"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        let headings = result.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.dropFirst()
        #expect(
            headings == [
                "Forms", "Roots", "Options", "Labels", "Assignees", "Stages", "Contact roles", "Dates",
                "Findings",
                "Next",
            ])
        #expect(result.output.contains("  - Add 1 assignee without a user id to a file for --users"))
        #expect(result.output.contains("Closing Date     Closing_Date  standard"))
    }

    @Test("What the options have decided is told and not asked again")
    func decided() throws {
        func next(_ options: [String]) throws -> Substring {
            let output = try BuiltCommand.run(["survey", "Samples/archives/every-form/archive/raw-url.txt"] + options)
                .output
            return output[try #require(output.range(of: "\nNext\n")).upperBound...]
        }
        #expect(try next([]).hasPrefix("  - Add 1 assignee without a user id to a file for --users"))
        let fallback = try next(["--unknown-assignee", "77"])
        #expect(fallback.hasPrefix("  - Check 1 assignee without a user id: 1 request goes to the fallback 77.\n"))
        #expect(!fallback.contains("--users") && !fallback.contains("--write-config"))
        let omitted = try next(["--unknown-assignee", "omit"])
        #expect(omitted.contains("assign_to is left out of 1 request (--unknown-assignee omit)"))
        let scratch = try Scratch()
        let archive = try scratch.write("1.xml", Requests.xml(assignTo: "1", fields: "<FL val=\"Hat\">x</FL>"))
        let labels = ["survey", archive, "--unknown-field"]
        let warned = try BuiltCommand.run(labels + ["warn"]).output
        #expect(warned.contains("Decide about 1 label without a field: pass the field export with --fields"))
        let guessed = try BuiltCommand.run(labels + ["guess"]).output
        #expect(guessed.contains("Check the guessed api names of 1 label without a field"))
    }

    @Test("Each finding is explained in one line below it")
    func meanings() throws {
        let scratch = try Scratch()
        let archive = try scratch.write("1.xml", Requests.xml(assignTo: "1", date: "99/99/2009"))
        let lines = try BuiltCommand.run(["survey", archive]).output.split(separator: "\n").map(String.init)
        let row = try #require(lines.firstIndex { $0.contains("error     v1.value.date") })
        let meaning = lines[row + 1].trimmingCharacters(in: .whitespaces)
        #expect(meaning.hasSuffix(".") && DiagnosticCode.valueDate.cause.hasPrefix(meaning))
    }

    @Test("A missing pipeline is told once, from v2.1 on, when neither a request nor an option has one")
    func pipeline() throws {
        let scratch = try Scratch()
        func line(_ xml: String) throws -> String {
            let line = ["leadId": "9", "xmlData": xml]
            return String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self) + "\n"
        }
        func archive(_ name: String, fields: String = "") throws -> String {
            let text = try line(Requests.xml(assignTo: "1", fields: fields))
            return try scratch.write(name, String(repeating: text, count: 3))
        }
        func told(_ arguments: [String]) throws -> Int {
            try BuiltCommand.run(["survey"] + arguments).output.matches(of: #/Pass --pipeline/#).count
        }
        let without = try archive("a.ndjson")
        let with = try archive("b.ndjson", fields: "<FL val=\"Pipeline\">Standard</FL>")
        #expect(try told([without, "--api-version", "v2.1"]) == 1)
        #expect(try told([without, "--api-version", "v8"]) == 1)
        #expect(try told([without]) == 0)
        #expect(try told([with, "--api-version", "v8"]) == 0)
        #expect(try told([without, "--api-version", "v8", "--pipeline", "Standard (Standard)"]) == 0)
        let both = try BuiltCommand.run(["survey", without, with, "--api-version", "v8"]).output
        #expect(both.contains("3 of 6 requests that make a deal have none"))
        let noDeal = Requests.xml(assignTo: "1").replacing(
            "<option val=\"createPotential\">true", with: "<option val=\"createPotential\">false")
        let withoutDeal = try scratch.write("n.ndjson", try line(noDeal))
        #expect(try told([withoutDeal, "--api-version", "v8"]) == 0)
        #expect(
            try BuiltCommand.run(["survey", without, withoutDeal, "--api-version", "v8"]).output
                .contains("no request that makes a deal has one"))
        let config = try scratch.write("c.yaml", "api-version: v7\ndefaults:\n  Pipeline: Standard\n")
        #expect(try told([without, "--config", config]) == 0)
    }

    @Test("An assignee who is behind most refusals is named once")
    func mostRefusals() throws {
        let scratch = try Scratch()
        var text = ""
        for name in ["ZohoCRM", "ZohoCRM", "ZohoCRM", "other@x.example"] {
            let line = ["leadId": "9", "xmlData": Requests.xml(assignTo: name)]
            text += String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self) + "\n"
        }
        let archive = try scratch.write("a.ndjson", text)
        let output = try BuiltCommand.run(["survey", archive]).output
        #expect(output.matches(of: #/of 4 refused requests 3 name this assignee/#).count == 1)
        #expect(
            output.contains("Decide who gets the leads of zohocrm")
                || output.contains("Decide who gets the leads of ZohoCRM"))
        #expect(try !BuiltCommand.run(["survey", archive, "--unknown-assignee", "omit"]).output.contains("Decide who"))
    }

    @Test("Departed users are in a table that, filled in, is one of users")
    func successors() throws {
        let scratch = try Scratch()
        let users = try scratch.write(
            "users.csv",
            "email,id,status\nhere@x.example,1,active\ngone@x.example,2,inactive\nold@x.example,3,deleted\n")
        var text = ""
        for name in ["gone@x.example", "gone@x.example", "old@x.example", "here@x.example", "ZohoCRM", "=1+1", "a,b"] {
            let line = ["leadId": "9", "xmlData": Requests.xml(assignTo: name)]
            text += String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self) + "\n"
        }
        let archive = try scratch.write("a.ndjson", text)
        let file = scratch.url("successors.csv")
        let arguments = ["survey", archive, "--users", users, "--write-successors", file.path]
        let survey = try BuiltCommand.run(arguments)
        #expect(survey.status == 0)
        #expect(survey.output.contains("Fill in the user ids of successors in \(file.path)"))
        let table = try String(contentsOf: file, encoding: .utf8)
        #expect(
            table.lowercased()
                == "email,id,status\ngone@x.example,,active\n\"a,b\",,active\nold@x.example,,active\nzohocrm,,active\n")
        // It is not replaced, and nothing is read then.
        #expect(try BuiltCommand.run(arguments).status == 73)
        try table.replacing(",,", with: ",77,").write(to: file, atomically: true, encoding: .utf8)
        let bulk = try BuiltCommand.run(["bulk", "-o", "-", archive, "--users", users, "--users", file.path])
        let assigned = bulk.output.matches(of: #/"assign_to":"(\d+)"/#).map { String($0.1) }
        #expect(assigned == ["77", "77", "77", "1", "77", "77"])
    }

    @Test("As JSON it has the same things, and its counts are those that bulk writes")
    func asJSON() throws {
        let scratch = try Scratch()
        let arguments = ["Samples/archives/every-form/archive"] + Self.tables
        let survey = try json(BuiltCommand.run(["survey", "--format", "json"] + arguments).output)
        #expect(
            Set(survey.keys) == [
                "summary", "forms", "roots", "options", "labels", "assignees", "stages", "picklists", "contact_roles",
                "dates",
                "times_without_offset", "date_order",
            ])
        #expect(survey["date_order"] as? String == "month-first")
        #expect(try BuiltCommand.run(["bulk", "--output", scratch["out"]] + arguments).status == 1)
        var summary = try json(String(contentsOf: scratch.url("out/summary.json"), encoding: .utf8))
        // What only a run that can be resumed has.
        #expect(summary.removeValue(forKey: "archives") != nil && summary.removeValue(forKey: "fingerprint") != nil)
        #expect(
            NSDictionary(dictionary: summary) == NSDictionary(dictionary: survey["summary"] as? [String: Any] ?? [:]))
        let label = try #require((survey["labels"] as? [[String: Any]])?.first { $0["label"] as? String == "Amount" })
        #expect(label["api_name"] as? String == "Amount")
        #expect(label["data_type"] as? String == "currency")
        #expect(label["mapping"] as? String == "standard")
    }

    @Test("Archives come from standard input too, and the survey goes to a file where asked")
    func inputAndOutput() throws {
        let scratch = try Scratch()
        let archive = try String(
            contentsOf: Checkout.root.appending(path: "Samples/archives/every-form/archive/forms.txt"),
            encoding: .utf8)
        let result = try BuiltCommand.run(["survey", "-o", scratch["survey"]], input: archive)
        #expect(result.output == "" && result.status == 0)
        #expect(try String(contentsOf: scratch.url("survey"), encoding: .utf8).contains("form body"))
        #expect(try BuiltCommand.run(["survey"], input: "").status == 65)
        #expect(try BuiltCommand.run(["survey", scratch["none"]]).status == 66)
        #expect(try BuiltCommand.run(["survey", "-", "-"], input: "x").status == 64)
    }

    @Test("The configuration it begins is valid, and a survey with it finds the same")
    func starter() throws {
        let scratch = try Scratch()
        let file = scratch["c.yaml"]
        let first = try BuiltCommand.run(
            [
                "survey", "Samples/archives/every-form/archive", "--write-config", file, "--pipeline",
                "Zweite: \"Pipeline\"",
                "--time-zone", "-03:30",
                "--unknown-assignee", "77", "--api-version", "v7", "--format", "json",
            ] + Self.tables)
        #expect(first.errors == "")
        let table = try BuiltCommand.run([
            "survey", "Samples/archives/every-form/archive", "--write-config", file + "2",
        ]).output
        #expect(table.contains("Fill these gaps in \(file)2, and survey again with --config \(file)2"))
        #expect(table.contains("convertlead bulk with --config \(file)2 and --output DIR"))
        let second = try BuiltCommand.run([
            "survey", "Samples/archives/every-form/archive", "--config", file, "--format", "json",
        ])
        #expect(second.errors == "")
        #expect(second.output == first.output)
        let configuration = try Configuration(path: file)
        #expect(configuration.options.timeZone == TimeZoneOffsets(initialOffset: -12_600))
        #expect(configuration.options.dealDefaults.map(\.value) == [.string("Zweite: \"Pipeline\"")])
        #expect(configuration.options.apiVersion == .v7)
        #expect(configuration.options.unknownAssignee == .fallback(try #require(RecordID("77"))))
        // What was written by hand is never lost.
        let again = try BuiltCommand.run(["survey", "Samples/archives/every-form/archive", "--write-config", file])
        #expect(again.status == 73)
        #expect(again.output == "")
        #expect(again.errors.contains("A file of this name exists and is not replaced"))
        #expect(again.errors.contains("do: choose another path"))
        #expect(try Configuration(path: file).options.apiVersion == .v7)
    }

    @Test("A time zone given by its name is in the configuration by its name", arguments: ["Europe/Paris", "+05:30"])
    func timeZone(name: String) throws {
        let scratch = try Scratch()
        let (first, second) = (scratch["a.yaml"], scratch["b.yaml"])
        let survey = ["survey", "Samples/archives/every-form/archive/forms.txt"]
        _ = try BuiltCommand.run(survey + ["--time-zone", name, "--write-config", first])
        #expect(try Configuration(path: first).options.timeZone == TimeZoneName.offsets(name))
        _ = try BuiltCommand.run(survey + ["--config", first, "--write-config", second])
        #expect(try Configuration(path: second).options.timeZone == TimeZoneName.offsets(name))
    }

    @Test("What another configuration said is kept, with its files")
    func continued() throws {
        let scratch = try Scratch()
        let file = scratch["c.yaml"]
        let survey = ["survey", "Samples/archives/every-form/archive/raw-url.txt"]
        _ = try BuiltCommand.run(survey + ["--config", "Samples/org/config.yaml", "--write-config", file])
        let before = try Configuration(path: Checkout.root.appending(path: "Samples/org/config.yaml").path)
        let after = try Configuration(path: file)
        func resolved(_ paths: [String]) -> [String] { paths.map { URL(filePath: $0).resolvingSymlinksInPath().path } }
        #expect(resolved(after.users) == resolved(before.users))
        #expect(resolved(after.fields) == resolved(before.fields))
        #expect(resolved(after.roles) == resolved(before.roles))
        #expect(after.lookups.map(\.apiName) == before.lookups.map(\.apiName))
        #expect(after.options.labels.map(\.label) == before.options.labels.map(\.label))
        #expect(after.options.dealDefaults.map(\.apiName) == before.options.dealDefaults.map(\.apiName))
        #expect(after.options.dealDefaults.map(\.value) == before.options.dealDefaults.map(\.value))
        #expect(after.options.carryOverTags.map(\.tags) == before.options.carryOverTags.map(\.tags))
        #expect(after.options.errorCodes == before.options.errorCodes)
        #expect(after.options.overwriteDefault == before.options.overwriteDefault)
        #expect(after.options.apiDomain == before.options.apiDomain)
    }

    @Test("Proposals become settings when their sign is taken away, whatever the labels are made of")
    func proposals() throws {
        let scratch = try Scratch()
        let labels = [
            "Größe: \"x\" # y", "- a", "<script>", "Zwei\u{2028}Zeilen", "\u{202E}links", "null", "1st", "'", "\u{85}",
            "🙂",
        ]
        let fields = labels.map {
            "<FL val=\"\($0.replacing("\"", with: "&quot;").replacing("<", with: "&lt;"))\">x</FL>"
        }.joined()
        let archive = try scratch.write(
            "a.xml", Requests.xml(assignTo: "n@x.example", fields: fields, date: "21/12/2009"))
        let file = scratch["c.yaml"]
        let result = try BuiltCommand.run(["survey", archive, "--lead-id", "1", "--write-config", file])
        #expect(result.status == 0)
        #expect(try Configuration(path: file).options.dateOrder == .dayFirst)
        let text = try String(contentsOf: scratch.url("c.yaml"), encoding: .utf8)
        #expect(text.contains("## 1 assignee has none:\n##   \"n@x.example\" 1 time,"))
        #expect(text.contains("a survey of 1 request: with it 0 are translated and 1 is a dead letter."))
        #expect(text.contains(": 1 time, first at "))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "labels:"))
        let opened = lines[...start] + lines[start...].dropFirst().map { $0.replacing(#/^  # /#, with: "  ") }
        let configuration = try Configuration(Array(opened.joined(separator: "\n").utf8), source: "c.yaml")
        #expect(Set(configuration.options.labels.map(\.label)) == Set(labels))
    }
}
