@_spi(Package) import Bytes

/// Finds the end of unencoded XML between other text, without reading it as XML.
package enum RawXML {
    /// Offset after the end tag of the root of the document that `text` begins with; `nil` when it has none.
    ///
    /// Comments, CDATA sections and processing instructions are stepped over, so an end tag inside them does not count.
    package static func rootEnd(in text: ByteView) -> Int? {
        rootStart(in: text).flatMap { rootEnd(in: text, ofTagAt: $0) }
    }

    /// Offset of the start tag of a document's root, after its declaration, comments and DOCTYPE; `nil` when there is none.
    package static func rootStart(in text: ByteView) -> Int? {
        guard case .root(let start) = prologue(of: text) else { return nil }
        return start
    }

    /// What is before the root of a document.
    package enum Prologue {
        /// The root begins at an offset.
        case root(Int)
        /// The last part before a root ends at an offset, and what follows is no part of a document.
        case ended(Int)
        /// A root may follow after the text.
        case open
    }

    /// Steps over what is before the root of a document that a text begins with.
    package static func prologue(of text: ByteView) -> Prologue {
        guard var index = text.offset(of: UInt8(ascii: "<")) else { return .open }
        while true {
            let rest = text.dropping(index)
            if let length = skippedLength(rest) {
                guard let length = length.end else { return .open }
                index += length
            } else if rest.hasPrefix("<!") {
                guard let length = declarationLength(rest) else { return .open }
                index += length
            } else {
                return .root(index)
            }
            let next = gapEnd(in: text, from: index)
            guard next < text.count else { return .open }
            guard text[next] == UInt8(ascii: "<") else { return .ended(index) }
            index = next
        }
    }

    /// The length of a DOCTYPE, perhaps with declarations in brackets.
    private static func declarationLength(_ text: ByteView) -> Int? {
        guard let end = text.offset(of: UInt8(ascii: ">")) else { return nil }
        guard text.slice(0..<end).contains(UInt8(ascii: "[")) else { return end + 1 }
        return text.offset(of: UInt8(ascii: "]"), from: end).flatMap { text.offset(of: UInt8(ascii: ">"), from: $0) }
            .map { $0 + 1 }
    }

    /// Offset after the white space at an offset, which may be written with escapes: `\n`, `#012`, `&#10;`, `%0A`, `+`.
    private static func gapEnd(in text: ByteView, from start: Int) -> Int {
        var index = start
        while index < text.count {
            let byte = text[index]
            if byte.isOne(of: "\\#&%_") {
                index += 1
                while index < text.count, isOfEscape(text[index]) { index += 1 }
            } else if byte.isWhitespace || byte == UInt8(ascii: "+") {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    private static func isOfEscape(_ byte: UInt8) -> Bool { byte.isDigit || byte.isASCIILetter || byte.isOne(of: "#;") }

    /// The address of its call that a document says in the instruction `<?convertlead …?>` before its root; `nil` without it.
    ///
    /// Dead letters written as files say it, because a file of XML alone has no other place for it.
    package static func address(in text: ByteView) -> ByteView? {
        let start: StaticString = "<?convertlead "
        var rest = text
        while rest.hasPrefix("<?"), let end = rest.offset(of: "?>", from: 2) {
            if rest.hasPrefix(start) { return rest.slice(start.utf8CodeUnitCount..<end).trimmingWhitespace() }
            rest = rest.dropping(end + 2).trimmingLeadingWhitespace()
        }
        return nil
    }

    /// The name of the element whose start tag a text begins with.
    package static func name(ofTag text: ByteView) -> ByteView {
        var end = min(1, text.count)
        while end < text.count, !endsName(text[end]) { end += 1 }
        return text.slice(min(1, text.count)..<end)
    }

    /// The same without the prefix of a namespace.
    package static func localName(ofTag text: ByteView) -> ByteView {
        let name = name(ofTag: text)
        return name.lastIndex(of: UInt8(ascii: ":")).map { name.dropping($0 + 1) } ?? name
    }

    /// Whether the root of the document that a text begins with is one of a request: `Potentials`, `Deals` or `Leads`.
    package static func isRequest(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "<"), let root = rootStart(in: text) else { return false }
        return isRequest(root: localName(ofTag: text.dropping(root)))
    }

    /// Whether a name is that of the root of a request.
    package static func isRequest(root name: ByteView) -> Bool {
        name.equals("Potentials") || name.equals("Deals") || name.equals("Leads")
    }

    /// Offset of the document that follows one that ends at `end`, after white space, comments and a byte-order mark; `nil` when
    /// none does.
    package static func nextDocument(in text: ByteView, behind end: Int) -> Int? {
        var index = end
        while index < text.count {
            let rest = text.dropping(index)
            if rest[0].isWhitespace {
                index += 1
            } else if rest.hasPrefix("\u{FEFF}") {
                index += 3
            } else if rest.hasPrefix("<!--"), let length = skippedLength(rest)?.end {
                index += length
            } else {
                let isStart =
                    rest.count > 1 && rest[0] == UInt8(ascii: "<")
                    && (rest[1].isASCIILetter || "?_!".utf8.contains(rest[1]) || rest[1] >= 0x80)
                return isStart ? index : nil
            }
        }
        return nil
    }

    /// Where the comment ends that a text begins with; `nil` when it is not closed before another one begins.
    private static func commentEnd(in text: ByteView) -> Int? {
        var index = 4
        while let dashes = text.offset(of: "--", from: index) {
            if text.dropping(dashes + 2).first == UInt8(ascii: ">") { return dashes + 3 }
            if text.slice(0..<dashes).hasSuffix("<!") { return nil }
            index = dashes + 1
        }
        return nil
    }

    /// The length of a comment, CDATA section or processing instruction; its end is `nil` when it is not closed.
    package static func skippedLength(_ text: ByteView) -> (end: Int?, Void)? {
        if text.hasPrefix("<!--") { return (commentEnd(in: text), ()) }
        if text.hasPrefix("<![CDATA[") { return (text.offset(of: "]]>", from: 9).map { $0 + 3 }, ()) }
        if text.hasPrefix("<?") { return (text.offset(of: "?>", from: 2).map { $0 + 2 }, ()) }
        return nil
    }

    private static func rootEnd(in text: ByteView, ofTagAt open: Int) -> Int? {
        let name = name(ofTag: text.dropping(open))
        guard let first = name.first, first.isASCIILetter || first == UInt8(ascii: "_") || first >= 0x80,
            let length = tagLength(text.dropping(open))
        else { return nil }
        var index = open + length - 1
        if text[index - 1] == UInt8(ascii: "/") { return index + 1 }
        while let tag = text.offset(of: UInt8(ascii: "<"), from: index) {
            let rest = text.dropping(tag)
            if let length = skippedLength(rest) {
                guard let length = length.end else { return nil }
                index = tag + length
                continue
            }
            index = tag + 1
            guard rest.hasPrefix("</"), rest.dropping(2).count > name.count,
                rest.slice(2..<(2 + name.count)).elementsEqual(name)
            else { continue }
            var end = 2 + name.count
            while end < rest.count, rest[end].isWhitespace || rest[end] == UInt8(ascii: "+") { end += 1 }
            if end < rest.count, rest[end] == UInt8(ascii: ">") { return tag + end + 1 }
        }
        return nil
    }

    /// Length of the tag that a text begins with; `nil` when it is not closed.
    package static func tagLength(_ text: ByteView) -> Int? {
        var index = 1 + name(ofTag: text).count
        var quote: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    /// The part of a document that is not closed of which all is surely its own: up to the last tag that may follow those before it. Text
    /// counts only before the end tag of the element that it is in.
    package static func surePart(of text: ByteView) -> ByteView {
        var open: [ByteView] = []
        var isLeaf = false
        var end = 0
        var index = 0
        while let start = text.offset(of: UInt8(ascii: "<"), from: index) {
            let rest = text.dropping(start)
            if let length = skippedLength(rest) {
                guard let length = length.end else { break }
                index = start + length
                continue
            }
            guard let length = tagLength(rest) else { break }
            let isBlank = text.slice(end..<start).trimmingWhitespace().isEmpty
            if rest.hasPrefix("</") {
                guard let name = open.popLast(), isBlank || isLeaf,
                    rest.slice(2..<(length - 1)).trimmingTrailingWhitespace().elementsEqual(name)
                else { break }
                isLeaf = false
            } else {
                guard isBlank else { break }
                isLeaf = rest[length - 2] != UInt8(ascii: "/")
                if isLeaf { open.append(name(ofTag: rest)) }
            }
            end = start + length
            index = end
        }
        return text.slice(0..<end)
    }

    /// Whether a text is a document again, with other white space, or only its beginning, as programs show one.
    package static func isCopy(_ text: ByteView, of document: ByteView) -> Bool {
        func withoutBlanks(_ text: ByteView) -> [UInt8] { text.filter { !$0.isWhitespace } }
        guard isRequest(text) else { return false }
        let own = withoutBlanks(document)
        if let end = rootEnd(in: text) { return own == withoutBlanks(text.slice(0..<end)) }
        let beginning = withoutBlanks(surePart(of: text))
        return !beginning.isEmpty && own.starts(with: beginning)
    }

    /// The part of a document that is not closed up to the first byte that cannot be its own, where its value may go on with something
    /// else: text after an end tag, and in text or a tag that is cut off a sign that separates names and values.
    package static func ownPart(of text: ByteView) -> ByteView {
        var isLeaf = false
        var index = 0
        while index < text.count {
            let next = text.offset(of: UInt8(ascii: "<"), from: index) ?? text.count
            let between = text.slice(index..<next)
            if !between.trimmingWhitespace().isEmpty {
                if !isLeaf { break }
                if next == text.count { return text.slice(0..<(index + plainLength(of: between))) }
            }
            let rest = text.dropping(next)
            if rest.isEmpty { return text }
            if let length = skippedLength(rest) {
                guard let length = length.end else { return text.slice(0..<next) }
                index = next + length
                continue
            }
            guard let length = tagLength(rest) else { return text.slice(0..<(next + lengthOfOpenTag(rest))) }
            isLeaf = rest.dropping(1).first != UInt8(ascii: "/") && rest[length - 2] != UInt8(ascii: "/")
            index = next + length
        }
        return text.slice(0..<index)
    }

    /// Length of a text before a sign that separates names and values.
    private static func plainLength(of text: ByteView) -> Int {
        text.firstIndex { $0.isOne(of: "=:&\"'{}<>") } ?? text.count
    }

    /// Length of a tag of v1 that is cut off; 0 for anything else.
    private static func lengthOfOpenTag(_ text: ByteView) -> Int {
        var index = text.hasPrefix("</") ? 2 : 1
        while index < text.count, text[index].isASCIILetter || text[index] == UInt8(ascii: ":") { index += 1 }
        if index == text.count { return index }
        let attribute = text.dropping(index).trimmingWhitespace()
        let name = attribute.slice(0..<(attribute.offset(of: UInt8(ascii: "=")) ?? attribute.count))
        guard text[index].isWhitespace, ByteView("val").hasPrefix(name) || ByteView("no").hasPrefix(name) else {
            return 0
        }
        let value = attribute.dropping(name.count)
        let start = value.dropping(1).first?.isOne(of: "\"'") ?? false ? 2 : min(1, value.count)
        return plainLength(of: value.dropping(start)) == value.count - start ? text.count : 0
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte.isWhitespace || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "<")
    }

    /// True when a tag's name is followed by `+`, which only a form encoder writes: then `+` is a blank in this text.
    package static func usesPlusAsBlank(_ text: ByteView) -> Bool {
        var index = 0
        while let open = text.offset(of: UInt8(ascii: "<"), from: index) {
            index = open + 1
            while index < text.count, text[index].isASCIILetter { index += 1 }
            if index > open + 1, index < text.count, text[index] == UInt8(ascii: "+") { return true }
        }
        return false
    }
}
