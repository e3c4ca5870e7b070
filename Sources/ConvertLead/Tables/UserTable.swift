/// Users by e-mail: what turns v1's `assignTo` into v2's `assign_to`.
public struct UserTable: Sendable {
    /// One user of the organisation.
    public struct User: Sendable, Hashable {
        /// Whether the user can own records. `status` of the export.
        public enum Status: String, Sendable, Hashable {
            case active
            case inactive
            case deleted
        }

        /// E-mail, as exported.
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

    /// All users, in the order of the exports.
    public package(set) var users: [User] = []
    /// Whether a users page says that more follow and no page given says it is the last.
    public package(set) var isIncomplete = false

    /// A table of these users.
    public init(_ users: [User] = []) { self.users = users }
}
