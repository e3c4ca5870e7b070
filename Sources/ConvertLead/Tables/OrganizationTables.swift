/// What a translation needs to know about an organisation: its users, fields, contact roles and other lookups.
public struct OrganizationTables: Sendable {
    /// Users by e-mail.
    public var users = UserTable()
    /// Fields of Deals.
    public var fields = FieldCatalog()
    /// Contact roles by name.
    public var roles = LookupTable()
    /// Other lookups, by api name of the field.
    public var lookups: [String: LookupTable] = [:]

    /// No users, roles or lookups; the standard fields only.
    public init() {}
}
