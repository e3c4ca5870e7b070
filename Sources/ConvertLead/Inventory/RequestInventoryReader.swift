import Bytes

/// Takes the inventory of v1 documents, one after the other.
///
/// It judges nothing, so that a request that would be refused for one value is counted with all the others. Unlike the
/// translator it looks into every row.
package struct RequestInventoryReader: ~Copyable {
    private var reader: V1RequestReader
    private var tables: TranslationTables
    private let organization: OrganizationTables
    private let options: TranslationOptions

    private var documents = 0
    private var roots = Occurrences()
    private var optionNames = Occurrences()
    private var optionValues: [String: Occurrences] = [:]
    private var labels = Occurrences()
    private var assignees = Occurrences()
    private var choices: [Int: Occurrences] = [:]
    private var roles = Occurrences()
    private var dates: [DateForm: RequestInventory.Dates] = [:]
    private var timesWithoutOffset = 0

    /// An inventory with nothing in it yet.
    package init(tables: OrganizationTables, options: TranslationOptions) {
        self.organization = tables
        self.options = options
        self.tables = TranslationTables(tables, options)
        reader = V1RequestReader(options)
    }

    /// Counts what one document says; one that is broken is passed over.
    ///
    /// - Parameter place: `file:line` of the document, asked for where something is met for the first time.
    package mutating func read(_ text: ByteView, isDecoded: Bool, place: () -> String) {
        guard (try? reader.xml.read(text, isDecoded: isDecoded)) != nil else { return }
        documents += 1
        roots.add(reader.elementName(at: 0), place)
        // Root, row, and in it the elements that count.
        var open: [Int] = []
        for index in 0..<reader.xml.events.count {
            let event = reader.xml.events[index]
            switch event.kind {
            case .start: open.append(index)
            case .end:
                guard let start = open.popLast(), open.count == 2, reader.xml.events[open[1]].name == V1Name.row else {
                    continue
                }
                readElement(from: start, to: index, place)
            case .attribute, .text: continue
            }
        }
    }

    private mutating func readElement(from start: Int, to end: Int, _ place: () -> String) {
        let element = reader.xml.events[start].name
        guard element == V1Name.option || element == V1Name.field,
            let name = reader.valueAttribute(at: start)?.trimmed, !name.isEmpty
        else { return }
        let text = reader.text(from: start, to: end)
        if let option = V1Option(name) {
            let spelling = optionNames.add(name.text, place)
            if option == .assignTo {
                if let text, !text.isEmpty { assignees.add(text.text.lowercased(), place) }
            } else {
                let value = text.map { $0.isEmpty ? "(empty)" : V1ValueText.boolean($0) == nil ? "(other)" : $0.text }
                optionValues[spelling, default: Occurrences()].add(value ?? "(other)", place)
            }
        } else if element == V1Name.option {
            optionNames.add(name.text, place)
        } else {
            labels.add(name.text, place)
            let field = tables.field(labelled: name)
            guard field >= 0, let text, !text.isEmpty, !text.equals("null") else { return }
            readValue(text, of: field, place)
        }
    }

    private mutating func readValue(_ text: ByteView, of field: Int, _ place: () -> String) {
        let entry = tables.entries[field]
        if entry.destination == .contactRole {
            roles.add(text.text, place)
            return
        }
        guard entry.destination == .deal else { return }
        switch entry.dataType {
        case .picklist: choices[field, default: Occurrences()].add(text.text, place)
        case .multiselectpicklist:
            for part in text.split(separator: UInt8(ascii: ";")) {
                let value = part.base.slice(part.startIndex..<part.endIndex).trimmed
                if !value.isEmpty { choices[field, default: Occurrences()].add(value.text, place) }
            }
        case .date: readDate(text, entry, place)
        case .datetime:
            readDate(text, entry, place)
            do throws(V1ValueText.TimeProblem) {
                _ = try V1ValueText.time(text, order: options.dateOrder, zone: nil)
            } catch {
                if error == .offset { timesWithoutOffset += 1 }
            }
        default: break
        }
    }

    private mutating func readDate(_ text: ByteView, _ entry: TranslationTables.Entry, _ place: () -> String) {
        let form = DateForm(text)
        if dates[form] == nil {
            dates[form] = .init(form: form, field: tables.name(of: entry).text, count: 0, first: place())
        }
        dates[form]?.count += 1
    }

    // MARK: The result

    /// What was met so far, with what the tables make of it.
    package mutating func inventory() -> RequestInventory {
        var inventory = RequestInventory()
        inventory.documents = documents
        inventory.roots = roots.sorted
        inventory.options = optionNames.sorted.map { option in
            RequestInventory.Option(
                option: option, isKnown: Self.withBytes(option.name) { V1Option($0) != nil },
                values: optionValues[option.name]?.sorted ?? [])
        }
        inventory.labels = labels.sorted.map { judge($0) }
        inventory.assignees = assignees.sorted.map { judge($0) }
        for choice in judgedChoices() {
            if choice.field == "Stage" { inventory.stages.append(choice) } else { inventory.choices.append(choice) }
        }
        let hasRoles = !organization.roles.ids.isEmpty
        for role in roles.sorted {
            let isKnown = Self.withBytes(role.name) { tables.roleID($0) != nil }
            inventory.roles.append(.init(field: "Contact_Role", value: role, isKnown: hasRoles ? isKnown : nil))
        }
        inventory.dates = dates.values.sorted { ($1.count, $0.form.rawValue) < ($0.count, $1.form.rawValue) }
        inventory.timesWithoutOffset = timesWithoutOffset
        return inventory
    }

    private static func withBytes<Result>(_ text: String, _ body: (ByteView) -> Result) -> Result {
        var buffer = ByteBuffer(minimumCapacity: text.utf8.count)
        buffer.append(string: text)
        return body(buffer.bytes)
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
            if RecordID.isID(name) {
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
        let named = choices.keys.map { (name: tables.name(of: tables.entries[$0]).text, number: $0) }
        for (name, number) in named.sorted(by: { $0.name < $1.name }) {
            let hasPicklist = tables.entries[number].hasPicklist
            for value in choices[number]?.sorted ?? [] {
                let isKnown = Self.withBytes(value.name) { tables.picklistValue($0, of: number) != nil }
                judged.append(.init(field: name, value: value, isKnown: hasPicklist ? isKnown : nil))
            }
        }
        return judged
    }
}

/// Names with their counts and first places.
struct Occurrences {
    private var entries: [String: RequestInventory.Count] = [:]
    /// Different names kept, so that memory does not grow with a hostile archive.
    private static let limit = 10_000
    /// Characters of a name kept.
    private static let length = 500

    /// Counts a name.
    ///
    /// - Returns: the name it was counted under: beyond the limit new names count together.
    @discardableResult
    mutating func add(_ name: String, _ place: () -> String) -> String {
        var name = name.utf8.count > Self.length ? String(name.prefix(Self.length)) + "…" : name
        if entries[name] == nil {
            if entries.count >= Self.limit { name = "(others)" }
            if entries[name] == nil { entries[name] = .init(name: name, count: 0, first: place()) }
        }
        entries[name]?.count += 1
        return name
    }

    /// The most frequent first.
    var sorted: [RequestInventory.Count] {
        entries.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }
}
