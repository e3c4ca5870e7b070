import Foundation
import TestSupport
import Testing

@Suite("The command on archives")
struct BulkCommandTests {
    @Test("A process that may open few files reads fewer ahead, and loses none", arguments: [20, 24, 64])
    func fewDescriptors(limit: Int) throws {
        let scratch = try Scratch()
        for number in 100..<400 { try scratch.write("in/\(number)/\(number).xml", Requests.smallest) }
        let whole = try BuiltCommand.run(["bulk", "--quiet", "--output", "-", scratch["in"]]).output
        #expect(whole.split(separator: "\n").count == 300)
        for _ in 0..<3 {
            let script = "ulimit -n \(limit) && exec \"$@\""
            let command = try BuiltCommand(
                ["-c", script, "sh", BuiltCommand.path.path, "bulk", "--output", "-", "--jobs", "8", scratch["in"]],
                program: URL(filePath: "/bin/sh"), input: "/dev/null", output: scratch["out"])
            #expect(command.wait().status == 0)
            #expect(scratch.text("out") == whole)
        }
    }

    @Test("Leads that occur again are told at the end of a run")
    func repeatedLeads() throws {
        let scratch = try Scratch()
        let lines = ["1", "2", "1", "1"].map { #"{"leadId":"\#($0)","xmlData":"\#(Requests.smallest)"}"# + "\n" }
        let archive = try scratch.write("a.ndjson", lines.joined())
        func told(_ options: [String]) throws -> String {
            try BuiltCommand.run(["bulk", "--output", "-"] + options + [archive]).errors
        }
        #expect(
            try told([]).contains(
                "\n2 translated requests are for a lead that an earlier one converts, first at \(archive):3\n"))
        #expect(try !told(["--limit", "2"]).contains("earlier one"))
    }

    @Test(
        "A value beyond the limit is one dead letter from a file and from a pipe, and what follows on its line is read")
    func longValues() throws {
        let scratch = try Scratch()
        let wrapper = #"{"leadId":"1","xmlData":"\#(Requests.smallest)"}"#
        let long = #"{"leadId":"2","xmlData":""# + String(repeating: "x]}", count: 6_000_000) + "\"}"
        try scratch.write("a.json", "[\(wrapper),\(long),\(wrapper),\(wrapper)]")
        let file = try BuiltCommand.run(["bulk", "--quiet", "--output", "-", scratch["a.json"]])
        let lines = file.output.split(separator: "\n")
        #expect(lines.map { $0.contains(#""status":"converted""#) } == [true, false, true, true])
        #expect(lines[1].contains("archive.line.length"))
        let piped = try BuiltCommand(
            ["bulk", "--quiet", "--output", "-", "-"], input: scratch["a.json"], output: scratch["out"])
        #expect(piped.wait().status == 1)
        #expect(scratch.text("out").replacing("<stdin>", with: scratch["a.json"]) == file.output)
    }
}
