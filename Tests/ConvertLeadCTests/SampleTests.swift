import CConvertLead
import Foundation
import TestSupport
import Testing

/// What is shown of the library is what is there.
@Suite("Shown to other languages") struct SampleTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Checkout.root.appending(path: path), encoding: .utf8)
    }

    private func lines(_ path: String) throws -> Set<Substring> {
        Set(try text(path).split(separator: "\n"))
    }

    @Test("The README's before and after are lines of the PHP sample")
    func readme() throws {
        let readme = try text("README.md")
        let diff = try #require(readme.firstMatch(of: #/\n```diff\n((?s).*?)\n```\n/#)).1.split(separator: "\n")
        let before = try lines("Samples/php/before.php")
        let after = try lines("Samples/php/after.php")
        #expect(diff.count == 4)
        for line in diff {
            #expect((line.hasPrefix("-") ? before : after).contains(line.dropFirst()), "\(line)")
        }
    }

    @Test("Every function of the header is called by each class, and the library exports no other")
    func functions() throws {
        let header = try text("Sources/CConvertLead/include/convertlead.h")
        let functions = Set(header.matches(of: #/\n(?:int |void |const char \*)(convertlead_\w+)\(/#).map(\.1))
        #expect(functions.count == 8)
        for path in ["php/ConvertLead.php", "python/convert_lead.py", "ruby/convert_lead.rb", "java/ConvertLead.java"] {
            let source = try text("Samples/\(path)")
            for function in functions { #expect(source.contains(function), "\(path) \(function)") }
        }
        let implementation = try text("Sources/ConvertLeadC/Functions.swift")
        #expect(Set(implementation.matches(of: #/public func (convertlead_\w+)/#).map(\.1)) == functions)
    }
}
