import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("The report for people")
struct RunReportTests {
    /// A summary in which everything occurs that a report shows.
    private static var full: BulkSummary {
        var summary = BulkSummary()
        summary.read = 12_345
        summary.converted = 12_000
        summary.withWarnings = 40
        summary.deadLetters = 340
        summary.skipped = [.init(name: "picture", count: 1), .init(name: "reply", count: 4)]
        summary.findings = [
            .init(code: .callDoubleEncoding, severity: .note, count: 2, places: ["a.txt:1"]),
            .init(code: .fieldUnknown, severity: .warning, count: 50, places: ["a.ndjson:2", "a.ndjson:3"]),
            .init(code: .userMissing, severity: .error, count: 40, places: ["<b>:7"]),
            .init(code: .valueDate, severity: .error, count: 300, places: ["a.ndjson:9"]),
        ]
        summary.unmappedLabels = [
            .init(name: "<script>document.title = 'taken'; console.error('taken')</script>", count: 30),
            .init(name: "\"><img src=x onerror=alert(1)>", count: 15),
            .init(name: String(repeating: "Long", count: 200), count: 3), .init(name: "\u{202E}turned\u{0}", count: 2),
        ]
        summary.unknownAssignees = [.init(name: "nobody@left.example", count: 40)]
        return summary
    }

    private static func page(_ summary: BulkSummary) -> String {
        String(decoding: RunReport(summary).html, as: UTF8.self)
    }

    @Test("A run into a directory leaves the report of its summary, the same bytes for any number of workers")
    func written() throws {
        let scratch = try Scratch()
        for jobs in [1, 3] {
            var settings = BulkSettings()
            settings.jobs = jobs
            settings.chunkSize = 500
            let summary = try Bulk.run(
                [ArchiveSamples.directory.path], into: scratch["out-\(jobs)"], settings: settings)
            let report = RunReport(summary, archives: [ArchiveSamples.directory.path])
            #expect(scratch.read("out-\(jobs)/report.html") == Data(report.html))
        }
    }

