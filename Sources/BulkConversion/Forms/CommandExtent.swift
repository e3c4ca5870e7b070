@_spi(Package) import Bytes
import ConvertLead

/// Where commands end in other text.
extension ShellCommand {
    /// Length of the command at the start of the text, up to the line end behind it; `nil` when more text is needed.
    ///
    /// A line end inside quotes or behind a backslash belongs to the command, and so does the next line when it begins with
    /// an option, a quote, or an address that the command does not have yet. Another command may follow behind `&&` or `;`. Where a
    /// line inside quotes begins another command or another call, the quote was never closed.
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

    /// Length of the command itself, with the documents below it; `nil` when more text is needed.
    static func commandLength(in text: ByteView, isWhole: Bool) -> Int? {
        let line = EntryStart(text: text).line
        if isForCmd(line) { return CmdText.length(in: text, isWhole: isWhole) }
        let file = CommandFile(text)
        if file.hasCommandsOnLines { return file.length(in: text, isWhole: isWhole) }
        return extent(of: text, isWhole: isWhole)?.length
    }

    /// Length of a command, and the documents below it that it reads; `nil` when more text is needed.
    static func extent(of text: ByteView, isWhole: Bool) -> (length: Int, documents: [HereDocument])? {
        let start = CommandStart.any(in: text.slice(0..<(text.offset(of: 0x0A) ?? text.count)))
        var index = start?.first ?? 0
        let closing = closingByte(in: text, at: index)
        var documents: [HereDocument] = []
        var quote: UInt8 = 0
        var quoted = index
        while index < text.count {
            let byte = text[index]
            if quote == 0 { quoted = index }
            if quote != 0 {
                if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                    index += 1
                } else if byte == quote || (quote == 1 && byte == UInt8(ascii: "'")) {
                    quote = 0
                } else if byte == 0x0A {
                    let next = text.dropping(index + 1)
                    if next.count < 5, !isWhole { return nil }
                    if next.hasPrefix("curl"), next.count > 4, next[4].isWhitespace { return (index + 1, []) }
                    let line = text.slice((index + 1)..<(text.offset(of: 0x0A, from: index + 1) ?? text.count))
                    if RequestMarks.isIn(line) {
                        let end = index + 1 + line.count
                        if end + 1 >= text.count, !isWhole { return nil }
                        let closing = quote == 1 ? UInt8(ascii: "'") : quote
                        let isClosed = closes(line, closing) || text.dropping(end + 1).first == closing
                        if !isClosed, beginsCall(at: index + 1, in: text, quotedFrom: quoted) { return (index + 1, []) }
                    }
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
                guard let end = text.offset(of: 0x0A, from: index) else { return isWhole ? (text.count, []) : nil }
                if documents.isEmpty { return (end + 1, []) }
                index = end
                continue
            } else if byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";"), followsCommand(text.dropping(index)) {
                return (index, [])
            } else if byte == UInt8(ascii: "<"), let document = HereDocument(in: text, at: &index) {
                documents.append(document)
                continue
            } else if byte == 0x0A, !documents.isEmpty {
                switch HereDocument.take(&documents, in: text, from: index + 1, isWhole: isWhole) {
                case .end(let end): return (end, documents)
                case .open: return nil
                case .missing: return (index + 1, [])
                }
            } else if byte == 0x0A {
                let next = text.dropping(index + 1)
                if next.isEmpty { return isWhole ? (text.count, []) : nil }
                var start = 0
                while start < next.count, next[start] == 0x20 || next[start] == 0x09 { start += 1 }
                let rest = next.dropping(start)
                if rest.count < 8, !isWhole { return nil }
                let isWord =
                    rest.count > 1 && (rest[0] == UInt8(ascii: "'") || rest[0] == UInt8(ascii: "\""))
                    && !rest[1].isWhitespace
                let isAddress = rest.hasPrefix("http://") || rest.hasPrefix("https://")
                let goesOn = isOption(rest) || isWord || isAddress && !hasAddress(text.slice(0..<index))
                if !goesOn { return (index + 1, []) }
            }
            index += 1
        }
        if !isWhole { return nil }
        let other = quote == 0 ? nil : EntryStart.nextOther(in: text.dropping(quoted))
        return (other.map { quoted + $0 } ?? text.count, [])
    }

    /// Whether a line ends the quotes around it: after the last quote come only more words of the command.
    private static func closes(_ line: ByteView, _ quote: UInt8) -> Bool {
        guard let last = line.lastIndex(of: quote) else { return false }
        let rest = line.dropping(last + 1).trimmingWhitespace()
        if rest.isEmpty || rest.hasPrefix("http") { return true }
        // Behind a quote inside a document are tags.
        return rest[0].isOne(of: "-\\|&;<>)'\"") && rest.offset(of: "</") == nil
    }

    /// Whether a line inside quotes begins a call of its own. The first document between the quotes is the command's, and so are lines of
    /// JSON that are set in.
    private static func beginsCall(at index: Int, in text: ByteView, quotedFrom start: Int) -> Bool {
        guard let first = text.dropping(index).first, !first.isWhitespace, !first.isOne(of: "\"}],&") else {
            return false
        }
        if first == UInt8(ascii: "<") {
            guard RawXML.isRequest(text.dropping(index)), RequestMarks.nextRoot(in: text.slice(start..<index)) != nil
            else { return false }
        }
        return EntryStart.isEntry(at: index, in: text)
    }

    private static func isOption(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "-") else { return false }
        let name = text.dropping(text.hasPrefix("--") ? 2 : 1)
        return name.first.map { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "#") } ?? false
    }

    private static func hasAddress(_ text: ByteView) -> Bool {
        guard let start = CommandStart.any(in: EntryStart(text: text).line) else { return false }
        var command = ShellCommand(start.tool)
        command.take(ShellText.words(of: text.dropping(start.arguments)).list)
        return !command.url.isEmpty
    }

    /// What ends a command that another one takes the output of: `$(curl …)` or `` `curl …` ``.
    static func closingByte(in text: ByteView, at start: Int) -> UInt8? {
        let front = text.slice(0..<start).trimmingWhitespace()
        if front.hasSuffix("$(") { return UInt8(ascii: ")") }
        return front.last == UInt8(ascii: "`") ? UInt8(ascii: "`") : nil
    }

    /// Whether a text begins with an operator of the shell and another command behind it.
    private static func followsCommand(_ text: ByteView) -> Bool {
        let rest = operatorEnd(in: text)
        guard rest > 0 else { return false }
        let command = text.dropping(rest)
        return CommandStart.any(in: command.slice(0..<(command.offset(of: 0x0A) ?? command.count))) != nil
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
