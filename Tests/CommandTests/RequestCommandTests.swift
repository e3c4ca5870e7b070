import Foundation
import TestSupport
import Testing

@Suite struct RequestCommandRuns {
    private func run(_ arguments: [String], _ input: String = Requests.call) throws -> BuiltCommand.Result {
        try BuiltCommand.run(["request"] + arguments, input: input)
    }

    private func members(_ text: String) throws -> [String: Any] {
        let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        return try #require((root["data"] as? [[String: Any]])?.first)
    }

    private func deal(_ text: String) throws -> [String: Any] { try #require(members(text)["Deals"] as? [String: Any]) }

    private func codes(_ errors: String) throws -> [String] {
        try errors.split(separator: "\n").map { line in
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return try #require(object["code"] as? String)
        }
    }

    // MARK: Results

    @Test("A call becomes its v2 body on standard output, indented, and nothing else is said")
    func body() throws {
        let result = try run(Requests.users)
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(result.output.hasPrefix("{\n  \"data\": [\n    {\n      \"assign_to\": \"1386586000000105001\""))
        #expect(result.output.hasSuffix("}\n"))
    }

    @Test("Compact output is one line")
    func compact() throws {
        let result = try run(Requests.users + ["--compact"])
        #expect(result.output.filter { $0 == "\n" }.count == 1)
        #expect(result.output.hasPrefix(#"{"data":[{"assign_to":"1386586000000105001","Deals":{"Deal_Name":"A","#))
    }

    @Test("The output file holds what standard output would, and replaces an older one")
    func outputFile() throws {
        let scratch = try Scratch()
        let path = try scratch.write("body.json", "old and much longer than nothing")
        let result = try run(Requests.users + ["-o", path])
        #expect(result.status == 0)
        #expect(result.output == "")
        #expect(
            try String(contentsOf: scratch.url("body.json"), encoding: .utf8)
                == run(Requests.users + ["-o", "-"]).output)
        #expect(try scratch.names == ["body.json"])
    }

    @Test("A symbolic link to the output stays one, and the file behind it is written")
    func linkedOutput() throws {
        let scratch = try Scratch()
        _ = try scratch.write("real", "old")
        try FileManager.default.createSymbolicLink(at: scratch.url("link"), withDestinationURL: scratch.url("real"))
        #expect(try run(Requests.users + ["--output", scratch["link"]]).status == 0)
        #expect(try String(contentsOf: scratch.url("real"), encoding: .utf8).hasPrefix("{"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch["link"]).hasSuffix("real"))
    }

    @Test("A file argument and standard input give the same", arguments: [["-"], []])
    func inputs(argument: [String]) throws {
        let scratch = try Scratch()
        let file = try scratch.write("call.txt", Requests.call)
        #expect(try run(Requests.users + argument).output == run(Requests.users + [file], "").output)
    }

    @Test("A credential in the name of a file is not shown", arguments: ["authtoken", "ticket", "access_token"])
    func credentialInName(name: String) throws {
        let scratch = try Scratch()
        for file in ["convertLead?\(name)=SECRET&leadId=5", "missing?\(name)=SECRET"] {
            if file.hasPrefix("convertLead") { try scratch.write(file, "<Potentials><row>") }
            let result = try run([scratch[file]])
            #expect(result.status != 0 && result.errors.contains("\(name)=***") && !result.errors.contains("SECRET"))
        }
    }

