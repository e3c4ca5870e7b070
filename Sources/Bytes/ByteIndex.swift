/// Numbers found by byte strings: labels, option names, e-mails, picklist values. Open addressing, no allocation on look-up.
///
/// With `ignoringCase`, keys that differ only in the case of ASCII letters are the same key. One index can serve many lists:
/// the same bytes in another `scope` are another key.
public struct ByteIndex: ~Copyable, @unchecked Sendable {
    private struct Entry: BitwiseCopyable {
        var key: ByteRange
        var scope: Int32
        var number: Int32
    }

    private struct Table: ~Copyable {
        var keys = ByteBuffer()
        var entries = FlatList<Entry>()
        /// For each key its hash and, in the lower half, the number of its entry plus one; 0 is a free slot. A power of two, at
        /// most a third full, so that most look-ups end at the first slot.
        var slots: UnsafeMutablePointer<UInt64>
        /// Number of slots less one.
        var mask: Int

        init(slotCount: Int) {
            mask = slotCount - 1
            slots = .allocate(capacity: slotCount)
            slots.initialize(repeating: 0, count: slotCount)
        }

        deinit { slots.deallocate() }

        mutating func place(_ slot: UInt64) {
            var place = Int(slot >> 32) & mask
            while slots[place] != 0 { place = (place + 1) & mask }
            slots[place] = slot
        }

        mutating func enlarge() {
            let (smaller, count) = (slots, mask + 1)
            slots = .allocate(capacity: 2 * count)
            slots.initialize(repeating: 0, count: 2 * count)
            mask = 2 * count - 1
            for index in 0..<count where smaller[index] != 0 { place(smaller[index]) }
            smaller.deallocate()
        }
    }

    private let ignoresCase: Bool
    /// Behind a pointer, because a struct that is borrowed is copied for each call.
    private let table: UnsafeMutablePointer<Table>

    /// An empty index.
    public init(ignoringCase: Bool) {
        ignoresCase = ignoringCase
        table = .allocate(capacity: 1)
        table.initialize(to: Table(slotCount: 64))
    }

    deinit {
        table.deinitialize(count: 1)
        table.deallocate()
    }

    /// Number of keys.
    public var count: Int { table.pointee.entries.count }

    /// The number stored under `key`, or `nil`.
    public func find(_ key: UnsafeBufferPointer<UInt8>, scope: Int32 = 0) -> Int? {
        find(key, scope, Self.hash(key, scope))
    }

    @inline(__always)
    private func find(_ key: UnsafeBufferPointer<UInt8>, _ scope: Int32, _ hash: UInt32) -> Int? {
        let slots = table.pointee.slots
        let mask = table.pointee.mask
        var place = Int(hash) & mask
        while true {
            let slot = slots[place]
            if slot == 0 { return nil }
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let entry = table.pointee.entries.base + (Int(UInt32(truncatingIfNeeded: slot)) &- 1)
                if entry.pointee.scope == scope && matches(entry.pointee.key, key) { return Int(entry.pointee.number) }
            }
            place = (place &+ 1) & mask
        }
    }

    /// Stores `number` under `key` unless the key is there already.
    ///
    /// - Returns: whether it was stored.
    @discardableResult
    public mutating func insert(_ key: UnsafeBufferPointer<UInt8>, scope: Int32 = 0, _ number: Int) -> Bool {
        let hash = Self.hash(key, scope)
        guard find(key, scope, hash) == nil else { return false }
        let range = ByteRange(table.pointee.keys.count, key.count)
        table.pointee.keys.append(key)
        table.pointee.entries.append(Entry(key: range, scope: scope, number: Int32(number)))
        table.pointee.place(UInt64(hash) << 32 | UInt64(count))
        if count * 3 > table.pointee.mask { table.pointee.enlarge() }
        return true
    }

    /// Stores `number` under the UTF-8 of `key` unless the key is there already.
    @discardableResult
    public mutating func insert(_ key: String, scope: Int32 = 0, _ number: Int) -> Bool {
        var key = key
        return key.withUTF8 { insert($0, scope: scope, number) }
    }

    @inline(__always)
    private func matches(_ stored: ByteRange, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(stored.length) == key.count, let start = key.baseAddress else {
            return Int(stored.length) == key.count
        }
        let own = table.pointee.keys.base + Int(stored.start)
        return equalBytes(own, start, key.count) || ignoresCase && Self.equalIgnoringCase(own, start, key.count)
    }

    @inline(never)
    private static func equalIgnoringCase(
        _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ length: Int
    ) -> Bool {
        for index in 0..<length where a[index].lowercased != b[index].lowercased { return false }
        return true
    }

    /// A hash that is the same for both cases of ASCII letters: bit 5 of every byte is set before mixing.
    @inline(__always)
    private static func hash(_ key: UnsafeBufferPointer<UInt8>, _ scope: Int32) -> UInt32 {
        guard let start = key.baseAddress, key.count > 0 else { return UInt32(bitPattern: scope) }
        let lowerCase: UInt64 = 0x2020_2020_2020_2020
        let end = start + key.count
        var first: UInt64
        var last: UInt64 = 0
        if key.count >= 8 {
            // The last word may overlap the one before it, so that no byte needs a step of its own.
            first = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian
            last = UnsafeRawPointer(end - 8).loadUnaligned(as: UInt64.self).littleEndian
            var middle = start + 8
            while middle + 8 < end {
                let word = UnsafeRawPointer(middle).loadUnaligned(as: UInt64.self).littleEndian
                first = mixed(first | lowerCase, word | lowerCase)
                middle += 8
            }
        } else {
            first = partialWord(before: end, key.count, isPreceded: false)
        }
        let salt = UInt64(truncatingIfNeeded: key.count) << 32 | UInt64(UInt32(bitPattern: scope))
        let hash = mixed((first | lowerCase) ^ salt, last | lowerCase)
        return UInt32(truncatingIfNeeded: hash)
    }

    /// Both halves of a product in which every bit of both words counts.
    @inline(__always)
    private static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: b ^ 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
