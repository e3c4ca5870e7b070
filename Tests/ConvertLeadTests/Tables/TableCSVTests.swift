@_spi(Package) import Bytes
import Testing

@testable import ConvertLead

/// The columns `a` and `b` of a table, with the places of its cells.
private func cells(_ text: String) throws -> [[TableText.Cell]] {
    var rows: [[TableText.Cell]] = []
    try TableText.read(Array(text.utf8), source: "t.csv", TableKind(name: "a table", entries: "rows")) {
        (text) throws(TranslationFailure) in
        try text.readCSV(required: ["a", "b"]) { (_, row) throws(TranslationFailure) in
            rows.append(row.compactMap(\.self))
        }
        return rows.count
    }
    return rows
}

private func rows(_ text: String) throws -> [[String]] { try cells(text).map { $0.map(\.text) } }

@Suite("Tables that people save")
struct TableCSVTests {
    @Test(
        "Any separator and line end is read, quotes with what they hold",
        arguments: [
            "a,b\n1,2\n", "a;b\r\n1;2", "a\tb\r1\t2\r", "sep=|\na|b\n1|2\n", "\"a\",\"b\"\n\"1\",\"2\"\n",
            "\"a\"\tb\n\"1\"\t2\n", "sep=; \r\na;b\r\n1;2\r\n", "a,b\r1,2\n", "a,b\n\n \r\n1,2\n,\n",
        ])
    func separators(text: String) throws { #expect(try rows(text) == [["1", "2"]]) }

    @Test("A cell in quotes holds separators, line ends and quotes, and every cell is trimmed")
    func quotes() throws {
        #expect(try rows("a,b\n\"1,\n\"\"2\"\"\", x \n") == [["1,\n\"2\"", "x"]])
        #expect(try rows("a,b\n\" 1\n\",\"\"\"\"\n") == [["1", "\""]])
        #expect(try rows("a,b\n1 \"x\",NULL\n\\N,2\n") == [["1 \"x\"", "NULL"], ["\\N", "2"]])
    }

    @Test("Rows of a database have their backslashes undone, and \\N is empty")
    func database() throws {
        let text = "a\tb\n1\ta\\tb\\nc\\\\d\n2\t\\N\n3\tNULL\n4\t\"q\" \\x\n"
        #expect(try rows(text) == [["1", "a\tb\nc\\d"], ["2", ""], ["3", "NULL"], ["4", "\"q\" x"]])
    }

    @Test("A cell is where its text begins, or its quote")
    func places() throws {
        #expect(try cells("a,b\n 1, \"2\"\r\n,3\n")[0].map(\.offset) == [5, 8])
        #expect(try cells("sep=;\r\na;b\r\n1;2")[0].map(\.offset) == [12, 14])
    }

    @Test(
        "A quote that is not closed, or closed too early, is told with its place",
        arguments: [
            ("a,b\n\"1,2\n", "2:1: a quote is not closed"),
            ("a,b\n\"1\"x,2\n", "2:4: there is text after a closing quote"),
            ("a,b\n1,\"2\n3,\"4\"\n", "3:4: there is text after a closing quote"),
        ])
    func problems(text: String, problem: String) {
        let found = findings { () throws(TranslationFailure) in
            var table = LookupTable()
            try table.read(Array(text.replacing("a,b", with: "name,id").utf8), source: "t.csv")
        }
        #expect(found?.count == 1)
        #expect(found?[0].code == .tableUnreadable)
        #expect(found?[0].location.map { "\($0.line):\($0.column): \(found?[0].message ?? "")" } == problem)
    }
}
