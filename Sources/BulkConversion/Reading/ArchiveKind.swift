import Bytes
import ConvertLead

/// What a file of an archive holds, told from its first bytes.
enum ArchiveKind: Equatable {
    /// Nothing, or only white space.
    case empty
    /// No request.
    case skipped(SkipKind)
    /// One XML document.
    case xml
    /// JSON values over several lines, or an array of them.
    case json
    /// JSON documents with a list of requests beside other members.
    case jsonLists
    /// An HTTP archive.
    case har
    /// A Postman collection.
    case postman
    /// Raw HTTP requests.
    case http
    /// A debug log with `URL:` and `Data:` lines.
    case phpLog
    /// curl commands.
    case curl
    /// A table with this delimiter, its first row naming the columns.
    case table(delimiter: UInt8)
    /// An SQL dump.
    case sql(backslashEscapes: Bool)
    /// URLs or form bodies whose XML is unencoded and goes over several lines.
    case rawCalls
    /// Lines that are an entry each.
    case lines
    /// Text in which nothing is recognised yet.
    case unknown

    /// The kind of a file.
    ///
    /// - Parameters:
    ///   - head: its first bytes.
    ///   - isWhole: whether these are all.
    init(head: ByteView, isWhole: Bool) {
        if head.first == UInt8(ascii: "<") {
            // Directories hold millions of these, and no other form begins so.
            self = Self.xml(head)
            return
        }
        let hasMark = head.starts(with: [0xEF, 0xBB, 0xBF])
        let text = (hasMark ? head.dropping(3) : head).trimmingLeadingWhitespace()
        guard let first = text.first else {
            self = .empty
            return
        }
        if first == UInt8(ascii: "<") || V1CallForm(of: head, trimmed: text) == .xml {
            self = Self.xml(text)
            return
        }
        if let kind = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? Self.json(text, isWhole: isWhole) : nil
        {
            self = kind
        } else if HeaderText.beginsMessage(text) || V1CallForm.beginsWithRequestLine(text) {
            self =
                HeaderText.isStatusLine(text) && HeaderText.nextMessage(in: text, from: 1) == nil && isWhole
                ? .skipped(.reply) : .http
        } else if text.hasPrefix("--"), text.offset(of: "Content-Disposition", from: 0) != nil {
            self = .http
        } else if SQLText.beginsDumpLine(text.firstLine) {
            self = .sql(backslashEscapes: SQLText.usesBackslashEscapes(text))
        } else if let delimiter = TableColumns.delimiter(ofTable: text)
            ?? TableColumns.delimiter(ofUnnamedTable: text)
        {
            self = .table(delimiter: delimiter)
        } else {
            self = Self.lines(text, isWhole: isWhole)
        }
    }

    private static func xml(_ text: ByteView) -> ArchiveKind {
        // Requests may follow a reply.
        if let skip = rootSkip(text), skip != .reply { return .skipped(skip) }
        return .xml
    }

    /// What an XML document is when it is no request, by the name of its root: a reply, a web page, a picture.
    static func rootSkip(_ text: ByteView) -> SkipKind? {
        var rest = text.trimmingLeadingWhitespace()
        while rest.hasPrefix("<?") || rest.hasPrefix("<!") {
            if rest.hasPrefixIgnoringCase("<!doctype html") { return .page }
            let end =
                rest.hasPrefix("<!--")
                ? rest.offset(of: "-->", from: 4).map { $0 + 2 } : rest.offset(of: UInt8(ascii: ">"))
            guard let end else { return nil }
            rest = rest.dropping(end + 1).trimmingLeadingWhitespace()
        }
        var end = 1
        while end < rest.count, end < 40, !rest[end].isWhitespace, rest[end] != UInt8(ascii: ">"),
            rest[end] != UInt8(ascii: "/")
        {
            end += 1
        }
        guard end <= rest.count, end > 1 else { return nil }
        let name = rest.slice(1..<end)
        if name.equals("success") || name.equals("response") { return .reply }
        if name.equalsIgnoringCase("html") { return .page }
        return name.equals("svg") ? .picture : nil
    }

