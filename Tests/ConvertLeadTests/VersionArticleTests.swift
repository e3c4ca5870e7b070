import Foundation
import TestSupport
import Testing

@testable import ConvertLead

/// The article *Versions* says how each difference is known, and what the code does.
@Suite struct VersionArticleTests {
    /// The rows of all tables: what a row is about, then a cell for each version.
    private func rows() throws -> [(subject: String, cells: [String])] {
        let article = Checkout.root.appending(path: "Sources/ConvertLead/ConvertLead.docc/Versions.md")
        let lines = try String(contentsOf: article, encoding: .utf8).split(separator: "\n")
        return lines.filter { $0.hasPrefix("| ") }.map { line in
            let cells = line.dropFirst().dropLast().split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return (cells[0], Array(cells.dropFirst()))
        }
    }

    @Test("Every cell has a source")
    func sources() throws {
        let versions = APIVersion.allCases.map(\.rawValue)
        let rows = try rows()
        #expect(rows.count == 4 + 26)
        for row in rows where row.cells != versions {
            #expect(row.cells.count == versions.count, "\(row.subject)")
            for cell in row.cells {
                #expect(cell.contains(/\b(run|SDK|page|seen|assumed|no source)\b/), "\(row.subject): \(cell)")
            }
        }
    }

    @Test("Where versions differ, the cells say what the code does")
    func differences() throws {
        func cells(_ subject: String) throws -> [(APIVersion, String)] {
            let row = try #require(try rows().first { $0.subject.hasPrefix(subject) })
            return Array(zip(APIVersion.allCases, row.cells))
        }
        for (version, cell) in try cells("`Accounts`, `Contacts`, `assign_to`") + cells("`Campaign_Source`") {
            #expect(cell.hasPrefix(version.wrapsIDs ? "`{\"id\"}`" : "id string"))
        }
        for (version, cell) in try cells("`Contact_Role`") {
            #expect(cell.hasPrefix("left out") != version.takesContactRole)
        }
        for (version, cell) in try cells("`move_attachments_to`") {
            #expect(cell.hasPrefix("refused") != version.movesAttachments)
        }
        for (version, cell) in try cells("`add_to_existing_record`") {
            #expect(cell.hasPrefix("refused") != version.addsToExistingRecord)
        }
    }
}
