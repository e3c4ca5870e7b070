@_spi(Package) import Bytes

/// The lead id of a converted request, by its hash, with the place of its line among all lines.
struct LeadIDMark: BitwiseCopyable {
    let hash: UInt64
    let lineStart: Int
}

/// A converted request in the output of its chunk.
struct ConvertedLine: BitwiseCopyable {
    let leadIDHash: UInt64
    let start: UInt32
    /// Bytes of the line up to the end of the source's name and line.
    let placeLength: UInt32

    /// - Parameters:
    ///   - start: where the line begins.
    ///   - placeEnd: where the source's name and line in it end.
    init(_ leadID: ByteView, start: Int, placeEnd: Int) {
        leadIDHash = LeadIDMark.hash(leadID)
        self.start = UInt32(truncatingIfNeeded: start)
        placeLength = UInt32(truncatingIfNeeded: placeEnd - start)
    }
}

extension LeadIDMark {
    init(_ leadID: ByteView, lineStart: Int) { self.init(hash: Self.hash(leadID), lineStart: lineStart) }

    /// A hash of 1 to 20 digits.
    fileprivate static func hash(_ digits: ByteView) -> UInt64 {
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
