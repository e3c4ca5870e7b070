@_spi(Package) import Bytes
import ConvertLead

/// The beginning of what may be an entry, as the forms see it.
struct EntryStart {
    /// Text from the entry's first byte on, as far as it was read: a whole line, or the beginning of a very long one.
    let text: ByteView
    /// Length of the first line with its line feed.
    let lineLength: Int
    /// Whether the first line goes on after ``text``.
    let isLineOpen: Bool
    /// The first line without white space around it.
    let line: ByteView

    init(text: ByteView, lineLength: Int, isLineOpen: Bool) {
        self.text = text
        self.lineLength = lineLength
        self.isLineOpen = isLineOpen
        line = text.slice(0..<lineLength).trimmingWhitespace()
    }

    /// The start at a text that has its first line.
    init(text: ByteView) {
        self.init(text: text, lineLength: text.offset(of: 0x0A).map { $0 + 1 } ?? text.count, isLineOpen: false)
    }

    /// Whether the table of forms knows what begins at a line of a text. Nothing does at a blank line, whatever is on the lines after it.
    ///
    /// - Parameter overLines: only what is told from more than the line itself counts.
    static func isEntry(at lineStart: Int, in text: ByteView, overLines: Bool = false) -> Bool {
        let line = text.dropping(lineStart)
        guard let first = line.firstIndex(where: { !$0.isWhitespace || $0 == 0x0A }), line[first] != 0x0A,
            let (_, cut) = ArchiveForm.beginning(at: EntryStart(text: line.dropping(first)))
        else { return false }
        switch cut {
        case .line, .call, .pair: return !overLines
        case .block, .json, .sequence: return true
        }
    }

    /// Whether a line begins with a call, with its lead id and its document and no words before it. What is before the line then ends
    /// there, even if it has no end of its own.
    static func isCall(at lineStart: Int, in text: ByteView) -> Bool {
        let start = EntryStart(text: text.dropping(lineStart))
        guard LoggedParameter.hasLeadID(start.line),
            JSONCallSearch.hasDocument(start.line) || RawXML.isRequest(start.line),
            let (form, _) = ArchiveForm.beginning(at: EntryStart(text: start.text.trimmingLeadingWhitespace()))
        else { return false }
        let mention = ArchiveForm.mentions[Int(form)]
        return mention == nil || mention == .asItself
    }

    /// The next line of a text that begins another entry than the one that the text is in, which may have lines of XML.
    static func nextOther(in text: ByteView) -> Int? {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            let line = EntryStart(text: text.dropping(index)).line
            if line.first == UInt8(ascii: "<") ? isCall(at: index, in: text) : isEntry(at: index, in: text) {
                return index
            }
        }
        return nil
    }
}

/// How an entry is cut out of its file once it is known what begins.
enum Cut {
    /// The line is the entry.
    case line
    /// The line is the entry, and all of it is the call. A line directly after it with the same lead id and document is about that
    /// call too, as the line of a log that says how the call failed.
    case call
    /// The entry ends at an offset in the text from its first byte on. The function is asked again with more text while it says
    /// `nil`. An entry without an end ends before the next line that begins another one.
    case block((_ text: ByteView, _ isWhole: Bool) -> Int?)
    /// A block that is the address of a call, in a line, and the body after it where that is of this call.
    case pair((_ text: ByteView, _ isWhole: Bool) -> Int?)
    /// A JSON value; lists and large documents are entries by their elements.
    case json
    /// Several entries that have to be read in order, such as the rows below a header.
    case sequence(any EntrySequence)
}

/// Entries that are told from what came before them: rows of a table, statements of a dump.
protocol EntrySequence: AnyObject {
    /// Takes entries until the chunk is full, the file ends, or something begins that is none of them.
    ///
    /// - Parameter window: at the first byte that belongs to no entry yet; left so.
    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd

    /// Whether the sequence goes on at this start, after something else came between.
    func goesOn(at start: EntryStart) -> Bool
}

