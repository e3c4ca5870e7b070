import Bytes
import ConvertLead

extension ArchiveForm {
    /// A line of some log that holds a call: an address with its parameters, or both apart.
    static let logLine = ArchiveForm(
        name: "log line with a call in it",
        begins: { start in
            guard EmbeddedCall(in: start.line) != nil else { return nil }
            return RawCall.cut(start)
        },
        unwrap: { text, entry in
            guard let call = EmbeddedCall(in: text) else { return entry.skip(.otherText) }
            if call.isOneOfSeveral {
                return entry.refuse(.archiveEntry, "The line holds several calls; give each a line of its own")
            }
            entry.calls.read(address: text.slice(call.address), body: text.slice(call.parameters), log: &entry.log)
            entry.judge(isRequest: true)
        })
}

/// A call inside a line of some other log: an address with its parameters, or both apart, as web servers and people write them.
struct EmbeddedCall {
    /// Where the address stands; empty when there is none.
    private(set) var address = 0..<0
    /// Where parameters stand that are no part of the address; empty when there are none.
    private(set) var parameters = 0..<0
    /// Whether the line holds more calls than this one.
    private(set) var isOneOfSeveral = false

    /// Whether the line holds `xmlData=`.
    private(set) var hasParameters = false

    /// `nil` when the line holds neither an address of v1 nor `xmlData=`.
    init?(in line: ByteView) {
        let values = Self.values(in: line)
        let addresses = Self.addresses(in: line, values)
        guard let value = values.first else {
            guard let first = addresses.first(where: \.isConvertLead) ?? addresses.first else { return nil }
            address = first.range
            return
        }
        hasParameters = true
        isOneOfSeveral = values.count > 1 && (addresses.isEmpty || addresses.contains(where: \.isConvertLead))
        if let own = addresses.first(where: { $0.range.contains(value.lowerBound) }) {
            address = own.range
            return
        }
        let other = addresses.first(where: \.isConvertLead) ?? addresses.first
        if let other { address = other.range }
        var start = value.lowerBound
        let floor = addresses.map(\.range.upperBound).filter { $0 <= start }.max() ?? 0
        while start > floor, !Self.endsToken(line[start - 1]) { start -= 1 }
        // A log may put a word and a colon in front, as in `query:leadId=1`.
        if let colon = line.slice(start..<value.lowerBound).lastIndex(of: UInt8(ascii: ":")) { start += colon + 1 }
        while start < value.lowerBound, !line[start].isASCIILetter { start += 1 }
        parameters = start..<value.upperBound
    }

    /// The call as one text: its address, or its parameters, or both joined.
    func text(in line: ByteView) -> [UInt8]? {
        guard hasParameters else { return nil }
        if parameters.isEmpty { return Array(line.slice(address)) }
        if address.isEmpty { return Array(line.slice(parameters)) }
        let front = line.slice(address)
        let joint = front.contains(UInt8(ascii: "?")) ? UInt8(ascii: "&") : UInt8(ascii: "?")
        return Array(front) + [joint] + Array(line.slice(parameters))
    }

    /// Where each `xmlData=` begins and its value ends, with what is joined to that.
    private static func values(in line: ByteView) -> [Range<Int>] {
        var values: [Range<Int>] = []
        var index = 0
        // More than two say no more than two.
        while values.count < 2, let equals = line.offset(of: UInt8(ascii: "="), from: index) {
            index = equals + 1
            guard equals >= 7, line.slice((equals - 7)..<equals).equalsIgnoringCase("xmlData") else { continue }
            let value = line.dropping(index)
            if value.trimmingLeadingWhitespace().first == UInt8(ascii: "<") {
                index = RawXML.rootEnd(in: value).map { tokenEnd(line, from: index + $0) } ?? line.count
            } else {
                index = tokenEnd(line, from: index)
            }
            values.append((equals - 7)..<index)
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
            while start > floor, !endsToken(line[start - 1]) { start -= 1 }
            let front = line.slice(start..<mark)
            if let slashes = front.offset(of: "://") {
                // A name and a sign may stand in front, as in `url=https://…`.
                var scheme = slashes
                while scheme > 0, front[scheme - 1].isASCIILetter { scheme -= 1 }
                start += scheme
            } else if let colon = front.lastIndex(of: UInt8(ascii: ":")) {
                start += colon + 1
            }
            var end = tokenEnd(line, from: mark)
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

    private static func tokenEnd(_ line: ByteView, from start: Int) -> Int {
        var end = start
        while end < line.count, !endsToken(line[end]) { end += 1 }
        return end
    }

    private static func endsToken(_ byte: UInt8) -> Bool {
        byte.isWhitespace || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "|")
    }
}
