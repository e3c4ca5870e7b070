@_spi(Package) import Bytes
import ConvertLead

/// Calls whose XML is in them as it is, perhaps over several lines.
enum RawCall {
    /// How a call is cut that begins with a line: the line, or up to the end of the line that closes its XML.
    static func cut(_ start: EntryStart) -> Cut {
        guard isOpen(start.line) else { return .line }
        return .block { text, isWhole in end(of: text, isWhole: isWhole) }
    }

    /// Offset after the line that closes the XML, or before the line that begins another call.
    private static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var index = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed)
            let next = line.trimmingLeadingWhitespace()
            if next.first != UInt8(ascii: "<"), EntryStart.isEntry(at: index, in: text) { return index }
            index = min(feed + 1, text.count)
            if mayClose(line, text.slice(0..<index)), !isOpen(text.slice(0..<index).trimmingWhitespace()) {
                return index
            }
        }
        return isWhole ? text.count : nil
    }

    /// True when raw XML begins in the text and its root is not closed in it.
    static func isOpen(_ text: ByteView) -> Bool {
        rawValue(in: text).map { RawXML.rootEnd(in: text.dropping($0)) == nil } ?? false
    }

    /// Offset of the value of `xmlData` when it is raw XML, or empty because that follows on the next line; else `nil`.
    static func rawValue(in text: ByteView) -> Int? {
        guard let index = nextValue(in: text, from: 0) else {
            guard let value = LoggedParameter.document(in: text)?.value.lowerBound else { return nil }
            return text[value] == UInt8(ascii: "<") ? value : nil
        }
        let value = text.dropping(index).trimmingWhitespace()
        return value.first == UInt8(ascii: "<") || value.isEmpty ? index : nil
    }

    /// The parameter before a value that ``nextValue(in:from:)`` found.
    static let parameter: StaticString = "xmlData="

    /// Offset after the next `xmlData=`, in any case, whose sign is at or after `start`.
    static func nextValue(in text: ByteView, from start: Int) -> Int? {
        let length = parameter.utf8CodeUnitCount
        var index = start
        while let equals = text.offset(of: UInt8(ascii: "="), from: index) {
            index = equals + 1
            let isName = index >= length && text.slice((index - length)..<index).equalsIgnoringCase(parameter)
            // An arrow separates name and value where Ruby prints them, and Java prints values in a list.
            if isName, !(text.dropping(index).first?.isOne(of: ">[") ?? false) { return index }
        }
        return nil
    }

    /// Where a call ends in a line of text, with the parameters that follow the value of `xmlData` at an offset. The value ends with its
    /// document, however that is encoded; without one it ends with the word, and raw XML with the line.
    static func callEnd(in line: ByteView, ofValueAt start: Int) -> Int {
        let end = valueEnd(in: line, from: start)
        guard end < line.count, line[end] == UInt8(ascii: "&") else { return end }
        let rest = line.dropping(end)
        let parameters = rest.slice(0..<(rest.firstIndex { !isOfParameters($0) } ?? rest.count))
        return end + (parameters.last == UInt8(ascii: ".") ? parameters.count - 1 : parameters.count)
    }

    /// Whether a text begins with a call and goes on with something that is no part of it.
    static func isBeforeText(in text: ByteView) -> Bool {
        guard let value = nextValue(in: text, from: 0) else { return false }
        let pairEnd = text.offset(of: UInt8(ascii: "&"), from: value) ?? text.count
        // Most values end with their document, and so do most texts.
        let isEnded = text.slice(value..<pairEnd).hasSuffixIgnoringCase("3E")
        if isEnded, text.last != UInt8(ascii: "."), text.dropping(pairEnd).allSatisfy(isOfParameters) { return false }
        let rest = text.dropping(callEnd(in: text, ofValueAt: value))
        return !rest.trimmingWhitespace().isEmpty && !rest.contains(UInt8(ascii: "&"))
    }

    private static func valueEnd(in line: ByteView, from start: Int) -> Int {
        let word = line.slice(start..<wordEnd(in: line, from: start))
        let isRaw = line.dropping(start).trimmingLeadingWhitespace().first == UInt8(ascii: "<")
        if isRaw, let length = RawXML.rootEnd(in: line.dropping(start)) { return start + length }
        let pair = word.slice(0..<(word.offset(of: UInt8(ascii: "&")) ?? word.count))
        // Most values end with their document, so that nothing needs to be decoded to find it.
        if !isRaw, pair.hasSuffixIgnoringCase("3E") { return start + pair.count }
        let text = line.slice(
            start..<(line.dropping(start).firstIndex(where: \.isWhitespace).map { $0 + start } ?? line.count))
        if let length = encodedRootEnd(in: text) { return start + length }
        return isRaw ? line.count : start + pair.count
    }

    /// Offset after the root of a document that is percent-encoded, and after white space that follows it.
    private static func encodedRootEnd(in text: ByteView) -> Int? {
        var decoded = ByteBuffer(minimumCapacity: text.count)
        FormEncoding.decode(text, into: &decoded)
        guard decoded.count < text.count, var length = RawXML.rootEnd(in: decoded.bytes) else { return nil }
        while length < decoded.count, decoded.bytes[length].isWhitespace { length += 1 }
        var index = 0
        for _ in 0..<length { index += FormEncoding.hasEscapes(text.slice(index..<min(index + 3, text.count))) ? 3 : 1 }
        return index
    }

    /// Where a word ends: before white space, a quote or a bar.
    static func wordEnd(in line: ByteView, from start: Int) -> Int {
        var end = start
        while true {
            while end + 16 <= line.count, !mayEndWord(line, at: end) { end += 16 }
            let stop = min(end + 16, line.count)
            while end < stop, !endsWord(line[end]) { end += 1 }
            if end < stop || end == line.count { return end }
        }
    }

    /// Whether one of the sixteen bytes from an offset on may end a word.
    @inline(__always)
    private static func mayEndWord(_ line: ByteView, at offset: Int) -> Bool {
        let bytes = line.block(at: offset)
        // Whole vectors on both sides: comparing with a single byte is done byte by byte.
        func all(_ byte: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: byte) }
        let isBlank = bytes .< all(0x21)
        let isQuote = (bytes .== all(UInt8(ascii: "\""))) .| (bytes .== all(UInt8(ascii: "'")))
        return (isBlank .| isQuote .| (bytes .== all(UInt8(ascii: "|")))).isAnySet
    }

    static func endsWord(_ byte: UInt8) -> Bool {
        byte.isWhitespace || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "|")
    }

    /// Whether parameters beside the document have a byte, so that another one is of the text around them.
    static func isOfParameters(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte.isOne(of: "%&=+-_.~*/")
    }

    /// Whether a line may close the root of an open text: it has an end tag of the root's name, or the end of a tag that began
    /// before it.
    static func mayClose(_ line: ByteView, _ text: ByteView) -> Bool {
        guard let close = line.offset(of: UInt8(ascii: ">")) else { return false }
        if line.offset(of: UInt8(ascii: "<")).map({ $0 > close }) ?? true { return true }
        var start = 0
        while let open = text.offset(of: UInt8(ascii: "<"), from: start), open + 1 < text.count {
            start = open + 1
            guard text[start].isASCIILetter else { continue }
            var end = start
            while end < text.count, text[end].isASCIILetter || text[end].isDigit { end += 1 }
            let name = text.slice(start..<end)
            var index = 0
            while let tag = line.offset(of: "</", from: index) {
                index = tag + 2
                let rest = line.dropping(index)
                if rest.count > name.count, rest.slice(0..<name.count).elementsEqual(name) { return true }
            }
            return false
        }
        return true
    }
}
