import Bytes
import CLibXML2

/// Finds out what is wrong with a refused document, in our own words and at the place where a person would look.
///
/// libxml2's texts and codes change between releases and say little in push mode, so the document itself is looked at around
/// the place where libxml2 stopped; its code decides only what looking cannot.
struct XMLProblem {
    let document: ByteView
    /// Offset of the first `<`.
    let start: Int
    /// libxml2's code, or one of ours.
    let code: Int32
    /// Where libxml2 stopped.
    let offset: Int
    /// Whether elements were still open.
    let isOpen: Bool

    /// The document says that it is not XML 1.0.
    static let wrongVersion: Int32 = -3

    /// How far libxml2 may have read beyond the problem or not quite up to it.
    private static let reach = 8

    /// The error to throw.
    var error: XMLError {
        switch code {
        case XMLParseState.doctype:
            return XMLError(
                kind: .doctype, offset: find("<!DOCTYPE", before: offset) ?? offset,
                reason: "The document has a DOCTYPE")
        case XMLParseState.tooDeep:
            return XMLError(
                kind: .depth, offset: find("<", before: offset) ?? offset, reason: "Elements are nested too deeply")
        case XMLParseState.tooMany:
            return XMLError(kind: .size, offset: offset, reason: "The document has too many elements")
        case Self.wrongVersion:
            return XMLError(kind: .version, offset: start, reason: "The document is not declared as XML 1.0")
        case Int32(XML_ERR_NO_MEMORY.rawValue):
            return XMLError(kind: .memory, offset: offset, reason: "libxml2 ran out of memory")
        case Int32(XML_NS_ERR_XML_NAMESPACE.rawValue)...Int32(XML_NS_ERR_XML_NAMESPACE.rawValue) + 5:
            return XMLError(
                kind: .namespace, offset: find("<", before: offset) ?? offset,
                reason: "A namespace prefix is not declared, or a namespace declaration is wrong")
        default:
            return doctypeError ?? characterError ?? referenceError ?? syntaxError
        }
    }

    /// The error for a document that does not begin with `<`.
    static func explainStart(_ document: ByteView, at start: Int) -> XMLError {
        let problem = XMLProblem(document: document, start: start, code: 0, offset: start, isOpen: false)
        return problem.characterError
            ?? XMLError(kind: .syntax, offset: start, reason: "The text does not start with <, so it is not XML")
    }

