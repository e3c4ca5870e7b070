@_spi(Package) import Bytes
import Testing

@testable import ConvertLead

private func read(_ json: String) throws -> TranslationOptions {
    try Array(json.utf8).withByteView { try TranslationOptions(json: $0, source: "o") }
}

@Suite("Options in JSON") struct TranslationOptionsJSONTests {
    @Test("Every option is read by the name it has on the command line")
    func all() throws {
        let options = try read(
            """
            {"api-version": "v7", "api-domain": "https://www.zohoapis.eu/", "lead-id": 4876876000000123456,
             "unknown-assignee": "12", "unknown-field": "guess", "bad-value": "omit", "date-order": "day-first",
             "time-zone": "-05:30", "pipeline": "Standard", "compact": true, "strict": true, "show-values": true,
             "labels": {"Empleados": "No_de_Empleados"},
             "defaults": {"overwrite": true, "Amount": 0.10, "Stage": "Won", "Hot": false,
                          "carry_over_tags": {"Contacts": ["a", "b"], "Deals": "c"}},
             "errors": {"DUPLICATE_DATA": 4600, "INTERNAL_ERROR": "401.1"}}
            """)
        #expect(options.apiVersion == .v7)
        #expect(options.apiDomain == "www.zohoapis.eu")
        #expect(options.leadID?.digits == "4876876000000123456")
        #expect(options.unknownAssignee == .fallback(try #require(RecordID("12"))))
        #expect(options.unknownField == .guess)
        #expect(options.badValue == .omit)
        #expect(options.dateOrder == .dayFirst)
        #expect(options.timeZone == TimeZoneOffsets(initialOffset: -19_800))
        #expect(!options.isIndented && options.isStrict && options.showsValues)
        #expect(options.labels.map(\.label) == ["Empleados"] && options.labels.map(\.apiName) == ["No_de_Empleados"])
        #expect(options.overwriteDefault == true)
        #expect(options.dealDefaults.map(\.apiName) == ["Amount", "Stage", "Hot", "Pipeline"])
        #expect(
            options.dealDefaults.map(\.value)
                == [.number("0.10"), .string("Won"), .boolean(false), .string("Standard")])
        #expect(options.carryOverTags.map(\.module) == ["Contacts", "Deals"])
        #expect(options.carryOverTags.map(\.tags) == [["a", "b"], ["c"]])
        #expect(options.errorCodes == ["DUPLICATE_DATA": "4600", "INTERNAL_ERROR": "401.1"])
    }

    @Test("Options written as text are read back the same, and equal texts are equal options")
    func roundTrip() throws {
        var options = TranslationOptions()
        #expect(options.canonicalText == "{}")
        options.apiVersion = .v7
        options.apiDomain = "www.zohoapis.eu"
        options.leadID = RecordID("1386586000002574001")
        options.unknownAssignee = .fallback(try #require(RecordID("12")))
        options.unknownField = .guess
        options.badValue = .omit
        options.dateOrder = .dayFirst
        options.timeZone = TimeZoneOffsets(
            initialOffset: 3600, transitions: [.init(instant: 1_521_939_600, offset: 7200)])
        options.overwriteDefault = false
        options.addsToExistingRecord = true
        options.attachmentsModule = "Deals"
        options.dealDefaults = [
            .init(apiName: "Amount", value: .number("0.10")), .init(apiName: "Code", value: .string("0.10")),
            .init(apiName: "Hot", value: .boolean(true)), .init(apiName: "Tag", value: .list(["a", "\"b\""])),
        ]
        options.carryOverTags = [.init(module: "Deals", tags: ["x", "y"])]
        options.labels = [.init(label: "Größe: \u{1}", apiName: "Size")]
        options.errorCodes = ["DUPLICATE_DATA": "401.10"]
        options.isStrict = true
        options.showsValues = true
        options.isIndented = false
        #expect(try read(options.canonicalText) == options)
        options.timeZone = TimeZoneOffsets(initialOffset: -19_800)
        #expect(try read(options.canonicalText) == options)
        #expect(options.canonicalText.contains(#""time-zone":"-05:30""#))
    }

    @Test("No text, no members and null leave the defaults", arguments: ["", " \n", "{}", #"{"api-version":null}"#])
    func defaults(_ json: String) throws {
        let options = try read(json)
        #expect(options.apiVersion == .v2)
        #expect(options.unknownAssignee == .reject)
        #expect(options.isIndented && !options.isStrict && options.dealDefaults.isEmpty)
    }

    @Test("A time zone is spelled out by its offsets and when they change")
    func timeZone() throws {
        let options = try read(#"{"time-zone":{"offset":3600,"transitions":[[1521939600,7200],[1540688400,3600]]}}"#)
        #expect(options.timeZone?.offset(atLocal: 1_521_943_200 - 1).seconds == 3600)
        #expect(options.timeZone?.offset(atLocal: 1_530_000_000).seconds == 7200)
        #expect(options.timeZone?.offset(atLocal: 1_550_000_000).seconds == 3600)
    }

    @Test(
        "What cannot be read is refused and named by its place",
        arguments: [
            (#"{"api-version""#, "json.syntax", ""),
            (#"[]"#, "config.value", ""),
            (#"{"api_version":"v2"}"#, "config.option", "api_version"),
            (#"{"users":"users.json"}"#, "config.option", "users"),
            (#"{"api-version":"v9"}"#, "config.value", "api-version"),
            (#"{"api-version":2}"#, "config.value", "api-version"),
            (#"{"api-domain":"a b"}"#, "config.value", "api-domain"),
            (#"{"lead-id":1.5}"#, "config.value", "lead-id"),
            (#"{"lead-id":"123456789012345678901"}"#, "config.value", "lead-id"),
            (#"{"unknown-assignee":"carol@example.com"}"#, "config.value", "unknown-assignee"),
            (#"{"unknown-field":true}"#, "config.value", "unknown-field"),
            (#"{"time-zone":"Europe/Paris"}"#, "config.value", "time-zone"),
            (#"{"time-zone":"+18:01"}"#, "config.value", "time-zone"),
            (#"{"time-zone":"+1é:0"}"#, "config.value", "time-zone"),
            (#"{"time-zone":{"transitions":[]}}"#, "config.value", "time-zone"),
            (#"{"time-zone":{"offset":0,"transitions":{}}}"#, "config.value", "time-zone"),
            (#"{"time-zone":{"offset":0,"transitions":[[1]]}}"#, "config.value", "time-zone"),
            (#"{"time-zone":{"offset":0,"transitions":[[2,1],[1,1]]}}"#, "config.value", "time-zone"),
            (#"{"time-zone":{"offset":1e99}}"#, "config.value", "time-zone"),
            (#"{"time-zone":{"offset":99999999999999999999}}"#, "config.value", "time-zone"),
            (#"{"time-zone":{"offset":0,"transitions":[[9223372036854775807,0]]}}"#, "config.value", "time-zone"),
            (#"{"compact":"yes"}"#, "config.value", "compact"),
            (#"{"labels":[]}"#, "config.value", "labels"),
            (#"{"labels":{"A":"1a"}}"#, "config.value", "labels.A"),
            (#"{"labels":{"A b":"A","a  B":"B"}}"#, "config.value", "labels.a  B"),
            (#"{"defaults":{"assign_to":"1"}}"#, "config.value", "defaults.assign_to"),
            (#"{"defaults":{"Stage":{}}}"#, "config.value", "defaults.Stage"),
            (#"{"defaults":{"carry_over_tags":{"Deals":[{}]}}}"#, "config.value", "defaults.carry_over_tags.Deals[0]"),
            (#"{"defaults":{"add_to_existing_record":false}}"#, "config.value", "defaults.add_to_existing_record"),
            (#"{"defaults":{"carry_over_tags":{"Leads":[]}}}"#, "config.value", "defaults.carry_over_tags.Leads"),
            (#"{"errors":{"A":"x"}}"#, "config.value", "errors.A"),
            (#"{"errors":{"A":"4.1.2"}}"#, "config.value", "errors.A"),
            (#"{"strict":true,"strict":false}"#, "config.value", ""),
        ])
    func refused(_ json: String, _ code: String, _ path: String) throws {
        let failure = try #require(throws: TranslationFailure.self) { _ = try read(json) }
        let finding = try #require(failure.diagnostics.first)
        #expect(failure.diagnostics.count == 1)
        #expect(finding.code.rawValue == code)
        #expect(finding.path == path)
        #expect(finding.source == "o" && finding.location != nil && finding.severity == .error)
    }

    @Test("All that is wrong is named at once, and a wrong word in the name is hinted at")
    func several() throws {
        let failure = try #require(throws: TranslationFailure.self) {
            _ = try read(#"{"Api_Version":"v2","strict":1,"errors":{"A":true}}"#)
        }
        #expect(failure.diagnostics.map(\.path) == ["Api_Version", "strict", "errors.A"])
        #expect(failure.diagnostics.first?.message.hasSuffix("did you mean api-version?") == true)
    }
}
