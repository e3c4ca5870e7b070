import Foundation
import Testing

/// What the Markdown files of the repository refer to exists.
@Suite struct DocumentTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let catalog = "Sources/ConvertLead/ConvertLead.docc"

    /// The paths of all Markdown files below the root of the package.
    private static let documents: [String] = {
        let folders = [".github", catalog, "Samples", "Tests"]
        let inside = folders.flatMap { folder in
            (FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.allObjects ?? [])
                .compactMap { $0 as? String }.map { "\(folder)/\($0)" }
        }
        return ["README.md"] + inside.filter { $0.hasSuffix(".md") && !$0.contains("/.") && !$0.contains("/corpora/") }
    }()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The anchors that GitHub makes of the headings of a file.
    private static func anchors(_ path: String) throws -> [String] {
        try text(path).matches(of: #/(?m)^#+ (.+)$/#).map { match in
            String(match.output.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) })
                .replacing(" ", with: "-")
        }
    }

    @Test("Every link of a document leads to a file, and to a heading of it", arguments: documents)
    func links(document: String) throws {
        let folder = document.split(separator: "/").dropLast()
        for match in try Self.text(document).matches(of: #/\]\(([^)\s]+)\)/#) {
            let link = match.output.1
            if link.hasPrefix("https://") { continue }
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let path = parts[0].isEmpty ? document : (folder + [parts[0]]).joined(separator: "/")
            // DocC finds pictures by their names.
            #expect(Self.exists(path) || Self.exists("\(Self.catalog)/Resources/\(link)"), "\(document): \(link)")
            if parts.count == 2 { #expect(try Self.anchors(path).contains(String(parts[1])), "\(document): \(link)") }
        }
    }

    @Test("Every file and folder of the repository that a document names exists", arguments: documents)
    func paths(document: String) throws {
        let named = try Self.text(document).matches(
            of: #/`((?:Sources|Samples|Tests|\.packaging|\.ci|\.github)\/[^` ]*)[` ]/#)
        for path in named.map({ String($0.output.1) }) where path.firstMatch(of: #/[A-Z]{2,}\b|vN|[<*]/#) == nil {
            #expect(Self.exists(path), "\(document): \(path)")
        }
    }

    @Test("Every article is linked from the first page, and every link to an article leads to one")
    func articles() throws {
        let articles = Self.documents.filter { $0.hasPrefix(Self.catalog) }
        for article in articles {
            for match in try Self.text(article).matches(of: #/<doc:([^>#]+)/#) {
                #expect(articles.contains("\(Self.catalog)/\(match.output.1).md"), "\(article): \(match.output.1)")
            }
        }
        let first = try Self.text("\(Self.catalog)/ConvertLead.md")
        for name in articles.map({ String($0.dropFirst(Self.catalog.count + 1).dropLast(3)) })
        where name != "ConvertLead" {
            #expect(first.contains("<doc:\(name)>"), "\(name)")
        }
    }

    @Test("The guide for contributors names every folder with code")
    func folders() throws {
        let guide = try Self.text(".github/CONTRIBUTING.md")
        for parent in ["Sources", "Samples", "Tests"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: parent).path) {
                var isFolder: ObjCBool = false
                let path = Self.root.appending(path: "\(parent)/\(name)").path
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                    continue
                }
                #expect(guide.contains("`\(parent)/\(name)"), "\(parent)/\(name)")
            }
        }
    }
}
