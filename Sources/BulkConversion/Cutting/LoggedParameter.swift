@_spi(Package) import Bytes
import ConvertLead

/// A parameter as programs write it into logs: `name=value`, `name: value`, `"name": "value"`, `:name=>"value"`,
/// `name:[value]`.
struct LoggedParameter {
    /// Where the parameter is, from its name on.
    let range: Range<Int>
    /// Where the value is, without the quotes around it.
    let value: Range<Int>
    /// The quote around the value; 0 when it has none.
    private let quote: UInt8
    /// Whether three quotes are around the value.
    private let isInTriple: Bool
    /// Whether it is in the printed form of a program's value, which escapes what is in quotes.
    private let isPrinted: Bool

    private static let documentNames: [StaticString] = ["xmlData", "xml_data"]
    private static let leadIDNames: [StaticString] = ["leadId", "lead_id"]
    /// Lead ids and documents looked at in a text, so that hostile text costs no more than a few looks at it.
    private static let (mostLeadIDs, mostDocuments) = (16, 4)

    /// The next document in a text: XML, as it is or in an encoding, which may go on after the text.
    static func document(in text: ByteView, from start: Int = 0) -> LoggedParameter? {
        var index = start
        while let parameter = next(documentNames, in: text, from: index) {
            let value = text.slice(parameter.value).trimmingLeadingWhitespace()
            if value.first == UInt8(ascii: "<") || value.hasPrefixIgnoringCase("%3C") { return parameter }
            index = parameter.range.upperBound
        }
        return nil
    }

    /// Whether a text has the parameter for documents, and not only its name in a list, as of a form whose values are kept out of the log
    /// or of the columns of a statement.
    static func hasDocument(_ text: ByteView) -> Bool {
        guard JSONCallSearch.hasDocument(text) else { return false }
        if RequestMarks.nextRoot(in: text) != nil { return true }
        var isNamed = false
        for name in documentNames {
            var index = 0
            while let start = text.offsetIgnoringCase(of: name, from: index) {
                (isNamed, index) = (true, start + name.utf8CodeUnitCount)
                let rest = text.dropping(index)
                let next = rest.dropping(rest.firstIndex { !$0.isOne(of: "\"'`") } ?? rest.count).first
                guard next?.isOne(of: ",])") ?? false else { return true }
            }
        }
        return !isNamed
    }

    /// Whether a text has the parameter of the lead id, whatever its value.
    static func hasLeadID(_ text: ByteView) -> Bool { next(leadIDNames, in: text, from: 0) != nil }

    /// The lead id of a text outside of some parts of it; `nil` without one, or where there are two.
    static func leadID(in text: ByteView, outside parts: [Range<Int>]) -> Range<Int>? {
        var found: Range<Int>?
        var index = 0
        for _ in 0..<mostLeadIDs {
            guard let parameter = next(leadIDNames, in: text, from: index) else { break }
            index = parameter.range.upperBound
            let value = text.slice(parameter.value)
            if parts.contains(where: { $0.contains(parameter.range.lowerBound) }) || !RecordID.isID(value) { continue }
            if let found, !text.slice(found).elementsEqual(value) { return nil }
            found = parameter.value
        }
        return found
    }

    /// The lead id of a text in which that is the only parameter of its name; `nil` without one.
    static func leadIDAlone(in text: ByteView) -> LoggedParameter? {
        guard let first = next(leadIDNames, in: text, from: 0), RecordID.isID(text.slice(first.value)),
            next(leadIDNames, in: text, from: first.range.upperBound) == nil
        else { return nil }
        return first
    }

    /// Whether two texts do not have lead ids that differ.
    static func areOfOneLead(_ one: ByteView, _ other: ByteView) -> Bool {
        guard let leadID = leadID(in: one, outside: []), let otherLeadID = Self.leadID(in: other, outside: []) else {
            return true
        }
        return one.slice(leadID).elementsEqual(other.slice(otherLeadID))
    }

    /// Whether two texts have the same lead id and the same document, written alike. False when one of them has no lead id, no document,
    /// or two of either.
    static func areOfOneCall(_ one: ByteView, _ other: ByteView) -> Bool {
        guard let leadID = leadID(in: one, outside: []), let otherLeadID = Self.leadID(in: other, outside: []),
            one.slice(leadID).elementsEqual(other.slice(otherLeadID)),
            let document = onlyDocument(in: one), let otherDocument = onlyDocument(in: other)
        else { return false }
        return document.elementsEqual(otherDocument)
    }

    /// The value of the document in a text; `nil` without one, or where there are two.
    private static func onlyDocument(in text: ByteView) -> ByteView? {
        guard let first = document(in: text) else { return nil }
        var index = first.range.upperBound
        for _ in 0..<mostDocuments {
            guard let next = document(in: text, from: index) else { return text.slice(first.value) }
            guard text.slice(next.value).elementsEqual(text.slice(first.value)) else { return nil }
            index = next.range.upperBound
        }
        return nil
    }

