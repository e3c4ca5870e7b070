@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A part of an e-mail that is encoded, from the header that says so to the next part.
    static let mail = ArchiveForm(
        name: "encoded part of an e-mail",
        sign: "`Content-Transfer-Encoding: base64` or `quoted-printable`",
        sample: "mail-encoded",
        mayBeginWith: { $0.isOne(of: "Cc") },
        begins: { start in
            MailPart.isBase64(start.line) == nil ? nil : .block { MailPart.end(of: $0, isWhole: $1) }
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
            for call in calls {
                entry.log.removeAll()
                entry.calls.begin()
                entry.calls.add(call, depth: 1, log: &entry.log)
                entry.calls.finish(log: &entry.log)
                entry.judge()
            }
        })
}

private enum MailPart {
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

    /// Offset of the line that begins another part or another e-mail.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            index = feed + 1
            let line = text.dropping(index)
            if line.count < 8, !isWhole { return nil }
            if line.hasPrefix("--") || line.hasPrefix("From ") { return index }
        }
        return isWhole ? text.count : nil
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
