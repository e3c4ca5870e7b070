@_spi(Package) import Bytes

/// One option of the option row.
struct V1OptionElement: BitwiseCopyable {
    /// Index of its start tag; -1 when the row does not have the option.
    var start: Int
    /// The trimmed text; `nil` when it holds elements.
    var text: PaddedView?

    /// An option that is not there.
    static var absent: V1OptionElement { V1OptionElement(start: -1, text: nil) }
}

extension V1RequestReader {
    /// Whether the option row has a `createPotential` that is not empty.
    var hasCreatePotential: Bool {
        options[V1Option.createPotential.rawValue].text.map { !$0.isEmpty } ?? false
    }

    /// Whether it is `true` or `false`.
    var hasUsableCreatePotential: Bool {
        options[V1Option.createPotential.rawValue].text.flatMap { V1ValueText.boolean($0.bytes) } != nil
    }

    /// Reads the option row into the request.
    ///
    /// Reports: `v1.option.*`, `v1.row.options_as_fields`, `v1.row.field_in_options`, `v1.value.boolean` (error).
    /// Source: Zoho CRM API v1, convertLead; Zoho.md, "XML of v1".
    mutating func readOptions(ofRow row: Int, into request: inout ConversionRequest, _ log: inout DiagnosticLog) {
        collectOptions(ofRow: row, &log)
        // With a value that is neither, the request is refused; the fields are judged as if a deal were asked for.
        request.createsDeal = boolean(.createPotential, &log) ?? hasCreatePotential
        request.notifyLeadOwner = boolean(.notifyLeadOwner, &log)
        request.notifyNewEntityOwner = boolean(.notifyNewEntityOwner, &log)
        if let (text, start) = value(of: .assignTo, emptySeverity: .note, &log) {
            request.assignee = .reference(text, .text(start))
        }
    }

    /// Finds the row's options; of a repeated one the last counts (assumed: Zoho's pages do not say).
    private mutating func collectOptions(ofRow row: Int, _ log: inout DiagnosticLog) {
        options.removeAll()
        while options.count <= V1Option.notifyNewEntityOwner.rawValue { options.append(.absent) }
        var hasFieldOptions = false
        for position in rows[row].firstElement..<rows[row].endElement {
            let element = elements[position]
            let (start, name, isField) = (Int(element.start), element.name, element.isField)
            guard let option = element.option else {
                if isField {
                    log.add(
                        .rowFieldInOptions, .warning, site: .tag(start),
                        "The field \"\(name.text)\" is in the option row and was not sent", subject: name.text)
                } else {
                    log.add(
                        .optionUnknown, .warning, site: .tag(start),
                        "The option \"\(name.text)\" is not known and was ignored", subject: name.text)
                }
                continue
            }
            if isField && !hasFieldOptions {
                hasFieldOptions = true
                log.add(
                    .rowOptionsAsFields, .warning, site: .tag(start),
                    "Options are written as FL elements; they were read as options")
            }
            if !name.bytes.equals(option.name) {
                log.add(
                    .optionCase, .warning, site: .tag(start), "The option \"\(name.text)\" was read as \(option.name)",
                    subject: name.text)
            }
            let earlier = options[option.rawValue]
            if earlier.start >= 0 {
                let first = location(ofTagAt: earlier.start)
                let last = location(ofTagAt: start)
                log.add(
                    .optionRepeated, .warning, site: .tag(earlier.start),
                    "The option \(option.name) at \(first.line):\(first.column) is given again at "
                        + "\(last.line):\(last.column); the last one counts", subject: "\(option.name)")
            }
            options[option.rawValue] = V1OptionElement(start: start, text: text(from: start, to: Int(element.end)))
        }
    }

    /// The value of an option and its start tag; `nil`, with a finding, when it is empty or holds elements.
    private mutating func value(
        of option: V1Option, emptySeverity: Diagnostic.Severity, _ log: inout DiagnosticLog
    ) -> (PaddedView, Int)? {
        let element = options[option.rawValue]
        guard element.start >= 0 else { return nil }
        guard let text = element.text else {
            log.add(
                .optionNested, .warning, site: .tag(element.start),
                "The option \(option.name) holds elements and was left out", subject: "\(option.name)")
            return nil
        }
        if text.isEmpty {
            log.add(
                .optionEmpty, emptySeverity, site: .tag(element.start),
                "The option \(option.name) is empty and counts as absent", subject: "\(option.name)")
            return nil
        }
        return (text, element.start)
    }

    private mutating func boolean(_ option: V1Option, _ log: inout DiagnosticLog) -> Bool? {
        guard let (text, start) = value(of: option, emptySeverity: .warning, &log) else { return nil }
        if let value = V1ValueText.boolean(text.bytes) { return value }
        log.add(
            .valueBoolean, .error, site: .text(start), "The option \(option.name) is neither true nor false",
            value: text.text, subject: "\(option.name)")
        return nil
    }
}
