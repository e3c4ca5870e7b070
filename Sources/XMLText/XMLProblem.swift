@_spi(Package) import Bytes
import CLibXML2

/// Finds out what is wrong with a refused document, in our own words and at the place where a person would look.
struct XMLProblem {
    let document: ByteView
    /// Offset of the first `<`.
    let start: Int
    /// libxml2's code, or one of ours.
    let code: Int32
    /// Where libxml2 stopped.
    let offset: Int

    /// The document says that it is not XML 1.0.
    static let wrongVersion: Int32 = -3

    /// The error to throw.
    var error: XMLError {
        switch code {
        case XMLParseState.tooDeep: return XMLError(kind: .depth, offset: tag, reason: "Elements are nested too deeply")
        case XMLParseState.tooMany:
            return XMLError(kind: .size, offset: offset, reason: "The document has too many elements")
        case Int32(XML_ERR_NO_MEMORY.rawValue):
            return XMLError(kind: .memory, offset: offset, reason: "libxml2 ran out of memory")
        case Int32(XML_NS_ERR_XML_NAMESPACE.rawValue)...Int32(XML_NS_ERR_COLON.rawValue):
            return XMLError(kind: .namespace, offset: tag, reason: namespaceReason)
        default:
            return MarkupCheck.firstError(in: document, from: start)
                ?? XMLError(kind: .syntax, offset: offset, reason: "The XML is not well formed")
        }
    }

    /// The error for a document that does not begin with `<`.
    static func explainStart(_ document: ByteView, at start: Int) -> XMLError {
        document.characterError(upTo: start)
            ?? XMLError(kind: .syntax, offset: start, reason: "The text does not start with <, so it is not XML")
    }

    /// What is wrong with the namespaces of a tag.
    private var namespaceReason: String {
        switch code {
        case Int32(XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue): "A namespace prefix is not declared"
        case Int32(XML_NS_ERR_QNAME.rawValue), Int32(XML_NS_ERR_COLON.rawValue):
            "A colon is only allowed in a name between a namespace prefix and the rest"
        case Int32(XML_NS_ERR_ATTRIBUTE_REDEFINED.rawValue):
            "An attribute is given twice, with prefixes of one namespace"
        default: "A namespace declaration is wrong"
        }
    }

    /// Offset of the tag in which libxml2 stopped.
    private var tag: Int {
        var index = min(offset, document.count)
        while index > 0 {
            index -= 1
            if document[index] == UInt8(ascii: "<") { return index }
        }
        return offset
    }

    /// Offset of the first start or end tag that is longer than `limit` bytes. What is not well formed is left to libxml2.
    static func longTag(in document: ByteView, from start: Int, limit: Int) -> Int? {
        let problem = XMLProblem(document: document, start: start, code: 0, offset: start)
        var index = start
        while index < document.count {
            guard document[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            if let end = problem.endOfSection(at: index) {
                index = end
                continue
            }
            let tag = index
            var quote: UInt8 = 0
            while index < document.count && (quote != 0 || document[index] != UInt8(ascii: ">")) {
                let byte = document[index]
                if quote != 0 {
                    if byte == quote { quote = 0 }
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                }
                index += 1
                if index - tag > limit { return tag }
            }
        }
        return nil
    }

    /// Where a comment, CDATA section or processing instruction that begins at `index` ends; `nil` when none begins there.
    private func endOfSection(at index: Int) -> Int? {
        endOfSection(at: index, "<!--", "-->") ?? endOfSection(at: index, "<?", "?>")
            ?? endOfSection(at: index, "<![CDATA[", "]]>")
    }

    private func endOfSection(at index: Int, _ opening: StaticString, _ closing: StaticString) -> Int? {
        guard starts(opening, at: index) else { return nil }
        var end = index + opening.utf8CodeUnitCount
        while end < document.count && !starts(closing, at: end) { end += 1 }
        return min(end + closing.utf8CodeUnitCount, document.count)
    }

    private func starts(_ text: StaticString, at index: Int) -> Bool {
        let end = index + text.utf8CodeUnitCount
        return end <= document.count && document.slice(index..<end).equals(text)
    }
}