    /// Whether the value is written with escapes; `nil` when its backslashes may be its own.
    func isEscaped(in text: ByteView) -> Bool? {
        let value = text.slice(value)
        guard quote != 0, let slash = value.offset(of: UInt8(ascii: "\\")) else { return false }
        // Quotes inside need no escape there, so they tell nothing.
        if isInTriple { return nil }
        var isEscaped: Bool? = isPrinted ? true : nil
        if let quote = value.offset(of: quote) { isEscaped = quote > 0 && value[quote - 1] == UInt8(ascii: "\\") }
        var index = slash
        while let next = value.offset(of: UInt8(ascii: "\\"), from: index) {
            let follows = value.dropping(next + 1).first ?? 0
            // The other quote needs an escape only where it is around all of this.
            if follows != quote, Self.isQuote(follows) { return nil }
            // Only an escape can be between two tags.
            if isEscaped == nil, next > 0, value[next - 1] == UInt8(ascii: ">"), "nrt".utf8.contains(follows) {
                isEscaped = true
            }
            index = next + 2
        }
        return isEscaped
    }

    /// The next parameter of one of some names, which begin with the same letter.
    private static func next(_ names: [StaticString], in text: ByteView, from start: Int) -> LoggedParameter? {
        let letter = names[0].utf8Start[0]
        var index = start
        while let at = text.offset(of: letter, or: letter & 0xDF, from: index) {
            index = at + 1
            if at > 0, text[at - 1].isOfName { continue }
            let rest = text.dropping(at)
            guard let name = names.first(where: { rest.hasPrefixIgnoringCase($0) }),
                let parameter = LoggedParameter(text, at..<(at + name.utf8CodeUnitCount))
            else { continue }
            return parameter
        }
        return nil
    }

    private static func isQuote(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private init?(_ text: ByteView, _ name: Range<Int>) {
        let before = name.lowerBound > 0 ? text[name.lowerBound - 1] : 0
        var isPrinted = before == UInt8(ascii: ":")
        var rest = text.dropping(name.upperBound)
        if Self.isQuote(rest.first), rest.first == before {
            isPrinted = true
            rest = rest.dropping(1)
        }
        rest = rest.trimmingLeadingWhitespace()
        if rest.hasPrefix("=>") {
            isPrinted = true
            rest = rest.dropping(2)
        } else if rest.hasPrefix("->") {
            // Scala's arrow.
            rest = rest.dropping(2)
        } else if rest.first == UInt8(ascii: "=") || rest.first == UInt8(ascii: ":") {
            rest = rest.dropping(1)
        } else {
            return nil
        }
        rest = rest.trimmingLeadingWhitespace()
        // Go and Java print a list where a name may have several values.
        if rest.first == UInt8(ascii: "[") { rest = rest.dropping(1) }
        // Python's mark of bytes.
        if rest.first == UInt8(ascii: "b"), Self.isQuote(rest.dropping(1).first) { rest = rest.dropping(1) }
        // Three quotes, as TOML has them around text that may have quotes.
        let triple = rest.slice(0..<min(3, rest.count))
        let isTriple = triple.count == 3 && Self.isQuote(triple[0]) && triple.allSatisfy { $0 == triple[0] }
        if isTriple { rest = rest.dropping(3) }
        var start = text.count - rest.count
        var end: Int
        var quote: UInt8 = 0
        if isTriple, rest.first == UInt8(ascii: "<") {
            quote = triple[0]
            end = start + (RawXML.rootEnd(in: rest) ?? RawXML.surePart(of: rest).count)
        } else if let first = rest.first, Self.isQuote(first) {
            quote = first
            start += 1
            end = Self.quotedEnd(in: text, from: start, quote)
            // What follows the text's own of a value that is cut off may be another parameter.
            if end == text.count { end = start + RawXML.surePart(of: text.dropping(start)).count }
        } else if rest.first == UInt8(ascii: "<") {
            end = start + (RawXML.rootEnd(in: rest) ?? RawXML.surePart(of: rest).count)
        } else {
            end = start
            while end < text.count, RawCall.isOfParameters(text[end]), text[end] != UInt8(ascii: "&") { end += 1 }
        }
        self.quote = quote
        isInTriple = isTriple
        self.isPrinted = isPrinted
        value = start..<end
        range = name.lowerBound..<min(quote == 0 ? end : end + 1, text.count)
    }

    /// Where a value in quotes ends: at the quote that has no escape, or with its document where the quotes in that have none.
    private static func quotedEnd(in text: ByteView, from start: Int, _ quote: UInt8) -> Int {
        var end = start
        while end < text.count, text[end] != quote { end += text[end] == UInt8(ascii: "\\") ? 2 : 1 }
        end = min(end, text.count)
        let rest = text.dropping(start)
        if rest.first == UInt8(ascii: "<"), RawXML.rootEnd(in: text.slice(start..<end)) == nil,
            let length = RawXML.rootEnd(in: rest), rest.dropping(length).first == quote
        {
            return start + length
        }
        return end
    }
}
