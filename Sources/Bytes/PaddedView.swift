/// Bytes in a block with slack, of which up to ``ByteBuffer/slack`` bytes after the last may be read: they do not count, but are there.
///
/// The second unsafe type for input, for what works on whole words. Only a ``ByteBuffer`` makes one, so a function that takes it need not
/// trust its caller; a part of one is one too, because what comes after it lies in the same block. Like a ``ByteView`` it does not
/// keep its memory alive: it is valid until the buffer grows, is emptied or ends.
@_spi(Package) public struct PaddedView: BitwiseCopyable, Sendable {
    /// The bytes.
    public let bytes: ByteView

    /// Bytes with `ByteBuffer.slack` bytes after them, or none.
    @usableFromInline @inline(__always) init(_ bytes: ByteView) { self.bytes = bytes }

    /// No bytes.
    @inlinable public static var empty: PaddedView { PaddedView(ByteView.empty) }

    /// Number of bytes.
    @inlinable @inline(__always) public var count: Int { bytes.count }

    /// Whether there are no bytes.
    @inlinable @inline(__always) public var isEmpty: Bool { bytes.isEmpty }

    /// Text of the bytes; ill-formed UTF-8 becomes U+FFFD.
    public var text: String { bytes.text }

    /// True when the bytes are `text`.
    @inlinable @inline(__always) public func equals(_ text: StaticString) -> Bool { bytes.equals(text) }

    /// True when the bytes are those of another view.
    @inlinable @inline(__always) package func equals(_ bytes: ByteView) -> Bool { self.bytes.equals(bytes) }

    /// The part from `range`.
    @inlinable @inline(__always) public func slice(_ range: Range<Int>) -> PaddedView {
        PaddedView(bytes.slice(range))
    }

    /// The part that lies at `range`.
    @inlinable @inline(__always) public subscript(range: ByteRange) -> PaddedView {
        assert(Int(range.start) + Int(range.length) <= count)
        // Without a look at whether there are any bytes, because texts are asked for all the time.
        return PaddedView(
            ByteView(start: bytes.baseAddress.unsafelyUnwrapped + Int(range.start), count: Int(range.length)))
    }

    /// How many digits there are from `start` on; of more than 24 there are 24. Eight bytes a step, so up to 31 bytes after the end are
    /// read, but not counted.
    @inlinable @inline(__always) public func digitCount(from start: Int) -> Int {
        guard start < count, let base = bytes.baseAddress else { return 0 }
        var index = 0
        while index < 24 {
            let others = nonDigits(base + start + index)
            if others != 0 {
                index &+= others.trailingZeroBitCount >> 3
                break
            }
            index &+= 8
        }
        return min(index, count - start)
    }

    /// The bytes without XML white space and no-break spaces (U+00A0) at both ends.
    @inlinable @inline(__always) public var trimmed: PaddedView { PaddedView(bytes.trimmed) }
}
