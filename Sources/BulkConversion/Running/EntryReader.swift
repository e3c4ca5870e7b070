import Bytes
import ConvertLead
import JSONText

/// Reads one entry of an archive: finds lead id, XML and the rest of the call in whatever form the entry has.
///
/// Wrappers as most archives have them, `{"id":"…","xmlData":"…"}`, take a fast way without any allocation; everything else
/// goes through ``V1CallReader``. What was read is valid until the next entry and as long as the entry's bytes stay in place.
struct EntryReader: ~Copyable {
    /// What an entry is.
    enum Outcome: Equatable {
        /// A call; whether it is complete, the log says.
        case call
        /// No request.
        case skip(SkipKind)
        /// Nothing at all.
        case blank
    }

    private var calls = V1CallReader()
    private var json = JSONReader()
    private var unescaped = ByteBuffer(minimumCapacity: 8192)
    private var scratch = ByteBuffer(minimumCapacity: 4096)
    /// The text kept in a dead letter, and the lead id beside it.
    private var kept = ByteBuffer(minimumCapacity: 64)
    private var outer = ByteBuffer(minimumCapacity: 32)
    /// An address put together from its parts, and a body that was in base64.
    private var target = ByteBuffer(minimumCapacity: 64)
    private var decoded = ByteBuffer(minimumCapacity: 64)
    /// The request with ``decoded`` as text, because credentials in base64 could not be cut out of it.
    private var recoded = ByteBuffer(minimumCapacity: 64)
    private var isRecoded = false
    private var isPlain = false
    /// Whether the entry is a request taken apart, of a HAR file or Postman collection.
    private(set) var isExchange = false
    private var isInsideDeadLetter = false
    private var hasOuterID = false
    private var isDeadLetter = false

    /// Text of `xmlData`; empty when there is none.
    private(set) var xml = ByteView(start: nil, count: 0)
    /// The lead id; empty when there is none that is valid.
    private(set) var leadID = ByteView(start: nil, count: 0)

    /// Whether ``xml`` is decoded already.
    var isXMLDecoded: Bool { isPlain || calls.isXMLDecoded }
    /// What v1 does with `null`.
    var newFormat: V1Call.NewFormat { isPlain ? .omitsNull : calls.newFormat }
    /// The v1 host, when one was given.
    var host: String? { isPlain ? nil : calls.host }
    /// The v1 address without its query, when one was given.
    var address: String? { isPlain ? nil : calls.address }
    /// The lead id as it was written, valid or not.
    var leadIDText: ByteView { isPlain || hasOuterID ? leadID : calls.leadIDText }

    /// What to keep of an entry that cannot be read: of a dead letter the text it kept itself.
    func keptText(of entry: ByteView) -> ByteView {
        isRecoded ? recoded.bytes : isDeadLetter ? kept.bytes : entry
    }

    /// Reads a whole entry of a known form, or a line.
    mutating func read(
        _ entry: ByteView, _ form: ChunkRun.Form, source: EntrySource, log: inout DiagnosticLog
    ) -> Outcome {
        isExchange = false
        isDeadLetter = false
        isRecoded = false
        switch form {
        case .json: return readJSON(entry, log: &log)
        case .xml, .file: return readXML(entry, source: source, log: &log)
        case .http: return readHTTP(entry, log: &log)
        case .phpLog: return readPHPLog(entry, log: &log)
        case .curl: return readCurl(entry, log: &log)
        case .row: return readRow(entry, source: source, log: &log)
        case .lines, .text, .problem, .skip: return readLine(entry, log: &log)
        }
    }

    // MARK: Wrappers

