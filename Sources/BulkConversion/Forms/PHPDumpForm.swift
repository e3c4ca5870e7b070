@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A value that PHP printed: `var_dump`, `print_r`, `var_export`.
    static let phpDump = ArchiveForm(
        name: "value printed by PHP",
        sign: "an array or object as `var_dump`, `print_r` or `var_export` prints it",
        sample: "php-printed-values",
        begins: { start in
            guard PHPDump.begins(start.line) else { return nil }
            return .block { PHPDump.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            guard RequestMarks.isIn(text) else { return entry.skip(.otherText) }
            let values = PHPDump.values(in: text)
            guard values.count(where: \.hasDocument) > 1 else {
                return PHPDump.judge(values.flatMap(\.pairs), &entry)
            }
            // What stands before the first value of a list is about all of them.
            var whole = entry.entry
            let shared = values.first { !$0.isElement }?.pairs ?? []
            for value in values where value.isElement && !entry.isAtLimit {
                entry.at(value.range, of: &whole)
                if RequestMarks.isIn(text.slice(value.range)) {
                    PHPDump.judge(shared + value.pairs, &entry)
                } else {
                    entry.skip(.otherText)
                }
            }
        })
}

enum PHPDump {
    /// The name of a member or element, and its text.
    typealias Pair = (name: ByteView, value: [UInt8])

    /// An element of the outermost list, or what stands before the first.
    struct Value {
        fileprivate(set) var pairs: [Pair] = []
        let isElement: Bool
        fileprivate(set) var range: Range<Int>

        /// Whether it has a document by its name.
        var hasDocument: Bool { pairs.contains { V1Parameters.Name($0.name) == .xmlData } }
    }

    /// Takes an entry to the call of which a value has the parts.
    fileprivate static func judge(_ pairs: [Pair], _ entry: inout EntryTranslator) {
        entry.calls.begin()
        for pair in pairs {
            let value = entry.calls.keep(pair.value)
            if V1Parameters.Name(pair.name) != nil {
                entry.calls.add(pair.name, value, log: &entry.log)
            } else if V1Address(value).method != .none, value.offset(of: 0x0A) == nil {
                entry.calls.add(address: value, log: &entry.log)
            } else if JSONCallSearch.callText(value) != nil {
                entry.calls.add(body: value, contentType: .empty, log: &entry.log)
            }
        }
        entry.calls.finish(log: &entry.log)
        guard entry.calls.hasXML || entry.calls.hasMethod else {
            return entry.refuse(
                .archiveEntry, "The value printed by PHP has signs of a request, but no call was found in it")
        }
        entry.judge()
    }

    /// Whether a line begins or ends with the first line of a printed array or object.
    static func begins(_ line: ByteView) -> Bool {
        guard let last = line.last else { return false }
        switch last {
        case UInt8(ascii: "{"):
            // array(4) {, object(Name)#57 (2) {
            guard line.hasSuffix(") {"), let start = wordStart(in: line) else { return false }
            return line.dropping(start).hasPrefix("array(") || line.dropping(start).hasPrefix("object(")
        case UInt8(ascii: "("):
            return line.hasSuffix("array (")
        case UInt8(ascii: "y"): return line.equals("Array") || line.hasSuffix(" Array")
        case UInt8(ascii: "t"): return line.hasSuffix(" Object")
        default: return false
        }
    }

    /// Where `array(…) {` or `object(…)#1 (2) {` begins that a line ends with.
    private static func wordStart(in line: ByteView) -> Int? {
        guard let open = line.offset(of: "array(") ?? line.offset(of: "object(") else { return nil }
        return open == 0 || line[open - 1].isWhitespace || line[open - 1] == UInt8(ascii: ":") ? open : nil
    }

