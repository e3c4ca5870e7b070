@_spi(Package) import Bytes

/// Reads a document that libxml2 has refused once more by the grammar of XML 1.0, to say what is wrong and where.
///
/// libxml2's texts and codes change between releases, say little in push mode, and name the place where reading stopped. This
/// check knows what was read before: which tags are open, where a quote began. Namespaces and limits are left to libxml2.
struct MarkupCheck {
    private let document: ByteView
    /// How far the document is read.
    private var index: Int
    /// Offsets of the start tags that are open, the innermost last.
    private var open: [Int] = []
    private var hasRoot = false

    /// A check of `document`, which starts at `start` with `<`.
    private init(_ document: ByteView, from start: Int) {
        self.document = document
        index = start
    }

    /// What is wrong first in a document that starts at `start` with `<`; `nil` when its markup is right.
    static func firstError(in document: ByteView, from start: Int) -> XMLError? {
        var check = MarkupCheck(document, from: start)
        do throws(XMLError) {
            try check.readDocument()
            return document.characterError(upTo: document.count)
        } catch {
            // A character that cannot be in any text was met before.
            return document.characterError(upTo: check.index) ?? error
        }
    }

    private mutating func readDocument() throws(XMLError) {
        if starts("<?xml"), nameEnd(at: index + 2) == index + 5 { try readDeclaration() }
        while index < document.count {
            switch document[index] {
            case UInt8(ascii: "<"): try readMarkup()
            case UInt8(ascii: "&") where !open.isEmpty: try readReference()
            default: try readText()
            }
        }
        if let start = open.last {
            throw syntax(index, "The text ends while the element that starts at \(place(start)) is still open")
        }
        if !hasRoot { throw syntax(index, "The text ends without a root element") }
    }

    /// Reads text up to the next `<` or `&`.
    private mutating func readText() throws(XMLError) {
        while index < document.count {
            let byte = document[index]
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") && !open.isEmpty { return }
            if open.isEmpty && !byte.isWhitespace {
                throw syntax(
                    index,
                    hasRoot
                        ? "There is text after the end of the root element"
                        : "There is text before the root element")
            }
            if starts("]]>") {
                throw syntax(index, "The end of a CDATA section, ]]>, is not allowed in plain text; write ]]&gt;")
            }
            index += 1
        }
    }

    /// Reads what begins with the `<` at `index`.
    private mutating func readMarkup() throws(XMLError) {
        if starts("<!--") { return try readComment() }
        if starts("<?") { return try readInstruction() }
        if starts("<![CDATA["), !open.isEmpty {
            guard skip(past: "]]>") else { throw syntax(index, "A CDATA section is not closed by ]]>") }
            return
        }
        if starts("<!DOCTYPE"), !hasRoot {
            throw XMLError(kind: .doctype, offset: index, reason: "The document has a DOCTYPE")
        }
        if starts("<!") || starts("<--") || starts("<[CDATA[") {
            let rest = document.dropping(index)
            for opening: StaticString in ["<!--", "<![CDATA["] where ByteView(opening).hasPrefix(rest) {
                throw endInTag
            }
            throw syntax(
                index,
                starts("<![CDATA[")
                    ? "A CDATA section is only allowed inside the root element"
                    : "A comment starts with <!-- and a CDATA section with <![CDATA[; this < starts neither")
        }
        if starts("</") { return try readEndTag() }
        if hasRoot && open.isEmpty {
            let isTag = nameEnd(at: index + 1) > index + 1
            throw syntax(
                index,
                isTag ? "There is a second root element" : "There is text after the end of the root element")
        }
        try readStartTag()
    }

    private mutating func readComment() throws(XMLError) {
        let start = index
        let hyphens = document.offset(of: "--", from: start + 4)
        guard let hyphens, !(document[hyphens - 1] == UInt8(ascii: "!") && document[hyphens - 2] == UInt8(ascii: "<")),
            hyphens + 2 < document.count
        else { throw syntax(start, "A comment is not closed by -->") }
        index = hyphens
        guard starts("-->") else { throw syntax(hyphens, "A comment contains two hyphens") }
        index += 3
    }

