@_spi(Package) import Bytes
import ConvertLead
import JSONText

extension RunReport {
    /// Archives listed.
    private static let archiveLimit = 20

    /// What was translated and how: all options in force, in words where a word is a choice.
    mutating func writeOptions() {
        beginSection("options", "Archives and options", "What was translated, and how.")
        page.markup("<dl>\n")
        for archive in run.archives.prefix(Self.archiveLimit) {
            writeOption("Archive", archive == "-" ? "standard input" : archive.withoutCredentials)
        }
        if run.archives.count > Self.archiveLimit {
            writeOption("Archives", "\((run.archives.count - Self.archiveLimit).grouped) more")
        }
        writeOption("Version", "convertlead \(BulkSummary.toolVersion)")
        writeOption("API version", options.apiVersion.rawValue)
        writeOption("API domain", options.apiDomain ?? "chosen by the v1 host")
        let assignee =
            switch options.unknownAssignee {
            case .reject: "refused"
            case .omit: "left out"
            case .fallback(let id): "replaced by the user \(id.digits)"
            }
        writeOption("Assignee without a user id", assignee)
        let label =
            switch options.unknownField {
            case .omit: "left out with a warning"
            case .reject: "refused"
            case .guess: "api name guessed, with a warning"
            }
        writeOption("Label without a field", label)
        writeOption("Value that does not fit", options.badValue == .reject ? "refused" : "left out with a warning")
        writeOption("Date order", options.dateOrder.rawValue)
        writeOption("Warnings", options.isStrict ? "refuse a request" : "do not refuse a request")
        writeOption(
            "Customer values", options.showsValues ? "quoted in findings of the results" : "not quoted in findings")
        // What is not set is not in force.
        if let leadID = options.leadID { writeOption("Lead id of requests without one", leadID.digits) }
        if let zone = options.node(of: "time-zone") { writeOption("Time zone", Self.shown(zone)) }
        if let defaults = options.node(of: "defaults") { writeOption("Defaults", Self.shown(defaults)) }
        if let labels = options.node(of: "labels") { writeOption("Labels mapped", Self.shown(labels)) }
        writeTables()
        if !run.columns.isEmpty { writeOption("Columns", run.columns.joined(separator: ", ")) }
        for pattern in run.excludes { writeOption("Left out", pattern) }
        if let limit = summary.limit { writeOption("Limit", limit.counted("request")) }
        if !run.fingerprint.isEmpty {
            writeOption("Fingerprint of options and tables", run.fingerprint)
        }
        page.markup("</dl>\n</section>\n")
    }

    private mutating func writeTables() {
        let tables = run.tables
        var known: [String] = []
        if !tables.users.users.isEmpty { known.append(tables.users.users.count.counted("user")) }
        known.append(tables.fields.fields.count.counted("field"))
        if !tables.roles.ids.isEmpty { known.append(tables.roles.ids.count.counted("contact role")) }
        for (name, table) in tables.lookups.sorted(by: { $0.key < $1.key }) {
            known.append("\(table.ids.count.counted("name")) for \(name)")
        }
        writeOption("Tables", known.joined(separator: ", "))
    }

    /// A setting on one line.
    private static func shown(_ node: OptionNode) -> String {
        var writer = JSONWriter(indent: false)
        node.write(to: &writer)
        let text = writer.buffer.string()
        return node.scalar ?? text
    }

    private mutating func writeOption(_ name: StaticString, _ value: String) {
        page.markup("<dt>\(name)</dt><dd><bdi>")
        page.escaped(value.shown(atMost: 300))
        page.markup("</bdi></dd>\n")
    }
}
