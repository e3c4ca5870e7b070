/// Records by name, for lookup fields and contact roles that v1 gave by name and v2 takes by id.
public struct LookupTable: Sendable {
    /// Ids by name, in the table's own spelling. Names are compared exactly, after trimming.
    public package(set) var ids: [String: RecordID]

    /// A table of these names and ids.
    public init(_ ids: [String: RecordID] = [:]) { self.ids = ids }
}
