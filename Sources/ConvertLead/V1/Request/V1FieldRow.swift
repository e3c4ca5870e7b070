@_spi(Package) import Bytes

/// One `FL` of the field row.
struct V1FieldElement: BitwiseCopyable {
    /// Index of its start tag.
    var start: Int
    /// The label, trimmed.
    var label: PaddedView
    /// The trimmed text; `nil` when it holds elements.
    var text: PaddedView?
    /// The field's number in the tables; -1 when no table has the label.
    var field: Int
    /// Whether its value would go into the deal (and not into `Accounts`, `Contacts` or `overwrite`).
    var isForDeal: Bool
    /// Whether a later element gives the same field.
    var isRepeated = false
    /// The guessed api name, for a field no table has.
    var guessedName = ByteRange.empty
}

/// Where a document has a field last.
struct FieldOccurrence: BitwiseCopyable {
    /// The document.
    var serial: UInt32
    /// Position in the reader's `fields`.
    var position: Int32
}

extension V1RequestReader {
    /// Finds the elements of the field row, and the records and `OVERWRITE` that other rows name in `option` elements; nothing
    /// is judged yet.
    ///
    /// Reports: `v1.row.option_in_fields`, `v1.row.fields_as_options`.
    mutating func collectFields(
        ofRow fieldRow: Int?, optionRow: Int, _ tables: inout TranslationTables, _ log: inout DiagnosticLog
    ) {
        fields.removeAll()
        for row in 0..<rows.count where row == fieldRow || rows[row].hasRecordOptions && row != optionRow {
            collectFields(ofRow: row, isFieldRow: row == fieldRow, &tables, &log)
        }
    }

    private mutating func collectFields(
        ofRow row: Int, isFieldRow: Bool, _ tables: inout TranslationTables, _ log: inout DiagnosticLog
    ) {
        if rows[row].hasRecordOptions {
            log.add(
                .rowFieldsAsOptions, .warning, site: .tag(rows[row].start),
                "Records are named in option elements of this row; they were read as fields")
        }
        for position in rows[row].firstElement..<rows[row].endElement {
            let element = elements[position]
            let (start, label) = (Int(element.start), element.name)
            if !element.isRecord && (!isFieldRow || element.option != nil || !element.isField) {
                if isFieldRow {
                    log.add(
                        .rowOptionInFields, .warning, site: .tag(start),
                        "The option \"\(label.text)\" is in the field row and was ignored", subject: label.text)
                }
                continue
            }
            let field = tables.field(labelled: label)
            let destination = field >= 0 ? tables.entries[field].destination : .deal
            let isForDeal = destination != .account && destination != .contact && destination != .overwrite
            fields.append(
                V1FieldElement(
                    start: start, label: label, text: text(from: start, to: Int(element.end)), field: field,
                    isForDeal: isForDeal))
        }
    }

    /// Reads the collected fields into the request, in document order.
    ///
    /// Reports: `v1.field.*`, `v1.value.*`. Of a repeated field the last value counts (assumed: Zoho's pages do not say);
    /// the earlier ones are not judged.
    mutating func readFields(
        _ newFormat: V1Call.NewFormat, _ tables: inout TranslationTables, into request: inout ConversionRequest,
        _ log: inout DiagnosticLog
    ) {
        requiredCount = 0
        markRepeated(&tables, createsDeal: request.createsDeal, &log)
        for position in 0..<fields.count where !fields[position].isRepeated {
            let element = fields[position]
            if element.isForDeal && !request.createsDeal {
                log.add(
                    .fieldNoDeal, .warning, site: .tag(element.start),
                    "\"\(element.label.text)\" was left out, because no deal is created", subject: element.label.text)
            } else if element.field < 0 {
                readUnknownField(element, newFormat, into: &request, &log)
            } else {
                readField(element, newFormat, &tables, into: &request, &log)
            }
        }
    }

