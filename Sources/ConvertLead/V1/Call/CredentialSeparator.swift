import Bytes

/// An ASCII character of a text, however it is written: as it is, or as an escape of URLs, JSON, XML or source code.
package struct EscapedCharacter {
    /// The character.
    package var byte: UInt8
    /// Bytes it takes in the text.
    package var length: Int
    /// Whether it is written as an escape.
    package var isEscaped: Bool

    /// Longest escape that is read, so that text of any length takes time in proportion.
    private static let longest = 64

    /// Reads the character at an offset: itself, `%3D` and `%253D` at any depth, `\u003d`, `\x3d`, `\"`, `\n`, `&#61;`, `&#x3d;`,
    /// `&quot;`, `&amp;quot;`. A run of backslashes before anything else is one character.
    package init(_ text: ByteView, at index: Int) {
        self.init(byte: text[index], length: 1, isEscaped: false)
        let rest = text.slice(index..<min(index + Self.longest, text.count))
        switch byte {
        case UInt8(ascii: "%"): readPercent(rest)
        case UInt8(ascii: "\\"): readBackslashes(rest)
        case UInt8(ascii: "&"): readReference(rest)
        default: break
        }
    }

    private init(byte: UInt8, length: Int, isEscaped: Bool) {
        self.byte = byte
        self.length = length
        self.isEscaped = isEscaped
    }

    private mutating func take(_ value: UInt8, _ length: Int) {
        self = EscapedCharacter(byte: value, length: length, isEscaped: true)
    }

    private static func hexByte(_ text: ByteView, at index: Int) -> UInt8? {
        guard index + 1 < text.count, let high = text[index].hexDigitValue, let low = text[index + 1].hexDigitValue
        else { return nil }
        let value = high &* 16 &+ low
        return value < 0x80 ? value : nil
    }

    private mutating func readPercent(_ text: ByteView) {
        var index = 1
        while text.dropping(index).hasPrefix("25") { index += 2 }
        if let value = Self.hexByte(text, at: index) {
            take(value, index + 2)
        } else if index > 1 {
            take(UInt8(ascii: "%"), index)
        }
    }

    private mutating func readBackslashes(_ text: ByteView) {
        var index = 1
        while index < text.count, text[index] == UInt8(ascii: "\\") { index += 1 }
        length = index
        guard index < text.count else { return }
        switch text[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"): take(text[index], index + 1)
        case UInt8(ascii: "n"): take(0x0A, index + 1)
        case UInt8(ascii: "r"): take(0x0D, index + 1)
        case UInt8(ascii: "t"): take(0x09, index + 1)
        case UInt8(ascii: "u"):
            if text.dropping(index + 1).hasPrefix("00"), let value = Self.hexByte(text, at: index + 3) {
                take(value, index + 5)
            }
        case UInt8(ascii: "x"):
            if let value = Self.hexByte(text, at: index + 1) { take(value, index + 3) }
        default: break
        }
    }

    private mutating func readReference(_ text: ByteView) {
        var index = 1
        while text.dropping(index).hasPrefix("amp;") { index += 4 }
        let rest = text.dropping(index)
        if rest.first == UInt8(ascii: "#"), let end = rest.offset(of: UInt8(ascii: ";")), end <= 10 {
            let isHex = rest.dropping(1).hasPrefixIgnoringCase("x")
            var value = 0
            for digit in rest.slice((isHex ? 2 : 1)..<max(end, isHex ? 2 : 1)) {
                guard let number = digit.hexDigitValue, isHex || number < 10 else { return }
                value = value &* (isHex ? 16 : 10) &+ Int(number)
            }
            if value > 0, value < 0x80 { take(UInt8(value), index + end + 1) }
            return
        }
        let names: [(StaticString, UInt8)] = [
            ("quot;", 0x22), ("apos;", 0x27), ("lt;", 0x3C), ("gt;", 0x3E), ("equals;", 0x3D), ("colon;", 0x3A),
            ("nbsp;", 0x20),
        ]
        for (name, value) in names where rest.hasPrefix(name) { return take(value, index + name.utf8CodeUnitCount) }
        if index > 1 { take(UInt8(ascii: "&"), index) }
    }
}

