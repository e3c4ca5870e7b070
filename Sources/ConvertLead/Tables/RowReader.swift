@_spi(Package) import Bytes

/// Finds where rows end, and their cells. The only place that does; it keeps nothing from row to row.
package struct RowReader: Sendable {
    /// How the rows are written.
    package let dialect: RowDialect

    /// A cell as it is written.
    package struct Cell: BitwiseCopyable {
        /// How a cell is written.
        package enum Form: BitwiseCopyable {
            /// As it is; in a tuple, an expression.
            case plain
            /// In quotes, which are not part of it.
            case quoted
            /// In quotes of which the second is missing.
            case torn
            /// The last of a row of SQL whose bracket is missing.
            case open
            /// In quotes with more text after them, which is where this begins; only in dialects that refuse it.
            case overrun
        }

        /// Where it is in its row.
        package let start: Int
        /// Where it ends.
        package let end: Int
        /// How it is written.
        package let form: Form
        /// Whether it has doubled quotes or backslashes that are to be undone.
        package let hasEscapes: Bool

        /// The cell without white space at both ends.
        package func trimmed(in row: ByteView) -> Cell {
            let start = start + row.slice(start..<end).count - row.slice(start..<end).trimmingLeadingWhitespace().count
            let length = row.slice(start..<end).trimmingTrailingWhitespace().count
            return Cell(start: start, end: start + length, form: form, hasEscapes: hasEscapes)
        }
    }

    /// How far a row goes.
    package enum Extent: Equatable {
        /// To an offset after its line end or bracket.
        case row(end: Int, cells: Int)
        /// To the end of the line with an open quote.
        case torn(end: Int)
        /// Beyond the text.
        case open
    }

    /// What follows a cell.
    private enum Stop {
        case cell
        case row
        case textEnd
    }

    /// A reader of a dialect.
    package init(_ dialect: RowDialect) { self.dialect = dialect }

    /// How far the row goes that begins at the start of a text.
    ///
    /// - Parameter isWhole: whether nothing comes after the text.
    package func extent(of text: ByteView, isWhole: Bool) -> Extent {
        var at = firstCell(of: text)
        var cells = 0
        while true {
            let (cell, stop) = next(in: text, &at, isWhole: isWhole)
            cells += 1
            switch stop {
            case .cell: continue
            case .row: return cell.form == .torn ? .torn(end: at) : .row(end: at, cells: cells)
            case .textEnd:
                guard isWhole, !dialect.isTuple || dialect.isAssignments else { return .open }
                switch cell.form {
                case .torn: return .torn(end: lineEnd(in: text, from: cell.start))
                case .plain, .quoted, .overrun, .open: return .row(end: text.count, cells: cells)
                }
            }
        }
    }

    /// Calls `body` with each cell of the row that a text begins with.
    ///
    /// - Returns: where the row ends: after its line end or bracket, or with the text.
    @discardableResult
    package func forEachCell(of text: ByteView, _ body: (Cell) -> Void) -> Int {
        var at = firstCell(of: text)
        while true {
            let (cell, stop) = next(in: text, &at, isWhole: true)
            body(cell)
            guard case .cell = stop else { return at }
        }
    }

    /// A cell of the row that a text begins with, by its number from 0; `nil` when the row has fewer.
    package func cell(_ number: Int, of text: ByteView) -> Cell? {
        var at = firstCell(of: text)
        for index in 0...number {
            let (cell, stop) = next(in: text, &at, isWhole: true)
            if index == number { return cell }
            guard case .cell = stop else { return nil }
        }
        return nil
    }

    /// Appends the value of a cell of lines.
    ///
    /// - Returns: false for a word that means no value.
    package func append(_ cell: Cell, of row: ByteView, to output: inout ByteBuffer) -> Bool {
        let text = row.slice(cell.start..<cell.end)
        if cell.form == .plain {
            if dialect.isNull(text) { return false }
            if dialect.isToldByCells {
                CellEscapes(plain: text, in: dialect).append(text, to: &output)
            } else if dialect.usesBackslashes {
                Self.appendUnescaped(text, quote: 0, to: &output)
            } else {
                output.append(text)
            }
        } else if cell.hasEscapes {
            if dialect.isToldByCells {
                let quote = row[cell.start - 1]
                CellEscapes(quoted: text, quote).append(text, quote: quote, to: &output)
            } else if dialect.usesBackslashes {
                Self.appendUnescaped(text, quote: dialect.quote, to: &output)
            } else {
                Self.appendUndoubled(text, dialect.quote, to: &output)
            }
        } else {
            output.append(text)
        }
        return true
    }

    /// How the backslashes of a cell were read when nothing in it tells whether they are text or escapes; `nil` when it tells.
    package func guess(at cell: Cell, of row: ByteView) -> CellEscapes.Guess? {
        guard dialect.isToldByCells else { return nil }
        let text = row.slice(cell.start..<cell.end)
        switch cell.form {
        case .plain:
            return dialect.isRaw
                ? nil : CellEscapes(plain: text, in: dialect).guess(in: text, separator: dialect.separator)
        case .quoted:
            let quote = row[cell.start - 1]
            return CellEscapes(quoted: text, quote).guess(in: text, quote: quote)
        case .torn, .overrun, .open: return nil
        }
    }

    // MARK: Cells

    /// Where the first cell begins: a tuple's after its bracket.
    private func firstCell(of row: ByteView) -> Int {
        dialect.hasBrackets ? min(1, row.count) : 0
    }

    /// The cell that begins at an offset, which is moved to what follows it.
    private func next(in text: ByteView, _ at: inout Int, isWhole: Bool) -> (Cell, Stop) {
        dialect.isTuple ? nextInTuple(text, &at) : nextInLine(text, &at, isWhole: isWhole)
    }

    private func nextInLine(_ text: ByteView, _ at: inout Int, isWhole: Bool) -> (Cell, Stop) {
        if dialect.quote != 0 {
            var start = at
            while start < text.count, text[start] == 0x20 || text[start] == 0x09 && dialect.separator != 0x09 {
                start += 1
            }
            if start < text.count, isQuote(text[start]), let quoted = nextQuoted(text, start, &at, isWhole: isWhole) {
                return quoted
            }
        }
        let start = at
        var end = start
        if dialect.isToldByCells, dialect.separator == 0x09, let stop = stopAfterDocument(in: text, from: start) {
            return (Cell(start: start, end: stop, form: .plain, hasEscapes: false), step(over: stop, in: text, &at))
        }
        switch xmlEnd(in: text, from: start) {
        case .at(let closed): end = closed
        case .open where !isWhole:
            at = text.count
            return (Cell(start: start, end: text.count, form: .plain, hasEscapes: false), .textEnd)
        // What was never closed is a cell like any other: what follows its separator may be somebody's secret.
        case .open, .none: break
        }
        var hasEscapes = dialect.usesBackslashes
        while true {
            guard let stop = cellEnd(in: text, from: end) else {
                at = text.count
                return (Cell(start: start, end: text.count, form: .plain, hasEscapes: false), .textEnd)
            }
            if dialect.usesBackslashes || dialect.isToldByCells, Self.isEscaped(stop, in: text, from: start) {
                // The first such byte tells, so that a long cell is not looked through for each.
                if !hasEscapes {
                    let cell = text.slice(start..<(stop + 1))
                    hasEscapes = CellEscapes(plain: cell, in: dialect) != .none
                }
                if hasEscapes {
                    end = stop + 1
                    continue
                }
            }
            let hasReturn = text[stop] == 0x0A && stop > start && text[stop - 1] == 0x0D
            let cell = Cell(start: start, end: hasReturn ? stop - 1 : stop, form: .plain, hasEscapes: false)
            return (cell, step(over: stop, in: text, &at))
        }
    }

    /// Where a separator or a line end is.
    private func cellEnd(in text: ByteView, from start: Int) -> Int? {
        guard dialect.endsAtReturns else { return text.offset(of: dialect.separator, or: 0x0A, from: start) }
        return (start..<text.count).first { text[$0] == dialect.separator || isLineEnd(text[$0]) }
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D && dialect.endsAtReturns }

    /// Steps over a separator or a line end, and over the line feed that follows a carriage return.
    private func step(over stop: Int, in text: ByteView, _ at: inout Int) -> Stop {
        at = stop + 1
        if text[stop] == dialect.separator { return .cell }
        if text[stop] == 0x0D, at < text.count, text[at] == 0x0A { at += 1 }
        return .row
    }

    /// Bytes in which the apostrophe is looked for that closes a cell, unless the cell is XML or JSON.
    private static let mostOfWord = 16_384

    private func isQuote(_ byte: UInt8) -> Bool {
        byte == dialect.quote || dialect.isToldByCells && byte == UInt8(ascii: "'")
    }

    /// The cell in quotes that begins at `open`; `nil` when more than its quotes is there, so that they are part of it.
    private func nextQuoted(_ text: ByteView, _ open: Int, _ at: inout Int, isWhole: Bool) -> (Cell, Stop)? {
        let start = open + 1
        let quote = text[open]
        // Words begin with an apostrophe too, and what is written without quotes may begin with one.
        let mayBePlain =
            dialect.isToldByCells && (quote != dialect.quote || dialect.separator == 0x09)
            && !CellEscapes.beginsMarkup(text.dropping(start))
        let isWord = mayBePlain && quote != dialect.quote
        let end = isWord ? min(text.count, start + Self.mostOfWord) : text.count
        guard let (close, hasEscapes) = stringEnd(text.slice(0..<end), quote, from: start) else {
            if isWord || mayBePlain && isWhole { return nil }
            at = text.count
            return (Cell(start: start, end: text.count, form: .torn, hasEscapes: true), .textEnd)
        }
        if isWord, text.slice(start..<close).contains(0x0A) { return nil }
        let cell = Cell(start: start, end: close, form: .quoted, hasEscapes: hasEscapes)
        var after = close + 1
        while after < text.count, text[after] != dialect.separator, !isLineEnd(text[after]),
            text[after] == 0x20 || text[after] == 0x09 || text[after] == 0x0D
        {
            after += 1
        }
        guard after < text.count else {
            at = after
            return (cell, .textEnd)
        }
        if text[after] == dialect.separator || isLineEnd(text[after]) {
            return (cell, step(over: after, in: text, &at))
        }
        if dialect.refusesTextAfterQuotes {
            at = lineEnd(in: text, from: after)
            return (Cell(start: after, end: at, form: .overrun, hasEscapes: false), .row)
        }
        // The quote that seems to close this one opens another on a later line.
        guard !mayBePlain, text.slice(start..<close).contains(where: isLineEnd) else { return nil }
        at = lineEnd(in: text, from: start)
        return (Cell(start: start, end: at, form: .torn, hasEscapes: true), .row)
    }

    private func nextInTuple(_ text: ByteView, _ at: inout Int) -> (Cell, Stop) {
        var start = at
        var hasName = !dialect.isAssignments
        var depth = 0
        var index = at
        func cell(_ end: Int, _ form: Cell.Form = .plain) -> Cell {
            let value = text.slice(start..<end)
            let first = start + value.count - value.trimmingLeadingWhitespace().count
            let last = max(first, start + value.trimmingTrailingWhitespace().count)
            return Cell(start: first, end: last, form: form, hasEscapes: true)
        }
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "$") where Self.dollarQuoteLength(text, at: index - 1) == 0: break
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "$"):
                guard let string = tupleString(text, quoteAt: index - 1) else {
                    at = text.count
                    return (Cell(start: start, end: at, form: .torn, hasEscapes: true), .textEnd)
                }
                index = string.end
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")") where depth > 0: depth -= 1
            case UInt8(ascii: ")"):
                at = index
                return (cell(index - 1), .row)
            case UInt8(ascii: ",") where depth == 0:
                at = index
                return (cell(index - 1), .cell)
            case UInt8(ascii: "=") where !hasName:
                hasName = true
                start = index
            case UInt8(ascii: ";") where dialect.isAssignments && depth == 0:
                at = index - 1
                return (cell(at), .row)
            case UInt8(ascii: ";") where dialect.endsAtSemicolon:
                at = index - 1
                return (Cell(start: start, end: at, form: .torn, hasEscapes: true), .row)
            case _ where dialect.isAssignments && depth == 0 && byte.isASCIILetter:
                // A word after a value begins a clause, such as `ON DUPLICATE KEY UPDATE`.
                let value = text.slice(start..<(index - 1))
                if hasName, value.last?.isWhitespace ?? false, let last = value.trimmingTrailingWhitespace().last,
                    last.isDigit || "'\")".utf8.contains(last)
                {
                    at = index - 1
                    return (cell(at), .row)
                }
            case UInt8(ascii: "-") where text.dropping(index).first == byte: index = lineEnd(in: text, from: index)
            case UInt8(ascii: "/") where text.dropping(index).first == UInt8(ascii: "*"):
                index = text.offset(of: "*/", from: index + 1).map { $0 + 2 } ?? text.count
            default: break
            }
        }
        at = text.count
        return (cell(text.count, dialect.hasBrackets ? .open : .plain), .textEnd)
    }

    /// A string of SQL.
    package struct TupleString {
        /// What undoes a string.
        package enum Escapes {
            case none, doubledQuotes, backslashes
        }

        /// What is between its quotes.
        package let inside: Range<Int>
        /// Offset after its last quote.
        package let end: Int
        /// What is to be undone in it.
        package let escapes: Escapes
    }

    /// The string whose first quote is at an offset; `nil` when it is not closed.
    ///
    /// It is in quotes, which may be doubled or escaped inside; between `$tag$` as in PostgreSQL; or, as in Oracle after `q`, between
    /// brackets or two of any byte inside the quotes.
    package func tupleString(_ text: ByteView, quoteAt open: Int) -> TupleString? {
        let quote = text[open]
        if quote == UInt8(ascii: "$") {
            let start = open + Self.dollarQuoteLength(text, at: open)
            guard let close = text.offset(of: text.slice(open..<start), from: start) else { return nil }
            return TupleString(inside: start..<close, end: close + start - open, escapes: .none)
        }
        var isEscaped = dialect.usesBackslashes && quote != UInt8(ascii: "`")
        if open > 0, text[open - 1].isASCIILetter, let prefix = Self.stringPrefix(text, quoteAt: open) {
            if prefix == UInt8(ascii: "q") { return Self.chosenQuoteString(text, quoteAt: open) }
            isEscaped = isEscaped || prefix == UInt8(ascii: "e")
        }
        return stringEnd(text, quote, usesBackslashes: isEscaped, from: open + 1).map {
            TupleString(
                inside: (open + 1)..<$0.end, end: $0.end + 1, escapes: isEscaped ? .backslashes : .doubledQuotes)
        }
    }

    /// The letter, in lower case, that says how the string after it is written: PostgreSQL's `E` that backslashes escape, Oracle's `Q`
    /// or `NQ` that it has quotes of its own; `nil` for other words.
    private static func stringPrefix(_ text: ByteView, quoteAt open: Int) -> UInt8? {
        let letter = text[open - 1] | 0x20
        guard letter.isOne(of: "eq"), text[open] == UInt8(ascii: "'") else { return nil }
        var start = open - 1
        if letter == UInt8(ascii: "q"), start > 0, text[start - 1] | 0x20 == UInt8(ascii: "n") { start -= 1 }
        return start == 0 || !isPartOfName(text[start - 1]) ? letter : nil
    }

    /// Oracle's `q'[…]'`, whose quotes end it only after the byte that its writer chose.
    private static func chosenQuoteString(_ text: ByteView, quoteAt open: Int) -> TupleString? {
        guard open + 1 < text.count else { return nil }
        let closing: UInt8 =
            switch text[open + 1] {
            case UInt8(ascii: "["): UInt8(ascii: "]")
            case UInt8(ascii: "("): UInt8(ascii: ")")
            case UInt8(ascii: "{"): UInt8(ascii: "}")
            case UInt8(ascii: "<"): UInt8(ascii: ">")
            case let chosen: chosen
            }
        var index = open + 2
        while let quote = text.offset(of: UInt8(ascii: "'"), from: index) {
            if quote > open + 2, text[quote - 1] == closing {
                return TupleString(inside: (open + 2)..<(quote - 1), end: quote + 1, escapes: .none)
            }
            index = quote + 1
        }
        return nil
    }

    /// Length of the `$tag$` at an offset by which PostgreSQL quotes; 0 when none is there.
    package static func dollarQuoteLength(_ text: ByteView, at open: Int) -> Int {
        if open > 0, isPartOfName(text[open - 1]) || text[open - 1] == UInt8(ascii: "$") { return 0 }
        // As long as a name of PostgreSQL may be.
        let front = text.slice(0..<min(text.count, open + 65))
        guard let end = front.offset(of: UInt8(ascii: "$"), from: open + 1) else { return 0 }
        let tag = text.slice((open + 1)..<end)
        let isTag = tag.allSatisfy(isPartOfName) && !(tag.first?.isDigit ?? false)
        return isTag ? end + 1 - open : 0
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private func stringEnd(_ text: ByteView, _ quote: UInt8, from start: Int) -> (end: Int, hasEscapes: Bool)? {
        dialect.isToldByCells
            ? CellEscapes.stringEnd(text, quote, from: start, separator: dialect.separator)
            : stringEnd(text, quote, usesBackslashes: dialect.usesBackslashes, from: start)
    }

    /// Offset of the quote that closes a string, and whether something in it is to be undone.
    private func stringEnd(
        _ text: ByteView, _ quote: UInt8, usesBackslashes: Bool, from start: Int
    ) -> (end: Int, hasEscapes: Bool)? {
        var index = start
        var hasEscapes = false
        let other = usesBackslashes ? UInt8(ascii: "\\") : quote
        while true {
            guard let found = text.offset(of: quote, or: other, from: index) else { return nil }
            if text[found] == quote, found + 1 >= text.count || text[found + 1] != quote { return (found, hasEscapes) }
            hasEscapes = true
            index = found + 2
        }
    }

    /// Where the separator or line end is after a cell without quotes that is a whole document on one line, as most are; `nil` for
    /// any other.
    private func stopAfterDocument(in text: ByteView, from start: Int) -> Int? {
        guard start < text.count, text[start] == UInt8(ascii: "<"), let stop = cellEnd(in: text, from: start),
            text[stop - 1] == UInt8(ascii: ">")
        else { return nil }
        let cell = text.slice(start..<stop)
        guard let open = cell.lastIndex(of: UInt8(ascii: "<")), cell.dropping(open).hasPrefix("</"),
            cell.slice((open + 2)..<(cell.count - 1)).elementsEqual(RawXML.name(ofTag: cell)),
            cell.offset(of: "<!") == nil
        else { return nil }
        return stop
    }

    private enum XMLEnd {
        case at(Int)
        case open
        case none
    }

    /// Where the document ends that a cell without quotes begins with. One in which another begins was never closed.
    private func xmlEnd(in text: ByteView, from start: Int) -> XMLEnd {
        guard dialect.isToldByCells, start < text.count, text[start] == UInt8(ascii: "<") else { return .none }
        let rest = text.dropping(start)
        guard RawXML.isRequest(rest), let root = RawXML.rootStart(in: rest) else { return .none }
        let end = RawXML.rootEnd(in: rest)
        let name = RawXML.name(ofTag: rest.dropping(root))
        let inside = rest.slice((root + 1)..<(end ?? rest.count))
        var index = 1
        while let next = inside.offset(of: name, from: index) {
            if inside[next - 1] == UInt8(ascii: "<") { return .none }
            index = next + 1
        }
        return end.map { .at(start + $0) } ?? .open
    }

    /// Whether an odd number of backslashes is before an offset.
    private static func isEscaped(_ offset: Int, in text: ByteView, from start: Int) -> Bool {
        var first = offset
        while first > start, text[first - 1] == UInt8(ascii: "\\") { first -= 1 }
        return (offset - first) % 2 == 1
    }

    private func lineEnd(in text: ByteView, from start: Int) -> Int {
        guard dialect.endsAtReturns else { return text.offset(of: 0x0A, from: start).map { $0 + 1 } ?? text.count }
        return (start..<text.count).first { isLineEnd(text[$0]) }.map { $0 + 1 } ?? text.count
    }

    // MARK: Values of cells

    /// Appends text without its backslashes, as MySQL and PostgreSQL write them, and without the second of two quotes.
    ///
    /// - Parameter quote: 0 outside quotes.
    package static func appendUnescaped(_ text: ByteView, quote: UInt8, to output: inout ByteBuffer) {
        let backslash = UInt8(ascii: "\\")
        var index = 0
        while let found = text.offset(of: backslash, or: quote == 0 ? backslash : quote, from: index) {
            output.append(text.slice(index..<found))
            index = found + 2
            guard found + 1 < text.count else {
                output.append(text[found])
                return
            }
            let next = text[found + 1]
            guard text[found] == backslash else {
                // The second of two quotes, or what follows a single one.
                output.append(quote)
                if next != quote { output.append(next) }
                continue
            }
            switch next {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "0"): output.append(0x00)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "v"): output.append(0x0B)
            case UInt8(ascii: "Z"): output.append(0x1A)
            default: output.append(next)
            }
        }
        output.append(text.dropping(index))
    }

    /// Appends text in which quotes are doubled.
    package static func appendUndoubled(_ text: ByteView, _ quote: UInt8, to output: inout ByteBuffer) {
        guard var from = text.baseAddress else { return }
        let end = from + text.count
        output.reserve(text.count)
        var to = output.end
        while from < end {
            if end - from >= 16 {
                // Sixteen bytes up to the next quote; what is stored too much is overwritten.
                let block = UnsafeRawPointer(from).loadUnaligned(as: SIMD16<UInt8>.self)
                UnsafeMutableRawPointer(to).storeBytes(of: block, as: SIMD16<UInt8>.self)
                let count = block.offset(of: quote, or: quote)
                from += count
                to += count
                if count == 16 { continue }
            }
            to.pointee = from.pointee
            // A quote by itself, as PHP leaves one after a backslash, is no pair.
            from += from.pointee == quote && from + 1 < end && from[1] == quote ? 2 : 1
            to += 1
        }
        output.count = to - output.base
    }
}
