@_spi(Package) import Bytes
import ConvertLead

/// A table whose rows are entries: how they are written, and what its columns are.
final class RowTable: Sendable {
    /// What a column holds.
    enum Role {
        case leadID, rowID, xmlData, newFormat, other
        /// Called `id` beside a column of lead ids whose name only ends so, such as `converted_lead_id`: either may be the lead's.
        case rivalID
    }

    let reader: RowReader
    /// Names of the columns as the table gives them; empty when it gives none.
    let columns: [String]
    /// What each column holds.
    let roles: [Role]
    /// Whether a column called `id` is one that may have the lead's id instead of the column of lead ids.
    let hasRivalID: Bool
    /// Whether the strings have the escapes of HSQLDB's files, `\u00fc`.
    let hasUnicodeEscapes: Bool

    /// Whether a log put a tab after each line feed in them.
    let isIndented: Bool

    init(_ dialect: RowDialect, columns: [String], hasUnicodeEscapes: Bool = false, isIndented: Bool = false) {
        reader = RowReader(dialect)
        (self.hasUnicodeEscapes, self.isIndented) = (hasUnicodeEscapes, isIndented)
        self.columns = columns
        roles = Self.roles(of: columns.map(Self.folded))
        hasRivalID = roles.contains(.rivalID)
    }

    /// Whether a column is called like `xmlData`, so that each row is a request.
    var hasRequestColumn: Bool { roles.contains(.xmlData) }

    /// The first column of lead ids; `nil` when there is none.
    var leadIDColumn: Int? { roles.firstIndex { $0 == .leadID || $0 == .rowID } }

    /// Name of a column, for messages.
    func name(ofColumn index: Int) -> String {
        index < columns.count ? columns[index] : "number \(index + 1)"
    }

    /// A name as it is compared: lower case, without white space, hyphens and underscores, and without the `__c` of Salesforce's own fields.
    static func folded(_ name: String) -> [UInt8] {
        let isOfSalesforce = name.lowercased().hasSuffix("__c")
        return name.utf8.dropLast(isOfSalesforce ? 3 : 0).filter {
            !$0.isWhitespace && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_")
        }.map(\.lowercased)
    }

    private static func roles(of names: [[UInt8]]) -> [Role] {
        let leadIDs = leadIDs(in: names)
        return names.indices.map { index in
            let isID = names[index] == Array("id".utf8)
            if leadIDs.contains(index) { return isID ? .rowID : .leadID }
            if isID, leadIDs.count == 1, names[leadIDs[0]] != Array("leadid".utf8) { return .rivalID }
            return names[index].withByteView { name in
                switch V1Parameters.Name(name) {
                case .xmlData: .xmlData
                case .newFormat: .newFormat
                default: name.equals("xmldata") ? .xmlData : name.equals("newformat") ? .newFormat : .other
                }
            }
        }
    }

    /// The columns of lead ids: those called `leadId`, else the only one whose name ends so, else `id`.
    ///
    /// A table that has lead ids in other columns uses `id` for its own rows.
    private static func leadIDs(in names: [[UInt8]]) -> [Int] {
        let leadID = Array("leadid".utf8)
        let named = names.indices.filter { names[$0].suffix(leadID.count) == leadID[...] }
        let exact = named.filter { names[$0] == leadID }
        if !exact.isEmpty { return exact }
        if named.isEmpty { return names.indices.filter { names[$0] == Array("id".utf8) } }
        return named.count == 1 ? named : []
    }
}

/// Rows of one table while they are cut.
struct TableRows {
    let table: RowTable
    /// Whether rows without a request were counted.
    private(set) var isSkipCounted: Bool

    init(_ table: RowTable, isSkipCounted: Bool = false) {
        self.table = table
        self.isSkipCounted = isSkipCounted
    }

