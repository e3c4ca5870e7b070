import Bytes

import Platform

/// The part of a file that is being looked at: bytes from a place on, more of them on demand.
final class InputWindow {
    /// Bytes read at a time.
    static let blockSize = 65_536

    private var buffer = ByteBuffer(minimumCapacity: blockSize)
    private var start = 0
    private var stream: InputStream?
    /// Bytes of a file that was read already.
    private var bytesPutIn = 0

    /// Line of the window's first byte, from 1.
    var line = 1

    /// The bytes not consumed yet. Valid until more are read or some are consumed.
    var bytes: ByteView {
        ByteView(start: buffer.base + start, count: buffer.count - start)
    }

    /// Why the file ended before its end; `nil` when it did not.
    var failure: String? { stream?.failure }

    /// Bytes read from the file.
    var bytesRead: Int { bytesPutIn + (stream?.bytesRead ?? 0) }

    /// Starts at the beginning of another file.
    func open(_ stream: InputStream) {
        self.stream = stream
        buffer.removeAll()
        start = 0
        line = 1
    }

    /// Starts at the beginning of a file that was read already.
    func open(_ text: ByteView) {
        stream = nil
        putBack(text)
        line = 1
        bytesPutIn = text.count
    }

    /// Lets go of the file, and of memory that an unusual one made large.
    func close() {
        stream = nil
        bytesPutIn = 0
        if buffer.capacity > 4 * Self.blockSize { buffer = ByteBuffer(minimumCapacity: Self.blockSize) }
        buffer.removeAll()
        start = 0
    }

    /// Reads on through a decompressor, from the start of the file.
    func decompress(_ compression: InputStream.Compression) -> Bool {
        let isStarted = stream?.decompress(compression, head: bytes) ?? false
        buffer.removeAll()
        start = 0
        return isStarted
    }

    /// Reads on as UTF-8, from the start of the file, which is UTF-16 with a byte-order mark.
    func decodeUTF16(isBigEndian: Bool) {
        var decoder = UTF16Decoder(isBigEndian: isBigEndian)
        var decoded = ByteBuffer(minimumCapacity: Self.blockSize)
        decoder.decode(bytes.dropping(2), into: &decoded)
        if let stream { stream.decode(with: decoder) } else { decoder.finish(into: &decoded) }
        putBack(decoded.bytes)
    }

    /// Reads another block behind the bytes; false at the end of the file.
    func more() -> Bool {
        if start > 0 {
            let rest = buffer.count - start
            memmove(buffer.base, buffer.base + start, rest)
            buffer.count = rest
            start = 0
        }
        buffer.reserve(Self.blockSize)
        guard let stream else { return false }
        let got = stream.read(into: buffer.end, buffer.capacity - buffer.count)
        buffer.count += got
        return got > 0
    }

    /// Reads straight into another buffer, behind its bytes; 0 at the end. Only when the window is empty.
    func read(into target: inout ByteBuffer, _ count: Int) -> Int {
        target.reserve(count)
        let got = stream?.read(into: target.end, count) ?? 0
        target.count += got
        return got
    }

    /// Reads until there are `count` bytes or the file ends.
    func fill(_ count: Int) {
        while bytes.count < count, more() {}
    }

    /// Reads until something is found in the bytes, there are more than `limit` of them, or the file ends.
    ///
    /// - Parameter find: what is wanted of some bytes; asked again with more of them while it gives `nil`.
    func find(atMost limit: Int, _ find: (ByteView) -> Int?) -> Int? {
        var tried = bytes.count
        var found = find(bytes)
        while found == nil, bytes.count <= limit, more() {
            // Doubling between trials keeps this linear.
            if bytes.count < 2 * tried { continue }
            tried = bytes.count
            found = find(bytes)
        }
        return found ?? (tried < bytes.count ? find(bytes) : nil)
    }

    /// Steps over bytes, counting lines.
    func consume(_ count: Int) {
        line += bytes.slice(0..<count).lineFeedCount
        start += count
    }

    /// Takes everything out without counting lines.
    func takeAll(into target: inout ByteBuffer) {
        target.append(bytes)
        start = buffer.count
    }

    /// Puts bytes back in front; only into an empty window.
    func putBack(_ bytes: ByteView) {
        buffer.removeAll()
        start = 0
        buffer.append(bytes)
    }

    /// Steps over bytes up to and with the next line feed, however far it is.
    func consumeLine() {
        while true {
            if let end = bytes.offset(of: 0x0A) {
                consume(end + 1)
                return
            }
            start = buffer.count
            if !more() { return }
        }
    }
}

extension ByteView {
    /// How many line feeds there are.
    var lineFeedCount: Int {
        var total = 0
        var index = 0
        while let feed = offset(of: UInt8(0x0A), from: index) {
            total += 1
            index = feed + 1
        }
        return total
    }

    /// Offset behind the last line feed; 0 without one.
    var endOfLastLine: Int {
        guard offset(of: UInt8(0x0A)) != nil else { return 0 }
        var index = count
        while index > 0, self[index - 1] != 0x0A { index -= 1 }
        return index
    }
}
