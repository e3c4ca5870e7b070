import Foundation

/// The command as it was built beside these tests, run as its users run it.
public struct BuiltCommand {
    /// The built command: it is where the running test is.
    public static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "convertlead")

    /// What a run came to.
    public struct Result {
        /// Exit status, or minus the signal that ended it.
        public var status: Int32
        /// Standard output.
        public var output: String
        /// Standard error.
        public var errors: String
    }

    /// Runs the command to its end.
    ///
    /// - Parameters:
    ///   - directory: where it runs.
    ///   - output: where standard output goes instead of into the result.
    public static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:],
        directory: URL = Checkout.root, output: FileHandle? = nil, errors: FileHandle? = nil
    ) throws -> Result {
        let scratch = try Scratch()
        try scratch.write("in", input)
        try scratch.write("out", "")
        try scratch.write("err", "")
        let process = Process()
        process.executableURL = path
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: scratch.url("in"))
        process.standardOutput = try output ?? FileHandle(forWritingTo: scratch.url("out"))
        process.standardError = try errors ?? FileHandle(forWritingTo: scratch.url("err"))
        try process.run()
        process.waitUntilExit()
        return Result(status: process.outcome, output: scratch.text("out"), errors: scratch.text("err"))
    }

    /// The process.
    public let process = Process()
    /// Standard input, unless a file is.
    public let input = Pipe()
    private let errors = Pipe()

    /// Starts the command, or another program that runs it.
    ///
    /// - Parameter input: file for standard input; `nil` is the pipe ``input``.
    public init(
        _ arguments: [String], program: URL = path, input file: String? = nil, output: String = "/dev/null",
        environment: [String: String] = [:]
    ) throws {
        process.executableURL = program
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = try file.map { try FileHandle(forReadingFrom: URL(filePath: $0)) } ?? input
        if !FileManager.default.fileExists(atPath: output) { try Data().write(to: URL(filePath: output)) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = errors
        try process.run()
        try errors.fileHandleForWriting.close()
    }

    /// Waits until the command handles a signal instead of dying of it: on a busy machine that takes a while.
    public func waitUntilItHandles(_ signal: Int32) {
        while process.isRunning,
            let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
            let caught = status.firstMatch(of: #/SigCgt:\s*([0-9a-f]+)/#).flatMap({ UInt64($0.1, radix: 16) }),
            caught & 1 << UInt64(signal - 1) == 0
        {
            usleep(5_000)
        }
    }

    /// Waits for the end: exit status, or minus the signal, and what was printed on standard error.
    public func wait() -> (status: Int32, errors: String) {
        let text = (try? errors.fileHandleForReading.readToEnd()).flatMap { $0 } ?? Data()
        process.waitUntilExit()
        return (process.outcome, String(decoding: text, as: UTF8.self))
    }
}

extension Process {
    /// Exit status, or minus the signal that ended it.
    fileprivate var outcome: Int32 { terminationReason == .exit ? terminationStatus : -terminationStatus }
}
