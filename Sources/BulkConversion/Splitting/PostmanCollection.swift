import Bytes
import ConvertLead
import JSONText

/// The requests of a Postman collection, in order, its variables filled in. Read as a whole.
///
/// Source: Postman Collection Format v2.1.0, `item`, `request`, `variable`.
final class PostmanCollection: EntrySplitter {
    private let limits: ReadingLimits

    init(limits: ReadingLimits) { self.limits = limits }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while window.bytes.count <= limits.documentSize, window.more() {}
        guard window.failure == nil else { return true }
        let text = window.bytes
        guard text.count <= limits.documentSize else {
            chunk.add(tooLong: "collection", limit: limits.documentSize, line: 1, from: source)
            return true
        }
        var json = JSONReader()
        let root: JSONReader.Node
        do {
            root = try json.read(text)
        } catch {
            let place = SourceLocation(ofByte: error.offset, in: text)
            chunk.add(
                problem: .jsonSyntax, "JSON is broken at line \(place.line), column \(place.column): \(error.reason)",
                line: place.line, from: source)
            return true
        }
        var lines = LineCounter()
        Self.addItems(of: root, json, variables: [], text: text, lines: &lines, chunk, source)
        return true
    }

    /// Line numbers of rising offsets, each byte looked at once.
    private struct LineCounter {
        private var offset = 0
        private var line = 1

        mutating func line(at offset: Int, in text: ByteView) -> Int {
            if offset > self.offset {
                line += text.slice(self.offset..<offset).lineFeedCount
                self.offset = offset
            }
            return line
        }
    }

    private typealias Variables = [(name: [UInt8], value: [UInt8])]

    private static func addItems(
        of node: JSONReader.Node, _ json: borrowing JSONReader, variables: Variables, text: ByteView,
        lines: inout LineCounter, _ chunk: Chunk, _ source: EntrySource
    ) {
        var variables = variables
        if let list = json.member("variable", of: node) { variables = readVariables(list, json) + variables }
        if let request = json.member("request", of: node) {
            var own = variables
            if json.kind(of: request) == .object, let url = json.member("url", of: request),
                json.kind(of: url) == .object, let list = json.member("variable", of: url)
            {
                own = readVariables(list, json) + own
            }
            var entry = ByteBuffer(minimumCapacity: 1024)
            // An address alone may stand for a request.
            let isAddress = json.kind(of: request) == .string
            entry.append(isAddress ? "{\"request\":{\"url\":" : "{\"request\":")
            appendFilled(json.source(of: request), own, to: &entry)
            entry.append(isAddress ? "}}" : "}")
            chunk.add(.json, entry.bytes, line: lines.line(at: json.offset(of: request), in: text), from: source)
        }
        guard let items = json.member("item", of: node) else { return }
        var children: [JSONReader.Node] = []
        json.forEachElement(of: items) { children.append($0) }
        for child in children {
            addItems(of: child, json, variables: variables, text: text, lines: &lines, chunk, source)
        }
    }

    /// Names and values of the variables that have one and are not switched off.
    private static func readVariables(_ list: JSONReader.Node, _ json: borrowing JSONReader) -> Variables {
        var variables: Variables = []
        var nodes: [JSONReader.Node] = []
        json.forEachElement(of: list) { nodes.append($0) }
        for node in nodes {
            if let disabled = json.member("disabled", of: node), json.isTrue(disabled) { continue }
            guard let name = json.member("key", of: node) ?? json.member("id", of: node),
                let value = json.member("value", of: node), json.kind(of: value) != .null
            else { continue }
            variables.append((Array(json.bytes(of: name)), Array(json.bytes(of: value))))
        }
        return variables
    }

    /// Copies JSON text with `{{name}}` replaced by the variable's value, which may name further variables.
    private static func appendFilled(
        _ text: ByteView, _ variables: Variables, depth: Int = 0, to output: inout ByteBuffer
    ) {
        var index = 0
        while let open = text.offset(of: "{{", from: index) {
            output.append(text.slice(index..<open))
            guard let close = text.offset(of: "}}", from: open + 2), close - open < 200 else {
                output.append("{{")
                index = open + 2
                continue
            }
            let name = text.slice((open + 2)..<close).trimmingWhitespace()
            if depth < 8, output.count < 16 << 20,
                let variable = variables.first(where: { name.elementsEqual($0.name) })
            {
                var writer = JSONWriter(indent: false)
                variable.value.withByteView { writer.string($0) }
                let quoted = writer.buffer.bytes
                appendFilled(quoted.slice(1..<(quoted.count - 1)), variables, depth: depth + 1, to: &output)
            } else {
                output.append(text.slice(open..<(close + 2)))
            }
            index = close + 2
        }
        output.append(text.dropping(index))
    }
}
