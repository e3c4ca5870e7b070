import Bytes
import ConvertLead

/// JSON values one after the other, over as many lines as they need, also inside arrays; or the elements of one named array
/// inside a document, such as the entries of a HAR.
final class JSONValues: EntrySplitter {
    private let limits: ReadingLimits
    private let arrayName: StaticString?
    private let arrayDepth: Int
    /// Whether the file is finished at the end of the first array.
    private let isOneArray: Bool
    private var depth = 0
    private var isArrayFound = false
    /// Objects around the place behind an array that was found; `nil` before the first.
    private var objectsBehind: Int?

    /// - Parameters:
    ///   - arrayNamed: read only the elements of the array of this name; `nil` reads every value.
    ///   - atDepth: how many objects are around that array.
    init(limits: ReadingLimits, arrayNamed: StaticString? = nil, atDepth: Int = 0) {
        self.limits = limits
        arrayName = arrayNamed
        arrayDepth = atDepth
        isOneArray = arrayNamed != nil
    }

    /// Reads only the elements of the array that comes next.
    init(limits: ReadingLimits, isOneArray: Bool) {
        self.limits = limits
        arrayName = nil
        arrayDepth = 0
        self.isOneArray = isOneArray
    }

    /// Whether an array has not ended.
    var isOpen: Bool { depth > 0 }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            if let arrayName, !isArrayFound {
                isArrayFound = findArray(arrayName, window)
                guard isArrayFound else {
                    if objectsBehind == nil {
                        report("The document has no list of requests", window, chunk, source)
                    }
                    return true
                }
            }
            guard let byte = nextByte(window) else {
                if depth > 0 { report("An array is not closed", window, chunk, source) }
                return true
            }
            switch byte {
            case UInt8(ascii: "["):
                depth += 1
                window.consume(1)
            case UInt8(ascii: "]"):
                if depth == 0 { report("A bracket closes nothing", window, chunk, source) }
                depth = max(depth - 1, 0)
                window.consume(1)
                if isOneArray, depth == 0 {
                    guard arrayName != nil else { return true }
                    // Another document may stand behind this one.
                    objectsBehind = arrayDepth
                    isArrayFound = false
                }
            case UInt8(ascii: ","): window.consume(1)
            case UInt8(ascii: "{"), UInt8(ascii: "\""):
                if !addValue(window, chunk, source, where: { _ in true }) { return true }
            default: addStray(window, chunk, source)
            }
        }
        return false
    }

    /// Adds a dead letter for what is wrong with the document.
    func report(_ reason: String, _ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) {
        guard window.failure == nil else { return }
        chunk.add(problem: .jsonSyntax, "JSON is broken: \(reason)", line: window.line, from: source)
    }

    /// The next byte that is not white space, at the start of the window; `nil` at the end of the file.
    func nextByte(_ window: InputWindow) -> UInt8? {
        while true {
            let blanks = window.bytes.count - window.bytes.trimmingLeadingWhitespace().count
            if blanks > 0 { window.consume(blanks) }
            if let byte = window.bytes.first { return byte }
            if !window.more() { return nil }
        }
    }

    /// Adds the value at the start of the window, or steps over one that is not wanted. Returns false when the file ends inside it.
    func addValue(
        _ window: InputWindow, _ chunk: Chunk, _ source: EntrySource,
        where isWanted: (ByteView) -> Bool
    ) -> Bool {
        var extent = JSONExtent()
        while true {
            switch extent.scan(window.bytes) {
            case .end(let end):
                let value = window.bytes.slice(0..<end)
                if end > limits.entrySize {
                    chunk.add(tooLong: "value", limit: limits.entrySize, line: window.line, from: source)
                } else if isWanted(value) {
                    chunk.add(.json, value, line: window.line, from: source)
                }
                window.consume(end)
                return true
            case .broken(let end):
                addBroken("A string holds a line end", window.bytes.slice(0..<end), window, chunk, source)
                window.consume(end + 1)
                return true
            case .open:
                if window.bytes.count > limits.entrySize {
                    chunk.add(tooLong: "value", limit: limits.entrySize, line: window.line, from: source)
                    return skip(extent, window, chunk, source)
                }
                if window.more() { continue }
                if window.failure == nil { addBroken("A value is not closed", window.bytes, window, chunk, source) }
                return false
            }
        }
    }

    /// Steps over the rest of a value, of which the window was looked at, keeping nothing. Returns false when the file ends
    /// inside it.
    private func skip(_ extent: JSONExtent, _ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        var extent = extent
        while true {
            extent.forget(upTo: window)
            guard window.more() else {
                report("A value is not closed", window, chunk, source)
                return false
            }
            switch extent.scan(window.bytes) {
            case .end(let end):
                window.consume(end)
                return true
            case .broken(let end):
                window.consume(end + 1)
                return true
            case .open: continue
            }
        }
    }

    /// Adds what is neither object nor string: a number or word of JSON, or text that is no JSON, up to the next value on its
    /// line, because the requests behind it count.
    private func addStray(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) {
        let isLiteral = window.bytes.first.map { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "-") } ?? false
        let ends = Array((isLiteral ? "\n[]{}\"," : "\n[]{").utf8)
        var length = 1
        while true {
            let text = window.bytes
            while length < text.count, !ends.contains(text[length]) { length += 1 }
            if length < text.count || length > limits.entrySize || !window.more() { break }
        }
        let text = window.bytes.slice(0..<length)
        let line = window.line
        let isCutOff = length == window.bytes.count && window.failure != nil
        if length > limits.entrySize {
            chunk.add(tooLong: "text", limit: limits.entrySize, line: line, from: source)
        } else if isLiteral, JSONExtent.isLiteral(text.trimmingWhitespace()) {
            chunk.add(.json, text.trimmingWhitespace(), line: line, from: source)
        } else if !isCutOff {
            addBroken("A value is missing here", text.trimmingWhitespace(), window, chunk, source)
        }
        window.consume(length)
    }

    private func addBroken(
        _ reason: String, _ text: ByteView, _ window: InputWindow, _ chunk: Chunk,
        _ source: EntrySource
    ) {
        chunk.add(problem: .jsonSyntax, "JSON is broken: \(reason)", line: window.line, from: source, text: text)
    }

    /// Steps to the opening bracket of the array called `name`, keeping nothing.
    private func findArray(_ name: StaticString, _ window: InputWindow) -> Bool {
        var depth = objectsBehind ?? 0
        while let byte = nextByte(window) {
            switch byte {
            case UInt8(ascii: "\""):
                var extent = JSONExtent()
                var length: Int?
                while length == nil {
                    switch extent.scan(window.bytes) {
                    case .end(let end): length = end
                    case .broken: return false
                    case .open: if window.bytes.count > limits.entrySize || !window.more() { return false }
                    }
                }
                guard let length else { return false }
                let isName = depth == arrayDepth && window.bytes.slice(1..<(length - 1)).equals(name)
                window.consume(length)
                guard isName, nextByte(window) == UInt8(ascii: ":") else { continue }
                window.consume(1)
                if nextByte(window) == UInt8(ascii: "[") { return true }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                window.consume(1)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                window.consume(1)
            default: window.consume(1)
            }
        }
        return false
    }
}
