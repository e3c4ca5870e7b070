@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Archives of every form")
struct ArchiveFormsTests {
    @Test("No credential of any sample reaches any output", arguments: [false, true])
    func credentials(_ showsValues: Bool) throws {
        let scratch = try Scratch()
        var options = TranslationOptions()
        options.showsValues = showsValues
        _ = try Bulk.run([ArchiveSamples.directory.path], into: scratch["out"], options: options)
        let filtered = try Bulk.filter([ArchiveSamples.directory.path], options: options).text
        let outputs = ["converted.ndjson", "dead-letters.ndjson", "summary.json", "report.html"].map {
            scratch.read("out/" + $0)
        }
        for output in outputs + [filtered] {
            #expect(!output.isEmpty)
            #expect(output.range(of: Data("made-up-secret".utf8)) == nil)
        }
    }

    @Test("No form begins with a byte that it leaves out", arguments: ArchiveForm.all.map { "\($0.sample)" })
    func firstBytes(sample: String) throws {
        let folder = Checkout.samples.appending(path: "archives/\(sample)")
        let name = try #require(Checkout.names(in: "Samples/archives/\(sample)").first { $0.hasPrefix("archive.") })
        var bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)).prefix(20_000))
        let starts = bytes.indices.filter { $0 == 0 || bytes[$0 - 1] == 0x0A && !bytes[$0].isWhitespace }
        func begins(_ form: ArchiveForm, at start: Int) -> Bool {
            bytes.withByteView { form.begins(EntryStart(text: $0.dropping(start))) != nil }
        }
        let form = try #require(ArchiveForm.all.first { "\($0.sample)" == sample })
        #expect(starts.contains { begins(form, at: $0) })
        for start in starts.prefix(8) {
            let kept = bytes[start]
            // Zeros are stepped over before a form is asked.
            for byte in 1...UInt8.max where !byte.isWhitespace {
                bytes[start] = byte
                for form in ArchiveForm.all where !form.mayBeginWith(byte) {
                    #expect(!begins(form, at: start), "\(form.name) with \(byte) at \(start)")
                }
            }
            bytes[start] = kept
        }
    }

    @Test("Dead letters given to bulk again are dead letters again, with the same XML and lead ids, until corrected")
    func deadLettersAgain() throws {
        let scratch = try Scratch()
        let first = try Bulk.run([ArchiveSamples.directory.path], into: scratch["a"])
        let second = try Bulk.run([scratch["a/dead-letters.ndjson"]], into: scratch["b"])
        #expect(second.converted == 0)
        #expect(second.deadLetters == first.deadLetters)
        func contents(_ name: String) throws -> [[String?]] {
            try scratch.read(name).split(separator: 0x0A).map {
                let object = try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] ?? [:]
                return [object["lead_id"] as? String, object["xmlData"] as? String, object["url"] as? String]
            }
        }
        #expect(try contents("a/dead-letters.ndjson") == contents("b/dead-letters.ndjson"))
        let text = String(decoding: scratch.read("a/dead-letters.ndjson"), as: UTF8.self)
        #expect(text.contains("{{unknown}}"))
        try scratch.write("c.ndjson", text.replacing("\"lead_id\":\"{{unknown}}\"", with: "\"lead_id\":\"77\""))
        #expect(try Bulk.filter([scratch["c.ndjson"]]).lines.contains { $0.isConverted && $0.leadID == "77" })
    }

    @Test("A dead letter of an empty file has no xmlData yet, and is converted once it has")
    func emptyLetter() throws {
        let scratch = try Scratch()
        try scratch.write("empty.xml", "")
        #expect(try Bulk.run([scratch["empty.xml"]], into: scratch["out"]).deadLetters == 1)
        let letter = String(decoding: scratch.read("out/dead-letters.ndjson"), as: UTF8.self)
        let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"
        let corrected = letter.replacing("\"lead_id\":null", with: "\"lead_id\":\"7\",\"xmlData\":\"\(xml)\"")
        try scratch.write("again.ndjson", letter + corrected)
        let lines = try Bulk.filter([scratch["again.ndjson"]]).lines
        #expect(lines == [Line(false, 1, nil, ["v1.xml.missing", "v1.lead_id.missing"]), Line(true, 2, "7")])
    }

    @Test("XML documents one after the other are entries of their own in a file of any size", arguments: [1, 400])
    func documents(times: Int) throws {
        let scratch = try Scratch()
        let rest = "<row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
        let text = """
            <Potentials leadId="1">\(rest)
            <?xml version="1.0"?>
            <Potentials leadId="2">\(rest)<!-- <Potentials> -->
            <response uri="/crm"><result/></response>
            <Potentials>\(rest)
            <Potentials leadId="5"><row></Potentials><Potentials leadId="6">
            \(rest)

            """
        let lines = [
            Line(true, 1, "1"), Line(true, 2, "2"), Line(false, 5, nil, ["v1.lead_id.missing"]),
            Line(false, 6, "5", ["xml.syntax"]), Line(true, 6, "6"),
        ]
        // The file's name is the lead id of none of them.
        try scratch.write("in/77.xml", String(repeating: text, count: times))
        let expected = (0..<times).flatMap { number in
            lines.map { Line($0.isConverted, $0.line + 7 * number, $0.leadID, $0.codes) }
        }
        for chunkSize in [1, 10_000, 1 << 20] {
            var settings = BulkSettings()
            settings.chunkSize = chunkSize
            let result = try Bulk.filter([scratch["in"]], settings: settings)
            #expect(result.lines == expected)
            #expect(result.summary.skipped.map(\.name) == ["reply"])
            #expect(result.summary.skippedCount == times)
        }
    }

    @Test("A long stretch of text that no form reads is a dead letter for each document in it")
    func longRegion() throws {
        let scratch = try Scratch()
        let document =
            "<Potentials><row no=\"1\"><FL val=\"Potential Name\">\(String(repeating: "x", count: 400))</FL></row></Potentials>"
        let text = (0..<5000).map { "note \($0): xmldata is \(document)\n" }.joined()
        let result = try Bulk.filter([scratch.write("a.txt", text)])
        #expect(result.lines.map(\.line) == Array(1...5000))
        #expect(result.lines.allSatisfy { !$0.isConverted })
    }

    @Test(
        "A page, a picture or a reply with a request in it is a dead letter",
        arguments: [
            "<!DOCTYPE html><html><body><pre>https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=1&xmlData=%3CPotentials/%3E</pre></body></html>",
            "<html><body><table><tr><td>&lt;Potentials&gt;</td></tr></table></body></html>",
            "<response><request><xmlData><![CDATA[<Potentials/>]]></xmlData></request></response>",
            "<svg><text>createPotential</text></svg>",
        ])
    func pagesWithRequests(text: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a", text)])
        #expect(result.lines.map(\.isConverted) == [false])
    }

    @Test(
        "A command is read as its shell reads it, behind the marks of traces and histories too",
        arguments: [
            "+ ", "++ ", "+send.sh:3> ", "  501  ", "  501  2018-05-28 15:12:50 ", "501* ", ": 1527521070:0;", "sudo ",
        ])
    func shellMarks(mark: String) throws {
        let scratch = try Scratch()
        let command =
            "curl https://crm.zoho.com\(LogFormsTests.path) -d leadId=5550000000800001 --data-urlencode 'xmlData="
            + "<Potentials><row><option val=\"createPotential\">true</option></row><row><FL val=\"Potential Name\">O'\\''Brien</FL>"
            + "<FL val=\"Closing Date\">12/21/2019</FL><FL val=\"Potential Stage\">Won</FL></row></Potentials>'\n"
        let result = try Bulk.filter([scratch.write("a", mark + command)])
        #expect(result.lines == [Line(true, 1, "5550000000800001")])
        #expect(String(decoding: result.text, as: UTF8.self).contains("\"Deal_Name\":\"O'Brien\""))
    }

    @Test(
        "Only the plain strings of its statements tell whether SQL escapes with backslashes",
        arguments: [
            "log: O\\'Brien\n",
            "INSERT INTO c (leadId, xmlData) VALUES ('5550000000800002', E'<Potentials>it\\'s</Potentials>');\n",
            "-- a note\nit\\'s\n",
        ])
    func backslashesOfSQL(rest: String) throws {
        let scratch = try Scratch()
        let row =
            "INSERT INTO c (leadId, xmlData) VALUES ('5550000000800001', '<Potentials><row><option val=\"createPotential\">true"
            + "</option></row><row><FL val=\"Potential Name\">C:\\new</FL><FL val=\"Closing Date\">12/21/2019</FL>"
            + "<FL val=\"Potential Stage\">Won</FL></row></Potentials>');\n"
        let result = try Bulk.filter([scratch.write("a", row + rest)])
        #expect(result.lines.first == Line(true, 1, "5550000000800001"))
        #expect(String(decoding: result.text, as: UTF8.self).contains(#""Deal_Name":"C:\\new""#))
    }

    @Test("What an encoded e-mail holds beside the calls found in it is a dead letter")
    func encodedMail() throws {
        let scratch = try Scratch()
        let document = "<Potentials><row no=3D\"1\"><option val=3D\"createPotential\">false</option></row></Potentials>"
        let address =
            "https://crm.zoho.com\(LogFormsTests.path)?leadId=3D5550000000800001&xmlData=3D%3CPotentials%3E%3Crow%3E"
            + "%3Coption+val=3D%22createPotential%22%3Efalse%3C/option%3E%3C/row%3E%3C/Potentials%3E"
        let head = "Content-Transfer-Encoding: quoted-printable\n\n"
        let one = try Bulk.filter([scratch.write("one.eml", head + address + "\n")])
        #expect(one.lines.map(\.isConverted) == [true])
        let both = try Bulk.filter([scratch.write("both.eml", head + document + "\n\n" + address + "\n")])
        #expect(both.lines.map(\.isConverted) == [true, false])
    }

    @Test("A history of zsh has a backslash before each line end of a command, and marks before some bytes")
    func zshHistory() throws {
        let scratch = try Scratch()
        let command =
            ": 1527521070:0;curl https://crm.zoho.com\(LogFormsTests.path) \\\\\n -d leadId=5550000000800001 "
            + "--data-urlencode 'xmlData=<Potentials><row><option val=\"createPotential\">true</option></row><row>"
            + "<FL val=\"Potential Name\">one ~\\\ntwo</FL><FL val=\"Closing Date\">12/21/2019</FL>"
            + "<FL val=\"Potential Stage\">Won</FL></row></Potentials>'\n"
        // Of "à" the second byte is one of those before which zsh puts a mark.
        let marked = Array(command.utf8).split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
            .joined(separator: [0xC3, 0x83, 0x80])
        let result = try Bulk.filter([scratch.write("a", Data(marked))])
        #expect(result.lines == [Line(true, 1, "5550000000800001")])
        #expect(String(decoding: result.text, as: UTF8.self).contains("\"Deal_Name\":\"one à\\ntwo\""))
    }

    @Test(
        "What a command reads is its data, wherever the shell has it",
        arguments: [
            "curl -d @- {A} <<'END'\n{F}\nEND\n", "curl -d @- {A} << \"E D\"\n{F}\nE D\n",
            "curl {A} -d@/dev/stdin <<-E-1\n\t{F}\n\tE-1\n",
            "curl <<EOF --data-binary @- \\\n {A}\n{F}\nEOF\n", "curl -d @- {A} <<< '{F}'\n",
            "cat <<E | curl -d @- {A} >x\n{F}\nE\n",
            "x=\"$(cat <<'E' | curl -d @- {A})\"\n{F}\nE\n", "echo -n '{F}' | curl -d @- {A}\n",
            "printf '%s\\n' '{F}' | curl -d @- {A}\n",
            "http POST {A} <<<'{F}'\n", "wget --post-file=- {A} <<'E'\n{F}\nE\n",
            "curl '{A}?leadId=5' --data-urlencode xmlData@- <<'E'\n{X}\nE\n",
            "curl '{A}?leadId=5' -F 'xmlData=<-' <<'E'\n{X}\nE\n",
            "http -f {A} leadId=5 xmlData=@- <<'E'\n{X}\nE\n",
        ])
    func inputOfCommands(_ template: String) throws {
        let text = template.replacing("{F}", with: Self.form).replacing("{X}", with: Self.xml)
            .replacing("{A}", with: Self.address)
        let lines = try filter(text + "curl \(Self.address) -d '\(Self.form)'\n").lines
        #expect(lines.map(\.isConverted) == [true, true])
        #expect(lines.map(\.leadID) == ["5", "5"])
    }

    @Test(
        "A command whose input the archive has in part, or not at all, is a dead letter that says so",
        arguments: [
            ("curl '{A}?leadId=5' --data-urlencode xmlData@- <<E\n<Potentials>$NAME</Potentials>\nE\n", "$NAME"),
            ("curl '{A}?leadId=5' --data-urlencode xmlData@- <<E\n<Potentials>`x`</Potentials>\nE\n", "`…`"),
            ("curl '{A}?leadId=5' --data-urlencode \"xmlData=<Potentials>$NAME</Potentials>\"\n", "$NAME"),
            ("curl '{A}?leadId=5' --data-urlencode \"xmlData=<Potentials>$(x)</Potentials>\"\n", "$…"),
            ("curl '{A}?leadId=5' --data-urlencode 'xmlData=<Potentials>'\"$NAME\"'</Potentials>'\n", "$NAME"),
            ("echo \"leadId=5&xmlData=<Potentials>`x`</Potentials>\" | curl -d @- {A}\n", "`…`"),
            ("curl '{A}?leadId=5' --data-urlencode xmlData@5.xml\n", "file outside"),
            ("cat 5.xml | curl '{A}?leadId=5' --data-urlencode xmlData@-\n", "file outside"),
            ("curl '{A}?leadId=5' -d @- <<E\nnever closed\n", "file outside"),
        ])
    func missingInput(_ template: String, _ reason: String) throws {
        let result = try filter(template.replacing("{A}", with: Self.address))
        #expect(result.lines.map(\.isConverted) == [false])
        #expect(result.text.contains(reason))
    }

    @Test(
        "What a shell takes as it is, and what it puts outside a document, is read",
        arguments: [
            "curl {A} -d \"leadId=5&xmlData={E}&authtoken=$TOKEN\"\n",
            "curl {A} -H \"X: `date`\" --data-urlencode 'xmlData=<Potentials><!--$5--></Potentials>' -d leadId=5\n",
            "curl {A} --data-urlencode \"xmlData=<Potentials><!--\\$NAME--></Potentials>\" -d leadId=5\n",
        ])
    func noExpansions(_ template: String) throws {
        let text = template.replacing("{A}", with: Self.address).replacing("{E}", with: Self.encoded)
        let quote = text.contains("'xmlData") ? "\"" : "'"
        let row = "<row><option val=\(quote)createPotential\(quote)>false</option></row>"
        let lines = try filter(text.replacing("-->", with: "-->" + row)).lines
        #expect(lines.map(\.leadID) == ["5"])
        #expect(lines.map(\.isConverted) == [true])
    }

    @Test(
        "An open quote of a command takes no call of the lines below it",
        arguments: [
            ("curl doesn't work today", false), ("wget 'x", false), ("http \"x", false),
            ("curl {A} -d 'leadId=5&xmlData=%3CPoten", true),
        ])
    func openQuotes(_ template: String, _ isRequest: Bool) throws {
        let command = template.replacing("{A}", with: Self.address)
        let call = #"{"leadId":"5","xmlData":"\#(Self.xml)"}"#
        for calls in [call + "\n" + call, Self.form + "\n" + Self.form] {
            let lines = try filter("\(command)\n\(calls)\n").lines
            #expect(lines.map(\.isConverted) == (isRequest ? [false, true, true] : [true, true]))
        }
    }

    @Test(
        "A quoted document over lines is its command's",
        arguments: [
            "curl {A} -d '\n{J}'\n", "curl -d '\n{J}' {A}\n", "curl {A} -d '\n{J}\n'\n", "curl {A} -d '{F}\n'\n",
            "curl {A} -d 'leadId=5&xmlData=\n{X}\n'\n", "curl {A} -d 'leadId=5&xmlData={L}'\n",
        ])
    func quotedLines(_ template: String) throws {
        let xml = Self.xml.replacing("'", with: "\"")
        let json = #"{"leadId":"5","xmlData":"\#(xml.replacing("\"", with: "\\\""))"}"#
        let text = template.replacing("{J}", with: json).replacing("{A}", with: Self.address)
            .replacing("{F}", with: Self.form).replacing("{X}", with: xml)
            .replacing("{L}", with: xml.replacing("><", with: ">\n<"))
        let lines = try filter(text + "curl \(Self.address) -d '\(Self.form)'\n").lines
        #expect(lines.map(\.isConverted) == [true, true])
    }

    @Test(
        "What is cut off behind the call in it is a dead letter",
        arguments: [
            "10:00 ran curl {A} -d leadId=5 --data-urlencode 'xmlData=<Potentials><!--O'\"'\"'B--></Potentials>",
            "INSERT INTO c (xmlData, leadId) VALUES ($${X}$$, 55500000",
            "LOG: INSERT INTO c (a) VALUES ('{\"leadId\":\"5\",\"xmlData\":\"<Potentials><!--O''B--></Potentials>\"}",
            "wget 'x\n{X}",
        ])
    func cutOff(_ template: String) throws {
        let text = template.replacing("{A}", with: Self.address).replacing("{X}", with: Self.xml)
        let lines = try filter(
            text.replacing("-->", with: "--><row><option val='createPotential'>false</option></row>")
        )
        .lines
        #expect(lines.map(\.isConverted) == [false])
    }

    @Test("A part of an e-mail in base64 ends before lines that are none")
    func linesAfterBase64() throws {
        let head = "From a@example.org Mon May 28 15:25:30 2018\nContent-Transfer-Encoding: base64\n\nQUJD\nQUI=\n"
        #expect(try filter("\(head)\n\(Self.form)\n").lines.map(\.leadID) == ["5"])
    }

    @Test("The host beside a request line counts whatever line follows", arguments: ["", "{\"status\":200}\n", "{}\n"])
    func hostBesideRequestLine(_ next: String) throws {
        let request = "GET \(LogFormsTests.path)?leadId=5&xmlData=\(Self.encoded) HTTP/1.1"
        let result = try filter("{\"request\":\"\(request)\",\"host\":\"crm.zoho.eu\"}\n\(next)")
        #expect(result.lines.map(\.isConverted) == [true])
        #expect(result.text.contains("zohoapis.eu"))
    }

    @Test(
        "Unicode escapes of SQL are undone where the database has them, and are text elsewhere",
        arguments: [
            ("CREATE MEMORY TABLE CALLS(LEADID VARCHAR(20),XMLDATA LONGVARCHAR)\n", "'", "B\\u00fc\\u005cu", "Bü\\\\u"),
            ("CREATE MEMORY TABLE CALLS(LEADID VARCHAR(20),XMLDATA CLOB);\n", "'", "B\\u00fc", "B\\\\u00fc"),
            ("CREATE TABLE CALLS(LEADID VARCHAR(20),XMLDATA CLOB)\n", "'", "B\\u00fc", "B\\\\u00fc"),
            ("CREATE TABLE CALLS(LEADID INT, XMLDATA CLOB);\n", "U&'", "B\\00fc\\\\0041\\+01f600", "Bü\\\\0041😀"),
        ])
    func unicodeEscapes(_ head: String, _ quote: String, _ value: String, _ expected: String) throws {
        let xml =
            "<Potentials><row><option val=\"createPotential\">true</option></row><row><FL val=\"Potential Name\">"
            + "\(value)</FL><FL val=\"Closing Date\">12/21/2019</FL><FL val=\"Potential Stage\">Won</FL></row></Potentials>"
        let result = try filter("\(head)INSERT INTO CALLS VALUES('5550000000800001',\(quote)\(xml)')\n")
        #expect(result.lines.map(\.isConverted) == [true])
        #expect(result.text.contains("\"Deal_Name\":\"\(expected)\""))
    }

    @Test("A parameter of SQL Server on a line of its own is no variable of a file for HTTP clients")
    func parameterLines() throws {
        let lines = try filter(
            "EXECUTE dbo.Queue\n    @leadId = '5550000000800001',\n    @xmlData = N'\(Self.xml.replacing("'", with: "''"))';\n"
        ).lines
        #expect(lines.map(\.leadID) == ["5550000000800001"])
    }

    @Test("Lines of JSON are lines even when the first ones are broken", arguments: ["}", "", "\"}"])
    func brokenFirstLines(end: String) throws {
        let scratch = try Scratch()
        let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"
        func line(_ id: Int, _ end: String) -> String { "{\"leadId\":\"\(id)\",\"xmlData\":\"\(xml)\(end)\n" }
        try scratch.write("a.ndjson", line(1, "\"") + line(2, "\"") + line(3, end))
        let lines = try Bulk.filter([scratch["a.ndjson"]]).lines
        #expect(lines.map(\.line) == [1, 2, 3])
        #expect(lines.map(\.isConverted) == [false, false, end == "\"}"])
    }

    @Test("A document that breaks behind its root still says its lead id, and a wrong one is reported once")
    func leadIDOfBrokenDocument() throws {
        let scratch = try Scratch()
        let row = "<row no='1'><option val='createPotential'>R&D</option></row></Potentials>"
        try scratch.write("a/7.xml", "<Potentials leadId='8'>" + row)
        try scratch.write(
            "a/8.xml", "<?xml version='1.0' encoding='ISO-8859-1'?><!-- - --><Potentials leadId=' 9 '>" + row)
        try scratch.write("a/9.xml", "<Potentials leadId='1a'>" + row.replacing("R&D", with: "false"))
        let lines = try Bulk.filter([scratch["a"]]).lines
        #expect(
            lines == [
                Line(false, 1, "8", ["xml.syntax"]), Line(false, 1, "9", ["xml.syntax"]),
                Line(false, 1, nil, ["v1.lead_id.invalid"]),
            ])
    }

    private static let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"

    @Test("A short lead id is doubted only where nothing calls it a lead id")
    func shortLeadIDs() throws {
        let scratch = try Scratch()
        let named = Self.xml.replacing("<Potentials>", with: "<Potentials leadId=\"7\">")
        #expect(named != Self.xml)
        try scratch.write("named.xml", named)
        try scratch.write("named.txt", "https://crm.zoho.eu/crm/private/xml/Leads/convertLead?leadId=7&xmlData=<a/>")
        #expect(try Bulk.filter([scratch["named.xml"]]).lines == [Line(true, 1, "7")])
        #expect(
            try Bulk.filter([scratch["named.txt"]]).lines.allSatisfy { !$0.codes.contains("v1.lead_id.row_number") })
        try scratch.write("7.xml", Self.xml)
        #expect(try Bulk.filter([scratch["7.xml"]]).lines == [Line(true, 1, "7", ["v1.lead_id.row_number"])])
        // What the document says goes before its file's name.
        try scratch.write("8.xml", named)
        #expect(try Bulk.filter([scratch["8.xml"]]).lines == [Line(true, 1, "7")])
    }

    @Test(
        "Text in UTF-16 needs no byte-order mark where zeros tell it",
        arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
    func unmarkedUTF16(encoding: String.Encoding) throws {
        let scratch = try Scratch()
        let line = #"{"leadId":"5550000000800001","xmlData":"\#(Self.xml.replacing("\"", with: "\\\""))"}"#
        for (name, text) in [
            ("a.ndjson", line + "\n"), ("b.csv", "leadId,xmlData\r\n5550000000800001,\(Self.xml)\r\n"),
        ] {
            try scratch.write(name, #require(text.data(using: encoding)))
            #expect(try Bulk.filter([scratch[name]]).lines.map(\.leadID) == ["5550000000800001"])
        }
        // A zero by itself tells nothing.
        try scratch.write("c.ndjson", Data([0x61, 0, 0x0A] + Array((line + "\n").utf8)))
        #expect(try Bulk.filter([scratch["c.ndjson"]]).lines.contains { $0.isConverted })
    }

    @Test("A mark of UTF-16 hides no text that is none of it, and a text of it ends where other text begins")
    func marksOfUTF16() throws {
        let scratch = try Scratch()
        func line(_ id: Int) -> Data {
            Data((#"{"leadId":"\#(id)","xmlData":"\#(Self.xml.replacing("\"", with: "\\\""))"}"# + "\n").utf8)
        }
        for (encoding, mark) in [(String.Encoding.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF])] {
            let mark = Data(mark.map { UInt8($0) })
            try scratch.write("words.txt", line(1) + mark + Data("words\n".utf8) + line(2) + line(3))
            #expect(try Bulk.filter([scratch["words.txt"]]).lines.map(\.leadID) == ["1", "2", "3"])
            try scratch.write("first.txt", mark + Data("words\n".utf8) + line(1) + line(2))
            #expect(try Bulk.filter([scratch["first.txt"]]).lines.map(\.leadID) == ["1", "2"])

            for lineEnd in ["", "\n"] {
                let xml = try #require((Self.xml.replacing("><", with: ">\n<") + lineEnd).data(using: encoding))
                try scratch.write("last.txt", line(1) + mark + xml)
                let last = try Bulk.filter([scratch["last.txt"]])
                #expect(last.lines.map(\.line) == [1, 2] && last.summary.read == 2)
            }
            let xml = try #require((Self.xml.replacing("><", with: ">\n<") + "\n").data(using: encoding))
            try scratch.write("between.txt", line(1) + mark + xml + line(3) + line(4))
            let between = try Bulk.filter([scratch["between.txt"]]).lines
            #expect(between.count == 4 && [between[0], between[2], between[3]].map(\.leadID) == ["1", "3", "4"])
        }
    }

    @Test(
        "Text in UTF-32 is one dead letter that names the command",
        arguments: [String.Encoding.utf32LittleEndian, .utf32BigEndian])
    func utf32(encoding: String.Encoding) throws {
        let scratch = try Scratch()
        let text = "\u{FEFF}" + #"{"leadId":"5550000000800001","xmlData":""}"# + "\n"
        try scratch.write("a.ndjson", #require(text.data(using: encoding)))
        let result = try Bulk.filter([scratch["a.ndjson"]])
        #expect(result.lines.map(\.codes) == [["archive.file.unreadable"]])
        #expect(String(decoding: result.text, as: UTF8.self).contains("iconv -f UTF-32 -t UTF-8"))
    }

    @Test("What a recorder says of an answer beside its status line is no call")
    func answerWithStatusLine() throws {
        let scratch = try Scratch()
        let address = "http://crm.zoho.com/crm/private/xml/Leads/convertLead"
        let layers = #"{"HTTP/1.1 200 OK\\r\\n":{"http.response.code":"200"},"http.response_for.uri":"\#(address)"}"#
        try scratch.write("a.json", #"[{"_source":{"layers":{"http":\#(layers)}}}]"#)
        let result = try Bulk.filter([scratch["a.json"]])
        #expect(result.lines.isEmpty)
        #expect(result.summary.skipped.map(\.name) == ["reply"])
    }

    @Test(
        "Text in UTF-16 is read like UTF-8, whole or as a stream, and half of a character refuses only its own entry",
        arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
    func utf16(encoding: String.Encoding) throws {
        let scratch = try Scratch()
        func data(_ text: String) throws -> Data { try #require("\u{FEFF}\(text)".data(using: encoding)) }
        let name = Self.xml.replacing("Potentials><", with: "Potentials><!--\u{20AC} \u{1F600}--><")
        try scratch.write(
            "in/a.ndjson", data(#"{"leadId":1,"authtoken":"abc123secret","xmlData":"\#(name)"}"# + "\r\n"))
        try scratch.write("in/7.xml", data("\n" + Self.xml))
        let small = try Bulk.filter([scratch["in"]])
        #expect(small.lines == [Line(true, 1, "7", ["v1.lead_id.row_number"]), Line(true, 1, "1")])
        #expect(!String(decoding: small.text, as: UTF8.self).contains("abc123"))

        func line(_ id: Int, _ comment: String = "\u{1F600}") -> String {
            #"{"leadId":"\#(id)","xmlData":"<!--\#(comment)-->"# + Self.xml.replacing("\"", with: "\\\"") + "\"}"
        }
        let long = try data((1...2000).map { line($0) }.joined(separator: "\n"))
        try scratch.write("long.ndjson", long)
        for size in [300, 4096, 1 << 20] {
            var settings = BulkSettings()
            settings.chunkSize = size
            let result = try Bulk.filter([scratch["long.ndjson"]], settings: settings)
            #expect(result.lines == (1...2000).map { Line(true, $0, "\($0)") })
        }

        // The last four bytes of the second line's comment are the two halves of a character; the first half goes.
        var broken = try data("\(line(1))\n")
        broken.append(try data(line(2)).dropFirst(2))
        let half = try #require(broken.range(of: try data("\u{1F600}").dropFirst(2), options: .backwards))
        broken.removeSubrange(half.lowerBound..<(half.lowerBound + 2))
        broken.append(try data("\n\(line(3))").dropFirst(2))
        broken.append(0x41)
        try scratch.write("broken.ndjson", broken)
        let result = try Bulk.filter([scratch["broken.ndjson"]])
        #expect(result.lines.map(\.isConverted) == [true, false, true])
        #expect(result.lines[1].leadID == "2")
    }

    @Test("Requests in a list beside other members of a document are entries, on one line or many")
    func lists() throws {
        let scratch = try Scratch()
        func wrapper(_ id: Int) -> String {
            #"{"leadId":"\#(id)","xmlData":""# + Self.xml.replacing("\"", with: "\\\"") + "\"}"
        }
        let page =
            #"{"exported":"2019","count":2,"by":{"name":"x"},"tags":["a"],"requests":["#
            + "\(wrapper(1)),\n\(wrapper(2))],"
        try scratch.write(
            "a.json", page + #""more":[\#n"# + wrapper(3) + #"],"last":\#(wrapper(4)),"end":true}\#n"# + wrapper(5))
        let expected = [
            Line(true, 1, "1"), Line(true, 2, "2"), Line(true, 3, "3"), Line(true, 3, "4"), Line(true, 4, "5"),
        ]
        #expect(try Bulk.filter([scratch["a.json"]]).lines == expected)
        for size in [64, 500] {
            var settings = BulkSettings()
            settings.chunkSize = size
            #expect(try Bulk.filter([scratch["a.json"]], settings: settings).lines == expected)
        }
        try scratch.write("pages.ndjson", #"{"r":[\#(wrapper(1))]}\#n{"r":[\#(wrapper(2))]}\#n"#)
        #expect(try Bulk.filter([scratch["pages.ndjson"]]).lines == [Line(true, 1, "1"), Line(true, 2, "2")])
        try scratch.write("cut.json", page + "\n" + #""more":["# + wrapper(3).dropLast(9))
        #expect(
            try Bulk.filter([scratch["cut.json"]]).lines
                == [Line(true, 1, "1"), Line(true, 2, "2"), Line(false, 3, nil, ["json.syntax"])])
    }

    @Test("A raw body without its end, before many lines, takes time in proportion to its length")
    func openRawBody() throws {
        let scratch = try Scratch()
        let reply = String(repeating: "<x>y</x>\n", count: 60_000)
        let raw = "leadId=5&xmlData=" + Self.xml.replacing("><", with: ">\n<")
        try scratch.write("a.txt", "leadId=1&xmlData=<Potentials>\n" + reply + raw + "\n")
        let lines = try Bulk.filter([scratch["a.txt"]]).lines
        #expect(lines.count == 2 && lines.last?.leadID == "5" && lines.last?.isConverted == true)
        let encoded = Self.xml.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        try scratch.write("b.txt", "leadId=1&xmlData=\(encoded)\n\n" + raw + "\nleadId=7&xmlData=\(encoded)\n")
        #expect(try Bulk.filter([scratch["b.txt"]]).lines.map(\.leadID) == ["1", "5", "7"])
    }

    private static let address = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"
    private static let encoded = xml.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""

    /// What an archive of this text comes to, and what was written.
    private func filter(_ text: String, _ name: String = "a.txt") throws -> (lines: [Line], text: String, skipped: Int)
    {
        let scratch = try Scratch()
        try scratch.write(name, text)
        let result = try Bulk.filter([scratch[name]])
        return (result.lines, String(decoding: result.text, as: UTF8.self), result.summary.skippedCount)
    }

    /// Expects one request, converted for the European data centre.
    private func expectConverted(_ text: String, _ comment: Comment? = nil) throws {
        let result = try filter(text)
        #expect(result.lines.map(\.leadID) == ["5"] && result.lines.allSatisfy(\.isConverted), comment)
        #expect(result.text.contains("https://www.zohoapis.eu/"), comment)
    }

    @Test("A curl command whose address is a variable of the shell is a dead letter")
    func shellVariable() throws {
        let lines = try filter("curl -d 'leadId=5&xmlData=\(Self.encoded)' \"${URL}\"\n").lines
        #expect(lines == [Line(false, 1, nil, ["archive.entry.unreadable"])])
    }

    @Test(
        "Parameters behind an address without a question mark are a dead letter that says so, and stay it",
        arguments: ["GET A HTTP/1.1", "A", "x A y", "1.1.1.1 - - [x] \"GET A HTTP/1.1\" 200 5", "curl 'A'"])
    func questionMark(_ template: String) throws {
        let address = "\(Self.address)&leadId=5&xmlData=\(Self.encoded)"
        let result = try filter(template.replacing("A", with: address) + "\n")
        #expect(result.lines.count == 1 && result.lines.allSatisfy { !$0.isConverted })
        #expect(result.text.contains("question mark"))
        #expect(try filter(result.text).lines.map(\.isConverted) == [false])
    }

    @Test(
        "Any number of addresses and values in a line are read in time, and give one outcome",
        arguments: ["A", "A,", "A A", "A?", "A/", "xmlData=", "xmlData=<a ", "A?xmlData=", "A&", "(A:"])
    func repeatedAddresses(_ piece: String) throws {
        for count in [2, 3, 5000] {
            let text = String(repeating: piece.replacing("A", with: Self.address), count: count)
            let result = try filter("# x \(text)\n")
            #expect(result.lines.count + result.skipped == 1)
        }
    }

    @Test("An apostrophe in XML between apostrophes does not swallow the commands behind it")
    func apostrophes() throws {
        let xml = Self.xml.replacing("'", with: "\"")
        for name in ["O'Neil", "O'Neil and D'Arcy"] {
            let commands = (1...5).map {
                "curl -d 'leadId=\($0)&xmlData=\(xml.replacing("false", with: $0 % 2 == 0 ? "false" : name))' \(Self.address)\n"
            }
            let lines = try filter(commands.joined()).lines
            let expected = (1...5).map {
                $0 % 2 == 0
                    ? Line(true, $0, "\($0)", ["v1.call.raw_form"]) : Line(false, $0, nil, ["archive.entry.unreadable"])
            }
            #expect(lines == expected)
        }
    }

    private static let wrapper = #"{"leadId":"5","xmlData":"\#(xml)"}"#
    private static let form = "authtoken=abc123secret&leadId=5&xmlData=\(encoded)"
    private static let path = "/crm/private/xml/Leads/convertLead"

    @Test(
        "A column whose name only ends in leadId is the lead's, unless the id beside it is one of Zoho",
        arguments: [
            ("7,\(Self.xml),5550000000800001", "5550000000800001"),
            ("5550000000800001,\(Self.xml),5550000000800001", "5550000000800001"),
            ("5550000000800002,\(Self.xml),5550000000800001", nil),
            ("7,\(Self.xml),\"=\"\"5550000000800001\"\"\"", "5550000000800001"),
            ("7,\(Self.xml),'5550000000800001", "5550000000800001"),
        ])
    func leadIDColumns(row: String, leadID: String?) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.csv", "id,xmlData,converted_lead_id\n\(row)\n")])
        #expect(result.lines.map { $0.isConverted ? $0.leadID : nil } == [leadID])
    }

    @Test(
        "A recorded reply takes no call after it",
        arguments: [
            "HTTP/1.1 204 No Content\nServer: ZGS\n\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\nContent-Length: 12\n\n<success/>\n\n",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n<success/>\n", "HTTP/1.1 500 x\n\nplain words\n",
        ],
        [
            "https://crm.zoho.com\(path)?\(form)", "{\"leadId\":\"5\",\"xmlData\":\"\(xml)\"}",
            "10:00 INFO send \(form)",
            "POST \(path)?leadId=5 HTTP/1.1\nHost: crm.zoho.com\n\nxmlData=\(encoded)",
        ])
    func replyBeforeCall(reply: String, call: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.txt", reply + call + "\n")])
        #expect(result.lines.map(\.isConverted) == [true])
    }

    @Test("Two escapes of one letter are it, in values that programs print")
    func surrogates() throws {
        let scratch = try Scratch()
        let deal =
            "<row no='2'><FL val='Potential Name'>\\ud83d\\ude00</FL><FL val='Closing Date'>12/21/2019</FL>"
            + "<FL val='Potential Stage'>Qualification</FL></row></Potentials>"
        let xml = Self.xml.replacing("false", with: "true").replacing("</Potentials>", with: deal)
        let call = "{\n \"leadId\": \"5550000000800001\",\n \"xmlData\": \"\(xml)\"\n}"
        let result = try Bulk.filter([scratch.write("a.js", "var calls = [\(call)];\n")])
        #expect(result.lines.map(\.isConverted) == [true])
        #expect(String(decoding: result.text, as: UTF8.self).contains("\"Deal_Name\":\"\u{1F600}\""))
    }

    @Test("Tables that phpMyAdmin exports as JSON are read row by row", arguments: [64, 500, 1 << 18])
    func phpMyAdmin(chunkSize: Int) throws {
        let scratch = try Scratch()
        try scratch.write(
            "a.json",
            """
            [
            {"type":"header","version":"4.9.0","comment":"Export to JSON plugin for PHPMyAdmin"},
            {"type":"database","name":"crm"},
            {"type":"table","name":"users","database":"crm","data":
            [
            {"id":"1","name":"a"},
            {"id":"2","name":"b"}
            ]
            }
            ,{"type":"table","name":"calls","database":"crm","data":
            [
            \(Self.wrapper),
            \(Self.wrapper)
            ]
            }
            ,{"type":"table","name":"log","database":"crm","data":
            [
            {"leadId":"1","request_xml":"\(Self.xml)"}
            ]
            }
            ]

            """)
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let lines = try Bulk.filter([scratch["a.json"]], settings: settings).lines
        #expect(lines.map(\.line) == [12, 13, 18] && lines.map(\.isConverted) == [true, true, true])
    }

    private func collection(url: String, body: String) -> String {
        #"{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"request":"#
            + #"{"method":"POST","url":\#(url),"body":{"mode":"raw","raw":"\#(body)"}}}]}"#
    }

    @Test(
        "A request of Postman whose address has a variable without a value is a dead letter, and stays it until corrected",
        arguments: [
            "https://crm.zoho.eu/crm/private/xml/Leads/{{m}}",
            "https://crm.zoho.eu/crm/private/{{fmt}}/Leads/convertLead",
            "{{base}}/Leads/convertLead", "{{url}}", "https://{{host}}/crm/private/xml/Leads/convertLead",
        ])
    func variables(url: String) throws {
        for body in [Self.form] + (url == "{{url}}" ? [] : ["{{payload}}"]) {
            let first = try filter(collection(url: "\"\(url)\"", body: body))
            #expect(first.lines.map(\.isConverted) == [false] && first.lines[0].codes.contains("v1.call.variable"))
            #expect(first.text.contains(#""url":"\#(url)""#) && !first.text.contains("abc123secret"))
            let again = try filter(first.text)
            #expect(again.lines == first.lines)
            guard body == Self.form else { continue }
            try expectConverted(again.text.replacing(url, with: Self.address))
        }
    }

    @Test("Variables in the path of Postman's addresses are filled in, and without a value are variables")
    func pathVariables() throws {
        func url(_ value: String) -> String {
            #"{"raw":"https://crm.zoho.eu/crm/private/:fmt/Leads/convertLead","variable":[{"key":"fmt","value":"\#(value)"}]}"#
        }
        try expectConverted(collection(url: url("json"), body: Self.form))
        let result = try filter(collection(url: url(""), body: Self.form))
        #expect(result.lines == [Line(false, 1, "5", ["v1.call.variable"])])
        #expect(try filter(result.text).lines == result.lines)
    }

    @Test(
        "Variables of an Insomnia environment are filled in; one with several values has none",
        arguments: ["{{ base }}", "{{ _.base }}", "{{_.hosts.eu}}"])
    func insomnia(variable: String) throws {
        func export(_ other: String) -> String {
            #"{"_type":"export","__export_format":4,"resources":["#
                + #"{"_type":"environment","data":{"base":"https://crm.zoho.eu","hosts":{"eu":"https://crm.zoho.eu"}}},"#
                + #"{"_type":"environment","data":{"base":"\#(other)","hosts":{"eu":"\#(other)"}}},"#
                + #"{"_type":"request","url":"\#(variable)/crm/private/xml/Leads/convertLead","method":"POST","#
                + #""body":{"text":"\#(Self.form)"}}]}"#
        }
        try expectConverted(export("https://crm.zoho.eu"))
        let result = try filter(export("https://crm.zoho.com"))
        #expect(result.lines == [Line(false, 1, "5", ["v1.call.variable"])])
    }

    @Test("Dashes below a header are of the header")
    func dashes() throws {
        let row = "5,https://crm.zoho.eu\(Self.path)?xmlData=\(Self.encoded)"
        try expectConverted("leadId,url\r\n------,---\r\n\(row)\r\n")
    }

    @Test("Calls in JSON that are the only column of a table are read, with a header and without one")
    func onlyColumn() throws {
        let call = #"{"leadId":"5","url":"\#(Self.address)","xmlData":"\#(Self.xml.replacing("\"", with: "\\\""))"}"#
        let row = "\"\(call.replacing("\"", with: "\"\""))\"\n"
        for header in ["json_build_object\n", "?column?\n", ""] { try expectConverted(header + row, "\(header)") }
    }

    @Test("Requests of Postman with variables that are no convertLead are skipped")
    func otherVariables() throws {
        for url in ["{{base}}/crm/v2/Leads/{{id}}", "{{base}}/Leads/insertRecords", "{{other}}"] {
            let result = try filter(collection(url: "\"\(url)\"", body: ""))
            #expect(result.lines.isEmpty && result.skipped == 1, "\(url)")
        }
    }

}
