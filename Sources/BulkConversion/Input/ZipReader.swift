@_spi(Package) import Bytes
internal import CZlib
import Platform

/// Reads the members of a zip archive in the order of its list.
final class ZipReader: ContainerReader {
    private let storage: ZipStorage
    private var directory: ZipDirectory
    /// For headers.
    private var bytes: ZipBytes
    /// What is still to be said at the end.
    private var damage: InputFailure?
    /// Bytes of members that were read as they are in the archive.
    private var packedCount = 0
    /// How often the archive's bytes may be read: a few damaged sizes lead to other members, but a trap has them lie over each other.
    private static let mostReadings = 10

    private var member: ZipMember?
    /// Where the member's bytes go on in the archive, and how many follow.
    private var (place, packed) = (0, 0)
    /// Bytes of the member that were not read.
    private var remaining = 0
    /// CRC-32 of the bytes so far.
    private var checksum: UInt = 0
    private var inflater = Inflater()
    private(set) var memberFailure: InputFailure?

    /// Compressions whose members are compressed files of their own, by their numbers, and what such a file begins with.
    private static let compressions: [Int: [UInt8]] = [
        12: Array("BZh".utf8), 93: [0x28, 0xB5, 0x2F, 0xFD], 95: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],
    ]

    /// - Parameter damage: why the archive itself ended early, if it did.
    init(_ storage: ZipStorage, damage: InputFailure? = nil) {
        self.storage = storage
        self.damage = damage
        directory = ZipDirectory(storage)
        bytes = ZipBytes(storage, blockSize: 512)
    }

    var isLive: Bool { false }
    var wouldBlock: Bool { false }

    func next() -> ContainerEntry {
        while true {
            if let trouble = storage.trouble { return .trouble(trouble) }
            switch directory.next() {
            case .member(let member): if let entry = open(member) { return entry }
            case .damage(let reason): return .damage(reason)
            case .end:
                guard let damage = damage.take() else { return .end }
                return .damage("The archive ends early: \(damage.text)")
            }
        }
    }

    /// Comes to a member; `nil` when it is a directory.
    private func open(_ member: ZipMember) -> ContainerEntry? {
        let name = String(decoding: member.name, as: UTF8.self)
        (self.member, memberFailure) = (nil, nil)
        if member.name.last == UInt8(ascii: "/") { return nil }
        if member.isLink { return .skipped(.link, name: name) }
        if member.isEncrypted { return .unreadable(name: name, reason: "it is encrypted; run 7z x FILE") }
        guard let data = start(of: member), packedCount / Self.mostReadings <= storage.size else {
            return .unreadable(name: name, reason: "the zip archive is damaged where it describes the member")
        }
        if member.method != 0, member.method != 8 {
            guard let magic = Self.compressions[member.method],
                bytes.look(at: data, magic.count)?.elementsEqual(magic) == true
            else {
                return .unreadable(name: name, reason: "its compression method is not supported; run 7z x FILE")
            }
        }
        (self.member, place, packed, remaining) = (member, data, member.packedSize, member.size)
        checksum = 0
        inflater.reset()
        return .file(name: name)
    }

    /// Where the bytes of a member begin; `nil` when its own header says something else than the list.
    private func start(of member: ZipMember) -> Int? {
        let length = 30 + member.name.count
        guard let header = bytes.look(at: member.offset, length), header.starts(with: [0x50, 0x4B, 0x03, 0x04]),
            Int(header[26]) | Int(header[27]) << 8 == member.name.count,
            zip(header.dropping(30), member.name).allSatisfy({
                $0 == $1 || $0 == UInt8(ascii: "\\") && $1 == UInt8(ascii: "/")
            })
        else { return nil }
        return member.offset + length + (Int(header[28]) | Int(header[29]) << 8)
    }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        guard let member, memberFailure == nil else { return 0 }
        let got =
            member.method == 8
            ? inflater.read(into: target, count) { readPacked(into: $0, $1) } : readPacked(into: target, count)
        if let trouble = storage.trouble { memberFailure = .machine(trouble) }
        // Other compressions come with checksums of their own.
        guard member.method == 0 || member.method == 8 else { return got }
        remaining -= got
        checksum = crc32(checksum, target, UInt32(got))
        guard got == 0 || remaining < 0 else { return got }
        self.member = nil
        if memberFailure == nil { memberFailure = failure(of: member).map { .damage($0) } }
        return remaining < 0 ? 0 : got
    }

    /// Why a member that ended is not the one that was put into the archive.
    private func failure(of member: ZipMember) -> String? {
        if member.method == 8, !inflater.isDone { return "its compressed bytes are damaged or cut off" }
        guard let expected = member.checksum else { return nil }
        return remaining != 0 || checksum != UInt(expected)
            ? "its checksum differs from the one in the zip archive" : nil
    }

    /// Reads bytes of the member as they are in the archive.
    private func readPacked(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        let got = storage.read(at: place, into: target, min(count, packed))
        place += got
        packed -= got
        packedCount += got
        return got
    }
}

/// A zip archive, whose bytes are read at any place: a file, or a copy in memory of an archive inside another.
enum ZipStorage {
    case file(FileSource, size: Int)
    case memory([UInt8])

    /// Its bytes.
    var size: Int {
        switch self {
        case .file(_, let size): size
        case .memory(let bytes): bytes.count
        }
    }

    /// What the machine failed with when it was read; `nil` when it did not.
    var trouble: String? {
        if case .file(let file, _) = self, case .machine(let text) = file.failure { text } else { nil }
    }

    /// Reads up to `count` bytes from a place on; 0 at the end, and where there are none.
    func read(at place: Int, into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        let count = min(count, size - place)
        guard place >= 0, count > 0 else { return 0 }
        switch self {
        case .file(let file, _): return file.read(at: place, into: target, count)
        case .memory(let bytes):
            bytes.withByteView { copyBytes(from: $0.dropping(place).baseAddress.unsafelyUnwrapped, to: target, count) }
            return count
        }
    }
}

/// Looks at parts of a zip archive, a block at a time.
struct ZipBytes: ~Copyable {
    private let storage: ZipStorage
    private let blockSize: Int
    private var block = ByteBuffer(minimumCapacity: 512)
    /// Where ``block`` begins.
    private var start = 0

    init(_ storage: ZipStorage, blockSize: Int = InputWindow.blockSize) {
        self.storage = storage
        self.blockSize = blockSize
    }

    /// Bytes from a place on, valid until the next call; `nil` when the archive has fewer.
    mutating func look(at place: Int, _ count: Int) -> ByteView? {
        guard place >= 0, count >= 0, count <= storage.size - place else { return nil }
        if place < start || place + count > start + block.count {
            block.removeAll()
            block.reserve(max(count, blockSize))
            start = place
            while block.count < count {
                let got = storage.read(at: place + block.count, into: block.end, max(count, blockSize) - block.count)
                if got == 0 { return nil }
                block.count += got
            }
        }
        return block.bytes.slice((place - start)..<(place - start + count))
    }
}
