@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A line of some log that holds a call: an address with its parameters, both apart, or a JSON value behind other words.
    static let logLine = ArchiveForm(
        name: "log line with a call in it",
        sign: "other words before an address with parameters, a form body, XML or JSON",
        sample: "form-log-lines",
        mayBeginWith: { $0 != UInt8(ascii: "#") && $0 != 0 },
        mentions: .inWords,
        begins: { start in
            let line = start.line
            // Lines of directives in logs of web servers, comments elsewhere.
            guard line.first != UInt8(ascii: "#") else { return nil }
            if line[0] | 0x20 == UInt8(ascii: "l"), CallOverLines.isLeadID(line) {
                let end = CallOverLines.endOfLeadID(in: start.text, isWhole: true)
                // Alone it is no call.
                return end == start.lineLength ? nil : .pair { CallOverLines.endOfLeadID(in: $0, isWhole: $1) }
            }
            let call = EmbeddedCall(in: line)
            if let json = LoggedText.json(in: line), call?.isBefore(json) != true { return .call }
            if let call, call.hasParameters {
                if case .block(let end) = RawCall.cut(start) { return .block(end) }
                return .call
            }
            if let cut = LogRecord.cut(start) { return cut }
            guard let call else {
                if CallOverLines.isLeadIDInWords(start) {
                    return .pair { CallOverLines.endOfLeadIDInWords(in: $0, isWhole: $1) }
                }
                return LoggedText.hasEscapedJSON(line) ? .line : nil
            }
            guard call.isConvertLead, !call.isAnswered(in: line) else { return .line }
            return .pair { CallOverLines.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in LogRecord.unwrap(text, &entry) })
}

/// A record of an application's log.
enum LogRecord {
    /// How a record is cut whose JSON context goes on over the following lines; `nil` for any other line.
    ///
    /// Such a record begins with its time, perhaps in brackets, and its first line ends with the brace.
    static func cut(_ start: EntryStart) -> Cut? {
        let line = start.line
        guard line.last == UInt8(ascii: "{"), let first = line.first, first == UInt8(ascii: "[") || first.isDigit,
            line.count > 1, line[line.count - 2].isWhitespace || line[line.count - 2] == UInt8(ascii: "[")
        else { return nil }
        return .block { text, isWhole in
            let firstLine = text.offset(of: 0x0A).map { $0 + 1 } ?? text.count
            let brace = text.slice(0..<firstLine).trimmingTrailingWhitespace().count - 1
            var scanner = JSONBoundaryScanner()
            switch scanner.scan(text.dropping(brace)) {
            case .end(let length):
                return text.offset(of: 0x0A, from: brace + length).map { $0 + 1 } ?? (isWhole ? text.count : nil)
            case .broken: return firstLine
            case .open: return isWhole ? firstLine : nil
            }
        }
    }

    /// Whether the calls in the text before and after a JSON value are the one that the value holds.
    private static func areOfOneCall(_ json: ByteView, _ before: ByteView, _ after: ByteView) -> Bool {
        let others = LoggedText.callTexts(before) + LoggedText.callTexts(after)
        return !others.isEmpty && others.allSatisfy { V1CallReader.areOfOneCall(Array(json), $0) }
    }

