@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A line of a log that holds a reply of v1 behind other words, with the lines over which the reply goes on.
    static let replyLine = ArchiveForm(
        name: "log line with a reply in it",
        sign: "a reply behind other words, which is skipped",
        sample: "log-reply-line-of-a-client",
        begins: { start in
            let line = start.line
            // The address may have the call, which is then one that a log mentions.
            if ReplyLine.hasStatus(line) { return JSONCallSearch.hasDocument(line) ? nil : .line }
            if let end = ReplyLine.endOfJSON(in: start.text) {
                guard end > start.lineLength else { return .line }
                return .block { text, isWhole in
                    text.offset(of: 0x0A, from: end).map { $0 + 1 } ?? (isWhole ? text.count : nil)
                }
            }
            guard let open = ReplyLine.start(in: line), !JSONCallSearch.hasDocument(line) else { return nil }
            return RawXML.rootEnd(in: line.dropping(open)) == nil ? .block(ReplyLine.end) : .line
        },
        unwrap: { text, entry in
            if ReplyLine.hasStatus(text) || ReplyLine.endOfJSON(in: text) != nil { return entry.skip(.reply) }
            guard !JSONCallSearch.hasDocument(text), let open = ReplyLine.start(in: text),
                RawXML.rootStart(in: text.dropping(open)) != nil,
                let reason = XMLDocument.reasonToSkip(text.dropping(open))
            else { return LogRecord.unwrap(text, &entry) }
            entry.skip(reason)
        })
}

private enum ReplyLine {
    /// Whether a line has the status of a reply after an arrow, and the address of the call: `<-- 200 OK https://… (300ms)`.
    static func hasStatus(_ line: ByteView) -> Bool {
        guard let arrow = line.slice(0..<min(line.count, 256)).offset(of: "<-- "), line.count > arrow + 4 else {
            return false
        }
        return line[arrow + 4].isDigit
    }

    /// Bytes of a line in which a reply in JSON is looked for, and of the lines over which it goes on.
    private static let mostJSON = 4096

    /// Where the first object of a line ends, perhaps on a later one, when it is a reply with words before it and nothing of a request
    /// beside it; `nil` otherwise.
    static func endOfJSON(in text: ByteView) -> Int? {
        let text = text.slice(0..<min(text.count, mostJSON))
        let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
        guard let open = line.offset(of: UInt8(ascii: "{")), open > 0 else { return nil }
        var scanner = JSONBoundaryScanner()
        guard case .end(let length) = scanner.scan(text.dropping(open)),
            JSONEntry.isReply(text.slice(open..<(open + length)))
        else { return nil }
        let rest = text.dropping(open + length)
        let isAlone =
            !RequestMarks.isIn(line.slice(0..<open))
            && !RequestMarks.isIn(rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count)))
        return isAlone ? open + length : nil
    }

    /// Offset of the first `<` of a line with words before it, when a reply or an XML declaration begins there; `nil` otherwise.
    static func start(in line: ByteView) -> Int? {
        guard let open = line.offset(of: UInt8(ascii: "<")), open > 0, line[open - 1] != UInt8(ascii: "=") else {
            return nil
        }
        let rest = line.dropping(open)
        if rest.hasPrefix("<?xml ") {
            // Its root may be on the next line.
            guard let end = rest.offset(of: "?>") else { return nil }
            let root = rest.dropping(end + 2).trimmingLeadingWhitespace()
            return root.isEmpty || isReply(root) ? open : nil
        }
        return isReply(rest) ? open : nil
    }

    private static func isReply(_ text: ByteView) -> Bool {
        let name = RawXML.name(ofTag: text)
        return name.equals("success") || name.equals("response")
    }

    /// End of the line that closes the reply, or of the context that a logger puts on the next one; the first line's end when the
    /// document is no reply.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        let firstLine = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        guard let open = start(in: text.slice(0..<firstLine)) else { return firstLine }
        let document = text.dropping(open)
        guard let root = RawXML.rootStart(in: document), let length = RawXML.rootEnd(in: document) else {
            return isWhole ? firstLine : nil
        }
        // A reply that was cut off must not take the calls after it.
        guard isReply(document.dropping(root)), !JSONCallSearch.hasDocument(document.slice(0..<length)) else {
            return firstLine
        }
        guard let feed = text.offset(of: 0x0A, from: open + length) else { return isWhole ? text.count : nil }
        let next = text.dropping(feed + 1)
        guard let end = next.offset(of: 0x0A) ?? (isWhole ? next.count : nil) else { return nil }
        let context = next.slice(0..<end)
        let hasContext = context.first == 0x20 && "[{".utf8.contains(context.trimmingWhitespace().first ?? 0)
        return hasContext ? min(feed + 1 + end + 1, text.count) : feed + 1
    }
}
