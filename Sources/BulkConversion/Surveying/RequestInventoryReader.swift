@_spi(Package) import Bytes
import ConvertLead

/// Takes the inventory of v1 documents, one after the other.
///
/// It judges nothing, so that a request that would be refused for one value is counted with all the others. Unlike the
/// translator it looks into every row.
struct RequestInventoryReader: ~Copyable {
    private var tables: TranslationTables
    private let organization: OrganizationTables
    private let options: TranslationOptions

    private var documents = 0
    private var deals = 0
    private var dealsWithoutPipeline = 0
    /// What the document being counted asks for.
    private var (asksForDeal, hasPipeline) = (false, false)
    /// Number of the field `Pipeline`.
    private let pipelineField: Int
    private var names = NameCounts(limit: 10_000, longest: 500)
    private var lowercased = ByteBuffer(minimumCapacity: 256)
    private var dates: [DateForm: (RequestInventory.Dates, order: UInt64)] = [:]
    private var timesWithoutOffset = 0

    /// An inventory with nothing in it yet.
    init(tables: OrganizationTables, options: TranslationOptions) {
        self.organization = tables
        self.options = options
        var compiled = TranslationTables(tables, options)
        pipelineField = Self.withBytes(Self.pipeline) { compiled.field(apiName: $0) }
        self.tables = compiled
    }

    private static let pipeline = "Pipeline"

    /// What a name is.
    private enum Scope {
        static let root: Int32 = 0
        static let option: Int32 = 1
        static let label: Int32 = 2
        static let assignee: Int32 = 3
        static let role: Int32 = 4
        /// The values of an option, by the option's index among the names.
        static func values(ofOption index: Int) -> Int32 { firstOption + Int32(truncatingIfNeeded: index) }
        static let firstOption: Int32 = 1_000_000
        /// The values of a field, by its index in the tables.
        static func values(ofField index: Int) -> Int32 { 10 + Int32(truncatingIfNeeded: index) }
    }

    /// Counts what the document says that a reader has read last; one that is broken is passed over.
    ///
    /// - Parameter place: where the document is.
    mutating func count(_ reader: inout V1RequestReader, at place: InventoryPlace) {
        guard let root = reader.rootName else { return }
        documents += 1
        names.add(root, Scope.root, order: place.order, first: place.text())
        (asksForDeal, hasPipeline) = (false, false)
        reader.forEachElement { count($0, place) }
        if asksForDeal { deals += 1 }
        if asksForDeal && !hasPipeline { dealsWithoutPipeline += 1 }
    }

    private mutating func count(_ element: V1RequestReader.Element, _ place: InventoryPlace) {
        let (name, text) = (element.name.bytes, element.text?.bytes)
        switch element.kind {
        case .option(.assignTo):
            add(name, Scope.option, place)
            if let text, !text.isEmpty { addLowercased(text, Scope.assignee, place) }
        case .option(let option):
            if option == .createPotential, let text { asksForDeal = V1ValueText.boolean(text) == true }
            let index = add(name, Scope.option, place)
            let value = text.map {
                $0.isEmpty ? ByteView("(empty)") : V1ValueText.boolean($0) == nil ? ByteView("(other)") : $0
            }
            add(value ?? ByteView("(other)"), Scope.values(ofOption: index), place)
        case .unknownOption: add(name, Scope.option, place)
        case .field:
            add(name, Scope.label, place)
            let field = tables.field(labelled: element.name)
            guard field >= 0, let text = element.text, !text.isEmpty, !text.equals("null") else { return }
            if field == pipelineField { hasPipeline = true }
            countValue(text, of: field, place)
        }
    }

    @discardableResult
    private mutating func add(_ name: ByteView, _ kind: Int32, _ place: InventoryPlace) -> Int {
        names.add(name, kind, order: place.order, first: place.text())
    }

    private mutating func addLowercased(_ name: ByteView, _ kind: Int32, _ place: InventoryPlace) {
        lowercased.removeAll()
        for byte in name { lowercased.append(byte.lowercased) }
        names.add(lowercased.bytes, kind, order: place.order, first: place.text())
    }

    private mutating func countValue(_ text: PaddedView, of field: Int, _ place: InventoryPlace) {
        let entry = tables.entries[field]
        if entry.destination == .contactRole {
            add(text.bytes, Scope.role, place)
            return
        }
        guard entry.destination == .deal else { return }
        switch entry.dataType {
        case .picklist: add(text.bytes, Scope.values(ofField: field), place)
        case .multiselectpicklist:
            for part in text.bytes.split(separator: UInt8(ascii: ";")) {
                let value = part.base.slice(part.startIndex..<part.endIndex).trimmed
                if !value.isEmpty { add(value, Scope.values(ofField: field), place) }
            }
        case .date: countDate(text.bytes, entry, place)
        case .datetime:
            countDate(text.bytes, entry, place)
            if V1ValueText.isTimeWithoutOffset(text.bytes, order: options.dateOrder) { timesWithoutOffset += 1 }
        default: break
        }
    }

    private mutating func countDate(_ text: ByteView, _ entry: TranslationTables.Entry, _ place: InventoryPlace) {
        let form = DateForm(text)
        if dates[form] == nil {
            dates[form] = (
                .init(form: form, field: tables.name(of: entry).text, count: 0, first: place.text()), place.order
            )
        }
        dates[form]?.0.count += 1
    }

