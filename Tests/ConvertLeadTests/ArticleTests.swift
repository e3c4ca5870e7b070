import ConvertLead
import Foundation
import TestSupport
import Testing

/// The articles of the documentation say what the code does. With `UPDATE_SAMPLES=1` they are rewritten.
@Suite struct ArticleTests {
    private static let catalog = Checkout.root.appending(path: "Sources/ConvertLead/ConvertLead.docc")

    /// Expects the text between two lines of an article.
    private func expect(_ text: String, in article: String, after start: String, before end: String?) throws {
        let url = Self.catalog.appending(path: article)
        let whole = try String(contentsOf: url, encoding: .utf8)
        let first = try #require(whole.range(of: start + "\n\n"))
        let last = end.flatMap { whole.range(of: "\n" + $0, range: first.upperBound..<whole.endIndex) }
        let range = first.upperBound..<(last?.lowerBound ?? whole.endIndex)
        if Golden.isUpdating {
            try Data(whole.replacingCharacters(in: range, with: text).utf8).write(to: url)
        } else {
            #expect(String(whole[range]) == text, "run with UPDATE_SAMPLES=1 and read the difference")
        }
    }

    /// Text with the signs of Markdown taken literally.
    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, sign in
            if "\\`*_{}[]<>&|".contains(sign) { escaped.append("\\") }
            escaped.append(sign)
        }
    }

    @Test("The article on field mapping lists every standard field")
    func fieldMapping() throws {
        var table = "| v1 label | v2 | Type | Goes to |\n|---|---|---|---|\n"
        for field in StandardFields.all {
            let labels = field.labels.map { "`\($0)`" }.joined(separator: ", ")
            let isMandatory = StandardFields.mandatory.contains { $0.apiName == field.apiName }
            let destination =
                switch field.destination {
                case .deal where field.dataType == .other: "left out"
                case .deal: isMandatory ? "deal, mandatory" : "deal"
                case .account, .contact: "beside the deal, as an id"
                case .overwrite: "beside the deal"
                case .contactRole: "deal, as an id, from v7 on; left out before"
                case .system: "left out"
                }
            table += "| \(labels) | `\(field.apiName)` | \(field.dataType.rawValue) | \(destination) |\n"
        }
        try expect(table, in: "FieldMapping.md", after: "list that cannot be made from text.", before: "### Values")
    }

    @Test("The article on diagnostics is derived from the codes and a sample")
    func diagnostics() throws {
        let sample = try String(
            contentsOf: Checkout.samples.appending(path: "refused/value-date-words/diagnostics.txt"), encoding: .utf8)
        var text = """
            # Diagnostics

            Every finding has a code that is never renamed, a place, a message, and advice.

            ## Overview

            A ``Diagnostic`` is made where a problem is found and passed unchanged to every output: ``Diagnostic/text`` for people,
            ``Diagnostic/json`` for programs. Lines and columns count from 1 within the decoded XML or JSON text; a column is one
            Unicode scalar. An error refuses the input, a warning or note does not; ``TranslationOptions/isStrict`` turns every
            warning into an error. Customer values are quoted only with ``TranslationOptions/showsValues``.

            ```
            \(sample.trimmingCharacters(in: .newlines))
            ```

            `convertlead explain CODE` prints the section of one code.

            """
        var room = ""
        for code in DiagnosticCode.allCases {
            let name = code.rawValue.split(separator: ".").dropLast().joined(separator: ".")
            if name != room {
                text += "\n## \(name)\n"
                room = name
            }
            text += "\n### \(code.rawValue)\n\n\(escaped(code.cause))\n\n"
            if !code.example.isEmpty { text += "Example: `\(code.example)`\n\n" }
            text += "What to do: \(escaped(code.advice)).\n"
        }
        let url = Self.catalog.appending(path: "Diagnostics.md")
        #expect(try Golden.difference(from: url, Array(text.utf8)) == nil)
    }
}
