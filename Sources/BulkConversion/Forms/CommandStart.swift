@_spi(Package) import Bytes
import ConvertLead

/// A program that sends a request from a command line.
enum CommandTool {
    case curl
    case wget
    /// HTTPie, and xh, which has its arguments.
    case httpie

    /// The program of a name.
    init?(_ name: ByteView) {
        switch true {
        case name.equals("curl"): self = .curl
        case name.equals("wget"): self = .wget
        case name.equals("http"), name.equals("https"), name.equals("xh"), name.equals("xhs"): self = .httpie
        default: return nil
        }
    }
}

/// Where a command that sends a request begins in a line, perhaps behind a prompt, `$(`, another command, a word such as `sudo`, or
/// the colon of a log line.
struct CommandStart {
    let tool: CommandTool
    /// Offset of the program's name.
    let name: Int
    /// Offset after it.
    let arguments: Int
    /// Offset of the command before it whose output it reads, as of `echo … |`; `nil` without one.
    var feed: Int?

    /// Offset of the first word.
    var first: Int { feed ?? name }

    /// Bytes at the start of a line in which a command may begin.
    private static let mostBytesBefore = 256
    /// Words at the start of a line of which one may be a program's name.
    private static let mostWords = 12

    /// A bit for each byte below 64 that means something before a command: `(;/<%"'?=&`.
    private static let signs: UInt64 = "(;/<%\"'?=&".utf8.reduce(0) { $0 | 1 << UInt64($1) }

    /// Whether a blank is near the start of a line, as after a command's name. Form bodies and addresses have none.
    private static func hasBlank(_ line: ByteView) -> Bool {
        line.slice(0..<min(line.count, 64)).offset(of: 0x20, or: 0x09) != nil
    }

    /// The command in a line; `nil` for other lines.
    static func any(in line: ByteView) -> CommandStart? { curl(in: line) ?? other(in: line) }

    /// The command of curl in a line; `nil` for other lines, and where curl reads what another command writes.
    static func curl(in line: ByteView) -> CommandStart? {
        guard hasBlank(line) else { return nil }
        var index = 0
        while let at = line.slice(0..<min(line.count, mostBytesBefore)).offset(of: "curl", from: index) {
            index = at + 4
            guard index < line.count, line[index].isWhitespace else { continue }
            let front = withoutPath(line.slice(0..<at))
            if endsBeforeCommand(front) || front.hasSuffix(": ") && beginsArgument(line.dropping(index)) {
                return CommandStart(tool: .curl, name: at, arguments: index)
            }
        }
        return nil
    }

    /// The command of another program, or one that reads what `cat`, `echo` or `printf` write; `nil` for other lines.
    static func other(in line: ByteView) -> CommandStart? {
        let head = line.slice(0..<min(line.count, mostBytesBefore))
        // Most lines end here: form bodies have a sign in their first word, and logs have no such names.
        guard let sign = head.offset(of: UInt8(ascii: "="), or: 0x20), head[sign] == 0x20 || isOperator(head, sign),
            hasName(head)
        else { return nil }
        var index = 0
        for _ in 0..<mostWords {
            while index < head.count, head[index].isWhitespace { index += 1 }
            var begin = index
            while index < head.count, !head[index].isWhitespace {
                let byte = head[index]
                // Most bytes are told by one look at a set of bits.
                if byte < 64 ? Self.signs >> UInt64(byte) & 1 != 0 : byte.isOne(of: "`{") {
                    if byte.isOne(of: "(`;/") { begin = index + 1 }
                    if byte.isOne(of: "<%{\"'?=&"), !isOperator(head, index) { return nil }
                }
                index += 1
            }
            guard index < head.count else { return nil }
            let word = head.slice(begin..<index)
            let isFeed = word.equals("cat") || word.equals("echo") || word.equals("printf")
            let tool = isFeed ? nil : CommandTool(word)
            guard isFeed || tool != nil, endsBeforeCommand(withoutPath(head.slice(0..<begin))) else { continue }
            if let tool {
                guard mayBeArgument(line.dropping(index)) else { return nil }
                return CommandStart(tool: tool, name: begin, arguments: index)
            }
            if let command = reader(of: line, feed: begin) { return command }
        }
        return nil
    }

    /// Whether a word ends like the name of a program that other lines than curl's begin with.
    private static func hasName(_ head: ByteView) -> Bool {
        var index = 0
        while let end = head.offset(of: 0x20, or: 0x09, from: index) {
            let word = head.slice(index..<end)
            index = end + 1
            let isName: Bool =
                switch word.last {
                case UInt8(ascii: "t"): word.hasSuffix("wget") || word.hasSuffix("cat")
                case UInt8(ascii: "p"): word.hasSuffix("http")
                case UInt8(ascii: "s"): word.hasSuffix("https") || word.hasSuffix("xhs")
                case UInt8(ascii: "h"): word.hasSuffix("xh")
                case UInt8(ascii: "o"): word.hasSuffix("echo")
                case UInt8(ascii: "f"): word.hasSuffix("printf")
                default: false
                }
            if isName { return true }
        }
        return false
    }

