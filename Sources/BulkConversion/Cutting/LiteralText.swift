@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// Values as languages print them for people: `repr` of Python, `inspect` and `pp` of Ruby, `util.inspect` of JavaScript, JSON5. Read into
/// JSON, so that the calls in them are found as in any JSON.
struct LiteralText: ~Copyable {
    /// What a text is.
    enum Reading {
        /// A value, with where it ends.
        case value(json: [UInt8], end: Int)
        /// The text ends inside a value.
        case open
        /// Something else.
        case none
    }

    /// Brackets tried in a line, so that hostile text costs no more than a few looks at it.
    private static let mostTried = 16
    /// Values inside each other at most.
    private static let deepest = 64

    private let text: ByteView
    private var index = 0
    private var isCutOff = false
    private var output = JSONWriter(indent: false)

    /// Whether backslashes between backquotes are text, as in Go; in JavaScript they are escapes.
    private let isRaw: Bool
    /// Whether one of these backslashes is such that the language matters.
    private var needsLanguage = false
    /// Whether the value has strings between apostrophes, or names of fields that only Go writes.
    private var (hasApostrophes, hasFieldsOfGo) = (false, false)

    private init(_ text: ByteView, isRaw: Bool = false) { (self.text, self.isRaw) = (text, isRaw) }

    /// A value in a line of a text that has signs of a request; the value may go on over the following lines.
    ///
    /// - Parameter lineLength: of the line in which it begins.
    static func find(in text: ByteView, lineLength: Int) -> (range: Range<Int>, json: [UInt8]?)? {
        var tried = 0
        var index = 0
        while tried < mostTried, let start = bracket(in: text, from: index, upTo: lineLength) {
            tried += 1
            index = start + 1
            // Go writes the type of a value right before it.
            let isTyped = start > 0 && (text[start - 1].isASCIILetter || text[start - 1].isDigit)
            switch read(text.dropping(start), isTyped: isTyped) {
            case .value(let json, let length):
                if RequestMarks.isIn(text.slice(start..<(start + length))) { return (start..<(start + length), json) }
                index = start + length
            case .open:
                if RequestMarks.isIn(text.dropping(start)) { return (start..<text.count, nil) }
            case .none: break
            }
        }
        return nil
    }

    /// Where a bracket is with what a mapping or a list begins with after it, other than that of JSON.
    private static func bracket(in text: ByteView, from start: Int, upTo end: Int) -> Int? {
        var index = start
        let line = text.slice(0..<min(end, text.count))
        while let at = line.offset(of: UInt8(ascii: "{"), or: UInt8(ascii: "["), from: index) {
            let rest = text.dropping(at + 1).trimmingLeadingWhitespace()
            if let first = rest.first, first.isASCIILetter || "'\":{([_".utf8.contains(first) { return at }
            index = at + 1
        }
        return nil
    }

    /// Reads the value at the start of a text.
    ///
    /// - Parameter isTyped: whether a name is right before it.
    static func read(_ text: ByteView, isTyped: Bool = false) -> Reading {
        var reader = LiteralText(text)
        var isRead = reader.appendValue(depth: 0)
        if reader.needsLanguage, !reader.hasApostrophes {
            // Without a sign of either language its backslashes may be its own.
            guard isTyped || reader.hasFieldsOfGo else { return .none }
            reader = LiteralText(text, isRaw: true)
            isRead = reader.appendValue(depth: 0)
        }
        if isRead { return .value(json: reader.output.buffer.array(), end: reader.index) }
        return reader.isCutOff ? .open : .none
    }

    private mutating func skipBlanks() -> UInt8? {
        while index < text.count, text[index].isWhitespace { index += 1 }
        guard index < text.count else {
            isCutOff = true
            return nil
        }
        return text[index]
    }

    /// Takes a byte after blanks; false when another one comes.
    private mutating func takes(_ byte: Unicode.Scalar) -> Bool {
        guard skipBlanks() == UInt8(ascii: byte) else { return false }
        index += 1
        return true
    }

    private mutating func appendValue(depth: Int) -> Bool {
        guard depth < Self.deepest, let first = skipBlanks() else { return false }
        switch first {
        case UInt8(ascii: "{"): return appendMapping(depth: depth)
        case UInt8(ascii: "["):
            if skipTypeOfGo() { return appendList(upTo: "}", depth: depth) }
            return appendList(upTo: "]", depth: depth)
        case UInt8(ascii: "("): return appendList(upTo: ")", depth: depth)
        default: break
        }
        if let string = takeString() {
            string.withByteView { output.string($0) }
            return true
        }
        return appendWord(depth: depth)
    }

    private mutating func appendMapping(depth: Int) -> Bool {
        index += 1
        output.beginObject()
        while !takes("}") {
            guard let name = takeName() else { return false }
            guard takes(":") || takes("=") && index < text.count && text[index] == UInt8(ascii: ">") else {
                return false
            }
            if text[index - 1] == UInt8(ascii: "=") { index += 1 }
            name.withByteView { output.name($0) }
            guard appendValue(depth: depth + 1) else { return false }
            if !takes(",") {
                guard takes("}") else { return false }
                break
            }
        }
        output.endObject()
        return true
    }

    private mutating func appendList(upTo end: Unicode.Scalar, depth: Int) -> Bool {
        index += 1
        output.beginArray()
        while !takes(end) {
            guard appendValue(depth: depth + 1) else { return false }
            if !takes(",") {
                guard takes(end) else { return false }
                break
            }
        }
        output.endArray()
        return true
    }

