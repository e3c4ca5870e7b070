import Bytes

/// What a secret looks like in text that could not be read as a call, so that it can be cut out before the text is kept.
package enum CredentialText {
    private static let marks: [StaticString] = [
        "token", "ticket", "apikey", "api_key", "api-key", "authorization", "cookie", "password", "passwd", "secret",
    ]

    /// True when a parameter, member or header of this name holds a secret.
    package static func isCredentialName(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in 0..<name.count where markLength(name.dropping(index)) != nil { return true }
        return false
    }

    /// Length of a word that names a secret, at the start of the text.
    private static func markLength(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = text.first?.lowercased, "tapcs".utf8.contains(first) else { return nil }
        for mark in marks where text.hasPrefixIgnoringCase(mark) { return mark.utf8CodeUnitCount }
        return nil
    }

    /// The text with every secret replaced by `***`: what stands behind a name that has one of the words of secrets in it
    /// and `=` or `:`, up to the end of a parameter, a quoted value or, for headers, a line; and user and password of a URL.
    ///
    /// Made for text nobody could read, so it looks for no grammar and cuts rather too much.
    package static func removingSecrets(from text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        replacing(in: text) { secret(in: $0, at: $1) }
    }

    /// The text with `***` in place of what `find` says lies at an index.
    private static func replacing(
        in text: UnsafeBufferPointer<UInt8>, _ find: (UnsafeBufferPointer<UInt8>, Int) -> Range<Int>?
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if let secret = find(text, index) {
                result += text.slice(index..<secret.lowerBound)
                result += Array("***".utf8)
                index = secret.upperBound
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    /// Where the secret lies that is named at `index`.
    private static func secret(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Range<Int>? {
        if text[index] == UInt8(ascii: ":"), text.dropping(index).hasPrefix("://") {
            return userInfo(in: text, from: index + 3)
        }
        guard let length = markLength(text.dropping(index)) else { return nil }
        var end = index + length
        while end < text.count, isNameByte(text[end]) { end += 1 }
        // The name's closing quote, perhaps escaped, then the sign between name and value.
        while end < text.count, text[end] == UInt8(ascii: "\\") || isQuote(text[end]) || text[end] == 0x20 { end += 1 }
        guard end < text.count else { return nil }
        // A name apart from its value, as HAR and Postman write headers: "name": "Authorization", "value": "…".
        if text[end] == UInt8(ascii: ",") { end = endOfValueName(in: text, from: end + 1) ?? end }
        let isHeader = text[end] == UInt8(ascii: ":")
        if text.dropping(end).hasPrefixIgnoringCase("%3D") {
            end += 3
        } else if text[end] == UInt8(ascii: "=") || isHeader {
            end += 1
        } else {
            return nil
        }
        while end < text.count, text[end] == UInt8(ascii: "\\") || text[end] == 0x20 || text[end] == 0x09 { end += 1 }
        let start: Int
        if end < text.count, isQuote(text[end]) {
            start = end + 1
            end = start
            while end < text.count, !isQuote(text[end]), text[end] != 0x0A {
                // The backslash of an escaped quote stays with the quote.
                if text[end] == UInt8(ascii: "\\"), end + 1 < text.count, isQuote(text[end + 1]) { break }
                end += 1
            }
        } else {
            start = end
            while end < text.count, !endsValue(text[end], isHeader: isHeader),
                !text.dropping(end).hasPrefixIgnoringCase("%26")
            {
                end += 1
            }
        }
        return start..<end
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

    /// The text with v1's own credentials replaced by `***`: parameters, JSON members and header lines by their exact names.
    ///
    /// For `xmlData` of a call that was so damaged that other parts of it became XML. Nothing that XML may hold looks like these,
    /// so well-formed XML stays as it is.
    package static func removingParameters(from text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        replacing(in: text) { parameter(in: $0, at: $1) }
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
