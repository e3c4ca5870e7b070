@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import ConvertLead

/// Old callers' ways of reading v1 replies, run against our replies by their own runtimes.
///
/// Source: Zoho.md, "How old callers read replies"; the scripts are in `OldReaders`.
@Suite struct OldReaderTests {
    static let scripts = Checkout.root.appending(path: "Tests/ConvertLeadTests/OldReaders")

    /// Idioms of one runtime, and what each can see of a reply.
    struct Runtime: Sendable, CustomTestStringConvertible {
        let command: String
        let script: String
        let xmlIdioms: [String: Set<String>]
        let jsonIdioms: [String: Set<String>]
        var testDescription: String { command }

        var path: String? {
            let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
            return folders.map { "\($0)/\(command)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        }
    }

    static let ids: Set = ["contact", "potential", "account"]
    static let all = ids.union(["code", "message", "uri"])
    static let withoutURI = ids.union(["code", "message"])

    static let php = Runtime(
        command: "php", script: "reader.php",
        xmlIdioms: ["simplexml": all, "json_encode": withoutURI, "dom": ["message"]],
        jsonIdioms: ["json_decode": withoutURI])
    static let python = Runtime(
        command: "python3", script: "reader.py", xmlIdioms: ["ElementTree": all], jsonIdioms: ["json": all])
    static let ruby = Runtime(
        command: "ruby", script: "reader.rb", xmlIdioms: ["REXML": withoutURI], jsonIdioms: ["JSON": withoutURI])
    static let node = Runtime(command: "node", script: "reader.js", xmlIdioms: [:], jsonIdioms: ["property": all])
    static let java = Runtime(command: "java", script: "Reader.java", xmlIdioms: ["DOM": all], jsonIdioms: [:])

    @Test("PHP: simplexml, its json_encode, DOM, json_decode", .enabled(if: php.path != nil, "php is not installed"))
    func readByPHP() throws { try check(Self.php) }

    @Test("Python: ElementTree, json", .enabled(if: python.path != nil, "python3 is not installed"))
    func readByPython() throws { try check(Self.python) }

    @Test("Ruby: REXML XPath, JSON", .enabled(if: ruby.path != nil, "ruby is not installed"))
    func readByRuby() throws { try check(Self.ruby) }

    @Test("Node: properties of parsed JSON", .enabled(if: node.path != nil, "node is not installed"))
    func readByNode() throws { try check(Self.node) }

    @Test("Java: DOM", .enabled(if: java.path != nil, "java is not installed"))
    func readByJava() throws { try check(Self.java) }

    /// One reply in a file, and what every reader must find in it.
    private struct Case {
        var file: String
        var outcome: ConversionOutcome
        var expected: [String: String]
    }

    private func check(_ runtime: Runtime) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "old-readers-\(runtime.command)-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let replies = folder.appending(path: "replies")
        try FileManager.default.createDirectory(at: replies, withIntermediateDirectories: true)
        let cases = try writeCases(to: replies)
        let found = try run(runtime, on: replies, output: folder.appending(path: "found.tsv"))
        #expect(!found.isEmpty)
        for reply in cases {
            let idioms = reply.file.hasSuffix(".xml") ? runtime.xmlIdioms : runtime.jsonIdioms
            for (idiom, keys) in idioms {
                var expected = reply.expected.filter { keys.contains($0.key) }
                // Ruby callers made a number of the code.
                if idiom == "JSON", let code = expected["code"] { expected["code"] = Int(code).map { String($0) } }
                #expect(found[reply.file]?[idiom] ?? [:] == expected, "\(reply.file), \(idiom)")
            }
            if let substring = found[reply.file]?["substring"] {
                if case .converted = reply.outcome {
                    #expect(substring == ["converted": "yes"])
                } else {
                    #expect(substring == ["converted": "no"])
                }
            }
        }
    }

    /// All samples and 300 random outcomes, in both formats.
    private func writeCases(to folder: URL) throws -> [Case] {
        var outcomes: [(String, ConversionOutcome)] = []
        var reader = V2ReplyReader()
        for sample in ReplySample.all {
            let input = try sample.input()
            for reply in RecordedReply.all(in: input) ?? [RecordedReply(name: "", bytes: input)] {
                var log = DiagnosticLog()
                let read = reply.bytes.withByteView { reader.readReply($0, log: &log) }
                if case .outcome(let outcome) = read { outcomes.append((sample.testDescription, outcome)) }
            }
        }
        var random = RandomOutcomes("old readers")
        for _ in 0..<300 { outcomes.append(("random", random.next())) }
        let catalog = FieldCatalog().fields.filter { !$0.labels.isEmpty }.map { ($0.apiName, $0.labels[0]) }
        let labels = Dictionary(catalog) { first, _ in first }.merging(RandomOutcomes.labels) { $1 }
        var writer = V1ReplyWriter()
        var cases: [Case] = []
        for (index, (name, outcome)) in outcomes.enumerated() {
            for format in V1ReplyFormat.allCases {
                let file = "\(index)-\(name).\(format)"
                let reply = writer.writeReply(outcome, format: format, uri: nil)
                try Data(reply.bytes).write(to: folder.appending(path: file))
                let parsed = ParsedV1Reply(of: outcome, format: format, uri: nil, labels: labels, code: outcome.v1Code)
                let pairs = [
                    ("contact", parsed.contact), ("potential", parsed.potential), ("account", parsed.account),
                    ("code", parsed.code), ("message", parsed.message), ("uri", parsed.uri),
                ]
                let expected = Dictionary(
                    uniqueKeysWithValues: pairs.compactMap { key, value in value.map { (key, $0) } })
                cases.append(Case(file: file, outcome: outcome, expected: expected))
            }
        }
        return cases
    }

    /// What the script printed: file, idiom, key and base64 of the value in each line.
    private func run(
        _ runtime: Runtime, on folder: URL, output: URL
    ) throws -> [String: [String: [String: String]]] {
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: try #require(runtime.path))
        process.arguments = [Self.scripts.appending(path: runtime.script).path, folder.path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var found: [String: [String: [String: String]]] = [:]
        for line in try String(contentsOf: output, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
            guard parts.count == 4, let value = Data(base64Encoded: parts[3]) else { continue }
            found[parts[0], default: [:]][parts[1], default: [:]][parts[2]] = String(decoding: value, as: UTF8.self)
        }
        return found
    }
}
