@_spi(Package) import Bytes
import JSONText

/// Addresses that recorders write in parts.
extension JSONCallSearch {
    /// An address that an object gives in parts, or as its `raw` text; `nil` when the object is none.
    static func composedAddress(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> [UInt8]? {
        var address: [UInt8] = []
        if let raw = json.member("raw", of: node), json.kind(of: raw) == .string {
            guard
                json.member("host", of: node) != nil || json.member("path", of: node) != nil
                    || V1Address.begins(json.bytes(of: raw)) || json.bytes(of: raw).hasPrefix("{{")
            else { return nil }
            address = Array(json.bytes(of: raw))
        } else {
            guard let path = json.member("path", of: node), isListOfStrings(path, json) else { return nil }
            if let scheme = json.member("protocol", of: node) {
                address += Array(json.bytes(of: scheme)) + Array("://".utf8)
            }
            if let host = json.member("host", of: node) { address += joined(host, json, by: UInt8(ascii: ".")) }
            address.append(UInt8(ascii: "/"))
            address += joined(path, json, by: UInt8(ascii: "/"))
            if let query = json.member("query", of: node), json.kind(of: query) == .array {
                address += self.query(query, json)
            }
        }
        return filled(address, json.member("variable", of: node), json)
    }

    private static func isListOfStrings(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> Bool {
        var isOther = json.kind(of: node) != .array
        json.forEachElement(of: node) { isOther = isOther || json.kind(of: $0) != .string }
        return !isOther
    }

    private static func joined(
        _ node: JSONReader.Node, _ json: borrowing JSONReader, by separator: UInt8
    ) -> [UInt8] {
        guard json.kind(of: node) == .array else { return Array(json.bytes(of: node)) }
        var parts: [[UInt8]] = []
        json.forEachElement(of: node) { parts.append(Array(json.bytes(of: $0))) }
        return Array(parts.joined(separator: [separator]))
    }

    private static func query(_ list: JSONReader.Node, _ json: borrowing JSONReader) -> [UInt8] {
        var text = ByteBuffer(minimumCapacity: 256)
        json.forEachElement(of: list) { element in
            if let disabled = json.member("disabled", of: element), json.isTrue(disabled) { return }
            guard let name = json.member("key", of: element) ?? json.member("name", of: element),
                let value = json.member("value", of: element)
            else { return }
            text.append(text.count == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            text.append(json.bytes(of: name))
            text.append(UInt8(ascii: "="))
            FormEncoding.encode(json.bytes(of: value), into: &text)
        }
        return text.array()
    }

    /// An address with `:name` in its path replaced by the value of a variable, or by `{{name}}` where it has none.
    private static func filled(
        _ address: [UInt8], _ list: JSONReader.Node?, _ json: borrowing JSONReader
    ) -> [UInt8] {
        guard let list, json.kind(of: list) == .array else { return address }
        var values: [[UInt8]: [UInt8]] = [:]
        json.forEachElement(of: list) { element in
            guard let name = json.member("key", of: element) ?? json.member("id", of: element) else { return }
            values[Array(json.bytes(of: name))] =
                json.member("value", of: element).map { Array(json.bytes(of: $0)) } ?? []
        }
        let end = address.firstIndex(of: UInt8(ascii: "?")) ?? address.count
        let parts = address[..<end].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            part -> [UInt8] in
            guard part.first == UInt8(ascii: ":") else { return Array(part) }
            let name = Array(part.dropFirst())
            let value = values[name] ?? []
            return value.isEmpty ? Array("{{".utf8) + name + Array("}}".utf8) : value
        }
        return Array(parts.joined(separator: [UInt8(ascii: "/")])) + address[end...]
    }
}
