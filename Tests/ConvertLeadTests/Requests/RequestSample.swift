@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import ConvertLead

/// One folder of `Samples/requests` or `Samples/refused`: a v1 request and what is expected of it.
struct RequestSample: Sendable, CustomTestStringConvertible {
    let folder: URL
    /// File name of the input, `request.xml` or `call.*`.
    let inputName: String
    /// Names of all files in the folder.
    let files: [String]

    var testDescription: String { folder.lastPathComponent }

    /// Cases that are translated, in order of name.
    static let translated = all(in: "requests")
    /// Cases that are refused, in order of name.
    static let refused = all(in: "refused")

    private static func all(in directory: String) -> [RequestSample] {
        let directory = Checkout.samples.appending(path: directory)
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return folders.sorted().map { name in
            let folder = directory.appending(path: name)
            let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
            let input = files.first { $0 == "request.xml" || $0.hasPrefix("call.") } ?? "request.xml"
            return RequestSample(folder: folder, inputName: input, files: files)
        }
    }

    func input() throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: inputName))) }

    /// What `options.json` says.
    func settings() throws -> SampleSettings {
        guard files.contains("options.json") else { return SampleSettings() }
        return try SampleSettings(reading: folder.appending(path: "options.json"))
    }

    /// A translated call, with an address when there is a lead id.
    struct Call {
        var body: [UInt8]
        var url: String?
    }

    /// What becomes of an input: the call, `nil` when it is refused, with the findings of call and document.
    static func translate(
        _ input: [UInt8], source: String = "", _ settings: SampleSettings
    ) -> (call: Call?, diagnostics: [Diagnostic]) {
        var log = DiagnosticLog(isStrict: settings.options.isStrict, showsValues: settings.options.showsValues)
        var reader = V1CallReader()
        var translator = Translator(tables: settings.tables, options: settings.options)
        let call = input.withByteView { text -> Call? in
            reader.read(text, log: &log)
            switch translator.translate(reader.parts, needsLeadID: false, log: &log) {
            case .refused: return nil
            case .body: return Call(body: translator.takeBody())
            case .call(let digits):
                let url = RecordID(digits).map {
                    V2Call(
                        apiDomain: settings.options.apiDomain(forV1Host: reader.parts.host.text),
                        version: settings.options.apiVersion, leadID: $0, body: []
                    ).url
                }
                return Call(body: translator.takeBody(), url: url)
            }
        }
        log.setSource(source)
        return (call, log.diagnostics)
    }
}

/// The tables and options of a case, read as the library reads options, with files beside the case.
struct SampleSettings: Sendable {
    var tables = OrganizationTables()
    var options = TranslationOptions()

    /// No tables, all defaults.
    init() {}

    init(reading file: URL) throws {
        let folder = file.deletingLastPathComponent()
        let text = [UInt8](try Data(contentsOf: file))
        let root = try text.withByteView { try OptionNode(json: $0) }
        var reader = OptionsReader(source: file.lastPathComponent)
        var tables = OrganizationTables()
        var failure: (any Error)?
        try reader.read(root) { reader, option in
            do {
                return try Self.read(option, &reader, &tables, folder)
            } catch {
                failure = error
                return true
            }
        }
        if let failure { throw failure }
        (self.tables, options) = (tables, reader.options)
    }

    /// Reads a table, or a time zone by its name; `false` for all other options.
    private static func read(
        _ option: OptionNode.Member, _ reader: inout OptionsReader, _ tables: inout OrganizationTables, _ folder: URL
    ) throws -> Bool {
        func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: path))) }
        let named = ["users", "fields", "roles", "time-zone"].contains(option.name)
        let paths = named ? reader.texts(option.value, option.name) : []
        switch option.name {
        case "users": for path in paths { try tables.users.read(bytes(path), source: path) }
        case "fields": for path in paths { try tables.fields.read(bytes(path), source: path) }
        case "roles": for path in paths { try tables.roles.read(bytes(path), source: path) }
        case "lookup":
            for field in reader.members(option.value, option.name) {
                for path in reader.texts(field.value, field.name) {
                    try tables.lookups[field.name, default: LookupTable()].read(bytes(path), source: field.name)
                }
            }
        case "time-zone":
            guard let zone = TimeZone(identifier: paths.first ?? ""), paths.first?.contains("/") == true else {
                return false
            }
            reader.options.timeZone = offsets(of: zone)
        default: return false
        }
        return true
    }

    /// The changes of a zone from 2010 to 2030.
    private static func offsets(of zone: TimeZone) -> TimeZoneOffsets {
        var instant = Date(timeIntervalSince1970: 1_262_304_000)
        var offsets = TimeZoneOffsets(initialOffset: zone.secondsFromGMT(for: instant))
        while let next = zone.nextDaylightSavingTimeTransition(after: instant),
            next.timeIntervalSince1970 < 1_893_456_000
        {
            offsets.transitions.append(
                .init(instant: Int(next.timeIntervalSince1970), offset: zone.secondsFromGMT(for: next)))
            instant = next
        }
        return offsets
    }
}
