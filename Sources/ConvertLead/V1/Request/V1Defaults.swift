@_spi(Package) import Bytes

/// Reading the options' deal fields as values of v1 are read.
extension V1RequestReader {
    /// The defaults of `options`. What cannot be used is left out.
    ///
    /// - Parameters:
    ///   - fields: whose export says what is a field.
    ///   - tables: made with the same options.
    ///   - log: gets the findings; their site is the default's position among `dealDefaults`.
    ///
    /// Reports: `config.default`, `config.value`, and what is reported about values of v1.
    static func readDefaults(
        _ options: TranslationOptions, of fields: FieldCatalog, _ tables: inout TranslationTables,
        _ log: inout DiagnosticLog
    ) -> ConversionDefaults {
        var defaults = ConversionDefaults()
        defaults.overwrite = options.overwriteDefault
        defaults.addsToExistingRecord = options.addsToExistingRecord
        defaults.attachmentsModule = options.attachmentsModule
        defaults.carriedTags = options.carryOverTags.map { ($0.module, $0.tags) }
        if options.dealDefaults.isEmpty { return defaults }

        // All texts first: they must not move once they are referred to.
        var places: [[ByteRange]] = []
        var names: [ByteRange] = []
        for field in options.dealDefaults {
            names.append(defaults.add(field.apiName))
            var ranges: [ByteRange] = []
            for text in field.value.texts { ranges.append(defaults.add(text)) }
            places.append(ranges)
        }
        var strict = options
        strict.badValue = .reject
        var reader = V1RequestReader(strict)
        reader.leftOut = ""
        for (number, field) in options.dealDefaults.enumerated() {
            let apiName = field.apiName
            // Of two defaults for one field the last counts.
            if options.dealDefaults.dropFirst(number + 1).contains(where: { $0.apiName == apiName }) { continue }
            let name = defaults.texts[names[number]]
            let all = defaults.texts.padded
            let texts = places[number].map { all[$0].trimmed }
            if fields.hasExport && fields.index(named: apiName) == nil {
                log.add(
                    .configDefault, .error, site: .tag(number), "The field export does not list \(apiName)",
                    subject: apiName)
                continue
            }
            let element = V1FieldElement(
                start: number, label: name, text: texts.first, field: tables.field(apiName: name), isForDeal: true)
            reader.readDefault(element, texts, isList: field.value.isList, &tables, &defaults.deal, &log)
        }
        return defaults
    }

    private mutating func readDefault(
        _ element: V1FieldElement, _ texts: [PaddedView], isList: Bool, _ tables: inout TranslationTables,
        _ deal: inout ConversionRequest, _ log: inout DiagnosticLog
    ) {
        let label = element.label.text
        func refuse(_ reason: String) { log.add(.configValue, .error, site: .tag(element.start), "\(label) \(reason)") }
        guard element.field >= 0 else { return }
        let entry = tables.entries[element.field]
        let takesList = entry.dataType == .multiselectpicklist || entry.dataType == .tags
        if isList && !takesList { return refuse("takes one value, not a list") }
        if texts.isEmpty || texts.contains(where: { $0.isEmpty || $0.equals("null") }) {
            return refuse("has no value")
        }
        switch entry.destination {
        case .account, .contact, .overwrite:
            return refuse("is not a field of a deal")
        case .contactRole, .deal, .system: break
        }
        if isList {
            readList(texts, of: element, &tables, &deal, &log)
        } else {
            readField(element, .includesNull, &tables, into: &deal, &log)
        }
    }

    /// Reads each text of a list as one choice.
    private mutating func readList(
        _ texts: [PaddedView], of element: V1FieldElement, _ tables: inout TranslationTables,
        _ deal: inout ConversionRequest, _ log: inout DiagnosticLog
    ) {
        let entry = tables.entries[element.field]
        let first = deal.choices.count
        for text in texts {
            deal.choices.append(
                entry.hasPicklist ? picklistValue(text, of: element, &tables, &log) : text)
        }
        let choices = ByteRange(first, deal.choices.count - first)
        deal.fields.append(
            .init(
                name: tables.name(of: entry), value: entry.dataType == .tags ? .tags(choices) : .choices(choices),
                site: .text(element.start)))
    }
}

extension ConversionDefaults {
    fileprivate mutating func add(_ text: String) -> ByteRange {
        let start = texts.count
        texts.append(string: text)
        return ByteRange(start, texts.count - start)
    }
}

extension TranslationOptions.DefaultValue {
    /// Its texts, as v1 would write them; one, or those of a list.
    var texts: [String] {
        switch self {
        case .string(let text), .number(let text): [text]
        case .boolean(let value): [value ? "true" : "false"]
        case .list(let texts): texts
        }
    }

    fileprivate var isList: Bool {
        if case .list = self { true } else { false }
    }
}
