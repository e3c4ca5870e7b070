import Foundation

/// A Swift file under `Sources`, as far as its structure is tested.
struct SourceText {
    /// Path below the target's folder, such as `Forms/CommandForm.swift`.
    let path: String
    /// Modules it imports.
    let imports: Set<String>
    /// Types it declares at the top level that other files can name.
    let types: Set<String>
    /// Names of the table's rows it declares.
    let forms: Set<String>
    /// Titles of the table's rows it declares.
    let titles: Set<String>
    /// Its code without comments and texts.
    let code: String
    /// The texts in its code.
    let texts: Set<String>
    /// Names in its code that begin like a type's.
    let typeNames: Set<String>

    /// The folder it is in; empty for files at the top of the target.
    var room: String { path.split(separator: "/").dropLast().joined(separator: "/") }

    /// All files of a target.
    static func files(of target: String) throws -> [SourceText] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/\(target)").standardizedFileURL
        let files =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
        return try files.map {
            let path = $0.path().dropFirst(folder.path().count).drop { $0 == "/" }
            return SourceText(path: String(path), text: try String(contentsOf: $0, encoding: .utf8))
        }.sorted { $0.path < $1.path }
    }

    private init(path: String, text: String) {
        self.path = path
        var code = ""
        var texts: Set<String> = []
        for line in text.split(separator: "\n") {
            var rest = line
            while let mark = rest.firstMatch(of: #/"(?<text>(?:\\.|[^"\\])*)"|//.*/#) {
                code += rest[..<mark.range.lowerBound]
                if let text = mark.output.text {
                    code += "\"\""
                    texts.insert(String(text))
                }
                rest = rest[mark.range.upperBound...]
            }
            code += rest + "\n"
        }
        self.code = code
        self.texts = texts
        let modifiers = #"^\s*(?:@\w+(?:\([^)\n]*\))? +|public +|package +|internal +|final +|indirect +)*"#
        func names(_ pattern: String) -> Set<String> {
            let expression = try! Regex(pattern, as: (Substring, Substring).self).anchorsMatchLineEndings()
            return Set(code.matches(of: expression).map { String($0.output.1) })
        }
        imports = names(modifiers + #"(?:private +)?import +(?:struct +|func +)?(\w+)"#)
        types = names(modifiers.replacing(#"\s*"#, with: "") + #"(?:struct|class|enum|protocol|actor) +(\w+)"#)
        forms = names(#"static let (\w+) = ArchiveForm\("#)
        typeNames = names(#"\b([A-Z]\w+)"#)
        titles = Set(text.matches(of: #/ArchiveForm\(\s*name: "(?<title>[^"]+)"/#).map { String($0.output.title) })
    }
}
