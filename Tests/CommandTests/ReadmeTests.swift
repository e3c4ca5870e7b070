import Bytes
import Foundation
import Testing

@testable import ConvertLeadCommand

/// What the README shows is what happens.
@Suite struct ReadmeTests {
    private static let text =
        (try? String(contentsOf: BuiltCommand.package.appending(path: "README.md"), encoding: .utf8)) ?? ""

    /// The text of a section, without its heading.
    private func section(_ heading: String) -> Substring {
        let start = Self.text.range(of: "\n## \(heading)\n")?.upperBound ?? Self.text.endIndex
        let end = Self.text.range(of: "\n## ", range: start..<Self.text.endIndex)?.lowerBound ?? Self.text.endIndex
        return Self.text[start..<end]
    }

    /// The fenced blocks of a section in a language.
    private func blocks(_ heading: String, _ language: String) -> [String] {
        Self.blocks(of: section(heading), language)
    }

    private static func blocks(of text: some StringProtocol, _ language: String) -> [String] {
        var blocks: [String] = []
        var open: (language: Substring, lines: [Substring])?
        for line in Substring(text).split(separator: "\n", omittingEmptySubsequences: false) {
            switch open {
            case nil: open = line.hasPrefix("```") ? (line.dropFirst(3), []) : nil
            case (let name, let lines)? where line == "```":
                if name == language { blocks.append(lines.joined(separator: "\n") + "\n") }
                open = nil
            default: open?.lines.append(line)
            }
        }
        return blocks
    }

    @Test("Quick start is two lines for the shell, and the first one writes a v2 body")
    func quickStart() throws {
        let commands = blocks("Quick start", "sh")
        #expect(commands.count == 2)
        #expect(commands.allSatisfy { $0.filter { $0 == "\n" }.count == 1 })
        #expect(commands.last == "swift test\n")
        let match = try #require(commands[0].firstMatch(of: #/swift run convertlead (.*) && cat (\S+)\n/#))
        let scratch = try Scratch()
        let arguments = match.1.split(separator: " ").map { $0 == match.2 ? scratch["deal.json"].path : String($0) }
        let result = try BuiltCommand.run(arguments)
        #expect(result.status == 0)
        let body = try JSONSerialization.jsonObject(with: Data(contentsOf: scratch["deal.json"])) as? [String: Any]
        let deal = (body?["data"] as? [[String: Any]])?.first?["Deals"] as? [String: Any]
        #expect(deal?["Deal_Name"] as? String == "Samplepotential")
    }

