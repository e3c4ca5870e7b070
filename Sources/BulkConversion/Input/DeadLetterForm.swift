/// In which form dead letters are written into a directory.
public enum DeadLetterForm: String, Sendable, Hashable, CaseIterable {
    /// `dead-letters.ndjson`: a line a letter.
    case ndjson
    /// `dead-letters/<lead id>.xml` and `dead-letters.csv`: a document a letter, and a table of what is wrong with them.
    case files
}

extension DeadLetterForm {
    /// What is corrected and read again.
    var archive: ResultName { self == .files ? .letterFiles : .deadLetters }
    /// What says why requests were refused.
    var reasons: ResultName { self == .files ? .letterTable : .deadLetters }
}
