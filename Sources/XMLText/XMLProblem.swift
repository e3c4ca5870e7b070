@_spi(Package) import Bytes
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
            return markupError ?? XMLError(kind: .doctype, offset: offset, reason: "The document has a DOCTYPE")
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
            // What is wrong first is what libxml2 stopped for.
            return [characterError, markupError].compactMap(\.self).min { $0.offset < $1.offset } ?? syntaxError
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

    /// What is wrong by itself on the way to where libxml2 stopped: a DOCTYPE, a `<` that begins nothing, or a wrong use of `&`.
    ///
    /// Comments, processing instructions and CDATA sections are stepped over: what they hold is never wrong.
    private var markupError: XMLError? {
        let end = min(offset + Self.reach, document.count)
        var index = start
        var hasElement = false
        while index < end {
            switch document[index] {
            case UInt8(ascii: "&"):
                if let error = referenceError(at: index) { return error }
                index += 1
            case UInt8(ascii: "<"):
                if let next = endOfSection(at: index) {
                    index = next
                } else if !hasElement && starts("<!DOCTYPE", at: index) {
                    return XMLError(kind: .doctype, offset: index, reason: "The document has a DOCTYPE")
                } else if let error = tagError(at: &index) {
                    return error
                } else {
                    hasElement = true
                }
            default: index += 1
            }
        }
        return nil
    }

    /// Whether libxml2 had come to a place when it stopped.
    private func isReached(_ place: Int) -> Bool { place <= offset }

    /// What is wrong with the tag at `index`, which is left at its end, or where libxml2 stopped in it.
    private func tagError(at index: inout Int) -> XMLError? {
        guard beginsTag(at: index) else {
            let error = XMLError(
                kind: .syntax, offset: index, reason: "A < that does not start a tag is not allowed; write &lt;")
            index += 1
            return isReached(error.offset) ? error : nil
        }
        var quote: UInt8 = 0
        index += 1
        while index < document.count && isReached(index) {
            let byte = document[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
                if byte == UInt8(ascii: "&"), let error = referenceError(at: index) { return error }
                if byte == UInt8(ascii: "<") {
                    return XMLError(
                        kind: .syntax, offset: index, reason: "A < is not allowed in an attribute value; write &lt;")
                }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "<") {
                break
            }
            index += 1
        }
        return nil
    }

    /// Whether the `<` at `index` is followed by a name that ends as a tag's name ends, or by the end of the text.
    private func beginsTag(at index: Int) -> Bool {
        var next = index + 1
        if next < document.count, document[next] == UInt8(ascii: "/") || document[next] == UInt8(ascii: "!") {
            next += 1
        }
        guard next < document.count else { return true }
        guard document[next].startsXMLName else { return false }
        while next < document.count && document[next].isInXMLName { next += 1 }
        guard next < document.count else { return true }
        return document[next].isWhitespace || document[next] == UInt8(ascii: ">") || document[next] == UInt8(ascii: "/")
    }

    /// What is wrong with the `&` at `place`; `nil` for a reference that XML has, and where libxml2 did not come.
    private func referenceError(at place: Int) -> XMLError? {
        guard isReached(place) else { return nil }
        let rest = document.slice((place + 1)..<min(place + 65, document.count))
        guard let end = rest.firstIndex(where: { !($0.isInXMLName || $0 == UInt8(ascii: "#")) }) else {
            // The text ends here: that is what is wrong with it.
            if place + 65 > document.count { return nil }
            return bareAmpersand(at: place)
        }
        let name = rest.slice(0..<end)
        guard rest[end] == UInt8(ascii: ";"), let first = name.first else { return bareAmpersand(at: place) }
        if first == UInt8(ascii: "#") { return characterReferenceError(name.dropping(1), at: place) }
        guard first.startsXMLName else { return bareAmpersand(at: place) }
        if ["amp", "lt", "gt", "quot", "apos"].contains(name.text) { return nil }
        return XMLError(kind: .entity, offset: place, reason: "The entity &\(name.text); is not defined in XML")
    }

    private func bareAmpersand(at place: Int) -> XMLError {
        XMLError(kind: .syntax, offset: place, reason: "A bare & is not allowed; write &amp;")
    }

    /// What is wrong with a reference by number, given what is between `&#` and `;`.
    private func characterReferenceError(_ number: ByteView, at place: Int) -> XMLError? {
        let isHexadecimal = number.first == UInt8(ascii: "x")
        let digits = isHexadecimal ? number.dropping(1) : number
        let areDigits = digits.allSatisfy { $0.isDigit || isHexadecimal && ($0 | 0x20) &- UInt8(ascii: "a") < 6 }
        guard areDigits && !digits.isEmpty else {
            return XMLError(kind: .syntax, offset: place, reason: "A character reference has no number")
        }
        guard let value = UInt32(digits.text, radix: isHexadecimal ? 16 : 10) else {
            return XMLError(kind: .character, offset: place, reason: "A character reference has too large a number")
        }
        switch value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: return nil
        default: return forbidden(value, at: place)
        }
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

extension UInt8 {
    /// Whether a name in XML may begin with this byte of UTF-8; characters beyond ASCII are not told apart.
    fileprivate var startsXMLName: Bool {
        isASCIILetter || self >= 0x80 || self == UInt8(ascii: "_") || self == UInt8(ascii: ":")
    }

    /// Whether a name in XML may have this byte.
    fileprivate var isInXMLName: Bool {
        startsXMLName || isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
    }
}
