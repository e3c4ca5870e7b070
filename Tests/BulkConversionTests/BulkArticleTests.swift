import BulkConversion
import ConvertLead
import Foundation
import Testing

/// The code that the documentation of the module shows is the code of this file, and it works.
@Suite struct BulkArticleTests {
    private let usersExport = Array(#"{"users":[{"id":"42","email":"a@example.com","status":"active"}]}"#.utf8)

    @Test("The lines of the module's page survey and translate an archive")
    func lines() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "bulk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let request = """
            <Potentials leadId="7000000000001"><row no="1"><option val="createPotential">false</option>\
            <option val="assignTo">a@example.com</option></row></Potentials>
            """
        let file = directory.appending(path: "a.xml")
        try Data(request.utf8).write(to: file)
        let archives = [file.path]
        let results = directory.appending(path: "results").path

        var tables = OrganizationTables()
        try tables.users.read(usersExport, source: "users.json")
        let survey = try SurveyRun(archives: archives, tables: tables).run()
        for label in survey.summary.unmappedLabels { print("no field:", label.name, label.count) }
        let run = BulkRun(archives: archives, output: .directory(results), tables: tables)
        let summary = try run.run()
        print("\(summary.converted) of \(summary.read) translated, \(summary.deadLetters) refused")

        #expect(survey.summary.converted == 1)
        #expect(summary.converted == 1)
        #expect(summary.deadLetters == 0)
    }

    @Test("The page shows these lines and no others")
    func shown() throws {
        let file = URL(filePath: #filePath)
        let page = file.appending(path: "../../../Sources/BulkConversion/BulkConversion.docc/BulkConversion.md")
        let text = try String(contentsOf: page.standardizedFileURL, encoding: .utf8)
        let code = try #require(text.firstMatch(of: #/\n```swift\n((?s).*?)\n```\n/#)).1
        let lines = code.split(separator: "\n").filter { !$0.hasPrefix("import ") }
        let source = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let first = try #require(lines.first)
        let start = try #require(source.firstIndex(of: String(first)))
        #expect(Array(source[start..<(start + lines.count)]) == lines.map(String.init))
    }
}
