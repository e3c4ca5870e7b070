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

    /// - Parameter isGzip: whether the stream has the header and the checksum of gzip around it.
    init(isGzip: Bool = false) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Below zero: no header and no checksum around the stream.
        let windowBits = isGzip ? 16 + MAX_WBITS : -MAX_WBITS
        code = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
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

    /// What bytes of gzip were before, as far as they can be read, up to 16 MiB; `nil` for other bytes.
    static func gunzipped(_ bytes: ByteView) -> [UInt8]? {
        guard bytes.starts(with: [0x1F, 0x8B]) else { return nil }
        var inflater = Inflater(isGzip: true)
        var rest = bytes
        var plain: [UInt8] = []
        while plain.count < 16 << 20 {
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { memory, count in
                guard let target = memory.baseAddress else { return }
                count = inflater.read(into: target, memory.count) { more, most in
                    let length = min(most, rest.count)
                    for index in 0..<length { more[index] = rest[index] }
                    rest = rest.dropping(length)
                    return length
                }
            }
            if piece.isEmpty { break }
            plain += piece
        }
        return plain
    }
}
