@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A command of PowerShell that sends a request, as browsers copy it: `Invoke-WebRequest -Uri "…" -Body "…"`.
    static let powerShell = ArchiveForm(
        name: "PowerShell command",
        sign: "the command `Invoke-WebRequest` or `Invoke-RestMethod`, over as many lines as it has",
        sample: "powershell-commands",
        mayBeginWith: { $0.isOne(of: "$([Ii") },
        begins: { start in
            guard PowerShellCommand.start(in: start.line) != nil else { return nil }
            return .block { PowerShellCommand.length(in: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            if entry.refusesSeveralCalls(in: text) { return }
            let command = PowerShellCommand(text)
            entry.readCall(address: command.address, body: command.body, contentType: command.contentType)
            if let name = command.variable, entry.calls.hasMethod, !entry.calls.hasXML {
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

    /// Length of the command, with the line end after it; `nil` when more text is needed.
    ///
    /// A line end inside quotes or brackets or after a backtick belongs to it.
    static func length(in text: ByteView, isWhole: Bool) -> Int? {
        var index = 0
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
        let start = Self.start(in: EntryStart(text: text).line) ?? 0
        var index = start
        while index < text.count, !text[index].isWhitespace { index += 1 }
        var isArgumentNext = false
        while true {
            Self.skipBlanks(text, &index)
            guard index < text.count, text[index] != UInt8(ascii: "|"), text[index] != UInt8(ascii: ")") else { break }
            guard text[index] == UInt8(ascii: "-") else {
                // An address needs no name.
                let value = Self.value(in: text, &index)
                if address.isEmpty, !isArgumentNext || value.isV1Address { takeAddress(value) }
                isArgumentNext = false
                continue
            }
            let name = Self.word(in: text, &index)
            if name.equalsIgnoringCase("-Uri") {
                Self.skipBlanks(text, &index)
                takeAddress(Self.value(in: text, &index))
            } else if name.equalsIgnoringCase("-Body") {
                Self.skipBlanks(text, &index)
                takeBody(Self.value(in: text, &index))
            } else if name.equalsIgnoringCase("-ContentType") {
                Self.skipBlanks(text, &index)
                if case .text(let type) = Self.value(in: text, &index) { contentType = type }
            } else {
                isArgumentNext = true
            }
        }
    }

    private mutating func takeAddress(_ value: Value) {
        switch value {
        case .text(let text): address = text
        case .variable(let name): variable = name
        case .table: break
        }
    }

    private mutating func takeBody(_ value: Value) {
        switch value {
        case .text(let text): body = text
        case .variable(let name): variable = name
        case .table(let pairs):
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
        case table([(name: [UInt8], value: [UInt8])])
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

    private static func value(in text: ByteView, _ index: inout Int) -> Value {
        guard index < text.count else { return .text([]) }
        if text.dropping(index).hasPrefix("@{") { return table(in: text, &index) }
        if "\"'@".utf8.contains(text[index]) {
            let end = stringEnd(in: text, from: index) ?? text.count
            defer { index = end }
            return .text(string(text.slice(index..<end)))
        }
        if text[index] == UInt8(ascii: "(") {
            let start = index
            index = bracketEnd(in: text, from: index)
            // (ConvertTo-Json …) and the like.
            return text.slice(start..<index).contains(UInt8(ascii: "$")) ? .variable("(…)") : .text([])
        }
        let word = word(in: text, &index)
        guard word.first == UInt8(ascii: "$") else { return .text(Array(word)) }
        let name = word.dropping(1).prefix { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "_") }
        return .variable("$" + String(decoding: name, as: UTF8.self))
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
    private static func table(in text: ByteView, _ index: inout Int) -> Value {
        index += 2
        var pairs: [(name: [UInt8], value: [UInt8])] = []
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
            if isQuoted, case .text(let text) = value(in: text, &index) {
                name = text
            } else {
                name = Array(word(in: text, &index))
            }
            skipBlanks(text, &index)
            guard index < text.count, text[index] == UInt8(ascii: "=") else { continue }
            index += 1
            skipBlanks(text, &index)
            if case .text(let value) = value(in: text, &index) { pairs.append((name, value)) }
        }
        return .table(pairs)
    }

    /// The text of a string without its quotes and escapes.
    private static func string(_ text: ByteView) -> [UInt8] {
        if text.first == UInt8(ascii: "@") {
            // A line end after the first quote and one before the last.
            let start = (text.offset(of: 0x0A) ?? 0) + 1
            return Array(text.slice(min(start, max(text.count - 3, 0))..<max(text.count - 3, 0)))
        }
        let quote = text[0]
        var result = ByteBuffer(minimumCapacity: text.count)
        var index = 1
        let end = text.count > 1 && text[text.count - 1] == quote ? text.count - 1 : text.count
        while index < end {
            let byte = text[index]
            if byte == quote {
                index += 2
                result.append(quote)
            } else if quote == UInt8(ascii: "\""), byte == UInt8(ascii: "`"), index + 1 < end {
                switch text[index + 1] {
                case UInt8(ascii: "n"): result.append(0x0A)
                case UInt8(ascii: "r"): result.append(0x0D)
                case UInt8(ascii: "t"): result.append(0x09)
                default: result.append(text[index + 1])
                }
                index += 2
            } else if quote == UInt8(ascii: "\""), let character = character(in: text.slice(index..<end)) {
                result.append(scalar: character.scalar)
                index += character.length
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result.array()
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
