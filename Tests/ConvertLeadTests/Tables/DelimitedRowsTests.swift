@_spi(Package) import Bytes
import Testing

@testable import ConvertLead

/// The rows of a text; `nil` is no value.
private func rows(_ text: String, _ dialect: DelimitedRows.Dialect? = nil, isWhole: Bool = true) throws -> [[String?]] {
    try Array(text.utf8).withByteView { bytes in
        let (found, start) = DelimitedRows.Dialect.of(bytes)
        var reader = DelimitedRows(bytes, dialect: dialect ?? found, from: dialect == nil ? start : 0, isWhole: isWhole)
        var rows: [[String?]] = []
        while try reader.next() {
            var row: [String?] = []
            for index in 0..<reader.cells.count {
                let cell = reader.cells[index]
                row.append(cell.isNull ? nil : reader.bytes(of: cell).text)
            }
            rows.append(row)
        }
        return rows
    }
}

@Suite("Rows of delimited text")
struct DelimitedRowsTests {
    @Test(
        "Any separator and line end is read, quotes with what they hold",
        arguments: [
            "a,b\n1,2\n", "a;b\r\n1;2", "a\tb\r1\t2\r", "sep=|\na|b\n1|2\n", "\"a\",\"b\"\n\"1\",\"2\"\n",
            "\"a\"\tb\n\"1\"\t2\n",
        ])
    func separators(text: String) throws { #expect(try rows(text) == [["a", "b"], ["1", "2"]]) }

    @Test("A cell in quotes holds separators, line ends and quotes")
    func quotes() throws {
        #expect(try rows("a,b\n\"1,\n\"\"2\"\"\", x \n") == [["a", "b"], ["1,\n\"2\"", " x "]])
        #expect(try rows("\"\",\"\"\"\"\n") == [["", "\""]])
    }

    @Test("Rows of a database have their backslashes undone, and no value is told from an empty one")
    func database() throws {
        let text = "id\ttext\n1\ta\\tb\\nc\\\\d\\0\n2\t\\N\n3\t\n4\t\"q\" \\x\n"
        #expect(
            try rows(text) == [["id", "text"], ["1", "a\tb\nc\\d\0"], ["2", nil], ["3", ""], ["4", "\"q\" x"]])
    }

    @Test("Empty lines are rows of one empty cell, and a last line needs no end")
    func lines() throws {
        #expect(try rows("a\n\nb") == [["a"], [""], ["b"]])
        #expect(try rows("") == [])
    }

    @Test("Of a text that goes on, only rows that are surely whole are read")
    func parts() throws {
        #expect(try rows("a,b\n1,2", isWhole: false) == [["a", "b"]])
        #expect(try rows("a,b\n1,2\n", isWhole: false) == [["a", "b"], ["1", "2"]])
        #expect(try rows("a,b\r\n1,2\r", isWhole: false) == [["a", "b"]])
        #expect(try rows("a,b\n1,\"2\n", isWhole: false) == [["a", "b"]])
        #expect(try rows("a,b\n1,\"2\"\"", isWhole: false) == [["a", "b"]])
    }

    @Test("A quote that is not closed, or closed too early, is told with its place")
    func problems() {
        #expect(throws: DelimitedRows.Problem(reason: "a quote is not closed", offset: 4)) { try rows("a,b\n\"1,2\n") }
        #expect(throws: DelimitedRows.Problem(reason: "there is text after a closing quote", offset: 7)) {
            try rows("a,b\n\"1\"x,2\n")
        }
    }
}
