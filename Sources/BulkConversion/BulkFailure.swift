/// Why a bulk run failed or stopped. A refused request is no failure: it becomes a dead letter.
public struct BulkFailure: Error, Sendable, Hashable {
    /// What went wrong; each case has an exit code of its own.
    public enum Kind: Sendable, Hashable {
        /// The settings contradict each other.
        case usage
        /// Standard input is empty.
        case emptyInput
        /// The input is not the one that the interrupted run read.
        case inputChanged
        /// An archive does not exist.
        case noInput
        /// More dead letters than were allowed. What was done is kept.
        case tooManyDeadLetters
        /// Some input is not accounted for; a defect.
        case accounting
        /// The output cannot be created, or has results already.
        case cannotCreate
        /// Reading or writing failed. What was done until the last checkpoint is kept.
        case inputOutput
        /// Stopped by a signal or by the caller; what was done is kept.
        case interrupted(signal: Int32)
    }

    /// What went wrong.
    public var kind: Kind
    /// One sentence for people, naming the file.
    public var message: String

    /// A failure with its message.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// Exit code of the command, after sysexits.
    public var exitCode: Int32 {
        switch kind {
        case .tooManyDeadLetters: 1
        case .usage: 64
        case .emptyInput, .inputChanged: 65
        case .noInput: 66
        case .accounting: 70
        case .cannotCreate: 73
        case .inputOutput: 74
        case .interrupted(let signal): 128 + signal
        }
    }
}
