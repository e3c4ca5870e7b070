@_spi(Package) import Bytes

/// One step through a document, in document order.
///
/// A start tag comes with its first attribute and with the text up to its first child or its end, because most elements have no
/// more than that; what else there is follows as events of its own.
package struct XMLEvent: BitwiseCopyable, Sendable {
    /// What the step is.
    package enum Kind: BitwiseCopyable, Sendable {
        /// A start tag.
        case start
        /// One more attribute of the start tag before it.
        case attribute
        /// Character data after a child: entities, CDATA and plain pieces joined.
        case text
        /// An end tag, also of an empty-element tag.
        case end
    }

    /// What the step is.
    package let kind: Kind
    /// Whether the element that starts, or the attribute, has a namespace or a prefix.
    package let isNamespaced: Bool
    /// Local name of the element or attribute as an index into the reader's names; -1 for any other name, for text, and for end
    /// tags, whose start tag is `partner`.
    package let name: Int16
    /// Start: local name of the first attribute in the same way; -2 when there is no attribute.
    package internal(set) var attributeName: Int16 = -2
    /// Bytes after the tag in the document (start: after the last attribute, end: after the `>`), for places.
    package internal(set) var place: UInt32 = 0
    /// Start: index of the event of its end tag. End: index of its start tag.
    package internal(set) var partner: Int32 = -1
    /// Start: the local name, when it is not one of the reader's.
    package internal(set) var nameText = ByteRange.empty
    /// Start: the value of the first attribute. Attribute: its value.
    package internal(set) var value = ByteRange.empty
    /// Start: the characters up to the first child or the end. Text: the characters.
    ///
    /// Entities, CDATA and plain pieces are joined; comments and processing instructions are left out. White space with which a
    /// text begins in a piece of its own, or which is all of it, is left out too.
    package internal(set) var text = ByteRange.empty

    init(_ kind: Kind, isNamespaced: Bool = false, name: Int16 = -1) {
        self.kind = kind
        self.isNamespaced = isNamespaced
        self.name = name
    }
}

/// How much a reader takes from one document.
package struct XMLLimits: Sendable, Hashable {
    /// Most elements inside one another.
    package var depth: Int
    /// Most bytes of a document.
    package var size: Int
    /// Most elements of a document; it bounds the memory for events.
    package var elements: Int
    /// Most bytes of a tag. libxml2 2.9 compares each attribute of a tag with every other.
    package var tag: Int

    /// Limits; the defaults are far beyond any v1 request.
    package init(depth: Int = 64, size: Int = 10 << 20, elements: Int = 20_000, tag: Int = 64 << 10) {
        self.depth = depth
        self.size = size
        self.elements = elements
        self.tag = tag
    }
}

/// The events of a document, in the memory of the reader that read it; valid until it reads the next.
package typealias XMLEvents = UnsafeBufferPointer<XMLEvent>
