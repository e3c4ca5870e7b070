/// A copy of some bytes that can be shared and viewed as long as the object lives.
///
/// Ownership: the block belongs to the object and is freed with it; it has the slack of a ``ByteBuffer``.
package final class HeapBytes: @unchecked Sendable {
    private let start: UnsafeMutablePointer<UInt8>
    private let count: Int

    /// A copy of an array's bytes.
    package init(_ bytes: [UInt8]) {
        count = bytes.count
        start = .allocate(capacity: count + ByteBuffer.slack)
        bytes.withByteView { if let base = $0.baseAddress { start.update(from: base, count: count) } }
    }

    deinit { start.deallocate() }

    /// The bytes.
    package var bytes: ByteView { ByteView(start: start, count: count) }
    /// The bytes, with what may be read behind them.
    package var padded: PaddedView { PaddedView(bytes) }
}
