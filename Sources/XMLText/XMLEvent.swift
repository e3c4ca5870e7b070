import Bytes

/// One step through a document, in document order.
package struct XMLEvent: BitwiseCopyable, Sendable {
    /// What the step is.
    package enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// A start tag; its attributes follow as events of their own.
        case start
        /// One attribute of the start tag before it.
        case attribute
        /// Character data: entities, CDATA and plain pieces joined. Comments and processing instructions are no events.
        case text
        /// An end tag, also of an empty-element tag.
        case end
    }

    /// What the step is.
    package let kind: Kind
    /// Whether the element or attribute has a namespace or a prefix.
    package let isNamespaced: Bool
    /// Local name as an index into the reader's names; -1 for any other name, and for text.
    package let name: Int16
    /// Bytes behind the tag in the document (start: behind the last attribute, end: behind the `>`), for places.
    package let place: UInt32
    /// Start and end: the local name, when it is not one of the reader's. Attribute: its value. Text: the characters.
    package internal(set) var text: ByteRange
}

/// How much a reader takes from one document.
package struct XMLLimits: Sendable, Hashable {
    /// Most elements inside one another.
    package var depth: Int
    /// Most bytes of a document.
    package var size: Int

    /// Limits; the defaults are far beyond any v1 request.
    package init(depth: Int = 64, size: Int = 10 << 20) {
        self.depth = depth
        self.size = size
    }
}
