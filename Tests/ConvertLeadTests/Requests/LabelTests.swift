import Testing

@testable import ConvertLead

@Suite("Labels")
struct LabelTests {
    /// The api name behind a label, read through a whole request.
    private func apiName(_ label: String, _ change: (inout TranslationOptions) -> Void = { _ in }) throws -> String? {
        var options = TranslationOptions()
        options.isIndented = false
        change(&options)
        var translator = Translator(options: options)
        let xml = """
            <Potentials><row><option val="createPotential">true</option></row><row><FL val="Potential Name">A</FL>\
            <FL val="Closing Date">2020-01-31</FL><FL val="Stage">B</FL><FL val="\(label)">7</FL></row></Potentials>
            """
        let body = String(
            decoding: try translator.translateBody(V1Call(xmlData: Array(xml.utf8))).value.bytes, as: UTF8.self)
        // The last member of the deal; numbers stand bare, texts in quotes.
        let parts = body.split(separator: "\"")
        guard let value = parts.lastIndex(where: { $0 == "7" || $0.hasPrefix(":7") }) else { return nil }
        return String(parts[parts[value] == "7" ? value - 2 : value - 1])
    }

    @Test(
        "Case, ends and inner white space do not matter",
        arguments: [
            "Amount", "AMOUNT", "amount", " Amount ", "\u{A0}Amount\u{A0}", "&#9;Amount&#10;", "&#xA0; Amount",
        ])
    func amount(label: String) throws { #expect(try apiName(label) == "Amount") }

    @Test(
        "Runs of white space of any kind are one blank",
        arguments: ["Next Step", "next   step", "Next\u{A0}Step", "Next \u{A0}\u{2003} STEP", "Next&#9;&#10;Step"])
    func nextStep(label: String) throws { #expect(try apiName(label) == "Next_Step") }

    @Test(
        "Labels of ASCII alone are folded like any other",
        arguments: [
            "", " ", "A", "  Closing \t Date\r\n", "\u{B}\u{C}Next\u{B} \u{C}Step\u{B}", "a\u{1F}B", "[@`{Zz]",
            "CAMPAIGNID",
        ])
    func asciiFolding(label: String) {
        // White space that is not ASCII is trimmed and keeps the shorter way for ASCII from being taken.
        #expect(label.foldedLabel == "\u{2003}\(label)\u{2003}".foldedLabel)
    }

    @Test("Composed and decomposed letters are the same, in the table and in the request")
    func composition() throws {
        let (composed, decomposed) = ("Gr\u{F6}\u{DF}e", "Gro\u{308}\u{DF}e")
        for (configured, asked) in [(composed, decomposed), (decomposed, composed), (composed, "GRO\u{308}SSE")] {
            #expect(try apiName(asked) { $0.labels = [.init(label: configured, apiName: "Size")] } == "Size")
        }
        #expect(try apiName("Grosse") { $0.labels = [.init(label: composed, apiName: "Size")] } == nil)
    }

    @Test("The configuration's labels win over standard fields")
    func configured() throws {
        #expect(try apiName("amount") { $0.labels = [.init(label: "Amount", apiName: "List_Price")] } == "List_Price")
        #expect(try apiName("Betrag") { $0.labels = [.init(label: "betrag", apiName: "Amount")] } == "Amount")
    }

    @Test("A label that differs in letters is another one")
    func others() throws {
        for label in ["Amounts", "A mount", "Amount:", "Nextstep", "Αmount"] { #expect(try apiName(label) == nil) }
    }

    @Test(
        "A guess keeps ASCII letters and digits and joins them by underscores",
        arguments: [
            ("No. de Empleados", "No_de_Empleados"), ("  --A/B--  ", "A_B"), ("a__b", "a_b"),
            ("1st Choice", "1st_Choice"),
            ("Gr\u{F6}\u{DF}e", "Gr_e"), ("Gro\u{308}\u{DF}e", "Gr_e"), ("x²", "x"), ("e\u{301}", nil), ("見積", nil),
            ("___", nil), ("", nil), ("A\u{A0}B", "A_B"),
        ] as [(String, String?)])
    func guesses(label: String, expected: String?) { #expect(String(guessingAPINameOf: label) == expected) }

    @Test("Of two users with one e-mail the active one counts, and one user given twice is one user")
    func users() throws {
        func assigned(_ users: [UserTable.User]) throws -> ([String], String) {
            var tables = OrganizationTables()
            tables.users = UserTable(users)
            var options = TranslationOptions()
            options.isIndented = false
            var translator = Translator(tables: tables, options: options)
            let xml = "<Potentials><row><option val='assignTo'>A@x.de</option></row></Potentials>"
            let result = try translator.translateBody(V1Call(xmlData: Array(xml.utf8)))
            return (result.diagnostics.map(\.code.rawValue), String(decoding: result.value.bytes, as: UTF8.self))
        }
        let one = try #require(RecordID("1"))
        let two = try #require(RecordID("2"))
        #expect(try assigned([.init(email: "a@x.de", id: one), .init(email: "A@X.de", id: one)]).0 == [])
        #expect(
            try assigned([.init(email: "a@x.de", id: one), .init(email: "a@x.de", id: two)]).0 == [
                "lookup.user.ambiguous"
            ])
        let inactive = UserTable.User(email: "a@x.de", id: one, status: .inactive)
        #expect(
            try assigned([inactive, .init(email: "a@x.de", id: two)]) == ([], "{\"data\":[{\"assign_to\":\"2\"}]}"))
        #expect(try assigned([inactive]).0 == ["lookup.user.inactive"])
    }
}
