import ConvertLead

/// Why a bulk run failed or stopped. A refused request is no failure: it becomes a dead letter.
public struct BulkFailure: Error, Sendable, Hashable {
    /// What went wrong; the command has an exit code for each.
    public enum Kind: Sendable, Hashable {
        /// The settings contradict each other.
        case usage
        /// Standard input is empty.
        case emptyInput
        /// The input is not the one that the stopped run read.
        case inputChanged
        /// An archive does not exist, or is named on the command line and cannot be read.
        case noInput
        /// The results to check are not those of a finished run.
        case unfinished
        /// The results to check are of a run with other archives, options or tables.
        case otherRun
        /// More dead letters than were allowed. What was done is kept.
        case tooManyDeadLetters
        /// Some input is not accounted for; a defect.
        case accounting
        /// The output cannot be created.
        case cannotCreate
        /// The output has results of another run.
        case outputTaken
        /// Another run is writing to the output.
        case outputInUse
        /// Reading or writing failed, or the machine lacks something. What was done until the last checkpoint is kept.
        case inputOutput
        /// Stopped by a signal or by the caller; what was done is kept.
        case interrupted(signal: Int32)
    }

    /// What went wrong.
    public var kind: Kind
    /// The file or directory it is about; empty when it is about none.
    public var source: String
    /// One sentence for people.
    public var message: String
    /// What to do about it where that is more than its code's advice.
    package var advice: String?

    /// A failure with its message.
    public init(_ kind: Kind, source: String = "", _ message: String) {
        self.kind = kind
        self.source = source
        self.message = message
    }

    /// The failure as a finding, with advice, for the same outlets as all others.
    public var diagnostic: Diagnostic {
        var diagnostic = Diagnostic(code, .error, source: source.isEmpty ? "convertlead" : source, message: message)
        diagnostic.ownAdvice = advice
        return diagnostic
    }

    private var code: DiagnosticCode {
        switch kind {
        case .usage: .usage
        case .emptyInput: .inputEmpty
        case .inputChanged: .runChanged
        case .noInput: .inputUnreadable
        case .unfinished: .verifyUnfinished
        case .otherRun: .verifyOtherRun
        case .tooManyDeadLetters: .runDeadLetters
        case .accounting: .internalError
        case .cannotCreate: .outputUnwritable
        case .outputTaken: .runOutputTaken
        case .outputInUse: .runOutputInUse
        case .inputOutput: .runMachine
        case .interrupted: .runInterrupted
        }
    }
}
