@_spi(Package) import Bytes
import ConvertLead

/// Commands as a shell reads them.
enum ShellText {
    /// The words of a command.
    struct Words {
        fileprivate(set) var list: [[UInt8]] = []
        /// What the command reads by `<<<`; `nil` without it.
        fileprivate(set) var input: [UInt8]?
        /// Whether a quote is not closed.
        fileprivate(set) var isQuoteOpen = false
        /// What the shell would put something else for in the first document that has such a thing; `nil` when none has.
        fileprivate(set) var expansion: String?
        /// Whether the shell would put something else for anything in the words.
        fileprivate(set) var hasExpansion = false
        /// Offset of what ends the command.
        fileprivate(set) var end = 0

        /// A text that something else is put for, where it is in a document or begins a parameter; `nil` when none has it.
        func expansion(of place: [UInt8]) -> String? {
            if place.isEmpty { return nil }
            let name = String(decoding: place, as: UTF8.self)
            for word in list {
                let found: String? = word.withByteView { word in
                    let places = word.ranges(of: place).map { ($0.lowerBound, name) }
                    return ShellText.expansion(in: word, of: places)
                        ?? ShellText.expansion(in: word, asParameterOf: places)
                }
                if let found { return found }
            }
            return nil
        }
    }

    /// The words of a shell command: quotes removed, escapes of each kind of quotes undone, redirections left out. An operator
    /// such as `;` or `|` ends the command, but not inside XML or an address without quotes.
    ///
    /// - Parameters:
    ///   - closing: what ends a command inside another one.
    ///   - isOfFish: whether backslashes are escapes between apostrophes too.
    ///   - values: what is known of variables.
    static func words(
        of text: ByteView, closing: UInt8? = nil, isOfFish: Bool = false, values: ShellValues = ShellValues()
    ) -> Words {
        var words = Words()
        var word: [UInt8] = []
        var hasWord = false
        var isRedirected = false
        var isInput = false
        var index = 0
        // Where in the word the shell would put values.
        var expansions: [Expansion] = []
        func endWord() {
            if !expansions.isEmpty { words.hasExpansion = true }
            if !expansions.isEmpty, words.expansion == nil {
                words.expansion = word.withByteView {
                    expansion(in: $0, of: expansions) ?? expansion(in: $0, asParameterOf: expansions)
                }
            }
            expansions = []
            if hasWord, isInput { words.input = word + [0x0A] }
            if hasWord, !isRedirected { words.list.append(word) }
            if hasWord { (isRedirected, isInput) = (false, false) }
            word = []
            hasWord = false
        }
        scan: while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D:
                endWord()
                continue
            case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"):
                if !endsCommand(text, index - 1, word) { break }
                index -= 1
                break scan
            case UInt8(ascii: "<"), UInt8(ascii: ">"):
                if word.contains(UInt8(ascii: "<")) || (word.last == UInt8(ascii: "=") && byte == UInt8(ascii: "<")) {
                    break
                }
                // The number of a file in front of it is no word.
                if word.allSatisfy(\.isDigit) { hasWord = false }
                endWord()
                isInput = text.dropping(index - 1).hasPrefix("<<<")
                let isDocument = text.dropping(index - 1).hasPrefix("<<-")
                while index < text.count, "<>&".utf8.contains(text[index]) { index += 1 }
                if isDocument { index += 1 }
                isRedirected = true
                continue
            case closing:
                index -= 1
                break scan
            case UInt8(ascii: "\\"):
                if index < text.count, text[index] == 0x0D { index += 1 }
                guard index < text.count else { continue }
                index += 1
                // A line end behind a backslash is nothing.
                if text[index - 1] == 0x0A { continue }
                word.append(text[index - 1])
                hasWord = true
                continue
            case UInt8(ascii: "'") where isOfFish:
                readQuotedInFish(text, &index, into: &word)
                if index > text.count { words.isQuoteOpen = true }
                hasWord = true
                continue
            case UInt8(ascii: "'"):
                let end = text.offset(of: byte, from: index)
                if end == nil { words.isQuoteOpen = true }
                word += text.slice(index..<(end ?? text.count))
                index = (end ?? text.count) + 1
                hasWord = true
                continue
            case UInt8(ascii: "$") where index < text.count && text[index] == UInt8(ascii: "'"):
                index += 1
                word += readEscaped(text, &index)
                if index > text.count { words.isQuoteOpen = true }
                hasWord = true
                continue
            case UInt8(ascii: "\""):
                readDoubleQuoted(text, &index, values, into: &word, &expansions)
                if index > text.count { words.isQuoteOpen = true }
                hasWord = true
                continue
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                if let (value, length) = values.expanded(in: text, at: index - 1), isOneWord(value) {
                    word += value
                    index += length - 1
                    hasWord = true
                    continue
                }
                if let name = HereDocument.expansion(in: text, at: index - 1) { expansions.append((word.count, name)) }
            default: break
            }
            word.append(byte)
            hasWord = true
        }
        endWord()
        words.end = min(index, text.count)
        return words
    }

    /// Whether the shell takes a value without quotes as it is.
    private static func isOneWord(_ value: [UInt8]) -> Bool {
        !value.isEmpty && !value.contains { $0.isWhitespace || $0.isOne(of: "*?[") }
    }

    /// The first of some expansions of a word that is all of a document or of a lead id.
    fileprivate static func expansion(in word: ByteView, asParameterOf expansions: [Expansion]) -> String? {
        expansions.first {
            let front = word.slice(0..<$0.offset)
            return front.hasSuffixIgnoringCase("xmlData=") || front.hasSuffixIgnoringCase("leadId=")
        }?.name
    }

    /// Where in a word something else is put, and what is there, to be shown.
    typealias Expansion = (offset: Int, name: String)

    /// The first of some expansions of a word that is in its document.
    static func expansion(in word: ByteView, of expansions: [Expansion]) -> String? {
        guard !expansions.isEmpty, let root = RequestMarks.nextRoot(in: word) else { return nil }
        let document = root.lowerBound..<(RequestMarks.documentEnd(in: word, ofRoot: root) ?? word.count)
        return expansions.first { document.contains($0.offset) }?.name
    }

    /// The text of `'…'` up to its closing quote, as fish reads it.
    private static func readQuotedInFish(_ text: ByteView, _ index: inout Int, into word: inout [UInt8]) {
        while index < text.count, text[index] != UInt8(ascii: "'") {
            let isEscape =
                text[index] == UInt8(ascii: "\\") && text.dropping(index + 1).first?.isOne(of: "\\'") ?? false
            if isEscape { index += 1 }
            word.append(text[index])
            index += 1
        }
        index += 1
    }

    /// Whether an operator outside quotes ends the command: not inside XML, nor a single one before more of an address.
    private static func endsCommand(_ text: ByteView, _ index: Int, _ word: [UInt8]) -> Bool {
        if word.contains(UInt8(ascii: "<")) { return false }
        guard index + 1 < text.count, text[index] != UInt8(ascii: "|") else { return true }
        let next = text[index + 1]
        return next.isWhitespace || next == text[index] || next == UInt8(ascii: "|") || next == UInt8(ascii: ">")
            || next == UInt8(ascii: ")")
    }

    /// The text of `"…"` up to its closing quote; inside double quotes a shell undoes only some escapes.
    private static func readDoubleQuoted(
        _ text: ByteView, _ index: inout Int, _ values: ShellValues, into word: inout [UInt8],
        _ expansions: inout [Expansion]
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
            } else if let (value, length) = text[index] == UInt8(ascii: "$")
                ? values.expanded(in: text, at: index) : nil
            {
                word += value
                index += length
                continue
            } else if text[index].isOne(of: "$`"), let name = HereDocument.expansion(in: text, at: index) {
                expansions.append((word.count, name))
            }
            word.append(text[index])
            index += 1
        }
        index += 1
    }

    /// The text of `$'…'` up to its closing quote, escapes undone.
    private static func readEscaped(_ text: ByteView, _ index: inout Int) -> [UInt8] {
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

/// Commands for `cmd.exe`, as browsers copy them.
enum CmdText {
    /// Length of the command at the start of a text: its lines go on after a caret, and over a line end in a value that two line ends
    /// after a caret stand for.
    static func length(in text: ByteView, isWhole: Bool) -> Int? {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            let line = text.slice(index..<feed).trimmingTrailingWhitespace()
            let isBlankAfterCaret = line.isEmpty && index > 0
            index = feed + 1
            if line.last != UInt8(ascii: "^"), !isBlankAfterCaret { return index }
        }
        return isWhole ? text.count : nil
    }

    /// The same command as a shell has it: without carets, quotes inside quotes escaped, backslashes doubled.
    static func shellText(of text: ByteView) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "^"), index + 1 < text.count else {
                plain.append(text[index])
                index += 1
                continue
            }
            index += 1
            if text[index] == 0x0D || text[index] == 0x0A {
                index += text.dropping(index).hasPrefix("\r\n") ? 2 : 1
                let isLineEndInValue = index < text.count && (text[index] == 0x0D || text[index] == 0x0A)
                if isLineEndInValue { index += text.dropping(index).hasPrefix("\r\n") ? 2 : 1 }
                plain.append(isLineEndInValue ? 0x0A : 0x20)
                continue
            }
            plain.append(text[index])
            index += 1
        }
        return plain.withByteView(quoted)
    }

    private static func quoted(_ text: ByteView) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        let (quote, slash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        var isQuoted = false
        var index = 0
        while index < text.count {
            let next = text.dropping(index + 1).first
            if text[index] == slash {
                result += [slash, next == quote ? quote : slash]
                index += next == quote ? 2 : 1
            } else if text[index] == quote, isQuoted, next == quote {
                result += [slash, quote]
                index += 2
            } else {
                if text[index] == quote { isQuoted.toggle() }
                // Text like any other there.
                if text[index].isOne(of: "$`") { result.append(slash) }
                result.append(text[index])
                index += 1
            }
        }
        return result
    }
}
