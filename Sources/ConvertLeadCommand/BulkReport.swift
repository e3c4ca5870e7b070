@_spi(Package) import Bytes
import BulkConversion
import ConvertLead
import JSONText

/// What a run came to, for the end of standard error.
struct BulkReport {
    private let summary: BulkSummary
    /// The directory of the results; `nil` for a filter.
    private let output: String?
    private let seconds: Double
    private let steps: [String]

    /// Kinds of findings, and names, that are shown.
    private static let limits = (findings: 5, names: 3)

    init(
        _ summary: BulkSummary, options: TranslationOptions, output: String?, letters: DeadLetterForm = .ndjson,
        duration: Duration
    ) {
        self.summary = summary
        self.output = output
        seconds = Self.seconds(duration)
        steps = NextSteps(summary, options: options, isFilter: output == nil, letters: letters).steps
    }

    /// Some lines; the number of problems decides how many.
    var text: String {
        var lines: [String] = []
        if summary.isOfEarlierRun, let output {
            lines.append("\(output.printable) was already finished, so nothing was read; its summary:")
        }
        let rate = summary.isOfEarlierRun ? "" : " in \(Self.shown(seconds)) s, \(perSecond.grouped)/s"
        lines.append(
            "\(summary.read.grouped) read\(rate): \(summary.converted.grouped) converted "
                + "(\(summary.withWarnings.grouped) with warnings), \(summary.deadLetters.counted("dead letter")), "
                + "\(summary.skippedCount.grouped) skipped")
        lines += summary.skippedKinds
        let problems = summary.problems
        for finding in problems.prefix(Self.limits.findings) {
            let place = finding.places.first.map { ", first at \($0.shown(atMost: 300))" } ?? ""
            lines.append(
                "\(finding.severity.rawValue) [\(finding.code.rawValue)] \(finding.count.counted("time"))\(place)")
            lines.append("    do: \(finding.advice)")
        }
        if problems.count > Self.limits.findings {
            let more = problems.count - Self.limits.findings
            lines.append(
                "\(more) more \(more == 1 ? "kind" : "kinds") of findings"
                    + (output.map { ": \($0.printable)/summary.json has all of them" } ?? ""))
        }
        lines += named("without a field", "label", summary.unmappedLabels)
        lines += named("without a user id", "assignee", summary.unknownAssignees)
        if let repeated = summary.repeatedLeadIDs, repeated.count > 0 {
            lines.append(
                "\(repeated.count.counted("translated request")) \(repeated.count == 1 ? "is" : "are") for a lead that an earlier "
                    + "one converts" + (repeated.places.first.map { ", first at \($0.shown(atMost: 300))" } ?? ""))
        }
        lines += steps.map { "next: \($0.replacing("`", with: ""))" }
        if let output { lines.append("\(output.printable)/report.html shows all of this") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line of JSON: `summary` as in `summary.json`, `seconds`, `per_second`, and `next`, what to do next.
    var json: String {
        var writer = JSONWriter(indent: false)
        writer.beginObject()
        writer.name("summary")
        summary.write(to: &writer)
        if !summary.isOfEarlierRun {
            let seconds = Self.shown(seconds)
            var digits = seconds
            writer.name("seconds")
            digits.withByteView { writer.number($0) }
            writer.member("per_second", perSecond)
        }
        writer.member("next", steps.map { $0.replacing("`", with: "") })
        writer.endObject()
        return writer.buffer.string() + "\n"
    }

    private var perSecond: Int { Int(min(Double(summary.read) / max(seconds, 0.001), 1e15)) }

    /// Seconds of a duration, with one decimal.
    static func shown(_ duration: Duration) -> String { shown(seconds(duration)) }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// Seconds with one decimal.
    private static func shown(_ seconds: Double) -> String {
        let tenths = Int(min((seconds * 10).rounded(), 1e15))
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The most frequent of some names on a line; none when there are no names.
    private func named(_ lack: String, _ noun: String, _ counts: [BulkSummary.Count]) -> [String] {
        guard !counts.isEmpty else { return [] }
        let most = BulkSummary.byCount(counts).prefix(Self.limits.names).map {
            "\"\($0.name.shown(atMost: 60))\" \($0.count.counted("time"))"
        }
        let rest = counts.count - most.count
        return [
            "\(counts.count.counted(noun)) \(lack): " + most.joined(separator: ", ")
                + (rest > 0 ? ", \(rest.grouped) more" : "")
        ]
    }
}
