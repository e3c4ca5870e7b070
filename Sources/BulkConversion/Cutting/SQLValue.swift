@_spi(Package) import Bytes
import ConvertLead

/// Values of SQL as dumps write them: strings with their prefixes, hexadecimal bytes, and the few functions by which line ends and casts
/// are written.
struct SQLValue {
    private let text: ByteView
    private let reader: RowReader
    private var at = 0
    /// Whether the value before ``at`` is a word: a constant, or where it is joined to others, a column whose value is not known.
    private var isWord = false
    /// Bytes that all values of the expression may come to.
    private let limit: Int

    /// Calls and brackets inside each other.
    private static let deepest = 16

    /// Appends the value of an expression.
    ///
    /// - Returns: false for `NULL`, and for an expression that is not known.
    static func append(_ text: ByteView, _ reader: RowReader, to output: inout ByteBuffer) -> Bool {
        var value = SQLValue(text: text, reader: reader, limit: 2 * text.count + 64)
        return value.appendSum(to: &output, depth: 0) && value.peek() == 0 && value.at == text.count
    }

    private init(text: ByteView, reader: RowReader, limit: Int) {
        self.text = text
        self.reader = reader
        self.limit = limit
    }

    /// The next byte that is no white space and in no comment; 0 at the end.
    private mutating func peek() -> UInt8 {
        while at < text.count {
            if text[at].isWhitespace {
                at += 1
            } else if text[at] == UInt8(ascii: "/"), text.dropping(at).hasPrefix("/*") {
                at = text.offset(of: "*/", from: at + 2).map { $0 + 2 } ?? text.count
            } else {
                return text[at]
            }
        }
        return 0
    }

    private mutating func take(_ word: StaticString) -> Bool {
        _ = peek()
        guard text.dropping(at).hasPrefixIgnoringCase(word) else { return false }
        at += word.utf8CodeUnitCount
        return true
    }

    /// Values joined by `||` or `+`, with casts after them.
    private mutating func appendSum(to output: inout ByteBuffer, depth: Int) -> Bool {
        guard depth < Self.deepest, appendTerm(to: &output, depth: depth) else { return false }
        while true {
            if take("||") || take("+") {
                guard !isWord, appendTerm(to: &output, depth: depth), !isWord else { return false }
            } else if take("::") {
                while at < text.count, !text[at].isOne(of: ",)|") { at += 1 }
            } else {
                return true
            }
        }
    }

    private mutating func appendTerm(to output: inout ByteBuffer, depth: Int) -> Bool {
        isWord = false
        switch peek() {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return appendString(to: &output)
        case UInt8(ascii: "$") where RowReader.dollarQuoteLength(text, at: at) > 0: return appendString(to: &output)
        case UInt8(ascii: "("):
            at += 1
            return appendSum(to: &output, depth: depth + 1) && take(")")
        case UInt8(ascii: "0") where text.dropping(at + 1).first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false:
            at += 2
            return appendHex(to: &output)
        case let first where first.isASCIILetter || first == UInt8(ascii: "_"):
            return appendNamed(to: &output, depth: depth)
        case let first where first.isDigit || first.isOne(of: "+-."):
            let start = at
            at += 1
            while at < text.count, text[at].isDigit || text[at].isASCIILetter || text[at] == UInt8(ascii: ".") {
                at += 1
            }
            output.append(text.slice(start..<at))
            return true
        default: return false
        }
    }

    private mutating func appendString(to output: inout ByteBuffer) -> Bool {
        guard let string = reader.tupleString(text, quoteAt: at) else { return false }
        let inside = text.slice(string.inside)
        switch string.escapes {
        case .none: output.append(inside)
        case .doubledQuotes: RowReader.appendUndoubled(inside, text[at], to: &output)
        case .backslashes: RowReader.appendUnescaped(inside, quote: text[at], to: &output)
        }
        at = string.end
        return true
    }

    private mutating func appendHex(to output: inout ByteBuffer) -> Bool {
        while at + 1 < text.count, let high = text[at].hexDigitValue, let low = text[at + 1].hexDigitValue {
            output.append(high << 4 | low)
            at += 2
        }
        return true
    }

