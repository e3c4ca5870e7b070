import Foundation
import Testing

@testable import ConvertLead

/// The article *Replies* says what the code does.
@Suite struct ReplyArticleTests {
    static let article = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Sources/ConvertLead/ConvertLead.docc/Replies.md").standardizedFileURL

    /// The rows of the table below a heading, without its first two lines.
    private func rows(_ heading: String) throws -> [[String]] {
        let lines = try String(contentsOf: Self.article, encoding: .utf8).split(separator: "\n")
        let table = lines.drop { $0 != "### \(heading)" }.dropFirst().prefix { $0.hasPrefix("|") }
        return table.dropFirst(2).map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private func quoted(_ text: String) -> String? { text.firstMatch(of: /`([^`]+)`/).map { String($0.1) } }

    @Test("Every v2 code is in the table with the v1 code that the code gives")
    func codes() throws {
        var expected: [[String]] = []
        for code in V2ErrorCode.allCases {
            let reasons = [(true, false), (false, true), (false, false)].map { isAboutLead, expectsNumber in
                code.reason(isAboutLead: isAboutLead, expectsNumber: expectsNumber)
            }
            let distinct = Set(reasons).count == 1 ? [reasons[2]] : reasons
            expected += distinct.map { [code.rawValue, V1ErrorCode($0).rawValue] }
        }
        expected.append(["any other", V1ErrorCode(.codeUnknown).rawValue])
        let actual = try rows("v2 code → v1 code").map { [quoted($0[0]) ?? $0[0], quoted($0[2]) ?? ""] }
        #expect(actual == expected)
    }

    @Test("Every outcome in the table is what its sample shows")
    func outcomes() throws {
        let rows = try rows("v2 outcome → v1 reply")
        #expect(rows.count == 21)
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

    @Test("The README's table of v1 codes is what the code gives")
    func readme() throws {
        let file = Self.article.deletingLastPathComponent().appending(path: "../../../README.md").standardizedFileURL
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let table = lines.drop { $0 != "| v1 code | v2 code |" }.dropFirst(2).prefix { $0.hasPrefix("|") }
        var actual: [String: Set<String>] = [:]
        for line in table {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            actual[cells[0]] = Set(cells[1].matches(of: /`([^`]+)`/).map { String($0.1) })
        }
        var expected: [String: Set<String>] = [:]
        for code in V2ErrorCode.allCases {
            for (isAboutLead, expectsNumber) in [(true, false), (false, true), (false, false)] {
                let reason = code.reason(isAboutLead: isAboutLead, expectsNumber: expectsNumber)
                expected[V1ErrorCode(reason).rawValue, default: []].insert(code.rawValue)
            }
        }
        #expect(actual == expected)
    }
}