    private mutating func readInstruction() throws(XMLError) {
        let start = index
        let end = nameEnd(at: start + 2)
        if end == start + 2 {
            throw end < document.count ? syntax(start, "A processing instruction has no name") : endInTag
        }
        if document.slice(start + 2..<end).equalsIgnoringCase("xml") {
            throw syntax(start, "The XML declaration is only allowed at the very start")
        }
        index = end
        guard isWhitespace(at: index) || starts("?>") || index >= document.count else {
            throw syntax(index, "The name of a processing instruction must be followed by a space or ?>")
        }
        guard skip(past: "?>") else { throw syntax(start, "A processing instruction is not closed by ?>") }
    }

    /// Reads `<?xml version="1.0" encoding="…" standalone="…"?>`, of which only the version must be there.
    private mutating func readDeclaration() throws(XMLError) {
        let start = index
        index += 5
        for (number, name) in ["version", "encoding", "standalone"].enumerated() {
            let hasSpace = skipWhitespace()
            let end = nameEnd(at: index)
            guard hasSpace, document.slice(index..<end).text == name else {
                if number == 0 { throw declarationError }
                continue
            }
            index = end
            skipWhitespace()
            guard take(UInt8(ascii: "=")) else { throw declarationError }
            skipWhitespace()
            guard index < document.count, document[index].isQuote,
                let close = document.offset(of: document[index], from: index + 1)
            else { throw declarationError }
            let value = document.slice(index + 1..<close)
            let isFit =
                switch number {
                case 0: value.hasPrefix("1.") && value.dropping(2).isAllDigits
                case 1: value.first?.isASCIILetter == true && value.allSatisfy(\.isInEncodingName)
                default: value.equals("yes") || value.equals("no")
                }
            guard isFit else { throw declarationError }
            if number == 0 && !value.equals("1.0") { throw XMLError.version(at: start) }
            index = close + 1
        }
        skipWhitespace()
        guard starts("?>") else { throw declarationError }
        index += 2
    }

