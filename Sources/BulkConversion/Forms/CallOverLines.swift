@_spi(Package) import Bytes
import ConvertLead

/// A call of which a log has the address on one line and the body on a later one.
enum CallOverLines {
    /// Lines between an address and its body.
    private static let mostLines = 32

    /// Offset after the body of the call whose address a text begins with; after the first line where no body follows.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        let first = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        var index = first
        for _ in 0..<mostLines {
            while index < text.count, text[index].isWhitespace { index += 1 }
            if index == text.count { return isWhole ? first : nil }
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed)
            if JSONCallSearch.hasDocument(line) || RawXML.isRequest(line) {
                // With an address of its own it is another call.
                if line.offset(of: "/crm/private/") != nil { return first }
                guard let cut = ArchiveForm.beginning(at: EntryStart(text: text.dropping(index)))?.cut else {
                    return first
                }
                return end(of: cut, at: index, lineEnd: min(feed + 1, text.count), in: text, isWhole)
                    ?? (isWhole ? first : nil)
            }
            if RequestMarks.isIn(line) || EntryStart.isEntry(at: index, in: text) { return first }
            index = min(feed + 1, text.count)
        }
        return first
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