/// What stands between the name of a credential and its value.
package struct CredentialSeparator {
    /// A quote that begins a value.
    package struct Quote {
        /// The character, as ``EscapedCharacter`` reads it.
        package var byte: UInt8
        /// Backslashes before it; `nil` for one written as an escape of another kind.
        package var backslashes: Int?
    }

    /// How sure it is that a value follows.
    package enum Strength {
        /// Nothing is between name and value that could separate them.
        case none
        /// Only blanks are.
        case blank
        /// A comma, a line end or the like, which stand between words too.
        case weak
        /// `=`, `:` or the like.
        case strong
    }

    /// Offset of the value's first byte, behind its quote.
    package private(set) var end: Int
    /// How sure it is that a value follows.
    package private(set) var strength = Strength.none
    /// Whether the name is in double quotes, so that it may be the name of a member.
    package private(set) var closesQuote = false
    /// Whether the first sign that counts is a colon.
    package private(set) var isColon = false
    /// Whether it is an arrow, as `=>`.
    package private(set) var isArrow = false
    /// Whether it goes over a line end; ``indentation`` is that of the value then.
    package private(set) var crossesLine = false
    /// Blanks at the start of the value's line.
    package private(set) var indentation = 0
    /// Whether a program named the type of the value as an array, and its content begins here.
    package private(set) var isArray = false
    /// The quote that begins the value.
    package private(set) var quote: Quote?

    /// Reads from the end of a name to the value.
    package init(_ text: ByteView, behind name: Int) {
        end = name
        readSuffix(text)
        while end < text.count, quote == nil, !isArray, step(text) {}
    }

    /// Steps over `[]`, `[0]` and `.value` that belong to the name.
    private mutating func readSuffix(_ text: ByteView) {
        guard end < text.count else { return }
        if text[end] == UInt8(ascii: "[") {
            let digits = text.dropping(end + 1).prefix(8) { $0.isDigit }.count
            if text.dropping(end + 1 + digits).first == UInt8(ascii: "]") { end += digits + 2 }
        } else if text[end] == UInt8(ascii: ".") {
            let letters = text.dropping(end + 1).prefix(32) { $0.isASCIILetter }.count
            let next = text.dropping(end + 1 + letters).first
            if next == UInt8(ascii: "=") || next == UInt8(ascii: ":") { end += letters + 1 }
        }
    }

    /// Steps over what stands at ``end``; `false` when the value begins there.
    private mutating func step(_ text: ByteView) -> Bool {
        let character = EscapedCharacter(text, at: end)
        switch character.byte {
        case 0x20, 0x09, 0x0A, 0x0D: takeBlank(character)
        case UInt8(ascii: "+") where strength != .strong: takeBlank(character)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): takeQuote(character, text)
        case UInt8(ascii: "="), UInt8(ascii: ":"):
            if strength == .strong, text[end - 1].isWhitespace { return false }
            if strength != .strong { isColon = character.byte == UInt8(ascii: ":") }
            strength = .strong
            end += character.length
        case UInt8(ascii: ">"):
            // Of `=>`, and of `->` whose first half may have been read as the end of the name.
            if isColon, text[end - 1] == 0x20 { return takeBlockScalar(text) }
            guard strength == .strong || text[end - 1] == UInt8(ascii: "-") else { return false }
            takeArrow(character.length)
        case UInt8(ascii: "-"):
            guard end + 1 < text.count, EscapedCharacter(text, at: end + 1).byte == UInt8(ascii: ">") else {
                return false
            }
            takeArrow(1 + EscapedCharacter(text, at: end + 1).length)
        case UInt8(ascii: "]"), UInt8(ascii: ")"):
            if strength == .strong || strength == .weak { return false }
            end += character.length
        case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"):
            if strength == .strong { return takeStrongText(text) }
            strength = .weak
            end += character.length
        case UInt8(ascii: ".") where strength != .strong && text.dropping(end + 1).first == 0x20:
            strength = .weak
            end += 1
        case UInt8(ascii: "\\") where !character.isEscaped: end += character.length
        case UInt8(ascii: ";") where closesQuote && strength != .strong:
            if let length = Self.serializedLength(text.dropping(end + 1)) {
                strength = .strong
                end += 1 + length
            } else {
                strength = .weak
                end += 1
            }
        case UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: "/"), UInt8(ascii: "~"),
            UInt8(ascii: "#"):
            if strength == .strong { return takeBlockScalar(text) }
            strength = .weak
            end += character.length
        default: return strength == .strong ? takeStrongText(text) : takeWord(text)
        }
        return true
    }

    private mutating func takeArrow(_ length: Int) {
        isArrow = true
        strength = .strong
        end += length
    }

    private mutating func takeBlank(_ character: EscapedCharacter) {
        if character.byte == 0x0A {
            crossesLine = true
            indentation = 0
        } else {
            indentation += 1
        }
        if strength == .none { strength = .blank }
        if strength == .blank, character.byte != 0x20, character.byte != UInt8(ascii: "+") { strength = .weak }
        end += character.length
    }

    private mutating func takeQuote(_ character: EscapedCharacter, _ text: ByteView) {
        if strength == .none {
            if character.byte == UInt8(ascii: "\"") { closesQuote = true }
        } else {
            let open = end
            end += character.length
            if strength == .weak, takeValueName(text.dropping(end)) { return }
            end = open
            let isQuoted = text[end] == character.byte || text[end] == UInt8(ascii: "\\")
            let written = text[end + character.length - 1] == character.byte
            quote = Quote(byte: character.byte, backslashes: isQuoted && written ? character.length - 1 : nil)
        }
        end += character.length
    }

    /// Steps over what programs write before a value: `string(6)`, `array(1) {`, and the letter of `b"…"`.
    private mutating func takeStrongText(_ text: ByteView) -> Bool {
        let rest = text.dropping(end)
        if rest.hasPrefixIgnoringCase("array") {
            var length = 5
            while length < min(rest.count, 64), rest[length].isWhitespace || rest[length].isDigit { length += 1 }
            guard length < rest.count, rest[length] == UInt8(ascii: "(") else { return false }
            let digits = rest.dropping(length + 1).prefix(8) { $0.isDigit }.count
            if digits > 0, rest.dropping(length + 1 + digits).first == UInt8(ascii: ")") {
                length += digits + 2
                while length < min(rest.count, 64), rest[length].isWhitespace { length += 1 }
                guard length < rest.count, rest[length] == UInt8(ascii: "{") else { return false }
            }
            end += length
            isArray = true
            return true
        }
        if rest.hasPrefix("[]string{") {
            end += 8
            isArray = true
            return true
        }
        if rest.hasPrefixIgnoringCase("string("),
            let close = rest.slice(0..<min(rest.count, 24)).offset(of: UInt8(ascii: ")"))
        {
            end += close + 1
            return true
        }
        return takePrefix(rest)
    }

    /// Steps over the letter of `b"…"`, `u'…'`, `@"…"`.
    private mutating func takePrefix(_ rest: ByteView) -> Bool {
        guard rest.count > 1, "bBuUrRnNfFlL@$".utf8.contains(rest[0]) else { return false }
        let next = EscapedCharacter(rest, at: 1).byte
        guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") else { return false }
        end += 1
        return true
    }

    /// Steps over words between name and value: `name=authtoken, value=…`, `token is …`.
    private mutating func takeWord(_ text: ByteView) -> Bool {
        let rest = text.dropping(end)
        guard strength != .none else { return false }
        if takePrefix(rest) { return true }
        if takeValueName(rest) { return true }
        for word: StaticString in ["is ", "was ", "data "] where rest.hasPrefixIgnoringCase(word) {
            end += word.utf8CodeUnitCount
            return true
        }
        return false
    }

    /// Steps over the word `value` with a sign behind it, as HAR and programs write it behind a name.
    private mutating func takeValueName(_ rest: ByteView) -> Bool {
        let words: [StaticString] = ["value", "parameter"]
        guard let word = words.first(where: { rest.hasPrefixIgnoringCase($0) }) else { return false }
        var length = word.utf8CodeUnitCount
        while length < min(rest.count, 24), rest[length].isWhitespace || "\\\"'".utf8.contains(rest[length]) {
            length += 1
        }
        guard length < rest.count else { return false }
        let sign = EscapedCharacter(rest, at: length).byte
        guard sign == UInt8(ascii: ":") || sign == UInt8(ascii: "=") else { return false }
        end += length
        return true
    }

    /// Steps over YAML's sign of a value on lines of its own.
    private mutating func takeBlockScalar(_ text: ByteView) -> Bool {
        guard isColon, "|>".utf8.contains(text[end]) else { return false }
        var length = 1
        if let sign = text.dropping(end + 1).first, "+-".utf8.contains(sign) { length += 1 }
        guard let next = text.dropping(end + length).first, next == 0x0A || next == 0x0D else { return false }
        end += length
        return true
    }

    /// Length of what PHP's `serialize` writes before a value: `s:9:` or `i:`.
    private static func serializedLength(_ rest: ByteView) -> Int? {
        if rest.hasPrefix("i:") || rest.hasPrefix("d:") { return 2 }
        guard rest.hasPrefix("s:") else { return nil }
        let digits = rest.dropping(2).prefix(20) { $0.isDigit }.count
        return digits > 0 && rest.dropping(2 + digits).first == UInt8(ascii: ":") ? 3 + digits : nil
    }
}

extension ByteView {
    /// The first bytes that fulfil a condition, at most `limit`.
    fileprivate func prefix(_ limit: Int, while isWanted: (UInt8) -> Bool) -> ByteView {
        var length = 0
        while length < Swift.min(limit, count), isWanted(self[length]) { length += 1 }
        return slice(0..<length)
    }
}
