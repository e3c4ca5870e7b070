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
