@_spi(Package) import Bytes

/// Names with their counts and first places, of several kinds at once. Counting a name that is known takes no memory.
///
/// A kind is a number, so that what belongs to a name can be a kind too: the values of an option, of a field.
struct NameCounts: ~Copyable {
    /// A name that was counted.
    struct Entry: Sendable {
        fileprivate let kind: Int32
        fileprivate let bytes: [UInt8]
        /// How often.
        fileprivate(set) var count = 0
        /// Where the first one is in the input; less is earlier.
        fileprivate var order: UInt64
        /// `file:line` of the first one.
        fileprivate(set) var first: String

        /// The name.
        var name: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// What stands for names that were not kept because there were too many.
    static let others = "(others)"

    /// Made with the first name, because most chunks have none.
    private var map: ByteStringMap?
    private var entries: [Entry] = []
    private var sizes: [Int32: Int] = [:]
    private let limit: Int
    private let longest: Int

    /// Counts of nothing.
    ///
    /// - Parameters:
    ///   - limit: different names kept of a kind, so that memory does not grow with a hostile archive; further ones count together.
    ///   - longest: bytes kept of a name; the rest is cut.
    init(limit: Int = .max, longest: Int = .max) {
        self.limit = limit
        self.longest = longest
    }

    /// Counts a name.
    ///
    /// - Parameters:
    ///   - order: grows with the input, so that counts of several workers keep the first place.
    ///   - first: the place, asked for only when the name is new.
    /// - Returns: the index under which the name is counted.
    @discardableResult
    mutating func add(
        _ name: ByteView, _ kind: Int32, count: Int = 1, order: UInt64 = 0, first: @autoclosure () -> String = ""
    ) -> Int {
        let index = index(of: name, kind) ?? insert(name, kind, limit: limit, order: order, first: first())
        entries[index].count += count
        return index
    }

    /// Counts a name that is known as text.
    mutating func add(
        _ name: String, _ kind: Int32, count: Int = 1, order: UInt64 = 0, first: @autoclosure () -> String = ""
    ) {
        var name = name
        name.withByteView { _ = add($0, kind, count: count, order: order, first: first()) }
    }

    /// The index under which a name is counted.
    func index(of name: ByteView, _ kind: Int32) -> Int? { map?.find(name, scope: kind) ?? nil }

    /// The index under which a name is counted that is known as text.
    func index(of name: String, _ kind: Int32) -> Int? {
        var name = name
        return name.withByteView { index(of: $0, kind) }
    }

    private mutating func insert(_ name: ByteView, _ kind: Int32, limit: Int, order: UInt64, first: String) -> Int {
        if map == nil { map = ByteStringMap(ignoringCase: false) }
        var kept = Array(name)
        if kept.count > longest { kept = Array((String(decoding: kept.prefix(longest), as: UTF8.self) + "…").utf8) }
        if sizes[kind, default: 0] >= limit { kept = Array(Self.others.utf8) }
        if let known = kept.withByteView({ index(of: $0, kind) }) { return known }
        sizes[kind, default: 0] += 1
        kept.withByteView { _ = map?.insert($0, scope: kind, entries.count) }
        if kept.count != name.count, sizes[kind, default: 0] < limit {
            // The long name is found again under its whole text.
            map?.insert(name, scope: kind, entries.count)
        }
        entries.append(Entry(kind: kind, bytes: kept, order: order, first: first))
        return entries.count - 1
    }

    /// Adds the names of another, in its order.
    ///
    /// - Parameters:
    ///   - limit: different names kept of a kind.
    ///   - kind: the kind here of a kind there; `nil` leaves its names out.
    /// - Returns: for each of its indexes the one here.
    @discardableResult
    mutating func add(
        _ other: borrowing NameCounts, limit: Int? = nil, kind: (Int32) -> Int32? = { $0 }
    ) -> [Int: Int] {
        var indexes: [Int: Int] = [:]
        for (number, entry) in other.entries.enumerated() {
            guard let kind = kind(entry.kind) else { continue }
            let index = entry.bytes.withByteView {
                self.index(of: $0, kind)
                    ?? insert($0, kind, limit: limit ?? self.limit, order: entry.order, first: entry.first)
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

    /// The names of a kind, in the order in which they were met.
    func entries(of kind: Int32) -> [Entry] { entries.filter { $0.kind == kind } }
}

/// Where something is in an archive: a number that grows with the input, and `file:line`, made only when it is the first place.
struct InventoryPlace {
    /// Grows with the input.
    let order: UInt64
    /// `file:line`.
    let text: () -> String
}