    /// Finds the fields that are given more than once. With `guess`, unknown labels get their api names here, because two of
    /// them, or one of them and a known label, may mean the same field.
    private mutating func markRepeated(_ tables: inout TranslationTables, createsDeal: Bool, _ log: inout DiagnosticLog)
    {
        serial &+= 1
        while occurrences.count < tables.entries.count { occurrences.append(FieldOccurrence(serial: 0, position: 0)) }
        if serial == 0 {
            for index in 0..<occurrences.count { occurrences[index].serial = 0 }
            serial = 1
        }
        guessedNames.removeAll()
        var guesses: [String: Int] = [:]
        for position in 0..<fields.count {
            if fields[position].isForDeal && !createsDeal { continue }
            if fields[position].field < 0 {
                guard rules.unknownField == .guess, let name = String(guessingAPINameOf: fields[position].label.text)
                else {
                    continue
                }
                guess(name, at: position, &tables)
            }
            let field = fields[position].field
            if field >= 0 {
                let earlier = occurrences[field]
                if earlier.serial == serial { reportRepeated(Int(earlier.position), by: position, &log) }
                occurrences[field] = FieldOccurrence(serial: serial, position: Int32(truncatingIfNeeded: position))
            } else if !fields[position].guessedName.isEmpty {
                let name = guessedNames[fields[position].guessedName].text
                if let earlier = guesses.updateValue(position, forKey: name) {
                    reportRepeated(earlier, by: position, &log)
                }
            }
        }
    }

    private mutating func guess(_ name: String, at position: Int, _ tables: inout TranslationTables) {
        let start = guessedNames.count
        guessedNames.append(string: name)
        let range = ByteRange(start, guessedNames.count - start)
        let field = tables.field(apiName: guessedNames[range])
        guard field >= 0 else {
            fields[position].guessedName = range
            return
        }
        switch tables.entries[field].destination {
        case .deal, .system, .contactRole:
            fields[position].guessedName = range
            fields[position].field = field
        // No guess puts these into the deal, nor anything else into their places.
        case .account, .contact, .overwrite: break
        }
    }

    private mutating func reportRepeated(_ earlier: Int, by position: Int, _ log: inout DiagnosticLog) {
        fields[earlier].isRepeated = true
        let first = location(ofTagAt: fields[earlier].start)
        let last = location(ofTagAt: fields[position].start)
        let label = fields[earlier].label.text
        log.add(
            .fieldRepeated, .warning, site: .tag(fields[earlier].start),
            "\"\(label)\" at \(first.line):\(first.column) is given again as \"\(fields[position].label.text)\" at "
                + "\(last.line):\(last.column); the last one counts", subject: label)
    }

    private mutating func readUnknownField(
        _ element: V1FieldElement, _ newFormat: V1Call.NewFormat, into request: inout ConversionRequest,
        _ log: inout DiagnosticLog
    ) {
        let label = element.label.text
        guard rules.unknownField == .guess, !element.guessedName.isEmpty else {
            let isRefused = rules.unknownField == .reject
            log.add(
                .fieldUnknown, isRefused ? .error : .warning, site: .tag(element.start),
                "No field has the label \"\(label)\"" + (isRefused ? "" : "; its value was left out"), subject: label)
            return
        }
        let name = guessedNames[element.guessedName]
        guard let text = usableText(of: element, &log) else { return }
        let value: FieldValue
        if text.isEmpty || text.equals("null") {
            guard newFormat == .includesNull else { return reportEmpty(element, &log) }
            value = .null
        } else {
            noteEscapes(in: text, of: element, &log)
            value = .text(text)
        }
        reportGuessed(name, element, &log)
        request.fields.append(.init(name: name, value: value, site: .text(element.start)))
    }

    private func reportGuessed(_ name: PaddedView, _ element: V1FieldElement, _ log: inout DiagnosticLog) {
        let label = element.label.text
        log.add(
            .fieldGuessed, .warning, site: .tag(element.start),
            "No field has the label \"\(label)\"; its api name was guessed as \(name.text)", subject: label)
    }