    /// Offset of the first start or end tag that is longer than `limit` bytes. What is not well formed is left to libxml2.
    static func longTag(in document: ByteView, from start: Int, limit: Int) -> Int? {
        let problem = XMLProblem(document: document, start: start, code: 0, offset: start, isOpen: false)
        var index = start
        while index < document.count {
            guard document[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            if let end = problem.endOfSection(at: index, "<!--", "-->") ?? problem.endOfSection(at: index, "<?", "?>")
                ?? problem.endOfSection(at: index, "<![CDATA[", "]]>")
            {
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

    /// Ill-formed UTF-8 or a character that XML does not have, up to where libxml2 stopped.
    private var characterError: XMLError? {
        var index = 0
        let end = min(offset + Self.reach, document.count)
        while index < end {
            let byte = document[index]
            if byte >= 0x20 && byte < 0x80 || byte.isWhitespace {
                index += 1
                continue
            }
            if byte < 0x20 { return forbidden(UInt32(byte), at: index) }
            guard let (scalar, length) = decodeScalar(at: index) else {
                return XMLError(kind: .encoding, offset: index, reason: "The text has bytes that are not UTF-8")
            }
            if scalar == 0xFFFE || scalar == 0xFFFF { return forbidden(scalar, at: index) }
            index += length
        }
        return nil
    }

    private func forbidden(_ scalar: UInt32, at offset: Int) -> XMLError {
        let digits = String(scalar, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return XMLError(kind: .character, offset: offset, reason: "The character U+\(padded) is not allowed in XML")
    }

    private func decodeScalar(at index: Int) -> (UInt32, Int)? {
        let lead = document[index]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4, index + length <= document.count else { return nil }
        var iterator = document.slice(index..<index + length).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return (scalar.value, length)
    }

    /// A DOCTYPE that was broken before libxml2 could report it.
    private var doctypeError: XMLError? {
        guard let place = find("<!DOCTYPE", before: min(offset + Self.reach, document.count)) else { return nil }
        let isInProlog =
            !document.slice(start..<place).contains { $0 == UInt8(ascii: "<") } || !hasElement(before: place)
        guard isInProlog else { return nil }
        return XMLError(kind: .doctype, offset: place, reason: "The document has a DOCTYPE")
    }

    /// Whether a start tag begins before `end`, comments and processing instructions aside.
    private func hasElement(before end: Int) -> Bool {
        var index = start
        while index + 1 < end {
            if document[index] == UInt8(ascii: "<") {
                let next = document[index + 1]
                if next != UInt8(ascii: "!") && next != UInt8(ascii: "?") { return true }
            }
            index += 1
        }
        return false
    }

    /// A wrong use of `&` just before where libxml2 stopped.
    private var referenceError: XMLError? {
        let codes = [
            XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY, XML_ERR_ENTITYREF_SEMICOL_MISSING,
            XML_ERR_NAME_REQUIRED,
            XML_ERR_INVALID_CHAR, XML_ERR_INVALID_CHARREF, XML_ERR_INVALID_HEX_CHARREF, XML_ERR_INVALID_DEC_CHARREF,
        ]
        guard codes.contains(where: { Int32($0.rawValue) == code }) else { return nil }
        guard let ampersand = find("&", before: min(offset + 1, document.count)) else { return nil }
        let rest = document.slice((ampersand + 1)..<min(ampersand + 65, document.count))
        guard offset - ampersand <= 64 else { return nil }
        let end = rest.firstIndex { !($0.isASCIILetter || $0.isDigit || $0 >= 0x80 || "#_:-.".utf8.contains($0)) }
        let name = rest.slice(0..<(end ?? rest.count))
        let isTerminated = end.map { rest[$0] == UInt8(ascii: ";") } ?? false
        if isTerminated && name.first == UInt8(ascii: "#") {
            let digits = name.dropFirst()
            let isHexadecimal = digits.first == UInt8(ascii: "x")
            let number = UInt32(
                String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self),
                radix: isHexadecimal ? 16 : 10)
            guard let number else {
                return XMLError(kind: .syntax, offset: ampersand, reason: "A character reference has no number")
            }
            return forbidden(number, at: ampersand)
        }
        if isTerminated && !name.isEmpty {
            return XMLError(kind: .entity, offset: ampersand, reason: "The entity &\(name.text); is not defined in XML")
        }
        return XMLError(kind: .syntax, offset: ampersand, reason: "A bare & is not allowed; write &amp;")
    }

    private var syntaxError: XMLError {
        let isAtEnd = offset >= document.count || document.slice(offset..<document.count).allSatisfy(\.isWhitespace)
        let reason =
            switch code {
            case Int32(XML_ERR_NAME_REQUIRED.rawValue) where isAtEnd, Int32(XML_ERR_GT_REQUIRED.rawValue) where isAtEnd,
                Int32(XML_ERR_ATTRIBUTE_NOT_STARTED.rawValue) where isAtEnd,
                Int32(XML_ERR_ATTRIBUTE_NOT_FINISHED.rawValue) where isAtEnd:
                "The text ends in the middle of a tag"
            case Int32(XML_ERR_TAG_NAME_MISMATCH.rawValue): "An end tag does not match the start tag that is open"
            case Int32(XML_ERR_TAG_NOT_FINISHED.rawValue), Int32(XML_ERR_DOCUMENT_END.rawValue),
                Int32(XML_ERR_DOCUMENT_EMPTY.rawValue):
                isOpen
                    ? "The text ends while elements are still open"
                    : offset >= document.count
                        ? "The text ends in the middle of a tag" : "There is text after the end of the root element"
            case Int32(XML_ERR_LT_IN_ATTRIBUTE.rawValue): "A < is not allowed in an attribute value; write &lt;"
            case Int32(XML_ERR_ATTRIBUTE_NOT_STARTED.rawValue), Int32(XML_ERR_ATTRIBUTE_NOT_FINISHED.rawValue),
                Int32(XML_ERR_ATTRIBUTE_WITHOUT_VALUE.rawValue):
                "An attribute has no quoted value"
            case Int32(XML_ERR_ATTRIBUTE_REDEFINED.rawValue): "An attribute is given twice"
            case Int32(XML_ERR_GT_REQUIRED.rawValue): "A tag is not closed by >"
            case Int32(XML_ERR_COMMENT_NOT_FINISHED.rawValue), Int32(XML_ERR_HYPHEN_IN_COMMENT.rawValue):
                "A comment is not closed, or contains two hyphens"
            case Int32(XML_ERR_CDATA_NOT_FINISHED.rawValue): "A CDATA section is not closed by ]]>"
            case Int32(XML_ERR_MISPLACED_CDATA_END.rawValue):
                "The end of a CDATA section, ]]>, is not allowed in plain text"
            case Int32(XML_ERR_RESERVED_XML_NAME.rawValue): "The XML declaration is only allowed at the very start"
            case Int32(XML_ERR_NAME_REQUIRED.rawValue): "A < is not followed by an element name; write &lt;"
            default: "The XML is not well formed"
            }
        return XMLError(kind: .syntax, offset: offset, reason: reason)
    }

    /// Offset of the last occurrence of `text` that begins before `end`.
    private func find(_ text: StaticString, before end: Int) -> Int? {
        let length = text.utf8CodeUnitCount
        var index = min(end, document.count - length + 1)
        while index > 0 {
            index -= 1
            if document[index] == text.utf8Start[0] && document.slice(index..<index + length).equals(text) {
                return index
            }
        }
        return nil
    }
}
