import ArgumentParser
import BulkConversion
@_spi(Package) import Bytes
import ConvertLead

import Platform

/// The one input of a subcommand.
struct InputArgument: ParsableArguments {
    @Argument(help: "The input file; - or no file is standard input.", completion: .file())
    var file: String?

    /// Its name in diagnostics.
    var name: String { FileInput.name(file) }
}

/// Where a subcommand writes its result.
struct OutputOption: ParsableArguments {
    @Option(
        name: [.short, .long], help: .init("Where to write; - is standard output.", valueName: "path"),
        completion: .file())
    var output: String?
}

/// What of archives is not read.
struct ExcludeOption: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: .init(
            "Leave out files of directories by name, or by path below the archive; * matches any characters. Repeatable.",
            valueName: "glob"))
    var exclude: [String] = []
}

/// Options of every subcommand that translates, in either direction.
struct CommonOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: .init(
            "v2 fields export for Deals (JSON) or v1 getFields (XML or JSON): labels, api names, types, picklists, lengths. Repeatable.",
            valueName: "file"),
        completion: .file())
    var fields: [String] = []

    @Option(
        help: .init("YAML file with options by their names; options of the command line win.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Flag(help: "Write JSON on one line instead of indented by 2.")
    var compact = false

    @Flag(help: "Turn every warning into an error.")
    var strict = false

    @Option(help: .init("How to print diagnostics on standard error (default: text).", valueName: "form"))
    var diagnostics: DiagnosticOutput.Form?

    @Flag(help: "Let diagnostics quote customer values.")
    var showValues = false
}

/// Options of the subcommands that translate requests.
struct TranslationArguments: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: .init(
            "Users, e-mail to id: v2 users export (JSON, one page a file), v1 getUsers (XML or JSON), or CSV with the header email,id[,status]. Repeatable.",
            valueName: "file"),
        completion: .file())
    var users: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init("Contact roles export (JSON), name to id. Repeatable.", valueName: "file"), completion: .file())
    var roles: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init(
            "Other lookups, name to id: CSV with the header name,id, for the field of this api name. Repeatable.",
            valueName: "api_name=file"),
        completion: .file())
    var lookup: [LookupFile] = []

    @Option(
        help: .init(
            "Host of all v2 calls, such as www.zohoapis.eu (default: that of the v1 host's data centre).",
            valueName: "domain"),
        transform: { text in
            guard let domain = TranslationOptions.apiDomain(text) else {
                throw ValidationError("'\(text.printable)' is not a host name.")
            }
            return domain
        })
    var apiDomain: String?

    @Option(help: .init("API version of the calls (default: v2).", valueName: "version"))
    var apiVersion: APIVersion?

    @Option(
        help: .init("Lead id for every request that has none.", valueName: "id"),
        transform: { try RecordID(leadID: $0) })
    var leadID: RecordID?

    @Option(
        help: .init(
            "For an assignee without a user id: reject the request, omit assign_to, or send this user id (default: reject).",
            valueName: "choice"))
    var unknownAssignee: TranslationOptions.UnknownAssignee?

    @Option(
        help: .init(
            "For a label without a field: leave it out with a warning, reject the request, or guess the api name (default: warn).",
            valueName: "choice"))
    var unknownField: TranslationOptions.UnknownField?

    @Option(
        help: .init(
            "For a value that does not fit its field: reject the request, or omit the field with a warning (default: reject).",
            valueName: "choice"))
    var badValue: TranslationOptions.BadValue?

    @Option(help: .init("How to read 05/06/2018 (default: month-first).", valueName: "order"))
    var dateOrder: TranslationOptions.DateOrder?

    @Option(
        parsing: .unconditional,
        help: .init(
            "Time zone of datetime values without an offset: +05:30, or an IANA name.", valueName: "zone"),
        transform: { try TimeZoneName.offsets($0) })
    var timeZone: TimeZoneOffsets?

    @Option(help: .init("Pipeline for deals without one.", valueName: "name"))
    var pipeline: String?
}

extension CommonOptions {
    /// Runs the work of a subcommand and prints what goes wrong: findings in the form asked for, then the exit status.
    ///
    /// - Parameter work: is given the place for findings; its form is the command line's until settings are loaded.
    func run(_ work: (inout DiagnosticOutput) throws -> Void) throws {
        var output = DiagnosticOutput(form: diagnostics ?? .text)
        do {
            try work(&output)
        } catch let failure as CommandFailure {
            output.write(failure.diagnostics)
            throw failure.status.code
        } catch let failure as TranslationFailure {
            output.write(failure.diagnostics)
            throw ExitStatus.dataError.code
        } catch let failure as BulkFailure {
            output.write([failure.diagnostic])
            let code = ExitStatus.code(of: failure)
            // Workers may still run: nothing that they use may be taken down under them.
            if case .interrupted = failure.kind { _exit(code.rawValue) }
            throw code
        }
    }
}

/// Names for the columns of tables that have no header row.
struct ColumnsOption: ParsableArguments {
    @Option(help: .init("Names of the columns where tables have no header row.", valueName: "a,b,…"))
    var columns: String?

    /// The names; none when the option was not given.
    var names: [String] {
        columns?.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { !$0.isWhitespace } } ?? []
    }
}

extension ParsableCommand {
    /// Ends with the help when no input is given and standard input is a terminal, which would wait without a word.
    func requireInput(_ isGiven: Bool) throws {
        guard !isGiven, isatty(STDIN_FILENO) == 1 else { return }
        if DiagnosticOutput.isJSONAskedFor { throw ValidationError("There is no input: standard input is a terminal.") }
        DiagnosticOutput.write(Self.helpMessage() + "\n")
        throw ExitStatus.usage.code
    }
}
