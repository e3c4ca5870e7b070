import Bytes
import JSONText

/// Records by name, for lookup fields and contact roles that v1 gave by name and v2 takes by id.
public struct LookupTable: Sendable {
    /// Ids by name, in the table's own spelling. Names are compared exactly, after trimming.
    public package(set) var ids: [String: RecordID]

    /// A table of these names and ids.
    public init(_ ids: [String: RecordID] = [:]) { self.ids = ids }

    /// Adds the entries of a CSV file with the header `name,id`.
    ///
    /// RFC 4180 in UTF-8; further columns are ignored. When this throws, the table is as it was.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - source: its name, for diagnostics.
    ///
    /// Reports: `table.unreadable`, `table.value` (an id that is not 1 to 20 digits), `table.conflict` (one name with two ids).
    public mutating func read(_ bytes: [UInt8], source: String) throws(TranslationFailure) {
        var entries = ids
        try bytes.withByteView { (bytes) throws(TranslationFailure) in
            var text = try TableText(bytes, source: source, kind: "a table in CSV")
            guard text.form == .csv else {
                throw text.failure(.tableUnreadable, at: 0, "This is not a table in CSV with the header name,id")
            }
            try Self.readCSV(&text, into: &entries)
        }
        ids = entries
    }

    /// Adds the roles of a contact roles export: `{"contact_roles":[{"name":…,"id":…},…]}`, or a CSV file as ``read(_:source:)``
    /// takes it. When this throws, the table is as it was.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - source: its name, for diagnostics.
    ///
    /// Reports: `json.syntax`, `table.unreadable`, `table.value`, `table.conflict`.
    /// Source: `GET /crm/v7/Contacts/roles`; domain reference 4.3.
    public mutating func readRoles(_ bytes: [UInt8], source: String) throws(TranslationFailure) {
        var entries = ids
        try bytes.withByteView { (bytes) throws(TranslationFailure) in
            var text = try TableText(bytes, source: source, kind: "a contact roles export")
            switch text.form {
            case .json: try Self.readRolesJSON(&text, into: &entries)
            case .csv: try Self.readCSV(&text, into: &entries)
            case .xml: throw text.failure(.tableUnreadable, at: 0, "This is XML, not a contact roles export")
            }
        }
        ids = entries
    }

    private static func readCSV(
        _ text: inout TableText, into entries: inout [String: RecordID]
    ) throws(TranslationFailure) {
        try text.readCSV(required: ["name", "id"]) { (text, cells) throws(TranslationFailure) in
            guard let name = cells[0], let cell = cells[1], let id = try text.recordID(in: cell) else { return }
            try add(name.text, id, at: name.offset, path: "", &text, into: &entries)
        }
        try text.finish()
    }

    private static func readRolesJSON(
        _ text: inout TableText, into entries: inout [String: RecordID]
    ) throws(TranslationFailure) {
        var reader = JSONReader()
        let root = try text.readJSON(&reader)
        guard let roles = reader.member("contact_roles", of: root), reader.kind(of: roles) == .array else {
            throw text.notAnExport(root, kind: "a contact roles export with contact_roles", reader)
        }
        var index = 0
        try reader.forEachElement(of: roles) { (role) throws(TranslationFailure) in
            let path = "contact_roles[\(index)]"
            index += 1
            guard let id = try text.recordID(in: role, path: path, reader) else { return }
            let name = reader.member("name", of: role)
            let isText = name.map { reader.kind(of: $0) == .string } ?? false
            let place = reader.offset(of: name ?? role)
            try add(
                isText ? reader.text(of: name ?? role) : "", id, at: place, path: path + ".name", &text, into: &entries)
        }
        try text.finish()
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
