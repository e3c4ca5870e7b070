@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// Writes what became of entries: lines of converted requests, dead letters, counts.
struct EntryOutput: ~Copyable {
    /// Lines for `converted.ndjson`, or for the one output of a filter.
    var converted = JSONWriter(indent: false)
    private var deadLetters = JSONWriter(indent: false)
    private var lines = ReusableArray<ConvertedLine>()
    private var tally = Tally()
    private let style: OutputStyle

    /// What comes before the name of a source in a line.
    private var lineStart = ByteBuffer(minimumCapacity: 64)
    /// The same with the source's name, or with a directory's.
    private var sourceStart = ByteBuffer(minimumCapacity: 256)
    private var startedSource: EntrySource?
    private var startedDirectory: SourceDirectory?
    private var addresses: V2Addresses

    init(options: TranslationOptions, style: OutputStyle) {
        self.style = style
        addresses = V2Addresses(options)
        lineStart.append(style == .filter ? "{\"status\":\"converted\"," : "{")
    }

    /// Takes over a chunk's outputs.
    mutating func begin(_ chunk: Chunk) {
        swap(&converted, &chunk.converted)
        swap(&deadLetters, &chunk.deadLetters)
        swap(&lines, &chunk.lines)
        tally = Tally()
        startedSource = nil
        startedDirectory = nil
    }

    /// Says to which of the archives what comes next belongs.
    @inline(__always)
    mutating func begin(archive: Int) { tally.begin(archive: archive) }

    /// Hands the outputs and counts to the chunk.
    mutating func end(_ chunk: Chunk) {
        tally.endArchive()
        swap(&tally, &chunk.tally)
        swap(&converted, &chunk.converted)
        swap(&deadLetters, &chunk.deadLetters)
        swap(&lines, &chunk.lines)
    }

    /// How many more requests are wanted.
    var requestsLeft = Int.max

    /// Whether as many requests were taken as are wanted.
    var isAtLimit: Bool { tally.converted + tally.deadLetters >= requestsLeft }

    // MARK: Converted requests

    /// Prepares the beginning of lines from a source.
    mutating func beginLines(of source: EntrySource) {
        if startedSource === source { return }
        startedSource = source
        startedDirectory = nil
        sourceStart.removeAll()
        sourceStart.append(lineStart.bytes)
        source.linePrefix.withByteView { sourceStart.append($0) }
    }

    /// Writes a line up to its body. ``beginLines(of:)`` was called for its source.
    @inline(__always)
    mutating func writeHead(_ leadID: ByteView, line: Int, host: ByteView = .empty) {
        let start = converted.buffer.count
        converted.buffer.append(sourceStart.bytes)
        converted.buffer.append(decimal: line)
        writeAddress(leadID, host: host, lineStart: start)
    }

    /// Writes the line of a file of a directory up to its body.
    @inline(__always)
    mutating func writeHead(_ leadID: ByteView, file: PaddedView, of directory: SourceDirectory) {
        if startedDirectory !== directory {
            startedDirectory = directory
            startedSource = nil
            sourceStart.removeAll()
            sourceStart.append(lineStart.bytes)
            directory.linePrefix.withByteView { sourceStart.append($0) }
        }
        let start = converted.buffer.count
        converted.buffer.append(sourceStart.bytes)
        directory.appendName(file, to: &converted.buffer)
        converted.buffer.append(":1")
        writeAddress(leadID, host: .empty, lineStart: start)
    }

    @inline(__always)
    private mutating func writeAddress(_ leadID: ByteView, host: ByteView, lineStart: Int) {
        lines.append(ConvertedLine(leadID, start: lineStart, placeEnd: converted.buffer.count))
        converted.buffer.append("\",\"lead_id\":\"")
        converted.buffer.append(leadID)
        addresses.append(host: host, to: &converted.buffer)
        converted.buffer.append(leadID)
        converted.buffer.append("/actions/convert\",\"body\":")
        converted.beginDocument()
    }

    /// Ends the line of a converted request after its body.
    @inline(__always)
    mutating func endLine(_ log: inout DiagnosticLog, _ entry: borrowing EntryTranslator.Entry) {
        tally.read += 1
        tally.converted += 1
        if !log.isEmpty { writeDiagnostics(&log, entry) }
        converted.buffer.append("}\n")
    }

    /// Ends the line of a converted request without findings.
    @inline(__always)
    mutating func endLine() {
        tally.read += 1
        tally.converted += 1
        converted.buffer.append("}\n")
    }

    private mutating func writeDiagnostics(_ log: inout DiagnosticLog, _ entry: borrowing EntryTranslator.Entry) {
        count(&log, entry)
        if log.diagnostics.contains(where: { $0.severity == .warning }) { tally.withWarnings += 1 }
        converted.beginDocument()
        converted.buffer.append(",\"diagnostics\":")
        converted.beginArray()
        for diagnostic in log.diagnostics { diagnostic.write(to: &converted) }
        converted.endArray()
    }

    /// Counts the findings about an entry, and names it in them.
    private mutating func count(_ log: inout DiagnosticLog, _ entry: borrowing EntryTranslator.Entry) {
        let place = entry.place
        log.setSource(entry.isAlone ? entry.source.name : place)
        tally.add(log.diagnostics, place: place)
    }

    // MARK: The rest

    /// Counts something that is no request.
    mutating func skip(_ reason: SkipReason, _ entry: borrowing EntryTranslator.Entry) {
        tally.read += 1
        tally.skip(reason, line: entry.line, of: entry.source)
    }

