import ConvertLead
import Foundation
import TestSupport

/// The files of `Samples/org`.
enum OrganizationSamples {
    static let directory = Checkout.samples.appending(path: "org")

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
