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
    /// As the call itself, or its body, with no words about it. Each is another call, but words beside it may be about it.
    case asItself

    /// Whether one program writes both about a call: what was sent, and words about it.
    func isBeside(_ other: CallMention) -> Bool {
        self == other || self == .asSent || other == .asSent
    }
}

/// The calls that a log had last, so that more words about one of them are no call of their own.
///
/// Programs write a call more than once: as it is sent, and with its address when it is answered. Each time other words stand before it;
/// the words that stood before it first begin another call, which may have the same document.
///
/// An address alone is about the call beside it, before or after. Words of the kind that is before a call begin another one where they are
/// met again, and so do words of a kind that is met twice after it: those are about a call of which the log has no document. Words of one
/// kind that differ are each about the call where the log has all of them beside another call, too.
struct CallMentions {
    /// What an entry of a log is.
    enum Relation {
        /// A call, or an address of no call that is known.
        case other
        /// Words about a call that was there before.
        case known
        /// An address alone, of no call before it.
        case address
    }

    private struct Call {
        /// Hash of its lead id and document; `nil` when one of them is not in it.
        let document: Int?
        let mention: CallMention
        /// Whether it has a document.
        let isWhole: Bool
        let front: Front
        /// Whether its address is in it.
        let hasAddress: Bool
        /// Hash of the name of the exception that the entry is; `nil` when it is none.
        let failure: Int?
        /// Line of the last mention.
        var line: Int
        /// The words that had its address alone, in order.
        var kinds: [Kind] = []
        /// Whether the first of them were before it, so that their kind begins another call.
        var hasBeginning = false

        /// Whether an entry that mentions a call may be of the same log.
        func isOfLog(_ front: Front, _ mention: CallMention) -> Bool {
            self.mention.isBeside(mention) || self.front.beginning == front.beginning || self.front.isOfRequest(front)
        }

        /// Whether all that is known of it is its line.
        var isPlain: Bool { mention == .asItself && kinds.isEmpty && front.host == nil }
    }

    /// What tells lines about one call from those about another, whoever sends it.
    struct Kind: Equatable {
        /// Hash of the signs around the method, and whether an answer follows; without a method of the words.
        var signs = 0
        /// Hash of the words around the address.
        var wording = 0
    }

    /// What stands before a call in the entry that mentions it.
    struct Front {
        /// Hash of the words, back to the number before them.
        var words = 0
        /// Hash of the number by which the log tells what it writes about: `*1`, `#1`.
        var thread: Int?
        /// Hash of the method; `nil` without one.
        var method: Int?
        /// Hash of the lead id; `nil` without one.
        var leadID: Int?
        /// Whether the status of a reply is beside the method and the address.
        var isAnswered = false
        /// Hash of the host of another data centre than the first; `nil` without one.
        var host: Int?
        /// Hash of how the line begins: lines of one program begin alike.
        var beginning = 0
        var kind = Kind()

        /// Whether both are about one request, as far as they say.
        func isOfRequest(_ other: Front) -> Bool {
            thread != nil && thread == other.thread && mayBeOfMethod(of: other)
                && (leadID == nil || leadID == other.leadID)
        }

        /// Whether the lead ids of both do not differ.
        func mayBeOfLead(of other: Front) -> Bool { leadID == nil || other.leadID == nil || leadID == other.leadID }

        func mayBeOfMethod(of other: Front) -> Bool {
            method == nil || other.method == nil || method == other.method
        }

        /// Whether words about a call say nothing more about where it went.
        func hasHost(of call: Front) -> Bool { host == nil || host == call.host }
    }

    /// Parts of calls that a log had last and of which it is not known what they belong to.
    struct Halves {
        /// Whether they began with a body without a lead id; else with an address without a body.
        let areOfBody: Bool
        /// Hash of the last document, or of the lead id of all addresses; `nil` when these differ.
        var hash: Int?
        /// Line of the last body, or of the first address.
        var line: Int
    }

    private var calls: [Call] = []
    /// The document of the last call as the log has it; empty when it has none.
    private var lastDocument: [UInt8] = []
    var halves: Halves?
    /// The words that had the address of the next call alone.
    private var coming: [Kind] = []
    /// The kinds of words that had the address of a call alone after it, and not before it.
    private(set) var closing: [Int] = []
    /// Line of the last entry of which it is known that no document is near after it.
    var lastWithoutDocument = -1

    /// Calls that are remembered, and lines after which one is forgotten: with its document or its number, and without.
    private static let mostCalls = 16
    static let (mostLines, mostLinesToAddress) = (256, 32)
    /// Letters that tell words apart.
    private static let (wordCount, wordingCount) = (24, 32)
    /// Bytes at the beginning of a line that tell how a program writes its lines.
    private static let beginningSize = 12
    /// Words between an address and the status of its reply.
    private static let mostWordsToStatus = 8

