/// The place of a finding before anybody asked for its line and column: an event of the document.
package struct DiagnosticSite: BitwiseCopyable, Sendable, Hashable {
    /// Index of the event: a start tag, or the event before a stray text.
    package var event: Int32
    /// Whether the text behind the tag is meant instead of the tag.
    package var isText: Bool

    /// The tag at an event.
    package static func tag(_ event: Int) -> DiagnosticSite {
        DiagnosticSite(event: Int32(truncatingIfNeeded: event), isText: false)
    }

    /// The text behind the tag at an event.
    package static func text(_ event: Int) -> DiagnosticSite {
        DiagnosticSite(event: Int32(truncatingIfNeeded: event), isText: true)
    }
}
