@_spi(Package) import Bytes
import JSONText

/// Ids of records by name, for lookup fields and contact roles: v1 names them, v2 takes ids.
public struct LookupTable: Sendable {
    /// Ids by name, in the table's own spelling. Names are compared exactly, after trimming.
    public package(set) var ids: [String: RecordID]

    /// A table of these names and ids.
    public init(_ ids: [String: RecordID] = [:]) { self.ids = ids }

    /// Adds the entries of a CSV file with the header `name,id`.
    ///
    /// Any separator, a line `sep=;` before the header, UTF-8 or UTF-16; further columns are ignored. When this throws, the table
    /// is as it was.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - source: its name, for diagnostics.
    ///
    /// Reports: `table.unreadable`, `table.value` (an id that is not 1 to 20 digits), `table.conflict` (one name with two ids).
    public mutating func read(_ bytes: [UInt8], source: String) throws(TranslationFailure) {
        var entries = ids
        try TableText.read(bytes, source: source, Self.kind) { (text) throws(TranslationFailure) in
            guard text.form == .csv else {
                throw text.failure(.tableUnreadable, at: 0, "This is not a table in CSV with the header name,id")
            }
            try Self.readCSV(&text, into: &entries)
        }
        ids = entries
    }

    /// Adds the roles of a contact roles export: `{"contact_roles":[{"name":…,"id":…},…]}`, an array of roles, or roles line by
    /// line; or a CSV file as ``read(_:source:)`` takes it. When this throws, the table is as it was.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - source: its name, for diagnostics.
    ///
    /// Reports: `json.syntax`, `table.unreadable`, `table.value`, `table.conflict`.
    /// Source: `GET /crm/v7/Contacts/roles`; Zoho.md, "Contact roles".
    public mutating func readRoles(_ bytes: [UInt8], source: String) throws(TranslationFailure) {
        var entries = ids
        try TableText.read(bytes, source: source, Self.rolesKind) { (text) throws(TranslationFailure) in
            switch text.form {
            case .json: try Self.readRolesJSON(&text, into: &entries)
            case .csv: try Self.readCSV(&text, into: &entries)
            case .xml:
                throw text.failure(
                    .tableUnreadable, at: 0, "This is XML, not \(Self.rolesKind.name)\(Self.rolesKind.hint)")
            }
        }
        ids = entries
    }

    private static let kind = TableKind(name: "a table of names and ids")
    private static let rolesKind = TableKind(name: "a contact roles export", origin: "GET /crm/v2/Contacts/roles")

    private static func readCSV(
        _ text: inout TableText, into entries: inout [String: RecordID]
    ) throws(TranslationFailure) {
        try text.readCSV(required: ["name", "id"]) { (text, cells) throws(TranslationFailure) in
            guard let name = cells[0], let cell = cells[1], let id = try text.recordID(in: cell) else { return }
            try add(name.text, id, at: name.offset, path: "", &text, into: &entries)
        }
    }

    private static func readRolesJSON(
        _ text: inout TableText, into entries: inout [String: RecordID]
    ) throws(TranslationFailure) {
        var read = entries
        try text.forEachEntry(of: "contact_roles") { role, reader in
            reader.member("id", of: role) != nil && reader.member("name", of: role) != nil
        } _: { (text, role, path, reader) throws(TranslationFailure) in
            guard let id = try text.recordID(in: role, path: path, reader) else { return }
            let name = reader.member("name", of: role)
            let isText = name.map { reader.kind(of: $0) == .string } ?? false
            let place = reader.offset(of: name ?? role)
            try add(
                isText ? reader.text(of: name ?? role) : "", id, at: place, path: path + ".name", &text, into: &read)
        }
        entries = read
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