extension EntrySequence {
    /// Steps over white space and reads ahead.
    ///
    /// - Returns: why the sequence comes back; `nil` when a part of it may come next.
    func skipBlanks(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> SequenceEnd? {
        while true {
            let blanks = window.bytes.count - window.bytes.trimmingLeadingWhitespace().count
            if blanks > 0 { chunk.takePunctuation(blanks, window) }
            if !window.bytes.isEmpty { break }
            if chunk.isHeldBack(by: window) { return .full }
            guard window.more() else { return .over }
        }
        window.readAhead()
        return nil
    }
}

/// Where the entries of a sequence come from.
struct SequencePlace {
    let form: UInt8
    let source: EntrySource
    let limits: ReadingLimits
    /// Whether results are wanted as soon as their input is there.
    let isInteractive: Bool
}

/// Why a sequence came back.
enum SequenceEnd {
    /// The chunk is full.
    case full
    /// Something else begins here; the sequence may go on after it.
    case interrupted
    /// The sequence is over, or what began is none after all.
    case over
    /// What began is a JSON value of which only the parts can be told; they are entries of the sequence's form.
    case json
}

/// Cuts one text into entries: asks the table of forms at the start of each entry what begins there, and takes every byte into
/// account as part of an entry, of text that no form recognises, or of what lies between entries.
///
/// Lines that no form recognises are one region with their neighbours, blank lines included. Used by one thread at a time.
final class EntryCutter {
    private let source: EntrySource
    private let limits: ReadingLimits
    /// Whether results are wanted as soon as their input is there.
    private let isInteractive: Bool
    @exclusivity(unchecked) private var json = JSONCutter()
    @exclusivity(unchecked) private var sequence: (cutter: any EntrySequence, place: SequencePlace)?
    /// Sequences that something else interrupted; they may go on after it.
    @exclusivity(unchecked) private var paused: [(cutter: any EntrySequence, place: SequencePlace)] = []
    /// Where the sequence began or went on, and whether it went on.
    @exclusivity(unchecked) private var sequenceStart = 0
    @exclusivity(unchecked) private var isResumed = false
    /// Where a sequence took nothing, and index of the first form that may begin there all the same.
    @exclusivity(unchecked) private var declined: (offset: Int, firstForm: Int)?
    /// The call of a log line, and where the next line begins.
    private var lastCall = ByteBuffer(minimumCapacity: 64)
    private var lastCallEnd = -1
    /// The calls that were met last.
    @exclusivity(unchecked) var mentions = CallMentions()
    /// Index of the first form that is asked.
    private let firstForm: Int
    /// Index of a form that is not asked.
    private let leftForm: UInt8?
    /// Whether no entry was met before.
    @exclusivity(unchecked) private var isFirst: Bool
    @exclusivity(unchecked) private var region: Region?
    private var regionText = ByteBuffer(minimumCapacity: 64)

    /// Neighbouring lines that no form recognises.
    private struct Region {
        let start: Int
        let line: Int
        /// End of the last line that is not blank.
        var end: Int
        /// Whether it may be a request, or what is left of one.
        var isSuspect = false
    }

    /// Bytes of unrecognised text after which its next line begins another region, so that memory is bounded.
    private static let regionSize = 1 << 20
    /// Sequences that are remembered at a time.
    private static let mostPaused = 8

    /// - Parameters:
    ///   - isInWrapper: whether the text was taken out of wrappers, so that it is asked for no others.
    ///   - left: index of a form that is not asked.
    init(
        _ source: EntrySource, limits: ReadingLimits, isInteractive: Bool, isInWrapper: Bool = false,
        without left: UInt8? = nil
    ) {
        leftForm = left
        self.source = source
        firstForm = isInWrapper ? ArchiveForm.afterWrappers : 0
        // No document in a wrapper is alone in a file.
        isFirst = !isInWrapper
        self.limits = limits
        self.isInteractive = isInteractive
    }

