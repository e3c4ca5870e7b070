import Bytes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files of the archives given, one after the other: directories in order of their names' bytes, depth first.
///
/// Memory grows with the largest directory on the way, not with their number.
final class ArchiveWalk {
    /// What was found.
    enum Item {
        /// An open file; whoever takes it closes it. One of a directory that says so is regular.
        case file(EntrySource, descriptor: Int32, isRegular: Bool)
        /// Something that cannot be opened, and why.
        case unreadable(name: String, reason: String)
        /// A socket, device or pipe inside a directory.
        case special(name: String)
    }

    private struct Level {
        var descriptor: Int32
        var directory: SourceDirectory
        var names: PackedNames
        var next = 0
        var device: UInt64
        var inode: UInt64
    }

    /// The name of standard input in places.
    static let standardInput = "<stdin>"

    private let archives: [String]
    private var nextArchive = 0
    private var levels: [Level] = []
    private let excluded: (device: UInt64, inode: UInt64)?

    /// - Parameter excluded: a directory that is stepped over: the one the results are written to.
    init(_ archives: [String], excluding excluded: String?) {
        self.archives = archives
        var status = stat()
        if let excluded, stat(excluded, &status) == 0 {
            self.excluded = (UInt64(status.st_dev), UInt64(status.st_ino))
        } else {
            self.excluded = nil
        }
    }

    deinit {
        for level in levels { close(level.descriptor) }
    }

    /// The next file; `nil` when there are no more.
    func next() -> Item? {
        while true {
            if levels.isEmpty {
                guard nextArchive < archives.count else { return nil }
                let archive = archives[nextArchive]
                nextArchive += 1
                if archive == "-" {
                    return .file(
                        EntrySource(name: Self.standardInput), descriptor: STDIN_FILENO, isRegular: false)
                }
                let item = archive.withCString { open($0, in: AT_FDCWD, path: archive, kind: .argument) }
                if let item { return item }
                continue
            }
            let depth = levels.count - 1
            let index = levels[depth].next
            guard index < levels[depth].names.count else {
                close(levels[depth].descriptor)
                levels.removeLast()
                continue
            }
            levels[depth].next += 1
            let (name, kind) = levels[depth].names[index]
            let parent = levels[depth].directory
            let descriptor = levels[depth].descriptor
            let item: Item? = name.withMemoryRebound(to: CChar.self) { text in
                guard kind == .file else {
                    let path = parent.path + String(decoding: name, as: UTF8.self)
                    return open(text.baseAddress, in: descriptor, path: path, kind: kind)
                }
                guard let start = text.baseAddress else { return nil }
                let file = openat(descriptor, start, O_RDONLY | O_CLOEXEC)
                return file >= 0
                    ? .file(EntrySource(name, in: parent), descriptor: file, isRegular: true)
                    : .unreadable(
                        name: parent.path + String(decoding: name, as: UTF8.self), reason: systemErrorText())
            }
            if let item { return item }
        }
    }

    /// Opens a file, or goes into a directory and gives nothing.
    private func open(_ name: UnsafePointer<CChar>?, in directory: Int32, path: String, kind: EntryKind) -> Item? {
        guard let name else { return nil }
        var status = stat()
        if kind == .unknown {
            // A pipe without a writer would block when opened.
            if fstatat(directory, name, &status, 0) == 0 {
                let format = status.st_mode & S_IFMT
                if format != S_IFREG, format != S_IFDIR { return .special(name: path) }
            }
        }
        let descriptor = openat(directory, name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .unreadable(name: path, reason: systemErrorText()) }
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return .file(EntrySource(name: path), descriptor: descriptor, isRegular: false)
        }
        let device = UInt64(status.st_dev)
        let inode = UInt64(status.st_ino)
        // Never into our own results, nor round in circles through symbolic links.
        let isKnown = levels.contains { $0.device == device && $0.inode == inode }
        if isKnown || excluded.map({ $0 == (device, inode) }) ?? false {
            close(descriptor)
            return nil
        }
        guard let names = PackedNames(ofDirectory: descriptor) else {
            let reason = systemErrorText()
            close(descriptor)
            return .unreadable(name: path, reason: reason)
        }
        levels.append(
            Level(
                descriptor: descriptor, directory: SourceDirectory(path), names: names, device: device, inode: inode))
        return nil
    }
}

/// What is known of a name before it is opened.
private enum EntryKind: UInt8 {
    /// Given by the user: anything that can be read.
    case argument
    /// A regular file.
    case file
    /// Perhaps a link, a directory, a pipe.
    case unknown
}

/// The names in a directory in order of their bytes, packed into one block that stays in place.
private final class PackedNames {
    /// For each name its kind, its bytes, a zero.
    private var bytes = ByteBuffer(minimumCapacity: 4096)
    private var offsets: [UInt32] = []

    var count: Int { offsets.count }

    /// The name at a position, with a zero behind its bytes, and what is known of it.
    subscript(index: Int) -> (name: UnsafeBufferPointer<UInt8>, kind: EntryKind) {
        let start = bytes.base + Int(offsets[index])
        return (
            UnsafeBufferPointer(
                start: start + 1, count: strlen(UnsafeRawPointer(start + 1).assumingMemoryBound(to: CChar.self))),
            EntryKind(rawValue: start.pointee) ?? .unknown
        )
    }

    init?(ofDirectory descriptor: Int32) {
        let copy = dup(descriptor)
        guard copy >= 0, let directory = fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            return nil
        }
        while let entry = readdir(directory) {
            let isFile = entry.pointee.d_type == UInt8(DT_REG)
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                let start = UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
                let length = strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
                let text = UnsafeBufferPointer(start: start, count: length)
                if text.equals(".") || text.equals("..") { return }
                offsets.append(UInt32(truncatingIfNeeded: bytes.count))
                bytes.append((isFile ? EntryKind.file : .unknown).rawValue)
                bytes.append(text)
                bytes.append(0)
            }
        }
        closedir(directory)
        let first = UnsafeRawPointer(bytes.base).assumingMemoryBound(to: CChar.self) + 1
        offsets.sort { strcmp(first + Int($0), first + Int($1)) < 0 }
    }
}
