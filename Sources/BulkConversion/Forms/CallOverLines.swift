@_spi(Package) import Bytes
import ConvertLead

/// A call of which a log has the address on one line and the body on a later one.
enum CallOverLines {
    /// Lines between an address and its body.
    private static let mostLines = 32

    /// What follows a line of a log.
    private enum Next {
        /// A line with a mark of a request.
        case line(Range<Int>)
        /// No such line near, or another entry before it.
        case other
        /// That is not told before more text is there.
        case open
    }

    /// Offset after the body of the call whose address a text begins with; after the first line where no body follows.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        let first = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        let line: Range<Int>
        switch next(in: text, from: first, isWhole: isWhole) {
        case .line(let range): line = range
        case .other: return first
        case .open: return nil
        }
        guard isBody(text.slice(line)),
            let cut = ArchiveForm.beginning(
                at: EntryStart(text: text.dropping(line.lowerBound)), from: ArchiveForm.afterWrappers)?.cut
        else { return first }
        let lineEnd = min(line.upperBound + 1, text.count)
        guard let end = end(of: cut, at: line.lowerBound, lineEnd: lineEnd, in: text, isWhole) else {
            return isWhole ? first : nil
        }
        let isBound = LoggedParameter.hasLeadID(text.slice(line.lowerBound..<end))
        guard !isBound, LoggedParameter.hasLeadID(text.slice(0..<first)) else { return end }
        // Where calls overlap, a body without a lead id is of either.
        switch next(in: text, from: end, isWhole: isWhole) {
        case .line(let other):
            return isBody(text.slice(other)) && !LoggedParameter.hasLeadID(text.slice(other)) ? first : end
        case .other: return end
        case .open: return nil
        }
    }

    /// Whether a line has a document and no address, with which it would be another call.
    private static func isBody(_ line: ByteView) -> Bool {
        (JSONCallSearch.hasDocument(line) || RawXML.isRequest(line)) && line.offset(of: "/crm/private/") == nil
    }

    private static func next(in text: ByteView, from start: Int, isWhole: Bool) -> Next {
        var index = start
        for _ in 0..<mostLines {
            while index < text.count, text[index].isWhitespace { index += 1 }
            if index == text.count { return isWhole ? .other : .open }
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return .open }
            let line = text.slice(index..<feed)
            if RequestMarks.isIn(line) || RawXML.isRequest(line) { return .line(index..<feed) }
            if EntryStart.isEntry(at: index, in: text) { return .other }
            index = min(feed + 1, text.count)
        }
        return .other
    }

    /// Where the entry ends that a form would cut at an offset; `nil` when that is not told yet, or not at all.
    private static func end(of cut: Cut, at index: Int, lineEnd: Int, in text: ByteView, _ isWhole: Bool) -> Int? {
        let rest = text.dropping(index)
        switch cut {
        case .line, .call: return lineEnd
        case .block(let end): return end(rest, isWhole).map { index + $0 }
        case .json:
            var scanner = JSONBoundaryScanner()
            guard case .end(let length) = scanner.scan(rest) else { return nil }
            let tail = rest.dropping(length)
            let feed = tail.offset(of: 0x0A) ?? tail.count
            return tail.slice(0..<feed).trimmingWhitespace().isEmpty ? min(index + length + feed + 1, text.count) : nil
        case .sequence: return nil
        }
    }
}
