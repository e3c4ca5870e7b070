@_spi(Package) import Bytes
import Platform

/// A member as a zip archive describes it.
struct ZipMember {
    let name: [UInt8]
    /// How it is compressed: 0 not at all, 8 by deflate.
    let method: Int
    let isEncrypted: Bool
    let isLink: Bool
    /// CRC-32 of its bytes; `nil` when it is not known.
    let checksum: UInt32?
    /// Bytes that it takes in the archive, and that it has.
    let packedSize: Int, size: Int
    /// Where its header is in the archive.
    let offset: Int
}

/// The members of a zip archive: from the list at its end, or, where that is missing, from the header before each.
///
/// A damaged record of the list hides its own member only. Memory does not grow with the list.
struct ZipDirectory: ~Copyable {
    /// What comes next.
    enum Entry {
        case member(ZipMember)
        /// Something that cannot be read.
        case damage(String)
        case end
    }

    /// What records begin with, each after `PK`.
    private enum Record: UInt16 {
        case header = 0x0403
        case listed = 0x0201
        case descriptor = 0x0807
        case end = 0x0605
        case largeEnd = 0x0606
        case largeEndPlace = 0x0706
    }

    private var bytes: ZipBytes
    private let size: Int
    /// Where the next record is.
    private var position: Int
    /// Where the list ends; `nil` when there is none.
    private var listEnd: Int?
    /// Members that the list is said to have, less those that were read.
    private var missing = 0
    /// What is still to be said at the end.
    private var damage: String?

    /// Finds the list.
    init(_ storage: ZipStorage) {
        bytes = ZipBytes(storage)
        size = storage.size
        position = 0
        if !findList() {
            position = 0
            damage = "The zip archive is cut off or damaged: it has no list of its members, and some may be missing"
        }
    }

    // MARK: The list

    /// The last record is followed by a comment of at most 64 KiB.
    private mutating func findList() -> Bool {
        let start = max(0, size - 22 - 65_535)
        guard let tail = bytes.look(at: start, size - start) else { return false }
        let places = stride(from: tail.count - 22, through: 0, by: -1).filter {
            tail[$0] == 0x50 && Self.record(tail.dropping($0)) == .end
        }
        // Only a comment may follow, and it may hold anything.
        let isWhole = { (place: Int) in place + 22 + Self.number(2, tail, place + 20) == tail.count }
        guard let place = places.first(where: isWhole) ?? places.first else { return false }
        if !isWhole(place) { damage = "Something follows the end of the zip archive" }
        var end = start + place
        var count = Self.number(2, tail, place + 10)
        var (length, first) = (Self.number(4, tail, place + 12), Self.number(4, tail, place + 16))
        if count == 0xFFFF || length == 0xFFFF_FFFF || first == 0xFFFF_FFFF,
            let locator = bytes.look(at: end - 20, 20), Self.record(locator) == .largeEndPlace
        {
            end = Self.number(8, locator, 8)
            guard let record = bytes.look(at: end, 56), Self.record(record) == .largeEnd else { return false }
            (count, length, first) = (
                Self.number(8, record, 32), Self.number(8, record, 40), Self.number(8, record, 48)
            )
        }
        // One of the two numbers that say where it begins may be damaged.
        for place in [first, end - length] where place >= 0 && place <= end {
            guard place == end || record(at: place) == .listed else { continue }
            (position, listEnd, missing) = (place, end, count)
            return true
        }
        return false
    }

    /// The next member.
    mutating func next() -> Entry {
        if let listEnd {
            if let member = nextListed(listEnd) { return .member(member) }
            // Old programs count up to 65,535 only.
            if missing & 0xFFFF != 0, damage == nil {
                damage = "The list of the zip archive is damaged; members may be missing"
            }
            missing = 0
        } else if let member = nextHeader() {
            return .member(member)
        }
        guard let text = damage.take() else { return .end }
        return .damage(text)
    }

    /// The next member of the list; `nil` at its end.
    ///
    /// The next record is looked for where a length is wrong. What is not found is missing at the end.
    private mutating func nextListed(_ listEnd: Int) -> ZipMember? {
        while let start = find([.listed], from: position, to: listEnd)?.place, let head = bytes.look(at: start, 46) {
            let (nameLength, extraLength) = (Self.number(2, head, 28), Self.number(2, head, 30))
            position = start + 46 + nameLength + extraLength + Self.number(2, head, 32)
            if position != listEnd, record(at: position) != .listed { position = start + 46 }
            guard let record = bytes.look(at: start, 46 + nameLength + extraLength) else { continue }
            missing -= 1
            let extra = record.dropping(46 + nameLength)
            let large = Self.largeNumbers(extra, [24, 20, 42].map { Self.number(4, record, $0) })
            return ZipMember(
                name: Self.name(record.slice(46..<(46 + nameLength)), isOld: record[5] == 0),
                method: Self.number(2, record, 10), isEncrypted: record[8] & 1 != 0,
                isLink: record[5] == 3 && record[41] & 0xF0 == 0xA0, checksum: UInt32(Self.number(4, record, 16)),
                packedSize: large[1], size: large[0], offset: large[2])
        }
        position = listEnd
        return nil
    }

