import BulkConversion
import Foundation
import TestSupport
import Testing

/// Stops runs in every way that can be made to happen, and lets them go on.
@Suite("Never lost, never twice", .serialized)
struct ResumeTests {
    private static let names = ["converted.ndjson", "dead-letters.ndjson", "summary.json", "report.html"]
    private static let strace = ["/usr/bin/strace", "/bin/strace"].first(where: FileManager.default.isExecutableFile)

    /// An archive of several forms, and what an undisturbed run makes of it.
    private func prepare(
        _ scratch: Scratch, _ count: Int, _ form: DeadLetterForm = .ndjson
    ) throws -> [String: Data] {
        try scratch.write("in/a.ndjson", Requests.ndjson(count, seed: 2018))
        try scratch.write("in/b.txt", "leadId=1&xmlData=%3Ca/%3E\nleadId=2&xmlData=%3Cb/%3E\n")
        let (status, errors) = try BuiltCommand(
            ["bulk", "--quiet", "--dead-letters", form.rawValue, "-o", scratch["whole"], scratch["in"]]
        ).wait()
        try #require(status == 1, "\(errors)")
        let names = scratch.files(below: "whole")
        try #require(
            Set(Self.names).subtracting(names) == (form == .files ? ["dead-letters.ndjson"] : []), "\(names)")
        return Dictionary(uniqueKeysWithValues: names.map { ($0, scratch.read("whole/" + $0)) })
    }

    private func arguments(
        _ scratch: Scratch, resumes: Bool, chunkSize: Int = 2_000, _ form: DeadLetterForm = .ndjson
    ) -> [String] {
        [
            "bulk", "--quiet", "--jobs", "2", "--chunk-size", "\(chunkSize)", "--checkpoint-interval", "0", "-o",
            scratch["out"], "--dead-letters", form.rawValue,
        ]
            + (resumes ? ["--resume"] : []) + [scratch["in"]]
    }

    /// What has a final name is whole; all of it is when the run is done.
    private func check(_ scratch: Scratch, _ expected: [String: Data], isDone: Bool) {
        for (name, content) in expected {
            if isDone || scratch.exists("out/" + name) { #expect(scratch.read("out/" + name) == content, "\(name)") }
        }
        if isDone {
            #expect(Set(scratch.files(below: "out")) == Set(expected.keys))
        }
    }

    /// Waits until a run has made some checkpoints, or ended. Each has an inode of its own, because it replaces the one before.
    private func waitForCheckpoints(_ count: Int, _ scratch: Scratch, _ command: BuiltCommand) {
        func inode() -> ino_t? {
            var status = stat()
            return stat(scratch["out/checkpoint"], &status) == 0 ? status.st_ino : nil
        }
        var seen = 0
        var last = inode()
        while seen < count, command.process.isRunning {
            usleep(300)
            let now = inode()
            if now != nil, now != last { seen += 1 }
            last = now
        }
    }

    @Test(
        "A run killed a hundred times at random moments ends with the bytes of an undisturbed one",
        arguments: DeadLetterForm.allCases)
    func kills(_ form: DeadLetterForm) throws {
        let scratch = try Scratch()
        let expected = try prepare(scratch, 250, form)
        var (kills, killsWithState, completions) = (0, 0, 0)
        while kills < 100 {
            let command = try BuiltCommand(arguments(scratch, resumes: scratch.exists("out"), form))
            waitForCheckpoints(Int.random(in: 0...3), scratch, command)
            usleep(UInt32.random(in: 0..<4_000))
            kill(command.process.processIdentifier, SIGKILL)
            let (status, errors) = command.wait()
            if status == -SIGKILL {
                kills += 1
                if scratch.exists("out/checkpoint") { killsWithState += 1 }
                check(scratch, expected, isDone: false)
            } else {
                #expect(status == 1, "\(errors)")
                check(scratch, expected, isDone: true)
                completions += 1
                try FileManager.default.removeItem(atPath: scratch["out"])
            }
        }
        let (status, errors) = try BuiltCommand(arguments(scratch, resumes: scratch.exists("out"), form)).wait()
        #expect(status == 1, "\(errors)")
        check(scratch, expected, isDone: true)
        #expect(killsWithState > 10)
        print("killed \(kills) times, \(killsWithState) of them with a state, ended \(completions + 1) times")
    }

    @Test(
        "A fault of any write, flush or rename ends with status 74 and can be resumed",
        .enabled(if: strace != nil, "strace is not installed"),
        arguments: [
            "write:error=ENOSPC", "write:error=EIO", "fdatasync:error=EIO", "fsync:error=EIO", "renameat:error=EIO",
            "renameat:error=ENOSPC", "unlinkat:error=EIO", "mkdirat:error=ENOSPC",
        ], DeadLetterForm.allCases)
    func faults(_ fault: String, _ form: DeadLetterForm) throws {
        let scratch = try Scratch()
        let expected = try prepare(scratch, 12, form)
        let call = String(fault.prefix { $0 != ":" })
        var failures = 0
        for number in 1... {
            let program = URL(filePath: try #require(Self.strace))
            let traced = [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(fault):when=\(number)",
            ]
            let command = try BuiltCommand(
                traced + [BuiltCommand.path.path] + arguments(scratch, resumes: false, chunkSize: 3_000, form),
                program: program)
            let (status, errors) = command.wait()
            if status == 1 {
                // No such call any more, or only the one that says so to the user failed.
                check(scratch, expected, isDone: true)
                if !errors.isEmpty || failures == 0 || number > failures { break }
            }
            failures += 1
            #expect(status == 74 || status == 73, "\(fault) \(number): \(status) \(errors)")
            // Each thread counts its own calls: the first fault also meets the main thread's message.
            if call != "write" || number > 1 { #expect(errors.contains("out"), "\(errors)") }
            check(scratch, expected, isDone: false)
            let resumed = try BuiltCommand(arguments(scratch, resumes: true, form)).wait()
            #expect(resumed.status == 1, "\(fault) \(number): \(resumed.errors)")
            check(scratch, expected, isDone: true)
            try FileManager.default.removeItem(atPath: scratch["out"])
            if number > 200 { break }
        }
        #expect((failures > 0) == (call != "mkdirat" || form == .files))
    }

    @Test(
        "A directory whose names cannot be read to the end ends the run with status 74, and nothing after it is read",
        .enabled(if: strace != nil, "strace is not installed"), arguments: [1, 2])
    func unreadableNames(_ number: Int) throws {
        let scratch = try Scratch()
        let document = "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
        for id in 1...5 { try scratch.write("a/\(id).xml", document) }
        try scratch.write("b/6.xml", document)
        let command = try BuiltCommand(
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=getdents64", "-e",
                "inject=getdents64:error=EIO:when=\(number)", BuiltCommand.path.path, "bulk", "--output", "-",
                "--jobs", "1", scratch["a"], scratch["b"],
            ],
            program: URL(filePath: try #require(Self.strace)), output: scratch["out"])
        let (status, errors) = command.wait()
        #expect(status == 74)
        #expect(errors.contains("\(scratch["a"]): Input/output error"))
        #expect(!String(decoding: scratch.read("out"), as: UTF8.self).contains("\"lead_id\":\"6\""))
    }

    @Test("A full device is status 74", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullDevice() throws {
        let scratch = try Scratch()
        _ = try prepare(scratch, 5)
        let (status, errors) = try BuiltCommand(["bulk", "-o", "-", scratch["in"]], output: "/dev/full").wait()
        #expect(status == 74)
        #expect(errors.contains("No space left"))
    }

    @Test("An interrupt saves the state, and the run goes on from there", arguments: [SIGINT, SIGTERM])
    func signals(_ signal: Int32) throws {
        let scratch = try Scratch()
        let text = Requests.ndjson(400, seed: 99)
        try scratch.write("all.ndjson", text)
        let options = ["--quiet", "--chunk-size", "3000", "-o"]
        let whole = try BuiltCommand(["bulk"] + options + [scratch["whole"], "-"], input: scratch["all.ndjson"]).wait()
        #expect(whole.status == 1)
        let command = try BuiltCommand(["bulk"] + options + [scratch["out"], "-"])
        // Half of the input comes, the rest does not.
        command.input.fileHandleForWriting.write(Data(text.utf8.prefix(text.utf8.count / 2)))
        command.waitUntilItHandles(signal)
        usleep(300_000)
        kill(command.process.processIdentifier, signal)
        let (status, errors) = command.wait()
        #expect(status == 128 + signal, "\(errors)")
        #expect(errors.contains("--resume"))
        try command.input.fileHandleForWriting.close()
        #expect(!scratch.exists("out/converted.ndjson"))
        #expect(!scratch.read("out/converted.ndjson.part").isEmpty)
        let resumed = try BuiltCommand(
            ["bulk", "--resume"] + options + [scratch["out"], "-"], input: scratch["all.ndjson"]
        ).wait()
        #expect(resumed.status == 1, "\(resumed.errors)")
        for name in Self.names { #expect(scratch.read("out/" + name) == scratch.read("whole/" + name)) }
    }

    /// What a run can be busy with, or wait for as long as somebody likes, when it is interrupted.
    enum Business: String, CaseIterable {
        case converting, longLines, directory, idlePipe, idleDecompressor, namedPipe, fullPipe

        /// Whether it ends by itself, on a fast machine before the interrupt.
        var mayBeDone: Bool { [.converting, .longLines, .directory].contains(self) }
    }

    /// Starts a run that is busy with something.
    private func start(_ business: Business, _ scratch: Scratch, _ jobs: String) throws -> BuiltCommand {
        let options = ["bulk", "--quiet", "--jobs", jobs, "-o"]
        let files = options + [scratch["out"]]
        switch business {
        case .converting:
            return try BuiltCommand(
                files + [scratch.write("a.ndjson", String(repeating: Requests.ndjson(1_000, seed: 5), count: 50))])
        case .longLines:
            // The longest there may be; each byte could begin a credential, an escape, or markup.
            let line = "leadId=1&xmlData=%3Ca%3E" + String(repeating: "%253Ctoken%3D+&amp;", count: 800_000) + "\n"
            return try BuiltCommand(files + [scratch.write("a.txt", String(repeating: line, count: 6))])
        case .directory:
            for number in 0..<2_000 {
                try scratch.write("in/\(number).xml", "<Potentials><row no=\"1\"/></Potentials>")
            }
            return try BuiltCommand(files + [scratch["in"]])
        case .idlePipe:
            let command = try BuiltCommand(files + ["-"])
            try command.input.fileHandleForWriting.write(contentsOf: Data(Requests.ndjson(100, seed: 5).utf8))
            return command
        case .idleDecompressor:
            // gzip without compression: blocks that say their length and its complement.
            var archive = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
            for _ in 0..<4 {
                archive += [0, 0x60, 0xEA, 0x9F, 0x15] + Data(Requests.ndjson(400, seed: 5).utf8.prefix(60_000))
            }
            let command = try BuiltCommand(files + ["-"])
            try command.input.fileHandleForWriting.write(contentsOf: archive)
            return command
        case .namedPipe:
            return try BuiltCommand(
                files + [scratch.write("a.ndjson", Requests.ndjson(1_000, seed: 5)), scratch["pipe"]])
        case .fullPipe:
            return try BuiltCommand(
                options + ["-", scratch.write("a.ndjson", Requests.ndjson(1_000, seed: 5))], output: scratch["pipe"])
        }
    }

    /// Of the second, 0.1 s pass until the run looks for a signal, 0.2 s are for the chunks in hand, 0.1 s until it looks
    /// again, and some files are flushed. The rest, and three attempts, are for machines that do other things too.
    @Test(
        "An interrupt ends a run within a second, whatever it is busy with", arguments: Business.allCases, ["1", "3"])
    func interruptions(_ business: Business, jobs: String) throws {
        var seconds: [Double] = []
        while seconds.count < 3, seconds.last.map({ $0 > 1 }) ?? true {
            let scratch = try Scratch()
            #expect(mkfifo(scratch["pipe"], 0o600) == 0)
            // Held open by a reader that never reads, or by nobody.
            let reader = business == .fullPipe ? open(scratch["pipe"], O_RDWR | O_CLOEXEC) : -1
            defer { close(reader) }
            let command = try start(business, scratch, jobs)
            command.waitUntilItHandles(SIGINT)
            usleep(150_000)
            let started = Date()
            kill(command.process.processIdentifier, SIGINT)
            let (status, errors) = command.wait()
            seconds.append(Date().timeIntervalSince(started))
            try command.input.fileHandleForWriting.close()
            // A run that was done before has dead letters.
            #expect(status == 128 + SIGINT || (status == 1 && business.mayBeDone), "\(status) \(errors)")
        }
        #expect(seconds.contains { $0 < 1 }, "\(seconds)")
    }

    @Test("Empty standard input is status 65 and leaves nothing behind")
    func emptyInput() throws {
        let scratch = try Scratch()
        let (status, errors) = try BuiltCommand(["bulk", "-o", scratch["out"]], input: "/dev/null").wait()
        #expect(status == 65)
        #expect(errors.contains("empty"))
        #expect(!scratch.exists("out"))
    }

    @Test("Locale and time zone of the environment change nothing")
    func environment() throws {
        let scratch = try Scratch()
        var outputs: Set<Data> = []
        for (index, environment) in [["LC_ALL": "C", "TZ": "UTC"], ["LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kolkata"]]
            .enumerated()
        {
            let (status, _) = try BuiltCommand(
                ["bulk", "--quiet", "-o", scratch["out\(index)"], "Samples/archives/every-form/archive"],
                environment: environment
            ).wait()
            #expect(status == 1)
            outputs.insert(Data(Self.names.flatMap { scratch.read("out\(index)/" + $0) }))
        }
        #expect(outputs.count == 1)
    }

    @Test("An endless stream without line ends is one dead letter, in bounded memory")
    func endless() throws {
        let scratch = try Scratch()
        let command = try BuiltCommand(["bulk", "--quiet", "-o", "-"], output: scratch["out"])
        let block = Data(repeating: UInt8(ascii: "{"), count: 1 << 20)
        for _ in 0..<60 { command.input.fileHandleForWriting.write(block) }
        let memory = try String(contentsOfFile: "/proc/\(command.process.processIdentifier)/status", encoding: .utf8)
            .split(separator: "\n").first { $0.hasPrefix("VmHWM") }?.split(separator: " ").dropLast().last.flatMap {
                Int($0)
            }
        try command.input.fileHandleForWriting.close()
        #expect(command.wait().status == 1)
        let lines = scratch.text("out").split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(#"{"status":"dead-letter","source":"<stdin>:1""#) == true)
        #expect(lines.first?.contains("archive.line.length") == true)
        #expect(try #require(memory) < 100_000)
    }
}
