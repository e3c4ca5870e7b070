@_spi(Package) import Bytes
import Platform
import Synchronization

/// Why bytes ended before they should.
enum InputFailure: Sendable, Hashable {
    /// The data is damaged or cut off. What follows is a dead letter, and the run goes on.
    case damage(String)
    /// The machine failed. The run ends, and can be resumed.
    case machine(String)

    /// The reason, for people.
    var text: String {
        switch self {
        case .damage(let text), .machine(let text): text
        }
    }
}

/// Bytes in order. Used by one thread at a time.
protocol ByteSource: AnyObject {
    /// Reads up to `count` bytes into memory; 0 at the end, after a failure, and once the run is cancelled.
    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int

    /// Why the bytes ended early; `nil` when they did not.
    var failure: InputFailure? { get }

    /// Whether a read would have to wait for somebody else, such as the writer of a pipe.
    var wouldBlock: Bool { get }

    /// Whether the bytes come from somebody who may pause, such as the writer of a pipe. Of a file a program may still be on its way
    /// to the next bytes, but it will not pause.
    var isLive: Bool { get }

    /// Whether somebody else goes on reading where it ends, so that no thread may read it once it is given up.
    var isPart: Bool { get }
}

extension ByteSource {
    var isPart: Bool { false }
}

/// How much the containers and compressions of one file expand to, together. May be used by several threads.
///
/// Small files can be made that decompress to more than anybody can read, above all one inside another.
final class Expansion {
    /// How many times its own size a file may expand to. No log comes near.
    static let mostTimes = 10_000

    private let file: FileSource
    private let leastLimit: Int
    private let count = Atomic<Int>(0)

    /// - Parameter leastLimit: bytes that any file may expand to.
    init(of file: FileSource, leastLimit: Int) {
        self.file = file
        self.leastLimit = leastLimit
    }

    /// Whether it is too much.
    var isTooMuch: Bool {
        let count = count.load(ordering: .relaxed)
        return count > leastLimit && count / Self.mostTimes > file.bytesRead
    }

    fileprivate func add(_ more: Int) { count.wrappingAdd(more, ordering: .relaxed) }
}

/// Bytes that count towards an expansion, and end when that is too much.
final class ExpandedSource: ByteSource {
    private let source: any ByteSource
    private let expansion: Expansion

    init(_ source: any ByteSource, _ expansion: Expansion) {
        self.source = source
        self.expansion = expansion
    }

    var failure: InputFailure? {
        expansion.isTooMuch ? .damage("it expands to more than \(Expansion.mostTimes) times its size") : source.failure
    }
    var isLive: Bool { source.isLive }
    var wouldBlock: Bool { source.wouldBlock }
    var isPart: Bool { source.isPart }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        guard !expansion.isTooMuch else { return 0 }
        let got = source.read(into: target, count)
        expansion.add(got)
        return got
    }
}

/// The bytes of an open file. Ownership: the descriptor is closed with this object, unless it is standard input.
final class FileSource: ByteSource {
    let descriptor: Int32
    /// Where the file begins; `nil` when it cannot be rewound, as a pipe.
    private let start: off_t?
    private let cancellation: BulkCancellation
    private var isAtEnd = false
    private(set) var failure: InputFailure?
    /// Counted by the thread that reads, asked for by the one that shows progress.
    private let count = Atomic<Int>(0)
    private var isReadByChild = false

