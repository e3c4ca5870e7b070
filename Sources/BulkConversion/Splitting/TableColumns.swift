import Bytes
import ConvertLead

/// Comma-separated values (RFC 4180), with other delimiters too.
enum TableColumns {
    /// Delimiters tried in this order.
    private static let delimiters = Array(",;\t|".utf8)

    /// The delimiter of a header row that names a column for `xmlData`, or one for a URL; `nil` when it is none.
    static func delimiter(ofHeader line: UnsafeBufferPointer<UInt8>) -> UInt8? {
        guard line.count < 65_536 else { return nil }
        return delimiters.first { delimiter in
            let names = names(ofHeader: line, delimiter: delimiter)
            return names.contains { name in
                name.withUnsafeBufferPointer {
                    V1Parameters.Name($0) == .xmlData || (names.count > 1 && $0.equals("url"))
                }
            }
        }
    }

    /// The names of the columns, trimmed and in lower case.
    static func names(ofHeader line: UnsafeBufferPointer<UInt8>, delimiter: UInt8) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var cells = ByteBuffer(minimumCapacity: 256)
        readCells(line, delimiter: delimiter, into: &cells) { cell in
            names.append(cell.trimmingBlanks().map(\.lowercased))
        }
        return names
    }

    /// Length of the first row with its line end; `nil` when the bytes end inside a quoted cell or without a line end.
    static func rowLength(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        var isQuoted = false
        while index < text.count {
            if isQuoted {
                guard let quote = text.offset(of: UInt8(ascii: "\""), from: index) else { return nil }
                isQuoted = false
                index = quote + 1
                continue
            }
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") { isQuoted = true }
            if byte == 0x0A { return index }
        }
        return nil
    }

    /// Calls `body` with each cell of a row, unquoted; a doubled quote inside quotes is one.
    static func readCells(
        _ row: UnsafeBufferPointer<UInt8>, delimiter: UInt8, into cells: inout ByteBuffer,
        _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var end = row.count
        while end > 0, row[end - 1] == 0x0A || row[end - 1] == 0x0D { end -= 1 }
        var index = 0
        while index <= end {
            cells.removeAll()
            var isQuoted = false
            while index < end {
                let byte = row[index]
                if isQuoted {
                    if byte == UInt8(ascii: "\"") {
                        if index + 1 < end, row[index + 1] == byte {
                            cells.append(byte)
                            index += 2
                            continue
                        }
                        isQuoted = false
                    } else {
                        cells.append(byte)
                    }
                } else if byte == delimiter {
                    break
                } else if byte == UInt8(ascii: "\""), cells.bytes.trimmingBlanks().isEmpty {
                    cells.removeAll()
                    isQuoted = true
                } else {
                    cells.append(byte)
                }
                index += 1
            }
            body(cells.bytes)
            index += 1
        }
    }
}
