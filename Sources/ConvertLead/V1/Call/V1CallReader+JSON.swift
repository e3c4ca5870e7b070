@_spi(Package) import Bytes
import JSONText

/// Calls in JSON.
extension V1CallReader {
    /// Adds the call that a JSON value holds. Of several the parameters contradict each other, which is reported.
    mutating func addJSON(_ text: ByteView, depth: Int, log: inout DiagnosticLog) {
        guard depth <= 4 else { return }
        var json = JSONReader()
        let root: JSONReader.Node
        do {
            root = try json.read(text)
        } catch {
            recognize()
            log.add(
                .jsonSyntax, .error, at: SourceLocation(ofByte: error.offset, in: text),
                "JSON is broken: \(error.reason)")
            return
        }
        let search = JSONCallSearch(root, json) { text in JSONCallSearch.callText(text).map { [$0] } ?? [] }
        var count = 0
        for case .call(let call) in search.findings {
            count += 1
            add(call, json, depth: depth, log: &log)
        }
        if count > 1, depth == 0 {
            log.add(
                .callUnrecognized, .error,
                "The JSON has several requests; use bulk for more than one")
        }
        if count == 0, case .otherMethod = search.noCall { addAddress(ofOtherMethodIn: text, log: &log) }
    }

    private mutating func addAddress(ofOtherMethodIn text: ByteView, log: inout DiagnosticLog) {
        guard let start = text.offset(of: "/crm/private/") else { return }
        let rest = text.dropping(start)
        let end = rest.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "?") } ?? rest.count
        add(address: rest.slice(0..<end), log: &log)
    }

    /// Adds a call that was found in JSON.
    package mutating func add(
        _ call: JSONCallSearch.Call, _ json: borrowing JSONReader, depth: Int, log: inout DiagnosticLog
    ) {
        let documented = call.addresses.filter { $0.withByteView(JSONCallSearch.hasDocument) }
        for address in documented.isEmpty ? Array(call.addresses.prefix(1)) : documented {
            add(address: keep(address), log: &log)
        }
        if !call.host.isEmpty { add(host: keep(call.host)) }
        for (name, value) in call.parameters {
            parameters.take(name, json.bytes(of: value), .literal, in: .json, log: &log)
        }
        if call.isGuessed {
            log.add(
                .archiveTableColumns, .note,
                "A list without names was read as a row: its document as xmlData, its number as leadId")
        }
        for text in call.texts { add(keep(text), depth: depth + 1, log: &log) }
        if !parameters.has(.leadID), let leadID = call.outerLeadIDs.first {
            parameters.take(.leadID, json.bytes(of: leadID), .literal, in: .json, log: &log)
        }
    }

    /// The lead id of a call that was found in JSON; empty when it has none.
    static func leadID(of call: JSONCallSearch.Call, _ json: borrowing JSONReader) -> [UInt8] {
        var reader = V1CallReader()
        var log = DiagnosticLog()
        reader.begin()
        reader.add(call, json, depth: 0, log: &log)
        reader.finish(log: &log)
        return Array(reader.parts.leadID)
    }

    /// The lead id of a call in a text of any form; empty when it has none. It tells calls apart: of one lead there is one.
    package static func leadID(of text: [UInt8]) -> [UInt8] { read(text) { Array($0.parts.leadID) } }

    /// Reads the text of a call in any form and gives what is taken of it; what is reported is not kept.
    private static func read<Part>(_ text: [UInt8], _ take: (borrowing V1CallReader) -> Part) -> Part {
        var reader = V1CallReader()
        var log = DiagnosticLog()
        reader.begin()
        reader.add(text, depth: 1, log: &log)
        reader.finish(log: &log)
        return take(reader)
    }

    /// Whether the texts of two calls of any form have the same lead id and the same document.
    package static func areOfOneCall(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        let said = [one, other].map { text in
            read(text) { (leadID: Array($0.parts.leadID), xml: Array($0.parts.xml.trimmingWhitespace())) }
        }
        return !said[0].leadID.isEmpty && !said[0].xml.isEmpty && said[0] == said[1]
    }

    /// Adds the host of the address that the text of a call has.
    package mutating func addHost(of text: [UInt8]) {
        add(host: keep(Self.read(text) { Array($0.parts.host) }))
    }

    /// Whether the text of a call has an address of v1.
    static func hasAddress(_ text: [UInt8]) -> Bool {
        var reader = V1CallReader()
        var log = DiagnosticLog()
        reader.begin()
        reader.add(text, depth: 1, log: &log)
        return reader.hasMethod
    }
}
