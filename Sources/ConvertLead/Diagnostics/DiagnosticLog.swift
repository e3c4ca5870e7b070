/// The findings about one input, in the order they were made until ``sort()`` puts them in order of place.
package struct DiagnosticLog: Sendable {
    /// What was found so far.
    package private(set) var diagnostics: [Diagnostic] = []
    /// Whether one of them is an error, so that the input is refused.
    package private(set) var hasErrors = false
    /// Whether warnings are errors (`--strict`).
    package var isStrict: Bool
    /// Whether messages may quote customer values (`--show-values`).
    package var showsValues: Bool

    /// Whether nothing was found.
    package var isEmpty: Bool { diagnostics.isEmpty }

    /// An empty log.
    package init(isStrict: Bool = false, showsValues: Bool = false) {
        self.isStrict = isStrict
        self.showsValues = showsValues
    }

    /// Adds a finding; a warning is raised to an error when the log is strict.
    package mutating func add(_ diagnostic: Diagnostic) {
        var diagnostic = diagnostic
        if isStrict && diagnostic.severity == .warning { diagnostic.severity = .error }
        if diagnostic.severity == .error { hasErrors = true }
        diagnostics.append(diagnostic)
    }

    /// Adds a finding made of its parts. `value` is a customer's value: quoted only when the log shows values, and without what
    /// looks like a credential, which may have become part of a damaged value.
    package mutating func add(
        _ code: DiagnosticCode, _ severity: Diagnostic.Severity, at location: SourceLocation? = nil, path: String = "",
        site: DiagnosticSite? = nil, _ message: String, value: String? = nil, subject: String? = nil,
        advice: String? = nil
    ) {
        var message = message
        if showsValues, let value { message += " (value: \"\(value)\")" }
        var diagnostic = Diagnostic(code, severity, location: location, path: path, message: message)
        diagnostic.subject = subject
        diagnostic.site = site
        diagnostic.ownAdvice = advice
        add(diagnostic)
    }

    /// Forgets everything, for the next input.
    package mutating func removeAll() {
        if diagnostics.isEmpty { return }
        diagnostics.removeAll(keepingCapacity: true)
        hasErrors = false
    }

    /// Replaces the advice of a code's findings where the options in force allow for a better one, and a finding has none of its own.
    package mutating func advise(_ code: DiagnosticCode, _ advice: String) {
        for index in diagnostics.indices where diagnostics[index].code == code {
            diagnostics[index].ownAdvice = diagnostics[index].ownAdvice ?? advice
        }
    }

    /// Forgets the findings of a code that something else replaces; errors stay.
    package mutating func removeNotes(_ code: DiagnosticCode) {
        diagnostics.removeAll { $0.code == code && $0.severity == .note }
    }

    /// Puts the findings in order of place; those without a place come first, equal places keep their order.
    package mutating func sort() {
        guard diagnostics.count > 1 else { return }
        let places = diagnostics.enumerated().map { ($1.location?.line ?? 0, $1.location?.column ?? 0, $0) }
        diagnostics = places.sorted(by: <).map { diagnostics[$0.2] }
    }

    /// Fills in location and path of the findings that have only a site.
    ///
    /// - Parameter places: gives line and column, and path, of each site.
    package mutating func locate(_ places: ([DiagnosticSite]) -> [(SourceLocation, String)]) {
        let sited = diagnostics.indices.filter { diagnostics[$0].site != nil }
        guard !sited.isEmpty else { return }
        for (index, place) in zip(sited, places(sited.compactMap { diagnostics[$0].site })) {
            (diagnostics[index].location, diagnostics[index].path) = place
            diagnostics[index].site = nil
        }
    }

    /// Gives errors about the whole input the place where it begins, so that every refusal names one.
    package mutating func placeErrors() {
        for index in diagnostics.indices
        where diagnostics[index].severity == .error && diagnostics[index].location == nil
            && diagnostics[index].site == nil
        {
            diagnostics[index].location = SourceLocation(line: 1, column: 1)
        }
    }

    /// Names the input in every finding that does not name one yet.
    package mutating func setSource(_ source: String) {
        for index in diagnostics.indices where diagnostics[index].source.isEmpty { diagnostics[index].source = source }
    }
}
