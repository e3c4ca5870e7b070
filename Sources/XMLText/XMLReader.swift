@_spi(Package) import Bytes
import CLibXML2

import Platform

/// Reads XML documents into a flat list of events, with libxml2's SAX2 parser and one context that is reused.
///
/// Strict: never recovery mode. A DOCTYPE is refused before anything it names could be looked at, so no file and no network is
/// ever touched; only the five predefined entities and character references exist. No libxml2 global is changed.
///
/// Ownership: the parser context and the event memory belong to this value. Events and the bytes they point to are valid
/// until the next ``read(_:isDecoded:)``; the text given must stay in place as long as places are asked for.
package struct XMLReader: ~Copyable, @unchecked Sendable {
    // First, because ThreadSanitizer takes a change of this value for a change of what its first member points to, and the
    // names may be shared with other readers.
    private let state: UnsafeMutablePointer<XMLParseState>
    private let names: [StaticString]
    private let limits: XMLLimits
    private var context: xmlParserCtxtPtr?
    private var documentsRead = 0
    private var decoded = ByteBuffer(minimumCapacity: 64)

    /// The decoded document read last, without a byte-order mark; places are counted in it.
    package private(set) var document = ByteView(start: nil, count: 0)

    /// The events of the document read last.
    package private(set) var events = XMLEvents(start: nil, count: 0)
    /// Where the texts of the events lie.
    package private(set) var texts: PaddedView

    /// Whether some text or attribute value of the document read last may hold an ampersand.
    package var hasAmpersand: Bool { state.pointee.hasAmpersand }

    /// A context is thrown away after this many documents, because its dictionary of names only grows.
    private static let documentsPerContext = 50_000
    /// Memory that a large document needed is given back beyond this many bytes.
    private static let keptBytes = 1 << 20

    private static let options = Int32(
        bitPattern: XML_PARSE_NONET.rawValue
            // Without this, &amp; in an attribute value arrives as &#38;. There are no entity handlers, so nothing can be loaded.
            | XML_PARSE_NOENT.rawValue
            // The text is UTF-8 by now, whatever it declares.
            | XML_PARSE_IGNORE_ENC.rawValue)

    /// Starts libxml2 once; it must run before threads use it.
    private static let isInitialized: Bool = {
        xmlInitParser()
        return true
    }()

    /// A reader that tells `names` apart by their index; put the most frequent first.
    package init(names: [StaticString], limits: XMLLimits = XMLLimits()) {
        precondition(Self.isInitialized && names.count < Int(Int16.max))
        self.names = names
        self.limits = limits
        state = .allocate(capacity: 1)
        state.initialize(to: XMLParseState(limits: limits))
        texts = state.pointee.text.padded
    }

    deinit {
        Self.free(context)
        state.deinitialize(count: 1)
        state.deallocate()
    }

    private static func free(_ context: xmlParserCtxtPtr?) {
        guard let context else { return }
        // A DOCTYPE leaves a document behind.
        if let document = context.pointee.myDoc {
            context.pointee.myDoc = nil
            xmlFreeDoc(document)
        }
        xmlFreeParserCtxt(context)
    }

    /// The bytes that an event's text stands for.
    package func bytes(_ range: ByteRange) -> ByteView { texts[range].bytes }

    /// After ``read(_:isDecoded:pieceSize:)`` threw: what stood before the place where the document breaks. Its texts can be
    /// asked for, its places cannot.
    package var eventsBeforeProblem: XMLEvents { state.pointee.events.elements }

    /// Reads a whole document into `events`.
    ///
    /// - Parameters:
    ///   - text: the document, in any encoding that is read; kept in place by the caller while places are asked for.
    ///   - isDecoded: whether the text is UTF-8 already, so that an encoding it declares is ignored.
    ///   - pieceSize: bytes handed to libxml2 at a time; only tests give less than all.
    package mutating func read(
        _ text: ByteView, isDecoded: Bool = false, pieceSize: Int = .max
    ) throws(XMLError) {
        state.pointee.reset()
        if decoded.capacity > Self.keptBytes { decoded = ByteBuffer(minimumCapacity: 64) }
        events = UnsafeBufferPointer(start: nil, count: 0)
        document = text
        guard text.count <= limits.size else {
            throw XMLError(kind: .size, offset: 0, reason: "The text is longer than \(limits.size) bytes")
        }
        try decode(text, isDecoded: isDecoded)

        var start = 0
        while start < document.count {
            // Editors and concatenated files put a byte-order mark after white space, or a second one.
            if document[start].isWhitespace {
                start += 1
            } else if start + 3 <= document.count && document.slice(start..<start + 3).equals("\u{FEFF}") {
                start += 3
            } else {
                break
            }
        }
        guard start < document.count, let base = document.baseAddress else {
            throw XMLError(kind: .empty, offset: 0, reason: "The text is empty")
        }
        guard document[start] == UInt8(ascii: "<") else {
            throw XMLProblem.explainStart(document, at: start)
        }
        if document.count > limits.tag {
            try refuseZero(base, document.count)
            if let tag = XMLProblem.longTag(in: document, from: start, limit: limits.tag) {
                // A tag whose quote or > is missing seems long.
                throw MarkupCheck.firstError(in: document, from: start)
                    ?? XMLError(kind: .size, offset: tag, reason: "A tag is longer than \(limits.tag) bytes")
            }
        }

        let isAccepted = try parse(base + start, document.count - start, pieceSize: pieceSize)
        if !isAccepted {
            let problem = state.pointee.problem
            let offset = min(start + state.pointee.problemOffset, document.count)
            // Old libxml2 kept namespace state across a reset after a failure, CVE-2022-2309.
            Self.free(context)
            context = nil
            texts = state.pointee.text.padded
            throw XMLProblem(document: document, start: start, code: problem, offset: offset).error
        }
        if start > 0 { shiftPlaces(by: start) }
        events = state.pointee.events.elements
        texts = state.pointee.text.padded
    }

    private mutating func decode(_ text: ByteView, isDecoded: Bool) throws(XMLError) {
        if isDecoded {
            let hasMark = text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
            if hasMark { document = text.slice(3..<text.count) }
            return
        }
        let (encoding, mark) = try XMLTextEncoding.detect(text)
        document = text.slice(mark..<text.count)
        if encoding == .utf8 { return }
        try encoding.decode(document, into: &decoded)
        document = decoded.bytes
    }

    private mutating func parse(
        _ base: UnsafePointer<UInt8>, _ count: Int, pieceSize: Int
    ) throws(XMLError) -> Bool {
        documentsRead += 1
        guard let context = freshContext() else { throw Self.noMemory }
        let result =
            pieceSize == .max && Self.takesWholeText
            ? try parseWhole(base, count, context) : try parsePieces(base, count, pieceSize, context)
        // A zero is not enough: namespace errors leave it, and XML 1.1 is no error to libxml2.
        guard result == 0, context.pointee.wellFormed == 1, state.pointee.problem == 0 else {
            if state.pointee.problem == 0 { state.pointee.park(max(result, 1)) }
            return false
        }
        if let version = context.pointee.version, xmlStrEqual(version, "1.0") == 0 {
            state.pointee.problem = XMLProblem.wrongVersion
            return false
        }
        return true
    }

    private static var noMemory: XMLError {
        XMLError(kind: .memory, offset: 0, reason: "libxml2 ran out of memory")
    }

    private func refuseZero(_ base: UnsafePointer<UInt8>, _ count: Int) throws(XMLError) {
        if let zero = memchr(base, 0, count) { throw self.zero(at: zero.assumingMemoryBound(to: UInt8.self)) }
    }

    /// libxml2 would take a zero for the end of the text.
    private func zero(at place: UnsafePointer<UInt8>) -> XMLError {
        let offset = document.baseAddress.map { place - $0 } ?? 0
        return XMLError(kind: .character, offset: offset, reason: "The character U+0000 is not allowed in XML")
    }

    /// Hands the text to the push parser, in one piece or in several.
    private func parsePieces(
        _ base: UnsafePointer<UInt8>, _ count: Int, _ pieceSize: Int, _ context: xmlParserCtxtPtr
    ) throws(XMLError) -> Int32 {
        try refuseZero(base, count)
        guard xmlCtxtResetPush(context, nil, 0, nil, nil) == 0 else { throw Self.noMemory }
        var result: Int32 = 0
        var given = 0
        repeat {
            let piece = min(pieceSize, count - given)
            let isLast = given + piece == count
            result = (base + given).withMemoryRebound(to: CChar.self, capacity: piece) {
                xmlParseChunk(context, $0, Int32(piece), isLast ? 1 : 0)
            }
            given += piece
        } while given < count && result == 0
        return result
    }

    /// Lets libxml2 2.9 read the text where it lies, which saves an eighth of the work against the push parser.
    private func parseWhole(
        _ base: UnsafePointer<UInt8>, _ count: Int, _ context: xmlParserCtxtPtr
    ) throws(XMLError) -> Int32 {
        let text = state.pointee.hold(base, count)
        xmlCtxtReset(context)
        guard let input = xmlNewStringInputStream(context, text) else { throw Self.noMemory }
        let length = input.pointee.end - text
        guard length == count else {
            xmlFreeInputStream(input)
            throw zero(at: base + length)
        }
        guard convertlead_read_in_place(context, input) != 0 else { throw Self.noMemory }
        return xmlParseDocument(context) == 0 ? 0 : max(context.pointee.errNo, 1)
    }

    /// The version of the libxml2 that runs, such as `2.9.14`.
    package static var libraryVersion: String {
        // 20914, perhaps with a note of its makers.
        let digits = String(cString: convertlead_libxml_version()).prefix { $0.isASCII && $0.isNumber }
        let number = Int(digits) ?? 0
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }

    /// Whether libxml2, both the one compiled against and the one that runs, is a 2.9, whose inside ``parseWhole(_:_:_:)`` relies on.
    private static let takesWholeText =
        CONVERTLEAD_READS_IN_PLACE != 0 && String(cString: convertlead_libxml_version()).hasPrefix("209")

    /// The context, new when there is none yet or the old one has served long enough.
    private mutating func freshContext() -> xmlParserCtxtPtr? {
        if let context, documentsRead % Self.documentsPerContext != 0 { return context }
        Self.free(context)
        context = nil
        var handler = XMLParseState.handler()
        guard let made = xmlCreatePushParserCtxt(&handler, UnsafeMutableRawPointer(state), nil, 0, nil) else {
            return nil
        }
        // They outlast a reset.
        xmlCtxtUseOptions(made, Self.options)
        made.pointee.userData = UnsafeMutableRawPointer(state)
        state.pointee.take(names: names, from: made)
        context = made
        return made
    }

    /// Counts places from the start of the document instead of its first `<`.
    private func shiftPlaces(by start: Int) {
        let events = state.pointee.events.base
        for index in 0..<state.pointee.events.count where events[index].place > 0 {
            events[index].place &+= UInt32(truncatingIfNeeded: start)
        }
    }

    /// Byte offset of the `<` of a start or end tag.
    package func offset(of event: XMLEvent) -> Int {
        var offset = min(Int(event.place), document.count)
        // No < can be inside a tag, so the nearest one before its end begins it.
        while offset > 0 {
            offset -= 1
            if document[offset] == UInt8(ascii: "<") { return offset }
        }
        return 0
    }

    /// Byte offset at which the text after a start or end tag begins: its first character that is neither white space
    /// nor a no-break space, after comments, processing instructions and the opening of a CDATA section; the next tag when
    /// there is no text.
    package func offset(ofTextAfter event: XMLEvent) -> Int {
        var offset = min(Int(event.place), document.count)
        func starts(_ text: StaticString) -> Bool {
            let length = text.utf8CodeUnitCount
            return offset + length <= document.count && document.slice(offset..<offset + length).equals(text)
        }
        func skip(behind text: StaticString) {
            while offset < document.count && !starts(text) { offset += 1 }
            offset = min(offset + text.utf8CodeUnitCount, document.count)
        }
        if event.kind == .start { skip(behind: ">") }
        while offset < document.count {
            if document[offset].isWhitespace {
                offset += 1
            } else if starts("\u{A0}") {
                offset += 2
            } else if starts("<!--") {
                skip(behind: "-->")
            } else if starts("<?") {
                skip(behind: "?>")
            } else if starts("<![CDATA[") {
                offset += 9
            } else if starts("]]>") {
                offset += 3
            } else {
                break
            }
        }
        return offset
    }
}
