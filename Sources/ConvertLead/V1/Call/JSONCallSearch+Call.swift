@_spi(Package) import Bytes
import JSONText

extension JSONCallSearch {
    /// Name and value of a parameter of v1.
    typealias Parameter = (name: V1Parameters.Name, value: JSONReader.Node)
    /// Name and value of a member, or what stands for them.
    typealias Member = (name: JSONReader.Node, value: JSONReader.Node)

    /// A call, in pieces; also what the objects around a value know of the calls in it.
    package struct Call {
        /// The object or string that it was taken from, or the element of a list that it is in: its place is the call's place.
        package var node: JSONReader.Node
        /// The innermost element of a list that it is in, or the whole value.
        var record: JSONReader.Node
        /// Offsets of the elements of lists that it is in, outermost first; a list of one element does not count.
        var elements: [Int] = []
        /// Parameters by name.
        var parameters: [Parameter] = []
        /// Addresses, those of the object itself before those around it.
        var addresses: [[UInt8]] = []
        /// Host of an address that has none.
        var host: [UInt8] = []
        /// Texts that are a call or a body.
        var texts: [[UInt8]] = []
        /// Calls of objects around it, so that what is no call here belongs to them.
        var around: [Call] = []
        /// Whether it stands in a reply, where the address of a call is no call.
        var isInsideReply = false
        /// Lead ids of the objects around, innermost first.
        var outerLeadIDs: [JSONReader.Node] = []
        /// Names of the columns for rows that are lists, from the object around.
        var columns: [JSONReader.Node] = []
        /// Whether its parameters were told from what they are, because the list has no names.
        var isGuessed = false

        init(_ node: JSONReader.Node) {
            self.node = node
            record = node
        }

        /// Whether an object around it is a call.
        var isInsideCall: Bool { !around.isEmpty }

        /// Whether it has what should be a document.
        var hasDocument: Bool {
            !texts.isEmpty || parameters.contains { $0.name == .xmlData }
                || addresses.contains { $0.withByteView(JSONCallSearch.hasDocument) }
        }

        /// Whether one of its addresses names its host.
        var hasHostInAddress: Bool { addresses.contains { $0.withByteView { !V1Address($0).host.isEmpty } } }

        /// Steps into an element of a list.
        mutating func enter(_ element: JSONReader.Node, _ json: borrowing JSONReader) {
            record = element
            elements.append(json.offset(of: element))
        }

        /// Whether it is in the same record as another: in the same elements of lists, or one inside those of the other.
        func isBeside(_ other: Call) -> Bool {
            zip(elements, other.elements).allSatisfy { $0 == $1 }
        }
    }

    /// An address up to its query, when that has a document: the call of the document was found. `nil` when the document is elsewhere.
    static func withoutDocument(_ address: [UInt8]) -> [UInt8]? {
        guard address.withByteView(hasDocument) else { return address }
        let front = Array(address.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "&") })
        return front.withByteView(hasDocument) ? nil : front
    }
}
