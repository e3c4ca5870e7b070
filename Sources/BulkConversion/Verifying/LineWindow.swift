@_spi(Package) import Bytes

/// Bytes of a file or of a run, as a stream that is compared whole where it can be, and cut into lines where it must be.
struct LineWindow: ~Copyable {
    /// A line, its line feed included.
    struct Line {
        /// Where it begins in the stream.
        fileprivate let offset: Int
        fileprivate let length: Int
        /// What tells it from others, once that was asked for.
        var identity: LineIdentity?
    }

    private var buffer = ByteBuffer(minimumCapacity: 1 << 16)
    /// Place in the stream of the first byte in the buffer, of the first byte not taken, of the end of what was cut into lines, and of
    /// the end of what was searched for line feeds.
    private var (base, start, cutEnd, searchEnd) = (0, 0, 0, 0)
    private var lines: [Line] = []
    /// Index of the first line that was not taken.
    private var first = 0

    /// Bytes not taken yet.
    var bytes: ByteView { buffer.bytes.dropping(start - base) }
    /// Place in the stream of the end of what is here.
    var end: Int { base + buffer.count }
    /// How many lines were cut off what was not taken.
    var lineCount: Int { lines.count - first }

    /// Adds bytes.
    mutating func append(_ bytes: ByteView) {
        makeRoom()
        buffer.append(bytes)
    }

    /// Adds bytes of a file whose stream this is.
    ///
    /// - Returns: whether there were any.
    mutating func append(from file: ResultFile, atMost count: Int) throws(BulkFailure) -> Bool {
        makeRoom()
        return try file.read(into: &buffer, at: end, atMost: count) > 0
    }

    private mutating func makeRoom() {
        let taken = start - base
        guard taken > 1 << 16, taken > buffer.count / 2 else { return }
        var rest = ByteBuffer(minimumCapacity: buffer.count - taken)
        rest.append(bytes)
        swap(&rest, &buffer)
        base = start
    }

    /// Takes bytes that were compared whole.
    mutating func take(_ count: Int) {
        start += count
        (cutEnd, searchEnd) = (start, start)
        lines.removeAll(keepingCapacity: true)
        first = 0
    }

    /// Cuts lines off until there are `count` of them, or `size` bytes of them.
    ///
    /// - Parameter isLast: whether what has no line feed is a line too, because nothing follows.
    mutating func cut(_ count: Int, _ size: Int, isLast: Bool) {
        while lineCount < count, cutEnd - start < size, cutEnd < end {
            guard let feed = buffer.bytes.offset(of: 0x0A, from: max(searchEnd, cutEnd) - base) else {
                searchEnd = end
                if isLast { add(upTo: end) }
                return
            }
            add(upTo: base + feed + 1)
        }
    }

    private mutating func add(upTo end: Int) {
        lines.append(Line(offset: cutEnd, length: end - cutEnd))
        cutEnd = end
    }

    /// A line that was cut.
    subscript(index: Int) -> Line {
        get { lines[first + index] }
        set { lines[first + index] = newValue }
    }

    /// The bytes of a line.
    func text(_ index: Int) -> ByteView {
        let line = lines[first + index]
        return buffer.bytes.slice((line.offset - base)..<(line.offset - base + line.length))
    }

    /// Takes lines.
    mutating func takeLines(_ count: Int) {
        guard count > 0 else { return }
        let last = lines[first + count - 1]
        start = last.offset + last.length
        first += count
        guard first >= 1024 || first == lines.count else { return }
        lines.removeFirst(first)
        first = 0
    }
}

/// What tells a line from others.
struct LineIdentity: Hashable {
    /// Hash of all its bytes.
    var content: UInt64
    /// Hash of the place in the archive and the request there.
    var request: UInt64
}
