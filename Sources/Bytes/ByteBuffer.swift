import Platform

/// Copies a few bytes without a call: labels and values are mostly shorter than the cost of one.
@_spi(Package) @inlinable @inline(__always)
public func copyBytes(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, _ length: Int) {
    let from = UnsafeRawPointer(source)
    let to = UnsafeMutableRawPointer(target)
    if length > 32 {
        memcpy(to, from, length)
    } else if length > 16 {
        let first = from.loadUnaligned(as: SIMD2<UInt64>.self)
        let last = (from + (length - 16)).loadUnaligned(as: SIMD2<UInt64>.self)
        to.storeBytes(of: first, as: SIMD2<UInt64>.self)
        (to + (length - 16)).storeBytes(of: last, as: SIMD2<UInt64>.self)
    } else if length >= 8 {
        // Two words that overlap cover any length between one and two words.
        let first = from.loadUnaligned(as: UInt64.self)
        let last = (from + (length - 8)).loadUnaligned(as: UInt64.self)
        to.storeBytes(of: first, as: UInt64.self)
        (to + (length - 8)).storeBytes(of: last, as: UInt64.self)
    } else if length >= 4 {
        let first = from.loadUnaligned(as: UInt32.self)
        let last = (from + (length - 4)).loadUnaligned(as: UInt32.self)
        to.storeBytes(of: first, as: UInt32.self)
        (to + (length - 4)).storeBytes(of: last, as: UInt32.self)
    } else {
        for index in 0..<length { target[index] = source[index] }
    }
}

/// Copies bytes between buffers, 32 at a step: the slack of both takes the overrun, and no length decides anything.
///
/// Both must have at least 32 bytes after their end: a ``PaddedView`` and the room that ``ByteBuffer/reserve(_:)`` made.
@_spi(Package) @inlinable @inline(__always)
public func copyPadded(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, _ length: Int) {
    var offset = 0
    repeat {
        let block = UnsafeRawPointer(source + offset).loadUnaligned(as: SIMD32<UInt8>.self)
        UnsafeMutableRawPointer(target + offset).storeBytes(of: block, as: SIMD32<UInt8>.self)
        offset &+= 32
    } while offset < length
}

/// Whether two runs of `length` bytes are the same, without a call when they are short.
@_spi(Package) @inlinable @inline(__always)
public func equalBytes(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    let (x, y) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    if length > 32 { return memcmp(x, y, length) == 0 }
    if length >= 8 {
        // Words that overlap cover any length from one to two words, or from two to four.
        let ends = differing(x, y, at: 0) | differing(x, y, at: length &- 8)
        return length <= 16 ? ends == 0 : ends | differing(x, y, at: 8) | differing(x, y, at: length &- 16) == 0
    }
    if length >= 4 {
        return x.loadUnaligned(as: UInt32.self) == y.loadUnaligned(as: UInt32.self)
            && (x + (length - 4)).loadUnaligned(as: UInt32.self) == (y + (length - 4)).loadUnaligned(as: UInt32.self)
    }
    for index in 0..<length where a[index] != b[index] { return false }
    return true
}

/// The bits in which two words differ.
@inlinable @inline(__always)
func differing(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, at offset: Int) -> UInt64 {
    (a + offset).loadUnaligned(as: UInt64.self) ^ (b + offset).loadUnaligned(as: UInt64.self)
}

/// The `length` bytes at `start` as a little-endian word, from 1 to 7 of them; the bytes above are zero.
@_spi(Package) @inlinable @inline(__always)
public func partialWord(at start: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
    if length >= 4 {
        let first = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self).littleEndian
        let last = UnsafeRawPointer(start + length - 4).loadUnaligned(as: UInt32.self).littleEndian
        return UInt64(first) | UInt64(last) << UInt64(8 &* (length &- 4))
    }
    // First, middle and last of one to three bytes, the same one twice where they meet.
    let middle = length >> 1
    return UInt64(start[0]) | UInt64(start[middle]) << UInt64(8 &* middle)
        | UInt64(start[length &- 1]) << UInt64(8 &* (length &- 1))
}

