import Bytes

/// JSON documents whose requests are in a list beside other members, such as `{"exported":"2019-04-01","requests":[…]}`.
///
/// The objects of every list are entries; what else a document says is no request, unless it holds one.
final class JSONLists: EntrySplitter {
    private let limits: ReadingLimits
    private let values: JSONValues
    private var list: JSONValues?
    private var isInside = false
    /// Whether the file is an export of tables; `nil` before anything was read.
    private var isTableExport: Bool?
    /// Whether a name comes next and not a value.
    private var isBeforeName = false
    /// Whether something else than such documents was met, which is read by the rules for values.
    private var isBehind = false

    init(limits: ReadingLimits) {
        self.limits = limits
        values = JSONValues(limits: limits)
    }

    func split(_ window: InputWindow, into chunk: Chunk, from source: EntrySource) -> Bool {
        while !chunk.isFull {
            if isBehind { return values.split(window, into: chunk, from: source) }
            if let list {
                guard list.split(window, into: chunk, from: source) else { return false }
                if list.isOpen { return true }
                self.list = nil
            }
            guard let byte = values.nextByte(window) else {
                if isInside { values.report("An object is not closed", window, chunk, source) }
                return true
            }
            guard isInside else {
                window.fill(limits.headSize)
                let isExport = isTableExport ?? Self.isTableExport(window.bytes)
                isTableExport = isExport
                isInside = byte == UInt8(ascii: "{") && (isExport || Self.begins(window.bytes))
                isBehind = !isInside && !isExport
                isBeforeName = true
                if !isBehind { window.consume(1) }
                continue
            }
            switch byte {
            case UInt8(ascii: "[") where isListOfObjects(window) && (isTableExport == false || hasRows(window)):
                list = JSONValues(limits: limits, isOneArray: true)
            case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
                let isWanted = !isBeforeName
                let goesOn = values.addValue(window, chunk, source) { isWanted && Self.holdsRequest($0) }
                if !goesOn { return true }
            default:
                if byte == UInt8(ascii: "}") { isInside = false }
                if byte == UInt8(ascii: ",") { isBeforeName = true }
                if byte == UInt8(ascii: ":") { isBeforeName = false }
                window.consume(1)
            }
        }
        return false
    }

    private func isListOfObjects(_ window: InputWindow) -> Bool {
        var first: UInt8?
        repeat {
            first = window.bytes.dropping(1).trimmingLeadingWhitespace().first
        } while first == nil && window.more()
        return first == UInt8(ascii: "{")
    }

    /// Whether the first row of a table has a column of requests.
    private func hasRows(_ window: InputWindow) -> Bool {
        window.fill(limits.headSize)
        let row = window.bytes.dropping(1).trimmingLeadingWhitespace()
        let text = Self.extent(of: row).map { row.slice(0..<$0) } ?? row
        return text.offset(of: "xmlData") != nil || text.offset(of: "xml_data") != nil
            || text.offset(of: "xmldata") != nil
    }

    /// Whether a text begins like the JSON that phpMyAdmin exports: an array with a header, and objects whose `data` are rows.
    static func isTableExport(_ text: ByteView) -> Bool {
        let head = text.slice(0..<min(text.count, 256))
        guard head.first == UInt8(ascii: "["), let end = head.offset(of: UInt8(ascii: "}")) else { return false }
        let header = head.slice(0..<end)
        return header.offset(of: "\"header\"") != nil && header.offset(of: "PHPMyAdmin") != nil
    }

    /// Whether a text begins with such a document: an object with a list whose first element holds `xmlData`, and with no request
    /// before it.
    static func begins(_ text: ByteView) -> Bool {
        var index = 1
        while index < text.count {
            let rest = text.dropping(index)
            switch text[index] {
            case UInt8(ascii: "}"): return false
            case UInt8(ascii: "["):
                let inside = rest.dropping(1).trimmingLeadingWhitespace()
                if inside.first == UInt8(ascii: "{") || inside.first == UInt8(ascii: "\"") {
                    let element = extent(of: inside).map { inside.slice(0..<$0) } ?? inside
                    if element.offset(of: "xmlData") != nil { return !isDetail(element) }
                }
                fallthrough
            case UInt8(ascii: "{"), UInt8(ascii: "\""):
                guard let end = extent(of: rest), !holdsRequest(rest.slice(0..<end)) else { return false }
                index += end
            default: index += 1
            }
        }
        return false
    }

    /// Whether an element of a list is a part of one entry: a parameter with its name and value, a finding of a dead letter.
    private static func isDetail(_ element: ByteView) -> Bool {
        element.offset(of: "\"value\"") != nil || element.offset(of: "\"key\"") != nil
            || element.offset(of: "\"severity\"") != nil
    }

    /// Length of the value at the start of a text; `nil` when it goes on behind its end.
    private static func extent(of text: ByteView) -> Int? {
        var extent = JSONExtent()
        if case .end(let end) = extent.scan(text) { return end }
        return nil
    }

    private static func holdsRequest(_ text: ByteView) -> Bool {
        text.offset(of: "xmlData") != nil || text.offset(of: "convertLead") != nil
            || text.offset(of: "Potentials") != nil
    }
}
