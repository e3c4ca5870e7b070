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
        while from < end {
            let byte = from.pointee
            if byte == UInt8(ascii: "%"), end - from >= 3, let high = from[1].hexDigitValue,
                let low = from[2].hexDigitValue
            {
                to.pointee = high << 4 | low
                from += 3
            } else {
                to.pointee = byte == UInt8(ascii: "+") ? 0x20 : byte
                from += 1
            }
            to += 1
        }
        output.count = to - output.base
    }

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
