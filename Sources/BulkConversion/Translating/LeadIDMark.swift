@_spi(Package) import Bytes

/// The lead id of a converted request, by its hash, with the place of its line.
struct LeadIDMark: BitwiseCopyable {
    let hash: UInt64
    /// Where the line begins: in the output of its chunk, or in `converted.ndjson`.
    var lineStart: Int

    init(hash: UInt64, lineStart: Int) {
        self.hash = hash
        self.lineStart = lineStart
    }

    init(_ leadID: ByteView, lineStart: Int) { self.init(hash: Self.hash(leadID), lineStart: lineStart) }

    /// A hash of 1 to 20 digits.
    private static func hash(_ digits: ByteView) -> UInt64 {
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
