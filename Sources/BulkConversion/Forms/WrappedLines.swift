@_spi(Package) import Bytes
import ConvertLead

/// The lines of a log that are wrapped, each in a line of the archive. They are cut as the log that they are, so that a call over several
/// of them is one entry; a line that is an entry by itself stays in its wrapper.
final class WrappedLines: EntrySequence {
    private let text: UnwrappedText
    /// Cuts the log; `nil` where it begins anew.
    private var cutter: EntryCutter?
    private let window = InputWindow()
    private let chunk = Chunk(size: 1)
    private var mentions = CallMentions()

    init(_ wrapper: LineWrapper) { text = UnwrappedText(wrapper) }

    func goesOn(at start: EntryStart) -> Bool { false }

    func cut(_ outer: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        // What was found is wanted before more is waited for.
        while !chunk.isFull, !place.isInteractive || chunk.isEmpty {
            if cutter == nil {
                switch text.begin(outer, place) {
                case .text: break
                case .alone:
                    takeLines(1, outer, into: chunk, place)
                    continue
                case .none: return .over
                }
                begin(place)
            }
            self.chunk.reset()
            let isFinished = cutter?.cut(window, into: self.chunk) ?? true
            for run in self.chunk.runs { take(run, outer, into: chunk, place) }
            if isFinished {
                takeLines(text.lineCount, outer, into: chunk, place)
                text.skipPieces(outer, chunk)
                mentions = cutter?.mentions ?? mentions
                cutter = nil
            }
        }
        return .full
    }

    /// Begins to cut the log, where it was cut before with what is known of that.
    private func begin(_ place: SequencePlace) {
        let cutter = EntryCutter(
            place.source, limits: place.limits, isInteractive: place.isInteractive, isInWrapper: true,
            // A part of a line has no wrapper of its own.
            without: ArchiveForm.loggedStatementIndex)
        cutter.mentions = mentions
        self.cutter = cutter
        let line = window.line
        let text = text
        window.open(
            MadeSource(isInteractive: place.isInteractive, isWaiting: { text.isWaiting }) { text.appendLine(to: &$0) })
        window.line = line
        window.isInteractive = place.isInteractive
    }

    /// Takes what the log was cut into: an entry over several lines as it is in the log, what is in one line with its wrapper.
    private func take(_ run: ChunkRun, _ outer: InputWindow, into chunk: Chunk, _ place: SequencePlace) {
        // What begins in a line that was taken is in it.
        let entry = self.chunk.input.bytes.slice(run.start..<(run.start + run.length))
        // Lines without text after an entry are none of it.
        let filled = run.extent == run.length ? entry.trimmingTrailingWhitespace().count : run.extent
        guard let first = text.line(at: run.offset), let last = text.line(at: run.offset + max(filled - 1, 0))
        else {
            return
        }
        takeLines(first, outer, into: chunk, place)
        let count = last - first + 1
        let isWhole = text.isWhole(run.offset..<(run.offset + run.extent), count)
        let isJoined = count > 1 || text.hasPieces
        let isOwn: Bool =
            switch run.content {
            // A call may have more members around it than its text.
            case .entry, .lines: isJoined || !text.isJSON || !JSONCallSearch.hasDocument(entry)
            case .problem: isJoined || !text.isJSON
            case .skip(let reason): reason == .sameCall || !text.isJSON
            case .region: !text.isJSON || count == 1 && isJoined
            case .file: false
            }
        guard isWhole, isOwn else { return takeLines(count, outer, into: chunk, place) }
        let length = text.take(count, outer, chunk)
        let end = outer.bytes[length - 1] == 0x0A ? length - 1 : length
        chunk.add(run, of: self.chunk, extent: end, outer, place.source)
        chunk.takeAdded(length, outer)
    }

    /// Takes lines as an entry each.
    private func takeLines(_ count: Int, _ outer: InputWindow, into chunk: Chunk, _ place: SequencePlace) {
        for _ in 0..<count {
            let length = text.take(1, outer, chunk)
            let feeds = outer.bytes.slice(0..<length).lineFeedCount
            chunk.takeLines(place.form, length, lineCount: feeds, outer, place.source)
        }
    }
}

