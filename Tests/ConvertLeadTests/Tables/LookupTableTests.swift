import ConvertLead
import Foundation
import Testing

@Suite struct LookupTableReading {
    @Test("A lookup table is read from CSV with quotes and letters of any script")
    func csv() throws {
        var table = LookupTable()
        try table.read(OrganizationSamples.bytes("campaigns.csv"), source: "campaigns.csv")
        #expect(
            table.ids.mapValues(\.digits) == [
                "Spring fair": "1386586000000803001", "Autumn \"open house\", Pune": "1386586000000803002",
                "Messe München": "1386586000000803003",
            ])
    }

    @Test("A contact roles export gives the ids of its roles")
    func roles() throws {
        var table = LookupTable()
        try table.read(OrganizationSamples.bytes("roles.json"), source: "roles.json")
        #expect(table.ids["Purchasing"]?.digits == "1386586000000006875")
        #expect(table.ids.count == 3)
    }

    @Test(
        "Roles are read as an array and line by line too",
        arguments: [
            #"[{"name":"A","id":1},{"name":"B","id":"2"}]"#, "{\"name\":\"A\",\"id\":1}\n{\"name\":\"B\",\"id\":2}",
            "sep=;\nname;id\nA;1\nB;2\n",
        ])
    func otherForms(text: String) throws {
        var table = LookupTable()
        try table.read(Array(text.utf8), source: "r")
        #expect(table.ids.mapValues(\.digits) == ["A": "1", "B": "2"])
    }

    @Test("One name with two ids is a conflict, also across files; the same entry twice is not")
    func conflict() throws {
        var table = LookupTable()
        try table.read(Array("name,id\nA,1\nA,1\n".utf8), source: "a.csv")
        let found = findings { () throws(TranslationFailure) in
            try table.read(Array("name,id\nB,2\nA,3\n".utf8), source: "b.csv")
        }
        #expect(found?.map(\.code) == [.tableConflict])
        #expect(found?[0].location == SourceLocation(line: 3, column: 1))
        #expect(table.ids.keys.sorted() == ["A"])
    }

    @Test(
        "A roles file that is something else is refused",
        arguments: [
            ("{\"contact_roles\":[{\"name\":\"A\"}]}", "table.value", "contact_roles[0].id"),
            ("{\"contact_roles\":[{\"id\":\"1\"}]}", "table.value", "contact_roles[0].name"),
            ("{\"contact_roles\":{}}", "table.unreadable", ""), ("{\"users\":[]}", "table.unreadable", ""),
            ("{\"contact_roles\":[}", "json.syntax", ""), ("<roles/>", "table.unreadable", ""),
            ("name\nA\n", "table.unreadable", ""),
        ])
    func refused(text: String, code: String, path: String) throws {
        var table = LookupTable()
        let found = findings { () throws(TranslationFailure) in try table.read(Array(text.utf8), source: "r") }
        #expect(found?.map(\.code.rawValue) == [code])
        #expect(found?.first?.path == path)
        #expect(table.ids.isEmpty)
    }

    @Test(
        "What is refused, also for having no names, says once what to give instead",
        arguments: [
            "{\"users\":[{\"id\":\"1\",\"email\":\"a@b\"}]}", "{\"contact_roles\":[]}", "[]", "name,id\n",
            "id,email\n1,a@b\n",
            "<users/>", "{\"code\":\"NO_PERMISSION\"}", "",
        ])
    func instead(text: String) throws {
        for (kind, name, ways) in [
            (
                LookupTable.Kind.contactRoles, "a contact roles export",
                "export it with GET /crm/v7/Contacts/roles, or write a table whose first line is name,id"
            ),
            (.records, "a table of names and ids", "write a table whose first line is name,id"),
        ] {
            var table = LookupTable()
            let found = findings { () throws(TranslationFailure) in
                try table.read(Array(text.utf8), source: "r", as: kind)
            }
            let message = try #require(found?.first?.message)
            #expect(found?.map(\.code) == [.tableUnreadable])
            #expect(message.hasSuffix("; \(ways)"))
            #expect(message.components(separatedBy: "name,id").count == 2 && message.contains(name), "\(message)")
        }
    }

    @Test("A lookup table in JSON is refused")
    func json() throws {
        var table = LookupTable()
        let found = findings { () throws(TranslationFailure) in try table.read(Array("{\"A\":\"1\"}".utf8), source: "l")
        }
        #expect(found?.map(\.code) == [.tableUnreadable])
    }
}
