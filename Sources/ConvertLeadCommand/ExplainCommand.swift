import ArgumentParser
import ConvertLead

/// `explain`: a diagnostic code in words.
struct ExplainCommand: ExampledCommand {
    static let examples = [
        Example("Explain one code", "convertlead explain v1.value.date"),
        Example("List all codes", "convertlead explain"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains a diagnostic code: cause, example, what to do; without a code lists all of them.",
        discussion: Example.text("Codes are in brackets in findings, and in the results of bulk.", examples))

    @Argument(
        help: "A code such as v1.value.date.",
        completion: .list(DiagnosticCode.allCases.map(\.rawValue)))
    var code: String?

    func validate() throws {
        guard let code, DiagnosticCode(rawValue: code) == nil else { return }
        let near = Spelling.nearest(to: code, among: DiagnosticCode.allCases.map(\.rawValue))
        let hint = near.map { "Did you mean '\($0)'?" } ?? "'convertlead explain' lists all codes."
        throw ValidationError("There is no diagnostic code '\(code)'. \(hint)")
    }

    func run() throws {
        let text = code.flatMap(DiagnosticCode.init(rawValue:)).map(Self.explanation) ?? Self.list
        do {
            try FileOutput.write(Array(text.utf8), argument: nil)
        } catch {
            DiagnosticOutput(form: .text).write(error.diagnostics)
            throw error.status.code
        }
    }

    private static func explanation(_ code: DiagnosticCode) -> String {
        var text = "\(code.rawValue)\n\n\(code.cause)\n"
        if !code.example.isEmpty { text += "\nExample:\n    \(code.example)\n" }
        return text + "\nWhat to do:\n    \(code.advice)\n"
    }

    private static var list: String {
        let width = DiagnosticCode.allCases.map(\.rawValue.count).max() ?? 0
        return DiagnosticCode.allCases.map { code in
            let gap = String(repeating: " ", count: width - code.rawValue.count + 2)
            return "\(code.rawValue)\(gap)\(code.cause)\n"
        }.joined()
    }
}
