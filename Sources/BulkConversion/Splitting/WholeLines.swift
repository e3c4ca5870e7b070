import Bytes
import ConvertLead

/// Lines that are an entry each, cut only at chunk borders: the fast way for archives of any size.
final class WholeLines: EntrySplitter {
    private let limits: ReadingLimits

    init(limits: ReadingLimits) { self.limits = limits }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        let start = chunk.input.count
        var target = start + chunk.room
        window.takeAll(into: &chunk.input)
        var searched = start
        var isAtEnd = false
        var end = start
        while true {
            while chunk.input.count < target {
                if window.read(into: &chunk.input, target - chunk.input.count) == 0 {
                    isAtEnd = true
                    break
                }
            }
            let found = chunk.input.bytes.dropping(searched).endOfLastLine
            if found > 0 {
                end = searched + found
                break
            }
            searched = chunk.input.count
            if isAtEnd { break }
            if chunk.input.count - start > limits.entrySize {
                chunk.input.count = start
                skipLongLine(window, chunk, source)
                return false
            }
            target = min(2 * chunk.input.count - start, start + limits.entrySize + 1)
        }
        if isAtEnd {
            // The last line needs no line end; what a damaged file broke off is no line.
            if window.failure == nil { end = chunk.input.count }
            chunk.input.count = end
        } else {
            window.putBack(chunk.input.bytes.dropping(end))
            chunk.input.count = end
        }
        guard end > start else { return isAtEnd }
        chunk.runs.append(
            ChunkRun(
                form: .lines, start: start, length: end - start, line: window.line, source: chunk.index(of: source)))
        window.line += chunk.input.bytes.dropping(start).lineFeedCount
        return isAtEnd
    }

    private func skipLongLine(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) {
        let line = window.line
        window.consumeLine()
        if window.line == line { window.line += 1 }
        chunk.add(tooLong: "line", limit: limits.entrySize, line: line, from: source)
    }
}

/// Text in which nothing was recognised at its start: one dead letter for all of it up to the first line that is.
final class UnknownText: EntrySplitter {
    private let limits: ReadingLimits
    private var lines: WholeLines?
    private var firstLine = 0
    private var text = ByteBuffer(minimumCapacity: 64)

    /// Bytes of unknown text that are kept with its dead letter.
    private static let keptSize = 65_536

    init(limits: ReadingLimits) { self.limits = limits }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        if let lines { return lines.split(window, into: chunk, from: source) }
        if firstLine == 0 { firstLine = window.line }
        while true {
            guard let end = window.bytes.offset(of: 0x0A) else {
                if window.bytes.count < limits.entrySize {
                    if window.more() { continue }
                } else {
                    window.consumeLine()
                    continue
                }
                let isKnown = LineForm(window.bytes.trimmingWhitespace()) != nil
                if !isKnown {
                    keep(window.bytes)
                    window.consume(window.bytes.count)
                }
                report(chunk, source)
                lines = WholeLines(limits: limits)
                return !isKnown
            }
            if LineForm(window.bytes.slice(0..<end).trimmingWhitespace()) != nil {
                report(chunk, source)
                lines = WholeLines(limits: limits)
                return false
            }
            keep(window.bytes.slice(0..<(end + 1)))
            window.consume(end + 1)
        }
    }

    private func keep(_ bytes: ByteView) {
        text.append(bytes.slice(0..<min(bytes.count, max(Self.keptSize - text.count, 0))))
    }

    private func report(_ chunk: Chunk, _ source: EntrySource) {
        chunk.add(
            problem: .callUnrecognized, "The text is neither XML nor a v1 call in a known form", line: firstLine,
            from: source, text: text.bytes)
        text.removeAll()
    }
}
