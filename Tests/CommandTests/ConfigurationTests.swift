import ConvertLead
import Foundation
import TestSupport
import Testing

@testable import ConvertLeadCommand

@Suite struct ConfigurationReading {
    private func read(_ yaml: String, source: String = "conf/c.yaml") throws(TranslationFailure) -> Configuration {
        try Configuration(Array(yaml.utf8), source: source)
    }

    private func findings(_ yaml: String) -> [String] {
        do {
            _ = try read(yaml)
            return []
        } catch {
            return error.diagnostics.map {
                "\($0.code.rawValue) \($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.path)"
            }
        }
    }

    @Test("A name in quotes is the same name, also where it looks like a number or boolean")
    func quotedNames() throws {
        #expect(findings("errors:\n  4600: 4601\n  \"4600\": 4602") == ["config.syntax 2:3 "])
        #expect(findings("\"strict\": true\nstrict: false") == ["config.syntax 1:1 "])
        #expect(try read("labels: {\"true\": Amount, 2018: Stage}").options.labels.map(\.label) == ["true", "2018"])
    }

    @Test("Settings remember what every table held and what it was for, not where it was")
    func contentHash() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        var files = [
            "config.yaml": "users: u.csv\nroles: r.csv\nfields: f.json\nlookup: {Campaign_Source: l.csv}\n",
            "u.csv": "email,id\na@x.de,1\n", "r.csv": "name,id\nBoss,1\n", "l.csv": "name,id\nFair,1\n",
            "f.json": #"{"fields":[{"api_name":"Size","field_label":"Size","data_type":"text"}]}"#,
        ]
        func hash(in name: String = "a") throws -> String {
            let directory = directory.appending(path: name)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            for (name, text) in files { try Data(text.utf8).write(to: directory.appending(path: name)) }
            let common = try CommonOptions.parse(["--config", directory.appending(path: "config.yaml").path])
            return try Settings(common, TranslationArguments.parse([])).contentHash.hexadecimal
        }
        let before = try hash()
        #expect(try hash(in: "b") == before)
        let configuration = files["config.yaml"]
        files["config.yaml"] = configuration?.replacing("Campaign_Source", with: "Other")
        #expect(try hash() != before)
        files["config.yaml"] = configuration
        for name in files.keys.sorted() where name != "config.yaml" {
            let kept = files[name]
            files[name]? += "\n"
            #expect(try hash() != before, "\(name)")
            files[name] = kept
        }
    }

    @Test("Every option has its name from the command line, without dashes")
    func everyOption() throws {
        let configuration = try read(
            """
            users: [u1.json, /abs/u2.json]
            fields: f.json
            roles: r.json
            lookup: {Campaign_Source: c.csv}
            api-version: v2.1
            lead-id: 1386586000002574001
            unknown-assignee: 1386586000000105001
            unknown-field: guess
            bad-value: omit
            date-order: day-first
            time-zone: "+05:30"
            pipeline: Standard
            as: call
            on-refusal: reply
            compact: true
            strict: true
            diagnostics: json
            show-values: true
            api-domain: https://www.zohoapis.eu/
            """)
        #expect(configuration.users == ["conf/u1.json", "/abs/u2.json"])
        #expect(configuration.fields == ["conf/f.json"])
        #expect(configuration.roles == ["conf/r.json"])
        #expect(configuration.lookups == [LookupFile(apiName: "Campaign_Source", path: "conf/c.csv")])
        #expect(configuration.options.apiVersion == .v2_1)
        #expect(configuration.options.leadID?.digits == "1386586000002574001")
        #expect(configuration.options.unknownAssignee == .fallback(try #require(RecordID("1386586000000105001"))))
        #expect(configuration.options.unknownField == .guess)
        #expect(configuration.options.badValue == .omit)
        #expect(configuration.options.dateOrder == .dayFirst)
        #expect(configuration.options.timeZone == TimeZoneOffsets(initialOffset: 19_800))
        #expect(configuration.options.dealDefaults.map(\.apiName) == ["Pipeline"])
        #expect(configuration.form == .call && configuration.onRefusal == .reply)
        #expect(
            !configuration.options.isIndented && configuration.options.isStrict && configuration.options.showsValues)
        #expect(configuration.diagnostics == .json)
        #expect(configuration.options.apiDomain == "www.zohoapis.eu")
    }

    @Test("An option that is not known here is not one of the command either, and the other way round")
    func namesOfOptions() throws {
        let help = try BuiltCommand.run(["request", "--help"]).output
        let onCommandLine = Set(help.matches(of: /--([a-z-]+)/).map { String($0.1) })
            .subtracting(["config", "output", "version", "help"])
        let sections: Set<String> = ["labels", "defaults", "errors"]
        #expect(Set(Configuration.optionNames) == onCommandLine.union(sections))
    }

    @Test("A byte-order mark and line ends of Windows, as its editors write them, change nothing")
    func windowsFile() throws {
        let configuration = try read("\u{FEFF}pipeline: \"North wing\"\r\nlead-id: 5\r\n")
        #expect(configuration.options.dealDefaults.map(\.apiName) == ["Pipeline"])
        #expect(configuration.options.leadID?.digits == "5")
    }

    @Test("Defaults keep their order and every digit; quotes make text")
    func defaults() throws {
        let options = try read(
            """
            defaults:
              overwrite: false
              Z: 0.10
              Amount: 12345678901234567890.000
              A: "5"
              Closing_Date: 2030-01-31
              Flag: true
              Code: 007
              Plus: +5
              carry_over_tags: {Contacts: [tag1, 2], Deals: tag1}
            """
        ).options
        #expect(options.overwriteDefault == false)
        #expect(options.dealDefaults.map(\.apiName) == ["Z", "Amount", "A", "Closing_Date", "Flag", "Code", "Plus"])
        #expect(
            options.dealDefaults.map(\.value) == [
                .number("0.10"), .number("12345678901234567890.000"), .string("5"), .string("2030-01-31"),
                .boolean(true),
                .string("007"), .string("+5"),
            ])
        #expect(options.carryOverTags.map(\.module) == ["Contacts", "Deals"])
        #expect(options.carryOverTags.map(\.tags) == [["tag1", "2"], ["tag1"]])
    }

    @Test("The option pipeline wins over a default of that name, wherever it stands")
    func pipeline() throws {
        for yaml in ["pipeline: A\ndefaults: {Pipeline: B}", "defaults: {Pipeline: B}\npipeline: A"] {
            let options = try read(yaml).options
            #expect(options.dealDefaults.map(\.value) == [.string("A")])
        }
    }

    @Test("Labels and error codes are kept in order and as text")
    func sections() throws {
        let options = try read("labels: {Empleados: No_de_Empleados, 7: Seven}\nerrors: {DUPLICATE_DATA: 401.10}")
            .options
        #expect(options.labels.map(\.label) == ["Empleados", "7"])
        #expect(options.labels.map(\.apiName) == ["No_de_Empleados", "Seven"])
        #expect(options.errorCodes == ["DUPLICATE_DATA": "401.10"])
    }

    @Test(
        "An empty file, comments and empty sections say nothing",
        arguments: ["", "# nothing\n", "labels:\nusers:\n", "~"])
    func empty(yaml: String) throws {
        let configuration = try read(yaml)
        #expect(configuration.users.isEmpty && configuration.options.labels.isEmpty)
    }

    @Test(
        "What makes no sense is named with its place",
        arguments: [
            ("api-versio: v2", "config.option 1:1 api-versio"), ("config: x", "config.option 1:1 config"),
            ("a b: 1", "config.option 1:1 a b"), ("api-version: v9", "config.value 1:14 api-version"),
            ("strict: 1", "config.value 1:9 strict"), ("\nlead-id: 12x", "config.value 2:10 lead-id"),
            ("users: {a: b}", "config.value 1:8 users"), ("lookup: x", "config.value 1:9 lookup"),
            ("labels: [a]", "config.value 1:9 labels"), ("labels: {a: 'b c'}", "config.value 1:13 labels.a"),
            ("labels:\n  a: B\n  A : C", "config.value 3:3 labels.A"),
            ("defaults: {Amount: {a: 1}}", "config.value 1:20 defaults.Amount"),
            ("defaults: {add_to_existing_record: false}", "config.value 1:36 defaults.add_to_existing_record"),
            ("defaults: {move_attachments_to: false}", "config.value 1:33 defaults.move_attachments_to"),
            ("on-refusal: x", "config.value 1:13 on-refusal"),
            ("defaults: {Accounts: 1}", "config.value 1:12 defaults.Accounts"),
            ("defaults: {carry_over_tags: {Leads: a}}", "config.value 1:30 defaults.carry_over_tags.Leads"),
            ("errors: {A: b}", "config.value 1:13 errors.A"), ("time-zone: +5", "config.value 1:12 time-zone"),
            ("api-domain: a b", "config.value 1:13 api-domain"), ("as: pdf", "config.value 1:5 as"),
            ("api-domain: ':80'", "config.value 1:13 api-domain"), ("api-domain: a:b", "config.value 1:13 api-domain"),
            ("api-domain: a:1:2", "config.value 1:13 api-domain"),
            ("api-domain: a:65536", "config.value 1:13 api-domain"),
            ("- a", "config.syntax 1:1 "), ("text", "config.syntax 1:1 "), ("a: [", "config.syntax 2:1 "),
            ("strict: true\nstrict: true", "config.syntax 1:1 "), ("a: *b", "config.syntax 1:4 "),
            ("a: \u{1}", "config.syntax 0:0 "), ("strict: true\n---\nb: c", "config.syntax 2:1 "),
        ])
    func wrong(yaml: String, finding: String) {
        #expect(findings(yaml) == [finding])
    }

    @Test("All findings of a file are given at once")
    func several() {
        #expect(findings("x: 1\nstrict: 2\nas: 3").count == 3)
    }

    // MARK: With the command

    private func run(_ arguments: [String], _ input: String = Requests.call) throws -> BuiltCommand.Result {
        try BuiltCommand.run(["request"] + arguments, input: input)
    }

    @Test("The sample configuration works with the files it names beside it")
    func sample() throws {
        let result = try run(["--config", "Samples/org/config.yaml", "--as", "call", "--compact"])
        #expect(result.status == 0)
        #expect(
            result.output.contains("https://www.zohoapis.eu/crm/v2.1/Leads/"),
            "the configured domain wins over the call's data centre")
        #expect(result.errors.contains("[v1.call.data_center]"))
        let bare = try run(["--config", "Samples/org/config.yaml", "--as", "call", "--lead-id", "7"], Requests.xml())
        #expect(bare.output.contains("https://www.zohoapis.eu/crm/v2.1/Leads/7/"), "without a host, the configured one")
        #expect(result.output.contains(#""overwrite":true"#))
        #expect(result.output.contains(#""Pipeline":"Standard (Standard)","Amount":0.10}"#))
        #expect(
            result.output.contains(
                #""carry_over_tags":{"Contacts":["tag1","tag2"],"Accounts":["tag1"],"Deals":["tag1"]}"#))
    }

    @Test("The command line wins over the configuration, option by option")
    func precedence() throws {
        let scratch = try Scratch()
        let config = try scratch.write(
            "c.yaml",
            """
            users: missing.json
            api-version: v3
            as: call
            lead-id: 5
            pipeline: From file
            time-zone: Europe/Paris
            diagnostics: json
            unknown-field: reject
            """)
        let xml = Requests.xml(fields: "<FL val=\"Hat\">x</FL>")
        #expect(
            try run(["--config", config], xml).status == 66,
            "the configuration's users are read when there are no others")
        let result = try run(
            Requests.users + [
                "--config", config, "--api-version", "v2", "--lead-id", "6", "--pipeline", "From line", "--diagnostics",
                "text", "--unknown-field", "warn", "--compact",
            ], xml)
        #expect(result.status == 0)
        #expect(result.output.contains("/crm/v2/Leads/6/"))
        #expect(result.output.contains("\"Pipeline\":\"From line\""))
        #expect(result.output.contains("\"assign_to\":\"1386586000000105001\""))
        #expect(result.errors.contains("warning [v1.field.unknown]"))
    }

    @Test("Configured diagnostics and strictness count")
    func configuredForm() throws {
        let scratch = try Scratch()
        let config = try scratch.write("c.yaml", "diagnostics: json\nstrict: true\ncompact: true\n")
        let result = try run(Requests.users + ["--config", config], Requests.xml(fields: "<FL val=\"Hat\">x</FL>"))
        #expect(result.status == 65)
        #expect(result.errors.hasPrefix("{\"code\":"))
        #expect(try run(Requests.users + ["--config", config]).output.hasPrefix("{\"data\":[{"))
    }

    @Test("A number for a field that holds text or an id is written as text")
    func numbersForText() throws {
        let scratch = try Scratch()
        let config = try scratch.write(
            "c.yaml", "defaults: {Campaign_Source: 1386586000000803001, Next_Step: 2018, Amount: 1.50, Probability: 7}")
        let result = try run(Requests.users + ["--config", config, "--compact"])
        #expect(
            result.output.contains(
                #""Campaign_Source":"1386586000000803001","Next_Step":"2018","Amount":1.50,"Probability":7}"#))
    }

    @Test(
        "A default that cannot be sent is refused by name, before anything is read, whatever is done with bad values",
        arguments: [
            ("v2", "Campaign_Source: Spring", "Campaign_Source takes a record's id"),
            ("v2", "Contact_Role: Purchasing", "v7"), ("v8", "Contact_Role: Boss", "roles table"),
            ("v2", "Probability: 101", "from 0 to 100"), ("v2", "Amount: a lot", "Amount"),
            ("v2", "Closing_Date: 2018-13-01", "Closing_Date"), ("v2", "Created_Time: 2018-12-01", "Created_Time"),
            ("v2", "Territory: EMEA", "Territory"), ("v2", "Stage: [A, B]", "not a list"),
            ("v2", "Stage: ''", "no value"),
            ("v8", "move_attachments_to: Nonsense", "Contacts, Accounts or Deals"),
            ("v4", "move_attachments_to: deals", "Contacts, Accounts or Deals"),
            ("v3", "move_attachments_to: Deals", "v4"), ("v5", "add_to_existing_record: true", "v6"),
        ])
    func misfit(version: String, entry: String, reason: String) throws {
        let scratch = try Scratch()
        let config = try scratch.write("c.yaml", "defaults:\n  \(entry)\n")
        let result = try run(
            Requests.users + [
                "--config", config, "--api-version", version, "--roles", "Samples/org/roles.json", "--bad-value",
                "omit",
            ])
        #expect(result.status == 65 && result.output.isEmpty)
        #expect(result.errors.contains("error [config.value]"))
        #expect(result.errors.contains(reason), "\(result.errors)")
        #expect(result.errors.contains("at defaults.\(entry.prefix { $0 != ":" })"))
    }

    @Test("What is doubtful about a default, or about --pipeline, is told once")
    func doubtfulDefault() throws {
        let scratch = try Scratch()
        let config = try scratch.write("c.yaml", "defaults:\n  Lead_Source: Walk-in\n")
        let result = try BuiltCommand.run(
            ["bulk", "-o", "-", "--config", config, "--fields", "Samples/org/fields-v8.json"] + Requests.users,
            input: Requests.call + "\n" + Requests.call)
        #expect(result.errors.ranges(of: "at defaults.Lead_Source").count == 1)
        #expect(result.errors.hasPrefix("\(config):2:3: warning [v1.value.picklist] "))
        let pipeline = try run(
            Requests.users + ["--fields", "Samples/org/fields-mandatory.json", "--pipeline", "Old"], Requests.xml())
        #expect(pipeline.errors.ranges(of: "at defaults.Pipeline").count == 1)
    }

    @Test("A default for a field that the field export does not list is refused")
    func unlistedDefault() throws {
        let scratch = try Scratch()
        let config = try scratch.write("c.yaml", "defaults:\n  Next_Step: Call\n  Ammount: 1\n")
        let arguments = Requests.users + ["--config", config, "--compact"]
        // The standard fields alone say nothing about others.
        #expect(try run(arguments).errors == "")
        let fields = ["--fields", "Samples/org/fields.json"]
        let result = try run(arguments + fields)
        #expect(result.status == 65 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("\(config):3:3: error [config.default] "))
        #expect(result.errors.contains("; did you mean Amount?\n    at defaults.Ammount\n"))
        #expect(result.errors.ranges(of: "config.default").count == 1)
        let bulk = ["bulk", "-o", "-", "--config", config] + fields
        #expect(try BuiltCommand.run(bulk, input: Requests.call).status == 65)
        #expect(
            try BuiltCommand.run(["response", "--config", config] + fields, input: "{}").errors.contains("default")
                == false)
    }

    @Test("A default is written once and only when the request has no value, however many there are")
    func manyDefaults() throws {
        let scratch = try Scratch()
        let names = (1...99).map { "F\($0)" } + ["Amount", "Next_Step"]
        let config = try scratch.write("c.yaml", "defaults:\n" + names.map { "  \($0): 1\n" }.joined())
        let xml = Requests.xml(fields: "<FL val=\"Amount\">2</FL>")
        let output = try run(Requests.users + ["--config", config, "--lead-id", "7", "--compact"], xml).output
        #expect(output.ranges(of: "\"Amount\":").count == 1)
        #expect(output.contains("\"Amount\":2,\"F1\":"))
        #expect(output.hasSuffix("\"Next_Step\":\"1\"}}]}\n"))
    }
}
