import Bytes
import ConvertLead

/// What one line of a mixed archive is.
enum LineForm: Equatable {
    /// A JSON object.
    case json
    /// An XML document on one line.
    case xml
    /// An address.
    case url
    /// A line of a web server's access log.
    case accessLog
    /// A curl command.
    case curl
    /// Parameters of a call.
    case form
    /// A line of another log that holds an address or parameters of a call.
    case embedded

    /// The form of a line without white space around it; `nil` when it is none.
    init?(_ line: ByteView) {
        guard let first = line.first else { return nil }
        if first == UInt8(ascii: "{")
            || (first == UInt8(ascii: "\"") && line.last == first && AccessLogLine(line) == nil)
        {
            self = .json
        } else if first == UInt8(ascii: "<") {
            self = .xml
        } else if CurlCommand.begins(line) {
            self = .curl
        } else if V1Address.begins(line) {
            self = V1Address.isFollowedByText(line) ? .embedded : .url
        } else if AccessLogLine(line) != nil {
            self = .accessLog
        } else if Self.isForm(line) {
            self = .form
        } else if EmbeddedCall(in: line) != nil {
            self = .embedded
        } else {
            return nil
        }
    }

    /// Whether a value in it may be XML as it stands.
    var mayHoldRawXML: Bool { self == .url || self == .form || self == .embedded }

    private static func isForm(_ line: ByteView) -> Bool {
        let text = line.first == UInt8(ascii: "?") ? line.dropping(1) : line
        guard let equals = text.offset(of: UInt8(ascii: "=")), equals <= 64 else { return false }
        if V1Parameters.Name(text.slice(0..<equals)) != nil { return true }
        // The first parameter may be one that v1 does not know.
        let isName = text.slice(0..<equals).allSatisfy { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "_") }
        guard isName else { return false }
        let rest = text.dropping(equals)
        // A log may give the address a name, as in `url=https://…`.
        if V1Address.methodEnd(in: rest) != nil { return false }
        return rest.offset(ofParameter: "xmlData") != nil || rest.offset(ofParameter: "leadId") != nil
    }
}

extension ByteView {
    /// Offset of `&name=`, case ignored, of the `&`.
    fileprivate func offset(ofParameter name: StaticString) -> Int? {
        var index = 0
        while let ampersand = offset(of: UInt8(ascii: "&"), from: index) {
            let rest = dropping(ampersand + 1)
            if rest.hasPrefixIgnoringCase(name), rest.dropping(name.utf8CodeUnitCount).first == UInt8(ascii: "=") {
                return ampersand
            }
            index = ampersand + 1
        }
        return nil
    }
}

/// A line of an access log in the common or combined form: the request stands in quotes.
struct AccessLogLine {
    /// The method, such as `GET`.
    let method: ByteView
    /// The address asked for, still with the server's escapes of quotes and of bytes that are not printed.
    let target: ByteView

    /// `nil` when the line has no quoted request.
    init?(_ line: ByteView) {
        var index = 0
        while let quote = line.offset(of: UInt8(ascii: "\""), from: index) {
            index = quote + 1
            let rest = line.dropping(index)
            var end = 0
            while end < rest.count, end < 8, rest[end] &- 0x41 < 26 { end += 1 }
            guard end >= 3, end < rest.count, rest[end] == 0x20 else { continue }
            guard let version = rest.offset(of: " HTTP/", from: end) else { continue }
            method = rest.slice(0..<end)
            target = rest.slice((end + 1)..<Swift.max(version, end + 1)).trimmingWhitespace()
            return
        }
        return nil
    }

    /// Appends the address without the server's escapes.
    func appendTarget(to output: inout ByteBuffer) {
        var index = 0
        while index < target.count {
            let byte = target[index]
            if byte == UInt8(ascii: "\\"), index + 1 < target.count {
                let next = target[index + 1]
                if next == UInt8(ascii: "x"), index + 3 < target.count, let high = target[index + 2].hexDigitValue,
                    let low = target[index + 3].hexDigitValue
                {
                    output.append(high << 4 | low)
                    index += 4
                    continue
                }
                if next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
                    output.append(next)
                    index += 2
                    continue
                }
            }
            output.append(byte)
            index += 1
        }
    }
}

