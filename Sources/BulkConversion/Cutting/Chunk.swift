@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// A part of a chunk: one entry, or many lines that are an entry each.
struct ChunkRun {
    /// What the bytes are.
    enum Content: Equatable {
        /// One entry of a form, by the form's index in the table.
        case entry(UInt8)
        /// Lines of a form; each is an entry.
        case lines(UInt8)
        /// A file of a directory that is one XML document. `source` is an index of the chunk's `directories`, the value the name's
        /// index there.
        case file(Int)
        /// Text that no form recognises, perhaps a request.
        case region(isSuspect: Bool)
        /// Something that cannot be read: a dead letter. The value is an index of the chunk's `problems`.
        case problem(Int)
        /// Something that is no request.
        case skip(SkipReason)
    }

    var content: Content
    /// Where its bytes are in the chunk.
    var start: Int
    var length: Int
    /// Line of the source where it begins, from 1.
    var line: Int
    /// Where it begins in the text of its source, and how many bytes of that it takes.
    var offset: Int
    var extent: Int
    /// Index of the chunk's `sources`.
    var source: Int
    /// Whether it is all that its file holds.
    var isAlone = false
    /// Whether the text of its source ends with it and not with a line feed, so that its end may be missing.
    var mayBeCutOff = false
    /// Index of the chunk's `tables` for a row of one, else -1.
    var table: Int32 = -1
    /// Whether its bytes were put together from those of the source, so that only the whole has a place.
    var isPutTogether = false

    /// Whether it is an entry of a form, or such lines, with the document of a call.
    ///
    /// - Parameter input: bytes of the chunk.
    func isCall(in input: ByteView) -> Bool {
        switch content {
        case .entry, .lines: JSONCallSearch.hasDocument(input.slice(start..<(start + length)))
        case .file, .region, .problem, .skip: false
        }
    }
}

/// An entry that cannot be read, found before its text was looked at.
struct EntryProblem {
    var code: DiagnosticCode
    var message: String
}

/// Work for one worker at a time: some hundred entries in, their output lines out. Kept and used again.
///
/// Properties that are used for every entry are not checked for overlapping access: no method of this class, ``InputWindow`` or
/// ``EntryCutter`` lends one of them to code that could reach it a second time.
final class Chunk {
    /// Place in the order of input, from 0.
    var number = 0
    /// Bytes of the entries.
    @exclusivity(unchecked) var input = ByteBuffer(minimumCapacity: 64)
    @exclusivity(unchecked) var runs: [ChunkRun] = []
    @exclusivity(unchecked) var sources: [EntrySource] = []
    var directories: [DirectoryNames] = []
    var problems: [EntryProblem] = []
    @exclusivity(unchecked) var tables: [RowTable] = []
    /// Lines for `converted.ndjson`, or for the one output of a filter.
    var converted = JSONWriter(indent: false)
    /// Lines for `dead-letters.ndjson`.
    var deadLetters = JSONWriter(indent: false)
    /// The lines in ``converted`` that are converted requests, in order.
    var lines = ReusableArray<ConvertedLine>()
    /// What the entries came to.
    var tally = Tally()
    /// Bytes of texts that were taken as part of something.
    @exclusivity(unchecked) private(set) var accounted = 0
    /// Bytes of texts that reading stepped over. The same as ``accounted``, or bytes were lost.
    @exclusivity(unchecked) var consumed = 0
    /// Hash of everything that was read, for noticing that an input changed.
    var inputHash: UInt64 = 0
    /// Bytes read from all archives so far, for progress.
    var bytesRead = 0

    private let size: Int

    init(size: Int) { self.size = size }

    /// Which of the archives given a run belongs to, from 0.
    func archive(of run: ChunkRun) -> Int {
        if case .file = run.content { return directories[run.source].source.archive }
        return sources[run.source].archive
    }