    /// Writes an entry as a dead letter. Of its text only the document is kept, so no credential is.
    mutating func writeLetter(
        _ parts: CallParts, leadID: ByteView, _ log: inout DiagnosticLog, _ entry: borrowing EntryTranslator.Entry
    ) {
        tally.read += 1
        tally.deadLetters += 1
        count(&log, entry)
        if style == .filter {
            Self.write(parts, leadID: leadID, log.diagnostics, entry, status: "dead-letter", to: &converted)
        } else {
            Self.write(parts, leadID: leadID, log.diagnostics, entry, status: nil, to: &deadLetters)
        }
    }

    private static func write(
        _ parts: CallParts, leadID: ByteView, _ diagnostics: [Diagnostic], _ entry: borrowing EntryTranslator.Entry,
        status: StaticString?, to writer: inout JSONWriter
    ) {
        writer.beginDocument()
        writer.beginObject()
        if let status {
            writer.name("status")
            writer.string(status)
        }
        writer.name("source")
        writer.string(entry.place)
        writer.name("bytes")
        writer.beginArray()
        writer.number(entry.offset)
        writer.number(entry.offset + entry.extent)
        writer.endArray()
        writer.name("lead_id")
        // A letter that could be read again without the error that made it one has no lead id, so that it stays one until corrected.
        let isInDoubt = diagnostics.contains { $0.code.isOfTransport && $0.path != "xmlData" }
        let hasTwoDocuments = diagnostics.contains { $0.code == .callConflict && $0.path == "xmlData" }
        if !isInDoubt, isShown(leadID: leadID) { writer.string(leadID) } else { writer.null() }
        writer.name("diagnostics")
        writer.beginArray()
        for diagnostic in diagnostics { diagnostic.write(to: &writer) }
        writer.endArray()
        if parts.newFormat == .includesNull {
            writer.name("newFormat")
            writer.number(2)
        }
        if let address = parts.address, address.method == .convertLead || address.method == .hidden {
            writer.name("url")
            writer.string(address.shown)
        }
        writer.name("xmlData")
        writer.string(
            hasTwoDocuments
                ? ""
                : Document.text(
                    of: parts, isEndKnown: !diagnostics.contains { $0.code == .callRawForm },
                    isEncodingKnown: !diagnostics.contains { $0.code == .xmlEncoding }
                ) {
                    rootOffset, text in
                    let root = SourceLocation(ofByte: rootOffset, in: text)
                    return diagnostics.contains { diagnostic in
                        guard diagnostic.severity == .error, let place = diagnostic.location else { return false }
                        return diagnostic.code.isOfXML && (place.line, place.column) < (root.line, root.column)
                    }
                })
        writer.endObject()
        writer.buffer.append(0x0A)
    }

    /// Whether a lead id is an id, a damaged number, or a variable: nothing that may be a secret.
    private static func isShown(leadID: ByteView) -> Bool {
        guard !leadID.isEmpty, leadID.count <= 100 else { return false }
        let isVariable = leadID.hasPrefix("{{") && leadID.hasSuffix("}}")
        let isNumber = leadID.count <= 40 && leadID.allSatisfy { $0.isDigit || "+-.,eE ".utf8.contains($0) }
        return isNumber
            || isVariable
                && leadID.slice(2..<(leadID.count - 2)).allSatisfy {
                    $0.isASCIILetter || $0.isDigit || "_-. ".utf8.contains($0)
                }
    }
}

extension EntryTranslator.Entry {
    /// `file:line`.
    var place: String { "\(source.name):\(line)" }
}

extension DiagnosticCode {
    /// Whether the place of the finding is one in the XML.
    fileprivate var isOfXML: Bool { rawValue.hasPrefix("xml.") }

    /// Whether the finding is about how the call was kept, of which a dead letter has nothing.
    fileprivate var isOfTransport: Bool {
        switch self {
        case .callConflict, .callUnrecognized, .callContentEncoding, .callSourceCode, .archiveEntry: true
        default: false
        }
    }
}

/// The part of a v2 call's address between the two lead ids of an output line. Calls of one archive mostly go to one host, so that of the
/// last host is kept.
struct V2Addresses: ~Copyable {
    private let options: TranslationOptions
    private let middle: [UInt8]
    private var lastHost = ByteBuffer(minimumCapacity: 64)
    private var lastMiddle: [UInt8] = []

    init(_ options: TranslationOptions) {
        self.options = options
        middle = Self.middle(options, host: nil)
    }

    private static func middle(_ options: TranslationOptions, host: String?) -> [UInt8] {
        Array(
            ("\",\"method\":\"POST\",\"url\":\"https://\(options.apiDomain(forV1Host: host))/crm/"
                + "\(options.apiVersion.rawValue)/Leads/").utf8)
    }

    /// Appends the part for a v1 host; an empty one is none.
    @inline(__always)
    mutating func append(host: ByteView, to buffer: inout ByteBuffer) {
        if host.isEmpty {
            buffer.append(middle)
            return
        }
        if !lastHost.bytes.elementsEqual(host) {
            lastHost.removeAll()
            lastHost.append(host)
            lastMiddle = Self.middle(options, host: host.text)
        }
        buffer.append(lastMiddle)
    }
}

extension ByteBuffer {
    /// Appends the digits of a number that is not negative.
    @inline(__always)
    mutating func append(decimal number: Int) {
        var rest = number.magnitude
        var length = 0
        var digits: UInt64 = 0
        // Eight digits at most fit; longer numbers go the long way.
        guard rest < 100_000_000 else {
            append(string: String(number))
            return
        }
        repeat {
            digits = digits << 8 | UInt64(0x30 + rest % 10)
            rest /= 10
            length += 1
        } while rest > 0
        append(word: digits, length)
    }
}
