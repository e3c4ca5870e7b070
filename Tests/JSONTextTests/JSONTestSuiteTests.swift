import Foundation
import Testing

@testable import JSONText

/// The verdicts of nst/JSONTestSuite, where `Tests/Conformance/fetch.sh` puts it.
@Suite struct JSONTestSuiteTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Conformance/corpora/JSONTestSuite")
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)
    static let absence: Comment = "Tests/Conformance/fetch.sh has not fetched the suite"

    static func files(_ prefix: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "test_parsing"), includingPropertiesForKeys: nil
        ).filter { $0.lastPathComponent.hasPrefix(prefix) }.sorted { $0.path < $1.path }
    }

    @Test("Each of the 95 y_ files is accepted", .enabled(if: isPresent, absence))
    func mustAccept() throws {
        let files = try Self.files("y_")
        #expect(files.count == 95)
        for file in files {
            #expect(readingError([UInt8](try Data(contentsOf: file))) == nil, "\(file.lastPathComponent)")
        }
    }

    @Test("Each of the 188 n_ files is refused", .enabled(if: isPresent, absence))
    func mustRefuse() throws {
        let files = try Self.files("n_")
        #expect(files.count == 188)
        for file in files {
            #expect(readingError([UInt8](try Data(contentsOf: file))) != nil, "\(file.lastPathComponent)")
        }
    }

    /// What the RFC leaves open: numbers of any size (their digits are kept), a byte-order mark and 500 nested arrays are
    /// accepted; whatever is not Unicode text in UTF-8 is refused.
    @Test(
        "Of the 35 i_ files numbers, the byte-order mark and deep arrays are accepted", .enabled(if: isPresent, absence)
    )
    func open() throws {
        let files = try Self.files("i_")
        #expect(files.count == 35)
        let accepted = try files.filter { readingError([UInt8](try Data(contentsOf: $0))) == nil }
        #expect(
            Set(accepted.map { $0.deletingPathExtension().lastPathComponent }) == [
                "i_number_double_huge_neg_exp", "i_number_huge_exp", "i_number_neg_int_huge_exp",
                "i_number_pos_double_huge_exp", "i_number_real_neg_overflow", "i_number_real_pos_overflow",
                "i_number_real_underflow", "i_number_too_big_neg_int", "i_number_too_big_pos_int",
                "i_number_very_big_negative_int", "i_structure_500_nested_arrays",
                "i_structure_UTF-8_BOM_empty_object",
            ])
    }
}
