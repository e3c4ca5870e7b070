@_spi(Package) import Bytes
import Platform

/// The lead id of a converted request, by its hash, with the place of its line in the chunk's output.
struct LeadIDMark: BitwiseCopyable {
    let hash: UInt64
    let lineStart: Int

    init(_ leadID: ByteView, lineStart: Int) {
        hash = Self.hash(leadID)
        self.lineStart = lineStart
    }

    /// A hash of 1 to 20 digits.
    static func hash(_ digits: ByteView) -> UInt64 {
        guard let start = digits.baseAddress else { return 0 }
        let count = digits.count
        var (first, middle, last): (UInt64, UInt64, UInt64)
        if count >= 8 {
            // Words that overlap cover any length up to 24.
            let raw = UnsafeRawPointer(start)
            first = raw.loadUnaligned(as: UInt64.self)
            middle = (raw + (count - 8) / 2).loadUnaligned(as: UInt64.self)
            last = (raw + count - 8).loadUnaligned(as: UInt64.self)
        } else {
            first = partialWord(at: start, max(count, 1))
            (middle, last) = (first, first)
        }
        let product = (first ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: middle ^ 0xA076_1D64_78BD_642F)
        let mixed = (product.high ^ product.low ^ last).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB ^ UInt64(count))
        return mixed.high ^ mixed.low
    }
}

/// Which lead ids were met, to find those that are converted twice. Up to four million are remembered, in memory of a fixed size.
///
/// A table of buckets of 32 bits each; with the number of its bucket an entry has 51 bits of the hash, so that four million ids meet by
/// chance once in a hundred runs.
struct LeadIDSet: ~Copyable, @unchecked Sendable {
    private static let bucketCount = 655_360
    private static let bucketSize = 8
    private static let limit = 4_000_000

    /// Made when the first id comes. Ownership: freed with this value.
    private var entries: UnsafeMutablePointer<UInt32>?
    private var count = 0

    init() {}

    deinit { free(entries) }

    /// Remembers an id.
    ///
    /// - Returns: whether it was there already. Beyond the limit only ids that are there are known.
    mutating func insert(_ hash: UInt64) -> Bool {
        let total = Self.bucketCount * Self.bucketSize
        if entries == nil {
            entries = calloc(total, MemoryLayout<UInt32>.size)?.assumingMemoryBound(to: UInt32.self)
        }
        guard let entries else { return false }
        let entry = max(UInt32(truncatingIfNeeded: hash), 1)
        let bucket = ((hash >> 32) * UInt64(Self.bucketCount)) >> 32
        var slot = Int(bucket) * Self.bucketSize
        while entries[slot] != 0 {
            if entries[slot] == entry { return true }
            slot = slot + 1 < total ? slot + 1 : 0
        }
        guard count < Self.limit else { return false }
        entries[slot] = entry
        count += 1
        return false
    }
}
