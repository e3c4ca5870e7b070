import Bytes

/// Finds where a JSON value ends without reading it, so that an archive of any length can be cut into its values.
///
/// Scanning can be interrupted where the bytes end and goes on when there are more.
struct JSONExtent {
    enum Result: Equatable {
        /// The value ends before this offset.
        case end(Int)
        /// More bytes are needed.
        case open
        /// A string goes over the end of a line at this offset, which JSON does not allow.
        case broken(Int)
    }

    private var index = 0
    private var depth = 0
    private var isInString = false

    /// Takes what was scanned out of a window; scanning goes on with what comes behind.
    mutating func forget(upTo window: InputWindow) {
        let scanned = min(index, window.bytes.count)
        window.consume(scanned)
        index -= scanned
    }

    /// Goes on scanning; the bytes are those of the calls before and more, and begin with the value.
    mutating func scan(_ text: ByteView) -> Result {
        guard let base = text.baseAddress else { return .open }
        while index < text.count {
            if isInString {
                // Strings are most of the text: eight bytes at a step up to a quote, a backslash or a control character.
                while text.count - index >= 8 {
                    let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self).littleEndian
                    let special = Self.special(in: word)
                    if special == 0 {
                        index += 8
                        continue
                    }
                    index += special.trailingZeroBitCount >> 3
                    break
                }
                guard index < text.count else { return .open }
                let byte = base[index]
                if byte == UInt8(ascii: "\\") {
                    guard index + 1 < text.count else { return .open }
                    index += 2
                    continue
                }
                if byte == 0x0A { return .broken(index) }
                index += 1
                if byte == UInt8(ascii: "\"") {
                    isInString = false
                    if depth == 0 { return .end(index) }
                }
                continue
            }
            let byte = base[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return .end(index) }
            default: break
            }
        }
        return .open
    }

    /// True when a line is one value and nothing else.
    static func isWholeValue(_ line: ByteView) -> Bool {
        let text = line.trimmingWhitespace()
        var extent = JSONExtent()
        return extent.scan(text) == .end(text.count)
    }

    /// True for a number, `true`, `false` and `null`.
    static func isLiteral(_ text: ByteView) -> Bool {
        guard let first = text.first else { return false }
        if first.isDigit || first == UInt8(ascii: "-") {
            return text.allSatisfy { $0.isDigit || "+-.eE".utf8.contains($0) }
        }
        return text.equals("true") || text.equals("false") || text.equals("null")
    }

    /// The high bit of each byte that is a quote, a backslash or a control character; only the lowest mark is used.
    @inline(__always)
    private static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let control = (word &- (ones &* 0x20)) & ~word
        return (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & 0x8080_8080_8080_8080
    }
}
