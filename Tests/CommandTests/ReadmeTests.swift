import Foundation
import TestSupport
import Testing

/// What the README shows is what happens.
@Suite struct ReadmeTests {
    private let readme: MarkdownDocument

    init() throws { readme = try MarkdownDocument("README.md") }

    @Test("It has fewer than 200 lines and its sections in order")
    func shape() {
        #expect(readme.text.count { $0 == "\n" } < 200)
        #expect(
            readme.text.matches(of: #/\n## (.+)/#).map { String($0.output.1) } == [
                "Why trust it", "Quick start", "Before and after", "Install", "Migration in five steps", "Library",
                "Shim",
                "Gateway", "Limits",
            ])
    }

    @Test("Quick start is two lines for the shell, and the first one writes a v2 body")
    func quickStart() throws {
        let commands = readme.blocks("sh", in: "## Quick start")
        #expect(commands.count == 2)
        #expect(commands.allSatisfy { $0.filter { $0 == "\n" }.count == 1 })
        #expect(commands.last == "swift test\n")
        let match = try #require(commands[0].firstMatch(of: #/swift run convertlead (.*) && cat (\S+)\n/#))
        let scratch = try Scratch()
        let arguments = match.1.split(separator: " ").map { $0 == match.2 ? scratch["deal.json"] : String($0) }
        let result = try BuiltCommand.run(arguments)
        #expect(result.status == 0)
        let body = try JSONSerialization.jsonObject(with: scratch.read("deal.json")) as? [String: Any]
        let deal = (body?["data"] as? [[String: Any]])?.first?["Deals"] as? [String: Any]
        #expect(deal?["Deal_Name"] as? String == "Samplepotential")
    }

    @Test("The pair before and after is one translation, and the warning shown is the one given")
    func pair() throws {
        let scratch = try Scratch()
        let heading = "## Before and after"
        let file = try scratch.write("old.xml", try #require(readme.blocks("xml", in: heading).first))
        let common = [
            "request", file, "--lead-id", "7", "--users", "Samples/org/users-1.json", "--roles",
            "Samples/org/roles.json",
        ]
        let v7 = try BuiltCommand.run(common + ["--api-version", "v7"])
        #expect(v7.errors == "")
        #expect(v7.output == readme.blocks("json", in: heading).first)
        let v2 = try BuiltCommand.run(common)
        #expect(v2.errors.replacing(scratch.directory.path + "/", with: "") == readme.blocks("", in: heading).first)
    }

    @Test("The steps of the migration work one after the other, and the report is there")
    func archives() throws {
        let scratch = try Scratch()
        try runArchives(scratch)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch["results"]).sorted() == [
                "converted.ndjson", "dead-letters.ndjson", "report.html", "summary.json",
            ])
    }

    private func steps() throws -> [String] {
        let steps = readme.blocks("sh", in: "## Migration in five steps")
        try #require(steps.count == 4)
        return steps
    }

    /// Runs a step with its files in a directory of the test.
    private func run(_ step: String, _ scratch: Scratch) throws -> BuiltCommand.Result {
        let words = step.split(whereSeparator: \.isWhitespace).map { word in
            ["convertlead.yaml", "results"].contains(String(word)) ? scratch[String(word)] : String(word)
        }
        #expect(words.first == "convertlead")
        return try BuiltCommand.run(Array(words.dropFirst()))
    }

    /// Runs the survey and the translation.
    private func runArchives(_ scratch: Scratch) throws {
        for (step, status) in zip(try steps(), [0, 1] as [Int32]) {
            let result = try run(step, scratch)
            #expect(result.status == status, "\(result.errors)")
        }
    }

    @Test("The check shown finds the results whole")
    func verify() throws {
        let scratch = try Scratch()
        try runArchives(scratch)
        let result = try run(try steps()[3], scratch)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("compared with summary, report and archives: no differences"))
    }

    @Test(
        "The query shown counts the reasons in dead letters",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jq"), "jq is not installed"))
    func query() throws {
        let scratch = try Scratch()
        try runArchives(scratch)
        let command = try steps()[2]
        let text = try ArticleTests.output(of: "/bin/sh", ["-c", command], in: scratch.directory)
        let counts = text.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(counts.contains { $0.last == "v1.xml.missing" }, "\(text)")
    }
}