    // MARK: Without a list

    /// The member whose header comes next; `nil` when there is none.
    private mutating func nextHeader() -> ZipMember? {
        guard let (record, start) = find([.header, .listed, .end], from: position, to: size), record == .header else {
            return nil
        }
        position = start + 4
        guard let head = bytes.look(at: start, 30) else { return nil }
        let (nameLength, extraLength) = (Self.number(2, head, 26), Self.number(2, head, 28))
        let data = start + 30 + nameLength + extraLength
        guard let header = bytes.look(at: start, data - start) else { return nil }
        let (method, flags) = (Self.number(2, header, 8), header[6])
        let name = Self.name(header.slice(30..<(30 + nameLength)), isOld: false)
        var checksum: UInt32? = UInt32(Self.number(4, header, 14))
        var large = Self.largeNumbers(
            header.slice((30 + nameLength)..<(data - start)), [Self.number(4, header, 22), Self.number(4, header, 18)])
        position = data
        if flags & 8 != 0 {
            // Its sizes and its checksum follow it.
            let next = find([.header, .listed, .end], from: data, to: size)?.place ?? size
            position = next
            (large[1], checksum) = (next - data, nil)
            for (length, width) in [(16, 4), (24, 8)] where next - data >= length {
                guard let descriptor = bytes.look(at: next - length, length),
                    Self.record(descriptor) == .descriptor,
                    Self.number(width, descriptor, 8) == next - data - length
                else { continue }
                checksum = UInt32(Self.number(4, descriptor, 4))
                large = [Self.number(width, descriptor, 8 + width), next - data - length]
            }
        } else if large[1] >= size - data || self.record(at: data + large[1]) != nil {
            position = data + min(large[1], size - data)
        }
        return ZipMember(
            name: name, method: method, isEncrypted: flags & 1 != 0, isLink: false, checksum: checksum,
            packedSize: large[1], size: checksum == nil ? .max : large[0], offset: start)
    }

    // MARK: Records

    /// Numbers of a record, from its extra fields where they are beyond four gigabytes.
    private static func largeNumbers(_ extra: ByteView, _ numbers: [Int]) -> [Int] {
        var numbers = numbers
        var rest = extra
        while rest.count >= 4 {
            let length = min(4 + number(2, rest, 2), rest.count)
            if number(2, rest, 0) == 1 {
                var place = 4
                for index in numbers.indices where numbers[index] == 0xFFFF_FFFF && place + 8 <= length {
                    numbers[index] = number(8, rest, place)
                    place += 8
                }
            }
            rest = rest.dropping(length)
        }
        return numbers
    }

    /// A name as it is shown. Old programs separate directories by backslashes.
    private static func name(_ name: ByteView, isOld: Bool) -> [UInt8] {
        let (slash, backslash) = (UInt8(ascii: "/"), UInt8(ascii: "\\"))
        return isOld && !name.contains(slash) ? name.map { $0 == backslash ? slash : $0 } : Array(name)
    }

    /// The first record of some kinds that begins between two places.
    private mutating func find(_ kinds: [Record], from start: Int, to end: Int) -> (record: Record, place: Int)? {
        var position = start
        while position + 4 <= end, let block = bytes.look(at: position, min(end - position, InputWindow.blockSize)) {
            var index = 0
            while let found = block.offset(of: UInt8(ascii: "P"), from: index), found + 4 <= block.count {
                if let record = Self.record(block.dropping(found)), kinds.contains(record) {
                    return (record, position + found)
                }
                index = found + 1
            }
            position += max(block.count - 3, 1)
        }
        return nil
    }

    private mutating func record(at place: Int) -> Record? { bytes.look(at: place, 4).flatMap { Self.record($0) } }

    /// What record some bytes begin; `nil` when none.
    private static func record(_ bytes: ByteView) -> Record? {
        bytes.hasPrefix("PK") ? Record(rawValue: UInt16(number(2, bytes, 2))) : nil
    }

    /// A number of some bytes, the lowest first; 0 after the end.
    private static func number(_ size: Int, _ bytes: ByteView, _ index: Int) -> Int {
        guard index + size <= bytes.count else { return 0 }
        let value = bytes.slice(index..<(index + size)).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(clamping: value)
    }
}
