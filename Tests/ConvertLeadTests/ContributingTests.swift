import Foundation
import Testing

/// What the guide for contributors says of the repository.
@Suite struct ContributingTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("Every file and folder that the guide for contributors names exists")
    func paths() throws {
        let guide = try String(contentsOf: Self.root.appending(path: ".github/CONTRIBUTING.md"), encoding: .utf8)
        let paths = guide.matches(of: /`((?:Sources|Samples|Tests|\.packaging|\.ci)\b[^` ]*)`/).map {
            String($0.output.1)
        }
        #expect(paths.count > 20)
        for path in paths where !path.hasSuffix("vN") {
            #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: path).path), "\(path)")
        }
    }
}
