import Bytes
import ConvertLead
import JSONText
import XMLText

/// Where output lines go.
enum OutputStyle: Sendable, Hashable {
    /// Converted requests and dead letters apart.
    case files
    /// One line a request in one stream, `status` telling which.
    case filter
}

/// Turns chunks of entries into output lines; each worker owns one.
///
/// The loop over plain wrappers touches no String, no class and no heap; what is unusual leaves it.
struct ChunkConverter: ~Copyable {
    private var translator: Translator
    private var entries = EntryReader()
    private var log: DiagnosticLog
    private var converted = JSONWriter(indent: false)
    private var deadLetters = JSONWriter(indent: false)
    /// Bodies whose lead id is known only after their XML was read.
    private var bodies = JSONWriter(indent: false)
    private var tally = Tally()

    private let options: TranslationOptions
    private let style: OutputStyle
    /// What stands before the source of an output line.
    private let lineStart: [UInt8]
    /// What stands between the two lead ids of an output line when the host is not known.
    private let defaultMiddle: [UInt8]

    /// What stands before a file's name in an output line, for the directory whose files are being converted.
    private var directoryStart = ByteBuffer(minimumCapacity: 256)

    /// Counts what requests say; `nil` when nobody asks.
    private var inventory: ArchiveInventory?
    /// Whether ``inventory`` is there, for the hot loop.
    private let takesInventory: Bool

    init(
        tables: OrganizationTables, options: TranslationOptions, style: OutputStyle, takesInventory: Bool = false
    ) {
        var options = options
        options.isIndented = false
        self.options = options
        self.style = style
        self.takesInventory = takesInventory
        inventory = takesInventory ? ArchiveInventory(tables: tables, options: options) : nil
        translator = Translator(tables: tables, options: options)
        log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        lineStart = Array((style == .filter ? "{\"status\":\"converted\"," : "{").utf8)
        defaultMiddle = Self.middle(options, host: nil)
    }

    private static func middle(_ options: TranslationOptions, host: String?) -> [UInt8] {
        Array(
            ("\",\"method\":\"POST\",\"url\":\"https://\(options.apiDomain(forV1Host: host))/crm/"
                + "\(options.apiVersion.rawValue)/Leads/").utf8)
    }

    /// Converts all entries of a chunk; its output lines and counts are in the chunk afterwards.
    mutating func convert(_ chunk: Chunk) {
        swap(&converted, &chunk.converted)
        swap(&deadLetters, &chunk.deadLetters)
        tally = Tally()
        let input = chunk.input.bytes
        var runs = chunk.runs[...]
        while let run = runs.first {
            if run.form == .file {
                let files = runs.prefix { $0.form == .file && $0.source == run.source }
                convertFiles(files, in: input, of: chunk.directories[run.source])
                runs = runs.dropFirst(files.count)
                continue
            }
            runs.removeFirst()
            let bytes = input.slice(run.start..<(run.start + run.length))
            let source = chunk.sources[run.source]
            switch run.form {
            case .lines: convertLines(bytes, firstLine: run.line, source: source)
            case .skip:
                tally.read += 1
                tally.skip(SkipKind(rawValue: run.detail) ?? .binary, line: run.line, of: source)
            case .problem:
                tally.read += 1
                let problem = chunk.problems[run.detail]
                log.removeAll()
                log.add(problem.code, .error, problem.message)
                writeProblem(bytes, line: run.line, source: source)
            case .xml: convertDocuments(bytes, source: source)
            default: convertEntry(bytes, run.form, line: run.line, source: source)
            }
        }
        chunk.tally = tally
        swap(&converted, &chunk.converted)
        swap(&deadLetters, &chunk.deadLetters)
    }

    private mutating func convertLines(_ text: ByteView, firstLine: Int, source: EntrySource) {
        var line = firstLine
        var start = 0
        source.linePrefix.withByteView { prefix in
            while start < text.count {
                if let length = entries.readPlainWrapper(text.slice(start..<text.count), isLine: true) {
                    tally.read += 1
                    convertPlain(text.slice(start..<(start + length)), line: line, prefix: prefix, source: source)
                    start += length + 1
                } else {
                    let end = text.offset(of: 0x0A, from: start) ?? text.count
                    let entry = text.slice(start..<end).trimmingWhitespace()
                    if !entry.isEmpty { convertEntry(entry, .lines, line: line, source: source) }
                    start = end + 1
                }
                line += 1
            }
        }
    }

