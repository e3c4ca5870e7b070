@_spi(Package) import Bytes
import ConvertLead

/// What logs write around and into a call: words before a JSON value, escapes of quotes and of bytes that are not printed.
enum LoggedText {
    /// Braces tried in a line, so that hostile text costs no more than a few looks at it.
    private static let mostTried = 32

    /// Where a JSON value with a mark of a request stands in a text, behind other words; `nil` without one.
    static func json(in text: ByteView) -> Range<Int>? {
        var index = 0
        var tried = 0
        while tried < mostTried, let start = jsonStart(in: text, from: index) {
            tried += 1
            var scanner = JSONBoundaryScanner()
            guard case .end(let length) = scanner.scan(text.dropping(start)) else {
                index = (text.offset(of: UInt8(ascii: "{"), from: start) ?? start) + 1
                continue
            }
            if RequestMarks.isIn(text.slice(start..<(start + length))) { return start..<(start + length) }
            index = start + length
        }
        return nil
    }

    /// Where the next object begins, or a list of objects.
    private static func jsonStart(in text: ByteView, from start: Int) -> Int? {
        var index = start
        while let brace = text.offset(of: UInt8(ascii: "{"), from: index) {
            index = brace + 1
            guard text.dropping(index).trimmingLeadingWhitespace().first == UInt8(ascii: "\"") else { continue }
            let front = text.slice(start..<brace).trimmingTrailingWhitespace()
            return front.last == UInt8(ascii: "[") ? start + front.count - 1 : brace
        }
        return nil
    }

    /// Whether a text holds a JSON object with a document of which the quotes are escaped, as inside a string.
    static func hasEscapedJSON(_ text: ByteView) -> Bool {
        text.offset(of: "{\\\"") != nil && JSONCallSearch.hasDocument(text)
    }

    /// Whether a document is in quotes that are escaped, as of a line of a log inside another: `xmlData=\"<…`.
    static func hasEscapedDocument(_ text: ByteView) -> Bool {
        guard let sign = text.offset(of: "=\\\"<") else { return false }
        return text.slice(0..<sign).hasSuffixIgnoringCase("xmlData")
            || text.slice(0..<sign).hasSuffixIgnoringCase("xml_data")
    }

    /// Appends a text without the escape sequences by which terminals colour it; false, and nothing, when it has none.
    static func appendWithoutColours(_ text: ByteView, to output: inout ByteBuffer) -> Bool {
        var index = 0
        while let escape = text.offset(of: 0x1B, from: index) {
            output.append(text.slice(index..<escape))
            index = escape + 1
            guard text.dropping(index).first == UInt8(ascii: "[") else { continue }
            index += 1
            while index < text.count, (0x20...0x3F).contains(text[index]) { index += 1 }
            index = min(index + 1, text.count)
        }
        if index > 0 { output.append(text.dropping(index)) }
        return index > 0
    }

    /// Whether a text has a line end written `#012`, as syslog does, between two tags, where it can be nothing else.
    static func hasEscapesOfSyslog(_ text: ByteView) -> Bool {
        var index = 0
        while let escape = text.offset(of: ">#01", from: index) {
            var end = escape + 1
            while let length = escapeOfSyslog(text, end)?.length {
                end += length
                while end < text.count, text[end] == 0x20 { end += 1 }
            }
            if end > escape + 1, end < text.count, text[end] == UInt8(ascii: "<") { return true }
            index = escape + 1
        }
        return false
    }

    /// Appends a text with its control characters as they were before syslog wrote them in three octal digits.
    static func appendWithoutEscapesOfSyslog(_ text: ByteView, to output: inout ByteBuffer) {
        var (index, start) = (0, 0)
        while let sign = text.offset(of: UInt8(ascii: "#"), from: index) {
            index = sign + 1
            guard let escape = escapeOfSyslog(text, sign) else { continue }
            output.append(text.slice(start..<sign))
            output.append(escape.byte)
            index = sign + escape.length
            start = index
        }
        output.append(text.dropping(start))
    }

    /// A control character written as `#` and three octal digits. One in a character reference is none.
    private static func escapeOfSyslog(_ text: ByteView, _ sign: Int) -> (byte: UInt8, length: Int)? {
        guard sign + 3 < text.count, text[sign] == UInt8(ascii: "#"), text[sign + 1] == UInt8(ascii: "0"),
            text[sign + 2] &- 0x30 < 4, text[sign + 3] &- 0x30 < 8, sign == 0 || text[sign - 1] != UInt8(ascii: "&")
        else { return nil }
        return ((text[sign + 2] - 0x30) << 3 | (text[sign + 3] - 0x30), 4)
    }

