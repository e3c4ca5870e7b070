import Bytes

import Platform

/// The files of the archives given, one after the other: directories in order of their names' bytes, depth first.
///
/// Regular files of directories are given by name, many at a time, so that they can be opened elsewhere. Memory grows
/// with the depth of directories, not with their size or number.
final class ArchiveWalk {
    /// What was found.
    enum Item {
        /// An open file; whoever takes it closes it. One of a directory that says so is regular.
        case file(EntrySource, descriptor: Int32, isRegular: Bool)
        /// Something that cannot be opened, and why.
        case unreadable(name: String, reason: String)
        /// A socket, device or pipe inside a directory.
        case special(name: String)
        /// A link to something that is walked by itself.
        case link(name: String)
    }

    /// Regular files of one directory, one after the other, that were not opened yet.
    struct Names {
        fileprivate let directory: OpenDirectory
        fileprivate let names: DirectoryNames
        fileprivate var indices: Range<Int>

        /// How many they are.
        var count: Int { indices.count }

        /// Takes the first ones off, at most `count` of them.
        mutating func takeFirst(_ count: Int) -> Names {
            var first = self
            first.indices = indices.prefix(count)
            indices = indices.dropFirst(count)
            return first
        }

        /// Opens a file by its position.
        func open(_ position: Int) -> Item {
            let descriptor = openDescriptor(position)
            guard descriptor >= 0 else {
                let reason = systemErrorText()
                return .unreadable(name: source(position).name, reason: reason)
            }
            return .file(source(position), descriptor: descriptor, isRegular: true)
        }

        /// Opens a file by its position, or gives -1 with `errno`; whoever calls closes it.
        func openDescriptor(_ position: Int) -> Int32 {
            names[indices.lowerBound + position].buffer.withMemoryRebound(to: CChar.self) { name in
                name.baseAddress.map { openat(directory.descriptor, $0, O_RDONLY | O_CLOEXEC) } ?? -1
            }
        }

        /// A file as a source of entries.
        func source(_ position: Int) -> EntrySource { EntrySource(names, indices.lowerBound + position) }

        /// The names among which they are, and the first one's index there.
        var all: (names: DirectoryNames, first: Int) { (names, indices.lowerBound) }
    }

    private struct Level {
        let directory: OpenDirectory
        var names: DirectoryNames
        var next = 0
        var device: UInt64
        var inode: UInt64
    }

    /// Directories whose files are found at a time; they are held open.
    static let mostDirectories = FileBatch.mostBatches > 1 ? 4 : 1
    /// Names found at a time.
    private static let mostNames = 512
    /// The name of standard input in places.
    static let standardInput = "<stdin>"

    private let archives: [String]
    /// Their paths without links.
    private let roots: [String]
    private var nextArchive = 0
    private var levels: [Level] = []
    /// A directory that could not be read, found on the way to the next name.
    private var found: Item?
    private let excluded: RunDestination?
    private var reader: DirectoryReader

    /// - Parameters:
    ///   - excluded: where the results are written: its directory or file is stepped over.
    ///   - reader: reads the directories.
    init(
        _ archives: [String], excluding excluded: RunDestination?,
        reader: consuming DirectoryReader = DirectoryReader()
    ) {
        self.archives = archives
        roots = archives.compactMap { $0 == "-" ? nil : Self.resolved($0) }
        self.excluded = excluded
        self.reader = reader
    }

    /// What ``findNames()`` found.
    private(set) var names: [Names] = []

    /// Finds regular files that come next; none when something else comes, or nothing.
    func findNames() { names = nextNames(Self.mostNames) }

    /// The regular files that come next, at most `count` of them.
    ///
    /// They hold their directories open, so they are of few directories only.
    private func nextNames(_ count: Int) -> [Names] {
        var names: [Names] = []
        var missing = count
        while missing > 0, names.count < Self.mostDirectories, isBeforeName {
            let level = levels[levels.count - 1]
            let start = level.next
            var end = start
            while end - start < missing, end < level.names.count, level.names.kind(at: end) == .file { end += 1 }
            names.append(Names(directory: level.directory, names: level.names, indices: start..<end))
            missing -= end - start
            levels[levels.count - 1].next = end
        }
        return names
    }

