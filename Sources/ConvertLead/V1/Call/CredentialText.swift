import Bytes

/// What a secret looks like in text that could not be read as a call, so that it can be cut out before the text is kept.
package enum CredentialText {
    private static let marks: [StaticString] = [
        "token", "ticket", "apikey", "api_key", "api-key", "authorization", "cookie", "password", "passwd", "secret",
        "bearer", "passphrase", "sessionid", "credential", "x-auth",
    ]
    /// Options of curl whose values are secrets.
    private static let curlOptions: [StaticString] = [
        "--user", "--proxy-user", "--cookie", "--oauth2-bearer", "-u", "-U", "-b",
    ]

    /// Members and attributes that hold a value, and those that hold its name.
    private static let valueNames: [StaticString] = ["value", "v", "val", "content", "text", "data"]
    private static let nameNames: [StaticString] = ["name", "key", "k", "n", "header", "field", "param", "parameter"]

    /// Bytes of a name that are looked at, so that text of any length takes time in proportion.
    private static let longestName = 128
    /// Bytes of a tag that are looked at.
    private static let longestTag = 1024
    /// Bytes in which a value ends that is taken for one only when it ends.
    private static let longestList = 512

    /// A secret in a text, and what stands there instead.
    private struct Secret {
        var range: Range<Int>
        var replacement: StaticString = "***"
    }

    /// True when a parameter, member or header of this name holds a secret.
    package static func isCredentialName(_ name: ByteView) -> Bool {
        for index in 0..<name.count where markLength(name.dropping(index)) != nil { return true }
        return false
    }

    /// Length of a word that names a secret, at the start of the text.
    private static func markLength(_ text: ByteView) -> Int? {
        guard let first = text.first?.lowercased, "tapcsbx".utf8.contains(first) else { return nil }
        for mark in marks where text.hasPrefixIgnoringCase(mark) { return mark.utf8CodeUnitCount }
        return nil
    }

    /// The text with every secret replaced by `***`: what stands behind a name that has one of the words of secrets in it and a
    /// ``CredentialSeparator``; texts of elements, attributes and the like; values of curl's options for secrets; parts of forms;
    /// and user and password of a URL. Signs may be written as escapes of URLs, JSON or XML. Of JSON, values of members and of
    /// pairs of name and value are replaced, objects and arrays by `null`, so that it stays JSON.
    ///
    /// Made for text nobody could read, so it looks for no grammar and cuts rather too much.
    package static func removingSecrets(from text: ByteView) -> [UInt8] {
        let isCurl = text.offset(of: "curl ") != nil
        var pairs = valuesOfPairs(in: text)[...]
        return replacing(in: text) { text, index in
            while let pair = pairs.first, pair.lowerBound < index { pairs.removeFirst() }
            if let pair = pairs.first, pair.lowerBound == index { return Secret(range: pair) }
            return secret(in: text, at: index) ?? (isCurl ? curlValue(in: text, at: index) : nil)
        }
    }

    /// A text with every secret replaced by `***`.
    package static func removingSecrets(from text: String) -> String {
        var text = text
        return text.withByteView { String(decoding: removingSecrets(from: $0), as: UTF8.self) }
    }

    /// True for text that is nothing but one long word of letters and digits, perhaps in quotes or behind `-` as in a list: the value
    /// of a credential whose name stands on another line.
    package static func isBareSecret(_ text: ByteView) -> Bool {
        var rest = text.trimmingWhitespace()
        if rest.hasPrefix("- ") { rest = rest.dropping(2).trimmingWhitespace() }
        while let last = rest.last, isQuote(last) || last == UInt8(ascii: ",") {
            rest = rest.slice(0..<(rest.count - 1))
        }
        while let first = rest.first, isQuote(first) { rest = rest.dropping(1) }
        return rest.count >= 16 && rest.allSatisfy { $0.isASCIILetter || $0.isDigit } && word(in: rest, from: 0) != nil
    }

    /// The text without what `find` says lies at an index or behind it.
    private static func replacing(
        in text: ByteView, _ find: (ByteView, Int) -> Secret?
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
    private static func secret(in text: ByteView, at index: Int) -> Secret? {
        if text[index] == UInt8(ascii: ":"), text.dropping(index).hasPrefix("://") {
            return userInfo(in: text, from: index + 3).map { Secret(range: $0) }
        }
        if text[index] == UInt8(ascii: "<") {
            return valueOfTag(in: text, at: index) { isCredentialName($0) }.map { Secret(range: $0) }
        }
        guard let length = markLength(text.dropping(index)) else { return nil }
        var end = index + length
        let limit = min(text.count, end + longestName)
        while end < limit, isNameByte(text[end]) { end += 1 }
        if end == limit, end < text.count { return nil }
        let name = index..<end
        if let element = elementText(in: text, name: name) { return element.isEmpty ? nil : Secret(range: element) }
        if let part = partOfForm(in: text, name: name) { return Secret(range: part) }
        if text[min(end, text.count - 1)] == UInt8(ascii: "<"), let next = nextElement(in: text, behind: name) {
            return Secret(range: next)
        }
        let separator = CredentialSeparator(text, behind: end)
        guard separator.end < text.count else { return nil }
        switch separator.strength {
        case .none: return nil
        case .blank, .weak: return weakValue(in: text, behind: separator).map { Secret(range: $0) }
        case .strong: return value(in: text, of: name, behind: separator)
        }
    }

    /// The value behind a sign that says there is one.
    private static func value(
        in text: ByteView, of name: Range<Int>, behind separator: CredentialSeparator
    ) -> Secret? {
        let start = separator.end
        if let quote = separator.quote {
            if separator.crossesLine, !separator.isArrow {
                return weakValue(in: text, behind: separator).map { Secret(range: $0) }
            }
            let end = endOfQuoted(in: text, from: start, quote)
            // The quote was the end of a text to which the value is appended: '…authtoken=' + 'abc'.
            let sign = text.slice(start..<end).trimmingWhitespace()
            if end < text.count, sign.equals("+") || sign.equals(".") || sign.equals("&") || sign.equals("||") {
                let next = min(end + 1 + (quote.backslashes ?? 0), text.count)
                return Secret(range: next..<max(endOfQuoted(in: text, from: next, quote), next))
            }
            return start == end ? nil : Secret(range: start..<end)
        }
        if text[start] == UInt8(ascii: "[") || text[start] == UInt8(ascii: "{") || separator.isArray {
            if separator.isColon, !separator.isArrow {
                return Secret(range: start..<endOfContainer(in: text, from: start), replacement: "null")
            }
            if separator.isArrow {
                return Secret(range: (start + 1)..<max(endOfContainer(in: text, from: start) - 1, start + 1))
            }
            let lineEnd = min(text.offset(of: 0x0A, from: start) ?? text.count, start + longestList)
            let close = UInt8(ascii: text[start] == UInt8(ascii: "[") ? "]" : "}")
            if let end = text.slice(start..<lineEnd).offset(of: close) {
                return Secret(range: (start + 1)..<(start + end))
            }
        }
        if separator.crossesLine, !separator.isArrow, !(separator.isColon && separator.closesQuote) {
            guard separator.isColon, let lines = nestedLines(in: text, below: name.lowerBound, at: separator) else {
                return word(in: text, from: start).map { Secret(range: $0) }
            }
            return Secret(range: lines)
        }
        var end = start
        if separator.isColon, separator.closesQuote {
            while end < text.count, !text[end].isWhitespace, !",}]\\\"".utf8.contains(text[end]) { end += 1 }
            return start == end ? nil : Secret(range: start..<end, replacement: "null")
        }
        end = endOfPlain(in: text, from: start, name: text.slice(name), isHeader: separator.isColon)
        return start == end ? nil : Secret(range: start..<end)
    }

    /// A value behind something that may stand between any words: quoted directly behind, or one that can hardly be anything else.
    private static func weakValue(
        in text: ByteView, behind separator: CredentialSeparator
    ) -> Range<Int>? {
        let start = separator.end
        guard let quote = separator.quote, separator.strength != .blank else { return word(in: text, from: start) }
        let end = endOfQuoted(in: text.slice(0..<min(start + longestList, text.count)), from: start, quote)
        guard end > start, end < text.count, !isKnownName(text.slice(start..<end)) else { return nil }
        // Names of other values are quoted too.
        var next = end
        while next < text.count, next < end + 16 {
            let character = EscapedCharacter(text, at: next)
            guard isQuote(character.byte) || character.byte == 0x20 || character.byte == UInt8(ascii: "\\") else {
                return character.byte == UInt8(ascii: ":") || character.byte == UInt8(ascii: "=") ? nil : start..<end
            }
            next += character.length
        }
        return start..<end
    }

    /// True for the parameters of v1 that are no secrets.
    private static func isKnownName(_ text: ByteView) -> Bool {
        let names: [StaticString] = [
            "xmldata", "leadid", "lead_id", "id", "newformat", "version", "scope", "duplicatecheck",
        ]
        return names.contains { text.equalsIgnoringCase($0) }
    }

    /// Offset of the quote that ends a value, or of the line end before it; backslashes of an escaped quote belong to it.
    private static func endOfQuoted(
        in text: ByteView, from start: Int, _ quote: CredentialSeparator.Quote
    ) -> Int {
        if let backslashes = quote.backslashes {
            let byte = quote.byte == UInt8(ascii: "`") ? UInt8(ascii: "'") : quote.byte
            var index = start
            var count = 0
            while index < text.count, text[index] != 0x0A {
                if text[index] == byte || text[index] == quote.byte,
                    count == backslashes || (backslashes == 0 && count.isMultiple(of: 2))
                {
                    return index - count
                }
                count = text[index] == UInt8(ascii: "\\") ? count + 1 : 0
                index += 1
            }
            return index
        }
        var index = start
        while index < text.count, text[index] != 0x0A {
            let character = EscapedCharacter(text, at: index)
            if character.isEscaped, character.byte == quote.byte { return index }
            index += character.isEscaped ? character.length : 1
        }
        return index
    }

    /// Offset behind a value without quotes.
    private static func endOfPlain(
        in text: ByteView, from start: Int, name: ByteView, isHeader: Bool
    ) -> Int {
        let isList = hasWord("cookie", in: name) || hasWord("authorization", in: name)
        let isQuotedPrintable = text.dropping(start).hasPrefix("3D")
        var end = start
        var wordStart = start
        while end < text.count {
            let byte = text[end]
            if isHeader, let length = foldLength(in: text, from: start, at: end) {
                end += length
                continue
            }
            if byte == 0x0A || byte == 0x0D {
                // Lines of a trace of curl or a mail go on in the middle of a value.
                guard let length = continuedLine(in: text, at: end, isQuotedPrintable: isQuotedPrintable) else { break }
                end += length
                continue
            }
            if isQuote(byte) { break }
            if "%\\&".utf8.contains(byte) {
                let character = EscapedCharacter(text, at: end)
                if character.isEscaped {
                    if isQuote(character.byte) || (!isHeader && "&<".utf8.contains(character.byte)) { break }
                    if character.byte == 0x0D,
                        EscapedCharacter(text, at: min(end + character.length, text.count - 1)).byte == 0x0A
                    {
                        break
                    }
                    end += character.length
                    continue
                }
            }
            if !isHeader {
                if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") { break }
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";"), !isList, isName(in: text, from: end + 1) {
                    break
                }
                if byte.isWhitespace {
                    guard isList, goesOn(behind: text.slice(wordStart..<end)) else { break }
                    wordStart = end + 1
                }
            }
            end += 1
        }
        return end
    }

    /// Length of a line end, perhaps written as an escape, in a header that goes on in the next line: only its scheme came before.
    private static func foldLength(in text: ByteView, from start: Int, at index: Int) -> Int? {
        guard index > start, index - start < longestName, let length = lineEndLength(in: text, at: index),
            index + length < text.count, text[index + length] == 0x20 || text[index + length] == 0x09
        else { return nil }
        return goesOn(behind: text.slice(start..<index)) ? length + 1 : nil
    }

    /// True when a value goes on behind a word of it: the scheme of a header, a cookie before another one.
    private static func goesOn(behind word: ByteView) -> Bool {
        word.isEmpty || word.last == UInt8(ascii: ";") || word.equalsIgnoringCase("basic")
            || word.equalsIgnoringCase("digest")
            || (word.count < longestName && isCredentialName(word))
    }

    private static func hasWord(_ word: StaticString, in name: ByteView) -> Bool {
        name.indices.contains { name.dropping($0).hasPrefixIgnoringCase(word) }
    }

    /// True when a name and a sign behind it begin here, behind a blank or without one.
    private static func isName(in text: ByteView, from start: Int) -> Bool {
        var index = start
        while index < text.count, index < start + 4, text[index] == 0x20 || isQuote(text[index]) { index += 1 }
        let first = index
        while index < text.count, index < first + 40, isNameByte(text[index]) { index += 1 }
        while index < text.count, index < first + 44, isQuote(text[index]) || text[index] == 0x20 { index += 1 }
        return index > first && index < text.count
            && (text[index] == UInt8(ascii: "=") || text[index] == UInt8(ascii: ":"))
    }

    /// Length of a line end inside a value: of quoted-printable text, or of a trace, whose lines begin with an offset.
    private static func continuedLine(
        in text: ByteView, at index: Int, isQuotedPrintable: Bool
    ) -> Int? {
        var end = index
        while end < text.count, end < index + 2, text[end] == 0x0A || text[end] == 0x0D { end += 1 }
        if isQuotedPrintable { return text[index - 1] == UInt8(ascii: "=") ? end - index : nil }
        let first = end
        while end < text.count, end < first + 8, text[end].hexDigitValue != nil { end += 1 }
        guard end >= first + 4, text.dropping(end).hasPrefix(": ") else { return nil }
        // Another message begins at offset 0.
        return text.slice(first..<end).allSatisfy { $0 == UInt8(ascii: "0") } ? nil : end + 2 - index
    }

    /// The lines below a name of YAML that hold its value: a list, or a line that is indented deeper.
    private static func nestedLines(
        in text: ByteView, below name: Int, at separator: CredentialSeparator
    ) -> Range<Int>? {
        let start = separator.end
        func lineEnd(_ index: Int) -> Int { text.offset(of: 0x0A, from: index) ?? text.count }
        var end = lineEnd(start)
        if text.dropping(start).hasPrefix("- ") {
            while end < text.count {
                var next = end + 1
                while next < text.count, text[next] == 0x20 || text[next] == 0x09 { next += 1 }
                guard text.dropping(next).hasPrefix("- ") else { break }
                end = lineEnd(next)
            }
            return (start + 2)..<max(end, start + 2)
        }
        var lineStart = name
        while lineStart > 0, name - lineStart < longestName, text[lineStart - 1] != 0x0A { lineStart -= 1 }
        let indentation = text.slice(lineStart..<name).prefix { $0 == 0x20 || $0 == 0x09 }.count
        let word = text.dropping(start).prefix { isNameByte($0) || isQuote($0) }
        guard separator.indentation > indentation, !isKnownName(text.slice(start..<(start + word.count))) else {
            return nil
        }
        return start..<end
    }

    /// The value that a tag gives a secret: of an attribute called like one, or beside or behind an attribute `name` or `key`.
    private static func valueOfTag(
        in text: ByteView, at open: Int, isSecretName: (ByteView) -> Bool
    ) -> Range<Int>? {
        var index = open + 1
        let limit = min(text.count, open + longestTag)
        while index < limit, isNameByte(text[index]) || ":.".utf8.contains(text[index]) { index += 1 }
        let element = text.slice((open + 1)..<index)
        let prefix = element.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? 0
        var isSecret = isSecretName(element.dropping(prefix))
        var value: Range<Int>?
        while index < limit, text[index] != UInt8(ascii: "<"), text[index] != UInt8(ascii: ">") {
            guard isNameByte(text[index]) else {
                index += 1
                continue
            }
            let nameStart = index
            while index < limit, isNameByte(text[index]) { index += 1 }
            let name = text.slice(nameStart..<index)
            while index < limit, text[index].isWhitespace { index += 1 }
            guard index < limit, text[index] == UInt8(ascii: "=") else { continue }
            index += 1
            while index < limit, text[index].isWhitespace { index += 1 }
            guard index < limit else { break }
            let character = EscapedCharacter(text, at: index)
            guard isQuote(character.byte) else { continue }
            let start = index + character.length
            let end = endOfQuoted(
                in: text.slice(0..<limit), from: start, .init(byte: character.byte, backslashes: character.length - 1))
            let content = text.slice(start..<end)
            if nameNames.contains(where: { name.equalsIgnoringCase($0) }) {
                isSecret = isSecret || isSecretName(content)
            }
            if name.equalsIgnoringCase("value") || name.equalsIgnoringCase("content") { value = start..<end }
            if isSecretName(name), !content.isEmpty { return start..<end }
            index = min(end + character.length, limit)
        }
        guard isSecret, index < limit, text[index] == UInt8(ascii: ">") else { return isSecret ? value : nil }
        if let value { return value.isEmpty ? nil : value }
        if text[index - 1] == UInt8(ascii: "/") { return nil }
        let content = contentOfElement(in: text, from: index + 1)
        return content.isEmpty ? nil : content
    }

    /// The text of an element whose name in its start tag ends with a name; empty when it has none.
    private static func elementText(in text: ByteView, name: Range<Int>) -> Range<Int>? {
        guard name.upperBound < text.count else { return nil }
        var begin = name.lowerBound
        while begin > 0, name.lowerBound - begin < longestName,
            isNameByte(text[begin - 1]) || ":.".utf8.contains(text[begin - 1])
        {
            begin -= 1
        }
        // The bracket may be written as an escape, whose last byte belongs to a name for `\u003c` and `%3C`.
        let isTag =
            begin > 0
            && (text[begin - 1] == UInt8(ascii: "<") || isEscapedBracket(in: text, before: begin, name.lowerBound))
        guard isTag else { return nil }
        var end = name.upperBound
        let limit = min(text.count, end + longestTag)
        if EscapedCharacter(text, at: end).byte != UInt8(ascii: ">") {
            guard text[end].isWhitespace else { return nil }
            while end < limit, text[end] != UInt8(ascii: "<"), EscapedCharacter(text, at: end).byte != UInt8(ascii: ">")
            { end += 1 }
            guard end < limit, text[end] != UInt8(ascii: "<"), text[end - 1] != UInt8(ascii: "/") else { return nil }
        }
        return contentOfElement(in: text, from: end + EscapedCharacter(text, at: end).length)
    }

    /// The text of the element behind one whose whole text is a name: `<key>authtoken</key><string>…`. Fields and options of v1 hold
    /// customers' words, so theirs is none.
    private static func nextElement(in text: ByteView, behind name: Range<Int>) -> Range<Int>? {
        var begin = name.lowerBound
        while begin > 0, name.lowerBound - begin < longestName, isNameByte(text[begin - 1]) { begin -= 1 }
        guard begin > 0, text[begin - 1] == UInt8(ascii: ">"), text.dropping(name.upperBound).hasPrefix("</") else {
            return nil
        }
        var index = name.upperBound
        let limit = min(text.count, index + longestTag)
        var tags = 0
        while index < limit, text[index] == UInt8(ascii: "<"), tags < 6 {
            let tag = text.slice((index + 1)..<limit)
            guard let close = tag.offset(of: UInt8(ascii: ">")), !tag.hasPrefix("/FL"), !tag.hasPrefix("FL"),
                !tag.hasPrefix("/option"), !tag.hasPrefix("!")
            else { return nil }
            tags += 1
            index += close + 2
            while index < limit, text[index].isWhitespace { index += 1 }
        }
        guard tags > 1, index < limit else { return nil }
        let content = contentOfElement(in: text, from: index)
        return content.isEmpty ? nil : content
    }

    /// True when an escape of `<` stands before a name, or at the start of what was taken for one.
    private static func isEscapedBracket(in text: ByteView, before begin: Int, _ name: Int) -> Bool {
        for index in stride(from: max(begin - 12, 0), to: name, by: 1) where "%\\&".utf8.contains(text[index]) {
            let character = EscapedCharacter(text, at: index)
            if character.byte == UInt8(ascii: "<"), index + character.length <= name, index + character.length >= begin
            {
                return true
            }
        }
        return false
    }

    /// The text of an element, or of the CDATA section it begins with.
    private static func contentOfElement(in text: ByteView, from start: Int) -> Range<Int> {
        var begin = start
        while begin < text.count, text[begin].isWhitespace { begin += 1 }
        if text.dropping(begin).hasPrefix("<![CDATA[") {
            let start = begin + 9
            return start..<(text.offset(of: "]]>", from: start) ?? text.count)
        }
        var end = begin
        while end < text.count, text[end] != UInt8(ascii: "<") {
            let character = EscapedCharacter(text, at: end)
            if character.isEscaped, character.byte == UInt8(ascii: "<") { break }
            end += 1
        }
        while end > begin, text[end - 1].isWhitespace { end -= 1 }
        return begin..<end
    }

    /// A word that can be a secret but hardly anything else: long, with letters and digits, and not a name with its value.
    private static func word(in text: ByteView, from start: Int) -> Range<Int>? {
        func endOfWord(_ limit: Int) -> Int {
            var end = start
            while end < limit, isNameByte(text[end]) || "./+".utf8.contains(text[end]) { end += 1 }
            return end
        }
        // Of a longer word the start has to look like a secret.
        let head = text.slice(start..<endOfWord(min(text.count, start + longestName)))
        guard head.count >= 12, head.contains(where: { $0.isDigit }), head.contains(where: { $0.isASCIILetter }) else {
            return nil
        }
        var end = endOfWord(text.count)
        while end < text.count, text[end] == UInt8(ascii: "=") { end += 1 }
        let isName =
            text[end - 1] == UInt8(ascii: "=") && end < text.count && (isNameByte(text[end]) || isQuote(text[end]))
        return isName ? nil : start..<end
    }

    /// The value of an option of curl that begins at `index`.
    private static func curlValue(in text: ByteView, at index: Int) -> Secret? {
        guard text[index] == UInt8(ascii: "-"), index == 0 || text[index - 1].isWhitespace else { return nil }
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
            while end < text.count, !text[end].isWhitespace { end += 1 }
        }
        return start == end ? nil : Secret(range: start..<end)
    }

    /// The value of a part of a `multipart/form-data` body, when a name is that of a part.
    private static func partOfForm(in text: ByteView, name: Range<Int>) -> Range<Int>? {
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
    private static func lineEndLength(in text: ByteView, at index: Int) -> Int? {
        let rest = text.dropping(index)
        if rest.hasPrefix("\r\n") { return 2 }
        guard let first = rest.first, first == 0x0A || first == UInt8(ascii: "\\") else { return nil }
        let character = EscapedCharacter(text, at: index)
        if character.byte == 0x0A { return character.length }
        guard character.isEscaped, character.byte == 0x0D, index + character.length < text.count else { return nil }
        let next = EscapedCharacter(text, at: index + character.length)
        return next.byte == 0x0A ? character.length + next.length : nil
    }

    // MARK: JSON, perhaps inside a JSON string

    /// Steps over white space, also where it is escaped.
    private static func skippingJSONBlanks(in text: ByteView, from start: Int) -> Int {
        var index = start
        while index < text.count {
            if text[index].isWhitespace {
                index += 1
            } else if text[index] == UInt8(ascii: "\\"), index + 1 < text.count, "nrt".utf8.contains(text[index + 1]) {
                index += 2
            } else {
                break
            }
        }
        return index
    }

    private static func backslashCount(in text: ByteView, before index: Int) -> Int {
        var begin = index
        while begin > 0, text[begin - 1] == UInt8(ascii: "\\") { begin -= 1 }
        return index - begin
    }

    /// Offset of the quote that closes the string whose opening quote stands at `open`; it is escaped like that one. `nil` when
    /// the line ends before.
    private static func closingQuote(in text: ByteView, of open: Int) -> Int? {
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

    /// Offset behind the list or object that begins at `open` with a bracket.
    private static func endOfContainer(in text: ByteView, from open: Int) -> Int {
        let begin = text[open]
        let close: UInt8 =
            switch begin {
            case UInt8(ascii: "["): UInt8(ascii: "]")
            case UInt8(ascii: "("): UInt8(ascii: ")")
            default: UInt8(ascii: "}")
            }
        var depth = 0
        var index = open
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""): index = closingQuote(in: text, of: index) ?? index
            case begin: depth += 1
            case close:
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
    private static func valuesOfPairs(in text: ByteView) -> [Range<Int>] {
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
                    if valueNames.contains(where: { name.equalsIgnoringCase($0) }) { value = content }
                    if nameNames.contains(where: { name.equalsIgnoringCase($0) }), isCredentialName(text.slice(content))
                    {
                        isSecret = true
                    }
                }
                member = nil
            }
            if isSecret, let value, !value.isEmpty { values.append(value) }
        }
        return values.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// The text of `xmlData` without v1's own credentials, `***` in their place: parameters, JSON members, elements, attributes and
    /// header lines by their exact names; of what stands before and behind the document, every secret.
    ///
    /// For `xmlData` of a call that was so damaged that other parts of it became XML. Well-formed XML that holds nothing of those
    /// names stays as it is, byte for byte.
    package static func removingParameters(from text: ByteView) -> [UInt8] {
        let start = text.offset(of: UInt8(ascii: "<")) ?? 0
        let end = RawXML.rootEnd(in: text) ?? text.lastIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? start
        let document = replacing(in: text.slice(start..<max(start, end))) { text, index in
            parameter(in: text, at: index).map { Secret(range: $0) }
        }
        return removingSecrets(from: text.slice(0..<start)) + document
            + removingSecrets(from: text.dropping(max(start, end)))
    }

    /// True for a name that v1 gives a credential.
    private static func isParameterName(_ name: ByteView) -> Bool {
        let names: [StaticString] = [
            "authtoken", "ticket", "apikey", "authorization", "cookie", "password", "oauthtoken", "access_token",
            "refresh_token", "client_secret", "sessionid",
        ]
        return names.contains { name.equalsIgnoringCase($0) }
    }

    /// Where the value lies of a credential parameter, member or header that begins at `index`.
    private static func parameter(in text: ByteView, at index: Int) -> Range<Int>? {
        if text[index] == UInt8(ascii: "<") { return valueOfTag(in: text, at: index) { isParameterName($0) } }
        guard "aAtTcC".utf8.contains(text[index]) else { return nil }
        let rest = text.dropping(index)
        let isToken = rest.hasPrefixIgnoringCase("authtoken") || rest.hasPrefixIgnoringCase("oauthtoken")
        guard isToken || index == 0 || !isNameByte(text[index - 1]) || isBehindEscape(in: text, index) else {
            return nil
        }
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
        guard end > index, end < text.count, !isNameByte(text[end]) else { return nil }
        if text[end] == UInt8(ascii: "<"), let next = nextElement(in: text, behind: index..<end) { return next }
        let sign = EscapedCharacter(text, at: end)
        if sign.byte == UInt8(ascii: "=") {
            let start = end + sign.length
            guard start < text.count else { return nil }
            if isQuote(text[start]) {
                end = endOfQuoted(in: text, from: start + 1, .init(byte: text[start], backslashes: 0))
                return start + 1 == end ? nil : (start + 1)..<end
            }
            end = endOfPlain(in: text, from: start, name: text.slice(index..<end), isHeader: false)
            return start == end ? nil : start..<end
        }
        if sign.byte == 0x20 || sign.byte == UInt8(ascii: "+"), isToken, index > 0, text[index - 1] == UInt8(ascii: "-")
        {
            return word(in: text, from: end + sign.length)
        }
        guard isQuote(text[end]) || text[end] == UInt8(ascii: "\\") else { return nil }
        while end < text.count, isQuote(text[end]) || text[end] == UInt8(ascii: "\\") || text[end].isWhitespace {
            end += 1
        }
        guard end < text.count, text[end] == UInt8(ascii: ":") else { return nil }
        end += 1
        while end < text.count, isQuote(text[end]) || text[end] == UInt8(ascii: "\\") || text[end].isWhitespace {
            end += 1
        }
        let start = end
        while end < text.count, !isQuote(text[end]), text[end] != UInt8(ascii: "\\"), text[end] != 0x0A { end += 1 }
        return start..<end
    }

    /// True when the bytes before an offset are an escape such as `%26`, so that a name begins there.
    private static func isBehindEscape(in text: ByteView, _ index: Int) -> Bool {
        for start in max(index - 12, 0)..<index where "%\\".utf8.contains(text[start]) {
            let character = EscapedCharacter(text, at: start)
            if character.isEscaped, start + character.length == index { return true }
        }
        return false
    }

    private static func userInfo(in text: ByteView, from start: Int) -> Range<Int>? {
        var end = start
        while end < text.count, !text[end].isWhitespace, !"/?#\"'<>".utf8.contains(text[end]) {
            if text[end] == UInt8(ascii: "@") { return start..<end }
            end += 1
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
}
