@_spi(Package) import Bytes
import Platform

/// The block of 512 bytes in front of each member of a tar archive.
struct TarHeader {
    static let size = 512

    let name: [UInt8]
    let type: UInt8
    /// Bytes of the member that follow.
    let length: Int

    /// Reads a block; `nil` when it is none, which its checksum tells.
    init?(_ block: ByteView) {
        guard block.count >= Self.size, block[0] != 0, let sum = Self.number(block.slice(148..<156)) else { return nil }
        var bytes = 8 * Int(UInt8(ascii: " "))
        for index in 0..<Self.size where !(148..<156).contains(index) { bytes += Int(block[index]) }
        guard bytes == sum, let length = Self.number(block.slice(124..<136)) else { return nil }
        self.length = length
        type = block[156]
        var name = Self.text(block.slice(0..<100))
        // What GNU tar keeps in place of the name's beginning is no name.
        if block.slice(257..<263).starts(with: Array("ustar\0".utf8)), block[345] != 0 {
            name = Self.text(block.slice(345..<500)) + [UInt8(ascii: "/")] + name
        }
        self.name = name
    }

    /// The bytes before the first zero.
    private static func text(_ field: ByteView) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    /// A number in octal digits, or in bytes after a first one with its high bit set; `nil` when it is none.
    private static func number(_ field: ByteView) -> Int? {
        if field[0] & 0x80 != 0 {
            // More than 2^56 bytes are no file.
            guard field[0] == 0x80, field.slice(1..<(field.count - 7)).allSatisfy({ $0 == 0 }) else { return nil }
            return field.dropping(field.count - 7).reduce(0) { $0 << 8 | Int($1) }
        }
        var value = 0
        var digits = 0
        for byte in field.drop(while: { $0 == UInt8(ascii: " ") }) {
            if byte == 0 || byte == UInt8(ascii: " ") { break }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "7") else { return nil }
            value = value << 3 | Int(byte - UInt8(ascii: "0"))
            digits += 1
        }
        return digits > 0 ? value : nil
    }
}

/// Reads the members of a tar archive in order: ustar, with the longer names of pax and of GNU tar.
///
/// Memory does not grow with the archive or its members. Nothing is written anywhere, so a member may be called anything.
final class TarReader: ContainerReader {
    /// Longest name and list of properties that are read.
    private static let mostProperties = 1 << 16

    private let source: any ByteSource
    private var buffer = ByteBuffer(minimumCapacity: InputWindow.blockSize)
    private var start = 0
    /// Bytes of the member that were not read, and of what fills its last block.
    private var (remaining, padding) = (0, 0)
    private var isOver = false
    /// Whether zeros were met, which end an archive.
    private var hasEnded = false
    private var isLost = false
    private(set) var memberFailure: InputFailure?

    /// - Parameter head: bytes read from the source already, all from its beginning.
    init(_ source: any ByteSource, head: [UInt8] = []) {
        self.source = source
        head.withByteView { buffer.append($0) }
    }

    var isLive: Bool { source.isLive }
    var wouldBlock: Bool { start == buffer.count && source.wouldBlock }

