@_spi(Package) import Bytes

import Platform

/// What is known of a name before it is opened.
enum EntryKind: UInt8 {
    /// Given by the user: anything that can be read.
    case argument
    /// A regular file.
    case file
    /// A directory.
    case directory
    /// Perhaps a link, a device, a pipe, or a file that was read already.
    case unknown
    /// A result of an earlier run.
    case result
}

/// The names in a directory in order of their bytes, packed into one block that stays in place. Never changed once made.
///
/// Of a directory with very many names these are only some; the others follow.
final class DirectoryNames: Sendable {
    /// The directory, for places.
    let source: SourceDirectory
    /// Whether there are names after the last.
    let isCut: Bool
    /// For each name its kind, its bytes, a zero.
    private let bytes: ByteBuffer
    /// Where each name begins, with its kind, and where the last one ends.
    private let offsets: [UInt32]

    fileprivate init(_ source: SourceDirectory, bytes: consuming ByteBuffer, offsets: [UInt32], isCut: Bool) {
        self.source = source
        self.isCut = isCut
        self.bytes = bytes
        self.offsets = offsets
    }

    var count: Int { offsets.count - 1 }

    /// The name at a position; a zero is after its bytes.
    subscript(index: Int) -> PaddedView {
        let (start, end) = (Int(offsets[index]), Int(offsets[index + 1]))
        return bytes.padded.slice((start + 1)..<(end - 1))
    }

    /// What is known of the name at a position.
    func kind(at index: Int) -> EntryKind { EntryKind(rawValue: bytes.base[Int(offsets[index])]) ?? .unknown }
}

/// Reads the names in directories, in order; keeps its memory for the next one.
///
/// When a directory has more names than there is room for, those that come first are read, and the others when these are done:
/// memory does not grow with the directory.
struct DirectoryReader: ~Copyable {
    /// A name with its kind and a zero, and what it is sorted by.
    private struct Key {
        var head: UInt64 = 0
        var range: ByteRange
    }

    /// Bytes that names may take while they are read, with what sorting and cutting need.
    private let size: Int
    /// For each name its kind, its bytes, a zero.
    private var bytes = ByteBuffer(minimumCapacity: 4096)
    private var spare = ByteBuffer(minimumCapacity: 16)
    private var keys: [Key] = []
    /// Offset of the name after which none is wanted, once there were too many.
    private var bound: Int?

    /// - Parameter size: bytes that names may take; the usual ones hold some hundred thousand names.
    init(size: Int = 12 << 20) { self.size = size }

    /// Reads an open directory; `nil`, with `errno`, when that fails.
    ///
    /// - Parameters:
    ///   - filter: which names are wanted.
    ///   - previous: names read before; only those after the last of them are wanted.
    mutating func read(
        _ descriptor: Int32, _ source: SourceDirectory, _ filter: NameFilter, behind previous: DirectoryNames? = nil
    ) -> DirectoryNames? {
        let copy = dup(descriptor)
        guard copy >= 0, let directory = fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            return nil
        }
        var last: UnsafePointer<UInt8>?
        if let previous, previous.count > 0 {
            last = previous[previous.count - 1].bytes.baseAddress
            rewinddir(directory)
        }
        bytes.removeAll()
        keys.removeAll(keepingCapacity: true)
        bound = nil
        let isPlain = filter.isPlain
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            let kind: EntryKind =
                switch Int(entry.pointee.d_type) {
                case Int(DT_REG): .file
                case Int(DT_DIR): .directory
                default: .unknown
                }
            withUnsafePointer(to: &entry.pointee.d_name) {
                let name = UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self)
                if let last, order(name, last) <= 0 { return }
                if isPlain {
                    add(name, kind)
                } else if let kind = filter.kind(characters(name), inode: UInt64(entry.pointee.d_ino), kind) {
                    add(name, kind)
                }
            }
        }
        let reason = errno
        closedir(directory)
        errno = reason
        guard reason == 0 else { return nil }
        sort()
        var sorted = ByteBuffer(minimumCapacity: bytes.count)
        var offsets: [UInt32] = []
        offsets.reserveCapacity(keys.count + 1)
        for key in keys { offsets.append(Self.move(key.range, from: bytes, to: &sorted).start) }
        offsets.append(UInt32(truncatingIfNeeded: sorted.count))
        return DirectoryNames(source, bytes: sorted, offsets: offsets, isCut: bound != nil)
    }

    /// Adds a name, unless it is one of the directory itself or comes too late to be wanted.
    private mutating func add(_ name: UnsafePointer<UInt8>, _ kind: EntryKind) {
        let text = ByteView(start: name, count: strlen(characters(name)))
        if text.equals(".") || text.equals("..") { return }
        if let bound, order(name, bytes.base + bound + 1) > 0 { return }
        keys.append(Key(range: ByteRange(bytes.count, text.count + 2)))
        bytes.append(kind.rawValue)
        bytes.append(text)
        bytes.append(0)
        // Cutting needs half of the bytes again, sorting half of the keys.
        if 3 * (bytes.count + keys.count * MemoryLayout<Key>.stride) / 2 > size, keys.count > 1 { cut() }
    }

    /// Keeps the half that comes first.
    private mutating func cut() {
        sort()
        keys.removeLast(keys.count - keys.count / 2)
        spare.removeAll()
        for index in keys.indices { keys[index].range = Self.move(keys[index].range, from: bytes, to: &spare) }
        swap(&bytes, &spare)
        bound = keys.last.map { Int($0.range.start) }
    }

    /// Appends a name to other names, and gives its place there.
    private static func move(_ name: ByteRange, from bytes: borrowing ByteBuffer, to target: inout ByteBuffer)
        -> ByteRange
    {
        let start = target.count
        target.append(bytes[name].bytes)
        return ByteRange(start, Int(name.length))
    }

    /// Puts the names in order.
    ///
    /// Names that begin alike, as those of numbered files do, are compared by the eight bytes after their common start.
    private mutating func sort() {
        let names = UnsafePointer(bytes.base) + 1
        guard let first = keys.first.map({ names + Int($0.range.start) }) else { return }
        var shared = Int.max
        for key in keys {
            let name = names + Int(key.range.start)
            // Most names begin as the shortest common start so far does; a name that ends within it does not.
            if shared < Int(key.range.length), equalBytes(first, name, shared) { continue }
            var length = 0
            while length < shared, first[length] != 0, first[length] == name[length] { length += 1 }
            shared = length
        }
        for index in keys.indices {
            // Bytes after the end of a name do not matter: two names differ at the end of one of them, if not before.
            let head = UnsafeRawPointer(names + Int(keys[index].range.start) + shared).loadUnaligned(as: UInt64.self)
            keys[index].head = head.bigEndian
        }
        keys.sort { a, b in
            a.head != b.head
                ? a.head < b.head : order(names + Int(a.range.start), names + Int(b.range.start)) < 0
        }
    }
}

/// Below zero when the first of two names comes first, zero when they are the same.
private func order(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>) -> Int32 {
    strcmp(characters(a), characters(b))
}

private func characters(_ name: UnsafePointer<UInt8>) -> UnsafePointer<CChar> {
    UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)
}
