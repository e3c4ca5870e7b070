@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// How far a run into a directory is: what of the input is done, how long the results are, what they came to.
struct Checkpoint: Sendable {
    /// Whether everything is written and only names have to be changed.
    var isFinishing: Bool
    var origin: BulkSummary.Origin
    var chunkSize: Int
    /// Chunks read and written.
    var chunks: Int
    /// Hash of what was read.
    var inputHash: UInt64
    var convertedLength: Int
    var deadLettersLength: Int
    var summary: BulkSummary

    /// A line of JSON and a line with its checksum.
    var bytes: [UInt8] {
        var writer = JSONWriter(indent: false)
        writer.beginObject()
        writer.name("version")
        writer.number(1)
        writer.name("finishing")
        writer.boolean(isFinishing)
        origin.write(to: &writer)
        writer.name("chunk_size")
        writer.number(chunkSize)
        writer.name("chunks")
        writer.number(chunks)
        writer.name("input")
        writer.string(String(inputHash, radix: 16))
        writer.name("converted")
        writer.number(convertedLength)
        writer.name("dead_letters")
        writer.number(deadLettersLength)
        writer.name("summary")
        summary.write(to: &writer)
        writer.endObject()
        writer.buffer.append(0x0A)
        var hash = InputHash()
        hash.add(writer.buffer.bytes)
        writer.buffer.append(string: String(hash.value, radix: 16))
        writer.buffer.append(0x0A)
        return writer.buffer.array()
    }
}

extension Checkpoint {
    /// Reads what `bytes` gave; `nil` when it is damaged.
    init?(_ bytes: [UInt8]) {
        let checkpoint: Checkpoint? = bytes.withByteView { bytes in
            guard let lineEnd = bytes.offset(of: 0x0A) else { return nil }
            var hash = InputHash()
            hash.add(bytes.slice(0..<(lineEnd + 1)))
            guard bytes.dropping(lineEnd + 1).trimmingWhitespace().text == String(hash.value, radix: 16) else {
                return nil
            }
            var json = JSONReader()
            guard let root = try? json.read(bytes.slice(0..<lineEnd)) else { return nil }
            return Checkpoint(json, root)
        }
        guard let checkpoint else { return nil }
        self = checkpoint
    }

    private init?(_ json: borrowing JSONReader, _ root: JSONReader.Node) {
        func number(_ name: StaticString) -> Int? { json.member(name, of: root).flatMap { Int(json.text(of: $0)) } }
        guard number("version") == 1, let chunkSize = number("chunk_size"), let chunks = number("chunks"),
            let converted = number("converted"), let deadLetters = number("dead_letters"),
            let input = json.member("input", of: root), let hash = UInt64(json.text(of: input), radix: 16),
            let origin = BulkSummary.Origin(json, root),
            let finishing = json.member("finishing", of: root), let summaryNode = json.member("summary", of: root),
            let summary = BulkSummary(json, summaryNode)
        else { return nil }
        self.init(
            isFinishing: json.isTrue(finishing), origin: origin, chunkSize: chunkSize, chunks: chunks, inputHash: hash,
            convertedLength: converted,
            deadLettersLength: deadLetters, summary: summary)
    }
}

extension BulkSummary.Origin {
    /// What `summary.json` tells of its run; `nil` when it tells nothing.
    init?(json bytes: [UInt8]) {
        let origin: BulkSummary.Origin? = bytes.withByteView { bytes in
            var json = JSONReader()
            guard let root = try? json.read(bytes) else { return nil }
            return BulkSummary.Origin(json, root)
        }
        guard let origin else { return nil }
        self = origin
    }

    init?(_ json: borrowing JSONReader, _ root: JSONReader.Node) {
        guard let list = json.member("archives", of: root), let fingerprint = json.member("fingerprint", of: root)
        else { return nil }
        var archives: [String] = []
        json.forEachElement(of: list) { archives.append(json.text(of: $0)) }
        let form = json.member("dead_letter_form", of: root).flatMap { DeadLetterForm(rawValue: json.text(of: $0)) }
        self.init(archives: archives, fingerprint: json.text(of: fingerprint), deadLetters: form ?? .ndjson)
    }
}

extension BulkSummary {
    /// The summary that `summary.json` holds; `nil` when the text is none.
    public init?(json bytes: [UInt8]) {
        let summary: BulkSummary? = bytes.withByteView { bytes in
            var json = JSONReader()
            guard let root = try? json.read(bytes) else { return nil }
            return BulkSummary(json, root)
        }
        guard let summary else { return nil }
        self = summary
    }

    init?(_ json: borrowing JSONReader, _ root: JSONReader.Node) {
        // The file may have been edited. No archive has as many entries, and sums of such numbers are still numbers.
        func number(of node: JSONReader.Node) -> Int? {
            Int(json.text(of: node)).flatMap { (0..<1 << 38).contains($0) ? $0 : nil }
        }
        func number(_ name: StaticString, of node: JSONReader.Node) -> Int? {
            json.member(name, of: node).flatMap { number(of: $0) }
        }
        func counts(_ name: StaticString) -> [Count] {
            var counts: [Count] = []
            guard let node = json.member(name, of: root) else { return [] }
            json.forEachMember(of: node) { name, value in
                counts.append(Count(name: json.text(of: name), count: number(of: value) ?? 0))
            }
            return counts
        }
        guard let read = number("read", of: root), let converted = number("converted", of: root),
            let withWarnings = number("with_warnings", of: root), let deadLetters = number("dead_letters", of: root),
            let diagnostics = json.member("diagnostics", of: root)
        else { return nil }
        self.init()
        self.read = read
        self.converted = converted
        self.withWarnings = withWarnings
        self.deadLetters = deadLetters
        skipped = counts("skipped")
        var firstSkipped: [String: String] = [:]
        if let node = json.member("first_skipped", of: root) {
            json.forEachMember(of: node) { firstSkipped[json.text(of: $0)] = json.text(of: $1) }
        }
        self.firstSkipped = firstSkipped
        limit = number("limit", of: root)
        var archives: [Archive] = []
        if let list = json.member("per_archive", of: root) {
            json.forEachElement(of: list) { node in
                let outcome = Outcome(
                    read: number("read", of: node) ?? 0, converted: number("converted", of: node) ?? 0,
                    withWarnings: number("with_warnings", of: node) ?? 0,
                    deadLetters: number("dead_letters", of: node) ?? 0)
                let name = json.member("archive", of: node).map { json.text(of: $0) } ?? ""
                archives.append(Archive(name: name, outcome: outcome))
            }
        }
        self.archives = archives
        if let node = json.member("repeated_lead_ids", of: root) {
            var repeated = Repeated()
            repeated.count = number("count", of: node) ?? 0
            if let list = json.member("places", of: node) {
                json.forEachElement(of: list) { repeated.places.append(json.text(of: $0)) }
            }
            repeatedLeadIDs = repeated
        }
        unmappedLabels = counts("unmapped_labels")
        unknownAssignees = counts("unknown_assignees")
        var found: [Finding] = []
        json.forEachMember(of: diagnostics) { name, value in
            guard let code = DiagnosticCode(rawValue: json.text(of: name)), let count = number("count", of: value),
                let severity = json.member("severity", of: value).flatMap({
                    Diagnostic.Severity(rawValue: json.text(of: $0))
                })
            else { return }
            var places: [String] = []
            if let list = json.member("places", of: value) {
                json.forEachElement(of: list) { places.append(json.text(of: $0)) }
            }
            found.append(Finding(code: code, severity: severity, count: count, places: places))
        }
        findings = found
    }
}
