@_spi(Package) import Bytes
import JSONText

/// Writing options as the text that reads them back.
extension TranslationOptions {
    /// The options that differ from the defaults, in the order of the manual.
    package var node: OptionNode {
        let plain = TranslationOptions()
        var members: [OptionNode.Member] = []
        for name in OptionsReader.names {
            guard let value = node(of: name), value != plain.node(of: name) else { continue }
            members.append(.init(name, value))
        }
        return OptionNode(.mapping(members))
    }

    /// The options as one line of JSON: two options are equal when their texts are.
    package var canonicalText: String {
        var writer = JSONWriter(indent: false)
        node.write(to: &writer)
        return writer.buffer.string()
    }

    /// The value of one option by its name; `nil` when it is not set.
    package func node(of name: String) -> OptionNode? {
        func flag(_ isSet: Bool) -> OptionNode { .plain(isSet ? "true" : "false") }
        func section(_ members: [OptionNode.Member]) -> OptionNode? {
            members.isEmpty ? nil : OptionNode(.mapping(members))
        }
        return switch name {
        case "api-domain": apiDomain.map { .text($0) }
        case "api-version": .plain(apiVersion.rawValue)
        case "lead-id": leadID.map { .text($0.digits) }
        case "unknown-assignee":
            switch unknownAssignee {
            case .reject: .plain("reject")
            case .omit: .plain("omit")
            case .fallback(let id): .text(id.digits)
            }
        case "unknown-field": .plain(unknownField.rawValue)
        case "bad-value": .plain(badValue.rawValue)
        case "date-order": .plain(dateOrder.rawValue)
        case "time-zone": timeZone?.node
        case "compact": flag(!isIndented)
        case "strict": flag(isStrict)
        case "show-values": flag(showsValues)
        case "labels": section(labels.map { .init($0.label, .text($0.apiName)) })
        case "defaults": section(defaultMembers)
        case "errors": section(errorCodes.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })
        default: nil
        }
    }

    private var defaultMembers: [OptionNode.Member] {
        func texts(_ texts: [String]) -> OptionNode { OptionNode(.list(texts.map { .text($0) })) }
        var members: [OptionNode.Member] = []
        if let overwriteDefault { members.append(.init("overwrite", .plain(overwriteDefault ? "true" : "false"))) }
        if addsToExistingRecord { members.append(.init("add_to_existing_record", .plain("true"))) }
        for field in dealDefaults {
            let value: OptionNode =
                switch field.value {
                case .string(let text): .text(text)
                case .number(let digits): .plain(digits)
                case .boolean(let value): .plain(value ? "true" : "false")
                case .list(let values): texts(values)
                }
            members.append(.init(field.apiName, value))
        }
        if !carryOverTags.isEmpty {
            let modules = carryOverTags.map { OptionNode.Member($0.module, texts($0.tags)) }
            members.append(.init("carry_over_tags", OptionNode(.mapping(modules))))
        }
        if let attachmentsModule { members.append(.init("move_attachments_to", .text(attachmentsModule))) }
        return members
    }
}

extension TimeZoneOffsets {
    /// The zone's name, its fixed offset, or all its offsets.
    fileprivate var node: OptionNode {
        if let name { return .text(name) }
        if transitions.isEmpty, let text = offsetText { return .text(text) }
        let pairs = transitions.map { OptionNode(.list([.plain("\($0.instant)"), .plain("\($0.offset)")])) }
        return OptionNode(
            .mapping([.init("offset", .plain("\(initialOffset)")), .init("transitions", OptionNode(.list(pairs)))]))
    }
}

extension OptionNode {
    /// The value of a member as lines of YAML: mappings over several lines, lists and single values in one.
    package func yaml(_ name: String, indent: String = "") -> [String] {
        guard case .mapping(let members) = content else { return ["\(indent)\(name): \(inlineYAML)"] }
        return ["\(indent)\(name):"]
            + members.flatMap { member in
                member.value.yaml(
                    Self.isPlain(member.name) ? member.name : Self.quoted(member.name), indent: indent + "  ")
            }
    }

    private var inlineYAML: String {
        switch content {
        case .scalar(let text, let isQuoted): isQuoted ? Self.quoted(text) : text
        case .list(let elements): "[" + elements.map(\.inlineYAML).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{" + members.map { "\(Self.quoted($0.name)): \($0.value.inlineYAML)" }.joined(separator: ", ") + "}"
        case .null: "null"
        }
    }

    /// Whether a name needs no quotes: an option or api name that YAML takes for text.
    private static func isPlain(_ name: String) -> Bool {
        name.contains("_") || name.count > 5 && name.utf8.allSatisfy { $0.isASCIILetter || $0 == UInt8(ascii: "-") }
    }

    /// Text in double quotes, with everything escaped that YAML or a terminal could take for something else.
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.isPrintable && scalar.value != 0xFEFF: quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
