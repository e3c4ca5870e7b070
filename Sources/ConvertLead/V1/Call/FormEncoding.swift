@_spi(Package) import Bytes

/// The percent encoding of URLs and of `application/x-www-form-urlencoded`, read as v1's servers and clients used it.
package enum FormEncoding {
    /// Appends `text` with everything but letters and digits percent-encoded.
    package static func encode(_ text: ByteView, into output: inout ByteBuffer) {
        let digits: StaticString = "0123456789ABCDEF"
        for byte in text {
            if byte.isASCIILetter || byte.isDigit {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(digits.utf8Start[Int(byte >> 4)])
                output.append(digits.utf8Start[Int(byte & 15)])
            }
        }
    }

    /// Appends the decoded `text`: `%41` is the byte `A`, `+` a blank, an escape that is not two hexadecimal digits
    /// itself.
    package static func decode(_ text: ByteView, into output: inout ByteBuffer) {
        guard var from = text.baseAddress else { return }
        let end = from + text.count
        output.reserve(text.count)
        var to = output.end
        let digits = digitValues
        while from < end {
            // Eight bytes a step up to the next sign; the slack of the output takes what is stored too much.
            while end - from >= 8 {
                let word = UnsafeRawPointer(from).loadUnaligned(as: UInt64.self).littleEndian
                UnsafeMutableRawPointer(to).storeBytes(of: word.littleEndian, as: UInt64.self)
                let signs = places(of: UInt8(ascii: "%"), in: word) | places(of: UInt8(ascii: "+"), in: word)
                let count = signs == 0 ? 8 : signs.trailingZeroBitCount >> 3
                from += count
                to += count
                if signs != 0 { break }
            }
            decodeSigns(&from, end, to: &to, digits)
            guard from < end else { break }
            to.pointee = from.pointee
            from += 1
            to += 1
        }
        output.count = to - output.base
    }

    /// Decodes the blanks and escapes that stand one behind the other at `from`.
    @inline(__always)
    private static func decodeSigns(
        _ from: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, to: inout UnsafeMutablePointer<UInt8>,
        _ digits: UnsafePointer<UInt8>
    ) {
        // The last two bytes begin no escape.
        let last = end - 2
        while from < end {
            if from.pointee == UInt8(ascii: "%"), from < last {
                let (high, low) = (digits[Int(from[1])], digits[Int(from[2])])
                guard high | low < 16 else { return }
                to.pointee = high << 4 | low
                from += 3
            } else if from.pointee == UInt8(ascii: "+") {
                to.pointee = 0x20
                from += 1
            } else {
                return
            }
            to += 1
        }
    }

    /// The high bit of each byte of a word that is `byte`; bits above the lowest of them may be wrong.
    @inline(__always)
    private static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let rest = word ^ (ones &* UInt64(byte))
        return (rest &- ones) & ~rest & 0x8080_8080_8080_8080
    }

    /// The value of each byte as a hexadecimal digit; 255 for those that are none. Looked up, because whether a digit or a letter comes
    /// cannot be predicted. Ownership: lives as long as the program.
    nonisolated(unsafe) private static let digitValues: UnsafePointer<UInt8> = {
        let values = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in 0..<256 { values[byte] = UInt8(byte).hexDigitValue ?? 255 }
        return UnsafePointer(values)
    }()

    /// True when `text` has at least one escape of `%` and two hexadecimal digits.
    package static func hasEscapes(_ text: ByteView) -> Bool {
        var index = 0
        while index < text.count - 2 {
            if text[index] == UInt8(ascii: "%"), text[index + 1].hexDigitValue != nil,
                text[index + 2].hexDigitValue != nil
            {
                return true
            }
            index += 1
        }
        return false
    }

    /// True when `text` begins with `<` that is still percent-encoded: it was encoded once more than it was decoded.
    package static func beginsWithEncodedTag(_ text: ByteView) -> Bool {
        let text = text.trimmingWhitespace()
        return text.count >= 3 && text[0] == UInt8(ascii: "%") && text[1] == UInt8(ascii: "3")
            && text[2].lowercased == UInt8(ascii: "c")
    }
}
