import Bytes

/// What a secret looks like in text that could not be read as a call, so that it can be cut out before the text is kept.
package enum CredentialText {
    private static let marks: [StaticString] = [
        "token", "ticket", "apikey", "api_key", "api-key", "authorization", "cookie", "password", "passwd", "secret",
        "bearer",
    ]
    /// Options of curl whose values are secrets.
    private static let curlOptions: [StaticString] = [
        "--user", "--proxy-user", "--cookie", "--oauth2-bearer", "-u", "-U", "-b",
    ]

    /// Bytes of a name that are looked at, so that text of any length takes time in proportion.
    private static let longestName = 128

    /// A secret in a text, and what stands there instead.
    private struct Secret {
        var range: Range<Int>
        var replacement: StaticString = "***"
    }

    /// True when a parameter, member or header of this name holds a secret.
    package static func isCredentialName(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in 0..<name.count where markLength(name.dropping(index)) != nil { return true }
        return false
    }

    /// Length of a word that names a secret, at the start of the text.
    private static func markLength(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = text.first?.lowercased, "tapcsb".utf8.contains(first) else { return nil }
        for mark in marks where text.hasPrefixIgnoringCase(mark) { return mark.utf8CodeUnitCount }
        return nil
    }

    /// The text with every secret replaced by `***`: what stands behind a name that has one of the words of secrets in it
    /// and `=`, `:` or `=>`, up to the end of a parameter, a quoted value or, for headers, a line; a long word with digits behind
    /// such a name; serialized values of PHP; texts of elements; values of curl's options for secrets; parts of forms; and user and password of a URL. Of JSON, values of
    /// members and of pairs of name and value are replaced, objects and arrays by `null`, so that it stays JSON.
    ///
    /// Made for text nobody could read, so it looks for no grammar and cuts rather too much.
    package static func removingSecrets(from text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let isCurl = text.offset(of: "curl ") != nil
        var pairs = valuesOfPairs(in: text)[...]
        return replacing(in: text) { text, index in
            while let pair = pairs.first, pair.lowerBound < index { pairs.removeFirst() }
            if let pair = pairs.first, pair.lowerBound == index { return Secret(range: pair) }
            return secret(in: text, at: index) ?? (isCurl ? curlValue(in: text, at: index) : nil)
        }
    }

    /// The text without what `find` says lies at an index or behind it.
    private static func replacing(
        in text: UnsafeBufferPointer<UInt8>, _ find: (UnsafeBufferPointer<UInt8>, Int) -> Secret?
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if let secret = find(text, index) {
                result += text.slice(index..<secret.range.lowerBound)
                result += UnsafeBufferPointer(
                    start: secret.replacement.utf8Start, count: secret.replacement.utf8CodeUnitCount)
                index = secret.range.upperBound
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    /// The secret that is named at `index`.
    private static func secret(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Secret? {
        if text[index] == UInt8(ascii: ":"), text.dropping(index).hasPrefix("://") {
            return userInfo(in: text, from: index + 3).map { Secret(range: $0) }
        }
        guard let length = markLength(text.dropping(index)) else { return nil }
        var end = index + length
        let limit = min(text.count, end + longestName)
        while end < limit, isNameByte(text[end]) { end += 1 }
        if end == limit, end < text.count { return nil }
        let endOfName = end
        if let element = elementText(in: text, name: index..<endOfName) { return Secret(range: element) }
        // The name's closing quote, perhaps escaped, and PHP's bracket, then the sign between name and value.
        while end < text.count,
            text[end] == UInt8(ascii: "\\") || isQuote(text[end]) || text[end] == UInt8(ascii: "]") || text[end] == 0x20
        {
            end += 1
        }
        let isQuoted = text.slice(endOfName..<end).contains(UInt8(ascii: "\""))
        if isQuoted, let part = partOfForm(in: text, name: index..<endOfName) { return Secret(range: part) }
        guard end < text.count else { return nil }
        // A name apart from its value, as HAR and Postman write headers: "name": "Authorization", "value": "…".
        if text[end] == UInt8(ascii: ",") { end = endOfValueName(in: text, from: end + 1) ?? end }
        let isHeader = text[end] == UInt8(ascii: ":")
        if text.dropping(end).hasPrefixIgnoringCase("%3D") {
            end += 3
        } else if text.dropping(end).hasPrefix("=>") {
            end += 2
            while end < text.count, text[end].isBlank { end += 1 }
            if text.dropping(end).hasPrefix("string("), let close = text.offset(of: UInt8(ascii: ")"), from: end) {
                end = close + 1
            }
        } else if isQuoted, text[end] == UInt8(ascii: ";"), let length = serializedLength(in: text, from: end + 1) {
            end += 1 + length
        } else if text[end] == UInt8(ascii: "=") || isHeader {
            end += 1
        } else {
            return endOfName == end ? nil : word(in: text, from: endOfName).map { Secret(range: $0) }
        }
        let isMember = isQuoted && isHeader
        if isMember {
            end = skippingJSONBlanks(in: text, from: end)
        } else {
            while end < text.count, text[end] == 0x20 || text[end] == 0x09 { end += 1 }
            // The backslash of an escaped quote.
            while end < text.count, text[end] == UInt8(ascii: "\\") { end += 1 }
        }
        guard end < text.count else { return nil }
        if isHeader, text[end] == UInt8(ascii: "[") || text[end] == UInt8(ascii: "{") {
            return Secret(range: end..<endOfContainer(in: text, from: end), replacement: "null")
        }
        while isMember, end < text.count, text[end] == UInt8(ascii: "\\") { end += 1 }
        let start: Int
        if end < text.count, isQuote(text[end]) {
            start = end + 1
            end = start
            while end < text.count, !isQuote(text[end]), text[end] != 0x0A {
                // The backslashes of an escaped quote stay with the quote.
                if text[end] == UInt8(ascii: "\\"), end + 1 < text.count, isQuote(text[end + 1]) { break }
                end += 1
            }
            while end > start, text[end - 1] == UInt8(ascii: "\\") { end -= 1 }
            return Secret(range: start..<end)
        }
        start = end
        if isMember {
            while end < text.count, !text[end].isBlank, !",}]\\\"".utf8.contains(text[end]) { end += 1 }
            return start == end ? nil : Secret(range: start..<end, replacement: "null")
        }
        while end < text.count, !endsValue(text[end], isHeader: isHeader),
            !text.dropping(end).hasPrefixIgnoringCase("%26")
        {
            end += 1
        }
        return Secret(range: start..<end)
    }

    /// The text of an element whose name in its start tag ends with a name.
    private static func elementText(in text: UnsafeBufferPointer<UInt8>, name: Range<Int>) -> Range<Int>? {
        let start = name.upperBound + 1
        guard start < text.count, text[start - 1] == UInt8(ascii: ">") else { return nil }
        var begin = name.lowerBound
        while begin > 0, name.lowerBound - begin < longestName, isNameByte(text[begin - 1]) { begin -= 1 }
        guard begin > 0, text[begin - 1] == UInt8(ascii: "<") else { return nil }
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "<") { end += 1 }
        return start == end ? nil : start..<end
    }

    /// Length of what PHP's `serialize` writes before a value: `s:9:` or `i:`.
    private static func serializedLength(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let rest = text.dropping(start)
        if rest.hasPrefix("i:") || rest.hasPrefix("d:") { return 2 }
        guard rest.hasPrefix("s:") else { return nil }
        let digits = rest.dropping(2).prefix { $0.isDigit }.count
        return digits > 0 && rest.dropping(2 + digits).first == UInt8(ascii: ":") ? 3 + digits : nil
    }

    /// A word behind blanks that can be a secret but hardly anything else: long, with digits, and not a number.
    private static func word(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        var begin = start
        while begin < text.count, text[begin] == 0x20 { begin += 1 }
        var end = begin
        while end < text.count, isNameByte(text[end]) || "./+=".utf8.contains(text[end]) { end += 1 }
        let word = text.slice(begin..<end)
        let isSecret =
            begin > start && word.count >= 12 && word.contains { $0.isDigit } && !word.allSatisfy { $0.isDigit }
        return isSecret ? begin..<end : nil
    }

    /// The value of an option of curl that begins at `index`.
    private static func curlValue(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Secret? {
        guard text[index] == UInt8(ascii: "-"), index == 0 || text[index - 1].isBlank else { return nil }
        let rest = text.dropping(index)
        guard let option = curlOptions.first(where: { rest.hasPrefix($0) }) else { return nil }
        var start = index + option.utf8CodeUnitCount
        let isLong = option.utf8CodeUnitCount > 2
        if isLong, start < text.count, text[start] != 0x20, text[start] != UInt8(ascii: "=") { return nil }
        while start < text.count, text[start] == 0x20 || (isLong && text[start] == UInt8(ascii: "=")) { start += 1 }
        guard start < text.count else { return nil }
        var end = start
        if isQuote(text[start]) {
            start += 1
            end = start
            while end < text.count, text[end] != text[start - 1] { end += 1 }
        } else {
            while end < text.count, !text[end].isBlank { end += 1 }
        }
        return start == end ? nil : Secret(range: start..<end)
    }

    /// The value of a part of a `multipart/form-data` body, when a name in quotes is that of a part.
    private static func partOfForm(in text: UnsafeBufferPointer<UInt8>, name: Range<Int>) -> Range<Int>? {
        var begin = name.lowerBound
        while begin > 0, name.lowerBound - begin < longestName, isNameByte(text[begin - 1]) { begin -= 1 }
        let limitOfQuotes = max(begin - 8, 0)
        while begin > limitOfQuotes, isQuote(text[begin - 1]) || text[begin - 1] == UInt8(ascii: "\\") { begin -= 1 }
        guard begin >= 6, text.slice((begin - 6)..<begin).equalsIgnoringCase(" name=") else { return nil }
        // An empty line ends the part's head; line ends may be escaped.
        var index = name.upperBound
        let limit = min(text.count, index + 256)
        var feeds = 0
        while index < limit {
            if let length = lineEndLength(in: text, at: index) {
                feeds += 1
                index += length
                guard feeds == 2 else { continue }
                var end = index
                while end < text.count, lineEndLength(in: text, at: end) == nil { end += 1 }
                return index == end ? nil : index..<end
            }
            feeds = 0
            index += 1
        }
        return nil
    }

    /// Length of the line end at `index`, which may be written `\r\n` as in a JSON string.
    private static func lineEndLength(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        let rest = text.dropping(index)
        for end: StaticString in ["\r\n", "\n", "\\r\\n", "\\n"] where rest.hasPrefix(end) {
            return end.utf8CodeUnitCount
        }
        return nil
    }

    // MARK: JSON, perhaps inside a JSON string

    /// Steps over white space, also where it is escaped.
    private static func skippingJSONBlanks(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            if text[index].isBlank {
                index += 1
            } else if text[index] == UInt8(ascii: "\\"), index + 1 < text.count, "nrt".utf8.contains(text[index + 1]) {
                index += 2
            } else {
                break
            }
        }
        return index
    }

    private static func backslashCount(in text: UnsafeBufferPointer<UInt8>, before index: Int) -> Int {
        var begin = index
        while begin > 0, text[begin - 1] == UInt8(ascii: "\\") { begin -= 1 }
        return index - begin
    }

    /// Offset of the quote that closes the string whose opening quote stands at `open`; it is escaped like that one. `nil` when
    /// the line ends before.
    private static func closingQuote(in text: UnsafeBufferPointer<UInt8>, of open: Int) -> Int? {
        let level = backslashCount(in: text, before: open)
        var index = open + 1
        while index < text.count, text[index] != 0x0A {
            if text[index] == UInt8(ascii: "\"") {
                let count = min(backslashCount(in: text, before: index), index - open - 1)
                if count == level || (level == 0 && count.isMultiple(of: 2)) { return index }
            }
            index += 1
        }
        return nil
    }

    /// Offset behind the array or object that begins at `open`.
    private static func endOfContainer(in text: UnsafeBufferPointer<UInt8>, from open: Int) -> Int {
        var depth = 0
        var index = open
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""): index = closingQuote(in: text, of: index) ?? index
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return text.count
    }

    /// The values of objects that give name and value of a secret apart, in whatever order: `{"value": "…", "key": "authtoken"}`.
    /// Objects in a string of JSON are looked at too.
    private static func valuesOfPairs(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var values: [Range<Int>] = []
        var start = 0
        while let open = text.offset(of: UInt8(ascii: "{"), from: start) {
            start = open + 1
            var value: Range<Int>?
            var isSecret = false
            var member: Range<Int>?
            var index = start
            while index < text.count, text[index] != UInt8(ascii: "{"), text[index] != UInt8(ascii: "}") {
                guard text[index] == UInt8(ascii: "\"") else {
                    index += 1
                    continue
                }
                guard let close = closingQuote(in: text, of: index) else { break }
                let content = (index + 1)..<max(close - backslashCount(in: text, before: close), index + 1)
                index = close + 1
                let next = skippingJSONBlanks(in: text, from: index)
                if next < text.count, text[next] == UInt8(ascii: ":") {
                    member = content
                    continue
                }
                if let member {
                    let name = text.slice(member)
                    if name.equals("value") { value = content }
                    if name.equals("name") || name.equals("key"), isCredentialName(text.slice(content)) {
                        isSecret = true
                    }
                }
                member = nil
            }
            if isSecret, let value, !value.isEmpty { values.append(value) }
        }
        return values.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// Offset of the colon behind `"value"`, when that is what comes next.
    private static func endOfValueName(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var end = start
        func skip() {
            while end < text.count, text[end].isBlank || text[end] == UInt8(ascii: "\\") || isQuote(text[end]) {
                end += 1
            }
        }
        skip()
        guard text.dropping(end).hasPrefix("value") else { return nil }
        end += 5
        skip()
        return end < text.count && text[end] == UInt8(ascii: ":") ? end : nil
    }

    /// The text with v1's own credentials replaced by `***`: parameters, JSON members, elements and header lines by their exact
    /// names.
    ///
    /// For `xmlData` of a call that was so damaged that other parts of it became XML. Nothing that XML may hold looks like these,
    /// so well-formed XML stays as it is.
    package static func removingParameters(from text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        replacing(in: text) { text, index in parameter(in: text, at: index).map { Secret(range: $0) } }
    }

    /// Where the value lies of a credential parameter, member or header that begins at `index`.
    private static func parameter(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Range<Int>? {
        guard "aAtTcC".utf8.contains(text[index]) else { return nil }
        let rest = text.dropping(index)
        let isToken = rest.hasPrefixIgnoringCase("authtoken")
        guard isToken || index == 0 || !isNameByte(text[index - 1]) else { return nil }
        if index == 0 || text[index - 1] == 0x0A,
            rest.hasPrefixIgnoringCase("Authorization:") || rest.hasPrefixIgnoringCase("Cookie:")
        {
            let start = index + (rest.offset(of: UInt8(ascii: ":")) ?? 0) + 1
            var end = start
            while end < text.count, text[end] != 0x0A, text[end] != 0x0D { end += 1 }
            return start..<end
        }
        var end = index
        if isToken { end += 9 }
        if rest.hasPrefixIgnoringCase("ticket") || rest.hasPrefixIgnoringCase("apikey") { end += 6 }
        guard end > index, end < text.count else { return nil }
        if let element = elementText(in: text, name: index..<end) { return element }
        if text[end] == UInt8(ascii: "=") {
            let start = end + 1
            guard start < text.count, !isQuote(text[start]) else { return nil }
            end = start
            while end < text.count, !endsValue(text[end], isHeader: false) { end += 1 }
            return start..<end
        }
        guard isQuote(text[end]) || text[end] == UInt8(ascii: "\\") else { return nil }
        while end < text.count, isQuote(text[end]) || text[end] == UInt8(ascii: "\\") || text[end].isBlank { end += 1 }
        guard end < text.count, text[end] == UInt8(ascii: ":") else { return nil }
        end += 1
        while end < text.count, isQuote(text[end]) || text[end] == UInt8(ascii: "\\") || text[end].isBlank { end += 1 }
        let start = end
        while end < text.count, !isQuote(text[end]), text[end] != UInt8(ascii: "\\"), text[end] != 0x0A { end += 1 }
        return start..<end
    }

    private static func userInfo(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        var end = start
        while end < text.count, !text[end].isBlank, !"/?#\"'<>".utf8.contains(text[end]) {
            if text[end] == UInt8(ascii: "@") { return start..<end }
            end += 1
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func endsValue(_ byte: UInt8, isHeader: Bool) -> Bool {
        if byte == 0x0A || byte == 0x0D || isQuote(byte) { return true }
        return !isHeader && (byte.isBlank || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<"))
    }
}
