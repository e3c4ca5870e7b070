/// Where and why JSON text is broken.
package struct JSONError: Error, Sendable, Hashable {
    /// What is wrong, in words for people, without the place.
    package var reason: String
    /// Byte offset in the text.
    package var offset: Int
}