    /// The element's text; `nil`, with a finding, when it holds elements.
    ///
    /// Mutating, as all that is called for each field: a method of a borrowed reader gets a copy of it.
    @inline(__always)
    private mutating func usableText(of element: V1FieldElement, _ log: inout DiagnosticLog) -> PaddedView? {
        if let text = element.text { return text }
        reportNested(element, &log)
        return nil
    }

    @inline(never)
    private mutating func reportNested(_ element: V1FieldElement, _ log: inout DiagnosticLog) {
        log.add(
            .fieldNested, .warning, site: .tag(element.start),
            "\"\(element.label.text)\" holds elements\(leftOut)", subject: element.label.text)
    }

    private func reportEmpty(_ element: V1FieldElement, _ log: inout DiagnosticLog) {
        log.add(
            .fieldEmpty, .note, site: .tag(element.start), "\"\(element.label.text)\" has no value and was left out",
            subject: element.label.text)
    }

    /// Text that still looks escaped after reading was kept as it is, but somebody should look at it.
    @inline(__always)
    private mutating func noteEscapes(in text: PaddedView, of element: V1FieldElement, _ log: inout DiagnosticLog) {
        guard xml.hasAmpersand, let ampersand = text.bytes.offset(of: UInt8(ascii: "&")),
            Self.looksEscaped(text.bytes, from: ampersand)
        else { return }
        log.add(
            .fieldEscaped, .note, site: .text(element.start),
            "The value of \"\(element.label.text)\" still looks escaped; it was kept as it is", value: text.text,
            subject: element.label.text)
    }

    /// Whether the text has something like `&amp;`, `&eacute;` or `&#39;`.
    private static func looksEscaped(_ text: ByteView, from first: Int) -> Bool {
        var next: Int? = first
        while let ampersand = next {
            var index = ampersand + 1
            if index < text.count && text[index] == UInt8(ascii: "#") { index += 1 }
            let start = index
            while index < text.count && (text[index].isASCIILetter || text[index].isDigit) { index += 1 }
            let isNumber = start == ampersand + 2
            if index < text.count && text[index] == UInt8(ascii: ";") && index - start >= (isNumber ? 1 : 2) {
                return true
            }
            next = text.offset(of: UInt8(ascii: "&"), from: index)
        }
        return false
    }

    mutating func readField(
        _ element: V1FieldElement, _ newFormat: V1Call.NewFormat, _ tables: inout TranslationTables,
        into request: inout ConversionRequest, _ log: inout DiagnosticLog
    ) {
        let entry = tables.entries[element.field]
        if entry.destination == .system && !entry.hasLookup {
            let isName = entry.dataType == .lookup
            log.add(
                isName ? .fieldReference : .fieldSystem, .warning, site: .tag(element.start),
                "\"\(element.label.text)\" "
                    + (isName ? "names a record where v2 takes an id" : "is set by the CRM") + leftOut,
                value: element.text?.text, subject: element.label.text)
            return
        }
        if !Self.takesText(entry) {
            log.add(
                .fieldType, .warning, site: .tag(element.start),
                "The field of \"\(element.label.text)\" takes no text" + leftOut, subject: element.label.text)
            return
        }
        guard let text = usableText(of: element, &log) else { return }
        let site = DiagnosticSite.text(element.start)
        let name = tables.name(of: entry)
        if text.isEmpty || text.equals("null") {
            // Accounts, Contacts and overwrite are never null; neither is a field that a default fills.
            guard element.isForDeal, newFormat == .includesNull, !entry.hasDefault else {
                return reportEmpty(element, &log)
            }
            if !element.guessedName.isEmpty { reportGuessed(name, element, &log) }
            if entry.destination == .contactRole { request.hasContactRole = true }
            request.fields.append(.init(name: name, value: .null, site: site))
            return
        }
        switch entry.destination {
        case .account, .contact:
            guard RecordID.isID(text.bytes) else { return reportBadValue(.lookup, element, &log) }
            if entry.destination == .account { request.account = text.bytes } else { request.contact = text.bytes }
        case .overwrite:
            guard let value = V1ValueText.boolean(text.bytes) else { return reportBadValue(.boolean, element, &log) }
            request.overwrite = value
        case .contactRole:
            request.hasContactRole = true
            let value = tables.roleID(text).map { FieldValue.roleID($0) } ?? .roleName(text.bytes)
            request.fields.append(.init(name: name, value: value, site: site))
        case .deal, .system:
            isRefused = false
            let value = readValue(text, of: element, &tables, &request, &log)
            if case .omitted = value {
                // A field that was refused for its value is not reported again as missing.
                if !entry.isRequired || !isRefused { return }
            } else if !element.guessedName.isEmpty {
                reportGuessed(name, element, &log)
            }
            if entry.isRequired { requiredCount += 1 }
            request.fields.append(.init(name: name, value: value, site: site))
        }
    }