    /// Steps over the type that Go writes before a list, as in `[]string{"…"}`; false, and nowhere, before any other text.
    private mutating func skipTypeOfGo() -> Bool {
        let rest = text.dropping(index)
        guard rest.hasPrefix("[]"), let brace = rest.slice(0..<min(rest.count, 64)).offset(of: UInt8(ascii: "{")),
            brace > 2, rest.slice(2..<brace).allSatisfy({ $0.isASCIILetter || $0.isDigit || $0.isOne(of: "_.*") })
        else { return false }
        hasFieldsOfGo = true
        index += brace
        return true
    }

    /// A name of a mapping: a string, a word, a symbol of Ruby.
    private mutating func takeName() -> [UInt8]? {
        guard let first = skipBlanks() else { return nil }
        if first == UInt8(ascii: ":") { index += 1 }
        if let string = takeString() { return string }
        let word = takeWord()
        if let letter = word.first, letter &- 0x41 < 26 { hasFieldsOfGo = true }
        return word.isEmpty ? nil : Array(word)
    }

    private mutating func takeWord() -> ByteView {
        let start = index
        while index < text.count,
            text[index].isASCIILetter || text[index].isDigit || text[index] >= 0x80
                || "_$.+-".utf8.contains(text[index])
        {
            index += 1
        }
        if index == text.count { isCutOff = true }
        return text.slice(start..<index)
    }

    /// A number, a word such as `None`, a symbol, or a call such as `ObjectId('…')`, which is its arguments.
    private mutating func appendWord(depth: Int) -> Bool {
        if text[index] == UInt8(ascii: ":") { index += 1 }
        let word = takeWord()
        guard !word.isEmpty else { return false }
        if index < text.count, text[index] == UInt8(ascii: "(") {
            return appendList(upTo: ")", depth: depth)
        }
        if word.equals("None") || word.equals("nil") || word.equals("null") || word.equals("undefined") {
            output.null()
        } else {
            output.string(word)
        }
        return true
    }

    /// The text of a string and of those that are joined to it; `nil` when none comes.
    private mutating func takeString() -> [UInt8]? {
        var string: [UInt8]?
        while true {
            let start = index
            // Python marks strings by letters before the quote.
            var quote = index
            while quote < text.count, quote < index + 2, "bBuUrR".utf8.contains(text[quote]) { quote += 1 }
            guard quote < text.count, "'\"`".utf8.contains(text[quote]) else { return string }
            let isBytes = text.slice(index..<quote).contains { $0 | 0x20 == UInt8(ascii: "b") }
            guard let part = takeQuoted(at: quote, isBytes: isBytes) else {
                index = start
                return nil
            }
            string = (string ?? []) + part
            let end = index
            guard let next = skipBlanks() else {
                index = end
                isCutOff = false
                return string
            }
            if next == UInt8(ascii: "+") {
                index += 1
                _ = skipBlanks()
            } else if !"'\"`bu".utf8.contains(next) {
                index = end
                return string
            }
        }
    }

    private mutating func takeQuoted(at start: Int, isBytes: Bool) -> [UInt8]? {
        let quote = text[start]
        let isBackquoted = quote == UInt8(ascii: "`")
        if quote == UInt8(ascii: "'") { hasApostrophes = true }
        var part: [UInt8] = []
        var at = start + 1
        while at < text.count, text[at] != quote {
            guard text[at] == UInt8(ascii: "\\"), at + 1 < text.count, !isRaw || !isBackquoted else {
                part.append(text[at])
                at += 1
                continue
            }
            if isBackquoted, !text[at + 1].isOne(of: "\\`$") { needsLanguage = true }
            at += Self.appendEscape(text.dropping(at), isBytes: isBytes, to: &part)
        }
        guard at < text.count else {
            isCutOff = true
            return nil
        }
        index = at + 1
        return part
    }

    /// Appends what an escape at the start of a text stands for; gives its length.
    private static func appendEscape(_ text: ByteView, isBytes: Bool, to part: inout [UInt8]) -> Int {
        switch text[1] {
        case UInt8(ascii: "n"): part.append(0x0A)
        case UInt8(ascii: "r"): part.append(0x0D)
        case UInt8(ascii: "t"): part.append(0x09)
        case UInt8(ascii: "e"): part.append(0x1B)
        case 0x0A: break
        case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
            let isBraced = text.dropping(2).first == UInt8(ascii: "{")
            let first = isBraced ? 3 : 2
            let most = isBraced ? 6 : text[1] == UInt8(ascii: "x") ? 2 : text[1] == UInt8(ascii: "u") ? 4 : 8
            var value: UInt32 = 0
            var end = first
            while end < text.count, end < first + most, let digit = text[end].hexDigitValue {
                value = value << 4 | UInt32(digit)
                end += 1
            }
            guard end > first else {
                part.append(text[1])
                return 2
            }
            if isBytes, value < 0x100 {
                part.append(UInt8(value))
            } else if let (scalar, length) = BackslashEscapes.surrogatePair(text) {
                part += String(scalar).utf8
                return length
            } else {
                part += String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8
            }
            return isBraced && text.dropping(end).first == UInt8(ascii: "}") ? end + 1 : end
        default: part.append(text[1])
        }
        return 2
    }
}
