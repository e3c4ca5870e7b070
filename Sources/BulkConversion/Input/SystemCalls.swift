@_spi(Package) import Bytes
import Platform

/// What the system says about the error of the last call, such as `No space left on device`.
func systemErrorText(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// Whether an error that opening a file gave is about the machine, such as too few descriptors, and not about that one file.
func isTroubleOfMachine(_ code: Int32) -> Bool {
    ![EACCES, EPERM, ENOENT, ELOOP, ENOTDIR, ENAMETOOLONG, ENXIO, EOVERFLOW, ETXTBSY].contains(code)
}

/// Whether a file of any kind exists at `path`.
func fileExists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}

/// The directory that a file at `path` would be in, when it does not exist; `nil` when it does.
package func missingParent(of path: String) -> String? {
    var parent = path[...]
    while parent.count > 1, parent.last == "/" { parent.removeLast() }
    guard let slash = parent.lastIndex(of: "/"), slash > parent.startIndex else { return nil }
    parent = parent[..<slash]
    return fileExists(String(parent)) ? nil : String(parent)
}

/// Opens a file, a relative path from an open directory on; below zero with `errno` set when that fails.
func openFile(_ path: String, _ flags: Int32, in directory: Int32 = AT_FDCWD) -> Int32 {
    while true {
        let descriptor = openat(directory, path, flags | O_CLOEXEC, 0o666)
        if descriptor >= 0 || errno != EINTR { return descriptor }
    }
}

/// Opens a new file for reading and writing, where the system keeps temporary ones. It is gone when it is closed.
func openTemporaryFile() throws(BulkFailure) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/convertlead-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else {
        throw BulkFailure(.inputOutput, source: folder, "\(folder): no temporary file: \(systemErrorText())")
    }
    unlink(path)
    return descriptor
}

/// Reads some bytes; 0 at the end, below zero with `errno` set on a failure.
func readSome(_ descriptor: Int32, _ target: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, target.baseAddress, target.count)
}

/// Whether there is something to read, or an end, within some milliseconds.
func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, milliseconds) > 0
}

/// Flushes a file's data to the disk.
func synchronize(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
        return fsync(descriptor)
    #else
        return fdatasync(descriptor)
    #endif
}

/// Writes all bytes, however many calls it takes. Returns false with `errno` set when one fails.
func writeAll(_ descriptor: Int32, _ bytes: ByteView) -> Bool {
    var offset = 0
    while offset < bytes.count {
        guard let base = bytes.baseAddress else { return true }
        let count = write(descriptor, base + offset, bytes.count - offset)
        if count < 0 {
            if errno == EINTR { continue }
            if errno == EAGAIN {
                // A pipe that was set to non-blocking by its maker.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 1000)
                continue
            }
            return false
        }
        offset += count
    }
    return true
}

/// A lock with a condition to wait for.
final class Monitor: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
    /// Lets go of the lock until another thread wakes this one, then takes it again.
    func wait() { pthread_cond_wait(condition, mutex) }
    /// Waits like ``wait()``, but not longer than some seconds.
    func wait(atMost seconds: Double) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let nanoseconds = time.tv_nsec + Int(seconds * 1e9)
        time.tv_sec += nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        pthread_cond_timedwait(condition, mutex, &time)
    }
    func wakeAll() { pthread_cond_broadcast(condition) }
}

/// Runs `body` on `count` threads of their own, without waiting for them.
///
/// - Returns: how many threads were started; fewer than asked for when the system gives no more.
@discardableResult
func startThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) -> Int {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    for started in 0..<count {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let box = Unmanaged.passRetained(Box(body))
        let result = pthread_create(
            &thread, nil,
            { @Sendable argument in
                #if canImport(Darwin)
                    Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                #else
                    if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                #endif
                return nil
            }, box.toOpaque())
        if result != 0 {
            box.release()
            return started
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }
    return count
}

/// Seconds of a clock that only goes forward.
func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