    /// What an entry is to the calls that were there before; remembers it unless it is about one of them.
    ///
    /// - Parameters:
    ///   - line: number of its first line.
    ///   - isMetAhead: whether all of some words are beside another call that follows.
    mutating func relation(
        of entry: ByteView, _ mention: CallMention, line: Int, isMetAhead: ([Kind]) -> Bool
    ) -> Relation {
        let address = entry.offset(of: "/crm/private/")
        let parameter = LoggedParameter.document(in: entry)
        guard let start = [address, parameter?.range.lowerBound].compactMap({ $0 }).min() else { return .other }
        let leadID = LoggedParameter.leadID(in: entry, outside: []).map { entry.slice($0) }
        var front = Self.front(before: start, in: entry)
        if mention == .asSent { (front.words, front.kind) = (0, Kind()) }
        front.leadID = leadID.map { Self.hash($0) }
        let document = parameter.flatMap { parameter in leadID.map { Self.hash($0, entry.slice(parameter.value)) } }
        let isAlone = parameter == nil && !LoggedParameter.hasDocument(entry)
        let known: Int? =
            if let document {
                calls.lastIndex {
                    $0.document == document && line - $0.line <= Self.mostLines && $0.isOfLog(front, mention)
                } ?? lastCall(with: parameter.map { entry.slice($0.value) }, front, mention, line)
            } else if isAlone {
                calls.lastIndex { line - $0.line <= Self.mostLines && front.isOfRequest($0.front) }
            } else {
                nil
            }
        let failure = Self.failure(entry)
        if let known, isAboutSame(calls[known], known, front, failure: document == nil ? nil : failure) {
            if calls[known].front.thread != nil { calls[known].line = line }
            return .known
        }
        let isAddress = isAlone && RequestMarks.isIn(entry)
        if isAddress, isBesideLast(front, mention, line, isMetAhead) { return .known }
        append(
            Call(
                document: document, mention: mention, isWhole: !isAlone, front: front, hasAddress: address != nil,
                failure: failure, line: line),
            isAlone: isAlone)
        lastDocument.removeAll(keepingCapacity: true)
        if document != nil, let parameter { lastDocument += entry.slice(parameter.value) }
        return isAddress ? .address : .other
    }

    /// Whether words about a call that is known are about the same request: other words, or how it failed, since that was sent before. The
    /// same failure again is of another request, unless it is the next thing that the log has.
    private func isAboutSame(_ call: Call, _ index: Int, _ front: Front, failure: Int?) -> Bool {
        if call.front.words != front.words { return true }
        return failure != nil && (failure != call.failure || index == calls.count - 1)
    }

    /// Remembers a call of which no document is compared.
    ///
    /// - Parameter host: the host of v1 that it names; `nil` without one.
    mutating func add(_ mention: CallMention, line: Int, host: ByteView?) {
        // Most such calls are one after another, with no words between.
        if host == nil, let last = calls.indices.last, calls[last].isPlain, coming.isEmpty {
            calls[last].line = line
            return
        }
        var front = Front()
        front.host = host.flatMap(Self.hash(ofHost:))
        append(
            Call(
                document: nil, mention: mention, isWhole: true, front: front, hasAddress: host != nil, failure: nil,
                line: line),
            isAlone: false)
        lastDocument.removeAll(keepingCapacity: true)
    }

    /// Index of the last call if it is near, of the same lead, and has the same document, written in another way.
    private func lastCall(with document: ByteView?, _ front: Front, _ mention: CallMention, _ line: Int) -> Int? {
        guard let document, let last = calls.last, !lastDocument.isEmpty, let leadID = front.leadID,
            last.front.leadID == leadID, line - last.line <= Self.mostLinesToAddress, last.isOfLog(front, mention)
        else { return nil }
        let plain = Self.plainTexts(of: document)
        let isSame = lastDocument.withByteView { Self.plainTexts(of: $0).contains { plain.contains($0) } }
        return isSame ? calls.count - 1 : nil
    }

    /// What a document as a log has it may stand for: percent-encoded, with escapes, or as it is.
    private static func plainTexts(of document: ByteView) -> [[UInt8]] {
        var texts = [Array(document)]
        var plain = ByteBuffer(minimumCapacity: document.count)
        if document.first == UInt8(ascii: "%") {
            FormEncoding.decode(document, into: &plain)
            texts.append(plain.array())
        } else if document.contains(UInt8(ascii: "\\")) {
            BackslashEscapes.undo(in: document, to: &plain)
            texts.append(plain.array())
        }
        return texts
    }

