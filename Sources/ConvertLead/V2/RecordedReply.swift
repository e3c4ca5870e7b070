import Bytes
import JSONText

/// One reply of a text that holds several: a Postman collection or item with its recorded replies, or a JSON list of replies.
public struct RecordedReply: Sendable, Hashable {
    /// What tells it apart in its text. In a collection the names of folders, request and reply joined by `/` (in a single
    /// item the reply's name alone), in a list its number from 1; a name met before gets `#2`, `#3` … behind it.
    public var name: String
    /// The reply's own text.
    public var bytes: [UInt8]

    /// All replies recorded in a text, in its order; `nil` when it is no such text, or holds no reply, and is to be read as
    /// one reply itself.
    ///
    /// Shapes: collection (v2.0 and v2.1) with nested `item` lists, one of its items with a `response` list, either inside
    /// `collection` as Postman's own API gives it; `body` of each `response` is a reply. A list holds replies as objects or as
    /// strings with JSON inside.
    /// Source: Postman collection format v2.1; the project's seed collection.
    public static func all(in text: [UInt8]) -> [RecordedReply]? {
        var reader = JSONReader()
        return text.withByteView { text -> [RecordedReply]? in
            guard let root = try? reader.read(text, trailingCommas: .accepted) else { return nil }
            var walk = RecordedReplyWalk()
            if reader.kind(of: root) == .array {
                walk.visitList(root, of: reader)
            } else {
                walk.visitItem(reader.member("collection", of: root) ?? root, of: reader, path: "")
            }
            return walk.replies.isEmpty ? nil : walk.replies
        }
    }
}

/// Gathers the replies of one text in its order.
private struct RecordedReplyWalk {
    var replies: [RecordedReply] = []
    private var timesNamed: [String: Int] = [:]

    mutating func visitList(_ list: JSONReader.Node, of reader: borrowing JSONReader) {
        var number = 0
        for element in Self.elements(of: list, in: reader) {
            number += 1
            let isString = reader.kind(of: element) == .string
            add(String(number), isString ? reader.bytes(of: element) : reader.source(of: element))
        }
    }

    /// Visits a collection, a folder or a request; its depth is bounded by the reader's.
    mutating func visitItem(_ item: JSONReader.Node, of reader: borrowing JSONReader, path: String) {
        if let items = reader.member("item", of: item) {
            for (index, child) in Self.elements(of: items, in: reader).enumerated() {
                visitItem(child, of: reader, path: path + Self.name(of: child, index, in: reader) + "/")
            }
        }
        if let responses = reader.member("response", of: item) {
            for (index, response) in Self.elements(of: responses, in: reader).enumerated() {
                let body = reader.member("body", of: response)
                let isString = body.map { reader.kind(of: $0) == .string } ?? false
                add(
                    path + Self.name(of: response, index, in: reader),
                    isString ? body.map { reader.bytes(of: $0) } : nil)
            }
        }
    }

    private mutating func add(_ name: String, _ bytes: ByteView?) {
        let times = timesNamed[name, default: 0] + 1
        timesNamed[name] = times
        replies.append(RecordedReply(name: times == 1 ? name : "\(name)#\(times)", bytes: bytes.map(Array.init) ?? []))
    }

    private static func elements(of list: JSONReader.Node, in reader: borrowing JSONReader) -> [JSONReader.Node] {
        var elements: [JSONReader.Node] = []
        reader.forEachElement(of: list) { elements.append($0) }
        return elements
    }

    private static func name(of node: JSONReader.Node, _ index: Int, in reader: borrowing JSONReader) -> String {
        guard let name = reader.member("name", of: node), reader.kind(of: name) == .string else {
            return "#\(index + 1)"
        }
        return reader.text(of: name)
    }
}
