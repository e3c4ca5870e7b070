import BulkConversion
@_spi(Package) import Bytes
import ConvertLead

/// A users table to fill: the assignees of archives whom no active user is, with room for the user ids of their successors.
///
/// Filled in, it goes with the users export to `--users`: of several users of one e-mail the active one counts.
struct SuccessorTable {
    private let assignees: [RequestInventory.Assignee]

    init(_ survey: Survey) { assignees = survey.requests.departedAssignees }

    /// The CSV, with a line for each assignee, the most frequent first.
    ///
    /// A name that a spreadsheet takes for a formula is left out: no user has one.
    var text: String {
        let names = assignees.map(\.assignee.name).filter { name in
            !name.unicodeScalars.contains { !$0.isPrintable } && !["=", "+", "-", "@"].contains(String(name.prefix(1)))
        }
        return "email,id,status\n" + names.map { "\(Self.cell($0)),,active\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        let isQuoted = text.contains { $0 == "," || $0 == ";" || $0 == "\"" }
        return isQuoted ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}
