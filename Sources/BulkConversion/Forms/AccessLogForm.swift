import Bytes
import ConvertLead

extension ArchiveForm {
    /// A line of a web server's access log.
    static let accessLog = ArchiveForm(
        name: "access log line",
        begins: { AccessLogLine($0.line) == nil ? nil : .line },
        unwrap: { text, entry in
            guard let request = AccessLogLine(text) else { return entry.skip(.otherText) }
            entry.scratch.removeAll()
            request.appendTarget(to: &entry.scratch)
            entry.calls.read(address: entry.scratch.bytes, body: .empty, log: &entry.log)
            if entry.calls.hasMethod, !entry.calls.isOtherMethod, !entry.calls.hasXML, !request.method.equals("GET") {
                return entry.refuse(
                    .callBodyMissing, "The log has the address of this \(request.method.text), but not its body",
                    keeping: entry.calls.parts)
            }
            entry.judge(isRequest: true)
        })
}

/// A line of an access log in the common or combined form: the request stands in quotes.
struct AccessLogLine {
    /// The method, such as `GET`.
    let method: ByteView
    /// The address asked for, still with the server's escapes of quotes and of bytes that are not printed.
    let target: ByteView

    /// `nil` when the line has no quoted request.
    init?(_ line: ByteView) {
        var index = 0
        while let quote = line.offset(of: UInt8(ascii: "\""), from: index) {
            index = quote + 1
            let rest = line.dropping(index)
            var end = 0
            while end < rest.count, end < 8, rest[end] &- 0x41 < 26 { end += 1 }
            guard end >= 3, end < rest.count, rest[end] == 0x20 else { continue }
            guard let version = rest.offset(of: " HTTP/", from: end) else { continue }
            method = rest.slice(0..<end)
            target = rest.slice((end + 1)..<Swift.max(version, end + 1)).trimmingWhitespace()
            return
        }
        return nil
    }

    /// Appends the address without the server's escapes.
    func appendTarget(to output: inout ByteBuffer) {
        var index = 0
        while index < target.count {
            let byte = target[index]
            if byte == UInt8(ascii: "\\"), index + 1 < target.count {
                let next = target[index + 1]
                if next == UInt8(ascii: "x"), index + 3 < target.count, let high = target[index + 2].hexDigitValue,
                    let low = target[index + 3].hexDigitValue
                {
                    output.append(high << 4 | low)
                    index += 4
                    continue
                }
                if next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
                    output.append(next)
                    index += 2
                    continue
                }
            }
            output.append(byte)
            index += 1
        }
    }
}
