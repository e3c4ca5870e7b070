@_spi(Package) import Bytes
import JSONText

/// The fields of an organisation's deals: the standard ones, changed and extended by its exports.
///
/// Exports may be read in any order: each read joins v1 and v2 fields again, over everything read so far.
public struct FieldCatalog: Sendable {
    /// All fields, the standard ones first; an export replaces type, length and picklist of a standard field of the same
    /// api name and adds labels.
    public private(set) var fields: [Field] = StandardFields.all
    /// Fields that only a v1 `getFields` export lists, so that their api name is not known: it is empty.
    package private(set) var unnamedFields: [Field] = []

    /// Fields of v2 exports, by api name once each.
    private var exported: [ExportedField] = []
    /// Fields of v1 exports.
    private var v1Fields: [V1Field] = []
    /// Index into `fields` by folded label.
    private var indexByLabel: [String: Int] = [:]
    /// Index into `unnamedFields` by folded label.
    private var unnamedIndexByLabel: [String: Int] = [:]

    /// The standard fields only.
    public init() { join() }

    /// Index into ``fields`` of the field a v1 label means; `nil` when no table knows the label.
    ///
    /// Labels are compared folded. Standard labels come first, then `field_label`, `display_label` and v1's `label` and
    /// `dv` of the exports; of two fields with one label the first counts.
    package func index(labelled label: String) -> Int? { indexByLabel[label.foldedLabel] }

    /// The field a v1 label means when only a v1 export knows it; its api name is empty, its type, length and picklist
    /// are v1's.
    package func unnamedField(labelled label: String) -> Field? {
        unnamedIndexByLabel[label.foldedLabel].map { unnamedFields[$0] }
    }

    /// Index into ``fields`` of the field with this api name.
    package func index(named apiName: String) -> Int? { fields.firstIndex { $0.apiName == apiName } }

    /// Whether an export of v2 was read, so that a field not in ``fields`` is not in the CRM either.
    package var hasExport: Bool { !exported.isEmpty }

    /// Adds a field of an export, or merges it into the known field of the same api name.
    package mutating func merge(_ field: Field) {
        add(ExportedField(field: field, fieldLabel: field.labels.first, otherLabels: Array(field.labels.dropFirst())))
        join()
    }

    /// Adds the fields of one file, in any of these forms, recognised by content:
    ///
    /// - v2 fields export for Deals, `{"fields":[{"api_name":…,"field_label":…,"data_type":…},…]}`. Fields that are read-only
    ///   or computed are known but never sent.
    /// - v1 `getFields`: XML `<Potentials><section><FL label="…" dv="…" type="…">…</FL></section></Potentials>` (or `Deals`),
    ///   or its JSON form. A `label` joins the v2 field whose label equals its `label` or `dv`.
    ///
    /// When this throws, the catalog is as it was.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - source: its name, for diagnostics.
    ///
    /// Units: lengths are characters.
    /// Reports: `table.unreadable`, `table.value` (a field without a name), `json.syntax`, `xml.*`.
    /// Source: Zoho.md, "Fields of a deal" and "Fields export".
    public mutating func read(_ bytes: some Collection<UInt8>, source: String) throws(TranslationFailure) {
        var export = FieldExport()
        try TableText.read(bytes, source: source, FieldExport.kind) { (text) throws(TranslationFailure) in
            switch text.form {
            case .json: try export.readJSON(&text)
            case .xml: try export.readXML(&text)
            case .csv:
                throw text.failure(
                    .tableUnreadable, at: 0,
                    "This is neither JSON nor XML, so not \(FieldExport.kind.name)\(FieldExport.kind.hint)")
            }
            try text.finish()
            try export.check(text)
            return export.fields.count + export.v1Fields.count
        }
        for field in export.fields { add(field) }
        v1Fields += export.v1Fields
        join()
    }

    private mutating func add(_ field: ExportedField) {
        guard let index = exported.firstIndex(where: { $0.field.apiName == field.field.apiName }) else {
            exported.append(field)
            return
        }
        // The same field in another language or of another day: the last export counts, the labels of both do.
        var merged = field
        merged.otherLabels += exported[index].allLabels.filter { !field.allLabels.contains($0) }
        exported[index] = merged
    }

    /// Makes `fields` and the label index from the standard fields and everything exported.
    private mutating func join() {
        fields = StandardFields.all
        indexByLabel = [:]
        for (index, field) in fields.enumerated() {
            for label in field.labels { addLabel(label, of: index) }
        }
        var places: [Int] = []
        for export in exported { places.append(place(export)) }
        for (export, place) in zip(exported, places) { addLabel(export.fieldLabel, of: place) }
        for (export, place) in zip(exported, places) {
            for label in export.otherLabels { addLabel(label, of: place) }
        }
        joinV1()
    }