    private mutating func append(_ call: Call, isAlone: Bool) {
        if calls.count == Self.mostCalls { calls.removeFirst() }
        calls.append(call)
        if isAlone { return }
        calls[calls.count - 1].kinds = coming
        calls[calls.count - 1].hasBeginning = !coming.isEmpty
        coming.removeAll()
    }

    /// Forgets parts of calls: what comes next is of other calls.
    mutating func endHalves() { halves = nil }

    /// Whether an address with a lead id and a body without one, which follows it, may be of two calls, because such a part of a call is
    /// before them.
    func mayBeOfTwo(address: ByteView, body: ByteView, line: Int) -> Bool {
        guard let halves, line - halves.line <= Self.mostLinesToAddress, !JSONCallSearch.hasDocument(address),
            let leadID = LoggedParameter.leadID(in: address, outside: []), !LoggedParameter.hasLeadID(body)
        else { return false }
        return halves.hash == nil
            || halves.hash != (halves.areOfBody ? Self.hash(ofDocument: body) : Self.hash(address.slice(leadID)))
    }

    /// A hash of a document with all that follows it.
    static func hash(ofDocument entry: ByteView) -> Int? {
        LoggedParameter.document(in: entry).map {
            hash(entry.dropping($0.value.lowerBound).trimmingTrailingWhitespace())
        }
    }

    /// Takes the address that was met last as one of the call that comes next.
    mutating func takeAddressAsOfNext() {
        if let address = calls.popLast() { coming.append(address.front.kind) }
    }

    /// Whether the address that an entry begins with is about the last call, which had none, and not about the body after it; counts it if so.
    ///
    /// - Parameter body: what follows the address in the entry. It needs no address when it has a lead id and no host.
    mutating func isAboutLast(
        _ address: ByteView, _ body: ByteView, _ mention: CallMention, line: Int, isMetAhead: ([Kind]) -> Bool
    ) -> Bool {
        guard calls.last?.hasAddress == false, let start = address.offset(of: "/crm/private/"),
            RequestMarks.isIn(address),
            !JSONCallSearch.hasDocument(address)
        else { return false }
        let front = Self.front(before: start, in: address)
        let needsNone = LoggedParameter.hasLeadID(body) && DataCenter.v1Host(in: body) == nil
        return (front.isAnswered || needsNone) && isBesideLast(front, mention, line, isMetAhead)
    }

    /// Whether an address alone is about the last call; counts it if so.
    private mutating func isBesideLast(
        _ front: Front, _ mention: CallMention, _ line: Int, _ isMetAhead: ([Kind]) -> Bool
    ) -> Bool {
        guard coming.isEmpty, let last = calls.last, last.isWhole, line - last.line <= Self.mostLinesToAddress,
            mention != .asRequestLine || last.mention != .asRequestLine, front.mayBeOfMethod(of: last.front),
            front.mayBeOfLead(of: last.front), front.hasHost(of: last.front)
        else { return false }
        let others = [last.front.kind] + last.kinds.prefix(last.hasBeginning ? 1 : .max)
        guard areOfOneCall(others, front.kind, isMetAhead) else { return false }
        if !last.kinds.contains(where: { $0.signs == front.kind.signs }), !closing.contains(front.kind.signs),
            closing.count < Self.mostCalls
        {
            closing.append(front.kind.signs)
        }
        calls[calls.count - 1].kinds.append(front.kind)
        return true
    }

    /// Whether words may be about the call that others are about: of another kind, or met together with those of their kind before or ahead.
    func areOfOneCall(_ others: [Kind], _ kind: Kind, _ isMetAhead: ([Kind]) -> Bool) -> Bool {
        let alike = others.filter { $0.signs == kind.signs }
        if alike.isEmpty { return true }
        if alike.contains(kind) { return false }
        let all = alike + [kind]
        return calls.contains { call in all.allSatisfy { $0 == call.front.kind || call.kinds.contains($0) } }
            || isMetAhead(all)
    }

    /// What stands before the address or the document of a line.
    static func front(ofLine line: ByteView) -> Front {
        let parameter = LoggedParameter.document(in: line)?.range.lowerBound
        let start = min(line.offset(of: "/crm/private/") ?? .max, parameter ?? .max, line.count)
        var front = front(before: start, in: line)
        front.leadID = LoggedParameter.leadID(in: line, outside: []).map { hash(line.slice($0)) }
        return front
    }

    /// Hash of the name of an exception's class that an entry begins with, `requests.exceptions.ConnectionError: …`; `nil` for any other.
    private static func failure(_ entry: ByteView) -> Int? {
        let name = entry.slice(0..<(entry.offset(of: UInt8(ascii: ":")) ?? 0))
        let isFailure =
            (name.hasSuffix("Error") || name.hasSuffix("Exception"))
            && name.allSatisfy { $0.isASCIILetter || $0.isDigit || $0.isOne(of: "._$") }
        return isFailure ? hash(name) : nil
    }

