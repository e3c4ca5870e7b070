@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A command of a shell script that says before it what is in a variable or a file of the command.
    static let shellScript = ArchiveForm(
        name: "command of a shell script",
        sign: """
            a variable with a call or a part of it (`XML='<…'`, `read -r -d '' XML <<'EOF'`) or a file (`cat > body.txt <<'EOF'`), \
            before the command that names it; or the first line of a script, `#!/bin/sh`
            """,
        sample: "shell-script",
        mayBeginWith: { $0.isASCIILetter || $0.isOne(of: "_#") },
        begins: { ShellScript.begins($0) ? .sequence(ShellScript()) : nil },
        unwrap: { text, entry in ShellCommand.unwrap(text, &entry) })
}

/// What a script says of variables and files before a command: their text, or why only the shell knows it.
struct ShellValues {
    private enum Value {
        case text([UInt8])
        /// What the shell puts a value for.
        case expansion(String)
    }

    private var values: [(name: [UInt8], value: Value)] = []

    /// Variables and files that are remembered.
    private static let mostValues = 256
    /// Bytes that no text of a script has: before a name, after it, and after the last value.
    private static let (nameSign, textSign, expansionSign, end): (UInt8, UInt8, UInt8, UInt8) = (1, 2, 3, 4)

    init() {}

    /// Takes the values before a command, as ``encoded(for:)`` writes them, from its text.
    init(takenFrom text: inout ByteView) {
        guard text.first == Self.nameSign, let end = text.offset(of: Self.end) else { return }
        for part in text.slice(1..<end).split(separator: Self.nameSign) {
            part.withByteView { part in
                let sign = part.offset(of: Self.textSign, or: Self.expansionSign) ?? part.count
                let value = part.dropping(sign + 1)
                set(
                    Array(part.slice(0..<sign)), to: part[sign] == Self.textSign ? Array(value) : nil,
                    or: String(decoding: value, as: UTF8.self))
            }
        }
        text = text.dropping(end + 1)
    }

    /// The values of what a command names, to be put before its text; empty where it names none.
    func encoded(for command: ByteView) -> [UInt8] {
        var text: [UInt8] = []
        for (name, value) in values where name.withByteView({ ShellDefinition.isNamed($0, in: command) }) {
            text += [Self.nameSign] + name
            switch value {
            case .text(let value): text += [Self.textSign] + value
            case .expansion(let name): text += [Self.expansionSign] + Array(name.utf8)
            }
        }
        return text.isEmpty ? text : text + [Self.end]
    }

    /// Remembers a value.
    ///
    /// - Parameters:
    ///   - name: of a variable, or of a file with `@` before it.
    ///   - text: `nil` when only the shell knows it.
    ///   - expansion: what the shell then puts a value for.
    mutating func set(_ name: [UInt8], to text: [UInt8]?, or expansion: String) {
        values.removeAll { $0.name == name }
        if values.count == Self.mostValues { values.removeFirst() }
        let isPlain = text.map { $0.allSatisfy { $0 > Self.end } } ?? false
        values.append((name, isPlain ? .text(text ?? []) : .expansion(expansion)))
    }

    /// Forgets the values of what a line of the script names otherwise than to read it, and of everything where it may change anything.
    mutating func forget(namedIn line: ByteView) {
        let word = line.slice(0..<(line.firstIndex(where: \.isWhitespace) ?? line.count))
        let isAny = word.equals(".") || word.equals("source") || word.equals("eval")
        for index in values.indices {
            let name = values[index].name
            let isFile = name.first == UInt8(ascii: "@")
            let isNamed = name.withByteView { ShellDefinition.isNamed($0, in: line, asWritten: true) }
            guard isAny || isNamed || isFile && word.equals("cd") else { continue }
            values[index].value = .expansion(Self.expansion(of: name))
        }
    }

    /// Forgets all values, because it depends on a condition whether they are changed.
    mutating func forgetAll() {
        for index in values.indices { values[index].value = .expansion(Self.expansion(of: values[index].name)) }
    }

    /// What the shell puts a value for where a variable or a file is named: the name, with `$` or `@` before it.
    static func expansion(of name: [UInt8]) -> String {
        (name.first == UInt8(ascii: "@") ? "" : "$") + String(decoding: name, as: UTF8.self)
    }

