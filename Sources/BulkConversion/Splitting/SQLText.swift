import Bytes
import ConvertLead

/// The text of SQL dumps, as far as `CREATE TABLE` and `INSERT INTO` need it.
enum SQLText {
    /// True for a line that only a dump has.
    static func beginsDumpLine(_ line: ByteView) -> Bool {
        line.hasPrefixIgnoringCase("INSERT INTO ") || line.hasPrefixIgnoringCase("INSERT IGNORE INTO ")
            || line.hasPrefixIgnoringCase("REPLACE INTO ") || line.hasPrefixIgnoringCase("CREATE TABLE ")
            || line.hasPrefix("-- MySQL dump") || line.hasPrefix("-- MariaDB dump")
            || line.hasPrefixIgnoringCase("INSERT [") || copyHead(line) != nil
            || line.hasPrefix("-- PostgreSQL database dump") || line.hasPrefixIgnoringCase("PRAGMA foreign_keys")
    }

    /// The name and columns of a `COPY … FROM stdin` statement; `nil` for any other text.
    static func copyHead(_ text: ByteView) -> ByteView? {
        guard text.hasPrefixIgnoringCase("COPY ") else { return nil }
        let head = text.slice(5..<(text.offset(of: UInt8(ascii: ";")) ?? text.count))
        for end in [head.offset(of: " FROM stdin"), head.offset(of: " from stdin")] {
            if let end { return head.slice(0..<end) }
        }
        return nil
    }

    /// Calls `body` with each value of a copied line, its escapes still there.
    static func forEachCopiedValue(
        of line: ByteView, _ body: (ByteView) -> Void
    ) {
        var end = line.count
        while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        var start = 0
        while let tab = line.slice(0..<end).offset(of: 0x09, from: start) {
            body(line.slice(start..<tab))
            start = tab + 1
        }
        body(line.slice(start..<end))
    }

    /// Appends what a value of a copied line stands for; `\N` gives nothing and false.
    static func appendCopied(_ text: ByteView, to output: inout ByteBuffer) -> Bool {
        if text.equals("\\N") { return false }
        var index = 0
        while index < text.count {
            var byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < text.count {
                byte = text[index]
                index += 1
                switch byte {
                case UInt8(ascii: "n"): byte = 0x0A
                case UInt8(ascii: "t"): byte = 0x09
                case UInt8(ascii: "r"): byte = 0x0D
                case UInt8(ascii: "b"): byte = 0x08
                case UInt8(ascii: "f"): byte = 0x0C
                case UInt8(ascii: "v"): byte = 0x0B
                default: break
                }
            }
            output.append(byte)
        }
        return true
    }

    /// Whether a backslash escapes in quoted text: in MySQL's dialect, told by its marks.
    static func usesBackslashEscapes(_ text: ByteView) -> Bool {
        if text.offset(of: "PostgreSQL database dump") != nil || text.offset(of: "PRAGMA foreign_keys") != nil {
            return false
        }
        return text.offset(of: UInt8(ascii: "`")) != nil || text.offset(of: "MySQL") != nil
            || text.offset(of: "MariaDB") != nil || text.offset(of: "\\\"") != nil || text.offset(of: "\\'") != nil
    }

