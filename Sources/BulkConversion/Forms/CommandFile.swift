@_spi(Package) import Bytes
import ConvertLead

/// Files in which programs keep commands, each with escapes of its own.
enum CommandFile {
    /// A shell's, which has the commands as they are.
    case script
    /// The history of zsh: a backslash before each line end of a command, and a mark (0x83) before some bytes, with bit 5 of these
    /// turned over.
    case zshHistory
    /// The history of fish: `- cmd: …` with `\\` and `\n`, and a line `when: …` after it.
    case fishHistory
    /// A crontab: `\%` is a percent sign; a bare one is a line end, and what follows the first is input of the command.
    case crontab

    private static let fishMark: StaticString = "- cmd: "

    /// The kind of file a command is from, by how the text begins.
    init(_ text: ByteView) {
        let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
        if Self.fishEnd(in: text) != nil {
            self = .fishHistory
        } else if line.hasPrefix(": "), let end = line.offset(of: UInt8(ascii: ";")),
            line.slice(0..<end).allSatisfy({ $0.isDigit || $0.isOne(of: ": ") })
        {
            self = .zshHistory
        } else if Self.schedule(in: line) != nil, Self.hasPercentSigns(line) {
            self = .crontab
        } else {
            self = .script
        }
    }

    /// Length of a command in files that have one a line; `nil` for others, and when more text is needed.
    func length(in text: ByteView, isWhole: Bool) -> Int? {
        switch self {
        case .script, .zshHistory: nil
        case .fishHistory: Self.fishEnd(in: text) ?? (isWhole ? text.count : nil)
        case .crontab: text.offset(of: 0x0A).map { $0 + 1 } ?? (isWhole ? text.count : nil)
        }
    }

    /// Whether each command is a line.
    var hasCommandsOnLines: Bool { self == .fishHistory || self == .crontab }

    /// Length of a command in the history of fish, with the line that tells when it ran; `nil` for other text.
    private static func fishEnd(in text: ByteView) -> Int? {
        guard text.hasPrefix(fishMark), let feed = text.offset(of: 0x0A) else { return nil }
        let next = text.dropping(feed + 1)
        // The line may be cut off.
        let mark: StaticString = "  when: "
        let isMark = next.hasPrefix(mark) || !next.isEmpty && ByteView(mark).hasPrefix(next)
        guard isMark else { return nil }
        return feed + 1 + (next.offset(of: 0x0A).map { $0 + 1 } ?? next.count)
    }

    /// Whether fish runs the commands, which undoes backslashes between apostrophes.
    var isOfFish: Bool { self == .fishHistory }

    /// The command as a script has it, and what the file gives it to read; `nil` where the text is that already.
    func command(of text: ByteView) -> (text: [UInt8], input: [UInt8]?)? {
        switch self {
        case .script: nil
        case .zshHistory: (Self.outOfZsh(text.dropping((text.offset(of: UInt8(ascii: ";")) ?? -1) + 1)), nil)
        case .fishHistory: (Self.outOfFish(text.dropping(Self.fishMark.utf8CodeUnitCount)), nil)
        case .crontab: Self.outOfCrontab(text)
        }
    }

    private static func outOfZsh(_ text: ByteView) -> [UInt8] {
        var command: [UInt8] = []
        command.reserveCapacity(text.count)
        var index = 0
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

    private static func outOfFish(_ entry: ByteView) -> [UInt8] {
        let text = entry.slice(0..<(entry.offset(of: 0x0A) ?? entry.count))
        var command: [UInt8] = []
        command.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let next = text.dropping(index + 1).first
            if text[index] == UInt8(ascii: "\\"), let next, next.isOne(of: "\\n") {
                command.append(next == UInt8(ascii: "n") ? 0x0A : next)
                index += 2
            } else {
                command.append(text[index])
                index += 1
            }
        }
        return command
    }

    private static func outOfCrontab(_ text: ByteView) -> (text: [UInt8], input: [UInt8]?) {
        var parts: [[UInt8]] = [[]]
        var index = 0
        while index < text.count {
            if text.dropping(index).hasPrefix("\\%") {
                parts[parts.count - 1].append(UInt8(ascii: "%"))
                index += 2
            } else if text[index] == UInt8(ascii: "%"), parts.count == 1 {
                parts.append([])
                index += 1
            } else {
                parts[parts.count - 1].append(text[index] == UInt8(ascii: "%") ? 0x0A : text[index])
                index += 1
            }
        }
        return (parts[0], parts.count > 1 ? parts[1] : nil)
    }

    /// Whether percent signs of a line are those of crontabs, and not of form encoding.
    private static func hasPercentSigns(_ line: ByteView) -> Bool {
        if line.offset(of: "\\%") != nil { return true }
        guard let sign = line.offset(of: UInt8(ascii: "%")) else { return false }
        return line.dropping(sign + 1).prefix(2).contains { $0.hexDigitValue == nil }
    }

    /// Length of the times that a line of a crontab begins with, and of the user after them; `nil` for other lines.
    ///
    /// Source: crontab(5).
    static func schedule(in line: ByteView) -> Int? {
        guard let first = line.first, first.isDigit || first.isOne(of: "*@") else { return nil }
        var index = 0
        func word() -> ByteView {
            let start = index
            while index < line.count, !line[index].isWhitespace { index += 1 }
            let word = line.slice(start..<index)
            while index < line.count, line[index].isWhitespace { index += 1 }
            return word
        }
        if first == UInt8(ascii: "@") {
            return word().dropping(1).allSatisfy(\.isASCIILetter) ? index : nil
        }
        for field in 0..<5 {
            let text = word()
            guard !text.isEmpty,
                text.allSatisfy({ $0.isDigit || $0.isOne(of: "*,/-") || field > 2 && $0.isASCIILetter })
            else { return nil }
        }
        return index
    }
}
