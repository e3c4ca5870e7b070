@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A command of PowerShell that sends a request, as browsers copy it: `Invoke-WebRequest -Uri "…" -Body "…"`.
    static let powerShell = ArchiveForm(
        name: "PowerShell command",
        sign: "the command `Invoke-WebRequest` or `Invoke-RestMethod`, over as many lines as it has",
        sample: "powershell-commands",
        mayBeginWith: { $0.isOne(of: "$([Ii") },
        isOpen: { PowerShellCommand.isOpen($0.text) },
        begins: { start in
            guard
                PowerShellCommand.start(in: start.line) != nil || PowerShellCommand.commandOffset(in: start.text) != nil
            else { return nil }
            return .block { PowerShellCommand.length(in: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            let offset = PowerShellCommand.commandOffset(in: text) ?? 0
            // Of a variable that is given as a document the command has only the name.
            if SeveralCalls.areIn(text.dropping(offset)) || SeveralCalls.areIn(text.slice(0..<offset)) {
                return entry.refuseSeveralCalls()
            }
            let command = PowerShellCommand(text)
            entry.readCall(address: command.address, body: command.body, contentType: command.contentType)
            let isUnknown = command.isAddressVariable ? !entry.calls.hasMethod : !entry.calls.hasXML
            if let name = command.variable, isUnknown, entry.calls.hasMethod || entry.calls.hasXML {
                return entry.refuse(
                    .archiveEntry,
                    "Part of the call is in the PowerShell variable \(name); write its value instead",
                    keeping: entry.calls.parts)
            }
            entry.judge(isRequest: true)
        })
}

/// A command that sends a request.
///
/// Source: about_Quoting_Rules and about_Parsing of PowerShell 7.
private struct PowerShellCommand {
    private(set) var address: [UInt8] = []
    private(set) var body: [UInt8] = []
    private(set) var contentType: [UInt8] = []
    /// Name of a variable that is an address or a body.
    private(set) var variable: String?
    /// Whether that is an address.
    private(set) var isAddressVariable = false

    /// What the lines before the command gave to variables.
    private typealias Variables = [String: Value]
    /// Assignments before a command, so that hostile text costs no more than a few looks at it.
    private static let mostAssignments = 16

    private static let names: [StaticString] = ["Invoke-WebRequest", "Invoke-RestMethod", "iwr", "irm"]

    /// Offset of the command's name in a line, perhaps behind `$result =` or a bracket; `nil` for other lines.
    static func start(in line: ByteView) -> Int? {
        guard let first = line.first, first.isOne(of: "$([Ii") else { return nil }
        var index = 0
        if first != UInt8(ascii: "I"), first != UInt8(ascii: "i") {
            guard let sign = line.slice(0..<min(line.count, 128)).firstIndex(where: { $0 == 0x3D || $0 == 0x28 }) else {
                return nil
            }
            index = sign + 1
            while index < line.count, line[index].isWhitespace || line[index] == UInt8(ascii: "(") { index += 1 }
        }
        let rest = line.dropping(index)
        for name in names where rest.hasPrefixIgnoringCase(name) {
            guard rest.dropping(name.utf8CodeUnitCount).first?.isWhitespace ?? false else { continue }
            return index
        }
        return nil
    }

    /// Offset of the command of a text that begins with strings or tables for variables, when the lines after them up to its end use
    /// one, and each that holds a request; `nil` for other texts.
    static func commandOffset(in text: ByteView) -> Int? {
        let (assignments, index) = assignments(in: text)
        if assignments.isEmpty || assignments.count > mostAssignments { return nil }
        guard start(in: EntryStart(text: text.dropping(index)).line) != nil else { return nil }
        let end = index + (length(in: text.dropping(index), isWhole: true) ?? 0)
        var isAnyUsed = false
        for (name, range) in assignments {
            let isUsed = name.withByteView { text.slice(range.upperBound..<end).offset(of: $0) != nil }
            if !isUsed, RequestMarks.isIn(text.slice(range)) { return nil }
            isAnyUsed = isAnyUsed || isUsed
        }
        return isAnyUsed ? index : nil
    }

    /// The assignments that a text begins with, and where what comes after them begins.
    private static func assignments(in text: ByteView) -> (list: [(name: [UInt8], range: Range<Int>)], end: Int) {
        var list: [(name: [UInt8], range: Range<Int>)] = []
        var index = 0
        guard text.first == UInt8(ascii: "$") else { return (list, index) }
        while list.count <= mostAssignments {
            index += text.dropping(index).count - text.dropping(index).trimmingLeadingWhitespace().count
            let start = EntryStart(text: text.dropping(index))
            if Self.start(in: start.line) != nil { break }
            if start.line.first == UInt8(ascii: "#") {
                index += start.lineLength
            } else if let assignment = assignment(in: text, at: index, [:]) {
                list.append((Array("$".utf8) + Array(assignment.name.utf8), index..<assignment.end))
                index = assignment.end
            } else {
                break
            }
        }
        return (list, index)
    }

    /// Whether a text stops after assignments, or inside one, so that a command may come that uses them.
    static func isOpen(_ text: ByteView) -> Bool {
        let (list, end) = assignments(in: text)
        if list.count > mostAssignments { return false }
        let rest = text.dropping(end)
        if rest.isEmpty { return !list.isEmpty }
        let sign = rest.firstIndex { !$0.isASCIILetter && !$0.isDigit && !$0.isOne(of: "$_ ") } ?? 0
        guard rest.first == UInt8(ascii: "$"), rest[sign] == UInt8(ascii: "=") else { return false }
        let value = rest.dropping(sign + 1).trimmingLeadingWhitespace()
        guard let first = value.first else { return true }
        let isString = first.isOne(of: "'\"") || value.hasPrefix("@'") || value.hasPrefix("@\"")
        return isString && stringEnd(in: value, from: 0) == nil
    }

    /// The string or table that a line gives to a variable, and where it ends; `nil` for other lines.
    private static func assignment(
        in text: ByteView, at start: Int, _ variables: Variables
    ) -> (name: String, value: Value, end: Int)? {
        guard text.dropping(start).first == UInt8(ascii: "$") else { return nil }
        var index = start + 1
        while index < text.count, text[index].isASCIILetter || text[index].isDigit || text[index] == UInt8(ascii: "_") {
            index += 1
        }
        let name = text.slice((start + 1)..<index).text
        skipBlanks(text, &index)
        guard !name.isEmpty, text.dropping(index).first == UInt8(ascii: "=") else { return nil }
        index += 1
        skipBlanks(text, &index)
        let rest = text.dropping(index)
        guard rest.first?.isOne(of: "'\"@") ?? false, rest.hasPrefix("@{") || stringEnd(in: text, from: index) != nil
        else {
            return nil
        }
        let value = value(in: text, &index, variables)
        let line = text.slice(index..<(text.offset(of: 0x0A, from: index) ?? text.count)).trimmingWhitespace()
        guard line.isEmpty || line.equals(";") else { return nil }
        return (name, value, text.offset(of: 0x0A, from: index).map { $0 + 1 } ?? text.count)
    }

    /// Length of the command, with the lines before it and the line end after it; `nil` when more text is needed.
    ///
    /// A line end inside quotes or brackets or after a backtick belongs to it.
    static func length(in text: ByteView, isWhole: Bool) -> Int? {
        var index = commandOffset(in: text) ?? 0
        var depth = 0
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "`"):
                index += text.dropping(index + 1).first == 0x0D ? 3 : 2
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "@"):
                guard let end = stringEnd(in: text, from: index) else {
                    if byte == UInt8(ascii: "@") { break }
                    return isWhole ? text.offset(of: 0x0A).map { $0 + 1 } ?? text.count : nil
                }
                index = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: ")"): depth = max(depth - 1, 0)
            case 0x0A: if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return isWhole ? text.count : nil
    }

    /// Offset after the string that begins at an offset: `"…"`, `'…'`, `@"…"@`; `nil` when none begins or it does not end.
    private static func stringEnd(in text: ByteView, from start: Int) -> Int? {
        let rest = text.dropping(start)
        if rest.first == UInt8(ascii: "@") {
            let isDouble = rest.hasPrefix("@\"")
            guard isDouble || rest.hasPrefix("@'") else { return nil }
            return text.offset(of: isDouble ? "\n\"@" : "\n'@", from: start).map { $0 + 3 }
        }
        let quote = text[start]
        var index = start + 1
        while index < text.count {
            if text[index] == UInt8(ascii: "`"), quote == UInt8(ascii: "\"") {
                index += 2
            } else if text[index] == quote {
                guard text.dropping(index + 1).first == quote else { return index + 1 }
                index += 2
            } else {
                index += 1
            }
        }
        return nil
    }

    init(_ text: ByteView) {
        let offset = Self.commandOffset(in: text) ?? 0
        var variables: Variables = [:]
        var index = 0
        while index < offset {
            if let assignment = Self.assignment(in: text, at: index, variables) {
                variables[assignment.name.lowercased()] = assignment.value
                index = assignment.end
            } else {
                index = text.offset(of: 0x0A, from: index).map { $0 + 1 } ?? offset
            }
            index += text.dropping(index).count - text.dropping(index).trimmingLeadingWhitespace().count
        }
        index = offset + (Self.start(in: EntryStart(text: text.dropping(offset)).line) ?? 0)
        while index < text.count, !text[index].isWhitespace { index += 1 }
        var isArgumentNext = false
        while true {
            Self.skipBlanks(text, &index)
            guard index < text.count, text[index] != UInt8(ascii: "|"), text[index] != UInt8(ascii: ")") else { break }
            guard text[index] == UInt8(ascii: "-") else {
                // An address needs no name.
                let value = Self.value(in: text, &index, variables)
                if address.isEmpty, !isArgumentNext || value.isV1Address { takeAddress(value) }
                isArgumentNext = false
                continue
            }
            let name = Self.word(in: text, &index)
            if name.equalsIgnoringCase("-Uri") {
                Self.skipBlanks(text, &index)
                takeAddress(Self.value(in: text, &index, variables))
            } else if name.equalsIgnoringCase("-Body") || name.equalsIgnoringCase("-Form") {
                Self.skipBlanks(text, &index)
                takeBody(Self.value(in: text, &index, variables))
            } else if name.equalsIgnoringCase("-ContentType") {
                Self.skipBlanks(text, &index)
                if case .text(let type) = Self.value(in: text, &index, variables) { contentType = type }
            } else {
                isArgumentNext = true
            }
        }
    }

    private mutating func takeAddress(_ value: Value) {
        switch value {
        case .text(let text): address = text
        case .variable(let name): (variable, isAddressVariable) = (name, true)
        case .table: break
        }
    }

    private mutating func takeBody(_ value: Value) {
        switch value {
        case .text(let text): body = text
        case .variable(let name): variable = name
        case .table(let pairs, let missing):
            variable = missing ?? variable
            var form = ByteBuffer(minimumCapacity: 1024)
            for (name, value) in pairs {
                if form.count > 0 { form.append(UInt8(ascii: "&")) }
                form.append(name)
                form.append(UInt8(ascii: "="))
                value.withByteView { FormEncoding.encode($0, into: &form) }
            }
            body = form.array()
        }
    }

    /// What an argument is.
    private enum Value {
        case text([UInt8])
        /// - Parameter missing: name of a variable that is one of its values.
        case table([(name: [UInt8], value: [UInt8])], missing: String?)
        /// A variable, or a text in whose document there is one.
        case variable(String)

        var isV1Address: Bool {
            guard case .text(let text) = self else { return false }
            return text.withByteView { V1Address($0).method != .none }
        }
    }

    private static func skipBlanks(_ text: ByteView, _ index: inout Int) {
        while index < text.count {
            if text[index].isWhitespace {
                index += 1
            } else if text[index] == UInt8(ascii: "`"), text.dropping(index + 1).first?.isWhitespace ?? true {
                index += 2
            } else {
                break
            }
        }
    }

    private static func word(in text: ByteView, _ index: inout Int) -> ByteView {
        let start = index
        while index < text.count, !text[index].isWhitespace, !";)}=|".utf8.contains(text[index]) { index += 1 }
        // A byte that ends a word and begins none is stepped over.
        if index == start, index < text.count { index += 1 }
        return text.slice(start..<index)
    }

    private static func value(in text: ByteView, _ index: inout Int, _ variables: Variables) -> Value {
        guard index < text.count else { return .text([]) }
        if text.dropping(index).hasPrefix("@{") { return table(in: text, &index, variables) }
        if "\"'@".utf8.contains(text[index]) {
            let end = stringEnd(in: text, from: index) ?? text.count
            defer { index = end }
            return string(text.slice(index..<end), variables)
        }
        if text[index] == UInt8(ascii: "(") {
            let start = index + 1
            index = bracketEnd(in: text, from: index)
            return joined(text.slice(start..<max(start, index - 1)), variables) ?? .variable("(…)")
        }
        let word = word(in: text, &index)
        guard word.first == UInt8(ascii: "$") else { return .text(Array(word)) }
        let name = word.dropping(1).prefix { $0.isOfName }
        let known = String(decoding: name, as: UTF8.self)
        return variables[known.lowercased()] ?? .variable("$" + known)
    }

    /// The text of strings that are joined, `'…' + "…"`; `nil` for another expression, such as `ConvertTo-Json $body`.
    private static func joined(_ text: ByteView, _ variables: Variables) -> Value? {
        var all: [UInt8] = []
        var index = 0
        while true {
            skipBlanks(text, &index)
            guard index < text.count, text[index].isOne(of: "'\"$") else { return nil }
            let value = value(in: text, &index, variables)
            guard case .text(let part) = value else { return nil }
            all += part
            skipBlanks(text, &index)
            if index >= text.count { return .text(all) }
            guard text[index] == UInt8(ascii: "+") else { return nil }
            index += 1
        }
    }

    private static func bracketEnd(in text: ByteView, from start: Int) -> Int {
        var index = start
        var depth = 0
        while index < text.count {
            if "\"'".utf8.contains(text[index]), let end = stringEnd(in: text, from: index) {
                index = end
                continue
            }
            if text[index] == UInt8(ascii: "(") { depth += 1 }
            if text[index] == UInt8(ascii: ")") { depth -= 1 }
            index += 1
            if depth == 0 { break }
        }
        return index
    }

    /// Names and values of `@{ name = "value"; … }`.
    private static func table(in text: ByteView, _ index: inout Int, _ variables: Variables) -> Value {
        index += 2
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        var missing: String?
        while index < text.count {
            skipBlanks(text, &index)
            guard index < text.count else { break }
            if text[index] == UInt8(ascii: "}") {
                index += 1
                break
            }
            if text[index] == UInt8(ascii: ";") {
                index += 1
                continue
            }
            let isQuoted = "\"'".utf8.contains(text[index])
            let name: [UInt8]
            if isQuoted, case .text(let text) = value(in: text, &index, variables) {
                name = text
            } else {
                name = Array(word(in: text, &index))
            }
            skipBlanks(text, &index)
            guard index < text.count, text[index] == UInt8(ascii: "=") else { continue }
            index += 1
            skipBlanks(text, &index)
            let value = value(in: text, &index, variables)
            // What comes next in the line is an operator.
            let rest = text.dropping(index).drop { $0 == 0x20 || $0 == 0x09 }
            let isWhole = rest.first.map { $0.isOne(of: ";}#\r\n") } ?? true
            switch isWhole ? value : .variable("(…)") {
            case .text(let text): pairs.append((name, text))
            case .variable(let name): missing = missing ?? name
            case .table: break
            }
        }
        return .table(pairs, missing: missing)
    }

    /// The text of a string without its quotes and escapes; a variable when its document has one without a value.
    private static func string(_ text: ByteView, _ variables: Variables) -> Value {
        if text.first == UInt8(ascii: "@") {
            // A line end after the first quote and one before the last.
            let start = (text.offset(of: 0x0A) ?? 0) + 1
            let lines = text.slice(min(start, max(text.count - 3, 0))..<max(text.count - 3, 0))
            return text.hasPrefix("@'") ? .text(Array(lines)) : expanded(lines, quote: 0, variables)
        }
        let quote = text[0]
        let end = text.count > 1 && text[text.count - 1] == quote ? text.count - 1 : text.count
        let inside = text.slice(1..<end)
        if quote == UInt8(ascii: "\"") { return expanded(inside, quote: quote, variables) }
        var plain = ByteBuffer(minimumCapacity: inside.count)
        RowReader.appendUndoubled(inside, quote, to: &plain)
        return .text(plain.array())
    }

    /// A text with the values of its variables, and without its escapes.
    ///
    /// - Parameter quote: the quote around it, which is doubled in it; 0 when that is only escaped.
    private static func expanded(_ text: ByteView, quote: UInt8, _ variables: Variables) -> Value {
        var result = ByteBuffer(minimumCapacity: text.count)
        var missing: [(offset: Int, name: String)] = []
        var index = 0
        while index < text.count {
            let rest = text.dropping(index)
            let next = rest.dropping(1).first
            if rest[0] == UInt8(ascii: "`"), let next {
                switch next {
                case UInt8(ascii: "n"): result.append(0x0A)
                case UInt8(ascii: "r"): result.append(0x0D)
                case UInt8(ascii: "t"): result.append(0x09)
                default: result.append(next)
                }
                index += 2
            } else if let character = character(in: rest) {
                result.append(scalar: character.scalar)
                index += character.length
            } else if let known = variable(in: rest, variables) {
                result.append(known.text)
                index += known.length
            } else {
                if rest[0] == UInt8(ascii: "$"), let name = HereDocument.expansion(in: text, at: index) {
                    missing.append((result.count, name))
                }
                result.append(rest[0])
                index += quote != 0 && rest[0] == quote && next == quote ? 2 : 1
            }
        }
        if let name = ShellText.expansion(in: result.bytes, of: missing) { return .variable(name) }
        return .text(result.array())
    }

    /// The value of a variable that a text begins with, `$name` or `${name}`; `nil` when it is not known.
    private static func variable(in text: ByteView, _ variables: Variables) -> (text: [UInt8], length: Int)? {
        guard !variables.isEmpty, text.first == UInt8(ascii: "$") else { return nil }
        let isBraced = text.hasPrefix("${")
        let start = isBraced ? 2 : 1
        var end = start
        while end < text.count, text[end].isASCIILetter || text[end].isDigit || text[end] == UInt8(ascii: "_") {
            end += 1
        }
        guard case .text(let value)? = variables[text.slice(start..<end).text.lowercased()] else { return nil }
        return (value, isBraced ? end + 1 : end)
    }

    /// A character written `$([char]233)` or `$([char]0xe9)`, as browsers write all that are not ASCII.
    private static func character(in text: ByteView) -> (scalar: Unicode.Scalar, length: Int)? {
        guard text.hasPrefix("$([char]"), let close = text.slice(0..<min(text.count, 24)).offset(of: 0x29) else {
            return nil
        }
        let digits = text.slice(8..<close).text
        let value = digits.hasPrefix("0x") ? UInt32(digits.dropFirst(2), radix: 16) : UInt32(digits)
        return value.flatMap(Unicode.Scalar.init).map { ($0, close + 1) }
    }
}
