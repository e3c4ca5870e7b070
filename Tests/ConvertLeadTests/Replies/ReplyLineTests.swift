@_spi(Package) import Bytes
import Testing

@testable import ConvertLead

private func form(_ text: String, isWhole: Bool = true) -> ReplyLineReader.Form {
    var reader = ReplyLineReader()
    return Array(text.utf8).withByteView { reader.form(of: $0, isWhole: isWhole) }
}

@Suite struct ReplyLineTests {
    private static let reply = #"{"data":[{"Contacts":"1"}]}"#
    private static let wrapped = #"{"lead_id":7,"reply":{"Contacts":"1"}}"#

    @Test(
        "Lines are told from a text that belongs together",
        arguments: [
            "\(reply)\n\(reply)\n", "\(reply)\r\n\r\n\(reply)", "\u{FEFF}\(reply)\n\(wrapped)", "\(reply)\nbroken",
            "broken\n\(reply)", "{\"data\":[\n\(reply)\n\(reply)", "{\"data\":[{\"Con\n\(reply)\n",
            "<html></html>\n\(reply)",
            "\(reply)\n{\"data\":[",
        ])
    func lines(_ text: String) { #expect(form(text) == .lines) }

    @Test(
        "A text that belongs together is no lines, even when it is broken",
        arguments: [
            "", "\n", reply, "\(reply)\n", wrapped, "[\n\(reply),\n\(reply)\n]",
            "{\n \"data\": [\n  {\"Contacts\":\"1\"}\n ]\n}",
            "{\n \"data\": [\n  {\"Contacts\":\"1\"}\n", "<html>\n<script>\n{\"a\":1}\n</script>", "{\"data\":[]} x",
            "[1]\n[2]\n",
        ])
    func documents(_ text: String) { #expect(form(text) == .document) }

    @Test("A beginning is decided as soon as it can be, and not before")
    func beginnings() {
        for text in [
            "", Self.reply, Self.wrapped, "\(Self.reply)\n", "{\n", "[\n\(Self.reply),\n",
            "{\"data\":[\n\(Self.reply)\n",
        ] {
            #expect(form(text, isWhole: false) == .undecided, "\(text)")
        }
        for text in ["\(Self.wrapped)\n", "\(Self.wrapped)\n{", "\(Self.reply)\n\(Self.wrapped)\n"] {
            #expect(form(text, isWhole: false) == .lines, "\(text)")
        }
        #expect(form("x\ny", isWhole: false) == .document)
    }

    @Test("Each line is a reply with what is known about it, and a broken one does not spoil the next")
    func replies() {
        let text = """
            \(Self.wrapped)
            {"lead_id":"8","uri":"/crm/private/json/Leads/convertLead","body":"{\\"Contacts\\":\\"2\\"}","status":200}

            {"lead_id":"9","reply":
            \(Self.reply)
            {"lead_id":"10","reply":null,"body":"{}"}
            {"lead_id":"11","lead_id":"12","reply":{"Contacts":"1"}}
            """
        let replies = RecordedReply.all(in: Array(text.utf8)) ?? []
        #expect(replies.map(\.name) == ["1", "2", "4", "5", "6", "7"])
        #expect(replies.map(\.leadID) == ["7", "8", nil, nil, "10", nil])
        #expect(replies.map(\.uri) == [nil, "/crm/private/json/Leads/convertLead", nil, nil, nil, nil])
        let bodies = replies.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(
            bodies == [
                #"{"Contacts":"1"}"#, #"{"Contacts":"2"}"#, #"{"lead_id":"9","reply":"#, Self.reply, "",
                #"{"lead_id":"11","lead_id":"12","reply":{"Contacts":"1"}}"#,
            ])
    }

    @Test("A reply that is wrapped is recorded, alone and in a list")
    func wrappers() {
        for text in [Self.wrapped, "[\(Self.wrapped)]"] {
            let replies = RecordedReply.all(in: Array(text.utf8))
            #expect(replies == [RecordedReply(name: "1", bytes: Array(#"{"Contacts":"1"}"#.utf8), leadID: "7")])
        }
    }
}
