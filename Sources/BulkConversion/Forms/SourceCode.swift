@_spi(Package) import Bytes
import ConvertLead

/// Text of a program: its strings may have places for values that only the running program knows.
enum SourceCode {
    /// What the text around a document is.
    enum Notation {
        /// Text of any kind, such as a line of a log.
        case words
        /// A value that was read with the strings that are joined to it.
        case literal
        /// Strict JSON, which has no places for values.
        case json
    }

    /// A place in a string of a program where that puts a value, as it is written: `${…}`, `%s`, `' + … + '`.
    ///
    /// What counts in a string depends on its quotes and on what is beside it, because the same text is a plain value in a log.
    ///
    /// - Returns: `nil` when no document of the text has one.
    static func placeholder(in text: ByteView, _ notation: Notation) -> String? {
        var index = 0
        for _ in 0..<mostDocuments {
            guard let root = RequestMarks.nextRoot(in: text, from: index) else { return nil }
            index = RequestMarks.documentEnd(in: text, ofRoot: root) ?? text.count
            guard text[root.lowerBound] == UInt8(ascii: "<"),
                var string = StringOfProgram(in: text, around: root.lowerBound..<index, notation)
            else { continue }
            if let placeholder = string.placeholder() { return placeholder }
        }
        return nil
    }

    /// Documents looked at in a text, so that hostile text costs no more than a few looks at it.
    private static let mostDocuments = 4
}

extension EntryTranslator {
    /// Refuses source code in which the document has places for values.
    ///
    /// - Returns: whether it was refused.
    mutating func refusesSourceCode(in text: ByteView, _ notation: SourceCode.Notation) -> Bool {
        guard let placeholder = SourceCode.placeholder(in: text, notation) else { return false }
        // Of the document nothing is kept, because an expression in it may have a credential.
        refuse(
            .callSourceCode,
            "The text is source code, not a recorded request: the document has \(placeholder), which the program puts a value for"
        )
        return true
    }
}

/// A string of a program that has a document in it.
private struct StringOfProgram {
    private let text: ByteView
    private let document: Range<Int>
    private let notation: SourceCode.Notation
    private let quote: UInt8
    /// Offset of the first of its opening quotes, of which some languages have three.
    private var open: Int
    /// Whether the programmer chose its quotes, `qq{…}` of Perl or `%Q(…)` of Ruby, which mean what double quotes do.
    private let hasChosenQuotes: Bool

    /// Bytes before a document in which its quote may be: those of an address and other parameters.
    private static let mostBytesBefore = 1024
    /// Bytes of what is put between two strings.
    private static let mostBytesBetween = 200

    /// `nil` when the document is in no quotes, or when the quotes are escaped, as those of a text inside another.
    init?(in text: ByteView, around document: Range<Int>, _ notation: SourceCode.Notation) {
        var front = text.slice(0..<document.lowerBound).trimmingTrailingWhitespace()
        if front.hasSuffix("?>"), let declaration = front.lastIndex(of: UInt8(ascii: "<")) {
            front = front.slice(0..<declaration).trimmingTrailingWhitespace()
        }
        let head = front.slice(max(0, front.count - Self.mostBytesBefore)..<front.count)
        guard let last = head.lastIndex(where: { $0.isWhitespace || $0.isOne(of: "'\"`") }) else { return nil }
        var open = front.count - head.count + last
        let chosen = Self.chosenQuote(in: front.dropping(open + 1))
        hasChosenQuotes = chosen != nil && text[open].isWhitespace
        let first = front.dropping(open + 1 + (hasChosenQuotes ? chosen?.length ?? 0 : 0)).first
        guard hasChosenQuotes || !text[open].isWhitespace, open == 0 || text[open - 1] != UInt8(ascii: "\\"),
            first.map({ $0.isASCIILetter || $0.isOne(of: "?/&#") }) ?? true
        else { return nil }
        quote = hasChosenQuotes ? chosen?.closing ?? 0 : text[open]
        while !hasChosenQuotes, open > 0, text[open - 1] == quote { open -= 1 }
        (self.text, self.document, self.notation, self.open) = (text, document, notation, open)
    }

