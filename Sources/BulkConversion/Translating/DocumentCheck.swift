@_spi(Package) import Bytes
import ConvertLead

/// Finds the documents in an entry that belong to none of its calls, so that none is lost, whatever form the entry has.
///
/// Only an entry in which more roots begin than its calls have is looked at closely. Whether two documents are the same is told by their
/// letters and digits, because each may be encoded in its own way.
struct DocumentCheck: ~Copyable {
    /// Where the entry begins in its source.
    private var offset = 0
    private var text = ByteView.empty
    /// Where the first call has its document in the entry as it is: bytes before and after it. Most entries have one call.
    private var front = ByteView.empty
    private var rest = ByteView.empty
    private var hasFirst = false
    /// Whether all of the entry was looked through, and whether it may hold more than one document.
    private var isLookedThrough = false
    private var mayHoldSeveral = false
    /// Whether anything else is known of the entry.
    private var hasMore = false
    /// Where other calls have theirs.
    private var taken: [Range<Int>] = []
    /// Documents of calls that are elsewhere, one after another, and where each ends.
    private var documents = ByteBuffer(minimumCapacity: 0)
    private var ends: [Int] = []
    /// Parts of the entry that were skipped or are dead letters as a whole.
    private var settled: [Range<Int>] = []

    /// Begins an entry.
    ///
    /// - Parameter offset: where it begins in its source.
    mutating func begin(_ text: ByteView, at offset: Int) {
        self.text = text
        self.offset = offset
        hasFirst = false
        isLookedThrough = false
        if hasMore { removeAll() }
    }

    private mutating func removeAll() {
        hasMore = false
        taken.removeAll(keepingCapacity: true)
        settled.removeAll(keepingCapacity: true)
        documents.removeAll()
        ends.removeAll(keepingCapacity: true)
    }

    /// Takes the document of a call.
    ///
    /// - Parameter source: the same as it is in the entry, not decoded, if it is there.
    mutating func take(_ document: ByteView, source: ByteView) {
        guard let base = text.baseAddress, let start = source.baseAddress, start >= base,
            start + source.count <= base + text.count
        else {
            if mayHoldOthers(than: document.count) {
                hasMore = true
                documents.append(document)
                ends.append(documents.count)
            }
            return
        }
        let range = (start - base)..<(start - base + source.count)
        if hasFirst {
            hasMore = true
            taken.append(range)
        } else {
            hasFirst = true
            (front, rest) = (text.slice(0..<range.lowerBound), text.dropping(range.upperBound))
        }
    }

    /// Takes a part of the entry that is skipped or a dead letter, by its place in the source.
    mutating func settle(_ range: Range<Int>) {
        hasMore = true
        settled.append((range.lowerBound - offset)..<(range.upperBound - offset))
    }

    /// Whether a part of the source is all of the entry.
    func isAll(_ range: Range<Int>) -> Bool {
        !text.isEmpty && range.lowerBound <= offset
            && range.upperBound >= offset + text.trimmingTrailingWhitespace().count
    }

    /// Whether the entry has the name of the parameter for documents, or an option of a document.
    var holdsRequest: Bool { JSONCallSearch.hasDocument(text) || text.offset(of: "createPotential") != nil }

    /// Whether the entry has a request that was compressed and written in base64.
    var holdsPackedRequest: Bool { PackedText.holdsRequest(text) }

