@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

/// `FuzzTargets` is the file of the fuzzing package, linked into this target.
@Suite("What fuzzing found")
struct FuzzCaseTests {
    private static let targets: [String: @Sendable (ByteView) -> Void] = [
        "request": { FuzzTargets.request($0) }, "response": { FuzzTargets.response($0) },
        "form": { FuzzTargets.form($0) }, "json": { FuzzTargets.json($0) },
    ]

    private static let cases: [String] = {
        let root = Checkout.samples.appending(path: "../Tests/Fuzz/FailCases").standardizedFileURL
        return (try? FileManager.default.subpathsOfDirectory(atPath: root.path))?.sorted().map {
            root.appending(path: $0).path
        }.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        } ?? []
    }()

    @Test("An input that once broke a promise keeps it now", arguments: cases)
    func replay(path: String) throws {
        let target = URL(filePath: path).deletingLastPathComponent().lastPathComponent
        let run = try #require(Self.targets[target], "no target is called \(target)")
        [UInt8](try Data(contentsOf: URL(filePath: path))).withByteView(run)
    }

    @Test("Every target holds for every sample", arguments: RequestSample.translated + RequestSample.refused)
    func samples(sample: RequestSample) throws {
        let input = try sample.input()
        for run in Self.targets.values {
            input.withByteView(run)
            ([0x2C, 0x66] + input).withByteView(run)
        }
    }
}
