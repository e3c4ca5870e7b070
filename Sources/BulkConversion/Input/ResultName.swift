import Platform

/// What a run writes into its directory. Until the run ends the files have `.part` after their names.
enum ResultName: String, CaseIterable {
    case converted = "converted.ndjson"
    case deadLetters = "dead-letters.ndjson"
    case letterTable = "dead-letters.csv"
    case letterFiles = "dead-letters"
    case summary = "summary.json"
    case report = "report.html"
    case checkpoint
    /// Has no name while a run uses it; left with one only by a process that was killed before it could take the name away.
    case leadIDs = "lead-ids"

    static let partSuffix = ".part"

    /// Whether a run writes a file of this name.
    static func isOne(_ name: String) -> Bool {
        ResultName(rawValue: name.hasSuffix(partSuffix) ? String(name.dropLast(partSuffix.count)) : name) != nil
    }

    /// Whether an open directory has results of a run, ended or not.
    static func areIn(_ directory: Int32) -> Bool {
        func holds(_ name: String) -> Bool {
            var status = stat()
            return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0
        }
        return (holds(summary.rawValue) && holds(converted.rawValue))
            || (holds(checkpoint.rawValue) && holds(converted.rawValue + partSuffix))
    }
}
