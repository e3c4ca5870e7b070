@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A part of an e-mail that is encoded, from the header that says so to the next part; and parts that say the same in other words, of
    /// which one is read.
    static let mail = ArchiveForm(
        name: "encoded part of an e-mail",
        sign: "`Content-Transfer-Encoding: base64` or `quoted-printable`; of `multipart/alternative` one part is read",
        sample: "mail-encoded",
        mayBeginWith: { $0.isOne(of: "Cc") },
        begins: { start in
            if let parts = MailAlternatives(at: start) { return .sequence(parts) }
            return MailPart.isBase64(start.line) == nil ? nil : .block { MailPart.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            let decoded = MailPart.decoded(text)
            let calls = decoded.withByteView { TextForms.callTexts($0) }
            if calls.isEmpty, let file = decoded.withByteView(MailPart.closedFile) {
                return entry.refuse(
                    .archiveUnreadable, "The attachment of the e-mail \(file); save it and pass it to convertlead bulk")
            }
            if calls.isEmpty {
                guard decoded.withByteView({ RequestMarks.isIn($0) }) else { return entry.skip(.otherText) }
                return entry.refuse(.archiveEntry, "The e-mail has signs of a request, but no call was found in it")
            }
            decoded.withByteView { text in
                entry.readDecoded(text) { entry in
                    for call in calls {
                        entry.log.removeAll()
                        entry.calls.begin()
                        entry.calls.add(call, depth: 1, log: &entry.log)
                        entry.calls.finish(log: &entry.log)
                        entry.judge()
                    }
                }
            }
        })
}

/// The parts of `multipart/alternative`, which say the same: the first that holds a call is read like any other text, the others are
/// skipped.
private final class MailAlternatives: EntrySequence {
    /// Two hyphens and what stands between the parts.
    private let boundary: [UInt8]
    /// The part that is read, from 0; `nil` before the parts were looked at.
    private var chosen: Int?
    /// Parts that were met.
    private var count = 0

    /// The parts that a header announces; `nil` for other lines.
    init?(at start: EntryStart) {
        guard let type = HeaderText.value(of: "Content-Type", in: start.line),
            type.hasPrefixIgnoringCase("multipart/alternative")
        else { return nil }
        // A header goes on in lines that begin with a blank.
        var end = start.lineLength
        while end < start.text.count, start.text[end] == 0x20 || start.text[end] == 0x09 {
            end = start.text.offset(of: 0x0A, from: end).map { $0 + 1 } ?? start.text.count
        }
        guard let boundary = HeaderText.parameter("boundary", in: start.text.slice(0..<end)), !boundary.isEmpty else {
            return nil
        }
        self.boundary = Array("--".utf8) + Array(boundary)
    }

    func cut(_ window: InputWindow, into chunk: Chunk, _ place: SequencePlace) -> SequenceEnd {
        if chosen == nil {
            let end = window.find(atMost: place.limits.entrySize) { self.end(of: $0) }
            guard let end, let chosen = choose(in: window.bytes.slice(0..<end)) else { return .over }
            self.chosen = chosen
            chunk.takeScaffold(EntryStart(text: window.bytes).lineLength, window, place.source)
            return .interrupted
        }
        while !chunk.isFull {
            let line = EntryStart(text: window.bytes)
            guard isBoundary(line.line) else { return .interrupted }
            if line.line.count > boundary.count {
                chunk.takeScaffold(line.lineLength, window, place.source)
                return .over
            }
            count += 1
            if count - 1 == chosen {
                chunk.takeScaffold(line.lineLength, window, place.source)
                return .interrupted
            }
            let length = window.find(atMost: place.limits.entrySize) { self.next(in: $0, from: 0) } ?? line.lineLength
            let holdsRequest = MailPart.decodedPart(window.bytes.slice(0..<length)).withByteView {
                RequestMarks.isIn($0)
            }
            chunk.takeSkip(holdsRequest ? .sameCall : .otherText, length, window, place.source)
        }
        return .full
    }

    func goesOn(at start: EntryStart) -> Bool { isBoundary(start.line) }

    /// Whether a line is the boundary, perhaps with the two hyphens of the last.
    private func isBoundary(_ line: ByteView) -> Bool {
        boundary.withByteView { line.hasPrefix($0) && (line.count == $0.count || line.dropping($0.count).equals("--")) }
    }

