import ConvertLead

extension RunReport {
    /// Archives with figures of their own.
    private static let figureLimit = 100

    /// What became of each archive, when there are several.
    mutating func writeArchives() {
        guard summary.archives.count > 1 else { return }
        beginSection("archives", "Archives", "What became of the entries of each.")
        page.markup(
            """
            <table class="archives">
            <thead><tr><th scope="col">Archive</th><th scope="col" class="number">Read</th>\
            <th scope="col" class="number">Translated</th><th scope="col" class="number">With warnings</th>\
            <th scope="col" class="number">Refused</th><th scope="col" class="number">Skipped</th></tr></thead>
            <tbody>

            """)
        for archive in summary.archives.prefix(Self.figureLimit) {
            page.markup("<tr><th scope=\"row\"><bdi>")
            page.escaped(archive.name == "-" ? "standard input" : archive.name.shown(atMost: 300))
            page.markup("</bdi></th>")
            let outcome = archive.outcome
            for (name, count) in [
                ("Read", outcome.read), ("Translated", outcome.converted), ("With warnings", outcome.withWarnings),
                ("Refused", outcome.deadLetters), ("Skipped", outcome.skipped),
            ] {
                page.markup("<td class=\"number\" data-name=\"\(name)\">\(count.grouped)</td>")
            }
            page.markup("</tr>\n")
        }
        page.markup("</tbody>\n</table>\n")
        if summary.archives.count > Self.figureLimit {
            page.markup(
                "<p>\((summary.archives.count - Self.figureLimit).grouped) more are in <code>summary.json</code>.</p>\n"
            )
        }
        page.markup("</section>\n")
    }

    /// Requests for leads that were converted before.
    mutating func writeRepeated() {
        guard let repeated = summary.repeatedLeadIDs, repeated.count > 0 else { return }
        beginSection(
            "repeated", "Leads that occur again",
            "\(repeated.count.counted("translated request")) \(repeated.count == 1 ? "is" : "are") for a lead that an earlier "
                + "one converts. A lead can be converted only once, so the CRM refuses the later requests.")
        page.markup("<dl>\n<dt>Who acts</dt><dd>\(DiagnosticCode.Actor.owner.rawValue)</dd>\n")
        page.markup("<dt>What to do</dt><dd>Decide which request to send for each lead.</dd>\n")
        for (index, place) in repeated.places.enumerated() {
            page.markup("<dt>\(index == 0 ? "First at" : "Then at")</dt><dd><bdi><code>")
            page.escaped(place.shown(atMost: 300))
            page.markup("</code></bdi></dd>\n")
        }
        page.markup("</dl>\n</section>\n")
    }

    /// What a call costs, and what a plan has in 24 hours: without its users, for each of them, at most.
    ///
    /// Source: Zoho CRM API v2, "API limits"; its note calculates with a base of 5,000 credits for all plans.
    private static let creditsPerCall = 5
    private static let plans: [(name: String, base: Int, perUser: Int, most: Int)] = [
        ("Free", 5_000, 0, 5_000), ("Standard", 50_000, 250, 100_000), ("Professional", 50_000, 500, 3_000_000),
        ("Enterprise", 50_000, 1_000, 5_000_000), ("Ultimate", 50_000, 2_000, 0),
    ]

    /// What sending costs, and how long a plan's limit makes it.
    mutating func writeCredits() {
        guard summary.converted > 0 else { return }
        let credits = summary.converted * Self.creditsPerCall
        beginSection(
            "credits", "Credits and days",
            "A conversion costs \(Self.creditsPerCall) API credits, so sending takes \(credits.grouped). Other programs of the "
                + "organisation spend from the same credits.")
        page.markup(
            """
            <table>
            <thead><tr><th scope="col">Plan</th><th scope="col" class="number">Credits in 24 hours</th>\
            <th scope="col" class="number">Days</th></tr></thead>
            <tbody>

            """)
        for plan in Self.plans {
            let days = (credits + plan.base - 1) / plan.base
            page.markup("<tr><th scope=\"row\">\(plan.name)")
            if plan.perUser > 0 {
                page.markup(
                    "<span class=\"meaning\">and \(plan.perUser.grouped) for each user"
                        + (plan.most > 0 ? ", \(plan.most.grouped) at most" : "") + "</span>")
            }
            page.markup(
                "</th><td class=\"number\">\(plan.base.grouped)</td>"
                    + "<td class=\"number\">\(days == 1 ? "1" : "\(days.grouped)")</td></tr>\n")
        }
        page.markup(
            """
            </tbody>
            </table>
            <p class="meaning">The days leave out the credits for users. The figures are from Zoho's page on API limits of v2, where a note counts \
            5,000 credits for every plan: check the limit of your organisation before you plan with them.</p>
            </section>

            """)
    }

    /// A request in v1 and what it becomes with the options of the run. Its values are made up.
    mutating func writeExample() {
        guard let example = ExamplePair(run) else { return }
        beginSection(
            "example", "A request before and after",
            "A made-up request, translated with the options of this run. No value is a customer's.")
        page.markup("<div class=\"pair\">\n<figure><figcaption>v1: xmlData</figcaption>\n<pre>")
        page.escaped(lines: example.before)
        page.markup("</pre></figure>\n<figure><figcaption>\(options.apiVersion.rawValue): body</figcaption>\n<pre>")
        page.escaped(lines: example.after)
        page.markup("</pre></figure>\n</div>\n</section>\n")
    }
}

/// A made-up request, and its body with the options and tables of a run.
private struct ExamplePair {
    let before: String
    let after: String

    /// - Returns: `nil` when the options refuse the request, such as for a field that the organisation asks for.
    init?(_ run: RunFacts) {
        let date = run.options.dateOrder == .dayFirst ? "21/12/2018" : "12/21/2018"
        before = """
            <Potentials>
              <row no="1">
                <option val="createPotential">true</option>
                <option val="assignTo">5550000000000000001</option>
                <option val="notifyLeadOwner">true</option>
              </row>
              <row no="2">
                <FL val="Potential Name">Example</FL>
                <FL val="Closing Date">\(date)</FL>
                <FL val="Potential Stage">Qualification</FL>
                <FL val="Amount">1200.50</FL>
              </row>
            </Potentials>
            """
        var options = run.options
        options.isIndented = true
        options.isStrict = false
        var translator = Translator(tables: run.tables, options: options)
        let call = V1Call(xmlData: Array(before.utf8), isDecoded: true)
        guard let body = try? translator.translateBody(call).value else { return nil }
        after = String(decoding: body.bytes, as: UTF8.self)
    }
}
