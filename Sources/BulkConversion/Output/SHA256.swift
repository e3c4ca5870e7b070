@_spi(Package) import Bytes
internal import CInstructions

/// The SHA-256 of bytes that come in parts, so that a report can name the file it was made with.
///
/// Instructions of the processor for it are used where it has them; they are about ten times as fast as the code here.
///
/// Source: FIPS 180-4, section 6.2.
package struct SHA256: Sendable {
    /// The eight working words, a to h.
    private var state = SIMD8<UInt32>(
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
    /// Bytes after the last whole block; fewer than ``blockSize``.
    private var rest: [UInt8] = []
    /// Bytes taken in so far.
    private var length: UInt64 = 0

    private static let blockSize = 64

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]

    /// Whether the processor's own instructions may be used.
    private let usesInstructions: Bool

    /// A hash of nothing yet.
    ///
    /// - Parameter usesInstructions: Whether the processor's own instructions for SHA-256 are used where it has them.
    package init(usesInstructions: Bool = true) { self.usesInstructions = usesInstructions }

    /// Takes bytes in.
    package mutating func add(_ bytes: ByteView) {
        length += UInt64(bytes.count)
        var taken = 0
        if !rest.isEmpty {
            taken = min(Self.blockSize - rest.count, bytes.count)
            rest.append(contentsOf: bytes.slice(0..<taken).buffer)
            guard rest.count == Self.blockSize else { return }
            rest.withByteView { Self.compress($0, into: &state, usesInstructions: usesInstructions) }
            rest.removeAll(keepingCapacity: true)
        }
        let whole = (bytes.count - taken) / Self.blockSize * Self.blockSize
        Self.compress(bytes.slice(taken..<(taken + whole)), into: &state, usesInstructions: usesInstructions)
        rest.append(contentsOf: bytes.dropping(taken + whole).buffer)
    }

    /// The hash of all that was taken in so far, as 64 lower-case hexadecimal digits. More can be taken in afterwards.
    package var hexadecimal: String {
        var last = rest
        last.append(0x80)
        let blocks = last.count + 8 > Self.blockSize ? 2 : 1
        last.append(contentsOf: repeatElement(0, count: blocks * Self.blockSize - 8 - last.count))
        withUnsafeBytes(of: (length &* 8).bigEndian) { last.append(contentsOf: $0) }
        var final = state
        last.withByteView { Self.compress($0, into: &final, usesInstructions: usesInstructions) }
        return final.indices.map { index in
            let digits = String(final[index], radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    /// Takes whole blocks in.
    private static func compress(_ blocks: ByteView, into state: inout SIMD8<UInt32>, usesInstructions: Bool) {
        guard let base = blocks.baseAddress else { return }
        let isDone =
            usesInstructions
            && withUnsafeMutableBytes(of: &state) { words in
                convertlead_sha256_blocks(
                    words.assumingMemoryBound(to: UInt32.self).baseAddress, base, blocks.count / blockSize, constants)
            }
        if !isDone { compressPortably(blocks, into: &state) }
    }

    /// Takes whole blocks in without the processor's own instructions for it.
    private static func compressPortably(_ blocks: ByteView, into state: inout SIMD8<UInt32>) {
        guard let base = blocks.baseAddress else { return }
        var (a0, b0, c0, d0) = (state[0], state[1], state[2], state[3])
        var (e0, f0, g0, h0) = (state[4], state[5], state[6], state[7])
        constants.withUnsafeBufferPointer { constants in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
                for start in stride(from: 0, to: blocks.count, by: blockSize) {
                    let block = UnsafeRawPointer(base + start)
                    for index in 0..<16 {
                        words[index] = UInt32(
                            bigEndian: block.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))
                    }
                    for index in 16..<64 {
                        let (early, late) = (words[index &- 15], words[index &- 2])
                        let mixedEarly = rotate(early, 7) ^ rotate(early, 18) ^ (early &>> 3)
                        let mixedLate = rotate(late, 17) ^ rotate(late, 19) ^ (late &>> 10)
                        words[index] = words[index &- 16] &+ mixedEarly &+ words[index &- 7] &+ mixedLate
                    }
                    var (a, b, c, d, e, f, g, h) = (a0, b0, c0, d0, e0, f0, g0, h0)
                    var index = 0
                    // Eight rounds bring every word back to its name, so none is moved.
                    while index < 64 {
                        round(a, b, c, &d, e, f, g, &h, constants[index] &+ words[index])
                        round(h, a, b, &c, d, e, f, &g, constants[index &+ 1] &+ words[index &+ 1])
                        round(g, h, a, &b, c, d, e, &f, constants[index &+ 2] &+ words[index &+ 2])
                        round(f, g, h, &a, b, c, d, &e, constants[index &+ 3] &+ words[index &+ 3])
                        round(e, f, g, &h, a, b, c, &d, constants[index &+ 4] &+ words[index &+ 4])
                        round(d, e, f, &g, h, a, b, &c, constants[index &+ 5] &+ words[index &+ 5])
                        round(c, d, e, &f, g, h, a, &b, constants[index &+ 6] &+ words[index &+ 6])
                        round(b, c, d, &e, f, g, h, &a, constants[index &+ 7] &+ words[index &+ 7])
                        index &+= 8
                    }
                    (a0, b0, c0, d0) = (a0 &+ a, b0 &+ b, c0 &+ c, d0 &+ d)
                    (e0, f0, g0, h0) = (e0 &+ e, f0 &+ f, g0 &+ g, h0 &+ h)
                }
            }
        }
        state = SIMD8(a0, b0, c0, d0, e0, f0, g0, h0)
    }

    /// One round, with its constant and its word of the message added up.
    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
        _ h: inout UInt32, _ word: UInt32
    ) {
        let choice = g ^ (e & (f ^ g))
        let majority = (a & b) | (c & (a | b))
        h = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ word
        d = d &+ h
        h = h &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word &>> count | word &<< (32 &- count) }
}