    /// The text of a variable or a file; `nil` when it is not known.
    func text(of name: [UInt8]) -> [UInt8]? {
        guard case .text(let text)? = values.last(where: { $0.name == name })?.value else { return nil }
        return text
    }

    /// The text of a file that the script writes; `nil` when it is not known.
    func text(ofFile file: ArraySlice<UInt8>) -> [UInt8]? { text(of: ShellDefinition.name(ofFile: file)) }

    /// What the shell puts a value for in a file that the script writes; `nil` for other files.
    func expansion(ofFile file: ArraySlice<UInt8>) -> String? {
        let name = ShellDefinition.name(ofFile: file)
        guard case .expansion(let text)? = values.last(where: { $0.name == name })?.value else { return nil }
        return text
    }

    /// The text of the variable whose dollar sign is at an offset, and the length of the expansion; `nil` when it is not known.
    func expanded(in text: ByteView, at index: Int) -> (text: [UInt8], length: Int)? {
        if values.isEmpty { return nil }
        let rest = text.dropping(index + 1)
        let isBraced = rest.first == UInt8(ascii: "{")
        let name = rest.dropping(isBraced ? 1 : 0).prefix(while: \.isOfName)
        guard !name.isEmpty, let value = self.text(of: Array(name)) else { return nil }
        guard isBraced else { return (value, name.count + 1) }
        return rest.dropping(name.count + 1).first == UInt8(ascii: "}") ? (value, name.count + 3) : nil
    }
}

/// Where a script gives a variable a value, or writes a file, with the text in it.
struct ShellDefinition {
    /// Of the variable, or of the file with `@` before it.
    private(set) var name: [UInt8] = []
    /// `nil` when only the shell knows it.
    private(set) var value: [UInt8]?
    /// What the shell puts a value for where the value is not known.
    private(set) var expansion = ""
    /// Length with the operator or the line end after it.
    private(set) var length = 0

    /// Whether a line may begin one.
    static func mayBegin(_ line: ByteView) -> Bool {
        if heredocName(of: line) != nil { return true }
        let rest = line.dropping(keywordLength(of: line))
        let length = rest.firstIndex { !$0.isOfName } ?? rest.count
        guard let first = rest.first, !first.isDigit, length > 0 else { return false }
        let sign = rest.dropping(length)
        return sign.first == UInt8(ascii: "=") || sign.hasPrefix("+=")
    }

    /// Whether a text names a variable, `$NAME` or `${NAME`, or a file.
    ///
    /// - Parameter asWritten: whether the name of a variable counts without the signs of reading it, and not with them.
    static func isNamed(_ name: ByteView, in text: ByteView, asWritten: Bool = false) -> Bool {
        let isFile = name.first == UInt8(ascii: "@")
        let plain = isFile ? name.dropping(1) : name
        var index = 0
        while let first = text.offset(of: plain[0], from: index) {
            index = first + 1
            guard text.dropping(first).hasPrefix(plain) else { continue }
            if isFile { return true }
            let before = first > 0 ? text[first - 1] : 0
            guard !(text.dropping(first + plain.count).first.map(\.isOfName) ?? false), !before.isOfName else {
                continue
            }
            if before.isOne(of: "${") != asWritten { return true }
        }
        return false
    }

    /// The definition at the start of a text; `nil` when there is none, or more text is needed.
    init?(at text: ByteView, _ values: ShellValues, isWhole: Bool) {
        let feed = text.offset(of: 0x0A) ?? text.count
        let line = text.slice(0..<feed)
        if let name = Self.heredocName(of: line) {
            self.name = name
            guard let (text, end) = takeDocument(in: text, isWhole) else { return nil }
            value = text
            length = end
            if line.offset(of: ">>") != nil { value = nil }
        } else {
            let keyword = Self.keywordLength(of: line)
            let rest = line.dropping(keyword)
            name = Array(rest.prefix(while: \.isOfName))
            guard let first = name.first, !first.isDigit else { return nil }
            let sign = rest.dropping(name.count)
            let isAdded = sign.hasPrefix("+=")
            guard isAdded || sign.first == UInt8(ascii: "=") else { return nil }
            let start = keyword + name.count + (isAdded ? 2 : 1)
            guard takeValue(in: text, from: start, values, isWhole) else { return nil }
            if isAdded { value = nil }
        }
        if expansion.isEmpty { expansion = ShellValues.expansion(of: name) }
    }

