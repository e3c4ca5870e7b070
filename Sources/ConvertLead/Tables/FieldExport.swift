import Bytes
import JSONText

/// The fields of one file while it is read.
struct FieldExport {
    /// What the file should be, for messages.
    static let kind = "a fields export"

    /// Fields of a v2 export.
    private(set) var fields: [ExportedField] = []
    /// Fields of a v1 export.
    private(set) var v1Fields: [V1Field] = []

    /// Reads the v2 export, or the JSON form of v1 `getFields`.
    mutating func readJSON(_ text: inout TableText) throws(TranslationFailure) {
        var reader = JSONReader()
        let root = try text.readJSON(&reader)
        if let list = reader.member("fields", of: root), reader.kind(of: list) == .array {
            var index = 0
            try reader.forEachElement(of: list) { (field) throws(TranslationFailure) in
                try readField(field, path: "fields[\(index)]", &text, reader)
                index += 1
            }
        } else if let module = reader.member("Potentials", of: root) ?? reader.member("Deals", of: root),
            let sections = reader.member("section", of: module)
        {
            try readSections(sections, &text, reader)
        } else {
            throw text.notAnExport(root, kind: "\(Self.kind) of Deals or Potentials", reader)
        }
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
