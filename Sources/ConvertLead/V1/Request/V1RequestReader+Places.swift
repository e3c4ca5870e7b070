@_spi(Package) import Bytes
import XMLText

extension DiagnosticSite {
    /// The tag at an event of the XML reader.
    static func tag(_ event: Int) -> DiagnosticSite {
        DiagnosticSite(number: Int32(truncatingIfNeeded: event), isText: false)
    }

    /// The text after the tag at an event, or a stray text after it.
    static func text(_ event: Int) -> DiagnosticSite {
        DiagnosticSite(number: Int32(truncatingIfNeeded: event), isText: true)
    }
}

/// Where things are in the document. All of it is linear in the document's size, however many findings there are.
extension V1RequestReader {
    /// Bytes between two milestones.
    private static let milestoneDistance = 1024

    /// Line and column of a byte of the document.
    private mutating func location(ofByte offset: Int) -> SourceLocation {
        let document = xml.document
        let offset = Swift.min(offset, document.count)
        if milestones.count == 0 { milestones.append(SourceLocation(line: 1, column: 1)) }
        let nearest = offset / Self.milestoneDistance
        while milestones.count <= nearest {
            let start = (milestones.count - 1) * Self.milestoneDistance
            var next = milestones[milestones.count - 1]
            next.advance(over: start..<start + Self.milestoneDistance, of: document)
            milestones.append(next)
        }
        var location = milestones[nearest]
        location.advance(over: nearest * Self.milestoneDistance..<offset, of: document)
        return location
    }

    /// Line and column of the start tag at an event.
    mutating func location(ofTagAt event: Int) -> SourceLocation {
        location(ofByte: xml.offset(of: xml.events[event]))
    }

    /// Line, column and path of each site.
    mutating func places(of sites: [DiagnosticSite]) -> [(SourceLocation, String)] {
        var places = [(SourceLocation, String)](repeating: (SourceLocation(line: 1, column: 1), ""), count: sites.count)
        var open = OpenElements()
        for index in sites.indices.sorted(by: { sites[$0].number < sites[$1].number }) {
            let events = xml.events
            guard sites[index].number >= 0, Int(sites[index].number) < events.count else { continue }
            var tag = Int(sites[index].number)
            while tag > 0 && (events[tag].kind == .attribute || events[tag].kind == .text) { tag -= 1 }
            let offset = sites[index].isText ? xml.offset(ofTextAfter: events[tag]) : xml.offset(of: events[tag])
            open.advance(to: tag, in: events)
            places[index] = (location(ofByte: offset), path(open))
        }
        return places
    }

    /// The open elements as a path, such as `Potentials/row[2]/FL[@val='Closing Date']`.
    private func path(_ open: OpenElements) -> String {
        var path = ByteBuffer(minimumCapacity: 128)
        for (event, row) in open.elements {
            if path.count > 0 { path.append("/") }
            appendName(ofElementAt: event, to: &path)
            if row > 0 {
                path.append("[")
                path.append(string: String(row))
                path.append("]")
            } else if let value = valueAttribute(at: event) {
                let quote: StaticString = value.bytes.contains(UInt8(ascii: "'")) ? "\"" : "'"
                path.append("[@val=")
                path.append(quote)
                path.append(value.bytes)
                path.append(quote)
                path.append("]")
            }
        }
        return path.string()
    }
}

/// The elements that are open at an event, found by going through the events once.
private struct OpenElements {
    /// Index of each start tag, and the number of the row among the rows, or 0.
    private(set) var elements: [(event: Int, row: Int)] = []
    private var next = 0
    private var rows = 0

    mutating func advance(to last: Int, in events: XMLEvents) {
        while next <= last {
            if events[next].kind == .end {
                _ = elements.popLast()
            } else if events[next].kind == .start {
                let isRow = events[next].name == V1Name.row && elements.count == 1
                if isRow { rows += 1 }
                elements.append((next, isRow ? rows : 0))
            }
            next += 1
        }
    }
}
