import ConvertLead

/// What people want to know of a summary: the worst first, and what to do.
extension BulkSummary {
    /// Errors before warnings before notes, the most frequent first.
    package var findingsByWeight: [Finding] {
        findings.sorted {
            ($0.severity, -$0.count, $0.code.rawValue) < ($1.severity, -$1.count, $1.code.rawValue)
        }
    }

    /// Errors and warnings, like ``findingsByWeight``.
    package var problems: [Finding] { findingsByWeight.filter { $0.severity < .note } }

    /// Names with counts, the most frequent first.
    package static func byCount(_ counts: [Count]) -> [Count] {
        counts.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// What was skipped: a line a kind, with the place of its first.
    package var skippedKinds: [String] {
        skipped.map { kind in
            let place = firstSkipped[kind.name].map { ", first at \($0.shown(atMost: 300))" } ?? ""
            return "skipped \(kind.name): \(kind.count.grouped)\(place)"
        }
    }

    /// Requests: everything read that is not something else.
    package var requests: Int { converted + deadLetters }
}

extension BulkSummary.Finding {
    /// What to do about it: the advice of the code, unless an option has decided already.
    package var advice: String {
        severity.advice(
            code == .userMissing && severity != .error ? DiagnosticCode.decidedAssigneeAdvice : code.advice)
    }
}
