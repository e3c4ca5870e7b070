@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A raw HTTP request, perhaps with its reply, or a multipart body.
    static let http = ArchiveForm(
        name: "HTTP request",
        sign: "a request line such as `POST /crm/… HTTP/1.1`, with its headers and body",
        sample: "form-raw-http",
        mayBeginWith: { $0 &- 0x41 < 26 || $0.isOne(of: "#-") },
        mentions: .asItself,
        begins: { start in
            guard HTTPText.begins(start.text) else { return nil }
            return .block { HTTPText.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            let text = text.trimmingTrailingWhitespace()
            var plain = ByteBuffer(minimumCapacity: 0)
            let message = HTTPText.message(in: text)
            var whole = entry.entry
            let front = text.slice(0..<(text.count - message.count))
            let isCommentRequest = RequestMarks.isIn(front, namesCount: false)
            if isCommentRequest {
                entry.at(0..<front.trimmingTrailingWhitespace().count, of: &whole)
                entry.refuse(.archiveEntry, Chunk.commentProblem)
            }
            if message.isEmpty { return isCommentRequest ? () : entry.skip(.otherText) }
            entry.at((text.count - message.count)..<text.count, of: &whole)
            if HeaderText.isStatusLine(message) { return entry.skip(.reply) }
            if entry.refusesSeveralCalls(in: EntryStart(text: message).line) { return }
            let hasWrittenReturns = HTTPText.appendWithoutWrittenReturns(message, to: &plain)
            entry.calls.read(
                HTTPText.withoutScripts(hasWrittenReturns ? plain.bytes : message), log: &entry.log)
            // Clients for HTTP put values for variables; in a recorded request braces are text.
            let isOfClient = HTTPText.isOfClient(text, message) || entry.calls.parts.address?.variable.isEmpty == false
            if isOfClient, CallVariables.report(in: entry.calls, &entry.log) { return entry.translateCall() }
            entry.judge(isRequest: true)
        })
}

/// Raw HTTP messages as recorders and editors write them.
enum HTTPText {
    /// Whether a message begins, or the separator of a file for HTTP clients.
    static func begins(_ text: ByteView) -> Bool {
        HeaderText.beginsMessage(text) || V1CallForm.beginsWithRequestLine(text) || text.hasPrefix("###")
            || text.hasPrefix("--") && isMultipart(text)
    }

    private static func isMultipart(_ text: ByteView) -> Bool {
        guard let feed = text.offset(of: 0x0A), feed < 80 else { return false }
        return text.dropping(feed + 1).hasPrefixIgnoringCase("Content-Disposition:")
    }

    /// Whether a request is from a file for HTTP clients: after a separator, or without the version of HTTP.
    static func isOfClient(_ text: ByteView, _ message: ByteView) -> Bool {
        text.hasPrefix("###")
            || V1CallForm.beginsWithRequestLine(message) && EntryStart(text: message).line.offset(of: " HTTP/") == nil
    }

    /// The message without the separator and comments before it.
    static func message(in text: ByteView) -> ByteView {
        var rest = text.trimmingLeadingWhitespace()
        while rest.first == UInt8(ascii: "#") || rest.hasPrefix("//") {
            rest = rest.dropping(rest.offset(of: 0x0A) ?? rest.count).trimmingLeadingWhitespace()
        }
        return rest
    }

    /// The message without the scripts and the references to replies that clients keep after it.
    static func withoutScripts(_ message: ByteView) -> ByteView {
        let ends = [message.offset(of: "\n> {%"), message.offset(of: "\n<> ")].compactMap { $0 }
        return message.slice(0..<(ends.min() ?? message.count)).trimmingTrailingWhitespace()
    }

