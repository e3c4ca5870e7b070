@_spi(Package) import Bytes
import ConvertLead

extension EntryTranslator {
    /// Refuses an entry of a form that has room for one call when its text has more than one, so that none is lost in silence.
    ///
    /// - Returns: whether it was refused.
    mutating func refusesSeveralCalls(in text: ByteView) -> Bool {
        guard SeveralCalls.areIn(text) else { return false }
        refuseSeveralCalls()
        return true
    }

    /// Makes a text with several calls a dead letter.
    mutating func refuseSeveralCalls() {
        refuse(.archiveEntry, "The line has several calls; put each on its own line")
    }
}

/// Calls beside each other in one text.
enum SeveralCalls {
    /// How often the same list may stand in a text that is of one call.
    private static let mostMentions = 16

    /// Whether a text has two parameter lists with `xmlData=` that differ, or one and another document beside it. The same list may
    /// stand twice, as in the line of a log that names the referring page.
    static func areIn(_ text: ByteView) -> Bool {
        var first: (list: ByteView, value: ByteView)?
        var others: [ByteView] = []
        var index = 0
        while let next = RawCall.nextValue(in: text, from: index) {
            var start = next
            while start > index, RawCall.isOfParameters(text[start - 1]) { start -= 1 }
            let end = max(RawCall.callEnd(in: text, ofValueAt: next), quotedEnd(in: text, from: next))
            let list = text.slice(start..<end)
            if let first, !first.list.equals(list) { return true }
            if others.count == mostMentions { return true }
            others.append(text.slice(index..<start))
            first = first ?? (list, text.slice(next..<end))
            index = end
        }
        guard let first else { return false }
        others.append(text.dropping(index))
        return others.contains { other in Document.first(in: other).map { !isValue($0, of: first.value) } ?? false }
    }

    /// Where a document in quotes ends that a value begins with; the value's start for any other.
    private static func quotedEnd(in text: ByteView, from start: Int) -> Int {
        var open = start
        while open < text.count, text[open].isOne(of: "$\"'\\") { open += 1 }
        guard open > start, text.dropping(open).first == UInt8(ascii: "<") else { return start }
        return RawXML.rootEnd(in: text.dropping(open)).map { open + $0 } ?? start
    }

    /// Whether a document is what a parameter list has as the value of `xmlData`, with which the list begins.
    private static func isValue(_ document: ByteView, of list: ByteView) -> Bool {
        if list.hasPrefix(document) { return true }
        var value = ByteBuffer(minimumCapacity: list.count)
        FormEncoding.decode(list.slice(0..<(list.offset(of: UInt8(ascii: "&")) ?? list.count)), into: &value)
        if value.bytes.trimmingWhitespace().equals(document) { return true }
        // A copy in JSON has escapes.
        guard document.contains(UInt8(ascii: "\\")) else { return false }
        var plain = ByteBuffer(minimumCapacity: document.count)
        BackslashEscapes.undo(in: document, to: &plain)
        return value.bytes.trimmingWhitespace().equals(plain.bytes)
    }
}
