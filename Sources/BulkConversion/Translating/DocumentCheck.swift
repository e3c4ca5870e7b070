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
            if mayHoldOthers() {
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

    /// Where the documents are that belong to no call; ends the entry, whose text may be gone afterwards.
    ///
    /// - Parameter allowsCopies: whether a document that is the same as another one counts as that, as a line may have the same call twice.
    mutating func others(allowsCopies: Bool = true) -> [Range<Int>] {
        defer { (text, hasFirst, isLookedThrough) = (.empty, false, false) }
        if !mayHoldOthers() { return [] }
        hasMore = true
        if hasFirst { taken.append(front.count..<(text.count - rest.count)) }
        // Most entries with several calls have a document for each, and nothing needs to be compared.
        if allowsCopies {
            var count = 0
            forEachOfCalls { count += RequestMarks.documentCount(in: $0) }
            if count == RequestMarks.documentCount(in: text) { return [] }
        }
        var known = KnownDocuments()
        forEachOfCalls { Self.forEach(in: $0) { _, document in known.insert(document) } }
        settled.sort { $0.lowerBound < $1.lowerBound }
        var next = 0
        var others: [Range<Int>] = []
        Self.forEach(in: text) { extent, document in
            while next < settled.count, settled[next].upperBound <= extent.lowerBound { next += 1 }
            if next < settled.count, settled[next].contains(extent.lowerBound) { return }
            if known.meet(document, allowsCopies: allowsCopies) { others.append(extent) }
        }
        return others
    }

    /// Whether the entry may hold other documents than the first call's, seen at a glance.
    private mutating func mayHoldOthers() -> Bool {
        if hasFirst, !hasMore { return RequestMarks.holdsRootName(front) || RequestMarks.holdsRootName(rest) }
        if !isLookedThrough {
            isLookedThrough = true
            mayHoldSeveral = RequestMarks.mayHoldDocuments(text)
        }
        return mayHoldSeveral
    }

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
            var decoded = Array(document)
            while decoded.first == UInt8(ascii: "%") {
                var output = ByteBuffer(minimumCapacity: decoded.count)
                decoded.withByteView { FormEncoding.decode($0, into: &output) }
                if output.count == decoded.count { break }
                decoded = Array(output.bytes)
            }
            letters = decoded.withByteView { Self.letters(of: isClosed ? $0 : Self.beginning(of: $0)) }
        }

        /// What is surely of a document that is cut off; text in which brackets are escaped tells little.
        private static func beginning(of text: ByteView) -> ByteView {
            text.first == UInt8(ascii: "<") ? RawXML.surePart(of: text) : text.slice(0..<min(text.count, shortest))
        }

        /// Bytes of the start tag of a root, escaped.
        private static let shortest = 16

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
                    index += escapeLength(text[index])
                } else if byte == UInt8(ascii: "&") {
                    index += referenceLength(text.dropping(index))
                } else if byte.isASCIILetter || byte.isDigit {
                    letters.append(byte)
                }
            }
            return letters
        }

        /// Length of what follows a backslash in an escape.
        private static func escapeLength(_ byte: UInt8) -> Int {
            byte == UInt8(ascii: "u") ? 5 : byte == UInt8(ascii: "x") ? 3 : byte.isOne(of: "nrtbfv0Z") ? 1 : 0
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
