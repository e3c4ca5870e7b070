@_spi(Package) import Bytes
import ConvertLead

import Platform

/// The input of `response`: a text that belongs together, at most 64 MiB, or lines of any number in flat memory.
struct ReplyInput: ~Copyable {
    /// Longest text that is read whole, in bytes.
    static let maximumLength = 64 << 20
    /// Longest line, in bytes.
    static let maximumLineLength = 16 << 20
    private static let blockLength = 1 << 16

    private let file: Int32
    private let name: String
    /// What was read and not taken yet, from `start` on.
    private var buffer = ByteBuffer(minimumCapacity: ReplyInput.blockLength)
    private var start = 0
    private var isAtEnd = false
    private var hasTaken = false
    private var isSkippingLine = false
    private var lineNumber = 0

    /// Opens the file that an argument names: standard input for none and for `-`.
    init(argument: String?) throws(CommandFailure) {
        name = FileInput.name(argument)
        file = try FileInput.open(argument: argument)
    }

    deinit { if file != STDIN_FILENO { close(file) } }

    /// Reads as much as tells the form of the input.
    mutating func isLines(_ reader: inout ReplyLineReader) throws(CommandFailure) -> Bool {
        var wanted = 1
        while true {
            while !isAtEnd && buffer.count < wanted { try fill() }
            switch reader.form(of: buffer.bytes, isWhole: isAtEnd) {
            case .lines: return true
            case .document: return false
            case .undecided:
                if buffer.count > Self.maximumLength { return false }
                // A few lines are looked at as they come; a long document is not, once a block.
                wanted = buffer.count < Self.blockLength ? buffer.count + 1 : buffer.count * 2
            }
        }
    }

    /// The whole input; `nil` when it is too long.
    mutating func document() throws(CommandFailure) -> [UInt8]? {
        while !isAtEnd && buffer.count <= Self.maximumLength { try fill() }
        return isAtEnd && buffer.count <= Self.maximumLength ? buffer.array() : nil
    }

    /// Calls `body` with each line that was read, but for blank ones, and its number from 1; then reads on.
    ///
    /// - Parameter body: is given `nil` for a line that is too long, which is skipped.
    /// - Returns: whether that was the last one.
    mutating func takeLines(
        _ body: (_ line: ByteView?, _ number: Int) -> Void
    ) throws(CommandFailure) -> Bool {
        if hasTaken && !isAtEnd { try fill() }
        hasTaken = true
        let bytes = buffer.bytes
        while start < bytes.count {
            let feed = bytes.offset(of: 0x0A, from: start)
            guard let end = feed ?? (isAtEnd ? bytes.count : nil) else { break }
            let line = bytes.slice(start..<end)
            start = end + 1
            if isSkippingLine {
                isSkippingLine = false
                continue
            }
            lineNumber += 1
            if line.contains(where: { !$0.isWhitespace }) { body(line, lineNumber) }
        }
        start = min(start, bytes.count)
        if isSkippingLine {
            start = bytes.count
        } else if bytes.count - start > Self.maximumLineLength {
            lineNumber += 1
            body(nil, lineNumber)
            isSkippingLine = true
            start = bytes.count
        }
        return isAtEnd && start == bytes.count
    }

    /// Reads what there is, up to a block.
    private mutating func fill() throws(CommandFailure) {
        if start > 0 {
            let rest = buffer.count - start
            memmove(buffer.base, buffer.base + start, rest)
            buffer.count = rest
            start = 0
        }
        buffer.reserve(Self.blockLength)
        while true {
            let count = FileInput.readSome(file, buffer.end, Self.blockLength)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .input(name, .ioError, errno: errno) }
            isAtEnd = count == 0
            buffer.count += count
            return
        }
    }
}
