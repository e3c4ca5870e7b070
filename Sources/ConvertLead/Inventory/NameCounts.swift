@_spi(Package) import Bytes

/// Where something is in an archive: a number that grows with the input, and `file:line`, made only when it is the first place.
package struct InventoryPlace {
    /// Grows with the input.
    package let order: UInt64
    /// `file:line`.
    package let text: () -> String

    /// A place.
    package init(order: UInt64, text: @escaping () -> String) {
        self.order = order
        self.text = text
    }

    /// Whether it comes before the place of an order.
    package func isBefore(_ order: UInt64) -> Bool { self.order < order }
}

/// Names with their counts and first places, of several kinds at once. Counting a name that is known takes no memory.
struct NameCounts: ~Copyable {
    private struct Entry {
        let scope: Int32
        let name: [UInt8]
        var count: Int
        var order: UInt64
        var first: String
    }

    private var map = ByteStringMap(ignoringCase: false)
    private var entries: [Entry] = []
    private var sizes: [Int32: Int] = [:]
    private var lowercased = ByteBuffer(minimumCapacity: 256)

    /// Different names kept of a kind, so that memory does not grow with a hostile archive.
    private static let limit = 10_000
    /// Bytes of a name kept.
    private static let length = 500
    private static let others = "(others)"

    /// Counts a name; beyond the limit new names count together.
    ///
    /// - Returns: the index under which it is counted.
    @discardableResult
    mutating func add(_ name: ByteView, _ scope: Int32, _ place: InventoryPlace) -> Int {
        let index = index(of: name, scope) ?? insert(name, scope, order: place.order, first: place.text())
        entries[index].count += 1
        return index
    }

    /// Counts a name that is known as text.
    @discardableResult
    mutating func add(_ name: String, _ scope: Int32, _ place: InventoryPlace) -> Int {
        var name = name
        return name.withByteView { add($0, scope, place) }
    }

    /// Counts a name in lower-case letters.
    mutating func add(lowercased name: ByteView, _ scope: Int32, _ place: InventoryPlace) {
        lowercased.removeAll()
        for byte in name { lowercased.append(byte.lowercased) }
        let index =
            index(of: lowercased.bytes, scope)
            ?? insert(lowercased.bytes, scope, order: place.order, first: place.text())
        entries[index].count += 1
    }

    private func index(of name: ByteView, _ scope: Int32) -> Int? { map.find(name, scope: scope) }

    /// The index under which a name is counted.
    func index(of name: String, _ scope: Int32) -> Int? {
        var name = name
        return name.withByteView { index(of: $0, scope) }
    }

    private mutating func insert(_ name: ByteView, _ scope: Int32, order: UInt64, first: String) -> Int {
        var kept = Array(name)
        if kept.count > Self.length {
            kept = Array((String(decoding: kept.prefix(Self.length), as: UTF8.self) + "…").utf8)
        }
        if sizes[scope, default: 0] >= Self.limit { kept = Array(Self.others.utf8) }
        if let known = kept.withByteView({ map.find($0, scope: scope) }) { return known }
        sizes[scope, default: 0] += 1
        kept.withByteView { _ = map.insert($0, scope: scope, entries.count) }
        if kept.count != name.count, sizes[scope, default: 0] < Self.limit {
            // The long name is found again under its whole text.
            _ = map.insert(name, scope: scope, entries.count)
        }
        entries.append(Entry(scope: scope, name: kept, count: 0, order: order, first: first))
        return entries.count - 1
    }

    /// Adds the names of another in some scopes.
    ///
    /// - Returns: for each of its indexes the one here.
    mutating func add(
        _ other: borrowing NameCounts, where isWanted: (Int32) -> Bool, scope: (Int32) -> Int32
    ) -> [Int: Int] {
        var indexes: [Int: Int] = [:]
        for (number, entry) in other.entries.enumerated() where isWanted(entry.scope) {
            let scope = scope(entry.scope)
            let index = entry.name.withByteView {
                map.find($0, scope: scope) ?? insert($0, scope, order: entry.order, first: entry.first)
            }
            entries[index].count += entry.count
            if entry.order < entries[index].order {
                entries[index].order = entry.order
                entries[index].first = entry.first
            }
            indexes[number] = index
        }
        return indexes
    }

    /// The names of a scope, the most frequent first.
    func sorted(_ scope: Int32) -> [RequestInventory.Count] {
        entries.lazy.filter { $0.scope == scope }
            .map { .init(name: String(decoding: $0.name, as: UTF8.self), count: $0.count, first: $0.first) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }
}
