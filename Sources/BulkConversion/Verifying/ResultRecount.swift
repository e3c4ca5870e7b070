@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// What the lines of results come to, counted again.
struct ResultRecount: ~Copyable {
    /// Lines of `converted.ndjson`.
    private(set) var converted = 0
    /// Those of them with at least one warning.
    private(set) var withWarnings = 0
    /// Lines of `dead-letters.ndjson`; of a table, letters as far as its rows tell them apart.
    private(set) var deadLetters = 0
    /// Letters at most: rows without a document do not tell whether they are of one letter.
    private(set) var mostDeadLetters = 0
    /// Lines of `dead-letters.csv`.
    private(set) var letterLines = 0
    private var lastLetter: (file: String, source: String) = ("", "")
    private(set) var repeated = BulkSummary.Repeated()
    private(set) var findings: [String: (count: Int, severity: Diagnostic.Severity)] = [:]
    private var sum = SHA256()
    private var leadIDs = RepeatedLeadIDs(makeFile: openTemporaryFile)
    /// Bytes of the lines of `converted.ndjson` so far.
    private var convertedLength = 0
    private var json = JSONReader()
    private var convertedOrder: PlaceOrder
    private var deadLetterOrder: PlaceOrder

    /// The SHA-256 of `converted.ndjson`.
    var sha256: String { sum.hexadecimal }

    init(archives: [String]) {
        convertedOrder = PlaceOrder(archives: archives)
        deadLetterOrder = PlaceOrder(archives: archives)
    }

    /// Counts repeated lead ids, when all lines of `converted.ndjson` are there. Gives back the memory for lead ids.
    mutating func finish(_ converted: ResultFile) throws(BulkFailure) {
        repeated = try leadIDs.find { converted }
        leadIDs = RepeatedLeadIDs(makeFile: openTemporaryFile)
    }

    /// Counts a line of `converted.ndjson`, its line feed included.
    ///
    /// - Returns: what is wrong with the line, in a sentence; `nil` when nothing is.
    mutating func add(converted line: ByteView) throws(BulkFailure) -> LineProblem? {
        let start = convertedLength
        convertedLength += line.count
        sum.add(line)
        converted += 1
        guard let root = try? json.read(line), json.kind(of: root) == .object else { return .noObject }
        var isWarned = false
        let areFindingsRight = count(root) { severity in
            isWarned = isWarned || severity == .warning
            return severity != .error
        }
        let problem = check(
            root, of: line, ["source", "lead_id", "method", "url", "body", "diagnostics"], areFindingsRight)
        if isWarned { withWarnings += 1 }
        guard let leadID = string("lead_id", of: root), RecordID.isID(leadID) else {
            return problem ?? .member("lead_id")
        }
        try leadIDs.add(LeadIDMark(leadID, lineStart: start))
        if let problem { return problem }
        guard string("method", of: root)?.equals("POST") == true else { return .member("method") }
        guard let url = string("url", of: root), url.hasPrefix("https://"),
            url.text.hasSuffix("/Leads/\(leadID.text)/actions/convert")
        else { return .member("url") }
        guard let body = json.member("body", of: root), json.kind(of: body) == .object else { return .member("body") }
        return convertedOrder.add(string("source", of: root))
    }

    /// Counts a line of `dead-letters.ndjson`, its line feed included.
    mutating func add(deadLetter line: ByteView) -> LineProblem? {
        deadLetters += 1
        mostDeadLetters += 1
        guard let root = try? json.read(line), json.kind(of: root) == .object else { return .noObject }
        var hasError = false
        let areFindingsRight = count(root) { severity in
            hasError = hasError || severity == .error
            return true
        }
        let problem = check(
            root, of: line, ["source", "bytes", "lead_id", "diagnostics", "newFormat", "url", "xmlData"],
            areFindingsRight)
        if let problem { return problem }
        guard hasError else { return .member("diagnostics") }
        var bytes: [Int] = []
        if let node = json.member("bytes", of: root) {
            json.forEachElement(of: node) { bytes.append(Int(json.text(of: $0)) ?? -1) }
        }
        guard bytes.count == 2, bytes[0] >= 0, bytes[0] <= bytes[1] else { return .member("bytes") }
        guard let leadID = json.member("lead_id", of: root), [.string, .null].contains(json.kind(of: leadID)) else {
            return .member("lead_id")
        }
        guard string("xmlData", of: root) != nil else { return .member("xmlData") }
        return deadLetterOrder.add(string("source", of: root))
    }

