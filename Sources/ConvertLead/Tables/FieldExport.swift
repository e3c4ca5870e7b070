@_spi(Package) import Bytes
import JSONText

/// The fields of one file while it is read.
struct FieldExport {
    /// What the file should be, for messages.
    static let kind = TableKind(
        name: "a fields export of Deals", entries: "fields",
        origin: "GET /crm/v2/settings/fields?module=Deals")

    /// Fields of a v2 export.
    private(set) var fields: [ExportedField] = []
    /// Fields of a v1 export.
    private(set) var v1Fields: [V1Field] = []
    /// Api names of the fields that the export says are no custom fields.
    private var standardNames: Set<String> = []

    /// Reads the v2 export, or the JSON form of v1 `getFields`.
    mutating func readJSON(_ text: inout TableText) throws(TranslationFailure) {
        var export = self
        try text.forEachEntry(of: "fields") { field, reader in
            reader.member("api_name", of: field) != nil && reader.member("data_type", of: field) != nil
        } page: { (text, node, _, reader) throws(TranslationFailure) in
            var module: (name: JSONReader.Node, sections: JSONReader.Node)?
            reader.forEachMember(of: node) { name, value in
                if module == nil, let sections = reader.member("section", of: value) { module = (name, sections) }
            }
            guard let module else { return false }
            guard ["Potentials", "Deals"].contains(reader.text(of: module.name)) else {
                throw text.failure(
                    .tableUnreadable, at: reader.offset(of: module.name),
                    "These are the fields of \(reader.text(of: module.name)), not \(Self.kind.name)\(Self.kind.hint)")
            }
            try export.readSections(module.sections, &text, reader)
            return true
        } _: { (text, field, path, reader) throws(TranslationFailure) in
            try export.readField(field, path: path, &text, reader)
        }
        self = export
    }

    /// Refuses an export of another module, which would leave every label without a field.
    ///
    /// Only v1's exports name their module. One of v2 is of Deals when it lists a field that only Deals have; it is not when it
    /// lists the name of another module's records, or a standard field and none of Deals. An export of custom fields alone may
    /// be of any module and is taken.
    func check(_ text: TableText) throws(TranslationFailure) {
        let names = Set(fields.map(\.field.apiName))
        // The name of a deal is text; in other modules a field of this name looks up a deal. That of an account is text in accounts only.
        let isLookup = { name in fields.first { $0.field.apiName == name }.map { $0.field.dataType == .lookup } }
        if fields.isEmpty || isLookup("Deal_Name") == false { return }
        let stranger =
            names.intersection(StandardFields.namesOfOtherRecords).min()
            ?? (isLookup("Account_Name") == false ? "Account_Name of type text" : nil)
            ?? (isLookup("Deal_Name") == true ? "Deal_Name as a lookup" : nil)
            ?? (names.isDisjoint(with: StandardFields.namesOfDealsOnly) ? standardNames.min() : nil)
        guard let stranger else { return }
        throw text.failure(
            .tableUnreadable, at: 0,
            "The file lists \(stranger) and no name of a deal, so it is not \(Self.kind.name)\(Self.kind.hint)")
    }

    /// Takes a field of a v1 export.
    mutating func add(_ field: V1Field) { v1Fields.append(field) }

    // MARK: v2

    private mutating func readField(
        _ node: JSONReader.Node, path: String, _ text: inout TableText, _ reader: borrowing JSONReader
    ) throws(TranslationFailure) {
        let apiName = reader.trimmedText("api_name", of: node)
        guard !apiName.isEmpty else {
            let place = reader.offset(of: reader.member("api_name", of: node) ?? node)
            try text.report(.tableValue, at: place, path: path + ".api_name", "The field has no api_name")
            return
        }
        let typeName = reader.trimmedText("data_type", of: node)
        let jsonType = reader.trimmedText("json_type", of: node)
        let field = Field(
            apiName: apiName, dataType: Field.DataType(zohoName: typeName, jsonType: jsonType),
            destination: Self.isWritable(node, typeName: typeName, reader) ? .deal : .system,
            length: Int(reader.trimmedText("length", of: node)), picklist: Self.picklist(of: node, reader),
            isJSONString: jsonType == "string",
            isMandatory: reader.member("system_mandatory", of: node).map { reader.isTrue($0) } ?? false)
        if let custom = reader.member("custom_field", of: node), reader.kind(of: custom) == .boolean,
            !reader.isTrue(custom)
        {
            standardNames.insert(apiName)
        }
        let label = reader.trimmedText("field_label", of: node)
        let shown = reader.trimmedText("display_label", of: node)
        fields.append(
            ExportedField(
                field: field, fieldLabel: label.isEmpty ? nil : label, otherLabels: shown.isEmpty ? [] : [shown]))
    }

