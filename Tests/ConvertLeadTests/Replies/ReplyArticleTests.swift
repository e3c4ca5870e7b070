import Foundation
import TestSupport
import Testing

@testable import ConvertLead

/// The article *Replies* says what the code does.
@Suite struct ReplyArticleTests {
    static let article = Checkout.root.appending(path: "Sources/ConvertLead/ConvertLead.docc/Replies.md")

    /// The rows of the table below a heading, without its first two lines.
    private func rows(_ heading: String) throws -> [[String]] {
        let lines = try String(contentsOf: Self.article, encoding: .utf8).split(separator: "\n")
        let table = lines.drop { $0 != "### \(heading)" }.dropFirst().prefix { $0.hasPrefix("|") }
        return table.dropFirst(2).map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private func quoted(_ text: String) -> String? { text.firstMatch(of: /`([^`]+)`/).map { String($0.1) } }

    /// Each v2 code with what its details may say and the v1 code that it then becomes.
    private static let codes: [(v2: String, when: String, v1: V1ErrorCode)] = V2ErrorCode.allCases.flatMap { code in
        let cases = [
            (true, false, "the lead's id is meant: `api_name` is `id`, or there is a `resource_path_index`"),
            (false, true, "a number was expected"), (false, false, "otherwise"),
        ]
        let rows = cases.map { isAboutLead, expectsNumber, when in
            let reason = code.reason(isAboutLead: isAboutLead, expectsNumber: expectsNumber)
            return (v2: code.rawValue, when: when, v1: V1ErrorCode(reason))
        }
        return Set(rows.map(\.v1)).count > 1 ? rows : [(code.rawValue, "", rows[2].v1)]
    }

    /// Compares the rows of the table with this heading row to what they must be, or writes them when `UPDATE_SAMPLES=1`.
    private func compare(_ heading: String, in file: URL, with rows: [String]) throws {
        let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: heading)) + 2
        let end = try #require(lines[start...].firstIndex { !$0.hasPrefix("|") })
        guard ProcessInfo.processInfo.environment["UPDATE_SAMPLES"] == "1" else {
            #expect(Array(lines[start..<end]) == rows, "UPDATE_SAMPLES=1 writes the table")
            return
        }
        let text = (lines[..<start] + rows + lines[end...]).joined(separator: "\n")
        try Data(text.utf8).write(to: file)
    }

    @Test("The article's table of v2 codes is what the code gives")
    func codes() throws {
        let rows = Self.codes.map { "| `\($0.v2)` |\($0.when.isEmpty ? "" : " \($0.when)") | `\($0.v1.rawValue)` |" }
        let other = "| any other | reported as a warning | `\(V1ErrorCode(.codeUnknown).rawValue)` |"
        let oauth = [
            "| an OAuth `error` | its description speaks of too many requests | `\(V1ErrorCode(.limitReached).rawValue)` |",
            "| an OAuth `error` | otherwise | `\(V1ErrorCode(.unauthenticated).rawValue)` |",
        ]
        try compare("| v2 code | When | v1 code |", in: Self.article, with: rows + oauth + [other])
    }

    @Test("Every outcome in the table is what its sample shows")
    func outcomes() throws {
        let rows = try rows("v2 outcome → v1 reply")
        #expect(rows.count == 26)
        for row in rows {
            let name = try #require(quoted(row[2]))
            let sample = try #require(ReplySample.all.first { $0.testDescription == name })
            var translator = Translator()
            let translated = translator.translateReply(try sample.input())
            #expect(translated.isTranslated != row[1].contains("reported"), "\(name)")
            #expect(
                !translated.diagnostics.isEmpty == (row[1].contains("reported") || row[1].contains("note")), "\(name)")
            switch translated.reply.outcome {
            case nil: #expect(row[1].hasPrefix("unchanged"), "\(name)")
            case .converted: #expect(row[1].hasPrefix("`success`"), "\(name)")
            case .failed(let failure):
                #expect(row[1].hasPrefix("error"), "\(name)")
                if let number = quoted(row[1]) { #expect(V1ErrorCode(failure.reason).rawValue == number, "\(name)") }
            }
        }
    }
}
