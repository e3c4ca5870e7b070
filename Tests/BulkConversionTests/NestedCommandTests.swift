import Foundation
import TestSupport
import Testing

@testable import BulkConversion

@Suite("Commands inside commands")
struct NestedCommandTests {
    private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    private func doubleQuoted(_ text: String) -> String {
        var text = text
        for sign in ["\\", "\"", "$", "`"] { text = text.replacing(sign, with: "\\" + sign) }
        return "\"" + text + "\""
    }

    @Test("A command inside another one loses the quotes of both")
    func commandsInCommands() throws {
        let name = "O'Brien C:\\temp\\new $5 `x`"
        let curl =
            "curl \(WrittenForm.address) -d leadId=5 --data-urlencode \(quoted("xmlData=" + NamedDeal.document(name)))"
        for command in [
            "bash -c " + quoted(curl), "bash -c " + quoted(curl).replacing("'\\''", with: "'\"'\"'"),
            "ssh -p 22 user@host " + doubleQuoted(curl), "docker exec web sh -c " + quoted("cd /app && " + curl),
            "ssh host " + quoted("bash -c " + quoted(curl)), "2018-05-28 INFO cmd=" + quoted(curl),
            "2018-05-28 INFO running '" + curl.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'",
            "{\"cmd\":\(String(decoding: try JSONEncoder().encode("bash -c " + quoted(curl)), as: UTF8.self))}",
        ] {
            try NamedDeal.expectConverted(command, name: name)
        }
    }

    @Test("A command inside another one whose quotes leave open what it sends is a dead letter")
    func unclearCommands() throws {
        let curl = "curl \(WrittenForm.address) -d leadId=5 --data-urlencode 'xmlData={D}'"
        for (name, quote) in [("$NAME", "\\\""), ("a", "\\\"")] {
            let command = curl.replacing("{D}", with: NamedDeal.document(name, quote: quote))
            // Without its last quote the second is cut off.
            let result = try NamedDeal.filter("ssh host \"" + command + (name == "a" ? "" : "\""))
            #expect(result.lines.map(\.isConverted) == [false], "\(name)")
        }
    }

    @Test("A value with line ends between the quotes for escapes is one call")
    func escapedLineEnds() throws {
        let document = NamedDeal.document("O'Brien").replacing("><", with: ">\n<")
        let escaped = document.replacing("'", with: "\\'").replacing("\n", with: "\\n")
        for parameter in ["xmlData=$'\(escaped)'", "$'xmlData=\(escaped)'"] {
            try NamedDeal.expectConverted(
                "curl \(WrittenForm.address) -d leadId=5 --data-urlencode \(parameter)", name: "O'Brien")
        }
    }

    @Test(
        "Where a program runs a command for each line, the place of the line is no value",
        arguments: [
            ("cat names | xargs -I{} curl -d '{B}' {A}", "{}"), ("xargs -I NAME curl -d '{B}' {A} < names", "NAME"),
            ("cat names | xargs -d '\\n' -n 1 -I @ curl -d '{B}' {A}", "@"),
            ("parallel -j 2 curl -d '{B}' {A} ::: a b", "{}"),
            ("cat names | xargs -I{} wget --post-data='{B}' {A}", "{}"),
        ])
    func placesForLines(command: String, place: String) throws {
        func text(_ name: String) -> String {
            command.replacing("{A}", with: WrittenForm.address)
                .replacing("{B}", with: "leadId=5&xmlData=" + WrittenForm.encoded(NamedDeal.document(name)))
        }
        let encoded = WrittenForm.encoded(place)
        let result = try NamedDeal.filter(text("Deal \(place)").replacing(encoded, with: place))
        #expect(result.lines.map(\.isConverted) == [false])
        #expect(result.text.contains("has \(place), which the shell puts a value for"))
        try NamedDeal.expectConverted(text("Deal [1]"), name: "Deal [1]")
    }
}
