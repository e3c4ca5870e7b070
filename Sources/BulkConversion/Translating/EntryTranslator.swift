@_spi(Package) import Bytes
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

/// Takes entries to output lines; each worker owns one. Forms put what they find in an entry here.
///
/// A form reads the call with ``calls`` and ends with ``judge()``, ``skip(_:)`` or ``refuse(_:_:)``, once for each call. What lies elsewhere
/// than the whole entry is placed by ``at(_:)`` before.
struct EntryTranslator: ~Copyable {
    /// Reads a call from its parts.
    var calls = V1CallReader()
    /// Findings about the call that is being read.
    var log: DiagnosticLog
    /// Memory for a form, emptied by it.
    var scratch = ByteBuffer(minimumCapacity: 4096)
    /// Where the cells of a row are in ``scratch``.
    var cells: [ByteRange] = []

    /// Turns YAML into JSON; `nil` when YAML cannot be read here.
    let yaml: (@Sendable ([UInt8]) -> [UInt8]?)?

    private var translator: Translator
    private var output: EntryOutput
    private let options: TranslationOptions
    /// Counts what requests say; `nil` when nothing asks for it.
    private var inventory: ArchiveInventory?
    /// Whether ``inventory`` is there, for the hot loop.
    private let takesInventory: Bool
    /// Grows with the input: the chunk's number, and the requests in it so far.
    private var order: UInt64 = 0
    private var flat = FlatCall()
    /// Which documents of the entry its calls have.
    private var documents = DocumentCheck()

    /// The entry that is being read.
    private(set) var entry = Entry()

    /// An entry and its place.
    struct Entry {
        /// Its bytes.
        var text = ByteView.empty { didSet { counted = (0, 0) } }
        /// Index of its form.
        var form: UInt8 = 0
        var source = EntrySource(name: "")
        var line = 1
        /// Where it begins in the text of its source, and how many bytes of that it takes.
        var offset = 0
        var extent = 0
        /// Whether it is all that its file holds.
        var isAlone = false
        /// Whether its text ends with it and not with a line feed, so that its end may be missing.
        var mayBeCutOff = false
        /// Its table, when it is a row.
        var table: RowTable?
        /// Whether its bytes were put together, so that parts of it have no place of their own.
        var isPutTogether = false
        /// The offset up to which its line feeds were counted, and how many there are.
        private var counted = (offset: 0, lines: 0)

        /// The line of an offset in its text. Offsets that are asked for in order are counted once.
        mutating func line(at offset: Int) -> Int {
            if offset < counted.offset { counted = (0, 0) }
            counted.lines += text.slice(counted.offset..<offset).lineFeedCount
            counted.offset = offset
            return line + counted.lines
        }
    }

