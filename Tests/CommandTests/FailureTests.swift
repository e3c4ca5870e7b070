import ConvertLead
import Foundation
import TestSupport
import Testing

@Suite struct Failures {
    /// The objects in lines of JSON.
    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test(
        "A failure is a diagnostic in the form asked for, with a code that explain knows",
        arguments: [
            (["bulk", "missing", "-o", "-"], "file.input.unreadable", Int32(66)),
            (["survey", "missing"], "file.input.unreadable", 66),
            (["request", "missing"], "file.input.unreadable", 66),
            (["bulk", "-o", "-"], "file.input.empty", 65),
            (["bulk", "Samples/org/users-1.json", "-o", "/proc/x/y"], "file.output.unwritable", 73),
            (["bulk", "Package.swift"], "run.arguments.wrong", 64),
            (["bulk", "Package.swift", "-o", "-", "--resume"], "run.arguments.wrong", 64),
            (["request", "--api-version", "v9"], "run.arguments.wrong", 64),
        ])
    func failures(arguments: [String], code: String, status: Int32) throws {
        let text = try BuiltCommand.run(arguments)
        #expect(text.status == status)
        #expect(text.output == "")
        let json = try BuiltCommand.run(arguments + ["--diagnostics", "json"])
        #expect(json.status == status)
        let finding = try #require(try objects(json.errors).last)
        #expect(finding["code"] as? String == code)
        #expect(finding["severity"] as? String == "error")
        #expect((finding["advice"] as? String)?.isEmpty == false)
        #expect(try BuiltCommand.run(["explain", code]).status == 0)
    }

    @Test("With JSON the final summary is an object too; without, it gives time, rate and what to do next")
    func summary() throws {
        let scratch = try Scratch()
        let archive = try scratch.write("a.txt", Requests.call + "\n")
        let arguments = ["bulk", archive, "-o", scratch["out"]]
        let json = try BuiltCommand.run(arguments + ["--diagnostics", "json"])
        #expect(json.status == 1)
        let report = try #require(try objects(json.errors).last)
        #expect((report["summary"] as? [String: Any])?["dead_letters"] as? Int == 1)
        #expect((report["next"] as? [String])?.isEmpty == false)
        #expect(report["seconds"] is NSNumber && report["per_second"] is NSNumber)
        let text = try BuiltCommand.run(["bulk", archive, "-o", scratch["out2"]])
        #expect(text.errors.contains(/1 read in [0-9]+\.[0-9] s, [0-9,]+\/s: 0 converted/))
        #expect(text.errors.contains("next: Add 1 assignee without a user id to a file for --users"))
    }

    @Test("What is no request of its own is sent to bulk")
    func otherSubcommand() throws {
        let scratch = try Scratch()
        let line = #"{"leadId":"5550000000800001","xmlData":"<Potentials/>"}"# + "\n"
        try scratch.write("a.ndjson", line + line)
        try scratch.write("b.sql", "INSERT INTO calls (lead_id, xmlData) VALUES (1, '<Potentials/>');\n")
        for (input, advice) in [
            ("a.ndjson", "pass a file of several requests to convertlead bulk"),
            ("b.sql", "pass any other file to convertlead bulk"),
            ("", "convertlead bulk reads whole directories"),
        ] {
            let result = try BuiltCommand.run(["request", scratch[input]])
            #expect(result.errors.contains(advice), "\(result.errors)")
        }
        let broken = try BuiltCommand.run(["request"], input: #"{"leadId":"1" "xmlData":""}"#)
        #expect(broken.errors.contains("correct the JSON at this place"))
    }

    @Test("A wrong lead id is told what one is")
    func leadID() throws {
        let result = try BuiltCommand.run(["request", "Package.swift", "--lead-id", "abc"])
        #expect(result.status == 64)
        #expect(result.errors.contains("A lead id is 1 to 20 digits"))
    }

    @Test("A document alone in its file is told that its name can give the lead id")
    func nameOfDocument() throws {
        let scratch = try Scratch()
        let xml = #"<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>"#
        try scratch.write("calls/lead_5550000000800001.xml", xml)
        for archive in ["calls", "calls/lead_5550000000800001.xml"] {
            let letter = try BuiltCommand.run(["bulk", scratch[archive], "--output", "-"])
            #expect(letter.output.contains("name the file <lead id>.xml"))
        }
        try scratch.write("two.xml", xml + xml)
        let letters = try BuiltCommand.run(["bulk", scratch["two.xml"], "--output", "-"])
        #expect(letters.output.contains("v1.lead_id.missing") && !letters.output.contains("name the file"))
    }

    @Test("With --strict no error says that no action is needed")
    func strictAdvice() throws {
        let scratch = try Scratch()
        let xml = "<Leads><row no='1'><option val='CREATEPOTENTIAL'>false</option></row></Leads>"
        let archive = try scratch.write("5550000000800001.xml", xml)
        for arguments in [["request"], ["bulk", "--output", "-"]] {
            let warned = try BuiltCommand.run(arguments + [archive])
            let refused = try BuiltCommand.run(arguments + [archive, "--strict"])
            #expect((warned.output + warned.errors).contains("no action needed"))
            #expect(!(refused.output + refused.errors).contains("no action needed"))
            #expect((refused.output + refused.errors).contains("correct the input, or run without --strict"))
        }
    }

    @Test("Archives in which everything is skipped are no success", arguments: ["bulk", "survey"])
    func noRequest(command: String) throws {
        let scratch = try Scratch()
        let archive = try scratch.write("a.html", "<!DOCTYPE html><html><body>Hello</body></html>")
        let result = try BuiltCommand.run([command, archive, "--output", "-"])
        #expect(result.status == 65)
        #expect(result.errors.contains("error [archive.request.none] No request was found"))
    }

    @Test("Whatever the arguments hold, no control character reaches a terminal")
    func controlCharacters() throws {
        let escape = "\u{1B}[31m\u{9B}\u{202E}"
        for arguments in [
            ["request", "--lead-id", escape], ["explain", escape], [escape], ["request", escape],
            ["bulk", escape, "-o", "-"],
            ["request", "--api-domain", escape], ["request", "--time-zone", escape],
            ["request", "-o", "/\(escape)/x", "--lead-id", "1"],
        ] {
            let errors = try BuiltCommand.run(arguments, input: Requests.xml(assignTo: "1")).errors
            #expect(errors.contains(#"\u{1B}[31m\u{9B}\u{202E}"#), "\(arguments)")
            #expect(!errors.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" || $0 == "\u{202E}" })
        }
    }

    @Test(
        "Help that cannot be written is a failure",
        arguments: [["--help"], ["bulk", "--help"], ["--version"], ["explain"]])
    func help(arguments: [String]) throws {
        let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
        let result = try BuiltCommand.run(arguments, output: full)
        #expect(result.status == 74)
        #expect(result.errors.contains("[file.output.unwritable]"))
    }

    @Test("An input larger than 64 MiB is refused, however long it is", arguments: ["request", "--users", "--config"])
    func largeInput(option: String) throws {
        let arguments = option == "request" ? ["request", "/dev/zero"] : ["request", option, "/dev/zero"]
        let result = try BuiltCommand.run(arguments, input: Requests.xml())
        #expect(result.status == 65)
        #expect(result.errors.contains("[file.input.too_large] The input is larger than 64 MiB"))
    }
}
