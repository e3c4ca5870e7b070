@_spi(Package) import Bytes
import JSONText

/// The organisation's tables made ready for the hot path: every look-up is by bytes and allocates nothing.
///
/// Made once from ``OrganizationTables`` and ``TranslationOptions``; owned by one translator.
package struct TranslationTables: ~Copyable {
    /// A field as the hot path needs it.
    package struct Entry: BitwiseCopyable {
        /// The api name, escaped where JSON would escape it.
        var name: ByteRange
        package var dataType: Field.DataType
        package var destination: Field.Destination
        var isJSONString: Bool
        package var hasPicklist: Bool
        var hasLookup: Bool
        /// Most characters, or `Int32.max`.
        var length: Int32
        /// Whether it holds a percentage from 0 to 100.
        var isProbability: Bool
        /// Whether the options have a default for it.
        var hasDefault = false
        /// Whether a deal needs it and no default fills it.
        var isRequired = false
    }

    /// What became of an assignee's e-mail.
    package enum UserMatch {
        /// An active user.
        case active(ByteView)
        /// The first of several active users.
        case ambiguous(ByteView)
        /// The only users are inactive; the first of them.
        case inactive(ByteView)
        /// The only users are deleted.
        case deleted
        /// Nobody.
        case missing
    }

    /// A user by e-mail. Not private: the compiler emits the list of these where a translator is destroyed, in another file.
    struct UserEntry: BitwiseCopyable {
        var id: ByteRange
        var status: UInt8
        var isAmbiguous: Bool
    }

    /// The fields, by number.
    package private(set) var entries = ReusableArray<Entry>(minimumCapacity: 128)
    /// Api names, ids and picklist values, one after the other.
    private var texts = ByteBuffer(minimumCapacity: 4096)
    private var ranges = ReusableArray<ByteRange>()
    private var labels = ByteStringMap(ignoringCase: true)
    private var labelKeys: [String: Int] = [:]
    private var apiNames = ByteStringMap(ignoringCase: false)
    /// Picklist texts and names in lookup tables, each in the scope of its field's number.
    private var picklists = ByteStringMap(ignoringCase: false)
    private var lookups = ByteStringMap(ignoringCase: false)
    private var roles = ByteStringMap(ignoringCase: false)
    private var roleIDs = ByteStringMap(ignoringCase: false)
    private var emails = ByteStringMap(ignoringCase: true)
    private var userIDs = ByteStringMap(ignoringCase: false)
    private var users = ReusableArray<UserEntry>()
    /// Whether more users exist than the table has.
    let hasIncompleteUsers: Bool
    private var fallback = ByteRange.empty
    /// The fields that each deal needs from v1, with the label that names them there.
    private(set) var requiredFields: [(field: Int, label: String)] = []

    /// Labels remembered by their bytes; beyond these, unusual spellings are compared anew each time.
    private static let mostRememberedLabels = 4096
    private static let longestRememberedLabel = 256
    /// In the place of a text: a picklist value that is no longer in use.
    private static let unused = -1

    package init(_ tables: OrganizationTables, _ options: TranslationOptions) {
        hasIncompleteUsers = tables.users.isIncomplete
        for field in tables.fields.fields { addField(field, tables) }
        // A field with a lookup table takes ids, also when no export has it.
        for apiName in tables.lookups.keys.sorted() {
            _ = fieldNumber(apiName: apiName, like: Field(apiName: apiName, dataType: .lookup), tables)
        }
        for (label, apiName) in options.labels.map({ ($0.label, $0.apiName) }) {
            let known = tables.fields.unnamedField(labelled: label)
            addLabel(label, fieldNumber(apiName: apiName, like: known, tables))
        }
        for (number, field) in tables.fields.fields.enumerated() {
            for label in field.labels where tables.fields.index(labelled: label) == number { addLabel(label, number) }
        }
        if options.unknownField == .guess {
            // A v1 export alone tells no api names, but the types that guessed fields should be read by.
            for field in tables.fields.unnamedFields where field.destination == .deal {
                guard let label = field.labels.first else { continue }
                let name = String(guessingAPINameOf: label)
                if let name { _ = fieldNumber(apiName: name, like: field, tables) }
            }
        }
        for value in options.dealDefaults {
            let field = Field(apiName: value.apiName, dataType: value.value.dataType)
            entries[fieldNumber(apiName: value.apiName, like: field, tables)].hasDefault = true
        }
        for (number, field) in tables.fields.fields.enumerated() { addRequirement(field, number) }
        for (name, id) in tables.roles.ids {
            roles.insert(name, addText(id.digits))
            roleIDs.insert(id.digits, 0)
        }
        for user in tables.users.users { addUser(user) }
        if case .fallback(let id) = options.unknownAssignee { fallback = ranges[addText(id.digits)] }
    }

    // MARK: Making

    private mutating func addText(_ text: String) -> Int {
        let start = texts.count
        texts.append(string: text)
        ranges.append(ByteRange(start, texts.count - start))
        return ranges.count - 1
    }

    private mutating func addField(_ field: Field, _ tables: OrganizationTables) {
        let number = entries.count
        let name = ranges[
            addText(String(decoding: JSONWriter.quoted(field.apiName).dropFirst().dropLast(), as: UTF8.self))]
        let lookup = tables.lookups[field.apiName]
        entries.append(
            Entry(
                name: name, dataType: field.dataType, destination: field.destination,
                isJSONString: field.isJSONString,
                hasPicklist: !field.picklist.isEmpty, hasLookup: lookup != nil,
                length: field.length.flatMap { $0 > 0 ? Int32(exactly: $0) : nil } ?? .max,
                isProbability: field.apiName == "Probability"))
        apiNames.insert(field.apiName, number)
        addPicklist(field.picklist, Int32(number))
        for (name, id) in lookup?.ids ?? [:] {
            lookups.insert(name, scope: Int32(number), addText(id.digits))
        }
    }

    /// Remembers what is sent for each text of a picklist: of a value in use its display value.
    ///
    /// What people see is what v1 sent, so it wins over an actual value that looks the same.
    private mutating func addPicklist(_ values: [Field.PicklistValue], _ scope: Int32) {
        let used = values.filter(\.isUsed).map { (value: $0, text: addText($0.displayValue)) }
        for (value, text) in used { picklists.insert(value.displayValue, scope: scope, text) }
        for (value, text) in used { picklists.insert(value.actualValue, scope: scope, text) }
        for value in values where !value.isUsed {
            picklists.insert(value.displayValue, scope: scope, Self.unused)
            picklists.insert(value.actualValue, scope: scope, Self.unused)
        }
    }

    /// Asks for a field that the standard or the export calls mandatory, unless a default fills it, the conversion does, or
    /// v1 cannot give it.
    private mutating func addRequirement(_ field: Field, _ number: Int) {
        let standard = StandardFields.mandatory.first { $0.apiName == field.apiName }?.label
        let isAsked =
            switch field.dataType {
            case .other, .tags, .layout: false
            default: field.isMandatory && field.destination == .deal
            }
        guard !entries[number].hasDefault, standard != nil || isAsked else { return }
        entries[number].isRequired = true
        requiredFields.append((number, standard ?? field.labels.first ?? field.apiName))
    }

    /// The number of the field with an api name; one that no export has is added, like `known` or as text.
    private mutating func fieldNumber(apiName: String, like known: Field? = nil, _ tables: OrganizationTables) -> Int {
        if let number = Array(apiName.utf8).withByteView({ apiNames.find($0) }) { return number }
        var field = known ?? Field(apiName: apiName, dataType: .text)
        field.apiName = apiName
        addField(field, tables)
        return entries.count - 1
    }

    private mutating func addLabel(_ label: String, _ number: Int) {
        let key = label.foldedLabel
        guard labelKeys[key] == nil else { return }
        labelKeys[key] = number
        labels.insert(label, number)
    }

    private mutating func addUser(_ user: UserTable.User) {
        let id = addText(user.id.digits)
        userIDs.insert(text(id).bytes, 0)
        // The index ignores the case of ASCII letters itself.
        var email = user.email.utf8.allSatisfy { $0 < 0x80 } ? user.email : user.email.lowercased()
        let status: UInt8 =
            switch user.status {
            case .active: 0
            case .inactive: 1
            case .deleted: 2
            }
        let entry = UserEntry(id: ranges[id], status: status, isAmbiguous: false)
        let isNew = email.withByteView { emails.insert($0, users.count) }
        guard !isNew, let known = email.withByteView({ emails.find($0) }) else {
            users.append(entry)
            return
        }
        if status < users[known].status {
            users[known] = entry
        } else if status == 0 && texts[users[known].id].text != user.id.digits {
            users[known].isAmbiguous = true
        }
    }

    // MARK: Looking up

    /// The `api_name` of a field.
    @inline(__always)
    package func name(of entry: Entry) -> PaddedView { texts[entry.name] }

    @inline(__always)
    private func text(_ number: Int) -> PaddedView { texts[ranges[number]] }

    /// The number of the field with a label, or -1.
    @inline(__always)
    package mutating func field(labelled label: PaddedView) -> Int {
        labels.find(label) ?? fieldBySpelling(label)
    }

    private mutating func fieldBySpelling(_ label: PaddedView) -> Int {
        let number = labelKeys[label.text.foldedLabel] ?? -1
        if labels.count < Self.mostRememberedLabels && label.count <= Self.longestRememberedLabel {
            labels.insert(label.bytes, number)
        }
        return number
    }

    /// The number of the field with an api name, or -1.
    package mutating func field(apiName: PaddedView) -> Int { apiNames.find(apiName) ?? -1 }

    /// What the API takes for a picklist text, or `nil` when it is not among the field's values in use.
    @inline(__always)
    package mutating func picklistValue(_ value: PaddedView, of field: Int) -> PaddedView? {
        guard let number = picklists.find(value, scope: Int32(truncatingIfNeeded: field)), number >= 0 else {
            return nil
        }
        return text(number)
    }

    /// Whether a picklist text is one of the field's values that are no longer in use.
    mutating func isUnusedPicklistValue(_ value: PaddedView, of field: Int) -> Bool {
        picklists.find(value, scope: Int32(truncatingIfNeeded: field)) == Self.unused
    }

    /// The id under a name in a field's lookup table.
    @inline(__always)
    mutating func lookupID(_ name: PaddedView, of field: Int) -> ByteView? {
        guard let number = lookups.find(name, scope: Int32(truncatingIfNeeded: field)) else { return nil }
        return text(number).bytes
    }

    /// The id of a contact role, by its name or by the id itself.
    package mutating func roleID(_ role: PaddedView) -> ByteView? {
        if let number = roles.find(role) { return text(number).bytes }
        return roleIDs.find(role) == nil ? nil : role.bytes
    }

    /// The user id that unknown assignees fall back to.
    var fallbackID: ByteView { texts[fallback].bytes }

    /// Whether the users table lists an id.
    package mutating func listsUser(id: PaddedView) -> Bool { userIDs.find(id) != nil }

    /// The user with an e-mail, its case ignored.
    package mutating func user(email: PaddedView) -> UserMatch {
        var number = emails.find(email)
        if number == nil && email.bytes.contains(where: { $0 >= 0x80 }) {
            number = Array(email.text.lowercased().utf8).withByteView { emails.find($0) }
        }
        guard let number else { return .missing }
        let user = users[number]
        let id = texts[user.id].bytes
        switch user.status {
        case 0: return user.isAmbiguous ? .ambiguous(id) : .active(id)
        case 1: return .inactive(id)
        default: return .deleted
        }
    }
}

extension TranslationOptions.DefaultValue {
    /// The type of a field of which nothing but this default is known.
    fileprivate var dataType: Field.DataType {
        switch self {
        case .string: .text
        case .number: .double
        case .boolean: .boolean
        case .list: .multiselectpicklist
        }
    }
}