    /// Whether a byte that is in no word before a command is one of an operator or an assignment: `&&`, `a=$(`.
    private static func isOperator(_ text: ByteView, _ index: Int) -> Bool {
        switch text[index] {
        case UInt8(ascii: "&"):
            text.dropping(index).hasPrefix("&&") || index > 0 && text[index - 1] == UInt8(ascii: "&")
        case UInt8(ascii: "="):
            text.dropping(index + 1).hasPrefix("$(") || text.dropping(index + 1).hasPrefix("\"$(")
                || text.dropping(index + 1).hasPrefix("`")
        case UInt8(ascii: "\""): index > 0 && text[index - 1] == UInt8(ascii: "=") && isOperator(text, index - 1)
        case UInt8(ascii: "{"): text.dropping(index + 1).first == UInt8(ascii: "}")
        default: false
        }
    }

    /// The command that reads what a command at an offset writes.
    private static func reader(of line: ByteView, feed: Int) -> CommandStart? {
        let words = ShellText.words(of: line.dropping(feed))
        let end = feed + words.end
        guard !words.isQuoteOpen, end < line.count, line[end] == UInt8(ascii: "|") else { return nil }
        let rest = line.dropping(end + 1)
        let blanks = rest.count - rest.trimmingLeadingWhitespace().count
        let word = rest.dropping(blanks)
        let length = word.firstIndex(where: \.isWhitespace) ?? word.count
        let path = word.slice(0..<length).lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        guard let tool = CommandTool(word.slice(path..<length)) else { return nil }
        let start = end + 1 + blanks
        return CommandStart(tool: tool, name: start + path, arguments: start + length, feed: feed)
    }

    /// Whether a word comes next that is an argument of a command and none of a sentence.
    private static func beginsArgument(_ text: ByteView) -> Bool {
        let word = text.trimmingWhitespace()
        return word.first.map { "-'\"\\^".utf8.contains($0) } ?? false || word.hasPrefix("http")
    }

    /// Whether the next word is an option, an address or a method.
    private static func mayBeArgument(_ text: ByteView) -> Bool {
        if beginsArgument(text) { return true }
        let rest = text.trimmingWhitespace()
        let word = rest.slice(0..<(rest.firstIndex(where: \.isWhitespace) ?? rest.count))
        return word.first == UInt8(ascii: "$") || word.contains(UInt8(ascii: "/"))
            || word.count > 2 && word.allSatisfy { $0 &- 0x41 < 26 }
    }

    /// A text without the folder at its end: `/usr/bin/`.
    private static func withoutPath(_ text: ByteView) -> ByteView {
        guard text.last == UInt8(ascii: "/") else { return text }
        let start = text.lastIndex { $0.isWhitespace || $0.isOne(of: "(`;") }.map { $0 + 1 } ?? 0
        return text[start].isOne(of: "/.~") ? text.slice(0..<start) : text
    }

    /// Whether a command may stand behind this text.
    private static func endsBeforeCommand(_ text: ByteView) -> Bool {
        let front = text.trimmingWhitespace()
        guard let last = front.last else { return true }
        if front.first == UInt8(ascii: "#") || front.contains(UInt8(ascii: "<")) { return false }
        if front.equals("$") || front.hasSuffix("$(") || last == UInt8(ascii: "`") { return true }
        if last == UInt8(ascii: ";") || front.hasSuffix("&&") || front.hasSuffix("||") {
            // A command inside another one needs its quotes undone.
            return ShellCommand.openingQuote(in: front, before: front.count) == nil
        }
        guard text.last?.isWhitespace ?? false else { return false }
        if last == UInt8(ascii: "!") || isMark(front) { return true }
        var word = front.count
        while word > 0, !front[word - 1].isWhitespace { word -= 1 }
        let name = front.dropping(word)
        for known: StaticString in ["sudo", "time", "nohup", "exec", "then", "do", "else", "if"] {
            if name.equals(known) { return true }
        }
        return placeForLines(before: front) != nil
    }

    /// What a program that runs a command for each line of its input puts the line for: the name that it is told (`xargs -I NAME`), or
    /// `{}`; empty where it adds the line at the end. `nil` where a text before a command does not end with such a program.
    static func placeForLines(before text: ByteView) -> [UInt8]? {
        let words = text.split(whereSeparator: \.isWhitespace).map { Array($0) }
        guard let program = words.lastIndex(where: { $0 == Array("xargs".utf8) || $0 == Array("parallel".utf8) }) else {
            return nil
        }
        let options = words[(program + 1)...]
        let isFirst = program == 0 || words[program - 1].last?.isOne(of: "|;&") ?? false
        guard isFirst, options.first?.first ?? UInt8(ascii: "-") == UInt8(ascii: "-") else { return nil }
        let usual = Array("{}".utf8)
        guard let option = options.firstIndex(where: { $0.starts(with: "-I".utf8) }) else {
            return words[program] == Array("xargs".utf8) && !options.contains(Array("-i".utf8)) ? [] : usual
        }
        if options[option].count > 2 { return Array(options[option].dropFirst(2)) }
        return option + 1 < options.endIndex ? options[option + 1] : usual
    }

    /// Whether a text before a command is a shell's or of a file with commands: the plus of a trace (`+`, `++`, `+script.sh:3>`), the
    /// number and the time of a history, the times of a crontab, a prompt.
    private static func isMark(_ front: ByteView) -> Bool {
        if front.first == UInt8(ascii: "+") {
            return front.last == UInt8(ascii: ">") || front.allSatisfy { $0 == front[0] }
        }
        if front.last!.isOne(of: "$#%"), front.contains(where: { $0.isOne(of: "@:~]") }) { return true }
        return front.equals("- cmd:") || CommandFile.schedule(in: front) != nil
            || front.contains(where: \.isDigit)
                && front.allSatisfy { $0.isDigit || $0.isWhitespace || $0.isOne(of: ":-/.*") }
    }
}