    /// Empties the chunk. Memory that an unusual entry made large is given back.
    func reset() {
        if input.capacity > 4 * size + 65_536 { input = ByteBuffer(minimumCapacity: size) }
        if converted.buffer.capacity > 24 * size + 65_536 { converted = JSONWriter(indent: false) }
        if deadLetters.buffer.capacity > 24 * size + 65_536 { deadLetters = JSONWriter(indent: false) }
        input.removeAll()
        runs.removeAll(keepingCapacity: true)
        sources.removeAll(keepingCapacity: true)
        directories.removeAll(keepingCapacity: true)
        problems.removeAll(keepingCapacity: true)
        tables.removeAll(keepingCapacity: true)
        converted.removeAll()
        deadLetters.removeAll()
        lines.removeAll()
        tally = Tally()
        inputHash = 0
        accounted = 0
        consumed = 0
    }

    /// The beginning of a line up to the end of its source's name and line.
    func place(of line: ConvertedLine) -> PaddedView {
        let start = Int(line.start)
        return converted.buffer.padded.slice(start..<(start + Int(line.placeLength)))
    }

    /// Empties the outputs and keeps the input, to translate it again.
    func resetOutputs() {
        converted.removeAll()
        deadLetters.removeAll()
        lines.removeAll()
        tally = Tally()
    }

    /// Whether nothing was put in.
    var isEmpty: Bool { runs.isEmpty }

    /// Whether its results are wanted before more text of a window is waited for.
    func isHeldBack(by window: InputWindow) -> Bool { window.isInteractive && !isEmpty && window.wouldBlock }

    /// Whether nothing more should be put in.
    var isFull: Bool { isFull(input.count, runs.count) }

    private func isFull(_ bytes: Int, _ runs: Int) -> Bool { bytes >= size || runs >= 4096 }

    /// The last entry, or the last line of those that are an entry each; empty where there is none.
    var lastText: ByteView {
        guard let run = runs.last else { return .empty }
        let text = input.bytes.slice(run.start..<(run.start + run.length))
        guard case .lines = run.content else { return text }
        let lines = text.trimmingTrailingWhitespace()
        return lines.dropping(lines.endOfLastLine)
    }

    /// Bytes that still fit before the chunk is full; at least some, so that reading goes on.
    var room: Int { max(size - input.count, 1) }

    /// Index of a source, added when it is not the last one already.
    func index(of source: EntrySource) -> Int {
        if let last = sources.last, last === source { return sources.count - 1 }
        sources.append(source)
        return sources.count - 1
    }

    /// Index of a table, added when it is not the last one already.
    private func index(of table: RowTable) -> Int32 {
        if let last = tables.last, last === table { return Int32(tables.count - 1) }
        tables.append(table)
        return Int32(tables.count - 1)
    }

    /// Index of a directory, added when it is not the last one already.
    func index(of directory: DirectoryNames) -> Int {
        if let last = directories.last, last === directory { return directories.count - 1 }
        directories.append(directory)
        return directories.count - 1
    }

    /// A file of a directory that is an XML document: indices of the directory and of its name there, and its bytes.
    typealias File = (directory: Int, name: Int, bytes: ByteView)

    /// Adds files, with copies of their bytes, as long as there is room and `next` gives one.
    ///
    /// There may be millions, so they get no sources of their own, and the chunk's memory is taken out once for all of them.
    func addFiles(_ next: () -> File?) {
        var input = ByteBuffer(minimumCapacity: 0)
        var runs: [ChunkRun] = []
        swap(&input, &self.input)
        swap(&runs, &self.runs)
        while !isFull(input.count, runs.count), let file = next() {
            runs.append(
                ChunkRun(
                    content: .file(file.name), start: input.count, length: file.bytes.count, line: 1, offset: 0,
                    extent: file.bytes.count, source: file.directory, isAlone: true))
            input.append(file.bytes)
            accounted += file.bytes.count
        }
        swap(&input, &self.input)
        swap(&runs, &self.runs)
    }

    // MARK: Taking from a window

    /// Takes one entry, with a copy of its bytes.
    ///
    /// - Parameter table: the table of a row.
    func takeEntry(
        _ form: UInt8, _ length: Int, _ window: InputWindow, _ source: EntrySource, isAlone: Bool = false,
        table: RowTable? = nil
    ) {
        add(.entry(form), window.padded.slice(0..<length), extent: length, window, source, isAlone: isAlone)
        if let table { runs[runs.count - 1].table = index(of: table) }
        take(length, window)
    }

