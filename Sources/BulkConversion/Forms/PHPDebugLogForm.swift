@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A call in the debug log of the popular PHP class, with its reply.
    static let debugLog = ArchiveForm(
        name: "PHP debug log entry",
        begins: { start in
            guard PHPLogText.beginsRecord(start.text) else { return nil }
            return .block { PHPLogText.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            let (url, data) = PHPLogText.parts(of: text)
            entry.calls.read(address: url, body: data, log: &entry.log)
            entry.judge(isRequest: !url.isEmpty)
        })
}

/// Debug logs of the popular PHP class: lines that begin with `URL:`, `Data:` and `Reply:`.
private enum PHPLogText {
    /// Offset of the line that begins the next call, or something else after the reply.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var index = 0
        var hasData = false
        var hasReply = false
        while index < text.count {
            let line = text.dropping(index)
            if index > 0 {
                if isURL(line) || hasData && isData(line) { return index }
                // A reply is XML or JSON, perhaps over several lines.
                if hasReply, !isReply(line), EntryStart.isEntry(at: index, in: text), !"<{[\"".utf8.contains(line[0]) {
                    return index
                }
            }
            if isData(line) { hasData = true }
            if isReply(line) { hasReply = true }
            guard let feed = text.offset(of: 0x0A, from: index) else { break }
            index = feed + 1
        }
        return isWhole ? text.count : nil
    }

    /// True for a line that begins a call.
    static func beginsRecord(_ line: ByteView) -> Bool { isURL(line) || isData(line) }

    static func isURL(_ line: ByteView) -> Bool { line.hasPrefix("URL:") }
    static func isData(_ line: ByteView) -> Bool { line.hasPrefix("Data:") }
    static func isReply(_ line: ByteView) -> Bool { line.hasPrefix("Reply:") }

    /// Address and body of a call, without the words before them.
    static func parts(
        of record: ByteView
    ) -> (url: ByteView, data: ByteView) {
        var url = record.slice(0..<0)
        var data = record.slice(0..<0)
        var index = 0
        while index < record.count {
            let end = record.offset(of: 0x0A, from: index) ?? record.count
            let line = record.slice(index..<end)
            if isURL(line) {
                url = line.dropping(4).trimmingWhitespace()
            } else if isData(line) {
                // The body goes on over lines up to the reply.
                var last = end
                while last < record.count {
                    let next = record.dropping(last + 1)
                    if isReply(next) || isURL(next) { break }
                    last = record.offset(of: 0x0A, from: last + 1) ?? record.count
                }
                data = record.slice((index + 5)..<last).trimmingWhitespace()
                index = last + 1
                continue
            }
            index = end + 1
        }
        return (url, data)
    }
}
