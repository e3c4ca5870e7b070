import Foundation
import FoundationXML

/// The settings of one run that both translators are given.
struct NaiveSettings {
    var version = "v2"
    var omitsBadValues = false
    var guesses = false
    var sendsNull = false
    var isDayFirst = false
    /// Offset such as `+05:30`.
    var zone: String?
    var pipeline: String?
}

/// A second translator, written from the rules on Foundation alone and sharing no code with the first. It is slow and
/// simple: trees, dictionaries, strings.
struct NaiveTranslator {
    /// What should become of a request.
    enum Outcome {
        case refused
        /// `data[0]`, and the positions of the named elements that are not in it.
        case body([String: Any], unsent: Set<Int>)
    }

    private struct Field {
        var apiName: String
        var type: String
        var isString = false
        var picklist: [String: String] = [:]
    }

    private let fields: [String: Field]
    private let users = [
        "sample@zoho.com": "1386586000000105001", "asha.rao@example.com": "1386586000000105002",
        "carol@example.com": "1386586000000105004", "ivan@example.com": "1386586000000105005",
    ]
    private let campaigns = ["Spring fair": "1386586000000803001"]
    private let roles = ["Purchasing": "1386586000000006875"]

    /// - Parameter export: `Samples/org/fields-of-every-type.json`.
    init(export: Data) throws {
        var fields: [String: Field] = [:]
        for (label, apiName, type) in [
            ("Potential Name", "Deal_Name", "text"), ("Deal Name", "Deal_Name", "text"),
            ("Closing Date", "Closing_Date", "date"), ("Potential Stage", "Stage", "picklist"),
            ("Deal Stage", "Stage", "picklist"), ("Stage", "Stage", "picklist"), ("Amount", "Amount", "currency"),
            ("Probability", "Probability", "probability"), ("Campaign Source", "Campaign_Source", "lookup"),
            ("Contact Role", "Contact_Role", "role"), ("Type", "Type", "text"), ("Next Step", "Next_Step", "text"),
            ("Description", "Description", "text"), ("ACCOUNTID", "Accounts", "account"),
            ("CONTACTID", "Contacts", "account"), ("OVERWRITE", "overwrite", "overwrite"),
            ("Account Name", "Account_Name", "system"), ("SMOWNERID", "Owner", "system"),
            ("Created Time", "Created_Time", "system"), ("Expected Revenue", "Expected_Revenue", "system"),
        ] {
            fields[Self.folded(label)] = Field(apiName: apiName, type: type)
        }
        let json = try JSONSerialization.jsonObject(with: export) as? [String: [[String: Any]]]
        for field in json?["fields"] ?? [] {
            guard let name = field["api_name"] as? String, let label = field["field_label"] as? String,
                let type = field["data_type"] as? String
            else { continue }
            var known = Field(apiName: name, type: type, isString: field["json_type"] as? String == "string")
            for value in field["pick_list_values"] as? [[String: String]] ?? [] {
                if let shown = value["display_value"], let actual = value["actual_value"] {
                    known.picklist[actual] = known.picklist[actual] ?? shown
                    known.picklist[shown] = shown
                }
            }
            fields[Self.folded(label)] = known
            if name == "Stage" {
                for label in ["Potential Stage", "Deal Stage"] { fields[Self.folded(label)] = known }
            }
        }
        self.fields = fields
    }

    private static let blanks = CharacterSet(charactersIn: " \t\r\n\u{A0}")

    private static func folded(_ label: String) -> String {
        label.components(separatedBy: .whitespacesAndNewlines).filter { !$0.isEmpty }.joined(separator: " ")
            .lowercased()
            .precomposedStringWithCanonicalMapping
    }

    // MARK: Reading

    private struct Element {
        var position: Int
        var isField: Bool
        var name: String
        var text: String
    }

    /// The named elements of each row, as Foundation's tree has them.
    private static func rows(of xml: String) throws -> [[Element]] {
        let document = try XMLDocument(
            data: Data(xml.utf8), options: [.nodePreserveWhitespace, .nodePreserveCDATA])
        var count = 0
        return (document.rootElement()?.elements(forName: "row") ?? []).map { row in
            (row.children ?? []).compactMap { $0 as? XMLElement }.map { element in
                defer { count += 1 }
                let pieces = (element.children ?? []).filter { $0.kind == .text }.compactMap(\.stringValue)
                return Element(
                    position: count, isField: element.name == "FL",
                    name: element.attribute(forName: "val")?.stringValue ?? "", text: pieces.joined())
            }
        }
    }

    private static let options = ["createpotential", "assignto", "notifyleadowner", "notifynewentityowner"]

    private static func isOption(_ element: Element) -> Bool { options.contains(element.name.lowercased()) }