/// A call inside a line of some other log: an address with its parameters, or both apart, as web servers and people write them.
struct EmbeddedCall {
    /// Where the address stands; empty when there is none.
    private(set) var address = 0..<0
    /// Where parameters stand that are no part of the address; empty when there are none.
    private(set) var parameters = 0..<0
    /// Whether the line holds more calls than this one.
    private(set) var isOneOfSeveral = false

    /// Whether the line holds `xmlData=`.
    private(set) var hasParameters = false

    /// `nil` when the line holds neither an address of v1 nor `xmlData=`.
    init?(in line: ByteView) {
        let values = Self.values(in: line)
        let addresses = Self.addresses(in: line, values)
        guard let value = values.first else {
            guard let first = addresses.first(where: \.isConvertLead) ?? addresses.first else { return nil }
            address = first.range
            return
        }
        hasParameters = true
        isOneOfSeveral = values.count > 1 && (addresses.isEmpty || addresses.contains(where: \.isConvertLead))
        if let own = addresses.first(where: { $0.range.contains(value.lowerBound) }) {
            address = own.range
            return
        }
        let other = addresses.first(where: \.isConvertLead) ?? addresses.first
        if let other { address = other.range }
        var start = value.lowerBound
        let floor = addresses.map(\.range.upperBound).filter { $0 <= start }.max() ?? 0
        while start > floor, !Self.endsToken(line[start - 1]) { start -= 1 }
        // A log may put a word and a colon in front, as in `query:leadId=1`.
        if let colon = line.slice(start..<value.lowerBound).lastIndex(of: UInt8(ascii: ":")) { start += colon + 1 }
        while start < value.lowerBound, !line[start].isASCIILetter { start += 1 }
        parameters = start..<value.upperBound
    }

    /// Where each `xmlData=` begins and its value ends, with what is joined to that.
    private static func values(in line: ByteView) -> [Range<Int>] {
        var values: [Range<Int>] = []
        var index = 0
        // More than two say no more than two.
        while values.count < 2, let equals = line.offset(of: UInt8(ascii: "="), from: index) {
            index = equals + 1
            guard equals >= 7, line.slice((equals - 7)..<equals).equalsIgnoringCase("xmlData") else { continue }
            let value = line.dropping(index)
            if value.trimmingLeadingWhitespace().first == UInt8(ascii: "<") {
                index = RawXML.rootEnd(in: value).map { tokenEnd(line, from: index + $0) } ?? line.count
            } else {
                index = tokenEnd(line, from: index)
            }
            values.append((equals - 7)..<index)
        }
        return values
    }

    /// The first addresses of v1 that are not inside a value.
    private static func addresses(
        in line: ByteView, _ values: [Range<Int>]
    ) -> [(range: Range<Int>, isConvertLead: Bool)] {
        var addresses: [(range: Range<Int>, isConvertLead: Bool)] = []
        var index = 0
        var floor = 0
        while addresses.count < 16, let mark = line.offset(of: "/crm/private/", from: index) {
            index = mark + 1
            if values.contains(where: { $0.contains(mark) }) { continue }
            var start = mark
            while start > floor, !endsToken(line[start - 1]) { start -= 1 }
            let front = line.slice(start..<mark)
            if let slashes = front.offset(of: "://") {
                // A name and a sign may stand in front, as in `url=https://…`.
                var scheme = slashes
                while scheme > 0, front[scheme - 1].isASCIILetter { scheme -= 1 }
                start += scheme
            } else if let colon = front.lastIndex(of: UInt8(ascii: ":")) {
                start += colon + 1
            }
            var end = tokenEnd(line, from: mark)
            if let value = values.first(where: { (mark..<end).contains($0.lowerBound) }) { end = value.upperBound }
            let text = line.slice(start..<end)
            let methodEnd = V1Address.methodEnd(in: text)
            if let methodEnd, V1Address.isFollowedByText(text) { end = start + methodEnd }
            addresses.append((start..<end, methodEnd != nil))
            // Of two addresses in one word the end of the first may stand before the mark of the second.
            index = max(end, index)
            floor = index
        }
        return addresses
    }

