@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// Takes what a run would write and compares it with what an earlier run wrote. One thread at a time uses it.
///
/// As long as the bytes are the same they are compared in blocks. Where they differ, a window of lines on both sides tells what is lost,
/// added or changed, until the lines meet again. Memory does not grow with the results.
final class ResultComparison: @unchecked Sendable {
    let results: ResultFiles
    private var converted: FileComparison
    private var deadLetters: FileComparison?
    private var letters: LetterComparison?
    private(set) var differences = Differences()
    /// Whether `converted.ndjson` is not what it should be; known when ``finish()`` was called.
    private(set) var convertedDiffers = false

    init(_ results: ResultFiles) {
        self.results = results
        converted = FileComparison(results.converted)
        deadLetters = results.deadLetters.map { FileComparison($0) }
        letters = results.letters.map { LetterComparison($0) }
    }

    /// Compares the outputs of the next chunk.
    func compare(_ chunk: Chunk) throws(BulkFailure) {
        try converted.take(chunk.converted.buffer.bytes, lineCount: chunk.tally.converted, &differences)
        try deadLetters?.take(chunk.deadLetters.buffer.bytes, lineCount: chunk.tally.deadLetters, &differences)
        try letters?.take(chunk.deadLetters.buffer.bytes, &differences)
    }

    /// Compares what is left when there is no more output.
    func finish() throws(BulkFailure) {
        try converted.finish(&differences)
        convertedDiffers = differences.count(in: results.converted.path) > 0
        try deadLetters?.finish(&differences)
        try letters?.finish(&differences)
    }
}

/// Compares one file with the lines that should be in it.
struct FileComparison: ~Copyable {
    /// What a line is.
    enum Form {
        /// An object of JSON.
        case json
        /// A row of the table of dead letters.
        case table
    }

    private let file: ResultFile
    private let form: Form
    /// What is in the file.
    private var written = LineWindow()
    /// What should be there.
    private var expected = LineWindow()
    private var isAtEnd = false
    /// Line of the file, from 1, that comes next.
    private var line = 1
    private var expectedJSON = JSONReader()
    private var writtenJSON = JSONReader()

    /// Lines and bytes that are looked through on both sides for the lines to meet again.
    private static let window = (lines: 256, bytes: 4 << 20)
    /// Bytes of the file read at a time.
    private static let blockSize = 256 << 10

    init(_ file: ResultFile, _ form: Form = .json) {
        self.file = file
        self.form = form
    }

    /// Compares the lines that come next.
    mutating func take(
        _ lines: ByteView, lineCount: Int, _ differences: inout Differences
    ) throws(BulkFailure) {
        if expected.bytes.isEmpty {
            while written.bytes.count < lines.count, !isAtEnd { try readMore(lines.count - written.bytes.count) }
            if written.bytes.count >= lines.count, written.bytes.slice(0..<lines.count).equals(lines) {
                written.take(lines.count)
                line += lineCount
                return
            }
        }
        expected.append(lines)
        try settle(&differences, isLast: false)
    }

    /// Compares what is left when nothing more comes.
    mutating func finish(_ differences: inout Differences) throws(BulkFailure) {
        try settle(&differences, isLast: true)
        while try cutWritten(1) { takeAdded(1, &differences) }
        let file = file
        differences.joinMoved(in: file.path)
        try differences.findDoubled(in: file.path) { (body) throws(BulkFailure) in
            try file.forEachLine { (line) throws(BulkFailure) in body(Self.content(of: line)) }
        }
    }

    private mutating func readMore(_ count: Int) throws(BulkFailure) {
        isAtEnd = try !written.append(from: file, atMost: max(count, Self.blockSize))
    }

    /// Sees to it that up to `count` lines of the file are cut.
    ///
    /// - Returns: whether there is one.
    private mutating func cutWritten(_ count: Int) throws(BulkFailure) -> Bool {
        while true {
            let isTooLong = written.lineCount == 0 && written.bytes.count >= ResultFile.longestLine
            written.cut(count, Self.window.bytes, isLast: isAtEnd || isTooLong)
            let isEnough =
                written.lineCount >= count || written.lineCount > 0 && written.bytes.count > Self.window.bytes
            if isEnough || isAtEnd { return written.lineCount > 0 }
            try readMore(written.lineCount == 0 ? written.bytes.count : 0)
        }
    }

    /// Compares line by line until all that is expected was compared, or more of it is needed to tell.
    private mutating func settle(_ differences: inout Differences, isLast: Bool) throws(BulkFailure) {
        while true {
            expected.cut(1, Self.window.bytes, isLast: true)
            guard expected.lineCount > 0 else { return }
            guard try cutWritten(1) else {
                takeLost(1, &differences)
                continue
            }
            if expected.text(0).equals(written.text(0)) {
                expected.takeLines(1)
                written.takeLines(1)
                line += 1
                continue
            }
            expected.cut(Self.window.lines, Self.window.bytes, isLast: true)
            let isShort = expected.lineCount < Self.window.lines && expected.bytes.count < Self.window.bytes
            if isShort, !isLast { return }
            _ = try cutWritten(Self.window.lines)
            identify()
            judge(&differences)
        }
    }