    /// Takes a record to the call in it.
    static func unwrap(_ text: ByteView, _ entry: inout EntryTranslator) {
        var plain = ByteBuffer(minimumCapacity: 0)
        if LoggedText.appendWithoutColours(text, to: &plain) { return unwrap(plain.bytes, &entry) }
        if LoggedText.hasEscapesOfSyslog(text) {
            LoggedText.appendWithoutEscapesOfSyslog(text, to: &plain)
            return unwrap(plain.bytes, &entry)
        }
        if entry.refusesSeveralCalls(in: text) { return }
        if let command = ShellCommand.inWords(text) {
            if command.isQuoteBroken { return entry.refuse(.archiveEntry, command.whyBroken) }
            entry.readCall(
                address: command.address, body: command.isQuery ? [] : command.body, contentType: command.contentType)
            return entry.judge(isRequest: true)
        }
        let call = EmbeddedCall(in: text)
        if let json = LoggedText.json(in: text) {
            let (before, after) = (text.slice(0..<json.lowerBound), text.dropping(json.upperBound))
            let hasOther = LoggedParameter.hasDocument(before) || LoggedParameter.hasDocument(after)
            if hasOther, JSONCallSearch.hasDocument(text.slice(json)), !areOfOneCall(text.slice(json), before, after) {
                return entry.refuseSeveralCalls()
            }
            if call?.isBefore(json) != true {
                if entry.refusesSourceCode(in: text, .json) { return }
                let address = EmbeddedCall.address(before: before, after: after)
                if LoggedText.isQuoteOpen(json, in: text) {
                    return entry.refuse(
                        .archiveEntry, "The quote before the JSON is not closed, so its end may be missing")
                }
                let value = LoggedText.unquoted(json, in: text, &plain)
                return JSONEntry.unwrap(value, &entry, address: address, isPlaced: false)
            }
        }
        if LoggedText.hasEscapedDocument(text) {
            BackslashEscapes.undo(in: text, to: &plain)
            return unwrap(plain.bytes, &entry)
        }
        guard let call else {
            guard LoggedText.hasEscapedJSON(text) else { return entry.skip(.otherText) }
            BackslashEscapes.undo(in: text, to: &plain)
            return unwrap(plain.bytes, &entry)
        }
        if call.isOneOfSeveral { return entry.refuseSeveralCalls() }
        if call.hasParameters, entry.refusesSourceCode(in: text, .words) { return }
        if !call.hasParameters, call.isAnswered(in: text) { return entry.skip(.reply) }
        var (address, body) = (text.slice(call.address), text.slice(call.parameters))
        if let document = call.document {
            guard let isEscaped = document.isEscaped(in: text) else {
                return entry.refuse(
                    .archiveEntry, "It is unclear whether the backslashes in the quoted xmlData are escapes")
            }
            body = text.slice(document.value)
            if isEscaped {
                BackslashEscapes.undo(in: body, to: &plain)
                body = plain.bytes
            }
        } else if body.isEmpty {
            address = LoggedText.unquoted(call.address, in: text, &plain)
        } else {
            body = LoggedText.unquoted(call.parameters, in: text, &plain)
        }
        if !call.hasParameters, let found = LoggedText.body(in: text.dropping(call.address.upperBound)) { body = found }
        let host = call.host(in: text)
        entry.calls.begin()
        entry.calls.add(host: host ?? .empty)
        if !address.isEmpty { entry.calls.add(address: address, log: &entry.log) }
        if let leadID = call.leadID { entry.calls.add(ByteView("leadId"), text.slice(leadID), log: &entry.log) }
        if call.document == nil {
            entry.calls.add(body: body, contentType: .empty, log: &entry.log)
        } else {
            entry.calls.add(ByteView("xmlData"), body, log: &entry.log)
        }
        entry.calls.finish(log: &entry.log)
        if entry.calls.hasMethod, !entry.calls.isOtherMethod, !entry.calls.hasXML, call.followsPost(in: text) {
            return entry.refuse(
                .callBodyMissing, "The log has the address of this POST, but not its body", keeping: entry.calls.parts)
        }
        entry.judge(isRequest: true)
    }
}

/// A call inside a line of some other log: an address with its parameters, or both apart, as web servers and people write them.
struct EmbeddedCall {
    /// Where the address stands; empty when there is none.
    private(set) var address = 0..<0
    /// Where parameters stand that are no part of the address; empty when there are none.
    private(set) var parameters = 0..<0
    /// The document, when it is no value of a query or form; then it is ``parameters``.
    private(set) var document: LoggedParameter?
    /// Where the lead id stands when it is neither in the address nor in the parameters; `nil` when it is, or when the line has none.
    private(set) var leadID: Range<Int>?
    /// Whether the line holds more calls than this one.
    private(set) var isOneOfSeveral = false

    /// Whether the line holds a document.
    private(set) var hasParameters = false

