@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A table drawn with lines. Its cells are padded, cut off or broken over lines, so none is read.
    static let drawnTable = ArchiveForm(
        name: "table drawn with lines",
        sign: """
            names of columns with a line of dashes, bars or box characters above or below them, as `mysql -t`, `psql` and Markdown \
            draw it; what holds a request is a dead letter that says how to export it
            """,
        sample: "drawn-table-of-mysql",
        mayBeginWith: DrawnTable.mayBegin,
        isOpen: DrawnTable.isOpen,
        begins: { start in
            guard let frame = DrawnTable(at: start) else { return nil }
            return .block { frame.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            // Netty draws dumps of bytes so, in which a mark may be broken over lines.
            if HexDump.refuses(text, &entry) { return }
            guard RequestMarks.isIn(text) else { return entry.skip(.otherTable) }
            entry.refuse(
                .archiveEntry,
                "A table drawn with lines does not keep its cells as they are; export it with psql --csv, mysql --batch or sqlite3 -csv"
            )
        })
}

/// How a drawn table is framed.
enum DrawnTable {
    /// Between lines of dashes: above, below the names, and at the end.
    case boxed
    /// With a line of dashes below the names; rows begin with a bar.
    case barred
    /// With a line of dashes below the names, up to a blank line; where the second column begins if blanks part the columns, else 0.
    case underlined(column: Int)

    /// Whether a frame or the names of columns may begin with a byte.
    static func mayBegin(with byte: UInt8) -> Bool { byte != 0 && !byte.isDigit && !byte.isOne(of: "<{[\"") }

    /// Whether a text stops after a line that may be names of columns, with the line of dashes yet to come.
    @Sendable static func isOpen(_ start: EntryStart) -> Bool {
        start.text.count == start.lineLength && start.line.contains { $0.isOne(of: " |") }
            && !start.line.contains { $0.isOne(of: "<{=%:") }
    }

    init?(at start: EntryStart) {
        let line = start.line
        guard let first = line.first, Self.mayBegin(with: first) else { return nil }
        if first == UInt8(ascii: "+") || first == 0xE2 {
            guard Self.isRuler(line) else { return nil }
            self = .boxed
            return
        }
        let rest = start.text.dropping(start.lineLength)
        guard let next = rest.first, next.isOne(of: "-|+: ") else { return nil }
        let ruler = rest.slice(0..<(rest.offset(of: 0x0A) ?? rest.count)).trimmingTrailingWhitespace()
        guard Self.isRuler(ruler) else { return nil }
        if line.contains(UInt8(ascii: "|")) {
            self = first == UInt8(ascii: "|") ? .barred : .underlined(column: 0)
        } else if Self.isUnder(start.text.slice(0..<start.lineLength), ruler),
            let gap = ruler.offset(of: 0x20), let column = ruler.offset(of: UInt8(ascii: "-"), from: gap)
        {
            self = .underlined(column: column)
        } else {
            return nil
        }
    }

    /// Whether a line is dashes, or box characters, with something between them where columns meet.
    private static func isRuler(_ line: ByteView) -> Bool {
        var (dashes, joints, index) = (0, 0, 0)
        while index < line.count {
            switch line[index] {
            case UInt8(ascii: "-"), UInt8(ascii: "="): dashes += 1
            case UInt8(ascii: "+"), UInt8(ascii: "|"), UInt8(ascii: ":"), UInt8(ascii: " "): joints += 1
            case 0xE2 where index + 2 < line.count && (line[index + 1] == 0x94 || line[index + 1] == 0x95):
                let isDash = line[index + 1] == 0x94 ? line[index + 2] <= 0x81 : line[index + 2] == 0x90
                dashes += isDash ? 1 : 0
                joints += isDash ? 0 : 1
                index += 2
            default: return false
            }
            index += 1
        }
        return dashes > 2 && joints > 0
    }

    /// Whether words begin above each run of dashes that blanks part.
    private static func isUnder(_ names: ByteView, _ ruler: ByteView) -> Bool {
        guard let first = names.first, first.isASCIILetter || first == UInt8(ascii: "_") else { return false }
        for index in ruler.indices where ruler[index] != 0x20 && (index == 0 || ruler[index - 1] == 0x20) {
            guard ruler[index] == UInt8(ascii: "-"), index < names.count, !names[index].isWhitespace,
                index == 0 || names[index - 1] == 0x20
            else { return false }
        }
        return ruler.contains(0x20)
    }

    /// Whether a line has blanks before the second column, and text in it: after a blank line it is a row all the same.
    private static func hasGap(before column: Int, in line: ByteView) -> Bool {
        column > 2 && column < line.count && line[column - 1] == 0x20 && line[column - 2] == 0x20
            && line[column] != 0x20
    }

    /// Offset after the last line of the table.
    func end(of text: ByteView, isWhole: Bool) -> Int? {
        var (index, rulers) = (0, 0)
        while index < text.count {
            guard let end = text.offset(of: 0x0A, from: index).map({ $0 + 1 }) ?? (isWhole ? text.count : nil) else {
                return nil
            }
            let line = text.slice(index..<end).trimmingTrailingWhitespace()
            if index > 0, EntryStart.isCall(at: index, in: text) { return index }
            switch self {
            case .boxed:
                // Corners at the bottom left: U+2514, U+255A, U+2570.
                if line.starts(with: [0xE2, 0x94, 0x94]) || line.starts(with: [0xE2, 0x95, 0x9A])
                    || line.starts(with: [0xE2, 0x95, 0xB0])
                {
                    return end
                }
                guard line.first == UInt8(ascii: "+"), Self.isRuler(line) else { break }
                rulers += 1
                // Between rows of several lines may be one too.
                if rulers > 2, end < text.count || isWhole, text.dropping(end).first != UInt8(ascii: "|") { return end }
            case .barred: if line.first != UInt8(ascii: "|") { return index }
            case .underlined(let column) where end - index <= 2 && line.isEmpty:
                guard let next = text.offset(of: 0x0A, from: end) ?? (isWhole ? text.count : nil) else { return nil }
                if !Self.hasGap(before: column, in: text.slice(end..<next)) { return index }
            case .underlined: break
            }
            index = end
        }
        return isWhole ? text.count : nil
    }
}