    /// Reads a wrapper with a lead id and `xmlData` and nothing else, as most archives have them.
    ///
    /// - Parameters:
    ///   - text: the wrapper; of a line also what follows it.
    ///   - isLine: whether it ends at a line feed; if not, line feeds are white space like any other.
    /// - Returns: the wrapper's length; `nil` for anything else, be it broken or merely unusual: ``read(_:_:source:log:)`` tells.
    @inline(__always)
    mutating func readPlainWrapper(_ text: ByteView, isLine: Bool) -> Int? {
        guard let start = text.baseAddress, text.count >= 2, start.pointee == UInt8(ascii: "{") else { return nil }
        let end = start + text.count
        var at = start
        at += 1
        var id: ByteView?
        var hasXML = false
        unescaped.removeAll()
        unescaped.reserve(text.count)
        while true {
            Self.skipBlanks(&at, end, isLine: isLine)
            guard at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
            at += 1
            let nameStart = at
            while at < end, at.pointee.isASCIILetter || at.pointee == UInt8(ascii: "_") { at += 1 }
            guard at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
            let name = ByteView(start: nameStart, count: at - nameStart)
            at += 1
            Self.skipBlanks(&at, end, isLine: isLine)
            guard at < end, at.pointee == UInt8(ascii: ":") else { return nil }
            at += 1
            Self.skipBlanks(&at, end, isLine: isLine)
            if name.equals("xmlData") {
                guard !hasXML, at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
                at += 1
                guard let target = EscapedString.unescape(&at, end, to: unescaped.base) else { return nil }
                unescaped.count = target - unescaped.base
                hasXML = true
            } else if name.equals("id") || name.equals("leadId") || name.equals("lead_id") {
                guard id == nil, at < end else { return nil }
                let isQuoted = at.pointee == UInt8(ascii: "\"")
                if isQuoted { at += 1 }
                let start = at
                at += min(at.leadingDigits, end - at)
                let digits = ByteView(start: start, count: at - start)
                guard digits.count >= 1, digits.count <= 20 else { return nil }
                if isQuoted {
                    guard at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
                    at += 1
                } else if digits[0] == UInt8(ascii: "0"), digits.count > 1 {
                    return nil
                }
                id = digits
            } else {
                return nil
            }
            Self.skipBlanks(&at, end, isLine: isLine)
            guard at < end else { return nil }
            if at.pointee == UInt8(ascii: ",") {
                at += 1
                continue
            }
            guard at.pointee == UInt8(ascii: "}") else { return nil }
            at += 1
            break
        }
        Self.skipBlanks(&at, end, isLine: isLine)
        guard at == end || at.pointee == 0x0A, let id, hasXML, unescaped.count > 0 else { return nil }
        // XML that begins otherwise may be percent-encoded, or blank.
        guard unescaped.base.pointee == UInt8(ascii: "<") else { return nil }
        isPlain = true
        hasOuterID = false
        leadID = id
        xml = unescaped.bytes
        return at - start
    }

    @inline(__always)
    private static func skipBlanks(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, isLine: Bool) {
        while at < end, at.pointee.isWhitespace, !isLine || at.pointee != 0x0A { at += 1 }
    }

    // MARK: Everything else

    /// Takes over what the call reader found.
    private mutating func finish() {
        isPlain = false
        hasOuterID = false
        xml = calls.xml
        if xml.trimmingWhitespace().isEmpty { xml = .empty }
        leadID = calls.isLeadIDValid ? calls.leadIDText : .empty
    }

    /// Judges an entry that has been read: a request, or something else that may be in such a file.
    private mutating func judge(log: inout DiagnosticLog) -> Outcome {
        finish()
        if calls.isOtherMethod { return .skip(.otherMethod) }
        if calls.hasXML { return .call }
        if calls.isV2Call { return .skip(.v2Call) }
        return .call
    }

    /// Makes the entry a dead letter that keeps its text.
    private mutating func refuse(_ reason: String, log: inout DiagnosticLog) -> Outcome {
        forget(log: &log)
        log.add(.archiveEntry, .error, reason)
        return .call
    }

    /// Forgets what was read of an entry before.
    private mutating func forget(log: inout DiagnosticLog) {
        calls.read(address: .empty, values: [], log: &log)
        finish()
        log.removeAll()
    }

