@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

/// Log lines that are no plain call.
private enum LogTexts {
    /// Log lines with a document that is cut off and a secret after it.
    static let cutOff: [String] = [
        "INFO params {leadId=5550000000800001, xmlData=<Potentials><row no=\"1\">, authtoken=made-up-secret}",
        "INFO Req(leadId=5550000000800001, xmlData=<Potentials><row no=\"1\">, authtoken=made-up-secret)",
        "{LeadID:5550000000800001 XMLData:<Potentials><row no=\"1\"> AuthToken:made-up-secret}",
        "leadId=5550000000800001 xmlData=\"<Potentials><row no=\\\"1\\\"> authtoken=made-up-secret",
        "leadId=5550000000800001 xmlData=<Potentials><row no=\"1\">;authtoken=made-up-secret",
    ]

    static func document(_ create: Bool) -> String {
        "<Potentials><row no='1'><option val='createPotential'>\(create)</option></row></Potentials>"
    }

    /// Two documents that differ where there is room for one call.
    static let twoDocuments: [String] = [
        "GET https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=5550000000800001&xmlData=%3CPotentials/%3E "
            + "then \(document(true))\n",
        "leadId,xmlData,old\n5550000000800001,\(document(false)),\(document(true))\n",
        "leadId,request,old request\n5550000000800001,\(document(false)),\(document(true))\n",
        "INSERT INTO c (leadId, xmlData, note) VALUES ('5550000000800001', $$\(document(false))$$, $$was \(document(true))$$);\n",
        // A document of another call, cut off.
        "leadId,xmlData,old\n5550000000800001,\(document(false)),\(document(true).dropLast("</row></Potentials>".count))\n",
        "{\"leadId\":\"5550000000800001\",\"xmlData\":\"\(document(false))\",\"notes\":[\"\(document(true))\",\"-\"]}\n",
        "INSERT INTO c (leadId, xmlData) VALUES ('5550000000800001', $$\(document(false))$$) "
            + "ON CONFLICT DO UPDATE SET xmlData = $$\(document(true))$$;\n",
        "{\"msg\": \"was \(document(true))\\nhttps://crm.zoho.com/crm/private/xml/Leads/convertLead?"
            + "leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow%3E%3Coption+val='createPotential'%3Efalse%3C/option%3E"
            + "%3C/row%3E%3C/Potentials%3E\"}\n",
    ]
}

@Suite("Logs")
struct LogFormsTests {
    static let path = "/crm/private/xml/Leads/convertLead"
    static let body =
        "authtoken=made-up-secret&leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E"
        + "%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E"

    /// The same call as JSON.
    static let json =
        "{\"authtoken\":\"made-up-secret\",\"leadId\":\"5550000000800001\",\"xmlData\":\"<Potentials><row no=\\\"1\\\">"
        + "<option val=\\\"createPotential\\\">false</option></row></Potentials>\"}"

    /// Logs of one call, in which it stands more than once or over several lines.
    static let oneCall = [
        "10:00 request: call with \(body) []\n10:01 fault \"<html/>\" for request with \(body) []\n",
        "[10:00] INFO: send {\"leadId\":\"5550000000800001\",\"xmlData\":\"<Potentials><row><option val='createPotential'>false"
            + "</option></row></Potentials>\"} []\n",
        "x DEBUG Exec - Executing request POST \(path) HTTP/1.1\nx DEBUG headers - http-1 >> POST \(path) HTTP/1.1\n"
            + "x DEBUG headers - http-1 >> Host: crm.zoho.eu\nx DEBUG wire - http-1 >> \"POST \(path) HTTP/1.1[\\r][\\n]\"\n"
            + "x DEBUG wire - http-1 >> \"Host: crm.zoho.eu[\\r][\\n]\"\nx DEBUG wire - http-1 >> \"[\\r][\\n]\"\n"
            + "x DEBUG wire - http-1 >> \"\(body)\"\nx DEBUG wire - http-1 << \"HTTP/1.1 200 OK[\\r][\\n]\"\n",
        "send: b'POST \(path) HTTP/1.1\\r\\nHost: crm.zoho.eu\\r\\n\\r\\n'\nsend: b'\(body)'\nreply: 'HTTP/1.1 200 OK\\r\\n'\n",
        "$ curl -v -d '\(body)' https://crm.zoho.eu\(path)\n* Connected\n> POST \(path) HTTP/1.1\n> Host: crm.zoho.eu\n>\n"
            + "< HTTP/1.1 200 OK\n",
        "D/OkHttp: --> POST https://crm.zoho.eu\(path) http/1.1\nD/OkHttp: Content-Length: \(body.utf8.count)\nD/OkHttp: \n"
            + "D/OkHttp: \(body)\nD/OkHttp: --> END POST (1-byte body)\nD/OkHttp: <-- 200 OK https://crm.zoho.eu\(path)\n",
        "10:00 crm: curl \\\n  'https://crm.zoho.eu\(path)' \\\n  -d '\(body)' [] []\n",
        "1.1.1.1 - - [x] \"POST \(path) HTTP/1.1\" 200 5 \"-\" \"PHP\" \"\(body)\"\n",
        "send: b'POST \(path) HTTP/1.1\\r\\nHost: crm.zoho.eu\\r\\n\\r\\n'\nsend: b'\(body)'\nreply: 'HTTP/1.1 200 OK\\r\\n'\n"
            + "header: Content-Length: 51\nDEBUG:urllib3.connectionpool:https://crm.zoho.eu:443 \"POST \(path) HTTP/1.1\" 200 51\n",
        "FINEST: ProxySelector Request for https://crm.zoho.eu\(path)?\(body)\nFINEST: Proxy used: DIRECT\n"
            + "FINE: MessageHeader@20d2 pairs: {GET \(path)?\(body) HTTP/1.1: null}{Host: crm.zoho.eu}\n"
            + "FINEST: KeepAlive stream used: https://crm.zoho.eu\(path)?\(body)\n",
        "Setting --post-data (postdata) to \(body)\nSetting --method (method) to POST\nSetting --body-data (bodydata) to \(body)\n",
        "--2018-05-28 15:24:30--  https://crm.zoho.eu\(path)\nConnecting to crm.zoho.eu... connected.\n\n---request begin---\n"
            + "POST \(path) HTTP/1.1\r\nHost: crm.zoho.eu\r\n\r\n---request end---\n[BODY data: \(body)]\n"
            + "HTTP request sent, awaiting response... \n---response begin---\nHTTP/1.1 200 OK\r\n\r\n---response end---\n",
        "[debug] 8#8: *1 http request line: \"GET \(path)?\(body) HTTP/1.1\"\n[debug] 8#8: *1 http args: \"\(body)\"\n"
            + "[debug] 8#8: *1 http proxy header:\n\"GET \(path)?\(body) HTTP/1.0\nHost: crm.zoho.eu\n\n\"\n"
            + "[debug] 8#8: *1 http copy filter: \"\(path)?\(body)\"\n[debug] 8#8: *1 http write event:1, \"\(path)\"\n"
            + "[debug] 8#8: *1 http copy filter: \"\(path)?\(body)\"\n",
        "10:00 GET https://crm.zoho.eu\(path)?\(body)\n10:00 params \(json)\n",
        "10:00 params \(json)\n10:00 POST https://crm.zoho.eu\(path)\n10:00 body \(body)\n",
        trace(of: "POST \(path) HTTP/1.1\r\nHost: crm.zoho.eu\r\n\r\n", body, width: 64),
        trace(of: "POST \(path) HTTP/1.1\r\nHost: crm.zoho.eu\r\n\r\n", body, width: 16),
    ]

