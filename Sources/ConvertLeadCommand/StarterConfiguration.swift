import BulkConversion
import ConvertLead

import Platform

/// A configuration to begin with: the options a survey was taken with, and commented proposals for what is missing.
///
/// It is a valid configuration, and does what those options did; only the order of day and month is what all
/// dates of the archives speak for.
struct StarterConfiguration {
    private let survey: Survey
    private var options: TranslationOptions
    private let files: SettingsFiles
    /// Directory of the file with a slash at its end; empty for the working directory.
    private let directory: String
    private var lines: [String] = []

    /// Proposals listed of each sort.
    private static let listLimit = 1000

    init(_ survey: Survey, _ settings: Settings, path: String) {
        self.survey = survey
        options = settings.options
        files = settings.files
        directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// The YAML, with a line feed at the end.
    var text: String {
        var configuration = self
        configuration.write()
        return configuration.lines.joined(separator: "\n") + "\n"
    }

    private mutating func write() {
        let summary = survey.summary
        explain(
            "Configuration for convertlead, started by a survey of \(summary.requests.counted("request")): with it "
                + "\(summary.converted.grouped) \(summary.converted == 1 ? "is" : "are") translated and "
                + "\(summary.deadLetters.grouped) \(summary.deadLetters == 1 ? "is a dead letter" : "are dead letters")."
        )
        explain("Lines with ## explain; remove the # of a setting to use it. Files are relative to this one.")
        writeUsers()
        writeFields()
        writeDates()
        writeTarget()
        writeLabels()
        writeDefaults()
        if !options.errorCodes.isEmpty { begin("errors") }
    }

    private mutating func explain(_ text: String, indent: String = "") { lines.append("\(indent)## \(text)") }

    private mutating func explain(_ count: Int, _ noun: String, _ has: String, _ have: String) {
        if count > 0 { explain("\(count.counted(noun)) \(count == 1 ? has : have)") }
    }

    /// Writes an option as it is in force; of a section that is empty only its name.
    private mutating func set(_ name: String) {
        lines += options.node(of: name)?.yaml(name) ?? ["\(name):"]
    }

    /// Writes an option after an empty line.
    private mutating func begin(_ name: String) {
        lines.append("")
        set(name)
    }

    private mutating func set(_ name: String, orPropose proposal: String) {
        if options.node(of: name) == nil { propose(name, proposal) } else { set(name) }
    }

    private mutating func propose(_ name: String, _ value: String, indent: String = "") {
        lines.append("\(indent)# \(name): \(value)")
    }

    private mutating func write(files: [String], as name: String, orPropose proposal: String) {
        if files.isEmpty {
            propose(name, proposal)
        } else {
            lines += list(files).yaml(name)
        }
    }

    // MARK: Sections

    private mutating func writeUsers() {
        lines.append("")
        explain("Users, e-mail to id: the users export of v2 (JSON), getUsers of v1 (XML), or CSV with email,id.")
        write(files: files.users, as: "users", orPropose: "users.json")
        let unknown = survey.requests.unknownAssignees
        explain("For an assignee without a user id: reject the request, omit assign_to, or send this user id.")
        explain(unknown.count, "assignee", "has none:", "have none:")
        for assignee in unknown.prefix(Self.listLimit) {
            let name = OptionNode.quoted(assignee.assignee.name)
            explain("  \(name) \(Self.place(assignee.assignee)), \(assignee.status.rawValue)")
        }
        set("unknown-assignee")
    }

    private mutating func writeFields() {
        lines.append("")
        explain("Fields of Deals: the field export of v2 (JSON), getFields of v1 (XML), or both.")
        write(files: files.fields, as: "fields", orPropose: "fields.json")
        explain("For a field without an api name: warn (it is left out), reject the request, or guess the name.")
        set("unknown-field")
        explain("For a value that does not fit: reject the request, or omit the field.")
        set("bad-value")
        let strangers = (survey.requests.stages + survey.requests.choices).filter { $0.isKnown == false }
        if !strangers.isEmpty { explain("Values that are not in their picklist; the CRM may refuse them:") }
        for choice in strangers.prefix(Self.listLimit) {
            explain("  \(choice.field): \(OptionNode.quoted(choice.value.name)) \(Self.place(choice.value))")
        }
        lines.append("")
        explain("Contact roles and other lookups, name to id. Roles are sent from v7 on.")
        write(files: files.roles, as: "roles", orPropose: "roles.json")
        if files.lookups.isEmpty {
            propose("lookup", "{Campaign_Source: campaigns.csv}")
        } else {
            var names: [String] = []
            for lookup in files.lookups where !names.contains(lookup.apiName) { names.append(lookup.apiName) }
            let members = names.map { name in
                OptionNode.Member(name, list(files.lookups.filter { $0.apiName == name }.map(\.path)))
            }
            lines += OptionNode(.mapping(members)).yaml("lookup")
        }
    }

    private mutating func writeDates() {
        lines.append("")
        explain("How to read 05/06/2018: month-first or day-first. Dates in the archives:")
        for dates in survey.requests.dates {
            let advice = dates.form.advice(options.dateOrder).map { "; \($0)" } ?? ""
            explain(
                "  \(dates.form.rawValue), such as \(dates.form.example): \(dates.count.counted("time")), first at "
                    + "\(Self.plain(dates.first))\(advice)"
            )
        }
        let surveyed = options.dateOrder
        options.dateOrder = survey.requests.dateOrder ?? surveyed
        if survey.requests.hasContradictingDates {
            explain(
                "Some can only be month-first and some only day-first: split the archive, with an order for each part.")
        } else if options.dateOrder != surveyed {
            explain("They are \(options.dateOrder.rawValue); the survey was taken with \(surveyed.rawValue).")
        }
        set("date-order")
        explain("Time zone for times without an offset: +05:30, or a name such as Europe/Paris.")
        explain(survey.requests.timesWithoutOffset, "time", "in the archives needs it.", "in the archives need it.")
        set("time-zone", orPropose: "Europe/Paris")
    }

    private mutating func writeTarget() {
        lines.append("")
        explain("The API that the calls are for.")
        set("api-version")
        set("api-domain", orPropose: "www.zohoapis.eu")
        if options.leadID != nil { set("lead-id") }
        if options.isStrict { set("strict") }
        if options.showsValues { set("show-values") }
        if !options.isIndented { set("compact") }
    }

    private mutating func writeLabels() {
        lines.append("")
        explain("v1 label: api name. These win over every table.")
        set("labels")
        let unknown = survey.requests.unknownLabels
        if !unknown.isEmpty {
            explain(
                unknown.count == 1
                    ? "1 label has no field; check the guessed api name:"
                    : "\(unknown.count.grouped) labels have no field; check the guessed api names:",
                indent: "  ")
        }
        for label in unknown.prefix(Self.listLimit) {
            explain(Self.place(label.label), indent: "  ")
            let guess = label.proposal.flatMap { $0.first?.isLetter == true ? $0 : nil }
            // Without quotes YAML takes this word for nothing.
            let isNull = guess?.lowercased() == "null"
            propose(
                OptionNode.quoted(label.label.name),
                guess.map { isNull ? OptionNode.quoted($0) : $0 } ?? "Api_Name", indent: "  ")
        }
    }

    private mutating func writeDefaults() {
        lines.append("")
        explain("Defaults for what requests leave open: overwrite, and deal fields by api name.")
        set("defaults")
        if options.overwriteDefault == nil { propose("overwrite", "false", indent: "  ") }
        func hasDefault(_ apiName: String) -> Bool { options.dealDefaults.contains { $0.apiName == apiName } }
        if !hasDefault("Pipeline") { propose("Pipeline", "\"Standard (Standard)\"", indent: "  ") }
        if !hasDefault("Stage") { propose("Stage", "\"Qualification\"", indent: "  ") }
    }

    // MARK: Values

    /// A path as seen from the file's directory; an absolute one stays as it is.
    private func located(_ path: String) -> String {
        guard !path.hasPrefix("/"), !directory.isEmpty, let from = Self.resolved(directory),
            let to = Self.resolved(path)
        else { return path }
        let shared = zip(from, to).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: from.count - shared) + to.dropFirst(shared)).joined(separator: "/")
    }

    /// The names on the way from the root to a path, without links; `nil` when it leads nowhere.
    private static func resolved(_ path: String) -> [String]? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved).split(separator: "/").map(String.init)
    }

    private static func place(_ count: RequestInventory.Count) -> String {
        "\(count.count.counted("time")), first at \(plain(count.first))"
    }

    /// Text for a comment.
    private static func plain(_ text: String) -> String { text.shown(atMost: 300) }

    private func list(_ paths: [String]) -> OptionNode { OptionNode(.list(paths.map { .text(located($0)) })) }
}
