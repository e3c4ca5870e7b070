@_spi(Package) import Bytes
import BulkConversion
import ConvertLead

import Platform

/// How many bytes were written at one go; on failure -1 with `errno`.
func writeSome(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(file, bytes.baseAddress, bytes.count)
}

/// Outputs of the command: files written aside and renamed into place, or standard output.
enum FileOutput {
    /// Writes one piece of an output.
    typealias Sink = (ByteView) throws(CommandFailure) -> Void

    /// Writes a whole output. When this throws, an existing file is as it was and no new one is there.
    ///
    /// - Parameter argument: a path; standard output for none and for `-`. A device or pipe is written directly.
    static func write(_ bytes: [UInt8], argument: String?) throws(CommandFailure) {
        try bytes.withByteView { (bytes) throws(CommandFailure) in try write(bytes, argument: argument) }
    }

    /// Writes a whole output like ``write(_:argument:)``.
    static func write(_ bytes: ByteView, argument: String?) throws(CommandFailure) {
        try write(argument: argument) { (sink: Sink) throws(CommandFailure) in try sink(bytes) }
    }

    /// Writes an output piece by piece, with the promise of ``write(_:argument:)``.
    static func write(
        argument: String?, _ body: (Sink) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        guard let path = argument, path != "-" else {
            return try body(sink(STDOUT_FILENO, name: "<stdout>"))
        }
        var information = stat()
        let exists = stat(path, &information) == 0
        let kind = information.st_mode & S_IFMT
        if exists && kind == S_IFDIR { throw .output(path, .cannotCreate, errno: EISDIR) }
        if exists && kind != S_IFREG {
            let file = open(path, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw .output(path, .cannotCreate, errno: errno) }
            defer { close(file) }
            return try body(sink(file, name: path))
        }
        try replace(target(of: path), with: body, mode: exists ? information.st_mode & 0o7777 : nil, name: path)
    }

    /// The target of symbolic links, so that a rename does not replace the link; the path itself when there is none.
    private static func target(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func replace(
        _ path: String, with body: (Sink) throws(CommandFailure) -> Void, mode: mode_t?, name: String
    ) throws(CommandFailure) {
        let aside = "\(path).\(getpid()).part"
        let file = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw uncreated(path, name: name, errno: errno) }
        do throws(CommandFailure) {
            defer { close(file) }
            if let mode { fchmod(file, mode) }
            try body(sink(file, name: name))
            // Space may run out only here.
            guard fsync(file) == 0 else { throw CommandFailure.output(name, .ioError, errno: errno) }
        } catch {
            unlink(aside)
            throw error
        }
        guard rename(aside, path) == 0 else {
            let failure = errno
            unlink(aside)
            throw .output(name, .cannotCreate, errno: failure)
        }
    }

    /// Why a file could not be made, in words of its directory when that is what is missing.
    private static func uncreated(_ path: String, name: String, errno number: Int32) -> CommandFailure {
        guard number == ENOENT, let parent = missingParent(of: path) else {
            return .output(name, .cannotCreate, errno: number)
        }
        let message = "The output cannot be written: its directory \(parent) does not exist; create it first"
        return CommandFailure(.cannotCreate, [Diagnostic(.outputUnwritable, .error, source: name, message: message)])
    }

    private static func sink(_ file: Int32, name: String) -> Sink {
        { (bytes) throws(CommandFailure) in
            var rest = UnsafeRawBufferPointer(bytes.buffer)
            while rest.count > 0 {
                let count = writeSome(file, rest)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw .output(name, .ioError, errno: errno) }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
