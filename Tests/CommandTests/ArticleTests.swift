import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLeadCommand

/// What the articles say of the command is what it does.
@Suite struct ArticleTests {
    /// What a program that succeeds prints.
    static func output(of program: String, _ arguments: [String], in directory: URL) throws -> String {
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

    /// The subcommands in the order of the help.
    private func subcommands() throws -> [String] {
        let help = try BuiltCommand.run(["--help"]).output
        let list = help[(help.range(of: "SUBCOMMANDS:\n")?.upperBound ?? help.endIndex)...]
        return list.matches(of: #/(?m)^  ([a-z]+) /#).map { String($0.output.1) }
    }

    /// An option of a subcommand.
    private struct Option: Hashable, CustomStringConvertible {
        var subcommand: String
        var name: String
        var description: String { "\(subcommand) --\(name)" }
    }

    /// The options in the tables of the article, with the subcommands that the line above each table names.
    private func documented() throws -> [Option] {
        var options: [Option] = []
        var named: [String] = []
        for line in try MarkdownDocument(article: "Options").text.split(separator: "\n") {
            if line.hasPrefix("Options of ") {
                named = line.matches(of: #/`([a-z]+)`/#).map { String($0.output.1) }
            } else if let row = line.firstMatch(of: #/^\| `--([a-z-]+)/#) {
                options += named.map { Option(subcommand: $0, name: String(row.output.1)) }
            }
        }
        return options
    }

    @Test("The tables of options have the options of each subcommand, each once")
    func options() throws {
        var expected: Set<Option> = []
        for subcommand in try subcommands() {
            let help = try BuiltCommand.run([subcommand, "--help"]).output
            for match in help.matches(of: #/(?m)^ +(?:-[a-z], )?--([a-z-]+)/#)
            where !["help", "version"].contains(match.output.1) {
                expected.insert(Option(subcommand: subcommand, name: String(match.output.1)))
            }
        }
        let documented = try documented()
        #expect(Set(documented) == expected)
        #expect(documented.count == expected.count)
    }

    @Test("A configuration takes the options that the article says")
    func configurationOptions() throws {
        let text = try MarkdownDocument(article: "Options")
        let rows = ["All translations", "Requests", "One request"].flatMap { heading in
            text.section("### \(heading)").matches(of: #/\n\| `--([a-z-]+)/#).map { String($0.output.1) }
        }
        #expect(
            Set(rows).subtracting(["config", "output"]).union(["labels", "defaults", "errors"])
                == Set(Configuration.optionNames))
    }

    @Test("The configuration shown is one")
    func configuration() throws {
        let yaml = try #require(try MarkdownDocument(article: "Options").blocks("yaml").first)
        let configuration = try Configuration(Array(yaml.utf8), source: "c.yaml")
        #expect(
            configuration.options.dealDefaults.map(\.value)
                == [.string("Standard (Standard)"), .number("0.10"), .list(["Converted", "2018"])])
        #expect(configuration.options.errorCodes == ["DUPLICATE_DATA": "4819"])
    }

    @Test("The article on the command has all subcommands and all exit statuses, and the manual page has the same")
    func command() throws {
        let article = try MarkdownDocument(article: "CommandLine")
        #expect(
            try article.section("## Overview").matches(of: #/\n\| `([a-z]+)`/#).map { String($0.output.1) }.sorted()
                == subcommands().sorted())
        let rows = article.section("### Exit statuses").matches(of: #/\n\| ([0-9, ]+) \|/#).flatMap {
            $0.output.1.split(separator: ", ").compactMap { Int32($0) }
        }
        let statuses = [1, 64, 65, 66, 70, 73, 74] as [Int32]
        #expect(rows == [0] + statuses + [130, 143])
        #expect((0...255).filter { ExitStatus(rawValue: $0) != nil } == statuses)
        let manual = try MarkdownDocument(".packaging/manual/exit-status.man").text
        #expect(
            manual.matches(of: #/\n\.BR? ([0-9]+)(?: ", " ([0-9]+))?/#).flatMap { [$0.1, $0.2] }.compactMap {
                $0.flatMap { Int32($0) }
            } == rows)
    }

    @Test("The lines shown for completions make completions")
    func completions() throws {
        let lines = try MarkdownDocument(article: "CommandLine").text.matches(
            of: #/convertlead --generate-completion-script ([a-z]+) > (\S+)`/#)
        #expect(lines.map { String($0.output.1) } == ["bash", "zsh", "fish"])
        for line in lines {
            let result = try BuiltCommand.run(["--generate-completion-script", String(line.output.1)])
            #expect(result.status == 0)
            #expect(result.output.contains("max-dead-letters"))
        }
    }

    @Test("The reply that the article on replies shows is the one that the command writes")
    func reply() throws {
        let article = try MarkdownDocument(article: "Replies")
        let command = try #require(article.blocks("sh").first)
        let input = try #require(command.wholeMatch(of: #/echo '(.*)' \| convertlead response\n/#)).1
        let result = try BuiltCommand.run(["response"], input: String(input))
        #expect(result.status == 0)
        #expect(result.output == article.blocks("xml").first)
    }

    /// Where the first entry of a form is in its sample.
    private func place(of form: ArchiveForm) throws -> String {
        let sample = try #require(ArchiveSample.all.first { $0.name == "\(form.sample)" })
        let arguments = try ["survey", "--format", "json"] + sample.arguments
        let output = try BuiltCommand.run(arguments, directory: sample.folder).output
        let survey = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        let forms = try #require(survey["forms"] as? [[String: Any]])
        if let place = forms.first(where: { $0["name"] as? String == "\(form.name)" })?["first"] as? String {
            return place
        }
        // Entries of this form are no requests, or cannot be read.
        let skipped = try #require((survey["summary"] as? [String: Any])?["first_skipped"] as? [String: String])
        if let reply = skipped["reply"] { return reply }
        let letter = try #require(try sample.text("dead-letters.ndjson")?.split(separator: "\n").first)
        let members = try JSONSerialization.jsonObject(with: Data(letter.utf8)) as? [String: Any]
        return try #require(
            members?["source"] as? String, "\(sample.name) does not show the form \(form.name)")
    }

    @Test("The article on archives has a row for each form, with a place in its sample")
    func forms() throws {
        let url = Checkout.root.appending(path: "Sources/ConvertLead/ConvertLead.docc/Archives.md")
        let article = try String(contentsOf: url, encoding: .utf8)
        let head = "| Form | An entry begins with | First place in the sample | Sample |\n|---|---|---|---|\n"
        let start = try #require(article.range(of: head)).upperBound
        let end = try #require(article.range(of: "\n\n", range: article.index(before: start)..<article.endIndex))
            .lowerBound
        let rows = try ArchiveForm.all.map {
            "| \($0.name) | \($0.sign) | `\(try place(of: $0))` | `\($0.sample)` |"
        }
        let text = article.replacingCharacters(
            in: start..<article.index(after: end), with: rows.map { $0 + "\n" }.joined())
        #expect(try Golden.difference(from: url, Array(text.utf8)) == nil)
    }

    @Test("The article on archives names every member of the lines that a run writes")
    func members() throws {
        let scratch = try Scratch()
        let results = scratch["results"]
        let archive = "Samples/archives/every-form/archive"
        #expect(try BuiltCommand.run(["bulk", archive, "--output", results, "--quiet"]).status == 1)
        let rows = try MarkdownDocument(article: "Archives").section("## What a run writes")
        for name in ["converted.ndjson", "dead-letters.ndjson"] {
            let row = try #require(rows.split(separator: "\n").first { $0.hasPrefix("| `\(name)`") })
            let documented = Set(row.matches(of: #/`(\w+)`/#).map { String($0.output.1) })
            for line in scratch.text("results/" + name).split(separator: "\n") {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                #expect(Set(try #require(object).keys).isSubset(of: documented), "\(line)")
            }
        }
    }

    @Test(
        "The article on archives shows how to send bodies in their own bytes, whatever text is around them",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is not installed"))
    func sending() throws {
        let scratch = try Scratch()
        let code = try #require(try MarkdownDocument(article: "Archives").blocks("python").first)
        let request = """
            <Potentials><row no="1"><option val="createPotential">true</option></row><row no="2">
            <FL val="Potential Name">{"body": "\u{E9}", ,"diagnostics":[</FL><FL val="Closing Date">1/2/2020</FL>
            <FL val="Potential Stage">Closed Won</FL><FL val="Amount">1200.50</FL><FL val="Unknown">1</FL></row></Potentials>
            """
        let file = try scratch.write("in \"body\": 7.xml", request)
        let results = scratch["results"]
        #expect(try BuiltCommand.run(["bulk", file, "--lead-id", "7", "--output", results]).status == 0)
        let single = try BuiltCommand.run(["request", file, "--lead-id", "7", "--compact"])
        let script =
            code + "for method, url, body in calls(\"\(results)/converted.ndjson\"):\n"
            + "    print(method, url)\n    print(body.decode())\n"
        let text = try Self.output(of: "/usr/bin/python3", [scratch.write("send.py", script)], in: scratch.directory)
        #expect(text.contains("\"Amount\":1200.50"))
        #expect(text == "POST https://www.zohoapis.com/crm/v2/Leads/7/actions/convert\n" + single.output)
    }
}
