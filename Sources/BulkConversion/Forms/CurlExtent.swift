@_spi(Package) import Bytes
import ConvertLead

/// Where curl commands begin and end in other text.
extension CurlCommand {
    /// True when a line begins with a curl command.
    static func begins(_ line: ByteView) -> Bool { start(in: line) != nil }

    /// Offset of the word `curl` in a line that is a curl command, perhaps behind a prompt, `$(`, another command, a word such as
    /// `sudo`, or the colon of a log line; `nil` for other lines.
    static func start(in line: ByteView) -> Int? {
        var index = 0
        while let at = line.slice(0..<Swift.min(line.count, 256)).offset(of: "curl", from: index) {
            index = at + 4
            guard index < line.count, line[index].isWhitespace else { continue }
            let front = line.slice(0..<at)
            if endsBeforeCommand(front) || front.hasSuffix(": ") && beginsArgument(line.dropping(index)) { return at }
        }
        return nil
    }

    /// Whether a word comes next that is an argument of a command and none of a sentence.
    private static func beginsArgument(_ text: ByteView) -> Bool {
        let word = text.trimmingWhitespace()
        return word.first.map { "-'\"\\^".utf8.contains($0) } ?? false || word.hasPrefix("http")
    }

    /// Whether a command may stand behind this text.
    private static func endsBeforeCommand(_ text: ByteView) -> Bool {
        let front = text.trimmingWhitespace()
        guard let last = front.last else { return true }
        if front.first == UInt8(ascii: "#") || front.contains(UInt8(ascii: "<")) { return false }
        if front.equals("$") || front.hasSuffix("$(") || last == UInt8(ascii: "`") || last == UInt8(ascii: ";") {
            return true
        }
        if front.hasSuffix("&&") || front.hasSuffix("||") { return true }
        guard text.last?.isWhitespace ?? false else { return false }
        if last == UInt8(ascii: "!") || isMark(front) { return true }
        var word = front.count
        while word > 0, !front[word - 1].isWhitespace { word -= 1 }
        let name = front.dropping(word)
        for known: StaticString in ["sudo", "time", "nohup", "exec", "then", "do", "else", "if"] {
            if name.equals(known) { return true }
        }
        return false
    }

    /// Whether a text before a command is a shell's: the plus of a trace (`+`, `++`, `+script.sh:3>`), or the number and the time of
    /// a history.
    private static func isMark(_ front: ByteView) -> Bool {
        if front.first == UInt8(ascii: "+") {
            return front.last == UInt8(ascii: ">") || front.allSatisfy { $0 == front[0] }
        }
        return front.contains(where: \.isDigit)
            && front.allSatisfy { $0.isDigit || $0.isWhitespace || $0.isOne(of: ":-/.*") }
    }

    /// A command out of the history of zsh, which writes a backslash before each line end of a command and a mark (0x83) before some
    /// bytes, with bit 5 of these turned over; `nil` for any other.
    static func outOfZshHistory(_ text: ByteView) -> [UInt8]? {
        let front = text.slice(0..<(text.offset(of: UInt8(ascii: ";")) ?? 0))
        guard front.hasPrefix(": "), front.allSatisfy({ $0.isDigit || $0.isOne(of: ": ") }) else { return nil }
        var command: [UInt8] = []
        command.reserveCapacity(text.count)
        var index = front.count + 1
        while index < text.count {
            let next = text.dropping(index + 1).first
            if text[index] == 0x83, let next {
                command.append(next ^ 0x20)
                index += 2
            } else {
                if text[index] != UInt8(ascii: "\\") || next != 0x0A { command.append(text[index]) }
                index += 1
            }
        }
        return command
    }

    /// Length of the command at the start of the text, up to the line end behind it; `nil` when more text is needed.
    ///
    /// A line end inside quotes or behind a backslash belongs to the command, and so does the next line when it begins with
    /// an option, a quote, or an address that the command does not have yet. Another command may follow behind `&&` or `;`. A line that begins with `curl` begins
    /// another command even inside quotes: one before it was never closed.
    static func length(in text: ByteView, isWhole: Bool) -> Int? {
        guard let end = commandLength(in: text, isWhole: isWhole) else { return nil }
        return traceEnd(in: text, from: end, isWhole: isWhole)
    }

    /// Offset after the lines that `curl -v` writes about the request, which follow the command in what a terminal showed; `nil` when
    /// more text is needed.
    private static func traceEnd(in text: ByteView, from start: Int, isWhole: Bool) -> Int? {
        var index = start
        while index < text.count {
            let rest = text.dropping(index)
            let isTrace = rest.hasPrefix("* ") || rest.hasPrefix("> ") || rest.hasPrefix(">\n") || rest.hasPrefix(">\r")
            guard isTrace else { return index }
            guard let feed = rest.offset(of: 0x0A) ?? (isWhole ? rest.count : nil) else { return nil }
            let line = rest.slice(0..<feed)
            // The trace repeats the request line; another call is none of its lines.
            if RequestMarks.isIn(line), line.first != UInt8(ascii: ">") || line.offset(of: " HTTP/") == nil {
                return index
            }
            index = min(index + feed + 1, text.count)
        }
        return index
    }

