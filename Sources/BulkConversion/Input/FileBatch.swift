@_spi(Package) import Bytes

import Platform

/// Some files of directories that are read ahead of the cutting, so that several threads can open and read at once.
///
/// Used by one thread at a time: the one that took it reads it; once ``isRead`` is set, it belongs to the reader again.
final class FileBatch {
    /// One of the files.
    enum File {
        /// The whole of a small file.
        case whole(EntrySource, ByteView)
        /// One that is large, compressed or unreadable, or comes after such a one.
        case unread(ArchiveWalk.Names, position: Int)
    }

    /// Files in a batch at most.
    static let mostFiles = 64

    /// Batches for which the process may open enough files: each holds up to four directories and one file open, beside the
    /// directories of files that were found, those on the way, the outputs and what the program around has open.
    static var mostBatches: Int {
        var limit = rlimit()
        #if canImport(Glibc)
            let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        #else
            let isKnown = getrlimit(RLIMIT_NOFILE, &limit) == 0
        #endif
        return isKnown ? max(1, (Int(clamping: limit.rlim_cur) - 32) / 6) : 1
    }

    private var files = ReadFiles()

    /// Whether ``read(_:)`` was done.
    var isRead = false

    /// Starts again with other files.
    func reset(_ names: [ArchiveWalk.Names]) {
        files.reset(names)
        isRead = false
    }

    /// Reads the files up to the first that cannot be had whole.
    func read(_ limits: ReadingLimits) { files.read(limits) }

    /// Whether a document comes next.
    var isBeforeDocument: Bool { files.isBeforeDocument }

    /// Takes documents that come next as long as they are wanted; gives the number of their bytes.
    func takeDocuments(
        indexOf: @escaping (DirectoryNames) -> Int,
        into add: (() -> (directory: Int, name: Int, bytes: ByteView)?) -> Void
    ) -> Int {
        files.takeDocuments(indexOf: indexOf, into: add)
    }

    /// The next file in order; `nil` behind the last. Its bytes are valid until the batch is reset.
    func next() -> File? { files.next() }
}

/// What a batch holds.
private struct ReadFiles: ~Copyable {
    private struct File {
        /// Which of the names it has.
        var names: Int32
        var position: Int32
        var range: ByteRange
        /// Whether it is one XML document.
        var isDocument: Bool
    }

    /// Bytes after which no more files are read ahead.
    private static let mostBytes = 1 << 20

    private var names: [ArchiveWalk.Names] = []
    private var files: [File] = []
    private var bytes = ByteBuffer(minimumCapacity: 1 << 17)
    private var position = 0

    init() {}

    mutating func reset(_ names: [ArchiveWalk.Names]) {
        self.names = names
        files.removeAll(keepingCapacity: true)
        bytes.removeAll()
        position = 0
    }

    mutating func read(_ limits: ReadingLimits) {
        for (number, names) in names.enumerated() {
            for position in 0..<names.count {
                guard bytes.count < Self.mostBytes, let file = read(names, number, position, limits) else {
                    return
                }
                files.append(file)
            }
        }
    }

    private mutating func read(
        _ names: ArchiveWalk.Names, _ number: Int, _ position: Int, _ limits: ReadingLimits
    ) -> File? {
        let descriptor = names.openDescriptor(position)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let start = bytes.count
        var isDocument = false
        bytes.reserve(limits.headSize)
        while true {
            let room = start + limits.headSize - bytes.count
            // Too much for a small file.
            if room == 0 { return nil }
            let got = readSome(descriptor, UnsafeMutableRawBufferPointer(start: bytes.end, count: room))
            if got == 0 { break }
            if got < 0 && errno != EINTR { return nil }
            bytes.count += max(got, 0)
            // The end of most files need not be asked for. A short read alone does not tell it: it may end at a damaged block.
            if got > 0, got < room {
                isDocument = PlainDocument.isWhole(bytes.bytes.dropping(start))
                if isDocument { break }
            }
        }
        let range = ByteRange(start, bytes.count - start)
        if !isDocument {
            let text = bytes[range].bytes
            guard FileSignature(head: text).isReadable else { return nil }
            if FileSignature.mayBeDamagedZip(head: text), FileSignature.endsZip(text) { return nil }
        }
        return File(
            names: Int32(truncatingIfNeeded: number), position: Int32(truncatingIfNeeded: position), range: range,
            isDocument: isDocument)
    }

    var isBeforeDocument: Bool { position < files.count && files[position].isDocument }

    mutating func takeDocuments(
        indexOf: @escaping (DirectoryNames) -> Int,
        into add: (() -> (directory: Int, name: Int, bytes: ByteView)?) -> Void
    ) -> Int {
        var count = 0
        var number = -1
        var (directory, first) = (0, 0)
        add {
            guard isBeforeDocument else { return nil }
            let file = files[position]
            position += 1
            if Int(file.names) != number {
                number = Int(file.names)
                let all = names[number].all
                (directory, first) = (indexOf(all.names), all.first)
            }
            count += Int(file.range.length)
            return (directory, first + Int(file.position), bytes[file.range].bytes)
        }
        return count
    }

    mutating func next() -> FileBatch.File? {
        defer { position += 1 }
        if position < files.count {
            let file = files[position]
            return .whole(
                names[Int(file.names)].source(Int(file.position)), bytes[file.range].bytes)
        }
        var rest = position
        for names in names {
            if rest < names.count { return .unread(names, position: rest) }
            rest -= names.count
        }
        return nil
    }
}
