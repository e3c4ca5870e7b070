import Foundation
import Testing

@Suite("Imports of the core targets")
struct ImportTests {
    /// Modules that each core target may import.
    private static let allowed: [String: Set<String>] = [
        "Bytes": ["Platform"], "XMLText": ["Bytes", "CLibXML2", "Platform"], "JSONText": ["Bytes"],
        "ConvertLead": ["Bytes", "JSONText", "XMLText"],
    ]

    @Test("The core targets import each other and the C library, never Foundation", arguments: Array(allowed.keys))
    func imports(target: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/\(target)").standardizedFileURL
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        #expect(files?.isEmpty == false)
        for file in files ?? [] {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), words.count > place + 1, !line.contains("\"") else {
                    continue
                }
                guard words[..<place].allSatisfy({ $0.hasPrefix("@") || $0.hasSuffix("internal") || $0 == "public" })
                else { continue }
                let module = String(words[place + 1].split(separator: ".")[0])
                let isAllowed = Self.allowed[target]?.contains(module) == true
                #expect(isAllowed, "\(target)/\(file.lastPathComponent) imports \(module)")
            }
        }
    }
}