    /// Offset after the line that closes the value; of a text that turns out to be none, after its first line.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        guard let feed = text.offset(of: 0x0A) else { return isWhole ? text.count : nil }
        let first = text.slice(0..<feed).trimmingWhitespace()
        let isVarDump = first.last == UInt8(ascii: "{")
        let closing = isVarDump ? UInt8(ascii: "}") : UInt8(ascii: ")")
        var index = feed + 1
        // print_r has its bracket on a line of its own.
        if first.last != UInt8(ascii: "{"), first.last != UInt8(ascii: "(") {
            guard let next = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            guard text.slice(index..<next).trimmingWhitespace().equals("(") else { return feed + 1 }
            index = min(next + 1, text.count)
        }
        let indent = index
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed).trimmingTrailingWhitespace()
            if isVarDump, let length = stringEnd(in: text, from: index, lineEnd: feed) {
                if length > text.count { return isWhole ? min(feed + 1, text.count) : nil }
                index = length
                continue
            }
            // The bracket of the outermost value is not indented.
            if line.first == closing { return min(feed + 1, text.count) }
            if index == indent, line.first.map({ !$0.isWhitespace }) ?? false { return index }
            index = min(feed + 1, text.count)
        }
        return isWhole ? text.count : nil
    }

    /// Where a string ends that `string(12) "…"` in a line announces, which may hold line ends and brackets.
    private static func stringEnd(in text: ByteView, from start: Int, lineEnd: Int) -> Int? {
        guard let string = string(in: text, from: start, lineEnd: lineEnd) else { return nil }
        return string.upperBound + 1
    }

    private static func string(in text: ByteView, from start: Int, lineEnd: Int) -> Range<Int>? {
        let line = text.slice(start..<lineEnd)
        guard let word = line.offset(of: "string("), line.slice(0..<word).allSatisfy(\.isWhitespace) else {
            return nil
        }
        var index = word + 7
        var length = 0
        while index < line.count, line[index].isDigit, length < 1 << 30 {
            length = 10 * length + Int(line[index] - UInt8(ascii: "0"))
            index += 1
        }
        guard line.dropping(index).hasPrefix(") \"") else { return nil }
        return (start + index + 3)..<(start + index + 3 + length)
    }

    /// The elements of the outermost list, each with the names and texts in it, in order; one value for anything else.
    static func values(in text: ByteView) -> [Value] {
        var values = [Value(isElement: false, range: 0..<text.count)]
        var pairs: [Pair] {
            get { values[values.count - 1].pairs }
            _modify { yield &values[values.count - 1].pairs }
        }
        var indent: Int?
        var name: ByteView?
        var index = 0
        while index < text.count {
            let feed = text.offset(of: 0x0A, from: index) ?? text.count
            if let string = string(in: text, from: index, lineEnd: feed), string.upperBound <= text.count {
                if let name { pairs.append((name, Array(text.slice(string)))) }
                name = nil
                index = string.upperBound + 1
                continue
            }
            let line = text.slice(index..<feed)
            index = feed + 1
            guard let arrow = line.offset(of: "=>") else {
                let value = line.trimmingWhitespace()
                if let known = name, value.hasPrefix("int("), value.last == UInt8(ascii: ")") {
                    pairs.append((known, Array(value.slice(4..<(value.count - 1)))))
                    name = nil
                }
                continue
            }
            let key = line.slice(0..<arrow).trimmingWhitespace()
            name = self.name(key)
            let value = line.dropping(arrow + 2).trimmingWhitespace()
            if value.isEmpty || begins(value), isNumber(key) {
                let blanks = line.count - line.trimmingLeadingWhitespace().count
                indent = indent ?? blanks
                if blanks == indent {
                    let start = index - line.count - 1
                    values[values.count - 1].range = values[values.count - 1].range.lowerBound..<start
                    values.append(Value(isElement: true, range: start..<text.count))
                }
            }
            guard let known = name, !value.isEmpty, !begins(value) else { continue }
            if value.first == UInt8(ascii: "'") {
                // var_export: up to the quote that is not escaped.
                let start = arrow + 2 + (line.dropping(arrow + 2).offset(of: UInt8(ascii: "'")) ?? 0) + 1
                let from = index - line.count - 1 + start
                pairs.append((known, unquoted(text.slice(from..<quoteEnd(in: text, from: from)))))
            } else if known.equalsIgnoringCase("xmlData"),
                let document = Document.first(in: text.dropping(feed - line.count + arrow))
            {
                pairs.append((known, Array(document)))
            } else {
                pairs.append((known, Array(value.trimmingNumber)))
            }
            name = nil
        }
        return values
    }

    /// Whether a key is the number of an element: `0` or `[0]`.
    private static func isNumber(_ key: ByteView) -> Bool {
        let digits =
            key.first == UInt8(ascii: "[") && key.last == UInt8(ascii: "]") ? key.slice(1..<(key.count - 1)) : key
        return digits.isAllDigits
    }

    private static func quoteEnd(in text: ByteView, from start: Int) -> Int {
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "'") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, text.count)
    }

    /// A string of `var_export` without its escapes, of which there are two.
    private static func unquoted(_ text: ByteView) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "\\"), index + 1 < text.count, "\\'".utf8.contains(text[index + 1]) {
                index += 1
            }
            result.append(text[index])
            index += 1
        }
        return result
    }

    /// The name in `["leadId":protected]`, `['leadId']`, `[leadId:Client:private]` or `'leadId'`.
    private static func name(_ text: ByteView) -> ByteView? {
        var start = 0
        while start < text.count, "[\"'".utf8.contains(text[start]) { start += 1 }
        var end = start
        while end < text.count, !"]\"':".utf8.contains(text[end]) { end += 1 }
        return start == 0 || end == start ? nil : text.slice(start..<end)
    }
}

extension ByteView {
    /// The text without a comma after it, as `var_export` writes numbers.
    fileprivate var trimmingNumber: ByteView {
        last == UInt8(ascii: ",") && dropping(count - 2).first?.isDigit == true ? slice(0..<(count - 1)) : self
    }
}
