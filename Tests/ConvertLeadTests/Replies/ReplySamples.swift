import Foundation
import Testing

@testable import ConvertLead

/// One folder of `Samples/replies`: a v2 reply and the v1 replies expected for it.
struct ReplySample: Sendable, CustomTestStringConvertible {
    let folder: URL
    /// File name of the input, `reply.*`.
    let inputName: String

    var testDescription: String { folder.lastPathComponent }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Samples/replies").standardizedFileURL

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

/// Compares `actual` with the file, or writes it when `UPDATE_SAMPLES=1`; `nil` means that there must be no file.
/// Returns what differs.
func difference(from file: URL, _ actual: [UInt8]?) throws -> String? {
    let exists = FileManager.default.fileExists(atPath: file.path)
    if ProcessInfo.processInfo.environment["UPDATE_SAMPLES"] == "1" {
        if let actual {
            try Data(actual).write(to: file)
        } else if exists {
            try FileManager.default.removeItem(at: file)
        }
        return nil
    }
    guard let actual else { return exists ? "\(file.lastPathComponent) is there but nothing was written" : nil }
    guard exists else { return "\(file.lastPathComponent) is missing; UPDATE_SAMPLES=1 writes it" }
    let expected = [UInt8](try Data(contentsOf: file))
    return expected == actual
        ? nil
        : "\(file.lastPathComponent): expected\n\(String(decoding: expected, as: UTF8.self))\ngot\n"
            + String(decoding: actual, as: UTF8.self)
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
