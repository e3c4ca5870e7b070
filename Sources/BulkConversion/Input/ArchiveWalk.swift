@_spi(Package) import Bytes

import Platform

/// The files of the archives given, one after the other: directories in order of their names' bytes, depth first.
///
/// Regular files of directories are given by name, many at a time, so that they can be opened elsewhere. Memory grows with the
/// depth of directories and the number of links, not with the size or number of directories.
///
/// What links lead to is walked once, and not at all where the walk comes anyway.
final class ArchiveWalk {
    /// What was found.
    enum Item {
        /// An open file; the one who takes it closes it. One of a directory that says so is regular.
        case file(EntrySource, descriptor: Int32, isRegular: Bool)
        /// Something that cannot be opened, and the number of the error.
        case unreadable(name: String, code: Int32, isArgument: Bool)
        /// Something of a directory that is not read.
        case skipped(SkipReason, name: String)
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
                let code = errno
                return .unreadable(name: source(position).name, code: code, isArgument: false)
            }
            return .file(source(position), descriptor: descriptor, isRegular: true)
        }

        /// Opens a file by its position, or gives -1 with `errno`; the caller closes it.
        func openDescriptor(_ position: Int) -> Int32 {
            names[indices.lowerBound + position].bytes.buffer.withMemoryRebound(to: CChar.self) { name in
                name.baseAddress.map { openat(directory.descriptor, $0, O_RDONLY | O_CLOEXEC) } ?? -1
            }
        }

        /// Bytes of all the files, without opening them.
        var size: Int {
            indices.reduce(0) { total, index in
                names[index].bytes.buffer.withMemoryRebound(to: CChar.self) { name in
                    var status = stat()
                    guard let name = name.baseAddress, fstatat(directory.descriptor, name, &status, 0) == 0 else {
                        return total
                    }
                    return total &+ Int(status.st_size)
                }
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
        let identity: FileIdentity
        let filter: NameFilter
        /// Whether a link led here or to a directory above.
        let isLinked: Bool
    }

    /// Directories whose files are found at a time; they are held open.
    static let mostDirectories = FileBatch.mostBatches > 1 ? 4 : 1
    /// Names found at a time.
    private static let mostNames = 512
    /// The name of standard input in places.
    static let standardInput = "<stdin>"

    private let archives: [String]
    /// What the archives are called in places.
    private let archiveNames: [String]
    private let exclusion: Exclusion
    /// The archives' paths without links, and what they are.
    private let roots: (paths: [String], identities: Set<FileIdentity>)
    private var nextArchive = 0
    /// Which of the archives what came last belongs to, from 0.
    var archive: Int { max(0, nextArchive - 1) }
    private var levels: [Level] = []
    /// A directory that could not be read, found on the way to the next name.
    private var found: Item?
    /// What the results are written to: its directory or file is stepped over. It may be made while the walk goes on.
    private let output: () -> FileIdentity?
    private var reader: DirectoryReader
    /// Whether files are counted instead of opened, and the bytes they have.
    private let counts: Bool
    private var counted = 0
    /// Directories to which links led, and those below them.
    private var linkedDirectories: Set<FileIdentity> = []
    /// Files to which links led.
    private var linkedFiles: Set<FileIdentity> = []

    /// - Parameters:
    ///   - names: what the archives are called in places, when that is not their paths.
    ///   - exclusion: what of the directories is left out.
    ///   - output: what the results are written to, if anything yet.
    ///   - counts: whether files are counted instead of opened.
    ///   - reader: reads the directories.
    init(
        _ archives: [String], names: [String]? = nil, exclusion: Exclusion = Exclusion(),
        output: @escaping () -> FileIdentity? = { nil }, counts: Bool = false,
        reader: consuming DirectoryReader = DirectoryReader()
    ) {
        self.archives = archives
        archiveNames = (names ?? archives).map { $0 == "-" ? Self.standardInput : $0 }
        self.exclusion = exclusion
        let files = archives.filter { $0 != "-" }
        roots = (files.compactMap { Self.resolved($0) }, Set(files.compactMap { FileIdentity(path: $0) }))
        self.output = output
        self.counts = counts
        self.reader = reader
    }

    /// Bytes of all files of some archives, as they are on disk, without opening one; `nil` when one of them is a pipe or anything
    /// else without a size.
    static func size(of archives: [String], exclusion: Exclusion) -> Int? {
        var total = 0
        var directories: [String] = []
        for archive in archives {
            var status = stat()
            guard archive != "-", stat(archive, &status) == 0 else { return nil }
            switch status.st_mode & S_IFMT {
            case S_IFREG: total &+= Int(status.st_size)
            case S_IFDIR: directories.append(archive)
            default: return nil
            }
        }
        let walk = ArchiveWalk(directories, exclusion: exclusion, counts: true)
        while walk.next() != nil {}
        return total &+ walk.counted
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
            case .argument, .unknown, .result: return false
            }
        }
        return false
    }

    /// Goes on with the names of a directory that were too many to be read at once, or leaves it.
    private func leave(_ level: Level) {
        levels.removeLast()
        guard level.names.isCut else { return }
        let source = level.names.source
        let names = reader.read(level.directory.descriptor, source, level.filter, behind: level.names)
        guard let names else {
            let code = errno
            found = .unreadable(name: String(source.path.dropLast()), code: code, isArgument: false)
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
            let names = nextNames(counts ? Self.mostNames : 1)
            if counts { counted = names.reduce(counted) { $0 &+ $1.size } }
            if let first = names.first {
                if counts { continue }
                return first.open(0)
            }
            if let item = found.take() { return item }
            if !levels.isEmpty {
                if let item = openNext() { return item }
                continue
            }
            guard nextArchive < archives.count else { return nil }
            let (path, name) = (archives[nextArchive], archiveNames[nextArchive])
            nextArchive += 1
            if path == "-" {
                return .file(EntrySource(name: name, archive: archive), descriptor: STDIN_FILENO, isRegular: false)
            }
            let item = path.withCString { open($0, in: AT_FDCWD, path: name, kind: .argument) }
            if let item { return item }
        }
    }

    /// Opens what is next in the innermost directory.
    private func openNext() -> Item? {
        let level = levels[levels.count - 1]
        let names = level.names
        levels[levels.count - 1].next += 1
        let name = names[level.next].bytes
        let path = names.source.path + String(decoding: name, as: UTF8.self)
        let kind = names.kind(at: level.next)
        if kind == .result { return .skipped(.earlierResults, name: path) }
        return name.buffer.withMemoryRebound(to: CChar.self) {
            open($0.baseAddress, in: level.directory.descriptor, path: path, kind: kind)
        }
    }

    /// Where a file below the archive being walked is, by the path that it has in places.
    private func realPath(_ path: String) -> String {
        let (archive, name) = (archives[nextArchive - 1], archiveNames[nextArchive - 1])
        guard archive != name, path.hasPrefix(name) else { return path }
        return archive + "/" + path.dropFirst(name.count)
    }

    /// A path without links; `nil` when it leads nowhere.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether a path that is a link leads to where the walk comes by itself, or came through another link.
    private func leadsWhereWalkGoes(_ path: String) -> Bool {
        guard let target = Self.resolved(realPath(path)) else { return false }
        if roots.paths.contains(where: { target == $0 || target.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }) {
            return true
        }
        let directory = String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)])
        return FileIdentity(path: directory.isEmpty ? "/" : directory).map { linkedDirectories.contains($0) } ?? false
    }

    /// Opens a file, or goes into a directory and gives nothing.
    private func open(_ name: UnsafePointer<CChar>?, in directory: Int32, path: String, kind: EntryKind) -> Item? {
        guard let name else { return nil }
        var status = stat()
        var isLink = false
        if kind == .unknown {
            // A pipe without a writer would block when opened.
            if fstatat(directory, name, &status, 0) == 0 {
                let format = status.st_mode & S_IFMT
                if format != S_IFREG, format != S_IFDIR { return .skipped(.specialFile, name: path) }
            }
            isLink = fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
            if isLink, leadsWhereWalkGoes(path) { return .skipped(.link, name: path) }
            if counts, fstatat(directory, name, &status, 0) == 0, status.st_mode & S_IFMT == S_IFREG {
                counted &+= Int(status.st_size)
                return nil
            }
        }
        let descriptor = openat(directory, name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            return .unreadable(name: path, code: code, isArgument: kind == .argument)
        }
        let isKnown = fstat(descriptor, &status) == 0
        let identity = FileIdentity(status)
        guard isKnown, status.st_mode & S_IFMT == S_IFDIR else {
            // The same file may be reached through several links, or through one and by a name below another.
            let isSeen =
                isLink
                ? !linkedFiles.insert(identity).inserted
                : linkedFiles.contains(identity) || roots.identities.contains(identity)
            if kind == .unknown, isSeen {
                close(descriptor)
                return .skipped(.link, name: path)
            }
            return .file(EntrySource(name: path, archive: archive), descriptor: descriptor, isRegular: false)
        }
        let isLinked = kind != .argument && (isLink || levels.last?.isLinked ?? false)
        let isRepeated = isLinked && (roots.identities.contains(identity) || linkedDirectories.contains(identity))
        // Never into the directory of the results, nor round in circles.
        if isRepeated || identity == output() || levels.contains(where: { $0.identity == identity }) {
            close(descriptor)
            return isRepeated ? .skipped(.link, name: path) : nil
        }
        if isLinked { linkedDirectories.insert(identity) }
        let opened = OpenDirectory(descriptor: descriptor)
        let filter = filter(of: opened, identity, path, kind, isLinked: isLinked)
        guard let names = reader.read(descriptor, SourceDirectory(path, archive: archive), filter) else {
            let code = errno
            return .unreadable(name: path, code: code, isArgument: kind == .argument)
        }
        levels.append(
            Level(directory: opened, names: names, identity: identity, filter: filter, isLinked: isLinked))
        return nil
    }

    /// Which names of a directory are wanted.
    private func filter(
        of directory: OpenDirectory, _ identity: FileIdentity, _ path: String, _ kind: EntryKind, isLinked: Bool
    ) -> NameFilter {
        var filter = NameFilter()
        func inodes(_ files: Set<FileIdentity>) -> [UInt64] {
            files.filter { $0.device == identity.device }.map(\.inode)
        }
        if let output = output(), output.device == identity.device { filter.unwanted = output.inode }
        if isLinked { filter.doubtful = Set(inodes(linkedFiles) + inodes(roots.identities)) }
        filter.holdsResults = kind != .argument && ResultName.areIn(directory.descriptor)
        if !exclusion.isEmpty {
            let parent = levels.last.map { $0.filter.path } ?? ""
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            filter.path = kind == .argument ? "" : parent + name + "/"
            filter.exclusion = exclusion
        }
        return filter
    }
}

/// An open directory on the way. Ownership: the descriptor belongs to this object and is closed with it.
private final class OpenDirectory: Sendable {
    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}