    /// Takes entries until the chunk is full or the text ends.
    ///
    /// - Parameter window: at the first byte that belongs to no entry yet; left so.
    /// - Returns: whether the text is finished.
    func cut(_ window: InputWindow, into chunk: Chunk) -> Bool {
        while !chunk.isFull {
            if let sequence {
                let end = sequence.cutter.cut(window, into: chunk, sequence.place)
                if case .full = end { return false }
                // One that took nothing is not asked here again, or cutting would never end.
                if window.offset == sequenceStart {
                    declined = (sequenceStart, isResumed ? firstForm : Int(sequence.place.form) + 1)
                }
                if case .interrupted = end {
                    paused.append(sequence)
                    if paused.count > Self.mostPaused { paused.removeFirst() }
                }
                self.sequence = nil
                if case .json = end { json.cut(window, into: chunk, source, limits, form: sequence.place.form) }
                continue
            }
            guard skipBlanks(window, chunk) else { return false }
            // What is known already is not kept back while the rest of a line is waited for.
            if window.isInLine, chunk.isHeldBack(by: window) { return false }
            window.readAhead()
            guard let start = nextStart(window, chunk, atMost: limits.headSize) else {
                finish(window, chunk)
                return true
            }
            if isInteractive, window.isLive, window.wantsMore, ArchiveForm.isOpen(start) {
                if chunk.isHeldBack(by: window) { return false }
                _ = window.more()
                continue
            }
            if takeEntry(at: start, window, chunk) { continue }
            guard start.isLineOpen else {
                // A line that is no entry by itself may be the first of several.
                let next = start.text.dropping(start.lineLength).trimmingLeadingWhitespace()
                if window.wantsMore, !EntryStart.isEntry(at: 0, in: next) {
                    if chunk.isHeldBack(by: window) { return false }
                    // Whether there is more or not, the bytes may have moved.
                    _ = window.more()
                    continue
                }
                takeUnrecognized(start, window, chunk)
                continue
            }
            // What a very long line is, only the whole of it tells.
            guard let line = nextStart(window, chunk, atMost: limits.entrySize) else { continue }
            if line.isLineOpen {
                flushRegion(chunk)
                chunk.takeTooLongLine("line", limit: limits.entrySize, window, source)
            } else if !takeEntry(at: line, window, chunk) {
                takeUnrecognized(line, window, chunk)
            }
        }
        return false
    }

    /// Steps over white space, byte-order marks, and the punctuation of a list that is open.
    ///
    /// - Returns: false when results are wanted before more input is waited for.
    private func skipBlanks(_ window: InputWindow, _ chunk: Chunk) -> Bool {
        while true {
            let text = window.bytes
            var length = 0
            while length < text.count {
                let byte = text[length]
                if byte.isWhitespace || json.takesPunctuation(byte) {
                    length += 1
                } else if byte == 0xEF, text.dropping(length).hasPrefix("\u{FEFF}"),
                    !text.dropping(length).hasPrefix("\u{FEFF}<?xml")
                {
                    // A document keeps its mark, which its declaration may contradict.
                    length += 3
                } else {
                    break
                }
            }
            if length > 0 { chunk.takePunctuation(length, window) }
            let isPartOfMark = (1...2).contains(window.bytes.count) && window.bytes[0] == 0xEF
            if !window.bytes.isEmpty, !isPartOfMark { return true }
            if chunk.isHeldBack(by: window) { return false }
            if !window.more() { return true }
        }
    }

    /// What comes next, with its first line or the beginning of one longer than `limit`; `nil` at the end of the text.
    private func nextStart(_ window: InputWindow, _ chunk: Chunk, atMost limit: Int) -> EntryStart? {
        var searched = 0
        while true {
            if let feed = window.bytes.offset(of: 0x0A, from: searched) {
                return EntryStart(text: window.bytes, lineLength: feed + 1, isLineOpen: feed >= limits.entrySize)
            }
            searched = window.bytes.count
            if searched > limit || !window.more() { break }
        }
        if searched <= limit, window.failure != nil {
            // What a damaged file broke off is no entry.
            chunk.takeBroken(window.bytes.count, window)
        }
        guard !window.bytes.isEmpty else { return nil }
        return EntryStart(text: window.bytes, lineLength: window.bytes.count, isLineOpen: searched > limit)
    }

