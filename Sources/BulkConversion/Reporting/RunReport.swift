import ConvertLead

/// What a report says of a run beside its summary.
struct RunFacts {
    /// The archives, as they were given.
    var archives: [String] = []
    /// The options in force.
    var options = TranslationOptions()
    /// The tables in force.
    var tables = OrganizationTables()
    /// Names of columns for tables without a header.
    var columns: [String] = []
    /// What was left out of directories.
    var excludes: [String] = []
    /// The form of dead letters.
    var letters = DeadLetterForm.ndjson
    /// What stands for options and tables.
    var fingerprint = ""
    /// The SHA-256 of `converted.ndjson` in hexadecimal digits.
    var convertedHash = ""
}

/// `report.html`: what a run came to, for the person who answers for the migration.
///
/// One page without scripts, fonts, pictures or anything else from outside. It says what the summary says, so labels and
/// assignees are in it and no other value of a request is; it is the same bytes for the same summary, run and results.
struct RunReport {
    let summary: BulkSummary
    let run: RunFacts
    var page = HTMLText()

    var options: TranslationOptions { run.options }

    /// Kinds of findings shown in full.
    private static let findingLimit = 25
    /// Labels or assignees listed.
    private static let nameLimit = 100

    init(_ summary: BulkSummary, of run: RunFacts = RunFacts()) {
        self.summary = summary
        self.run = run
    }

    /// The page in UTF-8.
    var html: [UInt8] {
        var report = self
        report.write()
        return Array(report.page.text.utf8)
    }

