import Bytes
import ConvertLead

/// Counts the forms in which requests come, and what they say.
struct ArchiveInventory: ~Copyable {
    private var reader: RequestInventoryReader
    private var counts: [String: RequestInventory.Count] = [:]

    init(tables: OrganizationTables, options: TranslationOptions) {
        reader = RequestInventoryReader(tables: tables, options: options)
    }

    /// Counts a request that was just read.
    ///
    /// - Parameters:
    ///   - lineForm: what its text looks like; counts for entries that are lines.
    ///   - form: what the archive says it is.
    mutating func add(
        _ entry: borrowing EntryReader, _ lineForm: LineForm?, _ form: ChunkRun.Form, line: Int,
        from source: EntrySource
    ) {
        let place = { "\(source.name):\(line)" }
        let name =
            entry.isExchange ? "request in a HAR file or Postman collection" : Self.name(of: form, lineForm, source)
        counts[name, default: .init(name: name, count: 0, first: "")].count += 1
        if counts[name]?.count == 1 { counts[name]?.first = place() }
        if !entry.xml.isEmpty { reader.read(entry.xml, isDecoded: entry.isXMLDecoded, place: place) }
    }

    private static func name(of form: ChunkRun.Form, _ lineForm: LineForm?, _ source: EntrySource) -> String {
        switch form {
        case .xml, .file: "XML file"
        case .json: lineForm == .json ? "JSON value" : "text in a JSON value"
        case .http: "HTTP request"
        case .phpLog: "PHP debug log entry"
        case .curl: "curl command"
        case .row:
            switch source.rowSyntax {
            case .sql, .copied: "row of an SQL dump"
            case .separated, .none: "row of a CSV table"
            }
        case .lines, .text, .problem, .skip:
            switch lineForm {
            case .json: "JSON line"
            case .xml: "XML document on a line"
            case .url: "URL"
            case .accessLog: "access log line"
            case .curl: "curl command"
            case .form: "form body"
            case .embedded: "log line with a call in it"
            case nil: "unrecognised text"
            }
        }
    }

    /// Forms of requests, the most frequent first.
    var forms: [RequestInventory.Count] { counts.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) } }

    /// What the requests say.
    mutating func requests() -> RequestInventory { reader.inventory() }
}