    /// Whether any text gives the field a value.
    private static func takesText(_ entry: TranslationTables.Entry) -> Bool {
        switch entry.dataType {
        case .other: false
        case .ownerlookup: entry.hasLookup
        default: true
        }
    }

    /// Reads a value by its field's data type; `omitted`, with a finding, when it does not fit.
    ///
    /// Reports: `v1.value.*`, `v1.field.reference`, `lookup.name.missing`.
    @inline(__always)
    mutating func readValue(
        _ text: PaddedView, of element: V1FieldElement, _ tables: inout TranslationTables,
        _ request: inout ConversionRequest, _ log: inout DiagnosticLog
    ) -> FieldValue {
        let entry = tables.entries[element.field]
        // The range holds whatever type the export gives the field.
        if entry.isProbability && !V1ValueText.isPercentage(Self.withoutPercentSign(text, entry).bytes) {
            refuse(.valueRange, "\"\(element.label.text)\" is not from 0 to 100", element, &log)
            return .omitted
        }
        switch entry.dataType {
        case .date:
            guard let (date, time) = V1ValueText.date(text.bytes, order: rules.dateOrder) else { break }
            if time == .dropped {
                log.add(
                    .valueTime, .warning, site: .text(element.start),
                    "The time of day in \"\(element.label.text)\" was left out", value: text.text,
                    subject: element.label.text)
            }
            return .date(date)
        case .datetime:
            return readTime(text, of: element, &log)
        case .currency, .double, .percent:
            let number = Self.withoutPercentSign(text, entry)
            guard let (isNegative, digits) = V1ValueText.decimal(number.bytes) else { break }
            if number.count < text.count { reportPercentSign(text, element, &log) }
            return .number(isNegative: isNegative, digits: digits)
        case .integer, .bigint:
            let number = Self.withoutPercentSign(text, entry)
            if entry.dataType == .bigint && entry.isJSONString {
                guard let digits = V1ValueText.longInteger(number) else { break }
                if number.count < text.count { reportPercentSign(text, element, &log) }
                return .text(digits)
            }
            guard let (isNegative, digits) = V1ValueText.integer(number.bytes) else { break }
            if number.count < text.count { reportPercentSign(text, element, &log) }
            return .number(isNegative: isNegative, digits: digits)
        case .boolean:
            if let value = V1ValueText.boolean(text.bytes) { return .boolean(value) }
        case .picklist:
            noteEscapes(in: text, of: element, &log)
            return .text(entry.hasPicklist ? picklistValue(text, of: element, &tables, &log) : text)
        case .multiselectpicklist, .tags:
            noteEscapes(in: text, of: element, &log)
            return readChoices(text, of: element, entry, &tables, &request, &log)
        case .lookup, .ownerlookup, .userlookup, .layout:
            return readReference(text, of: element, entry, &tables, &log)
        case .text, .textarea, .phone, .email, .website, .autonumber, .formula, .other:
            noteEscapes(in: text, of: element, &log)
            if text.count > Int(entry.length) { checkLength(text, entry, element, &log) }
            return .text(text)
        }
        reportBadValue(entry.dataType, element, &log)
        return .omitted
    }

