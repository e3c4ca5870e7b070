@_spi(Package) import Bytes
import JSONText

/// The shapes in which tools write parameters and the rows of tables.
extension JSONCallSearch {
    /// What a string of base64 stands for; `nil` for any other, and for a short one.
    static func base64(_ text: ByteView) -> [UInt8]? {
        guard text.count >= 32,
            text.allSatisfy({ $0.isASCIILetter || $0.isDigit || "+/-_=\r\n".utf8.contains($0) })
        else { return nil }
        var decoded = ByteBuffer(minimumCapacity: text.count)
        decoded.append(base64: text)
        return decoded.array()
    }

    /// The bytes of a text that is written as a list of them, as journald does; `nil` for any other list.
    static func bytes(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> [UInt8]? {
        var bytes: [UInt8] = []
        var isOther = false
        json.forEachElement(of: node) { element in
            guard !isOther, json.kind(of: element) == .number, let byte = UInt8(json.bytes(of: element).text) else {
                isOther = true
                return
            }
            bytes.append(byte)
        }
        return isOther || bytes.isEmpty ? nil : bytes
    }

    /// The element of a list that has one.
    static func only(of node: JSONReader.Node, _ json: borrowing JSONReader) -> JSONReader.Node? {
        guard json.kind(of: node) == .array, json.count(of: node) == 1 else { return nil }
        var only: JSONReader.Node?
        json.forEachElement(of: node) { only = $0 }
        return only
    }

    // MARK: Parameters

    /// The value of a parameter: a string, number or word; the one of a list of one; of an object the one that fits, because databases and
    /// queues put types around values.
    static func parameterValue(
        _ node: JSONReader.Node, of name: V1Parameters.Name, _ json: borrowing JSONReader
    ) -> JSONReader.Node? {
        switch json.kind(of: node) {
        case .null: return nil
        case .string, .number, .boolean: return node
        case .array: return only(of: node, json).flatMap { parameterValue($0, of: name, json) }
        case .object:
            var values: [JSONReader.Node] = []
            var hasParameters = false
            json.forEachMember(of: node) { member, value in
                hasParameters = hasParameters || V1Parameters.Name(json.bytes(of: member)) != nil
                if fits(value, name, json) { values.append(value) }
            }
            return hasParameters || values.count != 1 ? nil : values[0]
        }
    }

    /// Whether a value can be that of a parameter.
    private static func fits(
        _ node: JSONReader.Node, _ name: V1Parameters.Name, _ json: borrowing JSONReader
    ) -> Bool {
        guard json.kind(of: node) == .string || json.kind(of: node) == .number else { return false }
        let text = json.bytes(of: node).trimmingWhitespace()
        switch name {
        case .leadID, .rowID: return RecordID.isID(text)
        case .xmlData: return isDocument(text)
        case .newFormat: return text.equals("1") || text.equals("2")
        case .authtoken, .ticket, .apikey: return false
        }
    }

    /// Whether a text is a document, percent-encoded or not.
    private static func isDocument(_ text: ByteView) -> Bool {
        text.first == UInt8(ascii: "<")
            ? RawXML.isRequest(text) : text.hasPrefixIgnoringCase("%3C") && RequestMarks.isIn(text)
    }

    /// Names and values of a list of parameters, such as `[{"name":"leadId","value":"…"}]` or `[["leadId","…"]]`, or of an object of such
    /// elements; `nil` for any other value.
    static func pairs(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> [Member]? {
        var elements: [JSONReader.Node] = []
        json.forEachElement(of: node) { elements.append($0) }
        json.forEachMember(of: node) { elements.append($1) }
        var label: ByteView?
        for element in elements where label == nil { label = labelMember(of: element, json) }
        guard let label else { return nil }
        var pairs: [Member] = []
        for element in elements {
            guard let pair = pair(element, label, json) else { return nil }
            if let value = pair.value { pairs.append((pair.name, value)) }
        }
        return pairs
    }

    /// The name of the member that names a parameter which tells a call; empty for a list of name and value.
    private static func labelMember(of node: JSONReader.Node, _ json: borrowing JSONReader) -> ByteView? {
        func isOfCall(_ node: JSONReader.Node) -> Bool {
            guard json.kind(of: node) == .string else { return false }
            let name = V1Parameters.Name(json.bytes(of: node))
            return name == .xmlData || name == .leadID
        }
        var label: ByteView?
        // A name without a value is a cell.
        let isCell = json.count(of: node) == 1
        json.forEachMember(of: node) { member, value in
            if label == nil, !isCell, isOfCall(value), !json.bytes(of: member).equals("value") {
                label = json.bytes(of: member)
            }
        }
        if json.kind(of: node) == .array, json.count(of: node) == 2 {
            var isFirst = true
            json.forEachElement(of: node) { element in
                if isFirst, isOfCall(element) {
                    label = .empty
                } else if isOfCall(element) {
                    // The names of two columns.
                    label = nil
                }
                isFirst = false
            }
        }
        return label
    }

    /// Name and value of an element of a list of parameters; no value when it is switched off.
    private static func pair(
        _ node: JSONReader.Node, _ label: ByteView, _ json: borrowing JSONReader
    ) -> (name: JSONReader.Node, value: JSONReader.Node?)? {
        var name: JSONReader.Node?
        var values: [JSONReader.Node] = []
        if json.kind(of: node) == .array, json.count(of: node) == 2 {
            json.forEachElement(of: node) { values.append($0) }
            name = values.removeFirst()
        }
        json.forEachMember(of: node) { member, value in
            if json.bytes(of: member).elementsEqual(label) { name = value } else { values.append(value) }
        }
        guard let name, json.kind(of: name) == .string else { return nil }
        if let disabled = json.member("disabled", of: node), json.isTrue(disabled) { return (name, nil) }
        if let value = json.member("value", of: node) { return (name, value) }
        // Of several members none is known to be the value.
        guard values.count < 2 else { return nil }
        guard let known = V1Parameters.Name(json.bytes(of: name)) else { return (name, values.first) }
        let fitting = values.compactMap { parameterValue($0, of: known, json) }.filter { fits($0, known, json) }
        return (name, fitting.first)
    }

    // MARK: Tables

    /// The names of columns that a member of an object lists, itself or in its schema: strings, or objects with a name.
    static func columns(in members: [Member], _ json: borrowing JSONReader) -> [JSONReader.Node]? {
        for (_, value) in members {
            if let columns = columns(value, json) { return columns }
            var columns: [JSONReader.Node]?
            json.forEachMember(of: value) { _, value in columns = columns ?? Self.columns(value, json) }
            if let columns { return columns }
        }
        return nil
    }

    /// The names of columns that a list has; `nil` unless a column for documents is among them.
    static func columns(_ list: JSONReader.Node, _ json: borrowing JSONReader) -> [JSONReader.Node]? {
        guard json.count(of: list) > 1 else { return nil }
        var elements: [JSONReader.Node] = []
        json.forEachElement(of: list) { elements.append($0) }
        func isOfDocuments(_ node: JSONReader.Node) -> Bool {
            json.kind(of: node) == .string && V1Parameters.Name(json.bytes(of: node)) == .xmlData
        }
        if elements.allSatisfy({ json.kind(of: $0) == .string }) {
            return elements.contains(where: isOfDocuments) ? elements : nil
        }
        // Each service calls the member with the name otherwise.
        var label: ByteView?
        for element in elements where label == nil {
            json.forEachMember(of: element) { member, value in
                if label == nil, isOfDocuments(value) { label = json.bytes(of: member) }
            }
        }
        guard let label else { return nil }
        var names: [JSONReader.Node] = []
        for element in elements {
            json.forEachMember(of: element) { member, value in
                if json.bytes(of: member).elementsEqual(label), json.kind(of: value) == .string { names.append(value) }
            }
        }
        return names.count == elements.count ? names : nil
    }

    /// The columns of a table that are a list each, with their names; `nil` unless the list for documents has nothing else.
    static func columnLists(
        _ elements: [JSONReader.Node], _ names: [JSONReader.Node], _ json: borrowing JSONReader
    ) -> [Member]? {
        guard elements.count > 1, elements.count == names.count,
            elements.allSatisfy({ json.kind(of: $0) == .array }),
            let documents = names.firstIndex(where: { V1Parameters.Name(json.bytes(of: $0)) == .xmlData })
        else { return nil }
        var isOfDocuments = json.count(of: elements[documents]) > 0
        json.forEachElement(of: elements[documents]) { element in
            guard json.kind(of: element) != .null else { return }
            isOfDocuments = isOfDocuments && fits(element, .xmlData, json)
        }
        return isOfDocuments ? Array(zip(names, elements)) : nil
    }

    /// The text that a list has a line in an element, as notebooks keep it: strings of which each but the last ends with a line feed.
    static func text(inLines elements: [JSONReader.Node], _ json: borrowing JSONReader) -> [UInt8]? {
        guard elements.count > 1 else { return nil }
        var text: [UInt8] = []
        for element in elements {
            guard json.kind(of: element) == .string, text.last ?? 0x0A == 0x0A else { return nil }
            text += json.bytes(of: element)
        }
        return text
    }

    /// Whether a list has the names of columns and nothing else.
    static func isHeader(_ elements: [JSONReader.Node], _ json: borrowing JSONReader) -> Bool {
        let cells = elements.compactMap { cell($0, json) }
        return cells.count > 1 && cells.count == elements.count
            && cells.allSatisfy { json.kind(of: $0) == .string }
            && cells.contains { V1Parameters.Name(json.bytes(of: $0)) == .xmlData }
    }

    /// A list of values as a row: by the names of its columns; or, without names, with the one document and the one number in it, or an
    /// address of v1 and what belongs to it.
    static func row(
        _ elements: [JSONReader.Node], _ columns: [JSONReader.Node], _ json: borrowing JSONReader
    ) -> (members: [Member], guessed: [Parameter])? {
        guard elements.count > 1, !isHeader(elements, json) else { return nil }
        if elements.count == columns.count {
            let cells = elements.compactMap { cell($0, json) }
            let members = Array(zip(columns, cells))
            if cells.count == elements.count, members.allSatisfy({ isCell($0, json) }) { return (members, []) }
        }
        let guessed = unnamedParameters(elements, json) ?? []
        let hasAddress = elements.contains { element in
            guard json.kind(of: element) == .string else { return false }
            let text = json.bytes(of: element)
            return V1Address.begins(text) && V1Address(text).method == .convertLead && !hasDocument(text)
        }
        guard hasAddress || !guessed.isEmpty else { return nil }
        let others = elements.filter { element in !guessed.contains { $0.value == element } }
        return (others.map { ($0, $0) }, guessed)
    }

    /// Whether a value may be in its column: in that of documents one, or nothing.
    private static func isCell(_ member: Member, _ json: borrowing JSONReader) -> Bool {
        V1Parameters.Name(json.bytes(of: member.name)) != .xmlData || json.kind(of: member.value) == .null
            || json.bytes(of: member.value).isEmpty || fits(member.value, .xmlData, json)
    }

    /// The value of a cell, be it in an object of its own; `nil` for anything that is no value.
    private static func cell(_ node: JSONReader.Node, _ json: borrowing JSONReader) -> JSONReader.Node? {
        switch json.kind(of: node) {
        case .array: return nil
        case .object:
            var value: JSONReader.Node?
            if json.count(of: node) == 1 { json.forEachMember(of: node) { value = $1 } }
            return value.flatMap { json.kind(of: $0) == .object ? nil : cell($0, json) }
        case .string, .number, .boolean, .null: return node
        }
    }

    /// The one document and the one number of a list without names.
    private static func unnamedParameters(_ elements: [JSONReader.Node], _ json: borrowing JSONReader) -> [Parameter]? {
        var document: JSONReader.Node?
        var leadID: JSONReader.Node?
        for element in elements {
            if fits(element, .xmlData, json) {
                if document != nil { return nil }
                document = element
            } else if fits(element, .leadID, json), json.bytes(of: element).trimmingWhitespace().count >= 10 {
                if leadID != nil { return nil }
                leadID = element
            }
        }
        guard let document, let leadID else { return nil }
        return [(.leadID, leadID), (.xmlData, document)]
    }

    /// A table that an object holds by its columns, as data frames are written: `{"leadId":{"0":…},"xmlData":{"0":…}}`.
    struct ColumnTable {
        private typealias Column = (name: JSONReader.Node, list: JSONReader.Node, cells: [Cell])
        private typealias Cell = (key: ByteView, value: JSONReader.Node)
        private var columns: [Column] = []
        private var documents: [Cell] = []

        /// `nil` unless a member for documents has several of them.
        init?(_ members: [Member], _ json: borrowing JSONReader) {
            guard let list = members.first(where: { V1Parameters.Name(json.bytes(of: $0.name)) == .xmlData })?.value
            else { return nil }
            documents = Self.cells(of: list, json)
            guard documents.filter({ fits($0.value, .xmlData, json) }).count > 1 else { return nil }
            for (name, list) in members {
                let cells = Self.cells(of: list, json)
                guard let last = cells.last, cells.count == documents.count,
                    last.key.elementsEqual(documents[cells.count - 1].key)
                else { continue }
                columns.append((name, list, cells))
            }
        }

        private static func cells(of list: JSONReader.Node, _ json: borrowing JSONReader) -> [Cell] {
            var cells: [Cell] = []
            json.forEachElement(of: list) { cells.append((.empty, $0)) }
            json.forEachMember(of: list) { cells.append((json.bytes(of: $0), $1)) }
            return cells
        }

        /// Whether a value is one of the columns.
        func contains(_ list: JSONReader.Node) -> Bool { columns.contains { $0.list == list } }

        /// Its rows, each with the cell of its document. The cells of all columns are in one order.
        func rows(_ json: borrowing JSONReader) -> [(document: JSONReader.Node, members: [Member])] {
            documents.indices.map { row in
                (documents[row].value, columns.map { ($0.name, $0.cells[row].value) })
            }
        }
    }
}