    private static func json(_ text: ByteView, isWhole: Bool) -> ArchiveKind? {
        if text.first == UInt8(ascii: "[") {
            if JSONLists.isTableExport(text) { return .jsonLists }
            let next = text.dropping(1).trimmingLeadingWhitespace().first
            let isJSON = next.map { "{\"[]".utf8.contains($0) } ?? true
            return isJSON ? .json : nil
        }
        let inside = text.dropping(1).trimmingLeadingWhitespace()
        if inside.hasPrefix("\"log\""), text.offset(of: "\"entries\"") != nil || text.offset(of: "\"creator\"") != nil {
            return .har
        }
        if text.offset(of: "\"_postman_id\"") != nil || text.offset(of: "schema.getpostman.com") != nil
            || (inside.hasPrefix("\"info\"") && text.offset(of: "\"item\"") != nil)
        {
            // A line of JSON may hold these words in a value; a collection begins with its members.
            let isCollection =
                inside.hasPrefix("\"info\"") || inside.hasPrefix("\"item\"") || inside.hasPrefix("\"variable\"")
                || inside.hasPrefix("\"auth\"") || inside.hasPrefix("\"event\"")
            if isCollection { return .postman }
        }
        if JSONLists.begins(text) { return .jsonLists }
        guard let lineEnd = text.offset(of: 0x0A) else { return .lines }
        if JSONExtent.isWholeValue(text.slice(0..<lineEnd)) { return .lines }
        var rest = text.dropping(lineEnd + 1).trimmingLeadingWhitespace()
        if rest.isEmpty { return isWhole ? .lines : .json }
        // The first line alone is no value: broken, when the lines behind it begin values too; else the value goes over lines.
        while rest.first == UInt8(ascii: "{") {
            if JSONExtent.isWholeValue(rest.firstLine) { return .lines }
            rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
        }
        guard rest.isEmpty, let last = text.firstLine.last else { return .json }
        return ":,{[".utf8.contains(last) ? .json : .lines
    }

    private static func lines(_ text: ByteView, isWhole: Bool) -> ArchiveKind {
        var index = 0
        var isSQL = false
        var recognized: ArchiveKind?
        let holdsRawXML = text.offset(of: "=<") != nil
        // A comment or a variable of a script may name the address.
        var isEmbedded = false
        while index < text.count {
            let end = text.offset(of: 0x0A, from: index) ?? text.count
            let line = text.slice(index..<end).trimmingWhitespace()
            let begin = index
            index = end + 1
            if line.isEmpty { continue }
            if SQLText.beginsDumpLine(line) {
                isSQL = true
                break
            }
            if recognized == .lines, holdsRawXML, LineForm(line)?.mayHoldRawXML ?? false, RawCallText.isOpen(line) {
                recognized = .rawCalls
            }
            if recognized != nil, !isEmbedded || recognized == .rawCalls { continue }
            if CurlCommand.begins(line) {
                recognized = .curl
                isEmbedded = false
            } else if isEmbedded {
                continue
            } else if V1CallForm.beginsWithRequestLine(line) {
                recognized = .http
            } else if PHPLogText.beginsRecord(line) {
                recognized = .phpLog
            } else if let form = LineForm(line) {
                isEmbedded = form == .embedded && EmbeddedCall(in: line)?.hasParameters == false
                let rest = text.dropping(begin)
                recognized =
                    form.mayHoldRawXML && RawCallText.isOpen(line) && (rest.count > line.count || !isWhole)
                    ? .rawCalls : .lines
            }
            if recognized != nil, index > 4096, recognized != .lines || !(holdsRawXML || isEmbedded) { break }
        }
        if isSQL { return .sql(backslashEscapes: SQLText.usesBackslashEscapes(text)) }
        if let recognized { return recognized }
        return text.contains(0) ? .skipped(.binary) : .unknown
    }
}

extension ByteView {
    /// The bytes up to the first line feed, without white space around them.
    var firstLine: ByteView { slice(0..<(offset(of: 0x0A) ?? count)).trimmingWhitespace() }
}