    /// The closing quote of a string that a text begins with, `qq{` or `%Q(`, and the length of what opens it.
    private static func chosenQuote(in text: ByteView) -> (closing: UInt8, length: Int)? {
        for mark: StaticString in ["qq", "%Q", "%"] where text.hasPrefix(mark) {
            let length = mark.utf8CodeUnitCount
            guard let sign = text.dropping(length).first, sign.isOne(of: "{([<|!~") else { continue }
            return (sign.isOne(of: "{[<") ? sign + 2 : sign == UInt8(ascii: "(") ? sign + 1 : sign, length + 1)
        }
        return nil
    }

    /// The first place for a value in the document; `nil` without one.
    mutating func placeholder() -> String? {
        var index = document.lowerBound
        while index < document.upperBound {
            let rest = text.dropping(index)
            if let placeholder = placeholder(at: rest, offset: index) { return placeholder }
            index += rest[0] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private mutating func placeholder(at rest: ByteView, offset: Int) -> String? {
        let next = rest.dropping(1).first ?? 0
        switch rest[0] {
        case quote where notation == .words && !hasChosenQuotes: return isJoined(at: offset) ? joined : nil
        case UInt8(ascii: "\\") where next == UInt8(ascii: "("): return isDoubleQuoted ? "\\(…)" : nil
        case UInt8(ascii: "#") where next == UInt8(ascii: "{"):
            return isDoubleQuoted && (isOfRuby || isInStatement && !endsWithSemicolon) ? "#{…}" : nil
        case UInt8(ascii: "$") where next == UInt8(ascii: "{"):
            return quote == UInt8(ascii: "`") || isTemplate || isDoubleQuoted && isInStatement || isOfDart
                ? "${…}" : nil
        case UInt8(ascii: "$") where next.isASCIILetter || next.isOne(of: "_("):
            return isTemplate || isDoubleQuoted && isInStatement || isOfDart ? "$…" : nil
        case UInt8(ascii: "{"): return isField(rest) && (isTemplate || isFormat) ? "{…}" : nil
        case UInt8(ascii: "%"): return next.isASCIILetter || next.isOne(of: "(@1") ? isFormat ? "%…" : nil : nil
        default: return nil
        }
    }

    private var joined: String { "\(Unicode.Scalar(quote)) + … + \(Unicode.Scalar(quote))" }

    private var isDoubleQuoted: Bool { hasChosenQuotes || quote == UInt8(ascii: "\"") && !isOfPair }

    /// Whether the string is the value of a pair as logs and markup write them, `name="value"`.
    private var isOfPair: Bool {
        let front = text.slice(0..<open)
        return front.last == UInt8(ascii: "=") && front.dropping(front.count - 2).first.map(\.isOfName) ?? false
    }

    /// Whether a letter or sign before the quote makes the string a template: `f'…'`, `$"…"`, `s"…"`.
    private lazy var isTemplate: Bool = {
        let front = text.slice(0..<open)
        let mark = front.dropping(front.lastIndex { !$0.isOne(of: "fFsrR$@") }.map { $0 + 1 } ?? 0)
        guard !mark.isEmpty, mark.count < 4, mark.contains(where: { $0.isOne(of: "fFs$") }) else { return false }
        return front.dropping(front.count - mark.count - 1).first.map { !$0.isOfName } ?? true
    }()

    /// Whether the string is one that a function or an operator puts values into: `Sprintf("…", name)`, `'…' % name`, `'…'.format(name)`.
    private lazy var isFormat: Bool = {
        var end = document.upperBound
        while end < text.count, text[end] != quote { end += text[end] == UInt8(ascii: "\\") ? 2 : 1 }
        while end < text.count, text[end] == quote { end += 1 }
        guard end < text.count else { return false }
        var rest = text.dropping(end).trimmingLeadingWhitespace()
        // Marks of raw strings are before the quote.
        let marked = text.slice(0..<open)
        var front = marked.slice(0..<(marked.lastIndex { !$0.isOne(of: "rR#@") }.map { $0 + 1 } ?? 0))
        let isMarked = front.count < marked.count
        front = front.trimmingTrailingWhitespace()
        let isGrouped = Self.isOpenGroup(front) && rest.first == UInt8(ascii: ")")
        if isGrouped { rest = rest.dropping(1).trimmingLeadingWhitespace() }
        let follows = rest.dropping(1).first ?? 0
        if rest.first == UInt8(ascii: "%") || rest.hasPrefix("-f ") { return true }
        if rest.first == UInt8(ascii: ".") || isGrouped && rest.first == UInt8(ascii: ":"), follows.isASCIILetter {
            return true
        }
        let before = front.dropping(front.count - 2).first ?? 0
        if front.last == UInt8(ascii: "("), before == UInt8(ascii: "!") { return true }
        guard rest.first == UInt8(ascii: ",") else { return front.hasSuffix("printf") && !rest.isEmpty }
        // `stringWithFormat:@"…", name`
        if isMarked, front.last == UInt8(ascii: ":") { return before.isOfName }
        return front.last == UInt8(ascii: "(") && before.isOfName || isArgumentOfFormat(front)
    }()

    /// Whether a text ends with a round bracket that is none of a call.
    private static func isOpenGroup(_ text: ByteView) -> Bool {
        text.last == UInt8(ascii: "(") && !(text.dropping(text.count - 2).first.map(\.isOfName) ?? false)
    }

    /// Whether a text ends inside the round brackets of a function that is named for the format it takes: `snprintf(buf, n, `.
    private func isArgumentOfFormat(_ front: ByteView) -> Bool {
        guard let open = Self.openBracket(in: front), front[open] == UInt8(ascii: "(") else { return false }
        let name = front.slice(0..<open)
        let word = name.dropping(name.lastIndex { !$0.isOfName }.map { $0 + 1 } ?? 0)
        return word.offsetIgnoringCase(of: "printf") != nil || word.offsetIgnoringCase(of: "format") != nil
    }

    /// Offset of the last bracket of a text that is not closed in it.
    private static func openBracket(in text: ByteView) -> Int? {
        var depth = 0
        var index = text.count
        while index > max(0, text.count - mostBytesBefore) {
            index -= 1
            if text[index].isOne(of: ")]}") { depth += 1 }
            if text[index].isOne(of: "([{") {
                if depth == 0 { return index }
                depth -= 1
            }
        }
        return nil
    }

    /// Whether the string is in apostrophes and of Dart, which puts values into these too: it is what a constant or a `String` is, or a
    /// value of a map that is an argument with a name.
    private lazy var isOfDart: Bool = {
        guard quote == UInt8(ascii: "'"), !beginsLikeLog else { return false }
        let front = text.slice(0..<open).trimmingTrailingWhitespace()
        if front.last == UInt8(ascii: "=") { return Self.isConstantOfDart(front) }
        guard front.last == UInt8(ascii: ":"), front.dropping(front.count - 2).first?.isOne(of: "'\"") ?? false,
            let map = Self.openBracket(in: front), front[map] == UInt8(ascii: "{")
        else { return false }
        let argument = front.slice(0..<map).trimmingTrailingWhitespace()
        if argument.last == UInt8(ascii: "=") { return Self.isConstantOfDart(argument) }
        guard argument.last == UInt8(ascii: ":"), let name = argument.dropping(argument.count - 2).first,
            name.isOfName, let call = Self.openBracket(in: argument)
        else { return false }
        return argument[call] == UInt8(ascii: "(")
    }()

    /// Whether a text ends with what Dart writes before the value of a constant, or of a text.
    private static func isConstantOfDart(_ front: ByteView) -> Bool {
        let line = front.dropping(front.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0).trimmingWhitespace()
        return line.hasPrefix("final ") || line.offset(of: "String ") != nil
    }

    /// Whether the string is a value with a name as Ruby and Elixir write it, with no words before. Where they print values after words, they
    /// escape the signs.
    private lazy var isOfRuby: Bool = {
        let line = text.trimmingLeadingWhitespace()
        let isCall = notation != .json && Self.beginsCallWithoutBrackets(line)
        let front = text.slice(0..<open).trimmingTrailingWhitespace()
        if notation == .literal, front.hasSuffix("=>"), Self.beginsAssignment(line) { return true }
        guard isCall || notation == .literal && line.first?.isOne(of: "{(%") ?? false else { return false }
        if front.hasSuffix("=>") || isCall && front.last == UInt8(ascii: ",") { return true }
        return front.last == UInt8(ascii: ":") && front.dropping(front.count - 2).first.map(\.isOfName) ?? false
    }()

    /// Whether a text begins with a name that gets a value.
    private static func beginsAssignment(_ text: ByteView) -> Bool {
        let name = text.prefix(while: \.isOfName)
        return !name.isEmpty && text.dropping(name.count).hasPrefix(" = ")
    }

    /// Whether a text begins with a method and a string for it, `RestClient.post 'https…`.
    private static func beginsCallWithoutBrackets(_ text: ByteView) -> Bool {
        guard let blank = text.offset(of: 0x20), text.dropping(blank + 1).first?.isOne(of: "'\"") ?? false else {
            return false
        }
        let name = text.slice(0..<blank)
        return name.first?.isASCIILetter ?? false && name.contains(UInt8(ascii: "."))
            && name.allSatisfy { $0.isOfName || $0.isOne(of: ".:") }
    }

    /// Whether the text begins with a time or a name in brackets. A log may name what it prints: `[main.rs:7] params = …`.
    private var beginsLikeLog: Bool { text.first.map { $0.isDigit || $0 == UInt8(ascii: "[") } ?? true }

    private var endsWithSemicolon: Bool { text.trimmingTrailingWhitespace().last == UInt8(ascii: ";") }

    /// Whether the string is in a statement: that is what it ends with, or a name gets a value before it.
    private lazy var isInStatement: Bool = {
        let line = text.slice(0..<open)
        let front = line.dropping(line.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
        let sign = front.offset(of: " = ")
        // A list of pairs is of Rust or Python, whose plain strings have no such places.
        if let sign, front.dropping(sign + 3).hasPrefix("[(") { return false }
        if text.trimmingTrailingWhitespace().last?.isOne(of: ";)") ?? false { return true }
        if beginsLikeLog { return false }
        return sign != nil || front.offset(of: ":= ") != nil || Self.isSetting(front.trimmingWhitespace())
    }()

    /// Whether a text is `set name`, as Tcl and fish give a name a value.
    private static func isSetting(_ text: ByteView) -> Bool {
        text.hasPrefix("set ") && text.allSatisfy { $0.isOfName || $0.isOne(of: " -") }
    }

    /// Whether a text begins with a name or a number in braces, or with nothing in them.
    private func isField(_ text: ByteView) -> Bool {
        guard let end = text.slice(0..<min(text.count, 64)).offset(of: UInt8(ascii: "}")) else { return false }
        return text.slice(1..<end).allSatisfy { $0.isOfName || $0.isOne(of: ".:[]()!,'\"") }
    }

    /// Whether a quote ends the string and another begins after an operator, with something between that has a value: `' + name + '`.
    /// Strings alone that are joined were not put together either.
    private func isJoined(at offset: Int) -> Bool {
        let rest = text.slice((offset + 1)..<min(text.count, offset + 1 + Self.mostBytesBetween))
        guard let end = rest.offset(of: quote) else { return false }
        let between = rest.slice(0..<end).trimmingWhitespace()
        guard let first = between.first, let last = between.last, !between.contains(UInt8(ascii: "<")) else {
            return false
        }
        // Quoted words of a text may have these signs between them.
        let isBetweenTags = text[offset - 1] == UInt8(ascii: ">") && text.dropping(offset + 2 + end).first == 0x3C
        if between.count == 1 || first == UInt8(ascii: ",") && last == first { return isBetweenTags }
        return first.isOne(of: "+.&|~") && last.isOne(of: "+.&|~")
    }

}
