@_spi(Package) import Bytes
import Platform

/// The list of members at the end of a zip archive, read in order.
///
/// bsdtar copies a damaged member without a word, so its checksum is compared with the one given here. Memory does not grow
/// with the list.
final class ZipDirectory {
    /// A member as the list describes it.
    struct Member {
        /// CRC-32 of its bytes.
        let checksum: UInt32
        let isEncrypted: Bool
        /// Where it is in the archive.
        let offset: Int
    }

    /// What keeps an archive from being read.
    enum Obstacle {
        case damaged, encrypted
    }

    private let descriptor: Int32
    /// Where the list begins, and how many members it has.
    private let (first, count): (Int, Int)
    private var position: Int
    private var missing: Int
    /// Bytes of the list that were read, the first of them at ``start``.
    private var block: [UInt8] = []
    private var start = 0

    /// Finds the list of an archive; `nil` when it is cut off or damaged.
    ///
    /// - Parameter descriptor: stays open as long as this is used; its offset is left alone.
    init?(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        // The last record is followed by a comment of at most 64 KiB.
        let size = Int(status.st_size)
        let length = min(size, 22 + 65_535)
        let tail = Self.read(descriptor, at: size - length, length)
        guard tail.count >= 22, let end = (0...(tail.count - 22)).last(where: { Self.isRecord(5, 6, tail, $0) }) else {
            return nil
        }
        var (members, list) = (Self.number(2, tail, end + 10), Self.number(4, tail, end + 16))
        if members == 0xFFFF || list == 0xFFFF_FFFF {
            // Large archives have another record; its offset is before the last one.
            let locator = Self.read(descriptor, at: size - length + end - 20, 20)
            guard Self.isRecord(6, 7, locator, 0) else { return nil }
            let record = Self.read(descriptor, at: Self.number(8, locator, 8), 56)
            guard Self.isRecord(6, 6, record, 0) else { return nil }
            (members, list) = (Self.number(8, record, 32), Self.number(8, record, 48))
        }
        self.descriptor = descriptor
        (first, count) = (list, members)
        (position, missing) = (list, members)
    }

    /// What keeps the archive from being read, looked for in the whole list; `nil` when nothing does.
    ///
    /// bsdtar gives the members in the order in which they lie in the archive. A list in another order is taken for damaged.
    var obstacle: Obstacle? {
        defer { (position, missing, block, start) = (first, count, [], 0) }
        var last = -1
        while missing > 0 {
            guard let member = next(), member.offset > last else { return .damaged }
            if member.isEncrypted { return .encrypted }
            last = member.offset
        }
        return nil
    }

    /// The next member; `nil` at the end, and where the list is damaged.
    func next() -> Member? {
        guard missing > 0, fill(46), Self.isRecord(1, 2, block, start) else { return nil }
        let nameLength = Self.number(2, block, start + 28)
        let extraLength = Self.number(2, block, start + 30)
        let length = 46 + nameLength + extraLength + Self.number(2, block, start + 32)
        guard fill(length) else { return nil }
        defer { start += length }
        missing -= 1
        return Member(
            checksum: UInt32(Self.number(4, block, start + 16)), isEncrypted: block[start + 8] & 1 != 0,
            offset: offset(extra: (start + 46 + nameLength)..<(start + 46 + nameLength + extraLength)))
    }

    /// The member's place, which is in the extra fields when it is beyond four gigabytes.
    private func offset(extra: Range<Int>) -> Int {
        let offset = Self.number(4, block, start + 42)
        guard offset == 0xFFFF_FFFF else { return offset }
        var index = extra.lowerBound
        while index + 4 <= extra.upperBound {
            let (id, length) = (Self.number(2, block, index), Self.number(2, block, index + 2))
            if id == 1 {
                let before = [20, 24].count { Self.number(4, block, start + $0) == 0xFFFF_FFFF }
                let place = index + 4 + 8 * before
                return place + 8 <= extra.upperBound ? Self.number(8, block, place) : offset
            }
            index += 4 + length
        }
        return offset
    }

    /// Reads until there are `length` bytes from ``start`` on.
    private func fill(_ length: Int) -> Bool {
        if block.count - start >= length { return true }
        block.removeFirst(start)
        start = 0
        let more = Self.read(descriptor, at: position, max(length, InputWindow.blockSize))
        position += more.count
        block += more
        return block.count >= length
    }

    private static func read(_ descriptor: Int32, at position: Int, _ length: Int) -> [UInt8] {
        guard position >= 0, length > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + count }, length - count, off_t(position + count))
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                count += got
            }
        }
    }

    /// Whether there is a record of a kind at an index.
    private static func isRecord(_ first: UInt8, _ second: UInt8, _ bytes: [UInt8], _ index: Int) -> Bool {
        bytes.count >= index + 4 && bytes[index...].starts(with: [0x50, 0x4B, first, second])
    }

    /// A number of some bytes, the lowest first; 0 after the end.
    private static func number(_ size: Int, _ bytes: [UInt8], _ index: Int) -> Int {
        guard index + size <= bytes.count else { return 0 }
        let value = bytes[index..<(index + size)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(clamping: value)
    }
}

/// The checksum of zip archives.
struct CRC32 {
    private var state: UInt32 = 0xFFFF_FFFF

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
    }

    /// Of all bytes so far.
    var value: UInt32 { ~state }

    mutating func add(_ bytes: ByteView) {
        Self.table.withUnsafeBufferPointer { table in
            for byte in bytes { state = state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] }
        }
    }
}
