import Testing

@testable import ConvertLead

@Suite("Probability of a deal")
struct ProbabilityTests {
    private func finding(_ text: String, type: String, jsonType: String) throws -> (
        codes: [DiagnosticCode], body: String
    ) {
        var tables = OrganizationTables()
        let export = """
            {"fields":[{"api_name":"Deal_Name","data_type":"text"},{"api_name":"Probability","field_label":"Probability",\
            "data_type":"\(type)","json_type":"\(jsonType)","pick_list_values":[{"display_value":"50%","actual_value":"50"}]}]}
            """
        try tables.fields.read(Array(export.utf8), source: "fields.json")
        let xml = """
            <Potentials><row no="1"><option val="createPotential">true</option></row><row no="2">\
            <FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">B</FL>\
            <FL val="Probability">\(text)</FL></row></Potentials>
            """
        var options = TranslationOptions()
        options.isIndented = false
        var translator = Translator(tables: tables, options: options)
        do throws(TranslationFailure) {
            let translated = try translator.translateBody(V1Call(xmlData: xml.utf8))
            return (translated.diagnostics.map(\.code), String(decoding: translated.value.bytes, as: UTF8.self))
        } catch {
            return (error.diagnostics.map(\.code), "")
        }
    }

    private static let types = [
        ("integer", "integer"), ("percent", "double"), ("double", "double"), ("currency", "double"),
        ("bigint", "string"), ("bigint", "integer"), ("text", "string"), ("picklist", "string"),
    ]

    @Test("Its range holds whatever type the export gives it", arguments: types)
    func range(type: String, jsonType: String) throws {
        for text in ["101", "-1", "101%", "100.0000000000000000001", "1e3"] {
            #expect(try finding(text, type: type, jsonType: jsonType).codes.contains(.valueRange), "\(text)")
        }
        for text in ["0", "100"] {
            let (codes, body) = try finding(text, type: type, jsonType: jsonType)
            #expect(!codes.contains(.valueRange) && body.contains("\"Probability\":"), "\(text)")
        }
    }

    @Test("A percent sign is left out with a word about it, but kept where text is sent", arguments: types)
    func percentSign(type: String, jsonType: String) throws {
        let (codes, body) = try finding("50 %", type: type, jsonType: jsonType)
        let isText = type == "text" || type == "picklist"
        #expect(codes.contains(.valuePercentSign) == !isText)
        let value = isText ? "\"50 %\"" : jsonType == "string" ? "\"50\"" : "50"
        #expect(body.contains("\"Probability\":\(value)"))
    }

    @Test("A fraction goes where the type takes one")
    func fraction() throws {
        #expect(try finding("12.5", type: "percent", jsonType: "double").body.contains(":12.5"))
        #expect(try finding("12.5", type: "integer", jsonType: "integer").codes == [.valueInteger])
        #expect(try finding("12.5", type: "bigint", jsonType: "string").codes == [.valueBigint])
    }
}
