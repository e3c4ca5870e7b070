@_spi(Package) import Bytes
import Platform

/// One of the results. Ownership: the descriptor belongs to this object and is closed with it.
final class ResultFile: Sendable {
    /// Its path, for places.
    let path: String
    private let descriptor: Int32

    init(_ path: String, _ descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Appends bytes from an offset on to a buffer, at most `count`; none at the end of the file.
    ///
    /// - Returns: how many.
    func read(into buffer: inout ByteBuffer, at offset: Int, atMost count: Int) throws(BulkFailure) -> Int {
        buffer.reserve(count)
        while true {
            let got = pread(descriptor, buffer.end, count, off_t(offset))
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw BulkFailure(.inputOutput, source: path, "\(path): \(systemErrorText())") }
            buffer.count += got
            return got
        }
    }

    /// The line that begins at an offset, without its line feed.
    func line(at offset: Int) throws(BulkFailure) -> [UInt8] {
        var buffer = ByteBuffer(minimumCapacity: 1 << 16)
        while true {
            let searched = buffer.count
            let isAtEnd = try read(into: &buffer, at: offset + searched, atMost: max(searched, 1 << 16)) == 0
            let end = buffer.bytes.offset(of: 0x0A, from: searched)
            if isAtEnd || end != nil { return Array(buffer.bytes.slice(0..<(end ?? buffer.count))) }
        }
    }

    /// The whole content.
    func all(atMost most: Int) throws(BulkFailure) -> [UInt8] {
        var buffer = ByteBuffer(minimumCapacity: 1 << 16)
        while buffer.count <= most {
            if try read(into: &buffer, at: buffer.count, atMost: 1 << 16) == 0 { return buffer.array() }
        }
        throw BulkFailure(.unfinished, source: path, "\(path) is larger than \(most >> 20) MiB")
    }
}