/// A log without what its lines are wrapped in, made from the window in which they are. It ends before a line that is no part of it.
private final class UnwrappedText {
    /// A line of the log.
    private struct Line {
        /// Where it ends in the log, its line feed included; `nil` before the lines before it are whole.
        var end: Int?
        /// Where its text is, without white space around it.
        var text = 0..<0
        /// Whether it was put together from pieces.
        var isPieced = false
    }

    /// A line of the archive: where it ends, and of which line of the log it is, counted from the first.
    private struct OuterLine {
        let end: Int
        let line: Int
    }

    /// A line of the log that is not whole, or comes after one.
    private struct Held {
        let line: Int
        let stream: UInt8
        var bytes: [UInt8]
        var isOpen: Bool
    }

    private var wrapper: LineWrapper
    private var outer: InputWindow?
    private var limits = ReadingLimits()

    /// Lines that were not taken. Slices, because they lose their first in no time.
    private var lines: ArraySlice<Line> = []
    private var outerLines: ArraySlice<OuterLine> = []
    private var held: [Held] = []
    /// How many lines of the log were taken.
    private var taken = 0
    /// Where the last line that was taken ends in the log.
    private var takenEnd = 0
    /// Where in the archive's text the next line begins.
    private var next = 0
    /// Bytes of the log that were made so far.
    private var made = 0
    private var scratch = ByteBuffer(minimumCapacity: 4096)
    /// The last line with signs of a request.
    private var lastMarked = -1

    /// Lines and bytes that wait for the rest of a line; bytes without signs of a request that wait to be taken.
    private static let (mostHeld, mostIdle) = (256, 65_536)

    init(_ wrapper: LineWrapper) { self.wrapper = wrapper }

    var isJSON: Bool { wrapper.isJSON }

    /// Whether the next line is not there yet.
    var isWaiting: Bool {
        guard let outer else { return false }
        return outer.bytes.offset(of: 0x0A, from: next - outer.offset) == nil && outer.wouldBlock
    }

    /// Begins a log at the start of a window.
    func begin(_ outer: InputWindow, _ place: SequencePlace) -> LineWrapper.Line {
        self.outer = outer
        limits = place.limits
        (taken, takenEnd, made, lastMarked) = (0, 0, 0, -1)
        (lines, outerLines) = ([], [])
        next = outer.offset
        guard let line = nextLine() else { return .none }
        wrapper.learn(from: outer.bytes.slice(0..<min(outer.bytes.count, Self.mostIdle)))
        scratch.removeAll()
        let first = Self.withoutFeed(outer.bytes.slice(line))
        let kind = wrapper.unwrap(first, isMarked: RequestMarks.isIn(first), to: &scratch)
        if case .alone = kind {
            // It is taken as a line of the archive.
            outerLines.append(OuterLine(end: outer.offset + line.upperBound, line: 0))
            lines.append(Line(end: 0))
        }
        return kind
    }

    /// Appends the next line of the log, if it is whole, or at the end what is left; false there.
    func appendLine(to output: inout ByteBuffer) -> Bool {
        if takeNextLine(&output) { return true }
        release(all: true, to: &output)
        return false
    }

    /// Where the next line of the archive is in the window, with its line feed; `nil` at the end, and when too much waits to be taken.
    private func nextLine() -> Range<Int>? {
        guard let outer else { return nil }
        var from = next - outer.offset
        guard from <= (lastMarked < taken ? Self.mostIdle : limits.entrySize) else { return nil }
        while true {
            if let feed = outer.bytes.offset(of: 0x0A, from: from) { return (next - outer.offset)..<(feed + 1) }
            from = outer.bytes.count
            guard from <= next - outer.offset + limits.entrySize else { return nil }
            if outer.more() { continue }
            return from > next - outer.offset && outer.failure == nil ? (next - outer.offset)..<from : nil
        }
    }

