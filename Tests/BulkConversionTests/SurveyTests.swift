@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("A survey")
struct SurveyTests {
    /// A line of an archive.
    private static func line(_ xml: String, id: Int = 7) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: ["leadId": "\(id)", "xmlData": xml])
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private static func document(options: String = "", fields: String = "", root: String = "Potentials") -> String {
        "<\(root)><row no=\"1\"><option val=\"createPotential\">true</option>\(options)</row>"
            + "<row no=\"2\">\(fields)</row></\(root)>"
    }

    private static var tables: OrganizationTables {
        get throws {
            var tables = OrganizationTables()
            tables.users = UserTable([
                .init(email: "a@x.example", id: try #require(RecordID("11"))),
                .init(email: "b@x.example", id: try #require(RecordID("12")), status: .inactive),
                .init(email: "c@x.example", id: try #require(RecordID("13")), status: .deleted),
            ])
            tables.fields.merge(
                Field(
                    apiName: "Stage", dataType: .picklist,
                    picklist: [.init(displayValue: "Won", actualValue: "Won")], labels: ["Stage"]))
            tables.fields.merge(Field(apiName: "Start", dataType: .datetime, labels: ["Beginn"]))
            tables.fields.merge(Field(apiName: "Tags", dataType: .multiselectpicklist, labels: ["Tags"]))
            return tables
        }
    }

    private func survey(_ lines: [String], options: TranslationOptions = TranslationOptions()) throws -> Survey {
        let scratch = try Scratch()
        try scratch.write("a.ndjson", lines.joined())
        var survey = try SurveyRun(archives: [scratch["a.ndjson"]], tables: Self.tables, options: options).run()
        // Places without the directory.
        for index in survey.forms.indices {
            survey.forms[index].first = String(survey.forms[index].first.split(separator: "/").last ?? "")
        }
        return survey
    }

    @Test("Labels say where their field comes from, whatever their spelling, and unknown ones get a proposal")
    func labels() throws {
        let fields = ["Potential Name", "potential  name", "Beginn", "Mein Feld", "Größe (m²)", "Account Name", "???"]
        var options = TranslationOptions()
        options.labels = [.init(label: "Mein Feld", apiName: "My_Field")]
        let xml = Self.document(fields: fields.map { "<FL val=\"\($0)\">x</FL>" }.joined())
        let labels = try survey([Self.line(xml), Self.line(xml)], options: options).requests.labels
        func label(_ name: String) throws -> RequestInventory.Label {
            try #require(labels.first { $0.label.name == name })
        }
        #expect(labels.map(\.label.count) == Array(repeating: 2, count: 7))
        #expect(try label("Potential Name").mapping == .standard)
        #expect(try label("potential  name").apiName == "Deal_Name")
        #expect(try label("Beginn").mapping == .export)
        #expect(try label("Beginn").dataType == .datetime)
        #expect(try label("Mein Feld").mapping == .configuration)
        #expect(try label("Mein Feld").apiName == "My_Field")
        #expect(try label("Account Name").destination == .system)
        #expect(try label("Größe (m²)").mapping == .unknown)
        #expect(try label("Größe (m²)").proposal == "Gr_e_m")
        #expect(try label("???").proposal == nil)
        options.unknownField = .guess
        let guessed = try survey([Self.line(xml)], options: options).requests.labels
        #expect(guessed.first { $0.label.name == "Größe (m²)" }?.mapping == .guess)
        #expect(guessed.first { $0.label.name == "Größe (m²)" }?.apiName == "Gr_e_m")
        #expect(guessed.first { $0.label.name == "???" }?.mapping == .unknown)
    }

    @Test("Assignees are told apart by what the users table says, without regard to case")
    func assignees() throws {
        let assignees = ["a@x.example", "A@X.Example", "b@x.example", "c@x.example", "d@x.example", "11", "99", ""]
        let lines = try assignees.map {
            try Self.line(Self.document(options: "<option val=\"assignTo\"> \($0) </option>"))
        }
        let found = try survey(lines).requests.assignees
        #expect(
            found.map { "\($0.assignee.count) \($0.assignee.name) \($0.status.rawValue) \($0.id ?? "-")" } == [
                "2 a@x.example active 11", "1 11 listed_id 11", "1 99 unlisted_id 99", "1 b@x.example inactive 12",
                "1 c@x.example deleted -", "1 d@x.example unknown -",
            ])
    }

    @Test("Options are listed as written with what they were set to, unknown ones and those written as fields too")
    func options() throws {
        let options = """
            <option val="notifyLeadOwner">TRUE</option><option val="notifyleadowner">maybe</option>\
            <option val="wfTrigger">secret</option><FL val="notifyNewEntityOwner"/>
            """
        let found = try survey([Self.line(Self.document(options: options))]).requests.options
        #expect(
            found.map { "\($0.option.name) \($0.isKnown) \($0.values.map(\.name))" } == [
                "createPotential true [\"true\"]", "notifyLeadOwner true [\"TRUE\"]",
                "notifyNewEntityOwner true [\"(empty)\"]", "notifyleadowner true [\"(other)\"]", "wfTrigger false []",
            ])
    }

    @Test(
        "Stages and other picklist values are listed with whether the picklist has them; values of other fields are not"
    )
    func choices() throws {
        let fields = """
            <FL val="Potential Stage">Won</FL><FL val="Stage">Lost</FL><FL val="Tags">x; y;;x</FL><FL val="Type">null</FL>\
            <FL val="Contact Role">Buyer</FL><FL val="Potential Name">Secret Deal</FL><FL val="Description">Secret</FL>
            """
        let survey = try survey([Self.line(Self.document(fields: fields))])
        #expect(
            (survey.requests.stages + survey.requests.choices).map {
                "\($0.field) \($0.value.name) \($0.value.count) \($0.isKnown.map { "\($0)" } ?? "-")"
            }
                == ["Stage Lost 1 false", "Stage Won 1 true", "Tags x 2 -", "Tags y 1 -"])
        #expect(survey.requests.stages.count == 2)
        #expect(survey.requests.roles.map(\.value.name) == ["Buyer"])
        #expect(!String(decoding: survey.json, as: UTF8.self).contains("Secret"))
    }

    @Test(
        "Forms of dates say which order they speak for",
        arguments: [
            ("12/21/2009", DateForm.monthFirst), ("1/31/2009", .monthFirst), ("21/12/2009", .dayFirst),
            ("05/06/2018", .ambiguous), ("5/5/2018", .same), ("21.12.2009", .dotted), ("1.2.2009 00:00:00", .dotted),
            ("12.21.2009", .otherSeparators), ("21-12-2009", .otherSeparators), ("5-6-2018", .otherSeparators),
            ("2009-12-21", .iso), ("2009-12-21T10:00:00Z", .iso), ("2009-13-21", .impossible),
            ("2009-1-2", .yearFirst), ("2019/12/21", .yearFirst), ("2019.12.21", .yearFirst),
            ("2019/21/12", .impossible), ("12/21/09", .shortYear), ("1.2.00", .shortYear), ("32/12/2009", .impossible),
            ("13/13/2009", .impossible), ("02/30/2018", .impossible), ("0/5/2018", .impossible), ("12-21/2009", .other),
            ("soon", .other), ("1/2/3/4", .other), ("1/2/2018/4", .other), ("99999999999999999999/1/2018", .other),
            ("/", .other), ("1/", .other), ("20091221", .other), ("21 Dec 2009", .words), ("Dec 21, 2009", .words),
        ])
    func dateForms(_ text: String, _ form: DateForm) {
        Array(text.utf8).withByteView { #expect(DateForm($0) == form) }
    }

    @Test("The order of day and month is told only where all dates that show one agree")
    func dateOrder() throws {
        func order(_ dates: String...) throws -> (order: TranslationOptions.DateOrder?, isContradiction: Bool) {
            let requests = try survey(
                dates.map { try Self.line(Self.document(fields: "<FL val=\"Closing Date\">\($0)</FL>")) }
            ).requests
            return (requests.dateOrder, requests.hasContradictingDates)
        }
        #expect(try order("12/21/2009", "05/06/2018", "2009-12-21") == (.monthFirst, false))
        #expect(try order("21/12/2009", "05/06/2018") == (.dayFirst, false))
        #expect(try order("21.12.2009") == (.dayFirst, false))
        #expect(try order("05/06/2018", "2018-01-01") == (nil, false))
        #expect(try order("12/21/2009", "21/12/2009") == (nil, true))
    }

    @Test("Times without an offset are counted")
    func times() throws {
        let fields = "<FL val=\"Beginn\">2018-01-02 10:00:00</FL>"
        let other = "<FL val=\"Beginn\">2018-01-02T10:00:00Z</FL>"
        let requests = try survey([Self.line(Self.document(fields: fields)), Self.line(Self.document(fields: other))])
            .requests
        #expect(requests.timesWithoutOffset == 1)
        #expect(requests.dates.map(\.form) == [.iso])
    }

    @Test(
        "Nothing is refused: broken requests, wrong roots and other things are counted, and bulk would count the same")
    func neverRefuses() throws {
        let archives = [ArchiveSamples.directory.path]
        let survey = try SurveyRun(archives: archives).run()
        let scratch = try Scratch()
        #expect(try survey.summary == Bulk.run(archives, into: scratch["out"]))
        #expect(survey.summary.deadLetters > 5)
        #expect(Set(survey.forms.map(\.name)).count == survey.forms.count)
        #expect(survey.forms.map(\.name).contains("request of a Postman collection"))
        let wrong = try self.survey([Self.line("<Contacts/>"), "nothing\n", Self.line("<Potentials>")])
        #expect(wrong.summary.deadLetters == 2 && wrong.summary.skippedCount == 1)
        #expect(wrong.requests.roots.map(\.name) == ["Contacts"])
        #expect(wrong.forms.map { "\($0.count) \($0.name) \($0.first)" } == ["2 JSON value a.ndjson:1"])
    }

    @Test("Of hostile archives with ever new names some are listed, and all are counted")
    func manyNames() throws {
        let lines = try (0..<120).map { number in
            try Self.line(Self.document(fields: (0..<100).map { "<FL val=\"L\(number)x\($0)\">x</FL>" }.joined()))
        }
        let labels = try survey(lines).requests.labels
        #expect(labels.count == 10_001)
        #expect(labels.first?.label.name == "(others)")
        #expect(labels.reduce(0) { $0 + $1.label.count } == 12_000)
    }

    @Test("An archive that is missing, and standard input without a byte, are errors of the caller")
    func missing() throws {
        let scratch = try Scratch()
        #expect { try SurveyRun(archives: [scratch["none"]]).run() } throws: {
            ($0 as? BulkFailure)?.kind == .noInput
        }
    }
}