    private mutating func write() {
        page.markup(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>Lead conversions: archive to API v2</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <header>
            <p class="kind">convertlead \(BulkSummary.toolVersion), report of a bulk run</p>
            <h1>Lead conversions: archive to API v2</h1>

            """)
        writeVerdict()
        page.markup("</header>\n<main>\n")
        writeOutcome()
        writeSteps()
        writeFindings()
        writeRepeated()
        writeNames(
            summary.unmappedLabels, id: "labels", "Labels without a field",
            "No table has a field for these labels of v1. The number says how often each occurs.")
        writeNames(
            summary.unknownAssignees, id: "assignees", "Assignees without a user id",
            "Requests assign leads to these e-mails, but no active or inactive user in the tables has them.")
        writeSkipped()
        writeArchives()
        writeCredits()
        writeExample()
        writeOptions()
        page.markup("</main>\n")
        writeFooter()
        page.markup("</body>\n</html>\n")
    }

    // MARK: Sections

    private mutating func writeVerdict() {
        let verdict = Verdict(summary)
        page.markup("<div class=\"verdict \(verdict.mood)\">\n<p>")
        page.escaped(verdict.text)
        page.markup("</p>\n")
        if !verdict.reason.isEmpty {
            page.markup("<p class=\"reason\">")
            page.escaped(verdict.reason)
            page.markup("</p>\n")
        }
        page.markup("</div>\n")
    }

    /// What became of everything that was read, each part with its colour.
    private var outcomes: [(style: String, name: String, meaning: String, count: Int)] {
        [
            (
                "good", "Translated", "ready to send",
                summary.converted - summary.withWarnings
            ),
            (
                "fair", "Translated with warnings", "ready to send, with something left out or interpreted",
                summary.withWarnings
            ),
            ("bad", "Refused", "dead letters: not sent until they are corrected", summary.deadLetters),
            (
                "none", "Skipped", "not lead conversions: replies, other methods, pictures and so on",
                summary.skippedCount
            ),
        ]
    }

    private mutating func writeOutcome() {
        let outcomes = outcomes
        page.markup("<section aria-labelledby=\"outcome\">\n<h2 id=\"outcome\">Outcome</h2>\n")
        let parts = outcomes.filter { $0.count > 0 }
        if summary.read > 0 {
            let told = parts.map { "\($0.name) \($0.count.grouped) (\($0.count.share(of: summary.read)))" }
            page.markup(
                "<svg class=\"chart\" viewBox=\"0 0 1000 40\" preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"chart-title\">\n"
                    + "<title id=\"chart-title\">Of \(summary.read.grouped) read: \(told.joined(separator: ", "))</title>\n"
            )
            var start = 0
            for (part, width) in zip(parts, Self.widths(parts.map(\.count))) {
                page.markup(
                    "<rect class=\"\(part.style)\" x=\"\(start)\" y=\"0\" width=\"\(width)\" height=\"40\"/>\n")
                start += width + Self.gap
            }
            page.markup("</svg>\n")
        }
        page.markup(
            """
            <table class="totals">
            <caption>Everything that was read, by what became of it</caption>
            <thead><tr><th scope="col">Outcome</th><th scope="col" class="number">Count</th><th scope="col" class="number">Share</th></tr></thead>
            <tbody>

            """)
        for outcome in outcomes {
            page.markup(
                "<tr><th scope=\"row\"><span class=\"key \(outcome.style)\" aria-hidden=\"true\"></span>\(outcome.name)"
                    + "<span class=\"meaning\">\(outcome.meaning)</span></th>"
                    + "<td class=\"number\">\(outcome.count.grouped)</td>"
                    + "<td class=\"number\">\(HTMLText.escape(outcome.count.share(of: summary.read)))</td></tr>\n")
        }
        page.markup(
            "</tbody>\n<tfoot><tr><th scope=\"row\">Read</th><td class=\"number\">\(summary.read.grouped)</td><td></td></tr></tfoot>\n"
                + "</table>\n</section>\n")
    }

    private static let gap = 3

    /// Widths of the parts of a bar of 1000, so that none is too small to see.
    private static func widths(_ counts: [Int]) -> [Int] {
        let whole = Double(counts.reduce(0, +))
        let room = 1000 - gap * (counts.count - 1)
        var widths = counts.map { max(6, Int((Double($0) / whole * Double(room)).rounded())) }
        // What the small ones got, and what rounding left, is taken from the largest.
        if let largest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
            widths[largest] += room - widths.reduce(0, +)
        }
        return widths
    }

    private mutating func writeSteps() {
        page.markup("<section aria-labelledby=\"next\">\n<h2 id=\"next\">What to do next</h2>\n<ol class=\"steps\">\n")
        for step in NextSteps(summary, options: options, letters: run.letters).steps {
            page.markup("<li>")
            write(prose: step)
            page.markup("</li>\n")
        }
        page.markup("</ol>\n</section>\n")
    }

    /// Text in which backquotes set off what is typed.
    private mutating func write(prose: String) {
        for (index, piece) in prose.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            let isCode = !index.isMultiple(of: 2)
            if isCode { page.markup("<code>") }
            page.escaped(String(piece))
            if isCode { page.markup("</code>") }
        }
    }

    private mutating func writeFindings() {
        let findings = summary.findingsByWeight
        write(
            findings.filter { $0.severity == .error }, id: "errors", "Why requests were refused",
            "Each of these errors keeps a request from being translated.")
        write(
            findings.filter { $0.severity == .warning }, id: "warnings", "What was left out or interpreted",
            "These requests were translated, but differ from v1.")
        let notes = findings.filter { $0.severity == .note }
        guard !notes.isEmpty else { return }
        beginSection("notes", "Notes", "Worth knowing; no action needed.")
        page.markup("<ul class=\"notes\">\n")
        for note in notes {
            page.markup("<li>")
            page.escaped(note.code.cause)
            page.markup(" \(note.count.counted("time")), <code>\(note.code.rawValue)</code></li>\n")
        }
        page.markup("</ul>\n</section>\n")
    }

    mutating func beginSection(_ id: String, _ heading: String, _ lead: String) {
        page.markup("<section aria-labelledby=\"\(id)\">\n<h2 id=\"\(id)\">\(heading)</h2>\n<p>\(lead)</p>\n")
    }

    /// Findings of one severity, with bars that compare them.
    private mutating func write(_ findings: [BulkSummary.Finding], id: String, _ heading: String, _ lead: String) {
        guard let most = findings.first?.count else { return }
        beginSection(id, heading, lead)
        for finding in findings.prefix(Self.findingLimit) { write(finding, most: most) }
        if findings.count > Self.findingLimit {
            page.markup(
                "<p>\(findings.count - Self.findingLimit) further kinds are in <code>summary.json</code>.</p>\n")
        }
        page.markup("</section>\n")
    }

    private mutating func write(_ finding: BulkSummary.Finding, most: Int) {
        let style = finding.severity == .error ? "bad" : "fair"
        let width = max(4, Int((Double(finding.count) / Double(max(most, 1)) * 1000).rounded()))
        let words = finding.code.words
        page.markup(
            "<article class=\"finding\">\n<h3><span class=\"badge \(style)\">\(finding.severity.rawValue)</span> <span>"
        )
        page.escaped(words.heading)
        page.markup(
            "</span> <span class=\"count\">\(finding.count.counted("time"))</span></h3>\n"
                + "<svg class=\"bar\" viewBox=\"0 0 1000 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                + "<rect class=\"\(style)\" x=\"0\" y=\"0\" width=\"\(width)\" height=\"6\"/></svg>\n")
        if !words.rest.isEmpty {
            page.markup("<p>")
            page.escaped(words.rest)
            page.markup("</p>\n")
        }
        page.markup("<dl>\n<dt>Who acts</dt><dd>\(finding.code.actor.rawValue)</dd>\n<dt>What to do</dt><dd>")
        page.escaped(finding.advice.asSentence)
        page.markup("</dd>\n")
        if let place = finding.places.first {
            page.markup("<dt>First at</dt><dd><bdi><code>")
            page.escaped(place.shown(atMost: 300))
            page.markup("</code></bdi></dd>\n")
        }
        page.markup("<dt>Code</dt><dd><code>\(finding.code.rawValue)</code></dd>\n</dl>\n</article>\n")
    }

    /// Names with counts, in as many columns as fit.
    private mutating func writeNames(
        _ counts: [BulkSummary.Count], id: String, _ heading: String, _ lead: String
    ) {
        guard !counts.isEmpty else { return }
        beginSection(id, heading, lead)
        page.markup("<ul class=\"names\">\n")
        for count in BulkSummary.byCount(counts).prefix(Self.nameLimit) {
            page.markup("<li><bdi>")
            page.escaped(count.name.shown())
            page.markup("</bdi> <span class=\"number\">\(count.count.grouped)</span></li>\n")
        }
        page.markup("</ul>\n")
        if counts.count > Self.nameLimit {
            page.markup(
                "<p>\((counts.count - Self.nameLimit).grouped) more are in <code>summary.json</code>.</p>\n")
        }
        page.markup("</section>\n")
    }

    private mutating func writeSkipped() {
        guard !summary.skipped.isEmpty else { return }
        beginSection(
            "skipped", "Skipped",
            "Found in the archives, but not requests. Look here if a request is missing."
        )
        page.markup(
            "<table>\n<thead><tr><th scope=\"col\">Kind</th><th scope=\"col\" class=\"number\">Times</th></tr></thead>\n<tbody>\n"
        )
        for count in BulkSummary.byCount(summary.skipped) {
            let kind = SkipReason.allCases.first { $0.name == count.name }
            page.markup("<tr><td>")
            page.escaped(kind?.meaning.asHeading ?? count.name)
            page.markup("<span class=\"meaning\"><code>")
            page.escaped(count.name)
            page.markup("</code>")
            if let place = summary.firstSkipped[count.name] {
                page.markup(", first at <code>")
                page.escaped(place.shown(atMost: 300))
                page.markup("</code>")
            }
            page.markup("</span>")
            page.markup("</td><td class=\"number\">\(count.count.grouped)</td></tr>\n")
        }
        page.markup("</tbody>\n</table>\n</section>\n")
    }

    private mutating func writeFooter() {
        page.markup(
            """
            <footer>
            <p>See also <code>converted.ndjson</code>, one call a line, ready to send; <code>\(run.letters.reasons.rawValue)</code>, the refused \
            requests with the reasons; <code>summary.json</code>, these figures for programs. \
            <code>convertlead explain CODE</code> explains a finding.</p>
            <p>SHA-256 of <code>converted.ndjson</code>: <code id="converted-sha256">\(run.convertedHash)</code></p>
            <p class="sum">\(summary.read.grouped) read = \(summary.converted.grouped) translated + \(summary.deadLetters.grouped) refused \
            + \(summary.skippedCount.grouped) skipped.</p>
            <div class="signature" aria-hidden="true"><span>Name</span><span>Date</span><span>Signature</span></div>
            </footer>

            """)
    }
}

extension SkipReason {
    /// What the kind is, for people.
    var meaning: String {
        switch self {
        case .reply: "replies of the CRM"
        case .otherMethod: "v1 calls of methods other than convertLead"
        case .otherRequest: "requests that are not v1 calls"
        case .v2Call: "calls to v2 or later"
        case .otherTable: "tables without a column for requests"
        case .otherText: "text that was not recognised and has no sign of a request"
        case .picture: "pictures"
        case .binary: "files without text"
        case .page: "web pages"
        case .specialFile: "devices, sockets and pipes"
        case .link: "links to files that are read anyway"
        case .earlierResults: "results of earlier runs"
        case .sameCall: "further lines of a log about a call that was already read"
        }
    }
}
