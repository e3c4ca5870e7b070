@_spi(Package) import Bytes
import ConvertLead

/// A call of which a log has the address on one line and the body on a later one.
enum CallOverLines {
    /// Lines between an address and its body.
    private static let mostLines = 32
    /// Bytes of a value of JSON that may be a reply.
    private static let mostJSON = 4096

    /// Offset after the body of the call whose address a text begins with; after the first line where no body follows.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        let first = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        guard let line = next(in: text, from: first, isWhole: isWhole) else { return nil }
        guard !line.isEmpty, isBody(text.slice(line)),
            let cut = ArchiveForm.beginning(
                at: EntryStart(text: text.dropping(line.lowerBound)), from: ArchiveForm.afterWrappers)?.cut
        else { return first }
        let lineEnd = min(line.upperBound + 1, text.count)
        guard let end = end(of: cut, at: line.lowerBound, lineEnd: lineEnd, in: text, isWhole) else {
            return isWhole ? first : nil
        }
        let (head, body) = (text.slice(0..<first), text.slice(line.lowerBound..<end))
        // A body of several leads is no call's.
        if LoggedParameter.hasLeadID(body), LoggedParameter.leadID(in: body, outside: []) == nil { return first }
        guard LoggedParameter.hasLeadID(head) else { return end }
        if LoggedParameter.hasLeadID(body) { return LoggedParameter.areOfOneLead(head, body) ? end : first }
        guard let isOfOther = mayBeOfOther(head, in: text, from: end, isWhole: isWhole) else { return nil }
        return isOfOther ? first : end
    }

    /// Whether a line has a lead id alone, as `name = value`.
    static func isLeadID(_ line: ByteView) -> Bool {
        guard line.count <= longestLeadID, let leadID = LoggedParameter.leadID(in: line, outside: []) else {
            return false
        }
        let rest = line.dropping(leadID.upperBound)
        return leadID.count >= 10 && rest.allSatisfy { $0.isOne(of: "\"'") || $0.isWhitespace }
    }

    private static let longestLeadID = 64
    /// Bytes of a line that ends with a lead id after other words.
    private static let longestWords = 256

    /// Whether a line ends with a lead id by its name, and the next one has a document by its name after the same words.
    static func isLeadIDInWords(_ start: EntryStart) -> Bool {
        let line = start.line
        guard let last = line.last, last.isDigit || last.isOne(of: "\"'"), line.count <= longestWords,
            let leadID = LoggedParameter.leadIDAlone(in: line),
            leadID.value.count >= 10, line.dropping(leadID.range.upperBound).isEmpty
        else { return false }
        let next = EntryStart(text: start.text.dropping(start.lineLength)).line
        guard let document = LoggedParameter.document(in: next) else { return false }
        let words = withoutTime(line.slice(0..<leadID.range.lowerBound))
        return !words.isEmpty && words.elementsEqual(withoutTime(next.slice(0..<document.range.lowerBound)))
    }

    /// Offset after the document whose lead id is on the line before it, after words; after the first line where another document follows
    /// before another lead id, because calls then overlap.
    static func endOfLeadIDInWords(in text: ByteView, isWhole: Bool) -> Int? {
        let first = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        guard let end = endOfLeadID(in: text, isWhole: isWhole) else { return nil }
        var index = end
        for _ in 0..<mostLines {
            if index == text.count { return isWhole ? end : nil }
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed)
            if LoggedParameter.hasLeadID(line) { return end }
            if LoggedParameter.document(in: line) != nil { return first }
            index = min(feed + 1, text.count)
        }
        return end
    }

    /// The words before something in a line of a log, from the first that is no part of a time.
    private static func withoutTime(_ words: ByteView) -> ByteView {
        var index = 0
        while index < words.count {
            let rest = words.dropping(index)
            let length = rest.firstIndex { !$0.isASCIILetter } ?? rest.count
            if length > 2 { return rest }
            index += max(length, 1)
        }
        return .empty
    }

    /// Whether a text begins with a line that has a lead id alone, and goes on after it.
    static func beginsWithLeadID(_ text: ByteView) -> Bool {
        let head = text.slice(0..<min(text.count, longestLeadID))
        guard let feed = head.offset(of: 0x0A), isLeadID(text.slice(0..<feed)) else { return false }
        return !text.dropping(feed).trimmingWhitespace().isEmpty
    }

    /// Whether the line after a lead id alone is a body with the same lead id, to which it says nothing.
    static func isBeforeItsBody(_ start: EntryStart) -> Bool {
        let next = EntryStart(text: start.text.dropping(start.lineLength)).line
        return isBody(next) && LoggedParameter.hasLeadID(next) && LoggedParameter.areOfOneLead(start.line, next)
    }

    /// Offset after the body without a lead id on the line after a lead id alone; after the first line where none follows.
    static func endOfLeadID(in text: ByteView, isWhole: Bool) -> Int? {
        let first = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
        guard let feed = text.offset(of: 0x0A, from: first) ?? (isWhole ? text.count : nil) else { return nil }
        let line = text.slice(first..<feed)
        guard !line.isEmpty, isBody(line), !LoggedParameter.hasLeadID(line),
            let cut = ArchiveForm.beginning(
                at: EntryStart(text: text.dropping(first)), from: ArchiveForm.afterWrappers)?.cut
        else { return first }
        return end(of: cut, at: first, lineEnd: min(feed + 1, text.count), in: text, isWhole) ?? (isWhole ? first : nil)
    }

    /// Whether a body without a lead id may be of another address than the one before it: where calls overlap, so that another such body
    /// follows, or where the address after it has no body of its own. `nil` when more text is needed.
    private static func mayBeOfOther(_ head: ByteView, in text: ByteView, from end: Int, isWhole: Bool) -> Bool? {
        guard let other = next(in: text, from: end, isWhole: isWhole) else { return nil }
        let line = text.slice(other)
        if isBody(line) { return !LoggedParameter.hasLeadID(line) }
        guard line.offset(of: "/crm/private/") != nil, LoggedParameter.hasLeadID(line),
            !JSONCallSearch.hasDocument(line), !LoggedParameter.areOfOneLead(head, line)
        else { return false }
        return next(in: text, from: other.upperBound, isWhole: isWhole).map { !isBody(text.slice($0)) }
    }

    /// Whether a line has a document and no address, with which it would be another call.
    private static func isBody(_ line: ByteView) -> Bool {
        (JSONCallSearch.hasDocument(line) || RawXML.isRequest(line)) && line.offset(of: "/crm/private/") == nil
    }

    /// The next line with a mark of a request; empty where there is none near, or another entry before it, `nil` when that is not told before
    /// more text is there.
    static func next(in text: ByteView, from start: Int, isWhole: Bool) -> Range<Int>? {
        var index = start
        for _ in 0..<mostLines {
            while index < text.count, text[index].isWhitespace { index += 1 }
            if index == text.count { return isWhole ? index..<index : nil }
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed)
            if RequestMarks.isIn(line) || RawXML.isRequest(line) { return index..<feed }
            if isOtherEntry(at: index, in: text) { break }
            index = min(feed + 1, text.count)
        }
        return index..<index
    }

    /// Whether an entry without marks of a request begins that ends what belongs to a call, as its reply does. Other values that a program
    /// prints are beside the call.
    private static func isOtherEntry(at index: Int, in text: ByteView) -> Bool {
        let rest = text.dropping(index)
        if isLeadID(EntryStart(text: rest).line) { return false }
        guard rest.first == UInt8(ascii: "{") else { return EntryStart.isEntry(at: index, in: text) }
        var scanner = JSONBoundaryScanner()
        guard case .end(let length) = scanner.scan(rest.slice(0..<min(rest.count, mostJSON))) else { return false }
        return JSONEntry.isReply(rest.slice(0..<length))
    }

    /// Where the entry ends that a form would cut at an offset; `nil` when that is not told yet, or not at all.
    private static func end(of cut: Cut, at index: Int, lineEnd: Int, in text: ByteView, _ isWhole: Bool) -> Int? {
        let rest = text.dropping(index)
        switch cut {
        case .line, .call, .pair: return lineEnd
        case .block(let end): return end(rest, isWhole).map { index + $0 }
        case .json:
            var scanner = JSONBoundaryScanner()
            guard case .end(let length) = scanner.scan(rest) else { return nil }
            let tail = rest.dropping(length)
            let feed = tail.offset(of: 0x0A) ?? tail.count
            return tail.slice(0..<feed).trimmingWhitespace().isEmpty ? min(index + length + feed + 1, text.count) : nil
        case .sequence: return nil
        }
    }
}

