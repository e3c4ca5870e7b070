import Bytes
import Foundation
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Damaged archives")
struct DamagedArchivesTests {
    private static let pieces: [String] = [
        "<", ">", "&", "=", "%", "\"", "'", "\n", "\r\n", "\0", "{", "}", "[", "]", "(", ")", ";", "--", "/*", "\\",
        "{{", "}}",
        "curl ", "INSERT INTO ", " VALUES ", "URL:", "Data:", "HTTP/1.1 ", "xmlData=", "POST ", "\"log\":",
        "\"entries\":[",
        "<![CDATA[", "<!--", "://", "?", ",", "\t", "\"request\":{", "\u{FEFF}", "é",
    ]

    /// Samples with some bytes changed, removed, repeated or brought in from others.
    private func damagedFiles(_ count: Int, seed: UInt64) throws -> [Data] {
        var random = Requests(seed: seed)
        let files = FileManager.default
        let samples = try files.subpathsOfDirectory(atPath: ArchiveSamples.directory.path).sorted()
            .compactMap { files.contents(atPath: ArchiveSamples.directory.path + "/" + $0) }
        return (0..<count).map { _ in
            var bytes = Array(samples[random.next(samples.count)])
            for _ in 0...random.next(10) {
                let at = random.next(bytes.count + 1)
                switch random.next(5) {
                case 0 where at < bytes.count: bytes[at] = UInt8(random.next(256))
                case 1: bytes.removeSubrange(at..<min(at + random.next(40), bytes.count))
                case 2: bytes.insert(contentsOf: Self.pieces[random.next(Self.pieces.count)].utf8, at: at)
                case 3: bytes.removeSubrange(at...)
                default:
                    let other = samples[random.next(samples.count)]
                    bytes.insert(contentsOf: other.dropFirst(random.next(other.count)).prefix(random.next(200)), at: at)
                }
            }
            return Data(bytes)
        }
    }

