@_spi(Package) import Bytes

/// A row of `dead-letters.csv` as it is in a file.
struct LetterRow {
    /// Cells of a row as bulk writes it.
    static let width = 6

    /// Its cells, unquoted; of one that is too long only the first.
    private(set) var cells: [String] = []

    /// Reads a line, its line feed included. Every line is a row, be it one of too few cells.
    init(_ line: ByteView) {
        var cell: [UInt8] = []
        var (isQuoted, wasQuoted) = (false, false)
        for byte in line where byte != 0x0A {
            switch byte {
            case UInt8(ascii: "\""):
                // Two quotes in a quoted cell are one.
                if !isQuoted, wasQuoted { cell.append(byte) }
                isQuoted.toggle()
                wasQuoted = !isQuoted
                continue
            case UInt8(ascii: ",") where !isQuoted:
                guard cells.count <= Self.width else { return }
                cells.append(String(decoding: cell, as: UTF8.self))
                cell.removeAll()
            default: cell.append(byte)
            }
            wasQuoted = false
        }
        cells.append(String(decoding: cell, as: UTF8.self))
    }

    private func cell(_ index: Int) -> String { index < cells.count ? cells[index] : "" }

    /// The document's path beside the table; empty without one.
    var file: String { cell(0) }
    /// Where the request is in its archive.
    var source: String { cell(1) }
    /// What is wrong.
    var code: String { cell(3) }

    /// Hash of what the rows of one letter have in common.
    var letter: UInt64 {
        var hash = InputHash()
        for index in 0..<3 { hash.add(cell(index)) }
        return hash.value
    }
}