    /// A trace of curl with hexadecimal digits where a line has 16 bytes.
    static func trace(of head: String, _ body: String, width: Int) -> String {
        func lines(_ text: String) -> String {
            var lines = ""
            var offset = 0
            for line in width == 16
                ? [text] : text.components(separatedBy: "\r\n").dropLast(text.hasSuffix("\n") ? 1 : 0)
            {
                let bytes = Array(line.utf8)
                for start in stride(from: 0, to: max(bytes.count, 1), by: width) {
                    let part = bytes[start..<min(start + width, bytes.count)]
                    lines += String(format: "%04x: ", offset + start)
                    if width == 16 {
                        lines += part.map { String(format: "%02x ", $0) }.joined().padding(
                            toLength: 48, withPad: " ", startingAt: 0)
                    }
                    lines += String(decoding: part.map { $0 < 0x20 ? UInt8(ascii: ".") : $0 }, as: UTF8.self) + "\n"
                }
                offset += bytes.count + 2
            }
            return lines
        }
        return
            "=> Send header, \(head.utf8.count) bytes (0x0)\n\(lines(head))=> Send data, \(body.utf8.count) bytes (0x0)\n"
            + "\(lines(body))== Info: upload completely sent off\n<= Recv header, 17 bytes (0x11)\n0000: HTTP/1.1 200 OK\n"
    }

    @Test(
        "Of two documents that differ in a line or a row, none is left out without a word",
        arguments: LogTexts.twoDocuments)
    func severalDocuments(log: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a", log)])
        let letters = result.lines.filter { !$0.isConverted }
        #expect(letters.count == 1 && result.lines.count <= 2)
        #expect(Set(letters.flatMap(\.codes)).isSubset(of: ["archive.entry.unreadable", "v1.call.unrecognized"]))
    }

    @Test(
        "The document beside a call is part of it when it is the same, however it is encoded",
        arguments: [
            "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>",
            "<Potentials>\\n<row no=\\\"1\\\"><option val=\\\"createPotential\\\">false<\\/option><\\/row><\\/Potentials>",
            "&lt;Potentials&gt;&lt;row no=&quot;1&quot;&gt;&lt;option val=&quot;createPotential&quot;&gt;false&lt;/option&gt;"
                + "&lt;/row&gt;&lt;/Potentials&gt;",
            "<Potentials><row no=\"1\"><option val=\"crea...",
            "\\u003cPotentials\\u003e\\u003crow no=\\u00221\\u0022\\u003e\\u003coption val=\\u0022createPotential\\u0022\\u003efalse"
                + "\\u003c/option\\u003e\\u003c/row\\u003e\\u003c/Potentials\\u003e",
        ])
    func sameDocument(document: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a", "GET \(Self.path)?\(Self.body) \(document)\n")])
        #expect(result.lines == [Line(true, 1, "5550000000800001")])
    }

    @Test("What follows a document that is cut off is no part of it", arguments: LogTexts.cutOff)
    func cutOffDocument(log: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.log", log + "\n")])
        #expect(result.lines.map(\.isConverted) == [false])
        #expect(!String(decoding: result.text, as: UTF8.self).contains("made-up-secret"))
    }

