@_spi(Package) import Bytes
import JSONText

/// Users by e-mail, to turn v1's `assignTo` into v2's `assign_to`.
public struct UserTable: Sendable {
    /// One user of the organisation.
    public struct User: Sendable, Hashable {
        /// Whether the user can own records. `status` of the export.
        public enum Status: String, Sendable, Hashable {
            case active
            case inactive
            case deleted

            /// The status of Zoho's word, case ignored: no word is active; `disabled`, `closed` and words not known here are
            /// inactive.
            package init(zohoName: String) {
                let name = zohoName.lowercased()
                self = name.isEmpty ? .active : Status(rawValue: name) ?? .inactive
            }
        }

        /// E-mail, as exported; empty when the export has none.
        public var email: String
        /// User id.
        public var id: RecordID
        /// Status; users of exports without one are active.
        public var status: Status

        /// A user from its parts.
        public init(email: String, id: RecordID, status: Status = .active) {
            self.email = email
            self.id = id
            self.status = status
        }
    }

    /// All users, in the order of the exports. A user exported twice with one e-mail is listed once, with the last status.
    public package(set) var users: [User] = []
    /// Whether a users page says that more follow and no page given says it is the last.
    public package(set) var isIncomplete = false
    private var hasLastPage = false

    /// A table of these users.
    public init(_ users: [User] = []) { self.users = users }

    /// Adds the users of one file, in any of these forms, recognised by content:
    ///
    /// - v2 users export, `{"users":[{"id":…,"email":…,"status":…},…],"info":{"more_records":…}}`: one page, several pages one
    ///   after another, or an array of pages; also an array of users, and users line by line. Ids may be numbers.
    /// - v1 `getUsers`: XML `<users><user id="…" email="…" status="…">Name</user>…</users>`, or JSON
    ///   `{"users":{"user":[{…},…]}}`, where a single user may have no array around it.
    /// - CSV with the header `email,id[,status]` and any separator; a line `sep=;` before it and further columns are ignored.
    ///
    /// UTF-8 and UTF-16 are read. When this throws, the table is as it was.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - source: its name, for diagnostics.
    ///
    /// Reports: `table.unreadable` (also for a file without users), `table.value` (an id that is not 1 to 20 digits),
    /// `json.syntax`, `xml.*`.
    /// Source: Zoho.md, "Users export".
    public mutating func read(_ bytes: some Collection<UInt8>, source: String) throws(TranslationFailure) {
        var page = UserPage()
        try TableText.read(bytes, source: source, UserPage.kind) { (text) throws(TranslationFailure) in
            switch text.form {
            case .json: try page.readJSON(&text)
            case .xml: try page.readXML(&text)
            case .csv: try page.readCSV(&text)
            }
            return page.users.count
        }
        merge(page)
    }

    private mutating func merge(_ page: UserPage) {
        struct Key: Hashable {
            var id: RecordID
            var email: String
        }
        var places = [Key: Int](minimumCapacity: users.count + page.users.count)
        for (index, user) in users.enumerated() { places[Key(id: user.id, email: user.email.lowercased())] = index }
        for user in page.users {
            let key = Key(id: user.id, email: user.email.lowercased())
            if let place = places[key] {
                users[place] = user
            } else {
                places[key] = users.count
                users.append(user)
            }
        }
        if page.isLast { hasLastPage = true }
        isIncomplete = !hasLastPage && (isIncomplete || page.saysMore)
    }
}

/// The users of one file while it is read.
struct UserPage {
    /// What the file should be, for messages.
    static let kind = TableKind(
        name: "a users export", entries: "users", origin: "GET /crm/v2/users?type=AllUsers, which has the ids",
        header: "email,id[,status]")

    /// Users in the file's order.
    private(set) var users: [UserTable.User] = []
    /// Whether a page says `more_records`.
    private(set) var saysMore = false
    /// Whether a page says it is the last one.
    private(set) var isLast = false

    /// Takes a user.
    mutating func add(_ user: UserTable.User) { users.append(user) }

    /// Reads `email,id[,status]`.
    mutating func readCSV(_ text: inout TableText) throws(TranslationFailure) {
        try text.readCSV(required: ["email", "id"], optional: ["status"]) { (text, cells) throws(TranslationFailure) in
            guard let email = cells[0], let cell = cells[1], let id = try text.recordID(in: cell) else { return }
            guard !email.text.isEmpty else {
                try text.report(.tableValue, at: email.offset, "The e-mail is missing")
                return
            }
            add(.init(email: email.text, id: id, status: .init(zohoName: cells[2]?.text ?? "")))
        }
    }

    /// Reads v2 pages, users alone, or the v1 JSON form.
    mutating func readJSON(_ text: inout TableText) throws(TranslationFailure) {
        var page = self
        try text.forEachEntry(of: "users") { user, reader in
            reader.member("id", of: user) != nil && reader.member("email", of: user) != nil
        } page: { (text, node, path, reader) throws(TranslationFailure) in
            if let info = reader.member("info", of: node), let more = reader.member("more_records", of: info),
                reader.kind(of: more) == .boolean
            {
                if reader.isTrue(more) { page.saysMore = true } else { page.isLast = true }
            }
            guard let list = reader.member("users", of: node), let users = reader.member("user", of: list) else {
                return false
            }
            try page.readV1List(users, path: path + "users.user", &text, reader)
            return true
        } _: { (text, user, path, reader) throws(TranslationFailure) in
            try page.readUser(user, path: path, &text, reader)
        }
        self = page
    }

    /// Reads v1's array of users, or the one user that it writes without an array.
    private mutating func readV1List(
        _ list: JSONReader.Node, path: String, _ text: inout TableText, _ reader: borrowing JSONReader
    ) throws(TranslationFailure) {
        guard reader.kind(of: list) == .array else {
            try readUser(list, path: path, &text, reader)
            return
        }
        var index = 0
        try reader.forEachElement(of: list) { (user) throws(TranslationFailure) in
            try readUser(user, path: "\(path)[\(index)]", &text, reader)
            index += 1
        }
    }

    private mutating func readUser(
        _ user: JSONReader.Node, path: String, _ text: inout TableText, _ reader: borrowing JSONReader
    ) throws(TranslationFailure) {
        guard let id = try text.recordID(in: user, path: path, reader) else { return }
        add(
            .init(
                email: reader.trimmedText("email", of: user), id: id,
                status: .init(zohoName: reader.trimmedText("status", of: user))))
    }
}
