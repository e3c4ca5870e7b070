import Foundation
import TestSupport
import Testing

@testable import ConvertLead

@Suite struct ReplyPropertyTests {
    @Test("10,000 mutated replies never crash and always become a well-formed v1 reply")
    func mutations() throws {
        var random = SeededGenerator("mutated replies")
        var seeds = try ReplySample.all.map { try $0.input() }.filter { $0.count < 2_000 }
        // Conversions are few among the samples and break easily, so they are taken more often.
        let conversions = try ReplySample.all.filter { $0.testDescription.hasPrefix("v") }.map { try $0.input() }
        for _ in 0..<8 { seeds += conversions }
        let pieces =
            [
                "{", "}", "[", "]", "\"", ",", ":", "null", "1", "\"id\":", "\"code\":\"SUCCESS\",", "success", "<",
                "&", "\u{0}",
                "\\u0000", "\u{FFFF}", "\\ud800", "]]>",
            ].map { Array($0.utf8) } + [[0xFF], [0xC3], []]
        var translator = Translator()
        var converted = 0
        var failed = 0
        for turn in 0..<10_000 {
            var input = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let from = Int.random(in: 0...input.count, using: &random)
                let to = min(input.count, from + Int.random(in: 0...6, using: &random))
                input.replaceSubrange(from..<to, with: pieces.randomElement(using: &random) ?? [])
            }
            let format: V1ReplyFormat = turn.isMultiple(of: 2) ? .xml : .json
            let translated = translator.translateReply(input, format: format)
            guard let outcome = translated.reply.outcome else {
                #expect(translated.reply.bytes == input)
                continue
            }
            let parsed = ParsedV1Reply(translated.reply.bytes, format: format)
            #expect(parsed != nil, "\(String(decoding: translated.reply.bytes, as: UTF8.self))")
            switch outcome {
            case .converted: converted += 1
            case .failed(let failure):
                failed += 1
                #expect(translated.isTranslated == (failure.reason != .replyUnreadable))
                #expect(!String(decoding: translated.reply.bytes, as: UTF8.self).lowercased().contains("success"))
            }
        }
        #expect(converted > 100 && failed > 1_000)
    }

    @Test("Any outcome written as v1 is read back by another parser with the same ids, code and message")
    func roundTrip() throws {
        var outcomes = RandomOutcomes("round trip of outcomes")
        var writer = V1ReplyWriter()
        for _ in 0..<2_000 {
            let outcome = outcomes.next()
            let uri = outcomes.uri()
            for format in V1ReplyFormat.allCases {
                let reply = writer.writeReply(outcome, format: format, uri: uri)
                let expected = ParsedV1Reply(
                    of: outcome, format: format, uri: uri, labels: RandomOutcomes.labels, code: outcome.v1Code)
                #expect(ParsedV1Reply(reply.bytes, format: format) == expected)
            }
        }
    }
}

extension ConversionOutcome {
    /// The number the table gives, or nothing for a conversion.
    var v1Code: String {
        if case .failed(let failure) = self { V1ErrorCode(failure.reason).rawValue } else { "" }
    }
}

/// Outcomes as no server would think of them.
struct RandomOutcomes {
    private var random: SeededGenerator

    init(_ test: String) { random = SeededGenerator(test) }

    /// The v1 labels of the fields that have one.
    static let labels = [
        "Stage": "Potential Stage", "id": "leadId", "Accounts": "ACCOUNTID", "Owner": "assignTo",
        "assign_to": "assignTo",
    ]

    mutating func next() -> ConversionOutcome {
        if Bool.random(using: &random) {
            var records = ConvertedRecords(contact: id(), deal: id(), account: id())
            if records == ConvertedRecords() { records.contact = RecordID("1") }
            return .converted(records)
        }
        let names = Self.labels.keys.sorted() + ["Mobile", text()]
        let fields = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            FailedField(apiName: names.randomElement(using: &random) ?? "")
        }
        return .failed(
            ConversionFailure(
                reason: FailureReason.allCases.randomElement(using: &random) ?? .serverError,
                code: Bool.random(using: &random) ? text() : nil, message: text(), fields: fields))
    }

    mutating func uri() -> String? {
        if Bool.random(using: &random) { return nil }
        return text().filter { $0 != "?" && $0 != "#" }
    }

    private mutating func id() -> RecordID? {
        if Bool.random(using: &random) { return nil }
        let digits = (0..<Int.random(in: 1...20, using: &random)).map { _ in Int.random(in: 0...9, using: &random) }
        return RecordID(digits.map(String.init).joined())
    }

    private mutating func text() -> String {
        let pieces = [
            "success", "SUCCESS", "sUcCeSs", "succ", "ess", "s", "&", "<b>", "]]>", "\"", "'", "\\", "\r\n", "\t",
            "\u{0}",
            "\u{1F}", "\u{7F}", "\u{85}", "\u{FFFE}", "\u{FFFF}", "é", "東京", "😀", "&amp;", " ", "text", "<![CDATA[",
            "\u{2028}",
        ]
        return "x"
            + (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined() + "x"
    }
}
