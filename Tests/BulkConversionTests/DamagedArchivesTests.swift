@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Damaged archives")
struct DamagedArchivesTests {
    private static let pieces: [String] = [
        "<", ">", "&", "=", "%", "\"", "'", "\n", "\r\n", "\0", "{", "}", "[", "]", "(", ")", ";", "--", "/*", "\\",
        "{{", "}}",
        "curl ", "INSERT INTO ", " VALUES ", "URL:", "Data:", "HTTP/1.1 ", "xmlData=", "POST ", "\"log\":",
        "\"entries\":[",
        "<![CDATA[", "<!--", "://", "?", ",", "\t", "\"request\":{", "\u{FEFF}", "é",
    ]

    /// Samples with some bytes changed, removed, repeated or brought in from others.
    private func damagedFiles(_ count: Int, seed: UInt64) throws -> [Data] {
        var random = SeededGenerator(seed: seed)
        let files = FileManager.default
        let samples = try files.subpathsOfDirectory(atPath: ArchiveSamples.directory.path).sorted()
            .compactMap { files.contents(atPath: ArchiveSamples.directory.path + "/" + $0) }
        return (0..<count).map { _ in
            var bytes = Array(samples[random.below(samples.count)])
            for _ in 0...random.below(10) {
                let at = random.below(bytes.count + 1)
                switch random.below(5) {
                case 0 where at < bytes.count: bytes[at] = UInt8(random.below(256))
                case 1: bytes.removeSubrange(at..<min(at + random.below(40), bytes.count))
                case 2: bytes.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)].utf8, at: at)
                case 3: bytes.removeSubrange(at...)
                default:
                    let other = samples[random.below(samples.count)]
                    bytes.insert(
                        contentsOf: other.dropFirst(random.below(other.count)).prefix(random.below(200)), at: at)
                }
            }
            return Data(bytes)
        }
    }

    @Test(
        "What begins like a table and is none is read once",
        arguments: ["\0,<Potentials", "a\0,b\n\0,<Potentials\n\0,b\n"])
    func noTable(text: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a", text)])
        #expect(result.summary.isBalanced)
        #expect(result.lines.contains { !$0.isConverted })
    }

    @Test("Six hundred damaged files are read without a trap, accounted for, and the same in any chunks")
    func accounted() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("seed of damaged archives: \(seed)")
        let scratch = try Scratch()
        for (index, data) in try damagedFiles(600, seed: seed).enumerated() {
            try scratch.write("in/\(1000 + index)", data)
        }
        var settings = BulkSettings()
        settings.jobs = 2
        let summary = try Bulk.run([scratch["in"]], into: scratch["a"], settings: settings)
        settings.jobs = 1
        settings.chunkSize = 777
        #expect(try Bulk.run([scratch["in"]], into: scratch["b"], settings: settings) == summary)
        #expect(summary.isBalanced)
        #expect(summary.read >= 600)
        for name in ["converted.ndjson", "dead-letters.ndjson"] {
            #expect(scratch.read("a/" + name) == scratch.read("b/" + name))
            for line in scratch.read("a/" + name).split(separator: 0x0A) {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line)) }
            }
        }
        let again = try Bulk.run([scratch["a/dead-letters.ndjson"]], into: scratch["c"])
        #expect(again.read == summary.deadLetters)
    }

}
