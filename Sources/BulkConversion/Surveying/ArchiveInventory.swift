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
    /// - Parameter form: name of the form in which it came.
    mutating func add(_ parts: CallParts, _ form: StaticString, _ line: Int, _ source: EntrySource) {
        let place = { "\(source.name):\(line)" }
        let name = "\(form)"
        counts[name, default: .init(name: name, count: 0, first: "")].count += 1
        if counts[name]?.count == 1 { counts[name]?.first = place() }
        if !parts.xml.isEmpty { reader.read(parts.xml, isDecoded: parts.isXMLDecoded, place: place) }
    }

    /// Forms of requests, the most frequent first.
    var forms: [RequestInventory.Count] { counts.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) } }

    /// What the requests say.
    mutating func requests() -> RequestInventory { reader.inventory() }
}