    /// Takes the entry that begins at a start; false when none does, or when that takes the whole of a line.
    private func takeEntry(at start: EntryStart, _ window: InputWindow, _ chunk: Chunk) -> Bool {
        if json.linesGoOn(at: start, offset: window.offset) {
            cutJSON(window, chunk, form: nil)
            return true
        }
        let declined = declined.flatMap { $0.offset == window.offset ? $0.firstForm : nil }
        if declined == nil, let index = paused.lastIndex(where: { $0.cutter.goesOn(at: start) }) {
            flushRegion(chunk)
            sequence = paused.remove(at: index)
            (sequenceStart, isResumed) = (window.offset, true)
            return true
        }
        if json.goesOn(at: start) {
            flushRegion(chunk)
            cutJSON(window, chunk, form: nil)
            return true
        }
        guard let (form, cut) = ArchiveForm.beginning(at: start, from: declined ?? firstForm, without: leftForm)
        else { return false }
        switch cut {
        case .line, .call: if start.isLineOpen { return false }
        case .block, .pair, .json, .sequence: break
        }
        flushRegion(chunk)
        take(cut, form, start, window, chunk)
        isFirst = false
        return true
    }

    private func finish(_ window: InputWindow, _ chunk: Chunk) {
        flushRegion(chunk)
        if json.isOpen, !json.isTorn, window.failure == nil {
            let (line, offset) = json.openPlace
            chunk.addProblem(
                .jsonSyntax, "JSON is broken: a list or an object is not closed", line: line,
                range: offset..<(offset + 1), source)
        }
    }

    // MARK: Entries

    private func take(_ cut: Cut, _ form: UInt8, _ start: EntryStart, _ window: InputWindow, _ chunk: Chunk) {
        switch cut {
        case .line:
            if isMention(start.lineLength, form, window, isLine: true) {
                chunk.takeSkip(.sameCall, start.lineLength, window, source)
            } else {
                takeLine(form, start, window, chunk)
            }
        case .call: takeCall(form, start, window, chunk)
        case .block(let end): takeBlock(form, end, start, window, chunk)
        case .pair(let end): takeBlock(form, end, isPair: true, start, window, chunk)
        case .json:
            if json.beginsRecord(start) {
                // Looking ahead may move the bytes.
                let hasDocument = JSONCallSearch.hasDocument(start.line)
                if isAboutCall(start.lineLength, .inWords, window, isLine: true), !hasDocument {
                    return chunk.takeSkip(.sameCall, start.lineLength, window, source)
                }
            }
            cutJSON(window, chunk, form: form)
        case .sequence(let cutter):
            mentions.endHalves()
            sequence = (
                cutter, SequencePlace(form: form, source: source, limits: limits, isInteractive: isInteractive)
            )
            (sequenceStart, isResumed) = (window.offset, false)
        }
    }

    /// Cuts JSON that begins, or goes on where `form` is `nil`.
    private func cutJSON(_ window: InputWindow, _ chunk: Chunk, form: UInt8?) {
        let (line, size) = (window.line, chunk.input.count)
        json.cut(window, into: chunk, source, limits, form: form)
        guard chunk.input.count > size else { return }
        guard case .lines = chunk.runs.last?.content else { return mentions.addHalf(chunk.lastText, line: line) }
        // How many lines are taken at a time must not matter.
        if form == nil || window.line > line + 1 { mentions.endHalves() }
        mentions.addHalf(chunk.lastText, line: window.line - 1)
    }

    /// Whether an entry of a log is about the call before or after it.
    private func isMention(_ length: Int, _ form: UInt8, _ window: InputWindow, isLine: Bool) -> Bool {
        guard let mention = ArchiveForm.mentions[Int(form)] else {
            mentions.endHalves()
            return false
        }
        if isAboutCall(length, mention, window, isLine: isLine) { return true }
        mentions.addHalf(window.bytes.slice(0..<length), line: window.line)
        return false
    }

