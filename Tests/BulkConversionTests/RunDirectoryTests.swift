import Foundation
import TestSupport
import Testing

@testable import BulkConversion

@Suite("The directory of a run")
struct RunDirectoryTests {
    private static let names = ["converted.ndjson", "dead-letters.ndjson", "summary.json", "report.html"]
    private static let options = ["--quiet", "--chunk-size", "2000", "--checkpoint-interval", "0"]

    private static let strace = ["/usr/bin/strace", "/bin/strace"].first(where: FileManager.default.isExecutableFile)

    /// Starts a run that waits for the rest of its input, and waits until it has made its last checkpoint before that.
    private func startWaiting(_ scratch: Scratch, _ text: String) throws -> BuiltCommand {
        let command = try BuiltCommand(["bulk"] + Self.options + ["-o", scratch["out"], "-"])
        try command.input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        for _ in 0..<2_000 where !scratch.exists("out/checkpoint") && command.process.isRunning { usleep(5_000) }
        try #require(scratch.exists("out/checkpoint"))
        var last = Data()
        while case let state = scratch.read("out/checkpoint"), state != last {
            last = state
            usleep(500_000)
        }
        return command
    }

    private func text(_ count: Int = 800) -> String {
        return Requests.ndjson(count, seed: 3)
    }

