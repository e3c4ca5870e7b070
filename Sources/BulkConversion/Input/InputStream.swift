import Bytes

import Platform

/// The bytes of one file in order, decompressed by a child process when they are compressed, and as UTF-8 when they are UTF-16.
///
/// Ownership: the descriptor and the child belong to this object; both are gone when it is.
final class InputStream {
    /// A compression with the installed program that undoes it.
    enum Compression: String {
        case gzip, zstd, xz, bzip2

        /// The compression that a file's first bytes tell of.
        init?(head: ByteView) {
            func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
            if begins(0x1F, 0x8B) {
                self = .gzip
            } else if begins(0x28, 0xB5, 0x2F, 0xFD) {
                self = .zstd
            } else if begins(0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00) {
                self = .xz
            } else if begins(0x42, 0x5A, 0x68), head.count > 4, head[4...].starts(with: [0x31, 0x41, 0x59]) {
                self = .bzip2
            } else {
                return nil
            }
        }
    }

    private var descriptor: Int32
    private let ownsDescriptor: Bool
    private var child: pid_t = 0
    private var compression: Compression?
    private var canBlock: Bool
    private let cancellation: BulkCancellation
    private var isAtEnd = false
    /// Decodes what is read; `nil` when it is given as it is.
    private var decoder: UTF16Decoder?
    private var undecoded = ByteBuffer(minimumCapacity: 16)
    private var decoded = ByteBuffer(minimumCapacity: 16)
    /// Bytes of ``decoded`` that were given already.
    private var decodedStart = 0

    /// Bytes read from the file itself, before decompression.
    private(set) var bytesRead = 0
    /// Why the bytes ended before the file did; `nil` when they did not.
    private(set) var failure: String?

    /// Reads from an open descriptor, and closes it unless it is standard input.
    ///
    /// - Parameter isRegular: whether it is known to be a regular file, which never makes a reader wait for long.
    init(descriptor: Int32, cancellation: BulkCancellation, isRegular: Bool = false) {
        self.descriptor = descriptor
        ownsDescriptor = descriptor != STDIN_FILENO
        self.cancellation = cancellation
        canBlock = !isRegular && lseek(descriptor, 0, SEEK_CUR) < 0
    }

    deinit { finish() }

    private func finish() {
        if descriptor >= 0, ownsDescriptor || child != 0 { close(descriptor) }
        descriptor = -1
        // A child that waits for input itself would not notice that nobody reads what it writes.
        if child != 0, !isAtEnd { kill(child, SIGKILL) }
        _ = waitForChild()
    }

    /// From now on gives what the decoder makes of the bytes.
    func decode(with decoder: UTF16Decoder) { self.decoder = decoder }

