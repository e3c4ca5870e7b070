@_spi(Package) import Bytes
internal import CZlib

/// Undoes deflate (RFC 1951), the compression of zip archives, piece by piece, with zlib.
///
/// Compare a checksum to be sure that nothing is damaged: many damaged streams inflate to something.
struct Inflater: ~Copyable {
    /// On the heap, because zlib keeps its address. Ownership: ended and freed with this value.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input = ByteBuffer(minimumCapacity: 1 << 15)
    /// What zlib said last.
    private var code: Int32

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Below zero: no header and no checksum around the stream.
        code = inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Whether all of the stream was decoded.
    var isDone: Bool { code == Z_STREAM_END }

    /// Starts with another stream.
    mutating func reset() {
        stream.pointee.avail_in = 0
        code = inflateReset(stream)
    }

    /// Reads up to `count` bytes of what was compressed; 0 at the end, and where the stream is damaged or cut off.
    ///
    /// - Parameter more: reads up to a number of compressed bytes into memory; gives 0 at their end.
    mutating func read(
        into target: UnsafeMutablePointer<UInt8>, _ count: Int, from more: (UnsafeMutablePointer<UInt8>, Int) -> Int
    ) -> Int {
        stream.pointee.next_out = target
        stream.pointee.avail_out = UInt32(clamping: count)
        while code == Z_OK, stream.pointee.avail_out > 0 {
            if stream.pointee.avail_in == 0 {
                stream.pointee.next_in = input.base
                stream.pointee.avail_in = UInt32(more(input.base, input.capacity))
            }
            // Without input it says Z_BUF_ERROR.
            code = inflate(stream, Z_NO_FLUSH)
        }
        return count - Int(stream.pointee.avail_out)
    }
}