    /// Length of a word such as `export` before a name.
    private static func keywordLength(of line: ByteView) -> Int {
        for keyword: StaticString in ["export ", "readonly ", "declare ", "local "] where line.hasPrefix(keyword) {
            return keyword.utf8CodeUnitCount
        }
        return 0
    }

    /// What a line with a document below it gives that to: `cat > file <<END`, `read -r -d '' NAME <<END`.
    private static func heredocName(of line: ByteView) -> [UInt8]? {
        let isRead = line.hasPrefix("read -r") || line.hasPrefix("IFS= read -r")
        guard isRead || line.hasPrefix("cat "), line.offset(of: "<<") != nil else { return nil }
        var words = line.slice(0..<(line.offset(of: "<<") ?? 0)).split(whereSeparator: \.isWhitespace).map { Array($0) }
        if isRead {
            guard words.contains(Array("-d".utf8)), let name = words.last, name.allSatisfy(\.isOfName) else {
                return nil
            }
            return name
        }
        words = line.split(whereSeparator: \.isWhitespace).map { Array($0) }
        guard let sign = words.firstIndex(where: { $0.first == UInt8(ascii: ">") }) else { return nil }
        var file = words[sign].drop { $0 == UInt8(ascii: ">") }
        if file.isEmpty, sign + 1 < words.count { file = words[sign + 1][...] }
        let name = file.filter { !$0.isOne(of: "'\"") }
        return name.isEmpty || name.contains(UInt8(ascii: "$")) ? nil : Self.name(ofFile: name[...])
    }

    /// The name by which a file is remembered.
    static func name(ofFile file: ArraySlice<UInt8>) -> [UInt8] {
        [UInt8(ascii: "@")] + (file.starts(with: "./".utf8) ? file.dropFirst(2) : file)
    }

    /// Takes the document below the first line of a text: its text, if the shell changes nothing in it, and where it ends.
    private mutating func takeDocument(in text: ByteView, _ isWhole: Bool) -> (text: [UInt8]?, end: Int)? {
        guard let feed = text.offset(of: 0x0A), var index = text.slice(0..<feed).offset(of: "<<"),
            let document = HereDocument(in: text, at: &index)
        else { return nil }
        var documents = [document]
        guard case .end(let end) = HereDocument.take(&documents, in: text, from: feed + 1, isWhole: isWhole) else {
            return nil
        }
        let (value, expansion) = documents[0].input(in: text)
        self.expansion = expansion ?? ""
        return (expansion == nil ? value : nil, end)
    }

    /// Takes the value at an offset: a word, or what `cat` writes in `$(cat <<END … )`.
    private mutating func takeValue(
        in text: ByteView, from start: Int, _ values: ShellValues, _ isWhole: Bool
    ) -> Bool {
        let rest = text.dropping(start)
        let isQuoted = rest.hasPrefix("\"$(cat <<")
        var end: Int
        if isQuoted || rest.hasPrefix("$(cat <<") {
            guard let (text, documentEnd) = takeDocument(in: text, isWhole) else { return false }
            value = text.map { Array($0.prefix(($0.lastIndex { $0 != 0x0A } ?? -1) + 1)) }
            end = documentEnd
        } else {
            guard let length = Self.wordLength(of: rest) else { return false }
            let words = ShellText.words(of: rest.slice(0..<length), values: values)
            if words.list.count > 1 { return false }
            value = words.hasExpansion ? nil : words.list.first ?? []
            end = start + length
        }
        if isQuoted || rest.hasPrefix("$(cat <<") {
            let closing: StaticString = isQuoted ? ")\"" : ")"
            while end < text.count, text[end].isWhitespace { end += 1 }
            guard text.dropping(end).hasPrefix(closing) else { return false }
            end += closing.utf8CodeUnitCount
        }
        while end < text.count, text[end] == 0x20 || text[end] == 0x09 || text[end] == 0x0D { end += 1 }
        guard end < text.count else {
            length = end
            return isWhole
        }
        // A command after it would have the variable alone.
        let isEnded = text[end] == 0x0A || text[end] == UInt8(ascii: ";") || text.dropping(end).hasPrefix("&&")
        length = end + (text[end] == UInt8(ascii: "&") ? 2 : 1)
        return isEnded
    }

