/// Why a document was refused, and where.
package struct XMLError: Error, Sendable, Hashable {
    /// What is wrong.
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// No text at all, or only white space.
        case empty
        /// Not well formed.
        case syntax
        /// Bytes that do not fit their encoding, or an encoding that is not read.
        case encoding
        /// An entity that XML does not define.
        case entity
        /// A character that XML cannot hold.
        case character
        /// A DOCTYPE.
        case doctype
        /// A version other than 1.0.
        case version
        /// A prefix that is not declared, or a wrong declaration.
        case namespace
        /// More depth than the limit.
        case depth
        /// More bytes than the limit.
        case size
        /// libxml2 ran out of memory.
        case memory
    }

    /// What is wrong.
    package var kind: Kind
    /// Byte offset in the decoded document.
    package var offset: Int
    /// What is wrong, in words for people, without the place.
    package var reason: String
}
