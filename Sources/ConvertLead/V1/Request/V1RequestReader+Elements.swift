@_spi(Package) import Bytes
import XMLText

/// The document that was read last, as it is written: for taking an inventory, which judges nothing and looks into every row.
extension V1RequestReader {
    /// An option or a field. A view of the reader, valid while `forEachElement` runs.
    package struct Element {
        /// What an element is.
        package enum Kind {
            /// One of v1's options, as an `option` or as an `FL`.
            case option(V1Option)
            /// An `option` that v1 does not have.
            case unknownOption
            /// An `FL`.
            case field
        }

        /// What it is.
        package let kind: Kind
        /// Its name as it is written, trimmed; not empty.
        package let name: PaddedView
        /// Its text, trimmed; `nil` when it holds elements.
        package let text: PaddedView?
    }

    /// The local name of the root; `nil` when the document could not be read.
    package var rootName: String? { xml.events.count > 0 ? elementName(at: 0) : nil }

    /// Calls `body` with each option and field that has a name, row by row.
    package mutating func forEachElement(_ body: (Element) -> Void) {
        let events = xml.events
        // Root, row, and in it the elements that count.
        var depth = 0
        var row = 0
        var start = 0
        for index in 0..<events.count {
            switch events[index].kind {
            case .start:
                if depth == 1 { row = index }
                if depth == 2 { start = index }
                depth += 1
            case .end:
                depth -= 1
                if depth == 2, events[row].name == V1Name.row, let element = element(from: start, to: index) {
                    body(element)
                }
            case .attribute, .text: continue
            }
        }
    }

    private mutating func element(from start: Int, to end: Int) -> Element? {
        let tag = xml.events[start].name
        guard tag == V1Name.option || tag == V1Name.field,
            let name = valueAttribute(at: start)?.trimmed, !name.isEmpty
        else { return nil }
        let kind: Element.Kind =
            V1Option(name.bytes).map { .option($0) } ?? (tag == V1Name.option ? .unknownOption : .field)
        return Element(kind: kind, name: name, text: text(from: start, to: end))
    }
}