    /// `nil` when the line holds neither an address of v1 nor a document.
    init?(in line: ByteView) {
        let values = Self.values(in: line)
        if values.allSatisfy({ $0.count == RawCall.parameter.utf8CodeUnitCount }),
            let document = LoggedParameter.document(in: line)
        {
            take(document, in: line)
            return
        }
        let addresses = Self.addresses(in: line, values)
        guard let value = values.first else {
            guard let first = addresses.first(where: \.isConvertLead) ?? addresses.first else { return nil }
            (address, isConvertLead) = first
            return
        }
        hasParameters = true
        isOneOfSeveral = values.count > 1 && (addresses.isEmpty || addresses.contains(where: \.isConvertLead))
        if let own = addresses.first(where: { $0.range.contains(value.lowerBound) }) {
            (address, isConvertLead) = own
            findLeadID(in: line)
            return
        }
        let other = addresses.first(where: \.isConvertLead) ?? addresses.first
        if let other { (address, isConvertLead) = other }
        var start = value.lowerBound
        let floor = addresses.map(\.range.upperBound).filter { $0 <= start }.max() ?? 0
        while start > floor, RawCall.isOfParameters(line[start - 1]) { start -= 1 }
        // Other bytes may stand right before the name of the first parameter.
        let equals = line.offset(of: UInt8(ascii: "="), from: start) ?? value.lowerBound
        let names = line.slice(start..<max(equals, start))
        start += names.lastIndex { !$0.isOfName }.map { $0 + 1 } ?? 0
        while start < value.lowerBound, !line[start].isASCIILetter { start += 1 }
        parameters = start..<value.upperBound
        findLeadID(in: line)
        if leadID != nil, let document = LoggedParameter.document(in: line, from: start), document.range == parameters,
            line.slice(document.value).first == UInt8(ascii: "<")
        {
            // XML beside other parameters, not joined to them, is no value of a form.
            self.document = document
        }
    }

    /// Takes the call of a document that logs write by its name.
    private mutating func take(_ document: LoggedParameter, in line: ByteView) {
        self.document = document
        parameters = document.range
        hasParameters = true
        let addresses = Self.addresses(in: line, [parameters])
        if let first = addresses.first(where: \.isConvertLead) ?? addresses.first { (address, isConvertLead) = first }
        if let next = LoggedParameter.document(in: line, from: document.range.upperBound) {
            isOneOfSeveral = !line.slice(next.value).elementsEqual(line.slice(document.value))
        }
        findLeadID(in: line)
    }

    private mutating func findLeadID(in line: ByteView) {
        for part in [address, parameters] where LoggedParameter.hasLeadID(line.slice(part)) { return }
        leadID = LoggedParameter.leadID(in: line, outside: [address, parameters])
    }

    /// Where the first of its address and its parameters begins, and where the last ends.
    var start: Int {
        address.isEmpty
            ? parameters.lowerBound : min(address.lowerBound, parameters.isEmpty ? .max : parameters.lowerBound)
    }
    var end: Int { max(address.upperBound, parameters.upperBound) }

    /// Whether the call is whole before a JSON value begins that stands in the same line.
    func isBefore(_ json: Range<Int>) -> Bool {
        hasParameters && end <= json.lowerBound
    }

    /// Whether the address is one of convertLead.
    private(set) var isConvertLead = false

    /// The words before the address.
    private func front(in line: ByteView) -> ByteView {
        address.isEmpty ? .empty : line.slice(0..<address.lowerBound).trimmingTrailingWhitespace()
    }

    /// Whether the method before the address is `POST`.
    func followsPost(in line: ByteView) -> Bool { front(in: line).hasSuffix("POST") }

    /// Whether there is a method before the address, so that a request is written there.
    func hasMethod(in line: ByteView) -> Bool { followsPost(in: line) || front(in: line).hasSuffix("GET") }

    /// Whether there is the status of a reply before the address, as in `200 https://…`.
    func isAnswered(in line: ByteView) -> Bool {
        let front = front(in: line)
        guard front.count >= 3, front.count < address.lowerBound, front.dropping(front.count - 3).isAllDigits else {
            return false
        }
        return front.count == 3 || !(front[front.count - 4].isDigit || front[front.count - 4].isASCIILetter)
    }

