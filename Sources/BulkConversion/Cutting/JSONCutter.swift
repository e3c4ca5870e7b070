@_spi(Package) import Bytes
import ConvertLead

/// Cuts JSON values: one after the other, over as many lines as each needs; of lists and of documents too large to be one entry the
/// elements.
struct JSONCutter {
    /// Containers that were stepped into, the outermost first.
    private var open: [JSONBoundaryScanner.Container] = []
    /// Line and offset of the outermost.
    private(set) var openPlace = (line: 0, offset: 0)
    /// In an object: whether a value comes next and not a name.
    private var isBeforeValue = false
    /// Whether the last entry was a value on a line of its own, so that the next line that looks like one is taken for one.
    private var isInLines = false
    /// Whether the values on lines are records of a log, of which some may only be about a call.
    private var areRecords = false
    /// Where lines end that were taken as long as there was room, in the text of their source: the next line may be one more.
    private var linesEnd = -1
    /// The form of the values.
    private var form: UInt8 = 0
    /// The list of the names of columns that the next lists are rows of; empty when there is none.
    private var names: [UInt8] = []
    /// Whether no row came after the names.
    private var isBeforeRows = false

    /// Bytes of a list of names at most.
    private static let mostBytesOfNames = 1 << 14
    /// Bytes of a value that is taken whole although a list in it goes on.
    private static let wholeSize = 1 << 20

    /// Whether the values are of a template: their lines are no entries, because variables in them have values elsewhere.
    private var isTemplate: Bool { ArchiveForm.all[Int(form)].isTemplate }
    /// Whether a list or a document was stepped into that has not ended.
    var isOpen: Bool { !open.isEmpty }
    /// Whether the text ended inside a value that was taken as an entry.
    private(set) var isTorn = false

    /// Whether a byte between values is punctuation of a list that is open.
    func takesPunctuation(_ byte: UInt8) -> Bool {
        open.last == .array && byte == UInt8(ascii: ",")
    }

    /// Whether what was begun goes on at a start: a list or document that was stepped into, or a table whose rows are lines.
    @inline(__always)
    func goesOn(at start: EntryStart) -> Bool {
        // Asked of each line: inlined, only these two are read, and the cutter is not copied.
        if open.isEmpty, names.isEmpty { return false }
        return isOpen ? begins(start.text) : Self.isRowLine(start.line)
    }

    /// Whether lines that are a value each go on at a start, after they were cut off only because there was no room for more.
    ///
    /// - Parameter offset: of the start in the text of its source.
    @inline(__always)
    func linesGoOn(at start: EntryStart, offset: Int) -> Bool { offset == linesEnd && areLines(start) }

    private func areLines(_ start: EntryStart) -> Bool {
        let text = start.text
        guard text[start.lineLength - 1] == 0x0A, Self.beginsObject(text, 0),
            Self.closesObject(text, 0, start.lineLength - 1)
        else { return false }
        return !(areRecords && Self.isAboutCall(start.line))
    }

    /// Whether a line is a row of a table: a list of values.
    private static func isRowLine(_ line: ByteView) -> Bool {
        line.first == UInt8(ascii: "[") && line.count <= wholeSize && beginsRow(line)
            && JSONBoundaryScanner.isWholeValue(line)
    }

    /// Whether a JSON value begins, or a list or document that was stepped into goes on.
    func begins(_ text: ByteView) -> Bool {
        guard let first = text.first else { return false }
        switch open.last {
        case .array?:
            return Self.beginsValue(text) || first == UInt8(ascii: "]") || first == UInt8(ascii: "[")
                || Self.beginsScalar(text) || Self.beginsString(text)
        case .object?: return first.isOne(of: "\"},:{[") || Self.beginsScalar(text)
        case nil: return Self.beginsValue(text)
        }
    }

