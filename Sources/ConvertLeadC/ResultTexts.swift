import Bytes
import CConvertLead
import ConvertLead
import JSONText

import Platform

/// The texts of one result while they are gathered, one behind another, each with a zero byte at its end.
struct ResultTexts: ~Copyable {
    private var buffer = ByteBuffer(minimumCapacity: 2048)
    private var url: Range<Int>?
    private var body: Range<Int>?
    private var uri: Range<Int>?
    private var reply: Range<Int>?
    private var diagnostics: Range<Int>?

    /// Sets the address of the v2 call.
    mutating func setURL(_ text: String) { url = append(text) }
    /// Sets the body of the v2 call.
    mutating func setBody(_ text: ByteView) { body = append(text) }
    /// Sets the style of the v1 reply.
    mutating func setURI(_ text: String) { uri = append(text) }
    /// Sets the v1 reply.
    mutating func setReply(_ text: [UInt8]) { reply = text.withByteView { append($0) } }

    /// Sets the findings, as a JSON array.
    mutating func setDiagnostics(_ findings: [Diagnostic]) {
        var writer = JSONWriter(indent: false, minimumCapacity: findings.isEmpty ? 16 : 1024)
        writer.beginArray()
        for finding in findings { finding.write(to: &writer) }
        writer.endArray()
        diagnostics = append(writer.buffer.bytes)
    }

    private mutating func append(_ text: String) -> Range<Int> {
        var text = text
        return text.withByteView { append($0) }
    }

    private mutating func append(_ text: ByteView) -> Range<Int> {
        let start = buffer.count
        buffer.append(text)
        let range = start..<buffer.count
        buffer.append(0)
        return range
    }

    /// Copies the texts into one block of C's and sets `result` to them; `result` is untouched when there is no memory for it.
    ///
    /// - Returns: whether there was.
    func copy(to result: UnsafeMutablePointer<convertlead_result>) -> Bool {
        guard let memory = malloc(buffer.count) else { return false }
        memcpy(memory, buffer.base, buffer.count)
        let base = memory.assumingMemoryBound(to: CChar.self)
        var texts = convertlead_result()
        (texts.url, texts.url_length) = Self.place(url, in: base)
        (texts.body, texts.body_length) = Self.place(body, in: base)
        (texts.uri, texts.uri_length) = Self.place(uri, in: base)
        (texts.reply, texts.reply_length) = Self.place(reply, in: base)
        (texts.diagnostics, texts.diagnostics_length) = Self.place(diagnostics, in: base)
        texts.memory = memory
        result.pointee = texts
        return true
    }

    private static func place(
        _ range: Range<Int>?, in base: UnsafeMutablePointer<CChar>
    ) -> (UnsafeMutablePointer<CChar>?, Int) {
        range.map { (base + $0.lowerBound, $0.count) } ?? (nil, 0)
    }
}