    /// Whether a regular file in a directory comes next; goes into directories and out of them to find out.
    private var isBeforeName: Bool {
        while found == nil, let level = levels.last {
            guard level.next < level.names.count else {
                leave(level)
                continue
            }
            switch level.names.kind(at: level.next) {
            case .file: return true
            case .directory: found = openNext()
            case .argument, .unknown: return false
            }
        }
        return false
    }

    /// Goes on with the names of a directory that were too many to be read at once, or leaves it.
    private func leave(_ level: Level) {
        levels.removeLast()
        guard level.names.isCut else { return }
        let source = level.names.source
        let names = readNames(
            level.directory.descriptor, source, device: level.device, without: excluded?.identity, behind: level.names)
        guard let names else {
            found = .unreadable(name: String(source.path.dropLast()), reason: systemErrorText())
            return
        }
        var next = level
        next.names = names
        next.next = 0
        levels.append(next)
    }

    /// What comes next, opened; `nil` when there is no more.
    func next() -> Item? {
        while true {
            if let names = nextNames(1).first { return names.open(0) }
            if let item = found.take() { return item }
            if !levels.isEmpty {
                if let item = openNext() { return item }
                continue
            }
            guard nextArchive < archives.count else { return nil }
            let archive = archives[nextArchive]
            nextArchive += 1
            if archive == "-" {
                return .file(EntrySource(name: Self.standardInput), descriptor: STDIN_FILENO, isRegular: false)
            }
            let item = archive.withCString { open($0, in: AT_FDCWD, path: archive, kind: .argument) }
            if let item { return item }
        }
    }

    /// Opens what is next in the innermost directory.
    private func openNext() -> Item? {
        let depth = levels.count - 1
        let (directory, names) = (levels[depth].directory, levels[depth].names)
        let index = levels[depth].next
        levels[depth].next += 1
        let name = names[index]
        return name.buffer.withMemoryRebound(to: CChar.self) {
            open(
                $0.baseAddress, in: directory.descriptor,
                path: names.source.path + String(decoding: name, as: UTF8.self), kind: names.kind(at: index))
        }
    }

    /// The names in an open directory without that of the file that is written to.
    private func readNames(
        _ descriptor: Int32, _ source: SourceDirectory, device: UInt64, without output: RunDestination.Identity?,
        behind previous: DirectoryNames? = nil
    ) -> DirectoryNames? {
        let inode = output.flatMap { $0.device == device ? $0.inode : nil }
        return reader.read(descriptor, source, without: inode, behind: previous)
    }

    /// A path without links; `nil` when it leads nowhere.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether a path that is a link leads to where the walk comes by itself, so that its requests would be read twice.
    private func leadsIntoArchives(_ path: String) -> Bool {
        guard let target = Self.resolved(path) else { return false }
        return roots.contains { target == $0 || target.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
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
            if fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFLNK,
                leadsIntoArchives(path)
            {
                return .link(name: path)
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
        // The directory of the results may have been made only now.
        let output = excluded?.identity
        if isKnown || output.map({ $0 == (device, inode) }) ?? false {
            close(descriptor)
            return nil
        }
        guard let names = readNames(descriptor, SourceDirectory(path), device: device, without: output) else {
            let reason = systemErrorText()
            close(descriptor)
            return .unreadable(name: path, reason: reason)
        }
        let opened = OpenDirectory(descriptor: descriptor)
        levels.append(Level(directory: opened, names: names, device: device, inode: inode))
        return nil
    }
}

/// An open directory on the way. Ownership: the descriptor belongs to this object and is closed with it.
private final class OpenDirectory: Sendable {
    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}
