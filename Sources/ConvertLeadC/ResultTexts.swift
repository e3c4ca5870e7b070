@_spi(Package) import Bytes
import CConvertLead
import ConvertLead
import JSONText

import Platform

/// What `convertlead_result_detail` gives, by its number in C.
enum ResultDetail: CInt, CaseIterable {
    case contentType = 1, contact, deal, account, code, reason

    /// The detail's text in the block that a result holds; `nil` when it has none.
    ///
    /// - Parameter memory: the block that ``ResultTexts/copy(to:)`` made.
    func text(in memory: UnsafeMutableRawPointer) -> UnsafePointer<CChar>? {
        let offset = memory.load(fromByteOffset: (Int(rawValue) - 1) * MemoryLayout<Int>.size, as: Int.self)
        return offset == 0 ? nil : UnsafePointer((memory + offset).assumingMemoryBound(to: CChar.self))
    }
}

/// The texts of one result while they are gathered, one after another, each with a zero byte at its end. In the block they
/// follow the offsets of the details, 0 for one that there is not.
struct ResultTexts: ~Copyable {
    private static let tableLength = ResultDetail.allCases.count * MemoryLayout<Int>.size

    private var buffer = ByteBuffer(minimumCapacity: 2048)
    private var url: Range<Int>?
    private var body: Range<Int>?
    private var uri: Range<Int>?
    private var reply: Range<Int>?
    private var diagnostics: Range<Int>?
    private var details = [Int](repeating: 0, count: ResultDetail.allCases.count)

    /// Sets the address of the v2 call.
    mutating func setURL(_ text: String) { url = append(text) }
    /// Sets the body of the v2 call.
    mutating func setBody(_ text: ByteView) { body = append(text) }
    /// Sets the style of the v1 reply.
    mutating func setURI(_ text: String) { uri = append(text) }
    /// Sets the v1 reply and its details.
    mutating func setReply(_ v1: V1Reply) {
        reply = v1.bytes.withByteView { append($0) }
        set(.contentType, v1.format.contentType)
        switch v1.outcome {
        case .converted(let records):
            set(.contact, records.contact?.digits)
            set(.deal, records.deal?.digits)
            set(.account, records.account?.digits)
        case .failed(let failure):
            set(.code, failure.code)
            set(.reason, failure.reason.rawValue)
        case nil: break
        }
    }

    private mutating func set(_ detail: ResultDetail, _ text: String?) {
        guard let text else { return }
        // A string of C ends at its first zero byte, which a server's code may hold.
        details[Int(detail.rawValue) - 1] = Self.tableLength + append(text).lowerBound
    }

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
        guard let memory = malloc(Self.tableLength + buffer.count) else { return false }
        for (index, offset) in details.enumerated() {
            memory.storeBytes(of: offset, toByteOffset: index * MemoryLayout<Int>.size, as: Int.self)
        }
        memcpy(memory + Self.tableLength, buffer.base, buffer.count)
        let base = (memory + Self.tableLength).assumingMemoryBound(to: CChar.self)
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