    /// Adds what another inventory of the same tables and options counted.
    mutating func add(_ other: consuming RequestInventoryReader) {
        documents += other.documents
        deals += other.deals
        dealsWithoutPipeline += other.dealsWithoutPipeline
        timesWithoutOffset += other.timesWithoutOffset
        for (form, (date, order)) in other.dates {
            guard let own = dates[form] else {
                dates[form] = (date, order)
                continue
            }
            var first = order < own.1 ? (date, order) : own
            first.0.count = date.count + own.0.count
            dates[form] = first
        }
        // The values of an option are counted under the option's index, which is another one here.
        let indexes = names.add(other.names) { $0 < Scope.firstOption ? $0 : nil }
        names.add(other.names) { kind in
            kind < Scope.firstOption
                ? nil : Scope.values(ofOption: indexes[Int(kind - Scope.firstOption)] ?? 0)
        }
    }

    // MARK: The result

    /// What was met so far, with what the tables make of it.
    mutating func inventory() -> RequestInventory {
        var inventory = RequestInventory()
        inventory.documents = documents
        inventory.deals = deals
        inventory.dealsWithoutPipeline = dealsWithoutPipeline
        inventory.roots = names.sorted(Scope.root)
        inventory.options = names.sorted(Scope.option).map { option in
            RequestInventory.Option(
                option: option, isKnown: Self.withBytes(option.name) { V1Option($0.bytes) != nil },
                values: names.index(of: option.name, Scope.option).map {
                    names.sorted(Scope.values(ofOption: $0))
                } ?? [])
        }
        inventory.labels = names.sorted(Scope.label).map { judge($0) }
        inventory.assignees = names.sorted(Scope.assignee).map { judge($0) }
        for choice in judgedChoices() {
            if choice.field == "Stage" { inventory.stages.append(choice) } else { inventory.choices.append(choice) }
        }
        let hasRoles = !organization.roles.ids.isEmpty
        for role in names.sorted(Scope.role) {
            let isKnown = Self.withBytes(role.name) { tables.roleID($0) != nil }
            inventory.roles.append(.init(field: "Contact_Role", value: role, isKnown: hasRoles ? isKnown : nil))
        }
        inventory.dates = dates.values.map(\.0).sorted { ($1.count, $0.form.rawValue) < ($0.count, $1.form.rawValue) }
        inventory.timesWithoutOffset = timesWithoutOffset
        return inventory
    }

    private static func withBytes<Result>(_ text: String, _ body: (PaddedView) -> Result) -> Result {
        var buffer = ByteBuffer(minimumCapacity: text.utf8.count)
        buffer.append(string: text)
        return body(buffer.padded)
    }

    private func judge(_ label: RequestInventory.Count) -> RequestInventory.Label {
        let proposal = String(guessingAPINameOf: label.name)
        let key = label.name.foldedLabel
        let configured = options.labels.first { $0.label.foldedLabel == key }?.apiName
        let index = organization.fields.index(labelled: label.name)
        guard configured == nil, index != nil else {
            let isGuessed = configured == nil && options.unknownField == .guess && proposal != nil
            let name = configured ?? (isGuessed ? proposal : nil)
            let field = name.flatMap { organization.fields.index(named: $0) }.map { organization.fields.fields[$0] }
            return .init(
                label: label, mapping: configured != nil ? .configuration : isGuessed ? .guess : .unknown,
                apiName: name,
                dataType: field?.dataType, destination: name == nil ? nil : field?.destination ?? .deal,
                proposal: proposal)
        }
        let isStandard = StandardFields.all.contains { $0.labels.contains { $0.foldedLabel == key } }
        let field = organization.fields.fields[index ?? 0]
        return .init(
            label: label, mapping: isStandard ? .standard : .export, apiName: field.apiName, dataType: field.dataType,
            destination: field.destination, proposal: proposal)
    }

    private mutating func judge(_ assignee: RequestInventory.Count) -> RequestInventory.Assignee {
        Self.withBytes(assignee.name) { name in
            if RecordID.isID(name.bytes) {
                return .init(
                    assignee: assignee, status: tables.listsUser(id: name) ? .listed : .unlisted, id: assignee.name)
            }
            switch tables.user(email: name) {
            case .active(let id): return .init(assignee: assignee, status: .active, id: id.text)
            case .ambiguous(let id): return .init(assignee: assignee, status: .ambiguous, id: id.text)
            case .inactive(let id): return .init(assignee: assignee, status: .inactive, id: id.text)
            case .deleted: return .init(assignee: assignee, status: .deleted, id: nil)
            case .missing: return .init(assignee: assignee, status: .unknown, id: nil)
            }
        }
    }

    private mutating func judgedChoices() -> [RequestInventory.Choice] {
        var judged: [RequestInventory.Choice] = []
        let named = (0..<tables.entries.count).map { (name: tables.name(of: tables.entries[$0]).text, number: $0) }
        for (name, number) in named.sorted(by: { $0.name < $1.name }) {
            let hasPicklist = tables.entries[number].hasPicklist
            for value in names.sorted(Scope.values(ofField: number)) {
                let isKnown = Self.withBytes(value.name) { tables.picklistValue($0, of: number) != nil }
                judged.append(.init(field: name, value: value, isKnown: hasPicklist ? isKnown : nil))
            }
        }
        return judged
    }
}

extension NameCounts {
    /// The names of a kind, the most frequent first.
    func sorted(_ kind: Int32) -> [RequestInventory.Count] {
        entries(of: kind).map { .init(name: $0.name, count: $0.count, first: $0.first) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }
}
