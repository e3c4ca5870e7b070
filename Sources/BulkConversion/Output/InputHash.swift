@_spi(Package) import Bytes

/// A fast hash of what was read, so that a resumed run notices an input that changed. Not for secrets.
///
/// Four lanes of multiply and rotate over eight bytes each, after xxHash64's rounds.
package struct InputHash: Sendable {
    /// The hash of all that was taken in so far.
    package private(set) var value: UInt64

    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F

    /// A hash of nothing yet.
    package init(seed: UInt64 = 0) { value = seed ^ Self.prime1 }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = lane &+ word &* prime2
        return (mixed << 31 | mixed >> 33) &* prime1
    }

    /// Takes a number in.
    package mutating func add(_ word: UInt64) {
        value = Self.round(value, word)
        value ^= value >> 29
    }

    /// Takes bytes in, and their count.
    package mutating func add(_ bytes: ByteView) {
        add(UInt64(truncatingIfNeeded: bytes.count))
        var index = 0
        if bytes.count >= 32 {
            var (a, b, c, d) = (value, value &+ Self.prime1, value ^ Self.prime2, value &- Self.prime1)
            while bytes.count - index >= 32 {
                a = Self.round(a, bytes.word(at: index))
                b = Self.round(b, bytes.word(at: index + 8))
                c = Self.round(c, bytes.word(at: index + 16))
                d = Self.round(d, bytes.word(at: index + 24))
                index += 32
            }
            add(a)
            add(b)
            add(c)
            add(d)
        }
        while bytes.count - index >= 8 {
            add(bytes.word(at: index))
            index += 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index += 1
        }
        add(rest)
    }

    /// Takes text in.
    package mutating func add(_ text: String) {
        var text = text
        text.withByteView { add($0) }
    }
}

extension Chunk {
    /// Hash of all that reading put into the chunk: bytes, places, names, problems.
    func hashInput() -> UInt64 {
        var hash = InputHash()
        hash.add(input.bytes)
        for source in sources { source.linePrefix.withByteView { hash.add($0) } }
        for problem in problems { hash.add(problem.code.rawValue) }
        for directory in directories { hash.add(directory.source.path) }
        for run in runs {
            if case .file(let name) = run.content { hash.add(directories[run.source][name].bytes) }
            hash.add(UInt64(truncatingIfNeeded: run.offset) << 32 ^ UInt64(truncatingIfNeeded: run.extent))
            hash.add(UInt64(truncatingIfNeeded: run.length) << 32 ^ UInt64(truncatingIfNeeded: run.line))
        }
        return hash.value
    }
}
