@_spi(Package) import Bytes
import Platform

/// The places of converted requests whose lines cannot be read again, as lines with a member `source`: in memory, and in a temporary
/// file when they are many.
final class PlaceLines {
    private static let bufferSize = 1 << 18

    @exclusivity(unchecked) private var buffer = ByteBuffer(minimumCapacity: 4096)
    /// Bytes in the file.
    @exclusivity(unchecked) private var written = 0
    /// Ownership: belongs to the object that ``lines()`` gives, or is closed with this one. Below zero until it is needed.
    private var file: Int32 = -1

    deinit { if file >= 0 { close(file) } }

    /// Takes the beginning of an output line up to the end of its place.
    ///
    /// - Returns: where the line with the place begins.
    func add(_ place: PaddedView) throws(BulkFailure) -> Int {
        let start = written + buffer.count
        buffer.append(place)
        buffer.append("\"}\n")
        if buffer.count >= Self.bufferSize { try flush() }
        return start
    }

    private func flush() throws(BulkFailure) {
        if file < 0 { file = try openTemporaryFile() }
        guard writeAll(file, buffer.bytes) else {
            throw BulkFailure(.inputOutput, "The temporary file of places cannot be written: \(systemErrorText())")
        }
        written += buffer.count
        buffer.removeAll()
    }

    /// All lines so far, for reading. Nothing is added after this.
    func lines() throws(BulkFailure) -> ResultFile {
        try flush()
        defer { file = -1 }
        return ResultFile("the temporary file of places", file)
    }
}
