@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A call in a log of what went over a connection, a line for each line that was sent: wire logs of Apache HttpClient and Synapse,
    /// traces of curl, debug output of wget, Python's http.client and Ruby's net/http, logging of OkHttp and Feign, audit logs of ModSecurity.
    static let transportLog = ArchiveForm(
        name: "transport log",
        sign: """
            lines of what went over a connection, as Apache HttpClient, Synapse, OkHttp, Feign, ModSecurity, Python's \
            `http.client`, Ruby's `net/http`, `wget -d`, `curl -v` and `curl --trace` log it
            """,
        sample: "log-curl-verbose",
        mentions: .asSent,
        begins: { start in
            if CurlTrace.begins(start.line) { return .block { CurlTrace.end(of: $0, isWhole: $1) } }
            if CurlTrace.beginsReply(start.line) { return .block { CurlTrace.endOfReply(in: $0, isWhole: $1) } }
            guard TransportLog.begins(start.line) else { return nil }
            return .block { TransportLog.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            entry.scratch.removeAll()
            if CurlTrace.begins(EntryStart(text: text).line) { return unwrapTrace(text, &entry) }
            if CurlTrace.beginsReply(EntryStart(text: text).line) { return entry.skip(.reply) }
            guard TransportLog.appendMessage(of: text, to: &entry.scratch) else {
                return LogRecord.unwrap(EntryStart(text: text).line, &entry)
            }
            judge(&entry)
        })

    /// Judges the message in the translator's memory.
    private static func judge(_ entry: inout EntryTranslator) {
        entry.calls.read(entry.scratch.bytes, log: &entry.log)
        if entry.calls.hasMethod, !entry.calls.isOtherMethod, !entry.calls.hasXML, entry.calls.parts.leadID.isEmpty {
            return entry.refuse(
                .callBodyMissing, "The log has the request line and the headers of this call, but not its body",
                keeping: entry.calls.parts)
        }
        entry.judge(isRequest: true)
    }

    /// Takes a trace of curl to the call in it.
    private static func unwrapTrace(_ text: ByteView, _ entry: inout EntryTranslator) {
        let isExact = CurlTrace.appendMessage(of: text, to: &entry.scratch)
        let message = entry.scratch.bytes
        // A document that is not percent-encoded may have lost letters.
        let document = message.offset(of: UInt8(ascii: "<")).map { message.dropping($0) }
        if !isExact, let document, document.contains(UInt8(ascii: ".")) {
            entry.calls.read(message, log: &entry.log)
            return entry.refuse(
                .archiveEntry,
                "curl --trace-ascii writes a dot for each byte that is not ASCII, so dots in the document may stand for letters; "
                    + "curl --trace keeps the bytes",
                keeping: entry.calls.parts)
        }
        judge(&entry)
    }
}

/// A line that was sent or received, in a log of a connection.
private struct WireLine {
    /// How the log writes what went over the connection.
    enum Notation {
        /// `>> "text[\r][\n]"`.
        case quoted
        /// `>> text` or, at the start of a line, `> text`.
        case plain
        /// `send: b'text\r\n'`, or `<- "text\r\n"` as Ruby has it.
        case literal
    }

    let notation: Notation
    /// `>` or `<`, as the log has it: which of them means sent depends on the log.
    let direction: UInt8
    /// What went over the connection, as the log writes it.
    let text: ByteView

    /// Bytes in which the mark of a direction is looked for.
    private static let frontSize = 256

