import Bytes

/// One `FL` of the field row, as it stands there.
struct V1FieldElement: BitwiseCopyable {
    /// Index of its start tag.
    var start: Int
    /// The label, trimmed.
    var label: ByteView
    /// The trimmed text; `nil` when it holds elements.
    var text: ByteView?
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
    /// Finds the field row's elements and their fields; nothing is judged yet.
    ///
    /// Reports: `v1.row.option_in_fields`.
    mutating func collectFields(ofRow row: Int, _ tables: inout TranslationTables, _ log: inout DiagnosticLog) {
        for position in rows[row].firstElement..<rows[row].endElement {
            let element = elements[position]
            let (start, label) = (Int(element.start), element.name)
            if element.option != nil || !element.isField {
                log.add(
                    .rowOptionInFields, .warning, site: .tag(start),
                    "The option \"\(label.text)\" stands in the field row and was ignored", subject: label.text)
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
                let name = fields[position].guessedName.bytes(in: guessedNames.base).text
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
        let field = tables.field(apiName: range.bytes(in: guessedNames.base))
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
        let name = element.guessedName.bytes(in: guessedNames.base)
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
        request.fields.append(.init(field: -1, name: name, value: value, site: .text(element.start)))
    }

    private func reportGuessed(_ name: ByteView, _ element: V1FieldElement, _ log: inout DiagnosticLog) {
        let label = element.label.text
        log.add(
            .fieldGuessed, .warning, site: .tag(element.start),
            "No field has the label \"\(label)\"; its api name was guessed as \(name.text)", subject: label)
    }

    /// The element's text; `nil`, with a finding, when it holds elements.
    private func usableText(of element: V1FieldElement, _ log: inout DiagnosticLog) -> ByteView? {
        if let text = element.text { return text }
        log.add(
            .fieldNested, .warning, site: .tag(element.start),
            "\"\(element.label.text)\" holds elements and was left out", subject: element.label.text)
        return nil
    }

    private func reportEmpty(_ element: V1FieldElement, _ log: inout DiagnosticLog) {
        log.add(
            .fieldEmpty, .note, site: .tag(element.start), "\"\(element.label.text)\" has no value and was left out",
            subject: element.label.text)
    }

    /// Text that still looks escaped after reading was kept as it is, but somebody should look at it.
    @inline(__always)
    private mutating func noteEscapes(in text: ByteView, of element: V1FieldElement, _ log: inout DiagnosticLog) {
        guard xml.hasAmpersand, let ampersand = text.offset(of: UInt8(ascii: "&")),
            Self.looksEscaped(text, from: ampersand)
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

    private mutating func readField(
        _ element: V1FieldElement, _ newFormat: V1Call.NewFormat, _ tables: inout TranslationTables,
        into request: inout ConversionRequest, _ log: inout DiagnosticLog
    ) {
        let entry = tables.entries[element.field]
        if entry.destination == .system && !entry.hasLookup {
            let isName = entry.dataType == .lookup
            log.add(
                isName ? .fieldReference : .fieldSystem, .warning, site: .tag(element.start),
                "\"\(element.label.text)\" "
                    + (isName
                        ? "names a record where v2 takes an id; it was left out"
                        : "is set by the CRM; it was left out"),
                value: element.text?.text, subject: element.label.text)
            return
        }
        guard let text = usableText(of: element, &log) else { return }
        let site = DiagnosticSite.text(element.start)
        let name = tables.name(of: entry)
        if text.isEmpty || text.equals("null") {
            // Accounts, Contacts and overwrite are never null; neither is a field that a default fills.
            guard element.isForDeal, newFormat == .includesNull, entry.defaultNumber < 0,
                entry.destination != .contactRole || rules.takesContactRole
            else { return reportEmpty(element, &log) }
            if !element.guessedName.isEmpty { reportGuessed(name, element, &log) }
            request.fields.append(.init(field: Int32(element.field), name: name, value: .null, site: site))
            return
        }
        switch entry.destination {
        case .account, .contact:
            guard RecordID.isID(text) else { return reportBadValue(.lookup, element, &log) }
            if entry.destination == .account { request.account = text } else { request.contact = text }
        case .overwrite:
            guard let value = V1ValueText.boolean(text) else { return reportBadValue(.boolean, element, &log) }
            request.overwrite = value
        case .contactRole:
            request.hasReferences = true
            request.fields.append(
                .init(field: Int32(element.field), name: name, value: .roleReference(text), site: site))
        case .deal, .system:
            let value = readValue(text, of: element, &tables, &request, &log)
            if !element.guessedName.isEmpty {
                if case .omitted = value {} else { reportGuessed(name, element, &log) }
            }
            request.fields.append(.init(field: Int32(element.field), name: name, value: value, site: site))
        }
    }

    /// Reads a value by its field's data type; `omitted`, with a finding, when it does not fit.
    ///
    /// Reports: `v1.value.*`.
    @inline(__always)
    private mutating func readValue(
        _ text: ByteView, of element: V1FieldElement, _ tables: inout TranslationTables,
        _ request: inout ConversionRequest, _ log: inout DiagnosticLog
    ) -> FieldValue {
        let entry = tables.entries[element.field]
        switch entry.dataType {
        case .date:
            guard let (date, time) = V1ValueText.date(text, order: rules.dateOrder) else { break }
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
            let number = withoutPercentSign(text, entry, &tables)
            if let (isNegative, digits) = V1ValueText.decimal(number) {
                if number.count < text.count { reportPercentSign(text, element, &log) }
                return .number(isNegative: isNegative, digits: digits)
            }
        case .integer, .bigint:
            let number = withoutPercentSign(text, entry, &tables)
            if let (isNegative, digits) = V1ValueText.integer(number) {
                if number.count < text.count { reportPercentSign(text, element, &log) }
                return entry.dataType == .bigint && entry.isJSONString && V1ValueText.exceedsExactDouble(digits)
                    ? .numberString(isNegative: isNegative, digits: digits)
                    : .number(isNegative: isNegative, digits: digits)
            }
        case .boolean:
            if let value = V1ValueText.boolean(text) { return .boolean(value) }
        case .picklist:
            noteEscapes(in: text, of: element, &log)
            return .text(entry.hasPicklist ? picklistValue(text, of: element, &tables, &log) : text)
        case .multiselectpicklist:
            noteEscapes(in: text, of: element, &log)
            return readChoices(text, of: element, entry, &tables, &request, &log)
        case .lookup, .ownerlookup, .userlookup:
            request.hasReferences = true
            return .reference(text)
        case .text, .textarea, .phone, .email, .website, .autonumber, .formula, .subform:
            noteEscapes(in: text, of: element, &log)
            if text.count > Int(entry.length) { checkLength(text, entry, element, &log) }
            return .text(text)
        }
        reportBadValue(entry.dataType, element, &log)
        return .omitted
    }

    private mutating func readTime(_ text: ByteView, of element: V1FieldElement, _ log: inout DiagnosticLog)
        -> FieldValue
    {
        do throws(V1ValueText.TimeProblem) {
            let (time, remarks) = try V1ValueText.time(text, order: rules.dateOrder, zone: zone)
            if remarks.hasFraction {
                log.add(
                    .valueTime, .warning, site: .text(element.start),
                    "The fraction of a second in \"\(element.label.text)\" was left out", value: text.text,
                    subject: element.label.text)
            }
            if remarks.isAmbiguous {
                log.add(
                    .valueLocalTime, .warning, site: .text(element.start),
                    "The local time in \"\(element.label.text)\" came twice or never; the earlier offset was used",
                    value: text.text, subject: element.label.text)
            }
            return .time(time)
        } catch {
            let reason =
                error == .offset ? "has no offset, and no time zone is configured" : "is not a date with a time"
            log.add(
                .valueDatetime, rules.badValueSeverity, site: .text(element.start),
                "\"\(element.label.text)\" \(reason)" + omission, value: text.text, subject: element.label.text)
            return .omitted
        }
    }

    private var omission: String { rules.badValue == .omit ? "; it was left out" : "" }

    /// The text before one trailing percent sign, in fields that hold percentages; else the text as it is.
    private func withoutPercentSign(
        _ text: ByteView, _ entry: TranslationTables.Entry, _ tables: inout TranslationTables
    ) -> ByteView {
        guard text.last == UInt8(ascii: "%"),
            entry.dataType == .percent || tables.name(of: entry).equals("Probability")
        else { return text }
        return text.slice(0..<text.count - 1).trimmed
    }

    private func reportPercentSign(_ text: ByteView, _ element: V1FieldElement, _ log: inout DiagnosticLog) {
        log.add(
            .valuePercentSign, .warning, site: .text(element.start),
            "The percent sign in \"\(element.label.text)\" was left out", value: text.text, subject: element.label.text)
    }

    private func checkLength(
        _ text: ByteView, _ entry: TranslationTables.Entry, _ element: V1FieldElement, _ log: inout DiagnosticLog
    ) {
        let length = text.reduce(into: 0) { $0 += $1 & 0xC0 == 0x80 ? 0 : 1 }
        guard length > Int(entry.length) else { return }
        log.add(
            .valueLength, .warning, site: .text(element.start),
            "\"\(element.label.text)\" has \(length) characters, its field takes \(entry.length)", value: text.text,
            subject: element.label.text)
    }

    private func picklistValue(
        _ text: ByteView, of element: V1FieldElement, _ tables: inout TranslationTables, _ log: inout DiagnosticLog
    ) -> ByteView {
        if let value = tables.picklistValue(text, of: element.field) { return value }
        log.add(
            .valuePicklist, .warning, site: .text(element.start),
            "The value of \"\(element.label.text)\" is not in its picklist", value: text.text,
            subject: element.label.text)
        return text
    }

    private mutating func readChoices(
        _ text: ByteView, of element: V1FieldElement, _ entry: TranslationTables.Entry,
        _ tables: inout TranslationTables,
        _ request: inout ConversionRequest, _ log: inout DiagnosticLog
    ) -> FieldValue {
        let first = request.choices.count
        for part in text.split(separator: UInt8(ascii: ";")) {
            let choice = part.base.slice(part.startIndex..<part.endIndex).trimmed
            if choice.isEmpty { continue }
            request.choices.append(entry.hasPicklist ? picklistValue(choice, of: element, &tables, &log) : choice)
        }
        guard request.choices.count > first else {
            reportEmpty(element, &log)
            return .omitted
        }
        return .choices(ByteRange(first, request.choices.count - first))
    }

    private func reportBadValue(_ type: Field.DataType, _ element: V1FieldElement, _ log: inout DiagnosticLog) {
        let (code, form): (DiagnosticCode, String) =
            switch type {
            case .date:
                (.valueDate, "a date in the form " + (rules.dateOrder == .monthFirst ? "MM/dd/yyyy" : "dd/MM/yyyy"))
            case .currency: (.valueCurrency, "a plain decimal number")
            case .double: (.valueDouble, "a plain decimal number")
            case .percent: (.valuePercent, "a plain decimal number")
            case .integer: (.valueInteger, "a whole number")
            case .bigint: (.valueBigint, "a whole number")
            case .boolean: (.valueBoolean, "true or false")
            default: (.valueLookup, "a record id of 1 to 20 digits")
            }
        log.add(
            code, rules.badValueSeverity, site: .text(element.start),
            "\"\(element.label.text)\" is not \(form)" + omission,
            value: element.text?.text, subject: element.label.text)
    }

    /// Reports the mandatory fields that the deal does not get, neither from v1 nor from a default. A field that was refused
    /// for its value is not reported again.
    mutating func reportMissing(
        inRow row: Int, _ tables: inout TranslationTables, _ request: inout ConversionRequest,
        _ log: inout DiagnosticLog
    ) {
        var found: UInt8 = 0
        for field in request.fields.elements where field.field >= 0 {
            let mandatory = tables.entries[Int(field.field)].mandatory
            guard mandatory >= 0 else { continue }
            switch field.value {
            case .null: continue
            case .omitted: if rules.badValue == .omit { continue }
            default: break
            }
            found |= 1 << UInt8(mandatory)
        }
        guard found != 0b111 else { return }
        for (position, mandatory) in StandardFields.mandatory.enumerated() where found & 1 << UInt8(position) == 0 {
            if tables.hasDefault(mandatory: position) { continue }
            log.add(
                .fieldMissing, .error, site: .tag(rows[row].start),
                "A deal is asked for, but \"\(mandatory.label)\" has no value", subject: mandatory.label)
        }
    }
}
