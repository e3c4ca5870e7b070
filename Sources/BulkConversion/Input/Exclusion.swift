import Platform

/// What of directories is left out: files and directories whose path below the archive matches one of some patterns.
///
/// In a pattern `*` matches any characters, slashes too, `?` for one, `[…]` for one of some. A pattern without a slash is
/// compared with the name alone, so that it holds at any depth.
struct Exclusion: Sendable, Hashable {
    private var patterns: [String] = []

    init(_ patterns: [String] = []) {
        self.patterns = patterns.map { pattern in
            var pattern = pattern[...]
            while pattern.count > 1, pattern.last == "/" { pattern.removeLast() }
            return String(pattern.hasPrefix("./") ? pattern.dropFirst(2) : pattern)
        }
    }

    var isEmpty: Bool { patterns.isEmpty }

    /// Whether a file or directory is left out.
    ///
    /// - Parameters:
    ///   - directory: the path of its directory below the archive, with a slash at the end or empty.
    ///   - name: its own name.
    func matches(_ directory: String, _ name: String) -> Bool {
        patterns.contains { fnmatch($0, $0.utf8.contains(UInt8(ascii: "/")) ? directory + name : name, 0) == 0 }
    }
}

/// Which names of a directory are wanted, and which need a second look.
struct NameFilter: Sendable {
    /// A file that is not wanted, because the results are written to it.
    var unwanted: UInt64?
    /// Files that may have been read already, because links lead to them.
    var doubtful: Set<UInt64> = []
    /// Whether the directory has results of an earlier run.
    var holdsResults = false
    /// What is left out, and the directory's path below the archive for it.
    var exclusion: Exclusion?
    var path = ""

    /// Whether all names are wanted as they are.
    var isPlain: Bool { unwanted == nil && doubtful.isEmpty && !holdsResults && exclusion == nil }

    /// What is to be done with a name; `nil` when it is not wanted.
    func kind(_ name: UnsafePointer<CChar>, inode: UInt64, _ kind: EntryKind) -> EntryKind? {
        if inode == unwanted { return nil }
        if let exclusion, exclusion.matches(path, String(cString: name)) { return nil }
        if holdsResults, ResultName.isOne(String(cString: name)) { return .result }
        return kind == .file && doubtful.contains(inode) ? .unknown : kind
    }
}
