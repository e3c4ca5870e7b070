import Bytes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is known of a name before it is opened.
enum EntryKind: UInt8 {
    /// Given by the user: anything that can be read.
    case argument
    /// A regular file.
    case file
    /// A directory.
    case directory
    /// Perhaps a link, a device, a pipe.
    case unknown
}

/// The names in a directory in order of their bytes, packed into one block that stays in place. Never changed once made.
final class DirectoryNames: Sendable {
    /// The directory, for places.
    let source: SourceDirectory
    /// For each name its kind, its bytes, a zero.
    private let bytes: ByteBuffer
    private let offsets: [UInt32]

    var count: Int { offsets.count }

    /// The name at a position; a zero stands behind its bytes.
    subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = bytes.base + Int(offsets[index]) + 1
        return UnsafeBufferPointer(
            start: start, count: strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)))
    }

    /// What is known of the name at a position.
    func kind(at index: Int) -> EntryKind { EntryKind(rawValue: bytes.base[Int(offsets[index])]) ?? .unknown }

    /// Reads an open directory; `nil`, with `errno`, when that fails.
    init?(ofDirectory descriptor: Int32, path: String) {
        let copy = dup(descriptor)
        guard copy >= 0, let directory = fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            return nil
        }
        var bytes = ByteBuffer(minimumCapacity: 4096)
        var offsets: [UInt32] = []
        while let entry = readdir(directory) {
            let kind: EntryKind =
                switch Int(entry.pointee.d_type) {
                case Int(DT_REG): .file
                case Int(DT_DIR): .directory
                default: .unknown
                }
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                let start = UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
                let length = strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
                let text = UnsafeBufferPointer(start: start, count: length)
                if text.equals(".") || text.equals("..") { return }
                offsets.append(UInt32(truncatingIfNeeded: bytes.count))
                bytes.append(kind.rawValue)
                bytes.append(text)
                bytes.append(0)
            }
        }
        closedir(directory)
        self.offsets = Self.sorted(offsets, of: bytes.base)
        self.bytes = bytes
        source = SourceDirectory(path)
    }

    /// Names that begin alike, as those of numbered files do, are told apart by the eight bytes behind what they share.
    private static func sorted(_ offsets: [UInt32], of bytes: UnsafePointer<UInt8>) -> [UInt32] {
        func name(_ offset: UInt32) -> UnsafePointer<UInt8> { bytes + Int(offset) + 1 }
        guard let first = offsets.first else { return [] }
        var shared = Int.max
        for offset in offsets {
            var length = 0
            while length < shared, name(first)[length] != 0, name(first)[length] == name(offset)[length] { length += 1 }
            shared = length
        }
        var keys = offsets.map { offset in
            var key: UInt64 = 0
            var length = 0
            while length < 8, name(offset)[shared + length] != 0 {
                key |= UInt64(name(offset)[shared + length]) << UInt64(56 - 8 * length)
                length += 1
            }
            return (key: key, offset: offset)
        }
        keys.sort { a, b in
            if a.key != b.key { return a.key < b.key }
            return UnsafeRawPointer(name(a.offset)).withMemoryRebound(to: CChar.self, capacity: 1) { first in
                UnsafeRawPointer(name(b.offset)).withMemoryRebound(to: CChar.self, capacity: 1) {
                    strcmp(first, $0) < 0
                }
            }
        }
        return keys.map(\.offset)
    }
}
