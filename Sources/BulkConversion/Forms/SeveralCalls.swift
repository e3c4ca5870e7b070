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
    /// Whether a text has two parameter lists with `xmlData=` that differ. The same list may stand twice, as in the line of a log that
    /// names the referring page.
    static func areIn(_ text: ByteView) -> Bool {
        var first: ByteView?
        var index = 0
        while let next = RawCall.nextValue(in: text, from: index) {
            var start = next
            while start > index, RawCall.isOfParameters(text[start - 1]) { start -= 1 }
            index = RawCall.callEnd(in: text, ofValueAt: next)
            let list = text.slice(start..<index)
            guard let first else {
                first = list
                continue
            }
            if !first.elementsEqual(list) { return true }
        }
        return false
    }
}
