@_spi(Package) import Bytes
import TestSupport
import Testing

@testable import ConvertLead

/// The cells of the first row of a text, and what is left of the text after it.
private func row(_ text: String, _ dialect: RowDialect) -> (cells: [String?], rest: String)? {
    let reader = RowReader(dialect)
    return Array(text.utf8).withByteView { text in
        guard case .row(let end, let count) = reader.extent(of: text, isWhole: true) else { return nil }
        var cells: [String?] = []
        let row = text.slice(0..<end)
        reader.forEachCell(of: row) { cell in
            var value = ByteBuffer()
            cells.append(reader.append(cell, of: row, to: &value) ? value.string() : nil)
        }
        #expect(cells.count == count)
        return (cells, text.dropping(end).text)
    }
}

@Suite struct RowReading {
    @Test(
        "Cells in quotes hold separators, line ends and doubled quotes",
        arguments: [
            ("a,b\nc", ["a", "b"], "c"), ("\"a,b\",\"c\"\"d\"\r\nx", ["a,b", "c\"d"], "x"),
            ("\"a\nb\",c", ["a\nb", "c"], ""), (",\"\",\n", ["", "", ""], ""),
            ("a \"b\" c,d\n", ["a \"b\" c", "d"], ""),
            ("  \"a\" ,b\n", ["a", "b"], ""), ("\"a\"b,c\n", ["\"a\"b", "c"], ""), ("\n1", [""], "1"),
        ])
    func commaSeparated(text: String, cells: [String], rest: String) throws {
        let found = try #require(row(text, RowDialect()))
        #expect(found.cells == cells)
        #expect(found.rest == rest)
    }

    @Test("Doubled quotes are undone wherever they are in cells of any length")
    func doubledQuotes() throws {
        var random = SeededGenerator("RowReading.doubledQuotes")
        for length in 0..<300 {
            let value = String((0..<length).map { _ in random.chance(20) ? "\"" : "x" })
            let text = "\"" + value.replacing("\"", with: "\"\"") + "\",1\n2"
            let found = try #require(row(text, RowDialect()))
            #expect(found.cells == [value, "1"])
            #expect(found.rest == "2")
        }
    }

    @Test("A separator, quotes and line ends are those of the dialect")
    func dialects() throws {
        var old = RowDialect(separator: UInt8(ascii: ";"), quote: UInt8(ascii: "'"))
        old.endsAtReturns = true
        #expect(try #require(row("'a;''b''';\"c\"\rd", old)).cells == ["a;'b'", "\"c\""])
        var escaped = RowDialect()
        escaped.usesBackslashes = true
        #expect(try #require(row(#""a\"b\\",\N,c"#, escaped)).cells == ["a\"b\\", nil, "c"])
    }

    @Test("Lines of tabs undo what databases escape, and NULL is no value")
    func escapedLines() throws {
        let text = "1\t\\\\x\\ty\\nz\\r\\0\t\\N\tNULL\ta\\\nb\\\tc\n2"
        let found = try #require(row(text, .escapedLines))
        #expect(found.cells == ["1", "\\x\ty\nz\r\0", nil, nil, "a\nb\tc"])
        #expect(found.rest == "2")
    }

    @Test("XML without quotes goes on to the end of its root")
    func documents() throws {
        let raw = RowDialect.toldByCells(separator: UInt8(ascii: "|"))
        let text = "1|<Potentials>\n<row><![CDATA[a|b</Potentials>]]></row>\n</Potentials>|x\n2"
        let found = try #require(row(text, raw))
        #expect(found.cells == ["1", "<Potentials>\n<row><![CDATA[a|b</Potentials>]]></row>\n</Potentials>", "x"])
        #expect(found.rest == "2")
        // One that was never closed does not take the next along.
        let torn = try #require(row("1|<Potentials><row>\n2|<Potentials></Potentials>\n", raw))
        #expect(torn.cells == ["1", "<Potentials><row>"])
    }

