import ConvertLead
import Testing

@Suite struct FieldCatalogReading {
    private func catalog(_ names: String...) throws -> FieldCatalog {
        var catalog = FieldCatalog()
        for name in names { try catalog.read(OrganizationSamples.bytes(name), source: name) }
        return catalog
    }

    private func field(_ label: String, in catalog: FieldCatalog) throws -> Field {
        catalog.fields[try #require(catalog.index(labelled: label), "no field is labelled \(label)")]
    }

    @Test(
        "Without exports the standard labels are known",
        arguments: [("Potential Name", "Deal_Name"), ("potential  stage ", "Stage"), ("CAMPAIGNID", "Campaign_Source")])
    func standard(label: String, apiName: String) throws {
        #expect(try field(label, in: FieldCatalog()).apiName == apiName)
    }

    @Test("A v2 export gives custom fields with type, length, picklist and JSON type")
    func v2() throws {
        let catalog = try catalog("fields.json")
        #expect(try field("No. de Empleados", in: catalog).dataType == .integer)
        #expect(try field("No. de Empleados", in: catalog).apiName == "No_de_Empleados")
        #expect(try field("Serial", in: catalog).isJSONString)
        #expect(try field("Go Live", in: catalog).dataType == .datetime)
        #expect(
            try field("Stage", in: catalog).picklist.map(\.actualValue)
                == ["Qualification", "Negotiation/Review", "Closed Won"])
        #expect(try field("Potential Name", in: catalog).length == 120)
    }

    @Test("Read-only and computed fields are known but go nowhere", arguments: ["Margin", "Deal Number"])
    func system(label: String) throws {
        #expect(try field(label, in: catalog("fields.json")).destination == .system)
    }

    @Test(
        "Each sign of a field that cannot be written makes it a system field",
        arguments: [
            #""read_only":true"#, #""field_read_only":true"#, #""formula":{"return_type":"double"}"#,
            #""auto_number":{"prefix":"A"}"#, #""operation_type":{"api_create":false}"#,
            #""data_type":"rollup_summary""#,
        ])
    func readOnly(member: String) throws {
        var catalog = FieldCatalog()
        try catalog.read(Array("{\"fields\":[{\"api_name\":\"X\",\"field_label\":\"X\",\(member)}]}".utf8), source: "")
        #expect(try field("X", in: catalog).destination == .system)
    }

    @Test("A mandatory field stays one even when the exporting user may not edit it; ids keep their own way")
    func mappedAlready() throws {
        var catalog = FieldCatalog()
        let export = #"{"fields":[{"api_name":"Stage","read_only":true},{"api_name":"Contact_Role","read_only":true}]}"#
        try catalog.read(Array(export.utf8), source: "")
        #expect(try field("Potential Stage", in: catalog).destination == .deal)
        #expect(try field("Contact Role", in: catalog).destination == .contactRole)
    }

    @Test("A v1 label finds its v2 field by the label people see, in whatever order the exports are given")
    func joined() throws {
        for catalog in [
            try catalog("fields.json", "get-fields.xml"), try catalog("get-fields.xml", "fields.json"),
        ] {
            #expect(try field("Designation", in: catalog).apiName == "Position")
            #expect(try field("Designation", in: catalog).length == 40)
            #expect(try field("Next Step", in: catalog).length == 100)
            #expect(try field("Type", in: catalog).picklist.map(\.actualValue) == ["New Business", "R&D"])
            #expect(try field("Stage", in: catalog).picklist.count == 3, "the v2 export knows better")
            #expect(catalog.index(labelled: "Renewal Day") == nil)
            #expect(catalog.unnamedField(labelled: "renewal day")?.dataType == .date)
        }
    }

    @Test("getFields in JSON is read like its XML, single sections and values without a list included")
    func v1JSON() throws {
        let json = """
            {"Potentials":{"section":{"name":"A","FL":[
             {"label":"Type","dv":"Type","type":"Pick List","maxlength":"120",
              "val":["-None-",{"content":"New Business","default":"true"},"R&D"]},
             {"label":"Next Step","dv":"Next Step","maxlength":100,"type":"Text","val":"x"}]}}}
            """
        var catalog = FieldCatalog()
        try catalog.read(Array(json.utf8), source: "")
        #expect(try field("Type", in: catalog).picklist.map(\.actualValue) == ["New Business", "R&D"])
        #expect(try field("Next Step", in: catalog).length == 100)
    }

