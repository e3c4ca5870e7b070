import ConvertLead
import Foundation
import Testing

/// The library as a client uses it, with a plain import.
@Suite("The library as a client uses it")
struct LibraryTests {
    private let request =
        "<Potentials leadId=\"7\"><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
    private let reply = #"{"data":[{"Contacts":"1","Accounts":"2","Deals":null}]}"#

    @Test("Any collection of bytes is read, in one piece or not")
    func collections() throws {
        let array = Array(request.utf8)
        let expected = try V1Call.read(array)
        #expect(try V1Call.read(Data(array)) == expected)
        #expect(try V1Call.read(request.utf8) == expected)
        #expect(try V1Call.read(array[...]) == expected)
        #expect(try V1Call.read(array.lazy.map { $0 }) == expected)
        #expect(V1Call(xmlData: Data(array)) == V1Call(xmlData: array))

        var translator = Translator()
        let answer = translator.translateReply(Array(reply.utf8))
        #expect(translator.translateReply(Data(reply.utf8)) == answer)
        #expect(translator.translateReply(reply.utf8.lazy.map { $0 }) == answer)
        #expect(RecordedReply.all(in: Data("[\(reply)]".utf8))?.map(\.bytes) == [Array(reply.utf8)])

        var shim = Shim()
        let sent = shim.translateRequest(request.utf8)
        #expect(sent == shim.translateRequest(array))
        #expect(shim.convert(Data(array)) { _ in Data(reply.utf8) } == shim.convert(array) { _ in Array(reply.utf8) })
    }

    @Test("Tables are read from any collection of bytes, roles and lookups by their content")
    func tables() throws {
        var tables = OrganizationTables()
        try tables.users.read(Data("email,id\na@example.com,42\n".utf8), source: "users.csv")
        try tables.fields.read(
            Data(#"{"fields":[{"api_name":"Roof","field_label":"Roof","data_type":"text"}]}"#.utf8),
            source: "fields.json")
        try tables.roles.read(Data(#"{"contact_roles":[{"id":"9","name":"Buyer"}]}"#.utf8), source: "roles.json")
        try tables.roles.read("name,id\nOwner,8\n".utf8, source: "roles.csv")
        #expect(tables.users.users.map(\.email) == ["a@example.com"])
        #expect(tables.fields.fields.contains { $0.apiName == "Roof" })
        #expect(tables.roles.ids == ["Buyer": try #require(RecordID("9")), "Owner": try #require(RecordID("8"))])
    }

    @Test("A failure that is printed says what is wrong, where, and what to do")
    func failure() throws {
        let broken = Data(request.replacing("false", with: "perhaps").utf8)
        let call = try V1Call.read(broken).value
        var translator = Translator()
        var failure: TranslationFailure?
        do throws(TranslationFailure) {
            _ = try translator.translateRequest(call, source: "old.xml")
        } catch {
            failure = error
        }
        let text = "\(try #require(failure))"
        #expect(text.hasPrefix("old.xml:1:"))
        #expect(text.contains("error [v1.value.boolean]"))
        #expect(text.contains("\n    do: "))
        #expect(text == failure?.diagnostics.map(\.text).joined(separator: "\n"))
    }

    @Test("A transport may wait, and what it throws comes through")
    func transport() async throws {
        struct Lost: Error, Equatable {}
        let body = Data(reply.utf8)
        var shim = Shim()
        let waiting = try await shim.convert(request.utf8) { call in
            try await Task.sleep(for: .milliseconds(1))
            #expect(call.path == "/crm/v2/Leads/7/actions/convert")
            return body
        }
        #expect(String(decoding: waiting.reply.bytes, as: UTF8.self).contains("<Contact param=\"id\">1</Contact>"))
        await #expect(throws: Lost.self) {
            var shim = Shim()
            _ = try await shim.convert(request.utf8) { _ async throws(Lost) -> Data in throw Lost() }
        }
        let refused = await shim.convert("<broken>".utf8) { _ async in
            Issue.record("A refused call is not sent")
            return body
        }
        #expect(!refused.isTranslated)
    }

    @Test("One word leaves out a field, a value and an assignee")
    func omit() {
        var options = TranslationOptions()
        #expect(options.unknownField == .omit)
        options.badValue = .omit
        options.unknownAssignee = .omit
        #expect(options != TranslationOptions())
        #expect(Set([options, options, TranslationOptions()]).count == 2)
    }
}