    /// Reads up to `count` bytes. Returns 0 at the end, after a failure, and when the run is cancelled.
    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        guard decoder != nil else { return readBytes(into: target, count) }
        while decodedStart == decoded.count {
            decoded.removeAll()
            decodedStart = 0
            undecoded.removeAll()
            undecoded.reserve(InputWindow.blockSize)
            undecoded.count = readBytes(into: undecoded.base, InputWindow.blockSize)
            if undecoded.count > 0 {
                decoder?.decode(undecoded.bytes, into: &decoded)
            } else {
                decoder?.finish(into: &decoded)
                if decoded.count == 0 { return 0 }
            }
        }
        let given = min(count, decoded.count - decodedStart)
        memcpy(target, decoded.base + decodedStart, given)
        decodedStart += given
        return given
    }

    private func readBytes(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        guard !isAtEnd, descriptor >= 0 else { return 0 }
        while true {
            if cancellation.signal != 0 { return 0 }
            if canBlock {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let ready = poll(&waiting, 1, 200)
                if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            }
            let got = readSome(descriptor, UnsafeMutableRawBufferPointer(start: target, count: count))
            if got > 0 {
                bytesRead += got
                return got
            }
            if got < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                failure = systemErrorText()
            }
            isAtEnd = true
            if let problem = waitForChild() { failure = problem }
            return 0
        }
    }

    private func waitForChild() -> String? {
        guard child != 0 else { return nil }
        // The child ends when it has no more to write, or nobody to write to.
        if !isAtEnd, descriptor >= 0 {
            close(descriptor)
            descriptor = -1
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        child = 0
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        // gzip ends with 2 for a mere warning, such as zeros behind the data.
        if code == 0 || (compression == .gzip && code == 2) { return nil }
        let name = compression?.rawValue ?? ""
        return code == 127 ? "\(name) is not installed" : "\(name) could not decompress it to its end"
    }

    /// From now on reads what the bytes decompress to.
    ///
    /// - Parameter head: bytes read so far, all from the start of the file.
    /// - Returns: false, with `failure` set, when the program cannot be started.
    func decompress(_ compression: Compression, head: ByteView) -> Bool {
        self.compression = compression
        var source = descriptor
        var feedsChild = false
        var input: [Int32] = [-1, -1]
        if canBlock || lseek(descriptor, 0, SEEK_SET) < 0 {
            guard pipe(&input) == 0 else { return fail() }
            source = input[0]
            feedsChild = true
        }
        var output: [Int32] = [-1, -1]
        guard pipe(&output) == 0 else { return fail() }
        for end in output + input where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, source, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawnattr_init(&attributes)
        // A group of its own: an interrupt from the terminal is for us, and must not look like a damaged file.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let arguments = [strdup(compression.rawValue), strdup("-dc"), nil]
        let result = posix_spawnp(&child, compression.rawValue, &actions, &attributes, arguments, environ)
        for argument in arguments { free(argument) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(output[1])
        guard result == 0 else {
            child = 0
            close(output[0])
            for end in input where end >= 0 { close(end) }
            failure = result == ENOENT ? "\(compression.rawValue) is not installed" : systemErrorText(result)
            isAtEnd = true
            return false
        }
        if feedsChild {
            close(input[0])
            Feeder.start(head: Array(head), from: descriptor, closesSource: ownsDescriptor, to: input[1])
        } else if ownsDescriptor {
            close(descriptor)
        }
        descriptor = output[0]
        canBlock = true
        isAtEnd = false
        return true
    }

    private func fail() -> Bool {
        failure = systemErrorText()
        isAtEnd = true
        return false
    }
}

/// Copies what cannot be rewound, such as a pipe, to a child's standard input, on a thread of its own.
private final class Feeder {
    private let head: [UInt8]
    private let source: Int32
    private let closesSource: Bool
    private let target: Int32

    private init(head: [UInt8], source: Int32, closesSource: Bool, target: Int32) {
        self.head = head
        self.source = source
        self.closesSource = closesSource
        self.target = target
    }

    static func start(head: [UInt8], from source: Int32, closesSource: Bool, to target: Int32) {
        let feeder = Feeder(head: head, source: source, closesSource: closesSource, target: target)
        let argument = Unmanaged.passRetained(feeder)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let result = pthread_create(
            &thread, nil,
            { @Sendable argument in
                #if canImport(Darwin)
                    Unmanaged<Feeder>.fromOpaque(argument).takeRetainedValue().run()
                #else
                    if let argument { Unmanaged<Feeder>.fromOpaque(argument).takeRetainedValue().run() }
                #endif
                return nil
            }, argument.toOpaque())
        if result != 0 {
            // Without a thread the child gets no input and ends; its exit code reports the damage.
            argument.release()
            close(target)
        } else {
            #if canImport(Darwin)
                if let thread { pthread_detach(thread) }
            #else
                pthread_detach(thread)
            #endif
        }
    }

    private func run() {
        // A child that stopped reading must not end the process: the write fails instead.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var isOpen = head.withByteView { writeAll(target, $0) }
        var block = [UInt8](repeating: 0, count: 65_536)
        while isOpen {
            let count = block.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            if count <= 0 { break }
            isOpen = block.withByteView { writeAll(target, $0.slice(0..<count)) }
        }
        close(target)
        if closesSource { close(source) }
    }
}
