import Foundation
import TestSupport
import Testing

@testable import ConvertLead

@Suite("Samples of requests")
struct RequestSampleTests {
    @Test("A sample is translated into its body, with its findings", arguments: RequestSample.translated)
    func translated(sample: RequestSample) throws {
        let settings = try sample.settings()
        let (call, diagnostics) = RequestSample.translate(try sample.input(), settings)
        let body = try #require(call?.body, "\(diagnostics.map(\.text).joined(separator: "\n"))")
        let url = call?.url.map { Array(($0 + "\n").utf8) }
        func file(_ name: String) -> URL { sample.folder.appending(path: name) }
        #expect(try Golden.difference(from: file("body.json"), body + [0x0A]) == nil)
        #expect(try Golden.difference(from: file("url.txt"), url) == nil)
        let expected = printed(diagnostics, source: sample.inputName)
        #expect(try Golden.difference(from: file("diagnostics.txt"), expected) == nil)
        #expect(!diagnostics.contains { $0.severity == .error })
    }

    @Test("A sample is refused with its findings", arguments: RequestSample.refused)
    func refused(sample: RequestSample) throws {
        let (call, diagnostics) = RequestSample.translate(try sample.input(), try sample.settings())
        #expect(call == nil)
        #expect(diagnostics.contains { $0.severity == .error })
        let expected = printed(diagnostics, source: sample.inputName)
        #expect(try Golden.difference(from: sample.folder.appending(path: "diagnostics.txt"), expected) == nil)
    }

    @Test("Every folder has an input and nothing that no test reads")
    func folders() {
        for sample in RequestSample.translated + RequestSample.refused {
            let isRefused = sample.folder.deletingLastPathComponent().lastPathComponent == "refused"
            var known: Set = [sample.inputName, "options.json", "diagnostics.txt"]
            if !isRefused { known.formUnion(["body.json", "url.txt"]) }
            #expect(sample.files.contains(sample.inputName), "\(sample) has no input")
            #expect(Set(sample.files).isSubset(of: known), "\(sample) has a file that no test reads")
            #expect(sample.files.contains(isRefused ? "diagnostics.txt" : "body.json"), "\(sample) expects nothing")
        }
        #expect(RequestSample.translated.count > 100 && RequestSample.refused.count > 50)
    }

    @Test("Every folder of Samples is known to a test")
    func roots() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Checkout.samples.path)
        // The programs' tests are in Tests/Languages and Tests/Sender.
        let programs: Set = ["c", "java", "php", "python", "ruby", "send"]
        let known = programs.union(["README.md", "requests", "refused", "replies", "org", "archives", "cluster"])
        #expect(Set(names).isSubset(of: known))
    }

    /// Codes that one request alone cannot raise, each with the reason.
    private static let raisedElsewhere: Set<DiagnosticCode> = [
        .xmlSize,  // needs more than 10 MiB; tested in `RequestPlaceTests`
        .leadIDMissing,  // raised by the command and by bulk, which know whether the call is to be sent
        .callBodyMissing, .callVariable, .callSourceCode,  // raised while archives are read
    ]

    @Test("Every code about XML, calls, requests and lookups is raised by a sample")
    func codes() throws {
        var raised: Set<DiagnosticCode> = []
        for sample in RequestSample.translated + RequestSample.refused {
            let (_, diagnostics) = RequestSample.translate(try sample.input(), try sample.settings())
            raised.formUnion(diagnostics.map(\.code))
        }
        let rooms = ["xml.", "json.", "v1.", "lookup."]
        let expected = DiagnosticCode.allCases.filter { code in rooms.contains { code.rawValue.hasPrefix($0) } }
        #expect(raised.isDisjoint(with: Self.raisedElsewhere))
        let missing = Set(expected).subtracting(raised).subtracting(Self.raisedElsewhere)
        #expect(missing.isEmpty, "\(missing.map(\.rawValue).sorted())")
    }

    @Test("The seed documents' bodies come out, value for value")
    func seedBodies() throws {
        func json(_ name: String) throws -> NSDictionary? {
            let file = Checkout.samples.appending(path: "requests/\(name)/body.json")
            return try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? NSDictionary
        }
        func deal(_ body: NSDictionary?) -> NSDictionary? {
            ((body?["data"] as? [NSDictionary])?.first)?["Deals"] as? NSDictionary
        }
        let collection: NSDictionary = [
            "data": [
                [
                    "overwrite": true, "notify_lead_owner": true, "notify_new_entity_owner": true,
                    "Accounts": "4150868000003960001", "Contacts": "4150868000002563049",
                    "assign_to": "4150868000001248015",
                    "Deals": [
                        "Deal_Name": "Sample", "Closing_Date": "2021-01-25", "Stage": "Closed Won", "Amount": 5000,
                        "Pipeline": "Standard (Standard)",
                    ] as [String: Any],
                    "carry_over_tags": ["Contacts": ["tag1", "tag2"], "Accounts": ["tag1"], "Deals": ["tag1"]],
                ] as [String: Any]
            ]
        ]
        #expect(try json("collection-v2.1-body") == collection)
        let comparison: NSDictionary = [
            "data": [
                [
                    "overwrite": true, "notify_lead_owner": true, "notify_new_entity_owner": true,
                    "Accounts": "1386586000000753001", "Contacts": "1386586000000599023",
                    "assign_to": "1386586000000105001",
                    "Deals": [
                        "Campaign_Source": "1386586000000803001", "Deal_Name": "Potential_Name1",
                        "Closing_Date": "2016-02-18", "Stage": "Stage0", "Amount": 56.6,
                    ] as [String: Any],
                ] as [String: Any]
            ]
        ]
        #expect(try json("comparison-page-v2-body") == comparison)
        #expect(deal(try json("comparison-page"))?["Closing_Date"] as? String == "2009-12-21")
    }
}
