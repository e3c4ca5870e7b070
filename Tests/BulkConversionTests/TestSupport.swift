import Foundation

@testable import BulkConversion
@testable import ConvertLead

/// A directory of one test, removed with it.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "bulk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Path of a file in it.
    subscript(name: String) -> String { url.appending(path: name).path }

    /// Makes a file, and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ data: Data) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
        return file.path
    }

    /// Content of a file in it; empty when there is none.
    func read(_ name: String) -> Data { (try? Data(contentsOf: url.appending(path: name))) ?? Data() }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self[name]) }
}

/// `Samples/archives/every-form/archive`.
enum ArchiveSamples {
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let directory = package.appending(path: "Samples/archives/every-form/archive")

    static var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []).sorted()
    }
}

/// What a filter wrote about one request, as far as tests look at it.
struct Line: Equatable, CustomStringConvertible {
    var isConverted: Bool
    var line: Int
    var leadID: String?
    var codes: [String]

    var description: String { "\(isConverted ? "converted" : "dead") \(line) \(leadID ?? "-") \(codes)" }

    init(_ isConverted: Bool, _ line: Int, _ leadID: String?, _ codes: [String] = []) {
        self.isConverted = isConverted
        self.line = line
        self.leadID = leadID
        self.codes = codes
    }

    init(json text: Data) throws {
        let object = try JSONSerialization.jsonObject(with: text) as? [String: Any] ?? [:]
        isConverted = object["status"] as? String == "converted"
        let source = object["source"] as? String ?? ""
        line = Int(source.split(separator: ":").last ?? "") ?? 0
        leadID = object["lead_id"] as? String
        codes = (object["diagnostics"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    }
}

/// Runs archives through the library.
enum Bulk {
    static func run(
        _ archives: [String], into directory: String, tables: OrganizationTables = OrganizationTables(),
        options: TranslationOptions = TranslationOptions(), settings: BulkSettings = BulkSettings()
    ) throws -> BulkSummary {
        try BulkRun(
            archives: archives, output: .directory(directory), tables: tables, options: options, settings: settings
        ).run()
    }

    /// The lines that a filter writes, as text and as what they say.
    static func filter(
        _ archives: [String], options: TranslationOptions = TranslationOptions(),
        settings: BulkSettings = BulkSettings()
    ) throws -> (text: Data, lines: [Line], summary: BulkSummary) {
        let scratch = try Scratch()
        try scratch.write("out", "")
        let file = try FileHandle(forWritingTo: URL(filePath: scratch["out"]))
        let summary = try BulkRun(
            archives: archives, output: .descriptor(file.fileDescriptor), options: options, settings: settings
        ).run()
        try file.close()
        let text = scratch.read("out")
        return (text, try text.split(separator: 0x0A).map { try Line(json: Data($0)) }, summary)
    }
}

/// Made-up requests from a seed.
struct Requests {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(max(bound, 1)))
    }

    /// An archive of JSON lines: most translate, some have a bad date, are broken, are replies, or have an unknown label.
    mutating func ndjson(_ count: Int) -> String {
        (0..<count).map { line($0) + "\n" }.joined()
    }

    private mutating func line(_ index: Int) -> String {
        let id = 5_550_000_000_400_000 + index
        let padding = String(repeating: "é", count: next(200))
        let date = next(10) == 0 ? "13/45/2009" : "12/2\(next(10))/2018"
        let label = next(6) == 0 ? "Unknown \(next(5))" : "Next Step"
        switch next(20) {
        case 0: return "{\"leadId\":\"\(id)\",\"xmlData\":\"<Potentials>"
        case 1: return "{\"success\":{\"Contact\":{\"content\":\"1\"}}}"
        case 2:
            return "{\"leadId\":\"\(id)\",\"newFormat\":2,\"xmlData\":\"<Potentials><row no=\\\"1\\\"/></Potentials>\"}"
        default:
            return """
                {"leadId":"\(id)","xmlData":"<Potentials><row no=\\"1\\"><option val=\\"createPotential\\">true</option></row>\
                <row no=\\"2\\"><FL val=\\"Potential Name\\">\(padding) \\u00e9 \\/ \(index)</FL><FL val=\\"Closing Date\\">\(date)</FL>\
                <FL val=\\"Potential Stage\\">Closed Won</FL><FL val=\\"\(label)\\">x</FL></row></Potentials>"}
                """
        }
    }
}

/// The command as it was built beside these tests.
struct BuiltCommand {
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "convertlead")

    let process = Process()
    let input = Pipe()
    private let errors = Pipe()

    /// Starts the command, or another program that runs it.
    ///
    /// - Parameter input: file for standard input; `nil` gives the pipe ``input``.
    init(
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

    /// Waits until the command does not simply die of a signal any more: on a busy machine that takes a while.
    func waitUntilItHandles(_ signal: Int32) {
        while process.isRunning,
            let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
            let caught = status.firstMatch(of: #/SigCgt:\s*([0-9a-f]+)/#).flatMap({ UInt64($0.1, radix: 16) }),
            caught & 1 << UInt64(signal - 1) == 0
        {
            usleep(5_000)
        }
    }

    /// Waits for the end: exit status, or minus the signal, and what was printed on standard error.
    func wait() -> (status: Int32, errors: String) {
        let text = (try? errors.fileHandleForReading.readToEnd()).flatMap { $0 } ?? Data()
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return (status, String(decoding: text, as: UTF8.self))
    }
}