    @Test("It says which archives were translated and with which options")
    func options() throws {
        var options = TranslationOptions()
        options.unknownAssignee = .fallback(try #require(RecordID("5550000000105001")))
        options.apiVersion = .v7
        options.dateOrder = .dayFirst
        let archives = ["old/<2018>", "-"] + (1...30).map { "more-\($0)" }
        let page = String(decoding: RunReport(Self.full, archives: archives, options: options).html, as: UTF8.self)
        for text in [
            "old/&lt;2018&gt;", "standard input", "more-18<", "12 more", "v7", "day-first",
            "replaced by the user 5550000000105001", "chosen by the v1 host",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(!page.contains("more-19<"))
    }

    @Test("It says the totals, the most frequent findings with a place and advice, labels, assignees, and what to do")
    func content() {
        let page = Self.page(Self.full)
        for text in [
            "12,000 of 12,340 requests were translated; 340 were refused.",
            "12,345 read = 12,000 translated + 340 refused + 5 skipped.",
            "v1.value.date", "300 times", "a.ndjson:9", DiagnosticCode.valueDate.advice, "nobody@left.example",
            "&lt;b&gt;:7", "dead-letters.ndjson", "times",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        let dates = page.range(of: "v1.value.date</code> <span")
        let users = page.range(of: "lookup.user.missing</code> <span")
        #expect(dates != nil && users != nil && dates!.lowerBound < users!.lowerBound)
    }

    @Test("Steps do not ask for what the options have decided")
    func decided() throws {
        var summary = Self.full
        var options = TranslationOptions()
        func steps() -> [String] { NextSteps(summary, options: options).steps }
        #expect(steps().first?.hasPrefix("Add 1 assignee without a user id to a file for `--users`") == true)
        #expect(steps().contains { $0.contains("4 labels") && $0.contains("otherwise the values are left out") })
        summary.findings[2].severity = .warning
        #expect(summary.findings[2].advice != DiagnosticCode.userMissing.advice)
        options.unknownAssignee = .fallback(try #require(RecordID("77")))
        options.unknownField = .reject
        #expect(steps().first == "Check 1 assignee without a user id: 40 requests go to the fallback 77.")
        #expect(steps().contains { $0.contains("4 labels") && $0.contains("`--unknown-field warn`") })
        options.unknownField = .guess
        #expect(steps().contains { $0.hasPrefix("Check the guessed api names of 4 labels") })
    }

    @Test("The parts of the chart fill it, and even the smallest can be seen")
    func chart() {
        let page = Self.page(Self.full)
        let parts = page.matches(of: #/<rect class="(\w+)" x="(\d+)" y="0" width="(\d+)" height="40"\/>/#)
        #expect(parts.map(\.1) == ["good", "fair", "bad", "none"])
        let widths = parts.compactMap { Int($0.3) }
        #expect(widths.allSatisfy { $0 >= 6 })
        #expect(Int(parts[3].2)! + widths[3] == 1000)
        #expect(widths[2] == 27)
        #expect(page.contains("< 0.1 %".replacing("<", with: "&lt;")))
    }

    @Test("Text from an archive stays text")
    func escaping() {
        let page = Self.page(Self.full)
        #expect(!page.contains("<script"))
        #expect(!page.contains("<img"))
        #expect(page.contains("&lt;script&gt;document.title = &#39;taken&#39;"))
        #expect(page.contains(#"\u{202E}turned\u{0}"#))
        #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test("It takes nothing from outside")
    func selfContained() {
        let page = Self.page(Self.full)
        for sign in ["http:", "https:", "src=", "href=", "url(", "@import", "<link"] {
            #expect(!page.replacing("src=x", with: "").contains(sign), "\(sign)")
        }
    }

    @Test("Customer values are not in it, whatever the findings may quote", arguments: [false, true])
    func values(_ showsValues: Bool) throws {
        let scratch = try Scratch()
        try scratch.write(
            "a.ndjson",
            "{\"leadId\":\"9\",\"xmlData\":\"<Potentials><row no='1'><option val='createPotential'>true</option></row><row no='2'>"
                + "<FL val='Potential Name'>Secret Deal</FL><FL val='Closing Date'>Secret Date</FL></row></Potentials>\"}\n"
        )
        var options = TranslationOptions()
        options.showsValues = showsValues
        _ = try Bulk.run([scratch["a.ndjson"]], into: scratch["out"], options: options)
        #expect(!String(decoding: scratch.read("out/report.html"), as: UTF8.self).contains("Secret"))
    }

    @Test("Runs that read nothing, or have nothing to say, have a report too")
    func plain() {
        #expect(Self.page(BulkSummary()).contains("No request was found."))
        var clean = BulkSummary()
        (clean.read, clean.converted) = (7, 7)
        let page = Self.page(clean)
        #expect(page.contains("All 7 requests were translated."))
        #expect(page.contains("<rect class=\"good\" x=\"0\" y=\"0\" width=\"1000\""))
        #expect(!page.contains("id=\"errors\""))
    }

    // MARK: In a browser

    @Test(
        "A browser shows it at any width without errors or scrolling to the side, and hostile labels as text",
        .enabled(if: Browser.path != nil, "chromium is not installed"), arguments: [360, 1280])
    func inBrowser(_ width: Int) throws {
        let scratch = try Scratch()
        try scratch.write("report.html", Data(RunReport(Self.full).html))
        let plain = try Browser.load(scratch["report.html"], width: width, scratch: scratch)
        #expect(plain.document.contains("<h1>"))
        #expect(plain.document.contains("<title>Lead conversions"))
        #expect(!plain.log.contains("CONSOLE"), "\(plain.log)")

        // The page as it is in a frame of this width: headless windows are never narrower than 500.
        let page = Self.page(Self.full).replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        let measuring = """
            <!DOCTYPE html><meta charset="utf-8"><title></title>
            <iframe style="border:0;width:\(width)px;height:900px" srcdoc="\(page)"></iframe>
            <script>addEventListener("load", () => {
              const page = document.querySelector("iframe").contentDocument, root = page.documentElement;
              const wide = [...page.querySelectorAll("body *")].filter(
                e => e.tagName !== "CAPTION" && e.getBoundingClientRect().right > root.clientWidth + 0.5).length;
              const parts = [...page.querySelectorAll(".chart rect")].map(e => e.getBoundingClientRect());
              document.title = [root.clientWidth, root.scrollWidth, wide, page.scripts.length, page.images.length,
                parts.length, parts.every(p => p.width >= 1 && p.height > 20),
                page.body.innerText.includes("<script>document.title"), page.title.length > 5].join(" ");
            });</script>
            """
        try scratch.write("measuring.html", measuring)
        let measured = try Browser.load(scratch["measuring.html"], width: 1400, scratch: scratch)
        let title = try #require(measured.document.firstMatch(of: #/<title>(.*?)<\/title>/#)).1.split(separator: " ")
        try #require(title.count == 9, "\(title)")
        // The bar at the side takes a few.
        let inner = try #require(Int(title[0]))
        #expect(inner > width - 20 && inner <= width)
        #expect(title[1] == title[0], "nothing is wider than the window")
        #expect(title[2...] == ["0", "0", "0", "4", "true", "true", "true"], "\(title)")
        #expect(!measured.log.contains("CONSOLE"), "\(measured.log)")
    }
}

/// Headless Chromium, where it is installed.
enum Browser {
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Loads a page in a window of some width; gives the document afterwards and what the browser printed.
    static func load(_ file: String, width: Int, scratch: Scratch) throws -> (document: String, log: String) {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--user-data-dir=\(scratch["profile"])", "--window-size=\(width),900", "--enable-logging=stderr",
            "--virtual-time-budget=2000", "--dump-dom", "file://\(file)",
        ]
        let names = ["dom-\(width)", "log-\(width)"]
        for name in names { try scratch.write(name, "") }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: scratch[names[0]]))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: scratch[names[1]]))
        try process.run()
        process.waitUntilExit()
        return (
            String(decoding: scratch.read(names[0]), as: UTF8.self),
            String(decoding: scratch.read(names[1]), as: UTF8.self)
        )
    }
}
