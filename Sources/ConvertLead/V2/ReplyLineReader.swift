@_spi(Package) import Bytes
import JSONText

/// Reads lines of replies, and tells them from a text that is one reply, one collection or one list.
package struct ReplyLineReader: ~Copyable, Sendable {
    /// What a text that may hold lines of replies is.
    package enum Form: Sendable, Hashable {
        /// Each line is a reply, or wraps one.
        case lines
        /// The text belongs together.
        case document
        /// More of it must be seen.
        case undecided
    }

    private var json = JSONReader()

    /// A reader.
    package init() {}

    /// What a line wraps; the line itself when it wraps nothing, or is broken. Valid until the next line is read.
    package mutating func read(_ line: ByteView) -> ReplyWrapper {
        let line = line.trimmingWhitespace()
        let mayWrap = line.offset(of: "\"reply\"") != nil || line.offset(of: "\"body\"") != nil
        guard mayWrap, let root = try? json.read(line, trailingCommas: .accepted),
            let wrapper = ReplyWrapper(root, in: json)
        else { return ReplyWrapper(reply: line) }
        return wrapper
    }

    /// The replies of all lines that are not blank, named by the numbers of their lines.
    package mutating func all(in text: ByteView) -> [RecordedReply] {
        var walk = RecordedReplyWalk()
        var number = 0
        Self.forEachLine(of: text) { line in
            number += 1
            if !line.trimmingWhitespace().isEmpty { walk.add(String(number), read(line)) }
            return true
        }
        return walk.replies
    }

    /// What a text is, by its beginning.
    ///
    /// A text that is not JSON from end to end, but has a line that is a JSON object, is lines; so one broken line, even the first,
    /// does not spoil the rest.
    ///
    /// - Parameters:
    ///   - head: the text read so far.
    ///   - isWhole: whether that is all of it.
    package mutating func form(of head: ByteView, isWhole: Bool) -> Form {
        var text = head
        if !isWhole {
            guard head.offset(of: 0x0A) != nil, let end = head.lastIndex(of: 0x0A) else { return .undecided }
            text = head.slice(0..<(end + 1))
        }
        do throws(JSONError) {
            let root = try json.read(text, trailingCommas: .accepted)
            if isWhole { return .document }
            let isLine = !text.trimmingWhitespace().contains(0x0A)
            return isLine && ReplyWrapper(root, in: json) != nil ? .lines : .undecided
        } catch {
            if !isWhole && error.offset >= text.count { return .undecided }
            return hasObjectLine(text) ? .lines : .document
        }
    }

    /// Whether a line of a text is a JSON object. Of markup, which may hold scripts, only the second line is asked.
    private mutating func hasObjectLine(_ text: ByteView) -> Bool {
        let isMarkup = text.trimmingWhitespace().first == UInt8(ascii: "<")
        var count = 0
        var isFound = false
        Self.forEachLine(of: text) { line in
            let trimmed = line.trimmingWhitespace()
            if trimmed.isEmpty { return true }
            count += 1
            // Lines inside a document that belongs together are indented, if they are objects; a mark may precede the first.
            if line.first == UInt8(ascii: "{") || count == 1, trimmed.last == UInt8(ascii: "}"),
                let root = try? json.read(trimmed, trailingCommas: .accepted), json.kind(of: root) == .object
            {
                isFound = true
            }
            return !isFound && !(isMarkup && count == 2)
        }
        return isFound
    }

    /// Calls `body` with each line as long as it gives true.
    private static func forEachLine(of text: ByteView, _ body: (ByteView) -> Bool) {
        var start = 0
        while start < text.count {
            let end = text.offset(of: 0x0A, from: start) ?? text.count
            guard body(text.slice(start..<end)) else { return }
            start = end + 1
        }
    }
}
