@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A line of a web server's access log.
    static let accessLog = ArchiveForm(
        name: "access log line",
        sign: """
            a quoted request line among the fields of a line, as web servers log it, with its body where the log \
            has it
            """,
        sample: "form-access-log",
        mentions: .asRequestLine,
        begins: { start in
            let line = start.line
            guard AccessLogLine(line) != nil else { return nil }
            if JSONCallSearch.hasDocument(line) || !RequestMarks.isIn(line) { return RawCall.cut(start) }
            return .pair { CallOverLines.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            guard let request = AccessLogLine(text) else { return entry.skip(.otherText) }
            if entry.refusesSeveralCalls(in: text) { return }
            entry.scratch.removeAll()
            let addressLength = request.appendCall(to: &entry.scratch)
            let call = entry.scratch.bytes
            entry.calls.read(
                address: call.slice(0..<addressLength), body: call.dropping(addressLength), host: request.host,
                log: &entry.log)
            if entry.calls.hasMethod, !entry.calls.isOtherMethod, !entry.calls.hasXML, !request.method.equals("GET") {
                return entry.refuse(
                    .callBodyMissing, "The log has the address of this \(request.method.text), but no body",
                    keeping: entry.calls.parts)
            }
            entry.judge(isRequest: true)
        })
}

/// A line of an access log in the common or combined form: the request stands in quotes, its body perhaps further on.
struct AccessLogLine {
    /// The method, such as `GET`.
    let method: ByteView
    /// The address asked for, still with the server's escapes of quotes and of bytes that are not printed.
    private let target: ByteView
    /// What is before the request, and what follows it.
    private let (front, rest): (ByteView, ByteView)

    /// `nil` when the line has no quoted request.
    init?(_ line: ByteView) {
        var index = 0
        while let quote = line.offset(of: UInt8(ascii: "\""), from: index) {
            index = quote + 1
            let rest = line.dropping(index)
            var end = 0
            while end < rest.count, end < 8, rest[end] &- 0x41 < 26 { end += 1 }
            guard end >= 3, end < rest.count, rest[end] == 0x20 else { continue }
            // Without a version after this quote there is none after a later one.
            guard let version = rest.offset(of: " HTTP/", from: end) else { return nil }
            method = rest.slice(0..<end)
            target = rest.slice((end + 1)..<Swift.max(version, end + 1)).trimmingWhitespace()
            front = line.slice(0..<quote)
            self.rest = rest.dropping(version + 6)
            return
        }
        return nil
    }

    /// Appends the address without the server's escapes, and after it the body where the line has one.
    ///
    /// - Returns: length of the address.
    func appendCall(to output: inout ByteBuffer) -> Int {
        let start = output.count
        BackslashEscapes.undo(in: target, to: &output)
        let length = output.count - start
        let part = RequestMarks.isIn(rest) ? rest : front
        if let json = LoggedText.json(in: part) {
            // The escapes in it are its own.
            output.append(part.slice(json))
            return length
        }
        guard LoggedText.isEscaped(part) else {
            if let body = LoggedText.body(in: part) { output.append(body) }
            return length
        }
        var plain = ByteBuffer(minimumCapacity: part.count)
        BackslashEscapes.undo(in: part, to: &plain)
        if let body = LoggedText.body(in: plain.bytes) { output.append(body) }
        return length
    }

    /// The host of an address that has none, as the line has it elsewhere; empty without one.
    var host: ByteView {
        guard target.first == UInt8(ascii: "/") else { return .empty }
        return DataCenter.v1Host(in: front) ?? DataCenter.v1Host(in: rest) ?? .empty
    }
}