    /// A part of a text without the escapes of the quotes around it: doubled as in SQL, or with backslashes. Where a quote inside has none,
    /// nothing in it is escaped.
    ///
    /// - Parameter plain: memory for the part.
    static func unquoted(_ range: Range<Int>, in text: ByteView, _ plain: inout ByteBuffer) -> ByteView {
        let part = text.slice(range)
        guard range.lowerBound > 0, range.upperBound < text.count else { return part }
        let quote = text[range.upperBound]
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""), text[range.lowerBound - 1] == quote,
            let first = part.offset(of: quote)
        else { return part }
        let usesBackslashes = first > 0 && part[first - 1] == UInt8(ascii: "\\")
        var index = 0
        while let found = part.offset(of: quote, from: index) {
            index = found + 1
            if usesBackslashes {
                guard found > 0, part[found - 1] == UInt8(ascii: "\\") else { return part }
            } else {
                guard index < part.count, part[index] == quote else { return part }
                index += 1
            }
        }
        if usesBackslashes {
            BackslashEscapes.undo(in: part, to: &plain)
        } else {
            RowReader.appendUndoubled(part, quote, to: &plain)
        }
        return plain.bytes
    }

    /// Whether a part of a text follows an apostrophe, has more of them, and ends with the text, as a string of SQL that was cut off does.
    static func isQuoteOpen(_ range: Range<Int>, in text: ByteView) -> Bool {
        let quote = UInt8(ascii: "'")
        return range.lowerBound > 0 && text[range.lowerBound - 1] == quote && text.slice(range).contains(quote)
            && text.dropping(range.upperBound).trimmingWhitespace().isEmpty
    }

    /// Whether a text holds escapes of the kinds that ``unescape(_:to:)`` undoes, other than of a letter alone.
    static func isEscaped(_ text: ByteView) -> Bool {
        var index = 0
        while let slash = text.offset(of: UInt8(ascii: "\\"), from: index), slash + 1 < text.count {
            index = slash + 2
            if text[slash + 1] == UInt8(ascii: "\"") || BackslashEscapes.hexEscape(text, slash) != nil { return true }
        }
        return false
    }

    /// The body of a call in a text that has no address: JSON, parameters, a document, or the parts of a form; `nil` without one.
    static func body(in text: ByteView) -> ByteView? {
        guard RequestMarks.isIn(text) else { return nil }
        if let json = json(in: text) { return text.slice(json) }
        if let call = EmbeddedCall(in: text), call.hasParameters, call.document == nil {
            return call.parameters.isEmpty ? nil : text.slice(call.parameters)
        }
        if let header = text.offsetIgnoringCase(of: "Content-Disposition:") {
            let front = text.slice(0..<header).trimmingTrailingWhitespace()
            let line = front.lastIndex { $0 == 0x0A || $0 == UInt8(ascii: "\"") }.map { $0 + 1 } ?? 0
            if front.dropping(line).hasPrefix("--") { return text.dropping(line) }
        }
        return Document.first(in: text)
    }

    /// The calls in a text of a log, each as one text that a call may have; only those with a document.
    static func callTexts(_ text: ByteView) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var rest = text
        while JSONCallSearch.hasDocument(rest), let (call, end) = nextCall(in: rest) {
            if let call { texts.append(call) }
            rest = rest.dropping(end)
        }
        return texts
    }

    /// The next call in a text, if it has a document, and where it ends.
    private static func nextCall(in text: ByteView) -> (text: [UInt8]?, end: Int)? {
        let isOne = !SeveralCalls.areIn(text)
        let line = isOne ? text : text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
        if let request = AccessLogLine(line), isOne || !SeveralCalls.areIn(line) {
            var call = ByteBuffer(minimumCapacity: line.count)
            let addressLength = request.appendCall(to: &call)
            let (address, body) = (call.bytes.slice(0..<addressLength), call.bytes.dropping(addressLength))
            if body.isEmpty { return (JSONCallSearch.hasDocument(address) ? Array(address) : nil, line.count) }
            return (V1Parameters.beginsForm(body) ? EmbeddedCall.joined(address, body) : Array(body), line.count)
        }
        let call = EmbeddedCall(in: text)
        if let json = json(in: text), call?.isBefore(json) != true {
            let value = text.slice(json)
            let hasDocument = JSONCallSearch.hasDocument(value)
            return (hasDocument ? withAddress(in: text.slice(0..<json.lowerBound), Array(value)) : nil, json.upperBound)
        }
        if let value = LiteralText.find(in: text, lineLength: text.count), let json = value.json,
            call?.isBeside(value.range) != true
        {
            let hasDocument = json.withByteView(JSONCallSearch.hasDocument)
            let front = text.slice(0..<value.range.lowerBound)
            return (hasDocument ? withAddress(in: front, json) : nil, value.range.upperBound)
        }
        return call.map { ($0.text(in: text), $0.end) }
    }

    /// A value of JSON in an object with the address that a text before it has; the value itself without one.
    private static func withAddress(in front: ByteView, _ json: [UInt8]) -> [UInt8] {
        guard let call = EmbeddedCall(in: front), !call.address.isEmpty else { return json }
        let address = front.slice(call.address)
        guard !address.contains(UInt8(ascii: "\\")) else { return json }
        return Array("{\"url\":\"".utf8) + Array(address) + Array("\",\"body\":".utf8) + json + Array("}".utf8)
    }
}
