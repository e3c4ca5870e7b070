import ArgumentParser
import BulkConversion
@_spi(Package) import Bytes
import CBuild
import ConvertLead
import Platform
import XMLText

/// The command; its work is done by one subcommand a file.
@main
struct ConvertLeadCommand: ExampledCommand {
    static let examples = [
        Example(
            "Translate one request, then an archive, then a reply",
            "convertlead request old.xml --users users.json --fields fields.json",
            "convertlead survey archive --users users.json --write-config c.yaml",
            "convertlead bulk archive --config c.yaml --output results",
            "convertlead response reply.json")
    ]

    static let configuration = CommandConfiguration(
        commandName: "convertlead",
        abstract: "Translates Zoho CRM v1 convertLead requests to v2, and v2 replies back to v1.",
        discussion: Example.text(
            """
            Results go to standard output or a file, everything else to standard error. Exit status: 0 done, 1 bulk done with \
            dead letters or verify with differences, 64 wrong usage, 65 input not translatable, 66 no input, 70 a bug in convertlead, 73 cannot create \
            output, 74 the machine failed.
            """, examples),
        version: version,
        subcommands: [
            RequestCommand.self, SurveyCommand.self, BulkCommand.self, VerifyCommand.self, ResponseCommand.self,
            ExplainCommand.self,
        ]
    )

    /// The version, libxml2's, and the commit where the build named it.
    private static var version: String {
        let commit = String(cString: convertlead_commit())
        let parts = ["libxml2 \(XMLReader.libraryVersion)"] + (commit.isEmpty ? [] : ["commit \(commit)"])
        return "\(BulkSummary.toolVersion) (\(parts.joined(separator: ", ")))"
    }

    /// Runs the subcommand and exits.
    static func main() {
        reserveStandardDescriptors()
        // Without /proc there are no arguments, not even the command's own name.
        guard !CommandLine.arguments.isEmpty else {
            let message = "The arguments cannot be read, because /proc is not mounted; mount it and run again"
            end(Unforeseen(description: message))
        }
        do {
            if let help = ShortHelp.text(for: Array(CommandLine.arguments.dropFirst())) {
                throw CleanExit.message(help)
            }
            try suggestSubcommand()
            var command = try parseAsRoot()
            try command.run()
        } catch {
            end(error)
        }
        exit(withError: nil)
    }

    /// Keeps the numbers of standard input, output and error from files opened later where one of them is closed: results would
    /// be mixed with messages. Reading and writing a directory fails, as it does for what is closed.
    private static func reserveStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 { _ = open("/", O_RDONLY) }
    }

    /// Ends with a suggestion where the first word is no subcommand; the parser would call it an unexpected argument.
    private static func suggestSubcommand() throws {
        let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !known.contains(word) else {
            return
        }
        let hint = Spelling.nearest(to: word, among: known).map { " Did you mean '\($0)'?" } ?? ""
        throw ValidationError("There is no subcommand '\(word)'.\(hint)")
    }

    private struct Unforeseen: Error, CustomStringConvertible {
        var description: String
    }

    /// Prints what an error says, and exits: help on standard output, usage and bugs on standard error.
    private static func end(_ error: any Error) -> Never {
        if let code = error as? ExitCode { exit(withError: code) }
        let output = DiagnosticOutput(form: DiagnosticOutput.isJSONAskedFor ? .json : .text)
        switch exitCode(for: error) {
        case .success:
            do {
                try FileOutput.write(Array((fullMessage(for: error) + "\n").utf8), argument: nil)
                exit(withError: nil)
            } catch {
                output.write(error.diagnostics)
                exit(withError: ExitStatus.ioError.code)
            }
        case .failure:
            output.write([Diagnostic(.internalError, .error, source: "convertlead", message: "\(error)")])
            exit(withError: ExitStatus.software.code)
        default:
            if output.form == .json {
                output.write([Diagnostic(.usage, .error, source: "convertlead", message: message(for: error))])
            } else {
                let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
                DiagnosticOutput.write(lines.map { String($0).printable + "\n" }.joined())
            }
            exit(withError: ExitStatus.usage.code)
        }
    }
}