extension CallMentions {
    /// Lines with marks looked at for the call of an address, and for words about another call, and all lines looked at for these.
    private static let (mostMarked, mostMarkedAhead, mostAhead) = (20, 10, 256)
    /// Times that words about another call are looked for, for one address.
    private static let mostLooks = 2

    /// Remembers an entry that is a body without a lead id, or an address without a body; another entry ends what was before it.
    mutating func addHalf(_ entry: ByteView, line: Int) {
        if halves == nil, Self.beginsWithLeadID(entry) { return }
        if let halves, line - halves.line > Self.mostLinesToAddress { self.halves = nil }
        let hasAddress = entry.offset(of: "/crm/private/") != nil
        if hasAddress || LoggedParameter.hasLeadID(entry) {
            guard hasAddress, let leadID = LoggedParameter.leadID(in: entry, outside: []),
                !JSONCallSearch.hasDocument(entry), EmbeddedCall(in: entry)?.isAnswered(in: entry) != true
            else { return endHalves() }
            let hash = Self.hash(entry.slice(leadID))
            guard let halves else { return self.halves = Halves(areOfBody: false, hash: hash, line: line) }
            if halves.areOfBody {
                self.halves?.line = line
            } else if halves.hash != hash {
                self.halves?.hash = nil
            }
        } else if JSONCallSearch.hasDocument(entry) {
            if halves?.areOfBody == false { return }
            halves = Halves(areOfBody: true, hash: Self.hash(ofDocument: entry), line: line)
        } else {
            endHalves()
        }
    }

