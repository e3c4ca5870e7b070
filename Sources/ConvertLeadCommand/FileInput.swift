@_spi(Package) import Bytes
import ConvertLead

import Platform

/// Inputs of the command: whole files, or standard input.
enum FileInput {
    /// Longest input that is read whole, in bytes.
    static let maximumLength = 64 << 20
    /// The name of standard input in diagnostics.
    static let standardInput = "<stdin>"

    /// How an argument names its input in diagnostics: standard input for none and for `-`.
    static func name(_ argument: String?) -> String {
        argument.flatMap { $0 == "-" ? nil : $0.withoutCredentials } ?? standardInput
    }

    /// The bytes that an argument names: standard input for none and for `-`, else a file.
    static func read(argument: String?) throws(CommandFailure) -> [UInt8] {
        guard let path = argument, path != "-" else { return try readAll(STDIN_FILENO, name: standardInput) }
        return try read(path: path)
    }

    /// The bytes of a file.
    static func read(path: String) throws(CommandFailure) -> [UInt8] {
        let file = try open(path: path)
        defer { close(file) }
        return try readAll(file, name: name(path))
    }

    /// The descriptor of what an argument names: standard input for none and for `-`, else a file opened for the caller to close.
    static func open(argument: String?) throws(CommandFailure) -> Int32 {
        guard let path = argument, path != "-" else {
            _ = try information(of: STDIN_FILENO, name: standardInput)
            return STDIN_FILENO
        }
        let file = try open(path: path)
        _ = try information(of: file, name: name(path))
        return file
    }

    private static func open(path: String) throws(CommandFailure) -> Int32 {
        let file = Platform.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .input(name(path), .noInput, errno: errno) }
        return file
    }

    /// What is read at one go; at the end of the file 0, on failure -1 with `errno`.
    static func readSome(_ file: Int32, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        Platform.read(file, bytes, count)
    }

    private static func information(of file: Int32, name: String) throws(CommandFailure) -> stat {
        var information = stat()
        // A directory opens for reading, but holds no input.
        if fstat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR {
            throw .input(name, .noInput, errno: EISDIR)
        }
        return information
    }

    private static func readAll(_ file: Int32, name: String) throws(CommandFailure) -> [UInt8] {
        let information = try information(of: file, name: name)
        // A regular file is read at one go, and its end seen without growing; no size is believed blindly.
        let expected = min(max(Int(information.st_size), 1 << 16), maximumLength)
        var bytes = ByteBuffer(minimumCapacity: expected + 1)
        while bytes.count <= maximumLength {
            if bytes.count == bytes.capacity { bytes.reserve(1) }
            let count = readSome(file, bytes.end, bytes.capacity - bytes.count)
            if count == 0 { return bytes.array() }
            if count < 0 && errno != EINTR { throw .input(name, .ioError, errno: errno) }
            bytes.count += max(count, 0)
        }
        let message = "The input is larger than \(maximumLength >> 20) MiB"
        throw CommandFailure(.dataError, [Diagnostic(.inputTooLarge, .error, source: name, message: message)])
    }
}