    @Test("The pair before and after is one translation, and the warning shown is the one given")
    func pair() throws {
        let scratch = try Scratch()
        let file = try scratch.file("old.xml", try #require(blocks("Before and after", "xml").first))
        let common = [
            "request", file, "--lead-id", "7", "--users", "Samples/org/users-1.json", "--roles",
            "Samples/org/roles.json",
        ]
        let v7 = try BuiltCommand.run(common + ["--api-version", "v7"])
        #expect(v7.errors == "")
        #expect(v7.output == blocks("Before and after", "json").first)
        let v2 = try BuiltCommand.run(common)
        #expect(v2.errors.replacing(scratch.directory.path + "/", with: "") == blocks("Before and after", "").first)
    }

    @Test("The table of options has the options of the command")
    func options() throws {
        let help = try BuiltCommand.run(["request", "--help"]).output
        let options = Set(help.matches(of: #/--([a-z-]+)/#).map { String($0.1) }).subtracting([
            "version", "help", "output",
        ])
        let rows = section("Options").matches(of: #/\n\| `--([a-z-]+)/#).map { String($0.1) }
        #expect(Set(rows) == options)
    }

    @Test("The configuration shown is one")
    func configuration() throws {
        let yaml = try #require(blocks("Options", "yaml").first)
        let configuration = try Configuration(Array(yaml.utf8), source: "c.yaml")
        #expect(
            configuration.options.dealDefaults.map(\.value)
                == [.string("Standard (Standard)"), .number("0.10"), .list(["Converted", "2018"])])
        #expect(configuration.options.errorCodes == ["DUPLICATE_DATA": "4819"])
    }

    @Test("The survey and the bulk run shown work one after the other, and the report is there")
    func archives() throws {
        let scratch = try Scratch()
        try runArchives(scratch)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch["results"].path).sorted() == [
                "converted.ndjson", "dead-letters.ndjson", "report.html", "summary.json",
            ])
    }

    /// Runs the first two lines of the section on archives with their files in a directory of the test.
    private func runArchives(_ scratch: Scratch) throws {
        let commands = blocks("Archives", "sh")
        try #require(commands.count == 3)
        for (command, status) in zip(commands, [0, 1] as [Int32]) {
            let words = command.split(whereSeparator: \.isWhitespace).map { word in
                ["convertlead.yaml", "results"].contains(String(word)) ? scratch[String(word)].path : String(word)
            }
            #expect(words.first == "convertlead")
            let result = try BuiltCommand.run(Array(words.dropFirst()))
            #expect(result.status == status, "\(result.errors)")
        }
    }

    /// What a program that succeeds prints.
    private func output(of program: String, _ arguments: [String], in directory: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text
    }

    @Test(
        "The query shown counts the reasons in dead letters",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jq"), "jq is not installed"))
    func query() throws {
        let scratch = try Scratch()
        try runArchives(scratch)
        let command = try #require(blocks("Archives", "sh").last)
        let text = try output(of: "/bin/sh", ["-c", command], in: scratch.directory)
        let counts = text.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(counts.contains { $0.last == "v1.xml.missing" }, "\(text)")
    }

    @Test(
        "The article on archives shows how to send bodies in their own bytes, whatever text is around them",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is not installed"))
    func sending() throws {
        let scratch = try Scratch()
        let article = BuiltCommand.package.appending(path: "Sources/ConvertLead/ConvertLead.docc/Archives.md")
        let code = try #require(Self.blocks(of: String(contentsOf: article, encoding: .utf8), "python").first)
        let request = """
            <Potentials><row no="1"><option val="createPotential">true</option></row><row no="2">
            <FL val="Potential Name">{"body": "\u{E9}", ,"diagnostics":[</FL><FL val="Closing Date">1/2/2020</FL>
            <FL val="Potential Stage">Closed Won</FL><FL val="Amount">1200.50</FL><FL val="Unknown">1</FL></row></Potentials>
            """
        let file = try scratch.file("in \"body\": 7.xml", request)
        let results = scratch["results"].path
        #expect(try BuiltCommand.run(["bulk", file, "--lead-id", "7", "--output", results]).status == 0)
        let single = try BuiltCommand.run(["request", file, "--lead-id", "7", "--compact"])
        let script =
            code + "for method, url, body in calls(\"\(results)/converted.ndjson\"):\n"
            + "    print(method, url)\n    print(body.decode())\n"
        let text = try output(of: "/usr/bin/python3", [scratch.file("send.py", script)], in: scratch.directory)
        #expect(text.contains("\"Amount\":1200.50"))
        #expect(text == "POST https://www.zohoapis.com/crm/v2/Leads/7/actions/convert\n" + single.output)
    }

    @Test("The table of options for archives has the options of bulk and survey that others do not have")
    func archiveOptions() throws {
        func options(_ subcommand: String) throws -> Set<String> {
            let help = try BuiltCommand.run([subcommand, "--help"]).output
            return Set(help.matches(of: #/--([a-z-]+)/#).map { String($0.1) }).subtracting(["version", "help"])
        }
        let others = try options("request").subtracting(["output"])
        let rows = section("Archives").matches(of: #/\n\| `--([a-z-]+)/#).map { String($0.1) }
        #expect(try Set(rows) == options("bulk").union(options("survey")).subtracting(others))
    }
}
