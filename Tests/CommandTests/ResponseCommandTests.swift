import Foundation
import TestSupport
import Testing

@Suite struct ResponseCommandRuns {
    private static let converted = "{\"data\":[{\"Contacts\":\"1\",\"Deals\":null,\"Accounts\":3}]}"
    private static let failed = """
        {"code":"INVALID_DATA","details":{"api_name":"Revenue"},"message":"invalid data","status":"error"}
        """

    private func run(_ arguments: [String], _ input: String = converted) throws -> BuiltCommand.Result {
        try BuiltCommand.run(["response"] + arguments, input: input)
    }

    private func sample(_ name: String) -> URL {
        Checkout.root.appending(path: "Samples/replies/\(name)")
    }

    @Test("A reply becomes v1 XML on standard output, and nothing else is said")
    func xml() throws {
        for arguments in [[], ["-"], ["--format", "xml", "--output", "-"]] {
            let result = try run(arguments)
            #expect(result.status == 0)
            #expect(result.errors == "")
            #expect(
                result.output == """
                    <?xml version="1.0" encoding="UTF-8" ?>
                    <success><Contact param="id">1</Contact><Account param="id">3</Account></success>

                    """)
        }
    }

    @Test("JSON is one line and a line feed, compact or not")
    func json() throws {
        for arguments in [["--format", "json"], ["--format", "json", "--compact"]] {
            #expect(
                try run(arguments).output == """
                    {"success":{"Contact":{"content":"1","param":"id"},"Account":{"content":"3","param":"id"}}}

                    """)
        }
    }

    @Test("A v2 error is a translated reply with the path of the old call")
    func error() throws {
        let result = try run(["--uri", "/crm/private/xml/Leads/convertLead/x"], Self.failed)
        #expect(result.status == 0)
        #expect(
            result.output.contains("<response uri=\"/crm/private/xml/Leads/convertLead/x\"><error><code>4600</code>"))
        #expect(try run(["--format", "json"], Self.failed).output.contains("\"/crm/private/json/Leads/convertLead\""))
    }

    @Test("Configuration and field export give codes and labels")
    func tables() throws {
        let scratch = try Scratch()
        let fields = try scratch.write(
            "fields.json", #"{"fields":[{"api_name":"Revenue","field_label":"Umsatz","data_type":"currency"}]}"#)
        let config = try scratch.write("config.yaml", "errors:\n  INVALID_DATA: 4999\n")
        let result = try run(["--fields", fields, "--config", config], Self.failed)
        #expect(
            result.output.contains(
                "<code>4999</code><message>INVALID_DATA: invalid data (field: Revenue, v1 label: Umsatz)</message>"))
    }

    @Test(
        "What cannot be understood is written as error 4500 and reported with status 65",
        arguments: ["", " ", "<html></html>", "{\"data\":[]}", "[]", "{", "\u{0}", "[{\"data\":[]}]"])
    func unreadable(_ input: String) throws {
        let result = try run(["--diagnostics", "json"], input)
        #expect(result.status == 65)
        #expect(result.output.contains("<code>4500</code>"))
        #expect(result.errors.contains("\"severity\":\"error\",\"source\":\"<stdin>"))
    }

    @Test("An unknown code is a warning, and an error when strict; the reply is the same")
    func strict() throws {
        let reply = "{\"code\":\"BRAND_NEW\",\"message\":\"m\",\"status\":\"error\"}"
        let lenient = try run([], reply)
        let strict = try run(["--strict"], reply)
        #expect(lenient.status == 0 && lenient.errors.contains("warning [v2.response.code_unknown]"))
        #expect(strict.status == 65 && strict.errors.contains("error [v2.response.code_unknown]"))
        #expect(lenient.output == strict.output)
    }

    @Test("A v1 reply is passed through to the last byte, with a note")
    func passThrough() throws {
        let file = sample("already-v1-xml-error").appending(path: "reply.xml")
        let result = try run(["--format", "json", file.path])
        #expect(result.status == 0)
        #expect(Array(result.output.utf8) == [UInt8](try Data(contentsOf: file)))
        #expect(result.errors.contains("note [v2.response.already_v1]"))
    }

    @Test("Recorded replies become the lines beside their samples", arguments: ["xml", "json"])
    func recorded(_ format: String) throws {
        for (name, status) in [
            ("recorded-collection-item", 0), ("recorded-collection-folders", 65), ("recorded-list", 65),
            ("recorded-list-with-ids", 0), ("recorded-line", 0), ("recorded-lines", 65),
            ("recorded-lines-first-broken", 65),
        ] as [(String, Int32)] {
            let input = name.hasPrefix("recorded-lines") ? "reply.ndjson" : "reply.json"
            let file = sample(name).appending(path: input).path
            let result = try run(["--format", format, file])
            let expected = try String(contentsOf: sample(name).appending(path: "v1.\(format).ndjson"), encoding: .utf8)
            #expect(result.output.replacing("\"source\":\"\(file):", with: "\"source\":\"\(input):") == expected)
            #expect(result.status == status)
        }
    }

    @Test("Lines are answered as they come", arguments: [#"{"reply":{"Deals":"7"}}"#, #"{"Deals":"7"}"#])
    func filter(_ reply: String) throws {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = BuiltCommand.path
        process.arguments = ["response", "--format", "json"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // One reply alone might be all there is.
        try input.fileHandleForWriting.write(contentsOf: Data("\(reply)\n".utf8))
        for number in 1...3 {
            try input.fileHandleForWriting.write(contentsOf: Data("\(reply)\n".utf8))
            var line = Data()
            while line.last != 0x0A, let more = try output.fileHandleForReading.read(upToCount: 1) { line += more }
            #expect(
                String(decoding: line, as: UTF8.self) == #"""
                    {"source":"<stdin>:\#(number)","reply":"{\"success\":{\"Potential\":{\"content\":\"7\",\"param\":\"id\"}}}"}

                    """#)
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("A line above 16 MiB is told as such, and so is a document above 64 MiB; other lines are translated")
    func tooLong() throws {
        let scratch = try Scratch()
        func reply(_ id: Int) -> Data { Data("{\"reply\":{\"Deals\":\"\(id)\"}}\n".utf8) }
        try (reply(7) + Data(repeating: 0x78, count: 17 << 20) + [0x0A] + reply(8)).write(to: scratch.url("lines"))
        let result = try run([scratch["lines"]])
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].contains("it is longer than 16 MiB") && lines[2].contains(">8<"))
        #expect(result.status == 65 && result.errors.contains("lines:2: error [v2.response.syntax]"))
        try Data(repeating: 0x5B, count: 65 << 20).write(to: scratch.url("document"))
        let document = try run([scratch["document"]])
        #expect(document.status == 65 && document.output.contains("it is longer than 64 MiB"))
    }

    @Test("The output file is written also for a reply that cannot be understood")
    func outputFile() throws {
        let scratch = try Scratch()
        let result = try run(["--output", scratch["v1.xml"]], "")
        #expect(result.status == 65 && result.output == "")
        #expect(try String(contentsOf: scratch.url("v1.xml"), encoding: .utf8).contains("<code>4500</code>"))
        #expect(try scratch.names.contains("v1.xml"))
    }

    @Test("Wrong usage, a missing input and an impossible output have their own status")
    func statuses() throws {
        #expect(try run(["--format", "yaml"]).status == 64)
        #expect(try run(["--users", "users.json"]).status == 64)
        #expect(try run(["/no/such/file"]).status == 66)
        #expect(try run(["--output", "/no/such/folder/v1.xml"]).status == 73)
    }
}