    /// - Parameter isRegular: whether it is known to be a regular file at its beginning, which never makes a reader wait for long.
    init(descriptor: Int32, isRegular: Bool = false, cancellation: BulkCancellation) {
        self.descriptor = descriptor
        self.cancellation = cancellation
        let position = isRegular ? 0 : lseek(descriptor, 0, SEEK_CUR)
        start = position < 0 ? nil : position
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// Bytes read so far, by this object or by a child.
    var bytesRead: Int {
        if isReadByChild { return max(Int(lseek(descriptor, 0, SEEK_CUR)) - Int(start ?? 0), 0) }
        return count.load(ordering: .relaxed)
    }

    /// Goes back to the beginning, for a child that reads the descriptor itself; false when that is not possible.
    func rewind() -> Bool {
        guard let start, lseek(descriptor, start, SEEK_SET) == start else { return false }
        isReadByChild = true
        return true
    }

    /// What reading the whole file fails with; `nil` when it can be read.
    var readError: InputFailure? {
        guard var offset = start else { return nil }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while cancellation.signal == 0 {
            let got = block.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, offset) }
            if got == 0 { return nil }
            if got > 0 {
                offset += off_t(got)
            } else if errno != EINTR {
                return .machine(systemErrorText())
            }
        }
        return nil
    }

    /// How many bytes the file has from ``start`` on; `nil` when it has no end that is known.
    var size: Int? {
        var status = stat()
        guard let start, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return max(0, Int(status.st_size - start))
    }

    /// Reads up to `count` bytes from a place after ``start`` on; 0 at the end, after a failure, and once the run is cancelled.
    func read(at place: Int, into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        while cancellation.signal == 0, failure == nil {
            let got = pread(descriptor, target, count, off_t(place) + (start ?? 0))
            if got >= 0 {
                self.count.wrappingAdd(got, ordering: .relaxed)
                return got
            }
            if errno != EINTR { failure = .machine(systemErrorText()) }
        }
        return 0
    }

    var isLive: Bool { start == nil }

    var wouldBlock: Bool { isLive && !isAtEnd && !isReadable(descriptor, within: 0) }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        while !isAtEnd, cancellation.signal == 0 {
            if start == nil, !isReadable(descriptor, within: 200) { continue }
            let got = readSome(descriptor, UnsafeMutableRawBufferPointer(start: target, count: count))
            if got > 0 {
                self.count.wrappingAdd(got, ordering: .relaxed)
                return got
            }
            if got < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                failure = .machine(systemErrorText())
            }
            isAtEnd = true
        }
        return 0
    }
}

/// UTF-16 as UTF-8.
final class UTF16Source: ByteSource {
    private let source: any ByteSource
    private var decoder: UTF16Decoder
    private var encoded = ByteBuffer(minimumCapacity: InputWindow.blockSize)
    private var decoded = ByteBuffer(minimumCapacity: InputWindow.blockSize)
    /// Bytes of ``decoded`` that were read already.
    private var start = 0

    init(_ source: any ByteSource, _ decoder: UTF16Decoder) {
        self.source = source
        self.decoder = decoder
    }

    var isLive: Bool { source.isLive }
    var failure: InputFailure? { source.failure }

    var wouldBlock: Bool { start == decoded.count && source.wouldBlock }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        while start == decoded.count {
            decoded.removeAll()
            start = 0
            encoded.count = source.read(into: encoded.base, InputWindow.blockSize)
            if encoded.count > 0 {
                decoder.decode(encoded.bytes, into: &decoded)
            } else {
                decoder.finish(into: &decoded)
                if decoded.count == 0 { return 0 }
            }
        }
        let given = min(count, decoded.count - start)
        memcpy(target, decoded.base + start, given)
        start += given
        return given
    }
}

/// Text that is made while it is read.
final class MadeSource: ByteSource {
    private let appendMore: (inout ByteBuffer) -> Bool
    private let isWaiting: () -> Bool
    private let isInteractive: Bool
    /// What was made, and where the part of it begins that was not read.
    private var made = ByteBuffer(minimumCapacity: 4096)
    private var start = 0
    private var isAtEnd = false

    let failure: InputFailure? = nil
    var isLive: Bool { isInteractive }
    var wouldBlock: Bool { start == made.count && !isAtEnd && isWaiting() }

    /// - Parameters:
    ///   - isInteractive: whether what is made is wanted before more is.
    ///   - isWaiting: whether making more would have to wait.
    ///   - appendMore: appends more, or what is left; false at the end.
    init(isInteractive: Bool, isWaiting: @escaping () -> Bool, appendMore: @escaping (inout ByteBuffer) -> Bool) {
        self.isInteractive = isInteractive
        self.isWaiting = isWaiting
        self.appendMore = appendMore
    }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        if start == made.count {
            made.removeAll()
            start = 0
        }
        while !isAtEnd, made.count - start < count, !isInteractive || made.count == start {
            isAtEnd = !appendMore(&made)
        }
        let length = min(count, made.count - start)
        if length > 0 { copyBytes(from: made.base + start, to: target, length) }
        start += length
        return length
    }
}
