@_spi(Package) import Bytes

/// A list, mapping or string of YAML that ends with a bracket or quote, perhaps lines later, as PyYAML and Psych write it.
///
/// JSON and the values that programs print look much like it, so it also tells whether only YAML writes what is in it.
struct YAMLFlow {
    /// Length of the text up to its last bracket or quote; `nil` when the text ends before that.
    let end: Int?
    /// Whether it has what only YAML writes: a string folded over lines, an apostrophe written twice, an escape or a key of its own.
    let isSure: Bool
    /// Whether a string has an escape that JSON has not.
    let hasOtherEscapes: Bool

    /// `nil` for other text.
    init?(_ text: ByteView) {
        var scanner = Scanner(text: text)
        switch scanner.scan() {
        case .other: return nil
        case .open: end = nil
        case .closed:
            let line = text.slice(scanner.index..<(text.offset(of: 0x0A, from: scanner.index) ?? text.count))
            guard line.trimmingWhitespace().first?.isOne(of: ",]}") ?? true else { return nil }
            end = scanner.index
        }
        isSure = scanner.isSure
        hasOtherEscapes = scanner.hasOtherEscapes && !scanner.hasBytes
    }

    /// Whether only YAML has what a text begins with, after the mark of a document, a dash, or a tag, if there is one.
    static func begins(_ text: ByteView) -> Bool {
        guard let flow = YAMLFlow(text.dropping(start(in: text))) else { return false }
        return flow.isSure || flow.hasOtherEscapes && text.hasPrefix("--- ")
    }

    /// Whether a text begins like JSON, but its first line ends inside a string that YAML goes on with.
    static func beginsFolded(_ start: EntryStart) -> Bool {
        guard let last = start.line.last, !last.isOne(of: "{}[]:\""), !start.isLineOpen,
            start.line.slice(0..<min(start.line.count, 8)).first(where: { !$0.isOne(of: "{[") }) == UInt8(ascii: "\"")
        else { return false }
        return begins(start.text)
    }

    /// Where the first bracket or quote of a text is, after the mark of a document, a dash, or tags.
    static func start(in text: ByteView) -> Int {
        var index = text.hasPrefix("--- ") ? 4 : text.hasPrefix("- ") ? 2 : 0
        while index < text.count, text[index].isOne(of: " !&") {
            if text[index] != 0x20 { while index < text.count, !text[index].isWhitespace { index += 1 } }
            index += 1
        }
        return min(index, text.count)
    }
}

private struct Scanner {
    enum Result { case closed, open, other }

    let text: ByteView
    private(set) var index = 0
    private(set) var isSure = false
    private(set) var hasOtherEscapes = false
    /// The brackets that close what is open, the outermost first.
    private var closers: [UInt8] = []
    /// Whether a node ended, so that a comma, a colon or a closing bracket must follow.
    private var isAfterNode = false
    /// Whether the member of a mapping that is read has its colon.
    private var hasColon = false
    /// Whether bytes above ASCII are escapes each, as nginx logs them.
    private(set) var hasBytes = false
    /// Whether the first name of a mapping has no quotes; languages print such a name after a blank.
    private var beginsWithWord = false

    /// Values inside each other at most, as ``LiteralText`` reads them.
    private static let deepest = 64

    init(text: ByteView) { self.text = text }

    mutating func scan() -> Result {
        // YAML has no blank after the first bracket, unless each member is on a line with a mark.
        let rest = text.dropping(1)
        let first = rest.trimmingLeadingWhitespace().first ?? 0
        guard text.first?.isOne(of: "{['\"") ?? false, !rest.isEmpty else { return .other }
        guard text[0].isOne(of: "'\"") || !rest[0].isWhitespace || first.isOne(of: "?{[!") else { return .other }
        beginsWithWord = text[0] == UInt8(ascii: "{") && (first.isASCIILetter || first == UInt8(ascii: "_"))
        while index < text.count {
            if let result = step() { return result }
            if closers.isEmpty, isAfterNode { return .closed }
        }
        return .open
    }

    /// Takes what comes next; gives a result when the text is no such value or ends.
    private mutating func step() -> Result? {
        let byte = text[index]
        if byte.isWhitespace {
            index += 1
            return nil
        }
        switch byte {
        case UInt8(ascii: "?"):
            guard !isAfterNode, text.dropping(index + 1).first == 0x20 else { return .other }
            isSure = true
            index += 1
        case UInt8(ascii: ":"):
            guard isAfterNode, isInMapping, text.dropping(index + 1).first?.isWhitespace ?? true else { return .other }
            hasColon = true
            isAfterNode = false
            index += 1
        case UInt8(ascii: ","):
            guard isAfterNode, hasColon || !isInMapping else { return .other }
            hasColon = false
            isAfterNode = false
            index += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            // A comma may be after the last member.
            guard hasColon || !isInMapping || !isAfterNode, closers.popLast() == byte else { return .other }
            hasColon = isInMapping
            isAfterNode = true
            index += 1
        default:
            guard !isAfterNode else { return .other }
            return beginNode(byte)
        }
        return nil
    }

