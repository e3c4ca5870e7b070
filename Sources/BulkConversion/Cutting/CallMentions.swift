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
/// the same words again are about another call, which may have the same document.
struct CallMentions {
    private struct Call {
        /// Hash of its lead id and document; `nil` when one of them is not in it.
        let document: Int?
        let mention: CallMention
        /// Whether the document is not in the address.
        let isInBody: Bool
        /// What stood before each mention.
        var words: [Int]
        var line: Int
    }

    private var calls: [Call] = []

    /// Calls that are remembered, mentions of each, and lines after which one is forgotten: with its document, and without.
    private static let (mostCalls, mostWords) = (4, 16)
    private static let (mostLines, mostLinesToAddress) = (256, 32)
    /// Letters that tell words apart.
    private static let wordCount = 24

    /// Whether an entry is about a call that was there before; remembers the call otherwise.
    ///
    /// - Parameter line: number of its first line.
    mutating func isAboutKnown(_ entry: ByteView, _ mention: CallMention, line: Int) -> Bool {
        let address = entry.offset(of: "/crm/private/")
        let parameter = LoggedParameter.document(in: entry)
        guard let start = [address, parameter?.range.lowerBound].compactMap({ $0 }).min() else { return false }
        let words = mention == .asSent ? 0 : Self.words(before: start, in: entry)
        let document = parameter.flatMap { parameter in
            LoggedParameter.leadID(in: entry, outside: []).map { leadID in
                var hasher = Hasher()
                for range in [leadID, parameter.value] {
                    entry.slice(range).hash(into: &hasher)
                }
                return hasher.finalize()
            }
        }
        let known: Int? =
            if let document {
                calls.lastIndex {
                    $0.document == document && $0.mention.isBeside(mention) && line - $0.line <= Self.mostLines
                }
            } else if parameter == nil, !JSONCallSearch.hasDocument(entry) {
                calls.indices.last.flatMap {
                    let isAnswered = calls[$0].mention == .asSent && calls[$0].isInBody
                    return isAnswered && line - calls[$0].line <= Self.mostLinesToAddress ? $0 : nil
                }
            } else {
                nil
            }
        // What failed was sent before.
        if known != nil, document != nil, Self.tellsFailure(entry) { return true }
        if let known, !calls[known].words.contains(words), calls[known].words.count < Self.mostWords {
            calls[known].words.append(words)
            return true
        }
        let isInBody = parameter.map { $0.value.lowerBound > RawCall.wordEnd(in: entry, from: address ?? 0) } ?? false
        if calls.count == Self.mostCalls { calls.removeFirst() }
        calls.append(Call(document: document, mention: mention, isInBody: isInBody, words: [words], line: line))
        return false
    }

    /// Whether an entry is an exception of a program, by the name of its class: `requests.exceptions.ConnectionError: …`.
    private static func tellsFailure(_ entry: ByteView) -> Bool {
        let name = entry.slice(0..<(entry.offset(of: UInt8(ascii: ":")) ?? 0))
        return (name.hasSuffix("Error") || name.hasSuffix("Exception"))
            && name.allSatisfy { $0.isASCIILetter || $0.isDigit || $0.isOne(of: "._$") }
    }

    /// A hash of the words before a call, back to the number before them.
    private static func words(before start: Int, in entry: ByteView) -> Int {
        var end = start
        while end > 0, RawCall.isOfParameters(entry[end - 1]) || ":@".utf8.contains(entry[end - 1]) { end -= 1 }
        var index = end
        while index > 0, end - index < wordCount, entry[index - 1] != 0x0A, !entry[index - 1].isDigit { index -= 1 }
        var hasher = Hasher()
        entry.slice(index..<end).hash(into: &hasher)
        return hasher.finalize()
    }
}