    /// Whether a number or word comes next with a comma or a closing bracket after it, as only JSON has it. Of words that JSON does not
    /// know, such as `undefined`, JSON must follow: names of columns have commas between them too.
    private static func beginsScalar(_ text: ByteView) -> Bool {
        var end = 0
        while end < text.count, end < 64, text[end].isASCIILetter || text[end].isDigit || text[end].isOne(of: "+-.") {
            end += 1
        }
        let word = text.slice(0..<end)
        let rest = text.dropping(end).trimmingLeadingWhitespace()
        guard let first = word.first, let next = rest.first, next.isOne(of: ",]}") else { return false }
        if !first.isASCIILetter || word.equals("true") || word.equals("false") || word.equals("null") { return true }
        let after = rest.slice(1..<(rest.offset(of: 0x0A) ?? rest.count)).trimmingLeadingWhitespace()
        return next != UInt8(ascii: ",") || after.first.map { $0.isOne(of: "{[\"") } ?? true
    }

    /// Whether a list begins whose first element is no list and no object, as the rows of a table in lists do.
    private static func beginsRow(_ text: ByteView) -> Bool {
        text.dropping(1).trimmingLeadingWhitespace().first.map { !"{[]".utf8.contains($0) } ?? false
    }

    /// Whether a string comes next with a comma or a closing bracket after it.
    private static func beginsString(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "\"") else { return false }
        var scanner = JSONBoundaryScanner()
        guard case .end(let end) = scanner.scan(text) else { return false }
        return text.dropping(end).trimmingLeadingWhitespace().first.map { $0.isOne(of: ",]") } ?? false
    }

    /// Whether a text begins like an object, a list of objects, lists or strings, or a string.
    static func beginsValue(_ text: ByteView) -> Bool {
        switch text.first {
        case UInt8(ascii: "{"): return beginsObject(text, 0) && !isOfRuby(text)
        case UInt8(ascii: "["):
            let next = text.dropping(1).trimmingLeadingWhitespace().first
            return (next.map { $0.isOne(of: "{[\"]") } ?? false) && !isHeaderOfTOML(text)
        case UInt8(ascii: "\""):
            let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count)).trimmingWhitespace()
            return JSONBoundaryScanner.isWholeValue(
                line.last == UInt8(ascii: ",") ? line.slice(0..<(line.count - 1)) : line)
        default: return false
        }
    }

    /// Whether a line is the header of a table in a list of TOML: `[[name]]`.
    private static func isHeaderOfTOML(_ text: ByteView) -> Bool {
        guard text.hasPrefix("[["), text.count > 2, text[2].isASCIILetter else { return false }
        let line = EntryStart(text: text).line
        return line.hasSuffix("]]")
            && line.slice(2..<(line.count - 2)).allSatisfy { $0.isASCIILetter || $0.isDigit || $0.isOne(of: "._-") }
    }

    /// Whether an arrow follows the first name of an object, as Ruby prints it.
    private static func isOfRuby(_ text: ByteView) -> Bool {
        guard let quote = text.offset(of: UInt8(ascii: "\"")),
            let end = text.offset(of: UInt8(ascii: "\""), from: quote + 1), end < 256
        else { return false }
        return text.dropping(end + 1).trimmingLeadingWhitespace().hasPrefix("=>")
    }

    /// Cuts what begins at the start of the window, which ``begins(_:)``.
    mutating func cut(
        _ window: InputWindow, into chunk: Chunk, _ source: EntrySource, _ limits: ReadingLimits, form: UInt8?
    ) {
        if let form { self.form = form }
        guard let first = window.bytes.first else { return }
        // What is in a list tells what the list is.
        while first == UInt8(ascii: "["), window.wantsMore, window.bytes.dropping(1).allSatisfy(\.isWhitespace),
            window.more()
        {}
        switch open.last {
        case nil:
            if first == UInt8(ascii: "{"), cutLines(window, into: chunk, source) {
                names = []
                return
            }
            if first == UInt8(ascii: "[") {
                let line = EntryStart(text: window.bytes).line
                if Self.isRowLine(line) { return takeRow(line, window, chunk, source) }
                return step(into: .array, window, chunk)
            }
            cutValue(window, into: chunk, source, limits, isWanted: true)
        case .array?:
            if first == UInt8(ascii: "]") {
                open.removeLast()
                isBeforeValue = false
                chunk.takePunctuation(1, window)
            } else if first == UInt8(ascii: "["), !Self.beginsRow(window.bytes) {
                step(into: .array, window, chunk)
            } else {
                cutValue(window, into: chunk, source, limits, isWanted: true)
            }
        case .object?:
            switch first {
            case UInt8(ascii: "}"):
                open.removeLast()
                isBeforeValue = false
                chunk.takePunctuation(1, window)
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                isBeforeValue = first == UInt8(ascii: ":")
                chunk.takePunctuation(1, window)
            default: cutValue(window, into: chunk, source, limits, isWanted: isBeforeValue)
            }
        }
    }

    /// Whether a line is a record of a log about a call, which comes before other records about it or after them.
    mutating func beginsRecord(_ start: EntryStart) -> Bool {
        guard open.isEmpty, start.line.first == UInt8(ascii: "{"), start.line.last == UInt8(ascii: "}") else {
            return false
        }
        if !isInLines { areRecords = !Self.beginsWithParameter(start.line) }
        return areRecords && Self.isAboutCall(start.line)
    }

    /// Whether the first member of an object is a parameter of a call.
    private static func beginsWithParameter(_ line: ByteView) -> Bool {
        guard let quote = line.offset(of: UInt8(ascii: "\"")),
            let end = line.offset(of: UInt8(ascii: "\""), from: quote + 1)
        else { return false }
        return V1Parameters.Name(line.slice((quote + 1)..<end)) != nil
    }

    private static func isAboutCall(_ line: ByteView) -> Bool {
        line.offset(of: "/crm/private/") != nil || JSONCallSearch.hasDocument(line)
    }

    /// Takes lines that are a value each, as long as they look like it. The first is looked at whole; of those after it only the
    /// brackets at their ends, because what is between them the translation finds out.
    private mutating func cutLines(_ window: InputWindow, into chunk: Chunk, _ source: EntrySource) -> Bool {
        let text = window.bytes
        var (end, lineCount) = (0, 0)
        var isOver = false
        while !isOver, end < chunk.room, end < text.count, let feed = text.offset(of: 0x0A, from: end) {
            if isOneMore(text, end, feed) {
                end = feed + 1
                lineCount += 1
            } else {
                isOver = true
            }
        }
        if end == 0 {
            isInLines = false
            return false
        }
        linesEnd = isOver ? -1 : window.offset + end
        chunk.takeLines(form, end, lineCount: lineCount, window, source)
        return true
    }

    /// Whether a line is a value, after others in the same text.
    @inline(__always)
    private mutating func isOneMore(_ text: ByteView, _ start: Int, _ feed: Int) -> Bool {
        guard Self.beginsObject(text, start), Self.closesObject(text, start, feed) else { return false }
        if !isInLines {
            isInLines = JSONBoundaryScanner.isWholeValue(text.slice(start..<feed).trimmingTrailingWhitespace())
            if !isInLines { return false }
        }
        return !areRecords || start == 0 || !Self.isAboutCall(text.slice(start..<feed))
    }

    /// Whether a brace and a quote, or two braces, come next.
    @inline(__always)
    private static func beginsObject(_ text: ByteView, _ start: Int) -> Bool {
        guard text[start] == UInt8(ascii: "{") else { return false }
        var next = start + 1
        while next < text.count, text[next].isWhitespace { next += 1 }
        return next < text.count && (text[next] == UInt8(ascii: "\"") || text[next] == UInt8(ascii: "}"))
    }

    /// Whether a line ends with a closing brace.
    @inline(__always)
    private static func closesObject(_ text: ByteView, _ start: Int, _ feed: Int) -> Bool {
        var last = feed - 1
        while last > start, text[last].isWhitespace { last -= 1 }
        return last > start && text[last] == UInt8(ascii: "}")
    }

    /// Takes a value as an entry; one too large is stepped into. Of a document that was stepped into, names and values without a
    /// mark of a request are passed over.
    private mutating func cutValue(
        _ window: InputWindow, into chunk: Chunk, _ source: EntrySource, _ limits: ReadingLimits, isWanted: Bool
    ) {
        var scanner = JSONBoundaryScanner()
        while true {
            switch scanner.scan(window.bytes) {
            case .end(let end):
                let value = window.bytes.slice(0..<end)
                let isContainer = value[0] == UInt8(ascii: "{") || value[0] == UInt8(ascii: "[")
                // An object in the place of a name is one that a stray bracket put there.
                let mayHoldCall = isContainer || isWanted && value[0] == UInt8(ascii: "\"")
                if end > limits.entrySize {
                    chunk.takeTooLong("value", limit: limits.entrySize, end, window, source)
                } else if !mayHoldCall || open.last == .object && !RequestMarks.isIn(value) {
                    chunk.takeScaffold(end, window, source)
                } else if value[0] == UInt8(ascii: "["), Self.beginsRow(value) {
                    takeRow(value, window, chunk, source)
                } else {
                    chunk.takeEntry(form, end, window, source)
                }
                return
            case .broken(let at):
                // Of a list that is broken on a later line the elements are entries.
                if window.bytes.offset(of: 0x0A).map({ $0 < at }) ?? false, stepIn(scanner, window, chunk) { return }
                chunk.takeEntry(form, endOfBroken(window.bytes, at), window, source)
                return
            case .open:
                if window.bytes.count > Self.wholeSize, stepIn(scanner, window, chunk) { return }
                if window.bytes.count > limits.entrySize {
                    chunk.takeTooLongLine("value", limit: limits.entrySize, window, source)
                    return
                }
                if window.more() { continue }
                guard window.failure == nil else {
                    chunk.takeBroken(window.bytes.count, window)
                    return
                }
                if scanner.isComplete {
                    chunk.takeEntry(form, window.bytes.count, window, source)
                } else if !stepIn(scanner, window, chunk) {
                    let end = isTemplate ? window.bytes.count : EntryCutter.endOfTorn(window.bytes, isWhole: true)
                    isTorn = end == window.bytes.count
                    chunk.takeEntry(form, end, window, source)
                }
                return
            }
        }
    }

    /// Takes a list of values at the start of the window: with the names of its columns, when these came before.
    private mutating func takeRow(_ row: ByteView, _ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) {
        if row.count < Self.mostBytesOfNames, JSONCallSearch.isHeader(row) {
            names = Array(row)
            isBeforeRows = true
            return chunk.takeScaffold(row.count, window, source)
        }
        // ClickHouse writes the types of the columns below their names.
        let isOfTypes = isBeforeRows && !RequestMarks.isIn(row) && row.offset(of: "String") != nil
        isBeforeRows = false
        if names.isEmpty { return chunk.takeEntry(form, row.count, window, source) }
        if isOfTypes { return chunk.takeScaffold(row.count, window, source) }
        var table = ByteBuffer(minimumCapacity: names.count + row.count + 3)
        table.append("[")
        names.withByteView { table.append($0) }
        table.append(",")
        table.append(row)
        table.append("]")
        chunk.add(
            form, text: table.bytes, in: 0..<row.count, line: 0, window, source, isPutTogether: true)
        chunk.takeAdded(row.count, window)
    }

    /// Steps into a template, or a value in which a list is open, so that its parts are values of their own; false for any other
    /// value.
    private mutating func stepIn(_ scanner: JSONBoundaryScanner, _ window: InputWindow, _ chunk: Chunk) -> Bool {
        let isWanted = scanner.hasOpenList || isTemplate && open.isEmpty
        guard isWanted, let outermost = scanner.containers.first else { return false }
        isBeforeValue = false
        step(into: outermost, window, chunk)
        return true
    }

    private mutating func step(
        into container: JSONBoundaryScanner.Container, _ window: InputWindow, _ chunk: Chunk
    ) {
        if open.isEmpty { openPlace = (window.line, window.offset) }
        names = []
        open.append(container)
        chunk.takePunctuation(1, window)
    }

    /// Where an entry ends that is broken at an offset: before the first line up to there that begins another entry, else with the
    /// line of that place.
    private func endOfBroken(_ text: ByteView, _ at: Int) -> Int {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            if index > at { return index }
            let mayBegin = !isTemplate || text.offset(of: 0x0A, from: index).map { $0 >= at } ?? true
            if mayBegin, EntryStart.isEntry(at: index, in: text) { return index }
        }
        return text.count
    }
}
