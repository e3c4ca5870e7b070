@_spi(Package) import Bytes
import JSONText
import Yams

/// YAML of archives.
enum YAMLText {
    /// Bytes that a document may come to as JSON, so that aliases of aliases end.
    private static let largest = 64 << 20
    /// Values inside each other at most, as JSON is read.
    private static let deepest = 256

    /// A YAML document as JSON, every scalar a string, so that digits stay as they are; `nil` when it is broken or too large.
    @Sendable static func json(_ bytes: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: bytes, as: UTF8.self),
            let root = try? Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        else { return nil }
        var writer = JSONWriter(indent: false)
        return append(root, to: &writer, depth: 0) ? writer.buffer.array() : nil
    }

    private static func append(_ node: Node, to writer: inout JSONWriter, depth: Int) -> Bool {
        guard depth < deepest, writer.buffer.count < largest else { return false }
        switch node {
        case .scalar(let scalar):
            if scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
                writer.null()
            } else if node.tag.description.hasSuffix("binary") {
                var text = scalar.string
                var decoded = ByteBuffer(minimumCapacity: text.utf8.count)
                text.withByteView { decoded.append(base64: $0) }
                writer.string(decoded.bytes.text)
            } else {
                writer.string(scalar.string)
            }
        case .sequence(let sequence):
            writer.beginArray()
            for element in sequence {
                guard append(element, to: &writer, depth: depth + 1) else { return false }
            }
            writer.endArray()
        case .mapping(let mapping):
            writer.beginObject()
            for (name, value) in mapping {
                // Symbols of Ruby begin with a colon.
                let text = name.string ?? ""
                writer.name(text.hasPrefix(":") ? String(text.dropFirst()) : text)
                guard append(value, to: &writer, depth: depth + 1) else { return false }
            }
            writer.endObject()
        case .alias: return false
        }
        return true
    }
}
