import Foundation
import TestSupport
import Testing

@testable import ConvertLead

/// The seed of this run; it is in every failure's message.
private let seed = SeededGenerator.testSeed

@Suite("Properties of request translation")
struct RequestPropertyTests {
    /// How one part of the generated requests is translated, for both translators.
    struct Setting: Sendable, CustomTestStringConvertible {
        let number: Int

        static let all = (0..<20).map { Setting(number: $0) }

        var testDescription: String { "setting \(number), TEST_SEED=\(seed)" }

        var naive: NaiveSettings {
            NaiveSettings(
                version: ["v2", "v2.1", "v3", "v7", "v8"][number % 5], omitsBadValues: number % 2 == 0,
                guesses: number % 3 == 0, sendsNull: number % 4 == 0, isDayFirst: number % 7 == 6,
                zone: number % 5 == 4 ? nil : "+05:30", pipeline: number % 6 == 0 ? "Standard" : nil)
        }

        func translator() throws -> Translator {
            var options = TranslationOptions()
            let naive = naive
            options.apiVersion = try #require(APIVersion(rawValue: naive.version))
            options.badValue = naive.omitsBadValues ? .omit : .reject
            options.unknownField = naive.guesses ? .guess : .omit
            options.dateOrder = naive.isDayFirst ? .dayFirst : .monthFirst
            options.timeZone = naive.zone == nil ? nil : TimeZoneOffsets(initialOffset: 19_800)
            if let pipeline = naive.pipeline {
                options.dealDefaults = [.init(apiName: "Pipeline", value: .string(pipeline))]
            }
            options.isIndented = number % 2 == 0
            var tables = OrganizationTables()
            for file in ["users-1.json", "users-2.json"] {
                try tables.users.read(OrganizationSamples.bytes(file), source: file)
            }
            let fields = "fields-of-every-type.json"
            try tables.fields.read(OrganizationSamples.bytes(fields), source: fields)
            try tables.roles.read(OrganizationSamples.bytes("roles.json"), source: "roles.json")
            tables.lookups["Campaign_Source"] = LookupTable(
                ["Spring fair": try #require(RecordID("1386586000000803001"))])
            return Translator(tables: tables, options: options)
        }
    }

    private func translate(_ xml: String, _ settings: NaiveSettings, _ translator: inout Translator) -> Result<
        Translated<V2Body>, TranslationFailure
    > {
        let call = V1Call(xmlData: Array(xml.utf8), newFormat: settings.sendsNull ? .includesNull : .omitsNull)
        do {
            return .success(try translator.translateBody(call))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "10,000 generated requests: what a naive translator says, nothing lost, the same bytes again",
        arguments: Setting.all)
    func generated(setting: Setting) throws {
        let settings = setting.naive
        let naive = try NaiveTranslator(export: Data(OrganizationSamples.bytes("fields-of-every-type.json")))
        var translator = try setting.translator()
        var translated = 0
        for number in 0..<500 {
            var random = SeededGenerator(seed: seed &+ UInt64(setting.number * 500 + number))
            let request = GeneratedRequest(&random)
            let label: Comment = "TEST_SEED=\(seed) setting \(setting.number) number \(number)\n\(request.xml)"
            let outcome = translate(request.xml, settings, &translator)
            let expected = naive.translate(request.xml, settings)
            switch (expected, outcome) {
            case (.refused, .failure(let failure)):
                #expect(failure.diagnostics.contains { $0.severity == .error }, label)
            case (.body(let body, let unsent), .success(let result)):
                translated += 1
                let json = try JSONSerialization.jsonObject(with: Data(result.value.bytes)) as? [String: Any]
                let data = try #require(json?["data"] as? [Any], label)
                #expect(json?.count == 1 && data.count == 1, label)
                #expect(Self.isSame(data.first ?? "", body), "\(data) is not \(body); \(label)")
                checkConservation(request, unsent, result.diagnostics, label)
            case (.refused, .success(let result)):
                Issue.record("translated into \(String(decoding: result.value.bytes, as: UTF8.self)); \(label)")
            case (.body, .failure(let failure)):
                Issue.record("refused: \(failure.diagnostics.map(\.text)); \(label)")
            }
            checkDeterminism(request, setting, outcome, &translator, isFresh: number % 100 == 0, label)
        }
        #expect(translated > 100, "most generated requests must be worth translating; TEST_SEED=\(seed)")
    }

    /// Each `option` and `FL` is in the body, or one finding at its place, or at its row's, says that it is not.
    private func checkConservation(
        _ request: GeneratedRequest, _ unsent: Set<Int>, _ diagnostics: [Diagnostic], _ label: Comment
    ) {
        let lossWords = ["left out", "ignored", "not sent", "is given again", "counts as absent"]
        for (position, line) in request.lines.enumerated() {
            let losses = diagnostics.filter { diagnostic in
                diagnostic.location?.line == line && lossWords.contains { diagnostic.message.contains($0) }
                    && diagnostic.code != .valueTime && diagnostic.code != .valuePercentSign
            }
            if !unsent.contains(position) {
                #expect(losses.isEmpty, "line \(line) is in the body, but \(losses.map(\.text)); \(label)")
            } else if losses.isEmpty {
                let rows = diagnostics.filter { [.rowRepeatedFields, .rowRepeatedOptions].contains($0.code) }
                #expect(!rows.isEmpty, "line \(line) is in no finding; \(label)")
            } else {
                #expect(losses.count == 1, "line \(line): \(losses.map(\.text)); \(label)")
            }
        }
    }

    private func checkDeterminism(
        _ request: GeneratedRequest, _ setting: Setting, _ outcome: Result<Translated<V2Body>, TranslationFailure>,
        _ translator: inout Translator, isFresh: Bool, _ label: Comment
    ) {
        func check(_ again: Result<Translated<V2Body>, TranslationFailure>) {
            switch (outcome, again) {
            case (.success(let first), .success(let second)):
                #expect(first.value == second.value && first.diagnostics == second.diagnostics, label)
            case (.failure(let first), .failure(let second)): #expect(first.diagnostics == second.diagnostics, label)
            default: Issue.record("another verdict the second time; \(label)")
            }
        }
        check(translate(request.xml, setting.naive, &translator))
        if isFresh, var fresh = try? setting.translator() { check(translate(request.xml, setting.naive, &fresh)) }
    }

    /// Equal JSON values; `true` is not 1.
    private static func isSame(_ a: Any, _ b: Any) -> Bool {
        switch (a, b) {
        case (let a as [String: Any], let b as [String: Any]):
            return a.count == b.count && a.allSatisfy { name, value in b[name].map { isSame(value, $0) } ?? false }
        case (let a as [Any], let b as [Any]): return a.count == b.count && zip(a, b).allSatisfy { isSame($0, $1) }
        case (let a as String, let b as String): return a == b
        case (is NSNull, is NSNull): return true
        default:
            guard let x = number(a), let y = number(b), x == y else { return false }
            // Only these two can be meant either way.
            return x != 0 && x != 1 || text(x) == text(y)
        }
    }

    private static func number(_ value: Any) -> NSNumber? {
        value as? NSNumber ?? (value as? Bool).map { NSNumber(value: $0) }
    }

    /// The number or boolean as JSON.
    private static func text(_ number: NSNumber) -> Data? { try? JSONSerialization.data(withJSONObject: [number]) }

    @Test("10,000 number literals keep every digit")
    func digits() throws {
        var random = SeededGenerator(seed: seed)
        var options = TranslationOptions()
        options.isIndented = false
        var translator = Translator(options: options)
        let start = """
            <Potentials><row><option val="createPotential">true</option></row><row><FL val="Potential Name">A</FL>\
            <FL val="Closing Date">2020-01-31</FL><FL val="Stage">B</FL><FL val="Amount">
            """
        func digits(_ range: ClosedRange<Int>) -> String {
            String((0..<Int.random(in: range, using: &random)).map { _ in random.pick(Array("0123456789")) })
        }
        for _ in 0..<10_000 {
            let sign = random.pick(["", "-"])
            let whole = random.chance(20) ? "0" : random.pick(Array("123456789").map { String($0) }) + digits(0...30)
            let fraction = random.chance(60) ? "." + digits(1...30) : ""
            let exponent =
                random.chance(20) ? random.pick(["e", "E"]) + random.pick(["", "+", "-"]) + digits(1...3) : ""
            let literal = sign + whole + fraction + exponent
            let given = random.chance(20) && sign.isEmpty ? random.pick(["+", "0", "+000"]) + literal : literal
            let call = V1Call(xmlData: Array((start + given + "</FL></row></Potentials>").utf8))
            let body = String(decoding: try translator.translateBody(call).value.bytes, as: UTF8.self)
            #expect(body.hasSuffix(",\"Amount\":\(literal)}}]}"), "\(given) became \(body); TEST_SEED=\(seed)")
        }
    }
}
