import Bytes
import ConvertLead

/// A curl command as browsers, Postman and people write it.
struct CurlCommand {
    /// The address.
    private(set) var url: [UInt8] = []
    /// Data of all `-d` options, joined by `&` as curl joins them; fields of `-F` as parameters.
    private(set) var body: [UInt8] = []
    /// Value of the header `Content-Type`; empty when there is none.
    private(set) var contentType: [UInt8] = []
    /// Whether the data are put into the query (`-G`).
    private(set) var isQuery = false
    /// Whether data were to be read from a file, which the archive does not have.
    private(set) var readsFile = false

    /// True when a line begins with the word `curl`, perhaps behind a prompt.
    static func begins(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = line.hasPrefix("$ ") ? line.dropping(2).trimmingBlanks() : line
        guard text.hasPrefix("curl"), text.count > 4 else { return false }
        return text[4].isBlank
    }

    /// Length of the command at the start of the text, up to the line end behind it; `nil` when more text is needed.
    ///
    /// A line end inside quotes or behind a backslash belongs to the command, and so does the next line when it begins with
    /// an option, a quote or an address. Another command may follow behind `&&` or `;`.
    static func length(in text: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Int? {
        var index = 0
        var quote: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if quote != 0 {
                if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                    index += 1
                } else if byte == quote || (quote == 1 && byte == UInt8(ascii: "'")) {
                    quote = 0
                }
            } else if byte == UInt8(ascii: "\\") {
                index += index + 1 < text.count && text[index + 1] == 0x0D ? 2 : 1
            } else if byte == UInt8(ascii: "'") {
                // $'…' has escapes of its own.
                quote = index > 0 && text[index - 1] == UInt8(ascii: "$") ? 1 : byte
            } else if byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";"), followsCommand(text.dropping(index)) {
                return index
            } else if byte == 0x0A {
                let next = text.dropping(index + 1)
                if next.isEmpty { return isWhole ? text.count : nil }
                var start = 0
                while start < next.count, next[start] == 0x20 || next[start] == 0x09 { start += 1 }
                let rest = next.dropping(start)
                if rest.count < 8, !isWhole { return nil }
                let goesOn =
                    rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "'")
                    || rest.first == UInt8(ascii: "\"") || rest.hasPrefix("http://") || rest.hasPrefix("https://")
                if !goesOn { return index + 1 }
            }
            index += 1
        }
        return isWhole ? text.count : nil
    }

    /// Whether a text begins with an operator of the shell and another curl command behind it.
    private static func followsCommand(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let rest = operatorEnd(in: text)
        return rest > 0 && begins(text.dropping(rest))
    }

    /// Length of an operator between commands at the start of a text, with the white space and escaped line ends behind it; 0
    /// when there is none.
    static func operatorEnd(in text: UnsafeBufferPointer<UInt8>) -> Int {
        var end = text.hasPrefix("&&") ? 2 : text.first == UInt8(ascii: ";") ? 1 : 0
        while end > 0, end < text.count {
            let rest = text.dropping(end)
            if text[end].isBlank {
                end += 1
            } else if rest.hasPrefix("\\\n") || rest.hasPrefix("\\\r") {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// Reads a command.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        let words = Self.words(of: text)
        var fields: [[UInt8]] = []
        var index = 1
        if let first = words.first, first == Array("$".utf8) { index = 2 }
        while index < words.count {
            let word = words[index]
            index += 1
            guard word.first == UInt8(ascii: "-"), word.count > 1 else {
                if url.isEmpty { url = word }
                continue
            }
            var option = word
            var value: [UInt8]?
            if word.starts(with: "--".utf8) {
                if let equals = word.firstIndex(of: UInt8(ascii: "=")) {
                    option = Array(word[..<equals])
                    value = Array(word[(equals + 1)...])
                }
            } else if word.count > 2 {
                option = Array(word[..<2])
                value = Array(word[2...])
            }
            let name = String(decoding: option, as: UTF8.self)
            if name == "-G" || name == "--get" {
                isQuery = true
                continue
            }
            guard Self.takesValue(name) else { continue }
            if value == nil {
                guard index < words.count else { break }
                value = words[index]
                index += 1
            }
            take(name, value ?? [], fields: &fields)
        }
        body = Array(fields.joined(separator: "&".utf8))
    }

    private mutating func take(_ name: String, _ value: [UInt8], fields: inout [[UInt8]]) {
        switch name {
        case "--url": url = value
        case "-H", "--header":
            value.withUnsafeBufferPointer { header in
                if let type = HeaderText.value(of: "Content-Type", in: header) { contentType = Array(type) }
            }
        case "-d", "--data", "--data-binary", "--data-ascii":
            if value.first == UInt8(ascii: "@") {
                readsFile = true
            } else {
                fields.append(value)
            }
        case "--data-raw": fields.append(value)
        case "--data-urlencode": fields.append(Self.encodingValue(of: value))
        case "-F", "--form", "--form-string":
            if let equals = value.firstIndex(of: UInt8(ascii: "=")), name != "--form-string",
                value[(equals + 1)...].first == UInt8(ascii: "@") || value[(equals + 1)...].first == UInt8(ascii: "<"),
                !value[(equals + 1)...].contains(UInt8(ascii: ">"))
            {
                readsFile = true
            } else {
                fields.append(Self.encodingValue(of: value))
            }
        default: break
        }
    }

    /// `name=value` with the value percent-encoded where a form needs it.
    private static func encodingValue(of field: [UInt8]) -> [UInt8] {
        guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { return field }
        var value = ByteBuffer(minimumCapacity: 3 * field.count)
        field[(equals + 1)...].withUnsafeBufferPointer { FormEncoding.encode($0, into: &value) }
        return field[...equals] + value.array()
    }

    private static func takesValue(_ option: String) -> Bool {
        switch option {
        case "-A", "-b", "-c", "-d", "-e", "-E", "-F", "-H", "-K", "-m", "-o", "-r", "-T", "-u", "-w", "-x", "-X",
            "--url",
            "--header", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--form",
            "--form-string", "--request", "--user", "--user-agent", "--cookie", "--cookie-jar", "--referer", "--output",
            "--max-time", "--connect-timeout", "--proxy", "--cert", "--key", "--cacert", "--retry", "--write-out":
            true
        default: false
        }
    }

    /// The words of a shell command: quotes removed, escapes of each kind of quotes undone.
    static func words(of text: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var hasWord = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D:
                if hasWord { words.append(word) }
                word = []
                hasWord = false
                continue
            case UInt8(ascii: "\\"):
                if index < text.count, text[index] == 0x0D { index += 1 }
                guard index < text.count else { continue }
                index += 1
                // A line end behind a backslash is nothing.
                if text[index - 1] == 0x0A { continue }
                word.append(text[index - 1])
            case UInt8(ascii: "'"):
                let end = text.offset(of: byte, from: index) ?? text.count
                word += text.slice(index..<end)
                index = end + 1
            case UInt8(ascii: "$") where index < text.count && text[index] == UInt8(ascii: "'"):
                index += 1
                word += readEscaped(text, &index)
            case UInt8(ascii: "\""):
                readDoubleQuoted(text, &index, into: &word)
            default: word.append(byte)
            }
            hasWord = true
        }
        if hasWord { words.append(word) }
        return words
    }

    /// The text of `"…"` up to its closing quote; inside double quotes a shell undoes only some escapes.
    private static func readDoubleQuoted(
        _ text: UnsafeBufferPointer<UInt8>, _ index: inout Int, into word: inout [UInt8]
    ) {
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            if text[index] == UInt8(ascii: "\\"), index + 1 < text.count {
                let next = text[index + 1]
                if next == 0x0A {
                    index += 2
                    continue
                }
                if "\"\\$`".utf8.contains(next) {
                    word.append(next)
                    index += 2
                    continue
                }
            }
            word.append(text[index])
            index += 1
        }
        index += 1
    }

    /// The text of `$'…'` up to its closing quote, escapes undone.
    private static func readEscaped(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> [UInt8] {
        var result = ByteBuffer(minimumCapacity: 256)
        while index < text.count, text[index] != UInt8(ascii: "'") {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                result.append(text[index])
                index += 1
                continue
            }
            let letter = text[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "x"), UInt8(ascii: "u"):
                var value: UInt32 = 0
                var count = 0
                while count < (letter == UInt8(ascii: "x") ? 2 : 4), index < text.count,
                    let digit = text[index].hexDigitValue
                {
                    value = value << 4 | UInt32(digit)
                    index += 1
                    count += 1
                }
                if letter == UInt8(ascii: "x") {
                    result.append(UInt8(truncatingIfNeeded: value))
                } else if let scalar = Unicode.Scalar(value) {
                    result.append(scalar: scalar)
                }
            default: result.append(letter)
            }
        }
        index += 1
        return result.array()
    }
}
