import Foundation
import TestSupport
import Testing

/// One folder of `Samples/archives`: an archive, and what `bulk` makes of it.
struct ArchiveSample: Sendable, CustomTestStringConvertible {
    /// Name of the folder.
    let name: String
    /// Names of the files in it.
    let files: [String]

    var testDescription: String { name }

    /// The folder.
    var folder: URL { Checkout.samples.appending(path: "archives/\(name)") }

    /// What a folder may hold beside its archive.
    static let otherFiles: Set = [
        "arguments", "options.json", "converted.ndjson", "dead-letters.ndjson", "skipped.txt",
    ]

    /// The archive: a file `archive.*`, or a folder `archive`.
    var input: String { files.first { $0.split(separator: ".").first == "archive" } ?? "archive" }

    /// What the command is given: the archive, its configuration, and the lines of `arguments`.
    var arguments: [String] {
        get throws {
            let options = files.contains("options.json") ? ["--config", "options.json"] : []
            let more = files.contains("arguments") ? try text("arguments") ?? "" : ""
            return [input] + options + more.split(separator: "\n").map(String.init)
        }
    }

    /// Text of a file in the folder; `nil` if there is none.
    func text(_ file: String) throws -> String? {
        files.contains(file) ? try String(contentsOf: folder.appending(path: file), encoding: .utf8) : nil
    }

    /// All folders, in order of name.
    static let all = Checkout.names(in: "Samples/archives").map {
        ArchiveSample(name: $0, files: Checkout.names(in: "Samples/archives/\($0)"))
    }

    /// Those that this machine can read: some need a program that decompresses them.
    static let readable = all.filter { sample in
        let programs = ["bz2": "bzip2", "xz": "xz", "zst": "zstd"]
        guard let program = programs[String(sample.input.split(separator: ".").last ?? "")] else { return true }
        return ["/bin/", "/usr/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) }
    }

    /// What a run into a directory came to.
    struct Outcome: Equatable {
        var status: Int32
        var errors: String
        /// Content by name; `nil` if the file is empty.
        var converted, deadLetters: String?
        var summary: String

        /// A line for each kind of what was skipped: kind, count, first place; `nil` if nothing was.
        var skipped: String? {
            get throws {
                let summary = try JSONSerialization.jsonObject(with: Data(summary.utf8)) as? [String: Any] ?? [:]
                let counts = summary["skipped"] as? [String: Int] ?? [:]
                let places = summary["first_skipped"] as? [String: String] ?? [:]
                let lines = counts.keys.sorted().map { "\($0) \(counts[$0] ?? 0) \(places[$0] ?? "")\n" }
                return lines.isEmpty ? nil : lines.joined()
            }
        }
    }

    /// Runs `bulk` into a directory.
    func run(_ options: [String] = []) throws -> Outcome {
        let scratch = try Scratch()
        let result = try BuiltCommand.run(
            ["bulk", "--quiet", "--output", scratch["out"]] + arguments + options, directory: folder)
        func content(_ name: String) -> String? {
            let text = scratch.text("out/" + name)
            return text.isEmpty ? nil : text
        }
        return Outcome(
            status: result.status, errors: result.errors, converted: content("converted.ndjson"),
            deadLetters: content("dead-letters.ndjson"), summary: scratch.text("out/summary.json"))
    }

    /// Runs `bulk` as a filter.
    func filter(_ options: [String] = []) throws -> BuiltCommand.Result {
        try BuiltCommand.run(["bulk", "--quiet", "--output", "-"] + arguments + options, directory: folder)
    }
}