    @Test("A second run into a directory in use is refused with status 73 and harms nothing, with --resume too")
    func locked() throws {
        let scratch = try Scratch()
        let input = text()
        try scratch.write("all.ndjson", input)
        let whole = try BuiltCommand(
            ["bulk"] + Self.options + ["-o", scratch["whole"], "-"], input: scratch["all.ndjson"])
        #expect(whole.wait().status == 1)
        let first = try startWaiting(scratch, input)
        for resumes in [[], ["--resume"]] {
            let second = try BuiltCommand(
                ["bulk"] + resumes + Self.options + ["-o", scratch["out"], "-"], input: scratch["all.ndjson"]
            ).wait()
            #expect(second.status == 73 && second.errors.contains("Another run"), "\(second.errors)")
        }
        try first.input.fileHandleForWriting.close()
        #expect(first.wait().status == 1)
        for name in Self.names { #expect(scratch.read("out/" + name) == scratch.read("whole/" + name)) }
    }

    @Test("The lock of a run that was killed is gone with it")
    func killed() throws {
        let scratch = try Scratch()
        let input = text()
        try scratch.write("all.ndjson", input)
        let first = try startWaiting(scratch, input)
        kill(first.process.processIdentifier, SIGKILL)
        #expect(first.wait().status == -SIGKILL)
        let second = try BuiltCommand(
            ["bulk", "--resume"] + Self.options + ["-o", scratch["out"], "-"], input: scratch["all.ndjson"]
        ).wait()
        #expect(second.status == 1, "\(second.errors)")
    }

    /// What may become of the files of a run while it goes on.
    enum Loss: CaseIterable {
        case converted, deadLetters, directory, newDirectory, movedDirectory, otherFile
    }

    @Test("A run whose files are lost ends with status 74, and nothing is called finished", arguments: Loss.allCases)
    func lost(_ loss: Loss) throws {
        let scratch = try Scratch()
        let first = try startWaiting(scratch, text())
        let files = FileManager.default
        switch loss {
        case .converted: try files.removeItem(atPath: scratch["out/converted.ndjson.part"])
        case .deadLetters: try files.removeItem(atPath: scratch["out/dead-letters.ndjson.part"])
        case .directory: try files.removeItem(atPath: scratch["out"])
        case .newDirectory:
            try files.removeItem(atPath: scratch["out"])
            try files.createDirectory(atPath: scratch["out"], withIntermediateDirectories: false)
        case .movedDirectory: try files.moveItem(atPath: scratch["out"], toPath: scratch["moved"])
        case .otherFile:
            try files.removeItem(atPath: scratch["out/converted.ndjson.part"])
            try scratch.write("out/converted.ndjson.part", "{}\n")
        }
        try first.input.fileHandleForWriting.close()
        let (status, errors) = first.wait()
        #expect(status == 74, "\(errors)")
        #expect(errors.contains(scratch["out"]))
        for name in Self.names { #expect(!scratch.exists("out/" + name) && !scratch.exists("moved/" + name)) }
        try scratch.write("all.ndjson", text())
        let resumed = try BuiltCommand(
            ["bulk", "--resume"] + Self.options + ["-o", scratch["out"], "-"], input: scratch["all.ndjson"]
        ).wait()
        // An empty place is a new beginning; what is left of a state without its results is none.
        #expect(
            resumed.status == ([.directory, .newDirectory, .movedDirectory].contains(loss) ? 1 : 74),
            "\(errors)\n\(resumed.errors)")
    }

    @Test(
        "A failing look at a result while names are changed ends with status 74, and can be resumed",
        .enabled(if: strace != nil, "strace is not installed"),
        arguments: ["converted.ndjson.part", "report.html.part", "summary.json"])
    func unpublished(_ name: String) throws {
        let scratch = try Scratch()
        try scratch.write("all.ndjson", text(5))
        let arguments = ["bulk", "--quiet", "-o", scratch["out"], scratch["all.ndjson"]]
        let (status, errors) = try BuiltCommand(
            [
                "-f", "-qq", "-o", "/dev/null", "-P", name, "-e", "trace=newfstatat,lstat", "-e",
                "inject=newfstatat,lstat:error=EIO:when=2+", BuiltCommand.path.path,
            ] + arguments, program: URL(filePath: try #require(Self.strace))
        ).wait()
        #expect(status == 74 && errors.contains("out/" + name), "\(status) \(errors)")
        #expect(scratch.exists("out/checkpoint") || !scratch.exists("out/converted.ndjson"))
        let resumed = try BuiltCommand(arguments + ["--resume"]).wait()
        #expect(resumed.status == 0, "\(resumed.errors)")
        for name in Self.names { #expect(scratch.exists("out/" + name)) }
    }

    @Test("A finished run of which a result is missing is not called finished", arguments: names)
    func missing(_ name: String) throws {
        let scratch = try Scratch()
        try scratch.write("all.ndjson", text(5))
        _ = try Bulk.run([scratch["all.ndjson"]], into: scratch["out"])
        try FileManager.default.removeItem(atPath: scratch["out/" + name])
        var settings = BulkSettings()
        settings.resumes = true
        if name == "summary.json" {
            // Without it there is no sign of a run that ended; all is done again.
            #expect(try Bulk.run([scratch["all.ndjson"]], into: scratch["out"], settings: settings).read == 5)
        } else {
            let error = #expect(throws: BulkFailure.self) {
                try Bulk.run([scratch["all.ndjson"]], into: scratch["out"], settings: settings)
            }
            #expect(error?.kind == .inputOutput)
        }
    }

    @Test("Results and checkpoints are created anew, never through links that lie in their place")
    func links() throws {
        let scratch = try Scratch()
        let input = text()
        try scratch.write("all.ndjson", input)
        try scratch.write("precious", "precious")
        let first = try startWaiting(scratch, input)
        let files = FileManager.default
        // A checkpoint is written while the link is there.
        try? files.removeItem(atPath: scratch["out/checkpoint.part"])
        try files.createSymbolicLink(atPath: scratch["out/checkpoint.part"], withDestinationPath: scratch["precious"])
        kill(first.process.processIdentifier, SIGTERM)
        #expect(first.wait().status == 128 + SIGTERM)
        #expect(scratch.read("precious") == Data("precious".utf8))
        try files.removeItem(atPath: scratch["out/converted.ndjson.part"])
        try files.createSymbolicLink(
            atPath: scratch["out/converted.ndjson.part"], withDestinationPath: scratch["precious"])
        let resumed = try BuiltCommand(
            ["bulk", "--resume"] + Self.options + ["-o", scratch["out"], "-"], input: scratch["all.ndjson"]
        ).wait()
        #expect(resumed.status == 74, "\(resumed.errors)")
        #expect(scratch.read("precious") == Data("precious".utf8))
    }

    @Test(
        "The directory of the results cannot be an archive, by whatever name",
        arguments: ["out", "out/", "./out/../out", "link"])
    func same(_ name: String) throws {
        let scratch = try Scratch()
        try scratch.write("out/7.xml", "<Potentials/>")
        try FileManager.default.createSymbolicLink(atPath: scratch["link"], withDestinationPath: scratch["out"])
        let (status, errors) = try BuiltCommand(
            ["bulk", "-o", scratch["out"], scratch.directory.path + "/" + name]
        ).wait()
        #expect(status == 64 && errors.contains("both the archive and the directory"), "\(errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch["out"]) == ["7.xml"])
    }
}
