@_spi(Package) import Bytes
import Platform

/// A program that undoes a compression: it reads standard input and writes standard output.
struct ChildProgram: Sendable, Hashable {
    let name: String
    let arguments: [String]

    static let gzip = ChildProgram(name: "gzip", arguments: ["-dc"])
    static let zstd = ChildProgram(name: "zstd", arguments: ["-dc"])
    static let xz = ChildProgram(name: "xz", arguments: ["-dc"])
    static let bzip2 = ChildProgram(name: "bzip2", arguments: ["-dc"])
    fileprivate static var searchPath: String { getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin" }
}

/// What a program makes of other bytes.
///
/// The program reads the file itself where that can be rewound; else a thread copies the bytes into a pipe. Ownership: the
/// program is gone when this object is.
final class ChildSource: ByteSource {
    private let program: ChildProgram
    private let source: any ByteSource
    private let cancellation: BulkCancellation
    private var child: pid_t = 0
    private var output: Int32 = -1
    /// The program's standard error. Some programs report damage there and exit with 0.
    private var errors: Int32 = -1
    private var feeder: Feeder?
    let isLive: Bool
    private(set) var failure: InputFailure?

    /// Starts the program.
    ///
    /// - Parameter head: bytes read from the source so far, all from its beginning.
    init(_ program: ChildProgram, reading source: any ByteSource, head: ByteView, cancellation: BulkCancellation) {
        self.program = program
        self.source = source
        self.cancellation = cancellation
        isLive = source.isLive
        start(head)
    }

    deinit {
        // A child that waits for input would not notice that its output is no longer read.
        if child != 0 { kill(child, SIGKILL) }
        _ = end()
        feeder?.finish()
    }

    var wouldBlock: Bool { isLive && output >= 0 && !isReadable(output, within: 0) }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        while output >= 0, cancellation.signal == 0 {
            guard isReadable(output, within: 200) else { continue }
            let got = readSome(output, UnsafeMutableRawBufferPointer(start: target, count: count))
            if got > 0 { return got }
            if got < 0, errno == EINTR || errno == EAGAIN { continue }
            failure = got < 0 ? .machine(systemErrorText()) : nil
            let reason = end()
            failure = failure ?? reason
        }
        return 0
    }

    private func start(_ head: ByteView) {
        var pipes: [Int32] = []
        func makePipe() -> (read: Int32, write: Int32)? {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes += ends
            return (ends[0], ends[1])
        }
        func fail(_ code: Int32) {
            for end in pipes { close(end) }
            failure = .machine(code == ENOENT ? "\(program.name) is not installed" : systemErrorText(code))
        }
        guard let output = makePipe(), let errors = makePipe() else { return fail(errno) }
        // Unread messages must not stop the child.
        _ = fcntl(errors.write, F_SETFL, O_NONBLOCK)
        var input: (read: Int32, write: Int32)?
        let file = source as? FileSource
        if file?.rewind() != true {
            input = makePipe()
            guard input != nil else { return fail(errno) }
        }
        let result = spawn(input?.read ?? file?.descriptor ?? -1, output.write, errors.write)
        guard result == 0 else {
            child = 0
            return fail(result)
        }
        close(output.write)
        close(errors.write)
        self.output = output.read
        self.errors = errors.read
        if let input {
            close(input.read)
            feeder = Feeder(head: Array(head), from: source, to: input.write)
        }
    }

    /// `POSIX_SPAWN_SETSID`, which the C library does not show to Swift everywhere.
    #if canImport(Darwin)
        private static let startsSession: Int16 = 0x400
    #else
        private static let startsSession: Int16 = 0x80
    #endif

    /// - Returns: 0, or the number of the error.
    private func spawn(_ input: Int32, _ output: Int32, _ errors: Int32) -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        posix_spawnattr_init(&attributes)
        // A session of its own: an interrupt from the terminal is for us and must not look like a damaged file, and no program
        // may ask for a password there.
        posix_spawnattr_setflags(&attributes, Self.startsSession)
        // Neither options for the programs nor a language for their messages.
        let environment: [UnsafeMutablePointer<CChar>?] =
            [strdup("PATH=" + ChildProgram.searchPath), strdup("LC_ALL=C.UTF-8"), nil]
        let arguments: [UnsafeMutablePointer<CChar>?] = ([program.name] + program.arguments).map { strdup($0) } + [nil]
        let result = posix_spawnp(&child, program.name, &actions, &attributes, arguments, environment)
        for text in arguments + environment { free(text) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        return result
    }

    /// Waits for the program and gives what it failed with. Its output is read to the end, or it was killed.
    private func end() -> InputFailure? {
        guard child != 0 else { return nil }
        close(output)
        output = -1
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        child = 0
        var byte: UInt8 = 0
        let isSilent = Platform.read(errors, &byte, 1) <= 0
        close(errors)
        errors = -1
        if let failure = feeder?.failure { return failure }
        guard status & 0x7F == 0 else { return .machine("\(program.name) was ended by signal \(status & 0x7F)") }
        let code = (status >> 8) & 0xFF
        if code == 0, isSilent { return nil }
        if code == 127 { return .machine("\(program.name) is not installed") }
        // The program may have failed because the file cannot be read.
        if feeder == nil, let failure = (source as? FileSource)?.readError { return failure }
        return .damage("\(program.name) could not decompress all of it")
    }
}

/// Copies bytes into a pipe, on a thread of its own.
private final class Feeder: @unchecked Sendable {
    private let head: [UInt8]
    /// Used by the thread alone until ``isDone``.
    private let source: any ByteSource
    private let target: Int32
    private let state = Monitor()
    private var isDone = false
    private var sourceFailure: InputFailure?

    init(head: [UInt8], from source: any ByteSource, to target: Int32) {
        self.head = head
        self.source = source
        self.target = target
        if startThreads(1, { self.run() }) == 0 { end(.machine("no thread can be started")) }
    }

    /// What reading the source failed with. Set before the pipe ends.
    var failure: InputFailure? {
        state.lock()
        defer { state.unlock() }
        return sourceFailure
    }

    /// Waits until the thread no longer uses a source that others go on with.
    func finish() {
        guard source.isPart else { return }
        state.lock()
        while !isDone { state.wait() }
        state.unlock()
    }

    private func run() {
        // A child that stopped reading must not end the process: the write fails instead.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var isOpen = head.withByteView { writeAll(target, $0) }
        var block = ByteBuffer(minimumCapacity: InputWindow.blockSize)
        while isOpen {
            block.count = source.read(into: block.base, InputWindow.blockSize)
            if block.count == 0 { break }
            isOpen = writeAll(target, block.bytes)
        }
        end(source.failure)
    }

    private func end(_ failure: InputFailure?) {
        state.lock()
        sourceFailure = failure
        isDone = true
        state.wakeAll()
        state.unlock()
        close(target)
    }
}