    private mutating func readJSON(_ entry: ByteView, log: inout DiagnosticLog) -> Outcome {
        if readPlainWrapper(entry, isLine: false) == entry.count { return .call }
        let isNested = isInsideDeadLetter
        isInsideDeadLetter = false
        if entry.first == UInt8(ascii: "\"") { return readJSONText(entry, log: &log) }
        calls.read(entry, log: &log)
        if calls.isDeadLetter, !calls.hasXML || hasInput(entry), !isNested {
            isDeadLetter = true
            return readKeptInput(of: entry, log: &log)
        }
        if calls.isDeadLetter, entry.offset(of: "\"v1.call.variable\"") != nil {
            // Not corrected yet, when the variable is still there.
            let address = calls.address ?? ""
            var text = address
            if text.withByteView({ reportVariables($0, log: &log) }) {
                finish()
                return .call
            }
        }
        if calls.hasRequestObject, !calls.hasXML {
            log.removeAll()
            isExchange = true
            return readExchange(entry, log: &log)
        }
        if !calls.hasXML, !calls.isDeadLetter, let outcome = readWrapped(entry, log: &log) { return outcome }
        if calls.isReply, !calls.hasXML {
            finish()
            return .skip(calls.isV2Call ? .v2Call : .reply)
        }
        return judge(log: &log)
    }

    /// Reads the request that is a member of an object, or the only element of a list that is one; `nil` when none is.
    private mutating func readWrapped(_ entry: ByteView, log: inout DiagnosticLog) -> Outcome? {
        func holdsRequest(_ text: ByteView) -> Bool {
            text.offset(of: "xmlData") != nil || text.offset(of: "xml_data") != nil
        }
        guard holdsRequest(entry), let root = try? json.read(entry), json.kind(of: root) == .object else { return nil }
        var values: [JSONReader.Node] = []
        json.forEachMember(of: root) { _, value in values.append(value) }
        var found: [JSONReader.Node] = []
        for value in values {
            var elements = [value]
            if json.kind(of: value) == .array {
                elements = []
                json.forEachElement(of: value) { elements.append($0) }
            }
            found += elements.filter { json.kind(of: $0) == .object && holdsRequest(json.source(of: $0)) }
        }
        guard let first = found.first else { return nil }
        if found.count > 1 {
            return refuse("The object holds several requests; give each a line of its own", log: &log)
        }
        let request = json.source(of: first)
        var address = request.slice(0..<0)
        if let url = json.member("url", of: root) ?? json.member("uri", of: root), json.kind(of: url) == .string {
            address = json.bytes(of: url)
        }
        log.removeAll()
        calls.read(address: address, body: request, contentType: request.slice(0..<0), log: &log)
        if calls.hasRequestObject, !calls.hasXML {
            log.removeAll()
            isExchange = true
            return readExchange(request, log: &log)
        }
        guard calls.hasXML else {
            return refuse(
                "The object holds a request at a place where none is read; give it a line of its own", log: &log)
        }
        let outcome = judge(log: &log)
        takeOuterLeadID(of: entry)
        return outcome
    }

    /// Takes the lead id that stands beside a request that has none.
    private mutating func takeOuterLeadID(of entry: ByteView) {
        guard leadIDText.isEmpty, let root = try? json.read(entry),
            let node = json.member("leadId", of: root) ?? json.member("lead_id", of: root)
        else { return }
        takeOuterLeadID(json.text(of: node))
    }

    /// Takes a lead id from outside a request that has none.
    private mutating func takeOuterLeadID(_ text: String) {
        guard leadIDText.isEmpty, let id = RecordID(text) else { return }
        outer.removeAll()
        outer.append(string: id.digits)
        leadID = outer.bytes
        hasOuterID = true
    }

    private mutating func hasInput(_ entry: ByteView) -> Bool {
        guard let root = try? json.read(entry), json.member("xmlData", of: root) == nil else { return false }
        return json.member("input", of: root) != nil
    }

