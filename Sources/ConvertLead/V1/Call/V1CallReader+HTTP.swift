@_spi(Package) import Bytes

/// Raw HTTP requests: request line, headers, body.
extension V1CallReader {
    /// Adds a request. Its body is put together from chunks, ends where `Content-Length` says or where another message begins,
    /// and is refused when it is compressed.
    mutating func addHTTP(_ text: ByteView, log: inout DiagnosticLog) {
        let lineEnd = HeaderText.requestLineEnd(of: text)
        var contentType = ByteView.empty
        var length: Int?
        var isChunked = false
        var index = min(lineEnd + 1, text.count)
        while index < text.count {
            let end = text.offset(of: 0x0A, from: index) ?? text.count
            let header = text.slice(index..<end).trimmingWhitespace()
            // Logs write a body right below the request line.
            if HeaderText.isBody(header),
                HeaderText.isBeforeBody(header, text.dropping(min(end + 1, text.count)), length: length) != true
            {
                if let colon = HeaderText.isHeader(header) ? text.offset(of: UInt8(ascii: ":"), from: index) : nil {
                    index = colon + 1
                }
                break
            }
            let isOpen = header.first == UInt8(ascii: "{") && header.last != UInt8(ascii: "}")
            if header.first == UInt8(ascii: "<") || isOpen { break }
            index = min(end + 1, text.count)
            if header.isEmpty { break }
            if let value = HeaderText.value(of: "Content-Type", in: header) { contentType = value }
            if let value = HeaderText.value(of: "Host", in: header) { add(host: value) }
            if let value = HeaderText.value(of: "Content-Length", in: header), value.isAllDigits {
                length = Int(value.text) ?? .max
            }
            if let value = HeaderText.value(of: "Transfer-Encoding", in: header) {
                isChunked = value.hasSuffixIgnoringCase("chunked")
                refuseCompression(value, log: &log)
            }
            if let value = HeaderText.value(of: "Content-Encoding", in: header) { refuseCompression(value, log: &log) }
        }
        var line = text.slice(0..<lineEnd).trimmingWhitespace()
        if line.contains(0x0A) { line = keep(HeaderText.joinedLines(line)) }
        add(address: Self.target(ofRequestLine: line), log: &log)
        if isBodyDamaged { return }
        var body = text.dropping(index)
        var end = 0
        if isChunked {
            guard let chunksEnd = joinChunks(of: body) else {
                return bodyIsDamaged(at: index, in: text, "The chunks of the body are broken or cut off", log: &log)
            }
            end = chunksEnd
        }
        if let next = HeaderText.nextMessage(in: body, from: end) {
            if HeaderText.isRequestLine(body.dropping(next)) {
                log.add(
                    .callUnrecognized, .error, at: SourceLocation(ofByte: index + next, in: text),
                    "A second HTTP request starts here; use bulk for more than one")
            }
            body = body.slice(0..<next)
        }
        if isChunked { body = joined.bytes }
        if let length, !isChunked {
            if body.count > length, body.trimmingWhitespace().count > length {
                // Of a body that goes on a part may have any meaning: the last digits of a lead id may be missing.
                if body.dropping(length).trimmingWhitespace().isEmpty {
                    body = body.slice(0..<length)
                } else {
                    bodyIsDamaged(
                        at: index + length, in: text, "The body is longer than its Content-Length of \(length) bytes",
                        log: &log)
                }
            } else if body.count + body.reduce(0, { $0 + ($1 == 0x0A ? 1 : 0) }) < length {
                // A capture whose line ends were changed lacks a carriage return a line, which means nothing in a form.
                bodyIsDamaged(
                    at: index, in: text, "The body is shorter than its Content-Length of \(length) bytes", log: &log)
            }
        }
        if isBodyDamaged {
            // Its document is kept, to be corrected; what else is wrong with it means nothing.
            var ignored = DiagnosticLog()
            add(body: body, contentType: contentType, log: &ignored)
        } else {
            add(body: body, contentType: contentType, log: &log)
        }
    }

    /// Refuses a body that is coded otherwise than in chunks; names the first such coding of a header.
    private mutating func refuseCompression(_ codings: ByteView, log: inout DiagnosticLog) {
        for coding in codings.split(separator: UInt8(ascii: ",")) {
            let name = codings.slice(coding.startIndex..<coding.endIndex).trimmingWhitespace()
            if name.isEmpty || name.equalsIgnoringCase("identity") || name.equalsIgnoringCase("chunked") { continue }
            let isShown =
                name.count < 20 && name.allSatisfy { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "-") }
            log.add(
                .callContentEncoding, .error,
                "The body is compressed (\(isShown ? name.text : "Content-Encoding")); this is not supported")
            isBodyDamaged = true
            return
        }
    }

    /// Says that the body is damaged, which is then all that is reported of the call.
    private mutating func bodyIsDamaged(
        at offset: Int, in text: ByteView, _ reason: String, log: inout DiagnosticLog
    ) {
        isBodyDamaged = true
        log.add(
            .callUnrecognized, .error, at: SourceLocation(ofByte: offset, in: text), reason,
            advice: "save the request whole, with its body as it was sent")
    }

    /// Puts the chunks of a body together in ``joined``.
    ///
    /// - Returns: where the last chunk ends; `nil` when one is broken or the last is missing.
    private mutating func joinChunks(of body: ByteView) -> Int? {
        joined.removeAll()
        var rest = body
        while !rest.isEmpty {
            let lineEnd = rest.offset(of: 0x0A) ?? rest.count
            var size = 0
            let line = rest.slice(0..<lineEnd).trimmingWhitespace()
            let digits = line.slice(0..<(line.offset(of: UInt8(ascii: ";")) ?? line.count)).trimmingWhitespace()
            guard (1...8).contains(digits.count) else { return nil }
            for digit in digits {
                guard let value = digit.hexDigitValue else { return nil }
                size = size << 4 | Int(value)
            }
            rest = rest.dropping(lineEnd + 1)
            if size == 0 { return body.count - rest.count }
            guard size <= rest.count else { return nil }
            joined.append(rest.slice(0..<size))
            rest = rest.dropping(size)
            if rest.first == 0x0D { rest = rest.dropping(1) }
            guard rest.first == 0x0A else { return nil }
            rest = rest.dropping(1)
        }
        return nil
    }

    /// The address in a request line. It ends before the version, or without one at the first blank that is not inside XML.
    static func target(ofRequestLine line: ByteView) -> ByteView {
        let rest = line.dropping(line.offset(of: 0x20) ?? line.count).trimmingWhitespace()
        if let last = rest.lastIndex(of: 0x20), rest.dropping(last + 1).hasPrefixIgnoringCase("HTTP/") {
            return rest.slice(0..<last).trimmingWhitespace()
        }
        let blank = rest.offset(of: 0x20) ?? rest.count
        return rest.slice(0..<blank).contains(UInt8(ascii: "<")) ? rest : rest.slice(0..<blank)
    }
}
