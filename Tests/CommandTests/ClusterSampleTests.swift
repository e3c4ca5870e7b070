import Foundation
import TestSupport
import Testing

/// `Samples/cluster`: spreading an archive over workers changes no record.
@Suite struct ClusterSamples {
    private static let directory = Checkout.root.appending(path: "Samples/cluster")
    private static let hasParallel = FileManager.default.isExecutableFile(atPath: "/usr/bin/parallel")
    /// A Python with pyspark; the checks install one.
    private static let python = ProcessInfo.processInfo.environment["PYSPARK_PYTHON"]
    private static let options = Requests.users.map { $0.hasPrefix("--") ? $0 : Checkout.root.path + "/" + $0 }

    /// An archive of lines: most translate, some are dead letters of several kinds, one is skipped.
    private static func archive(_ scratch: Scratch) throws -> String {
        var lines: [String] = []
        for number in 0..<600 {
            let xml = Requests.xml(
                assignTo: number % 7 == 0 ? "nobody@left.example" : "sample@zoho.com",
                fields: number % 3 == 0 ? "<FL val=\"Größe\">ä 🙂</FL>" : "",
                date: number % 11 == 0 ? "13/13/2009" : "12/21/2009")
            let object = ["leadId": "55500000000000\(1000 + number)", "xmlData": xml]
            lines.append(
                number == 300
                    ? "{\"success\":{}}"
                    : String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self))
        }
        return try scratch.write("archive.ndjson", lines.joined(separator: "\n") + "\n")
    }

    /// Runs a program.
    private static func run(_ program: String, _ arguments: [String], _ variables: [String: String]) throws -> (
        status: Int32, output: String, errors: String
    ) {
        let scratch = try Scratch()
        try Data().write(to: scratch.url("out"))
        try Data().write(to: scratch.url("err"))
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(["CONVERTLEAD": BuiltCommand.path.path]) { $1 }.merging(variables) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: scratch.url("out"))
        process.standardError = try FileHandle(forWritingTo: scratch.url("err"))
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: scratch.url("out"), encoding: .utf8),
            try String(contentsOf: scratch.url("err"), encoding: .utf8)
        )
    }

    /// The records of some lines without their places, which count lines and bytes within a share.
    private static func records(_ text: String) throws -> [String] {
        try text.split(separator: "\n").map { line in
            var record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            #expect(record.removeValue(forKey: "source") != nil)
            record.removeValue(forKey: "bytes")
            let diagnostics = record["diagnostics"] as? [[String: Any]]
            record["diagnostics"] = diagnostics?.map { $0.filter { $0.key != "source" } }
            return String(
                decoding: try JSONSerialization.data(withJSONObject: record, options: [.sortedKeys]), as: UTF8.self)
        }
    }

    private static func expected(_ archive: String) throws -> [String] {
        let whole = try BuiltCommand.run(["bulk", "--output", "-", "--quiet", archive] + options)
        #expect(whole.status == 1)
        let records = try records(whole.output)
        #expect(records.count == 599)
        return records
    }

    @Test(
        "GNU parallel gives the records of one process, in their order",
        .enabled(if: hasParallel, "parallel is not installed"))
    func parallel() throws {
        let scratch = try Scratch()
        let archive = try Self.archive(scratch)
        let result = try Self.run(
            Self.directory.appending(path: "parallel.sh").path, [archive] + Self.options,
            ["BLOCK": "60k", "JOBS": "2"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try Self.records(result.output) == Self.expected(archive))
    }

    @Test(
        "A share that cannot be translated at all stops the whole",
        .enabled(if: hasParallel, "parallel is not installed"))
    func failure() throws {
        let scratch = try Scratch()
        let archive = try Self.archive(scratch)
        let result = try Self.run(
            Self.directory.appending(path: "parallel.sh").path, [archive, "--users", "no such file"], [:])
        #expect(result.status != 0)
        #expect(result.errors.contains("no such file: error [file.input.unreadable]"))
    }

    @Test("A share without a line gives no line, whatever the form of diagnostics", arguments: ["text", "json"])
    func emptyShare(form: String) throws {
        let filter = Self.directory.appending(path: "filter.sh").path
        let result = try Self.run("/bin/sh", ["-c", "\(filter) --diagnostics \(form) < /dev/null"], [:])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "")
    }

    @Test("PySpark gives the records of one process", .enabled(if: python != nil, "PYSPARK_PYTHON is not set"))
    func spark() throws {
        let scratch = try Scratch()
        let archive = try Self.archive(scratch)
        let results = scratch.url("results")
        let told = try Self.run(
            Self.python ?? "",
            [Self.directory.appending(path: "convert_archive.py").path, archive, results.path] + Self.options,
            ["PARTITIONS": "3", "SPARK_LOCAL_IP": "127.0.0.1"])
        try #require(told.status == 0, "\(told.errors)")
        var text = ""
        for status in ["converted", "dead-letter"] {
            let directory = results.appending(path: "status=\(status)")
            for part in try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
            where part.hasPrefix("part-") {
                text += try String(contentsOf: directory.appending(path: part), encoding: .utf8)
            }
        }
        let expected = try Self.expected(archive)
        #expect(try Self.records(text).sorted() == expected.sorted())
        let converted = expected.count { $0.contains("\"status\":\"converted\"") }
        #expect(told.output == "converted \(converted), dead-letter \(599 - converted)\n")
    }
}
