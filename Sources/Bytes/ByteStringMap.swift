/// Numbers found by byte strings: labels, option names, e-mails, picklist values. Open addressing, no allocation on look-up.
///
/// With `ignoringCase`, keys that differ only in the case of ASCII letters are the same key. One index can serve many lists:
/// the same bytes in another `scope` are another key.
@_spi(Package) public struct ByteStringMap: ~Copyable, @unchecked Sendable {
    private struct Entry: BitwiseCopyable {
        var key: ByteRange
        var scope: Int32
        var number: Int32
    }

    private struct Table: ~Copyable {
        var keys = ByteBuffer()
        var entries = ReusableArray<Entry>()
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

        /// The entry of a slot that is not free.
        func entry(of slot: UInt64) -> UnsafeMutablePointer<Entry> {
            entries.base + (Int(UInt32(truncatingIfNeeded: slot)) &- 1)
        }

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

    /// Behind a pointer, because a struct that is borrowed is copied for each call. First, because the compiler breaks off a build
    /// for ThreadSanitizer when a Bool is.
    private let table: UnsafeMutablePointer<Table>
    private let ignoresCase: Bool

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
    public func find(_ key: ByteView, scope: Int32 = 0) -> Int? {
        find(key, scope, Self.hash(key, scope, isPadded: false))
    }

    /// The number stored under `key`, or `nil`; faster, because no branch depends on a length that cannot be predicted.
    ///
    /// - Parameter padded: the key; what lies after it may be read, and does not count: up to 16 bytes from its beginning.
    public func find(_ padded: PaddedView, scope: Int32 = 0) -> Int? {
        let key = padded.bytes
        // Most keys are short and at their first slot. What else there may be is left to a call, so that little is kept at hand.
        guard let start = key.baseAddress, key.count &- 1 < 16, key.count > 0 else { return findAnywhere(key, scope) }
        let words = Self.words(start, key.count, isPadded: true)
        let hash = Self.hash(words, Self.state(key.count, scope))
        let slot = table.pointee.slots[Int(hash) & table.pointee.mask]
        if slot == 0 { return nil }
        if UInt32(truncatingIfNeeded: slot >> 32) == hash {
            let entry = table.pointee.entry(of: slot)
            let own = table.pointee.keys.base + Int(entry.pointee.key.start)
            if entry.pointee.scope == scope, Int(entry.pointee.key.length) == key.count,
                Self.words(own, key.count, isPadded: true) == words
            {
                return Int(entry.pointee.number)
            }
        }
        return findAnywhere(key, scope)
    }

    @inline(never)
    private func findAnywhere(_ key: ByteView, _ scope: Int32) -> Int? {
        find(key, scope, Self.hash(key, scope, isPadded: true))
    }

    @inline(__always)
    private func find(_ key: ByteView, _ scope: Int32, _ hash: UInt32) -> Int? {
        let slots = table.pointee.slots
        let mask = table.pointee.mask
        var place = Int(hash) & mask
        while true {
            let slot = slots[place]
            if slot == 0 { return nil }
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let entry = table.pointee.entry(of: slot)
                if matches(entry, key, scope) { return Int(entry.pointee.number) }
            }
            place = (place &+ 1) & mask
        }
    }

    /// Stores `number` under `key` unless the key is there already.
    ///
    /// - Returns: whether it was stored.
    @discardableResult
    public mutating func insert(_ key: ByteView, scope: Int32 = 0, _ number: Int) -> Bool {
        let hash = Self.hash(key, scope, isPadded: false)
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
        return key.withByteView { insert($0, scope: scope, number) }
    }

    @inline(__always)
    private func matches(_ entry: UnsafePointer<Entry>, _ key: ByteView, _ scope: Int32) -> Bool {
        guard entry.pointee.scope == scope, Int(entry.pointee.key.length) == key.count else { return false }
        guard let start = key.baseAddress else { return true }
        let own = table.pointee.keys.base + Int(entry.pointee.key.start)
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
    private static func hash(_ key: ByteView, _ scope: Int32, isPadded: Bool) -> UInt32 {
        var state = Self.state(key.count, scope)
        guard var next = key.baseAddress, key.count > 0 else { return UInt32(truncatingIfNeeded: mixed(state, 0)) }
        var count = key.count
        while count > 16 {
            let (first, last) = words(next, 16, isPadded: true)
            state = mixed(state ^ (first | lowerCase), last | lowerCase)
            next += 16
            count &-= 16
        }
        return hash(words(next, count, isPadded: isPadded), state)
    }

    /// What hashing begins with.
    @inline(__always)
    private static func state(_ count: Int, _ scope: Int32) -> UInt64 {
        UInt64(truncatingIfNeeded: count) << 32 | UInt64(UInt32(bitPattern: scope))
    }

    /// The hash after the last words of a key.
    @inline(__always)
    private static func hash(_ words: (UInt64, UInt64), _ state: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: mixed(state ^ (words.0 | lowerCase), words.1 | lowerCase))
    }

    private static var lowerCase: UInt64 { 0x2020_2020_2020_2020 }

    /// The first and the last eight of one to sixteen bytes; fewer than eight twice, in the upper bytes of a word.
    @inline(__always)
    private static func words(_ start: UnsafePointer<UInt8>, _ count: Int, isPadded: Bool) -> (UInt64, UInt64) {
        let missing = UInt64(truncatingIfNeeded: 8 &* max(8 &- count, 0))
        if !isPadded && count < 8 {
            let word = partialWord(at: start, count) &<< missing
            return (word, word)
        }
        let first = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian
        let last = (UnsafeRawPointer(start) + max(count &- 8, 0)).loadUnaligned(as: UInt64.self).littleEndian
        return (first &<< missing, last &<< missing)
    }

    /// Both halves of a product in which every bit of both words counts.
    @inline(__always)
    private static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: b ^ 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
