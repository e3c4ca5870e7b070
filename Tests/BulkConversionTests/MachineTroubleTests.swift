import Foundation
import TestSupport
import Testing

@testable import BulkConversion

/// What goes wrong around a run, and what a run must not be confused by.
@Suite("Trouble of the machine")
struct MachineTroubleTests {
    private static let strace = ["/usr/bin/strace", "/bin/strace"].first(where: FileManager.default.isExecutableFile)
    private static let document =
        "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"

    /// Runs the command in a shell that sets something up before.
    private func shell(_ setup: String, _ arguments: [String], _ redirection: String = "") throws -> (
        status: Int32, errors: String
    ) {
        try BuiltCommand(
            ["-c", "\(setup); exec \"$0\" \"$@\" \(redirection)", BuiltCommand.path.path] + arguments,
            program: URL(filePath: "/bin/sh")
        ).wait()
    }

    private func sources(_ scratch: Scratch, _ archives: [String]) throws -> [String] {
        try Bulk.filter(archives).text.split(separator: 0x0A).map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            return (object?["source"] as? String ?? "").replacing(scratch.directory.path + "/", with: "")
        }
    }

    @Test(
        "A file that the disk does not give ends the run with status 74, and a later run goes on from the saved state",
        .enabled(if: strace != nil, "strace is not installed"), arguments: ["in/c.ndjson", "in/c.ndjson.gz"])
    func readError(_ name: String) throws {
        let scratch = try Scratch()
        for name in ["a", "b", "c", "d"] { try scratch.write("in/\(name).ndjson", Requests.ndjson(30, seed: 7)) }
        if name.hasSuffix(".gz") {
            let gzip = try BuiltCommand([scratch["in/c.ndjson"]], program: URL(filePath: "/bin/gzip"))
            try #require(gzip.wait().status == 0)
        }
        let options = ["--quiet", "--chunk-size", "5000", "--checkpoint-interval", "0"]
        let whole = try BuiltCommand(["bulk"] + options + ["-o", scratch["whole"], scratch["in"]]).wait()
        #expect(whole.status == 1)
        let traced = [
            "-f", "-qq", "-o", "/dev/null", "-P", scratch[name], "-e", "trace=read,pread64", "-e",
            "inject=read,pread64:error=EIO", BuiltCommand.path.path,
        ]
        let (status, errors) = try BuiltCommand(
            traced + ["bulk"] + options + ["-o", scratch["out"], scratch["in"]],
            program: URL(filePath: try #require(Self.strace))
        ).wait()
        #expect(status == 74)
        #expect(errors.contains("\(scratch[name]): Input/output error") && errors.contains("--resume"), "\(errors)")
        #expect(!scratch.exists("out/converted.ndjson") && scratch.exists("out/checkpoint"))
        let resumed = try BuiltCommand(["bulk", "--resume"] + options + ["-o", scratch["out"], scratch["in"]]).wait()
        #expect(resumed.status == 1, "\(resumed.errors)")
        #expect(scratch.read("out/converted.ndjson") == scratch.read("whole/converted.ndjson"))
        #expect(scratch.read("out/dead-letters.ndjson") == scratch.read("whole/dead-letters.ndjson"))
    }

    @Test("A decompressor that is not installed ends the run with status 74 and is named")
    func noDecompressor() throws {
        let scratch = try Scratch()
        try scratch.write("a.gz", Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
        let (status, errors) = try BuiltCommand(
            ["bulk", "-o", scratch["out"], scratch["a.gz"]], environment: ["PATH": scratch["nothing"]]
        ).wait()
        #expect(status == 74)
        #expect(errors.contains("a.gz: gzip is not installed"))
    }

    @Test("Too few descriptors end the run with status 74", arguments: [6, 7])
    func fewDescriptors(_ count: Int) throws {
        let scratch = try Scratch()
        for directory in ["in/a", "in/a/b", "in/a/b/c", "in/a/b/c/d"] {
            try scratch.write(directory + "/7.xml", Self.document)
        }
        let (status, errors) = try shell("ulimit -n \(count)", ["bulk", "-o", scratch["out"], scratch["in"]])
        #expect(status == 74 && errors.contains("Too many open files"), "\(status) \(errors)")
        #expect(!scratch.exists("out/summary.json"))
    }

    @Test("A closed standard input is status 74, and closed outputs are never written over by results")
    func closedDescriptors() throws {
        let scratch = try Scratch()
        try scratch.write("a.xml", Self.document)
        #expect(try shell(":", ["bulk", "-o", scratch["out"], "-"], "<&-").status == 74)
        #expect(!scratch.exists("out"))
        let archive = ["bulk", "--lead-id", "7", scratch["a.xml"], "-o"]
        #expect(try shell(":", archive + [scratch["closed"]], "<&- >&- 2>&-").status == 0)
        #expect(try shell(":", archive + [scratch["whole"]]).status == 0)
        for name in ["converted.ndjson", "dead-letters.ndjson", "summary.json", "report.html"] {
            #expect(scratch.read("closed/\(name)") == scratch.read("whole/\(name)"))
        }
        #expect(try shell(":", archive + ["-"], ">&-").status == 74)
    }

    @Test("An archive named on the command line that cannot be opened is status 66, one in a directory a dead letter")
    func unreadable() throws {
        let scratch = try Scratch()
        try scratch.write("in/7.xml", Self.document)
        try FileManager.default.createSymbolicLink(atPath: scratch["in/5.xml"], withDestinationPath: "5.xml")
        let named = try BuiltCommand(["bulk", "-o", scratch["out"], scratch["in/7.xml"], scratch["in/5.xml"]]).wait()
        #expect(named.status == 66 && named.errors.contains("in/5.xml"))
        #expect(!scratch.exists("out"))
        #expect(try BuiltCommand(["bulk", "-o", scratch["out"], scratch["in"]]).wait().status == 1)
        let letter = String(decoding: scratch.read("out/dead-letters.ndjson"), as: UTF8.self)
        #expect(letter.contains("in/5.xml:1") && letter.contains("archive.file.unreadable"))
        #expect(String(decoding: scratch.read("out/converted.ndjson"), as: UTF8.self).contains("in/7.xml:1"))
    }

    private static let canHideProc =
        (try? BuiltCommand(
            ["-m", "sh", "-c", "mount -t tmpfs none /proc"], program: URL(filePath: "/usr/bin/unshare")
        ).wait().status) == 0

    @Test(
        "Without /proc the command runs, or ends with status 70, and never takes that for a call for help",
        .enabled(if: canHideProc, "mounts are not allowed here"))
    func noProc() throws {
        let scratch = try Scratch()
        try scratch.write("7.xml", Self.document)
        let command = try BuiltCommand(
            [
                "-m", "sh", "-c", "mount -t tmpfs none /proc; exec \"$0\" \"$@\"", BuiltCommand.path.path, "bulk", "-o",
                scratch["out"], scratch["7.xml"],
            ], program: URL(filePath: "/usr/bin/unshare"), output: scratch["printed"])
        let (status, errors) = command.wait()
        #expect(status == 70 ? errors.contains("/proc") : status == 0 && scratch.exists("out/converted.ndjson"))
        #expect(scratch.read("printed").isEmpty)
    }

    @Test("The size of archives is that of their files, without those that are left out")
    func size() throws {
        let scratch = try Scratch()
        for number in 1...30 { try scratch.write("in/d/\(number).xml", Self.document) }
        try scratch.write("in/a.ndjson", "x")
        #expect(ArchiveWalk.size(of: [scratch["in"]], exclusion: Exclusion()) == 30 * Self.document.utf8.count + 1)
        #expect(
            ArchiveWalk.size(of: [scratch["in"], scratch["in/a.ndjson"]], exclusion: Exclusion(["d"])) == 2)
        #expect(ArchiveWalk.size(of: [scratch["in"], "-"], exclusion: Exclusion()) == nil)
    }

    @Test("A filter answers a line before the next one comes")
    func answers() throws {
        let scratch = try Scratch()
        let command = try BuiltCommand(["bulk", "--quiet", "-o", "-"], output: scratch["out"])
        for number in 1...3 {
            let xml = Self.document.replacing("\"", with: "'")
            let line = "{\"leadId\":\"\(number)\",\"xmlData\":\"\(xml)\"}\n"
            try command.input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
            func lines() -> Int { scratch.read("out").split(separator: 0x0A).count }
            for _ in 0..<2_000 where lines() < number { usleep(5_000) }
            #expect(lines() == number)
        }
        try command.input.fileHandleForWriting.close()
        #expect(command.wait().status == 0)
    }

    // MARK: Links

    private func link(_ scratch: Scratch, _ name: String, to target: String) throws {
        let url = scratch.url(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
    }

    @Test("What links lead to is read once, in circles outside of the archive too")
    func linkCircle() throws {
        let scratch = try Scratch()
        try scratch.write("ext/a/1.xml", Self.document)
        try scratch.write("ext/b/2.xml", Self.document)
        try link(scratch, "arch/e", to: "../ext")
        try link(scratch, "ext/a/b", to: "../b")
        try link(scratch, "ext/b/a", to: "../a")
        #expect(try sources(scratch, [scratch["arch"]]) == ["arch/e/a/1.xml:1", "arch/e/b/2.xml:1"])
    }

    @Test("Directories that are all linked to each other end soon, each of their files once")
    func linkedDirectories() throws {
        let scratch = try Scratch()
        for number in 0..<10 {
            try scratch.write("ext/\(number)/\(number).xml", Self.document)
            for other in 0..<10 where other != number {
                try link(scratch, "ext/\(number)/to\(other)", to: "../\(other)")
            }
        }
        try link(scratch, "arch/e", to: "../ext/0")
        let summary = try Bulk.filter([scratch["arch"]]).summary
        #expect(summary.converted == 10)
    }

    @Test("A file is read once, whether a link to it, to its directory, or another archive comes first")
    func linkedFiles() throws {
        let scratch = try Scratch()
        try scratch.write("ext/1.xml", Self.document)
        try scratch.write("ext/2.xml", Self.document)
        try link(scratch, "arch/b", to: "../ext")
        try link(scratch, "arch/a.xml", to: "../ext/1.xml")
        try link(scratch, "arch/a2.xml", to: "../ext/1.xml")
        try link(scratch, "arch/c.xml", to: "../ext/2.xml")
        let filtered = try Bulk.filter([scratch["arch"]])
        #expect(try sources(scratch, [scratch["arch"]]) == ["arch/a.xml:1", "arch/b/2.xml:1"])
        #expect(filtered.summary.skipped == [.init(name: "link", count: 3)])
        // The directory above holds the archive and another one.
        try scratch.write("other/3.xml", Self.document)
        try link(scratch, "arch/up", to: "..")
        let found = try sources(scratch, [scratch["arch"], scratch["other"]])
        #expect(found.filter { $0.hasSuffix("3.xml:1") } == ["other/3.xml:1"])
        #expect(found.count == 3)
    }

    // MARK: What is not read

    @Test(
        "Files and directories that a pattern matches are left out",
        arguments: [
            (["*.log"], ["in/a/1.xml", "in/a/old/2.xml", "in/b/2.xml"]),
            (["old"], ["in/a/1.xml", "in/a/3.log", "in/b/2.xml"]),
            (["a/old/"], ["in/a/1.xml", "in/a/3.log", "in/b/2.xml"]),
            (["./a/*"], ["in/b/2.xml"]), (["a/?.xml"], ["in/a/3.log", "in/a/old/2.xml", "in/b/2.xml"]),
            (["*.xml", "*.log"], []), (["in"], ["in/a/1.xml", "in/a/3.log", "in/a/old/2.xml", "in/b/2.xml"]),
            (["[13].*"], ["in/a/old/2.xml", "in/b/2.xml"]),
        ])
    func excluded(_ patterns: [String], _ expected: [String]) throws {
        let scratch = try Scratch()
        for name in ["a/1.xml", "a/old/2.xml", "b/2.xml"] { try scratch.write("in/" + name, Self.document) }
        try scratch.write("in/a/3.log", #"{"leadId":"3","xmlData":"<a/>"}"#)
        let exclusion = Exclusion(patterns)
        let walk = ArchiveWalk([scratch["in"]], exclusion: exclusion)
        var found: [String] = []
        while let item = walk.next() {
            guard case .file(let source, let descriptor, _) = item else { continue }
            close(descriptor)
            found.append(source.name.replacing(scratch.directory.path + "/", with: ""))
        }
        #expect(found == expected)
    }

    @Test(
        "Results of earlier runs inside an archive are left out and counted, ended or not; other files there are read")
    func earlierResults() throws {
        let scratch = try Scratch()
        try scratch.write("in/7.xml", Self.document)
        try scratch.write("in/8.xml", "<Potentials>")
        _ = try Bulk.run([scratch["in"]], into: scratch["in/v2"])
        try scratch.write("in/v2/9.xml", Self.document)
        for name in ["checkpoint", "converted.ndjson.part", "dead-letters.ndjson.part"] {
            try scratch.write("in/stopped/" + name, "{}\n")
        }
        try scratch.write("in/own/summary.json", #"{"leadId":"5","xmlData":"\#("<a/>")"}"#)
        let summary = try Bulk.run([scratch["in"]], into: scratch["out"])
        #expect(summary.skipped == [.init(name: "earlier_results", count: 7)])
        #expect(summary.converted == 2 && summary.deadLetters == 2)
        // Named by itself, such a file is an archive.
        #expect(try Bulk.run([scratch["in/v2/dead-letters.ndjson"]], into: scratch["again"]).read == 1)
    }
}