    init?(_ line: ByteView) {
        if let direction = Self.literalDirection(line) {
            guard let quote = line.firstIndex(where: { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") }),
                line.count > quote + 1, line[line.count - 1] == line[quote]
            else { return nil }
            notation = .literal
            self.direction = direction
            text = line.slice((quote + 1)..<(line.count - 1))
            return
        }
        if line.hasPrefix("> ") || line.hasPrefix("< ") || line.equals(">") || line.equals("<") {
            notation = .plain
            direction = line[0]
            text = line.dropping(2)
            return
        }
        let front = line.slice(0..<min(line.count, Self.frontSize))
        guard let sent = front.offset(of: ">> ") ?? front.offset(of: "<< "), sent > 0, line[sent - 1] == 0x20 else {
            return nil
        }
        direction = line[sent]
        let rest = line.dropping(sent + 3)
        if rest.first == UInt8(ascii: "\""), rest.count > 1, rest[rest.count - 1] == UInt8(ascii: "\"") {
            notation = .quoted
            text = rest.slice(1..<(rest.count - 1))
        } else {
            notation = .plain
            text = rest
        }
    }

    /// Whether an arrow is near the start of a line, as it is in each of a log of a connection.
    static func mayBegin(_ line: ByteView) -> Bool {
        let front = line.slice(0..<min(line.count, frontSize))
        return front.contains(UInt8(ascii: ">")) || front.contains(UInt8(ascii: "<")) || literalDirection(line) != nil
    }

    private static func literalDirection(_ line: ByteView) -> UInt8? {
        if line.hasPrefix("send: ") || line.hasPrefix("<- \"") { return UInt8(ascii: ">") }
        return line.hasPrefix("reply: ") || line.hasPrefix("-> \"") ? UInt8(ascii: "<") : nil
    }

    /// Whether a request begins here.
    var isRequestLine: Bool {
        var end = 0
        while end < text.count, end < 8, text[end] &- 0x41 < 26 { end += 1 }
        return end >= 3 && end < text.count && text[end] == 0x20 && text.offset(of: " HTTP/", from: end) != nil
    }

    /// Appends what went over the connection.
    func append(to output: inout ByteBuffer) {
        switch notation {
        case .plain:
            output.append(text)
            output.append("\r\n")
        case .literal: BackslashEscapes.undo(in: text, to: &output)
        case .quoted: appendQuoted(to: &output)
        }
    }

    /// Undoes `[\r]`, `[\n]` and `[0xe9]`.
    private func appendQuoted(to output: inout ByteBuffer) {
        var index = 0
        while let open = text.offset(of: UInt8(ascii: "["), from: index) {
            output.append(text.slice(index..<open))
            let rest = text.dropping(open)
            if rest.hasPrefix("[\\r]") || rest.hasPrefix("[\\n]") {
                output.append(rest[2] == UInt8(ascii: "r") ? 0x0D : 0x0A)
                index = open + 4
            } else if rest.hasPrefix("[0x"), let close = rest.offset(of: UInt8(ascii: "]")), (4...5).contains(close),
                let value = UInt8(rest.slice(3..<close).text, radix: 16)
            {
                output.append(value)
                index = open + close + 1
            } else {
                output.append(text[open])
                index = open + 1
            }
        }
        output.append(text.dropping(index))
    }
}

private enum TransportLog {
    /// Lines of other kinds that may stand between those of a request.
    private static let mostForeign = 16
    /// Lines of a request that a log marks only at its two ends.
    private static let mostLines = 256

    /// Whether a line says that a call of v1 is sent.
    static func begins(_ line: ByteView) -> Bool {
        if AuditLog.begins(line) || WgetLog.begins(line) || isHeadline(line) || isAnnouncement(line) { return true }
        guard WireLine.mayBegin(line) else { return false }
        if bracketed(line) != nil { return true }
        guard let wire = WireLine(line), wire.isRequestLine else { return false }
        let address = wire.text.dropping((wire.text.offset(of: 0x20) ?? 0) + 1)
        let target = address.slice(0..<(address.offset(of: " HTTP/") ?? address.count))
        return V1Address(target).method != .none
    }

    /// Whether a line says that the head of a request follows as it was sent, in a log of Java's HttpClient or of nginx.
    private static func isHeadline(_ line: ByteView) -> Bool {
        line.hasSuffix("HEADERS: REQUEST HEADERS:") || line.hasSuffix(" http proxy header:")
    }

    /// A text without the quote in which nginx has the head.
    private static func withoutQuote(_ text: ByteView) -> ByteView {
        text.first == UInt8(ascii: "\"") ? text.dropping(1) : text
    }

    /// Where the head ends that begins on the second line of a text: before an empty line, or one that is no header.
    private static func endOfHead(in text: ByteView, isWhole: Bool) -> Int? {
        let first = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        var index = first
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed).trimmingWhitespace()
            let isOfHead =
                index == first ? V1CallForm.beginsWithRequestLine(withoutQuote(line)) : HeaderText.isHeader(line)
            guard isOfHead else { return index }
            index = min(feed + 1, text.count)
        }
        return isWhole ? index : nil
    }

    /// Whether a line ends with a request line of v1 after a word, as `Executing request POST /crm/… HTTP/1.1`.
    private static func isAnnouncement(_ line: ByteView) -> Bool {
        guard line.count > 9, line.dropping(line.count - 9).hasPrefix(" HTTP/1."), WireLine(line) == nil,
            let path = line.offset(of: "/crm/private/")
        else { return false }
        let front = line.slice(0..<path)
        guard let target = front.lastIndex(where: \.isWhitespace) else { return false }
        let words = front.slice(0..<target)
        guard let method = words.lastIndex(where: \.isWhitespace), method > 0 else { return false }
        let isMethod = words.count - method > 3 && words.dropping(method + 1).allSatisfy { $0 &- 0x41 < 26 }
        return isMethod && (words[method - 1].isASCIILetter || words[method - 1] == UInt8(ascii: ":"))
    }

    /// Length of what stands before `--> POST https://…` in a line, the first of a request that ends with `--> END POST`; `nil` for
    /// other lines.
    private static func bracketed(_ line: ByteView) -> Int? {
        guard var arrow = line.slice(0..<min(line.count, 256)).offset(of: "--> ") else { return nil }
        let rest = line.dropping(arrow + 4)
        // Feign's arrow is longer.
        if arrow > 0, line[arrow - 1] == UInt8(ascii: "-") { arrow -= 1 }
        guard V1CallForm.beginsWithRequestLine(rest) || rest.offset(of: " http/1.") != nil else { return nil }
        return rest.offset(of: "/crm/private/") == nil ? nil : arrow
    }

