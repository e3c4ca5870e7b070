import Testing

@testable import ConvertLead

/// Translates bare XML with the standard fields; the body on one line, or the failure's codes.
private func translate(
    _ xml: String, tables: OrganizationTables = OrganizationTables(),
    _ change: (inout TranslationOptions) -> Void = { _ in }
) -> (body: String?, codes: [String]) {
    var options = TranslationOptions()
    options.isIndented = false
    change(&options)
    var translator = Translator(tables: tables, options: options)
    do throws(TranslationFailure) {
        let result = try translator.translateBody(V1Call(xmlData: Array(xml.utf8)))
        return (String(decoding: result.value.bytes, as: UTF8.self), result.diagnostics.map { $0.code.rawValue })
    } catch {
        return (nil, error.diagnostics.map { $0.code.rawValue })
    }
}

@Suite("Translating requests")
struct TranslatorTests {
    @Test("The request of Zoho's comparison page becomes its v2 body")
    func comparisonPage() {
        var tables = OrganizationTables()
        tables.users = UserTable([.init(email: "sample@zoho.com", id: RecordID("1386586000000105001")!)])
        let (body, codes) = translate(
            """
            <Potentials>
            <row no="1">
            <option val="createPotential">true</option>
            <option val="assignTo">sample@zoho.com</option>
            <option val="notifyLeadOwner">true</option>
            <option val="notifyNewEntityOwner">true</option>
            </row>
            <row no="2">
            <FL val="Potential Name">Samplepotential</FL>
            <FL val="Closing Date">12/21/2009</FL>
            <FL val="Potential Stage">Closed Won</FL>
            <FL val="Contact Role">Purchasing</FL>
            <FL val="Amount">3432.23</FL>
            <FL val="Probability">100</FL>
            </row>
            </Potentials>
            """, tables: tables)
        #expect(
            body == """
                {"data":[{"notify_lead_owner":true,"notify_new_entity_owner":true,"assign_to":"1386586000000105001",\
                "Deals":{"Deal_Name":"Samplepotential","Closing_Date":"2009-12-21","Stage":"Closed Won","Amount":3432.23,\
                "Probability":100}}]}
                """)
        #expect(codes == ["lookup.role.version"])
    }

    @Test("A translator with a default that cannot be sent refuses every request with it")
    func misfit() {
        let xml = """
            <Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>
            """
        let (body, codes) = translate(xml) { $0.dealDefaults = [.init(apiName: "Amount", value: .string("a lot"))] }
        #expect(body == nil)
        #expect(codes == ["config.value"])
    }

    @Test("A default is checked with the tables and the version that it will be sent with")
    func check() throws {
        var tables = OrganizationTables()
        var options = TranslationOptions()
        options.dealDefaults = [.init(apiName: "Contact_Role", value: .string("Purchasing"))]
        options.apiVersion = .v7
        #expect(Translator.check(options, with: tables).map(\.path) == ["defaults.Contact_Role"])
        tables.roles = LookupTable(["Purchasing": try #require(RecordID("7"))])
        #expect(Translator.check(options, with: tables).isEmpty)
        options.apiVersion = .v6
        #expect(Translator.check(options, with: tables).map(\.code) == [.configValue])
    }
}
