@_spi(Package) import Bytes

/// Escapes by backslashes as programs print strings, whatever their language.
enum BackslashEscapes {
    /// Appends a text without its escapes: `\x22`, `\u0022`, `\"`, `\\`, `\n`. What is no escape stays.
    static func undo(in text: ByteView, to output: inout ByteBuffer) {
        var index = 0
        while let slash = text.offset(of: UInt8(ascii: "\\"), from: index), slash + 1 < text.count {
            output.append(text.slice(index..<slash))
            index = slash + 2
            if let escape = hexEscape(text, slash) {
                index = slash + escape.length
                if escape.isScalar {
                    output.append(scalar: Unicode.Scalar(escape.value) ?? "\u{FFFD}")
                } else {
                    output.append(UInt8(truncatingIfNeeded: escape.value))
                }
                continue
            }
            switch text[slash + 1] {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            // Ruby escapes the sign of a variable, and RFC 5424 a bracket.
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "#"),
                UInt8(ascii: "]"):
                output.append(text[slash + 1])
            default: output.append(text.slice(slash..<(slash + 2)))
            }
        }
        output.append(text.dropping(index))
    }

    /// A byte written `\x22`, or a scalar written `\u0022` or as two halves of a pair, at a backslash.
    static func hexEscape(_ text: ByteView, _ slash: Int) -> (value: UInt32, length: Int, isScalar: Bool)? {
        guard slash + 3 < text.count else { return nil }
        if text[slash + 1] == UInt8(ascii: "x") {
            return digits(text, slash + 2, 2).map { ($0, 4, false) }
        }
        guard text[slash + 1] == UInt8(ascii: "u"), let unit = digits(text, slash + 2, 4) else { return nil }
        if unit & 0xFC00 == 0xD800, text.dropping(slash + 6).hasPrefix("\\u"), let low = digits(text, slash + 8, 4),
            low & 0xFC00 == 0xDC00
        {
            return (0x10000 + ((unit & 0x3FF) << 10 | (low & 0x3FF)), 12, true)
        }
        return (unit, 6, true)
    }

    /// The scalar of two escapes `\\uD83D\\uDE00` at the start of a text, and their length; `nil` for any other text.
    static func surrogatePair(_ text: ByteView) -> (scalar: Unicode.Scalar, length: Int)? {
        guard text.hasPrefix("\\u"), let escape = hexEscape(text, 0), escape.length == 12 else { return nil }
        return Unicode.Scalar(escape.value).map { ($0, escape.length) }
    }

    private static func digits(_ text: ByteView, _ start: Int, _ count: Int) -> UInt32? {
        guard start + count <= text.count else { return nil }
        var value: UInt32 = 0
        for index in start..<(start + count) {
            guard let digit = text[index].hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
