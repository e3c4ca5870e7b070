/// Turns UTF-16 that comes in pieces into UTF-8.
///
/// Half of a character without its other half is written as the three bytes of its code, and a byte that is left over as 0xFF:
/// neither is UTF-8, so the reader of the text refuses the part with it and goes on.
@_spi(Package) public struct UTF16Decoder: Sendable {
    private let isBigEndian: Bool
    /// First byte of a unit whose second one has not come.
    private var firstByte: UInt8?
    /// First half of a character whose second one has not come; 0 when there is none.
    private var firstHalf: UInt32 = 0
    /// Offset in the UTF-8 of the first half of a character without its other half.
    public private(set) var problem: Int?

    /// Starts at the beginning of a text, after its byte-order mark.
    public init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// Appends the next bytes to a text.
    public mutating func decode(_ bytes: ByteView, into text: inout ByteBuffer) {
        var index = 0
        if let first = firstByte, let second = bytes.first {
            firstByte = nil
            append(unit: first, second, to: &text)
            index = 1
        }
        while index + 1 < bytes.count {
            append(unit: bytes[index], bytes[index + 1], to: &text)
            index += 2
        }
        if index < bytes.count { firstByte = bytes[index] }
    }

    /// Appends what is left at the end of the text.
    public mutating func finish(into text: inout ByteBuffer) {
        endHalf(in: &text)
        if firstByte != nil { text.append(0xFF) }
        firstByte = nil
    }

    private mutating func append(unit first: UInt8, _ second: UInt8, to text: inout ByteBuffer) {
        let unit = isBigEndian ? UInt32(first) << 8 | UInt32(second) : UInt32(second) << 8 | UInt32(first)
        if firstHalf != 0, unit & 0xFC00 == 0xDC00 {
            append(code: 0x10000 + ((firstHalf & 0x3FF) << 10) + (unit & 0x3FF), to: &text)
            firstHalf = 0
            return
        }
        endHalf(in: &text)
        switch unit & 0xFC00 {
        case 0xD800: firstHalf = unit
        case 0xDC00:
            problem = problem ?? text.count
            append(code: unit, to: &text)
        default: append(code: unit, to: &text)
        }
    }

    /// Writes a first half that stays alone.
    private mutating func endHalf(in text: inout ByteBuffer) {
        guard firstHalf != 0 else { return }
        problem = problem ?? text.count
        append(code: firstHalf, to: &text)
        firstHalf = 0
    }

    private func append(code: UInt32, to text: inout ByteBuffer) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: code >> shift & 0x3F | 0x80) }
        switch code {
        case ..<0x80: text.append(UInt8(truncatingIfNeeded: code))
        case ..<0x800:
            text.append(UInt8(truncatingIfNeeded: code >> 6 | 0xC0))
            text.append(tail(0))
        case ..<0x10000:
            text.append(UInt8(truncatingIfNeeded: code >> 12 | 0xE0))
            text.append(tail(6))
            text.append(tail(0))
        default:
            text.append(UInt8(truncatingIfNeeded: code >> 18 | 0xF0))
            text.append(tail(12))
            text.append(tail(6))
            text.append(tail(0))
        }
    }
}