    /// Takes lines that are an entry each, and puts them to the same before them.
    ///
    /// - Parameter lineCount: how many they are.
    func takeLines(
        _ form: UInt8, _ length: Int, lineCount: Int, _ window: InputWindow, _ source: EntrySource
    ) {
        if let last = runs.last, last.content == .lines(form), last.offset + last.extent == window.offset,
            last.start + last.length == input.count, sources[last.source] === source
        {
            input.append(window.padded.slice(0..<length))
            runs[runs.count - 1].length += length
            runs[runs.count - 1].extent += length
            runs[runs.count - 1].mayBeCutOff = endsText(length, window)
        } else {
            add(.lines(form), window.padded.slice(0..<length), extent: length, window, source)
        }
        accounted += length
        window.consume(length, lineCount: lineCount)
    }

    /// Takes an entry whose text is another than the window's, such as one with its variables filled in.
    ///
    /// - Parameters:
    ///   - offset: where it begins in the window.
    ///   - line: line feeds before it.
    ///   - isPutTogether: whether parts of the text have no place of their own.
    ///   - table: the table of a row.
    func add(
        _ form: UInt8, text: ByteView, in range: Range<Int>, line: Int, _ window: InputWindow, _ source: EntrySource,
        isPutTogether: Bool = false, table: RowTable? = nil
    ) {
        let start = input.count
        input.append(text)
        runs.append(
            ChunkRun(
                content: .entry(form), start: start, length: text.count, line: window.line + line,
                offset: window.offset + range.lowerBound, extent: range.count, source: index(of: source),
                isPutTogether: isPutTogether))
        if let table { runs[runs.count - 1].table = index(of: table) }
    }

    /// Takes what was cut from a text that was put together from the first bytes of a window.
    ///
    /// - Parameter extent: how many bytes.
    func add(_ run: ChunkRun, of other: Chunk, extent: Int, _ window: InputWindow, _ source: EntrySource) {
        var run = run
        var text = other.input.bytes.slice(run.start..<(run.start + run.length))
        switch run.content {
        case .lines(let form):
            text = text.trimmingWhitespace()
            run.content = .entry(form)
        case .problem(let index):
            problems.append(other.problems[index])
            run.content = .problem(problems.count - 1)
        case .entry, .file, .region, .skip: break
        }
        if run.table >= 0 { run.table = index(of: other.tables[Int(run.table)]) }
        (run.start, run.length) = (input.count, text.count)
        (run.line, run.offset, run.extent) = (window.line, window.offset, extent)
        run.source = index(of: source)
        run.isPutTogether = true
        run.mayBeCutOff = run.mayBeCutOff && endsText(extent, window)
        input.append(text)
        runs.append(run)
    }

    /// Takes white space and known punctuation between entries.
    func takePunctuation(_ length: Int, _ window: InputWindow) { take(length, window) }

    /// Takes the bytes of what was added apart from them.
    func takeAdded(_ length: Int, _ window: InputWindow) { take(length, window) }

    /// Takes names and values around entries. Where they hold a document, they are text that no form recognises.
    func takeScaffold(_ length: Int, _ window: InputWindow, _ source: EntrySource) {
        let text = window.padded.slice(0..<length)
        if RequestMarks.nextRoot(in: text.bytes) != nil {
            let extent = text.bytes.trimmingTrailingWhitespace().count
            add(.region(isSuspect: true), text.slice(0..<extent), extent: extent, window, source)
        }
        take(length, window)
    }

    /// Takes a comment. One that holds a request is a dead letter, because only people know whether it was sent.
    ///
    /// - Returns: whether it is one.
    @discardableResult
    func takeComment(_ length: Int, _ window: InputWindow, _ source: EntrySource) -> Bool {
        let comment = window.bytes.slice(0..<length)
        guard RequestMarks.isIn(comment, namesCount: false) else {
            takeScaffold(length, window, source)
            return false
        }
        let end = comment.trimmingTrailingWhitespace().count
        takeProblem(.archiveEntry, Self.commentProblem, end, window, source)
        takePunctuation(length - end, window)
        return true
    }

    /// What is said of a comment that holds a request.
    static let commentProblem = "A comment contains a request; to have it read, remove the comment signs"

