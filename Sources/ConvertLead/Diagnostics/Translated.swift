/// A result of a translation, with its warnings and notes.
public struct Translated<Value: Sendable>: Sendable {
    /// The result.
    public var value: Value
    /// Warnings and notes, in order of place. Never an error.
    public var diagnostics: [Diagnostic]

    /// A result with its findings.
    public init(_ value: Value, diagnostics: [Diagnostic]) {
        self.value = value
        self.diagnostics = diagnostics
    }
}

/// Why an input was refused.
public struct TranslationFailure: Error, Sendable {
    /// All findings in order of place; at least one is an error.
    public var diagnostics: [Diagnostic]

    /// A failure with its findings.
    public init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }
}
