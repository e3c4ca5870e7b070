import Platform

/// Bytes where they lie, in memory that something else owns: a document, a file's block, a ``ByteBuffer``.
///
/// The unsafe type for input. It is two words and is copied freely; it does not keep its memory alive. Each place that stores one
/// says what owns the bytes and how long they stay. Debug builds check bounds.
package struct ByteView: BitwiseCopyable, @unchecked Sendable {
    /// First byte; `nil` only when there are none.
    package let baseAddress: UnsafePointer<UInt8>?
    /// Number of bytes.
    package let count: Int

    /// `count` bytes from `start` on.
    @inlinable @inline(__always) package init(start: UnsafePointer<UInt8>?, count: Int) {
        assert(count == 0 || start != nil && count > 0)
        baseAddress = start
        self.count = count
    }

    /// The bytes of a buffer.
    @inlinable @inline(__always) package init(_ buffer: UnsafeBufferPointer<UInt8>) {
        self.init(start: buffer.baseAddress, count: buffer.count)
    }

    /// Text known at compile time, which lives as long as the program.
    @inlinable @inline(__always) package init(_ text: StaticString) {
        self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// No bytes.
    @inlinable package static var empty: ByteView { ByteView(start: nil, count: 0) }

    /// Whether there are no bytes.
    @inlinable @inline(__always) package var isEmpty: Bool { count == 0 }

    /// The part from `range`, without a bounds check in release builds.
    @inlinable @inline(__always) package func slice(_ range: Range<Int>) -> ByteView {
        assert(range.lowerBound >= 0 && range.upperBound <= count)
        return ByteView(start: baseAddress.map { $0 + range.lowerBound }, count: range.count)
    }

    /// Text of the bytes; ill-formed UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: buffer, as: UTF8.self) }

    /// The bytes for an interface that takes a buffer.
    @inlinable @inline(__always) package var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: baseAddress, count: count)
    }
}

extension ByteView: RandomAccessCollection {
    @inlinable @inline(__always) package var startIndex: Int { 0 }
    @inlinable @inline(__always) package var endIndex: Int { count }

    @inlinable @inline(__always) package subscript(index: Int) -> UInt8 {
        assert(index >= 0 && index < count)
        return baseAddress.unsafelyUnwrapped[index]
    }

    @inlinable package func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try body(buffer)
    }
}

extension Array where Element == UInt8 {
    /// Lends the array's bytes for the duration of `body`.
    package func withByteView<Result, Failure: Error>(
        _ body: (ByteView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (bytes) throws(Failure) in try body(ByteView(bytes)) }
    }
}

extension ArraySlice where Element == UInt8 {
    /// Lends the slice's bytes for the duration of `body`.
    package func withByteView<Result, Failure: Error>(
        _ body: (ByteView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (bytes) throws(Failure) in try body(ByteView(bytes)) }
    }
}

extension String {
    /// Lends the text's UTF-8 for the duration of `body`.
    package mutating func withByteView<Result>(_ body: (ByteView) throws -> Result) rethrows -> Result {
        try withUTF8 { try body(ByteView($0)) }
    }
}