    /// Length of the word that a text begins with; `nil` when a quote in it is open.
    private static func wordLength(of text: ByteView) -> Int? {
        var index = 0
        var quote: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                index += 1
            } else if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte.isOne(of: "'\"") {
                // $'…' has escapes of its own, and commands in a value are not looked into.
                if byte == UInt8(ascii: "'"), index > 0, text[index - 1] == UInt8(ascii: "$") { return nil }
                quote = byte
            } else if byte.isWhitespace || byte.isOne(of: ";&|<>()") {
                return byte.isOne(of: "|<>()") ? nil : index
            }
            index += 1
        }
        return quote == 0 ? text.count : nil
    }
}

/// A script of a shell: what it gives variables and files, and the commands that name these.
///
/// A value counts from where it is given to where something else may change it. Inside of `if`, loops and functions none is known.
struct ShellReading {
    private(set) var values = ShellValues()
    /// Constructs that are open.
    private var depth = 0

    /// What a script goes on with.
    enum Step {
        /// A value, and whether it has signs of a request.
        case definition(ShellDefinition)
        case command
        case other
    }

    /// What a text begins with, of which the first line is there.
    func step(_ text: ByteView, isWhole: Bool) -> Step {
        let line = EntryStart(text: text).line
        if ShellDefinition.mayBegin(line), let definition = ShellDefinition(at: text, values, isWhole: isWhole) {
            return .definition(definition)
        }
        return CommandStart.any(in: line) == nil ? .other : .command
    }

    /// The texts of the calls that the commands of a script send.
    static func callTexts(_ script: ByteView) -> [[UInt8]] {
        var reading = ShellReading()
        var calls: [[UInt8]] = []
        var rest = script.trimmingLeadingWhitespace()
        while !rest.isEmpty {
            let line = rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count))
            var length = line.count
            switch reading.step(rest, isWhole: true) {
            case .definition(let definition):
                reading.take(definition)
                length = definition.length
            case .command:
                length = max(ShellCommand.length(in: rest, isWhole: true) ?? line.count, 1)
                if let call = ShellCommand.read(rest.slice(0..<length), reading.values)?.callText { calls.append(call) }
            case .other: reading.take(line.trimmingWhitespace())
            }
            rest = rest.dropping(length).trimmingLeadingWhitespace()
        }
        return calls
    }

    mutating func take(_ definition: ShellDefinition) {
        values.set(definition.name, to: depth > 0 ? nil : definition.value, or: definition.expansion)
    }

    /// Takes a line that is neither a value nor a command.
    mutating func take(_ line: ByteView) {
        let words = line.split { $0.isWhitespace || $0 == UInt8(ascii: ";") }.map {
            String(decoding: $0, as: UTF8.self)
        }
        let opened = words.count { ["if", "for", "while", "until", "case", "select", "{", "(", "do("].contains($0) }
        let closed = words.count { ["fi", "done", "esac", "}", ")"].contains($0) }
        if opened > closed { values.forgetAll() }
        depth = max(0, depth + opened - closed)
        values.forget(namedIn: line)
    }
}

/// The entries of a script: its commands, with the values before each that it names.
private final class ShellScript: EntrySequence {
    private var reading = ShellReading()
    /// Lines that are no part of a request and were not put into a chunk: where they begin and end, and the number of the first.
    private var idle: (range: Range<Int>, line: Int)?

    /// Whether a script begins: with the line that names its shell, or with a value that is a lead id, has signs of a request, or is a
    /// document below the line.
    static func begins(_ start: EntryStart) -> Bool {
        let line = start.line
        if line.first == UInt8(ascii: "#") { return line.hasPrefix("#!") && line.hasSuffix("sh") }
        guard ShellDefinition.mayBegin(line) else { return false }
        let value = line.dropping((line.offset(of: UInt8(ascii: "=")) ?? line.count) + 1)
        return line.offset(of: "<<") != nil || value.count >= 10 && RecordID.isID(value) || RequestMarks.isIn(line)
    }

