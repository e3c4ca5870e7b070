@_spi(Package) import Bytes

import Platform

/// The part of a text that is being looked at: bytes from a place on, more of them on demand.
final class InputWindow {
    /// Bytes read at a time.
    static let blockSize = 65_536
    /// Bytes that tell what comes next: forms look at the lines after the first, too.
    private static let lookAhead = blockSize / 2

    private var buffer = ByteBuffer(minimumCapacity: blockSize)
    private var start = 0
    /// `nil` when the text was read already.
    private var source: (any ByteSource)?
    private var isAtEnd = false
    /// Whether results are wanted as soon as their input is there.
    var isInteractive = false

    /// Line of the window's first byte, from 1.
    var line = 1
    /// Bytes of the text before the window's first.
    private(set) var offset = 0

    /// The bytes not consumed yet. Valid until more are read or some are consumed.
    var bytes: ByteView {
        ByteView(start: buffer.base + start, count: buffer.count - start)
    }

    /// Why the text ended before its end; `nil` when it did not.
    var failure: String? { source?.failure?.text }

    /// What the machine failed with, which is no fault of the text; `nil` when it did not.
    var trouble: String? {
        guard case .machine(let text) = source?.failure else { return nil }
        return text
    }

    /// Whether reading on would have to wait, such as for the writer of a pipe.
    var wouldBlock: Bool { source?.wouldBlock ?? false }

    /// Starts at the beginning of another text.
    func open(_ source: any ByteSource) {
        self.source = source
        isAtEnd = false
        buffer.removeAll()
        start = 0
        line = 1
        offset = 0
    }

    /// Starts at the beginning of a text that was read already.
    func open(_ text: ByteView) {
        source = nil
        isAtEnd = true
        putBack(text)
        line = 1
        offset = 0
    }

    /// Lets go of the text, and of memory that an unusual one made large.
    func close() {
        source = nil
        if buffer.capacity > 4 * Self.blockSize { buffer = ByteBuffer(minimumCapacity: Self.blockSize) }
        buffer.removeAll()
        start = 0
    }

    /// Takes out the source together with the bytes read from it, all from its beginning, to read it some other way.
    func takeSource() -> (source: any ByteSource, head: [UInt8])? {
        defer { close() }
        return source.map { ($0, Array(bytes)) }
    }

    /// Reads on as UTF-8, from the start of the text, which is UTF-16 with a byte-order mark.
    func decodeUTF16(isBigEndian: Bool) {
        var decoder = UTF16Decoder(isBigEndian: isBigEndian)
        var decoded = ByteBuffer(minimumCapacity: Self.blockSize)
        decoder.decode(bytes.dropping(2), into: &decoded)
        isAtEnd = source == nil
        if let source { self.source = UTF16Source(source, decoder) } else { decoder.finish(into: &decoded) }
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
        guard let source else { return false }
        let got = source.read(into: buffer.end, buffer.capacity - buffer.count)
        buffer.count += got
        isAtEnd = got == 0
        return got > 0
    }

    /// Reads on until the bytes tell what comes next, so that it does not matter where reading stopped.
    func readAhead() {
        while !isAtEnd, bytes.count < Self.lookAhead, !(isInteractive && wouldBlock), more() {}
    }

    /// Reads straight into another buffer, behind its bytes; 0 at the end. Only when the window is empty.
    func read(into target: inout ByteBuffer, _ count: Int) -> Int {
        target.reserve(count)
        let got = source?.read(into: target.end, count) ?? 0
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
    func consume(_ count: Int) { consume(count, lineCount: bytes.slice(0..<count).lineFeedCount) }

    /// Steps over bytes of which the lines are counted.
    func consume(_ count: Int, lineCount: Int) {
        line += lineCount
        start += count
        offset += count
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
