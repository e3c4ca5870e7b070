@_spi(Package) import Bytes

/// A place in decoded text, for people: both numbers count from 1, a column is one Unicode scalar.
public struct SourceLocation: BitwiseCopyable, Sendable, Hashable {
    /// Line, from 1. Lines end at a line feed, a carriage return, or both together.
    public var line: Int
    /// Unicode scalars from the start of the line, from 1.
    public var column: Int

    /// The place at `line` and `column`, both counted from 1.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The place of the byte at `offset` in UTF-8 text.
    package init(ofByte offset: Int, in text: ByteView) {
        self.init(line: 1, column: 1)
        advance(over: 0..<min(offset, text.count), of: text)
    }

    /// Moves on over bytes of UTF-8 text; this place is where they begin.
    package mutating func advance(over range: Range<Int>, of text: ByteView) {
        let passed = text.slice(range)
        guard !passed.contains(0x0D) else { return advanceOverReturns(range, of: text) }
        var start = 0
        while let feed = passed.offset(of: 0x0A, from: start) {
            line += 1
            column = 1
            start = feed + 1
        }
        for byte in passed.dropping(start) where byte & 0xC0 != 0x80 { column += 1 }
    }

    /// A carriage return ends a line too, unless a line feed follows it.
    private mutating func advanceOverReturns(_ range: Range<Int>, of text: ByteView) {
        for index in range {
            let byte = text[index]
            if byte == 0x0A || (byte == 0x0D && !(index + 1 < text.count && text[index + 1] == 0x0A)) {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }
}