    /// The id of the record that a text means: by its name in the field's table, or by the id itself.
    @inline(never)
    private mutating func readReference(
        _ text: PaddedView, of element: V1FieldElement, _ entry: TranslationTables.Entry,
        _ tables: inout TranslationTables, _ log: inout DiagnosticLog
    ) -> FieldValue {
        if let id = tables.lookupID(text, of: element.field) { return .id(id) }
        if RecordID.isID(text.bytes) { return .id(text.bytes) }
        let name = tables.name(of: entry).text
        log.add(
            entry.hasLookup ? .nameMissing : .fieldReference, .warning, site: .text(element.start),
            (entry.hasLookup
                ? "The name is not in the lookup table of \(name)"
                : "\(name) takes a record's id and \"\(element.label.text)\" holds a name") + leftOut,
            value: text.text, subject: name)
        return .omitted
    }

    private mutating func readTime(_ text: PaddedView, of element: V1FieldElement, _ log: inout DiagnosticLog)
        -> FieldValue
    {
        do throws(V1ValueText.TimeProblem) {
            let (time, remarks) = try V1ValueText.time(text.bytes, order: rules.dateOrder, zone: zone)
            if remarks.hasFraction {
                log.add(
                    .valueTime, .warning, site: .text(element.start),
                    "The fraction of a second in \"\(element.label.text)\" was left out", value: text.text,
                    subject: element.label.text)
            }
            if remarks.isAmbiguous {
                log.add(
                    .valueLocalTime, .warning, site: .text(element.start),
                    "The local time in \"\(element.label.text)\" is ambiguous or does not exist; the earlier offset was used",
                    value: text.text, subject: element.label.text)
            }
            return .time(time)
        } catch {
            let (reason, advice) =
                error == .offset
                ? ("has no offset, and no time zone is configured", "pass --time-zone, such as +01:00")
                : (
                    "is not a date with a time in the form yyyy-MM-dd HH:mm:ss or \(slashDate) HH:mm:ss",
                    DateForm(text.bytes).advice(rules.dateOrder) ?? "write a time of day after the date, as HH:mm:ss"
                )
            refuse(.valueDatetime, "\"\(element.label.text)\" \(reason)", element, advice: advice, &log)
            return .omitted
        }
    }

    /// The text before one trailing percent sign, in fields that hold percentages; else the text as it is.
    private static func withoutPercentSign(_ text: PaddedView, _ entry: TranslationTables.Entry) -> PaddedView {
        guard text.bytes.last == UInt8(ascii: "%"), entry.dataType == .percent || entry.isProbability else {
            return text
        }
        return text.slice(0..<text.count - 1).trimmed
    }

    private mutating func reportPercentSign(_ text: PaddedView, _ element: V1FieldElement, _ log: inout DiagnosticLog) {
        log.add(
            .valuePercentSign, .warning, site: .text(element.start),
            "The percent sign in \"\(element.label.text)\" was left out", value: text.text, subject: element.label.text)
    }

    private mutating func checkLength(
        _ text: PaddedView, _ entry: TranslationTables.Entry, _ element: V1FieldElement, _ log: inout DiagnosticLog
    ) {
        let length = text.bytes.reduce(into: 0) { $0 += $1 & 0xC0 == 0x80 ? 0 : 1 }
        guard length > Int(entry.length) else { return }
        log.add(
            .valueLength, .warning, site: .text(element.start),
            "\"\(element.label.text)\" has \(length) characters, its field takes \(entry.length)", value: text.text,
            subject: element.label.text)
    }

    mutating func picklistValue(
        _ text: PaddedView, of element: V1FieldElement, _ tables: inout TranslationTables, _ log: inout DiagnosticLog
    ) -> PaddedView {
        if let value = tables.picklistValue(text, of: element.field) { return value }
        let isUnused = tables.isUnusedPicklistValue(text, of: element.field)
        log.add(
            .valuePicklist, .warning, site: .text(element.start),
            "The value of \"\(element.label.text)\" is " + (isUnused ? "no longer in use" : "not in its picklist"),
            value: text.text, subject: element.label.text,
            advice: isUnused ? "choose a value that is in use, or use this one again in the CRM" : nil)
        return text
    }