    /// Where the documents are that belong to no call; ends the entry, whose text may be gone afterwards.
    ///
    /// - Parameter allowsCopies: whether a document that is the same as another one counts as that, as a line may have the same call twice.
    mutating func others(allowsCopies: Bool = true) -> [Range<Int>] {
        defer { (text, hasFirst, isLookedThrough) = (.empty, false, false) }
        if !mayHoldOthers() { return [] }
        hasMore = true
        if hasFirst { taken.append(front.count..<(text.count - rest.count)) }
        // Most entries with several calls have a document for each, and nothing needs to be compared.
        if allowsCopies, RequestMarks.nextBase64(in: text) == nil {
            var (count, optionCount) = (0, 0)
            forEachOfCalls {
                count += RequestMarks.documentCount(in: $0)
                optionCount += RequestMarks.optionCount(in: $0)
            }
            let areAllOfCalls = count == RequestMarks.documentCount(in: text)
            if areAllOfCalls, RequestMarks.optionCount(in: text) <= optionCount { return [] }
        }
        var known = KnownDocuments()
        forEachOfCalls {
            Self.forEach(in: $0) { _, document in known.insert(document) }
            known.insert(documentWithOption: $0)
        }
        settled.sort { $0.lowerBound < $1.lowerBound }
        return Self.others(in: text, &known, outside: settled, taken, allowsCopies: allowsCopies)
    }

    /// Where the documents are in a text that are none of those that are known.
    ///
    /// - Parameters:
    ///   - settled: parts of the text that are not looked at, in order.
    ///   - taken: where documents are.
    ///   - isDecoded: whether the text was in base64.
    private static func others(
        in text: ByteView, _ known: inout KnownDocuments, outside settled: [Range<Int>] = [],
        _ taken: [Range<Int>] = [], allowsCopies: Bool, isDecoded: Bool = false
    ) -> [Range<Int>] {
        var next = 0
        func isSettled(_ offset: Int) -> Bool {
            while next < settled.count, settled[next].upperBound <= offset { next += 1 }
            return next < settled.count && settled[next].contains(offset)
        }
        var others: [Range<Int>] = []
        var seen = taken
        forEach(in: text) { extent, document in
            seen.append(extent)
            if isSettled(extent.lowerBound) { return }
            if known.meet(document, allowsCopies: allowsCopies) { others.append(extent) }
        }
        // Documents with other roots, or in other encodings.
        seen.sort { $0.lowerBound < $1.lowerBound }
        next = 0
        var (place, start) = (0, 0)
        while let option = RequestMarks.nextOption(in: text, from: start) {
            while place < seen.count, seen[place].upperBound <= option { place += 1 }
            let isSeen = place < seen.count && seen[place].contains(option)
            let end = place < seen.count ? isSeen ? seen[place].upperBound : seen[place].lowerBound : text.count
            if !isSeen, !isSettled(option), known.meet(documentFrom: text.slice(option..<end)) {
                others.append(extent(ofOptionAt: option, in: text.slice(0..<end), from: start))
            }
            start = end
        }
        if isDecoded { return others }
        (next, start) = (0, 0)
        while let range = RequestMarks.nextBase64(in: text, from: start) {
            start = range.upperBound
            if isSettled(range.lowerBound) { continue }
            var plain = ByteBuffer(minimumCapacity: 0)
            var decoded = ByteBuffer(minimumCapacity: range.count)
            let hasEscapes = text.slice(range).contains(UInt8(ascii: "%"))
            if hasEscapes { FormEncoding.decode(text.slice(range), into: &plain) }
            decoded.append(base64: hasEscapes ? plain.bytes : text.slice(range))
            let inside = (Inflater.gunzipped(decoded.bytes) ?? decoded.array()).withByteView {
                Self.others(in: $0, &known, allowsCopies: true, isDecoded: true)
            }
            if !inside.isEmpty { others.append(range) }
        }
        return others
    }

    /// Where a document is, as far as that is known, of which an option was found.
    private static func extent(ofOptionAt option: Int, in text: ByteView, from start: Int) -> Range<Int> {
        let head = text.slice(max(start, option - mostBytesOfHead)..<option)
        let root = head.firstIndex { $0.isOne(of: "<%&\\") }.map { option - head.count + $0 } ?? option
        return root..<(RawXML.rootEnd(in: text.dropping(root)).map { root + $0 } ?? text.count)
    }