    private func isAboutCall(_ length: Int, _ mention: CallMention, _ window: InputWindow, isLine: Bool) -> Bool {
        let entry = window.bytes.slice(0..<length)
        if mention == .asItself {
            if isLine || JSONCallSearch.hasDocument(entry) {
                mentions.add(mention, line: window.line, host: isLine ? nil : DataCenter.v1Host(in: entry))
            }
            return false
        }
        let relation = mentions.relation(of: entry, mention, line: window.line) {
            areMetAhead($0, after: length, window)
        }
        switch relation {
        case .known: return true
        case .other: return false
        case .address: return isBeforeItsCall(length, mention, window)
        }
    }

    /// Whether the call of an address alone comes next.
    private func isBeforeItsCall(_ length: Int, _ mention: CallMention, _ window: InputWindow) -> Bool {
        func find(in text: ByteView, isWhole: Bool) -> (end: Int, isFound: Bool)? {
            mentions.findCall(
                ofAddress: text.slice(0..<length), mention, line: window.line, in: text, isWhole: isWhole)
        }
        var isFound = false
        let end = window.find(atMost: length + limits.headSize) { text in
            guard text.count >= length, let found = find(in: text, isWhole: false) else { return nil }
            isFound = found.isFound
            return found.end
        }
        if end == nil { isFound = find(in: window.bytes, isWhole: true)?.isFound ?? false }
        if isFound { mentions.takeAddressAsOfNext() }
        return isFound
    }

    /// Whether all of some words are beside another call after an entry.
    private func areMetAhead(_ kinds: [CallMentions.Kind], after length: Int, _ window: InputWindow) -> Bool {
        func find(in text: ByteView, isWhole: Bool) -> Bool? {
            text.count < length
                ? nil : CallMentions.areMet(kinds, in: text, from: length, afterFirst: false, isWhole: isWhole)
        }
        var areMet: Bool?
        _ = window.find(atMost: length + limits.headSize) { text in
            areMet = find(in: text, isWhole: false)
            return areMet.map { _ in length }
        }
        return areMet ?? find(in: window.bytes, isWhole: true) ?? false
    }

    private func takeLine(_ form: UInt8, _ start: EntryStart, _ window: InputWindow, _ chunk: Chunk) {
        // The last line of a file may have no line feed.
        let lineCount = window.bytes[start.lineLength - 1] == 0x0A ? 1 : 0
        chunk.takeLines(form, start.lineLength, lineCount: lineCount, window, source)
    }

    private func takeCall(
        _ form: UInt8, _ start: EntryStart, _ window: InputWindow, _ chunk: Chunk
    ) {
        let isMention = isMention(start.lineLength, form, window, isLine: true)
        // Looking ahead may have moved the bytes.
        let call = window.bytes.slice(0..<start.lineLength).trimmingWhitespace()
        if isMention || window.offset == lastCallEnd && LoggedParameter.areOfOneCall(call, lastCall.bytes) {
            chunk.takeSkip(.sameCall, start.lineLength, window, source)
        } else {
            lastCall.removeAll()
            lastCall.append(call)
            takeLine(form, start, window, chunk)
        }
        lastCallEnd = window.offset
    }

    private func takeBlock(
        _ form: UInt8, _ end: (ByteView, Bool) -> Int?, isPair: Bool = false, _ start: EntryStart,
        _ window: InputWindow, _ chunk: Chunk
    ) {
        var found = window.find(atMost: limits.entrySize) { end($0, false) }
        let isWhole = found == nil && window.bytes.count <= window.reach(limits.entrySize)
        if isWhole {
            guard window.failure == nil else {
                chunk.takeBroken(window.bytes.count, window)
                return
            }
            found = end(window.bytes, true)
        }
        // An entry has its first byte whatever its form says, or cutting would never end.
        var length = max(found ?? Self.endOfTorn(window.torn(limits.entrySize), isWhole: isWhole), 1)
        guard length <= limits.entrySize else {
            chunk.takeTooLong("entry", limit: limits.entrySize, length, window, source)
            return
        }
        if isPair, length > start.lineLength {
            if isAboutCallBefore(start.lineLength, length, form, window) {
                return chunk.takeSkip(.sameCall, start.lineLength, window, source)
            }
            if isUnclearPair(start.lineLength, length, window) { length = start.lineLength }
        }
        if isMention(length, form, window, isLine: false) {
            return chunk.takeSkip(.sameCall, length, window, source)
        }
        // Of a document that is alone in its file the file's name may be the lead id.
        let isAlone = isFirst && isLast(window, length)
        chunk.takeEntry(form, length, window, source, isAlone: isAlone)
    }

