/// A run of bytes inside a buffer, by place instead of pointer so that it survives the buffer's growth.
@_spi(Package) public struct ByteRange: BitwiseCopyable, Sendable, Hashable {
    /// Offset of the first byte.
    public var start: UInt32
    /// Number of bytes.
    public var length: UInt32

    /// The run of `length` bytes from `start`.
    @inlinable public init(_ start: Int, _ length: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.length = UInt32(truncatingIfNeeded: length)
    }

    /// No bytes.
    @inlinable public static var empty: ByteRange { ByteRange(0, 0) }

    /// True when there are no bytes.
    @inlinable public var isEmpty: Bool { length == 0 }
}
