import Foundation

/// The checkout that the tests run in.
public enum Checkout {
    /// The root of the package.
    public static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder `Samples`.
    public static let samples = root.appending(path: "Samples")

    /// Names of what is in a folder below the root, in order; none if there is no such folder.
    public static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []).sorted()
    }
}
