import ConvertLead
import Foundation
import TestSupport
import Testing

@testable import ConvertLeadCommand

@Suite("Options that texts name")
struct AdviceTests {
    /// The options of each subcommand, by what its help lists.
    private static let options: [String: Set<String>] = Dictionary(
        uniqueKeysWithValues: ConvertLeadCommand.configuration.subcommands.map { subcommand in
            let help = ConvertLeadCommand.helpMessage(for: subcommand, includeHidden: true)
            return (
                subcommand.configuration.commandName ?? "",
                Set(help.matches(of: #/--[a-z][a-z-]*/#).map { String($0.output) })
            )
        })

    /// Other programs whose options texts name.
    private static let others: Set = ["curl", "mysql", "psql", "sqlite3"]

    /// The options that a text tells the user of a subcommand to pass, but that this subcommand does not have. An option after
    /// the name of another subcommand or program, or before `to` and its name, is one of that.
    private static func strangers(in text: String, of subcommand: String) -> [String] {
        text.matches(of: #/(?:^|[^-])(--[a-z][a-z-]*)/#).map(\.output.1).filter { option in
            let clause = text[..<option.startIndex].split(separator: /[;,]/).last ?? ""
            let named = clause.matches(of: #/\b(?:convertlead ([a-z]+)|bulk|survey|verify|curl|mysql|psql|sqlite3)\b/#)
                .last
            let next = text[option.endIndex...].prefixMatch(of: #/ to (bulk|survey|verify)\b/#)
            let owner =
                next.map { String($0.output.1) } ?? named.map { String($0.output.1 ?? $0.output.0) } ?? subcommand
            return !others.contains(owner) && options[owner]?.contains(String(option)) != true
        }.map { "\(subcommand) \($0): \(text)" }
    }

    /// The subcommands that can find a code, by its room.
    private static func finders(of code: DiagnosticCode) -> [String] {
        let translating = ["request", "bulk", "survey", "verify"]
        return switch code.rawValue.prefix(while: { $0 != "." }) {
        case "xml", "json", "v1", "lookup": translating
        case "table", "config", "file", "internal": translating + ["response"]
        case "archive": ["bulk", "survey"]
        case "verify": ["verify"]
        case "v2": ["response"]
        default: [.usage, .runMachine, .runInterrupted].contains(code) ? ["bulk", "survey", "verify"] : ["bulk"]
        }
    }

    @Test(
        "The advice of a code names only options of every subcommand that finds it", arguments: DiagnosticCode.allCases)
    func codes(code: DiagnosticCode) {
        for subcommand in Self.finders(of: code) {
            #expect(Self.strangers(in: code.advice, of: subcommand).isEmpty)
        }
    }

    /// The subcommands that print the texts of a source file; none when they are not for its users.
    private static func printers(of path: String) -> [String] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if let command = name.firstMatch(of: #/^([A-Z][a-z]+)Command\.swift$/#)?.output.1.lowercased(),
            options[command] != nil
        {
            return [command]
        }
        switch true {
        case ["Explanations.swift", "Examples.swift", "RequestWriter.swift", "FileSignature.swift"].contains(name):
            return []
        case path.contains("/Verifying/"): return ["verify"]
        case path.contains("/Output/"), name == "BulkEngine.swift": return ["bulk"]
        case name.hasPrefix("Survey"): return ["survey"]
        case name == "CommandFailure.swift": return ["bulk", "survey"]
        case path.hasPrefix("BulkConversion/"): return ["bulk", "survey", "verify"]
        case path.hasPrefix("ConvertLeadCommand/"): return ["request", "response", "bulk", "survey", "verify"]
        default: return ["request", "bulk", "survey", "verify"]
        }
    }

    @Test("A message or advice in code names only options of the subcommands that print it")
    func literals() throws {
        var named = 0
        for target in ["ConvertLead", "BulkConversion", "ConvertLeadCommand"] {
            let folder = Checkout.root.appending(path: "Sources/\(target)")
            let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            for file in files where file.hasSuffix(".swift") {
                let path = "\(target)/\(file)"
                let printers = Self.printers(of: path)
                for line in try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n")
                {
                    for literal in line.matches(of: #/"(?<text>(?:\\.|[^"\\])*)"|//.*/#) {
                        guard let text = literal.output.text.map(String.init), text.contains("--") else { continue }
                        named += printers.isEmpty ? 0 : 1
                        let strangers = printers.map { Self.strangers(in: text, of: $0) }
                        // The steps after a run and after a survey stand in one file.
                        let isFine =
                            file.hasSuffix("NextSteps.swift") ? strangers.contains([]) : strangers.allSatisfy(\.isEmpty)
                        #expect(isFine, "\(path): \(strangers)")
                    }
                }
            }
        }
        #expect(named > 30)
    }

    @Test("The advice in dead letters names only options of bulk")
    func letters() throws {
        var count = 0
        for folder in try FileManager.default.contentsOfDirectory(atPath: Checkout.samples.path + "/archives") {
            let file = Checkout.samples.appending(path: "archives/\(folder)/dead-letters.ndjson")
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            for advice in text.matches(of: #/"advice":"((?:\\.|[^"\\])*)"/#) {
                #expect(Self.strangers(in: String(advice.output.1), of: "bulk").isEmpty)
                count += 1
            }
        }
        #expect(count > 100)
    }

    @Test("request says that a body needs no lead id where another form is asked for, and bulk does not")
    func leadID() throws {
        let scratch = try Scratch()
        let archive = try scratch.write("a.xml", Requests.xml(assignTo: "1"))
        let call = try BuiltCommand.run(["request", archive, "--as", "call"])
        #expect(call.status == 65 && call.errors.contains("or pass --lead-id; --as body needs none"))
        let body = try BuiltCommand.run(["request", archive])
        #expect(body.status == 0 && body.errors.contains("do: no action needed for the body alone"))
        let bulk = try BuiltCommand.run(["bulk", archive, "--output", "-"])
        #expect(bulk.output.contains("--lead-id is for every request without one") && !bulk.output.contains("--as"))
    }

    @Test("Advice does not recommend what is in force")
    func inForce() throws {
        let scratch = try Scratch()
        let xml = Requests.xml(assignTo: "a@b.c")
        let archive = try scratch.write(
            "a.txt", "https://crm.example.com/crm/private/xml/Leads/convertLead?leadId=5550000000700001&xmlData=\(xml)")
        func advice(_ arguments: String...) throws -> String {
            try BuiltCommand.run(["request", archive] + arguments).errors
        }
        #expect(try advice().contains("name a fallback with --unknown-assignee"))
        #expect(try advice().contains("pass --api-domain"))
        let decided = try advice("--unknown-assignee", "77", "--api-domain", "www.zohoapis.com")
        #expect(decided.contains("no action needed if --unknown-assignee decides as you want"))
        #expect(decided.contains("v1.call.host") && !decided.contains("pass --api-domain"))
        let page = try scratch.write("a.csv", "1,2\n")
        let nothing = try BuiltCommand.run(["survey", page, "--columns", "a,b"]).errors
        #expect(nothing.contains("the names in --columns") && !nothing.contains("pass --columns"))
    }

    @Test("Only a run that can be resumed advises to do so")
    func resuming() throws {
        let scratch = try Scratch()
        let bad = try scratch.write("bad.ndjson", "{\"leadId\":\"1\",\"xmlData\":\"<a\"}\n")
        let arguments = ["bulk", bad, "--max-dead-letters", "0", "--output"]
        #expect(
            try BuiltCommand.run(arguments + [scratch["out"]]).errors.contains(
                "or go on with --resume and a higher limit"))
        let filter = try BuiltCommand.run(arguments + ["-"])
        #expect(filter.status == 1 && filter.errors.contains("or run again with a higher limit"))
    }
}
