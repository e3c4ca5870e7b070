import Foundation
import TestSupport

@testable import BulkConversion
@testable import ConvertLead

/// `Samples/archives/every-form/archive`.
enum ArchiveSamples {
    static let directory = Checkout.samples.appending(path: "archives/every-form/archive")
}

/// What a filter wrote about one request, as far as tests look at it.
struct Line: Equatable, CustomStringConvertible {
    var isConverted: Bool
    var line: Int
    var leadID: String?
    var codes: [String]

    var description: String { "\(isConverted ? "converted" : "dead") \(line) \(leadID ?? "-") \(codes)" }

    init(_ isConverted: Bool, _ line: Int, _ leadID: String?, _ codes: [String] = []) {
        self.isConverted = isConverted
        self.line = line
        self.leadID = leadID
        self.codes = codes
    }

    init(json text: Data) throws {
        let object = try JSONSerialization.jsonObject(with: text) as? [String: Any] ?? [:]
        isConverted = object["status"] as? String == "converted"
        let source = object["source"] as? String ?? ""
        line = Int(source.split(separator: ":").last ?? "") ?? 0
        leadID = object["lead_id"] as? String
        codes = (object["diagnostics"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    }
}

/// Runs archives through the library.
enum Bulk {
    static func run(
        _ archives: [String], into directory: String, tables: OrganizationTables = OrganizationTables(),
        options: TranslationOptions = TranslationOptions(), settings: BulkSettings = BulkSettings()
    ) throws -> BulkSummary {
        try BulkRun(
            archives: archives, output: .directory(directory), tables: tables, options: options, settings: settings
        ).run()
    }

    /// The lines that a filter writes, as text and as what they say.
    static func filter(
        _ archives: [String], options: TranslationOptions = TranslationOptions(),
        settings: BulkSettings = BulkSettings()
    ) throws -> (text: Data, lines: [Line], summary: BulkSummary) {
        let scratch = try Scratch()
        try scratch.write("out", "")
        let file = try FileHandle(forWritingTo: URL(filePath: scratch["out"]))
        let summary = try BulkRun(
            archives: archives, output: .descriptor(file.fileDescriptor), options: options, settings: settings
        ).run()
        try file.close()
        let text = scratch.read("out")
        return (text, try text.split(separator: 0x0A).map { try Line(json: Data($0)) }, summary)
    }
}
