import ConvertLead
import Foundation
import TestSupport
import Testing

/// The Swift code that the README shows is the code of this file, and it works.
@Suite struct ReadmeCodeTests {
    private let usersExport = Array(#"{"users":[{"id":"42","email":"a@example.com","status":"active"}]}"#.utf8)
    private let oldRequest = Array(
        """
        <Potentials leadId="7"><row no="1"><option val="createPotential">false</option><option val="assignTo">A@example.com</option></row>\
        </Potentials>
        """.utf8)
    private let v2Reply = Array(#"{"data":[{"Contacts":"1","Accounts":"2","Deals":null}]}"#.utf8)

    @Test("The lines of the README translate a request and a reply")
    func lines() throws {
        var tables = OrganizationTables()
        try tables.users.read(usersExport, source: "users.json")
        var translator = Translator(tables: tables)
        let call = try V1Call.read(oldRequest, source: "request.txt")
        let translated = try translator.translateRequest(call.value, source: "request.txt")
        for finding in call.diagnostics + translated.diagnostics { print(finding.text) }
        let body = translated.value.body
        let reply = translator.translateReply(v2Reply, format: call.value.replyFormat).reply.bytes

        #expect(String(decoding: body, as: UTF8.self).contains(#""assign_to": "42""#))
        #expect(String(decoding: reply, as: UTF8.self).contains(#"<Contact param="id">1</Contact>"#))
    }

    @Test("Findings of a request name what it was read from, be it translated or refused")
    func source() throws {
        var translator = Translator()
        let document = "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option>%</row></Potentials>"
        func call(_ option: String) -> V1Call { V1Call(xmlData: Array(document.replacing("%", with: option).utf8)) }
        let translated = try translator.translateBody(call("<option val=\"odd\">1</option>"), source: "a.xml")
        #expect(translated.diagnostics.map(\.source) == ["a.xml"])
        let failure = #expect(throws: TranslationFailure.self) {
            try translator.translateBody(call("<broken>"), source: "b.xml")
        }
        #expect(failure?.diagnostics.map(\.source) == ["b.xml"])
    }

    @Test("The README shows these lines and no others")
    func shown() throws {
        let readme = Checkout.root.appending(path: "README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let code = try #require(text.firstMatch(of: #/\n```swift\n((?s).*?)\n```\n/#)).1
        let lines = code.split(separator: "\n").filter { $0 != "import ConvertLead" }
        let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let first = try #require(lines.first)
        let start = try #require(source.firstIndex(of: String(first)))
        #expect(Array(source[start..<(start + lines.count)]) == lines.map(String.init))
    }
}