    /// Converts the wrapper just read: its lead id is known and its host is not.
    @inline(__always)
    private mutating func convertPlain(
        _ entry: ByteView, line: Int, prefix: ByteView, source: EntrySource
    ) {
        if takesInventory { inventory?.add(entries, .json, .lines, line: line, from: source) }
        let mark = converted.buffer.count
        let id = entries.leadID
        appendHead(prefix, line: line, id: id, middle: defaultMiddle)
        log.removeAll()
        converted.beginDocument()
        guard
            translator.translateRequest(
                xml: entries.xml, isDecoded: true, newFormat: .omitsNull, into: &converted, log: &log)
        else {
            converted.buffer.count = mark
            writeDeadLetter(entry, line: line, source: source, isDocument: false)
            return
        }
        tally.converted += 1
        if !log.isEmpty { appendDiagnostics(line: line, source: source, isDocument: false) }
        converted.buffer.append("}\n")
    }

    /// Converts files of one directory. Nothing that other workers have too is retained for each of them.
    private mutating func convertFiles(
        _ files: ArraySlice<ChunkRun>, in input: ByteView, of names: DirectoryNames
    ) {
        directoryStart.removeAll()
        directoryStart.append(lineStart)
        directoryStart.append(names.source.linePrefix)
        for file in files {
            let document = input.slice(file.start..<(file.start + file.length))
            if takesInventory || !convertPlainFile(document, file.detail, of: names) {
                convertDocuments(document, source: EntrySource(names, file.detail))
            }
        }
    }

    /// Converts a file that is one document, or several one after the other, which then are entries of their own.
    private mutating func convertDocuments(_ text: ByteView, source: EntrySource) {
        var rest = text
        var line = 1
        while let end = RawXML.rootEnd(in: rest), let next = XMLDocuments.next(in: rest, behind: end) {
            convertEntry(XMLDocuments.document(rest.slice(0..<next)), .text, line: line, source: source)
            line += rest.slice(0..<next).lineFeedCount
            rest = rest.dropping(next)
        }
        convertEntry(rest, rest.count == text.count ? .xml : .text, line: line, source: source)
    }

    /// Converts a file that is named by its lead id and holds a plain document, as most directories have them.
    ///
    /// - Returns: false for anything else, and when it is refused; nothing was written then.
    private mutating func convertPlainFile(
        _ document: ByteView, _ index: Int, of names: DirectoryNames
    ) -> Bool {
        let name = names[index]
        let digits = name.baseAddress?.leadingDigits ?? 0
        let (id, rest) = (name.slice(0..<digits), name.dropping(digits))
        guard RecordID.lengths.contains(digits), rest.first ?? UInt8(ascii: ".") == UInt8(ascii: "."),
            rest.allSatisfy({ $0.isASCIILetter || $0 == UInt8(ascii: ".") }), PlainDocument.begins(document)
        else { return false }
        let mark = converted.buffer.count
        converted.buffer.append(directoryStart.bytes)
        converted.buffer.append(name)
        converted.buffer.append(":1")
        appendAddress(id, middle: defaultMiddle)
        log.removeAll()
        converted.beginDocument()
        guard
            translator.translateRequest(
                xml: document, isDecoded: false, newFormat: .omitsNull, into: &converted, log: &log)
        else {
            converted.buffer.count = mark
            return false
        }
        tally.read += 1
        tally.converted += 1
        if !log.isEmpty { appendDiagnostics(line: 1, source: EntrySource(names, index), isDocument: true) }
        converted.buffer.append("}\n")
        return true
    }

    /// Appends an output line up to its body.
    @inline(__always)
    private mutating func appendHead(
        _ prefix: ByteView, line: Int, id: ByteView, middle: [UInt8]
    ) {
        converted.buffer.append(lineStart)
        converted.buffer.append(prefix)
        converted.buffer.append(decimal: line)
        appendAddress(id, middle: middle)
    }

    /// Appends what stands between the place and the body of an output line.
    @inline(__always)
    private mutating func appendAddress(_ id: ByteView, middle: [UInt8]) {
        converted.buffer.append("\",\"lead_id\":\"")
        converted.buffer.append(id)
        converted.buffer.append(middle)
        converted.buffer.append(id)
        converted.buffer.append("/actions/convert\",\"body\":")
    }

