@_spi(Package) import Bytes
import ConvertLead

/// How an entry of a log is about a call.
enum CallMention {
    /// With words before it.
    case inWords
    /// By its request line in quotes, in a log of which the other lines are alike.
    case asRequestLine
    /// As what was sent over a connection, by the program that also writes of it in words.
    case asSent

    /// Whether one program writes both about a call: what was sent, and words about it.
    func isBeside(_ other: CallMention) -> Bool {
        self == other || self == .asSent || other == .asSent
    }
}

/// The calls that a log had last, so that more words about one of them are no call of their own.
///
/// Programs write a call more than once: as it is sent, and with its address when it is answered. Each time other words stand before it;
/// the words that stood before it first begin another call, which may have the same document.
struct CallMentions {
    private struct Call {
        /// Hash of its lead id and document; `nil` when one of them is not in it.
        let document: Int?
        let mention: CallMention
        /// Whether the document is not in the address.
        let isInBody: Bool
        let front: Front
        /// Line of the last mention.
        var line: Int
    }

    /// What stands before a call in the entry that mentions it.
    private struct Front {
        /// Hash of the words, back to the number before them.
        var words = 0
        /// Hash of the number by which the log tells what it writes about: `*1`, `#1`.
        var thread: Int?
        /// Hash of the method; `nil` without one.
        var method: Int?
        /// Hash of the lead id; `nil` without one.
        var leadID: Int?
        /// Hash of how the line begins: lines of one program begin alike.
        var beginning = 0

        /// Whether both are about one request, as far as they say.
        func isOfRequest(_ other: Front) -> Bool {
            thread != nil && thread == other.thread && (method == nil || other.method == nil || method == other.method)
                && (leadID == nil || leadID == other.leadID)
        }
    }

    private var calls: [Call] = []

    /// Calls that are remembered, and lines after which one is forgotten: with its document or its number, and without.
    private static let mostCalls = 16
    private static let (mostLines, mostLinesToAddress) = (256, 32)
    /// Letters that tell words apart.
    private static let wordCount = 24
    /// Bytes at the beginning of a line that tell how a program writes its lines.
    private static let beginningSize = 12

    /// Whether an entry is about a call that was there before; remembers the call otherwise.
    ///
    /// - Parameter line: number of its first line.
    mutating func isAboutKnown(_ entry: ByteView, _ mention: CallMention, line: Int) -> Bool {
        let address = entry.offset(of: "/crm/private/")
        let parameter = LoggedParameter.document(in: entry)
        guard let start = [address, parameter?.range.lowerBound].compactMap({ $0 }).min() else { return false }
        let leadID = LoggedParameter.leadID(in: entry, outside: []).map { entry.slice($0) }
        var front = Self.front(before: start, in: entry)
        if mention == .asSent { front.words = 0 }
        front.leadID = leadID.map { Self.hash($0) }
        let document = parameter.flatMap { parameter in leadID.map { Self.hash($0, entry.slice(parameter.value)) } }
        let known: Int? =
            if let document {
                calls.lastIndex {
                    $0.document == document && line - $0.line <= Self.mostLines
                        && ($0.mention.isBeside(mention) || $0.front.beginning == front.beginning
                            || $0.front.isOfRequest(front))
                }
            } else if parameter == nil, !JSONCallSearch.hasDocument(entry) {
                calls.lastIndex { line - $0.line <= Self.mostLines && front.isOfRequest($0.front) }
                    ?? lastAnswered(line)
            } else {
                nil
            }
        // What failed was sent before.
        if let known, calls[known].front.words != front.words || document != nil && Self.tellsFailure(entry) {
            if calls[known].front.thread != nil { calls[known].line = line }
            return true
        }
        let isInBody = parameter.map { $0.value.lowerBound > RawCall.wordEnd(in: entry, from: address ?? 0) } ?? false
        if calls.count == Self.mostCalls { calls.removeFirst() }
        calls.append(Call(document: document, mention: mention, isInBody: isInBody, front: front, line: line))
        return false
    }

    /// The last call when it may be what an address alone is about: it was logged as it was sent, with the document in its body.
    private func lastAnswered(_ line: Int) -> Int? {
        guard let last = calls.last, last.mention == .asSent, last.isInBody,
            line - last.line <= Self.mostLinesToAddress
        else { return nil }
        return calls.count - 1
    }

    /// Whether an entry is an exception of a program, by the name of its class: `requests.exceptions.ConnectionError: …`.
    private static func tellsFailure(_ entry: ByteView) -> Bool {
        let name = entry.slice(0..<(entry.offset(of: UInt8(ascii: ":")) ?? 0))
        return (name.hasSuffix("Error") || name.hasSuffix("Exception"))
            && name.allSatisfy { $0.isASCIILetter || $0.isDigit || $0.isOne(of: "._$") }
    }

    /// What stands before a call.
    private static func front(before start: Int, in entry: ByteView) -> Front {
        var end = start
        while end > 0, RawCall.isOfParameters(entry[end - 1]) || ":@".utf8.contains(entry[end - 1]) { end -= 1 }
        var index = end
        while index > 0, end - index < wordCount, entry[index - 1] != 0x0A, !entry[index - 1].isDigit { index -= 1 }
        var front = Front(words: hash(entry.slice(index..<end)))
        let words = entry.slice(0..<end).trimmingTrailingWhitespace()
        let method = words.dropping(words.lastIndex { $0 &- 0x41 >= 26 }.map { $0 + 1 } ?? 0)
        if method.count > 2, words.count < end { front.method = hash(method) }
        let line = entry.slice(0..<min(end, entry.offset(of: 0x0A) ?? end))
        front.beginning = beginning(of: line)
        front.thread = thread(in: line).map { hash($0) }
        return front
    }

    /// The first word of a line that is a number after a star or a number sign.
    private static func thread(in line: ByteView) -> ByteView? {
        var index = 0
        while let sign = line.offset(of: UInt8(ascii: "*"), or: UInt8(ascii: "#"), from: index) {
            index = sign + 1
            if sign > 0, line[sign - 1].isDigit || line[sign - 1].isASCIILetter { continue }
            while index < line.count, line[index].isDigit { index += 1 }
            if index > sign + 1 { return line.slice(sign..<index) }
        }
        return nil
    }

    /// A hash of where digits, letters and which signs are at the beginning of a line.
    private static func beginning(of line: ByteView) -> Int {
        var hasher = Hasher()
        for byte in line.slice(0..<min(line.count, beginningSize)) {
            hasher.combine(byte.isDigit ? 0x30 : byte.isASCIILetter ? 0x61 : byte)
        }
        return hasher.finalize()
    }

    private static func hash(_ parts: ByteView...) -> Int {
        var hasher = Hasher()
        for part in parts { part.hash(into: &hasher) }
        return hasher.finalize()
    }
}
