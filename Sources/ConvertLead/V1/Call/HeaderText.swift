@_spi(Package) import Bytes

/// Header lines of HTTP and of multipart parts.
package enum HeaderText {
    /// The parameter `name` of a header such as `form-data; name="xmlData"`, without its quotes.
    package static func parameter(
        _ name: StaticString, in header: ByteView
    ) -> ByteView? {
        var index = 0
        while let semicolon = header.offset(of: UInt8(ascii: ";"), from: index) {
            let rest = header.dropping(semicolon + 1)
            let part = rest.trimmingWhitespace()
            index = semicolon + 1
            guard part.hasPrefixIgnoringCase(name) else { continue }
            let behind = part.dropping(name.utf8CodeUnitCount).trimmingWhitespace()
            guard behind.first == UInt8(ascii: "=") else { continue }
            let value = behind.dropping(1).trimmingWhitespace()
            if value.first == UInt8(ascii: "\"") {
                let quoted = value.dropping(1)
                return quoted.slice(0..<(quoted.offset(of: UInt8(ascii: "\"")) ?? quoted.count))
            }
            return value.slice(0..<(value.offset(of: UInt8(ascii: ";")) ?? value.count)).trimmingWhitespace()
        }
        return nil
    }

    /// The value of a line `name: value`; `nil` for another header.
    package static func value(
        of name: StaticString, in line: ByteView
    ) -> ByteView? {
        guard line.hasPrefixIgnoringCase(name) else { return nil }
        let rest = line.dropping(name.utf8CodeUnitCount).trimmingWhitespace()
        return rest.first == UInt8(ascii: ":") ? rest.dropping(1).trimmingWhitespace() : nil
    }

    /// Whether a line is a header: a name, a colon, and a blank or nothing.
    package static func isHeader(_ line: ByteView) -> Bool {
        guard let colon = line.offset(of: UInt8(ascii: ":")), colon > 0 else { return false }
        let isName = line.slice(0..<colon).allSatisfy { $0.isASCIILetter || $0.isDigit || $0.isOne(of: "-_") }
        return isName && (line.dropping(colon + 1).first?.isWhitespace ?? true)
    }

    /// Whether a line where a header is expected has the document of a call, so that a log has the body there without an empty line before
    /// it, perhaps after a name: `Data: leadId=…`. The address of another page is no body.
    package static func isBody(_ line: ByteView) -> Bool {
        guard JSONCallSearch.hasDocument(line) else { return false }
        return line.offset(of: "/crm/private/") == nil
    }

    /// Whether a header has a document that is not the body, because the body follows after the head: the same text, or one with a document
    /// where the head tells a length.
    ///
    /// - Parameters:
    ///   - rest: the text after the header's line.
    ///   - length: of the body, as headers before say.
    /// - Returns: `nil` when the text ends before that is known.
    package static func isBeforeBody(_ header: ByteView, _ rest: ByteView, length: Int?) -> Bool? {
        guard isHeader(header), let colon = header.offset(of: UInt8(ascii: ":")) else { return false }
        let value = header.dropping(colon + 1).trimmingWhitespace()
        var length = length
        var index = 0
        for _ in 0..<mostHeaders {
            guard let feed = rest.offset(of: 0x0A, from: index) else { return nil }
            let line = rest.slice(index..<feed).trimmingWhitespace()
            index = feed + 1
            if line.isEmpty {
                let body = rest.dropping(index)
                if body.hasPrefix(value) { return true }
                guard body.count >= length ?? value.count else { return nil }
                guard let length, length > 0, length != value.count, !beginsMessage(body) else { return false }
                return JSONCallSearch.hasDocument(body.slice(0..<length))
                    || RawXML.isRequest(body.trimmingLeadingWhitespace())
            }
            guard isHeader(line) else { return false }
            if let value = Self.value(of: "Content-Length", in: line), value.isAllDigits { length = Int(value.text) }
        }
        return false
    }

    /// Headers looked at after one, so that hostile text costs no more than a few looks at it.
    private static let mostHeaders = 32

    /// Where a request line ends, with the lines of its query after it that begin with `?` or `&`, as files for HTTP clients have them.
    package static func requestLineEnd(of text: ByteView) -> Int {
        var end = text.offset(of: 0x0A) ?? text.count
        while end < text.count {
            let next = text.offset(of: 0x0A, from: end + 1) ?? text.count
            let first = text.slice((end + 1)..<next).trimmingLeadingWhitespace().first
            guard first == UInt8(ascii: "?") || first == UInt8(ascii: "&") else { break }
            end = next
        }
        return end
    }

    /// The lines of a text without the white space around them, as one.
    static func joinedLines(_ text: ByteView) -> [UInt8] {
        var line: [UInt8] = []
        var index = 0
        while index < text.count {
            let feed = text.offset(of: 0x0A, from: index) ?? text.count
            line += text.slice(index..<feed).trimmingWhitespace()
            index = feed + 1
        }
        return line
    }

    /// Offset of the first line at or behind `start` that begins another HTTP message: a request line or a status line.
    package static func nextMessage(in text: ByteView, from start: Int) -> Int? {
        var index = start
        while index < text.count {
            let line = text.dropping(index)
            if beginsMessage(line) { return index }
            guard let end = text.offset(of: 0x0A, from: index) else { return nil }
            index = end + 1
        }
        return nil
    }

    /// True when the first line of `text` is the request line or the status line of an HTTP message.
    package static func beginsMessage(_ text: ByteView) -> Bool {
        isStatusLine(text) || isRequestLine(text)
    }

    /// True when `text` begins with `HTTP/`, a version and a status.
    package static func isStatusLine(_ text: ByteView) -> Bool {
        guard text.hasPrefix("HTTP/"), text.count >= 10, text[5].isDigit else { return false }
        guard let blank = text.slice(0..<min(text.count, 10)).offset(of: 0x20) else { return false }
        return blank + 1 < text.count && text[blank + 1].isDigit
    }

    /// True when the first line of `text` is a method in capitals, a target and `HTTP/` with a version.
    package static func isRequestLine(_ text: ByteView) -> Bool {
        var index = 0
        while index < text.count, index < 8, text[index] &- 0x41 < 26 { index += 1 }
        guard index >= 3, index < text.count, text[index] == 0x20 else { return false }
        let line = text.slice(index..<(text.offset(of: 0x0A) ?? text.count)).trimmingWhitespace()
        guard let last = line.lastIndex(of: 0x20) else { return false }
        return line.dropping(last + 1).hasPrefix("HTTP/")
    }
}