    @Test(
        "A cell tells by itself whether a backslash is one",
        arguments: [
            // Quotes are doubled, as most programs do.
            (#""<a b=""1"">C:\temp\new say \""hi\""</a>",2"#, #"<a b="1">C:\temp\new say \"hi\"</a>"#),
            (#""C:\temp\",2"#, #"C:\temp\"#), (#""C:\temp",2"#, #"C:\temp"#),
            // fputcsv doubles no quote after a backslash.
            (#""<a b=""1"">say \"hi\", C:\temp</a>",2"#, #"<a b="1">say \"hi\", C:\temp</a>"#),
            (#""{""a"":""x\",y"",""b"":""\\"}",2"#, #"{"a":"x\",y","b":"\\"}"#),
            // A backslash is before each quote and each backslash.
            (#""<a b=\"1\">say \"hi\", C:\\temp</a>",2"#, #"<a b="1">say "hi", C:\temp</a>"#),
            ("\"<a b=\\\"1\\\">\\\n C:\\temp</a>\",2", "<a b=\"1\">\n C:\\temp</a>"),
            (#"<a b=\"1\">1\,2 C:\\temp</a>,2"#, #"<a b="1">1,2 C:\temp</a>"#),
            // The cell is a string of JSON.
            (#""<a b=\"1\">\n\u00e9\/</a>",2"#, "<a b=\"1\">\né/</a>"),
            // Nothing is escaped.
            (#"<a b="1">say \"hi\" C:\temp</a>,2"#, #"<a b="1">say \"hi\" C:\temp</a>"#),
            (#"C:\windows\,2"#, #"C:\windows\"#),
            // Separators and line ends are escaped.
            ("a\\, b C:\\\\x\\\nc,2", "a, b C:\\x\nc"),
            // Apostrophes are quotes where they close the cell.
            (#"'it\'s "so"',2"#, #"it's "so""#), (#"'it''s',2"#, "it's"), ("'s-Hertogenbosch,2", "'s-Hertogenbosch"),
            ("'<a>\n</a>',2", "<a>\n</a>"),
        ])
    func cellsTellEscapes(text: String, value: String) throws {
        let found = try #require(row(text + "\n", .toldByCells(separator: UInt8(ascii: ","))))
        #expect(found.cells == [value, "2"])
    }

    @Test(
        "A cell between tabs is as databases write it, unless it holds what they do not write",
        arguments: [
            (#"a\n\tb\\c"#, "a\n\tb\\c"), (#"C:\windows\new"#, #"C:\windows\new"#),
            ("<Leads>\n\\n\n</Leads>", "<Leads>\n\\n\n</Leads>"), ("\"a\tb\nc\"", "a\tb\nc"), ("\"a", "\"a"),
            (#"{\\"a\\": \\"b\\"}"#, #"{\"a\": \"b\"}"#), (#"O\'Brien C:\\new\n"#, "O'Brien C:\\new\n"),
            (#"it's O\'Brien\n"#, #"it's O\'Brien\n"#),
            ("<Leads><![CDATA[</Leads>\tx]]></Leads>", "<Leads><![CDATA[</Leads>\tx]]></Leads>"),
        ])
    func cellsBetweenTabs(cell: String, value: String) throws {
        let found = try #require(row(cell + "\t2\n", .toldByCells(separator: 0x09)))
        #expect(found.cells == [value, "2"])
    }

    @Test(
        "A cell that does not show what its backslashes are is known as a guess",
        arguments: [
            ("\t", #"<a b="1">C:\temp</a>"#, CellEscapes.Guess.escapes), ("\t", #"<a>\n  <b>C:\\temp</b>\n</a>"#, nil),
            ("\t", #"<a>C:\windows</a>"#, nil), (",", #""<a b=\"1\">C:\temp</a>""#, .escapes),
            (",", #""<a b=\"1\">C:\\temp</a>""#, nil), (",", #""<a b=""1"">C:\temp</a>""#, nil),
            (",", #""<a b='1'>say \"hi\"</a>""#, .escapes), (",", #""<a b='1'>C:\\temp</a>""#, .text),
            ("|", #"<a b="1">C:\temp</a>"#, .text), ("|", #"<a b="1">C:\windows</a>"#, nil),
            ("|", "<Leads b=\"1\">\nC:\\temp</Leads>", nil), ("\t", #"<a>O\'Brien</a>"#, .escapes),
        ])
    func guesses(separator: String, cell: String, guess: CellEscapes.Guess?) throws {
        let reader = RowReader(.toldByCells(separator: Array(separator.utf8)[0]))
        Array((cell + separator + "2").utf8).withByteView { row in
            var guesses: [CellEscapes.Guess?] = []
            reader.forEachCell(of: row) { guesses.append(reader.guess(at: $0, of: row)) }
            #expect(guesses == [guess, nil])
        }
    }

    @Test("A quote that is not closed ends with its line, also when a later row seems to close it")
    func openQuotes() {
        let reader = RowReader(RowDialect())
        let extents = ["1,\"a\n2,\"b\"\n", "1,\"a\n2,b\n", "1,\"a"].map { text in
            Array(text.utf8).withByteView { reader.extent(of: $0, isWhole: true) }
        }
        #expect(extents == [.torn(end: 5), .torn(end: 5), .torn(end: 4)])
    }

    @Test("A row of which more may follow is open, cut at every byte")
    func partial() {
        let texts: [(String, RowDialect)] = [
            ("1,\"a\"\"b\",c\n", RowDialect()), ("1\ta\\\nb\tc\n", .escapedLines),
            ("(1,'it''s',replace('a\\n','\\n',char(10)))", .tuples(usingBackslashes: false)),
            ("(1,'it\\'s \\\\',\"b\")", .tuples(usingBackslashes: true)),
            ("1,\"<a b=\\\"1\\\">\\\"\n</a>\",c\n", .toldByCells(separator: UInt8(ascii: ","))),
            ("1\t\"a\"\"b\"\tc\\\n\n", .toldByCells(separator: 0x09)),
        ]
        for (text, dialect) in texts {
            let bytes = Array(text.utf8)
            let reader = RowReader(dialect)
            for end in bytes.indices {
                #expect(
                    bytes[..<end].withByteView { reader.extent(of: $0, isWhole: false) } == .open, "\(text) at \(end)")
            }
            #expect(bytes.withByteView { reader.extent(of: $0, isWhole: false) } == .row(end: bytes.count, cells: 3))
        }
    }

    @Test("A tuple ends with its bracket, whatever strings, brackets and comments hold")
    func tuples() {
        let reader = RowReader(.tuples(usingBackslashes: false))
        let text = "(1, f('a)', (2)), \"b,\" /* , */ , E'it\\'s', 'c:\\') , (2)"
        Array(text.utf8).withByteView { text in
            var cells: [String] = []
            reader.forEachCell(of: text) { cells.append(text.slice($0.start..<$0.end).text) }
            #expect(cells == ["1", "f('a)', (2))", "\"b,\" /* , */", "E'it\\'s'", "'c:\\'"])
            #expect(reader.extent(of: text, isWhole: true) == .row(end: 49, cells: 5))
        }
    }

    @Test(
        "A string of SQL ends with its own quotes, whatever others it holds",
        arguments: [
            ("$$it's ), $a$$$", "it's ), $a"), ("$_x1$$$ ' $x$$_x1$", "$$ ' $x$"), ("q'[it's] ), ']'", "it's] ), '"),
            ("NQ'!a'b!'", "a'b"), ("q'(')'", "'"), ("E'a\\'b'", "a\\'b"), ("'a''b'", "a''b"), ("eq'a'", "a"),
        ])
    func strings(text: String, inside: String) throws {
        let reader = RowReader(.tuples(usingBackslashes: false))
        try Array("(\(text), 2)".utf8).withByteView { row in
            let open = try #require(row.firstIndex { $0.isOne(of: "'$") })
            #expect(row.slice(try #require(reader.tupleString(row, quoteAt: open)).inside).text == inside)
            #expect(reader.extent(of: row, isWhole: true) == .row(end: row.count, cells: 2))
        }
    }

    @Test("Dollars around no name are no quotes", arguments: ["$1, $2", "a$b$, 2", "$, $", "$1a$, 2"])
    func dollars(text: String) {
        let reader = RowReader(.tuples(usingBackslashes: false))
        Array("(\(text))".utf8).withByteView { row in
            #expect(reader.extent(of: row, isWhole: true) == .row(end: row.count, cells: 2))
        }
    }
}