    static func commandLength(in text: ByteView, isWhole: Bool) -> Int? {
        if isForCmd(EntryStart(text: text).line) { return CmdText.length(in: text, isWhole: isWhole) }
        var index = start(in: text.slice(0..<(text.offset(of: 0x0A) ?? text.count))) ?? 0
        let closing = closingByte(in: text, at: index)
        var quote: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if quote != 0 {
                if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                    index += 1
                } else if byte == quote || (quote == 1 && byte == UInt8(ascii: "'")) {
                    quote = 0
                } else if byte == 0x0A {
                    let next = text.dropping(index + 1)
                    if next.count < 5, !isWhole { return nil }
                    if next.hasPrefix("curl"), next.count > 4, next[4].isWhitespace { return index + 1 }
                }
            } else if byte == UInt8(ascii: "\\") {
                index += index + 1 < text.count && text[index + 1] == 0x0D ? 2 : 1
            } else if byte == UInt8(ascii: "'") {
                // $'…' has escapes of its own.
                quote = index > 0 && text[index - 1] == UInt8(ascii: "$") ? 1 : byte
            } else if byte == UInt8(ascii: "\"") {
                quote = byte
            } else if let closing, byte == closing {
                // What follows belongs to the command around this one.
                guard let end = text.offset(of: 0x0A, from: index) else { return isWhole ? text.count : nil }
                return end + 1
            } else if byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";"), followsCommand(text.dropping(index)) {
                return index
            } else if byte == 0x0A {
                let next = text.dropping(index + 1)
                if next.isEmpty { return isWhole ? text.count : nil }
                var start = 0
                while start < next.count, next[start] == 0x20 || next[start] == 0x09 { start += 1 }
                let rest = next.dropping(start)
                if rest.count < 8, !isWhole { return nil }
                let isWord =
                    rest.count > 1 && (rest[0] == UInt8(ascii: "'") || rest[0] == UInt8(ascii: "\""))
                    && !rest[1].isWhitespace
                let isAddress = rest.hasPrefix("http://") || rest.hasPrefix("https://")
                let goesOn = isOption(rest) || isWord || isAddress && !hasAddress(text.slice(0..<index))
                if !goesOn { return index + 1 }
            }
            index += 1
        }
        return isWhole ? text.count : nil
    }

    private static func isOption(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "-") else { return false }
        let name = text.dropping(text.hasPrefix("--") ? 2 : 1)
        return name.first.map { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "#") } ?? false
    }

    private static func hasAddress(_ text: ByteView) -> Bool {
        var command = CurlCommand()
        command.read(text)
        return !command.url.isEmpty
    }

    /// What ends a command that another one takes the output of: `$(curl …)` or `` `curl …` ``.
    static func closingByte(in text: ByteView, at start: Int) -> UInt8? {
        let front = text.slice(0..<start).trimmingWhitespace()
        if front.hasSuffix("$(") { return UInt8(ascii: ")") }
        return front.last == UInt8(ascii: "`") ? UInt8(ascii: "`") : nil
    }

    /// Whether a text begins with an operator of the shell and another curl command behind it.
    private static func followsCommand(_ text: ByteView) -> Bool {
        let rest = operatorEnd(in: text)
        guard rest > 0 else { return false }
        let command = text.dropping(rest)
        return begins(command.slice(0..<(command.offset(of: 0x0A) ?? command.count)))
    }

    /// Length of an operator between commands at the start of a text, with the white space and escaped line ends behind it; 0
    /// when there is none.
    private static func operatorEnd(in text: ByteView) -> Int {
        var end = text.hasPrefix("&&") ? 2 : text.first == UInt8(ascii: ";") ? 1 : 0
        while end > 0, end < text.count {
            let rest = text.dropping(end)
            if text[end].isWhitespace {
                end += 1
            } else if rest.hasPrefix("\\\n") || rest.hasPrefix("\\\r") {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// Whether a line begins a command as it is written for `cmd.exe`, with carets for escapes and at the ends of lines.
    static func isForCmd(_ line: ByteView) -> Bool {
        guard line.contains(UInt8(ascii: "^")) else { return false }
        if line.last == UInt8(ascii: "^") { return true }
        return !line.contains(UInt8(ascii: "'"))
            && (line.offset(of: "^\"") != nil || line.offset(of: "^&") != nil || line.offset(of: "^%") != nil)
    }
}
