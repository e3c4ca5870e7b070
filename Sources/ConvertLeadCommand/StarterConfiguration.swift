import BulkConversion
import ConvertLead

import Platform

/// A configuration to begin with: the options a survey was taken with, and commented proposals for what is missing.
///
/// It is a valid configuration as it stands, and does what those options did; only the order of day and month is what all
/// dates of the archives speak for.
struct StarterConfiguration {
    private let survey: Survey
    private let options: TranslationOptions
    private let timeZoneName: String?
    private let files: SettingsFiles
    /// Directory of the file with a slash at its end; empty for the working directory.
    private let directory: String
    private var lines: [String] = []

    /// Proposals listed of each sort.
    private static let listLimit = 1000

    init(_ survey: Survey, _ settings: Settings, path: String) {
        self.survey = survey
        options = settings.options
        timeZoneName = settings.timeZoneName
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
            "Configuration for convertlead, begun by a survey of \(summary.requests.counted("request")): with it "
                + "\(summary.converted.grouped) \(summary.converted == 1 ? "is" : "are") translated and "
                + "\(summary.deadLetters.grouped) \(summary.deadLetters == 1 ? "is a dead letter" : "are dead letters")."
        )
        explain("Lines with ## explain; take the # from a setting to use it. Files are relative to this one.")
        writeUsers()
        writeFields()
        writeDates()
        writeTarget()
        writeLabels()
        writeDefaults()
        if !options.errorCodes.isEmpty {
            lines += ["", "errors:"]
            for (code, number) in options.errorCodes.sorted(by: { $0.key < $1.key }) {
                lines.append("  \(Self.quoted(code)): \(Self.quoted(number))")
            }
        }
    }

    private mutating func explain(_ text: String, indent: String = "") { lines.append("\(indent)## \(text)") }

    private mutating func set(_ name: String, _ value: String) { lines.append("\(name): \(value)") }

    private mutating func propose(_ name: String, _ value: String, indent: String = "") {
        lines.append("\(indent)# \(name): \(value)")
    }

    private mutating func write(files: [String], as name: String, orPropose proposal: String) {
        if files.isEmpty {
            propose(name, proposal)
        } else {
            set(name, Self.list(files.map(located)))
        }
    }

    // MARK: Sections

    private mutating func writeUsers() {
        lines.append("")
        explain("Users, e-mail to id: the users export of v2 (JSON), getUsers of v1 (XML), or CSV with email,id.")
        write(files: files.users, as: "users", orPropose: "users.json")
        let unknown = survey.requests.unknownAssignees
        explain("What becomes of requests whose assignee has no user id: reject, omit, or a user id to fall back to.")
        if !unknown.isEmpty {
            explain("\(unknown.count.counted("assignee")) \(unknown.count == 1 ? "has" : "have") none:")
        }
        for assignee in unknown.prefix(Self.listLimit) {
            explain(
                "  \(Self.quoted(assignee.assignee.name)) \(Self.place(assignee.assignee)), \(assignee.status.rawValue)"
            )
        }
        let choice =
            switch options.unknownAssignee {
            case .reject: "reject"
            case .omit: "omit"
            case .fallback(let id): Self.quoted(id.digits)
            }
        set("unknown-assignee", choice)
    }

    private mutating func writeFields() {
        lines.append("")
        explain("Fields of Deals: the field export of v2 (JSON), getFields of v1 (XML), or both.")
        write(files: files.fields, as: "fields", orPropose: "fields.json")
        explain("What becomes of fields without an api name: warn (left out), reject, or guess.")
        set("unknown-field", options.unknownField.rawValue)
        explain("What becomes of values that do not fit: reject the request, or omit the field.")
        set("bad-value", options.badValue.rawValue)
        let strangers = (survey.requests.stages + survey.requests.choices).filter { $0.isKnown == false }
        if !strangers.isEmpty { explain("Values that are not in their picklist; the CRM may refuse them:") }
        for choice in strangers.prefix(Self.listLimit) {
            explain("  \(choice.field): \(Self.quoted(choice.value.name)) \(Self.place(choice.value))")
        }
        lines.append("")
        explain("Contact roles and other lookups, name to id. Roles are sent from v7 on.")
        write(files: files.roles, as: "roles", orPropose: "roles.json")
        if files.lookups.isEmpty {
            propose("lookup", "{Campaign_Source: campaigns.csv}")
        } else {
            lines.append("lookup:")
            var names: [String] = []
            for lookup in files.lookups where !names.contains(lookup.apiName) { names.append(lookup.apiName) }
            for name in names {
                let paths = files.lookups.filter { $0.apiName == name }.map { located($0.path) }
                lines.append("  \(Self.quoted(name)): \(Self.list(paths))")
            }
        }
    }

    private mutating func writeDates() {
        lines.append("")
        explain("How 05/06/2018 is read: month-first or day-first. Dates in the archives:")
        for dates in survey.requests.dates {
            let example = dates.form.example.isEmpty ? "" : ", such as \(dates.form.example)"
            explain(
                "  \(dates.form.rawValue)\(example): \(dates.count.counted("time")), first at \(Self.plain(dates.first))"
            )
        }
        let order = survey.requests.dateOrder ?? options.dateOrder
        if survey.requests.hasContradictingDates {
            explain("Some can only be month-first and some only day-first: give each part of the archive its own.")
        } else if order != options.dateOrder {
            explain("They speak for \(order.rawValue); the survey was taken with \(options.dateOrder.rawValue).")
        }
        set("date-order", order.rawValue)
        explain("Zone of times without an offset: +05:30, or a name such as Europe/Paris.")
        if survey.requests.timesWithoutOffset > 0 {
            let count = survey.requests.timesWithoutOffset
            explain("\(count.counted("time")) in the archives \(count == 1 ? "needs" : "need") it.")
        }
        if let timeZoneName {
            set("time-zone", Self.quoted(timeZoneName))
        } else {
            propose("time-zone", "Europe/Paris")
        }
    }

    private mutating func writeTarget() {
        lines.append("")
        explain("The API that the calls are for.")
        set("api-version", options.apiVersion.rawValue)
        if let domain = options.apiDomain {
            set("api-domain", Self.quoted(domain))
        } else {
            propose("api-domain", "www.zohoapis.eu")
        }
        if let id = options.leadID { set("lead-id", Self.quoted(id.digits)) }
        if options.isStrict { set("strict", "true") }
        if options.showsValues { set("show-values", "true") }
        if !options.isIndented { set("compact", "true") }
    }

    private mutating func writeLabels() {
        lines.append("")
        explain("v1 label: api name. What stands here wins over every table.")
        lines.append("labels:")
        for (label, apiName) in options.labels { lines.append("  \(Self.quoted(label)): \(Self.quoted(apiName))") }
        let unknown = survey.requests.unknownLabels
        if !unknown.isEmpty {
            explain(
                unknown.count == 1
                    ? "1 label has no field; its api name is a guess to be checked:"
                    : "\(unknown.count.grouped) labels have no field; the api names are guesses to be checked:",
                indent: "  ")
        }
        for label in unknown.prefix(Self.listLimit) {
            explain(Self.place(label.label), indent: "  ")
            let guess = label.proposal.flatMap { $0.first?.isLetter == true ? $0 : nil }
            // Without quotes YAML takes this word for nothing.
            let isNull = guess?.lowercased() == "null"
            propose(
                Self.quoted(label.label.name), guess.map { isNull ? Self.quoted($0) : $0 } ?? "Api_Name", indent: "  ")
        }
    }

    private mutating func writeDefaults() {
        lines.append("")
        explain("What requests do not say: overwrite, and fields of the deal by api name.")
        lines.append("defaults:")
        if let overwrite = options.overwriteDefault {
            lines.append("  overwrite: \(overwrite)")
        } else {
            propose("overwrite", "false", indent: "  ")
        }
        for (name, value) in options.dealDefaults {
            switch value {
            case .string(let text): lines.append("  \(name): \(Self.quoted(text))")
            case .number(let digits): lines.append("  \(name): \(digits)")
            case .boolean(let value): lines.append("  \(name): \(value)")
            }
        }
        if !options.dealDefaults.contains(where: { $0.apiName == "Pipeline" }) {
            propose("Pipeline", "\"Standard (Standard)\"", indent: "  ")
        }
        for (apiName, label) in StandardFields.mandatory
        where !options.dealDefaults.contains(where: { $0.apiName == apiName }) && apiName == "Stage" {
            explain("For deals that name no \"\(label)\":", indent: "  ")
            propose(apiName, "\"Qualification\"", indent: "  ")
        }
        if !options.carryOverTags.isEmpty {
            lines.append("  carry_over_tags:")
            for (module, tags) in options.carryOverTags { lines.append("    \(module): \(Self.list(tags))") }
        }
    }

    // MARK: Values

    /// A path as seen from the file's directory: made absolute when that is another than the working directory.
    private func located(_ path: String) -> String {
        guard !path.hasPrefix("/"), !directory.isEmpty, let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func place(_ count: RequestInventory.Count) -> String {
        "\(count.count.counted("time")), first at \(plain(count.first))"
    }

    /// Text for a comment.
    private static func plain(_ text: String) -> String { text.shown(atMost: 300) }

    private static func list(_ texts: [String]) -> String {
        "[" + texts.map(quoted).joined(separator: ", ") + "]"
    }

    /// Text in double quotes, with everything escaped that YAML or a terminal could take for something else.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value >= 0x20 && scalar.value < 0x7F: quoted.unicodeScalars.append(scalar)
            case _ where String(scalar).shown() == String(scalar) && scalar.value != 0xFEFF:
                quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
