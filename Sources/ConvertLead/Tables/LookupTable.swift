@_spi(Package) import Bytes
import JSONText

/// Ids of records by name, for lookup fields and contact roles: v1 names them, v2 takes ids.
public struct LookupTable: Sendable {
    /// Ids by name, in the table's own spelling. Names are compared exactly, after trimming.
    public package(set) var ids: [String: RecordID]

    /// A table of these names and ids.
    public init(_ ids: [String: RecordID] = [:]) { self.ids = ids }

    /// Adds the entries of one file, in any of these forms, recognised by content:
    ///
    /// - CSV with the header `name,id`. Any separator, a line `sep=;` before the header; further columns are ignored.
    /// - contact roles export: `{"contact_roles":[{"name":…,"id":…},…]}`, an array of roles, or roles line by line.
    ///
    /// UTF-8 and UTF-16 are read. When this throws, the table is as it was.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - source: its name, for diagnostics.
    ///   - kind: what its names are, for messages.
    ///
    /// Reports: `table.unreadable` (also for a file without names), `table.value` (an id that is not 1 to 20 digits), `table.conflict` (one name with two ids),
    /// `json.syntax`.
    /// Source: `GET /crm/v7/Contacts/roles`; Zoho.md, "Contact roles".
    public mutating func read(
        _ bytes: some Collection<UInt8>, source: String, as kind: Kind = .records
    ) throws(TranslationFailure) {
        var entries = ids
        try TableText.read(bytes, source: source, kind.table) { (text) throws(TranslationFailure) in
            let table = text.kind
            return switch text.form {
            case .json: try Self.readRoles(&text, into: &entries)
            case .csv: try Self.readCSV(&text, into: &entries)
            case .xml: throw text.failure(.tableUnreadable, at: 0, "This is XML, not \(table.name)\(table.hint)")
            }
        }
        ids = entries
    }

    /// What the names of a table are.
    public enum Kind: Sendable, Hashable {
        /// Contact roles.
        case contactRoles
        /// Records that a lookup field refers to.
        case records

        fileprivate var table: TableKind {
            switch self {
            case .contactRoles:
                TableKind(
                    name: "a contact roles export", entries: "contact roles", origin: "GET /crm/v7/Contacts/roles",
                    header: "name,id")
            case .records: TableKind(name: "a table of names and ids", entries: "names", header: "name,id")
            }
        }
    }

    private static func readCSV(
        _ text: inout TableText, into entries: inout [String: RecordID]
    ) throws(TranslationFailure) -> Int {
        var count = 0
        try text.readCSV(required: ["name", "id"]) { (text, cells) throws(TranslationFailure) in
            count += 1
            guard let name = cells[0], let cell = cells[1], let id = try text.recordID(in: cell) else { return }
            try add(name.text, id, at: name.offset, path: "", &text, into: &entries)
        }
        return count
    }

    private static func readRoles(
        _ text: inout TableText, into entries: inout [String: RecordID]
    ) throws(TranslationFailure) -> Int {
        var (read, count) = (entries, 0)
        try text.forEachEntry(of: "contact_roles") { role, reader in
            reader.member("id", of: role) != nil && reader.member("name", of: role) != nil
        } _: { (text, role, path, reader) throws(TranslationFailure) in
            count += 1
            guard let id = try text.recordID(in: role, path: path, reader) else { return }
            let name = reader.member("name", of: role)
            let isText = name.map { reader.kind(of: $0) == .string } ?? false
            let place = reader.offset(of: name ?? role)
            try add(
                isText ? reader.text(of: name ?? role) : "", id, at: place, path: path + ".name", &text, into: &read)
        }
        entries = read
        return count
    }

    private static func add(
        _ name: String, _ id: RecordID, at offset: Int, path: String, _ text: inout TableText,
        into entries: inout [String: RecordID]
    ) throws(TranslationFailure) {
        var name = name
        name = name.withByteView { $0.trimmingWhitespace.text }
        guard !name.isEmpty else {
            try text.report(.tableValue, at: offset, path: path, "The name is missing")
            return
        }
        if let other = entries[name], other != id {
            try text.report(.tableConflict, at: offset, path: path, "\"\(name)\" has two ids, \(other) and \(id)")
        }
        entries[name] = id
    }
}
