@_spi(Package) import Bytes

import Platform

/// The part of a text that is being looked at: bytes from a place on, more of them on demand.
final class InputWindow {
    /// Bytes read at a time.
    static let blockSize = 65_536
    /// Bytes that tell what comes next: forms look at the lines after the first, too.
    private static let lookAhead = blockSize / 2

    @exclusivity(unchecked) private var buffer = ByteBuffer(minimumCapacity: blockSize)
    @exclusivity(unchecked) private var start = 0
    /// `nil` when the text was read already.
    private var source: (any ByteSource)?
    private var isAtEnd = false
    /// Whether results are wanted as soon as their input is there.
    var isInteractive = false

    /// Line of the window's first byte, from 1.
    @exclusivity(unchecked) var line = 1
    /// Bytes of the text before the window's first.
    @exclusivity(unchecked) private(set) var offset = 0

    /// The bytes not consumed yet. Valid until more are read or some are consumed.
    var bytes: ByteView { padded.bytes }

    /// The same, with what may be read after them.
    var padded: PaddedView { buffer.padded.slice(start..<buffer.count) }

    /// Whether a carriage return alone ends a line.
    private var hasReturns = false

    /// Takes carriage returns for line feeds when the bytes have only those, as files of old Macs do, or have line feeds only in quotes, as
    /// tables of Excel for Mac do.
    func takeReturns() {
        guard let at = bytes.slice(0..<(bytes.offset(of: 0x0A) ?? bytes.count)).offset(of: 0x0D), at + 1 < bytes.count,
            hasOnlyReturns, !bytes.contains(0)
        else { return }
        hasReturns = true
        replaceReturns(from: start)
    }

    /// Whether no line feed is outside quotes, nor after a carriage return, but for one at the end.
    private var hasOnlyReturns: Bool {
        if let pair = bytes.offset(of: "\r\n"), !isEnd(pair + 1) { return false }
        // MySQL escapes the line feed of a pair in a value, and not its return.
        if bytes.offset(of: "\r\\n") != nil { return false }
        var isQuoted = false
        var index = 0
        while let next = bytes.offset(of: UInt8(ascii: "\""), or: 0x0A, from: index) {
            if bytes[next] != 0x0A { isQuoted.toggle() } else if !isQuoted { return isEnd(next) }
            index = next + 1
        }
        return true
    }

    /// Whether a text ends with a byte. Of one that may pause that is not waited for.
    private func isEnd(_ offset: Int) -> Bool {
        offset + 1 == bytes.count && !wouldBlock && !more()
    }

    private func replaceReturns(from start: Int) {
        for index in start..<buffer.count where buffer.base[index] == 0x0D { buffer.base[index] = 0x0A }
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

    /// Whether the text comes from somebody who may pause.
    var isLive: Bool { source?.isLive ?? false }

    /// Starts at the beginning of another text.
    func open(_ source: any ByteSource) {
        self.source = source
        isAtEnd = false
        hasReturns = false
        futile = 0
        buffer.removeAll()
        start = 0
        line = 1
        offset = 0
    }

    /// Starts at the beginning of a text that was read already.
    func open(_ text: ByteView) {
        source = nil
        isAtEnd = true
        hasReturns = false
        futile = 0
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

    /// Reads on as UTF-8, from the start of the text, which is UTF-16 with a byte-order mark of `markLength` bytes.
    func decodeUTF16(isBigEndian: Bool, markLength: Int) {
        var decoder = UTF16Decoder(isBigEndian: isBigEndian)
        var decoded = ByteBuffer(minimumCapacity: Self.blockSize)
        decoder.decode(bytes.dropping(markLength), into: &decoded)
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
        if hasReturns { replaceReturns(from: buffer.count - got) }
        return got > 0
    }

    /// Reads on until the bytes tell what comes next, so that it does not matter where reading stopped.
    func readAhead() {
        while wantsMore, !(isInteractive && wouldBlock && !isInLine), more() {}
    }

    /// Whether the bytes end inside a line, of which the rest tells what it is.
    var isInLine: Bool { !isAtEnd && bytes.last.map { $0 != 0x0A } ?? false }

    /// Whether all was read and does not end with a line feed, so that its last line may be cut off.
    var isUnended: Bool { isAtEnd && bytes.last != 0x0A }

    /// Whether there are more bytes, and some of them may be needed to tell what comes next.
    var wantsMore: Bool { !isAtEnd && bytes.count < Self.lookAhead }

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

    /// Reads until something is found in the bytes, there are more than ``reach(_:)`` allows, or the file ends.
    ///
    /// - Parameter find: what is wanted of some bytes; asked again with more of them while it gives `nil`. What it looks at is not much
    ///   more than what it finds.
    func find(atMost limit: Int, _ find: (ByteView) -> Int?) -> Int? {
        let reach = reach(limit)
        var size = min(bytes.count, Self.firstLook)
        while true {
            // Near the end of what was looked at, an entry may be told by a line that goes on.
            if let found = find(bytes.slice(0..<size)), found + Self.firstLook / 2 <= size || size == bytes.count {
                return found
            }
            futile += size
            // Doubling between trials keeps this linear.
            if size == bytes.count { while bytes.count < 2 * size, bytes.count <= reach, more() {} }
            let next = min(bytes.count, max(2 * size, Self.firstLook))
            if next == size || size > reach { return nil }
            size = next
        }
    }

    /// Bytes that are looked at first when something is to be found.
    private static let firstLook = 16_384
    /// Bytes that were looked through for something that was not in them.
    private var futile = 0

    /// How far something is looked for that may be up to `limit` bytes away: no further than a block once that was in vain too often, so
    /// that thousands of entries that are never closed do not each look through all the rest.
    func reach(_ limit: Int) -> Int {
        futile > 16 * (offset + bytes.count) + 8 << 20 ? min(limit, Self.blockSize) : limit
    }

    /// The bytes in which an entry is that was not closed within ``reach(_:)``.
    func torn(_ limit: Int) -> ByteView {
        let reach = reach(limit)
        return reach < limit ? bytes.slice(0..<min(reach, bytes.count)) : bytes
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
    var lineFeedCount: Int { count(of: 0x0A) }

    /// Offset behind the last line feed; 0 without one.
    var endOfLastLine: Int {
        guard offset(of: UInt8(0x0A)) != nil else { return 0 }
        var index = count
        while index > 0, self[index - 1] != 0x0A { index -= 1 }
        return index
    }
}