    /// Whether a row begins at a start.
    ///
    /// - Parameters:
    ///   - extent: of the row, if it is one.
    ///   - form: the table's own.
    func isRow(_ extent: RowReader.Extent, at start: EntryStart, form: UInt8) -> Bool {
        switch extent {
        case .row(let end, let cells):
            let row = start.text.slice(0..<end)
            if cells == table.columns.count, cells > 1 {
                // Most rows begin with a lead id or a quote; lines of other forms may have as many commas.
                return beginsWithLeadID(row) || "\"'".utf8.contains(row[0]) || fits(row)
                    || !Self.isOther(start, than: form)
            }
            if Self.isOther(start, than: form) { return false }
            if table.columns.isEmpty || cells == 1 {
                return RequestMarks.isIn(row) || cells < table.columns.count && RecordID.isID(row.trimmingWhitespace())
            }
            return true
        case .torn(let end):
            return RequestMarks.isIn(start.text.slice(0..<end)) || !Self.isOther(start, than: form) && end > 1
        case .open: return !Self.isOther(start, than: form)
        }
    }

    /// Whether a row goes on with a second cell after a lead id, as most do.
    private func beginsWithLeadID(_ row: ByteView) -> Bool {
        guard let role = table.roles.first, role == .leadID || role == .rowID else { return false }
        var index = 0
        while index < row.count, row[index].isDigit { index += 1 }
        return (1...20).contains(index) && index < row.count && row[index] == table.reader.dialect.separator
    }

    /// Whether a row has a lead id, or none, where its table has lead ids, or else a document where that has documents.
    private func fits(_ row: ByteView) -> Bool {
        guard let column = table.leadIDColumn else { return true }
        if let cell = value(column, of: row), cell.isEmpty || RecordID.isID(cell) { return true }
        guard let column = table.roles.firstIndex(of: .xmlData), let cell = value(column, of: row) else { return false }
        return cell.first == UInt8(ascii: "<") || cell.hasPrefixIgnoringCase("%3C")
    }

    /// Whether a row that comes after something else is sure to be one of its table: it has a lead id, or marks of a request.
    func isSure(_ row: ByteView) -> Bool {
        guard let column = table.leadIDColumn else { return true }
        return value(column, of: row).map { RecordID.isID($0) } ?? false || RequestMarks.isIn(row)
    }

    private func value(_ column: Int, of row: ByteView) -> ByteView? {
        table.reader.cell(column, of: row).map { row.slice($0.start..<$0.end).trimmingWhitespace() }
    }

    /// Whether another form than the table's begins at a start, white space before it left out.
    private static func isOther(_ start: EntryStart, than form: UInt8) -> Bool {
        let blanks = start.text.count - start.text.trimmingLeadingWhitespace().count
        guard blanks < start.lineLength else { return false }
        let other = EntryStart(
            text: start.text.dropping(blanks), lineLength: start.lineLength - blanks, isLineOpen: start.isLineOpen)
        return ArchiveForm.beginning(at: other).map { $0.form != form } ?? false
    }

    /// Takes a row, with the line end or the bracket after it. Of a table without a column for requests a row without one is counted with
    /// its neighbours.
    mutating func take(_ length: Int, _ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) {
        var row = window.bytes.slice(0..<length)
        while row.last == 0x0A || row.last == 0x0D { row = row.slice(0..<(row.count - 1)) }
        if length > place.limits.entrySize {
            chunk.takeTooLong("row", limit: place.limits.entrySize, length, window, place.source)
        } else if table.hasRequestColumn || RequestMarks.isIn(row) {
            let count = row.count
            chunk.takeEntry(place.form, count, window, place.source, table: table)
            if length > count { chunk.takePunctuation(length - count, window) }
        } else if isSkipCounted {
            chunk.takeScaffold(length, window, place.source)
        } else {
            isSkipCounted = true
            chunk.takeSkip(.otherTable, length, window, place.source)
        }
    }
}

extension InputWindow {
    /// How far a row goes that begins at the start of the window; reads on as far as it needs.
    ///
    /// - Returns: `nil` when a damaged file broke it off.
    func extent(ofRowBy reader: RowReader, limit: Int) -> RowReader.Extent? {
        var extent = RowReader.Extent.open
        _ = find(atMost: limit) { text in
            extent = reader.extent(of: text, isWhole: false)
            return extent == .open ? nil : 0
        }
        if extent != .open { return extent }
        if bytes.count <= limit, failure != nil { return nil }
        return reader.extent(of: torn(limit), isWhole: true)
    }
}