    @Test("--as call gives method, address and body as one object")
    func asCall() throws {
        for form in [[], ["--compact"]] {
            let text = try run(Requests.users + ["--as", "call"] + form).output
            let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(Set(root.keys) == ["method", "url", "body"])
            #expect(root["method"] as? String == "POST")
            #expect(
                root["url"] as? String
                    == "https://www.zohoapis.com/crm/v2/Leads/\(Requests.leadID)/actions/convert")
            #expect(((root["body"] as? [String: Any])?["data"] as? [Any])?.count == 1)
            #expect(text.hasPrefix(form.isEmpty ? "{\n  \"method\": \"POST\"" : "{\"method\":\"POST\""))
            #expect(!text.contains("\n\"") && !text.contains("\n    \"data\"") == !form.isEmpty)
        }
    }

    @Test(
        "--as curl gives a command that a shell runs with the body unchanged and the token from its variable",
        arguments: [["--compact"], []])
    func asCurl(form: [String]) throws {
        let xml = Requests.xml(fields: "<FL val=\"Description\">it's $HOME `x` \"q\" \\ {{y}} é</FL>")
        let command = try run(Requests.users + ["--as", "curl", "--lead-id", "7"] + form, xml).output
        #expect(command.contains("Zoho-oauthtoken $ZOHO_ACCESS_TOKEN"))
        let scratch = try Scratch()
        let script = try scratch.write("x.sh", "curl() { for word; do printf '%s\\0' \"$word\"; done; }\n" + command)
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [script]
        shell.environment = ["ZOHO_ACCESS_TOKEN": "tok", "PATH": "/usr/bin:/bin"]
        let pipe = Pipe()
        shell.standardOutput = pipe
        try shell.run()
        let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\0").map(String.init)
        #expect(words.contains("https://www.zohoapis.com/crm/v2/Leads/7/actions/convert"))
        #expect(words.contains("Authorization: Zoho-oauthtoken tok"))
        let body = try #require(words.last)
        #expect(try deal(body)["Description"] as? String == "it's $HOME `x` \"q\" \\ {{y}} é")
    }

    @Test("--as http names the token's variable, and no value can name another")
    func asHTTP() throws {
        let xml = Requests.xml(fields: "<FL val=\"Description\">{{secret}} {{{x</FL>")
        let text = try run(Requests.users + ["--as", "http", "--lead-id", "7"], xml).output
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "POST https://www.zohoapis.com/crm/v2/Leads/7/actions/convert")
        #expect(lines[1] == "Authorization: Zoho-oauthtoken {{ZOHO_ACCESS_TOKEN}}")
        #expect(lines[2] == "Content-Type: application/json" && lines[3] == "")
        #expect(text.ranges(of: "{{").count == 1)
        let body = lines[4...].joined(separator: "\n")
        #expect(try deal(body)["Description"] as? String == "{{secret}} {{{x")
    }

    // MARK: Options

    @Test(
        "Users come from every form of users table",
        arguments: ["users-1.json", "users.csv", "get-users.xml"])
    func users(file: String) throws {
        let result = try run(["--users", "Samples/org/\(file)"])
        #expect(try members(result.output)["assign_to"] as? String == "1386586000000105001")
    }

    @Test("An assignee nobody knows is refused, left out, or replaced, as --unknown-assignee says")
    func unknownAssignee() throws {
        let xml = Requests.xml(assignTo: "who@example.com")
        let refused = try run(Requests.users + ["--diagnostics", "json"], xml)
        #expect(refused.status == 65)
        #expect(refused.output == "")
        #expect(try codes(refused.errors).contains("lookup.user.missing"))
        let omitted = try run(Requests.users + ["--unknown-assignee", "omit"], xml)
        #expect(omitted.status == 0)
        #expect(try members(omitted.output)["assign_to"] == nil)
        let fallback = try run(["--unknown-assignee", "42"], xml)
        #expect(try members(fallback.output)["assign_to"] as? String == "42")
    }

    @Test("--fields makes custom labels known, --unknown-field decides about the others")
    func fields() throws {
        let xml = Requests.xml(fields: "<FL val=\"No. de Empleados\">0012</FL><FL val=\"Hat Size\">7</FL>")
        let known = try run(Requests.users + ["--fields", "Samples/org/fields.json", "--unknown-field", "warn"], xml)
        #expect(known.status == 0)
        #expect(try deal(known.output)["No_de_Empleados"] as? Int == 12)
        #expect(try deal(known.output)["Hat_Size"] == nil)
        #expect(known.errors.contains("v1.field.unknown"))
        let omitted = try run(Requests.users + ["--fields", "Samples/org/fields.json", "--unknown-field", "omit"], xml)
        #expect(omitted.output == known.output && omitted.status == 0)
        #expect(try run(Requests.users + ["--unknown-field", "reject"], xml).status == 65)
        let guessed = try run(Requests.users + ["--unknown-field", "guess"], xml)
        #expect(try deal(guessed.output)["Hat_Size"] as? String == "7")
    }

    @Test("--roles turns a contact role into its id from v7 on")
    func roles() throws {
        let xml = Requests.xml(fields: "<FL val=\"Contact Role\">Purchasing</FL>")
        let result = try run(Requests.users + ["--roles", "Samples/org/roles.json", "--api-version", "v7"], xml)
        #expect(try deal(result.output)["Contact_Role"] as? String == "1386586000000006875")
        #expect(try (members(result.output)["assign_to"] as? [String: String]) == ["id": "1386586000000105001"])
    }

    @Test("--lookup turns a name into its id")
    func lookup() throws {
        let xml = Requests.xml(fields: "<FL val=\"Campaign Source\">Messe München</FL>")
        let result = try run(Requests.users + ["--lookup", "Campaign_Source=Samples/org/campaigns.csv"], xml)
        #expect(try deal(result.output)["Campaign_Source"] as? String == "1386586000000803003")
    }

    @Test("--bad-value omit leaves a field out that reject refuses")
    func badValue() throws {
        let xml = Requests.xml(fields: "<FL val=\"Amount\">1,5</FL>")
        #expect(try run(Requests.users + ["--bad-value", "reject"], xml).status == 65)
        let result = try run(Requests.users + ["--bad-value", "omit"], xml)
        #expect(try deal(result.output)["Amount"] == nil)
        #expect(result.errors.contains("v1.value.currency"))
    }

    @Test(
        "--date-order decides what 05/06/2018 means",
        arguments: [("month-first", "2018-05-06"), ("day-first", "2018-06-05")])
    func dateOrder(order: String, date: String) throws {
        let result = try run(Requests.users + ["--date-order", order], Requests.xml(date: "05/06/2018"))
        #expect(try deal(result.output)["Closing_Date"] as? String == date)
    }

    @Test(
        "--time-zone gives a datetime its offset on that date",
        arguments: [
            ("+05:30", "2018-07-01 10:00:00", "2018-07-01T10:00:00+05:30"),
            ("-03:00", "2018-07-01 10:00:00", "2018-07-01T10:00:00-03:00"),
            ("Europe/Paris", "2018-07-01 10:00:00", "2018-07-01T10:00:00+02:00"),
            ("Europe/Paris", "2018-03-25 01:59:59", "2018-03-25T01:59:59+01:00"),
            ("Europe/Paris", "2018-03-25 03:00:00", "2018-03-25T03:00:00+02:00"),
            ("America/St_Johns", "2018-01-01 00:00:00", "2018-01-01T00:00:00-03:30"),
            ("Asia/Kolkata", "2099-12-31 23:59:59", "2099-12-31T23:59:59+05:30"),
            ("UTC", "2018-01-01 00:00:00", "2018-01-01T00:00:00+00:00"),
        ])
    func timeZone(zone: String, text: String, written: String) throws {
        let xml = Requests.xml(fields: "<FL val=\"Go Live\">\(text)</FL>")
        let result = try run(Requests.users + ["--fields", "Samples/org/fields.json", "--time-zone", zone], xml)
        #expect(try deal(result.output)["Go_Live"] as? String == written)
        #expect(result.errors.contains("error") == false)
    }

    @Test("--pipeline is put in when the request has none")
    func pipeline() throws {
        let result = try run(Requests.users + ["--pipeline", "Standard (Standard)"])
        #expect(try deal(result.output)["Pipeline"] as? String == "Standard (Standard)")
    }

    @Test("--strict makes an error of a warning, --show-values lets messages quote values")
    func strictAndValues() throws {
        let xml = Requests.xml(fields: "<FL val=\"Stage\">Closed Won</FL><FL val=\"Amount\">1,5x</FL>")
        #expect(try run(Requests.users, Requests.xml(fields: "<FL val=\"Hat\">x</FL>")).status == 0)
        #expect(try run(Requests.users + ["--strict"], Requests.xml(fields: "<FL val=\"Hat\">x</FL>")).status == 65)
        #expect(try !run(Requests.users, xml).errors.contains("1,5x"))
        #expect(try run(Requests.users + ["--show-values"], xml).errors.contains("1,5x"))
    }

    @Test(
        "Without a lead id the body is written with a note; other forms are refused; --lead-id helps, the input's own wins"
    )
    func leadID() throws {
        let noted = try run(Requests.users, Requests.xml())
        #expect(noted.status == 0)
        #expect(noted.errors.contains("note [v1.lead_id.missing] There is no lead id; the body needs none"))
        for form in ["call", "curl", "http"] {
            let refused = try run(Requests.users + ["--as", form], Requests.xml())
            #expect(refused.status == 65)
            #expect(refused.output == "")
            #expect(refused.errors.contains("error [v1.lead_id.missing]"))
            #expect(
                try run(Requests.users + ["--as", form, "--lead-id", "77"], Requests.xml()).output.contains(
                    "/Leads/77/"))
            #expect(
                try run(Requests.users + ["--as", form, "--lead-id", "77"]).output.contains(
                    "/Leads/\(Requests.leadID)/"))
        }
    }

    // MARK: Diagnostics

    @Test("Diagnostics as JSON are one object a line with the members of the contract")
    func jsonDiagnostics() throws {
        let xml = Requests.xml(fields: "\n<FL val=\"Hat\">x</FL>")
        let result = try run(Requests.users + ["--diagnostics", "json", "--lead-id", "7"], xml)
        let object = try #require(JSONSerialization.jsonObject(with: Data(result.errors.utf8)) as? [String: Any])
        #expect(object["code"] as? String == "v1.field.unknown")
        #expect(object["severity"] as? String == "warning")
        #expect(object["source"] as? String == "<stdin>")
        #expect(object["line"] as? Int == 2)
        #expect(object["column"] is Int)
        #expect((object["path"] as? String)?.contains("FL[@val='Hat']") == true)
        #expect(object["message"] is String && object["advice"] is String)
    }

    @Test("Diagnostics as text name file, line and column, and what to do")
    func textDiagnostics() throws {
        let scratch = try Scratch()
        let file = try scratch.write("a.xml", Requests.xml(date: "13/45/2009"))
        let result = try run(Requests.users + [file], "")
        #expect(result.status == 65)
        let place = try #require(result.errors.firstMatch(of: #/a\.xml:1:([0-9]+): error \[v1\.value\.date\]/#))
        #expect(Int(place.1) ?? 0 > 1)
        #expect(result.errors.contains("\n    do: "))
    }

    @Test(
        "Colour is for terminals without NO_COLOR only",
        .enabled(if: Terminals.exist, "pseudo-terminals cannot be opened here"),
        arguments: [([:], true), (["NO_COLOR": "1"], false), (["NO_COLOR": ""], true), (["TERM": "dumb"], false)])
    func colour(environment: [String: String], isColoured: Bool) throws {
        var (controller, end): (Int32, Int32) = (-1, -1)
        try #require(openpty(&controller, &end, nil, nil, nil) == 0)
        defer { close(controller) }
        let terminal = FileHandle(fileDescriptor: end, closeOnDealloc: true)
        _ = try BuiltCommand.run(
            ["request", "--lead-id", "7"], input: "<a/>", environment: environment, errors: terminal)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(controller, &bytes, bytes.count)
        let text = String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
        #expect(text.contains("v1.root.unknown"))
        #expect(text.contains("\u{1B}[") == isColoured)
    }

    @Test("Redirected diagnostics have no colour")
    func plain() throws {
        #expect(try !run([], "<a/>").errors.contains("\u{1B}"))
    }

    // MARK: Refusals

    static let refusals: [(String, [String], String, Int32)] = [
        ("empty input", [], "", 65), ("blank input", [], " \n", 65), ("other text", [], "hello", 65),
        ("broken XML", [], "<Potentials><row>", 65), ("another root", [], "<Quotes/>", 65),
        ("another method", [], "https://crm.zoho.com/crm/private/xml/Leads/insertRecords?xmlData=<Leads/>", 65),
        ("a missing file", ["no-such-file.xml"], "", 66), ("a directory", ["Samples"], "", 66),
        ("a missing table", ["--users", "no-such-file"], Requests.call, 66),
        ("a table of another kind", ["--users", "Samples/org/fields.json"], Requests.call, 65),
        ("a broken table", ["--fields", "Samples/org/users.csv"], Requests.call, 65),
        ("a roles table of another kind", ["--roles", "Samples/org/users-1.json"], Requests.call, 65),
        ("a lookup of another kind", ["--lookup", "X=Samples/org/roles.json"], Requests.call, 65),
        ("a missing configuration", ["--config", "no-such-file"], Requests.call, 66),
        ("a configuration that is none", ["--config", "Samples/org/users.csv"], Requests.call, 65),
    ]

    @Test("A refusal says why, writes nothing, and leaves an existing output as it was", arguments: refusals)
    func refusal(name: String, arguments: [String], input: String, status: Int32) throws {
        let scratch = try Scratch()
        let existing = try scratch.write("existing", "precious")
        for output in [nil, existing, scratch["new"]] {
            let result = try run(arguments + (output.map { ["-o", $0] } ?? []), input)
            #expect(result.status == status)
            #expect(result.output == "")
            #expect(result.errors.contains(#/error \[[a-z0-9._]+\]/#))
            #expect(result.errors.contains("\n    do: "))
        }
        #expect(try scratch.names == ["existing"])
        #expect(try String(contentsOfFile: existing, encoding: .utf8) == "precious")
    }

    @Test(
        "Wrong usage is 64 and says so without any output",
        arguments: [
            ["request", "--api-version", "v9"], ["request", "--lead-id", "x"], ["request", "--unknown-field", "maybe"],
            ["request", "--bad-value", "maybe"], ["request", "--date-order", "ymd"], ["request", "--as", "pdf"],
            ["request", "--diagnostics", "xml"], ["request", "--unknown-assignee", "a@b"],
            ["request", "--lookup", "x"],
            ["request", "--time-zone", "Mars/Base"], ["request", "--time-zone", "+5"],
            ["request", "--time-zone", "../x"],
            ["request", "--users"], ["request", "a", "b"], ["request", "--no-such-option"], ["no-such-subcommand"],
            ["explain", "no.such.code"],
        ])
    func usage(arguments: [String]) throws {
        let result = try BuiltCommand.run(arguments)
        #expect(result.status == 64)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test(
        "A near miss gets a suggestion",
        arguments: [
            (["request", "--api-versoin", "v2"], "--api-version"), (["reqest"], "request"),
            (["explain", "v1.value.dat"], "v1.value.date"),
        ])
    func suggestion(arguments: [String], suggestion: String) throws {
        let result = try BuiltCommand.run(arguments)
        #expect(result.status == 64)
        #expect(result.errors.contains("Did you mean '\(suggestion)'?"))
    }

    @Test("A full disk is 74, and an output that cannot be created 73")
    func outputs() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let toOutput = try BuiltCommand.run(["request"] + Requests.users, input: Requests.call, output: full)
        #expect(toOutput.status == 74)
        #expect(try run(Requests.users + ["-o", "/dev/full"]).status == 74)
        let missing = try run(Requests.users + ["-o", "/no-such-directory/x.json"])
        #expect(missing.status == 73)
        #expect(missing.errors.contains("file.output.unwritable"))
        #expect(missing.errors.contains("directory /no-such-directory does not exist; create it first"))
        #expect(try run(Requests.users + ["-o", "Samples"]).status == 73)
        #expect(try run(Requests.users + ["-o", "/dev/null"]).status == 0)
    }

    // MARK: Credentials

    @Test(
        "A token of the call is in no output of any form",
        arguments: ["body", "call", "curl", "http"])
    func secrets(form: String) throws {
        let scratch = try Scratch()
        let body = "authtoken=\(Requests.token)&ticket=\(Requests.token)&apikey=\(Requests.token)&leadId=7&xmlData="
        let inputs = [
            Requests.call,
            "POST /crm/private/json/Leads/convertLead?authtoken=\(Requests.token) HTTP/1.1\r\nHost: crm.zoho.com\r\n"
                + "Authorization: \(Requests.token)\r\n\r\n" + body + Requests.xml(),
            body + Requests.xml(date: "bad"), body, body + "<Potentials>",
            "{\"authtoken\":\"\(Requests.token)\",\"leadId\":\"7\",\"xmlData\":\"<Quotes/>\"}",
            "https://crm.zoho.com/crm/private/xml/Leads/insertRecords?authtoken=\(Requests.token)",
        ]
        for input in inputs {
            for diagnostics in ["text", "json"] {
                let result = try run(
                    Requests.users
                        + ["--as", form, "--show-values", "--diagnostics", diagnostics, "-o", scratch["out"]],
                    input)
                let written = (try? String(contentsOf: scratch.url("out"), encoding: .utf8)) ?? ""
                #expect(!(result.output + result.errors + written).contains(Requests.token))
                try? FileManager.default.removeItem(at: scratch.url("out"))
            }
        }
    }

    @Test("A refused call is answered as v1 answers, in the style of the call, where that is asked for")
    func refusalReply() throws {
        let broken = Requests.call.replacing("createPotential", with: "createPotential<")
        let nothing = try BuiltCommand.run(["request"], input: broken)
        #expect(nothing.status == 65 && nothing.output == "")
        let answered = try BuiltCommand.run(["request", "--on-refusal", "reply"], input: broken)
        #expect(answered.status == 65)
        #expect(answered.errors == nothing.errors)
        #expect(answered.output.contains("<code>4835</code>"))
        let json = try BuiltCommand.run(
            ["request", "--on-refusal", "reply", "--compact"],
            input: "https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=1")
        #expect(json.status == 65)
        #expect(json.output.contains(#""code":"4831""#))
        #expect(try BuiltCommand.run(["request", "--on-refusal", "mail"], input: broken).status == 64)
    }
}
