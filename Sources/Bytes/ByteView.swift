import Platform

// The module is public under @_spi, so that only files that ask for it see it. The compiler inlines `package` subscripts in no other
// module, and every loop over bytes would call a function a byte.

/// Bytes where they lie, in memory that something else owns: a document, a file's block, a ``ByteBuffer``.
///
/// The unsafe type for input. It is two words and is copied freely; it does not keep its memory alive. Each place that stores one
/// says what owns the bytes and how long they stay. Debug builds check bounds.
@_spi(Package) public struct ByteView: BitwiseCopyable, @unchecked Sendable {
    /// First byte; `nil` only when there are none.
    public let baseAddress: UnsafePointer<UInt8>?
    /// Number of bytes.
    public let count: Int

    /// `count` bytes from `start` on.
    @inlinable @inline(__always) public init(start: UnsafePointer<UInt8>?, count: Int) {
        assert(count == 0 || start != nil && count > 0)
        baseAddress = start
        self.count = count
    }

    /// The bytes of a buffer.
    @inlinable @inline(__always) public init(_ buffer: UnsafeBufferPointer<UInt8>) {
        self.init(start: buffer.baseAddress, count: buffer.count)
    }

    /// Text known at compile time, which lives as long as the program.
    @inlinable @inline(__always) public init(_ text: StaticString) {
        self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// No bytes.
    @inlinable public static var empty: ByteView { ByteView(start: nil, count: 0) }

    /// Whether there are no bytes.
    @inlinable @inline(__always) public var isEmpty: Bool { count == 0 }

    /// The part from `range`, without a bounds check in release builds.
    @inlinable @inline(__always) public func slice(_ range: Range<Int>) -> ByteView {
        assert(range.lowerBound >= 0 && range.upperBound <= count)
        return ByteView(start: baseAddress.map { $0 + range.lowerBound }, count: range.count)
    }

    /// Text of the bytes; ill-formed UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: buffer, as: UTF8.self) }

    /// The bytes for an interface that takes a buffer.
    @inlinable @inline(__always) public var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: baseAddress, count: count)
    }
}

@_spi(Package) extension ByteView: RandomAccessCollection {
    /// Always 0.
    @inlinable @inline(__always) public var startIndex: Int { 0 }
    /// The number of bytes.
    @inlinable @inline(__always) public var endIndex: Int { count }

    /// The byte at `index`, which must be below `count`.
    @inlinable @inline(__always) public subscript(index: Int) -> UInt8 {
        assert(index >= 0 && index < count)
        return baseAddress.unsafelyUnwrapped[index]
    }

    /// The eight bytes from `index` on as a little-endian word; all of them must be there.
    @inlinable @inline(__always) public func word(at index: Int) -> UInt64 {
        assert(index >= 0 && index <= count - 8)
        return (UnsafeRawPointer(baseAddress.unsafelyUnwrapped) + index).loadUnaligned(as: UInt64.self).littleEndian
    }

    /// Lends the bytes as a buffer; never `nil`.
    @inlinable public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try body(buffer)
    }
}

@_spi(Package) extension Array where Element == UInt8 {
    /// Lends the array's bytes for the duration of `body`.
    public func withByteView<Result, Failure: Error>(
        _ body: (ByteView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (bytes) throws(Failure) in try body(ByteView(bytes)) }
    }
}

@_spi(Package) extension Collection<UInt8> {
    /// Lends the bytes for the duration of `body`: where they lie when they lie in one piece, otherwise in a copy.
    public func withByteView<Result, Failure: Error>(
        _ body: (ByteView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let lent = withContiguousStorageIfAvailable { (bytes) -> Swift.Result<Result, Failure> in
            do throws(Failure) {
                return .success(try body(ByteView(bytes)))
            } catch {
                return .failure(error)
            }
        }
        guard let lent else { return try Array(self).withByteView(body) }
        return try lent.get()
    }
}

@_spi(Package) extension ByteView {
    /// Adds the bytes to a hash.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes: UnsafeRawBufferPointer(buffer)) }

    /// A hash of the bytes that tells nothing of them without its seed; eight bytes at a step.
    public func hash(seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(count)
        var index = 0
        while let base = baseAddress, index < count {
            let rest = count - index
            let word =
                rest >= 8
                ? UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self) : partialWord(at: base + index, rest)
            let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            hash = product.high ^ product.low
            index += 8
        }
        return hash
    }
}

@_spi(Package) extension String {
    /// Lends the text's UTF-8 for the duration of `body`.
    public mutating func withByteView<Result>(_ body: (ByteView) throws -> Result) rethrows -> Result {
        try withUTF8 { try body(ByteView($0)) }
    }
}
