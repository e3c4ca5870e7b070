import ConvertLead

/// What a run comes to in two sentences: how it ended, and if not well, why and who acts.
struct Verdict {
    /// `good`, `fair` or `bad`.
    let mood: StaticString
    /// How many requests were translated.
    let text: String
    /// The most frequent cause and who acts; empty when all is well.
    let reason: String

    init(_ summary: BulkSummary) {
        guard summary.requests > 0 else {
            (mood, text) = ("bad", "No request was found.")
            reason = "Who acts: \(DiagnosticCode.Actor.user.rawValue). Check that these are the right archives."
            return
        }
        let severity: Diagnostic.Severity
        if summary.deadLetters > 0 {
            mood = "bad"
            text =
                "\(summary.converted.grouped) of \(summary.requests.grouped) requests were translated; "
                + "\(summary.deadLetters.grouped) \(summary.deadLetters == 1 ? "was" : "were") refused."
            severity = .error
        } else {
            mood = summary.withWarnings == 0 ? "good" : "fair"
            text =
                "All \(summary.requests.grouped) requests were translated"
                + (summary.withWarnings == 0 ? "." : ", \(summary.withWarnings.grouped) of them with warnings.")
            severity = .warning
        }
        let findings = summary.findingsByWeight.filter { $0.severity == severity }
        let all = findings.reduce(0) { $0 + $1.count }
        reason =
            findings.first.map { first in
                "Most frequent \(severity == .error ? "reason" : "warning") (\(first.count.grouped) of \(all.grouped)): "
                    + "\(first.code.words.heading) Who acts: \(first.code.actor.rawValue). \(first.advice.asSentence)"
            } ?? ""
    }
}

extension DiagnosticCode {
    /// Who can remove the cause of a finding.
    enum Actor: String {
        case owner = "the owner of the archive"
        case administrator = "the CRM administrator"
        case user = "the person who runs convertlead"
    }

    /// Who can remove the cause.
    var actor: Actor {
        switch self {
        case .archiveUnreadable, .archiveWithoutRequest: .user
        case .fieldUnknown, .fieldGuessed, .fieldType, .fieldReference, .valuePicklist, .valueLength: .administrator
        default:
            switch rawValue.prefix(while: { $0 != "." }) {
            case "lookup", "table": .administrator
            case "xml", "json", "v1", "archive": .owner
            default: .user
            }
        }
    }

    /// The cause: its first sentence, and what follows.
    package var words: (heading: String, rest: String) {
        let cause = cause
        guard let end = cause.firstRange(of: ". ") else { return (cause, "") }
        return (cause[..<end.lowerBound] + ".", String(cause[end.upperBound...]))
    }
}

extension String {
    /// The text with a capital letter, unless it begins with a name such as `v1`.
    var asHeading: String {
        prefix { $0 != " " }.contains(where: \.isNumber) ? self : prefix(1).uppercased() + dropFirst()
    }

    /// The text with a capital letter and a full stop.
    var asSentence: String { asHeading + ([".", "?", "!"].contains { hasSuffix($0) } ? "" : ".") }
}
