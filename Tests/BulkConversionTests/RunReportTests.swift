@_spi(Package) import Bytes
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
            // The number as `sha256sum` gives it.
            let hash = SHA256.hash(of: scratch.read("out-\(jobs)/converted.ndjson"))
            let report = RunReport(
                summary, of: RunFacts(archives: [ArchiveSamples.directory.path], convertedHash: hash))
            #expect(scratch.read("out-\(jobs)/report.html") == Data(report.html))
            #expect(
                String(decoding: report.html, as: UTF8.self).contains("<code id=\"converted-sha256\">\(hash)</code>"))
        }
    }

    @Test("It says which archives were translated and with which options")
    func options() throws {
        var options = TranslationOptions()
        options.unknownAssignee = .fallback(try #require(RecordID("5550000000105001")))
        options.apiVersion = .v7
        options.dateOrder = .dayFirst
        let archives = ["old/<2018>", "-"] + (1...30).map { "more-\($0)" }
        options.labels = [.init(label: "Hat", apiName: "Hat__c")]
        let facts = RunFacts(
            archives: archives, options: options, columns: ["leadId", "xmlData"], excludes: ["*.log"],
            fingerprint: "abc123")
        let page = String(decoding: RunReport(Self.full, of: facts).html, as: UTF8.self)
        for text in [
            "old/&lt;2018&gt;", "standard input", "more-18<", "12 more", "v7", "day-first",
            "replaced by the user 5550000000105001", "chosen by the v1 host", "convertlead 1.0.0", "leadId, xmlData",
            "*.log", "abc123", "Hat__c",
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
            "v1.value.date", "300 times", "a.ndjson:9", DiagnosticCode.valueDate.advice.dropFirst().description,
            "nobody@left.example",
            "&lt;b&gt;:7", "dead-letters.ndjson", "times",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        let dates = page.range(of: "<code>v1.value.date</code>")
        let users = page.range(of: "<code>lookup.user.missing</code>")
        #expect(dates != nil && users != nil && dates!.lowerBound < users!.lowerBound)
    }

    @Test("The verdict names the most frequent cause in words, who acts, and what to do")
    func verdict() {
        let refused = Verdict(Self.full)
        #expect(
            refused.reason.hasPrefix("Most frequent reason (300 of 340): \(DiagnosticCode.valueDate.words.heading)"))
        #expect(
            refused.reason.contains(
                " Who acts: the owner of the archive. \(DiagnosticCode.valueDate.advice.asSentence)"))
        #expect(!refused.reason.contains("v1.value.date"))
        var summary = Self.full
        summary.findings.removeAll { $0.code == .valueDate }
        #expect(Verdict(summary).reason.contains("(40 of 40)"))
        #expect(Verdict(summary).reason.contains("Who acts: the CRM administrator."))
        (summary.read, summary.deadLetters) = (12_000, 0)
        #expect(Verdict(summary).reason.hasPrefix("Most frequent warning (50 of 50)"))
        summary.withWarnings = 0
        summary.findings = []
        #expect(Verdict(summary).reason.isEmpty)
        #expect(Verdict(BulkSummary()).reason.contains("the person who runs convertlead"))
    }

    @Test(
        "The heading of each finding is a sentence of words, and what follows is not lost",
        arguments: DiagnosticCode.allCases)
    func words(_ code: DiagnosticCode) {
        let words = code.words
        #expect(words.heading.hasSuffix(".") && words.heading.contains(" "))
        #expect(words.rest.isEmpty ? words.heading == code.cause : "\(words.heading) \(words.rest)" == code.cause)
    }

    @Test("Figures of each archive are in summary and report, the same after a stop and for any number of workers")
    func archives() throws {
        let scratch = try Scratch()
        try scratch.write("in/a.ndjson", Requests.ndjson(120, seed: 21))
        try scratch.write("in/b/1.xml", "<Potentials/>")
        try scratch.write("in/b/2.ndjson", Requests.ndjson(30, seed: 22))
        try scratch.write("in/c.txt", "<success/>\n")
        let archives = ["a.ndjson", "b", "c.txt"].map { scratch["in/" + $0] }
        func run(_ jobs: Int, into name: String, limit: Int = 0) throws -> BulkSummary {
            var settings = BulkSettings()
            (settings.jobs, settings.chunkSize, settings.checkpointInterval) = (jobs, 700, 0)
            settings.resumes = scratch.exists(name)
            settings.mostDeadLetters = limit > 0 ? limit : nil
            return try Bulk.run(archives, into: scratch[name], settings: settings)
        }
        let whole = try run(1, into: "whole")
        #expect(whole.archives.map(\.name) == archives)
        #expect(whole.archives[0].outcome.read == 120 && whole.archives[2].outcome.skipped == 1)
        #expect(whole.archives.reduce(0) { $0 + $1.outcome.read } == whole.read)
        #expect(whole.archives.reduce(0) { $0 + $1.outcome.deadLetters } == whole.deadLetters)
        for (index, archive) in archives.enumerated() {
            let alone = try Bulk.run([archive], into: scratch["alone-\(index)"])
            #expect(alone.archives[0] == whole.archives[index])
        }
        _ = try run(3, into: "many")
        #expect(throws: BulkFailure.self) { try run(2, into: "stopped", limit: 5) }
        _ = try run(2, into: "stopped")
        for name in ["summary.json", "report.html", "converted.ndjson"] {
            #expect(scratch.read("many/" + name) == scratch.read("whole/" + name), "\(name)")
            #expect(scratch.read("stopped/" + name) == scratch.read("whole/" + name), "\(name)")
        }
        let page = String(decoding: scratch.read("whole/report.html"), as: UTF8.self)
        #expect(page.contains("<td class=\"number\" data-name=\"Read\">120</td>"))
        #expect(BulkSummary(json: scratch.read("whole/summary.json").map { $0 })?.archives == whole.archives)
    }

    @Test("More archives than are counted apart are counted together at the end")
    func manyArchives() throws {
        var tally = Tally()
        for archive in 0..<1_200 {
            var chunk = Tally()
            chunk.begin(archive: archive)
            (chunk.read, chunk.converted) = (3, 2)
            chunk.endArchive()
            tally.add(chunk)
        }
        let summary = tally.summary(of: (0..<1_200).map { "\($0)" })
        #expect(summary.archives.count == 1_000)
        #expect(summary.archives[998].name == "998" && summary.archives[998].outcome.read == 3)
        #expect(summary.archives[999].name == "(others)" && summary.archives[999].outcome.read == 3 * 201)
    }

    @Test("Credits and days of the plans are of the translated requests")
    func credits() {
        let page = Self.page(Self.full)
        #expect(page.contains("sending takes 60,000."))
        let days = page.matches(
            of:
                #/(\w+)(?:<span class="meaning">[^<]*<\/span>)?<\/th><td class="number">([\d,]+)<\/td><td class="number">(\d+)<\/td>/#
        )
        #expect(
            days.map { "\($0.1) \($0.2) \($0.3)" } == [
                "Free 5,000 12", "Standard 50,000 2", "Professional 50,000 2", "Enterprise 50,000 2",
                "Ultimate 50,000 2",
            ])
        var none = BulkSummary()
        (none.read, none.deadLetters) = (1, 1)
        #expect(!Self.page(none).contains("id=\"credits\""))
    }

    @Test("Leads that occur again are named with their places")
    func repeated() {
        var summary = Self.full
        #expect(!Self.page(summary).contains("id=\"repeated\""))
        summary.repeatedLeadIDs = .init(count: 7, places: ["a.ndjson:4", "b.ndjson:<9>"])
        let page = Self.page(summary)
        #expect(page.contains("7 translated requests are for a lead that an earlier one converts."))
        #expect(page.contains("a.ndjson:4") && page.contains("b.ndjson:&lt;9&gt;"))
    }

    @Test(
        "A made-up request shows what the options do, and is left out where they refuse it",
        arguments: [APIVersion.v2, .v8])
    func example(_ version: APIVersion) {
        var options = TranslationOptions()
        options.apiVersion = version
        options.dateOrder = .dayFirst
        options.setDealDefault("Pipeline", .string("Standard (Standard)"))
        let page = String(decoding: RunReport(Self.full, of: RunFacts(options: options)).html, as: UTF8.self)
        #expect(page.contains("&lt;FL val=&quot;Closing Date&quot;&gt;21/12/2018&lt;/FL&gt;"))
        #expect(page.contains("&quot;Closing_Date&quot;: &quot;2018-12-21&quot;"))
        #expect(page.contains("&quot;Pipeline&quot;: &quot;Standard (Standard)&quot;"))
        let assignee = version == .v2 ? "&quot;assign_to&quot;: &quot;555" : "&quot;assign_to&quot;: {"
        #expect(page.contains(assignee))
        options.unknownField = .reject
        options.setDealDefault("Stage", .list(["a", "b"]))
        options.setDealDefault("Closing_Date", .string("never"))
        let other = String(decoding: RunReport(Self.full, of: RunFacts(options: options)).html, as: UTF8.self)
        #expect(other.contains("id=\"example\"") == other.contains("<pre>"))
    }

    @Test("Text is easy to read on every background, in light, dark and print")
    func contrast() throws {
        let schemes = RunReport.style.matches(of: #/:root \{([^}]*)\}/#).map { match in
            Dictionary(
                match.1.matches(of: #/--(\w+): #([0-9a-f]+)/#).map { (String($0.1), String($0.2)) }
            ) { $1 }
        }
        #expect(schemes.count == 3)
        func luminance(_ digits: String) throws -> Double {
            let six = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : digits
            let value = try #require(UInt32(six, radix: 16))
            let parts = [16, 8, 0].map { shift -> Double in
                let part = Double(value >> UInt32(shift) & 0xFF) / 255
                return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        for scheme in schemes {
            for text in ["ink", "soft", "fair", "bad"] {
                for background in ["page", "card", "code"] {
                    let (a, b) = (
                        try luminance(#require(scheme[text])), try luminance(#require(scheme[background]))
                    )
                    let ratio = (max(a, b) + 0.05) / (min(a, b) + 0.05)
                    #expect(ratio >= 4.5, "\(text) on \(background): \(ratio)")
                }
            }
        }
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

extension SHA256 {
    fileprivate static func hash(of data: Data) -> String {
        var hash = SHA256()
        Array(data).withByteView { hash.add($0) }
        return hash.hexadecimal
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
