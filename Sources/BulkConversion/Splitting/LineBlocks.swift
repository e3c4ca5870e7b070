import Bytes
import ConvertLead

/// Entries of several lines, each beginning with a line that only a beginning has: HTTP requests, PHP debug logs.
final class LineBlocks: EntrySplitter {
    private let form: ChunkRun.Form
    private let limits: ReadingLimits
    /// Offset in the window up to which lines were looked at, and whether the block has a `Data:` line.
    private var scanned = 0
    private var hasData = false

    init(form: ChunkRun.Form, limits: ReadingLimits) {
        self.form = form
        self.limits = limits
    }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            let text = window.bytes
            guard let end = text.offset(of: 0x0A, from: scanned) else {
                if text.count > limits.entrySize {
                    chunk.add(tooLong: "entry", limit: limits.entrySize, line: window.line, from: source)
                    window.consumeLine()
                    reset()
                    continue
                }
                if window.more() { continue }
                if window.failure == nil { add(window.bytes, window.line, chunk, source) }
                return true
            }
            let line = text.slice(scanned..<end)
            if scanned > 0, begins(line) {
                add(text.slice(0..<scanned), window.line, chunk, source)
                window.consume(scanned)
                reset()
                continue
            }
            if form == .phpLog, PHPLogText.isData(line) { hasData = true }
            scanned = end + 1
            if scanned > limits.entrySize {
                chunk.add(tooLong: "entry", limit: limits.entrySize, line: window.line, from: source)
                window.consume(scanned)
                reset()
            }
        }
        return false
    }

    private func reset() {
        scanned = 0
        hasData = false
    }

    private func begins(_ line: ByteView) -> Bool {
        if form == .phpLog { return PHPLogText.isURL(line) || (hasData && PHPLogText.isData(line)) }
        // Files for HTTP clients begin each request with a line of this kind.
        return V1CallForm.beginsWithRequestLine(line) || line.hasPrefix("###")
    }

    private func add(_ text: ByteView, _ line: Int, _ chunk: Chunk, _ source: EntrySource) {
        var rest = text.trimmingLeadingWhitespace()
        while form == .http, rest.first == UInt8(ascii: "#") || rest.hasPrefix("//") {
            rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
        }
        while !rest.isEmpty {
            let length = form == .http ? HTTPText.length(ofMessage: rest) : rest.count
            let start = text.count - rest.count
            chunk.add(
                form, rest.slice(0..<length), line: line + text.slice(0..<start).lineFeedCount, from: source)
            rest = rest.dropping(length).trimmingLeadingWhitespace()
        }
    }
}

/// URLs and form bodies whose XML is unencoded and goes over several lines; an entry ends with the line of its root's end.
final class RawCalls: EntrySplitter {
    private let limits: ReadingLimits

    init(limits: ReadingLimits) { self.limits = limits }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            guard let first = lineEnd(in: window, from: 0) else { return true }
            var end = first
            // Bytes searched for the end of the root, so that hostile text takes time in proportion to the limit.
            var searched = 0
            if RawCallText.isOpen(window.bytes.slice(0..<end).trimmingWhitespace()) {
                while end < limits.entrySize {
                    let start = end
                    guard let next = lineEnd(in: window, from: start) else { break }
                    let line = window.bytes.slice(start..<next).trimmingWhitespace()
                    // The next call begins: the root before it was never closed.
                    if let form = LineForm(line), form != .xml { break }
                    end = next
                    let text = window.bytes.slice(0..<end)
                    guard RawCallText.mayClose(line, text) else { continue }
                    searched += end
                    if searched > 8 * limits.entrySize || !RawCallText.isOpen(text) { break }
                }
            }
            let text = window.bytes.slice(0..<end).trimmingWhitespace()
            if end > limits.entrySize {
                chunk.add(tooLong: "entry", limit: limits.entrySize, line: window.line, from: source)
            } else if !text.isEmpty {
                chunk.add(.text, text, line: window.line, from: source)
            }
            window.consume(end)
        }
        return false
    }

    /// Offset behind the line that begins at `start`; `nil` when the file ends there.
    private func lineEnd(in window: InputWindow, from start: Int) -> Int? {
        while true {
            if let feed = window.bytes.offset(of: 0x0A, from: start) { return feed + 1 }
            if window.bytes.count - start > limits.entrySize { return window.bytes.count }
            if !window.more() { return window.bytes.count > start && window.failure == nil ? window.bytes.count : nil }
        }
    }
}

/// curl commands, each over as many lines as it needs; other lines of a script are stepped over.
final class CurlCommands: EntrySplitter {
    private let limits: ReadingLimits

    init(limits: ReadingLimits) { self.limits = limits }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            window.fill(8)
            guard !window.bytes.isEmpty else { return true }
            guard let lineEnd = window.bytes.offset(of: 0x0A) ?? (window.more() ? nil : window.bytes.count) else {
                if window.bytes.count > limits.entrySize { tooLong(window, chunk, source) }
                continue
            }
            let line = window.bytes.slice(0..<lineEnd).trimmingWhitespace()
            guard CurlCommand.begins(line) else {
                if LineForm(line) != nil, !isRemark(line) { chunk.add(.text, line, line: window.line, from: source) }
                window.consume(min(lineEnd + 1, window.bytes.count))
                continue
            }
            var length = CurlCommand.length(in: window.bytes, isWhole: false)
            while length == nil, window.bytes.count <= limits.entrySize, window.more() {
                length = CurlCommand.length(in: window.bytes, isWhole: false)
            }
            if length == nil, window.bytes.count > limits.entrySize {
                tooLong(window, chunk, source)
                continue
            }
            if length == nil, window.failure != nil { return true }
            let end = length ?? CurlCommand.length(in: window.bytes, isWhole: true) ?? window.bytes.count
            chunk.add(.curl, window.bytes.slice(0..<end).trimmingWhitespace(), line: window.line, from: source)
            window.consume(end)
            window.consume(CurlCommand.operatorEnd(in: window.bytes))
        }
        return false
    }

    /// Whether a line is a comment or names a variable, and holds no request.
    private func isRemark(_ line: ByteView) -> Bool {
        var index = line.hasPrefix("export ") ? 7 : 0
        let name = index
        while index < line.count, line[index].isASCIILetter || line[index].isDigit || line[index] == UInt8(ascii: "_") {
            index += 1
        }
        let isVariable = index > name && index < line.count && line[index] == UInt8(ascii: "=")
        guard line.first == UInt8(ascii: "#") || isVariable else { return false }
        return EmbeddedCall(in: line).map { !$0.hasParameters } ?? true
    }

    private func tooLong(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) {
        chunk.add(tooLong: "command", limit: limits.entrySize, line: window.line, from: source)
        window.consumeLine()
    }
}
