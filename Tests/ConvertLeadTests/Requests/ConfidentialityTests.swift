import Foundation
import Testing

@testable import ConvertLead

@Suite("Customer values and credentials")
struct ConfidentialityTests {
    private static let samples = RequestSample.translated + RequestSample.refused
    private static let marker = "Zq7Marker"

    /// The sample's XML with the marker in each value; `createPotential` is kept, so that fields are judged.
    private static func marked(_ call: V1Call, replacing: Bool) -> V1Call {
        var marked = call
        var text = String(decoding: call.xmlData, as: UTF8.self)
        var from = text.startIndex
        while let open = text[from...].range(of: "val="), let end = text[open.upperBound...].firstIndex(of: ">") {
            from = text.index(after: end)
            guard let close = text[from...].firstIndex(of: "<") else { break }
            if text[open.upperBound..<end].lowercased().contains("createpotential") { continue }
            let value = replacing ? Self.marker : text[from..<close] + " " + Self.marker
            let offset = text.utf8.distance(from: text.startIndex, to: from) + value.utf8.count
            text.replaceSubrange(from..<close, with: value)
            from = text.utf8.index(text.startIndex, offsetBy: offset)
        }
        marked.xmlData = Array(text.utf8)
        return marked
    }

    @Test("No finding quotes a customer's value", arguments: samples, [false, true])
    func values(sample: RequestSample, replacing: Bool) throws {
        var settings = try sample.settings()
        settings.options.showsValues = false
        guard let call = try? V1Call.read(sample.input()).value else { return }
        let marked = Self.marked(call, replacing: replacing)
        var translator = Translator(tables: settings.tables, options: settings.options)
        var diagnostics: [Diagnostic]
        do {
            diagnostics = try translator.translateBody(marked).diagnostics
        } catch {
            diagnostics = error.diagnostics
        }
        for diagnostic in diagnostics {
            #expect(!diagnostic.text.contains(Self.marker))
            #expect(!diagnostic.json.contains(Self.marker))
        }
    }

    @Test("With values shown, a finding about a value quotes it")
    func shown() throws {
        var options = TranslationOptions()
        options.showsValues = true
        var translator = Translator(options: options)
        let xml = "<Potentials><row><option val='notifyLeadOwner'>\(Self.marker)</option></row></Potentials>"
        #expect {
            try translator.translateBody(V1Call(xmlData: Array(xml.utf8)))
        } throws: { error in
            (error as? TranslationFailure)?.diagnostics.first?.message.contains(Self.marker) == true
        }
    }

    @Test("A parameter's value is not quoted either")
    func parameters() throws {
        for text in ["leadId=\(Self.marker)&xmlData=%3CPotentials/%3E", "newFormat=\(Self.marker)&leadId=1&xmlData=x"] {
            let (_, diagnostics) = RequestSample.translate(Array(text.utf8), SampleSettings())
            #expect(!diagnostics.isEmpty)
            #expect(!diagnostics.contains { $0.text.contains(Self.marker) })
        }
    }

    @Test("A credential reaches no output, whether the call is translated or refused", arguments: samples)
    func credentials(sample: RequestSample) throws {
        let secret = "secrettoken0123456789abcdef"
        var settings = try sample.settings()
        settings.options.showsValues = true
        let input = try sample.input()
        let (call, diagnostics) = RequestSample.translate(input, settings)
        let body = call.map { String(decoding: $0.body, as: UTF8.self) } ?? ""
        let outputs = [body, call?.url ?? ""] + diagnostics.flatMap { [$0.text, $0.json] }
        for output in outputs { #expect(!output.contains(secret)) }
        if let read = try? V1Call.read(input).value {
            #expect(!String(decoding: read.xmlData, as: UTF8.self).contains(secret))
            #expect(!"\(read)".contains(secret))
        }
    }

    @Test("The samples of calls hold credentials to look for")
    func samplesHaveCredentials() throws {
        let holders = try Self.samples.filter {
            String(decoding: try $0.input(), as: UTF8.self).contains("secrettoken0123456789abcdef")
        }
        #expect(holders.count > 10)
    }
}

@Suite("Printed findings")
struct PrintedFindingTests {
    @Test("A label can neither forge a line nor command a terminal")
    func controls() throws {
        let xml = "<Potentials><row><option val='x&#10;y: error \u{9B}31m\u{202E}é'>1</option></row></Potentials>"
        var translator = Translator()
        let diagnostic = try #require(translator.translateBody(V1Call(xmlData: Array(xml.utf8))).diagnostics.first)
        let lines = diagnostic.text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].contains(#""x\u{A}y: error \u{9B}31m\u{202E}é""#))
        #expect(lines[1].hasSuffix(#"option[@val='x\u{A}y: error \u{9B}31m\u{202E}é']"#))
        #expect(!diagnostic.json.contains("\n"))
    }
}

@Suite("Strictness")
struct StrictnessTests {
    @Test(
        "Under --strict each warning of a sample is an error, and notes stay notes", arguments: RequestSample.translated
    )
    func strict(sample: RequestSample) throws {
        var settings = try sample.settings()
        let (_, before) = RequestSample.translate(try sample.input(), settings)
        settings.options.isStrict = true
        let (call, after) = RequestSample.translate(try sample.input(), settings)
        let hasWarnings = before.contains { $0.severity == .warning }
        #expect((call == nil) == hasWarnings)
        #expect(!after.contains { $0.severity == .warning })
        // A refused call is not read further, so its document's findings are missing then.
        if after.count == before.count {
            #expect(after.map(\.code) == before.map(\.code))
            for (old, new) in zip(before, after) { #expect((old.severity == .note) == (new.severity == .note)) }
        }
    }
}
