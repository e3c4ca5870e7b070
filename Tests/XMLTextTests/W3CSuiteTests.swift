@_spi(Package) import Bytes
import Foundation
import Testing

@testable import XMLText

/// One line of the suite's catalogue.
struct W3CCase: Sendable {
    var type: String
    var version: String
    var edition: String
    var namespaces: String
    var path: String
}

/// The W3C XML Conformance Test Suite, where `Tests/Conformance/fetch.sh` puts it.
enum W3CSuite {
    static let corpora = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Conformance/corpora")

    /// Why the suite cannot be run here, or `nil`.
    static let obstacle: String? = {
        if !FileManager.default.fileExists(atPath: corpora.appending(path: "xmlts20130923.zip").path) {
            return "Tests/Conformance/fetch.sh has not fetched the suite"
        }
        return FileManager.default.isExecutableFile(atPath: "/usr/bin/unzip") ? nil : "unzip is not installed"
    }()

    static func unpack(into folder: URL) throws {
        let unzip = Process()
        unzip.executableURL = URL(filePath: "/usr/bin/unzip")
        unzip.arguments = ["-q", corpora.appending(path: "xmlts20130923.zip").path, "-d", folder.path]
        try unzip.run()
        unzip.waitUntilExit()
        #expect(unzip.terminationStatus == 0)
    }

    static func cases() throws -> [W3CCase] {
        try String(contentsOf: corpora.appending(path: "xmlconf.tsv"), encoding: .utf8).split(separator: "\n").map {
            line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return W3CCase(
                type: columns[0], version: columns[2], edition: columns[3], namespaces: columns[4], path: columns[7])
        }
    }
}

@Suite("W3C XML Conformance Test Suite")
struct W3CSuiteTests {
    /// Whether XML 1.0, fifth edition, makes this case one of ours.
    private func isApplicable(_ test: W3CCase) -> Bool { test.edition.isEmpty || test.edition.contains("5") }

    @Test(
        "No document that is not well formed is accepted, every DOCTYPE is refused, whole and byte by byte alike",
        .enabled(if: W3CSuite.obstacle == nil, Comment(rawValue: W3CSuite.obstacle ?? "")))
    func verdicts() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "w3c-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try W3CSuite.unpack(into: folder)

        let notMarkup = /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>/.dotMatchesNewlines()
        var refused = 0
        var doctypes = 0
        var accepted = 0
        for test in try W3CSuite.cases() {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: test.path)))
            let whole = verdict(bytes, pieceSize: .max)
            #expect(verdict(bytes, pieceSize: 1) == whole, "\(test.path) byte by byte")
            #expect(whole?.reason != "The XML is not well formed", "\(test.path) is refused without a reason")
            let text = String(decoding: bytes, as: UTF8.self)
            // White space before the XML declaration is trimmed on purpose.
            let startsBlank = text.first?.isWhitespace == true && text.contains("<?xml ")
            if test.type == "not-wf" && isApplicable(test) && !startsBlank {
                #expect(whole != nil, "\(test.path) was accepted")
                refused += 1
            }
            guard test.type != "not-wf", !bytes.contains(0) else { continue }
            if text.replacing(notMarkup, with: "").contains("<!DOCTYPE") {
                #expect(whole != nil, "\(test.path) has a DOCTYPE and was accepted")
                doctypes += 1
            } else if test.version == "1.0" && isApplicable(test) && test.type != "error" {
                let isKnownPrefixUse = test.namespaces == "no" && whole?.kind == .namespace
                #expect(whole == nil || isKnownPrefixUse, "\(test.path) was refused: \(String(describing: whole))")
                accepted += 1
            }
        }
        print("W3C suite: \(refused) not well-formed refused, \(doctypes) DOCTYPE refused, \(accepted) others accepted")
        #expect(refused > 1000)
        #expect(doctypes > 700)
        #expect(accepted > 30)
    }

    private func verdict(_ bytes: [UInt8], pieceSize: Int) -> XMLError? {
        var reader = XMLReader(names: [])
        return bytes.withByteView { bytes in
            do throws(XMLError) {
                try reader.read(bytes, pieceSize: pieceSize)
                return nil
            } catch {
                return error
            }
        }
    }
}