    /// Length of what begins here and holds no syntax: quoted text, a comment, or one byte. `nil` when it is not closed.
    static func tokenLength(_ text: ByteView, backslashEscapes: Bool) -> Int? {
        guard let first = text.first else { return nil }
        switch first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
            var index = 1
            while index < text.count {
                if text[index] == UInt8(ascii: "\\"), backslashEscapes, first != UInt8(ascii: "`") {
                    index += 2
                } else if text[index] == first {
                    if index + 1 < text.count, text[index + 1] == first {
                        index += 2
                    } else {
                        return index + 1
                    }
                } else {
                    index += 1
                }
            }
            return nil
        case UInt8(ascii: "-") where text.hasPrefix("--"): return text.offset(of: 0x0A).map { $0 + 1 }
        case UInt8(ascii: "#") where backslashEscapes: return text.offset(of: 0x0A).map { $0 + 1 }
        case UInt8(ascii: "/") where text.hasPrefix("/*"): return text.offset(of: "*/", from: 2).map { $0 + 2 }
        default: return 1
        }
    }

    /// Length of the tuple that begins with `(`, its closing bracket included; `nil` when it is not closed.
    static func tupleLength(_ text: ByteView, backslashEscapes: Bool) -> Int? {
        var depth = 0
        var index = 0
        while index < text.count {
            guard let length = tokenLength(text.dropping(index), backslashEscapes: backslashEscapes) else { return nil }
            if length == 1 {
                if text[index] == UInt8(ascii: "(") { depth += 1 }
                if text[index] == UInt8(ascii: ")") {
                    depth -= 1
                    if depth <= 0 { return index + 1 }
                }
            }
            index += length
        }
        return nil
    }

    /// The names of the columns that a list in brackets gives, lower case: of `INSERT INTO t (…)`, or of a `CREATE TABLE`,
    /// whose lines about keys are left out.
    static func columnNames(_ list: ByteView, isDefinition: Bool) -> [[UInt8]] {
        var names: [[UInt8]] = []
        forEachItem(of: list, backslashEscapes: true) { item in
            let text = item.trimmingWhitespace()
            let name = identifier(text)
            let isQuoted = text.first.map { "`\"[".utf8.contains($0) } ?? false
            if isDefinition, !isQuoted, Self.isKeyWord(name) { return }
            names.append(name.withByteView { TableColumns.name($0) })
        }
        return names
    }

    private static func isKeyWord(_ name: [UInt8]) -> Bool {
        name.withByteView { name in
            for word: StaticString in [
                "PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FOREIGN", "FULLTEXT", "CHECK", "SPATIAL",
            ]
            where name.equalsIgnoringCase(word) {
                return true
            }
            return false
        }
    }

    /// The last part of a name such as `db`.`calls`, without its quotes.
    static func identifier(_ text: ByteView) -> [UInt8] {
        var part: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "`") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "[") {
                let close = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte
                let end = text.offset(of: close, from: index + 1) ?? text.count
                part = Array(text.slice((index + 1)..<end))
                index = end + 1
            } else if byte == UInt8(ascii: ".") {
                part = []
                index += 1
            } else if byte.isWhitespace || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ",") {
                break
            } else {
                part.append(byte)
                index += 1
            }
        }
        return part
    }

    /// Calls `body` with each item between the commas of a list in brackets.
    static func forEachItem(
        of list: ByteView, backslashEscapes: Bool, _ body: (ByteView) -> Void
    ) {
        var depth = 0
        var index = 0
        var start = 0
        while index < list.count {
            let length = tokenLength(list.dropping(index), backslashEscapes: backslashEscapes) ?? list.count - index
            if length == 1 {
                switch list[index] {
                case UInt8(ascii: "("):
                    depth += 1
                    if depth == 1 { start = index + 1 }
                case UInt8(ascii: ")"):
                    depth -= 1
                    if depth == 0 {
                        body(list.slice(start..<index))
                        return
                    }
                case UInt8(ascii: ",") where depth == 1:
                    body(list.slice(start..<index))
                    start = index + 1
                default: break
                }
            }
            index += length
        }
    }

    /// Appends what a value stands for: quoted text without its escapes, a number's digits, hexadecimal bytes. `NULL` and
    /// expressions that are not known give nothing and false.
    static func appendValue(
        _ item: ByteView, backslashEscapes: Bool, to output: inout ByteBuffer
    ) -> Bool {
        var text = item.trimmingWhitespace()
        if text.hasPrefixIgnoringCase("_binary ") || text.hasPrefixIgnoringCase("_utf8mb4 ")
            || text.hasPrefixIgnoringCase("_utf8 ")
        {
            text = text.dropping((text.offset(of: 0x20) ?? 0) + 1).trimmingWhitespace()
        }
        guard let first = text.first else { return false }
        if text.hasPrefix("0x") || ((first | 0x20) == UInt8(ascii: "x") && text.dropping(1).first == UInt8(ascii: "'"))
        {
            var index = 2
            while index + 1 < text.count, let high = text[index].hexDigitValue, let low = text[index + 1].hexDigitValue
            {
                output.append(high << 4 | low)
                index += 2
            }
            return true
        }
        if (first | 0x20) == UInt8(ascii: "e") || (first | 0x20) == UInt8(ascii: "n"),
            text.dropping(1).first == UInt8(ascii: "'")
        {
            appendQuoted(text.dropping(1), backslashEscapes: (first | 0x20) == UInt8(ascii: "e"), to: &output)
            return true
        }
        if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            appendQuoted(text, backslashEscapes: backslashEscapes, to: &output)
            return true
        }
        if text.hasPrefixIgnoringCase("replace(") { return appendReplaced(text, to: &output) }
        if text.equalsIgnoringCase("NULL") { return false }
        output.append(text)
        return true
    }

    /// SQLite writes line ends as `replace('a\nb','\n',char(10))`.
    private static func appendReplaced(_ text: ByteView, to output: inout ByteBuffer) -> Bool {
        var parts: [ByteView] = []
        forEachItem(of: text, backslashEscapes: false) { parts.append($0.trimmingWhitespace()) }
        guard parts.count == 3 else { return false }
        var inner = ByteBuffer()
        guard appendValue(parts[0], backslashEscapes: false, to: &inner) else { return false }
        var sought = ByteBuffer()
        guard appendValue(parts[1], backslashEscapes: false, to: &sought), sought.count > 0 else { return false }
        let replacement: UInt8
        if parts[2].equalsIgnoringCase("char(10)") {
            replacement = 0x0A
        } else if parts[2].equalsIgnoringCase("char(13)") {
            replacement = 0x0D
        } else {
            return false
        }
        var index = 0
        while let at = inner.bytes.offset(of: sought.bytes, from: index) {
            output.append(inner.bytes.slice(index..<at))
            output.append(replacement)
            index = at + sought.count
        }
        output.append(inner.bytes.dropping(index))
        return true
    }

    private static func appendQuoted(
        _ text: ByteView, backslashEscapes: Bool, to output: inout ByteBuffer
    ) {
        guard let quote = text.first else { return }
        var index = 1
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\\"), backslashEscapes, index + 1 < text.count {
                let next = text[index + 1]
                switch next {
                case UInt8(ascii: "n"): output.append(0x0A)
                case UInt8(ascii: "r"): output.append(0x0D)
                case UInt8(ascii: "t"): output.append(0x09)
                case UInt8(ascii: "0"): output.append(0x00)
                case UInt8(ascii: "b"): output.append(0x08)
                case UInt8(ascii: "Z"): output.append(0x1A)
                default: output.append(next)
                }
                index += 2
            } else if byte == quote {
                guard index + 1 < text.count, text[index + 1] == quote else { return }
                output.append(quote)
                index += 2
            } else {
                output.append(byte)
                index += 1
            }
        }
    }
}
