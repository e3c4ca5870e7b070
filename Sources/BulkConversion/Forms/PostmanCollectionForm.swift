@_spi(Package) import Bytes
import ConvertLead
import JSONText

extension ArchiveForm {
    /// A Postman collection, or an export of Insomnia with variables: its requests, with the variables filled in.
    ///
    /// Source: Postman Collection Format v2.1.0, `item`, `request`, `variable`; Insomnia v4, `resources`.
    static let collection = ArchiveForm(
        name: "request of a Postman collection",
        sign: """
            a JSON object that begins with the members of a collection, such as `info` and `item`, or an export of Insomnia \
            with `{{variables}}`; each request in it is an entry
            """,
        sample: "form-postman",
        mayBeginWith: { $0 == UInt8(ascii: "{") },
        isTemplate: true,
        isOpen: { PostmanCollection.isOpen($0.text) },
        begins: { PostmanCollection.begins($0.text) ? .sequence(PostmanCollection()) : nil },
        unwrap: { text, entry in JSONEntry.unwrap(text, &entry, isTemplate: true) })
}

/// The requests of one collection, in order. It is read as a whole, because its variables may come last; of a broken one only the requests
/// without variables can be.
private final class PostmanCollection: EntrySequence {
    private static let members: [StaticString] = ["\"info\"", "\"item\"", "\"variable\"", "\"auth\"", "\"event\""]

    /// Whether a text begins with the members of a collection; a line of JSON may hold the same words in a value.
    static func begins(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "{") else { return false }
        let head = text.slice(0..<min(text.count, 65_536))
        let inside = head.dropping(1).trimmingLeadingWhitespace()
        if inside.hasPrefix("\"_type\""), head.offset(of: "\"__export_format\"") != nil {
            return head.offset(of: "{{") != nil
        }
        guard members.contains(where: { inside.hasPrefix($0) }) else { return false }
        return head.offset(of: "\"_postman_id\"") != nil || head.offset(of: "schema.getpostman.com") != nil
            || inside.hasPrefix("\"info\"") && head.offset(of: "\"item\"") != nil
    }

    /// Whether a text stops inside an object that may be a collection.
    static func isOpen(_ text: ByteView) -> Bool {
        let inside = text.dropping(1).trimmingLeadingWhitespace()
        guard inside.isEmpty || members.contains(where: { inside.hasPrefix($0) }), !begins(text) else { return false }
        var scanner = JSONBoundaryScanner()
        if case .open = scanner.scan(text) { return true }
        return false
    }

    func goesOn(at start: EntryStart) -> Bool { false }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        var scanner = JSONBoundaryScanner()
        var length = window.bytes.count
        scan: while true {
            switch scanner.scan(window.bytes) {
            case .end(let end):
                length = end
                break scan
            case .broken: return .json
            case .open:
                if window.bytes.count > place.limits.documentSize {
                    chunk.takeTooLongLine("collection", limit: place.limits.documentSize, window, place.source)
                    return .over
                }
                guard window.more() else {
                    length = window.bytes.count
                    break scan
                }
            }
        }
        if window.failure != nil, length == window.bytes.count {
            chunk.takeBroken(length, window)
            return .over
        }
        let text = window.bytes.slice(0..<length)
        var json = JSONReader()
        guard let root = try? json.read(text) else { return .json }
        var lines = LineCounter()
        if let resources = json.member("resources", of: root) {
            Self.addResources(resources, json, text: text, lines: &lines, window, chunk, place)
        }
        Self.addItems(of: root, json, variables: [], text: text, lines: &lines, window, chunk, place)
        chunk.takeAdded(length, window)
        return .over
    }

    /// Line numbers of rising offsets, each byte looked at once.
    private struct LineCounter {
        private var offset = 0
        private var line = 0

        mutating func line(at offset: Int, in text: ByteView) -> Int {
            if offset > self.offset {
                line += text.slice(self.offset..<offset).lineFeedCount
                self.offset = offset
            }
            return line
        }
    }

    private typealias Variables = TemplateText.Variables

    private static func addItems(
        of node: JSONReader.Node, _ json: borrowing JSONReader, variables: Variables, text: ByteView,
        lines: inout LineCounter, _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
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
            TemplateText.append(json.source(of: request), own, isJSON: true, to: &entry)
            entry.append(isAddress ? "}}" : "}")
            let offset = json.offset(of: request)
            chunk.add(
                place.form, text: entry.bytes, in: offset..<(offset + json.source(of: request).count),
                line: lines.line(at: offset, in: text), window, place.source)
        }
        guard let items = json.member("item", of: node) else { return }
        var children: [JSONReader.Node] = []
        json.forEachElement(of: items) { children.append($0) }
        for child in children {
            addItems(of: child, json, variables: variables, text: text, lines: &lines, window, chunk, place)
        }
    }

    // MARK: Insomnia

    /// Adds the resources of an export, but for those that only hold variables.
    private static func addResources(
        _ list: JSONReader.Node, _ json: borrowing JSONReader, text: ByteView, lines: inout LineCounter,
        _ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace
    ) {
        var resources: [JSONReader.Node] = []
        json.forEachElement(of: list) { resources.append($0) }
        var variables: Variables = []
        for resource in resources {
            for name: StaticString in ["data", "environment"] {
                if let values = json.member(name, of: resource) { readVariables(values, json, path: [], &variables) }
            }
        }
        // Environments may give a name several values, and the export does not say which was used.
        let isUsed = variables.map { variable in
            variables.allSatisfy { $0.name != variable.name || $0.value == variable.value }
        }
        variables = zip(variables, isUsed).compactMap { $1 ? $0 : nil }
        variables += variables.map { (Array("_.".utf8) + $0.name, $0.value) }
        for resource in resources {
            let source = json.source(of: resource)
            if json.member("data", of: resource) != nil, !RequestMarks.isIn(source) { continue }
            var entry = ByteBuffer(minimumCapacity: 1024)
            TemplateText.append(source, variables, isJSON: true, to: &entry)
            let offset = json.offset(of: resource)
            chunk.add(
                place.form, text: entry.bytes, in: offset..<(offset + source.count),
                line: lines.line(at: offset, in: text), window, place.source)
        }
    }

    /// Variables of an export at most, so that comparing them costs little.
    private static let mostVariables = 1000

    /// Names and values of an environment; the names of objects in it are joined with dots.
    private static func readVariables(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, path: [UInt8], _ variables: inout Variables
    ) {
        var members: [(name: JSONReader.Node, value: JSONReader.Node)] = []
        json.forEachMember(of: node) { members.append(($0, $1)) }
        for (name, value) in members where variables.count < mostVariables {
            let name = path + Array(json.bytes(of: name))
            switch json.kind(of: value) {
            case .string, .number: variables.append((name, Array(json.bytes(of: value))))
            case .object where path.count < mostBytesOfPath:
                readVariables(value, json, path: name + [UInt8(ascii: ".")], &variables)
            default: break
            }
        }
    }

    /// Bytes of the names of objects around a variable at most.
    private static let mostBytesOfPath = 100

    // MARK: Postman

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
}
