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
            if ReplyLine.hasStatus(line) { return .line }
            guard let open = ReplyLine.start(in: line), !JSONCallSearch.hasDocument(line) else { return nil }
            return RawXML.rootEnd(in: line.dropping(open)) == nil ? .block(ReplyLine.end) : .line
        },
        unwrap: { text, entry in
            if ReplyLine.hasStatus(text) { return entry.skip(.reply) }
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
        guard isReply(document.dropping(root)) else { return firstLine }
        guard let feed = text.offset(of: 0x0A, from: open + length) else { return isWhole ? text.count : nil }
        let next = text.dropping(feed + 1)
        guard let end = next.offset(of: 0x0A) ?? (isWhole ? next.count : nil) else { return nil }
        let context = next.slice(0..<end)
        let hasContext = context.first == 0x20 && "[{".utf8.contains(context.trimmingWhitespace().first ?? 0)
        return hasContext ? min(feed + 1 + end + 1, text.count) : feed + 1
    }
}