    /// Whether the API takes values for a field: not read-only, not computed, not refused on creation.
    private static func isWritable(
        _ node: JSONReader.Node, typeName: String, _ reader: borrowing JSONReader
    ) -> Bool {
        func isSet(_ name: StaticString) -> Bool { reader.member(name, of: node).map { reader.isTrue($0) } ?? false }
        // Every field has these members; they are empty objects where the field is not computed.
        func isFilled(_ name: StaticString) -> Bool {
            reader.member(name, of: node).map { reader.count(of: $0) > 0 } ?? false
        }
        if isSet("read_only") || isSet("field_read_only") || isFilled("formula") || isFilled("auto_number") {
            return false
        }
        if ["formula", "autonumber", "rollup_summary"].contains(typeName) { return false }
        if let operations = reader.member("operation_type", of: node),
            let create = reader.member("api_create", of: operations), reader.kind(of: create) == .boolean
        {
            return reader.isTrue(create)
        }
        return true
    }

    private static func picklist(
        of node: JSONReader.Node, _ reader: borrowing JSONReader
    ) -> [Field.PicklistValue] {
        guard let list = reader.member("pick_list_values", of: node) else { return [] }
        var values: [Field.PicklistValue] = []
        reader.forEachElement(of: list) { value in
            let shown = reader.trimmedText("display_value", of: value)
            let actual = reader.trimmedText("actual_value", of: value)
            if shown.isEmpty && actual.isEmpty { return }
            values.append(
                .init(
                    displayValue: shown.isEmpty ? actual : shown, actualValue: actual.isEmpty ? shown : actual,
                    isUsed: reader.trimmedText("type", of: value) != "unused"))
        }
        return values
    }

    // MARK: v1 in JSON

    /// Calls `body` with each element of an array, or with the one value that v1 writes without an array.
    private func forEach(
        _ list: JSONReader.Node, _ reader: borrowing JSONReader,
        _ body: (JSONReader.Node) throws(TranslationFailure) -> Void
    ) throws(TranslationFailure) {
        if reader.kind(of: list) == .array { try reader.forEachElement(of: list, body) } else { try body(list) }
    }

    private mutating func readSections(
        _ sections: JSONReader.Node, _ text: inout TableText, _ reader: borrowing JSONReader
    ) throws(TranslationFailure) {
        try forEach(sections, reader) { (section) throws(TranslationFailure) in
            guard let list = reader.member("FL", of: section) else { return }
            try forEach(list, reader) { (node) throws(TranslationFailure) in
                let label = reader.trimmedText("label", of: node)
                guard !label.isEmpty else {
                    try text.report(.tableValue, at: reader.offset(of: node), "The field has no label")
                    return
                }
                add(
                    V1Field(
                        label: label, shownLabel: reader.trimmedText("dv", of: node),
                        type: reader.trimmedText("type", of: node),
                        length: Int(reader.trimmedText("maxlength", of: node)),
                        picklist: Self.v1Picklist(of: node, reader),
                        isReadOnly: reader.trimmedText("isreadonly", of: node) == "true"))
            }
        }
    }

    private static func v1Picklist(of node: JSONReader.Node, _ reader: borrowing JSONReader) -> [String] {
        guard let list = reader.member("val", of: node) else { return [] }
        var values: [String] = []
        func add(_ value: JSONReader.Node) {
            // A value with attributes, such as the default one, is an object.
            let text =
                reader.kind(of: value) == .string ? reader.text(of: value) : reader.trimmedText("content", of: value)
            if !text.isEmpty { values.append(text) }
        }
        if reader.kind(of: list) == .array { reader.forEachElement(of: list) { add($0) } } else { add(list) }
        return values
    }
}
