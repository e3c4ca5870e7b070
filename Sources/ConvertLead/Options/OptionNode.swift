@_spi(Package) import Bytes
import JSONText

/// A value in a text of options, whether JSON or YAML, before its meaning is read.
package struct OptionNode: Sendable, Hashable {
    /// What a value holds.
    package indirect enum Content: Sendable, Hashable {
        /// One value as it is written, so that numbers keep their digits; text in quotes is text whatever it looks like.
        case scalar(String, isQuoted: Bool)
        /// Values in order.
        case list([OptionNode])
        /// Names and values in order; a name may be repeated.
        case mapping([Member])
        /// Nothing, as `null` or an empty YAML value.
        case null
    }

    /// A name and its value.
    package struct Member: Sendable, Hashable {
        package var name: String
        /// Where the name begins.
        package var location: SourceLocation?
        package var value: OptionNode

        /// A member from its parts.
        package init(_ name: String, at location: SourceLocation? = nil, _ value: OptionNode) {
            self.name = name
            self.location = location
            self.value = value
        }
    }

    package var content: Content
    /// Where the value begins; `nil` when it was not read from a text.
    package var location: SourceLocation?

    /// A value and its place.
    package init(_ content: Content, at location: SourceLocation? = nil) {
        self.content = content
        self.location = location
    }

    /// A value in quotes.
    package static func text(_ text: String) -> OptionNode { OptionNode(.scalar(text, isQuoted: true)) }

    /// A value without quotes, such as a number or `true`.
    package static func plain(_ text: String) -> OptionNode { OptionNode(.scalar(text, isQuoted: false)) }

    /// Whether JSON takes a text for a number.
    static func isNumber(_ text: String) -> Bool {
        text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
    }

    /// The scalar as it is written; `nil` for everything else.
    package var scalar: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }
}

// MARK: JSON

extension OptionNode {
    /// Reads JSON text.
    package init(json text: ByteView) throws(JSONError) {
        var reader = JSONReader()
        let root = try reader.read(text)
        // Nodes come in order of place, so each place is counted from the one before.
        var places = PlaceCounter(text: text)
        self.init(root, reader, &places)
    }

    private init(_ node: JSONReader.Node, _ reader: borrowing JSONReader, _ places: inout PlaceCounter) {
        let location = places.location(of: reader.offset(of: node))
        var content: Content
        switch reader.kind(of: node) {
        case .string: content = .scalar(reader.text(of: node), isQuoted: true)
        case .number: content = .scalar(reader.text(of: node), isQuoted: false)
        case .boolean: content = .scalar(reader.isTrue(node) ? "true" : "false", isQuoted: false)
        case .null: content = .null
        case .array:
            var elements: [OptionNode] = []
            reader.forEachElement(of: node) { elements.append(OptionNode($0, reader, &places)) }
            content = .list(elements)
        case .object:
            var members: [Member] = []
            reader.forEachMember(of: node) { name, value in
                let place = places.location(of: reader.offset(of: name))
                members.append(Member(reader.text(of: name), at: place, OptionNode(value, reader, &places)))
            }
            content = .mapping(members)
        }
        self.init(content, at: location)
    }

    /// Writes the value as JSON.
    package func write(to writer: inout JSONWriter) {
        switch content {
        case .scalar(let text, true): writer.string(text)
        case .scalar("true", false): writer.boolean(true)
        case .scalar("false", false): writer.boolean(false)
        case .scalar(var text, false) where Self.isNumber(text): text.withByteView { writer.number($0) }
        case .scalar(let text, false): writer.string(text)
        case .null: writer.null()
        case .list(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .mapping(let members):
            writer.beginObject()
            for member in members {
                writer.name(member.name)
                member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }
}

/// Line and column of ascending offsets in a text.
private struct PlaceCounter {
    let text: ByteView
    var offset = 0
    var location = SourceLocation(line: 1, column: 1)

    mutating func location(of next: Int) -> SourceLocation {
        location.advance(over: offset..<max(offset, next), of: text)
        offset = max(offset, next)
        return location
    }
}