    init(
        tables: OrganizationTables, options: TranslationOptions, style: OutputStyle,
        yaml: (@Sendable ([UInt8]) -> [UInt8]?)?, takesInventory: Bool = false
    ) {
        self.yaml = yaml
        var options = options
        options.isIndented = false
        self.options = options
        translator = Translator(tables: tables, options: options)
        log = DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues)
        output = EntryOutput(options: options, style: style)
        self.takesInventory = takesInventory
        inventory = takesInventory ? ArchiveInventory(tables: tables, options: options) : nil
    }

    /// Takes everything in a chunk; its output lines and counts are in the chunk afterwards.
    ///
    /// - Parameter limit: how many requests are taken at most.
    mutating func translate(_ chunk: Chunk, atMost limit: Int = .max) {
        output.requestsLeft = limit
        output.begin(chunk)
        order = UInt64(chunk.number) << 32
        let input = chunk.input.padded
        for run in chunk.runs where !isAtLimit {
            output.begin(archive: chunk.archive(of: run))
            translate(run, of: chunk, input)
        }
        output.end(chunk)
    }

    @inline(__always)
    private mutating func translate(_ run: ChunkRun, of chunk: Chunk, _ input: PaddedView) {
        let padded = input.slice(run.start..<(run.start + run.length))
        let text = padded.bytes
        if case .file(let name) = run.content {
            return translateFile(text, name, of: chunk.directories[run.source])
        }
        entry.source = chunk.sources[run.source]
        entry.line = run.line
        entry.offset = run.offset
        entry.extent = run.extent
        entry.isAlone = run.isAlone
        entry.mayBeCutOff = run.mayBeCutOff
        entry.isPutTogether = run.isPutTogether
        entry.table = run.table < 0 ? nil : chunk.tables[Int(run.table)]
        switch run.content {
        case .lines(let form): translateLines(padded, form)
        case .entry(let form):
            if flat.read(padded, isLine: false) == text.count {
                output.beginLines(of: entry.source)
                translateFlat(text, form, offset: run.offset)
            } else {
                // Its last line feed does not belong to it.
                if run.extent == text.count { entry.extent = text.trimmingTrailingWhitespace().count }
                unwrap(text, form)
            }
        case .region(let isSuspect): unwrapUnrecognized(text, isSuspect: isSuspect)
        case .problem(let index):
            log.removeAll()
            let problem = chunk.problems[index]
            refuse(problem.code, problem.message)
        case .skip(let reason): skip(reason)
        case .file: break
        }
    }

    private mutating func translateLines(_ padded: PaddedView, _ form: UInt8) {
        let text = padded.bytes
        var start = 0
        let (offset, mayBeCutOff) = (entry.offset, entry.mayBeCutOff)
        output.beginLines(of: entry.source)
        while start < text.count, !isAtLimit {
            if let length = flat.read(padded.slice(start..<text.count), isLine: true) {
                translateFlat(text.slice(start..<(start + length)), form, offset: offset + start)
                start += length + 1
            } else {
                let end = text.offset(of: 0x0A, from: start) ?? text.count
                let line = text.slice(start..<end)
                let trimmed = line.trimmingWhitespace()
                if !trimmed.isEmpty {
                    let blank = line.count - line.trimmingLeadingWhitespace().count
                    entry.offset = offset + start + blank
                    entry.extent = trimmed.count
                    entry.mayBeCutOff = mayBeCutOff && end == text.count
                    unwrap(trimmed, form)
                }
                start = end + 1
            }
            entry.line += 1
        }
    }

    /// Translates the flat call just read.
    @inline(__always)
    private mutating func translateFlat(_ text: ByteView, _ form: UInt8, offset: Int) {
        log.removeAll()
        let parts = flat.parts
        let verdict = translator.translate(parts, log: &log)
        if takesInventory { addInventory(form, parts) }
        guard case .call(let leadID) = verdict else {
            entry.text = text
            entry.offset = offset
            entry.extent = text.trimmingTrailingWhitespace().count
            output.writeLetter(parts, leadID: translator.leadID, &log, entry)
            return
        }
        output.writeHead(leadID, line: entry.line)
        translator.writeBody(to: &output.converted)
        if log.isEmpty { output.endLine() } else { output.endLine(&log, entry) }
    }

    /// Translates a file of a directory that is one XML document.
    private mutating func translateFile(_ text: ByteView, _ name: Int, of names: DirectoryNames) {
        log.removeAll()
        let file = names[name]
        let parts = CallParts(xml: text, isXMLDecoded: false)
        let verdict = translator.translate(parts, fallback: EntrySource.leadID(inFileName: file), log: &log)
        if takesInventory {
            setFile(text, name, of: names)
            addInventory(ArchiveForm.documentIndex, parts)
        }
        guard case .call(let leadID) = verdict else {
            setFile(text, name, of: names)
            if let end = XMLDocument.end(of: text), !text.dropping(end).trimmingWhitespace().isEmpty {
                return unwrapDocuments(text)
            }
            adviseName()
            output.writeLetter(parts, leadID: translator.leadID, &log, entry)
            return
        }
        output.writeHead(leadID, file: file, of: names.source)
        translator.writeBody(to: &output.converted)
        if !log.isEmpty { setFile(text, name, of: names) }
        output.endLine(&log, entry)
    }

    /// Unwraps a file that turned out to hold more than one document.
    private mutating func unwrapDocuments(_ text: ByteView) {
        var whole = entry
        whole.text = text
        whole.isAlone = false
        whole.mayBeCutOff = false
        var start = 0
        while start < text.count {
            start += text.dropping(start).count - text.dropping(start).trimmingLeadingWhitespace().count
            let rest = text.dropping(start)
            guard !rest.isEmpty else { break }
            let length = XMLDocument.end(of: rest) ?? rest.count
            at(start..<(start + length), of: &whole)
            unwrap(rest.slice(0..<length), ArchiveForm.documentIndex)
            start += length
        }
    }

    private mutating func setFile(_ text: ByteView, _ name: Int, of names: DirectoryNames) {
        entry.source = EntrySource(names, name)
        entry.text = text
        entry.line = 1
        entry.offset = 0
        entry.extent = text.count
        entry.isAlone = true
    }

    private mutating func unwrap(_ text: ByteView, _ form: UInt8) {
        log.removeAll()
        entry.text = text
        entry.form = form
        let (line, offset, extent) = (entry.line, entry.offset, entry.extent)
        documents.begin(text, at: offset)
        ArchiveForm.all[Int(form)].unwrap(text, &self)
        let others = documents.others()
        if others.isEmpty { return }
        var whole = entry
        (whole.text, whole.line, whole.offset, whole.extent) = (text, line, offset, extent)
        name(others, of: whole)
    }

    /// Text that no form recognises: a dead letter when it may be a request, and one for each further document in it.
    mutating func unwrapUnrecognized(_ text: ByteView, isSuspect: Bool) {
        log.removeAll()
        guard isSuspect else { return skip(.otherText) }
        if PackedText.mayBeIn(text), !RequestMarks.isIn(text) {
            guard PackedText.holdsRequest(text) else { return skip(.otherText) }
            return refuse(.archiveEntry, Self.packedProblem)
        }
        entry.text = text
        var whole = entry
        var start = 0
        var document = Document.range(in: text)
        while let first = document, !isAtLimit, let second = Document.range(in: text, from: first.upperBound) {
            at(start..<first.upperBound, of: &whole)
            refuseText(with: text.slice(first))
            let rest = text.dropping(first.upperBound)
            start = text.count - rest.trimmingLeadingWhitespace().count
            document = second
        }
        if isAtLimit { return }
        if start > 0 { at(start..<(start + text.dropping(start).trimmingTrailingWhitespace().count), of: &whole) }
        refuseText(with: document.map { text.slice($0) } ?? .empty)
    }

    private static let packedProblem =
        "A request is in text that was compressed with gzip and written in base64; open that with base64 -d | gunzip"

    private mutating func refuseText(with document: ByteView) {
        var parts = CallParts()
        parts.xml = document
        log.add(.callUnrecognized, .error, "The text has signs of a request, but its form is unknown")
        writeLetter(parts)
    }

    /// Makes the documents of an entry that belong to none of its calls dead letters.
    private mutating func name(_ others: [Range<Int>], of whole: Entry) {
        var whole = whole
        for range in others where !isAtLimit {
            at(range, of: &whole)
            var parts = CallParts()
            // The bracket of its end tag may come after it.
            let end =
                whole.text.offset(of: UInt8(ascii: ">"), from: range.upperBound).map { $0 + 1 } ?? range.upperBound
            if whole.text[range.lowerBound] == UInt8(ascii: "<"),
                let document = Document.first(in: whole.text.slice(range.lowerBound..<end)),
                !document.contains(UInt8(ascii: "\\"))
            {
                parts.xml = document
            }
            refuse(
                .archiveEntry,
                "This document belongs to none of the calls that were found beside it; put it in an entry of its own",
                keeping: parts)
        }
    }

    // MARK: What forms call

    /// Takes an entry that is not what its form took it for to the calls that other forms cut from its text.
    ///
    /// - Returns: false, and nothing was taken, when they cut none, or when a part with signs of a request has no document, so that calls would
    ///   be torn.
    mutating func unwrapAsOtherForms(_ text: ByteView) -> Bool {
        let whole = entry
        let window = InputWindow()
        window.open(text)
        window.line = whole.line
        let cutter = EntryCutter(
            whole.source, limits: ReadingLimits(), isInteractive: false, isInWrapper: true, without: whole.form)
        let chunk = Chunk(size: text.count + 1)
        let isFinished = cutter.cut(window, into: chunk)
        let input = chunk.input.padded
        let marked = chunk.runs.filter { RequestMarks.isIn(input.slice($0.start..<($0.start + $0.length)).bytes) }
        // The last call may be cut off.
        let sure = whole.mayBeCutOff && marked.count > 1 ? marked.dropLast() : marked[...]
        guard isFinished, !sure.isEmpty, sure.allSatisfy({ $0.isCall(in: input.bytes) }) else { return false }
        for var run in chunk.runs where !isAtLimit {
            run.offset += whole.offset
            run.isAlone = false
            run.mayBeCutOff = run.mayBeCutOff && whole.mayBeCutOff
            run.isPutTogether = run.isPutTogether || whole.isPutTogether
            translate(run, of: chunk, input)
        }
        return true
    }

    /// Reads the calls of a text that a form decoded, in which each document is one of its own.
    mutating func readDecoded(_ text: ByteView, _ readCalls: (inout Self) -> Void) {
        documents.begin(text, at: entry.offset)
        readCalls(&self)
        let others = documents.others(allowsCopies: false)
        if others.isEmpty { return }
        var whole = entry
        whole.text = text
        whole.isPutTogether = true
        name(others, of: whole)
    }

    /// Whether as many requests were taken as are wanted.
    var isAtLimit: Bool { output.isAtLimit }

    /// Places what comes next at a part of the entry.
    mutating func at(_ range: Range<Int>, of whole: inout Entry) {
        log.removeAll()
        entry = whole
        if whole.isPutTogether { return }
        entry.line = whole.line(at: range.lowerBound)
        entry.offset = whole.offset + range.lowerBound
        entry.extent = range.count
    }

    /// Reads a call whose parts a form put together itself; they are kept where views of them stay valid.
    mutating func readCall(address: [UInt8], body: [UInt8], contentType: [UInt8]) {
        scratch.removeAll()
        scratch.append(address)
        scratch.append(body)
        scratch.append(contentType)
        let (bodyStart, bodyEnd) = (address.count, address.count + body.count)
        let all = scratch.bytes
        calls.read(
            address: all.slice(0..<bodyStart), body: all.slice(bodyStart..<bodyEnd),
            contentType: all.dropping(bodyEnd), log: &log)
    }

    /// Judges the call that was read: translates it, or skips what is none.
    ///
    /// - Parameter isRequest: whether the entry is an HTTP request, so that one without v1's address and parameters is another request.
    mutating func judge(isRequest: Bool = false) {
        if calls.isOtherMethod { return skip(.otherMethod) }
        if !calls.hasXML, calls.isV2Call { return skip(.v2Call) }
        if isRequest, !calls.hasXML, !calls.hasMethod { return skip(.otherRequest) }
        translateCall()
    }

    /// Translates the call that was read, whatever it lacks.
    mutating func translateCall() {
        let parts = calls.parts
        if entry.mayBeCutOff, Self.mayBreakOff(parts.leadID, in: entry.text) {
            var parts = parts
            parts.leadID = .empty
            return refuse(
                .leadIDInvalid,
                "The input ends with the lead id, and digits may be missing; if it is whole, end the line with a line feed",
                keeping: parts)
        }
        let verdict = translator.translate(
            parts, fallback: entry.isAlone && !parts.isXMLDecoded ? entry.source.leadID : .empty, log: &log)
        if takesInventory { addInventory(entry.form, parts) }
        documents.take(parts.xml, source: calls.xmlSource)
        guard case .call(let leadID) = verdict else {
            if entry.isAlone, !parts.isXMLDecoded { adviseName() }
            documents.settle(entry.offset..<(entry.offset + entry.extent))
            return output.writeLetter(parts, leadID: translator.leadID, &log, entry)
        }
        output.beginLines(of: entry.source)
        output.writeHead(leadID, line: entry.line, host: parts.host)
        translator.writeBody(to: &output.converted)
        output.endLine(&log, entry)
    }

    /// Whether a text ends with digits that are not surely a whole lead id.
    private static func mayBreakOff(_ leadID: ByteView, in text: ByteView) -> Bool {
        guard !leadID.isEmpty, !RecordID.isSurelyWhole(leadID) else { return false }
        return text.dropping(max(text.count - leadID.count, 0)).equals(leadID)
    }

    /// Says how a document that is alone in its file is given its lead id.
    private mutating func adviseName() {
        log.advise(
            .leadIDMissing,
            "name the file <lead id>.xml, or write leadId=\"…\" into its first tag; --lead-id is for every request without one"
        )
    }

    /// Counts something that is no request.
    ///
    /// What holds the parameter of a document, or an option of one, is no reply and no other request as a whole: a dead letter, so that no
    /// call is lost that a form took for a part of something else.
    mutating func skip(_ reason: SkipReason) {
        if reason.isOfOthers, documents.isAll(entry.offset..<(entry.offset + entry.extent)) {
            if documents.holdsRequest {
                return refuse(.archiveEntry, "The text has signs of a request, but no call was found in it")
            }
            if documents.holdsPackedRequest { return refuse(.archiveEntry, Self.packedProblem) }
        }
        documents.settle(entry.offset..<(entry.offset + entry.extent))
        output.skip(reason, entry)
    }

    /// Makes the entry a dead letter for a reason of its own; of the call read before only what it says is kept.
    mutating func refuse(_ code: DiagnosticCode, _ message: String, keeping parts: CallParts = CallParts()) {
        log.removeAll()
        log.add(code, .error, message)
        writeLetter(parts)
    }

    /// Makes the entry a dead letter for what is in the log.
    mutating func refuse() { writeLetter(CallParts()) }

    private mutating func writeLetter(_ parts: CallParts) {
        log.placeErrors()
        log.sort()
        documents.settle(entry.offset..<(entry.offset + entry.extent))
        output.writeLetter(parts, leadID: parts.leadID, &log, entry)
    }

    private mutating func addInventory(_ form: UInt8, _ parts: CallParts) {
        let (name, line) = (entry.source.name, entry.line)
        order += 1
        inventory?.add(
            form: form, hasDocument: !parts.xml.isEmpty, &translator,
            at: InventoryPlace(order: order) { "\(name):\(line)" })
    }

    /// What all requests so far said.
    mutating func takeInventory() -> ArchiveInventory? { inventory.take() }
}
