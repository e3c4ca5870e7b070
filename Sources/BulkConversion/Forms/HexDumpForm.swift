@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// Bytes printed in hexadecimal, sixteen a line.
    static let hexDump = ArchiveForm(
        name: "dump of bytes in hexadecimal",
        sign: """
            an offset and bytes in hexadecimal, as `hexdump -C`, `xxd`, `tcpdump -X` and Netty print them; what holds a \
            request is a dead letter
            """,
        sample: "hex-dump",
        mayBeginWith: { $0.hexDigitValue != nil || $0 == UInt8(ascii: "|") },
        begins: { start in
            guard HexDump.isLine(start.line) else { return nil }
            return .block { HexDump.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in if !HexDump.refuses(text, &entry) { entry.skip(.otherText) } })
}

enum HexDump {
    /// Refuses a dump whose bytes hold a request.
    ///
    /// - Returns: whether it was refused.
    static func refuses(_ text: ByteView, _ entry: inout EntryTranslator) -> Bool {
        guard bytes(in: text).withByteView({ RequestMarks.isIn($0) }) else { return false }
        entry.refuse(
            .archiveEntry,
            "A dump of bytes holds signs of a request; save the bytes themselves, for example with xxd -r or tshark -T fields"
        )
        return true
    }

    /// Lines of another kind inside a dump, such as those that name packets.
    private static let mostOtherLines = 16

    /// Whether a line is an offset with bytes after it.
    static func isLine(_ line: ByteView) -> Bool { forEachByte(of: line) { _ in } }

    /// The bytes that a dump prints.
    static func bytes(in text: ByteView) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            let end = text.offset(of: 0x0A, from: index) ?? text.count
            forEachByte(of: text.slice(index..<end).trimmingWhitespace()) { bytes.append($0) }
            index = end + 1
        }
        return bytes
    }

    /// Offset after the last line of the dump: before the next line that begins an entry, or other lines.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var (index, last, others) = (0, 0, 0)
        while index < text.count {
            guard let end = text.offset(of: 0x0A, from: index).map({ $0 + 1 }) ?? (isWhole ? text.count : nil) else {
                return nil
            }
            if isLine(text.slice(index..<end).trimmingWhitespace()) {
                last = end
                others = 0
            } else {
                others += 1
                if others > mostOtherLines || EntryStart.isEntry(at: index, in: text.slice(0..<end)) { return last }
            }
            index = end
        }
        return isWhole ? last : nil
    }

    /// Calls `body` with the bytes of a line, at most sixteen, up to the text after them.
    ///
    /// - Returns: whether the line is one of a dump.
    @discardableResult
    private static func forEachByte(of line: ByteView, _ body: (UInt8) -> Void) -> Bool {
        var index = line.hasPrefix("0x") ? 2 : line.first == UInt8(ascii: "|") ? 1 : 0
        let start = index
        while index < line.count, line[index].hexDigitValue != nil { index += 1 }
        guard (4...8).contains(index - start), index < line.count else { return false }
        if line[index].isOne(of: ":|") { index += 1 }
        var count = 0
        while count < 16 {
            let blanks = line.dropping(index).prefix { $0 == 0x20 || $0 == 0x09 }.count
            // The text is set apart by more blanks; bytes by one, or by two in the middle.
            guard blanks > 0, count == 0 || blanks == 1 || blanks == 2 && count == 8 else { break }
            let group = line.dropping(index + blanks).prefix { $0.hexDigitValue != nil }
            let next = index + blanks + group.count
            guard group.count == 2 || group.count == 4, next == line.count || line[next].isWhitespace else { break }
            index = next
            count += group.count / 2
            var digit = group.startIndex
            while digit + 1 < group.endIndex {
                body((group[digit].hexDigitValue ?? 0) << 4 | (group[digit + 1].hexDigitValue ?? 0))
                digit += 2
            }
        }
        return count > 0
    }
}