    // What comes between may change any value.
    func goesOn(at start: EntryStart) -> Bool { false }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        while !chunk.isFull {
            if let end = skipBlanks(window, chunk, place) {
                if end == .over { flush(chunk, place) }
                return end
            }
            _ = window.find(atMost: place.limits.headSize) { $0.offset(of: 0x0A).map { $0 + 1 } }
            guard window.failure == nil, takeNext(window, chunk, place) else {
                flush(chunk, place)
                return .over
            }
        }
        return .full
    }

    /// Takes what comes next; false when that is no part of the script.
    private func takeNext(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        var step = reading.step(window.bytes, isWhole: false)
        if case .other = step, ShellDefinition.mayBegin(EntryStart(text: window.bytes).line) {
            let limit = place.limits.headSize
            let found = window.find(atMost: limit) { ShellDefinition(at: $0, reading.values, isWhole: false)?.length }
            step = reading.step(window.bytes, isWhole: found == nil)
        }
        switch step {
        case .definition(let definition):
            let isMarked = RequestMarks.isIn(window.bytes.slice(0..<definition.length))
            if isMarked {
                guard isRead(definition, window, place) else { return false }
                flush(chunk, place)
                chunk.takeAdded(definition.length, window)
            } else {
                takeIdle(definition.length, window, chunk)
            }
            reading.take(definition)
        case .command: return takeCommand(window, chunk, place)
        case .other:
            let line = EntryStart(text: window.bytes).line
            if RequestMarks.isIn(line) || isEntry(window.bytes) { return false }
            reading.take(line)
            takeIdle(min(line.count + 1, window.bytes.count), window, chunk)
        }
        return true
    }

    /// Whether an entry of another form begins. Rows of a table would have signs of a request before them.
    private func isEntry(_ text: ByteView) -> Bool {
        guard let (_, cut) = ArchiveForm.beginning(at: EntryStart(text: text)) else { return false }
        if case .sequence = cut { return false }
        return true
    }

    /// Whether a command after a value names it, before the script gives another one.
    private func isRead(_ definition: ShellDefinition, _ window: InputWindow, _ place: SequencePlace) -> Bool {
        func find(in text: ByteView, isWhole: Bool) -> Bool? {
            var index = definition.length
            while index < text.count {
                guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
                let rest = text.dropping(index).trimmingLeadingWhitespace()
                let line = text.slice(index..<feed).trimmingWhitespace()
                if CommandStart.any(in: line) != nil {
                    guard let length = ShellCommand.length(in: rest, isWhole: isWhole) else { return nil }
                    let isNamed = definition.name.withByteView {
                        ShellDefinition.isNamed($0, in: rest.slice(0..<length))
                    }
                    if isNamed { return true }
                } else if ShellDefinition.mayBegin(line),
                    ShellDefinition(at: rest, reading.values, isWhole: isWhole)?.name == definition.name
                {
                    return false
                }
                index = feed + 1
            }
            return isWhole ? false : nil
        }
        var isRead: Bool?
        let limit = definition.length + place.limits.headSize
        _ = window.find(atMost: limit) { text in
            isRead = text.count < definition.length ? nil : find(in: text, isWhole: false)
            return isRead.map { _ in definition.length }
        }
        return isRead ?? find(in: window.bytes, isWhole: true) ?? false
    }

    /// Takes a command, with the values that it names before it.
    private func takeCommand(_ window: InputWindow, _ chunk: Chunk, _ place: SequencePlace) -> Bool {
        let limit = place.limits.entrySize
        let found = window.find(atMost: limit) { ShellCommand.length(in: $0, isWhole: false) }
        guard let length = found ?? ShellCommand.length(in: window.bytes, isWhole: true), length > 0, length <= limit
        else { return false }
        flush(chunk, place)
        let command = window.bytes.slice(0..<length)
        let values = reading.values.encoded(for: command)
        if values.isEmpty {
            chunk.takeEntry(place.form, length, window, place.source)
            return true
        }
        var text = ByteBuffer(minimumCapacity: values.count + length)
        values.withByteView { text.append($0) }
        text.append(command.trimmingTrailingWhitespace())
        chunk.add(
            place.form, text: text.bytes, in: 0..<command.trimmingTrailingWhitespace().count, line: 0, window,
            place.source, isPutTogether: true)
        chunk.takeAdded(length, window)
        return true
    }

    private func takeIdle(_ length: Int, _ window: InputWindow, _ chunk: Chunk) {
        let end = window.offset + window.bytes.slice(0..<length).trimmingTrailingWhitespace().count
        idle = ((idle?.range.lowerBound ?? window.offset)..<end, idle?.line ?? window.line)
        chunk.takeUnrecognized(length, window)
    }

    private func flush(_ chunk: Chunk, _ place: SequencePlace) {
        guard let idle else { return }
        self.idle = nil
        chunk.add(region: .empty, isSuspect: false, line: idle.line, range: idle.range, from: place.source)
    }
}
