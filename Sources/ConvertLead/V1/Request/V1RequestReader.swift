@_spi(Package) import Bytes
import XMLText

/// Reads the `xmlData` of a v1 `convertLead` call: `Potentials` → option row → field row.
///
/// Rows are told apart by what they hold, not by their number or order. Everything in the document ends up in the request or
/// in a finding.
/// Source: Zoho CRM API v1, convertLead, "Sample XML"; Zoho.md, "XML of v1".
package struct V1RequestReader: ~Copyable {
    var xml = XMLReader(names: V1Name.all)
    let rules: TranslationRules
    /// Offsets for datetime values that carry none.
    let zone: TimeZoneOffsets?
    var rows = ReusableArray<Row>()
    /// The named elements of the rows, row by row.
    var elements = ReusableArray<RowElement>(minimumCapacity: 64)
    /// What the option row says, by ``V1Option``.
    var options = ReusableArray<V1OptionElement>()
    /// The elements of the field row.
    var fields = ReusableArray<V1FieldElement>(minimumCapacity: 64)
    /// For each field of the tables, where in `fields` the document has it last.
    var occurrences = ReusableArray<FieldOccurrence>(minimumCapacity: 128)
    /// Number of the document, so that `occurrences` need not be cleared.
    var serial: UInt32 = 0
    /// How many fields that the deal needs were found, or refused for their values.
    var requiredCount = 0
    /// Whether the value read last was refused.
    var isRefused = false
    /// What is said to become of what does not fit.
    var leftOut = "; it was left out"
    /// Guessed api names that no table has; they live as long as the request.
    var guessedNames = ByteBuffer()
    /// Value of the root's attribute `leadId`, which archives of files may carry; `nil` without one, or with an empty one.
    package private(set) var rootLeadID: ByteView?
    /// Line and column at every so many bytes of the document, made when the first place is asked for.
    var milestones = ReusableArray<SourceLocation>()

    /// A `row` element, as the range of its events.
    struct Row: BitwiseCopyable {
        /// Index of its start tag.
        var start: Int
        /// Index of its end tag.
        var end: Int
        /// Position of its first named element in the reader's `elements`.
        var firstElement: Int
        /// Position after its last one.
        var endElement: Int
        /// Whether it holds `option` elements other than those that name records.
        var hasOptions = false
        /// Whether it holds `option` elements named `ACCOUNTID`, `CONTACTID` or `OVERWRITE`.
        var hasRecordOptions = false
        /// Whether it holds `FL` elements with the name of an option.
        var hasOptionFields = false
        /// Whether it holds `FL` elements with other labels.
        var hasFields = false
        /// Whether it holds anything but named `option` and `FL` elements.
        var hasLooseContent = false
    }

    /// An `option` or `FL` element of a row that has a name.
    struct RowElement: BitwiseCopyable {
        /// Index of the start tag.
        var start: Int32
        /// Index of the end tag.
        var end: Int32
        /// Value of the attribute `val`, trimmed.
        var name: PaddedView
        /// The option of that name.
        var option: V1Option?
        /// Whether it is an `FL` element.
        var isField: Bool
        /// Whether it is an `option` element named `ACCOUNTID`, `CONTACTID` or `OVERWRITE`.
        var isRecord: Bool
    }

    /// A reader with its own XML context.
    init(_ options: TranslationOptions) {
        rules = TranslationRules(options)
        zone = options.timeZone
    }

    /// Reads one document into `request`.
    ///
    /// - Returns: `false` when the document could not be read far enough to judge its values; an error is in `log` then.
    ///
    /// Reports: `xml.*` and `v1.*` as the codes say.
    mutating func readRequest(
        _ text: ByteView, isDecoded: Bool, newFormat: V1Call.NewFormat, tables: inout TranslationTables,
        into request: inout ConversionRequest, log: inout DiagnosticLog
    ) -> Bool {
        rootLeadID = nil
        milestones.removeAll()
        do throws(XMLError) {
            try readDocument(text, isDecoded: isDecoded)
        } catch {
            log.add(Diagnostic(error, in: xml.document))
            readLeadIDBeforeProblem()
            return false
        }
        guard readRoot(&tables, &log) else { return false }
        let (optionRow, fieldRow) = chooseRows(&log)
        guard let optionRow else {
            log.add(
                .rowOptionsMissing, .error, site: .tag(0),
                "No row holds convert options, so this is not a convertLead request")
            return false
        }
        if xml.events[0].name == V1Name.leads {
            log.add(.rootLeads, .warning, site: .tag(0), "The root element is Leads; it was read as Potentials")
        }
        if rows[optionRow].hasLooseContent { reportLooseContent(of: rows[optionRow], &log) }
        readOptions(ofRow: optionRow, into: &request, &log)
        if let fieldRow, rows[fieldRow].hasLooseContent { reportLooseContent(of: rows[fieldRow], &log) }
        collectFields(ofRow: fieldRow, optionRow: optionRow, &tables, &log)
        if !hasCreatePotential && fields.elements.contains(where: \.isForDeal) {
            log.add(
                .optionPotentialMissing, .warning, site: .tag(rows[optionRow].start),
                "createPotential is absent, so no deal is created and field values are left out")
        }
        readFields(newFormat, &tables, into: &request, &log)
        if request.createsDeal && hasUsableCreatePotential {
            reportMissing(inRow: fieldRow ?? optionRow, &tables, &request, &log)
        }
        return true
    }

    /// Reads the document. A value of a call is in UTF-8; one whose bytes are none is in the encoding that it declares.
    private mutating func readDocument(_ text: ByteView, isDecoded: Bool) throws(XMLError) {
        do {
            try xml.read(text, isDecoded: isDecoded)
        } catch {
            guard isDecoded, error.kind == .encoding else { throw error }
            try xml.read(text)
        }
    }

    /// Looks at the root element and at what is between the rows; finds the rows.
    private mutating func readRoot(_ tables: inout TranslationTables, _ log: inout DiagnosticLog) -> Bool {
        let events = xml.events
        let root = events[0]
        guard root.name == V1Name.potentials || root.name == V1Name.deals || root.name == V1Name.leads else {
            let name = elementName(at: 0)
            log.add(
                .rootUnknown, .error, site: .tag(0), "The root element is \(name), not Potentials or Deals",
                subject: name)
            return false
        }
        var namespaced = root.isNamespaced ? 0 : -1
        rows.removeAll()
        elements.removeAll()
        readLeadID(&log)
        if !root.text.isEmpty { reportText(at: 0, &log) }
        var index = 1
        while index < events.count - 1 {
            let event = events[index]
            switch event.kind {
            case .attribute: break
            case .text: reportText(at: index, &log)
            case .end: break
            case .start:
                if event.isNamespaced && namespaced < 0 { namespaced = index }
                let end = Int(event.partner)
                if event.name == V1Name.row {
                    rows.append(readRow(from: index, to: end, &tables, &namespaced))
                } else {
                    reportUnknownElement(at: index, &log)
                }
                index = end
            }
            index += 1
        }
        if namespaced >= 0 {
            log.add(
                .elementNamespace, .warning, site: .tag(namespaced),
                "An element has a namespace; elements are read by their local names")
        }
        return true
    }

    /// A document that breaks further down still says which lead it is about.
    private mutating func readLeadIDBeforeProblem() {
        let events = xml.eventsBeforeProblem
        guard let root = events.first, case .start = root.kind,
            let text = Self.attribute(V1Name.leadID, at: 0, of: events, in: xml.texts)?.trimmed.bytes,
            RecordID.isID(text)
        else { return }
        rootLeadID = text
    }

    private mutating func readLeadID(_ log: inout DiagnosticLog) {
        guard let text = Self.attribute(V1Name.leadID, at: 0, of: xml.events, in: xml.texts)?.trimmed.bytes,
            !text.isEmpty
        else { return }
        rootLeadID = text
        if RecordID.isID(text) { return }
        log.add(
            .leadIDInvalid, .error, site: .tag(0), "The attribute leadId of the root is not 1 to 20 digits",
            value: text.text)
    }

    /// Finds the named elements of a row, and says what it holds.
    private mutating func readRow(
        from start: Int, to end: Int, _ tables: inout TranslationTables, _ namespaced: inout Int
    ) -> Row {
        let events = xml.events
        var row = Row(start: start, end: end, firstElement: elements.count, endElement: elements.count)
        row.hasLooseContent = !events[start].text.isEmpty
        var index = start + 1
        while index < end {
            let event = events[index]
            switch event.kind {
            case .start:
                if event.isNamespaced && namespaced < 0 { namespaced = index }
                let isField = event.name == V1Name.field
                if isField || event.name == V1Name.option, let name = valueAttribute(at: index)?.trimmed, !name.isEmpty
                {
                    let option = V1Option(name.bytes)
                    var isRecord = false
                    if isField {
                        if option != nil { row.hasOptionFields = true } else { row.hasFields = true }
                    } else if option == nil && Self.namesRecord(name, &tables) {
                        isRecord = true
                        row.hasRecordOptions = true
                    } else {
                        row.hasOptions = true
                    }
                    elements.append(
                        RowElement(
                            start: Int32(truncatingIfNeeded: index), end: event.partner, name: name, option: option,
                            isField: isField, isRecord: isRecord))
                } else {
                    if event.name == V1Name.option { row.hasOptions = true }
                    row.hasLooseContent = true
                }
                index = Int(event.partner)
            case .text: row.hasLooseContent = true
            case .attribute, .end: break
            }
            index += 1
        }
        row.endElement = elements.count
        return row
    }

    /// Whether a name is a label of what goes beside the deal: `ACCOUNTID`, `CONTACTID` or `OVERWRITE`.
    @inline(never)
    private static func namesRecord(_ name: PaddedView, _ tables: inout TranslationTables) -> Bool {
        let field = tables.field(labelled: name)
        guard field >= 0 else { return false }
        switch tables.entries[field].destination {
        case .account, .contact, .overwrite: return true
        case .deal, .contactRole, .system: return false
        }
    }

    /// Picks the option row and the field row; reports the others.
    ///
    /// `FL` elements named like options make an option row only where no row has `option` elements. A row of fields with an
    /// option among them is a field row, unless another row has fields alone. A row that only names records in `option`
    /// elements is the option row when no other row holds options.
    ///
    /// - Returns: their positions in `rows`.
    private mutating func chooseRows(_ log: inout DiagnosticLog) -> (options: Int?, fields: Int?) {
        let rows = rows.elements
        let hasOptionElements = rows.contains(where: \.hasOptions)
        func isOptionRow(_ row: Row) -> Bool {
            row.hasOptions || row.hasOptionFields && !(hasOptionElements && row.hasFields)
        }
        let optionRow =
            rows.firstIndex { hasOptionElements ? $0.hasOptions : $0.hasOptionFields }
            ?? rows.firstIndex(where: \.hasRecordOptions)
        let fieldRow =
            rows.firstIndex { $0.hasFields && !isOptionRow($0) }
            ?? rows.indices.first { rows[$0].hasFields && $0 != optionRow }
        for position in rows.indices where position != optionRow && position != fieldRow {
            let row = rows[position]
            if isOptionRow(row) {
                log.add(
                    .rowRepeatedOptions, .warning, site: .tag(row.start),
                    "A second option row was ignored with \(contents(of: row))")
            } else if row.hasFields {
                log.add(
                    .rowRepeatedFields, .warning, site: .tag(row.start),
                    "A second field row was ignored with \(contents(of: row))")
            } else {
                reportLooseContent(of: row, &log)
            }
        }
        return (optionRow, fieldRow)
    }

    /// Reports what is in a row besides its named elements.
    mutating func reportLooseContent(of row: Row, _ log: inout DiagnosticLog) {
        let events = xml.events
        reportText(at: row.start, &log)
        var index = row.start + 1
        while index < row.end {
            let event = events[index]
            switch event.kind {
            case .start:
                if event.name != V1Name.option && event.name != V1Name.field {
                    reportUnknownElement(at: index, &log)
                } else if valueAttribute(at: index)?.trimmed.isEmpty ?? true {
                    log.add(
                        .elementUnnamed, .warning, site: .tag(index),
                        "This \(elementName(at: index)) has no val attribute and was ignored")
                }
                index = Int(event.partner)
            case .text: reportText(at: index, &log)
            case .attribute, .end: break
            }
            index += 1
        }
    }

    // MARK: Events

    /// The bytes of an event's text.
    @inline(__always)
    func bytes(_ range: ByteRange) -> PaddedView { xml.texts[range] }

    /// The attribute `val` of the start tag at `index`.
    @inline(__always)
    func valueAttribute(at index: Int) -> PaddedView? {
        Self.attribute(V1Name.value, at: index, of: xml.events, in: xml.texts)
    }

    /// An attribute of the start tag at `index`. No method, because calling one of a borrowed reader copies it.
    @inline(__always)
    private static func attribute(
        _ name: Int16, at index: Int, of events: XMLEvents, in texts: PaddedView
    ) -> PaddedView? {
        let event = events[index]
        return event.attributeName == name
            ? texts[event.value] : laterAttribute(name, at: index, of: events, in: texts)
    }

    private static func laterAttribute(
        _ name: Int16, at index: Int, of events: XMLEvents, in texts: PaddedView
    ) -> PaddedView? {
        var index = index + 1
        while index < events.count, case .attribute = events[index].kind {
            if events[index].name == name { return texts[events[index].value] }
            index += 1
        }
        return nil
    }

    /// The text of the element between two events, trimmed; `nil` when it holds elements.
    @inline(__always)
    func text(from start: Int, to end: Int) -> PaddedView? {
        let events = xml.events
        var index = start + 1
        while case .attribute = events[index].kind { index += 1 }
        return index == end ? bytes(events[start].text).trimmed : nil
    }

    // MARK: Findings

    private mutating func reportText(at index: Int, _ log: inout DiagnosticLog) {
        let text = bytes(xml.events[index].text)
        guard !text.trimmed.isEmpty else { return }
        log.add(
            .elementText, .warning, site: .text(index), "Text is not allowed between elements; it was ignored",
            value: text.trimmed.text)
    }

    private func reportUnknownElement(at index: Int, _ log: inout DiagnosticLog) {
        let name = elementName(at: index)
        let isMisplaced = xml.events[index].name == V1Name.option || xml.events[index].name == V1Name.field
        log.add(
            .elementUnknown, .warning, site: .tag(index),
            isMisplaced
                ? "The element \(name) is outside a row and was ignored"
                : "The element \(name) is not part of v1 and was ignored",
            subject: name)
    }

    /// The local name of the element at `index`.
    func elementName(at index: Int) -> String {
        var name = ByteBuffer(minimumCapacity: 32)
        appendName(ofElementAt: index, to: &name)
        return name.string()
    }

    /// Appends the name of the element whose start tag is at `index`.
    func appendName(ofElementAt index: Int, to text: inout ByteBuffer) {
        let event = xml.events[index]
        if event.name < 0 { text.append(bytes(event.nameText)) } else { text.append(V1Name.all[Int(event.name)]) }
    }

    /// The names of the options and fields in a row, for people.
    private func contents(of row: Row) -> String {
        var names: [String] = []
        for position in row.firstElement..<row.endElement where !elements[position].isRecord {
            names.append("\"\(elements[position].name.text)\"")
        }
        return names.isEmpty ? "nothing in it" : names.joined(separator: ", ")
    }
}

extension Diagnostic {
    /// The finding for a document that is not well formed.
    init(_ error: XMLError, in document: ByteView) {
        self.init(
            DiagnosticCode(error.kind), .error, location: SourceLocation(ofByte: error.offset, in: document),
            message: error.reason)
    }
}
