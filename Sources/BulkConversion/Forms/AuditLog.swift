@_spi(Package) import Bytes
import ConvertLead

/// Transactions in audit logs of ModSecurity: parts between lines such as `--a1b2c3d4-B--`. Part B is the head of the request, C its body.
enum AuditLog {
    /// Whether a line begins a transaction.
    static func begins(_ line: ByteView) -> Bool { part(line)?.letter == UInt8(ascii: "A") }

    /// What a line says that begins a part; `nil` for other lines.
    private static func part(_ line: ByteView) -> (transaction: ByteView, letter: UInt8)? {
        guard line.count >= 8, line.hasPrefix("--"), line.hasSuffix("--"), line[line.count - 4] == UInt8(ascii: "-"),
            line[line.count - 3] &- 0x41 < 26
        else { return nil }
        let transaction = line.slice(2..<(line.count - 4))
        return transaction.allSatisfy { $0.isASCIILetter || $0.isDigit } ? (transaction, line[line.count - 3]) : nil
    }

    /// Offset after the last part of the transaction that a text begins with; before another one where it has none.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var transaction = ByteView.empty
        var index = 0
        while index < text.count {
            guard let feed = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { return nil }
            if let part = part(text.slice(index..<feed).trimmingTrailingWhitespace()) {
                if index == 0 { transaction = part.transaction }
                if index > 0, part.letter == UInt8(ascii: "A") { return index }
                if part.letter == UInt8(ascii: "Z"), part.transaction.elementsEqual(transaction) {
                    return min(feed + 1, text.count)
                }
            }
            index = feed + 1
        }
        return isWhole ? text.count : nil
    }

    /// Appends the request of a transaction: its head, which ends with an empty line, and its body.
    static func appendMessage(of text: ByteView, to output: inout ByteBuffer) {
        let transaction = part(EntryStart(text: text).line)?.transaction ?? .empty
        var (letter, start) = (UInt8(0), 0)
        var index = 0
        func endPart(at end: Int) {
            let content = text.slice(start..<end)
            if letter == UInt8(ascii: "B") { output.append(content) }
            if letter == UInt8(ascii: "C") { output.append(content.trimmingTrailingWhitespace()) }
        }
        while index < text.count {
            let feed = text.offset(of: 0x0A, from: index) ?? text.count
            let next = min(feed + 1, text.count)
            if let part = part(text.slice(index..<feed).trimmingTrailingWhitespace()),
                part.transaction.elementsEqual(transaction)
            {
                endPart(at: index)
                (letter, start) = (part.letter, next)
            }
            index = next
        }
        endPart(at: text.count)
    }
}
