import Bytes
import ConvertLead

/// A file of one XML document, or of several one after the other, which then are entries of their own.
final class XMLDocuments: EntrySplitter {
    /// Bytes behind a document in which the next one begins, if there is one.
    private static let gapSize = 4096

    private let limits: ReadingLimits
    private var isSeveral = false

    init(limits: ReadingLimits) { self.limits = limits }

    /// Offset of the request or reply that follows a document that ends at `end`; `nil` when something else does, which makes it
    /// broken, or nothing.
    static func next(in text: ByteView, behind end: Int) -> Int? {
        guard let next = RawXML.nextDocument(in: text, behind: end) else { return nil }
        let rest = text.dropping(next)
        let tag = rest.slice(0..<(rest.offset(of: UInt8(ascii: ">")) ?? rest.count))
        let isRequest = tag.hasPrefix("<?xml") || tag.hasPrefix("<Potentials") || tag.offset(of: " leadId=") != nil
        return isRequest || ArchiveKind.rootSkip(rest) == .reply ? next : nil
    }

    /// A document without the byte-order mark of the one behind it.
    static func document(_ text: ByteView) -> ByteView {
        let isMarked = text.count > 3 && text.dropping(text.count - 3).equals("\u{FEFF}")
        return isMarked ? text.slice(0..<(text.count - 3)) : text
    }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            guard let end = window.find(atMost: limits.entrySize, { RawXML.rootEnd(in: $0) }) else {
                return takeRest(window, chunk, source)
            }
            while window.bytes.count < end + Self.gapSize, window.more() {}
            guard let next = Self.next(in: window.bytes, behind: end) else {
                return takeRest(window, chunk, source)
            }
            isSeveral = true
            chunk.add(.text, Self.document(window.bytes.slice(0..<next)), line: window.line, from: source)
            window.consume(next)
        }
        return false
    }

    /// Takes what is left as the last or the only document, with whatever stands behind it.
    private func takeRest(_ window: InputWindow, _ chunk: Chunk, _ source: EntrySource) -> Bool {
        while window.bytes.count <= limits.entrySize, window.more() {}
        if window.bytes.count > limits.entrySize {
            chunk.add(
                problem: .xmlSize, "The document is longer than \(limits.entrySize) bytes and was not read",
                line: window.line, from: source)
        } else if window.failure == nil {
            chunk.add(isSeveral ? .text : .xml, window.bytes, line: window.line, from: source)
        }
        return true
    }
}
