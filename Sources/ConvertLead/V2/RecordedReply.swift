@_spi(Package) import Bytes
import JSONText

/// One reply of a text that holds several: lines, a JSON list of replies, a Postman collection or item with its recorded
/// replies; or of one object that wraps a reply.
public struct RecordedReply: Sendable, Hashable {
    /// Its name within the text. In a collection the names of folders, request and reply joined by `/` (in a single
    /// item the reply's name alone), in a list its number from 1, in lines the line's; a repeated name ends in `#2`, `#3`
    /// and so on.
    public var name: String
    /// The reply's own text.
    public var bytes: [UInt8]
    /// The lead that it is about, as it was recorded.
    public var leadID: String?
    /// Path or address of the v1 call that it answers; its style is the v1 reply's.
    public var uri: String?

    /// A reply from its parts.
    package init(name: String, bytes: [UInt8], leadID: String? = nil, uri: String? = nil) {
        self.name = name
        self.bytes = bytes
        self.leadID = leadID
        self.uri = uri
    }

    /// All replies recorded in a text, in its order; `nil` when it is no such text, or holds no reply, and is to be read as
    /// one reply itself.
    ///
    /// Shapes: collection (v2.0 and v2.1) with nested `item` lists, one of its items with a `response` list, either inside
    /// `collection` as Postman's own API writes it; `body` of each `response` is a reply. A list holds replies as objects or as
    /// strings with JSON inside. A line holds one as it is, however broken. In lists and lines a reply may be wrapped in an object
    /// that has it as `reply` or `body`, beside `lead_id` and `uri`.
    /// Source: Postman collection format v2.1; Zoho's Postman collection; sample `replies/recorded-collection-folders`.
    public static func all(in text: some Collection<UInt8>) -> [RecordedReply]? {
        var reader = JSONReader()
        var lines = ReplyLineReader()
        return text.withByteView { text -> [RecordedReply]? in
            if lines.form(of: text, isWhole: true) == .lines { return lines.all(in: text) }
            guard let root = try? reader.read(text, trailingCommas: .accepted) else { return nil }
            var walk = RecordedReplyWalk()
            if reader.kind(of: root) == .array {
                walk.visitList(root, of: reader)
            } else if let wrapper = ReplyWrapper(root, in: reader) {
                walk.add("1", wrapper)
            } else {
                walk.visitItem(reader.member("collection", of: root) ?? root, of: reader, path: "")
            }
            return walk.replies.isEmpty ? nil : walk.replies
        }
    }
}

/// An object around a reply that tells which lead and which v1 call it belongs to:
/// `{"lead_id":…,"uri":…,"reply":…}`, with `body` for `reply` in recordings of HTTP. Other members mean nothing.
///
/// The bytes lie in the text that was read, or in its reader.
package struct ReplyWrapper: BitwiseCopyable {
    /// The reply's own text; empty for `null`.
    package var reply: ByteView
    /// `lead_id`, a string or a number.
    package var leadID: ByteView?
    /// `uri`.
    package var uri: ByteView?

    /// What an object wraps; `nil` when it wraps no reply, or has a member twice, so that it is itself to be read as one.
    package init?(_ object: JSONReader.Node, in reader: borrowing JSONReader) {
        guard let reply = reader.member("reply", of: object) ?? reader.member("body", of: object),
            reader.repeatedName(of: object) == nil
        else { return nil }
        self.reply =
            switch reader.kind(of: reply) {
            case .string: reader.bytes(of: reply)
            case .null: .empty
            default: reader.source(of: reply)
            }
        leadID = Self.text("lead_id", of: object, in: reader)
        uri = Self.text("uri", of: object, in: reader)
    }

    /// A reply as it is.
    package init(reply: ByteView) { self.reply = reply }

    private static func text(
        _ name: StaticString, of object: JSONReader.Node, in reader: borrowing JSONReader
    ) -> ByteView? {
        guard let value = reader.member(name, of: object) else { return nil }
        let kind = reader.kind(of: value)
        return kind == .string || kind == .number ? reader.bytes(of: value) : nil
    }
}

/// Gathers the replies of one text in its order.
struct RecordedReplyWalk {
    private(set) var replies: [RecordedReply] = []
    private var timesNamed: [String: Int] = [:]

    mutating func visitList(_ list: JSONReader.Node, of reader: borrowing JSONReader) {
        var number = 0
        for element in Self.elements(of: list, in: reader) {
            number += 1
            let isString = reader.kind(of: element) == .string
            let plain = ReplyWrapper(reply: isString ? reader.bytes(of: element) : reader.source(of: element))
            add(String(number), ReplyWrapper(element, in: reader) ?? plain)
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
                let bytes = isString ? body.map { reader.bytes(of: $0) } : nil
                add(path + Self.name(of: response, index, in: reader), ReplyWrapper(reply: bytes ?? .empty))
            }
        }
    }

    mutating func add(_ name: String, _ wrapper: ReplyWrapper) {
        let times = timesNamed[name, default: 0] + 1
        timesNamed[name] = times
        replies.append(
            RecordedReply(
                name: times == 1 ? name : "\(name)#\(times)", bytes: Array(wrapper.reply),
                leadID: wrapper.leadID?.text, uri: wrapper.uri?.text))
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