    /// The host of v1 that the line names outside the address: before it, after it, or after the parameters.
    func host(in line: ByteView) -> ByteView? {
        DataCenter.v1Host(in: line.slice(0..<start))
            ?? DataCenter.v1Host(
                in: line.slice(min(address.upperBound, end)..<max(parameters.lowerBound, address.upperBound)))
            ?? DataCenter.v1Host(in: line.dropping(end))
    }

    /// The call as one text: its address, or its parameters, or both joined.
    func text(in line: ByteView) -> [UInt8]? {
        guard hasParameters else { return nil }
        var list = ByteBuffer(minimumCapacity: 64)
        if let leadID {
            list.append("leadId=")
            list.append(line.slice(leadID))
            if !parameters.isEmpty { list.append("&") }
        }
        if let document {
            guard let isEscaped = document.isEscaped(in: line) else { return nil }
            var plain = ByteBuffer(minimumCapacity: 64)
            if isEscaped { BackslashEscapes.undo(in: line.slice(document.value), to: &plain) }
            list.append("xmlData=")
            FormEncoding.encode(isEscaped ? plain.bytes : line.slice(document.value), into: &list)
        } else {
            list.append(line.slice(parameters))
        }
        if list.count == 0 { return Array(line.slice(address)) }
        return address.isEmpty ? list.array() : Self.joined(line.slice(address), list.bytes)
    }

    /// An address with more parameters put into its query.
    static func joined(_ address: ByteView, _ parameters: ByteView) -> [UInt8] {
        let joint = address.contains(UInt8(ascii: "?")) ? UInt8(ascii: "&") : UInt8(ascii: "?")
        return Array(address) + [joint] + Array(parameters)
    }

    /// Where each `xmlData=` begins and its value ends, with what is joined to that.
    private static func values(in line: ByteView) -> [Range<Int>] {
        var values: [Range<Int>] = []
        var index = 0
        // More than two say no more than two.
        while values.count < 2, let next = RawCall.nextValue(in: line, from: index) {
            index = RawCall.callEnd(in: line, ofValueAt: next)
            values.append((next - RawCall.parameter.utf8CodeUnitCount)..<index)
        }
        return values
    }

    /// The first addresses of v1 that are not inside a value.
    private static func addresses(
        in line: ByteView, _ values: [Range<Int>]
    ) -> [(range: Range<Int>, isConvertLead: Bool)] {
        var addresses: [(range: Range<Int>, isConvertLead: Bool)] = []
        var index = 0
        var floor = 0
        while addresses.count < 16, let mark = line.offset(of: "/crm/private/", from: index) {
            index = mark + 1
            if values.contains(where: { $0.contains(mark) }) { continue }
            var start = mark
            while start > floor, isOfAddress(line[start - 1]) { start -= 1 }
            let front = line.slice(start..<mark)
            if let slashes = front.offset(of: "://") {
                // A name and a sign may stand in front, as in `url=https://…`.
                var scheme = slashes
                while scheme > 0, front[scheme - 1].isASCIILetter { scheme -= 1 }
                start += scheme
            } else if let sign = front.lastIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }) {
                start += sign + 1
            }
            var end = RawCall.wordEnd(in: line, from: mark)
            if let value = values.first(where: { (mark..<end).contains($0.lowerBound) }) { end = value.upperBound }
            let text = line.slice(start..<end)
            let methodEnd = V1Address.methodEnd(in: text)
            if let methodEnd, V1Address.isFollowedByText(text) { end = start + methodEnd }
            addresses.append((start..<end, methodEnd != nil))
            // Of two addresses in one word the end of the first may stand before the mark of the second.
            index = max(end, index)
            floor = index
        }
        return addresses
    }

    /// Whether scheme, host and path have a byte.
    private static func isOfAddress(_ byte: UInt8) -> Bool {
        RawCall.isOfParameters(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "@")
    }
}
