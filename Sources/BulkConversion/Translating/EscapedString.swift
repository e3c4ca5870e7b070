@_spi(Package) import Bytes
internal import CInstructions

/// A JSON string in a line of an archive, most of which is `xmlData`: an escape every twenty bytes.
enum EscapedString {
    /// Unescapes a string up to and with its closing quote.
    ///
    /// Sixty-four bytes a step give one word with a bit for each quote, backslash and control character, so that the place of
    /// the next one is known before the bytes up to it are copied.
    ///
    /// Up to 64 bytes after the text are read. What is written is never longer than what was read, and the output's slack takes what
    /// whole blocks write beyond it.
    ///
    /// - Parameters:
    ///   - start: the offset after the opening quote; moved after the closing one.
    ///   - output: gets the unescaped text.
    /// - Returns: false when the string is broken; what was appended has no meaning then.
    @inline(__always)
    static func unescape(_ text: PaddedView, from start: inout Int, to output: inout ByteBuffer) -> Bool {
        guard start < text.count, let base = text.bytes.baseAddress else { return false }
        output.reserve(text.count - start)
        var at = base + start
        guard let end = unescape(&at, base + text.count, to: output.end) else { return false }
        start = at - base
        output.count = end - output.base
        return true
    }

    private static func unescape(
        _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8>? {
        var block = at
        var from = at
        var to = target
        let letters = Self.letters.utf8Start
        while block < end {
            var specials = specials(in: block)
            // The last escape of the block before may reach into this one, and the block after the end.
            if from > block { specials &= ~0 &<< UInt64(truncatingIfNeeded: from - block) }
            if end - block < 64 { specials &= ~(~0 &<< UInt64(truncatingIfNeeded: end - block)) }
            while specials != 0 {
                let bit = specials.trailingZeroBitCount
                let place = block + bit
                copyPadded(from: from, to: to, place - from)
                to += place - from
                // A control character is not allowed in JSON.
                guard place.pointee == UInt8(ascii: "\\") else {
                    at = place + 1
                    return place.pointee == UInt8(ascii: "\"") ? to : nil
                }
                from = place + 2
                specials &= (~0 &<< UInt64(truncatingIfNeeded: bit)) &<< 2
                // Looked up, not switched: which escape comes next cannot be predicted.
                let index = Int(place[1] &- 0x22)
                guard index < Self.letters.utf8CodeUnitCount else { return nil }
                let plain = letters[index]
                to.pointee = plain
                to += 1
                if plain == 0 {
                    guard place[1] == UInt8(ascii: "u"), let unit = scalar(from, end) else { return nil }
                    from += unit.length
                    to = write(unit.value, to: to - 1)
                    let next = from - block
                    specials = next < 64 ? specials & ~0 &<< UInt64(truncatingIfNeeded: next) : 0
                }
            }
            block += 64
        }
        return nil
    }

    /// A bit for each of 64 bytes that ends a run of plain ones: quotes, backslashes, control characters.
    @inline(__always)
    private static func specials(in block: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(convertlead_json_specials(block)) | UInt64(convertlead_json_specials(block + 16)) << 16
            | UInt64(convertlead_json_specials(block + 32)) << 32
            | UInt64(convertlead_json_specials(block + 48)) << 48
    }

    /// What the letters from `"` to `u` mean after a backslash; 0 for those that mean nothing, and for `u` itself.
    private static var letters: StaticString {
        """
        \"\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}/\
        \u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\
        \u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\
        \u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\
        \u{0}\u{0}\\\u{0}\u{0}\u{0}\u{0}\u{0}\u{8}\u{0}\u{0}\u{0}\u{C}\u{0}\
        \u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\n\u{0}\u{0}\u{0}\r\u{0}\t\u{0}
        """
    }

    /// The scalar of which the digits after `\u` are at `at`, and how many bytes it takes: 4, or 10 for a surrogate pair.
    private static func scalar(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> (value: UInt32, length: Int)?
    {
        guard let value = unit(at, end), value & 0xFC00 != 0xDC00 else { return nil }
        guard value & 0xFC00 == 0xD800 else { return (value, 4) }
        guard end - at >= 10, at[4] == UInt8(ascii: "\\"), at[5] == UInt8(ascii: "u"), let low = unit(at + 6, end),
            low & 0xFC00 == 0xDC00
        else { return nil }
        return (0x10000 + ((value & 0x3FF) << 10 | (low & 0x3FF)), 10)
    }

    private static func unit(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32? {
        guard end - at >= 4 else { return nil }
        var value: UInt32 = 0
        for index in 0..<4 {
            guard let digit = at[index].hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Writes a scalar as UTF-8, in no more bytes than it took.
    private static func write(
        _ scalar: UInt32, to target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        func byte(_ lead: UInt32, _ shift: UInt32, _ bits: UInt32 = 0x3F) -> UInt8 {
            UInt8(truncatingIfNeeded: lead | scalar >> shift & bits)
        }
        switch scalar {
        case 0..<0x80:
            target[0] = UInt8(truncatingIfNeeded: scalar)
            return target + 1
        case 0x80..<0x800:
            target[0] = byte(0xC0, 6)
            target[1] = byte(0x80, 0)
            return target + 2
        case 0x800..<0x10000:
            target[0] = byte(0xE0, 12)
            target[1] = byte(0x80, 6)
            target[2] = byte(0x80, 0)
            return target + 3
        default:
            target[0] = byte(0xF0, 18)
            target[1] = byte(0x80, 12)
            target[2] = byte(0x80, 6)
            target[3] = byte(0x80, 0)
            return target + 4
        }
    }
}