    /// What should become of a document.
    func translate(_ xml: String, _ settings: NaiveSettings) -> Outcome {
        guard let rows = try? Self.rows(of: xml) else { return .refused }
        let hasElements = rows.contains { $0.contains { !$0.isField } }
        func isOptionRow(_ row: [Element]) -> Bool {
            let hasFields = row.contains { $0.isField && !Self.isOption($0) }
            let hasOptionFields = row.contains { $0.isField && Self.isOption($0) }
            return row.contains { !$0.isField } || (hasOptionFields && !(hasElements && hasFields))
        }
        let optionRow = rows.firstIndex { row in
            row.contains { hasElements ? !$0.isField : $0.isField && Self.isOption($0) }
        }
        guard let optionRow else { return .refused }
        func hasFields(_ row: [Element]) -> Bool { row.contains { $0.isField && !Self.isOption($0) } }
        let fieldRow =
            rows.firstIndex { hasFields($0) && !isOptionRow($0) }
            ?? rows.indices.first { hasFields(rows[$0]) && $0 != optionRow }

        var body: [String: Any] = [:]
        var sent: Set<Int> = []
        guard let createsDeal = readOptions(rows[optionRow], into: &body, &sent) else { return .refused }
        let isTranslated = readFields(
            fieldRow.map { rows[$0] } ?? [], createsDeal: createsDeal, settings, into: &body, &sent)
        guard isTranslated else { return .refused }
        let all = rows.joined().map(\.position)
        return .body(body, unsent: Set(all).subtracting(sent))
    }

    private static func boolean(_ text: String) -> Bool? {
        ["true": true, "1": true, "false": false, "0": false][text.lowercased()]
    }

    /// Whether a deal is created; `nil` when the request is refused.
    private func readOptions(_ row: [Element], into body: inout [String: Any], _ sent: inout Set<Int>) -> Bool? {
        var last: [String: Element] = [:]
        for element in row where Self.isOption(element) { last[element.name.lowercased()] = element }
        var createsDeal = false
        for (name, element) in last {
            let text = element.text.trimmingCharacters(in: Self.blanks)
            if text.isEmpty { continue }
            sent.insert(element.position)
            if name == "assignto" {
                if text.allSatisfy(\.isNumber) {
                    body["assign_to"] = text
                } else {
                    guard let id = users[text.lowercased()] else { return nil }
                    body["assign_to"] = id
                }
                continue
            }
            guard let value = Self.boolean(text) else { return nil }
            switch name {
            case "createpotential": createsDeal = value
            case "notifyleadowner": body["notify_lead_owner"] = value
            default: body["notify_new_entity_owner"] = value
            }
        }
        return createsDeal
    }

    // MARK: Fields

    private func readFields(
        _ row: [Element], createsDeal: Bool, _ settings: NaiveSettings, into body: inout [String: Any],
        _ sent: inout Set<Int>
    ) -> Bool {
        var last: [String: (Element, Field)] = [:]
        for element in row where element.isField && !Self.isOption(element) {
            guard let field = fields[Self.folded(element.name)] ?? (settings.guesses ? Self.guess(element.name) : nil)
            else { continue }
            if !createsDeal && !["account", "overwrite"].contains(field.type) { continue }
            last[field.apiName] = (element, field)
        }
        var deal: [String: Any] = [:]
        for (apiName, (element, field)) in last {
            let text = element.text.trimmingCharacters(in: Self.blanks)
            if field.type == "system" { continue }
            if text.isEmpty || text == "null" {
                let isSent =
                    settings.sendsNull && !["account", "overwrite"].contains(field.type)
                    && (field.type != "role" || settings.version >= "v7")
                if isSent {
                    deal[apiName] = NSNull()
                    sent.insert(element.position)
                }
                continue
            }
            guard let value = value(text, field, settings) else {
                if settings.omitsBadValues { continue }
                return false
            }
            if value is Unsent { continue }
            sent.insert(element.position)
            if ["account", "overwrite"].contains(field.type) { body[apiName] = value } else { deal[apiName] = value }
        }
        if settings.version >= "v3" {
            for name in ["Accounts", "Contacts", "assign_to"] {
                if let id = body[name] { body[name] = ["id": id] }
            }
        }
        guard createsDeal else { return true }
        for name in ["Deal_Name", "Closing_Date", "Stage"] where deal[name] == nil || deal[name] is NSNull {
            return false
        }
        if let pipeline = settings.pipeline { deal["Pipeline"] = pipeline }
        body["Deals"] = deal
        return true
    }

    private static func guess(_ label: String) -> Field? {
        let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        let name = label.components(separatedBy: allowed.inverted).filter { !$0.isEmpty }.joined(separator: "_")
        return name.isEmpty ? nil : Field(apiName: name, type: "text")
    }

    /// A value that fits but is not sent.
    private struct Unsent {}