    @Test("A call in a log is one entry", arguments: oneCall, [64, 1 << 18])
    func oneEntry(log: String, chunkSize: Int) throws {
        let scratch = try Scratch()
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let before = "10:00 something else happened\n"
        let result = try Bulk.filter([scratch.write("a.log", before + log + before)], settings: settings)
        #expect(result.lines == [Line(true, 2, "5550000000800001")])
        #expect(!String(decoding: result.text, as: UTF8.self).contains("made-up-secret"))
    }

    /// A log as it is kept by what runs its program, a line of the archive for each of its lines or for each piece of 100 letters.
    private static func wrapped(_ log: String, by keeper: String, inPieces: Bool) -> String {
        var lines = ""
        for line in log.unicodeScalars.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            var rest = line
            repeat {
                let piece = rest.prefix(inPieces ? 100 : .max)
                rest = rest[piece.endIndex...]
                let text = String(piece)
                switch keeper {
                case "Docker":
                    let value = WrittenForm.quoted(text + (rest.isEmpty ? "\n" : ""))
                    lines += "{\"log\":\(value),\"stream\":\"stdout\",\"time\":\"2018-05-28T15:24:30.1Z\"}\n"
                case "Kubernetes":
                    lines += "2018-05-28T15:24:30.123456789Z stdout \(rest.isEmpty ? "F" : "P") \(text)\n"
                default: lines += "{\"_PID\": \"8\", \"MESSAGE\": \(WrittenForm.quoted(text))}\n"
                }
            } while !rest.isEmpty
        }
        return lines
    }

    @Test(
        "A call in a log is one entry whatever its lines are wrapped in", arguments: oneCall,
        ["Docker", "Kubernetes", "journald"])
    func oneEntryInWrappers(log: String, keeper: String) throws {
        let scratch = try Scratch()
        let before = "10:00 something else happened\n"
        for (inPieces, chunkSize) in [(false, 64), (false, 1 << 18), (true, 1 << 18)]
        where keeper != "journald" || !inPieces {
            var settings = BulkSettings()
            settings.chunkSize = chunkSize
            let text = Self.wrapped(before + log + before, by: keeper, inPieces: inPieces)
            let result = try Bulk.filter([scratch.write("a.log", text)], settings: settings)
            #expect(result.lines == [Line(true, 2, "5550000000800001")])
            #expect(!String(decoding: result.text, as: UTF8.self).contains("made-up-secret"))
        }
    }

    @Test("A log in wrappers that is cut off anywhere is read to its end")
    func cutOffInWrappers() throws {
        let scratch = try Scratch()
        let sample = Checkout.samples.appending(path: "archives/log-in-wrappers/archive.log")
        let bytes = try Data(contentsOf: sample)
        for length in stride(from: 0, to: bytes.count, by: 17) {
            try scratch.write("in/\(length).log", bytes.prefix(length))
        }
        // Ends the run if a byte is not accounted for.
        let summary = try Bulk.run([scratch["in"]], into: scratch["out"])
        #expect(summary.isBalanced)
        #expect(summary.converted > 1000)
    }

    @Test("A log that is cut off anywhere is read to its end", arguments: oneCall)
    func cutOff(log: String) throws {
        let scratch = try Scratch()
        for length in stride(from: 0, to: log.utf8.count, by: 13) {
            let text = String(decoding: log.utf8.prefix(length), as: UTF8.self)
            let summary = try Bulk.run([scratch.write("a.log", "x\n" + text)], into: scratch["out"])
            #expect(summary.converted <= 1)
            try FileManager.default.removeItem(atPath: scratch["out"])
        }
    }

    @Test("The same call in a later line that is not the next is a request of its own")
    func repeatedLater() throws {
        let scratch = try Scratch()
        let line = "10:00 request: call with \(Self.body) []\n"
        let result = try Bulk.filter([scratch.write("a.log", line + "10:01 retrying\n" + line)])
        #expect(result.lines.map(\.line) == [1, 3])
    }

    @Test("A line that ends with blanks may follow an address alone")
    func blanksAfterAddress() throws {
        let scratch = try Scratch()
        let log = "10:00 POST https://crm.zoho.eu\(Self.path)\n10:00 sent \t \n10:00 body \(Self.body)\n"
        #expect(try Bulk.filter([scratch.write("a.log", log)]).lines.contains { $0.isConverted })
    }

    @Test("The same failure of a call is of another request, unless nothing was in between")
    func repeatedFailures() throws {
        let scratch = try Scratch()
        let line = "Error: timeout { url: 'https://crm.zoho.eu\(Self.path)', data: '\(Self.body)' }\n"
        let other = line.replacing("800001", with: "800002")
        let result = try Bulk.filter([scratch.write("a.log", line + line + other + line + other)])
        #expect(result.lines.map(\.line) == [1, 3, 4, 5])
    }

    @Test("The documents of two calls of one lead that differ are two, written alike or not")
    func differingDocuments() throws {
        let scratch = try Scratch()
        let log = "10:00 GET https://crm.zoho.eu\(Self.path)?\(Self.body)\n10:00 params \(Self.json)\n"
        let result = try Bulk.filter([
            scratch.write("a.log", log.replacing("}\n", with: "}\n").replacing(">false<", with: "> false<"))
        ])
        #expect(result.lines.map(\.line) == [1, 2])
    }

    @Test(
        "A header of a request that repeats its body is no body",
        arguments: [body, json, body.replacing("800001", with: "80000002")])
    func repeatedInHeader(value: String) throws {
        let scratch = try Scratch()
        let head = "POST \(Self.path) HTTP/1.1\nHost: crm.zoho.eu\nX-Original-Body: \(value)\n"
        for length in ["", "Content-Length: \(Self.body.utf8.count)\n"] where !length.isEmpty || value == Self.body {
            let result = try Bulk.filter([scratch.write("a.txt", head + length + "\n\(Self.body)\n")])
            #expect(result.lines.filter(\.isConverted) == [Line(true, 1, "5550000000800001")], "\(value)")
        }
    }

    @Test("Words about a retry are no request, and the request that is sent again is one")
    func retried() throws {
        let scratch = try Scratch()
        let sent = "10:00:01 DEBUG pool: https://crm.zoho.eu:443 \"GET \(Self.path)?\(Self.body) HTTP/1.1\" 503 0\n"
        let words =
            "10:00:02 DEBUG retry: (url='\(Self.path)?\(Self.body)')\n10:00:02 DEBUG Retry: \(Self.path)?\(Self.body)\n"
        let result = try Bulk.filter([scratch.write("a.log", sent + words + sent)])
        #expect(result.lines.map(\.line) == [1, 4])
    }

    /// Logs of one call in which words about it have its address alone, and the line of the call.
    static let besideCall: [(log: String, line: Int)] = [
        (
            "POST https://crm.zoho.eu\(path) \(body)\n-- log --\nDEBUG pool.py:5 https://crm.zoho.eu:443 \"POST \(path) HTTP/1.1\" 200 9\n",
            1
        ),
        (
            "[10:00] 200 \"POST https://crm.zoho.eu\(path)\" 153\n[10:00] > POST https://crm.zoho.eu\(path)\n[10:00] > Query: \(body)\n",
            2
        ),
        (
            "-- Blocking (https://crm.zoho.eu\(path))\n-- >>> (https://crm.zoho.eu\(path))\nPOST \(path) HTTP/1.1\\x0d\n"
                + "Host: crm.zoho.eu\\x0d\n\\x0d\n\(body)\n-- >>> (https://crm.zoho.eu\(path))\n\n"
                + "-- <<< (https://crm.zoho.eu\(path))\nHTTP/1.0 200 OK\\x0d\n", 3
        ),
        ("\(body)\n10:00 HTTP Request: POST https://crm.zoho.com\(path) \"HTTP/1.1 200 OK\"\n", 1),
        ("10:00 app sending \(body)\n10:00 pool https://crm.zoho.com:443 \"POST \(path) HTTP/1.1\" 200 None\n", 1),
        ("1.1.1.1 - - [x] \"POST \(path) HTTP/1.1\" 200 -\nparams: \(body)\n", 1),
        ("POST https://crm.zoho.eu\(path)\nData: \(body)\n", 1),
        (
            "info: request POST https://crm.zoho.eu\(path)\nform \(body)\ninfo: response 200 for POST https://crm.zoho.eu\(path)\n",
            1
        ),
        ("POST https://crm.zoho.eu\(path)\n{ accept: '*/*' }\n\(body)\n", 1),
        ("```\nPOST \(path) HTTP/1.1\nHost: crm.zoho.eu\n\n\(body)\n```\n\nMore words.\n", 2),
        ("10:00 body \(body)\n10:00 ERROR POST https://crm.zoho.com\(path) failed: timeout\n", 1),
        ("10:00 DEBUG POST https://crm.zoho.eu\(path)\n10:00 DEBUG body: \(body)\n10:00 INFO \(path) -> 200\n", 1),
        ("10:00 GET https://crm.zoho.eu\(path)?\(body)\n10:00 INFO done https://crm.zoho.eu\(path) 200 in 9 ms\n", 1),
        // Words of one kind that differ, before the call, in it, and after it.
        (
            "info: Logical[100]\n      Start processing HTTP request POST https://crm.zoho.eu\(path)\ninfo: Client[100]\n"
                + "      Sending HTTP request POST https://crm.zoho.eu\(path)\ndbug: App[0]\n      Body: \(body)\n"
                + "info: Logical[101]\n      End processing HTTP request after 190.3ms - 200\n",
            4
        ),
        ("Before request [POST \(path), client=::1]\nAfter request [POST \(path), payload=\(body)]\n", 2),
        (
            "body: \(body)\n[DEBUG] POST https://crm.zoho.com\(path)\n[ERR] POST https://crm.zoho.com\(path) request failed: EOF\n"
                + "[DEBUG] POST https://crm.zoho.com\(path): retrying in 1s (4 left)\n",
            1
        ),
        // Records of loggers that write JSON.
        (
            "{\"level\":30,\"reqId\":1,\"body\":\"\(body)\"}\n"
                + "{\"level\":30,\"req\":{\"id\":1,\"method\":\"POST\",\"url\":\"\(path)\"},"
                + "\"res\":{\"statusCode\":200},\"msg\":\"request completed\"}\n",
            1
        ),
        (
            "{\"@mt\":\"Start {Uri}\",\"Uri\":\"https://crm.zoho.com\(path)\",\"SourceContext\":\"Logical\"}\n"
                + "{\"@mt\":\"body {Body}\",\"Body\":\"\(body)\"}\n{\"@mt\":\"End\",\"Uri\":\"https://crm.zoho.com\(path)\"}\n",
            2
        ),
        // Its form has only names.
        (
            "10:00 body \(body)\n10:00 [1a2b3c] HTTP POST https://crm.zoho.com\(path)\n"
                + "10:00 [1a2b3c] Writing form fields [leadId, xmlData] (content masked)\n",
            1
        ),
    ]

    @Test("Words with the address of a call beside it are no call", arguments: besideCall, [64, 1 << 18])
    func wordsBesideCall(example: (log: String, line: Int), chunkSize: Int) throws {
        let scratch = try Scratch()
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let ids = (1...3).map { "555000000080000\($0)" }
        let logs = ids.map { example.log.replacing("5550000000800001", with: $0) }
        let lineCount = example.log.count { $0 == "\n" }
        let result = try Bulk.filter([scratch.write("a.log", logs.joined())], settings: settings)
        #expect(
            result.lines == ids.enumerated().map { Line(true, example.line + $0.offset * lineCount, $0.element) })
    }

    @Test("The address of a call of which the log has no document stays a dead letter")
    func addressWithoutDocument() throws {
        let scratch = try Scratch()
        let sent = "10:00 sending POST https://crm.zoho.eu\(Self.path)"
        let answered = "10:00 answer of POST https://crm.zoho.eu\(Self.path) 200\n"
        let access = "1.1.1.1 - - [x] \"POST \(Self.path) HTTP/1.1\" 200 5"
        for (log, lines) in [
            // Words that begin a call are met again, or words after one.
            ("\(sent) \(Self.body)\n\(answered)\(sent)\n\(answered)", [1: true, 3: false, 4: false]),
            ("\(sent)\n\(sent)\n10:00 body \(Self.body)\n", [1: false, 2: true]),
            // Each line of an access log is another call.
            ("\(access) \"\(Self.body)\"\n\(access)\n", [1: true, 2: false]),
            ("\(access)\n\(access) \"\(Self.body)\"\n", [1: false, 2: true]),
            // Another method, lead id or host.
            ("\(sent) \(Self.body)\n\"GET \(Self.path)\" 200\n", [1: true, 2: false]),
            ("\(sent)?leadId=5550000000800002\n10:01 call \(Self.body)\n", [1: false, 2: true]),
            ("\(Self.body)\n\(answered)", [1: true, 2: false]),
            // Words that differ and are beside no other call.
            ("10:00 for a \(sent)\n10:00 for b \(sent)\n10:00 body \(Self.body)\n", [1: false, 2: true]),
            // A process is not a request.
            (
                "[#8] POST \(Self.path) \(Self.body)\n[#8] done \(Self.path)\n[#8] done \(Self.path)\n",
                [1: true, 3: false]
            ),
        ] {
            let result = try Bulk.filter([scratch.write("a.log", log)])
            let found = result.lines.map { ($0.line, $0.isConverted) }.sorted { $0.0 < $1.0 }
            #expect(Dictionary(uniqueKeysWithValues: found) == lines, "\(log)")
        }
    }

    @Test("Addresses before all bodies are of these, as many as they are", arguments: [64, 1 << 18])
    func overlappingCalls(chunkSize: Int) throws {
        let scratch = try Scratch()
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let sent = "10:00 [t1] POST https://crm.zoho.eu\(Self.path)\n"
        let bodies = (1...3).map { "10:00 [t1] body \(Self.body.replacing("0001&", with: "000\($0)&"))\n" }
        for (count, lines) in [(3, [3, 5, 6]), (4, [1, 4, 6, 7])] {
            let log = String(repeating: sent, count: count) + bodies.joined()
            let result = try Bulk.filter([scratch.write("a.log", log)], settings: settings)
            #expect(result.lines.map(\.line) == lines)
            #expect(result.lines.count(where: \.isConverted) == 3)
        }
    }

    @Test("A body without a lead id is of an address only where no other can have it")
    func unclearPairs() throws {
        let scratch = try Scratch()
        func post(_ number: Int) -> String {
            "10:00 POST https://crm.zoho.eu\(Self.path)?leadId=555000000080000\(number)\n"
        }
        func body(_ name: String) -> String {
            "xmlData=%3CPotentials%3E%3Crow%3E%3Coption+val='createPotential'%3E\(name)%3C/option%3E%3C/row%3E%3C/Potentials%3E\n"
        }
        let (one, other) = (body("false"), body("FALSE"))
        let reply = "10:00 reply <success></success>\n"
        let json = #"{"xmlData":"<Potentials/>"}"# + "\n"
        let whole = "10:00 call \(Self.body)\n"
        for (log, converted) in [
            (post(1) + one + post(2) + other, [1, 3]),
            // Where the body is before its address.
            (one + post(1) + other + post(2), []), (one + post(1) + other + post(2) + one, []),
            (json + post(1) + one, []), (one + post(1) + one, [2]), (one + reply + post(1) + other, [3]),
            (one + whole + post(1) + other, [2, 3]),
            // Where an address has no body.
            (post(1) + post(2) + one, []), (post(1) + reply + post(2) + one, [3]), (post(1) + post(1) + one, [2]),
            (post(1) + one + post(2), []), (post(1) + one + post(1), [1]),
        ] {
            for form in ["\(one)", "10:00 body \(one)"] {
                let text = log.replacing(one, with: form).replacing(
                    other, with: form.replacing("false", with: "FALSE"))
                let result = try Bulk.filter([scratch.write("a.log", text)])
                #expect(result.lines.filter(\.isConverted).map(\.line) == converted, "\(text)")
                let requests = log.split(separator: "\n").count { $0.contains("POST") }
                #expect(result.lines.count >= requests, "\(text)")
            }
        }
    }

    @Test("A reply after an address without a body closes its call")
    func replyBeforeOtherCall() throws {
        let scratch = try Scratch()
        let address = "https://crm.zoho.eu\(Self.path)"
        let log =
            "[10:00] http.INFO: Request: \"POST \(address)\" [] []\n[10:00] http.INFO: Response: \"200 \(address)\" [] []\n"
            + #"{"leadId":"5550000000800001","xmlData":"<Potentials/>"}"# + "\n"
        let result = try Bulk.filter([scratch.write("a.log", log)])
        #expect(result.lines.map(\.line) == [1, 3])
        #expect(result.lines.first?.codes == ["v1.call.body_missing"])
    }

    @Test("A reply that is cut off takes no call after it")
    func cutOffReply() throws {
        let scratch = try Scratch()
        let text = "10:00 response: <success><Contact\n10:01 call \(Self.body)\n10:02 response: <success></success>\n"
        let result = try Bulk.filter([scratch.write("a.log", text)])
        #expect(result.lines == [Line(true, 2, "5550000000800001")])
    }

    @Test("A reply and a call in one line are a call")
    func replyBesideCall() throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.log", "10:00 \(Self.body) gave <success></success>\n")])
        #expect(result.lines == [Line(true, 1, "5550000000800001")])
    }

    /// Calls in lines that have more around them than words, each with the line on which it begins.
    private static let decorated: [(log: String, line: Int)] = [
        (
            [
                "--> POST https://crm.zoho.eu\(path) http/1.1", "Content-Length: \(body.utf8.count)", "", body,
                "--> END POST (1-byte body)", "<-- 200 OK https://crm.zoho.eu\(path) (187ms)",
                "<-- END HTTP (0-byte body)",
            ].map { "May 28, 2018 3:24:30 PM okhttp3.internal.platform.Platform log\nINFO: \($0)\n" }.joined(), 2
        ),
        (
            [
                "--> GET https://crm.zoho.eu\(path)?\(body) http/1.1",
                "<-- 200 OK https://crm.zoho.eu\(path)?\(body) (187ms, 149-byte body)",
            ].map { "INFO: \($0)\n" }.joined(), 1
        ),
        ("URL: {noformat}https://crm.zoho.eu\(path)?\(body){noformat}\nReply: {noformat}<success/>{noformat}\n", 1),
        ("URL: {noformat}https://crm.zoho.eu\(path){noformat}\nData: {noformat}\(body){noformat}\n", 1),
        ("10:00:01 DEBUG [exec-1] leadId: 5550000000800001\n10:00:02 DEBUG [exec-1] xmlData: \(request)\n", 1),
        (
            "10:00:01 DEBUG leadId = '5550000000800001'\n10:00:01 DEBUG xmlData = "
                + "\(request.replacing("><", with: ">\n <"))\n10:00:02 DEBUG done\n", 1
        ),
        ("10:00 form map[leadId:[5550000000800001] newFormat:[1] xmlData:[\(request)]]\n", 1),
        ("10:00 form {leadId=[5550000000800001], xmlData=[\(request.replacing("><", with: ">\n<"))], a=[b]}\n", 1),
        ("10:00 form Map(leadId -> 5550000000800001, xmlData -> \(request), newFormat -> 1)\n", 1),
        (
            "10:00 form url.Values{\"leadId\":[]string{\"5550000000800001\"}, \"xmlData\":[]string{\"\(request)\"}}\n",
            1
        ),
        ("lead_id = \"5550000000800001\"\nxml_data = '''\(request)'''\n", 1),
        (
            "10:00 INSERT INTO calls (lead_id, xml_data) VALUES (:lead_id, :xml_data) "
                + "{\"lead_id\":\"5550000000800001\",\"xml_data\":\"\(request)\"} []\n", 1
        ),
        ("URL:\n{noformat}\nhttps://crm.zoho.eu\(path)?\(body)\n{noformat}\n", 3),
    ]

    @Test("A call is read whatever a logger or a tracker puts around it", arguments: decorated)
    func decoratedCall(example: (log: String, line: Int)) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.log", example.log)])
        #expect(result.lines == [Line(true, example.line, "5550000000800001")])
    }

    private static let request = LogTexts.document(false)

    /// Elements after words in a log, each over some lines, and whether it is closed.
    private static let elements = [
        "10:00 DEBUG request <e:Envelope xmlns:e=\"urn:e\"><e:Body><convertLead><leadId>5550000000800001</leadId><xmlData>"
            + "<![CDATA[\(request)]]></xmlData></convertLead></e:Body></e:Envelope>\n",
        "10:00 DEBUG request <e:Envelope xmlns:e=\"urn:e\"><e:Body><leadId>5550000000800001</leadId><xmlData><![CDATA["
            + "\(request.replacing("><", with: ">\n  <").replacing("false", with: "false\nor\n\n\tnot"))\n]]></xmlData>\n</e:Body></e:Envelope> sent\n",
        "Payload: <calls>\n  <call leadId=\"5550000000800001\">\n    <xmlData>\n\(request)\n</xmlData>\n  </call>\n</calls>\n",
        "10:00 DEBUG to <crm> <Potentials>\n\(request.dropFirst("<Potentials>".count).replacing("><", with: ">\n<"))\n",
    ]

    @Test("An XML element after other words is one entry with all of its lines", arguments: elements, [64, 1 << 18])
    func elementAfterWords(log: String, chunkSize: Int) throws {
        let scratch = try Scratch()
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let before = "10:00 something else happened\n"
        let result = try Bulk.filter([scratch.write("a.log", before + log + log + before)], settings: settings)
        let lineCount = log.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        #expect(
            result.lines == [2, 2 + lineCount].map { Line(false, $0, nil, ["v1.call.unrecognized"]) })
        let start = before.utf8.count
        let end = start + log.utf8.count
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(text.contains("\"bytes\":[\(start),\(end - 1)]"))
        #expect(text.contains("\"bytes\":[\(end),\(end + log.utf8.count - 1)]"))
        #expect(result.summary.skippedCount == 2)
    }

    @Test(
        "An XML element after other words that is cut off ends before the next call", arguments: elements.dropFirst())
    func cutOffElement(log: String) throws {
        let scratch = try Scratch()
        let torn = log.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
        let next = [
            "10:00 POST https://crm.zoho.eu\(Self.path)?\(Self.body)\n",
            "<Potentials leadId=\"5550000000800001\">\(Self.request.dropFirst("<Potentials>".count))\n",
        ]
        for call in next {
            let result = try Bulk.filter([
                scratch.write("a.log", torn + call + call.replacing("800001", with: "800002"))
            ])
            #expect(result.lines.filter(\.isConverted).map(\.leadID) == ["5550000000800001", "5550000000800002"])
        }
    }

    /// Lines with a lead id and lines with a document that do not tell which belong together.
    private static let unclearNeighbours = [
        // The words before them differ.
        "10:00 DEBUG converted leadId: 5550000000800001\n10:00 DEBUG xmlData: \(request)\n",
        "10:00 DEBUG [exec-1] leadId: 5550000000800001\n10:00 DEBUG [exec-2] xmlData: \(request)\n",
        // Two calls overlap.
        "10:00 DEBUG leadId: 5550000000800001\n10:00 DEBUG leadId: 5550000000800002\n10:00 DEBUG xmlData: \(request)\n"
            + "10:00 DEBUG sent\n10:00 DEBUG xmlData: \(request.replacing("false", with: "FALSE"))\n",
    ]

    @Test(
        "A lead id is not given to a document that may be of another call", arguments: unclearNeighbours, [64, 1 << 18])
    func documentOfOther(log: String, chunkSize: Int) throws {
        let scratch = try Scratch()
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let result = try Bulk.filter([scratch.write("a.log", log)], settings: settings)
        #expect(!result.lines.isEmpty)
        #expect(result.lines.allSatisfy { !$0.isConverted && $0.leadID == nil })
    }

    /// Statements of SQL after words, each with the words of a log before it.
    private static let statements = [
        "2018-05-28 15:24:30 UTC [7] app@crm LOG:  statement: INSERT INTO calls (lead_id, xml_data) VALUES\n"
            + "\t('5550000000800001', '\(sql("a\nb \\ c'd").replacing("\n", with: "\n\t"))');\n",
        "2018-05-28T15:24:30.1Z\t    8 Query\tINSERT INTO calls (lead_id, xml_data) VALUES "
            + "('5550000000800001', '\(sql("a\nb \\ c'd").replacing("\\", with: "\\\\"))')\n",
        "1527521070123|2|statement|0|insert into calls (lead_id, xml_data) values (?, ?)|insert into calls (lead_id, xml_data) "
            + "values ('5550000000800001', '\(sql("a\nb \\ c'd"))')\n",
        "ij> INSERT INTO CALLS (LEAD_ID, XML_DATA) VALUES ('5550000000800001', '\(sql("a\nb \\ c'd"))');\n"
            + "1 row inserted/updated/deleted\n",
    ]

    private static func sql(_ name: String) -> String {
        """
        <Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">\(name)</FL>
        <FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>
        """.replacing("'", with: "''")
    }

    @Test("The rows of a statement after words are read as those of a dump", arguments: statements, [64, 1 << 18])
    func statementAfterWords(log: String, chunkSize: Int) throws {
        let scratch = try Scratch()
        var settings = BulkSettings()
        settings.chunkSize = chunkSize
        let result = try Bulk.filter([scratch.write("a.log", "x\n" + log + log + "x\n")], settings: settings)
        #expect(result.lines.map(\.leadID) == ["5550000000800001", "5550000000800001"])
        #expect(result.lines.map(\.isConverted) == [true, true])
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(text.ranges(of: "\"Deal_Name\":\"a\\nb \\\\ c'd\"").count == 2)
    }

    @Test("A statement that only names the column of a request is none")
    func statementWithoutValues() throws {
        let scratch = try Scratch()
        let log = """
            10:00 SELECT id, lead_id, xml_data FROM queue WHERE done = 0
            10:00 Hibernate: insert into calls (lead_id, xml_data) values (?, ?)
            10:00 request: call with \(Self.body) []
            10:00 UPDATE queue SET xml_data = NULL WHERE id = 7
            10:00 INFO Engine INSERT INTO calls (lead_id, xml_data) VALUES (%(lead_id)s, %(xml_data)s)

            """
        let result = try Bulk.filter([scratch.write("a.log", log)])
        #expect(result.lines == [Line(true, 3, "5550000000800001")])
    }

    @Test(
        "A call goes to the host that its own record names after the body",
        arguments: [
            "[28-May-2018] app.INFO: call {\"body\":\"{F}\"} {\"url\":\"{A}\"} []",
            "call({'leadId': '5', 'xmlData': '{D}'}, '{A}')",
            "Sent {:leadId=>'5', :xmlData=>'{D}'} to {A}",
            "5550000000000001,\"{Q}\",{A}",
            "5550000000000001,\"{Q}\",https://crm.zoho.eu/",
            "leadId,xmlData,base\n5,\"{Q}\",https://crm.zoho.eu",
            "leadId,xmlData,host\n5,\"{Q}\",crm.zoho.eu:443",
            "http POST :8080/crm/private/xml/Leads/convertLead Host:crm.zoho.eu leadId=5 xmlData='{D}'",
            "curl -H 'Host: crm.zoho.eu' http://10.0.0.1:8080/crm/private/xml/Leads/convertLead -d '{F}'",
            "irm -Body '{F}' -Uri ('https://crm.zoho.eu' + '/crm/private/xml/Leads/convertLead') -Method Post",
        ])
    func hostAfterBody(template: String) throws {
        let document = NamedDeal.document("Acme")
        let text = template.replacing("{A}", with: WrittenForm.address)
            .replacing("{F}", with: "leadId=5&xmlData=" + WrittenForm.encoded(document))
            .replacing("{Q}", with: document.replacing("\"", with: "\"\"")).replacing("{D}", with: document)
        let result = try NamedDeal.filter(text)
        #expect(result.lines.map(\.isConverted) == [true])
        #expect(result.text.contains("https://www.zohoapis.eu/crm/v2/Leads/5"))
    }

    @Test(
        "A command whose address is not known is a dead letter", arguments: ["$uri", "(Get-Address)", "($base + '/x')"])
    func unknownAddress(address: String) throws {
        let body = "leadId=5&xmlData=" + WrittenForm.encoded(NamedDeal.document("Acme"))
        let result = try NamedDeal.filter("irm -Method Post -Body '\(body)' -Uri \(address)")
        #expect(result.lines.map(\.isConverted) == [false])
        #expect(result.text.contains("PowerShell variable \(address.hasPrefix("$") ? address : "(…)")"))
    }

    @Test("A dump that Netty draws as a table is one letter, wherever its lines break a mark")
    func dumpInTable() throws {
        let scratch = try Scratch()
        for offset in 0..<16 {
            let ruler = "+--------+-------------------------------------------------+----------------+\n"
            let bytes = Array((String(repeating: "a", count: offset) + "&xmlData=1").utf8)
            var dump = ruler
            for start in stride(from: 0, to: bytes.count, by: 16) {
                let line = bytes[start..<min(start + 16, bytes.count)]
                dump += String(format: "|%08x| ", start)
                let digits = line.map { String(format: "%02x ", $0) }.joined()
                dump += digits.padding(toLength: 48, withPad: " ", startingAt: 0)
                dump +=
                    "|" + String(decoding: line, as: UTF8.self).padding(toLength: 16, withPad: " ", startingAt: 0)
                    + "|\n"
            }
            let result = try Bulk.filter([scratch.write("a.log", "10:00 WRITE: 9B\n" + dump + ruler)])
            #expect(result.lines == [Line(false, 2, nil, ["archive.entry.unreadable"])])
            #expect(String(decoding: result.text, as: UTF8.self).contains("A dump of bytes holds signs of a request"))
        }
    }

    @Test("Statements in a log that is wrapped are a letter each, with their documents")
    func statementInWrapper() throws {
        let scratch = try Scratch()
        let lines = Self.statements[3].split(separator: "\n").map { "2018-05-28T15:24:30.123456789Z stdout F \($0)\n" }
        let result = try Bulk.filter([scratch.write("a.log", lines.joined())])
        #expect(result.lines == [Line(false, 1, nil, ["v1.call.unrecognized"])])
    }

    @Test("Control characters that syslog wrote in octal digits are undone where they are between tags")
    func escapesOfSyslog() throws {
        let scratch = try Scratch()
        func archive(_ gap: String) -> String {
            "May 28 15:24:30 web crm[8]: convert leadId=5550000000800001&xmlData=<Potentials>\(gap)<row no=\"1\">"
                + "<option val=\"createPotential\">true</option></row>\(gap)<row no=\"2\">"
                + "<FL val=\"Potential Name\">Two#012lines &#038; #7</FL><FL val=\"Closing Date\">12/21/2018</FL>"
                + "<FL val=\"Potential Stage\">Qualification</FL></row></Potentials>\n"
        }
        for (gap, name) in [
            ("#012#011", "Two\\nlines & #7"), ("#012  ", "Two\\nlines & #7"), ("", "Two#012lines & #7"),
        ] {
            let result = try Bulk.filter([scratch.write("a.log", archive(gap))])
            #expect(result.lines.map(\.isConverted) == [true])
            #expect(String(decoding: result.text, as: UTF8.self).contains("\"Deal_Name\":\"\(name)\""))
        }
    }

    @Test("Escapes of logs are undone, and what is none stays")
    func escapes() {
        var output = ByteBuffer(minimumCapacity: 64)
        for text in [#"a\x22\u00e9\ud83d\ude00\"\\"#, #" C:\wew"#, #"\x2"#] {
            var text = text
            text.withByteView { BackslashEscapes.undo(in: $0, to: &output) }
        }
        #expect(output.bytes.text == "a\"é😀\"\\ C:\\wew\\x2")
    }
}