    /// Offset of the next line after `start` that is a boundary.
    private func next(in text: ByteView, from start: Int) -> Int? {
        var index = start
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            let line = text.slice(index..<(text.offset(of: 0x0A, from: index) ?? text.count))
            if isBoundary(line.trimmingTrailingWhitespace()) { return index }
        }
        return nil
    }

    /// Offset of the last boundary.
    private func end(of text: ByteView) -> Int? {
        var index = 0
        while let found = next(in: text, from: index) {
            if text.dropping(found + boundary.count).hasPrefix("--") { return found }
            index = found
        }
        return nil
    }

    /// The first part with a call that can be read, or else with marks of one; `nil` when none has any.
    private func choose(in text: ByteView) -> Int? {
        var marked: Int?
        var (start, number) = (next(in: text, from: 0) ?? text.count, 0)
        while start < text.count {
            let end = next(in: text, from: start) ?? text.count
            let part = MailPart.decodedPart(text.slice(start..<end))
            if part.withByteView({ RequestMarks.isIn($0) }) {
                if part.withByteView({ !TextForms.callTexts($0).isEmpty }) { return number }
                marked = marked ?? number
            }
            (start, number) = (end, number + 1)
        }
        return marked
    }
}

private enum MailPart {
    /// What a part holds, from its boundary to the next, decoded as its headers say.
    static func decodedPart(_ part: ByteView) -> [UInt8] {
        let headersEnd = [part.offset(of: "\n\n"), part.offset(of: "\n\r\n")].compactMap { $0 }.min() ?? part.count
        var index = 0
        while let feed = part.slice(0..<headersEnd).offset(of: 0x0A, from: index) {
            index = feed + 1
            if isBase64(EntryStart(text: part.dropping(index)).line) != nil { return decoded(part.dropping(index)) }
        }
        return Array(part.dropping(headersEnd))
    }

    /// Whether a header says that its part is in base64, not quoted-printable; `nil` for other lines.
    static func isBase64(_ line: ByteView) -> Bool? {
        guard let encoding = HeaderText.value(of: "Content-Transfer-Encoding", in: line) else { return nil }
        if encoding.equalsIgnoringCase("base64") { return true }
        return encoding.equalsIgnoringCase("quoted-printable") ? false : nil
    }

    /// What an attachment is when it has to be opened before its text can be read.
    static func closedFile(_ bytes: ByteView) -> String? {
        switch FileSignature(head: bytes) {
        case .compressed: "is compressed"
        case .tar: "is a tar archive"
        case .zip: "is a zip archive"
        case .closed(let what, _): "is \(what)"
        case .text, .utf16, .skipped: nil
        }
    }

    /// Offset of the line that begins another part or another e-mail, or that is no base64 below some.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        let isBase64 = isBase64(EntryStart(text: text).line) == true
        var isBody = false
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            let rest = text.dropping(index)
            if rest.count < 8, !isWhole { return nil }
            if rest.hasPrefix("--") || rest.hasPrefix("From ") { return index }
            guard isBase64 else { continue }
            guard let end = rest.offset(of: 0x0A) ?? (isWhole ? rest.count : nil) else { return nil }
            let line = rest.slice(0..<end).trimmingWhitespace()
            if isBody, !line.allSatisfy(isDigitOfBase64) { return index }
            if line.isEmpty { isBody = true }
        }
        return isWhole ? text.count : nil
    }

    private static func isDigitOfBase64(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte.isOne(of: "+/-_=")
    }

    /// The body of a part: what follows its headers.
    static func decoded(_ text: ByteView) -> [UInt8] {
        let blank = [text.offset(of: "\n\n"), text.offset(of: "\n\r\n")].compactMap { $0 }.min() ?? text.count
        let body = text.dropping(blank)
        var decoded = ByteBuffer(minimumCapacity: body.count)
        if isBase64(EntryStart(text: text).line) == true {
            decoded.append(base64: body)
            return decoded.array()
        }
        var index = 0
        while let sign = body.offset(of: UInt8(ascii: "="), from: index) {
            decoded.append(body.slice(index..<sign))
            let rest = body.dropping(sign + 1)
            index = sign + 1
            if rest.count > 1, let high = rest[0].hexDigitValue, let low = rest[1].hexDigitValue {
                decoded.append(high << 4 | low)
                index += 2
            } else if let feed = rest.firstIndex(where: { !$0.isWhitespace || $0 == 0x0A }), rest[feed] == 0x0A {
                // A line end after the sign is none of the text.
                index += feed + 1
            } else {
                decoded.append(UInt8(ascii: "="))
            }
        }
        decoded.append(body.dropping(index))
        return decoded.array()
    }
}
