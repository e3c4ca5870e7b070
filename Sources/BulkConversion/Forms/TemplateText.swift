@_spi(Package) import Bytes
import JSONText

/// Text with variables written `{{name}}`, as clients for HTTP keep requests.
enum TemplateText {
    /// Names and values; the first of a name counts.
    typealias Variables = [(name: [UInt8], value: [UInt8])]

    /// Variables inside the values of variables, at most.
    private static let deepest = 8
    /// Bytes that a text may come to.
    private static let largest = 16 << 20

    /// Appends a text with its variables replaced by their values, which may have further variables. One without a value stays.
    ///
    /// - Parameter isJSON: whether the text is JSON, so that values are escaped as in its strings.
    static func append(
        _ text: ByteView, _ variables: Variables, isJSON: Bool, depth: Int = 0, to output: inout ByteBuffer
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
            if depth < deepest, output.count < largest,
                let variable = variables.first(where: { name.elementsEqual($0.name) })
            {
                if isJSON {
                    var writer = JSONWriter(indent: false)
                    variable.value.withByteView { writer.string($0) }
                    let quoted = writer.buffer.bytes
                    append(quoted.slice(1..<(quoted.count - 1)), variables, isJSON: true, depth: depth + 1, to: &output)
                } else {
                    variable.value.withByteView {
                        append($0, variables, isJSON: false, depth: depth + 1, to: &output)
                    }
                }
            } else {
                output.append(text.slice(open..<(close + 2)))
            }
            index = close + 2
        }
        output.append(text.dropping(index))
    }
}