    /// The text that a dead letter keeps of an entry that could not be read: an entry of any form, corrected by now or not.
    private mutating func readKeptInput(of entry: ByteView, log: inout DiagnosticLog) -> Outcome {
        kept.removeAll()
        guard let root = try? json.read(entry), let node = json.member("input", of: root),
            json.kind(of: node) == .string
        else {
            // Of an empty file, say, there was nothing to keep.
            if log.diagnostics.contains(where: { $0.code == .callUnrecognized }) {
                log.removeAll()
                log.add(.xmlMissing, .error, path: "xmlData", "The dead letter has no xmlData yet")
            }
            return judge(log: &log)
        }
        let replacement = log.diagnostics.first { $0.code == .xmlEncoding }
        let outerID = json.member("lead_id", of: root).map { json.text(of: $0) } ?? ""
        kept.append(json.bytes(of: node).trimmingWhitespace())
        log.removeAll()
        if let replacement { log.add(replacement) }
        isInsideDeadLetter = true
        defer { isInsideDeadLetter = false }
        let text = kept.bytes
        let outcome: Outcome
        if HeaderText.beginsMessage(text) {
            outcome = readHTTP(text, log: &log)
        } else if PHPLogText.beginsRecord(text) {
            outcome = readPHPLog(text, log: &log)
        } else if text.first == UInt8(ascii: "{") {
            outcome = readJSON(text, log: &log)
        } else if let delimiter = TableColumns.delimiter(ofHeader: text.firstLine)
            ?? TableColumns.delimiter(ofUnnamedTable: text), let end = text.offset(of: 0x0A)
        {
            let columns = TableColumns.names(ofHeader: text.firstLine, delimiter: delimiter)
            let table = EntrySource(name: "", columns: columns, rowSyntax: .separated(by: delimiter))
            outcome = readRow(text.dropping(end + 1), source: table, log: &log)
        } else {
            outcome = readLine(text, log: &log)
        }
        takeOuterLeadID(outerID)
        return outcome == .blank ? .call : outcome
    }

    /// A call inside a JSON string.
    private mutating func readJSONText(_ entry: ByteView, log: inout DiagnosticLog) -> Outcome {
        guard let node = try? json.read(entry), json.kind(of: node) == .string else {
            calls.read(entry, log: &log)
            return judge(log: &log)
        }
        return readLine(json.bytes(of: node).trimmingWhitespace(), log: &log)
    }

    /// A HAR entry or a Postman item: an object with the request taken apart.
    private mutating func readExchange(_ entry: ByteView, log: inout DiagnosticLog) -> Outcome {
        guard let root = try? json.read(entry), let request = json.member("request", of: root) else {
            return judge(log: &log)
        }
        let none = ByteView(start: nil, count: 0)
        var address = none
        var pathVariables: JSONReader.Node?
        if let url = json.member("url", of: request) ?? json.member("uri", of: request) {
            if json.kind(of: url) == .object {
                if let raw = json.member("raw", of: url) {
                    address = json.bytes(of: raw)
                } else {
                    address = composeAddress(url)
                }
                pathVariables = json.member("variable", of: url)
            } else {
                address = json.bytes(of: url)
            }
        }
        if address.offset(of: UInt8(ascii: "?")) == nil, let query = json.member("queryString", of: request) {
            scratch.removeAll()
            scratch.append(address)
            appendQuery(query)
            address = scratch.bytes
        }
        address = completeAddress(address, host: json.member("host", of: request), pathVariables)
        var body = none
        var contentType = none
        var fields: JSONReader.Node?
        if let data = json.member("postData", of: request) {
            if let type = json.member("mimeType", of: data) { contentType = json.bytes(of: type) }
            if let text = json.member("text", of: data), json.kind(of: text) == .string { body = json.bytes(of: text) }
            if let encoding = json.member("encoding", of: data), json.bytes(of: encoding).equalsIgnoringCase("base64") {
                body = decode(body, address: address, contentType: contentType)
            }
            if json.kind(of: data) == .string { body = json.bytes(of: data) }
            if body.isEmpty { fields = json.member("params", of: data) }
        }
        if let data = json.member("body", of: request) {
            if json.kind(of: data) == .string { body = json.bytes(of: data) }
            if let raw = json.member("raw", of: data), json.kind(of: raw) == .string { body = json.bytes(of: raw) }
            if body.isEmpty { fields = json.member("urlencoded", of: data) ?? json.member("formdata", of: data) }
            if body.isEmpty, fields == nil, json.kind(of: data) == .object { body = json.source(of: data) }
        }
        let hasParameters =
            json.member("xmlData", of: request) ?? json.member("xml_data", of: request)
            ?? json.member("data", of: request) ?? json.member("payload", of: request)
            ?? json.member("request_body", of: request) != nil
        if let fields {
            readFields(fields, address: address, log: &log)
        } else {
            if body.isEmpty, hasParameters { body = json.source(of: request) }
            calls.read(address: address, body: body, contentType: contentType, log: &log)
        }
        if mayBeConvertLead(address, body: body) {
            log.removeAll()
            if reportVariables(address, log: &log) {
                finish()
                return .call
            }
        }
        if calls.isOtherMethod {
            finish()
            return .skip(.otherMethod)
        }
        if calls.method == .none, !calls.hasXML {
            finish()
            return .skip(calls.isV2Call ? .v2Call : .otherRequest)
        }
        _ = reportVariables(address, log: &log)
        let outcome = judge(log: &log)
        takeOuterLeadID(of: entry)
        return outcome
    }

