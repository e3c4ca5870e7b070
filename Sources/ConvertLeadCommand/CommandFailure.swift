import ArgumentParser
import BulkConversion
import ConvertLead

import Platform

/// How the command ended, in the numbers of sysexits.h.
enum ExitStatus: Int32, Sendable {
    /// `bulk` is done, with dead letters; `verify` found differences.
    case deadLetters = 1
    /// The arguments are wrong.
    case usage = 64
    /// The input cannot be translated.
    case dataError = 65
    /// An input does not exist or cannot be opened.
    case noInput = 66
    /// Something went wrong that is our fault.
    case software = 70
    /// An output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed.
    case ioError = 74

    /// The status as the argument parser takes it.
    var code: ExitCode { ExitCode(rawValue) }

    /// The status for a failure of a run.
    static func code(of failure: BulkFailure) -> ExitCode {
        let status: ExitStatus
        switch failure.kind {
        case .tooManyDeadLetters: status = .deadLetters
        case .usage: status = .usage
        case .emptyInput, .inputChanged, .unfinished, .otherRun: status = .dataError
        case .noInput: status = .noInput
        case .accounting: status = .software
        case .cannotCreate, .outputTaken, .outputInUse: status = .cannotCreate
        case .inputOutput: status = .ioError
        case .interrupted(let signal): return ExitCode(128 + signal)
        }
        return status.code
    }
}

/// Why the command stops, with all that is said about it.
struct CommandFailure: Error, Sendable {
    /// The status to exit with.
    var status: ExitStatus
    /// What is printed; at least one is an error.
    var diagnostics: [Diagnostic]

    /// A failure with its findings.
    init(_ status: ExitStatus, _ diagnostics: [Diagnostic]) {
        self.status = status
        self.diagnostics = diagnostics
    }

    /// An input that cannot be opened (66) or read (74), with the reason of `errno`.
    static func input(_ path: String, _ status: ExitStatus, errno number: Int32) -> CommandFailure {
        let message = "The file cannot be read: \(reason(number))"
        var diagnostic = Diagnostic(.inputUnreadable, .error, source: path, message: message)
        if number == EISDIR { diagnostic.ownAdvice = "pass a file; convertlead bulk reads whole directories" }
        return CommandFailure(status, [diagnostic])
    }

    /// An output that cannot be created (73) or written (74), with the reason of `errno`.
    static func output(_ path: String, _ status: ExitStatus, errno number: Int32) -> CommandFailure {
        let message = "The output cannot be written: \(reason(number))"
        return CommandFailure(status, [Diagnostic(.outputUnwritable, .error, source: path, message: message)])
    }

    private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}

extension CommandFailure {
    /// Archives in which there was not a single request.
    ///
    /// - Parameter columns: names that were given for columns of tables.
    init(nothingFoundIn summary: BulkSummary, columns: [String]) {
        let kinds = summary.skipped.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        let skipped = kinds.isEmpty ? "there was nothing to read" : "skipped: \(kinds)"
        var diagnostic = Diagnostic(.archiveWithoutRequest, .error, message: "No request was found; \(skipped)")
        if !columns.isEmpty {
            diagnostic.ownAdvice =
                "check the paths, the first skipped places in the summary, and the names in --columns"
        }
        self.init(.dataError, [diagnostic])
    }
}
