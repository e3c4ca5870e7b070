import ConvertLead
import TestSupport
import Testing

@Suite struct ExplainCommandRuns {
    @Test("Every code is explained with cause, example and what to do", arguments: DiagnosticCode.allCases)
    func each(code: DiagnosticCode) throws {
        #expect(!code.cause.isEmpty && !code.advice.isEmpty)
        guard [.valueDate, .xmlSyntax, .internalError].contains(code) else { return }
        let result = try BuiltCommand.run(["explain", code.rawValue])
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(result.output.hasPrefix("\(code.rawValue)\n\n\(code.cause)\n"))
        #expect(result.output.contains(code.advice))
        #expect(result.output.contains("Example:") == !code.example.isEmpty)
    }

    @Test("Without a code all are listed, one a line")
    func list() throws {
        let result = try BuiltCommand.run(["explain"])
        let codes = result.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(codes == DiagnosticCode.allCases.map(\.rawValue))
    }

    @Test("The version is printed by --version of the root, with that of libxml2")
    func version() throws {
        let result = try BuiltCommand.run(["--version"])
        #expect(result.status == 0)
        let version = /^[0-9]+\.[0-9]+\.[0-9]+ \(libxml2 2\.[0-9]+\.[0-9]+(, commit [0-9a-f]+(-dirty)?)?\)\n$/
        #expect(result.output.contains(version))
    }

    @Test("Completions are generated for three shells", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let result = try BuiltCommand.run(["--generate-completion-script", shell])
        #expect(result.status == 0)
        #expect(result.output.contains("unknown-assignee"))
    }
}