    @Test("Six hundred damaged files are read without a trap, accounted for, and the same in any chunks")
    func accounted() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("seed of damaged archives: \(seed)")
        let scratch = try Scratch()
        for (index, data) in try damagedFiles(600, seed: seed).enumerated() {
            try scratch.write("in/\(1000 + index)", data)
        }
        var settings = BulkSettings()
        settings.jobs = 2
        let summary = try Bulk.run([scratch["in"]], into: scratch["a"], settings: settings)
        settings.jobs = 1
        settings.chunkSize = 777
        #expect(try Bulk.run([scratch["in"]], into: scratch["b"], settings: settings) == summary)
        #expect(summary.isBalanced)
        #expect(summary.read >= 600)
        for name in ["converted.ndjson", "dead-letters.ndjson"] {
            #expect(scratch.read("a/" + name) == scratch.read("b/" + name))
            for line in scratch.read("a/" + name).split(separator: 0x0A) {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line)) }
            }
        }
        let again = try Bulk.run([scratch["a/dead-letters.ndjson"]], into: scratch["c"])
        #expect(again.read == summary.deadLetters)
    }

    @Test(
        "A dead letter keeps the text of what could not be read, and bulk reads that text once it is corrected",
        arguments: [
            (
                "curl 'https://crm.zoho.com/crm/private/xml/Leads/convertLead?authtoken=abc' -d 'leadId=7&xmlDat=%3Ca/%3E'",
                "xmlDat=", "xmlData="
            ),
            ("{\"id\":\"7\",\"xmlData\":\"<a/>\",}", ",}", "}"),
            (
                "{\"request\":{\"url\":\"https://crm.zoho.com/crm/private/xml/Leads/convertLead\",\"postData\":{\"text\":\"id=7\"}}}",
                "id=7", "id=7&xmlData=%3Ca/%3E"
            ),
            (
                "192.0.2.7 - - [x] \"POST /crm/private/xml/Leads/convertLead?leadId=7 HTTP/1.1\" 200 1", "leadId=7",
                "leadId=7&xmlData=%3Ca/%3E"
            ),
        ])
    func corrected(_ entry: String, _ wrong: String, _ right: String) throws {
        let scratch = try Scratch()
        try scratch.write("a.txt", entry + "\n")
        _ = try Bulk.run([scratch["a.txt"]], into: scratch["a"])
        let letter = String(decoding: scratch.read("a/dead-letters.ndjson"), as: UTF8.self)
        #expect(letter.contains("\"input\":") && !letter.contains("abc"))
        let again = try Bulk.run([scratch["a/dead-letters.ndjson"]], into: scratch["b"])
        #expect(again.deadLetters == 1)
        // The text is kept as it was, however often it is read.
        let second = String(decoding: scratch.read("b/dead-letters.ndjson"), as: UTF8.self)
        #expect(letter.components(separatedBy: "\"input\":").last == second.components(separatedBy: "\"input\":").last)
        try scratch.write("c.ndjson", letter.replacing(wrong, with: right))
        let lines = try Bulk.filter([scratch["c.ndjson"]]).lines
        #expect(lines.map(\.leadID) == ["7"])
        #expect(lines[0].codes.allSatisfy { $0.hasPrefix("v1.row") || $0.hasPrefix("v1.root") })
    }

    @Test("Bytes that are not UTF-8 stay an error in the dead letter until the person writes what they were")
    func illFormed() throws {
        let scratch = try Scratch()
        let xml =
            "<Potentials><row no='1'><option val='createPotential'>false</option></row><!-- M\u{1}ller --></Potentials>"
        try scratch.write("7.xml", Data(xml.utf8.map { $0 == 1 ? 0xFC : $0 }))
        #expect(try Bulk.run([scratch["7.xml"]], into: scratch["a"]).deadLetters == 1)
        let again = try Bulk.filter([scratch["a/dead-letters.ndjson"]]).lines
        #expect(again.map(\.codes) == [["xml.encoding"]])
        let letter = String(decoding: scratch.read("a/dead-letters.ndjson"), as: UTF8.self)
        try scratch.write("b.ndjson", letter.replacing("\u{FFFD}", with: "ü"))
        #expect(try Bulk.filter([scratch["b.ndjson"]]).lines == [Line(true, 1, "7")])
    }

    @Test("Credentials are cut out of text that nobody could read")
    func secrets() {
        func cut(_ text: String) -> String {
            Array(text.utf8).withByteView {
                String(decoding: CredentialText.removingSecrets(from: $0), as: UTF8.self)
            }
        }
        #expect(cut("x?AuthToken=abc&leadId=1") == "x?AuthToken=***&leadId=1")
        #expect(cut("authtoken%3Dabc%26leadId") == "authtoken%3D***%26leadId")
        #expect(cut("{\"access_token\" : \"abc\",\"id\":1") == "{\"access_token\" : \"***\",\"id\":1")
        #expect(cut("{\\\"ticket\\\":\\\"abc\\\",") == "{\\\"ticket\\\":\\\"***\\\",")
        #expect(cut("Authorization: Zoho-oauthtoken abc def\nHost: x") == "Authorization: ***\nHost: x")
        #expect(
            cut("\"name\": \"Authorization\",\n \"value\": \"abc\"}")
                == "\"name\": \"Authorization\",\n \"value\": \"***\"}")
        #expect(cut("https://me:abc@crm.zoho.com/x") == "https://***@crm.zoho.com/x")
        #expect(cut("<FL val=\"Token\">1</FL> & tickets") == "<FL val=\"Token\">1</FL> & tickets")
        #expect(cut("Zoho-oauthtoken 1000.abc.def1 x") == "Zoho-oauthtoken *** x")
        #expect(cut("the token 5550000000300001 x") == "the token 5550000000300001 x")
        #expect(cut("curl -u 'me:abc' -b s=1 --user=a:b x -d 'y'") == "curl -u '***' -b *** --user=*** x -d 'y'")
        #expect(
            cut("form-data; name=\"authtoken\"\r\n\r\nabc\r\n--x") == "form-data; name=\"authtoken\"\r\n\r\n***\r\n--x")
        #expect(
            cut("form-data; name=\\\"ticket\\\"\\r\\n\\r\\nabc\\r\\n--x")
                == "form-data; name=\\\"ticket\\\"\\r\\n\\r\\n***\\r\\n--x")
    }

    @Test(
        "JSON stays JSON when credentials are cut out of it, wherever they stand",
        arguments: [
            (#"{"cookies":[{"name":"a","value":"abc]"}],"id":1}"#, #"{"cookies":null,"id":1}"#),
            (#"{"tokens" : {"a":["abc"]},"id":1}"#, #"{"tokens" : null,"id":1}"#),
            ("{\"authtoken\":\n  \"abc\"}", "{\"authtoken\":\n  \"***\"}"),
            (#"{"ticket":123,"id":1}"#, #"{"ticket":null,"id":1}"#),
            (
                #"[{"value":"abc","type":"text","key":"authtoken"},{"value":"1","key":"leadId"}]"#,
                #"[{"value":"***","type":"text","key":"authtoken"},{"value":"1","key":"leadId"}]"#
            ),
            (
                #"{"key":"Cookie","enabled":true,"value":"a=\"abc\""}"#,
                #"{"key":"Cookie","enabled":true,"value":"***"}"#
            ),
            (
                #"{"text":"{\"cookies\":[\"abc\"],\"value\":\"abc\",\"name\":\"ticket\"}"}"#,
                #"{"text":"{\"cookies\":null,\"value\":\"***\",\"name\":\"ticket\"}"}"#
            ),
        ])
    func secretsInJSON(text: String, kept: String) throws {
        let cut = Array(text.utf8).withByteView { CredentialText.removingSecrets(from: $0) }
        #expect(String(decoding: cut, as: UTF8.self) == kept)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(cut)) }
    }

    @Test(
        "Credentials are cut out of what PHP and others print, and nothing else is",
        arguments: [
            (
                "Array ( [leadId] => 7 [authtoken] => abc123 [xmlData] => <a/> )",
                "Array ( [leadId] => 7 [authtoken] => *** [xmlData] => <a/> )"
            ),
            (
                #"a:2:{s:9:"authtoken";s:9:"abc123xyz";s:2:"id";i:7;}"#,
                #"a:2:{s:9:"authtoken";s:9:"***";s:2:"id";i:7;}"#
            ),
            (
                #"{\"s\":\"s:6:\\\"ticket\\\";s:6:\\\"abc123\\\";\"}"#,
                #"{\"s\":\"s:6:\\\"ticket\\\";s:6:\\\"***\\\";\"}"#
            ),
            ("['authtoken' => 'abc123', 'id' => '7']", "['authtoken' => '***', 'id' => '7']"),
            (
                "array(1) {\n  [\"authtoken\"]=>\n  string(6) \"abc123\"\n}",
                "array(1) {\n  [\"authtoken\"]=>\n  string(6) \"***\"\n}"
            ),
            ("{:authtoken=>\"abc123\", :id=>7}", "{:authtoken=>\"***\", :id=>7}"),
            (
                "<call><authtoken>abc123</authtoken>\n<id>7</id></call>",
                "<call><authtoken>***</authtoken>\n<id>7</id></call>"
            ),
        ])
    func secretsOfPrograms(text: String, kept: String) {
        let cut = Array(text.utf8).withByteView { CredentialText.removingSecrets(from: $0) }
        #expect(String(decoding: cut, as: UTF8.self) == kept)
    }

    @Test("An element named like a credential is cut out of xmlData that is kept, a field of that label is not")
    func secretElements() throws {
        let scratch = try Scratch()
        let xml = "<Potentials><authtoken>abc123</authtoken><row no='2'><FL val='Ticket'>T-17</FL></row></Potentials>"
        try scratch.write("a.ndjson", #"{"leadId":"7","xmlData":"\#(xml)"}"#)
        let letter = String(decoding: try Bulk.filter([scratch["a.ndjson"]]).text, as: UTF8.self)
        #expect(letter.contains("<authtoken>***<") && letter.contains("T-17") && !letter.contains("abc123"))
    }

    @Test(
        "Credentials are cut out however the sign between name and value is written",
        arguments: [
            (
                #"{"url":"/x?authtoken\u003dSECRET\u0026leadId\u003d7","#,
                #"{"url":"/x?authtoken\u003d***\u0026leadId\u003d7","#
            ),
            (#"define("AUTHTOKEN","SECRET"); $id = 7;"#, #"define("AUTHTOKEN","***"); $id = 7;"#),
            (#"[("authtoken", "SECRET"), ("leadId", "7")]"#, #"[("authtoken", "***"), ("leadId", "7")]"#),
            (#"[(b'authtoken', b'SECRET'), (b'leadId', b'7')]"#, #"[(b'authtoken', b'***'), (b'leadId', b'7')]"#),
            ("authtoken\tSECRET\tleadId\t7", "authtoken\t***\tleadId\t7"),
            (#"authtoken\tSECRET\tleadId"#, #"authtoken\t***\tleadId"#),
            ("authtoken|SECRET|leadId|7", "authtoken|***|leadId|7"),
            ("| authtoken | SECRET | leadId |", "| authtoken | *** | leadId |"),
            ("authtoken%253DSECRET%2526leadId%253D7", "authtoken%253D***%2526leadId%253D7"),
            ("authtoken%2525253DSECRET%25252526leadId", "authtoken%2525253D***%25252526leadId"),
            ("?authtoken&#61;SECRET&amp;leadId&#61;7", "?authtoken&#61;***&amp;leadId&#61;7"),
            ("?authtoken&#x3D;SECRET&leadId=7", "?authtoken&#x3D;***&leadId=7"),
            ("%22authtoken%22%3A%22SECRET%22%2C%22leadId%22", "%22authtoken%22%3A%22***%22%2C%22leadId%22"),
            ("&quot;authtoken&quot;: &quot;SECRET&quot;, leadId", "&quot;authtoken&quot;: &quot;***&quot;, leadId"),
            ("Authorization=[Zoho-authtoken SECRET], leadId=7", "Authorization=[***], leadId=7"),
            ("Authorization=Zoho-authtoken short leadId=7", "Authorization=*** leadId=7"),
            ("Map(authtoken -> SECRET, leadId -> 7)", "Map(authtoken -> *** leadId -> 7)"),
            ("{authtoken=SECRET, leadId=7, xmlData=<a/>}", "{authtoken=***, leadId=7, xmlData=<a/>}"),
            ("Authorization:\n- SECRET\n- SECRET\nleadId: 7", "Authorization:\n- ***\nleadId: 7"),
            ("authtoken:\n  SECRET\nleadId: 7", "authtoken:\n  ***\nleadId: 7"),
            ("authtoken: |\n  SECRET\nleadId: 7", "authtoken: |\n  ***\nleadId: 7"),
            ("authtoken: >-\n  SECRET\nleadId: 7", "authtoken: >-\n  ***\nleadId: 7"),
            ("authtoken\nSECRET\nleadId\n7", "authtoken\n***\nleadId\n7"),
            (
                "form-data; name=authtoken\r\n\r\nshort\r\n--x\r\nform-data; name=leadId\r\n\r\n7",
                "form-data; name=authtoken\r\n\r\n***\r\n--x\r\nform-data; name=leadId\r\n\r\n7"
            ),
            ("NameValuePair{name='authtoken', value='SECRET'}", "NameValuePair{name='authtoken', value='***'}"),
            ("{[authtoken, SECRET], [leadId, 7]}", "{[authtoken, ***], [leadId, 7]}"),
            (#"$_POST['authtoken'] = 'SECRET';"#, #"$_POST['authtoken'] = '***';"#),
            ("authtoken[0]=SECRET&leadId=7", "authtoken[0]=***&leadId=7"),
            (
                "Array (\n[Authorization] => Array\n(\n[0] => short\n)\n[id] => 7\n)",
                "Array (\n[Authorization] => Array\n(***)\n[id] => 7\n)"
            ),
            ("[ 'Authorization',\n  'Zoho-authtoken SECRET', 'x' ]", "[ 'Authorization',\n  '***', 'x' ]"),
            ("0000: POST /x?authtoken=SECR\n0040: ET&leadId=7", "0000: POST /x?authtoken=***&leadId=7"),
            ("(Value: x) ARGS:authtoken' (Value: `SECRET' )", "(Value: x) ARGS:authtoken' (Value: `***' )"),
            (
                "<soap:a><v1:AuthToken xsi:type=\"s\">SECRET</v1:AuthToken><id>7</id>",
                "<soap:a><v1:AuthToken xsi:type=\"s\">***</v1:AuthToken><id>7</id>"
            ),
            ("<authtoken><![CDATA[SECRET]]></authtoken>", "<authtoken><![CDATA[***]]></authtoken>"),
            ("&lt;authtoken&gt;SECRET&lt;/authtoken&gt;", "&lt;authtoken&gt;***&lt;/authtoken&gt;"),
            (#"<add value="SECRET" key="authtoken"/><id>7</id>"#, #"<add value="***" key="authtoken"/><id>7</id>"#),
            (#"<param name="authtoken">SECRET</param>"#, #"<param name="authtoken">***</param>"#),
            (#"<request authtoken="SECRET" id="7">"#, #"<request authtoken="***" id="7">"#),
            (#""Cookie":"a=\"SECRET\"; b=1","leadId":"7""#, #""Cookie":"***","leadId":"7""#),
            ("'/x?authtoken=' + 'SECRET' + '&leadId=7'", "'/x?authtoken=' + '***' + '&leadId=7'"),
            ("ARGS:authtoken. [data \"SECRET\"] [id 7]", "ARGS:authtoken. [data \"***\"] [id 7]"),
            ("{ Scheme = Zoho-authtoken, Parameter = SECRET }", "{ Scheme = Zoho-authtoken, Parameter = *** }"),
            ("authtoken {\n  value: \"SECRET\"\n}", "authtoken {\n  value: \"***\"\n}"),
            (
                #"{"authtoken":[]string{"SECRET"}, "leadId":[]string{"7"}}"#,
                #"{"authtoken":[]stringnull, "leadId":[]string{"7"}}"#
            ),
            (#"{"k":"authtoken","v":"SECRET"}"#, #"{"k":"authtoken","v":"***"}"#),
            ("<key>authtoken</key>\n<string>SECRET</string>", "<key>authtoken</key>\n<string>***</string>"),
            ("Authorization: Zoho-authtoken\r\n SECRET\r\nHost: x", "Authorization: ***\r\nHost: x"),
            ("\"Authorization: Zoho-authtoken\\r\\n SECRET\\r\\nHost: x", "\"Authorization: ***\\r\\nHost: x"),
            ("X-Auth: SECRET\r\nHost: x", "X-Auth: ***\r\nHost: x"),
        ])
    func secretsBehindSigns(text: String, kept: String) {
        let text = text.replacing("SECR\n0040: ET", with: "abc123se\n0040: cret0815").replacing(
            "SECRET", with: "abc123secret0815")
        #expect(CredentialText.removingSecrets(from: text) == kept)
    }

    @Test(
        "Text that only looks like a credential is kept, so that the person can correct it",
        arguments: [
            #"{"type":"ticket","leadId":"7","xmlData":"<a/>"#, #"{"type":"ticket", 'xml_data': '<a/>'"#,
            "the ticket, leadId=5550000000300001", "token leadId=5550000000300001&x",
            "authtoken,xmlData\n5550000000300001,<a/>",
            "INSERT INTO c (authtoken, \"xmlData\") ", "<FL val=\"Ticket\">abc123secret0815</FL>",
            "ticket\n\nPOST /crm/private",
            "<FL val='Ticket'>a</FL><FL val='Subject'>abc123secret0815</FL>", "authtoken=&leadId=7",
            "authtoken:\nleadId: 7",
            "  token:\n  leadId: 7", "token:\n  leadId: 7", "ticket; leadId: 7",
        ])
    func noSecrets(text: String) {
        #expect(CredentialText.removingSecrets(from: text) == text)
    }

    @Test(
        "Credentials in and behind the XML that is kept are cut out, and the XML stays",
        arguments: [
            (
                "<zohocrm.init><authToken>SECRET</authToken></zohocrm.init>",
                "<zohocrm.init><authToken>***</authToken></zohocrm.init>"
            ),
            (#"<request authtoken="SECRET"><a/></request>"#, #"<request authtoken="***"><a/></request>"#),
            (#"<r><param name="authtoken">SECRET</param></r>"#, #"<r><param name="authtoken">***</param></r>"#),
            (#"<r><FL val="Ticket">SECRET</FL></r>"#, #"<r><FL val="Ticket">abc123secret0815</FL></r>"#),
            (#"<r><FL val="authtoken">Token: a</FL></r>"#, #"<r><FL val="authtoken">Token: a</FL></r>"#),
            ("<Potentials></Potentials>%26authtoken%3DSECRET", "<Potentials></Potentials>%26authtoken%3D***"),
            ("<Potentials><row>%26authtoken%3DSECRET<row>", "<Potentials><row>%26authtoken%3D***<row>"),
            (
                #"<Potentials></Potentials>" -H "Authorization: Zoho-authtoken SECRET""#,
                #"<Potentials></Potentials>" -H "Authorization: ***""#
            ),
            ("<Potentials><row></Potentials>&ticket=SECRET", "<Potentials><row></Potentials>&ticket=***"),
            ("<Potentials></Potentials>\n", "<Potentials></Potentials>\n"),
            (
                "<r><key>authtoken</key><string>SECRET</string></r>",
                "<r><key>authtoken</key><string>***</string></r>"
            ),
            ("<r authtoken='SECRET' ticket='SECRET'/>", "<r authtoken='***' ticket='***'/>"),
            ("<r><w:Password Type=\"x\">SECRET</w:Password></r>", "<r><w:Password Type=\"x\">***</w:Password></r>"),
            (
                "<r><FL val='a'>Ticket</FL><FL val='b'>SECRET</FL></r>",
                "<r><FL val='a'>Ticket</FL><FL val='b'>abc123secret0815</FL></r>"
            ),
        ])
    func secretsInXML(text: String, kept: String) {
        let text = Array(text.replacing("SECRET", with: "abc123secret0815").utf8)
        let cut = text.withByteView { CredentialText.removingParameters(from: $0) }
        #expect(String(decoding: cut, as: UTF8.self) == kept)
    }

    @Test("A value that became part of another is cut in messages that quote it, and so is a method's name")
    func secretsInMessages() throws {
        let scratch = try Scratch()
        let call = "https://crm.zoho.com/crm/private/xml/Leads/convertLead"
        try scratch.write(
            "a.txt",
            "\(call)?leadId=5?authtoken=abc123secret0815&newFormat=3?ticket=abc123secret0815&xmlData=%3Ca/%3E\n")
        var options = TranslationOptions()
        options.showsValues = true
        _ = try Bulk.run([scratch["a.txt"]], into: scratch["out"], options: options)
        let letter = String(decoding: scratch.read("out/dead-letters.ndjson"), as: UTF8.self)
        #expect(
            letter.contains("5?authtoken=***") && letter.contains("3?ticket=***")
                && !letter.contains("abc123secret0815"))
        var reader = V1CallReader()
        var log = DiagnosticLog(showsValues: true)
        let request = "POST /crm/private/xml/Leads/getRecords&authtoken=abc123secret0815&leadId=5 HTTP/1.1\r\n\r\n"
        Array(request.utf8).withByteView { reader.read($0, log: &log) }
        #expect(
            log.diagnostics.map(\.message) == ["The address names the method Leads/getRecords, not Leads/convertLead"])
    }

    @Test(
        "Credentials behind much text that looks like the beginning of one are cut out too",
        arguments: [
            "token", "token_", "token ", " name=\"token\"", "\"token\":[", "{\"", "\\\"", "{\"value\":\"", "curl -u '",
            "<", "<a name=\"token\"", "<token ", "<token>", "%3Ctoken", "token%25", "token\\", "token\n", "token|",
            "token, \"", "token:\n  ",
            "token=[", "token:\n- ", "token => array", "token=a,", "&amp;", "\\\\", "%2525", "Authorization=Bearer ",
            "token=3D=\n",
            "token=\n0040: ", "<a>token</a>", "token/", "token|token.", "token' + '", "token {", "<token:",
        ])
    func secretsBehindPieces(piece: String) {
        let flood = String(repeating: piece, count: 100_000 / piece.utf8.count)
        let text = Array(("{\"a\":" + flood + "\n&authtoken=abc123secret&id=1").utf8)
        let cut = text.withByteView { CredentialText.removingSecrets(from: $0) }
        #expect(!String(decoding: cut, as: UTF8.self).contains("abc123secret"))
    }

    @Test("Rows of a table become letters below the names of their columns, without credentials, and can be corrected")
    func secretsInRows() throws {
        let scratch = try Scratch()
        let xml = "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"
        try scratch.write(
            "in/a.csv", "leadId,xmlData,authtoken,note\n1,,abc123secret,\"a \"\"b\"\"\"\n2,\"\(xml)\",abc123secret\n")
        try scratch.write(
            "in/b.sql",
            "CREATE TABLE c (lead_id int, xmlData text, ticket text);\nINSERT INTO c VALUES (3,NULL,'abc123secret'),"
                + "(4,'abc123secret');\nINSERT INTO c VALUES (5,'','abc123secret'")
        #expect(try Bulk.run([scratch["in"]], into: scratch["out"]).deadLetters == 5)
        let letters = scratch.read("out/dead-letters.ndjson")
        #expect(!String(decoding: letters, as: UTF8.self).contains("abc123secret"))
        let inputs = try letters.split(separator: 0x0A).map {
            (try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])?["input"] as? String
        }
        let (head, dumpHead) = ("leadid,xmldata,authtoken,note\n", "lead_id,xmldata,ticket\n")
        #expect(
            inputs == [
                head + "1,,***,\"a \"\"b\"\"\"", head + "2,\(xml),***", dumpHead + "3,,***",
                dumpHead + "4,***", nil,
            ])
        let corrected = [
            head + "1,\"\(xml)\",***,\"a \"\"b\"\"\"", head + "2,\(xml),***,",
            dumpHead + "3,\(xml),", dumpHead + "4,***",
        ]
        let lines = try corrected.map {
            let letter: [String: Any] = ["diagnostics": [], "input": $0]
            return String(decoding: try JSONSerialization.data(withJSONObject: letter), as: UTF8.self)
        }
        try scratch.write("again.ndjson", lines.joined(separator: "\n"))
        let again = try Bulk.filter([scratch["again.ndjson"]])
        #expect(
            again.lines == [
                Line(true, 1, "1"), Line(true, 2, "2"), Line(true, 3, "3"),
                Line(false, 4, nil, ["archive.entry.unreadable"]),
            ])
    }
}
