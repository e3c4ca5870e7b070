import TestSupport
import Testing

@testable import BulkConversion

@Suite("Shell scripts")
struct ShellScriptTests {
    private static let document =
        "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
    private static let value = "XML='\(document)'\n"
    private static let url = "https://crm.zoho.com/crm/private/xml/Leads/convertLead"
    private static let command = "curl \(url) -d leadId=5550000000800001 --data-urlencode \"xmlData=$XML\"\n"
    private static let file = "cat > body.txt <<'EOF'\nleadId=5550000000800001&xmlData=\(document)\nEOF\n"
    private static let fileCommand = "curl \(url) --data-raw a=b -d @body.txt\n"

    @Test(
        "A command has what the script gives the variables and files that it names",
        arguments: [
            value + command, value.dropLast() + "; " + command, "#!/bin/sh\n# A script.\n\nexport \(value)\(command)",
            "read -r -d '' XML <<'EOF'\n\(document)\nEOF\n\(command)",
            "XML=$(cat <<'EOF'\n\(document)\nEOF\n)\n\(command)",
            "XML=\"$(cat <<'EOF'\n\(document)\nEOF\n)\"\n\(command)",
            "xmlData='\(document)'\n" + command.replacing("XML", with: "xmlData"),
            "LEAD=5550000000800001\n\(value)" + command.replacing("leadId=5550000000800001", with: "leadId=$LEAD"),
            "U=\(url)\n\(value)" + command.replacing(url, with: "\"${U}\""),
            "BODY=\"leadId=5550000000800001&xmlData=%3CPotentials/%3E\"\ncurl \(url) -d \"$BODY\"\n".replacing(
                "%3CPotentials/%3E",
                with:
                    "%3CPotentials%3E%3Crow%3E%3Coption+val='createPotential'%3Efalse%3C/option%3E%3C/row%3E%3C/Potentials%3E"
            ),
            file + fileCommand,
            file.replacing("> body.txt <<'EOF'", with: "<<EOF >./body.txt") + "cat body.txt | curl -d @- \(url)\n",
        ])
    func known(script: String) throws {
        let scratch = try Scratch()
        for chunkSize in [64, 1 << 18] {
            var settings = BulkSettings()
            settings.chunkSize = chunkSize
            let result = try Bulk.filter([scratch.write("a.sh", script)], settings: settings)
            #expect(result.lines.map(\.isConverted) == [true], "\(script)")
            #expect(result.lines.map(\.leadID) == ["5550000000800001"])
        }
    }

    @Test(
        "A value that something else may change is refused by its name",
        arguments: [
            ("XML=$(build)\n" + command, "$XML"), ("\(value)XML+=x\n\(command)", "$XML"),
            ("\(value)[ $1 ] && XML=x\n\(command)", "$XML"), ("\(value)read XML\n\(command)", "$XML"),
            ("\(value). ./values\n\(command)", "$XML"), ("\(value)if a; then\n  XML=x\nfi\n\(command)", "$XML"),
            ("#!/bin/sh\nif a; then\n  \(value)fi\n\(command)", "$XML"),
            ("#!/bin/sh\nsend() {\n\(value)\(command)}\n", "$XML"),
            ("\(value)\(command.replacing("\"", with: ""))", "$XML"),
            ("\(value)\(command.replacing("5550000000800001", with: "$1"))", "$1"),
            ("\(value)curl \(url) -d \"$BODY\" -d \"$XML\"\n", "$BODY"),
            ("\(file)sed -i s/a/b/ body.txt\n\(fileCommand)", "body.txt"),
            ("\(file)cd /tmp\n\(fileCommand)", "body.txt"),
            (file.replacing(">", with: ">>") + fileCommand, "body.txt"),
            (file.replacing("'EOF'", with: "EOF").replacing("no=", with: "no=$N") + fileCommand, "$N"),
            (fileCommand, "file outside the archive"),
        ])
    func unknown(example: (script: String, name: String)) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.sh", example.script)])
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(!result.lines.contains { $0.isConverted }, "\(example.script)")
        #expect(text.contains(example.name), "\(example.script)")
    }

    @Test(
        "A value with a document that no command names is a dead letter",
        arguments: [value, "cat > a.xml <<EOF\n\(document)\nEOF\n"])
    func unused(script: String) throws {
        let scratch = try Scratch()
        let result = try Bulk.filter([scratch.write("a.sh", "#!/bin/sh\n\(script)echo done\n")])
        #expect(result.lines.map(\.isConverted) == [false])
    }

    @Test("The commands of a script in a string are calls of their own")
    func inString() throws {
        let scratch = try Scratch()
        let script = (1...2).map {
            "curl \(Self.url) -d @- <<'EOF'\nleadId=555000000080000\($0)&xmlData=\(Self.document)\nEOF\n"
        }
        let json = "{\"script\":\(WrittenForm.quoted(script.joined()))}\n"
        let result = try Bulk.filter([scratch.write("a.json", json)])
        #expect(result.lines.map(\.leadID) == ["5550000000800001", "5550000000800002"])
        #expect(result.lines.map(\.isConverted) == [true, true])
    }
}
