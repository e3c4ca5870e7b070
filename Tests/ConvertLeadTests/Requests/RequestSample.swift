import Bytes
import Foundation
import JSONText
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

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Samples").standardizedFileURL

    /// Cases that are translated, in order of name.
    static let translated = all(in: "requests")
    /// Cases that are refused, in order of name.
    static let refused = all(in: "refused")

    private static func all(in directory: String) -> [RequestSample] {
        let directory = root.appending(path: directory)
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

    /// What becomes of an input: the v2 call, or `nil` when it is refused, with the findings of call and document.
    static func translate(
        _ input: [UInt8], source: String = "", _ settings: SampleSettings
    ) -> (call: V2Call?, diagnostics: [Diagnostic]) {
        var log = DiagnosticLog(isStrict: settings.options.isStrict, showsValues: settings.options.showsValues)
        guard let call = V1Call.read(input, source: source, log: &log) else { return (nil, log.diagnostics) }
        var translator = Translator(tables: settings.tables, options: settings.options)
        var result: V2Call?
        do {
            let translated = try translator.translateRequest(call)
            for diagnostic in translated.diagnostics { log.add(diagnostic) }
            result = translated.value
        } catch {
            for diagnostic in error.diagnostics { log.add(diagnostic) }
        }
        log.sort()
        return (log.hasErrors ? nil : result, log.diagnostics)
    }
}

/// The tables and options of a case: the part of a configuration file that a library can use.
struct SampleSettings: Sendable {
    var tables = OrganizationTables()
    var options = TranslationOptions()

    /// No tables, all defaults.
    init() {}

    /// A member that means nothing, or a value that its member cannot have.
    struct Unreadable: Error {
        var member: String
    }

    init(reading file: URL) throws {
        let folder = file.deletingLastPathComponent()
        let text = [UInt8](try Data(contentsOf: file))
        try text.withByteView { text in
            var reader = JSONReader()
            let root = try reader.read(text)
            var members: [(String, JSONReader.Node)] = []
            reader.forEachMember(of: root) { name, value in members.append((reader.text(of: name), value)) }
            for (name, value) in members { try take(name, value, folder, reader) }
            // Behind the defaults, as the command puts it.
            if let pipeline = reader.member("pipeline", of: root) {
                options.dealDefaults.append(("Pipeline", .string(reader.text(of: pipeline))))
            }
        }
    }

    private mutating func take(
        _ name: String, _ value: JSONReader.Node, _ folder: URL, _ json: borrowing JSONReader
    ) throws {
        func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: path))) }
        func choice<Choice: RawRepresentable<String>>() throws -> Choice {
            guard let choice = Choice(rawValue: json.text(of: value)) else { throw Unreadable(member: name) }
            return choice
        }
        switch name {
        case "users": for path in Self.texts(value, json) { try tables.users.read(bytes(path), source: path) }
        case "fields": for path in Self.texts(value, json) { try tables.fields.read(bytes(path), source: path) }
        case "roles": for path in Self.texts(value, json) { try tables.roles.readRoles(bytes(path), source: path) }
        case "lookup":
            for (field, path) in Self.members(value, json) {
                try tables.lookups[field, default: LookupTable()].read(bytes(json.text(of: path)), source: field)
            }
        case "labels":
            for (label, field) in Self.members(value, json) { options.labels.append((label, json.text(of: field))) }
        case "defaults": for (field, value) in Self.members(value, json) { takeDefault(field, value, json) }
        case "api-version": options.apiVersion = try choice()
        case "api-domain": options.apiDomain = json.text(of: value)
        case "unknown-assignee":
            let text = json.text(of: value)
            options.unknownAssignee = RecordID(text).map { .fallback($0) } ?? (text == "omit" ? .omit : .reject)
        case "unknown-field": options.unknownField = try choice()
        case "bad-value": options.badValue = try choice()
        case "date-order": options.dateOrder = try choice()
        case "time-zone": options.timeZone = try Self.zone(json.text(of: value))
        case "pipeline": break
        case "strict": options.isStrict = json.isTrue(value)
        case "show-values": options.showsValues = json.isTrue(value)
        default: throw Unreadable(member: name)
        }
    }

    private mutating func takeDefault(_ name: String, _ value: JSONReader.Node, _ json: borrowing JSONReader) {
        switch (name, json.kind(of: value)) {
        case ("overwrite", _): options.overwriteDefault = json.isTrue(value)
        case ("carry_over_tags", _):
            for (module, tags) in Self.members(value, json) {
                options.carryOverTags.append((module, Self.texts(tags, json)))
            }
        case (_, .number): options.dealDefaults.append((name, .number(json.text(of: value))))
        case (_, .boolean): options.dealDefaults.append((name, .boolean(json.isTrue(value))))
        default: options.dealDefaults.append((name, .string(json.text(of: value))))
        }
    }

    private static func texts(_ list: JSONReader.Node, _ json: borrowing JSONReader) -> [String] {
        var texts: [String] = []
        json.forEachElement(of: list) { texts.append(json.text(of: $0)) }
        return texts
    }

    private static func members(
        _ object: JSONReader.Node, _ json: borrowing JSONReader
    ) -> [(String, JSONReader.Node)] {
        var members: [(String, JSONReader.Node)] = []
        json.forEachMember(of: object) { name, value in members.append((json.text(of: name), value)) }
        return members
    }

    /// `+05:30`, or an IANA name with its changes from 2010 to 2030.
    private static func zone(_ text: String) throws -> TimeZoneOffsets {
        if let sign = text.first, sign == "+" || sign == "-" {
            let parts = text.dropFirst().split(separator: ":").compactMap { Int($0) }
            guard parts.count == 2 else { throw Unreadable(member: "time-zone") }
            return TimeZoneOffsets(initialOffset: (parts[0] * 3600 + parts[1] * 60) * (sign == "-" ? -1 : 1))
        }
        guard let zone = TimeZone(identifier: text) else { throw Unreadable(member: "time-zone") }
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
