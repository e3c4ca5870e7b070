import ConvertLead
import Yams

extension OptionNode {
    /// Reads YAML text: a mapping, or nothing.
    ///
    /// - Throws: `config.syntax`.
    init(yaml bytes: [UInt8], source: String) throws(TranslationFailure) {
        func failure(_ mark: Mark?, _ message: String) -> TranslationFailure {
            let location = mark.map(SourceLocation.init)
            return TranslationFailure(diagnostics: [
                Diagnostic(.configSyntax, .error, source: source, location: location, message: message)
            ])
        }
        // libyaml, told the encoding, takes a byte-order mark for a document of its own.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard let text = String(validating: bytes.dropFirst(bytes.starts(with: mark) ? 3 : 0), as: UTF8.self) else {
            throw failure(nil, "The configuration is not UTF-8")
        }
        let root: Node?
        do {
            // Every scalar is taken as text: the rules that tell types cost time, and options know their own.
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw failure(mark, problem)
            case .duplicatedKeysInMapping(let keys, let context):
                throw failure(context.mark, "\"\(keys.joined(separator: "\", \""))\" is given twice")
            case .reader(let problem, _, _, _): throw failure(nil, problem)
            default: throw failure(nil, "The configuration cannot be read")
            }
        } catch {
            throw failure(nil, "The configuration cannot be read")
        }
        self = root.map(OptionNode.init) ?? OptionNode(.null)
        switch content {
        case .mapping, .null: break
        default: throw failure(root?.mark, "The configuration does not consist of options with values")
        }
    }

    private init(_ node: Node) {
        let content: Content
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style != .plain && scalar.style != .any
            let isNull = !isQuoted && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            content = isNull ? .null : .scalar(scalar.string, isQuoted: isQuoted)
        case .sequence(let sequence): content = .list(sequence.map(OptionNode.init))
        case .mapping(let mapping):
            content = .mapping(
                mapping.map { key, value in
                    Member(key.scalar?.string ?? "", at: key.mark.map(SourceLocation.init), OptionNode(value))
                })
        case .alias: content = .null
        }
        self.init(content, at: node.mark.map(SourceLocation.init))
    }
}

extension SourceLocation {
    fileprivate init(_ mark: Mark) { self.init(line: max(mark.line, 1), column: max(mark.column, 1)) }
}