    private var declarationError: XMLError {
        syntax(index, "The XML declaration is not written like <?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    }

    private mutating func readEndTag() throws(XMLError) {
        let start = index
        let end = nameEnd(at: start + 2)
        index = end
        guard end < document.count else { throw endInTag }
        guard end > start + 2 else { throw syntax(end, "An element name must follow </ directly") }
        skipWhitespace()
        guard index < document.count else { throw endInTag }
        if document[index] == UInt8(ascii: "<") { throw syntax(start, "An end tag is not closed by >") }
        guard take(UInt8(ascii: ">")) else {
            throw syntax(index, "Nothing but the name of the element is allowed in an end tag")
        }
        let name = document.slice(start + 2..<end)
        guard let opening = open.popLast() else { throw syntax(start, "There is no start tag for this end tag") }
        guard !self.name(ofTagAt: opening).equals(name) else { return }
        let isOpen = open.contains { self.name(ofTagAt: $0).equals(name) }
        throw syntax(
            start,
            isOpen
                ? "The element that starts at \(place(opening)) is still open at this end tag"
                : "This end tag does not match the start tag at \(place(opening))")
    }

    // MARK: Start tags

    private mutating func readStartTag() throws(XMLError) {
        let start = index
        index = nameEnd(at: start + 1)
        guard index < document.count else { throw endInTag }
        guard index > start + 1 else {
            throw isMeantAsTag(at: start) ? syntax(index, "An element name must follow < directly") : bareLess(start)
        }
        guard isWhitespace(at: index) || ">/".utf8.contains(document[index]) else {
            guard isMeantAsTag(at: start) else { throw bareLess(start) }
            throw document[index] == UInt8(ascii: "<")
                ? unclosedTag(start) : syntax(index, "An element name must be followed by a space, / or >")
        }
        var names: Set<String> = []
        /// The quote that closed the value read last.
        var lastQuote: Int?
        while true {
            let hasSpace = skipWhitespace()
            guard index < document.count else { throw endInTag }
            if take(UInt8(ascii: ">")) {
                open.append(start)
                break
            }
            if take(UInt8(ascii: "/")) {
                guard index < document.count else { throw endInTag }
                guard take(UInt8(ascii: ">")) else {
                    throw syntax(index - 1, "A / in a start tag must be followed by > directly")
                }
                break
            }
            let place = index
            do throws(XMLError) {
                if !hasSpace, lastQuote != nil, document[index] != UInt8(ascii: "<"), nameEnd(at: index) > index,
                    hasValue(at: index)
                {
                    throw syntax(index, "A space must be between an attribute value and the next attribute")
                }
                let name = try readAttributeName(inTagAt: start)
                guard names.insert(name.text).inserted else { throw syntax(place, "An attribute is given twice") }
            } catch {
                if let lastQuote, let better = quoteError(at: lastQuote, before: place) { throw better }
                throw error
            }
            lastQuote = try readAttributeValue()
        }
        hasRoot = true
    }

    /// Reads an attribute's name and `=`.
    private mutating func readAttributeName(inTagAt start: Int) throws(XMLError) -> ByteView {
        let first = index
        let byte = document[first]
        if byte == UInt8(ascii: "<") { throw unclosedTag(start) }
        index = nameEnd(at: first)
        guard index > first else {
            if byte.isQuote || byte == UInt8(ascii: "=") { throw syntax(first, "An attribute has no name") }
            throw syntax(first, "A character is not allowed here in a tag, only in the quoted value of an attribute")
        }
        let name = document.slice(first..<index)
        skipWhitespace()
        guard index < document.count else { throw endInTag }
        if take(UInt8(ascii: "=")) { return name }
        if document[index].isQuote {
            throw syntax(index, "An = must be between the name and the value of an attribute")
        }
        // Text that runs on to the next tag is no attribute.
        if let next = endOfTag(from: index), document[next] == UInt8(ascii: "<"), !hasAttribute(in: index..<next) {
            throw unclosedTag(start)
        }
        throw syntax(first, "An attribute has no value; write name=\"value\"")
    }

    /// Reads an attribute's value with its quotes; returns the place of the second.
    private mutating func readAttributeValue() throws(XMLError) -> Int {
        skipWhitespace()
        guard index < document.count else { throw endInTag }
        let quote = document[index]
        guard quote.isQuote else { throw syntax(index, "An attribute value must be in quotes") }
        let first = index
        index += 1
        while index < document.count && document[index] != quote {
            switch document[index] {
            case UInt8(ascii: "&"): try readReference()
            case UInt8(ascii: "<"):
                guard let close = document.offset(of: quote, from: index), endsTagOrValue(at: close + 1),
                    !endsInAttribute(before: close)
                else { throw unclosedValue(first) }
                throw syntax(index, "A < is not allowed in an attribute value; write &lt;")
            default: index += 1
            }
        }
        guard index < document.count else { throw endInTag }
        index += 1
        return index - 1
    }

    /// What is wrong with the quotes of the value that ends at `close`, given that what follows it in its tag is wrong: the
    /// value was to end before, at the attribute inside it, or after, at the next quote.
    private func quoteError(at close: Int, before next: Int) -> XMLError? {
        let quote = document[close]
        let end = endOfTag(from: next) ?? document.count
        let quotes = document.slice(next..<end).reduce(0) { $1 == quote ? $0 + 1 : $0 }
        guard quotes % 2 == 1 else { return nil }
        if endsInAttribute(before: close) {
            var first = close
            while first > 0 && document[first - 1] != quote { first -= 1 }
            return unclosedValue(first - 1)
        }
        return syntax(close, "A quote inside an attribute value must be written &quot; or &apos;")
    }

    private func unclosedValue(_ first: Int) -> XMLError {
        syntax(first, "An attribute value is not closed by its quote")
    }

    private func unclosedTag(_ start: Int) -> XMLError { syntax(start, "A start tag is not closed by >") }

    private func bareLess(_ start: Int) -> XMLError {
        syntax(start, "A < that does not start a tag is not allowed; write &lt;")
    }

    /// Whether the `<` at `start`, which no name follows as it should, is more than a character of a text: its tag has an
    /// attribute, or an end tag for its name follows.
    private func isMeantAsTag(at start: Int) -> Bool {
        if hasAttribute(in: start + 1..<(endOfTag(from: start + 1) ?? document.count)) { return true }
        let name = document.slice(start + 1..<nameEnd(at: start + 1))
        var next = start
        while !name.isEmpty, let end = document.offset(of: "</", from: next) {
            next = end + 2
            if document.slice(next..<nameEnd(at: next)).equals(name) { return true }
        }
        return false
    }

    /// Where the next `<` or `>` is.
    private func endOfTag(from start: Int) -> Int? {
        document.offset(of: UInt8(ascii: "<"), or: UInt8(ascii: ">"), from: start)
    }

    /// Whether some `=` in a range is followed by a quote.
    private func hasAttribute(in range: Range<Int>) -> Bool {
        var next = range.lowerBound
        while let equals = document.offset(of: UInt8(ascii: "="), from: next), equals < range.upperBound {
            next = equals + 1
            while isWhitespace(at: next) { next += 1 }
            if next < range.upperBound, document[next].isQuote { return true }
        }
        return false
    }

    /// Whether a name with `=` begins at `start`.
    private func hasValue(at start: Int) -> Bool {
        var next = nameEnd(at: start)
        while isWhitespace(at: next) { next += 1 }
        return next < document.count && document[next] == UInt8(ascii: "=")
    }

    /// Whether a value that ends at `close` ends with a name and `=`, so that its quote is the first one of another value.
    private func endsInAttribute(before close: Int) -> Bool {
        var first = close - 1
        guard first > 0, document[first] == UInt8(ascii: "=") else { return false }
        let end = first
        while first > 0, document[first - 1].isASCIILetter || document[first - 1].isDigit || document[first - 1] == 0x5F
        {
            first -= 1
        }
        return first < end && isWhitespace(at: first - 1)
    }

    /// Whether a value may end before `place`.
    private func endsTagOrValue(at place: Int) -> Bool {
        place < document.count && (isWhitespace(at: place) || ">/".utf8.contains(document[place]))
    }

    // MARK: References

    /// Reads the reference that begins with the `&` at `index`.
    private mutating func readReference() throws(XMLError) {
        let start = index
        let isNumber = starts("&#")
        let end =
            isNumber
            ? document.dropping(start + 2).firstIndex { !$0.isASCIILetter && !$0.isDigit }.map { start + 2 + $0 }
                ?? document.count
            : nameEnd(at: start + 1)
        guard end < document.count else {
            index = document.count
            throw syntax(start, "The text ends in the middle of a reference")
        }
        let name = document.slice(start + 1..<end)
        let isClosed = document[end] == UInt8(ascii: ";")
        if isNumber {
            try checkNumber(name.dropping(1), isClosed: isClosed)
        } else if name.isPredefinedEntity {
            if !isClosed { throw syntax(start, "The reference &\(name.text) has no ; at its end") }
        } else if !isClosed || name.isEmpty {
            throw syntax(start, "A bare & is not allowed; write &amp;")
        } else {
            let what = name.count > 64 ? "An entity" : "The entity &\(name.text);"
            throw XMLError(kind: .entity, offset: start, reason: "\(what) is not defined in XML")
        }
        index = end + 1
    }

    /// Checks a reference by number, given what is after `&#`.
    private func checkNumber(_ number: ByteView, isClosed: Bool) throws(XMLError) {
        let isHexadecimal = number.first == UInt8(ascii: "x")
        let text = isHexadecimal ? number.dropping(1) : number
        let digits = text.slice(
            0..<(text.firstIndex { isHexadecimal ? $0.hexDigitValue == nil : !$0.isDigit } ?? text.count))
        guard !digits.isEmpty else { throw syntax(index, "A character reference has no number") }
        guard digits.count == text.count else {
            throw syntax(index, "A character reference has something other than digits in its number")
        }
        if !isClosed { throw syntax(index, "A character reference has no ; at its end") }
        guard let value = UInt32(digits.text, radix: isHexadecimal ? 16 : 10) else {
            throw XMLError(
                kind: .character, offset: index, reason: "A character reference has too large a number")
        }
        switch value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: return
        default: throw .forbidden(value, at: index)
        }
    }

    // MARK: Places and bytes

    private var endInTag: XMLError { syntax(document.count, "The text ends in the middle of a tag") }

    private func syntax(_ offset: Int, _ reason: String) -> XMLError {
        XMLError(kind: .syntax, offset: offset, reason: reason)
    }

    /// Line and column of an offset, counted from 1, a column being a character.
    private func place(_ offset: Int) -> String {
        var (line, column) = (1, 1)
        for index in 0..<offset {
            let byte = document[index]
            if byte == 0x0A || byte == 0x0D && document[index + 1] != 0x0A {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return "\(line):\(column)"
    }

    private func name(ofTagAt start: Int) -> ByteView { document.slice(start + 1..<nameEnd(at: start + 1)) }

    /// Where the name at `start` ends; `start` itself when none begins there.
    private func nameEnd(at start: Int) -> Int {
        var end = min(start, document.count)
        while let (scalar, length) = document.scalar(at: end),
            end == start ? scalar.startsXMLName : scalar.isInXMLName
        {
            end += length
        }
        return end
    }

    private func starts(_ text: StaticString) -> Bool { document.dropping(index).hasPrefix(text) }

    private func isWhitespace(at place: Int) -> Bool { place < document.count && document[place].isWhitespace }

    /// Steps over white space; whether there was any.
    @discardableResult
    private mutating func skipWhitespace() -> Bool {
        let start = index
        while isWhitespace(at: index) { index += 1 }
        return index > start
    }

    /// Steps over `byte` when it is next.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < document.count, document[index] == byte else { return false }
        index += 1
        return true
    }

    /// Steps over everything up to the end of `text`; `false` when it does not come.
    private mutating func skip(past text: StaticString) -> Bool {
        guard let place = document.offset(of: text, from: index) else { return false }
        index = place + text.utf8CodeUnitCount
        return true
    }
}

extension XMLError {
    /// The error for a document that says it is not XML 1.0.
    static func version(at offset: Int) -> XMLError {
        XMLError(kind: .version, offset: offset, reason: "The document is not declared as XML 1.0")
    }

    /// The error for a character that XML does not have.
    static func forbidden(_ scalar: UInt32, at offset: Int) -> XMLError {
        let digits = String(scalar, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return XMLError(kind: .character, offset: offset, reason: "The character U+\(padded) is not allowed in XML")
    }
}

extension ByteView {
    /// Ill-formed UTF-8 or a character that XML does not have, that begins at `end` or before.
    func characterError(upTo end: Int) -> XMLError? {
        var index = 0
        while index <= end, index < count {
            guard let (scalar, length) = scalar(at: index) else {
                return XMLError(kind: .encoding, offset: index, reason: "The text has bytes that are not UTF-8")
            }
            let value = scalar.value
            if value < 0x20 && !self[index].isWhitespace || value == 0xFFFE || value == 0xFFFF {
                return .forbidden(value, at: index)
            }
            index += length
        }
        return nil
    }

    /// The character at `index` and its length in bytes; `nil` at the end, and where the bytes are no UTF-8.
    fileprivate func scalar(at index: Int) -> (Unicode.Scalar, length: Int)? {
        guard index < count else { return nil }
        let lead = self[index]
        if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4, index + length <= count else { return nil }
        var iterator = slice(index..<index + length).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return (scalar, length)
    }

    fileprivate var isPredefinedEntity: Bool {
        equals("amp") || equals("lt") || equals("gt") || equals("quot") || equals("apos")
    }
}

extension UInt8 {
    fileprivate var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }

    fileprivate var isInEncodingName: Bool { isASCIILetter || isDigit || "._-".utf8.contains(self) }
}

/// The characters of names, by XML 1.0, fifth edition.
extension Unicode.Scalar {
    fileprivate var startsXMLName: Bool {
        switch value {
        case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
            0x37F...0x1FFF,
            0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD,
            0x10000...0xEFFFF:
            true
        default: false
        }
    }

    fileprivate var isInXMLName: Bool {
        switch value {
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: startsXMLName
        }
    }
}