/// Growable bytes in one heap block that is kept when emptied, so that a warm buffer never allocates.
///
/// Ownership: the block belongs to this value and is freed with it. Pointers into it (`base`, `bytes`) are valid until the
/// next call that appends or reserves. `slack` bytes after the last one may be read and overwritten, so that codecs can
/// work eight bytes at a step.
@_spi(Package) public struct ByteBuffer: ~Copyable, @unchecked Sendable {
    /// Bytes after the capacity that wide loads and stores may touch.
    public static let slack = 64

    /// First byte of the block.
    public internal(set) var base: UnsafeMutablePointer<UInt8>
    /// Bytes in use.
    public var count: Int
    /// Bytes the block holds without growing, slack not counted.
    public internal(set) var capacity: Int

    /// An empty buffer with room for `minimumCapacity` bytes.
    public init(minimumCapacity: Int = 256) {
        capacity = max(minimumCapacity, 16)
        count = 0
        base = .allocate(capacity: capacity + Self.slack)
    }

    deinit { base.deallocate() }

    /// The bytes in use.
    @inlinable public var bytes: ByteView {
        ByteView(start: base, count: count)
    }

    /// The bytes in use, with the slack after them.
    @inlinable @inline(__always) public var padded: PaddedView { PaddedView(bytes) }

    /// A run of the bytes in use.
    @inlinable @inline(__always) public subscript(range: ByteRange) -> PaddedView { padded[range] }

    /// First free byte; write at most what was reserved, then add to `count`.
    @inlinable public var end: UnsafeMutablePointer<UInt8> { base + count }

    /// Makes room for `extra` more bytes.
    @inlinable @inline(__always) public mutating func reserve(_ extra: Int) {
        if capacity &- count < extra { grow(extra) }
    }

    @usableFromInline @inline(never) mutating func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.slack)
        memcpy(block, base, count)
        base.deallocate()
        base = block
        capacity = larger
    }

    /// Appends one byte.
    @inlinable @inline(__always) public mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    /// Appends bytes that lie elsewhere.
    @inlinable @inline(__always) public mutating func append(_ bytes: ByteView) {
        append(bytes.baseAddress, bytes.count)
    }

    /// Appends `length` bytes that lie elsewhere.
    @inlinable @inline(__always) public mutating func append(_ start: UnsafePointer<UInt8>?, _ length: Int) {
        guard length > 0, let start else { return }
        reserve(length)
        copyBytes(from: start, to: base + count, length)
        count &+= length
    }

    /// Appends bytes that lie in another buffer, whose slack is read too: 32 at a step, which for lines of text is less work than a
    /// call.
    public mutating func append(_ text: PaddedView) {
        let bytes = text.bytes
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        copyPadded(from: start, to: base + count, bytes.count)
        count &+= bytes.count
    }

    /// Appends text known at compile time.
    @inlinable @inline(__always) public mutating func append(_ text: StaticString) {
        append(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Appends the bytes of an array.
    package mutating func append(_ bytes: [UInt8]) { bytes.withByteView { append($0) } }

    /// Appends the first `length` bytes of a little-endian word, at most eight.
    @inlinable @inline(__always) public mutating func append(word: UInt64, _ length: Int) {
        assert(length >= 0 && length <= 8)
        reserve(length)
        UnsafeMutableRawPointer(end).storeBytes(of: word.littleEndian, as: UInt64.self)
        count &+= length
    }

    /// Appends the UTF-8 of a string. For places outside the hot path.
    public mutating func append(string: String) {
        var string = string
        string.withByteView { append($0) }
    }

    /// Appends one Unicode scalar as UTF-8.
    public mutating func append(scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar).unsafelyUnwrapped { append(byte) }
    }

    /// Appends the bytes of base64 text, of either alphabet; bytes that are no digits of it are skipped.
    package mutating func append(base64 text: ByteView) {
        reserve(text.count)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte + 4
            case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
            default: continue
            }
            bits = bits << 6 | UInt32(digit)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
    }

    /// Overwrites a run of bytes with zeros.
    package mutating func erase(_ range: ByteRange) {
        assert(Int(range.start) + Int(range.length) <= count)
        (base + Int(range.start)).update(repeating: 0, count: Int(range.length))
    }

    /// Forgets all bytes and keeps the block.
    @inlinable public mutating func removeAll() { count = 0 }

    /// The bytes as an array of their own.
    public func array() -> [UInt8] { Array(bytes) }

    /// The bytes as text; ill-formed UTF-8 becomes U+FFFD.
    public func string() -> String { String(decoding: bytes, as: UTF8.self) }
}