    private func value(_ text: String, _ field: Field, _ settings: NaiveSettings) -> Any? {
        switch field.type {
        case "account": return Self.isID(text) ? text : nil
        case "overwrite", "boolean": return Self.boolean(text)
        case "date": return Self.date(text, settings)
        case "datetime": return Self.dateTime(text, settings)
        case "currency", "double": return Self.number(text)
        case "percent": return Self.number(Self.withoutPercent(text))
        case "probability":
            return Self.integer(Self.withoutPercent(text)).flatMap { (0...100).contains($0.int64Value) ? $0 : nil }
        case "integer": return Self.integer(text)
        case "bigint":
            if !field.isString { return Self.integer(text) }
            let unsigned = text.hasPrefix("+") ? String(text.dropFirst()) : text
            return Self.isDigits(unsigned.hasPrefix("-") ? unsigned.dropFirst() : unsigned[...]) ? unsigned : nil
        case "picklist": return field.picklist[text] ?? text
        case "multiselectpicklist":
            let parts = text.components(separatedBy: ";").map { $0.trimmingCharacters(in: Self.blanks) }
                .filter { !$0.isEmpty }
            return parts.isEmpty ? Unsent() : parts.map { field.picklist[$0] ?? $0 }
        case "lookup":
            guard
                let id = (field.apiName == "Campaign_Source" ? campaigns[text] : nil) ?? (Self.isID(text) ? text : nil)
            else { return Unsent() }
            return settings.version >= "v3" || field.apiName != "Campaign_Source" ? ["id": id] : id
        case "role": return settings.version >= "v7" ? roles[text] ?? Unsent() : Unsent()
        default: return text
        }
    }

    private static func isID(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func withoutPercent(_ text: String) -> String {
        text.hasSuffix("%") ? String(text.dropLast()).trimmingCharacters(in: blanks) : text
    }

    private static func number(_ text: String) -> NSNumber? {
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let parts = unsigned.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        if parts.count == 2 {
            let sign = parts[1].hasPrefix("-") || parts[1].hasPrefix("+")
            guard isDigits(sign ? parts[1].dropFirst() : parts[1]) else { return nil }
        }
        let digits = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard digits.count <= 2, digits.allSatisfy(isDigits) else { return nil }
        return Double(text).map { NSNumber(value: $0) }
    }

    private static func integer(_ text: String) -> NSNumber? {
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy(isDigits) else { return nil }
        if parts.count == 2 && parts[1].contains(where: { $0 != "0" }) { return nil }
        let whole = text.components(separatedBy: ".")[0]
        return Int64(whole.hasPrefix("+") ? String(whole.dropFirst()) : whole).map { NSNumber(value: $0) }
    }

    private static func date(_ text: String, _ settings: NaiveSettings) -> String? {
        let parts = text.components(separatedBy: " ")
        guard parts.count <= 2 else { return nil }
        if parts.count == 2 && !isClock(parts[1]) { return nil }
        return day(parts[0], settings)
    }

    private static func isClock(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 3 && parts.allSatisfy { $0.count == 2 && isDigits($0) }
            && zip(parts, [24, 60, 60]).allSatisfy { (Int($0) ?? 99) < $1 }
    }

    private static func day(_ text: String, _ settings: NaiveSettings) -> String? {
        var numbers: (year: String, month: String, day: String)
        let dashed = text.components(separatedBy: "-")
        let slashed = text.components(separatedBy: "/")
        let dotted = text.components(separatedBy: ".")
        if dashed.count == 3, dashed.map(\.count) == [4, 2, 2] {
            numbers = (dashed[0], dashed[1], dashed[2])
        } else if slashed.count == 3 {
            numbers = (slashed[2], slashed[settings.isDayFirst ? 1 : 0], slashed[settings.isDayFirst ? 0 : 1])
        } else if dotted.count == 3 && settings.isDayFirst {
            numbers = (dotted[2], dotted[1], dotted[0])
        } else {
            return nil
        }
        guard numbers.year.count == 4, numbers.month.count <= 2, numbers.day.count <= 2, let year = Int(numbers.year),
            let month = Int(numbers.month), let day = Int(numbers.day)
        else { return nil }
        let components = DateComponents(calendar: Calendar(identifier: .gregorian), year: year, month: month, day: day)
        guard components.isValidDate else { return nil }
        func pair(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(numbers.year)-\(pair(month))-\(pair(day))"
    }

    private static func dateTime(_ text: String, _ settings: NaiveSettings) -> String? {
        var clock: String
        var date: String
        if let place = text.firstIndex(of: "T") {
            date = String(text[..<place])
            clock = String(text[text.index(after: place)...])
        } else {
            let parts = text.components(separatedBy: " ")
            guard parts.count == 2 else { return nil }
            (date, clock) = (parts[0], parts[1])
        }
        var offset = settings.zone
        if clock.hasSuffix("Z") {
            clock.removeLast()
            offset = "+00:00"
        } else if clock.count > 8 {
            offset = String(clock.dropFirst(8))
            clock = String(clock.prefix(8))
        }
        guard let offset, isClock(clock), let day = day(date, settings) else { return nil }
        return "\(day)T\(clock)\(offset)"
    }
}
