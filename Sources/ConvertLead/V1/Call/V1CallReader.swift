import Bytes
import JSONText

/// Reads one v1 call in any of the forms it is kept in: bare XML, URL, form body, multipart, raw HTTP request, JSON
/// wrapper. What it is, its content says.
///
/// After ``read(_:log:)`` the properties hold what the call says, as far as it could be read; it is complete when the log
/// has no error. Values are views of the input or of this reader's buffers: valid until the next read, and no longer than
/// the input. Reused from call to call.
///
/// Reports: `v1.call.*`, `v1.lead_id.invalid`, `v1.new_format.invalid`, `v1.xml.missing`, `json.syntax`. A missing lead
/// id is for the caller to judge.
package struct V1CallReader: ~Copyable {
    private var json = JSONReader()
    private var parameters = V1Parameters()
    private var nested = ByteBuffer()
    private var isRecognized = false
    private var hasReadJSON = false

    /// What the path names; `.none` without one.
    package private(set) var method = V1Address.Method.none
    /// Host of the v1 address, lower case; `nil` without one.
    package private(set) var host: String?
    /// The v1 address without its query and without user and password, or one with a variable `{{name}}`; `nil` without one.
    package private(set) var address: String?
    /// Parameter `newFormat`.
    package private(set) var newFormat = V1Call.NewFormat.omitsNull
    /// Whether the lead id is 1 to 20 digits.
    package private(set) var isLeadIDValid = false

    /// Whether the address is one of v2, `…/actions/convert`.
    package private(set) var isV2Call = false
    /// Whether a JSON object has the members of a reply.
    package private(set) var isReply = false
    /// Whether a JSON object is a dead letter.
    package private(set) var isDeadLetter = false
    /// Whether a JSON object has an object `request`, as a HAR entry and a Postman item have.
    package private(set) var hasRequestObject = false

    /// A reader that has read nothing.
    package init() {}

    /// Text of `xmlData`; empty when there is none.
    package var xml: ByteView { parameters.value(.xmlData) }

    /// Whether ``xml`` is decoded UTF-8 already.
    package var isXMLDecoded: Bool { parameters.isXMLDecoded }

    /// Whether `xmlData` was given, be it empty.
    package var hasXML: Bool { parameters.has(.xmlData) }

    /// Whether any parameter of v1 was given.
    package var hasParameters: Bool { !parameters.isEmpty }

    /// The lead id as it was written, trimmed; empty when there is none.
    package var leadIDText: ByteView { parameters.value(.leadID) }

    /// The lead id, when there is one that is valid.
    package var leadID: RecordID? { isLeadIDValid ? RecordID(leadIDText) : nil }

    /// Style of the reply that the old caller expects.
    package var replyFormat: V1ReplyFormat {
        if case .convertLead(let format) = method { format } else { .xml }
    }

    /// Whether the path names another method of v1.
    package var isOtherMethod: Bool {
        if case .other = method { true } else { false }
    }

    /// Reads one call; what a call before said is forgotten.
    package mutating func read(_ input: ByteView, log: inout DiagnosticLog) {
        begin()
        let text = Self.withoutMarks(input)
        if text.isEmpty { return log.add(.xmlMissing, .error, "The input is empty") }
        switch V1CallForm(of: input, trimmed: text) {
        case .xml: take(document: input)
        case .json: readJSON(text, in: .json, log: &log)
        case .http: readHTTP(text, log: &log)
        case .multipart:
            parameters.takeMultipart(text, boundary: nil, in: .body, log: &log)
        case .url: take(address: text, log: &log)
        case .form: parameters.takeForm(text.first == UInt8(ascii: "?") ? text.dropping(1) : text, in: .body, log: &log)
        }
        finish(log: &log)
    }

    /// Reads a call whose parts are known: an address and a body, such as those of a HAR entry.
    ///
    /// - Parameters:
    ///   - address: URL or path; empty when unknown.
    ///   - body: empty when there is none.
    ///   - contentType: of the body; empty when unknown.
    package mutating func read(
        address: ByteView, body: ByteView, contentType: ByteView,
        log: inout DiagnosticLog
    ) {
        begin()
        if !address.isEmpty { take(address: address, log: &log) }
        readBody(body, contentType: contentType, log: &log)
        finish(log: &log)
    }

    /// Reads a call from named values, such as the cells of a table's row or the fields of a form that was taken apart.
    ///
    /// - Parameters:
    ///   - address: URL or path; empty when unknown.
    ///   - values: name and value of each parameter, not encoded. A value called `url` or `uri` is an address.
    package mutating func read(
        address: ByteView,
        values: [(name: ByteView, value: ByteView)], log: inout DiagnosticLog
    ) {
        begin()
        if !address.isEmpty { take(address: address, log: &log) }
        for (name, value) in values {
            if let known = V1Parameters.Name(name) {
                parameters.take(known, value, .literal, in: .body, log: &log)
            } else if name.equalsIgnoringCase("url") || name.equalsIgnoringCase("uri") {
                take(address: value, log: &log)
            }
        }
        finish(log: &log)
    }

    private mutating func begin() {
        parameters.removeAll()
        method = .none
        host = nil
        address = nil
        newFormat = .omitsNull
        isLeadIDValid = false
        isRecognized = false
        hasReadJSON = false
        isV2Call = false
        isReply = false
        isDeadLetter = false
        hasRequestObject = false
    }

    /// The text without blanks at its ends and without byte-order marks at its start, whichever comes first.
    private static func withoutMarks(_ text: ByteView) -> ByteView {
        var text = text.trimmingWhitespace()
        while text.hasPrefix("\u{FEFF}") { text = text.dropping(3).trimmingWhitespace() }
        return text
    }

    private mutating func take(document: ByteView) {
        isRecognized = true
        parameters.take(document: document, in: .body)
    }

    private mutating func take(address text: ByteView, log: inout DiagnosticLog) {
        let read = V1Address(text)
        guard read.method != .none else {
            // A foreign address beside the parameters of a call says nothing; alone it is no call.
            isV2Call = text.offset(of: "/actions/convert") != nil
            // One with a variable may be that of v1 once it is filled in.
            if address == nil, read.withoutQuery.utf8.contains(UInt8(ascii: "{")) { address = read.withoutQuery }
            return
        }
        method = read.method
        // A path beside an address that has a host says nothing new.
        if !read.host.isEmpty || host == nil { address = read.withoutQuery }
        if read.lacksQuestionMark {
            log.add(
                .callUnrecognized, .error,
                "The parameters follow the address without a question mark; write one in place of the first &")
        }
        if !read.host.isEmpty { host = read.host.text.lowercased() }
        if let query = read.query { parameters.takeForm(query, in: .query, log: &log) }
    }

    private mutating func readJSON(
        _ text: ByteView, in place: V1Parameters.Place, isNested: Bool = false,
        log: inout DiagnosticLog
    ) {
        // Secrets met in JSON before are in memory that is used again.
        if hasReadJSON { parameters.forgetSecrets() }
        hasReadJSON = true
        let root: JSONReader.Node
        do {
            root = try json.read(text)
        } catch {
            isRecognized = true
            log.add(
                .jsonSyntax, .error, at: SourceLocation(ofByte: error.offset, in: text),
                "JSON is broken: \(error.reason)")
            return
        }
        guard json.kind(of: root) == .object else { return }
        let members = parameters.takeMembers(of: root, json, in: place, log: &log)
        if !isNested {
            isReply = members.isReply
            isDeadLetter = members.isDeadLetter
            hasRequestObject = members.request != nil
        }
        if members.isDeadLetter { reportReplacements(in: text, log: &log) }
        if let url = members.address { take(address: json.bytes(of: url), log: &log) }
        // What is read from here on may use the reader's own memory again, where the members are.
        let host = members.host.map { json.text(of: $0) }
        let request = members.requestText.map { Array(json.bytes(of: $0)) }
        var isWrapped = false
        if let body = members.body, !parameters.has(.xmlData) {
            isWrapped = take(call: json.bytes(of: body), in: place, isNested: isNested, log: &log)
        }
        request?.withByteView {
            isWrapped = take(call: $0, in: place, isNested: isNested || isWrapped, log: &log) || isWrapped
            parameters.forgetSecrets()
        }
        host?.utf8.withContiguousStorageIfAvailable { take(hostOfPath: ByteView($0)) }
        if isWrapped { readJSON(nested.bytes, in: place, isNested: true, log: &log) }
    }

    /// Takes the text of a call inside another one, such as the input kept in a dead letter.
    ///
    /// - Returns: whether it is JSON, which then is in ``nested`` and not read yet; of JSON inside such JSON nothing is read.
    private mutating func take(
        call text: ByteView, in place: V1Parameters.Place, isNested: Bool, log: inout DiagnosticLog
    ) -> Bool {
        let text = text.trimmingWhitespace()
        switch V1CallForm(of: text, trimmed: text) {
        case .xml: parameters.take(.xmlData, text, .literal, in: place, log: &log)
        case .http: readHTTP(text, log: &log)
        case .multipart: parameters.takeMultipart(text, boundary: nil, in: .body, log: &log)
        case .url: take(address: text, log: &log)
        case .form: parameters.takeForm(text, in: .body, log: &log)
        case .json where !isNested:
            nested.removeAll()
            nested.append(text)
            return true
        case .json: break
        }
        return false
    }

    /// Takes the host that stands apart from an address without one.
    private mutating func take(hostOfPath text: ByteView) {
        guard host == nil, method != .none, !text.isEmpty else { return }
        let name = text.slice(0..<(text.offset(of: UInt8(ascii: ":")) ?? text.count)).text.lowercased()
        // Anything but a name would change what the address is.
        guard name.utf8.allSatisfy({ $0.isASCIILetter || $0.isDigit || $0 == 0x2D || $0 == 0x2E }) else { return }
        host = name
        address = "https://" + name + (address ?? "")
    }

    /// A dead letter cannot hold bytes that are not UTF-8; U+FFFD stands for each. As long as one is left it is not corrected.
    private func reportReplacements(in text: ByteView, log: inout DiagnosticLog) {
        guard let offset = text.offset(of: "\u{FFFD}") else { return }
        log.add(
            .xmlEncoding, .error, at: SourceLocation(ofByte: offset, in: text),
            "the dead letter still has U+FFFD where the input had a byte that is not UTF-8; write the character it was, or "
                + "remove the member diagnostics if U+FFFD is meant")
    }

    /// Reads request line, headers and body. `Content-Length` is not believed, because captures are cut and edited by hand:
    /// the body goes up to the end of the input, or to the reply recorded behind it.
    private mutating func readHTTP(_ text: ByteView, log: inout DiagnosticLog) {
        let lineEnd = text.offset(of: 0x0A) ?? text.count
        let line = text.slice(0..<lineEnd).trimmingWhitespace()
        let target = Self.target(ofRequestLine: line)
        var contentType = line.slice(0..<0)
        var headerHost = line.slice(0..<0)
        var index = min(lineEnd + 1, text.count)
        while index < text.count {
            let end = text.offset(of: 0x0A, from: index) ?? text.count
            let header = text.slice(index..<end).trimmingWhitespace()
            index = min(end + 1, text.count)
            if header.isEmpty { break }
            if let value = HeaderText.value(of: "Content-Type", in: header) { contentType = value }
            if let value = HeaderText.value(of: "Host", in: header) { headerHost = value }
        }
        take(address: target, log: &log)
        take(hostOfPath: headerHost)
        var body = text.dropping(index)
        if let next = HeaderText.nextMessage(in: body, from: 0) {
            if HeaderText.isRequestLine(body.dropping(next)) {
                log.add(
                    .callUnrecognized, .error, at: SourceLocation(ofByte: index + next, in: text),
                    "A second HTTP request begins here; one call is read at a time, bulk reads many")
            }
            body = body.slice(0..<next)
        }
        readBody(body, contentType: contentType, log: &log)
    }

    /// The address in a request line. It ends before the version, or without one at the first blank that is not inside XML.
    private static func target(ofRequestLine line: ByteView) -> ByteView {
        let rest = line.dropping(line.offset(of: 0x20) ?? line.count).trimmingWhitespace()
        if let last = rest.lastIndex(of: 0x20), rest.dropping(last + 1).hasPrefixIgnoringCase("HTTP/") {
            return rest.slice(0..<last).trimmingWhitespace()
        }
        let blank = rest.offset(of: 0x20) ?? rest.count
        return rest.slice(0..<blank).contains(UInt8(ascii: "<")) ? rest : rest.slice(0..<blank)
    }

    private mutating func readBody(
        _ body: ByteView, contentType: ByteView, log: inout DiagnosticLog
    ) {
        let text = body.trimmingWhitespace()
        guard let first = text.first else { return }
        if contentType.hasPrefixIgnoringCase("multipart/") {
            let boundary = HeaderText.parameter("boundary", in: contentType)
            parameters.takeMultipart(text, boundary: boundary, in: .body, log: &log)
        } else if text.hasPrefix("--"), text.offset(of: 0x0A) != nil {
            parameters.takeMultipart(text, boundary: nil, in: .body, log: &log)
        } else if first == UInt8(ascii: "{") {
            readJSON(text, in: .body, log: &log)
        } else if first == UInt8(ascii: "<") || Self.isUTF16XML(text) {
            take(document: body)
        } else {
            parameters.takeForm(text, in: .body, log: &log)
        }
    }

    /// True for bytes that begin like XML in UTF-16, with or without a byte-order mark.
    static func isUTF16XML(_ text: ByteView) -> Bool {
        guard text.count >= 4 else { return false }
        return (text[0] == 0xFF && text[1] == 0xFE) || (text[0] == 0xFE && text[1] == 0xFF)
            || (text[0] == UInt8(ascii: "<") && text[1] == 0) || (text[0] == 0 && text[1] == UInt8(ascii: "<"))
    }

    /// Judges the call as a whole.
    private mutating func finish(log: inout DiagnosticLog) {
        if case .other(let name) = method {
            log.add(.callMethod, .error, "The address names the method \(Self.shown(name)), not Leads/convertLead")
            return
        }
        guard isRecognized || !parameters.isEmpty || method != .none else {
            log.add(
                .callUnrecognized, .error,
                "The input is neither XML nor a v1 call: no known form, and none of the parameters of convertLead")
            return
        }
        if let host, DataCenter(v1Host: host) == nil {
            log.add(
                .callHost, .note,
                "The host \(CredentialText.removingSecrets(from: host)) is not one of Zoho's known v1 hosts")
        }
        readLeadID(log: &log)
        readNewFormat(log: &log)
        if xml.trimmingWhitespace().isEmpty, !log.diagnostics.contains(where: { $0.code == .jsonSyntax }) {
            log.add(.xmlMissing, .error, path: "xmlData", "The call has no xmlData")
        }
    }

    /// Module and method of a path, up to the first byte that none of their names has: behind a damaged address parameters follow.
    private static func shown(_ path: String) -> String {
        let names = path.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "/") }
        return names.split(separator: "/", omittingEmptySubsequences: false).prefix(2).joined(separator: "/")
    }

    private mutating func readLeadID(log: inout DiagnosticLog) {
        guard parameters.has(.leadID) else { return }
        let text = leadIDText
        isLeadIDValid = RecordID.isID(text)
        guard !isLeadIDValid else { return }
        // Shown only when it looks like a damaged number, as ids from spreadsheets do.
        let isNumberLike =
            text.count <= 40 && text.allSatisfy { $0.isDigit || "+-.,eE ".utf8.contains($0) } && !text.isEmpty
        let shown = isNumberLike ? " \"\(text.text)\"" : ""
        log.add(
            .leadIDInvalid, .error, path: "leadId", "leadId\(shown) is not 1 to 20 digits",
            value: isNumberLike ? nil : text.text)
    }

    private mutating func readNewFormat(log: inout DiagnosticLog) {
        guard parameters.has(.newFormat) else { return }
        let text = parameters.value(.newFormat)
        if text.equals("2") {
            newFormat = .includesNull
        } else if !text.equals("1") {
            log.add(
                .newFormatInvalid, .warning, path: "newFormat", "newFormat is neither 1 nor 2; it was read as 1",
                value: text.text)
        }
    }
}