    /// Bytes of a document before the name of its first option.
    private static let mostBytesOfHead = 96

    /// Whether the entry may hold other documents than the first call's, seen at a glance.
    ///
    /// - Parameter size: bytes of the first call's document, when that is elsewhere.
    private mutating func mayHoldOthers(than size: Int = 0) -> Bool {
        if hasFirst, !hasMore { return Self.mayHoldDocument(front) || Self.mayHoldDocument(rest) }
        if !isLookedThrough {
            isLookedThrough = true
            mayHoldSeveral =
                RequestMarks.mayHoldDocuments(text)
                || text.count > size + Self.room && RequestMarks.nextBase64(in: text) != nil
        }
        return mayHoldSeveral
    }

    private static func mayHoldDocument(_ text: ByteView) -> Bool {
        RequestMarks.holdsWord(text) || RequestMarks.nextBase64(in: text) != nil
    }

    /// Bytes that an entry with room for a document in base64 has beside that of its call.
    private static let room = 192

    /// The documents of calls.
    private func forEachOfCalls(_ body: (ByteView) -> Void) {
        for range in taken { body(text.slice(range)) }
        var start = 0
        for end in ends {
            body(documents.bytes.slice(start..<end))
            start = end
        }
    }

    private static func forEach(in text: ByteView, _ body: (Range<Int>, Outline) -> Void) {
        var next = RequestMarks.nextRoot(in: text)
        while let root = next {
            next = RequestMarks.nextRoot(in: text, from: root.upperBound)
            let end = RequestMarks.documentEnd(in: text, ofRoot: root)
            let extent = root.lowerBound..<(end ?? next?.lowerBound ?? text.count)
            body(extent, Outline(text.slice(extent), isClosed: end != nil))
        }
    }

    /// What is the same in a document however it is encoded.
    private struct Outline {
        /// Its letters and digits, without those of escapes.
        let letters: [UInt8]
        /// Whether it has its end.
        let isClosed: Bool

        init(_ document: ByteView, isClosed: Bool) {
            self.isClosed = isClosed
            letters = Self.decoded(document).withByteView { Self.letters(of: isClosed ? $0 : Self.beginning(of: $0)) }
        }

        /// What is surely of a document that is cut off; text in which brackets are escaped tells little.
        private static func beginning(of text: ByteView) -> ByteView {
            text.first == UInt8(ascii: "<") ? RawXML.surePart(of: text) : text.slice(0..<min(text.count, shortest))
        }

        /// Bytes of the start tag of a root, escaped.
        private static let shortest = 16

        /// The letters of a document from its first option on, whatever its encoding.
        static func letters(from option: ByteView) -> [UInt8] {
            decoded(option).withByteView { letters(of: $0) }
        }

        private static func decoded(_ text: ByteView) -> [UInt8] {
            var decoded = Array(text)
            for _ in 0..<mostEncodings where decoded.contains(UInt8(ascii: "%")) {
                var output = ByteBuffer(minimumCapacity: decoded.count)
                decoded.withByteView { FormEncoding.decode($0, into: &output) }
                decoded = output.array()
            }
            return decoded
        }

        /// Percent encodings inside each other at most.
        private static let mostEncodings = 3

        private static func letters(of text: ByteView) -> [UInt8] {
            var letters: [UInt8] = []
            letters.reserveCapacity(text.count)
            var index = 0
            while index < text.count {
                let byte = text[index]
                index += 1
                if byte == UInt8(ascii: "\\") {
                    while index < text.count, text[index] == byte { index += 1 }
                    guard index < text.count else { break }
                    index += escapeLength(text.dropping(index))
                } else if byte == UInt8(ascii: "&") {
                    index += referenceLength(text.dropping(index))
                } else if byte.isASCIILetter || byte.isDigit {
                    letters.append(byte)
                }
            }
            return letters
        }