    private static func tokenEnd(_ line: ByteView, from start: Int) -> Int {
        var end = start
        while end < line.count, !endsToken(line[end]) { end += 1 }
        return end
    }

    private static func endsToken(_ byte: UInt8) -> Bool {
        byte.isWhitespace || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "|")
    }
}

/// Raw HTTP requests as a recorder writes them.
enum HTTPText {
    /// Length of the message at the start of a text: all of it, unless another message begins straight behind its body, of which
    /// only `Content-Length` tells the end.
    static func length(ofMessage text: ByteView) -> Int {
        var index = 0
        var length: Int?
        while let end = text.offset(of: 0x0A, from: index) {
            let line = text.slice(index..<end).trimmingWhitespace()
            index = end + 1
            if line.isEmpty { break }
            if let value = HeaderText.value(of: "Content-Length", in: line) { length = Int(value.text) }
        }
        guard let length, length >= 0, length < text.count - index else { return text.count }
        let isAnother = HeaderText.isRequestLine(text.dropping(index + length).trimmingLeadingWhitespace())
        return isAnother ? index + length : text.count
    }
}

/// URLs and form bodies whose XML stands in them unencoded.
enum RawCallText {
    /// True when raw XML begins in the text and its root is not closed in it.
    static func isOpen(_ text: ByteView) -> Bool {
        var index = 0
        while let equals = text.offset(of: UInt8(ascii: "="), from: index) {
            index = equals + 1
            guard equals >= 7, text.slice((equals - 7)..<equals).equalsIgnoringCase("xmlData") else { continue }
            let value = text.dropping(index).trimmingWhitespace()
            guard value.first == UInt8(ascii: "<") || value.isEmpty else { return false }
            return RawXML.rootEnd(in: value) == nil
        }
        return false
    }

    /// Whether a line may close the root of an open text: it has an end tag of the root's name, or the end of a tag that began
    /// before it.
    static func mayClose(_ line: ByteView, _ text: ByteView) -> Bool {
        guard let close = line.offset(of: UInt8(ascii: ">")) else { return false }
        if line.offset(of: UInt8(ascii: "<")).map({ $0 > close }) ?? true { return true }
        var start = 0
        while let open = text.offset(of: UInt8(ascii: "<"), from: start), open + 1 < text.count {
            start = open + 1
            guard text[start].isASCIILetter else { continue }
            var end = start
            while end < text.count, text[end].isASCIILetter || text[end].isDigit { end += 1 }
            let name = text.slice(start..<end)
            var index = 0
            while let tag = line.offset(of: "</", from: index) {
                index = tag + 2
                let rest = line.dropping(index)
                if rest.count > name.count, rest.slice(0..<name.count).elementsEqual(name) { return true }
            }
            return false
        }
        return true
    }
}

/// Debug logs of the popular PHP class: lines that begin with `URL:`, `Data:` and `Reply:`.
///
/// Source: domain reference 1.4.
enum PHPLogText {
    /// True for a line that begins a call.
    static func beginsRecord(_ line: ByteView) -> Bool { isURL(line) || isData(line) }

    static func isURL(_ line: ByteView) -> Bool { line.hasPrefix("URL:") }
    static func isData(_ line: ByteView) -> Bool { line.hasPrefix("Data:") }
    static func isReply(_ line: ByteView) -> Bool { line.hasPrefix("Reply:") }

    /// Address and body of a call, without the words before them.
    static func parts(
        of record: ByteView
    ) -> (url: ByteView, data: ByteView) {
        var url = record.slice(0..<0)
        var data = record.slice(0..<0)
        var index = 0
        while index < record.count {
            let end = record.offset(of: 0x0A, from: index) ?? record.count
            let line = record.slice(index..<end)
            if isURL(line) {
                url = line.dropping(4).trimmingWhitespace()
            } else if isData(line) {
                // The body goes on over lines up to the reply.
                var last = end
                while last < record.count {
                    let next = record.dropping(last + 1)
                    if isReply(next) || isURL(next) { break }
                    last = record.offset(of: 0x0A, from: last + 1) ?? record.count
                }
                data = record.slice((index + 5)..<last).trimmingWhitespace()
                index = last + 1
                continue
            }
            index = end + 1
        }
        return (url, data)
    }
}
