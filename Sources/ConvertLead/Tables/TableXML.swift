@_spi(Package) import Bytes
import XMLText

// The XML forms of v1: getUsers and getFields.

extension TableText {
    /// Reads the text as XML.
    func readXML(_ reader: inout XMLReader) throws(TranslationFailure) {
        do {
            try reader.read(bytes)
        } catch {
            throw failure(
                DiagnosticCode(error.kind), at: SourceLocation(ofByte: error.offset, in: reader.document), error.reason)
        }
    }

    /// Why an XML document is not the export that was expected; names an error reply for what it is.
    func notAnExport(_ reader: borrowing XMLReader) -> TranslationFailure {
        let root = reader.events.first.map { reader.bytes($0.nameText).text } ?? ""
        return failure(
            .tableUnreadable, at: Self.location(of: reader.events.first, reader),
            (root == "response"
                ? "This is not \(kind.name) but a reply of v1 without one"
                : "This is XML with the root \(root), not \(kind.name)")
                + kind.hint)
    }

    /// The place of a tag.
    static func location(of event: XMLEvent?, _ reader: borrowing XMLReader) -> SourceLocation {
        SourceLocation(ofByte: event.map { reader.offset(of: $0) } ?? 0, in: reader.document)
    }
}

extension XMLReader {
    /// The values of the attributes after the start tag at `index`, in the order of `names`; empty where there is none.
    borrowing func attributes(ofStartAt index: Int, _ names: [Int16]) -> [String] {
        var values = names.map { _ in "" }
        var (name, value) = (events[index].attributeName, events[index].value)
        var next = index
        repeat {
            if let place = names.firstIndex(of: name) { values[place] = bytes(value).trimmingWhitespace.text }
            next += 1
            (name, value) = (events[next].name, events[next].value)
        } while events[next].kind == .attribute
        return values
    }
}

extension UserPage {
    /// Reads v1 `getUsers`: `<users><user id="…" email="…" status="…">Name</user>…</users>`.
    mutating func readXML(_ text: inout TableText) throws(TranslationFailure) {
        let names: [StaticString] = ["user", "id", "email", "status", "users"]
        var reader = XMLReader(names: names, limits: TableText.limits)
        try text.readXML(&reader)
        guard reader.events.first?.name == 4 else { throw text.notAnExport(reader) }
        for index in reader.events.indices where reader.events[index].kind == .start && reader.events[index].name == 0 {
            let values = reader.attributes(ofStartAt: index, [1, 2, 3])
            guard let id = RecordID(values[0]) else {
                try text.report(
                    .tableValue, at: TableText.location(of: reader.events[index], reader), path: "users/user",
                    TableText.idProblem(values[0]))
                continue
            }
            add(.init(email: values[1], id: id, status: .init(zohoName: values[2])))
        }
    }
}

extension FieldExport {
    /// Reads v1 `getFields`: `<Potentials><section><FL label="…" dv="…" type="…" maxlength="…"><val>…</val></FL></section>`.
    mutating func readXML(_ text: inout TableText) throws(TranslationFailure) {
        let names: [StaticString] = [
            "val", "FL", "label", "dv", "type", "maxlength", "isreadonly", "Potentials", "Deals",
        ]
        var reader = XMLReader(names: names, limits: TableText.limits)
        try text.readXML(&reader)
        guard let root = reader.events.first, root.name == 7 || root.name == 8 else {
            throw text.notAnExport(reader)
        }
        var index = 0
        while index < reader.events.count {
            if reader.events[index].kind == .start && reader.events[index].name == 1 {
                try readField(at: &index, &text, reader)
            } else {
                index += 1
            }
        }
    }

    /// Reads one `FL`, positioned on its start tag; `index` is left on its end tag.
    private mutating func readField(
        at index: inout Int, _ text: inout TableText, _ reader: borrowing XMLReader
    ) throws(TranslationFailure) {
        let start = index
        let values = reader.attributes(ofStartAt: start, [2, 3, 4, 5, 6])
        var picklist: [String] = []
        let end = Int(reader.events[start].partner)
        for event in reader.events[start..<end] where event.kind == .start && event.name == 0 {
            let value = reader.bytes(event.text).trimmingWhitespace.text
            if !value.isEmpty { picklist.append(value) }
        }
        index = end
        guard !values[0].isEmpty else {
            try text.report(
                .tableValue, at: TableText.location(of: reader.events[start], reader), path: "FL",
                "The field has no label")
            return
        }
        add(
            V1Field(
                label: values[0], shownLabel: values[1], type: values[2], length: Int(values[3]), picklist: picklist,
                isReadOnly: values[4] == "true"))
    }
}

extension DiagnosticCode {
    /// The code for what is wrong with XML text.
    init(_ kind: XMLError.Kind) {
        switch kind {
        case .empty: self = .xmlMissing
        case .syntax: self = .xmlSyntax
        case .encoding: self = .xmlEncoding
        case .entity: self = .xmlEntity
        case .character: self = .xmlCharacter
        case .doctype: self = .xmlDoctype
        case .version: self = .xmlVersion
        case .namespace: self = .xmlNamespace
        case .depth: self = .xmlDepth
        case .size: self = .xmlSize
        case .memory: self = .internalError
        }
    }
}