    /// Tells what happened where two lines differ, and takes those it is about.
    private mutating func judge(_ differences: inout Differences) {
        let (wanted, found) = (expected[0].identity, written[0].identity)
        var ahead = written.index { $0?.content == wanted?.content }
        var behind = expected.index { $0?.content == found?.content }
        if ahead == nil, behind == nil {
            if wanted?.request == found?.request { return takeChanged(&differences) }
            ahead = written.index { $0?.request == wanted?.request }
            behind = expected.index { $0?.request == found?.request }
        }
        switch (ahead, behind) {
        case (let ahead?, let behind?):
            if behind <= ahead { takeLost(behind, &differences) } else { takeAdded(ahead, &differences) }
        case (let ahead?, nil): takeAdded(ahead, &differences)
        case (nil, let behind?): takeLost(behind, &differences)
        case (nil, nil):
            // Where the next lines are the same, only this one is another.
            let (next, nextFound) = (expected.content(1), written.content(1))
            if next == nextFound { takeChanged(&differences) } else { takeLost(1, &differences) }
        }
    }

    private mutating func takeLost(_ count: Int, _ differences: inout Differences) {
        for index in 0..<count {
            let text = expected.text(index)
            differences.add(
                .init(
                    kind: .lost, file: file.path, line: line, content: Self.content(of: text),
                    place: place(ofExpected: text)))
        }
        expected.takeLines(count)
    }

    private mutating func takeAdded(_ count: Int, _ differences: inout Differences) {
        for index in 0..<count {
            differences.add(
                .init(kind: .added, file: file.path, line: line, content: Self.content(of: written.text(index))))
            line += 1
        }
        written.takeLines(count)
    }

    private mutating func takeChanged(_ differences: inout Differences) {
        let (wanted, found) = (expected.text(0), written.text(0))
        let place = place(ofExpected: wanted)
        var detail = ""
        if form == .json, let wanted = try? expectedJSON.read(wanted), let found = try? writtenJSON.read(found) {
            detail = expectedJSON.firstDifference(from: writtenJSON, wanted, found) ?? ""
        }
        differences.add(
            .init(
                kind: .changed, file: file.path, line: line, content: Self.content(of: found), place: place,
                detail: detail))
        line += 1
        expected.takeLines(1)
        written.takeLines(1)
    }

    // MARK: Telling lines from each other

    /// Where the request of a line is in its archive.
    private mutating func place(ofExpected line: ByteView) -> String {
        form == .table ? LetterRow(line).source : expectedJSON.source(ofLine: line)
    }

    /// Hash of the request that a line is about.
    private static func request(of line: ByteView, _ form: Form, _ json: inout JSONReader) -> UInt64 {
        form == .table ? LetterRow(line).letter : json.request(ofLine: line)
    }

    private static func content(of line: ByteView) -> UInt64 {
        var hash = InputHash()
        hash.add(line.hasSuffix("\n") ? line.slice(0..<(line.count - 1)) : line)
        return hash.value
    }

    private mutating func identify() {
        for index in 0..<expected.lineCount where expected[index].identity == nil {
            let text = expected.text(index)
            expected[index].identity = LineIdentity(
                content: Self.content(of: text), request: Self.request(of: text, form, &expectedJSON))
        }
        for index in 0..<written.lineCount where written[index].identity == nil {
            let text = written.text(index)
            written[index].identity = LineIdentity(
                content: Self.content(of: text), request: Self.request(of: text, form, &writtenJSON))
        }
    }
}

extension LineWindow {
    /// Hash of a line's bytes; `nil` when there is no such line.
    fileprivate func content(_ index: Int) -> UInt64? { index < lineCount ? self[index].identity?.content : nil }

    /// Index of the first line, after the very first, for which something holds.
    fileprivate func index(where holds: (LineIdentity?) -> Bool) -> Int? {
        for index in 1..<max(lineCount, 1) where holds(self[index].identity) { return index }
        return nil
    }
}

extension JSONReader {
    /// The member `source` of an output line; empty when there is none.
    mutating func source(ofLine line: ByteView) -> String {
        guard let root = try? read(line), let node = member("source", of: root) else { return "" }
        return text(of: node)
    }

    /// Hash of the request that an output line is about: its place, and its lead id or its bytes there.
    fileprivate mutating func request(ofLine line: ByteView) -> UInt64 {
        var hash = InputHash()
        guard let root = try? read(line), let source = member("source", of: root),
            let rest = member("bytes", of: root) ?? member("lead_id", of: root)
        else {
            hash.add(line)
            return hash.value
        }
        hash.add(bytes(of: source))
        hash.add(self.source(of: rest))
        return hash.value
    }

    /// Where a value first differs from one of another text, as names and indices; empty for the values themselves, `nil` when they
    /// are the same.
    fileprivate func firstDifference(from other: borrowing JSONReader, _ node: Node, _ otherNode: Node) -> String? {
        guard kind(of: node) == other.kind(of: otherNode) else { return "" }
        switch kind(of: node) {
        case .object:
            var found: String?
            forEachMember(of: node) { name, value in
                guard found == nil else { return }
                let text = self.text(of: name)
                var match: Node?
                other.forEachMember(of: otherNode) {
                    if other.bytes(of: $0).elementsEqual(bytes(of: name)) { match = $1 }
                }
                guard let match else { return found = text }
                if let inner = firstDifference(from: other, value, match) {
                    found = inner.isEmpty || inner.hasPrefix("[") ? text + inner : text + "/" + inner
                }
            }
            return found ?? (count(of: node) == other.count(of: otherNode) ? nil : "")
        case .array:
            guard count(of: node) == other.count(of: otherNode) else { return "" }
            var others: [Node] = []
            other.forEachElement(of: otherNode) { others.append($0) }
            var (found, index): (String?, Int) = (nil, 0)
            forEachElement(of: node) { value in
                if found == nil, let inner = firstDifference(from: other, value, others[index]) {
                    found = "[\(index)]" + (inner.isEmpty || inner.hasPrefix("[") ? inner : "/" + inner)
                }
                index += 1
            }
            return found
        default: return source(of: node).elementsEqual(other.source(of: otherNode)) ? nil : ""
        }
    }
}
