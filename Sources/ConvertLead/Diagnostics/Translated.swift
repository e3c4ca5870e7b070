/// A result of a translation, with its warnings and notes.
public struct Translated<Value: Sendable>: Sendable {
    /// The result.
    public var value: Value
    /// Warnings and notes, in order of place. Never an error.
    public var diagnostics: [Diagnostic]

    /// A result with its findings.
    package init(_ value: Value, diagnostics: [Diagnostic]) {
        self.value = value
        self.diagnostics = diagnostics
    }
}

extension Translated: Equatable where Value: Equatable {}
extension Translated: Hashable where Value: Hashable {}

/// Why an input was refused.
public struct TranslationFailure: Error, Sendable, Hashable {
    /// All findings in order of place; at least one is an error.
    public var diagnostics: [Diagnostic]

    /// A failure with its findings.
    package init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }
}

extension TranslationFailure: CustomStringConvertible {
    /// All findings as ``Diagnostic/text`` shows them, a line feed between them.
    public var description: String { diagnostics.map(\.text).joined(separator: "\n") }
}
