@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// A dead letter as people edit it: a document, and a row of a table for each of its errors.
struct LetterText: ~Copyable {
    /// The first row of the table.
    static let header: StaticString = "file,source,lead_id,code,message,advice\n"

    private var json = JSONReader()
    private var leadIDText = ""
    private var errors: [JSONReader.Node] = []
    /// Where the request is in its archive.
    private(set) var source = ""
    /// The lead id that names the document; `nil` without one.
    private(set) var leadID: RecordID?
    /// The document in UTF-8, after the address of its call where a call without one would be another; empty when there is none.
    private(set) var document = ""

    /// Reads a line of `dead-letters.ndjson`.
    mutating func read(_ line: ByteView) throws(BulkFailure) {
        guard let root = try? json.read(line), let diagnostics = json.member("diagnostics", of: root) else {
            throw BulkFailure(.inputOutput, "A dead letter is damaged; start again with another directory")
        }
        source = text("source", of: root)
        leadIDText = text("lead_id", of: root)
        leadID = RecordID(leadIDText)
        errors.removeAll(keepingCapacity: true)
        json.forEachElement(of: diagnostics) {
            if text("severity", of: $0) == Diagnostic.Severity.error.rawValue { errors.append($0) }
        }
        document = text("xmlData", of: root)
        guard !document.isEmpty else { return }
        if !errors.contains(where: { text("code", of: $0) == DiagnosticCode.xmlEncoding.rawValue }) {
            removeEncoding()
        }
        if let address = address(of: root) { insert(address) }
    }

    /// The text of a member; empty when it is null or absent.
    private func text(_ name: StaticString, of node: JSONReader.Node) -> String {
        guard let member = json.member(name, of: node), json.kind(of: member) == .string else { return "" }
        return json.text(of: member)
    }

    // MARK: The document

    /// Removes the encoding that the declaration names: that is the archive's, and the file is UTF-8.
    private mutating func removeEncoding() {
        let declaration = /<\?xml\s[^>]*?(\s+encoding\s*=\s*(?:"[^">]*"|'[^'>]*'))/
        guard document.hasPrefix("<?xml"), let encoding = document.prefixMatch(of: declaration)?.1 else { return }
        document.removeSubrange(encoding.startIndex..<encoding.endIndex)
    }

    /// The address of a call that is sent elsewhere, or says something else, than one of the document alone.
    private func address(of root: JSONReader.Node) -> String? {
        let url = text("url", of: root)
        var host = ""
        var bytes = url
        bytes.withByteView { host = V1Address($0).host.text }
        let isElsewhere = DataCenter.apiDomain(forV1Host: host) != DataCenter.apiDomain(forV1Host: nil)
        let includesNull = json.member("newFormat", of: root) != nil
        guard isElsewhere || includesNull else { return nil }
        let isPlain = url.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "<") }
        let path = url.isEmpty || !isPlain ? V1ReplyFormat.xml.convertLeadPath : url
        return includesNull ? path + "?newFormat=2" : path
    }

    /// Writes the address before the root, in the form that ``RawXML/address(in:)`` reads, unless there is one.
    private mutating func insert(_ address: String) {
        guard !document.withByteView({ RawXML.address(in: $0) != nil }) else { return }
        var start = document.startIndex
        if document.prefixMatch(of: /<\?xml\s/) != nil, let end = document.firstRange(of: "?>") {
            start = end.upperBound
        }
        let lineEnd = start == document.startIndex ? "" : "\n"
        document.insert(contentsOf: "\(lineEnd)<?convertlead \(address)?>\n", at: start)
    }

    // MARK: The table

    /// Appends a row for each error.
    ///
    /// - Parameter file: the document's path beside the table; empty without one.
    func appendRows(file: String, to rows: inout ByteBuffer) {
        for error in errors {
            let cells = [file, source, leadIDText] + ["code", "message", "advice"].map { text($0, of: error) }
            Self.append(cells, to: &rows)
        }
    }

    /// Appends a row with quotes where RFC 4180 asks for them. Control characters are shown as in messages, so a row is a line.
    private static func append(_ cells: [String], to rows: inout ByteBuffer) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { rows.append(UInt8(ascii: ",")) }
            let cell = cell.printable
            let isQuoted = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
            rows.append(string: isQuoted ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell)
        }
        rows.append(0x0A)
    }
}
