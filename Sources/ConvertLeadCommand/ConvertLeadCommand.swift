import ArgumentParser
import ConvertLead

import Platform

/// The command; its work is done by one subcommand a file.
@main
struct ConvertLeadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convertlead",
        abstract: "Translates Zoho CRM v1 convertLead requests to v2, and v2 replies back to v1.",
        discussion: """
            Results go to standard output or a file, everything else to standard error. Exit status: 0 done, 1 bulk done with \
            dead letters, 64 wrong usage, 65 input not translatable, 66 no input, 70 a defect of convertlead, 73 cannot create \
            output, 74 the machine failed.
            """,
        version: "1.0.0",
        subcommands: [
            RequestCommand.self, SurveyCommand.self, BulkCommand.self, ResponseCommand.self, ExplainCommand.self,
        ]
    )

    /// Runs the subcommand and exits; what no subcommand foresaw is our fault.
    static func main() {
        reserveStandardDescriptors()
        checkArguments()
        suggestSubcommand()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .failure, !(error is ExitCode) else { exit(withError: error) }
            DiagnosticOutput(form: .text).write([Diagnostic(.internalError, .error, message: "\(error)")])
            exit(withError: ExitStatus.software.code)
        }
    }

    /// Keeps the numbers of standard input, output and error from files opened later where one of them is closed: results would
    /// be mixed with messages. Reading and writing a directory fails, as it does for what is closed.
    private static func reserveStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 { _ = open("/", O_RDONLY) }
    }

    /// Ends where the system does not tell the arguments: without /proc the list is empty, which looks like a call for help.
    private static func checkArguments() {
        guard CommandLine.arguments.isEmpty else { return }
        let message = "The arguments cannot be read, because /proc is not mounted; mount it, then run the command again"
        DiagnosticOutput(form: .text).write([Diagnostic(.internalError, .error, message: message)])
        exit(withError: ExitStatus.software.code)
    }

    /// Ends with a suggestion where the first word is no subcommand; the parser would call it an unexpected argument.
    private static func suggestSubcommand() {
        let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !known.contains(word) else {
            return
        }
        let hint = Spelling.nearest(to: word, among: known).map { " Did you mean '\($0)'?" } ?? ""
        exit(withError: ValidationError("There is no subcommand '\(word)'.\(hint)"))
    }
}
