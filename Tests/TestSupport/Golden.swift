import Foundation

/// Files with what is expected.
public enum Golden {
    /// Whether tests write what they get instead of comparing it.
    public static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_SAMPLES"] == "1"

    /// Compares `actual` with the file, or writes it if `UPDATE_SAMPLES=1`; `nil` means that there must be no file.
    ///
    /// - Returns: what differs; `nil` if nothing does.
    public static func difference(from file: URL, _ actual: [UInt8]?) throws -> String? {
        let exists = FileManager.default.fileExists(atPath: file.path)
        if isUpdating {
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
}