    /// Where a message ends: where `Content-Length` says, or at the line that begins the next.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        let start = text.count - message(in: text).count
        if start == text.count { return isWhole ? text.count : nil }
        // A separator of which no request came.
        if text.hasPrefix("###"), !begins(text.dropping(start)) || text.dropping(start).hasPrefix("###") {
            return start
        }
        let head = start + HeaderText.requestLineEnd(of: text.dropping(start))
        var index = start
        let isReply = HeaderText.isStatusLine(text.dropping(start))
        var length: Int? = isReply && hasNoBody(text.dropping(start)) ? 0 : nil
        var isChunked = false
        while let feed = text.offset(of: 0x0A, from: index) {
            let line = withoutWrittenReturn(text.slice(index..<feed).trimmingWhitespace())
            if index > head, isBody(line, of: text.slice(start..<head)) {
                let isBefore = HeaderText.isBeforeBody(line, text.dropping(feed + 1), length: length)
                if isBefore == nil, !isWhole { return nil }
                if isBefore != true { break }
            }
            // A request line of which nothing more came.
            if index > head, !line.isEmpty,
                EntryStart.isEntry(at: index, in: text, overLines: HeaderText.isHeader(line))
            {
                return index
            }
            index = feed + 1
            if line.isEmpty {
                if isReply, length == 0 { return index }
                if let length, length > 0 {
                    if text.count - index < length, !isWhole { return nil }
                    let most = min(index + length, text.count)
                    // A wrong length must not take what comes after this message, nor leave a part of this one over.
                    let body = text.slice(index..<most)
                    let message = HeaderText.nextMessage(in: body, from: 0)
                    let other = isReply ? nil : nextOther(afterForm: body)
                    if let next = [message, other].compactMap({ $0 }).min() { return index + next }
                    if most == index + length { return endOfLine(in: text, from: most, isWhole: isWhole) }
                }
                break
            }
            if let value = HeaderText.value(of: "Content-Length", in: line) { length = Int(value.text) }
            if HeaderText.value(of: "Transfer-Encoding", in: line) != nil { isChunked = true }
        }
        let body = index
        let hasBody = !text.dropping(start).hasPrefix("GET ") && !text.dropping(start).hasPrefix("HEAD ")
        let bodyLength = hasBody ? BodyLines.wholeLength(of: text.dropping(body)) : 0
        let isCall =
            hasBody
            && bodyLength.map { length in
                let text = text.slice(body..<(body + length))
                return HeaderText.isBody(text) || RawXML.isRequest(text.trimmingLeadingWhitespace())
            } ?? false
        while index < text.count {
            let line = text.dropping(index)
            if index > start,
                HeaderText.beginsMessage(line) || V1CallForm.beginsWithRequestLine(line) || line.hasPrefix("###")
            {
                return index
            }
            if let bodyLength, !isChunked, index > start, index >= body + bodyLength,
                isCall && !isOfClient(line) || EntryStart.isEntry(at: index, in: text)
            {
                return index
            }
            if isReply, holdsCall(at: index, in: text) { return index }
            guard let feed = text.offset(of: 0x0A, from: index) else { break }
            index = feed + 1
        }
        return isWhole ? text.count : nil
    }

    /// The next line after a form that begins another entry; other bodies may have any lines.
    private static func nextOther(afterForm body: ByteView) -> Int? {
        body.first.map { $0.isASCIILetter } ?? false ? EntryStart.nextOther(in: body) : nil
    }

    /// Whether the status of a reply says that it has no body: 204 and 304.
    private static func hasNoBody(_ reply: ByteView) -> Bool {
        let line = EntryStart(text: reply).line
        let status = line.dropping((line.offset(of: 0x20) ?? line.count) + 1)
        return status.hasPrefix("204") || status.hasPrefix("304")
    }

    /// Whether a line is no part of a reply's body, because an entry with a call begins with it. Replies have the address of the call too.
    private static func holdsCall(at index: Int, in text: ByteView) -> Bool {
        let line = EntryStart(text: text.dropping(index)).line
        guard let first = line.first, !first.isWhitespace, RequestMarks.isIn(line) else { return false }
        switch first {
        case UInt8(ascii: "<"): return RawXML.isRequest(line)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return JSONCallSearch.hasDocument(line) && EntryStart.isEntry(at: index, in: text)
        default: return EntryStart.isEntry(at: index, in: text)
        }
    }

    /// Whether what a client keeps after a message comes next: a script, or a reference to a reply.
    private static func isOfClient(_ text: ByteView) -> Bool {
        let text = text.trimmingLeadingWhitespace()
        return text.hasPrefix("> {%") || text.hasPrefix("<> ")
    }

    /// Whether a line where a header is expected is the body of a call that has none before: a log may leave the empty line out.
    private static func isBody(_ line: ByteView, of request: ByteView) -> Bool {
        HeaderText.isBody(line) && RequestMarks.isIn(request) && !JSONCallSearch.hasDocument(request)
            && LoggedParameter.areOfOneLead(request, line)
    }

    /// A line without the carriage return at its end that a log writes as an escape.
    private static func withoutWrittenReturn(_ line: ByteView) -> ByteView {
        for escape: StaticString in ["\\x0d", "\\r"] where line.hasSuffixIgnoringCase(escape) {
            return line.slice(0..<(line.count - escape.utf8CodeUnitCount))
        }
        return line
    }

    /// Appends a message without the carriage returns that a log writes as escapes in its head; false, and nothing, where the first line
    /// has none.
    static func appendWithoutWrittenReturns(_ text: ByteView, to output: inout ByteBuffer) -> Bool {
        let first = EntryStart(text: text).line
        guard withoutWrittenReturn(first).count < first.count else { return false }
        var index = 0
        while index < text.count {
            let feed = text.offset(of: 0x0A, from: index) ?? text.count
            let line = withoutWrittenReturn(text.slice(index..<feed).trimmingTrailingWhitespace())
            output.append(line)
            output.append("\n")
            index = min(feed + 1, text.count)
            if line.isEmpty { break }
        }
        output.append(text.dropping(index))
        return true
    }

    /// The offset itself, or where a body that goes on there in the same line ends.
    private static func endOfLine(in text: ByteView, from offset: Int, isWhole: Bool) -> Int? {
        let rest = text.dropping(offset)
        guard let first = rest.first, !first.isWhitespace, text[offset - 1] != 0x0A, !begins(rest) else {
            return offset
        }
        return rest.offset(of: 0x0A).map { offset + $0 } ?? (isWhole ? text.count : nil)
    }
}
