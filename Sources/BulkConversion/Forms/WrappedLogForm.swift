@_spi(Package) import Bytes
import ConvertLead
import JSONText

extension ArchiveForm {
    /// A log whose lines are wrapped, each in a JSON object, or with the stream it was written to before it.
    static let wrappedLog = ArchiveForm(
        name: "log line in a wrapper",
        sign: """
            JSON objects, a line each, in one string of which a log stands, as Docker, journald and loggers write them, or lines \
            with `stdout` or `stderr` after the time, as Kubernetes keeps them; what is over several lines is joined
            """,
        sample: "log-in-wrappers",
        mayBeginWith: { $0 == UInt8(ascii: "{") || $0.isDigit },
        begins: { start in
            guard !start.isLineOpen, let wrapper = LineWrapper(beginningWith: start.line) else { return nil }
            return .sequence(WrappedLines(wrapper))
        },
        unwrap: { text, entry in
            if text.first == UInt8(ascii: "{") { return JSONEntry.unwrap(text, &entry) }
            LogRecord.unwrap(text, &entry)
        })
}

/// How the lines of a log are wrapped.
struct LineWrapper {
    /// What a line is.
    enum Line {
        /// A line of the log, or a piece of one that goes on in the next of its stream.
        case text(stream: UInt8, isPiece: Bool)
        /// A value that is in no line with others.
        case alone
        /// Something else.
        case none
    }

    /// Whether each line is a JSON object.
    let isJSON: Bool
    /// Names of the members in each other that lead to the text; empty before one had signs of a request.
    private var path: [[UInt8]] = []

    /// Longest line that is looked into. Docker, Kubernetes and journald cut far shorter ones.
    private static let longest = 256 << 10
    /// Objects in each other at most.
    private static let deepest = 8

    /// `nil` when no wrapped line begins a text.
    init?(beginningWith line: ByteView) {
        isJSON = line.first == UInt8(ascii: "{")
        guard isJSON else {
            if Self.streamed(line) == nil { return nil }
            return
        }
        // Most lines that begin like this are calls.
        guard line.count <= Self.longest, line.last == UInt8(ascii: "}"), line.offset(of: "\"xmlData\"") == nil else {
            return nil
        }
        var text = ByteBuffer(minimumCapacity: 64)
        guard case .text = unwrap(line, isMarked: RequestMarks.isIn(line), to: &text),
            JSONBoundaryScanner.isWholeValue(line)
        else { return nil }
        // An address or a body alone is a member of a record, and no line of a log.
        let isWord = !text.bytes.trimmingWhitespace().contains(where: \.isWhitespace)
        if isWord, text.count > 0, path != [Array("log".utf8)] { return nil }
    }

    /// Learns in which member the text is from the first line of a log that has signs of a request.
    mutating func learn(from log: ByteView) {
        var index = 0
        while isJSON, path.isEmpty, let feed = log.offset(of: 0x0A, from: index) {
            let line = log.slice(index..<feed).trimmingWhitespace()
            guard line.first == UInt8(ascii: "{") else { return }
            if RequestMarks.isIn(line) {
                var text = ByteBuffer(minimumCapacity: 64)
                _ = unwrap(line, isMarked: true, to: &text)
                return
            }
            index = feed + 1
        }
    }

