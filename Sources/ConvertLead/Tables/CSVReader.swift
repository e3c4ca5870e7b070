import Bytes

/// Where and why comma-separated text is broken.
struct CSVError: Error, Sendable, Hashable {
    /// What is wrong, in words for people, without the place.
    var reason: String
    /// Byte offset in the text.
    var offset: Int
}

/// Reads comma-separated values row by row, by RFC 4180; lines may end in LF, CR or both.
///
/// Spreadsheets of many countries write semicolons or tabs instead of commas: the first of the three that stands outside
/// quotes in the first line is the separator of the whole text.
struct CSVReader {
    /// One cell of a row.
    struct Cell: Sendable, Hashable {
        /// Its text, quotes removed, blanks around it trimmed.
        var text: String
        /// Byte offset of its beginning.
        var offset: Int
    }

    private let text: ByteView
    private let separator: UInt8
    private var at = 0

    /// A reader at the beginning of `text`, which must stay in place while it is read.
    init(_ text: ByteView) {
        self.text = text
        separator = Self.separator(of: text)
    }

    private static func separator(of text: ByteView) -> UInt8 {
        var isQuoted = false
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"): if !isQuoted { return byte }
            case 0x0A, 0x0D: if !isQuoted { return UInt8(ascii: ",") }
            default: break
            }
        }
        return UInt8(ascii: ",")
    }

    /// The cells of the next row, at least one; rows of empty cells only are skipped. `nil` behind the last row.
    mutating func nextRow() throws(CSVError) -> [Cell]? {
        while at < text.count {
            var row: [Cell] = []
            repeat { row.append(try readCell()) } while skip(separator)
            if skip(0x0D) { _ = skip(0x0A) } else { _ = skip(0x0A) }
            if row.contains(where: { !$0.text.isEmpty }) { return row }
        }
        return nil
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }

    private func endsCell(_ byte: UInt8) -> Bool { byte == separator || byte == 0x0A || byte == 0x0D }

    private mutating func readCell() throws(CSVError) -> Cell {
        skipBlanks()
        if at < text.count && text[at] == UInt8(ascii: "\"") { return try readQuotedCell() }
        let start = at
        while at < text.count && !endsCell(text[at]) { at += 1 }
        var end = at
        while end > start && text[end - 1].isWhitespace { end -= 1 }
        return Cell(text: text.slice(start..<end).text, offset: start)
    }

    private mutating func readQuotedCell() throws(CSVError) -> Cell {
        let start = at
        var bytes: [UInt8] = []
        at += 1
        while true {
            guard at < text.count else { throw CSVError(reason: "a quote is not closed", offset: start) }
            let byte = text[at]
            at += 1
            if byte == UInt8(ascii: "\"") && !skip(UInt8(ascii: "\"")) { break }
            bytes.append(byte)
        }
        skipBlanks()
        guard at == text.count || endsCell(text[at]) else {
            throw CSVError(reason: "there is text after a closing quote", offset: at)
        }
        let cell = bytes.withByteView { $0.trimmingWhitespace.text }
        return Cell(text: cell, offset: start)
    }

    private mutating func skipBlanks() {
        while at < text.count && text[at].isWhitespace && !endsCell(text[at]) { at += 1 }
    }
}
