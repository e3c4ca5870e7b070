@_spi(Package) import Bytes

/// Finds where a JSON value ends without reading it, a piece of text at a time.
///
/// It follows the grammar of JSON only so far that a value that was cut off is noticed where another one begins: names, colons, commas,
/// brackets. What a string or a number looks like is left to the reader.
struct JSONBoundaryScanner {
    /// Where the value that a text begins with ends.
    enum Result: Equatable {
        /// At this offset.
        case end(Int)
        /// After the text.
        case open
        /// Nowhere: at this offset is something that cannot be there.
        case broken(Int)
    }

    /// What a container is.
    enum Container: Equatable { case object, array }

    /// What may come next.
    private enum Expectation { case value, valueOrEnd, nameOrEnd, name, colon, commaOrEnd }

    private var index = 0
    private var isInString = false
    /// Whether the text ended in a number or word, of which more may follow.
    private var isInWord = false
    /// Containers that are open, the outermost first.
    private(set) var containers: [Container] = []
    /// Whether one of the open containers is a list.
    var hasOpenList: Bool { containers.contains(.array) }
    private var expectation = Expectation.value

    /// Containers inside each other at most.
    private static let deepest = 1024

    /// Looks at a text that begins with the value; of one that goes on, called again with more of it.
    mutating func scan(_ text: ByteView) -> Result {
        while index < text.count {
            if isInString {
                while text.count - index >= 8 {
                    let special = Self.special(in: text.word(at: index))
                    if special == 0 {
                        index += 8
                        continue
                    }
                    index += special.trailingZeroBitCount >> 3
                    break
                }
                guard index < text.count else { return .open }
                let byte = text[index]
                if byte == UInt8(ascii: "\\") {
                    guard index + 1 < text.count else { return .open }
                    index += 2
                    continue
                }
                if byte == 0x0A { return .broken(index) }
                index += 1
                if byte == UInt8(ascii: "\"") {
                    isInString = false
                    if let end = endToken() { return end }
                }
                continue
            }
            let byte = text[index]
            if isInWord {
                while index < text.count, Self.isLiteral(text[index]) { index += 1 }
                guard index < text.count else { return .open }
                isInWord = false
                if let end = endToken() { return end }
                continue
            }
            if byte.isWhitespace {
                index += 1
                continue
            }
            guard take(byte) else { return .broken(index) }
            index += 1
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): break
            case UInt8(ascii: "}"), UInt8(ascii: "]"): if let end = endToken() { return end }
            case UInt8(ascii: ","), UInt8(ascii: ":"): break
            default: isInWord = true
            }
        }
        return .open
    }

    /// Whether a byte may come here; opens and closes containers.
    private mutating func take(_ byte: UInt8) -> Bool {
        switch (byte, expectation) {
        case (UInt8(ascii: "\""), .value), (UInt8(ascii: "\""), .valueOrEnd): expectation = .commaOrEnd
        case (UInt8(ascii: "\""), .name), (UInt8(ascii: "\""), .nameOrEnd): expectation = .colon
        case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .valueOrEnd):
            guard containers.count < Self.deepest else { return false }
            containers.append(.object)
            expectation = .nameOrEnd
        case (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .valueOrEnd):
            guard containers.count < Self.deepest else { return false }
            containers.append(.array)
            expectation = .valueOrEnd
        case (UInt8(ascii: "}"), .nameOrEnd), (UInt8(ascii: "}"), .commaOrEnd):
            guard containers.last == .object else { return false }
            close()
        case (UInt8(ascii: "]"), .valueOrEnd), (UInt8(ascii: "]"), .commaOrEnd):
            guard containers.last == .array else { return false }
            close()
        case (UInt8(ascii: ","), .commaOrEnd):
            guard let container = containers.last else { return false }
            expectation = container == .object ? .name : .value
        case (UInt8(ascii: ":"), .colon): expectation = .value
        case (_, .value), (_, .valueOrEnd):
            guard Self.isLiteral(byte) else { return false }
            expectation = .commaOrEnd
        default: return false
        }
        return true
    }

    private mutating func close() {
        containers.removeLast()
        expectation = .commaOrEnd
    }

    /// The end of the value, when a token ended that is not inside a container.
    private func endToken() -> Result? { containers.isEmpty && expectation == .commaOrEnd ? .end(index) : nil }

    /// Whether the text ended with the value, when the scan said that it is open: a number or word at the end of a file.
    var isComplete: Bool { !isInString && containers.isEmpty && expectation == .commaOrEnd }

    /// True when a text is one value and nothing else.
    static func isWholeValue(_ text: ByteView) -> Bool {
        var scanner = JSONBoundaryScanner()
        return scanner.scan(text) == .end(text.count)
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".")
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
