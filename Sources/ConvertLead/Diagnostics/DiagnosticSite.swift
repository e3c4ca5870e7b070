/// The place of a finding before anyone asked for its line and column: a number that only the reader of the input understands.
package struct DiagnosticSite: BitwiseCopyable, Sendable, Hashable {
    /// The reader's number for a part of the input.
    package var number: Int32
    /// Whether the text after that part is meant instead of the part.
    package var isText: Bool

    /// A place by the reader's own number for it.
    package init(number: Int32, isText: Bool) {
        self.number = number
        self.isText = isText
    }
}