    /// Appends the text that is wrapped in a line.
    ///
    /// - Parameter isMarked: whether the line has signs of a request.
    mutating func unwrap(_ line: ByteView, isMarked: Bool, to output: inout ByteBuffer) -> Line {
        guard isJSON else {
            guard let (text, stream, isPiece) = Self.streamed(line) else { return .none }
            output.append(text)
            return .text(stream: stream, isPiece: isPiece)
        }
        let line = line.trimmingWhitespace()
        guard line.first == UInt8(ascii: "{"), line.last == UInt8(ascii: "}"), line.count <= Self.longest else {
            return .none
        }
        if !isMarked, path.isEmpty, !line.dropping(1).trimmingLeadingWhitespace().hasPrefix("\"log\"") {
            return .text(stream: 0, isPiece: false)
        }
        var json = JSONReader()
        guard let root = try? json.read(line) else { return .none }
        if path.isEmpty, Self.isOfDocker(root, json) { path = [Array("log".utf8)] }
        if isMarked {
            var found: [[UInt8]]?
            guard Self.find(in: root, json, [], &found), let found else { return .none }
            if path.isEmpty { path = found }
            if path != found { return .none }
        }
        guard let node = Self.node(at: path, of: root, json), json.kind(of: node) == .string else {
            return .text(stream: 0, isPiece: false)
        }
        let value = json.bytes(of: node)
        let isEnded = value.last == 0x0A
        let text = value.slice(0..<(isEnded ? value.count - 1 : value.count))
        guard text.contains(0x0A) else {
            output.append(text)
            guard Self.isOfDocker(root, json), let stream = json.member("stream", of: root) else {
                return .text(stream: 0, isPiece: false)
            }
            return .text(stream: json.bytes(of: stream).last ?? 0, isPiece: !isEnded)
        }
        if isMarked { return .alone }
        output.append(text.slice(0..<(text.offset(of: 0x0A) ?? 0)))
        return .text(stream: 0, isPiece: false)
    }

    /// A line as Kubernetes keeps it: a time, the stream, `F` or `P` for a whole line or a piece of one, and the text.
    private static func streamed(_ line: ByteView) -> (text: ByteView, stream: UInt8, isPiece: Bool)? {
        guard line.count > 28, line[0].isDigit, let blank = line.slice(0..<min(line.count, 40)).offset(of: 0x20),
            blank > 19
        else {
            return nil
        }
        let rest = line.dropping(blank + 1)
        guard rest.hasPrefix("stdout ") || rest.hasPrefix("stderr "), rest.count > 7, rest[7].isOne(of: "FP") else {
            return nil
        }
        // Other tags may follow, after a colon each.
        let tags = rest.dropping(7)
        let end = tags.offset(of: 0x20) ?? tags.count
        guard end == 1 || tags[1] == UInt8(ascii: ":") else { return nil }
        return (tags.dropping(min(end + 1, tags.count)), rest[5], tags[0] == UInt8(ascii: "P"))
    }

    /// Whether an object has the members that Docker's driver `json-file` writes, and no others. Its text has a line end where the line
    /// ended.
    private static func isOfDocker(_ root: JSONReader.Node, _ json: borrowing JSONReader) -> Bool {
        var (isOther, count) = (false, 0)
        json.forEachMember(of: root) { name, value in
            let name = json.bytes(of: name)
            if name.equals("log") || name.equals("stream") {
                count += json.kind(of: value) == .string ? 1 : 0
            } else if !name.equals("time"), !name.equals("attrs") {
                isOther = true
            }
        }
        return count == 2 && !isOther
    }

    /// Finds the one string with signs of a request; false when they are elsewhere too, or when there is a parameter of a call.
    private static func find(
        in node: JSONReader.Node, _ json: borrowing JSONReader, _ path: [[UInt8]], _ found: inout [[UInt8]]?
    ) -> Bool {
        if json.kind(of: node) == .string {
            guard RequestMarks.isIn(json.bytes(of: node)) else { return true }
            if found != nil { return false }
            found = path
            return true
        }
        guard json.kind(of: node) == .object, path.count < deepest else {
            return !RequestMarks.isIn(json.source(of: node))
        }
        var isOne = true
        json.forEachMember(of: node) { name, value in
            let name = json.bytes(of: name)
            let parameter = V1Parameters.Name(name)
            let isID = parameter == .rowID && RecordID.isID(json.bytes(of: value))
            if isID || parameter == .leadID || RequestMarks.isIn(name) { isOne = false }
            isOne = isOne && find(in: value, json, path + [Array(name)], &found)
        }
        return isOne
    }

    private static func node(
        at path: [[UInt8]], of root: JSONReader.Node, _ json: borrowing JSONReader
    ) -> JSONReader.Node? {
        var node: JSONReader.Node? = root
        for name in path {
            guard let object = node else { return nil }
            node = nil
            json.forEachMember(of: object) { if json.bytes(of: $0).elementsEqual(name) { node = $1 } }
        }
        return path.isEmpty ? nil : node
    }
}
