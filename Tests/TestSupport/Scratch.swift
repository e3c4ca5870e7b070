import Foundation

/// A directory of one test, removed with it.
public final class Scratch {
    /// The directory.
    public let directory: URL

    /// Makes the directory.
    public init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "convertlead-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Path of a file in it.
    public subscript(name: String) -> String { url(name).path }

    /// URL of a file in it.
    public func url(_ name: String) -> URL { directory.appending(path: name) }

    /// Writes a file, with the folders it needs, and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    /// Writes a file, with the folders it needs, and returns its path.
    @discardableResult
    public func write(_ name: String, _ data: Data) throws -> String {
        let file = url(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
        return file.path
    }

    /// Content of a file in it; empty if there is none.
    public func read(_ name: String) -> Data { (try? Data(contentsOf: url(name))) ?? Data() }

    /// Text of a file in it; empty if there is none.
    public func text(_ name: String) -> String { String(decoding: read(name), as: UTF8.self) }

    /// Whether a file of this name is in it.
    public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self[name]) }

    /// Paths of the files below a directory in it, seen from there.
    public func files(below name: String) -> [String] {
        let paths = FileManager.default.enumerator(atPath: self[name])?.compactMap { $0 as? String } ?? []
        return paths.filter { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: self["\(name)/\(path)"], isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }.sorted()
    }

    /// Names of what is in it, in order.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    }
}