    /// Whether the address that an entry begins with is about the call before it, and what follows is another call.
    private func isAboutCallBefore(_ lineLength: Int, _ length: Int, _ form: UInt8, _ window: InputWindow) -> Bool {
        guard let mention = ArchiveForm.mentions[Int(form)] else { return false }
        return mentions.isAboutLast(
            window.bytes.slice(0..<lineLength), window.bytes.slice(lineLength..<length), mention, line: window.line
        ) { areMetAhead($0, after: lineLength, window) }
    }

    /// Whether an address and a body may be of two calls.
    private func isUnclearPair(_ lineLength: Int, _ length: Int, _ window: InputWindow) -> Bool {
        mentions.mayBeOfTwo(
            address: window.bytes.slice(0..<lineLength), body: window.bytes.slice(lineLength..<length),
            line: window.line)
    }

    /// Whether nothing but white space follows in the file. Of one whose results are wanted before its end that is not asked.
    private func isLast(_ window: InputWindow, _ length: Int) -> Bool {
        if isInteractive, window.isLive { return false }
        while window.bytes.dropping(length).allSatisfy(\.isWhitespace) {
            if !window.more() { return true }
        }
        return false
    }

    /// Where an entry without an end stops: before the next line that begins another entry.
    static func endOfTorn(_ text: ByteView, isWhole: Bool) -> Int {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            if index < text.count, EntryStart.isEntry(at: index, in: text) { return index }
        }
        return isWhole || index == 0 ? text.count : index
    }

    // MARK: Text that no form recognises

    private func takeUnrecognized(_ start: EntryStart, _ window: InputWindow, _ chunk: Chunk) {
        if start.text[0] == 0 { return takeZeros(window, chunk) }
        let line = start.text.slice(0..<start.lineLength)
        // Zeros are cut apart from what follows them.
        let text = line.slice(0..<(line.offset(of: 0) ?? line.count))
        if regionText.count > Self.regionSize { flushRegion(chunk) }
        beginRegion(window)
        region?.end = window.offset + text.trimmingTrailingWhitespace().count
        if region?.isSuspect == false,
            RequestMarks.isIn(text) || text.count < line.count && hasWideMarks(line) || PackedText.mayBeIn(text)
        {
            region?.isSuspect = true
        }
        if region?.isSuspect == true { regionText.append(text) }
        chunk.takeUnrecognized(text.count, window)
    }

    /// Whether a line has marks of a request when its zeros are left out, as text in UTF-16 amid other text has.
    private func hasWideMarks(_ line: ByteView) -> Bool {
        guard line.count > 1, line.count <= Self.regionSize else { return false }
        return line.filter { $0 != 0 }.withByteView { RequestMarks.isIn($0) }
    }

    /// Zeros stand where a crash lost what was written, so they may have been requests.
    private func takeZeros(_ window: InputWindow, _ chunk: Chunk) {
        beginRegion(window)
        var count = 0
        while true {
            let zeros = window.bytes.firstIndex { $0 != 0 } ?? window.bytes.count
            count += zeros
            chunk.takeUnrecognized(zeros, window)
            if !window.bytes.isEmpty || !window.more() { break }
        }
        region?.end = window.offset
        if count > 1 { region?.isSuspect = true }
    }

    private func beginRegion(_ window: InputWindow) {
        if region == nil { region = Region(start: window.offset, line: window.line, end: window.offset) }
    }

    private func flushRegion(_ chunk: Chunk) {
        guard let region else { return }
        self.region = nil
        chunk.add(
            region: regionText.bytes, isSuspect: region.isSuspect, line: region.line, range: region.start..<region.end,
            from: source)
        regionText.removeAll()
        if regionText.capacity > 4 * 65_536 { regionText = ByteBuffer(minimumCapacity: 64) }
    }
}