    /// Offset after the last line of the request that a text begins with.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        let firstLine = EntryStart(text: text).line
        if bracketed(firstLine) != nil { return endOfBracketed(text, isWhole: isWhole) }
        if AuditLog.begins(firstLine) { return AuditLog.end(of: text, isWhole: isWhole) }
        if WgetLog.begins(firstLine) { return WgetLog.end(of: text, isWhole: isWhole) }
        if isHeadline(firstLine) { return endOfHead(in: text, isWhole: isWhole) }
        let first = WireLine(firstLine)
        var seen: [WireLine.Notation] = first.map { [$0.notation] } ?? []
        var direction = first?.direction
        var end = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        var index = end
        var foreign = 0
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed).trimmingWhitespace()
            if let wire = WireLine(line) {
                if let direction, wire.direction != direction { return end }
                direction = wire.direction
                if wire.isRequestLine {
                    // A log may write the headers once more, in another notation.
                    if seen.contains(wire.notation) { return end }
                    seen.append(wire.notation)
                }
                end = min(feed + 1, text.count)
                foreign = 0
            } else {
                foreign += 1
                if foreign > mostForeign || !line.isEmpty && RequestMarks.isIn(line) { return end }
            }
            index = min(feed + 1, text.count)
        }
        return isWhole ? end : nil
    }

    private static func endOfBracketed(_ text: ByteView, isWhole: Bool) -> Int? {
        let first = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        var index = first
        var count = 0
        while index < text.count, count < mostLines {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed)
            if line.offset(of: "--> END") != nil { return min(feed + 1, text.count) }
            if bracketed(line) != nil || line.offset(of: "<-- ") != nil { return first }
            index = min(feed + 1, text.count)
            count += 1
        }
        return isWhole || count == mostLines ? first : nil
    }

    /// Appends the request as it was sent; false when the text only says that one is sent.
    static func appendMessage(of text: ByteView, to output: inout ByteBuffer) -> Bool {
        let firstLine = EntryStart(text: text).line
        if let front = bracketed(firstLine) { return appendBracketed(text, front, to: &output) }
        if AuditLog.begins(firstLine) {
            AuditLog.appendMessage(of: text, to: &output)
            return output.count > 0
        }
        if WgetLog.begins(firstLine) { return WgetLog.appendMessage(of: text, to: &output) }
        if isHeadline(firstLine) {
            output.append(withoutQuote(text.dropping(text.offset(of: 0x0A).map { $0 + 1 } ?? text.count)))
            output.append("\r\n")
            return true
        }
        var lines: [WireLine] = []
        var index = 0
        while index < text.count {
            let feed = text.offset(of: 0x0A, from: index) ?? text.count
            if let wire = WireLine(text.slice(index..<feed).trimmingWhitespace()) { lines.append(wire) }
            index = feed + 1
        }
        let isQuoted = lines.contains { $0.notation == .quoted }
        for line in lines where !isQuoted || line.notation == .quoted { line.append(to: &output) }
        return !lines.isEmpty
    }

    private static func appendBracketed(_ text: ByteView, _ front: Int, to output: inout ByteBuffer) -> Bool {
        let tail = text.slice(max(front - 8, 0)..<front)
        func hasFront(_ line: ByteView) -> Bool {
            line.count >= front && line.slice(max(front - 8, 0)..<front).elementsEqual(tail)
        }
        func wholeLine(at index: Int) -> ByteView {
            let rest = text.dropping(min(index, text.count))
            return rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count))
        }
        var index = 0
        var isFirst = true
        // A logger may write its name on a line of its own before each line.
        let second = (text.offset(of: 0x0A) ?? text.count) + 1
        let hasTitles =
            front > 0 && !hasFront(wholeLine(at: second))
            && hasFront(wholeLine(at: second + wholeLine(at: second).count + 1))
        while index < text.count {
            let feed = text.offset(of: 0x0A, from: index) ?? text.count
            var line = text.slice(index..<feed)
            index = feed + 1
            if line.offset(of: "--> END") != nil { break }
            // Each line has what stands before the first; of an empty one the blank at its end may be lost.
            let isFront = hasFront(line)
            if hasTitles, !isFront, hasFront(wholeLine(at: index)) { continue }
            if isFront { line = line.dropping(front) }
            line = line.trimmingTrailingWhitespace()
            if !isFront, !line.isEmpty, line.count + 1 == front, tail.last == 0x20 { line = .empty }
            if isFirst {
                line = line.dropping((line.offset(of: 0x20) ?? 3) + 1)
                // A version in small letters is written as HTTP has it.
                if let version = line.offset(of: " http/1.") { line = line.slice(0..<version) }
            }
            isFirst = false
            output.append(line)
            output.append("\r\n")
        }
        return true
    }
}
