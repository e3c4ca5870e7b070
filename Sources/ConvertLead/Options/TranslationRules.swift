/// The plain part of the options that the hot path reads for every value.
struct TranslationRules: BitwiseCopyable {
    var unknownField: TranslationOptions.UnknownField
    var badValue: TranslationOptions.BadValue
    var dateOrder: TranslationOptions.DateOrder

    init(_ options: TranslationOptions) {
        unknownField = options.unknownField
        badValue = options.badValue
        dateOrder = options.dateOrder
    }

    /// Severity of a value that does not fit, and what is said to happen to it.
    var badValueSeverity: Diagnostic.Severity { badValue == .reject ? .error : .warning }
}