    /// Whether an entry has a lead id near its start and no address there, as most calls by themselves have: it is no half.
    private static func beginsWithLeadID(_ entry: ByteView) -> Bool {
        let head = entry.slice(0..<min(entry.count, headSize))
        let isNamed =
            head.offset(of: UInt8(ascii: "I")).map { head.slice(0..<($0 + 1)).hasSuffix("leadI") } ?? false
            || head.offset(of: "lead_id") != nil || head.offset(of: "\"id\":") != nil
        return isNamed && head.offset(of: "/crm/private/") == nil
    }

    private static let headSize = 128

    /// Whether the first line with a mark of a request after an address alone has the document of its call.
    ///
    /// - Returns: where that line ends, and whether it has; `nil` when more text is needed.
    mutating func findCall(
        ofAddress entry: ByteView, _ mention: CallMention, line number: Int, in text: ByteView, isWhole: Bool
    ) -> (end: Int, isFound: Bool)? {
        if number <= lastWithoutDocument { return (entry.count, false) }
        guard let isNear = hasDocument(in: text, from: entry.count, line: number, isWhole: isWhole) else { return nil }
        guard isNear else { return (entry.count, false) }
        let own = Self.front(ofLine: entry)
        var looks = 0
        // Addresses of its kind that wait for a document.
        var waiting = 1
        var isOfHost = own.host == nil
        var index = entry.count
        for number in 0..<Self.mostMarked where waiting <= Self.mostMarked - number {
            guard let next = CallOverLines.next(in: text, from: index, isWhole: isWhole) else { return nil }
            guard !next.isEmpty else { break }
            let line = text.slice(next)
            index = next.upperBound
            let front = Self.front(ofLine: line)
            let hasAddress = line.offset(of: "/crm/private/") != nil
            // The reply to a call closes it.
            if !own.isAnswered, EmbeddedCall(in: line)?.isAnswered(in: line) == true { break }
            guard own.mayBeOfMethod(of: front), own.leadID == nil || own.leadID == front.leadID,
                mention != .asRequestLine || AccessLogLine(line) == nil
            else { break }
            isOfHost = isOfHost || own.hasHost(of: front)
            if hasAddress, front.kind.signs == own.kind.signs {
                var isOpen = false
                let isOfOne = areOfOneCall([own.kind], front.kind) { kinds in
                    looks += 1
                    if looks > Self.mostLooks { return false }
                    let found = Self.areMet(kinds, in: text, from: next.lowerBound, afterFirst: true, isWhole: isWhole)
                    isOpen = found == nil
                    return found ?? false
                }
                if isOpen { return nil }
                if !isOfOne { waiting += 1 }
            }
            if LoggedParameter.hasDocument(line) {
                waiting -= 1
                if waiting > 0 { continue }
                let host = isOfHost ? nil : DataCenter.v1Host(in: text.slice(entry.count..<index))
                return (index, isOfHost || host.flatMap(Self.hash(ofHost:)) == own.host)
            }
            if hasAddress, closing.contains(front.kind.signs) { break }
        }
        return (index, false)
    }

    /// Whether a document is in one of the next lines with marks; `nil` when more text is needed. Where it is not, it is in none of those after
    /// the first half of them, either, so that a log of addresses alone is looked through twice.
    private mutating func hasDocument(in text: ByteView, from start: Int, line: Int, isWhole: Bool) -> Bool? {
        var index = start
        var middle = line
        for number in 0..<Self.mostMarked {
            guard let next = CallOverLines.next(in: text, from: index, isWhole: isWhole) else { return nil }
            guard !next.isEmpty else { break }
            if LoggedParameter.hasDocument(text.slice(next)) { return true }
            if number == Self.mostMarked / 2 { middle += text.slice(0..<next.lowerBound).lineFeedCount }
            index = next.upperBound
        }
        lastWithoutDocument = middle
        return false
    }

    /// Whether all of some words are beside the next call; `nil` when more text is needed.
    ///
    /// - Parameter afterFirst: whether the next call is their own, so that they have to be before the one after it.
    static func areMet(
        _ kinds: [Kind], in text: ByteView, from start: Int, afterFirst: Bool, isWhole: Bool
    ) -> Bool? {
        var met: [Kind] = []
        var (documents, marked) = (0, 0)
        var index = start
        for _ in 0..<mostAhead where index < text.count && documents < 2 && marked < mostMarkedAhead {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            let line = text.slice(index..<feed).trimmingWhitespace()
            index = min(feed + 1, text.count)
            guard RequestMarks.isIn(line) else { continue }
            marked += 1
            if documents == 1 || !afterFirst, line.offset(of: "/crm/private/") != nil {
                met.append(front(ofLine: line).kind)
            }
            if LoggedParameter.hasDocument(line) { documents += 1 }
        }
        if documents < 2, marked < mostMarkedAhead, index == text.count, !isWhole { return nil }
        return kinds.allSatisfy(met.contains)
    }
}
