#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is read at one go; at the end of the file 0, on failure -1 with `errno`.
private func readSome(_ file: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    read(file, bytes.baseAddress, bytes.count)
}

/// Inputs of the command: whole files, or standard input.
enum FileInput {
    /// The name of standard input in diagnostics.
    static let standardInput = "<stdin>"

    /// How an argument names its input in diagnostics: standard input for none and for `-`.
    static func name(_ argument: String?) -> String {
        argument.flatMap { $0 == "-" ? nil : $0 } ?? standardInput
    }

    /// The bytes that an argument names: standard input for none and for `-`, else a file.
    static func read(argument: String?) throws(CommandFailure) -> [UInt8] {
        guard let path = argument, path != "-" else { return try readAll(STDIN_FILENO, name: standardInput) }
        return try read(path: path)
    }

    /// The bytes of a file.
    static func read(path: String) throws(CommandFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .input(path, .noInput, errno: errno) }
        defer { close(file) }
        return try readAll(file, name: path)
    }

    private static func readAll(_ file: Int32, name: String) throws(CommandFailure) -> [UInt8] {
        var information = stat()
        // A directory opens for reading, but holds no input.
        if fstat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR {
            throw .input(name, .noInput, errno: EISDIR)
        }
        var bytes: [UInt8] = []
        let step = 1 << 16
        while true {
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: max(step, start)))
            let count = bytes[start...].withUnsafeMutableBytes { readSome(file, $0) }
            let failure = errno
            bytes.removeLast(bytes.count - start - max(count, 0))
            if count == 0 { return bytes }
            if count < 0 && failure != EINTR { throw .input(name, .ioError, errno: failure) }
        }
    }
}
