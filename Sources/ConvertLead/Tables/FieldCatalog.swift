/// The fields of Deals that an organisation has: the standard ones, overlaid by its exports.
public struct FieldCatalog: Sendable {
    /// All fields; an export replaces type, length and picklist of a standard field of the same api name and adds labels.
    public private(set) var fields: [Field]

    /// The standard fields only.
    public init() { fields = StandardFields.all }

    /// Adds a field of an export, or merges it into the known field of the same api name.
    package mutating func merge(_ field: Field) {
        guard let index = fields.firstIndex(where: { $0.apiName == field.apiName }) else {
            fields.append(field)
            return
        }
        var merged = field
        if fields[index].destination != .deal { merged.destination = fields[index].destination }
        merged.labels = fields[index].labels + field.labels.filter { !fields[index].labels.contains($0) }
        fields[index] = merged
    }
}