    /// What stands before a call.
    private static func front(before start: Int, in entry: ByteView) -> Front {
        var end = start
        while end > 0, RawCall.isOfParameters(entry[end - 1]) || ":@".utf8.contains(entry[end - 1]) { end -= 1 }
        var index = end
        while index > 0, end - index < wordCount, entry[index - 1] != 0x0A, !entry[index - 1].isDigit { index -= 1 }
        var front = Front(words: hash(entry.slice(index..<end)))
        let words = entry.slice(0..<(entry.slice(0..<end).lastIndex { isOfWord($0) }.map { $0 + 1 } ?? 0))
        let method = words.dropping(words.lastIndex { $0 &- 0x41 >= 26 }.map { $0 + 1 } ?? 0)
        let before = words.slice(0..<(words.count - method.count))
        front.kind = Kind(signs: front.words, wording: wording(of: entry, addressStart: end, from: start))
        if isMethod(method), words.count < end, before.last.map({ !isOfWord($0) }) ?? true {
            front.method = hash(method)
            let signs = before.lastIndex { isOfWord($0) }.map { $0 + 1 } ?? 0
            front.isAnswered =
                tellsStatus(entry.dropping(start)) || tellsStatus(before.slice(0..<signs))
            front.kind.signs = hash(entry.slice(signs..<end), front.isAnswered ? ByteView("answered") : .empty)
        }
        let host = entry.slice(end..<start).dropping(entry.slice(end..<start).offset(of: "://").map { $0 + 3 } ?? 0)
        let name = host.slice(0..<(host.offset(of: UInt8(ascii: ":")) ?? host.count))
        if DataCenter.isV1Host(name) { front.host = hash(ofHost: name) }
        let line = entry.slice(0..<min(end, entry.offset(of: 0x0A) ?? end))
        front.beginning = beginning(of: line)
        front.thread = thread(in: line).map { hash($0) }
        return front
    }

    /// A hash of the words before an address, after it, and at the end of its line, as far as they have no digits.
    private static func wording(of entry: ByteView, addressStart: Int, from mark: Int) -> Int {
        let lineEnd = entry.offset(of: 0x0A, from: mark) ?? entry.count
        let line = entry.slice(0..<lineEnd).trimmingTrailingWhitespace()
        let end = min(RawCall.wordEnd(in: entry, from: mark), line.count)
        let after = line.slice(end..<min(end + wordingCount, line.count))
        return hash(
            lastWords(of: line.slice(0..<min(addressStart, line.count))),
            after.slice(0..<(after.firstIndex(where: \.isDigit) ?? after.count)),
            lastWords(of: line.dropping(end)))
    }

    private static func lastWords(of text: ByteView) -> ByteView {
        let words = text.dropping(max(text.count - wordingCount, 0))
        return words.dropping(words.lastIndex { $0.isDigit || $0 == 0x0A }.map { $0 + 1 } ?? 0)
    }

    private static func isMethod(_ word: ByteView) -> Bool {
        let methods: [StaticString] = ["GET", "POST", "PUT", "HEAD", "PATCH", "DELETE", "OPTIONS"]
        return methods.contains { word.equals($0) }
    }

    /// `nil` for the host of the first data centre, which is that of calls without one.
    static func hash(ofHost host: ByteView) -> Int? { host.equals("crm.zoho.com") ? nil : hash(host) }

    /// Whether the status of a reply is among the first words of a line, as in `/crm/… HTTP/1.1" 200 149`.
    private static func tellsStatus(_ text: ByteView) -> Bool {
        let line = text.slice(0..<(text.offset(of: 0x0A) ?? text.count))
        var index = 0
        for _ in 0..<mostWordsToStatus where index < line.count {
            let end = RawCall.wordEnd(in: line, from: index)
            if end == index + 3, line.slice(index..<end).isAllDigits { return true }
            index = end
            while index < line.count, !isOfWord(line[index]) { index += 1 }
        }
        return false
    }

    private static func isOfWord(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isDigit }

    /// The first word of a line that is a number after a star or a number sign. One that ends brackets is that of a process.
    private static func thread(in line: ByteView) -> ByteView? {
        var index = 0
        while let sign = line.offset(of: UInt8(ascii: "*"), or: UInt8(ascii: "#"), from: index) {
            index = sign + 1
            if sign > 0, line[sign - 1].isDigit || line[sign - 1].isASCIILetter { continue }
            while index < line.count, line[index].isDigit { index += 1 }
            if index > sign + 1, index == line.count || line[index] != UInt8(ascii: "]") {
                return line.slice(sign..<index)
            }
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

    static func hash(_ parts: ByteView...) -> Int {
        var hasher = Hasher()
        for part in parts { part.hash(into: &hasher) }
        return hasher.finalize()
    }
}
