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
        let (lastBlock, lastEscape) = (end - 16, end - 3)
        output.reserve(text.count)
        var to = output.end
        let (percent, plus) = (UInt8(ascii: "%"), UInt8(ascii: "+"))
        let digits = digitValues
        while from < end {
            if from <= lastBlock {
                // Sixteen bytes up to the next escape; what is stored too much is overwritten.
                let block = UnsafeRawPointer(from).loadUnaligned(as: SIMD16<UInt8>.self)
                UnsafeMutableRawPointer(to).storeBytes(of: block.replacing(plus, with: 0x20), as: SIMD16<UInt8>.self)
                let count = block.offset(of: percent, or: percent)
                from += count
                to += count
                if count == 16 { continue }
            }
            while from <= lastEscape, from.pointee == percent {
                let byte = digits[Int(from[1])] | digits[256 + Int(from[2])]
                guard byte < 256 else { break }
                to.pointee = UInt8(truncatingIfNeeded: byte)
                from += 3
                to += 1
            }
            guard from < end else { break }
            to.pointee = from.pointee == plus ? 0x20 : from.pointee
            from += 1
            to += 1
        }
        output.count = to - output.base
    }

    /// The value of each byte as the first hexadecimal digit of two, after them that as the second; 256 and more for those that are
    /// none. Looked up, because whether a digit or a letter comes cannot be predicted. Ownership: lives as long as the program.
    nonisolated(unsafe) private static let digitValues: UnsafePointer<UInt16> = {
        let values = UnsafeMutablePointer<UInt16>.allocate(capacity: 512)
        for byte in 0..<256 {
            let value = UInt8(byte).hexDigitValue.map { UInt16($0) }
            values[byte] = value.map { $0 << 4 } ?? 256
            values[256 + byte] = value ?? 256
        }
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