    private var isInMapping: Bool { closers.last == UInt8(ascii: "}") }

    private mutating func beginNode(_ byte: UInt8) -> Result? {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard closers.count < Self.deepest else { return .other }
            // The closing bracket is two after the opening one.
            closers.append(byte + 2)
            hasColon = false
            index += 1
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return takeQuoted(byte)
        case UInt8(ascii: "&"), UInt8(ascii: "!"), UInt8(ascii: "*"):
            while index < text.count, !text[index].isWhitespace, !text[index].isOne(of: ",]}") { index += 1 }
            isAfterNode = byte == UInt8(ascii: "*")
            isSure = true
        case UInt8(ascii: "#"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "@"), UInt8(ascii: "`"),
            UInt8(ascii: "%"):
            return .other
        default: return takePlain()
        }
        return nil
    }

    private mutating func takePlain() -> Result? {
        let start = index
        var fold = Fold()
        while index < text.count {
            let byte = text[index]
            if byte.isOne(of: ",[]{}") { break }
            if byte == UInt8(ascii: ":"),
                text.dropping(index + 1).first.map({ $0.isWhitespace || $0.isOne(of: ",]}") }) ?? true
            {
                break
            }
            if byte == UInt8(ascii: "="), text.dropping(index + 1).first == UInt8(ascii: ">") { return .other }
            guard byte == 0x0A else {
                index += 1
                continue
            }
            let rest = text.dropping(index).trimmingLeadingWhitespace()
            if rest.first?.isOne(of: ",]}:") ?? true { break }
            guard fold.take(text, &index) else { return .other }
            isSure = isSure || beginsWithWord
        }
        let string = text.slice(start..<index)
        // Java and Dart print the strings in their mappings without quotes, commas in them too; these have members without a colon.
        if isInMapping, !hasColon, string.contains(where: { $0.isOne(of: "<=") }) { return .other }
        if beginsWithWord, string.contains(where: { $0.isOne(of: "%&=") }), !string.contains(UInt8(ascii: "<")) {
            isSure = true
        }
        isAfterNode = true
        return nil
    }

    private mutating func takeQuoted(_ quote: UInt8) -> Result? {
        let start = index + 1
        var fold = Fold()
        index = start
        while index < text.count {
            let byte = text[index]
            let next = text.dropping(index + 1).first
            switch byte {
            case quote:
                // Python has strings between three quotes.
                guard quote == UInt8(ascii: "'"), next == quote, index > start else {
                    index += 1
                    isAfterNode = true
                    return nil
                }
                isSure = true
                index += 2
            case 0x0A:
                guard fold.take(text, &index) else { return .other }
                isSure = true
            case UInt8(ascii: "\\"):
                guard let next else { return .open }
                guard quote == UInt8(ascii: "\"") else {
                    // Languages print a backslash twice, or as part of their escapes.
                    if beginsWithWord || !next.isOne(of: "\\'\"nrtxuUNabfv0") { isSure = true }
                    index += next == byte ? 2 : 1
                    continue
                }
                guard takeEscape(next, &fold) else { return .other }
            case UInt8(ascii: "#") where quote == UInt8(ascii: "\"") && next == UInt8(ascii: "{") && beginsWithWord:
                // Ruby prints a backslash before it.
                isSure = true
                index += 1
            default: index += 1
            }
        }
        return .open
    }

    /// Whether a text begins with the escape of a byte above ASCII.
    private static func isHighByte(_ text: ByteView) -> Bool {
        text.hasPrefix("\\x") && text.dropping(2).first?.hexDigitValue ?? 0 > 7
    }

    private mutating func takeEscape(_ next: UInt8, _ fold: inout Fold) -> Bool {
        index += 1
        if next == 0x0A {
            isSure = true
            return fold.take(text, &index)
        }
        guard next.isOne(of: "0abtnvfre \"/\\N_LPxuU\t") else { return false }
        // Languages write the digits in braces.
        if next.isOne(of: "xu"), text.dropping(index + 1).first == UInt8(ascii: "{") { return false }
        if next.isOne(of: " N_LP") { isSure = true }
        if next.isOne(of: "0aevxU") { hasOtherEscapes = true }
        if next == UInt8(ascii: "x"), Self.isHighByte(text.dropping(index - 1)),
            Self.isHighByte(text.dropping(index + 3))
        {
            hasBytes = true
        }
        index += 1
        return true
    }
}

/// The lines that a string goes on over. YAML indents them alike; a program that prints a document does not.
private struct Fold {
    private var indent: Int?

    /// Steps over a line break and the white space after it; false when that is none of YAML.
    mutating func take(_ text: ByteView, _ index: inout Int) -> Bool {
        var start = index
        while index < text.count, text[index].isWhitespace {
            if text[index] == 0x0A { start = index + 1 }
            index += 1
        }
        if index == text.count { return true }
        let length = index - start
        guard length > 0, length == indent ?? length else { return false }
        indent = length
        return true
    }
}