    /// What begins with a word: a string with a prefix, a call, a constant.
    private mutating func appendNamed(to output: inout ByteBuffer, depth: Int) -> Bool {
        let start = at
        while at < text.count, text[at].isASCIILetter || text[at].isDigit || text[at] == UInt8(ascii: "_") { at += 1 }
        let name = text.slice(start..<at)
        if peek() == UInt8(ascii: "'") {
            guard name.equalsIgnoringCase("x") else { return appendString(to: &output) }
            at += 1
            return appendHex(to: &output) && take("'")
        }
        if name.equalsIgnoringCase("u"), text.dropping(at).hasPrefix("&'") {
            at += 1
            return appendPlainString(to: &output, Self.unescapeUnicode)
        }
        if name.first == UInt8(ascii: "_"), peek() == UInt8(ascii: "0") {
            return appendTerm(to: &output, depth: depth + 1)
        }
        if take("(") { return appendCall(name, to: &output, depth: depth + 1) }
        if name.equalsIgnoringCase("NULL") || name.equalsIgnoringCase("DEFAULT") { return false }
        output.append(name)
        isWord = true
        return true
    }

    /// What a function gives whose arguments come next.
    private mutating func appendCall(_ name: ByteView, to output: inout ByteBuffer, depth: Int) -> Bool {
        let start = output.count
        if name.equalsIgnoringCase("CHAR") || name.equalsIgnoringCase("CHR") || name.equalsIgnoringCase("NCHAR") {
            repeat {
                let digits = output.count
                guard appendTerm(to: &output, depth: depth) else { return false }
                let code = UInt32(output.bytes.dropping(digits).text).flatMap(Unicode.Scalar.init)
                output.count = digits
                guard let code else { return false }
                output.append(scalar: code)
            } while take(",")
            return take(")")
        }
        if name.equalsIgnoringCase("STRINGDECODE"), peek() == UInt8(ascii: "'") {
            return appendPlainString(to: &output, BackslashEscapes.undo(in:to:)) && take(")")
        }
        let isHex = name.equalsIgnoringCase("UNHEX")
        if isHex || name.equalsIgnoringCase("FROM_BASE64") {
            guard appendSum(to: &output, depth: depth), take(")") else { return false }
            return Self.decode(&output, from: start, isHex ? "hex" : "base64")
        }
        if name.equalsIgnoringCase("DECODE") {
            guard appendSum(to: &output, depth: depth), take(",") else { return false }
            let end = output.count
            guard appendSum(to: &output, depth: depth), take(")") else { return false }
            let format = output.bytes.dropping(end).text.lowercased()
            output.count = end
            return Self.decode(&output, from: start, format)
        }
        if name.equalsIgnoringCase("CONCAT") {
            repeat {
                guard appendSum(to: &output, depth: depth), !isWord else { return false }
            } while take(",")
            return take(")")
        }
        if name.equalsIgnoringCase("REPLACE") {
            var parts: [[UInt8]] = []
            repeat {
                guard appendSum(to: &output, depth: depth), !isWord else { return false }
                parts.append(Array(output.bytes.dropping(start)))
                output.count = start
            } while take(",")
            return parts.count == 3 && take(")") && appendReplaced(parts, to: &output)
        }
        if name.equalsIgnoringCase("CONVERT"), peek().isASCIILetter || peek() == UInt8(ascii: "["), !isBeforeString {
            // SQL Server names the type first.
            skipArgument()
            guard take(",") else { return false }
        }
        let isKnown =
            name.equalsIgnoringCase("CAST") || name.equalsIgnoringCase("CONVERT")
            || name.hasPrefixIgnoringCase("TO_")
        guard appendSum(to: &output, depth: depth) || isKnown else { return false }
        while peek() != UInt8(ascii: ")"), at < text.count {
            skipArgument()
            _ = take(",")
        }
        return take(")") && isKnown
    }

