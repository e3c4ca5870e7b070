import Foundation
import TestSupport
import Testing

@testable import ConvertLead

/// One folder of `Samples/replies`: a v2 reply and the v1 replies expected for it.
struct ReplySample: Sendable, CustomTestStringConvertible {
    let folder: URL
    /// File name of the input, `reply.*`.
    let inputName: String

    var testDescription: String { folder.lastPathComponent }

    static let root = Checkout.samples.appending(path: "replies")

    /// All of them in order of name.
    static let all: [ReplySample] = {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return folders.sorted().map { name in
            let folder = root.appending(path: name)
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return ReplySample(folder: folder, inputName: files.first { $0.hasPrefix("reply.") } ?? "reply.json")
        }
    }()

    func input() throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: inputName))) }
}

/// The findings as the command prints them; `nil` when there are none.
func printed(_ diagnostics: [Diagnostic], source: String) -> [UInt8]? {
    if diagnostics.isEmpty { return nil }
    return diagnostics.flatMap { diagnostic -> [UInt8] in
        var diagnostic = diagnostic
        diagnostic.source = source
        return Array((diagnostic.text + "\n").utf8)
    }
}
