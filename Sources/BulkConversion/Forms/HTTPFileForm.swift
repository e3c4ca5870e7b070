@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// Requests of a file for HTTP clients that defines variables, `@name = value`, and uses them as `{{name}}`.
    static let httpFile = ArchiveForm(
        name: "request of a file for HTTP clients",
        sign: "a line `@name = value`, as files for HTTP clients have; it fills `{{name}}` in the requests below",
        sample: "http-file-with-variables",
        mayBeginWith: { $0 == UInt8(ascii: "@") },
        begins: { start in HTTPFile.definition(start.line) == nil ? nil : .sequence(HTTPFile()) },
        unwrap: { text, entry in
            entry.calls.read(HTTPText.withoutScripts(text), log: &entry.log)
            if CallVariables.report(in: entry.calls, &entry.log) { return entry.translateCall() }
            entry.judge(isRequest: true)
        })
}

/// The requests below definitions of variables, in order.
private final class HTTPFile: EntrySequence {
    private var variables: TemplateText.Variables = []
    /// Whether a definition or a request was taken.
    private var hasBegun = false

    /// Variables that are kept.
    private static let mostVariables = 1000

    /// Name and value of a line such as `@host = crm.zoho.com`; `nil` for other lines.
    static func definition(_ line: ByteView) -> (name: ByteView, value: ByteView)? {
        guard line.first == UInt8(ascii: "@"), let sign = line.offset(of: UInt8(ascii: "=")) else { return nil }
        let name = line.slice(1..<sign).trimmingWhitespace()
        guard !name.isEmpty, name.allSatisfy({ $0.isASCIILetter || $0.isDigit || "_-.".utf8.contains($0) }) else {
            return nil
        }
        let value = line.dropping(sign + 1).trimmingWhitespace()
        // A parameter of SQL Server has a string.
        return value.first == UInt8(ascii: "'") || value.hasPrefix("N'") ? nil : (name, value)
    }

    func goesOn(at start: EntryStart) -> Bool {
        HTTPText.begins(start.text) || Self.definition(start.line) != nil
    }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        while !chunk.isFull {
            if let end = skipBlanks(window, chunk, place) { return end }
            let length = window.find(atMost: place.limits.headSize) { $0.offset(of: 0x0A).map { $0 + 1 } }
            let line = window.bytes.slice(0..<(length ?? window.bytes.count))
            if let (name, value) = Self.definition(line.trimmingWhitespace()) {
                if variables.count < Self.mostVariables { variables.insert((Array(name), Array(value)), at: 0) }
                chunk.takeScaffold(line.count, window, place.source)
            } else {
                // What cannot be taken here another form takes.
                guard HTTPText.begins(window.bytes) else { return hasBegun ? .interrupted : .over }
                guard window.failure == nil, takeRequest(window, into: chunk, place) else { return .over }
            }
            hasBegun = true
        }
        return .full
    }

    /// Takes what comes before a request as the file's own, and the request with its variables filled in.
    private func takeRequest(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> Bool {
        let limit = place.limits.entrySize
        let found = window.find(atMost: limit) { HTTPText.end(of: $0, isWhole: false) }
        guard let length = found ?? HTTPText.end(of: window.bytes, isWhole: true), length <= limit else { return false }
        let text = window.bytes.slice(0..<length)
        let message = HTTPText.message(in: text).trimmingTrailingWhitespace()
        let front = length - HTTPText.message(in: text).count
        chunk.takeComment(front, window, place.source)
        if !message.isEmpty {
            var filled = ByteBuffer(minimumCapacity: message.count)
            TemplateText.append(message, variables, isJSON: false, to: &filled)
            let isReply = HeaderText.isStatusLine(message)
            if !isReply {
                chunk.add(place.form, text: filled.bytes, in: 0..<message.count, line: 0, window, place.source)
            } else {
                chunk.takeSkip(.reply, length - front, window, place.source)
                return true
            }
        }
        chunk.takeAdded(length - front, window)
        return true
    }
}