    private mutating func readChoices(
        _ text: PaddedView, of element: V1FieldElement, _ entry: TranslationTables.Entry,
        _ tables: inout TranslationTables,
        _ request: inout ConversionRequest, _ log: inout DiagnosticLog
    ) -> FieldValue {
        let first = request.choices.count
        for part in text.bytes.split(separator: UInt8(ascii: ";")) {
            let choice = text.slice(part.startIndex..<part.endIndex).trimmed
            if choice.isEmpty { continue }
            request.choices.append(entry.hasPicklist ? picklistValue(choice, of: element, &tables, &log) : choice)
        }
        guard request.choices.count > first else {
            reportEmpty(element, &log)
            return .omitted
        }
        let choices = ByteRange(first, request.choices.count - first)
        return entry.dataType == .tags ? .tags(choices) : .choices(choices)
    }

    /// How a date with slashes is read.
    private var slashDate: String { rules.dateOrder == .monthFirst ? "MM/dd/yyyy" : "dd/MM/yyyy" }

    /// The forms in which a date is read, and whether the other order of day and month would read this one.
    private func dateForms(_ text: PaddedView?) -> String {
        let isMonthFirst = rules.dateOrder == .monthFirst
        let other: TranslationOptions.DateOrder = isMonthFirst ? .dayFirst : .monthFirst
        let hint =
            text.flatMap { V1ValueText.date($0.bytes, order: other) } == nil
            ? "" : "; --date-order \(other.rawValue) would read it"
        return "a date in the form \(slashDate)\(isMonthFirst ? "" : ", dd.MM.yyyy") or yyyy-MM-dd\(hint)"
    }

    private mutating func reportBadValue(_ type: Field.DataType, _ element: V1FieldElement, _ log: inout DiagnosticLog)
    {
        var advice: String?
        let (code, form): (DiagnosticCode, String) =
            switch type {
            case .date: (.valueDate, dateForms(element.text))
            case .currency: (.valueCurrency, "a plain decimal number")
            case .double: (.valueDouble, "a plain decimal number")
            case .percent: (.valuePercent, "a plain decimal number")
            case .integer: (.valueInteger, "a whole number")
            case .bigint: (.valueBigint, "a whole number")
            case .boolean: (.valueBoolean, "true or false")
            default: (.valueLookup, "a record id of 1 to 20 digits")
            }
        if type == .date, let text = element.text {
            advice = DateForm(text.bytes).advice(rules.dateOrder) ?? "write the date alone, as yyyy-MM-dd"
        }
        refuse(code, "\"\(element.label.text)\" is not \(form)", element, advice: advice, &log)
    }

    /// Refuses a value that does not fit, or leaves it out, as the options say.
    private mutating func refuse(
        _ code: DiagnosticCode, _ reason: String, _ element: V1FieldElement, advice: String? = nil,
        _ log: inout DiagnosticLog
    ) {
        log.add(
            code, rules.badValueSeverity, site: .text(element.start),
            reason + (rules.badValue == .omit ? leftOut : ""), value: element.text?.text, subject: element.label.text,
            advice: advice)
        isRefused = rules.badValue == .reject
    }

    /// Reports the mandatory fields that the deal does not get, neither from v1 nor from a default. A field that was refused
    /// for its value is not reported again.
    mutating func reportMissing(
        inRow row: Int, _ tables: inout TranslationTables, _ request: inout ConversionRequest,
        _ log: inout DiagnosticLog
    ) {
        guard requiredCount < tables.requiredFields.count else { return }
        for required in tables.requiredFields {
            let name = tables.name(of: tables.entries[required.field])
            let isGiven = request.fields.elements.contains { field in
                if case .null = field.value { return false }
                return field.name.equals(name.bytes)
            }
            if isGiven { continue }
            log.add(
                .fieldMissing, .error, site: .tag(rows[row].start),
                "The request creates a deal, but \"\(required.label)\" has no value", subject: required.label)
        }
    }
}
