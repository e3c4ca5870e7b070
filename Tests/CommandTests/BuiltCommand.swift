import Foundation
import Testing

/// The command as it was built beside these tests, run as its users run it.
struct BuiltCommand {
    /// What a run gave.
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The root of the package.
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The built command: it lies where the running test lies.
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "convertlead")

    /// Runs the command in the package's directory.
    ///
    /// - Parameter output: where standard output goes instead of into the result.
    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:], output: FileHandle? = nil,
        errors: FileHandle? = nil
    ) throws -> Result {
        let scratch = try Scratch()
        let (inputFile, outputFile, errorFile) = (scratch["in"], scratch["out"], scratch["err"])
        try Data(input.utf8).write(to: inputFile)
        try Data().write(to: outputFile)
        try Data().write(to: errorFile)
        let process = Process()
        process.executableURL = path
        process.arguments = arguments
        process.currentDirectoryURL = package
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try output ?? FileHandle(forWritingTo: outputFile)
        process.standardError = try errors ?? FileHandle(forWritingTo: errorFile)
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: try String(contentsOf: outputFile, encoding: .utf8),
            errors: try String(contentsOf: errorFile, encoding: .utf8))
    }
}

/// A directory of one test, removed with it.
final class Scratch {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "convertlead-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    subscript(name: String) -> URL { directory.appending(path: name) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: self[name])
        return self[name].path
    }

    /// The names of what lies in the directory.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    }
}

/// Requests that the tests of the command share.
enum Requests {
    static let leadID = "1386586000002574001"

    /// The XML of a request with a deal; `fields` are `FL` elements behind the three mandatory ones.
    static func xml(assignTo: String = "sample@zoho.com", fields: String = "", date: String = "12/21/2009") -> String {
        """
        <Potentials><row no="1"><option val="createPotential">true</option>\
        <option val="assignTo">\(assignTo)</option></row><row no="2"><FL val="Potential Name">A</FL>\
        <FL val="Closing Date">\(date)</FL><FL val="Potential Stage">Closed Won</FL>\(fields)</row></Potentials>
        """
    }

    /// The call of Zoho's comparison page with a token.
    static let call =
        "https://crm.zoho.com/crm/private/xml/Leads/convertLead?authtoken=\(token)&scope=crmapi&leadId=\(leadID)&xmlData="
        + (xml().addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")

    static let token = "SECRET0123456789abcdef"

    static let users = ["--users", "Samples/org/users-1.json", "--users", "Samples/org/users-2.json"]
}
