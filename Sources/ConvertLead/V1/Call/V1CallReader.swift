@_spi(Package) import Bytes
import JSONText

/// Reads one v1 call in any of the forms it is kept in: bare XML, URL, form body, multipart, raw HTTP request, JSON. The form
/// is detected from the content.
///
/// A call is read whole with ``read(_:log:)``, or put together from its parts: ``begin()``, what there is in any order,
/// ``finish(log:)``. Then ``parts`` holds what the call says, as far as it could be read; it is complete when the log has no
/// error. Reused from call to call.
///
/// Reports: `v1.call.*`, `v1.lead_id.*`, `v1.new_format.invalid`, `v1.xml.missing`, `json.syntax`. A missing lead id is judged
/// by ``Translator``.
package struct V1CallReader: ~Copyable {
    var parameters = V1Parameters()
    private var isRecognized = false
    private var address: V1Address?
    private var addressText = ByteView.empty
    /// An address whose method is a variable, which is one of v1 when the call has a document.
    private var hiddenAddress = ByteView.empty
    /// Whether the body is a variable.
    private var isBodyHidden = false
    private var host = ByteView.empty
    private var knownHost = ByteBuffer(minimumCapacity: 64)
    /// A body put together from its chunks.
    var joined = ByteBuffer(minimumCapacity: 16)
    /// Texts out of JSON, kept so that views of them stay valid until the next call.
    private var kept: [HeapBytes] = []

    /// What the call read last says.
    package private(set) var parts = CallParts()

    /// Whether the body is damaged, so that nothing else is reported of the call.
    var isBodyDamaged = false
    /// Whether the address is one of v2, `…/actions/convert`.
    package private(set) var isV2Call = false

    /// A reader that has read nothing.
    package init() {}

    // For a getter or method that is not mutating the compiler copies the reader.

    /// Whether `xmlData` was given, be it empty.
    package var hasXML: Bool { mutating get { parameters.has(.xmlData) } }

    /// The value of `xmlData` as it is in the text that was read, not decoded; empty when it was given twice.
    package private(set) var xmlSource = ByteView.empty

    /// Whether any parameter of v1 was given.
    package var hasParameters: Bool { !parameters.isEmpty }

    /// Whether the path is one of v1: of convertLead, or of another method.
    package var hasMethod: Bool { address != nil }

    /// Whether the path names another method of v1.
    package var isOtherMethod: Bool { mutating get { address?.method == .other } }

    // MARK: A whole call

    /// Reads one call; what a call before said is forgotten.
    package mutating func read(_ input: ByteView, log: inout DiagnosticLog) {
        begin()
        let text = Self.withoutMarks(input)
        guard !text.isEmpty else {
            parts = CallParts()
            log.add(.xmlMissing, .error, "The input is empty")
            return
        }
        add(text, whole: input, depth: 0, log: &log)
        finish(log: &log)
    }

    /// Reads a call whose parts are known: an address and a body, such as those of a curl command.
    ///
    /// - Parameters:
    ///   - address: URL or path; empty when unknown.
    ///   - body: empty when there is none.
    ///   - contentType: of the body; empty when unknown.
    ///   - host: of an address that has none; empty when unknown.
    package mutating func read(
        address: ByteView, body: ByteView, contentType: ByteView = .empty, host: ByteView = .empty,
        log: inout DiagnosticLog
    ) {
        begin()
        add(host: host)
        if !address.isEmpty { add(address: address, log: &log) }
        add(body: body, contentType: contentType, log: &log)
        finish(log: &log)
    }

    // MARK: A call from its parts

    /// Begins a call; what a call before said is forgotten.
    package mutating func begin() {
        parameters.removeAll()
        isRecognized = false
        address = nil
        addressText = .empty
        hiddenAddress = .empty
        isBodyHidden = false
        host = .empty
        isV2Call = false
        isBodyDamaged = false
        xmlSource = .empty
        kept.removeAll(keepingCapacity: true)
    }

    /// Adds the text of a call in any form. Of texts in texts four levels are read.
    package mutating func add(_ text: ByteView, depth: Int, log: inout DiagnosticLog) {
        let text = Self.withoutMarks(text)
        if !text.isEmpty { add(text, whole: text, depth: depth, log: &log) }
    }

    /// Adds the text of a call in any form, and keeps it until the next call.
    package mutating func add(_ text: [UInt8], depth: Int, log: inout DiagnosticLog) {
        add(keep(text), depth: depth, log: &log)
    }

    private mutating func add(_ text: ByteView, whole: ByteView, depth: Int, log: inout DiagnosticLog) {
        if text.hasPrefix("{{") {
            isBodyHidden = true
            return
        }
        switch V1CallForm(of: whole, trimmed: text) {
        case .xml where depth == 0:
            add(document: whole)
            if let address = RawXML.address(in: text) { add(address: address, log: &log) }
        case .xml: parameters.take(.xmlData, text, .literal, in: .body, log: &log)
        case .json: addJSON(text, depth: depth, log: &log)
        case .http: addHTTP(text, log: &log)
        case .multipart: parameters.takeMultipart(text, boundary: nil, in: .body, log: &log)
        case .url: add(address: text, log: &log)
        case .form:
            parameters.takeForm(text.first == UInt8(ascii: "?") ? text.dropping(1) : text, in: .body, log: &log)
        }
    }

    /// Adds a document in bytes of its own encoding.
    package mutating func add(document: ByteView) {
        isRecognized = true
        parameters.take(document: document, in: .body)
    }

    /// Adds a parameter by its name, its value not encoded; other names are skipped.
    package mutating func add(
        _ name: ByteView, _ value: ByteView, in place: V1Parameters.Place = .body, log: inout DiagnosticLog
    ) {
        guard let known = V1Parameters.Name(name) else { return }
        parameters.take(known, value, .literal, in: place, log: &log)
    }

    /// Adds an address with its query. One that is not of v1 is ignored.
    package mutating func add(address text: ByteView, log: inout DiagnosticLog) {
        let read = V1Address(text)
        guard read.method != .none else {
            isV2Call = isV2Call || read.isV2
            if read.endsWithVariable, hiddenAddress.isEmpty { hiddenAddress = text }
            if read.endsWithVariable, let query = read.query { parameters.takeForm(query, in: .query, log: &log) }
            return
        }
        if read.lacksQuestionMark {
            log.add(
                .callUnrecognized, .error,
                "There is no question mark between address and parameters; write one in place of the first &")
        }
        // A path beside an address that has a host says nothing new.
        if address == nil || !read.host.isEmpty {
            address = read
            addressText = text
        }
        if let query = read.query { parameters.takeForm(query, in: .query, log: &log) }
    }

    /// Adds the host of an address that has none, such as a header gives it.
    package mutating func add(host text: ByteView) {
        if host.isEmpty { host = text }
    }

    /// Adds a body.
    package mutating func add(body: ByteView, contentType: ByteView, depth: Int = 0, log: inout DiagnosticLog) {
        let text = body.trimmingWhitespace()
        guard let first = text.first else { return }
        if contentType.hasPrefixIgnoringCase("multipart/") {
            let boundary = HeaderText.parameter("boundary", in: contentType)
            parameters.takeMultipart(text, boundary: boundary, in: .body, log: &log)
        } else if text.hasPrefix("--"), text.offset(of: 0x0A) != nil {
            parameters.takeMultipart(text, boundary: nil, in: .body, log: &log)
        } else if first == UInt8(ascii: "{") {
            addJSON(text, depth: depth + 1, log: &log)
        } else if first == UInt8(ascii: "<") || Self.isUTF16XML(text) {
            add(document: body)
        } else {
            parameters.takeForm(text, in: .body, log: &log)
        }
    }

    /// Keeps a copy of a text until the next call.
    package mutating func keep(_ text: [UInt8]) -> ByteView {
        let copy = HeapBytes(text)
        kept.append(copy)
        return copy.bytes
    }

    /// Marks the call as recognised although it has no parameter, so that what it lacks is named.
    package mutating func recognize() { isRecognized = true }

    /// Judges the call as a whole and fills ``parts``.
    package mutating func finish(log: inout DiagnosticLog) {
        if address == nil, hasXML || isBodyHidden, !hiddenAddress.isEmpty {
            address = V1Address(hiddenAddress).hidden
            addressText = hiddenAddress
        }
        address?.takeHost(host)
        parts = CallParts()
        parts.addressText = addressText
        parts.host = address?.host ?? (DataCenter.isV1Host(host) ? host : .empty)
        parts.isMethodHidden = address?.method == .hidden
        if address?.method == .other {
            log.add(
                .callMethod, .error, "The address names the method \(address?.shownName ?? ""), not Leads/convertLead")
            return
        }
        parts.isBodyDamaged = isBodyDamaged
        if isBodyDamaged {
            parts.leadID = parameters.value(.leadID)
            parts.xml = parameters.value(.xmlData)
            parts.isXMLDecoded = parameters.isXMLDecoded
            return
        }
        guard isRecognized || !parameters.isEmpty || address != nil else {
            log.add(
                .callUnrecognized, .error,
                "The input is neither v1 XML nor a v1 call")
            return
        }
        if !parts.host.isEmpty, !parts.host.hasPrefix("{{"), !isKnown(parts.host) {
            // What is no name may hold parts of the call, its secrets among them.
            let name = V1Address.isHost(parts.host) ? "host \(parts.host.text)" : "host of the call"
            log.add(.callHost, .note, "The \(name) is not a known Zoho v1 host")
        }
        xmlSource = parameters.xmlSource
        parts.leadID = readLeadID(log: &log)
        parts.newFormat = readNewFormat(log: &log)
        parts.xml = parameters.value(.xmlData)
        parts.isXMLDecoded = parameters.isXMLDecoded
        if parts.xml.trimmingWhitespace().isEmpty {
            parts.xml = .empty
            if !log.diagnostics.contains(where: { $0.code == .jsonSyntax }) {
                log.add(.xmlMissing, .error, path: "xmlData", "The call has no xmlData")
            }
        }
    }

    /// Whether a host is one of Zoho's. That of the call before is remembered.
    private mutating func isKnown(_ host: ByteView) -> Bool {
        if knownHost.bytes.elementsEqual(host) { return true }
        guard DataCenter(v1Host: host.text) != nil else { return false }
        knownHost.removeAll()
        knownHost.append(host)
        return true
    }

    private mutating func readLeadID(log: inout DiagnosticLog) -> ByteView {
        let isRowID = parameters.value(.leadID).isEmpty && parameters.has(.rowID)
        let name = isRowID ? V1Parameters.Name.rowID : .leadID
        guard parameters.has(name) else { return .empty }
        let text = parameters.value(name)
        guard RecordID.isID(text) else {
            // Shown only when it looks like a damaged number, as ids from spreadsheets do.
            let isNumberLike =
                text.count <= 40 && text.allSatisfy { $0.isDigit || "+-.,eE ".utf8.contains($0) } && !text.isEmpty
            let shown = isNumberLike ? " \"\(text.text)\"" : ""
            log.add(
                .leadIDInvalid, .error, path: "leadId", "leadId\(shown) is not 1 to 20 digits")
            return text
        }
        if isRowID, RecordID.mayBeRowNumber(text) {
            log.add(
                .leadIDRowNumber, .warning, path: "leadId",
                "The lead id \(text.text) comes from a plain \"id\" and has fewer than 10 digits; it may be a row number"
            )
        }
        return text
    }

    private mutating func readNewFormat(log: inout DiagnosticLog) -> V1Call.NewFormat {
        guard parameters.has(.newFormat) else { return .omitsNull }
        let text = parameters.value(.newFormat)
        if text.equals("2") { return .includesNull }
        if !text.equals("1") {
            log.add(.newFormatInvalid, .warning, path: "newFormat", "newFormat is neither 1 nor 2; it was read as 1")
        }
        return .omitsNull
    }

    /// The text without blanks at its ends and without byte-order marks at its start, whichever comes first.
    private static func withoutMarks(_ text: ByteView) -> ByteView {
        var text = text.trimmingWhitespace()
        while text.hasPrefix("\u{FEFF}") { text = text.dropping(3).trimmingWhitespace() }
        return text
    }

    /// True for bytes that begin like XML in UTF-16, with or without a byte-order mark.
    static func isUTF16XML(_ text: ByteView) -> Bool {
        guard text.count >= 4 else { return false }
        return (text[0] == 0xFF && text[1] == 0xFE) || (text[0] == 0xFE && text[1] == 0xFF)
            || (text[0] == UInt8(ascii: "<") && text[1] == 0) || (text[0] == 0 && text[1] == UInt8(ascii: "<"))
    }
}
