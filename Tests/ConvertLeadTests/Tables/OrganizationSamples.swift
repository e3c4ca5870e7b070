import ConvertLead
import Foundation

/// The files of `Samples/org`.
enum OrganizationSamples {
    static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Samples/org")

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: directory.appending(path: name)))
    }
}

/// The findings of a refusal, `nil` when `body` succeeds.
func findings(_ body: () throws(TranslationFailure) -> Void) -> [Diagnostic]? {
    do {
        try body()
        return nil
    } catch {
        return error.diagnostics
    }
}
