@_spi(Package) import Bytes

/// Reads JSON text (RFC 8259, strictly) into a flat list of values that is reused from text to text.
///
/// Numbers keep their exact digits, strings are unescaped only when they hold escapes, every value knows its place.
/// Ill-formed UTF-8 and lone surrogates are refused. One UTF-8 byte-order mark before the value is skipped, as RFC 8259
/// section 8.1 allows and Windows exports need it; UTF-16 and UTF-32 are refused. Member names may repeat, as the RFC
/// permits; ``repeatedName(of:)`` finds them.
///
/// Units: offsets and lengths are bytes. Texts of 4 GB and more are refused. Once the list has grown to the largest text
/// met, reading allocates nothing.
package struct JSONReader: ~Copyable, @unchecked Sendable {
    /// What a value is.
    package enum Kind: UInt8, Sendable, Hashable {
        case object, array, string, number, boolean, null
    }

    /// A value of the text read last; it means nothing to another text.
    package struct Node: Sendable, Hashable {
        fileprivate let index: UInt32
    }

    /// What becomes of a comma before a closing bracket, which JSON does not allow.
    package enum TrailingCommas: Sendable, Hashable {
        /// The text is broken.
        case refused
        /// The comma is skipped and counted, and no-break spaces between values are skipped too: JSON copied from a web page has
        /// both.
        case accepted
    }

    /// One value, or one member's name with its value right after it.
    private struct Entry {
        /// Where the value begins and ends in the text.
        var offset: UInt32
        var end: UInt32
        /// Where the content of a string lies (in the text or among the unescaped), or how many a container holds.
        var start: UInt32
        var length: UInt32
        /// Index after the value and all it holds; while a container is open, the index of the one around it.
        var next: UInt32
        var kind: Kind
        /// Whether a string was unescaped, or a boolean is true.
        var flag: Bool
    }

    private static let none = UInt32.max

    private let maximumDepth: Int
    private var entries: UnsafeMutablePointer<Entry>
    private var entryCount = 0
    private var entryCapacity = 256
    private var unescaped = ByteBuffer()
    private var base: UnsafePointer<UInt8>?
    private var trailingCommas = TrailingCommas.refused

    /// How many trailing commas were accepted in the text read last.
    package private(set) var trailingCommaCount = 0
    /// Byte offset of the first of them.
    package private(set) var firstTrailingComma: Int?

    /// A reader that refuses arrays and objects nested deeper than `maximumDepth`.
    package init(maximumDepth: Int = 512) {
        self.maximumDepth = maximumDepth
        entries = .allocate(capacity: entryCapacity)
    }

    deinit { entries.deallocate() }

    // MARK: Reading

    /// Reads one whole text.
    ///
    /// - Parameter text: must stay in place, unchanged, as long as nodes of it are used.
    /// - Returns: the outermost value. Nodes of texts read before are void.
    package mutating func read(
        _ text: ByteView, trailingCommas: TrailingCommas = .refused
    ) throws(JSONError) -> Node {
        self.trailingCommas = trailingCommas
        entryCount = 0
        unescaped.removeAll()
        trailingCommaCount = 0
        firstTrailingComma = nil
        guard let first = text.baseAddress, text.count > 0 else {
            throw JSONError(reason: "the text is empty", offset: 0)
        }
        guard text.count < Int(UInt32.max) else {
            throw JSONError(reason: "the text is 4 GB or longer", offset: 0)
        }
        base = first
        let end = first + text.count
        var at = first
        if text.count >= 3 && at[0] == 0xEF && at[1] == 0xBB && at[2] == 0xBF { at += 3 }

        var open = Self.none
        var depth = 0
        while true {
            skipBlanks(&at, end)
            guard at < end else { throw error("a value is missing where the text ends", at) }
            switch at.pointee {
            case UInt8(ascii: "\""):
                try readString(&at, end)
            case UInt8(ascii: "{"):
                guard depth < maximumDepth else { throw tooDeep(at) }
                depth += 1
                open = begin(.object, at, inside: open)
                at += 1
                skipBlanks(&at, end)
                if at == end || at.pointee != UInt8(ascii: "}") {
                    try readName(&at, end)
                    continue
                }
                at += 1
                open = close(open, at)
                depth -= 1
            case UInt8(ascii: "["):
                guard depth < maximumDepth else { throw tooDeep(at) }
                depth += 1
                open = begin(.array, at, inside: open)
                at += 1
                skipBlanks(&at, end)
                if at == end || at.pointee != UInt8(ascii: "]") { continue }
                at += 1
                open = close(open, at)
                depth -= 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                try readNumber(&at, end)
            case UInt8(ascii: "t"):
                try readWord("true", .boolean, true, &at, end)
            case UInt8(ascii: "f"):
                try readWord("false", .boolean, false, &at, end)
            case UInt8(ascii: "n"):
                try readWord("null", .null, false, &at, end)
            default:
                throw error("a value is missing here", at)
            }
            // Behind a value: on to the next one, or out of the containers that end here.
            while true {
                skipBlanks(&at, end)
                guard open != Self.none else {
                    guard at == end else { throw error("there is text after the value", at) }
                    return Node(index: 0)
                }
                let isObject = entries[Int(open)].kind == .object
                let bracket = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
                entries[Int(open)].length += 1
                guard at < end else {
                    throw error(isObject ? "an object is not closed" : "an array is not closed", at)
                }
                if at.pointee == UInt8(ascii: ",") {
                    let comma = at
                    at += 1
                    skipBlanks(&at, end)
                    if at == end || at.pointee != bracket {
                        if isObject { try readName(&at, end) }
                        break
                    }
                    guard trailingCommas == .accepted else {
                        throw error("there is a comma before a closing bracket", comma)
                    }
                    if trailingCommaCount == 0 { firstTrailingComma = offset(comma) }
                    trailingCommaCount += 1
                }
                guard at.pointee == bracket else {
                    throw error(isObject ? "a comma or } is missing here" : "a comma or ] is missing here", at)
                }
                at += 1
                open = close(open, at)
                depth -= 1
            }
        }
    }

    @inline(__always)
    private func skipBlanks(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        while at < end && at.pointee.isWhitespace { at += 1 }
        if at < end && at.pointee == 0xC2 && trailingCommas == .accepted { skipPageBlanks(&at, end) }
    }

    /// Skips no-break spaces, too.
    private func skipPageBlanks(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        while at < end {
            if at.pointee.isWhitespace {
                at += 1
            } else if end - at >= 2 && at[0] == 0xC2 && at[1] == 0xA0 {
                at += 2
            } else {
                return
            }
        }
    }

    @inline(__always)
    private mutating func append(_ entry: Entry) {
        if entryCount == entryCapacity { grow() }
        entries[entryCount] = entry
        entryCount += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: entryCapacity * 2)
        larger.update(from: entries, count: entryCount)
        entries.deallocate()
        entries = larger
        entryCapacity *= 2
    }

    private mutating func begin(_ kind: Kind, _ at: UnsafePointer<UInt8>, inside open: UInt32) -> UInt32 {
        let index = UInt32(truncatingIfNeeded: entryCount)
        append(Entry(offset: place(at), end: 0, start: 0, length: 0, next: open, kind: kind, flag: false))
        return index
    }

    /// Ends the open container and gives the one around it.
    private mutating func close(_ open: UInt32, _ at: UnsafePointer<UInt8>) -> UInt32 {
        let around = entries[Int(open)].next
        entries[Int(open)].next = UInt32(truncatingIfNeeded: entryCount)
        entries[Int(open)].end = place(at)
        return around
    }

    /// Reads a member's name and its colon.
    private mutating func readName(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) throws(JSONError) {
        guard at < end else { throw error("an object is not closed", at) }
        guard at.pointee == UInt8(ascii: "\"") else { throw error("a member's name in quotes is missing here", at) }
        try readString(&at, end)
        skipBlanks(&at, end)
        guard at < end, at.pointee == UInt8(ascii: ":") else { throw error("a colon is missing here", at) }
        at += 1
    }

    private mutating func readWord(
        _ word: StaticString, _ kind: Kind, _ flag: Bool, _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(JSONError) {
        let length = word.utf8CodeUnitCount
        guard end - at >= length, ByteView(start: at, count: length).equals(word) else {
            throw error("a value is missing here", at)
        }
        let begin = at
        at += length
        appendPlain(kind, begin, at, flag: flag)
    }

    private mutating func readNumber(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) throws(JSONError) {
        let begin = at
        if at.pointee == UInt8(ascii: "-") { at += 1 }
        guard at < end, at.pointee.isDigit else { throw error("a digit is missing in a number", at) }
        if at.pointee == UInt8(ascii: "0") {
            at += 1
            if at < end && at.pointee.isDigit { throw error("a number has a leading zero", begin) }
        } else {
            Self.skipDigits(&at, end)
        }
        if at < end && at.pointee == UInt8(ascii: ".") {
            at += 1
            guard at < end, at.pointee.isDigit else { throw error("a digit is missing in a number", at) }
            Self.skipDigits(&at, end)
        }
        if at < end && at.pointee | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < end && (at.pointee == UInt8(ascii: "+") || at.pointee == UInt8(ascii: "-")) { at += 1 }
            guard at < end, at.pointee.isDigit else { throw error("a digit is missing in a number", at) }
            Self.skipDigits(&at, end)
        }
        appendPlain(.number, begin, at, flag: false)
    }

    @inline(__always)
    private static func skipDigits(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        while at < end && at.pointee.isDigit { at += 1 }
    }

    /// Reads a string, eight bytes at a step through plain ASCII.
    private mutating func readString(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) throws(JSONError) {
        let quote = at
        at += 1
        var run = at
        var isUnescaped = false
        let unescapedStart = unescaped.count
        while true {
            if end - at >= 8 {
                let word = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self).littleEndian
                let special = Self.special(in: word)
                if special == 0 {
                    at += 8
                    continue
                }
                at += special.trailingZeroBitCount >> 3
            }
            guard at < end else { throw error("a string is not closed", quote) }
            let byte = at.pointee
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                isUnescaped = true
                unescaped.append(run, at - run)
                try readEscape(&at, end)
                run = at
            } else if byte < 0x20 {
                throw error("a string has a control character that is not escaped", at)
            } else if byte < 0x80 {
                at += 1
            } else {
                repeat { try skipScalar(&at, end) } while at < end && at.pointee >= 0x80
            }
        }
        var start = place(run)
        var length = at - run
        if isUnescaped {
            unescaped.append(run, length)
            start = UInt32(truncatingIfNeeded: unescapedStart)
            length = unescaped.count - unescapedStart
        }
        at += 1
        append(
            Entry(
                offset: place(quote), end: place(at), start: start, length: UInt32(truncatingIfNeeded: length),
                next: UInt32(truncatingIfNeeded: entryCount + 1), kind: .string, flag: isUnescaped))
    }

    /// The high bit of each byte that is a quote, a backslash, a control character or not ASCII.
    ///
    /// A borrow may mark a byte after a real one too, never before it; only the lowest mark is used.
    @inline(__always)
    private static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let control = (word &- (ones &* 0x20)) & ~word
        return (word | control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & highs
    }

    /// Reads one escape, positioned on its backslash, and appends what it means.
    private mutating func readEscape(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) throws(JSONError) {
        let backslash = at
        at += 1
        guard at < end else { throw error("a string is not closed", backslash) }
        let letter = at.pointee
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            let unit = try readUnit(&at, end, of: backslash)
            var value = UInt32(unit)
            if unit & 0xFC00 == 0xD800 {
                guard end - at >= 2, at[0] == UInt8(ascii: "\\"), at[1] == UInt8(ascii: "u") else {
                    throw error("half of a surrogate pair is missing", backslash)
                }
                at += 2
                let low = try readUnit(&at, end, of: backslash)
                guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair is missing", backslash) }
                value = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF))
            }
            guard let scalar = Unicode.Scalar(value) else {
                throw error("half of a surrogate pair is missing", backslash)
            }
            unescaped.append(scalar: scalar)
        default:
            throw error("a backslash is followed by a character that JSON does not allow there", backslash)
        }
    }

    private func readUnit(
        _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, of backslash: UnsafePointer<UInt8>
    ) throws(JSONError) -> UInt16 {
        guard end - at >= 4 else { throw error("\\u is not followed by four hexadecimal digits", backslash) }
        var unit: UInt16 = 0
        for index in 0..<4 {
            guard let digit = at[index].hexDigitValue else {
                throw error("\\u is not followed by four hexadecimal digits", backslash)
            }
            unit = unit << 4 | UInt16(digit)
        }
        at += 4
        return unit
    }

    /// Steps over one scalar of more than one byte, by table 3-7 of the Unicode standard.
    private func skipScalar(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) throws(JSONError) {
        let length: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        switch at.pointee {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, lowest) = (3, 0xA0)
        case 0xED: (length, highest) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, lowest) = (4, 0x90)
        case 0xF4: (length, highest) = (4, 0x8F)
        case 0xF1...0xF3: length = 4
        default: throw error("a byte is not UTF-8", at)
        }
        guard end - at >= length, at[1] >= lowest, at[1] <= highest else { throw error("a byte is not UTF-8", at) }
        for index in 2..<max(length, 2) where at[index] & 0xC0 != 0x80 { throw error("a byte is not UTF-8", at) }
        at += length
    }

    @inline(__always)
    private mutating func appendPlain(
        _ kind: Kind, _ begin: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, flag: Bool
    ) {
        append(
            Entry(
                offset: place(begin), end: place(end), start: place(begin),
                length: UInt32(truncatingIfNeeded: end - begin), next: UInt32(truncatingIfNeeded: entryCount + 1),
                kind: kind, flag: flag))
    }

    private func offset(_ at: UnsafePointer<UInt8>) -> Int { base.map { at - $0 } ?? 0 }

    @inline(__always)
    private func place(_ at: UnsafePointer<UInt8>) -> UInt32 { UInt32(truncatingIfNeeded: offset(at)) }

    private func error(_ reason: String, _ at: UnsafePointer<UInt8>) -> JSONError {
        JSONError(reason: reason, offset: offset(at))
    }

    private func tooDeep(_ at: UnsafePointer<UInt8>) -> JSONError {
        error("arrays and objects are nested deeper than \(maximumDepth)", at)
    }

    // MARK: Using what was read

    private subscript(node: Node) -> Entry {
        assert(node.index < entryCount, "a node of another text")
        return entries[Int(node.index)]
    }

    /// What the value is.
    package func kind(of node: Node) -> Kind { self[node].kind }

    /// True for the value `true` only.
    package func isTrue(_ node: Node) -> Bool { self[node].kind == .boolean && self[node].flag }

    /// Unescaped UTF-8 of a string, the exact digits of a number, the text of anything else. Valid until the next read.
    package func bytes(of node: Node) -> ByteView {
        let entry = self[node]
        switch entry.kind {
        case .object, .array: return source(of: node)
        case .string where entry.flag:
            return unescaped.bytes.slice(Int(entry.start)..<Int(entry.start + entry.length))
        default: return ByteView(start: base.map { $0 + Int(entry.start) }, count: Int(entry.length))
        }
    }

    /// ``bytes(of:)`` as text.
    package func text(of node: Node) -> String { bytes(of: node).text }

    /// Byte offset of the value in the text.
    package func offset(of node: Node) -> Int { Int(self[node].offset) }

    /// The value as it is in the text, quotes and escapes included.
    package func source(of node: Node) -> ByteView {
        let entry = self[node]
        return ByteView(
            start: base.map { $0 + Int(entry.offset) }, count: Int(entry.end) - Int(entry.offset))
    }

    /// How many elements an array or members an object has; 0 for anything else.
    package func count(of node: Node) -> Int {
        let entry = self[node]
        return entry.kind == .object || entry.kind == .array ? Int(entry.length) : 0
    }

    /// The value of the last member called `name`; `nil` when there is none or `node` is not an object.
    package func member(_ name: StaticString, of node: Node) -> Node? {
        var found: Node?
        forEachMember(of: node) { member, value in
            if bytes(of: member).equals(name) { found = value }
        }
        return found
    }

    /// Calls `body` with each element of an array in order; never for anything else.
    package func forEachElement<E: Error>(of node: Node, _ body: (Node) throws(E) -> Void) throws(E) {
        guard self[node].kind == .array else { return }
        var index = node.index + 1
        while index < self[node].next {
            try body(Node(index: index))
            index = entries[Int(index)].next
        }
    }

    /// Calls `body` with name and value of each member of an object in order; never for anything else.
    package func forEachMember<E: Error>(
        of node: Node, _ body: (_ name: Node, _ value: Node) throws(E) -> Void
    ) throws(E) {
        guard self[node].kind == .object else { return }
        var index = node.index + 1
        while index < self[node].next {
            let value = Node(index: index + 1)
            try body(Node(index: index), value)
            index = entries[Int(value.index)].next
        }
    }

    /// The first name of an object that an earlier member has already; `nil` when all differ.
    ///
    /// Up to 16 members are compared without allocating, more are sorted, so that no text makes it slow.
    package func repeatedName(of node: Node) -> Node? {
        guard self[node].kind == .object, self[node].length > 1 else { return nil }
        if self[node].length <= 16 { return repeatedNameAmongFew(of: node) }
        var names: [UInt32] = []
        names.reserveCapacity(count(of: node))
        forEachMember(of: node) { name, _ in names.append(name.index) }
        names.sort { first, second in
            let order = compare(first, second)
            return order == 0 ? first < second : order < 0
        }
        var repeated: UInt32?
        for (first, second) in zip(names, names.dropFirst()) where compare(first, second) == 0 {
            repeated = min(repeated ?? second, second)
        }
        return repeated.map(Node.init)
    }

    private func repeatedNameAmongFew(of node: Node) -> Node? {
        var later = node.index + 1
        while later < self[node].next {
            var earlier = node.index + 1
            while earlier < later {
                if compare(earlier, later) == 0 { return Node(index: later) }
                earlier = entries[Int(earlier + 1)].next
            }
            later = entries[Int(later + 1)].next
        }
        return nil
    }

    /// Below, at or above zero by length, then by bytes.
    private func compare(_ first: UInt32, _ second: UInt32) -> Int {
        let (a, b) = (bytes(of: Node(index: first)), bytes(of: Node(index: second)))
        guard a.count == b.count else { return a.count - b.count }
        for index in 0..<a.count where a[index] != b[index] { return Int(a[index]) - Int(b[index]) }
        return 0
    }
}