    /// Whether an address without a known method may be that of convertLead once its variables have values.
    private func mayBeConvertLead(_ address: ByteView, body: ByteView) -> Bool {
        if case .convertLead = calls.method { return false }
        var path = address.slice(0..<(address.offset(of: UInt8(ascii: "?")) ?? address.count))
        guard path.offset(of: "{{") != nil else { return false }
        while path.last == UInt8(ascii: "/") { path = path.slice(0..<(path.count - 1)) }
        let last = path.dropping((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)
        if last.equalsIgnoringCase("convertLead") { return true }
        guard last.offset(of: "{{") != nil, path.offset(of: "/crm/v") == nil else { return false }
        return calls.hasXML || calls.isOtherMethod || body.trimmingWhitespace().hasPrefix("{{")
            || address.offset(of: "xmlData=") != nil
    }

    /// The address with the host that stands apart from it, and with `:name` in its path replaced by the value of a variable, or by
    /// `{{name}}` where it has none.
    private mutating func completeAddress(
        _ address: ByteView, host: JSONReader.Node?, _ pathVariables: JSONReader.Node?
    ) -> ByteView {
        target.removeAll()
        if let host, json.kind(of: host) == .string, address.first == UInt8(ascii: "/"), !address.hasPrefix("//") {
            target.append("https://")
            target.append(json.bytes(of: host))
        }
        var variables: [JSONReader.Node] = []
        if let pathVariables { json.forEachElement(of: pathVariables) { variables.append($0) } }
        let end = address.offset(of: UInt8(ascii: "?")) ?? address.count
        var index = 0
        while !variables.isEmpty, let colon = address.slice(0..<end).offset(of: "/:", from: index) {
            target.append(address.slice(index..<(colon + 1)))
            let next = address.slice(0..<end).offset(of: UInt8(ascii: "/"), from: colon + 1) ?? end
            let name = address.slice((colon + 2)..<next)
            let variable = variables.first {
                guard let key = json.member("key", of: $0) ?? json.member("id", of: $0) else { return false }
                return json.bytes(of: key).elementsEqual(name)
            }
            let value = variable.flatMap { json.member("value", of: $0) }.map { json.bytes(of: $0) }
            if let value, !value.isEmpty {
                target.append(value)
            } else {
                target.append("{{")
                target.append(name)
                target.append("}}")
            }
            index = next
        }
        target.append(address.dropping(index))
        return target.bytes
    }

    /// A body without its base64, kept as text in place of the entry's.
    private mutating func decode(
        _ text: ByteView, address: ByteView,
        contentType: ByteView
    ) -> ByteView {
        decoded.removeAll()
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte + 4
            case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
            default: continue
            }
            bits = bits << 6 | UInt32(digit)
            count += 6
            if count >= 8 {
                count -= 8
                decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        var writer = JSONWriter(indent: false)
        writer.beginObject()
        writer.name("request")
        writer.beginObject()
        writer.name("url")
        writer.string(address)
        writer.name("postData")
        writer.beginObject()
        writer.name("mimeType")
        writer.string(contentType)
        writer.name("text")
        writer.string(decoded.bytes)
        for _ in 0..<3 { writer.endObject() }
        recoded.removeAll()
        recoded.append(writer.buffer.bytes)
        isRecoded = true
        return decoded.bytes
    }

    /// Puts together the address that a Postman item gives in parts only.
    private mutating func composeAddress(_ url: JSONReader.Node) -> ByteView {
        scratch.removeAll()
        if let scheme = json.member("protocol", of: url) {
            scratch.append(json.bytes(of: scheme))
            scratch.append("://")
        }
        if let host = json.member("host", of: url) { appendJoined(host, by: UInt8(ascii: ".")) }
        if let path = json.member("path", of: url) {
            scratch.append(UInt8(ascii: "/"))
            appendJoined(path, by: UInt8(ascii: "/"))
        }
        if let query = json.member("query", of: url) { appendQuery(query) }
        return scratch.bytes
    }

    private mutating func appendJoined(_ node: JSONReader.Node, by separator: UInt8) {
        guard json.kind(of: node) == .array else {
            scratch.append(json.bytes(of: node))
            return
        }
        var parts: [JSONReader.Node] = []
        json.forEachElement(of: node) { parts.append($0) }
        for (index, part) in parts.enumerated() {
            if index > 0 { scratch.append(separator) }
            scratch.append(json.bytes(of: part))
        }
    }

    /// Appends a list of names and values to the address as its query.
    private mutating func appendQuery(_ list: JSONReader.Node) {
        var nodes: [JSONReader.Node] = []
        json.forEachElement(of: list) { nodes.append($0) }
        var separator = UInt8(ascii: "?")
        for node in nodes {
            if let disabled = json.member("disabled", of: node), json.isTrue(disabled) { continue }
            guard let name = json.member("key", of: node) ?? json.member("name", of: node),
                let value = json.member("value", of: node)
            else { continue }
            scratch.append(separator)
            separator = UInt8(ascii: "&")
            scratch.append(json.bytes(of: name))
            scratch.append(UInt8(ascii: "="))
            FormEncoding.encode(json.bytes(of: value), into: &scratch)
        }
    }

    private mutating func readFields(
        _ fields: JSONReader.Node, address: ByteView, log: inout DiagnosticLog
    ) {
        var values: [(name: ByteView, value: ByteView)] = []
        var nodes: [JSONReader.Node] = []
        json.forEachElement(of: fields) { nodes.append($0) }
        for node in nodes {
            if let disabled = json.member("disabled", of: node), json.isTrue(disabled) { continue }
            guard let name = json.member("key", of: node) ?? json.member("name", of: node),
                let value = json.member("value", of: node)
            else { continue }
            values.append((json.bytes(of: name), json.bytes(of: value)))
        }
        calls.read(address: address, values: values, log: &log)
    }

    /// A variable of a Postman collection that has no value and stands where it matters.
    ///
    /// - Returns: whether there is one.
    private func reportVariables(_ address: ByteView, log: inout DiagnosticLog) -> Bool {
        let path = address.slice(0..<(address.offset(of: UInt8(ascii: "?")) ?? address.count))
        for text in [path, calls.leadIDText, calls.xml] {
            guard let open = text.offset(of: "{{"), let close = text.offset(of: "}}", from: open) else { continue }
            let name = text.slice((open + 2)..<close).text
            guard name.utf8.count < 100, !name.utf8.contains(UInt8(ascii: "<")) else { continue }
            let others = log.diagnostics.filter { $0.code != .callMethod }
            log.removeAll()
            for other in others { log.add(other) }
            log.add(.callVariable, .error, "The variable \(name) has no value in the collection", subject: name)
            return true
        }
        return false
    }

    private mutating func readXML(
        _ entry: ByteView, source: EntrySource, log: inout DiagnosticLog
    ) -> Outcome {
        let trimmed = entry.trimmingWhitespace()
        if let skip = ArchiveKind.rootSkip(trimmed) { return .skip(skip) }
        calls.read(entry, log: &log)
        return judge(log: &log)
    }

    private mutating func readHTTP(_ entry: ByteView, log: inout DiagnosticLog) -> Outcome {
        if HeaderText.isStatusLine(entry) { return .skip(.reply) }
        calls.read(entry, log: &log)
        if calls.method == .none, !calls.hasXML {
            finish()
            return .skip(calls.isV2Call ? .v2Call : .otherRequest)
        }
        return judge(log: &log)
    }

    private mutating func readPHPLog(_ entry: ByteView, log: inout DiagnosticLog) -> Outcome {
        let none = ByteView(start: nil, count: 0)
        let (url, data) = PHPLogText.parts(of: entry)
        calls.read(address: url, body: data, contentType: none, log: &log)
        if calls.method == .none, !calls.hasXML, !url.isEmpty {
            finish()
            return .skip(calls.isV2Call ? .v2Call : .otherRequest)
        }
        return judge(log: &log)
    }

    private mutating func readCurl(_ entry: ByteView, log: inout DiagnosticLog) -> Outcome {
        let command = CurlCommand(entry)
        var address = command.url
        if command.isQuoteBroken, !command.body.isEmpty {
            return refuse(
                "A quote of the command is closed too early or not at all; write '\\'' for an apostrophe inside '…'",
                log: &log)
        }
        if command.isQuery { address += (address.contains(UInt8(ascii: "?")) ? "&" : "?").utf8 + command.body }
        // What is read points into this memory, so it must stay.
        scratch.removeAll()
        scratch.append(address)
        let addressLength = scratch.count
        scratch.append(command.body)
        let bodyLength = command.isQuery ? 0 : command.body.count
        scratch.append(command.contentType)
        let all = scratch.bytes
        calls.read(
            address: all.slice(0..<addressLength), body: all.slice(addressLength..<(addressLength + bodyLength)),
            contentType: all.dropping(addressLength + command.body.count), log: &log)
        if calls.method == .none, !calls.hasXML {
            finish()
            return .skip(calls.isV2Call ? .v2Call : .otherRequest)
        }
        if command.readsFile, !calls.hasXML {
            log.removeAll()
            log.add(.callBodyMissing, .error, "The command reads its data from a file that is not in the archive")
        }
        if calls.method == .none, let name = command.urlVariable {
            return refuse(
                "The address is in the variable \(name) of the shell; write the address in its place", log: &log)
        }
        return judge(log: &log)
    }

    private mutating func readRow(
        _ entry: ByteView, source: EntrySource, log: inout DiagnosticLog
    ) -> Outcome {
        scratch.removeAll()
        let ranges = source.readValues(of: entry, into: &scratch)
        let columns = source.columns
        var values: [(name: ByteView, value: ByteView)] = []
        let base = scratch.base
        for (column, range) in zip(columns.indices, ranges) {
            let isLeadID = source.leadIDColumns.contains(column)
            guard let range, let known = Self.parameter(columns[column], isLeadID: isLeadID) else { continue }
            let value = range.bytes(in: base)
            if !value.trimmingWhitespace().isEmpty { values.append((known, value)) }
        }
        guard ranges.count == columns.count else {
            let values = ranges.count == 1 ? "1 value" : "\(ranges.count) values"
            return refuse("The row has \(values), and the table \(columns.count) columns", log: &log)
        }
        guard source.hasRequestColumn else {
            guard let column = ranges.firstIndex(where: { $0.map { Self.isRequest($0.bytes(in: base)) } ?? false })
            else {
                forget(log: &log)
                return .skip(.otherTable)
            }
            let name = String(decoding: columns[column], as: UTF8.self)
            return refuse(
                "The request stands in the column \(name), but is read only from one named xmlData; rename it",
                log: &log)
        }
        calls.read(address: .empty, values: values, log: &log)
        if !calls.hasParameters, !calls.isOtherMethod, calls.method == .none {
            log.removeAll()
            log.add(.xmlMissing, .error, path: "xmlData", "The row has no xmlData")
        }
        return judge(log: &log)
    }

    /// Whether a value of a row looks like `xmlData`.
    private static func isRequest(_ value: ByteView) -> Bool {
        let text = value.trimmingWhitespace()
        return (text.first == UInt8(ascii: "<") && text.offset(of: "<Potentials") != nil)
            || text.hasPrefixIgnoringCase("%3CPotentials")
    }

    /// The parameter that a column gives, under a name that lives as long as the program; `nil` for a column that means nothing.
    private static func parameter(_ column: [UInt8], isLeadID: Bool) -> ByteView? {
        func bytes(_ text: StaticString) -> ByteView {
            ByteView(start: text.utf8Start, count: text.utf8CodeUnitCount)
        }
        if isLeadID { return bytes("leadId") }
        return column.withByteView { column in
            switch V1Parameters.Name(column) {
            case .xmlData: bytes("xmlData")
            case .newFormat: bytes("newFormat")
            default: column.equals("url") || column.equals("uri") ? bytes("url") : nil
            }
        }
    }

    // MARK: Lines

    /// Reads a line of a mixed archive.
    private mutating func readLine(_ text: ByteView, log: inout DiagnosticLog) -> Outcome {
        // Files that were put together leave byte-order marks between them.
        let line = text.hasPrefix("\u{FEFF}") ? text.dropping(3) : text
        if line.isEmpty { return .blank }
        switch LineForm(line) {
        case .json: return readJSON(line, log: &log)
        case .xml:
            if let skip = ArchiveKind.rootSkip(line) { return .skip(skip) }
            calls.read(line, log: &log)
        case .curl: return readCurl(line, log: &log)
        case .accessLog: return readAccessLog(line, log: &log)
        case .embedded:
            guard let call = EmbeddedCall(in: line) else { break }
            if call.isOneOfSeveral {
                return refuse("The line holds several calls; give each a line of its own", log: &log)
            }
            calls.read(
                address: line.slice(call.address), body: line.slice(call.parameters), contentType: line.slice(0..<0),
                log: &log)
            if calls.method == .none, !calls.hasXML {
                finish()
                return .skip(.otherRequest)
            }
        case .url:
            calls.read(line, log: &log)
            if calls.method == .none, !calls.hasXML {
                finish()
                return .skip(calls.isV2Call ? .v2Call : .otherRequest)
            }
        case .form: calls.read(line, log: &log)
        case nil:
            calls.read(address: line.slice(0..<0), values: [], log: &log)
            finish()
            return .call
        }
        return judge(log: &log)
    }

    private mutating func readAccessLog(_ line: ByteView, log: inout DiagnosticLog) -> Outcome {
        guard let request = AccessLogLine(line) else { return judge(log: &log) }
        scratch.removeAll()
        request.appendTarget(to: &scratch)
        let none = line.slice(0..<0)
        calls.read(address: scratch.bytes, body: none, contentType: none, log: &log)
        if calls.isOtherMethod {
            finish()
            return .skip(.otherMethod)
        }
        if calls.method == .none, !calls.hasXML {
            finish()
            return .skip(calls.isV2Call ? .v2Call : .otherRequest)
        }
        if !calls.hasXML, !request.method.equals("GET") {
            log.removeAll()
            log.add(
                .callBodyMissing, .error, "The log has the address of this \(request.method.text), but not its body")
        }
        return judge(log: &log)
    }
}
