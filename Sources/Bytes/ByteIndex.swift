/// Numbers found by byte strings: labels, option names, e-mails, picklist values. Open addressing, no allocation on look-up.
///
/// With `ignoringCase`, keys that differ only in the case of ASCII letters are the same key.
public struct ByteIndex: ~Copyable, @unchecked Sendable {
    private struct Entry: BitwiseCopyable {
        var key: ByteRange
        var hash: UInt32
        var number: Int32
    }

    private let ignoresCase: Bool
    private var keys = ByteBuffer()
    private var entries = FlatList<Entry>()
    /// Entry numbers plus one; 0 is a free slot. A power of two, at most half full.
    private var slots: UnsafeMutableBufferPointer<Int32>

    /// An empty index.
    public init(ignoringCase: Bool) {
        ignoresCase = ignoringCase
        slots = .allocate(capacity: 64)
        slots.initialize(repeating: 0)
    }

    deinit { slots.deallocate() }

    /// Number of keys.
    public var count: Int { entries.count }

    /// The number stored under `key`, or `nil`.
    public func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Self.hash(key)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) &- 1]
            if entry.hash == hash && matches(entry.key, key) { return Int(entry.number) }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return nil
    }

    /// Stores `number` under `key` unless the key is there already.
    ///
    /// - Returns: whether it was stored.
    @discardableResult
    public mutating func insert(_ key: UnsafeBufferPointer<UInt8>, _ number: Int) -> Bool {
        guard find(key) == nil else { return false }
        let range = ByteRange(keys.count, key.count)
        keys.append(key)
        entries.append(Entry(key: range, hash: Self.hash(key), number: Int32(number)))
        if entries.count * 2 > slots.count { enlarge() } else { place(entries.count - 1) }
        return true
    }

    /// Stores `number` under the UTF-8 of `key` unless the key is there already.
    @discardableResult
    public mutating func insert(_ key: String, _ number: Int) -> Bool {
        Array(key.utf8).withUnsafeBufferPointer { insert($0, number) }
    }

    @inline(__always)
    private func matches(_ stored: ByteRange, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(stored.length) == key.count, let start = key.baseAddress else {
            return Int(stored.length) == key.count
        }
        let own = keys.base + Int(stored.start)
        if equalBytes(own, start, key.count) { return true }
        guard ignoresCase else { return false }
        for index in 0..<key.count where own[index].lowercased != start[index].lowercased { return false }
        return true
    }

    private mutating func place(_ number: Int) {
        var slot = Int(entries[number].hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number + 1)
    }

    private mutating func enlarge() {
        let larger = UnsafeMutableBufferPointer<Int32>.allocate(capacity: slots.count * 2)
        larger.initialize(repeating: 0)
        slots.deallocate()
        slots = larger
        for number in 0..<entries.count { place(number) }
    }

    /// A hash that is the same for both cases of ASCII letters: bit 5 of every byte is set before mixing.
    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        guard let start = key.baseAddress else { return 0 }
        let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        let lowerCase: UInt64 = 0x2020_2020_2020_2020
        var hash = UInt64(truncatingIfNeeded: key.count) &* multiplier
        func mix(_ word: UInt64) {
            hash = (hash ^ (word | lowerCase)) &* multiplier
            hash ^= hash >> 29
        }
        if key.count >= 8 {
            let bytes = UnsafeRawPointer(start)
            var index = 0
            while index &+ 8 < key.count {
                mix((bytes + index).loadUnaligned(as: UInt64.self))
                index &+= 8
            }
            // The last word overlaps the one before it, so that no byte needs a step of its own.
            mix((bytes + (key.count &- 8)).loadUnaligned(as: UInt64.self))
        } else {
            var word: UInt64 = 0
            for byte in key { word = word << 8 | UInt64(byte) }
            mix(word)
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }
}