    /// Appends a string in which quotes are doubled and the backslash means nothing to SQL, without escapes of its own.
    private mutating func appendPlainString(
        to output: inout ByteBuffer, _ unescape: (ByteView, inout ByteBuffer) -> Void
    ) -> Bool {
        let quote = UInt8(ascii: "'")
        let start = at + 1
        var end = start
        while let next = text.offset(of: quote, from: end) {
            guard text.dropping(next + 1).first == quote else {
                var plain = ByteBuffer(minimumCapacity: next - start)
                RowReader.appendUndoubled(text.slice(start..<next), quote, to: &plain)
                unescape(plain.bytes, &output)
                at = next + 1
                return true
            }
            end = next + 2
        }
        return false
    }

    /// Appends a text without the escapes of `U&'…'`: `\00fc`, `\+01f600`, `\\`. Halves of a pair are one character.
    private static func unescapeUnicode(_ text: ByteView, to output: inout ByteBuffer) {
        var java = ByteBuffer(minimumCapacity: text.count)
        var index = 0
        while index < text.count {
            let rest = text.dropping(index)
            let digits = rest.hasPrefix("\\+") ? 6 : 4
            let start = rest.hasPrefix("\\+") ? 2 : 1
            let number = rest.dropping(start).prefix(digits)
            if rest.first == UInt8(ascii: "\\"), number.count == digits, number.allSatisfy({ $0.hexDigitValue != nil })
            {
                if digits == 4 {
                    java.append("\\u")
                    java.append(rest.slice(1..<5))
                } else {
                    let code = number.reduce(UInt32(0)) { $0 << 4 | UInt32($1.hexDigitValue ?? 0) }
                    java.append(scalar: Unicode.Scalar(code) ?? "\u{FFFD}")
                }
                index += start + digits
            } else if rest.hasPrefix("\\\\") {
                java.append("\\u005c")
                index += 2
            } else {
                java.append(rest[0])
                index += 1
            }
        }
        unescapeScalars(java.bytes, to: &output)
    }

    /// Appends a text without the one escape of Java's sources and HSQLDB's files, `\u00fc`.
    static func unescapeScalars(_ text: ByteView, to output: inout ByteBuffer) {
        var index = 0
        while let slash = text.offset(of: "\\u", from: index) {
            output.append(text.slice(index..<slash))
            // As many as there are, so that the halves of a pair come together.
            var end = slash
            while text.dropping(end).hasPrefix("\\u"),
                text.dropping(end + 2).prefix(4).count(where: { $0.hexDigitValue != nil }) == 4
            {
                end += 6
            }
            if end == slash {
                output.append(text.slice(slash..<(slash + 2)))
                end = slash + 2
            } else {
                BackslashEscapes.undo(in: text.slice(slash..<end), to: &output)
            }
            index = end
        }
        output.append(text.dropping(index))
    }

    /// Replaces text by the bytes that it stands for; false when it stands for none.
    private static func decode(_ output: inout ByteBuffer, from start: Int, _ format: String) -> Bool {
        let text = Array(output.bytes.dropping(start))
        output.count = start
        if format == "base64" {
            text.withByteView { output.append(base64: $0) }
            return true
        }
        guard format == "hex", text.count % 2 == 0 else { return false }
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = text[index].hexDigitValue, let low = text[index + 1].hexDigitValue else { return false }
            output.append(high << 4 | low)
        }
        return true
    }

    /// Whether a word comes next that is the prefix of a string.
    private var isBeforeString: Bool {
        let rest = text.dropping(at)
        let end = rest.firstIndex { !$0.isOfName } ?? rest.count
        return rest.dropping(end).trimmingLeadingWhitespace().first == UInt8(ascii: "'")
    }

    /// Steps over an argument, with the brackets in it.
    private mutating func skipArgument() {
        var depth = 0
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "(") { depth += 1 }
            if depth == 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") { return }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            at += 1
        }
    }

    private func appendReplaced(_ parts: [[UInt8]], to output: inout ByteBuffer) -> Bool {
        guard !parts[1].isEmpty else { return false }
        let start = output.count
        return parts[0].withByteView { value in
            parts[1].withByteView { sought in
                var index = 0
                while let found = value.offset(of: sought, from: index) {
                    output.append(value.slice(index..<found))
                    output.append(parts[2])
                    index = found + sought.count
                    guard output.count - start <= limit else { return false }
                }
                output.append(value.dropping(index))
                return true
            }
        }
    }
}