    private mutating func appendDiagnostics(line: Int, source: EntrySource, isDocument: Bool) {
        let place = "\(source.name):\(line)"
        log.setSource(isDocument ? source.name : place)
        tally.add(log.diagnostics, place: place)
        if log.diagnostics.contains(where: { $0.severity == .warning }) { tally.withWarnings += 1 }
        converted.beginDocument()
        converted.buffer.append(",\"diagnostics\":")
        converted.beginArray()
        for diagnostic in log.diagnostics { diagnostic.write(to: &converted) }
        converted.endArray()
    }

    /// Converts an entry of any form.
    private mutating func convertEntry(
        _ entry: ByteView, _ form: ChunkRun.Form, line: Int, source: EntrySource
    ) {
        log.removeAll()
        let isDocument = form == .xml
        switch entries.read(entry, form, source: source, log: &log) {
        case .blank: return
        case .skip(let kind):
            tally.read += 1
            let text = entries.keptText(of: entry)
            if text.offset(of: "createPotential") != nil {
                // Only convertLead has this option: what it stands in was not understood.
                log.removeAll()
                log.add(
                    .callUnrecognized, .error,
                    "The text holds a request, but what is around it was taken for something else (\(kind.name))")
                let row = source.kept(text)
                row.map { $0.withByteView { writeProblem($0, line: line, source: source) } }
                    ?? writeProblem(text, line: line, source: source)
                return
            }
            tally.skip(kind, line: line, of: source)
            return
        case .call: tally.read += 1
        }
        if takesInventory { inventory?.add(entries, LineForm(entry), form, line: line, from: source) }
        bodies.removeAll()
        // Findings about the call refuse it, but those about its XML are wanted too.
        var isTranslated = false
        if !entries.xml.isEmpty {
            isTranslated = translator.translateRequest(
                xml: entries.xml, isDecoded: entries.isXMLDecoded, newFormat: entries.newFormat, into: &bodies,
                log: &log)
        }
        let id = leadID(isDocument: isDocument, source: source)
        guard let id else {
            // Another finding about the lead id says more than that there is none.
            if !log.diagnostics.contains(where: { Self.saysWhyLeadIDIsMissing($0) }) {
                log.add(.leadIDMissing, .error, "There is no lead id, and the address of a v2 call needs it")
            }
            writeDeadLetter(entry, line: line, source: source, isDocument: isDocument)
            return
        }
        guard isTranslated, !log.hasErrors else {
            writeDeadLetter(entry, line: line, source: source, isDocument: isDocument, leadID: id)
            return
        }
        tally.converted += 1
        let middle = entries.host == nil ? defaultMiddle : Self.middle(options, host: entries.host)
        source.linePrefix.withByteView { prefix in
            id.withByteView { appendHead(prefix, line: line, id: $0, middle: middle) }
        }
        converted.buffer.append(bodies.buffer.bytes)
        if !log.isEmpty {
            log.sort()
            appendDiagnostics(line: line, source: source, isDocument: isDocument)
        }
        converted.buffer.append("}\n")
    }

    private static func saysWhyLeadIDIsMissing(_ diagnostic: Diagnostic) -> Bool {
        switch diagnostic.code {
        case .leadIDInvalid, .leadIDMissing, .callVariable, .callUnrecognized, .jsonSyntax, .archiveEntry,
            .callBodyMissing:
            true
        default: false
        }
    }

    /// The lead id: of the call, of the root element, for XML files of the file's name, of the options.
    private mutating func leadID(isDocument: Bool, source: EntrySource) -> [UInt8]? {
        if !entries.leadIDText.isEmpty { return entries.leadID.isEmpty ? nil : Array(entries.leadID) }
        if !entries.xml.isEmpty, let root = translator.rootLeadID, !root.isEmpty {
            // What is wrong with another one the translator has said.
            return RecordID.isID(root) ? Array(root) : nil
        }
        if isDocument, !source.fileLeadID.isEmpty { return source.fileLeadID }
        return options.leadID.map { Array($0.digits.utf8) }
    }

    /// What all requests so far said.
    mutating func takeInventory() -> (forms: [RequestInventory.Count], requests: RequestInventory) {
        (inventory?.forms ?? [], inventory?.requests() ?? RequestInventory())
    }

