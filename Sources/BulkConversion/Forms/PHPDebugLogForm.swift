@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A call in the debug log of the popular PHP class, with its reply.
    static let debugLog = ArchiveForm(
        name: "PHP debug log entry",
        sign: "a line that begins with `URL:` or `Data:`; lines with `Data:` and `Reply:` after it belong to it",
        sample: "form-php-debug-log",
        mayBeginWith: { $0.isOne(of: "UD") },
        begins: { start in
            guard PHPLogText.beginsRecord(start.text) else { return nil }
            return .block { PHPLogText.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            let (url, data) = PHPLogText.parts(of: text)
            // The body has another word before it, or marks of a tracker for issues are around address or body.
            if data.isEmpty && JSONCallSearch.hasDocument(text.dropping(EntryStart(text: text).lineLength))
                || PHPLogText.isMarked(url) || PHPLogText.isMarked(data)
            {
                return LogRecord.unwrap(text, &entry)
            }
            entry.calls.read(address: url, body: data, log: &entry.log)
            entry.judge(isRequest: !url.isEmpty)
        })
}

/// Debug logs of the popular PHP class: lines that begin with `URL:`, `Data:` and `Reply:`.
private enum PHPLogText {
    /// Offset after the last line of the call that a text begins with: its address, its body, its reply, as far as they follow each other.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var end = 0
        for (index, begins) in [isURL, isData, isReply].enumerated() {
            var next = end
            while next < text.count, text[next].isWhitespace { next += 1 }
            if next == text.count { return isWhole ? end : nil }
            if index == 1, end > 0, RequestMarks.isIn(text.slice(0..<end)),
                !JSONCallSearch.hasDocument(text.slice(0..<end)),
                !isData(text.dropping(next)), !isReply(text.dropping(next))
            {
                return CallOverLines.end(of: text, isWhole: isWhole)
            }
            guard begins(text.dropping(next)) else { continue }
            if index == 0 {
                guard let feed = text.offset(of: 0x0A, from: next) else { return isWhole ? text.count : nil }
                end = feed + 1
            } else {
                let start = text.offset(of: UInt8(ascii: ":"), from: next).map { $0 + 1 } ?? next
                guard
                    let body = BodyLines.end(
                        of: text, from: start, isWhole: isWhole, stops: { beginsRecord($0) || isReply($0) })
                else { return nil }
                end = body
            }
        }
        return end
    }

    /// True for a line that begins a call. A title above the address is none.
    static func beginsRecord(_ line: ByteView) -> Bool {
        if isData(line) { return true }
        let address = line.dropping(4)
        return isURL(line) && address.firstIndex { $0 == 0x0A || !$0.isWhitespace }.map { address[$0] != 0x0A } ?? false
    }

    /// Whether a value begins with a mark in braces, as in `{noformat}https://…{noformat}`.
    static func isMarked(_ value: ByteView) -> Bool {
        value.first == UInt8(ascii: "{") && value.dropping(1).first?.isASCIILetter ?? false
    }

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