    private static func withoutFeed(_ line: ByteView) -> ByteView {
        line.last == 0x0A ? line.slice(0..<(line.count - 1)) : line
    }

    private func takeNextLine(_ output: inout ByteBuffer) -> Bool {
        guard let range = nextLine(), let outer else { return false }
        scratch.removeAll()
        let line = Self.withoutFeed(outer.bytes.slice(range))
        let isMarked = RequestMarks.isIn(line)
        guard case .text(let stream, let isPiece) = wrapper.unwrap(line, isMarked: isMarked, to: &scratch) else {
            return false
        }
        next = outer.offset + range.upperBound
        if let index = held.lastIndex(where: { $0.isOpen && $0.stream == stream }) {
            held[index].bytes += scratch.bytes
            held[index].isOpen = isPiece
            lines[self.index(of: held[index].line)].isPieced = true
            outerLines.append(OuterLine(end: next, line: held[index].line))
            if isMarked { lastMarked = max(lastMarked, held[index].line) }
        } else {
            let number = taken + lines.count
            lines.append(Line())
            outerLines.append(OuterLine(end: next, line: number))
            if isMarked { lastMarked = number }
            if held.isEmpty, !isPiece {
                finish(number, scratch.bytes, to: &output)
                return true
            }
            held.append(Held(line: number, stream: stream, bytes: scratch.array(), isOpen: isPiece))
        }
        release(all: held.count > Self.mostHeld, to: &output)
        return true
    }

    /// Lets go of lines that are whole, and of all that wait for them.
    private func release(all: Bool, to output: inout ByteBuffer) {
        let count = all ? held.count : held.firstIndex { $0.isOpen } ?? held.count
        for line in held.prefix(count) { line.bytes.withByteView { finish(line.line, $0, to: &output) } }
        held.removeFirst(count)
    }

    private func finish(_ number: Int, _ bytes: ByteView, to output: inout ByteBuffer) {
        let front = bytes.count - bytes.trimmingLeadingWhitespace().count
        let end = bytes.trimmingTrailingWhitespace().count
        let index = index(of: number)
        lines[index].text = (made + front)..<(made + max(end, front))
        output.append(bytes)
        output.append(0x0A)
        made += bytes.count + 1
        lines[index].end = made
    }

    private func index(of line: Int) -> Int { lines.startIndex + line - taken }

    // MARK: Lines that were cut

    /// Lines that were not taken.
    var lineCount: Int { lines.count }

    /// Whether the next line was put together from pieces.
    var hasPieces: Bool { lines.first?.isPieced ?? false }

    /// Which of the lines that were not taken has an offset of the log; `nil` when one that was taken has it.
    func line(at offset: Int) -> Int? {
        guard offset >= takenEnd else { return nil }
        return lines.firstIndex { $0.end.map { offset < $0 } ?? true }.map { $0 - lines.startIndex }
    }

    /// Whether a part of the log is all of the text of some of the next lines.
    func isWhole(_ range: Range<Int>, _ count: Int) -> Bool {
        guard let first = lines.first, let last = lines.prefix(count).last else { return false }
        return range.lowerBound <= first.text.lowerBound && range.upperBound >= last.text.upperBound
    }

    /// Takes the next lines of the log.
    ///
    /// - Returns: how many bytes of the archive they are; pieces of them that come later are passed over.
    func take(_ count: Int, _ outer: InputWindow, _ chunk: Chunk) -> Int {
        skipPieces(outer, chunk)
        let first = taken
        takenEnd = lines.prefix(count).last?.end ?? made
        lines.removeFirst(count)
        taken += count
        let number = outerLines.firstIndex { !(first..<taken).contains($0.line) } ?? outerLines.endIndex
        let end = outerLines[number - 1].end
        outerLines = outerLines[number...]
        return end - outer.offset
    }

    /// Passes over pieces of lines that were taken.
    func skipPieces(_ outer: InputWindow, _ chunk: Chunk) {
        while let line = outerLines.first, line.line < taken {
            chunk.takeAdded(line.end - outer.offset, outer)
            outerLines.removeFirst()
        }
    }
}
