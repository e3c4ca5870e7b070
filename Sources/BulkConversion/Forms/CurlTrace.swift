@_spi(Package) import Bytes
import ConvertLead

/// Calls in traces of curl: what went over a connection, in numbered lines of hexadecimal digits and text (`--trace`), or of text alone
/// (`--trace-ascii`), in which all bytes but printable ASCII are dots.
enum CurlTrace {
    /// What a line of a trace is.
    private enum Line {
        /// The length of what was sent: part of the head of a request, or of its body.
        case head(length: Int)
        case body(length: Int)
        case receivedHead
        case receivedBody
        /// Bytes of TLS, and what curl says itself.
        case other
        case bytes(offset: Int, text: ByteView)
        case foreign
    }

    /// Lines of other programs among those of a request.
    private static let mostForeign = 16

    /// Whether a line begins a request.
    static func begins(_ line: ByteView) -> Bool {
        if case .head = kind(of: line) { true } else { false }
    }

    /// Whether a line begins an answer.
    static func beginsReply(_ line: ByteView) -> Bool {
        switch kind(of: line) {
        case .receivedHead, .receivedBody: true
        default: false
        }
    }

    /// Offset after the last line of the answer that a text begins with.
    static func endOfReply(in text: ByteView, isWhole: Bool) -> Int? {
        var end = 0
        let isOpen = forEachLine(of: text, isWhole: isWhole) { line, next in
            switch line {
            case .head, .body, .foreign: return false
            case .receivedHead, .receivedBody, .other, .bytes: end = next
            }
            return true
        }
        return isOpen && !isWhole ? nil : end
    }

    /// What a line is, behind the time that `--trace-time` writes before it.
    private static func kind(of line: ByteView) -> Line {
        var line = line
        if line.count > 16, line[0].isDigit, line[2] == UInt8(ascii: ":"), line[15] == 0x20 { line = line.dropping(16) }
        if line.hasPrefix("=> Send header, ") { return .head(length: number(line.dropping(16))) }
        if line.hasPrefix("=> Send data, ") { return .body(length: number(line.dropping(14))) }
        if line.hasPrefix("<= Recv header, ") { return .receivedHead }
        if line.hasPrefix("<= Recv data, ") { return .receivedBody }
        if line.hasPrefix("== ") || line.hasPrefix("=> ") || line.hasPrefix("<= ") { return .other }
        var (offset, digits) = (0, 0)
        while digits < min(line.count, 8), let digit = line[digits].hexDigitValue {
            offset = offset << 4 | Int(digit)
            digits += 1
        }
        guard digits >= 4, digits < line.count, line[digits] == UInt8(ascii: ":") else { return .foreign }
        return .bytes(offset: offset, text: line.dropping(min(digits + 2, line.count)))
    }

    private static func number(_ text: ByteView) -> Int {
        Int(text.slice(0..<min(text.firstIndex { !$0.isDigit } ?? text.count, 9)).text) ?? 0
    }

    /// Calls `body` with each line and where the next begins, until it says no.
    ///
    /// - Returns: whether all lines were looked at.
    private static func forEachLine(of text: ByteView, isWhole: Bool, _ body: (Line, _ next: Int) -> Bool)
        -> Bool
    {
        var index = 0
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return true }
            var line = text.slice(index..<feed)
            if line.last == 0x0D { line = line.slice(0..<(line.count - 1)) }
            guard body(kind(of: line), min(feed + 1, text.count)) else { return false }
            index = feed + 1
        }
        return true
    }

    /// Offset after the last line of the request that a text begins with.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var end = 0
        var isSent = false
        var foreign = 0
        var isFirst = true
        let isOpen = forEachLine(of: text, isWhole: isWhole) { line, next in
            defer { isFirst = false }
            switch line {
            case .head:
                if !isFirst { return false }
                isSent = true
            case .body: isSent = true
            case .receivedBody: return false
            case .receivedHead, .other: isSent = false
            case .bytes(_, let received) where !isSent:
                // The answer begins; `100 Continue` asks for the body.
                return !isStatus(received)
            case .bytes: break
            case .foreign:
                foreign += 1
                return foreign <= mostForeign
            }
            if isSent { end = next }
            return true
        }
        return isOpen && !isWhole ? nil : end
    }

    /// Whether a received line begins an answer other than `100 Continue`.
    private static func isStatus(_ text: ByteView) -> Bool {
        var bytes = ByteBuffer(minimumCapacity: 64)
        appendBytes(text, to: &bytes)
        let line = bytes.bytes
        return line.hasPrefix("HTTP/") && line.offset(of: " 100").map { $0 > 9 } ?? true
    }

    /// Appends the request as it was sent.
    ///
    /// - Returns: whether its bytes are all there; in a trace of text alone dots stand for many.
    static func appendMessage(of text: ByteView, to output: inout ByteBuffer) -> Bool {
        var isExact = true
        /// What is open of the block: the bytes of it so far, and how many it has.
        var (length, taken) = (0, 0)
        func fill(to offset: Int) {
            // Line ends are left out, and editors take blanks away.
            let gap = offset - taken
            if gap == 2 {
                output.append("\r\n")
            } else if (1..<64).contains(gap) {
                for _ in 0..<gap { output.append(0x20) }
            }
            taken = offset
        }
        _ = forEachLine(of: text, isWhole: true) { line, _ in
            switch line {
            case .head(let count), .body(let count):
                fill(to: length)
                (length, taken) = (count, 0)
            case .bytes(let offset, let text) where length > 0:
                fill(to: offset)
                let start = output.count
                if !appendBytes(text, to: &output) { isExact = false }
                taken += output.count - start
            case .receivedHead, .receivedBody, .other:
                fill(to: length)
                (length, taken) = (0, 0)
            case .bytes, .foreign: break
            }
            return true
        }
        fill(to: length)
        return isExact
    }

    /// Appends the bytes of a line.
    ///
    /// - Returns: whether it has them in hexadecimal digits.
    @discardableResult
    private static func appendBytes(_ text: ByteView, to output: inout ByteBuffer) -> Bool {
        let start = output.count
        var index = 0
        while index + 2 < min(text.count, 48), let high = text[index].hexDigitValue,
            let low = text[index + 1].hexDigitValue,
            text[index + 2] == 0x20
        {
            output.append(high << 4 | low)
            index += 3
        }
        // Blanks follow up to the text, which has a byte for each.
        let count = output.count - start
        if count > 0, text.count > 48, text.count - 48 <= count, text.slice(index..<48).allSatisfy({ $0 == 0x20 }) {
            return true
        }
        output.count = start
        output.append(text)
        return false
    }
}
