@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A value that a program printed in the notation of its language.
    static let literal = ArchiveForm(
        name: "value printed by a program",
        sign: """
            a mapping or list as Python's `repr`, Ruby's `inspect` or Node's `util.inspect` prints it, perhaps after \
            other words and over several lines
            """,
        sample: "log-values-of-languages",
        mentions: .asItself,
        begins: { start in
            guard let value = PrintedValue(in: start.text, lineLength: start.lineLength) else { return nil }
            if value.isInLine, !value.isElement(of: start.text) { return .call }
            return .block { text, isWhole in PrintedValue.end(in: text, isWhole: isWhole) }
        },
        unwrap: { text, entry in
            let lineLength = text.offset(of: 0x0A) ?? text.count
            guard let value = PrintedValue(in: text, lineLength: lineLength), let json = value.json else {
                var parts = CallParts()
                parts.xml = Document.first(in: text) ?? .empty
                return entry.refuse(.archiveEntry, "The value that a program printed is cut off", keeping: parts)
            }
            let isJSON = JSONBoundaryScanner.isWholeValue(text.slice(value.range))
            if entry.refusesSourceCode(in: text, isJSON ? .json : .literal) { return }
            let (before, after) = (text.slice(0..<value.range.lowerBound), text.dropping(value.range.upperBound))
            if LoggedParameter.hasDocument(before) || LoggedParameter.hasDocument(after) {
                return entry.refuseSeveralCalls()
            }
            let address = EmbeddedCall.address(before: before, after: after)
            entry.scratch.removeAll()
            entry.scratch.append(json)
            JSONEntry.unwrap(
                entry.scratch.bytes, &entry, address: address, isPlaced: false, writer: "value of a program")
        })
}

/// A value that begins in the first line of a text, after other words, and that no other form reads.
private struct PrintedValue {
    let range: Range<Int>
    /// `nil` when the text ends inside it.
    let json: [UInt8]?
    /// Whether it ends in the line in which it begins.
    let isInLine: Bool

    init?(in text: ByteView, lineLength: Int) {
        guard let value = LiteralText.find(in: text, lineLength: lineLength) else { return nil }
        let line = text.slice(0..<lineLength)
        (range, json) = value
        isInLine = json != nil && range.upperBound <= lineLength
        if isInLine, LoggedText.json(in: line) != nil || EmbeddedCall(in: line)?.isBeside(range) ?? false { return nil }
    }

    /// Whether it is an element of a list that goes on after it, and no argument before the address of its call.
    func isElement(of text: ByteView) -> Bool {
        let rest = text.dropping(range.upperBound)
        let line = rest.prefix { !$0.isOne(of: "{\n") }
        return rest.first?.isOne(of: ",]") ?? false
            && EmbeddedCall.address(before: .empty, after: rest.slice(0..<line.count)).isEmpty
    }

    /// Where the entry ends: with the line in which the value ends, or right after it in a list.
    static func end(in text: ByteView, isWhole: Bool) -> Int? {
        let line = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        guard let value = PrintedValue(in: text, lineLength: line) else { return line }
        guard value.json != nil else { return isWhole ? line : nil }
        let end = value.range.upperBound
        if value.isElement(of: text) { return end }
        return text.offset(of: 0x0A, from: end).map { $0 + 1 } ?? (isWhole ? text.count : nil)
    }
}

extension EmbeddedCall {
    /// Bytes of the shortest address with a host.
    private static let leastBytes = 32

    /// The address that words around a value name for its call: before it, or one with a host after it; empty without one.
    static func address(before: ByteView, after: ByteView) -> ByteView {
        if let call = EmbeddedCall(in: before), !call.address.isEmpty { return before.slice(call.address) }
        guard after.count >= leastBytes, let call = EmbeddedCall(in: after), call.isConvertLead,
            !V1Address(after.slice(call.address)).host.isEmpty
        else { return .empty }
        return after.slice(call.address)
    }

    /// Whether the call has a document that is no member of a value at a range.
    func isBeside(_ range: Range<Int>) -> Bool {
        guard hasParameters else { return false }
        guard let document else { return true }
        return !range.contains(document.range.lowerBound)
    }
}
