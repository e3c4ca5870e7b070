import CConvertLead
import ConvertLead
import Foundation
import TestSupport
import Testing

/// All files of a folder of `Samples`, up to a size that keeps mutation quick.
private func samples(_ folder: String) throws -> [[UInt8]] {
    let root = Checkout.samples.appending(path: folder)
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    let urls = (files?.allObjects as? [URL] ?? []).filter { !$0.hasDirectoryPath }
    return try urls.sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
        .filter { (1..<3_000).contains($0.count) }
}

private let pieces: [[UInt8]] =
    [
        "<", ">", "&", "&amp;", "]]>", "<![CDATA[", "</row>", "<row no=\"1\">", "<FL val=\"Amount\">", "%3C", "%", "+",
        "=",
        "{", "}", "[", "]", "\"", ",", ":", "null", "true", "1e400", "99999999999999999999", "\"id\":", "SUCCESS",
        "leadId",
        "xmlData=", "\\ud800", "\r\n\r\n", "--b\r\n", "\u{0}", "\u{FEFF}", "é", "12/32/2009", "-0",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xFF, 0xFE], []]

private func mutate(_ input: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var input = input
    for _ in 0..<Int.random(in: 0...4, using: &random) {
        let from = Int.random(in: 0...input.count, using: &random)
        let to = min(input.count, from + Int.random(in: 0...8, using: &random))
        input.replaceSubrange(from..<to, with: pieces.randomElement(using: &random) ?? [])
    }
    return input
}

@Suite("Mutated input through the C interface") struct MutationTests {
    private let seed: UInt64 = 20_210_531
    private let turns = 4_000

    @Test("Any request gives a status, diagnostics in JSON, and a body or a v1 error; the same as in Swift")
    func requests() throws {
        var random = SeededGenerator(seed: seed)
        var seeds = try samples("requests") + samples("refused")
        for format in ["xml", "json"] { seeds += Array(repeating: try wrapper(format: format), count: 20) }
        seeds += Array(repeating: Array(requestXML.utf8), count: 20)
        let options = #"{"lead-id":"1","unknown-assignee":"omit","unknown-field":"guess","compact":true}"#
        let translator = try #require(CTranslator(options: options))
        var settings = TranslationOptions()
        settings.leadID = RecordID("1")
        settings.unknownAssignee = .omit
        settings.unknownField = .guess
        settings.isIndented = false
        var shim = Shim(options: settings)
        var translated = 0
        var refused = 0
        for turn in 0..<turns {
            let input = mutate(seeds.randomElement(using: &random) ?? [], using: &random)
            let result = translator.request(input)
            let place: Comment = "seed \(seed), turn \(turn)"
            switch shim.translateRequest(input) {
            case .send(let call):
                translated += 1
                #expect(result.status == CONVERTLEAD_OK, place)
                #expect(result.body == call.v2.body && result.reply == nil, place)
                #expect(result.url == Array(call.v2.url.utf8), place)
                try expectFindings(result.diagnostics, call.diagnostics, place)
            case .refused(let answer):
                refused += 1
                #expect(result.status == CONVERTLEAD_REFUSED, place)
                #expect(result.reply == answer.reply.bytes && result.body == nil && result.url == nil, place)
                try expectFindings(result.diagnostics, answer.diagnostics, place)
            }
        }
        #expect(translated > 100 && refused > 500)
    }

    @Test("Any reply gives a status, diagnostics in JSON, and a v1 reply; the same as in Swift")
    func replies() throws {
        var random = SeededGenerator(seed: seed)
        let seeds = try samples("replies")
        let translator = try #require(CTranslator())
        var shim = Shim()
        for turn in 0..<turns {
            let input = mutate(seeds.randomElement(using: &random) ?? [], using: &random)
            let format: V1ReplyFormat = turn.isMultiple(of: 2) ? .xml : .json
            let result = translator.reply(input, uri: format.convertLeadPath)
            let answer = shim.translateReply(input, format: format)
            let place: Comment = "seed \(seed), turn \(turn)"
            #expect(result.status == (answer.isTranslated ? CONVERTLEAD_OK : CONVERTLEAD_REFUSED), place)
            #expect(result.reply == answer.reply.bytes, place)
            try expectFindings(result.diagnostics, answer.diagnostics, place)
        }
    }

    @Test("Any options and tables give a status and diagnostics in JSON")
    func tables() throws {
        var random = SeededGenerator(seed: seed)
        let seeds = try samples("org")
        let kinds = ["users", "fields", "roles", "lookup:Campaign_Source", "lookup:é", "", "user\u{0}"]
        let options = Array(
            #"{"api-version":"v3","labels":{"A":"B"},"defaults":{"carry_over_tags":{"Deals":["x"]}},"lead-id":1}"#.utf8)
        for turn in 0..<(turns / 10) {
            var pointer: OpaquePointer?
            var result = convertlead_result()
            let json = mutate(options, using: &random)
            let status = convertlead_translator_create(json, json.count, &pointer, &result)
            let place: Comment = "seed \(seed), turn \(turn)"
            let made = CResult(status, freeing: &result)
            #expect((status == CONVERTLEAD_OK) == (pointer != nil), place)
            #expect(status == CONVERTLEAD_OK || status == CONVERTLEAD_REFUSED, place)
            #expect(try JSONSerialization.jsonObject(with: Data(made.diagnostics ?? [])) is [Any], place)

            guard let pointer else { continue }
            let table = mutate(seeds.randomElement(using: &random) ?? [], using: &random)
            let kind = kinds.randomElement(using: &random) ?? ""
            let added = CResult(
                convertlead_translator_add_table(pointer, kind, kind, table, table.count, &result), freeing: &result)
            #expect(added.status == CONVERTLEAD_OK || added.status == CONVERTLEAD_REFUSED, place)
            let findings = try JSONSerialization.jsonObject(with: Data(added.diagnostics ?? [])) as? [Any]
            #expect(findings?.isEmpty == (added.status == CONVERTLEAD_OK), place)
            convertlead_translator_free(pointer)
        }
    }

    private func expectFindings(_ json: [UInt8]?, _ findings: [Diagnostic], _ place: Comment) throws {
        let expected = "[" + findings.map(\.json).joined(separator: ",") + "]"
        #expect(json == Array(expected.utf8), place)
        #expect(try JSONSerialization.jsonObject(with: Data(json ?? [])) is [Any], place)
    }
}
