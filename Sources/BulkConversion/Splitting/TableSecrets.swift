import Bytes
import ConvertLead

extension EntrySource {
    /// Whether a column of the table is named like a credential.
    var hasSecretColumns: Bool {
        columns.contains { $0.withUnsafeBufferPointer { CredentialText.isCredentialName($0) } }
    }

    /// A row of the table as it may be kept, `***` in place of credentials; `nil` when the table has none.
    ///
    /// In a row that does not fit the columns nobody knows which value is which: only what can be no credential is kept.
    func withoutSecrets(_ row: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard hasSecretColumns else { return nil }
        let isSecret = columns.map { $0.withUnsafeBufferPointer { CredentialText.isCredentialName($0) } }
        let cells = cells(of: row)
        var text = ByteBuffer(minimumCapacity: row.count + 16)
        var delimiter = UInt8(ascii: ",")
        var isSQL = true
        if case .separated(let byte) = rowSyntax {
            delimiter = byte
            isSQL = false
        }
        if isSQL { text.append("(") }
        for (index, cell) in cells.enumerated() {
            if index > 0 { text.append(delimiter) }
            let isKept = cells.count == columns.count ? !isSecret[index] : isHarmless(cell)
            text.append(isKept || cell.written.isEmpty ? cell.written : Array((isSQL ? "'***'" : "***").utf8))
        }
        if isSQL { text.append(")") }
        return text.array()
    }

    /// A value as the row has it, and as it is meant.
    private struct Cell {
        var written: [UInt8]
        var value: [UInt8]
    }

    private func cells(of row: UnsafeBufferPointer<UInt8>) -> [Cell] {
        var cells: [Cell] = []
        switch rowSyntax {
        case .separated(let delimiter):
            var buffer = ByteBuffer(minimumCapacity: 1024)
            TableColumns.readCells(row, delimiter: delimiter, into: &buffer) { cell in
                cells.append(Cell(written: TableColumns.quoted(cell, delimiter: delimiter), value: Array(cell)))
            }
        case .sql(let backslashEscapes):
            SQLText.forEachItem(of: row, backslashEscapes: backslashEscapes) { item in
                var value = ByteBuffer(minimumCapacity: item.count + 1)
                _ = SQLText.appendValue(item, backslashEscapes: backslashEscapes, to: &value)
                cells.append(Cell(written: Array(item), value: value.array()))
            }
        case .none: break
        }
        return cells
    }

    /// True for nothing, an id, and XML that ends with its root.
    private func isHarmless(_ cell: Cell) -> Bool {
        cell.value.withUnsafeBufferPointer {
            let value = $0.trimmingBlanks()
            return value.isEmpty || RecordID.isID(value)
                || (value.first == UInt8(ascii: "<") && RawXML.rootEnd(in: value) == value.count)
        }
    }
}

extension TableColumns {
    /// A cell as a row has it: in quotes where it must be.
    fileprivate static func quoted(_ cell: UnsafeBufferPointer<UInt8>, delimiter: UInt8) -> [UInt8] {
        guard cell.contains(where: { $0 == delimiter || "\"\n\r".utf8.contains($0) }) else { return Array(cell) }
        var quoted = [UInt8(ascii: "\"")]
        for byte in cell {
            if byte == UInt8(ascii: "\"") { quoted.append(byte) }
            quoted.append(byte)
        }
        return quoted + [UInt8(ascii: "\"")]
    }
}
