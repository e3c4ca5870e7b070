import Foundation
import TestSupport
import Testing

@testable import ConvertLeadCommand

@Suite("Help and misspelled options")
struct HelpTests {
    private static let commands = [[], ["request"], ["response"], ["survey"], ["bulk"], ["verify"], ["explain"]]

    @Test("-h is one screen with the usage, --help has all options, both with examples", arguments: commands)
    func help(_ command: [String]) throws {
        let short = try BuiltCommand.run(command + ["-h"])
        let long = try BuiltCommand.run(command + ["--help"])
        #expect(short.status == 0 && long.status == 0)
        #expect(short.errors.isEmpty && long.errors.isEmpty)
        #expect(short.output.split(separator: "\n").count <= 24)
        #expect(long.output.count > short.output.count)
        #expect(short.output.contains("--help' explains"))
        #expect(!short.output.contains("-h, --help"))
        #expect(short.output.contains("Usage: convertlead"))
        #expect(long.output.contains("-h, --help"))
        let subcommand = ConvertLeadCommand.configuration.subcommands.first {
            $0.configuration.commandName == command.first
        }
        let examples = (subcommand as? any ExampledCommand.Type)?.examples ?? ConvertLeadCommand.examples
        #expect(!examples.isEmpty)
        for line in examples.flatMap(\.lines) {
            #expect(long.output.contains("\n  \(line)\n"), "\(line)")
            #expect(line.count <= 76)
            if !command.isEmpty { #expect(short.output.contains("\n  \(line)\n"), "\(line)") }
        }
    }

    @Test("-h is asked for wherever it is among the options, and is a value only after --time-zone")
    func position() throws {
        let short = try BuiltCommand.run(["bulk", "-h"]).output
        #expect(try BuiltCommand.run(["bulk", "a", "--output", "b", "-h"]).output == short)
        #expect(try BuiltCommand.run(["bulk", "--wrong", "-h"]).output == short)
        #expect(try BuiltCommand.run(["request", "--time-zone", "-h", "x"]).status == 64)
        #expect(try BuiltCommand.run(["request", "--", "-h"]).status == 66)
    }

    @Test("The command lines of the examples are taken by the parser", arguments: commands)
    func examples(_ command: [String]) throws {
        let subcommand = ConvertLeadCommand.configuration.subcommands.first {
            $0.configuration.commandName == command.first
        }
        let examples = (subcommand as? any ExampledCommand.Type)?.examples ?? ConvertLeadCommand.examples
        for line in examples.flatMap(\.lines) {
            let words = line.split(separator: " ").map(String.init).prefix { $0 != ">" }
            #expect(throws: Never.self) { try ConvertLeadCommand.parseAsRoot(Array(words.dropFirst())) }
        }
    }

    @Test(
        "A misspelled option is named with the right one, also one that the command needs",
        arguments: [
            (["bulk", "--outptu", "results", "x"], "--outptu", "--output"),
            (["bulk", "--jbos", "3", "-o", "x"], "--jbos", "--jobs"),
            (["request", "--feilds", "f", "x"], "--feilds", "--fields"),
            (["survey", "--write-confg", "f", "x"], "--write-confg", "--write-config"),
            (["response", "--formt", "xml"], "--formt", "--format"),
        ])
    func spelling(_ arguments: [String], _ wrong: String, _ right: String) throws {
        let result = try BuiltCommand.run(arguments)
        #expect(result.status == 64)
        #expect(result.errors.contains("Unknown option '\(wrong)'. Did you mean '\(right)'?"), "\(result.errors)")
    }

    @Test("bulk without --output says what it takes")
    func output() throws {
        let result = try BuiltCommand.run(["bulk", "x"])
        #expect(result.status == 64)
        #expect(result.errors.contains("'--output <dir>'") && result.errors.contains("--output <dir> [<archives> ...]"))
    }

    @Test("bulk says of a directory whether its run is finished or was stopped, with --resume and without")
    func finished() throws {
        let scratch = try Scratch()
        let archive = try scratch.write("9.xml", Requests.xml(assignTo: "1"))
        let arguments = ["bulk", archive, "--output", scratch["out"]]
        #expect(try BuiltCommand.run(arguments).status == 0)
        let again = try BuiltCommand.run(arguments)
        #expect(again.status == 73 && again.errors.contains("already has results of a run that is finished"))
        let resumed = try BuiltCommand.run(arguments + ["--resume"])
        #expect(resumed.status == 0 && resumed.errors.contains("was already finished, so nothing was read"))
        let bad = try scratch.write("bad.ndjson", "{\"leadId\":\"1\",\"xmlData\":\"<a\"}\n")
        let stopping = ["bulk", bad, "--output", scratch["stopped"], "--max-dead-letters", "0"]
        #expect(try BuiltCommand.run(stopping).status == 1)
        let stopped = try BuiltCommand.run(stopping)
        #expect(stopped.status == 73 && stopped.errors.contains("already has results of a run that was stopped"))
    }
}
