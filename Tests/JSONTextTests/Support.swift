import Bytes
import Foundation

@testable import JSONText

/// Numbers that repeat: SplitMix64 from a seed that is printed when a test uses it.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// The seed of `TEST_SEED`, or 1; printed with the test's name so that a failure can be run again.
    init(_ test: String) {
        state = ProcessInfo.processInfo.environment["TEST_SEED"].flatMap { UInt64($0) } ?? 1
        print("\(test): TEST_SEED=\(state)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

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