    /// Counts a line of `dead-letters.csv`, its line feed included.
    mutating func add(letterRow line: ByteView) -> LineProblem? {
        letterLines += 1
        guard line.hasSuffix("\n") else { return .noLineFeed }
        if letterLines == 1 { return line.equals(LetterText.header) ? nil : .noRow }
        let row = LetterRow(line)
        guard row.cells.count == LetterRow.width else { return .noRow }
        let isOfLast = row.file == lastLetter.file && row.source == lastLetter.source
        if !isOfLast { deadLetters += 1 }
        if !isOfLast || row.file.isEmpty { mostDeadLetters += 1 }
        lastLetter = (row.file, row.source)
        guard DiagnosticCode(rawValue: row.code) != nil else { return .member("code") }
        findings[row.code] = ((findings[row.code]?.count ?? 0) + 1, .error)
        guard row.file.isEmpty || LetterName.name(inPath: row.file) != nil else { return .member("file") }
        var source = row.source
        return isOfLast ? nil : source.withByteView { deadLetterOrder.add($0) }
    }

    // MARK: Members

    /// What holds for lines of both files.
    ///
    /// - Parameter areFindingsRight: whether `diagnostics` is as it should be.
    private func check(
        _ root: JSONReader.Node, of line: ByteView, _ known: [StaticString], _ areFindingsRight: Bool
    ) -> LineProblem? {
        guard line.hasSuffix("\n") else { return .noLineFeed }
        var isKnown = json.repeatedName(of: root) == nil
        json.forEachMember(of: root) { name, _ in
            let name = json.bytes(of: name)
            isKnown = isKnown && known.contains { name.equals($0) }
        }
        guard isKnown else { return .otherMembers }
        guard let source = string("source", of: root), PlaceOrder.parts(of: source) != nil else {
            return .member("source")
        }
        return areFindingsRight ? nil : .member("diagnostics")
    }

    private func string(_ name: StaticString, of root: JSONReader.Node) -> ByteView? {
        guard let node = json.member(name, of: root), json.kind(of: node) == .string else { return nil }
        return json.bytes(of: node)
    }

    /// Counts the findings of a line.
    ///
    /// - Parameter isAllowed: whether a finding of a severity may be there.
    /// - Returns: whether all of them are findings.
    private mutating func count(_ root: JSONReader.Node, _ isAllowed: (Diagnostic.Severity) -> Bool) -> Bool {
        guard let list = json.member("diagnostics", of: root) else { return true }
        guard json.kind(of: list) == .array, json.count(of: list) > 0 else { return false }
        var nodes: [JSONReader.Node] = []
        json.forEachElement(of: list) { nodes.append($0) }
        var isRight = true
        for node in nodes {
            guard let code = string("code", of: node)?.text,
                let severity = (string("severity", of: node)?.text).flatMap({ Diagnostic.Severity(rawValue: $0) }),
                isAllowed(severity)
            else {
                isRight = false
                continue
            }
            if let known = findings[code] {
                findings[code] = (known.count + 1, min(known.severity, severity))
            } else if DiagnosticCode(rawValue: code) != nil {
                findings[code] = (1, severity)
            } else {
                isRight = false
            }
        }
        return isRight
    }
}

/// Why a line is not as a run writes it.
enum LineProblem {
    case noObject, noRow, noLineFeed, otherMembers, misplaced
    case member(StaticString)

    /// What is wrong, for a file and line.
    func diagnostic(_ place: String) -> Diagnostic {
        let (code, message): (DiagnosticCode, String) =
            switch self {
            case .noObject: (.verifyMalformed, "The line is not a JSON object")
            case .noRow: (.verifyMalformed, "The line is not a row as bulk writes it")
            case .noLineFeed: (.verifyMalformed, "The line has no end; the file was cut short")
            case .otherMembers: (.verifyMalformed, "The line has a member that bulk does not write, or one twice")
            case .member(let name): (.verifyMalformed, "\(name) is missing, or is not what bulk writes")
            case .misplaced: (.verifyMisplaced, "The line before is from a later place of the same file")
            }
        return Diagnostic(code, .error, source: place, message: message)
    }
}

/// Sees to it that places of one archive file come in order.
private struct PlaceOrder {
    private let archives: [String]
    private var name: [UInt8] = []
    private var line = 0

    init(archives: [String]) { self.archives = archives }

    /// Name and line of a place.
    static func parts(of place: ByteView) -> (name: ByteView, line: Int)? {
        guard let colon = place.lastIndex(of: UInt8(ascii: ":")), colon > 0,
            let line = Int(place.dropping(colon + 1).text), line > 0
        else { return nil }
        return (place.slice(0..<colon), line)
    }

    /// Takes the place of the next line.
    mutating func add(_ place: ByteView?) -> LineProblem? {
        guard let (name, line) = place.flatMap({ Self.parts(of: $0) }) else { return .member("source") }
        defer { self.line = line }
        guard self.name.elementsEqual(name) else {
            self.name = Array(name)
            return nil
        }
        return line < self.line && !mayComeAgain(name.text) ? .misplaced : nil
    }

    /// Whether there may be two files of a name one after the other: an archive given twice, or members of a container.
    private func mayComeAgain(_ name: String) -> Bool {
        let covering = archives.filter { archive in
            name == archive || name.hasPrefix(archive.hasSuffix("/") ? archive : archive + "/")
        }
        return name.contains(":") || covering.count > 1
    }
}
