import Foundation
import Testing

@testable import ConvertLead

/// The findings of a document as `line:column code path`.
private func places(_ xml: [UInt8], _ change: (inout TranslationOptions) -> Void = { _ in }) -> [String] {
    var options = TranslationOptions()
    change(&options)
    var translator = Translator(options: options)
    let diagnostics: [Diagnostic]
    do {
        diagnostics = try translator.translateBody(V1Call(xmlData: xml)).diagnostics
    } catch {
        diagnostics = error.diagnostics
    }
    return diagnostics.map { diagnostic in
        let place = diagnostic.location.map { "\($0.line):\($0.column)" } ?? "nowhere"
        return "\(place) \(diagnostic.code.rawValue) \(diagnostic.path)"
    }
}

private func places(_ xml: String, _ change: (inout TranslationOptions) -> Void = { _ in }) -> [String] {
    places(Array(xml.utf8), change)
}

/// A document whose row of fields has `fields` beside the mandatory ones; the fields begin in line 4.
private func document(_ fields: String) -> String {
    """
    <Potentials><row no="1"><option val="createPotential">true</option></row>
    <row no="2"><FL val="Potential Name">Acme</FL><FL val="Closing Date">12/21/2018</FL>
    <FL val="Potential Stage">Qualification</FL>
    \(fields)</row></Potentials>
    """
}

@Suite("Places of findings")
struct RequestPlaceTests {
    private let amount = "v1.value.currency Potentials/row[2]/FL[@val='Amount']"

    @Test("A value is located where its text begins")
    func values() {
        #expect(places(document("<FL val=\"Amount\">a lot</FL>")) == ["4:18 \(amount)"])
        #expect(places(document("  <FL val=\"Amount\">\n\n   a lot</FL>")) == ["6:4 \(amount)"])
        #expect(places(document("<FL val=\"Amount\"><![CDATA[a lot]]></FL>")) == ["4:27 \(amount)"])
        #expect(places(document("<FL val=\"Amount\"><!-- x\n --><?p?>a lot</FL>")) == ["5:10 \(amount)"])
        #expect(places(document("<FL val=\"Amount\">\u{A0} a lot</FL>")) == ["4:20 \(amount)"])
        #expect(places(document("<FL val=\"Amount\" >&#97; lot</FL>")) == ["4:19 \(amount)"])
        #expect(places(document("<FL a='>' val=\"Amount\">a lot</FL>")) == ["4:24 \(amount)"])
    }

    @Test("A column counts characters, whatever they take in bytes")
    func columns() {
        #expect(places(document("<!--é𝄞e\u{301}--><FL val=\"Amount\">a lot</FL>")) == ["4:29 \(amount)"])
        #expect(places(document("\t<FL val=\"Amount\">a lot</FL>")) == ["4:19 \(amount)"])
    }

    @Test("Lines end at a line feed, a carriage return, or both together")
    func lines() {
        let fields = "<FL val=\"Amount\">a lot</FL>"
        let text = document(fields)
        #expect(places(text.replacingOccurrences(of: "\n", with: "\r\n")) == ["4:18 \(amount)"])
        #expect(places(text.replacingOccurrences(of: "\n", with: "\r")) == ["4:18 \(amount)"])
    }

    @Test("Places are those of the decoded text, without its byte-order mark")
    func encodings() throws {
        let text = document("<!--é--><FL val=\"Amount\">a lot</FL>")
        let expected = ["4:26 \(amount)"]
        #expect(places([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == expected)
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
            #expect(places([UInt8](try #require(("\u{FEFF}" + text).data(using: encoding)))) == expected)
        }
        let declared = "<?xml version='1.0' encoding='ISO-8859-1'?>" + text
        #expect(places([UInt8](try #require(declared.data(using: .isoLatin1)))) == expected)
        #expect(places("\n  " + text) == ["5:26 \(amount)"])
    }

    @Test("Options, labels and rows are located at their tags")
    func tags() {
        let xml = """
            <Potentials>
              <row no="1"><option val="CreatePotential">false</option>
                <option
                  val="createAccount">x</option></row>
              <row no="2"><FL val="Amount">5</FL></row>
              <row/> <row no="4"><FL val='It&apos;s'>5</FL></row>
            </Potentials>
            """
        #expect(
            places(xml) == [
                "2:15 v1.option.case Potentials/row[1]/option[@val='CreatePotential']",
                "3:5 v1.option.unknown Potentials/row[1]/option[@val='createAccount']",
                "5:15 v1.field.no_deal Potentials/row[2]/FL[@val='Amount']",
                "6:10 v1.row.repeated_fields Potentials/row[4]",
            ])
        #expect(
            places(document("<FL val='It&apos;s'>5</FL>")) == [
                "4:1 v1.field.unknown Potentials/row[2]/FL[@val=\"It's\"]"
            ])
    }

    @Test("Findings are sorted by place")
    func order() {
        let xml = """
            <Leads><row><FL val="Amount">x</FL><FL val="Vertrag">x</FL></row>
            <row><option val="createPotential">true</option><option val="assignTo">nobody@example.com</option></row></Leads>
            """
        #expect(
            places(xml).map { String($0.split(separator: " ")[1]) } == [
                "v1.root.leads", "v1.field.missing", "v1.field.missing", "v1.field.missing", "v1.value.currency",
                "v1.field.unknown", "lookup.user.missing",
            ])
    }

    @Test("Broken text stops at once, with one finding at its place")
    func broken() {
        #expect(places(document("<FL val=\"Amount\">R&D</FL>")) == ["4:19 xml.syntax "])
        #expect(places("") == ["1:1 v1.xml.missing xmlData"])
        #expect(places("<Potentials>\n <row>\n") == ["3:1 xml.syntax "])
    }

    @Test("Text beyond 10 MiB is refused")
    func size() {
        let long = document("<FL val=\"Description\">\(String(repeating: "x", count: 10 << 20))</FL>")
        #expect(places(long) == ["1:1 xml.size "])
    }

    @Test("Many findings take time in proportion", .timeLimit(.minutes(10)))
    func manyFindings() {
        let fields = String(repeating: "<FL val=\"Amount\">a lot</FL>\n<FL val=\"Größe\">1</FL><x/>", count: 5000)
        let found = places(document(fields)) { $0.unknownField = .guess }
        #expect(found.count == 5000 * 3)
        #expect(found.last == "5004:23 v1.element.unknown Potentials/row[2]/x")
    }
}
