import Foundation
import TestSupport

/// A Markdown file of the repository, by its parts.
struct MarkdownDocument {
    let text: String

    /// The file at a path below the root of the package.
    init(_ path: String) throws {
        text = try String(contentsOf: Checkout.root.appending(path: path), encoding: .utf8)
    }

    /// An article of the documentation.
    init(article name: String) throws {
        try self.init("Sources/ConvertLead/ConvertLead.docc/\(name).md")
    }

    /// The text of a section up to the next heading of any level; empty when there is no such heading.
    func section(_ heading: String) -> Substring {
        guard let start = text.range(of: "\n\(heading)\n")?.upperBound else { return "" }
        let end = text.range(of: #"\n#+ "#, options: .regularExpression, range: start..<text.endIndex)
        return text[start..<(end?.lowerBound ?? text.endIndex)]
    }

    /// The fenced blocks of a language in a section, or in the whole file; also those inside a list.
    func blocks(_ language: String, in heading: String? = nil) -> [String] {
        var blocks: [String] = []
        var open: (language: Substring, lines: [Substring])?
        for line in (heading.map(section) ?? text[...]).split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.drop { $0 == " " }
            switch open {
            case nil: open = content.hasPrefix("```") ? (content.dropFirst(3), []) : nil
            case (let name, let lines)? where content == "```":
                if name == language { blocks.append(lines.joined(separator: "\n") + "\n") }
                open = nil
            default: open?.lines.append(line)
            }
        }
        return blocks
    }
}
