@_spi(Package) import Bytes
import ConvertLead

/// Calls in logs of `wget -d`: its options, the address with the time, the request between two marks, and the body after it.
enum WgetLog {
    private static let requestBegin: StaticString = "---request begin---"
    private static let requestEnd: StaticString = "---request end---"
    /// Lines between an address and its request.
    private static let mostForeign = 64

    /// Whether a line begins what wget writes about a call.
    static func begins(_ line: ByteView) -> Bool {
        line.equals(requestBegin) || (isOption(line) || isAddress(line)) && RequestMarks.isIn(line)
    }

    /// Whether a line says how an option is set, such as `Setting --post-data (postdata) to …`.
    private static func isOption(_ line: ByteView) -> Bool { line.hasPrefix("Setting --") }

    /// Whether a line is an address with its time: `--2018-05-28 15:24:30--  https://…`.
    private static func isAddress(_ line: ByteView) -> Bool {
        line.count > 24 && line.hasPrefix("--") && line[2].isDigit && line.dropping(21).hasPrefix("--  ")
    }

    private static func isBody(_ line: ByteView) -> Bool {
        line.hasPrefix("[POST data: ") || line.hasPrefix("[BODY data: ")
    }

    /// Offset after the request that a text begins with and its body; after the first line where no request follows.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var first: Int?
        var index = 0
        var foreign = 0
        var isInRequest = false
        var hasAddress = false
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed).trimmingWhitespace()
            let next = min(feed + 1, text.count)
            if line.equals(requestBegin) {
                if isInRequest { return index }
                isInRequest = true
            } else if isInRequest {
                if line.equals(requestEnd) { return endOfBody(in: text, from: next, isWhole: isWhole) }
            } else if let first, !isOption(line) || foreign > 0 {
                foreign += 1
                let isOwn = isAddress(line) && !hasAddress
                if foreign > mostForeign || !isOwn && RequestMarks.isIn(line) { return first }
            }
            if first == nil || foreign == 0 && isOption(line) { first = next }
            hasAddress = hasAddress || isAddress(line)
            index = next
        }
        return isWhole ? isInRequest ? text.count : first : nil
    }

    /// Offset after the body in brackets that begins here; this offset where none does.
    private static func endOfBody(in text: ByteView, from start: Int, isWhole: Bool) -> Int? {
        let rest = text.dropping(start)
        if rest.count < 12, !isWhole { return nil }
        guard isBody(rest) else { return start }
        guard let close = rest.offset(of: "]\n") else { return isWhole ? text.count : nil }
        return start + close + 2
    }

    /// Appends the request as it was sent; false when the text has none.
    static func appendMessage(of text: ByteView, to output: inout ByteBuffer) -> Bool {
        guard let begin = text.offset(of: requestBegin) else { return false }
        var index = text.offset(of: 0x0A, from: begin).map { $0 + 1 } ?? text.count
        while index < text.count {
            let feed = text.offset(of: 0x0A, from: index) ?? text.count
            let line = text.slice(index..<feed).trimmingWhitespace()
            index = min(feed + 1, text.count)
            if line.equals(requestEnd) { break }
            output.append(line)
            output.append("\r\n")
        }
        let rest = text.dropping(index).trimmingTrailingWhitespace()
        if isBody(rest) {
            output.append(rest.slice(12..<(rest.last == UInt8(ascii: "]") ? rest.count - 1 : rest.count)))
        }
        return true
    }
}