    @Test(
        "Labels are compared without regard to case, runs of white space and Unicode composition",
        arguments: ["no. DE empleados", "  No.\u{00A0} de \t Empleados\n"])
    func folding(label: String) throws {
        #expect(try field(label, in: catalog("fields.json")).apiName == "No_de_Empleados")
    }

    @Test("A decomposed letter equals the composed one")
    func composition() throws {
        var catalog = FieldCatalog()
        try catalog.read(Array(#"{"fields":[{"api_name":"Prenom","field_label":"Prénom"}]}"#.utf8), source: "")
        #expect(try field("PRE\u{301}NOM", in: catalog).apiName == "Prenom")
    }

    @Test("A standard label beats an exported one, a field_label beats another field's display_label")
    func precedence() throws {
        let export = #"""
            {"fields":[{"api_name":"A","field_label":"Amount","display_label":"Sum"},
             {"api_name":"B","field_label":"Sum","display_label":"B"}]}
            """#
        var catalog = FieldCatalog()
        try catalog.read(Array(export.utf8), source: "")
        #expect(try field("Amount", in: catalog).apiName == "Amount")
        #expect(try field("Sum", in: catalog).apiName == "B")
    }

    @Test("Exports in two languages give one field both labels")
    func languages() throws {
        var catalog = FieldCatalog()
        try catalog.read(Array(#"{"fields":[{"api_name":"City","field_label":"City"}]}"#.utf8), source: "")
        try catalog.read(Array(#"{"fields":[{"api_name":"City","field_label":"Ort","length":9}]}"#.utf8), source: "")
        #expect(try field("city", in: catalog).length == 9)
        #expect(try field("ORT", in: catalog).apiName == "City")
        #expect(catalog.fields.filter { $0.apiName == "City" }.count == 1)
    }

    @Test("An export of another module is refused, names what it lists and says what to export instead")
    func otherModule() throws {
        var catalog = FieldCatalog()
        let leads = #"{"fields":[{"api_name":"Last_Name","data_type":"text","system_mandatory":true}]}"#
        let found = findings { () throws(TranslationFailure) in try catalog.read(Array(leads.utf8), source: "f") }
        #expect(found?.first?.message.contains("Last_Name") == true)
        #expect(found?.first?.message.contains("GET /crm/v2/settings/fields?module=Deals") == true)
        // Custom fields alone may be of Deals, and so may a part of an export.
        try catalog.read(Array(#"{"fields":[{"api_name":"A","custom_field":true}]}"#.utf8), source: "f")
        try catalog.read(Array(#"{"fields":[{"api_name":"Amount","custom_field":false}]}"#.utf8), source: "f")
    }

    @Test(
        "A fields export is read as an array and line by line too",
        arguments: [
            #"[{"api_name":"A","field_label":"One","data_type":"date"}]"#,
            #"{"api_name":"A","field_label":"One","data_type":"date"}"#,
            #"{"fields":[{"api_name":"B"}]} {"fields":[{"api_name":"A","field_label":"One","data_type":"date"}]}"#,
        ])
    func otherForms(text: String) throws {
        var catalog = FieldCatalog()
        try catalog.read(Array(text.utf8), source: "f")
        #expect(try field("one", in: catalog).dataType == .date)
    }

    @Test(
        "Types that take lists or objects, and types not known here, are told from text",
        arguments: [
            ("text", "string", Field.DataType.text), ("mediumtext", "string", .text), ("long", "long", .bigint),
            ("text", "jsonarray", .other), ("multiselectpicklist", "jsonarray", .multiselectpicklist),
            ("lookup", "jsonobject", .lookup), ("userlookup", "jsonobject", .userlookup),
            ("layout", "jsonobject", .layout), ("multi_module_lookup", "jsonobject", .other),
            ("hologram", "string", .other), ("", "", .text), ("territories", "jsonarray", .other),
            ("event_reminder", "string", .other),
        ])
    func types(name: String, json: String, type: Field.DataType) {
        #expect(Field.DataType(zohoName: name, jsonType: json) == type)
    }

    @Test(
        "A fields file that is something else is refused, and the catalog stays as it was",
        arguments: [
            ("{\"fields\":[{\"api_name\":\"Ok\"},{\"field_label\":\"X\"}]}", "table.value"),
            ("{\"users\":[]}", "table.unreadable"), ("api_name\nX\n", "table.unreadable"),
            ("{\"fields\":[", "json.syntax"), ("<Leads><section/></Leads>", "table.unreadable"),
            ("<Potentials><section><FL dv=\"x\"/></section></Potentials>", "table.value"),
            ("<Potentials><section>", "xml.syntax"), ("{\"fields\":[]}", "table.unreadable"),
            ("<Potentials><section name='A'/></Potentials>", "table.unreadable"),
            ("{\"Leads\":{\"section\":{\"FL\":{\"label\":\"Company\"}}}}", "table.unreadable"),
            (
                "{\"fields\":[{\"api_name\":\"Lead_Source\"},{\"api_name\":\"Last_Name\",\"data_type\":\"text\"}]}",
                "table.unreadable"
            ),
            (
                "{\"fields\":[{\"api_name\":\"Name\",\"custom_field\":false},{\"api_name\":\"A\",\"custom_field\":true}]}",
                "table.unreadable"
            ),
        ])
    func refused(text: String, code: String) throws {
        var catalog = FieldCatalog()
        let found = findings { () throws(TranslationFailure) in try catalog.read(Array(text.utf8), source: "f") }
        #expect(found?.map(\.code.rawValue) == [code])
        #expect(catalog.fields == StandardFields.all)
    }
}

@Suite struct FieldCatalogInTranslation {
    private func deal(
        _ label: String, _ value: String, _ files: [String], _ change: (inout TranslationOptions) -> Void = { _ in }
    ) throws -> String {
        var tables = OrganizationTables()
        for file in files { try tables.fields.read(OrganizationSamples.bytes(file), source: file) }
        var options = TranslationOptions()
        options.isIndented = false
        change(&options)
        var translator = Translator(tables: tables, options: options)
        let xml = """
            <Potentials><row><option val="createPotential">true</option></row><row><FL val="Potential Name">A</FL>\
            <FL val="Closing Date">2020-01-31</FL><FL val="Potential Stage">B</FL><FL val="\(label)">\(value)</FL></row>\
            </Potentials>
            """
        return String(
            decoding: try translator.translateBody(V1Call(xmlData: Array(xml.utf8))).value.bytes, as: UTF8.self)
    }

    @Test("A label of getFields reaches the v2 field, whichever export is given first")
    func joined() throws {
        for files in [["fields.json", "get-fields.xml"], ["get-fields.xml", "fields.json"]] {
            #expect(try deal("Designation", "CEO", files).contains(#""Position":"CEO""#))
        }
    }

    @Test("A field that only a lookup table and a mapped label name takes ids")
    func lookupWithoutExport() throws {
        var tables = OrganizationTables()
        tables.lookups["My_Lookup"] = LookupTable(["Spring fair": try #require(RecordID("12"))])
        var options = TranslationOptions()
        options.isIndented = false
        options.labels = [.init(label: "Campaign", apiName: "My_Lookup")]
        options.apiVersion = .v3
        var translator = Translator(tables: tables, options: options)
        func body(_ value: String) throws -> String {
            let xml = """
                <Potentials><row><option val="createPotential">true</option></row><row><FL val="Potential Name">A</FL>\
                <FL val="Closing Date">2020-01-31</FL><FL val="Potential Stage">B</FL><FL val="Campaign">\(value)</FL></row>\
                </Potentials>
                """
            let call = V1Call(xmlData: Array(xml.utf8))
            return String(decoding: try translator.translateBody(call).value.bytes, as: UTF8.self)
        }
        #expect(try body("Spring fair").contains(#""My_Lookup":{"id":"12"}"#))
        #expect(try !body("Autumn fair").contains("My_Lookup"))
    }

    @Test("A field that only getFields lists is guessed, or mapped, with the type of getFields")
    func typedByV1() throws {
        let guessed = try deal("Renewal Day", "05/06/2018", ["get-fields.xml"]) { $0.unknownField = .guess }
        #expect(guessed.contains(#""Renewal_Day":"2018-05-06""#))
        let mapped = try deal("Renewal Day", "05/06/2018", ["get-fields.xml"]) {
            $0.labels = [.init(label: "renewal day", apiName: "Renew")]
        }
        #expect(mapped.contains(#""Renew":"2018-05-06""#))
        #expect(try !deal("Renewal Day", "05/06/2018", ["get-fields.xml"]).contains("2018"))
    }
}