    // MARK: Dead letters

    /// Writes the entry just read as a dead letter.
    private mutating func writeDeadLetter(
        _ entry: ByteView, line: Int, source: EntrySource, isDocument: Bool, leadID: [UInt8]? = nil
    ) {
        log.sort()
        let conflict = log.diagnostics.filter { $0.code == .callConflict }.map(\.path)
        // Of two lead ids neither is kept, so that the letter is not taken for corrected; what else is in doubt is kept as text.
        let isIDInDoubt = conflict.contains("leadId")
        let keepsText = entries.xml.isEmpty || conflict.contains { $0 != "leadId" }
        var id: String?
        if !isIDInDoubt {
            id =
                leadID.map { String(decoding: $0, as: UTF8.self) }
                ?? (entries.leadIDText.isEmpty ? nil : Self.withoutSecrets(entries.leadIDText))
        }
        begin(line: line, source: source, isDocument: isDocument, leadID: id) { writer, entries in
            if entries.newFormat == .includesNull {
                writer.name("newFormat")
                writer.number(2)
            }
            if let address = entries.address {
                writer.name("url")
                writer.string(CredentialText.removingSecrets(from: address))
            }
            if keepsText {
                let text = entries.keptText(of: entry)
                if let row = source.kept(text) {
                    row.withByteView { Self.writeText($0, to: &writer) }
                } else if !text.isEmpty {
                    Self.writeText(text, to: &writer)
                }
            } else {
                writer.name("xmlData")
                var text = entries.isXMLDecoded ? entries.xml.text : XMLTextEncoding.text(of: entries.xml)
                let kept = text.withByteView { CredentialText.removingParameters(from: $0) }
                kept.withByteView { writer.string($0) }
            }
        }
    }

    /// Writes something that could not be read at all as a dead letter.
    private mutating func writeProblem(_ text: ByteView, line: Int, source: EntrySource) {
        begin(line: line, source: source, isDocument: false, leadID: nil) { writer, _ in
            if !text.isEmpty { Self.writeText(text, to: &writer) }
        }
    }

    private static func writeText(_ text: ByteView, to writer: inout JSONWriter) {
        writer.name("input")
        writer.string(CredentialText.isBareSecret(text) ? "***" : withoutSecrets(text))
    }

    private static func withoutSecrets(_ text: ByteView) -> String {
        String(decoding: CredentialText.removingSecrets(from: text), as: UTF8.self)
    }

    private mutating func begin(
        line: Int, source: EntrySource, isDocument: Bool, leadID: String?,
        _ rest: (inout JSONWriter, borrowing EntryReader) -> Void
    ) {
        tally.deadLetters += 1
        let place = "\(source.name):\(line)"
        log.setSource(isDocument ? source.name : place)
        tally.add(log.diagnostics, place: place)
        if style == .filter {
            Self.write(to: &converted, "dead-letter", place, leadID, log.diagnostics, entries, rest)
        } else {
            Self.write(to: &deadLetters, nil, place, leadID, log.diagnostics, entries, rest)
        }
    }

    private static func write(
        to writer: inout JSONWriter, _ status: StaticString?, _ place: String, _ leadID: String?,
        _ diagnostics: [Diagnostic], _ entries: borrowing EntryReader,
        _ rest: (inout JSONWriter, borrowing EntryReader) -> Void
    ) {
        writer.beginDocument()
        writer.beginObject()
        if let status {
            writer.name("status")
            writer.string(status)
        }
        writer.name("source")
        writer.string(place)
        writer.name("lead_id")
        if let leadID { writer.string(leadID) } else { writer.null() }
        writer.name("diagnostics")
        writer.beginArray()
        for diagnostic in diagnostics { diagnostic.write(to: &writer) }
        writer.endArray()
        rest(&writer, entries)
        writer.endObject()
        writer.buffer.append(0x0A)
    }
}

extension ByteBuffer {
    /// Appends the bytes of an array.
    mutating func append(_ bytes: [UInt8]) {
        bytes.withByteView { append($0) }
    }

    /// Appends the digits of a number that is not negative.
    @inline(__always)
    mutating func append(decimal number: Int) {
        reserve(20)
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
        UnsafeMutableRawPointer(end).storeBytes(of: digits.littleEndian, as: UInt64.self)
        count += length
    }
}
