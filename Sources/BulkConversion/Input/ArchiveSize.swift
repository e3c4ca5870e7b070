import Platform

/// How much there is to read, for a share that is done and the time that is left.
package enum ArchiveSize {
    /// Bytes of all files of some archives, as they lie on disk; `nil` when one of them is a pipe or anything else without
    /// a size.
    package static func bytes(of archives: [String]) -> Int? {
        for archive in archives {
            var status = stat()
            guard archive != "-", stat(archive, &status) == 0 else { return nil }
            let format = status.st_mode & S_IFMT
            guard format == S_IFREG || format == S_IFDIR else { return nil }
        }
        var total = 0
        let walk = ArchiveWalk(archives, excluding: nil)
        while let item = walk.next() {
            guard case .file(_, let descriptor, _) = item else { continue }
            var status = stat()
            if fstat(descriptor, &status) == 0 { total &+= Int(status.st_size) }
            close(descriptor)
        }
        return total
    }
}
