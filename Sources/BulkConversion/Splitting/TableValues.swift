import Bytes
import ConvertLead

extension EntrySource {
    /// Whether a column of the table is named like a credential.
    var hasSecretColumns: Bool {
        columns.contains { $0.withByteView { CredentialText.isCredentialName($0) } }
    }

    /// A row of a table as it is kept to be corrected: comma-separated values below the names of their columns, `***` in place
    /// of credentials; `nil` when it is of no table.
    ///
    /// In a row that does not fit the columns nobody knows which value is which: of a table with credentials only what can be
    /// none is kept then.
    func kept(_ row: ByteView) -> [UInt8]? {
        if rowSyntax == .none { return nil }
        let isSecret = columns.map { $0.withByteView { CredentialText.isCredentialName($0) } }
        let hasSecrets = isSecret.contains(true)
        var buffer = ByteBuffer(minimumCapacity: row.count)
        let values = readValues(of: row, into: &buffer).map { $0.map { Array($0.bytes(in: buffer.base)) } ?? [] }
        var text = TableColumns.row(columns)
        text.append(0x0A)
        text += TableColumns.row(
            values.indices.map { index in
                let isKept = values.count == columns.count ? !isSecret[index] : !hasSecrets || isHarmless(values[index])
                return isKept || values[index].isEmpty ? values[index] : Array("***".utf8)
            })
        return text
    }

    /// Appends the values of a row to a buffer, and gives their places there; `nil` for SQL's `NULL`.
    func readValues(of row: ByteView, into buffer: inout ByteBuffer) -> [ByteRange?] {
        var ranges: [ByteRange?] = []
        switch rowSyntax {
        case .separated(let delimiter):
            var cell = ByteBuffer(minimumCapacity: 1024)
            TableColumns.readCells(row, delimiter: delimiter, into: &cell) {
                ranges.append(ByteRange(buffer.count, $0.count))
                buffer.append($0)
            }
        case .sql(let backslashEscapes):
            SQLText.forEachItem(of: row, backslashEscapes: backslashEscapes) { item in
                let start = buffer.count
                let hasValue = SQLText.appendValue(item, backslashEscapes: backslashEscapes, to: &buffer)
                ranges.append(hasValue ? ByteRange(start, buffer.count - start) : nil)
            }
        case .copied:
            SQLText.forEachCopiedValue(of: row) { text in
                let start = buffer.count
                let hasValue = SQLText.appendCopied(text, to: &buffer)
                ranges.append(hasValue ? ByteRange(start, buffer.count - start) : nil)
            }
        case .none: break
        }
        return ranges
    }

    /// True for nothing, an id, and XML that ends with its root.
    private func isHarmless(_ value: [UInt8]) -> Bool {
        value.withByteView {
            let value = $0.trimmingWhitespace()
            return value.isEmpty || RecordID.isID(value)
                || (value.first == UInt8(ascii: "<") && RawXML.rootEnd(in: value) == value.count)
        }
    }
}

extension TableColumns {
    /// Values as a row, in quotes where they must be.
    fileprivate static func row(_ values: [[UInt8]]) -> [UInt8] {
        let quoted = values.map { value in
            guard value.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return value }
            return Array("\"".utf8) + value.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] } + Array("\"".utf8)
        }
        return Array(quoted.joined(separator: [UInt8(ascii: ",")]))
    }
}
