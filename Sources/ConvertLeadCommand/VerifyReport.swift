import BulkConversion
@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// What a check came to, for the end of standard error.
struct VerifyReport {
    private let verification: Verification
    private let results: String
    private let seconds: String

    init(_ verification: Verification, results: String, duration: Duration) {
        self.verification = verification
        self.results = results
        seconds = BulkReport.shown(duration)
    }

    /// Three lines: what was counted, with what it was compared, and the SHA-256.
    var text: String {
        let letters = verification.deadLetters.counted("dead letter")
        let others = verification.comparesArchives ? "summary, report and archives" : "summary and report"
        let count = verification.differenceCount
        let shown = verification.differences.count
        let differences = count == 0 ? "no differences" : count.counted("difference")
        return """
            \(results.printable) checked in \(seconds) s: \(verification.converted.grouped) converted, \(letters)
            compared with \(others): \(differences)\(shown < count ? ", of which the first \(shown) are listed" : "")
            SHA-256 of converted.ndjson: \(verification.sha256)

            """
    }

    /// One line of JSON: `verification` with `results`, `converted`, `dead_letters`, `archives` (whether they were compared),
    /// `differences` and `sha256`; and `seconds`.
    var json: String {
        var writer = JSONWriter(indent: false)
        writer.object { writer in
            writer.member("verification") { writer in
                writer.object { writer in
                    writer.member("results", results)
                    writer.member("converted", verification.converted)
                    writer.member("dead_letters", verification.deadLetters)
                    writer.member("archives", verification.comparesArchives)
                    writer.member("differences", verification.differenceCount)
                    writer.member("sha256", verification.sha256)
                }
            }
            writer.member("seconds") { writer in
                var digits = seconds
                digits.withByteView { writer.number($0) }
            }
        }
        return writer.buffer.string() + "\n"
    }
}