    private mutating func addLabel(_ label: String?, of index: Int) {
        guard let label, !label.isEmpty else { return }
        let key = label.foldedLabel
        if indexByLabel[key] == nil { indexByLabel[key] = index }
        if !fields[index].labels.contains(label) { fields[index].labels.append(label) }
    }

    /// Puts an exported field into `fields`, without its labels, and gives its index.
    private mutating func place(_ export: ExportedField) -> Int {
        var field = export.field
        field.labels = []
        guard let index = index(named: field.apiName) else {
            fields.append(field)
            return fields.count - 1
        }
        let known = fields[index]
        field.labels = known.labels
        // What goes elsewhere than into the deal keeps its way, and a deal cannot do without its mandatory fields.
        let isMandatory = StandardFields.mandatory.contains { $0.apiName == field.apiName }
        if known.destination != .deal || isMandatory { field.destination = known.destination }
        // Tags are listed as text, and as a list at the same time.
        if known.dataType == .tags { field.dataType = known.dataType }
        fields[index] = field
        return index
    }

    private mutating func joinV1() {
        unnamedFields = []
        unnamedIndexByLabel = [:]
        let exportedNames = Set(exported.map(\.field.apiName))
        let known = v1Fields.map { indexByLabel[$0.label.foldedLabel] ?? indexByLabel[$0.shownLabel.foldedLabel] }
        for (v1Field, index) in zip(v1Fields, known) {
            if let index {
                if fields[index].length == nil { fields[index].length = v1Field.field.length }
                if fields[index].picklist.isEmpty { fields[index].picklist = v1Field.field.picklist }
                let isKnownType = exportedNames.contains(fields[index].apiName) || fields[index].destination != .deal
                if !isKnownType && fields[index].dataType == .text { fields[index].dataType = v1Field.field.dataType }
                addLabel(v1Field.label, of: index)
                addLabel(v1Field.shownLabel, of: index)
            } else {
                for label in v1Field.field.labels {
                    let key = label.foldedLabel
                    if unnamedIndexByLabel[key] == nil { unnamedIndexByLabel[key] = unnamedFields.count }
                }
                unnamedFields.append(v1Field.field)
            }
        }
    }
}

/// A field of a v2 export.
struct ExportedField: Sendable {
    /// The field; its labels are the two below.
    var field: Field
    /// `field_label`, in the language of the user who exported it.
    var fieldLabel: String?
    /// `display_label`, and labels of other exports.
    var otherLabels: [String]

    /// All labels.
    var allLabels: [String] { (fieldLabel.map { [$0] } ?? []) + otherLabels }
}

/// A field of a v1 `getFields` export.
struct V1Field: Sendable {
    /// Its `label`: the name v1 expects in `FL val`.
    var label: String
    /// Its `dv`: the label people see.
    var shownLabel: String
    /// Type, length and picklist; the api name is empty, the labels are both.
    var field: Field

    /// A field from its parts; `-None-`, the mark of no choice, is not a value of its picklist.
    init(label: String, shownLabel: String, type: String, length: Int?, picklist: [String], isReadOnly: Bool) {
        self.label = label
        self.shownLabel = shownLabel
        let dataType = Field.DataType(v1Name: type)
        let isComputed = dataType == .formula || dataType == .autonumber
        field = Field(
            apiName: "", dataType: dataType, destination: isReadOnly || isComputed ? .system : .deal, length: length,
            picklist: picklist.filter { $0 != "-None-" }.map { .init(displayValue: $0, actualValue: $0) },
            labels: shownLabel.isEmpty || shownLabel == label ? [label] : [label, shownLabel])
    }
}

extension Field.DataType {
    /// The type of a word that v1 `getFields` uses, such as `Pick List`; any other word is text.
    ///
    /// Observed in recorded replies and client libraries: Zoho's v1 pages list no words.
    init(v1Name: String) {
        let letters = v1Name.lowercased().filter { $0 >= "a" && $0 <= "z" }
        switch letters {
        case "multiselectpicklist", "multiselect": self = .multiselectpicklist
        case "checkbox": self = .boolean
        case "decimal": self = .double
        case "number": self = .integer
        case "long", "longinteger": self = .bigint
        case "url": self = .website
        default: self = Field.DataType(rawValue: letters) ?? .text
        }
    }
}
