import Foundation
import TestSupport
import Testing

@testable import BulkConversion

@Suite("Source code")
struct SourceCodeTests {
    @Test(
        "A place for a value in a string of a program is no value",
        arguments: [
            // JavaScript, Go
            ("send({ leadId: '5', xmlData: `{D}` });", "${name}", "\"", "${…}"),
            ("const body = `leadId=5&xmlData={D}`;", "${lead.name}", "\"", "${…}"),
            ("send({ leadId: '5', xmlData: '{D}' });", "' + name + '", "\"", "' + … + '"),
            ("c := Call{LeadID: \"5\", XMLData: \"{D}\"}", "\"+name+\"", "\\\"", "\" + … + \""),
            ("body := fmt.Sprintf(`leadId=5&xmlData={D}`, name)", "%v", "\"", "%…"),
            // Python
            ("data = {'leadId': '5', 'xmlData': '{D}' % name}", "%s", "\"", "%…"),
            ("data = {'leadId': '5', 'xmlData': '{D}'.format(name)}", "{}", "\"", "{…}"),
            ("body = f'leadId=5&xmlData={D}'", "{name}", "\"", "{…}"),
            // Ruby, Elixir, Swift
            ("{ leadId: \"5\", xmlData: \"{D}\" }", "#{name}", "\\\"", "#{…}"),
            ("%{leadId: \"5\", xmlData: \"{D}\"}", "#{name}", "\\\"", "#{…}"),
            ("let p = [\"leadId\": \"5\", \"xmlData\": \"{D}\"]", "\\(name)", "\\\"", "\\(…)"),
            // PHP, Perl, Kotlin
            ("array('leadId' => '5', 'xmlData' => '{D}');", "' . $name . '", "\"", "' + … + '"),
            ("$data = ['leadId' => '5', 'xmlData' => \"{D}\"];", "$name", "\\\"", "$…"),
            ("my %p = (leadId => '5', xmlData => \"{D}\");", "$name", "\\\"", "$…"),
            ("val body = \"leadId=5&xmlData={D}\"", "${name}", "\\\"", "${…}"),
            // C#, Java, Rust
            ("var body = $\"leadId=5&xmlData={D}\";", "{name}", "\\\"", "{…}"),
            ("String body = String.format(\"leadId=5&xmlData={D}\", name);", "%s", "\\\"", "%…"),
            ("let body = format!(r#\"leadId=5&xmlData={D}\"#);", "{name}", "\"", "{…}"),
            // Dart, Tcl, fish
            ("final body = 'leadId=5&xmlData={D}';", "$name", "\"", "$…"),
            ("String body = 'leadId=5&xmlData={D}';", "${lead.name}", "\"", "${…}"),
            ("await http.post(Uri.parse('{A}'), body: {'leadId': '5', 'xmlData': '{D}'});", "$name", "\"", "$…"),
            ("final body = {\n  'leadId': '5',\n  'xmlData': '{D}',\n};", "$name", "\"", "$…"),
            ("set body \"leadId=5&xmlData={D}\"", "$name", "'", "$…"),
            // Ruby and Crystal without brackets, quotes that Perl and Ruby let choose
            ("RestClient.post '{A}', leadId: '5', xmlData: \"{D}\"", "#{name}", "'", "#{…}"),
            ("HTTP::Client.post \"{A}\", form: {\"leadId\" => \"5\", \"xmlData\" => \"{D}\"}", "#{name}", "'", "#{…}"),
            ("data = {\n  'leadId' => '5',\n  'xmlData' => \"{D}\"\n}", "#{name}", "\\\"", "#{…}"),
            ("my $body = qq{leadId=5&xmlData={D}};", "$name", "\"", "$…"),
            ("body = %Q(leadId=5&xmlData={D})", "#{name}", "\"", "#{…}"),
            // Functions whose format is not the first argument, or not in brackets alone
            ("snprintf(buf, sizeof buf, \"leadId=5&xmlData={D}\", name);", "%s", "\\\"", "%…"),
            ("fmt.Fprintf(w, \"leadId=5&xmlData={D}\", name)", "%s", "\\\"", "%…"),
            ("var b = string.Format(culture, \"leadId=5&xmlData={D}\", name);", "{0}", "\\\"", "{…}"),
            ("NSString *b = [NSString stringWithFormat:@\"leadId=5&xmlData={D}\", name];", "%@", "\\\"", "%…"),
            ("local body = ('leadId=5&xmlData={D}'):format(name)", "%s", "\"", "%…"),
            ("body = ('leadId=5&xmlData={D}').format(name=name)", "{name}", "\"", "{…}"),
        ])
    func placeholders(template: String, name: String, quote: String, shown: String) throws {
        let code = template.replacing("{D}", with: NamedDeal.document(name, quote: quote))
        let result = try NamedDeal.filter(code.replacing("{A}", with: WrittenForm.address))
        #expect(result.lines == [Line(false, 1, nil, ["v1.call.source_code"])])
        #expect(
            result.text.contains(
                "the document has \(shown.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))"))
        #expect(try NamedDeal.filter(result.text).lines.map(\.isConverted) == [false])
    }

    @Test(
        "The same signs are text where no program puts values into it",
        arguments: [
            ("{\"leadId\":\"5\",\"xmlData\":\"{D}\"}", "${a} #{b} {{c}} %s {d} $e", "\\\""),
            ("leadId=5&xmlData={D}", "${a} #{b} {{c}} %s {d} ' + e + '", "\""),
            ("2018-05-28 INFO leadId='5' xmlData='{D}'", "${a} #{b} {{c}} %s {d} $e", "\""),
            ("2018-05-28 INFO leadId=\"5\" xmlData=\"{D}\"", "${a} #{b} {{c}} %s {d} $e", "'"),
            ("2018-05-28 INFO params {\"leadId\":\"5\",\"xmlData\":\"{D}\"}", "${a} #{b} %s {d} $e", "\\\""),
            ("[28-May-2018] params {\n  \"leadId\": \"5\",\n  \"xmlData\": \"{D}\"\n}", "${a} #{b} %s {d} $e", "\\\""),
            ("15:24:30 [debug] %{\"leadId\" => \"5\", \"xmlData\" => \"{D}\"}", "${a} #{b} %s {d} $e", "\\\""),
            ("[{'leadId': '5', 'xmlData': \"{D}\"}]", "${a} #{b} %s {d} $e", "\\\""),
            ("[src/main.rs:7] call = Call { leadId: \"5\", xmlData: \"{D}\" }", "${a} #{b} %s {d} $e", "\\\""),
            ("Parameters: {\"leadId\"=>\"5\", \"xmlData\"=>\"{D}\"}", "${a} \\#{b} %s {d} $e", "\\\""),
            ("{ leadId: '5', xmlData: '{D}' }", "${a} #{b} %s {d} $e", "\""),
            ("{'leadId': '5', 'xmlData': '{D}'}", "${a} #{b} %s {d} $e", "\""),
            ("send({ 'leadId' => '5', 'xmlData' => '{D}' });", "${a} #{b} %s {d} $e", "\""),
            ("send({ leadId: '5', xmlData: `{D}` });", "costs $5 {a} %s", "\""),
            ("send({ leadId: \"5\", xmlData: \"{D}\" });", "a #{b} {c} %s", "'"),
            ("send({\"leadId\":\"5\",\"xmlData\":\"{D}\"});", "a #{b} {c} %s", "\\\""),
            ("params = {\n  leadId: '5',\n  xmlData: \"{D}\"\n}", "${a} #{b} %s {d} $e", "\\\""),
            ("form = [(\"leadId\", \"5\"), (\"xmlData\", \"{D}\")]", "${a} #{b} {c} %s $e", "\\\""),
            ("RestClient.post \"{A}\", \"leadId=5&xmlData={D}\", \"Accept\"=>\"*/*\"", "a \\#{b} %s {d}", "\\\""),
            ("send({ data: { 'leadId': '5', 'xmlData': '{D}' } });", "${a} #{b} %s {d} $e", "\""),
            ("[15:24] Apply (args:('a', 1) kwargs:{'leadId': '5', 'xmlData': '{D}'})", "${a} #{b} %s {d} $e", "\""),
            ("INSERT INTO t (leadId, xmlData) VALUES ('5', '{D}');", "${a} #{b} %s {d} $e", "\""),
        ])
    func plainText(template: String, name: String, quote: String) throws {
        let code = template.replacing("{D}", with: NamedDeal.document(name, quote: quote))
        try NamedDeal.expectConverted(
            code.replacing("{A}", with: WrittenForm.address), name: name.replacing("\\#", with: "#"))
    }

    @Test(
        "A column that is joined to strings of SQL has no known value",
        arguments: ["' || name || '", "' + name + '", "'||upper(name)||'"])
    func columnsOfSQL(name: String) throws {
        let result = try NamedDeal.filter(
            "INSERT INTO t (leadId, xmlData) VALUES ('5', '\(NamedDeal.document(name))');")
        #expect(result.lines.map(\.isConverted) == [false])
        func replaced(by text: String) -> String {
            "INSERT INTO t (leadId, xmlData) VALUES ('5', replace('\(NamedDeal.document("N-1"))', '-1', \(text)));"
        }
        #expect(try NamedDeal.filter(replaced(by: "name")).lines.map(\.isConverted) == [false])
        try NamedDeal.expectConverted(replaced(by: "'-2'"), name: "N-2")
        try NamedDeal.expectConverted(
            "INSERT INTO t (leadId, xmlData) VALUES ('5', '\(NamedDeal.document("a' || CHAR(45) || 'b"))');",
            name: "a-b")
    }

    @Test(
        "A variable of PowerShell inside a document is named, and one that has a value is filled in",
        arguments: [
            "$xml = \"{D}\"\nirm -Uri '{A}' -Method Post -Body @{leadId='5'; xmlData=$xml}",
            "irm -Uri '{A}' -Method Post -Body \"leadId=5&xmlData={D}\"",
            "irm -Uri '{A}' -Method Post -Body @{leadId='5'; xmlData='{D}' -f $name}",
        ])
    func variablesOfPowerShell(template: String) throws {
        let text = template.replacing("{A}", with: WrittenForm.address)
        let isFormat = text.contains(" -f ")
        let name = isFormat ? "{0}" : "$name"
        let code = text.replacing("{D}", with: NamedDeal.document(name, quote: isFormat ? "\"" : "`\""))
        let result = try NamedDeal.filter(code)
        #expect(result.lines.map(\.isConverted) == [false])
        #expect(result.text.contains("PowerShell variable \(isFormat ? "(…)" : "$name")"))
        if isFormat { return }
        try NamedDeal.expectConverted("$name = 'Ann'\n" + code, name: "Ann")
    }

    @Test("In a file for HTTP clients braces in a document are a variable; in a recorded request they are text")
    func braces() throws {
        let message =
            "POST \(WrittenForm.address)\nHost: crm.zoho.eu\n\nleadId=5&xmlData=\(NamedDeal.document("{{company}}"))"
        let result = try NamedDeal.filter(message)
        #expect(result.lines.map(\.isConverted) == [false] && result.lines[0].codes.contains("v1.call.variable"))
        try NamedDeal.expectConverted(
            message.replacing("POST \(WrittenForm.address)", with: "POST /crm/private/xml/Leads/convertLead HTTP/1.1"),
            name: "{{company}}")
    }

    @Test(
        "Backslashes between backquotes are text in Go and escapes in JavaScript",
        arguments: [
            ("\t{LeadID: \"5\", XMLData: `{D}`},", "C:\\temp\\new", "C:\\temp\\new"),
            ("var p = map[string]string{\"leadId\": \"5\", \"xmlData\": `{D}`}", "C:\\temp\\new", "C:\\temp\\new"),
            ("send({ leadId: '5', xmlData: `{D}` });", "C:\\\\temp", "C:\\temp"),
            ("send({ leadId: \"5\", xmlData: `{D}` });", "C:\\\\temp", "C:\\temp"),
            ("{ xmlData: `{D}`, leadId: '5' }", "C:\\\\temp\\tx", "C:\\temp\tx"),
        ])
    func backquotes(template: String, written: String, name: String) throws {
        try NamedDeal.expectConverted(template.replacing("{D}", with: NamedDeal.document(written)), name: name)
    }

    @Test("Backslashes between backquotes that either language may have written are not read")
    func unclearBackquotes() throws {
        let lines = try NamedDeal.filter("send({ leadId: \"5\", xmlData: `\(NamedDeal.document("C:\\temp"))` });").lines
        #expect(lines.map(\.isConverted) == [false])
    }

    @Test("Many signs in a long document cost a known time")
    func manySigns() throws {
        let name = String(repeating: "{a} $b %s ", count: 10_000)
        let rest = String(repeating: "words after it ", count: 10_000)
        let text = "2018-05-28 INFO leadId='5' xmlData='" + NamedDeal.document(name) + " " + rest
        let start = ContinuousClock.now
        _ = try NamedDeal.filter(text)
        #expect(ContinuousClock.now - start < .seconds(90))
    }
}
