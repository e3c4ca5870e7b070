#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Growable bytes in one heap block that is kept when emptied, so that a warm buffer never allocates.
///
/// Ownership: the block belongs to this value and is freed with it. Pointers into it (`base`, `bytes`) are valid until the
/// next call that appends or reserves. `slack` bytes behind the last one may be read and overwritten, so that codecs can
/// work eight bytes at a step.
package struct ByteBuffer: ~Copyable, @unchecked Sendable {
    /// Bytes behind the capacity that may be touched by wide loads and stores.
    package static let slack = 64

    /// First byte of the block.
    package private(set) var base: UnsafeMutablePointer<UInt8>
    /// Bytes in use.
    package var count: Int
    /// Bytes the block holds without growing, slack not counted.
    package private(set) var capacity: Int

    /// An empty buffer with room for `minimumCapacity` bytes.
    package init(minimumCapacity: Int = 256) {
        capacity = max(minimumCapacity, 16)
        count = 0
        base = .allocate(capacity: capacity + Self.slack)
    }

    deinit { base.deallocate() }

    /// The bytes in use.
    @inlinable package var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base, count: count)
    }

    /// First free byte; write at most what was reserved, then add to `count`.
    @inlinable package var end: UnsafeMutablePointer<UInt8> { base + count }

    /// Makes room for `extra` more bytes.
    @inlinable package mutating func reserve(_ extra: Int) {
        if capacity - count < extra { grow(extra) }
    }

    @usableFromInline package mutating func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.slack)
        memcpy(block, base, count)
        base.deallocate()
        base = block
        capacity = larger
    }

    /// Appends one byte.
    @inlinable package mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    /// Appends bytes that lie elsewhere.
    @inlinable package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        append(bytes.baseAddress, bytes.count)
    }

    /// Appends `length` bytes that lie elsewhere.
    @inlinable package mutating func append(_ start: UnsafePointer<UInt8>?, _ length: Int) {
        guard length > 0, let start else { return }
        reserve(length)
        memcpy(base + count, start, length)
        count += length
    }

    /// Appends text known at compile time.
    @inlinable package mutating func append(_ text: StaticString) {
        append(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Appends the UTF-8 of a string. For places outside the hot path.
    package mutating func append(string: String) {
        var string = string
        string.withUTF8 { append($0) }
    }

    /// Appends one Unicode scalar as UTF-8.
    package mutating func append(scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar).unsafelyUnwrapped { append(byte) }
    }

    /// Forgets all bytes and keeps the block.
    @inlinable package mutating func removeAll() { count = 0 }

    /// The bytes as an array of their own.
    package func array() -> [UInt8] { Array(bytes) }

    /// The bytes as text; ill-formed UTF-8 becomes U+FFFD.
    package func string() -> String { String(decoding: bytes, as: UTF8.self) }
}
