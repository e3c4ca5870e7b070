@_spi(Package) import Bytes
import Foundation

@testable import JSONText

/// Reads `text` and writes it again with our own writer.
func rewritten(
    _ text: [UInt8], indent: Bool = false, trailingCommas: JSONReader.TrailingCommas = .refused
) throws -> [UInt8] {
    var reader = JSONReader()
    return try text.withByteView { bytes in
        let root = try reader.read(bytes, trailingCommas: trailingCommas)
        var writer = JSONWriter(indent: indent)
        write(root, of: reader, to: &writer)
        return writer.buffer.array()
    }
}

func rewritten(_ text: String, indent: Bool = false) throws -> String {
    String(decoding: try rewritten(Array(text.utf8), indent: indent), as: UTF8.self)
}

/// Copies a value from reader to writer.
func write(_ node: JSONReader.Node, of reader: borrowing JSONReader, to writer: inout JSONWriter) {
    switch reader.kind(of: node) {
    case .object:
        writer.beginObject()
        var index = 0
        while let (name, value) = reader.member(at: index, of: node) {
            writer.name(reader.bytes(of: name))
            write(value, of: reader, to: &writer)
            index += 1
        }
        writer.endObject()
    case .array:
        writer.beginArray()
        var index = 0
        while let element = reader.element(at: index, of: node) {
            write(element, of: reader, to: &writer)
            index += 1
        }
        writer.endArray()
    case .string: writer.string(reader.bytes(of: node))
    case .number: writer.number(reader.bytes(of: node))
    case .boolean: writer.boolean(reader.isTrue(node))
    case .null: writer.null()
    }
}

extension JSONReader {
    /// The member at `index`, found by walking, because a closure cannot pass a borrowed reader on.
    func member(at index: Int, of node: Node) -> (Node, Node)? {
        var found: (Node, Node)?
        var current = 0
        forEachMember(of: node) { name, value in
            if current == index { found = (name, value) }
            current += 1
        }
        return found
    }

    /// The element at `index`.
    func element(at index: Int, of node: Node) -> Node? {
        var found: Node?
        var current = 0
        forEachElement(of: node) { element in
            if current == index { found = element }
            current += 1
        }
        return found
    }
}

/// What reading `text` throws; `nil` when it is accepted.
func readingError(_ text: [UInt8], maximumDepth: Int = 512) -> JSONError? {
    var reader = JSONReader(maximumDepth: maximumDepth)
    do throws(JSONError) {
        _ = try text.withByteView { bytes throws(JSONError) in try reader.read(bytes) }
        return nil
    } catch {
        return error
    }
}

func readingError(_ text: String) -> JSONError? { readingError(Array(text.utf8)) }
