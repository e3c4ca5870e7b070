import Foundation
import Testing

/// What the Markdown files of the repository refer to exists.
@Suite struct DocumentTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let catalogs = ["ConvertLead", "BulkConversion"].map { "Sources/\($0)/\($0).docc" }

    /// The paths of all Markdown files below the root of the package.
    private static let documents: [String] = {
        let folders = catalogs + [".github", "Samples", "Tests"]
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

    /// The file that a link of a document leads to. In an article a link may also be a picture of the catalog, by its name, or a page
    /// of the built documentation.
    private static func target(_ link: Substring, of document: String) -> String {
        let folder = document.split(separator: "/").dropLast().joined(separator: "/")
        if link.isEmpty { return document }
        if let page = link.wholeMatch(of: #/\/documentation\/([a-z]+)(?:\/([a-z]+))?/#) {
            let names = [page.output.1, page.output.2 ?? page.output.1]
            return documents.first { path in
                let parts = path.lowercased().split(separator: "/")
                return parts.dropFirst(2).elementsEqual(["\(names[0]).docc", "\(names[1]).md"], by: ==)
            } ?? String(link)
        }
        let picture = "\(folder)/Resources/\(link)"
        return catalogs.contains(folder) && exists(picture)
            ? picture : folder.isEmpty ? String(link) : "\(folder)/\(link)"
    }

    @Test("Every link of a document leads to a file, and to a heading of it", arguments: documents)
    func links(document: String) throws {
        for match in try Self.text(document).matches(of: #/\]\(([^)\s]+)\)/#)
        where !match.output.1.hasPrefix("https://") {
            let parts = match.output.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let path = Self.target(parts[0], of: document)
            #expect(Self.exists(path), "\(document): \(match.output.1)")
            if parts.count == 2 {
                #expect(try Self.anchors(path).contains(String(parts[1])), "\(document): \(match.output.1)")
            }
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

    @Test("Every article is linked from the first page, and every link to an article leads to one", arguments: catalogs)
    func articles(catalog: String) throws {
        let articles = Self.documents.filter { $0.hasPrefix(catalog) }
        for article in articles {
            for match in try Self.text(article).matches(of: #/<doc:([^>#]+)/#) {
                #expect(articles.contains("\(catalog)/\(match.output.1).md"), "\(article): \(match.output.1)")
            }
        }
        let module = String(catalog.split(separator: "/")[1])
        let first = try Self.text("\(catalog)/\(module).md")
        for name in articles.map({ String($0.dropFirst(catalog.count + 1).dropLast(3)) }) where name != module {
            #expect(first.contains("<doc:\(name)>"), "\(name)")
            // DocC takes such a heading for another target of the article's links.
            #expect(!first.contains("### \(name)\n"), "\(name)")
        }
    }

    @Test("Comments name sections of the article on Zoho that exist")
    func citations() throws {
        let headings = Set(
            try Self.text("Sources/ConvertLead/ConvertLead.docc/Zoho.md").matches(of: #/\n### (.+)/#).map(\.1))
        var count = 0
        for folder in ["Sources", "Tests", "Samples"] {
            let files = FileManager.default.enumerator(atPath: Self.root.appending(path: folder).path)?.allObjects ?? []
            for case let file as String in files
            where file.hasSuffix(".swift") && !file.hasSuffix("DocumentTests.swift") {
                // A citation may go on in the next line of its comment.
                let text = try Self.text("\(folder)/\(file)").replacing(#/\n *\/\/\/? /#, with: " ")
                for citation in text.matches(of: #/Zoho\.md,((?:,? (?:and )?"[^"]+")+)/#) {
                    for name in citation.output.1.matches(of: #/"([^"]+)"/#) {
                        #expect(headings.contains(name.output.1), "\(file): \(name.output.1)")
                        count += 1
                    }
                }
            }
        }
        #expect(count > 20)
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