    func next() -> ContainerEntry {
        memberFailure = nil
        if isOver || !skip(remaining + padding) { return end() }
        (remaining, padding) = (0, 0)
        var longName: [UInt8]?
        var longLength: Int?
        var isSparse = false
        while true {
            guard fill(TarHeader.size) else { return end() }
            let block = bytes.slice(0..<TarHeader.size)
            guard let header = TarHeader(block) else {
                let isZero = block.allSatisfy { $0 == 0 }
                start += TarHeader.size
                if isZero {
                    hasEnded = true
                } else if !isLost {
                    isLost = true
                    return .damage("The tar archive is damaged; members may be missing here")
                }
                continue
            }
            start += TarHeader.size
            (isLost, hasEnded) = (false, false)
            let padding = (TarHeader.size - header.length % TarHeader.size) % TarHeader.size
            switch header.type {
            case UInt8(ascii: "x"), UInt8(ascii: "L"):
                guard header.length <= Self.mostProperties, fill(header.length + padding) else {
                    guard skip(header.length + padding) else { return end() }
                    continue
                }
                let text = bytes.slice(0..<header.length)
                if header.type == UInt8(ascii: "L") {
                    longName = Array(text.prefix { $0 != 0 })
                } else {
                    Self.readProperties(text) { name, value in
                        if name.equals("path") { longName = Array(value) }
                        if name.equals("size") { longLength = Int(value.text) }
                        if name.hasPrefix("GNU.sparse.") { isSparse = true }
                    }
                }
                start += header.length + padding
                continue
            case UInt8(ascii: "g"), UInt8(ascii: "K"), UInt8(ascii: "V"), UInt8(ascii: "D"), UInt8(ascii: "N"):
                guard skip(header.length + padding) else { return end() }
                continue
            default: break
            }
            remaining = max(longLength ?? header.length, 0)
            self.padding = (TarHeader.size - remaining % TarHeader.size) % TarHeader.size
            let name = longName ?? header.name
            if header.type == UInt8(ascii: "5") || name.last == UInt8(ascii: "/") {
                guard skip(remaining + self.padding) else { return end() }
                (remaining, self.padding, longName, longLength, isSparse) = (0, 0, nil, nil, false)
                continue
            }
            let text = String(decoding: name, as: UTF8.self)
            switch header.type {
            case UInt8(ascii: "1"), UInt8(ascii: "2"): return .skipped(.link, name: text)
            case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): return .skipped(.specialFile, name: text)
            case UInt8(ascii: "S"), UInt8(ascii: "M"): isSparse = true
            default: break
            }
            return isSparse
                ? .unreadable(name: text, reason: "it is stored with holes or in parts; extract it with tar")
                : .file(name: text)
        }
    }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        let wanted = min(count, remaining)
        guard wanted > 0 else { return 0 }
        var got = min(wanted, buffer.count - start)
        if got > 0 {
            memcpy(target, buffer.base + start, got)
            start += got
        } else {
            got = source.read(into: target, wanted)
        }
        remaining -= got
        if got == 0 {
            isOver = true
            memberFailure = source.failure ?? .damage("the archive ends inside it")
        }
        return got
    }

    private var bytes: ByteView { ByteView(start: buffer.base + start, count: buffer.count - start) }

    /// What to say when there are no more blocks.
    private func end() -> ContainerEntry {
        defer { isOver = true }
        if isOver { return .end }
        switch source.failure {
        case .machine(let text): return .trouble(text)
        case .damage(let text): return .damage("The archive ends early: \(text)")
        case nil: break
        }
        guard hasEnded else { return .damage("The archive ends early: its end mark is missing") }
        return bytes.allSatisfy { $0 == 0 } ? .end : .damage("Something follows the end of the tar archive")
    }

    /// Reads until there are `count` bytes; false when the archive ends before.
    private func fill(_ count: Int) -> Bool {
        if buffer.count - start >= count { return true }
        let rest = buffer.count - start
        memmove(buffer.base, buffer.base + start, rest)
        (buffer.count, start) = (rest, 0)
        buffer.reserve(max(count - rest, InputWindow.blockSize))
        while buffer.count < count {
            let got = source.read(into: buffer.end, buffer.capacity - buffer.count)
            if got == 0 { return false }
            buffer.count += got
        }
        return true
    }

    private func skip(_ count: Int) -> Bool {
        var missing = count
        while missing > 0 {
            let step = min(missing, buffer.count - start)
            start += step
            missing -= step
            if missing > 0, !fill(1) { return false }
        }
        return true
    }

    /// Reads lines of a length, a blank, a name, an equals sign and a value.
    private static func readProperties(_ text: ByteView, _ take: (ByteView, ByteView) -> Void) {
        var rest = text
        while let blank = rest.offset(of: UInt8(ascii: " ")), let length = Int(rest.slice(0..<blank).text),
            length > blank + 1, length <= rest.count
        {
            let property = rest.slice((blank + 1)..<(length - 1))
            rest = rest.dropping(length)
            guard let equals = property.offset(of: UInt8(ascii: "=")) else { continue }
            take(property.slice(0..<equals), property.dropping(equals + 1))
        }
    }
}
