import Foundation
import TestSupport
import Testing

@Suite("bulk as a filter that another program drives")
struct FilterTests {
    private static let xml =
        #"<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"#

    /// Starts a filter, with pipes to write to it and to read its answers.
    private static func start(_ options: [String] = []) throws -> (process: Process, input: Pipe, output: Pipe) {
        let process = Process()
        process.executableURL = BuiltCommand.path
        process.arguments = ["bulk", "--output", "-", "--quiet"] + options
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        return (process, input, output)
    }

    @Test("A line that is an entry is answered before the next one is read")
    func lineByLine() throws {
        let (process, input, output) = try Self.start(["--jobs", "2"])
        defer { process.terminate() }
        // Ends a filter that waits for more, so that the test fails instead of waiting too.
        DispatchQueue.global().asyncAfter(deadline: .now() + 60) { process.terminate() }
        let lines = [
            #"{"leadId":"5550000000900001","xmlData":"\#(Self.xml)"}"#,
            "https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=5550000000900002&xmlData=%3Cx/%3E",
            #"{"leadId":"5550000000900003","xmlData":""}"#,
            "leadId=5550000000900004&xmlData=%3CPotentials/%3E",
            #"{"leadId":"5550000000900005","xmlData":"\#(Self.xml)"}"#,
            #"{"log":"leadId=5550000000900006&xmlData=%3CPotentials/%3E\n","stream":"stdout","time":"t"}"#,
            "2018-05-28T15:24:30.123456789Z stdout F leadId=5550000000900007&xmlData=%3CPotentials/%3E",
        ]
        for (number, line) in lines.enumerated() {
            try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
            var answer = Data()
            while answer.last != 0x0A {
                let some = output.fileHandleForReading.availableData
                try #require(!some.isEmpty, "the filter ended before line \(number + 1) was answered")
                answer += some
            }
            let object = try #require(JSONSerialization.jsonObject(with: answer) as? [String: Any])
            #expect(object["source"] as? String == "<stdin>:\(number + 1)")
            #expect(object["lead_id"] as? String == "555000000090000\(number + 1)")
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
    }

    /// What a filter answers to a text that comes in parts, with a pause after each.
    private static func answers(to parts: [String], pause: TimeInterval) throws -> Data {
        let (process, input, output) = try start()
        for part in parts {
            try input.fileHandleForWriting.write(contentsOf: Data(part.utf8))
            Thread.sleep(forTimeInterval: pause)
        }
        try input.fileHandleForWriting.close()
        let answers = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return answers
    }

    /// The only answer.
    private static func answer(to parts: [String], pause: TimeInterval) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: answers(to: parts, pause: pause)) as? [String: Any])
    }

    @Test("An entry over several lines is read whole, however long its lines take to come")
    func slowLines() throws {
        let lines = [
            "$VAR1 = {", "  'leadId' => '5550000000900001',", "  'xmlData' => '\(Self.xml.replacing("\\", with: ""))'",
            "};",
        ]
        let object = try Self.answer(to: lines.map { $0 + "\n" }, pause: 0.05)
        #expect(object["status"] as? String == "converted")
        #expect(object["source"] as? String == "<stdin>:1")
    }

    @Test("A pause inside a line changes no answer", arguments: [4, 25, 60])
    func pauseInLine(length: Int) throws {
        let lines = "id,leadId,xmlData\n1,5550000000900001,\"\(Self.xml.replacing("\\\"", with: "\"\""))\"\n"
        let object = try Self.answer(to: [String(lines.prefix(length)), String(lines.dropFirst(length))], pause: 0.2)
        #expect(object["status"] as? String == "converted")
        #expect(object["source"] as? String == "<stdin>:2")
    }

    private static let address = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"
    private static let plainXML = xml.replacing("\\", with: "")

    @Test(
        "A pause between the lines of an archive changes no answer",
        arguments: [
            "[\n [\n  \"leadId\",\n  \"xmlData\"\n ],\n [\n  \"5550000000900001\",\n  \"\(xml)\"\n ]\n]\n",
            (1...2).map { "EXECUTE dbo.Q\n  @leadId = '555000000090000\($0)',\n  @xmlData = N'\(plainXML)'\n" }
                .joined(),
            "leadId\txmlData\n5550000000900001\t\(plainXML.replacing("false", with: "C:\\windows\\new"))\n",
            "# body\n$body = 'leadId=5550000000900001&xmlData=\(plainXML)'\n\nirm -Uri \(address) -Body $body -Method Post\n",
            "$body = @'\nleadId=5550000000900001&xmlData=\(plainXML)\n'@\nirm -Uri \(address) -Body $body -Method Post\n",
            " id | document\n----+----------\n  5 | leadId=5&xmlData=\(plainXML)\n(1 row)\n",
            "{\n\"info\": {\n\"_postman_id\": \"1\",\n\"name\": \"c\"\n},\n\"item\": [\n{\"request\": {\"method\": \"POST\", \"url\":"
                + " \"\(address)?leadId={{lead}}&xmlData=%3CPotentials/%3E\"}}\n],\n"
                + "\"variable\": [{\"key\": \"lead\", \"value\": \"5\"}]\n}\n",
            "-- Client >>> Server (\(address))\n\n-- Client <<< Server (\(address))\nHTTP/1.0 200 OK\n\n<success/>\n",
            "> POST /crm/private/xml/Leads/convertLead HTTP/1.1\n> Host: crm.zoho.eu\n>\n* upload completely sent off: 4 bytes\n"
                + "< HTTP/1.1 200 OK\n< Content-Type: text/xml\n<\n<success><Contact param=\"id\">5</Contact></success>\n",
        ])
    func pauseBetweenLines(text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\n" }
        let whole = try Self.answers(to: [text], pause: 0)
        #expect(whole.contains(0x0A))
        for count in 1..<(lines.count - 1) {
            let front = lines.prefix(count).joined()
            #expect(
                try Self.answers(to: [front, String(text.dropFirst(front.count))], pause: 0.2) == whole, "line \(count)"
            )
        }
    }

    @Test("What is known is not kept back by a line that no form knows")
    func unknownLineAfterEntry() throws {
        let (process, input, output) = try Self.start()
        defer { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + 60) { process.terminate() }
        let line = "leadId=5550000000900001&xmlData=%3CPotentials/%3E\n"
        try input.fileHandleForWriting.write(contentsOf: Data((line + "some words\n").utf8))
        #expect(try output.fileHandleForReading.read(upToCount: 1)?.isEmpty == false)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    @Test("A pause before the end of the input changes no answer", arguments: [0, 0.3])
    func pauseBeforeEnd(pause: TimeInterval) throws {
        let object = try Self.answer(to: [Self.plainXML + "\n"], pause: pause)
        let diagnostics = try #require(object["diagnostics"] as? [[String: Any]])
        #expect(diagnostics.map { $0["code"] as? String } == ["v1.lead_id.missing"])
        #expect(diagnostics.map { $0["source"] as? String } == ["<stdin>:1"])
    }

    @Test("Archives without a single request are no success", arguments: ["bulk", "survey"])
    func nothingFound(command: String) throws {
        let output = command == "bulk" ? ["--output", "-"] : []
        let result = try BuiltCommand.run([command, "Samples/replies/already-v1-xml"] + output)
        #expect(result.status == 65)
        #expect(result.errors.contains("archive.request.none"))
    }
}
