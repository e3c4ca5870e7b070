import ConvertLead
import Testing

@Suite struct UserTableReading {
    private func table(_ text: String) throws(TranslationFailure) -> UserTable {
        var table = UserTable()
        try table.read(Array(text.utf8), source: "users")
        return table
    }

    private func refusal(_ text: String) -> [Diagnostic]? {
        findings { () throws(TranslationFailure) in _ = try table(text) }
    }

    @Test("The pages of a v2 export are merged, and the last page says the list is complete")
    func pages() throws {
        var table = UserTable()
        try table.read(OrganizationSamples.bytes("users-1.json"), source: "users-1.json")
        #expect(table.users.count == 3)
        #expect(table.isIncomplete)
        try table.read(OrganizationSamples.bytes("users-2.json"), source: "users-2.json")
        #expect(table.users.count == 8)
        #expect(!table.isIncomplete)
        #expect(table.users[0].email == "sample@zoho.com")
        #expect(table.users[0].id.digits == "1386586000000105001")
        #expect(
            table.users.map(\.status.rawValue)
                == ["active", "active", "deleted", "active", "inactive", "deleted", "active", "active"])
    }

    @Test("The last page given first also says the list is complete")
    func pagesInAnyOrder() throws {
        var table = UserTable()
        try table.read(OrganizationSamples.bytes("users-2.json"), source: "users-2.json")
        try table.read(OrganizationSamples.bytes("users-1.json"), source: "users-1.json")
        #expect(!table.isIncomplete)
    }

    @Test("An array of pages is read like the pages one by one")
    func arrayOfPages() throws {
        let table = try table(
            #"[{"users":[{"id":1,"email":"a@b"}],"info":{"more_records":true}},{"users":[{"id":2,"email":"c@d"}]}]"#)
        #expect(table.users.map(\.id.digits) == ["1", "2"])
        #expect(table.isIncomplete)
    }

    @Test("The same users come from CSV and from v1 getUsers", arguments: ["users.csv", "get-users.xml"])
    func otherForms(name: String) throws {
        var table = UserTable()
        try table.read(OrganizationSamples.bytes(name), source: name)
        #expect(
            table.users == [
                .init(email: "sample@zoho.com", id: try #require(RecordID("1386586000000105001"))),
                .init(email: "asha.rao@example.com", id: try #require(RecordID("1386586000000105002"))),
                .init(email: "ivan@example.com", id: try #require(RecordID("1386586000000105005")), status: .inactive),
            ])
        #expect(!table.isIncomplete)
    }

    @Test("v1 getUsers in JSON has one user as an object and several as a list")
    func v1JSON() throws {
        #expect(
            try table(#"{"users":{"user":{"id":"12","email":"a@b","content":"A"}}}"#).users.map(\.id.digits) == ["12"])
        #expect(
            try table(#"{"users":{"user":[{"id":"12","email":"a@b"},{"id":"13"}]}}"#).users.map(\.email) == ["a@b", ""])
    }

    @Test("An id given as a JSON number keeps every digit")
    func numberID() throws {
        #expect(
            try table(#"{"users":[{"id":12345678901234567890,"email":"a@b"}]}"#).users[0].id.digits
                == "12345678901234567890")
    }

    @Test("A user exported twice is listed once, with the last status")
    func repeatedUser() throws {
        var table = try table("email,id,status\na@b,1,active\nA@B,1,inactive\na@b,2,active\n")
        #expect(table.users.map(\.id.digits) == ["1", "2"])
        #expect(table.users[0].status == .inactive)
        try table.read(Array("email,id\na@b,1\n".utf8), source: "")
        #expect(table.users.map(\.status) == [.active, .active])
    }

    @Test(
        "CSV: order and case of columns, further columns, quotes, line ends and a byte-order mark do not matter",
        arguments: [
            "Id,Email\n7,a@b\n", "\u{FEFF}email,id\r\na@b,7\r\n", "name;email;id\n\"x;\"\"y\"\"\nz\";a@b;7",
            "email\tid\ra@b\t7\r", "email , id\n\n\" a@b \" , \"7\" \n,\n",
        ])
    func csv(text: String) throws {
        #expect(try table(text).users == [.init(email: "a@b", id: try #require(RecordID("7")))])
    }

    @Test(
        "Every bad id is named with its place, and nothing is read",
        arguments: [
            ("{\"users\":[\n {\"id\":\"12x\",\"email\":\"a\"},\n {\"email\":\"b\"},{\"id\":\"3\"}]}", ["2:8", "3:2"]),
            ("[{\"users\":[{\"id\":5.55E+18}]}]", ["1:18"]),
            ("{\"users\":[{\"id\":null},7]}", ["1:17", "1:23"]),
            ("email,id\na@b,1\nä@b,x\nc@d,123456789012345678901\n", ["3:5", "4:5"]),
            ("email,id\na@b\n,5\n", ["2:1", "3:1"]),
            ("<users>\n<user id='1' email='a'/>\n<user email='b'>B</user><user id='x'/></users>", ["3:1", "3:25"]),
        ])
    func badIDs(text: String, places: [String]) throws {
        var table = UserTable([.init(email: "kept@example.com", id: try #require(RecordID("1")))])
        let found = findings { () throws(TranslationFailure) in try table.read(Array(text.utf8), source: "u") }
        #expect(found?.map(\.code.rawValue) == places.map { _ in "table.value" })
        #expect(found?.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0)" } == places)
        #expect(found?.allSatisfy { $0.source == "u" && $0.severity == .error } == true)
        #expect(table.users.map(\.email) == ["kept@example.com"])
    }

    @Test(
        "A file in no known form is refused with its code and place",
        arguments: [
            ("", "table.unreadable", nil), (" \n", "table.unreadable", nil),
            ("{\"users\":", "json.syntax", "1:10"), ("[]", "table.unreadable", "1:1"),
            ("{\"fields\":[]}", "table.unreadable", "1:1"), ("{\"users\":7}", "table.unreadable", "1:10"),
            ("{\"code\":\"INVALID_TOKEN\",\"status\":\"error\"}", "table.unreadable", "1:9"),
            ("a@b,7\n", "table.unreadable", "1:1"), ("email,id\n\"a@b,7\n", "table.unreadable", "2:1"),
            ("email,id\n\"a\"b,7\n", "table.unreadable", "2:4"), ("<users><user></users>", "xml.syntax", nil),
            ("<response><error><code>4834</code></error></response>", "table.unreadable", "1:1"),
            ("<!DOCTYPE users><users/>", "xml.doctype", nil), ("{\"users\":[]}", "table.unreadable", "1:1"),
            ("[{\"users\":[],\"info\":{\"more_records\":false}}]", "table.unreadable", "1:1"),
            ("{\"users\":{\"user\":[]}}", "table.unreadable", "1:1"), ("<users/>", "table.unreadable", "1:1"),
            ("email,id\n", "table.unreadable", "1:1"), ("sep=;\nemail;id\n;\n", "table.unreadable", "1:1"),
        ] as [(String, String, String?)])
    func unreadable(text: String, code: String, place: String?) throws {
        let found = try #require(refusal(text))
        #expect(found.map(\.code.rawValue) == [code])
        if let place { #expect(found[0].location.map { "\($0.line):\($0.column)" } == place) }
    }

    @Test("Bytes that are not UTF-8 are refused where they stand")
    func encoding() throws {
        var table = UserTable()
        let latin = Array("email,id\n".utf8) + [0x61, 0xE9, 0x2C, 0x37]
        let found = findings { () throws(TranslationFailure) in try table.read(latin, source: "u") }
        #expect(found?.first?.location == SourceLocation(line: 2, column: 2))
    }

    @Test(
        "Every form is read in UTF-16 too, with a byte-order mark or without",
        arguments: [
            "email,id\r\na@b,7\r\n", "{\"users\":[{\"id\":\"7\",\"email\":\"a@b\"}]}",
            "<users><user id='7' email='a@b'/></users>",
        ])
    func utf16(text: String) throws {
        let expected = [UserTable.User(email: "a@b", id: try #require(RecordID("7")))]
        for (isBigEndian, hasMark) in [(false, true), (true, true), (false, false), (true, false)] {
            let units = (hasMark ? [0xFEFF] : []) + Array(text.utf16)
            let bytes = units.flatMap { unit -> [UInt8] in
                isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            }
            var table = UserTable()
            try table.read(bytes, source: "u")
            #expect(table.users == expected)
        }
    }

    @Test(
        "Users are read in whatever way pages and users were saved into one file",
        arguments: [
            #"[{"id":1,"email":"a@b"},{"id":"2","email":"c@d"}]"#,
            "{\"id\":1,\"email\":\"a@b\"}\n{\"id\":2,\"email\":\"c@d\"}\n",
            #"{"users":[{"id":1,"email":"a@b"}]}{"users":[{"id":2,"email":"c@d"}]}"#,
            "{\"users\":[{\"id\":1,\"email\":\"a@b\"}]}\r\n\r\n[{\"id\":2,\"email\":\"c@d\"}]\n",
            #"[{"users":[{"id":1,"email":"a@b"}]},{"id":2,"email":"c@d"}]"#,
        ])
    func savedTogether(text: String) throws {
        #expect(try table(text).users.map { "\($0.email) \($0.id)" } == ["a@b 1", "c@d 2"])
    }

    @Test("Of pages saved into one file, the last says whether the list is complete")
    func completeTogether() throws {
        let first = #"{"users":[{"id":1,"email":"a@b"}],"info":{"more_records":true}}"#
        let last = #"{"users":[],"info":{"more_records":false}}"#
        #expect(try table(first).isIncomplete)
        #expect(try !table(first + "\n" + last).isIncomplete)
    }

    @Test("What is wrong after the first of several values is told with its place in the file")
    func placeAfterFirst() throws {
        let found = try #require(refusal("{\"users\":[]}\n {\"users\":[{\"id\":\"x\"}]}\n"))
        #expect(found.map(\.code) == [.tableValue])
        #expect(found[0].location == SourceLocation(line: 2, column: 18))
        #expect(refusal("{\"users\":[]} x")?.map(\.code) == [.jsonSyntax])
    }

    @Test(
        "A line that names the separator is no header",
        arguments: [
            "sep=;\nemail;id;status\na@b;7;active\n", "\"sep=,\"\r\nemail,id\r\na@b,7\r\n",
            "sep=|\nemail|id\na@b|7", "SEP=\t\nemail\tid\na@b\t7",
        ])
    func separatorLine(text: String) throws {
        #expect(try table(text).users == [.init(email: "a@b", id: try #require(RecordID("7")))])
    }

    @Test(
        "Zoho's other words for a status mean that the user is inactive",
        arguments: ["disabled", "Closed", "inactive", "suspended"])
    func statusWords(word: String) throws {
        #expect(try table("email,id,status\na@b,1,\(word)\n").users.map(\.status) == [.inactive])
    }

    @Test("A list without ids is refused and says where one with ids comes from")
    func withoutIDs() throws {
        let found = try #require(refusal("User Name,Email,Role\nAsha,a@b,CEO\n"))
        #expect(found.map(\.code) == [.tableUnreadable])
        #expect(found[0].message.contains("no column id"))
        #expect(found[0].message.contains("GET /crm/v2/users"))
    }

    @Test("At most twenty bad entries are reported, so that a wrong file does not flood the screen")
    func flood() throws {
        let rows = String(repeating: "a@b,x\n", count: 1000)
        #expect(refusal("email,id\n" + rows)?.count == 20)
    }

    @Test("Ten thousand users are read quickly in every form", .timeLimit(.minutes(10)))
    func many() throws {
        let ids = 1_000_000_000_000_000_000..<1_000_000_000_000_010_000
        let json =
            "{\"users\":[" + ids.map { "{\"id\":\"\($0)\",\"email\":\"u\($0)@example.com\"}" }.joined(separator: ",")
            + "]}"
        let csv = "email,id\n" + ids.map { "u\($0)@example.com,\($0)\n" }.joined()
        let xml =
            "<users>" + ids.map { "<user id=\"\($0)\" email=\"u\($0)@example.com\">U</user>" }.joined() + "</users>"
        for text in [json, csv, xml] {
            let clock = ContinuousClock()
            var count = 0
            let time = try clock.measure { count = try table(text).users.count }
            #expect(count == 10_000)
            #expect(time < .seconds(20), "a quadratic reader takes minutes")
        }
    }
}