        /// Letters and digits that follow a backslash in an escape. What is no escape after all has as many, however often its
        /// backslashes were escaped.
        private static func escapeLength(_ text: ByteView) -> Int {
            let longest =
                switch text[0] {
                case UInt8(ascii: "u"): 5
                case UInt8(ascii: "x"): 3
                case UInt8(ascii: "0")...UInt8(ascii: "7"): text.prefix(3).prefix { $0 &- 0x30 < 8 }.count
                default: text[0].isOne(of: "nrtbfvZ") ? 1 : 0
                }
            return text.prefix(longest).prefix { $0.isASCIILetter || $0.isDigit }.count
        }

        /// Length of what follows the `&` in a reference, whose own `&` may be one.
        private static func referenceLength(_ text: ByteView) -> Int {
            var index = 0
            while text.dropping(index).hasPrefix("amp;") { index += 4 }
            let start = index
            while index < text.count,
                text[index].isASCIILetter || text[index].isDigit || text[index] == UInt8(ascii: "#")
            {
                index += 1
            }
            return index < text.count && text[index] == UInt8(ascii: ";") ? index + 1 : start
        }
    }

    /// Documents of calls, and others that were met.
    private struct KnownDocuments {
        /// By the letters of those that are closed, how many of them were not met yet.
        private var unmet: [[UInt8]: Int] = [:]
        /// All of them, from the first one that is cut off in order, so that one that begins like it is found.
        private var all: [[UInt8]] = []
        private var isInOrder = false
        /// The letters of those of calls from their first options on.
        private var partsFromOption: [[UInt8]] = []
        private var comparedCount = 0

        /// Documents with options that are compared, so that hostile text costs no more than a few looks at it.
        private static let mostCompared = 256
        /// Letters of the end tags of a row and a root, whose name may be another.
        private static let lettersAtEnd = 16

        /// Adds the document of a call, whatever its root.
        mutating func insert(documentWithOption document: ByteView) {
            guard partsFromOption.count < Self.mostCompared,
                let option = RequestMarks.nextOption(in: document, from: 0)
            else { return }
            partsFromOption.append(Outline.letters(from: document.dropping(option)))
        }

        /// Takes a text that begins with the first option of a document; gives whether the document is no call's.
        mutating func meet(documentFrom option: ByteView) -> Bool {
            comparedCount += 1
            guard comparedCount <= Self.mostCompared else { return true }
            let letters = Outline.letters(from: option)
            let isKnown = partsFromOption.contains { part in
                letters.starts(with: part.dropLast(Self.lettersAtEnd)) || part.starts(with: letters)
            }
            if !isKnown, partsFromOption.count < Self.mostCompared { partsFromOption.append(letters) }
            return !isKnown
        }

        /// Adds the document of a call.
        mutating func insert(_ document: Outline) {
            all.append(document.letters)
            if document.isClosed { unmet[document.letters, default: 0] += 1 }
        }

        /// Takes a document of the entry; gives whether it is no call's.
        mutating func meet(_ document: Outline, allowsCopies: Bool) -> Bool {
            let letters = document.letters
            guard document.isClosed else {
                if !isInOrder { all.sort { $0.lexicographicallyPrecedes($1) } }
                isInOrder = true
                let place = place(of: letters)
                // A preview begins like another document.
                if place < all.count, all[place].starts(with: letters) { return false }
                all.insert(letters, at: place)
                return true
            }
            let count = unmet[letters]
            unmet[letters] = max(0, (count ?? 0) - 1)
            if count == nil { all.insert(letters, at: isInOrder ? place(of: letters) : all.count) }
            return count == nil || count == 0 && !allowsCopies
        }

        /// Where a document is in the order, or would be.
        private func place(of letters: [UInt8]) -> Int {
            var (low, high) = (0, all.count)
            while low < high {
                let middle = (low + high) / 2
                if all[middle].lexicographicallyPrecedes(letters) { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}