    /// Takes text that no form recognises; it is added when it ends.
    func takeUnrecognized(_ length: Int, _ window: InputWindow) { take(length, window) }

    /// Takes what a damaged file broke off, which is reported with the damage.
    func takeBroken(_ length: Int, _ window: InputWindow) { take(length, window) }

    /// Takes something that cannot be read.
    func takeProblem(
        _ code: DiagnosticCode, _ message: String, _ length: Int, _ window: InputWindow, _ source: EntrySource
    ) {
        problems.append(EntryProblem(code: code, message: message))
        add(.problem(problems.count - 1), .empty, extent: length, window, source)
        take(length, window)
    }

    /// Takes something that is longer than `limit` bytes.
    func takeTooLong(
        _ what: StaticString, limit: Int, _ length: Int, _ window: InputWindow, _ source: EntrySource
    ) {
        takeProblem(
            .archiveLineLength, "The \(what) is longer than \(limit) bytes and was not read", length, window, source)
    }

    /// Takes a line that is longer than `limit` bytes, to its end.
    func takeTooLongLine(_ what: StaticString, limit: Int, _ window: InputWindow, _ source: EntrySource) {
        let (line, offset) = (window.line, window.offset)
        while true {
            if let feed = window.bytes.offset(of: 0x0A) {
                take(feed + 1, window)
                break
            }
            take(window.bytes.count, window)
            if !window.more() { break }
        }
        addProblem(
            .archiveLineLength, "The \(what) is longer than \(limit) bytes and was not read", line: line,
            range: offset..<window.offset, source)
    }

    /// Adds something that cannot be read, of which the bytes have been taken.
    func addProblem(
        _ code: DiagnosticCode, _ message: String, line: Int, range: Range<Int>, _ source: EntrySource
    ) {
        problems.append(EntryProblem(code: code, message: message))
        runs.append(
            ChunkRun(
                content: .problem(problems.count - 1), start: input.count, length: 0, line: line,
                offset: range.lowerBound, extent: range.count, source: index(of: source)))
    }

    /// Takes something that is no request.
    func takeSkip(_ reason: SkipReason, _ length: Int, _ window: InputWindow, _ source: EntrySource) {
        add(.skip(reason), .empty, extent: length, window, source)
        take(length, window)
    }

    private func take(_ length: Int, _ window: InputWindow) {
        accounted += length
        window.consume(length)
    }

    private func add(
        _ content: ChunkRun.Content, _ bytes: PaddedView, extent: Int, _ window: InputWindow, _ source: EntrySource,
        isAlone: Bool = false
    ) {
        let start = input.count
        input.append(bytes)
        runs.append(
            ChunkRun(
                content: content, start: start, length: bytes.count, line: window.line, offset: window.offset,
                extent: extent, source: index(of: source), isAlone: isAlone, mayBeCutOff: endsText(extent, window)))
    }

    /// Whether a text ends with its first bytes in a window, and not with a line feed.
    private func endsText(_ length: Int, _ window: InputWindow) -> Bool {
        length == window.bytes.count && window.isUnended
    }

    // MARK: What has no window

    /// Adds text that no form recognised.
    func add(region text: ByteView, isSuspect: Bool, line: Int, range: Range<Int>, from source: EntrySource) {
        let start = input.count
        input.append(text)
        runs.append(
            ChunkRun(
                content: .region(isSuspect: isSuspect), start: start, length: text.count, line: line,
                offset: range.lowerBound, extent: range.count, source: index(of: source)))
    }

    /// Adds a file that cannot be read.
    func add(problem code: DiagnosticCode, _ message: String, line: Int, from source: EntrySource) {
        problems.append(EntryProblem(code: code, message: message))
        runs.append(
            ChunkRun(
                content: .problem(problems.count - 1), start: input.count, length: 0, line: line, offset: 0, extent: 0,
                source: index(of: source)))
    }

    /// Adds a file that is no request.
    func add(skip reason: SkipReason, line: Int, from source: EntrySource) {
        runs.append(
            ChunkRun(
                content: .skip(reason), start: input.count, length: 0, line: line, offset: 0, extent: 0,
                source: index(of: source)))
    }
}
