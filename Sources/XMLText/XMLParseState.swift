@_spi(Package) import Bytes
import CLibXML2

/// What the SAX2 callbacks fill. It lives behind one pointer that libxml2 hands to every callback.
///
/// The callbacks only append events; the first problem is parked here until libxml2 has returned.
struct XMLParseState: ~Copyable {
    /// The events so far.
    var events = ReusableArray<XMLEvent>(minimumCapacity: 256)
    /// First the document itself, when libxml2 reads it here, then copies of what does not lie in it as it is: joined pieces,
    /// replaced references, unusual names.
    var text = ByteBuffer(minimumCapacity: 4096)
    /// Bytes of the document at the start of `text`; 0 when libxml2 reads it elsewhere. As long as it is read, `text` must not
    /// move.
    private var documentCount = 0
    /// Addresses of the context's own copies of the reader's names, to compare them is enough; and a place for ``index(of:)``.
    private var names = ReusableArray<UInt>()
    /// Whether some text or attribute value may hold an ampersand.
    var hasAmpersand = false
    /// Open elements.
    var depth = 0
    /// Index of the innermost open element's start tag; `partner` of an open start tag is the one around it.
    private var open: Int32 = -1
    /// Most open elements.
    var maximumDepth: Int
    /// Most events: start and end of the most elements, with as many further attributes and texts again.
    var maximumEvents: Int
    /// The first problem: libxml2's code, or one of the negative ones below.
    var problem: Int32 = 0
    /// Bytes of the document libxml2 had read when it met the problem.
    var problemOffset = 0
    /// The context, for its place in the document.
    private var context: xmlParserCtxtPtr?

    /// Problems that are ours, not libxml2's.
    static let doctype: Int32 = -1
    static let tooDeep: Int32 = -2
    static let tooMany: Int32 = -4

    /// Memory that a large document needed is given back beyond this many bytes.
    private static let keptBytes = 1 << 20

    init(limits: XMLLimits) {
        maximumDepth = limits.depth
        maximumEvents = 4 * limits.elements
    }

    /// Bytes of the document that libxml2 has read.
    var offset: Int { context.unsafelyUnwrapped.pointee.input.map(Self.offset) ?? 0 }

    /// The same in the callback for a tag, which comes from an input.
    @inline(__always)
    private var tagEnd: UInt32 {
        UInt32(truncatingIfNeeded: Self.offset(context.unsafelyUnwrapped.pointee.input.unsafelyUnwrapped))
    }

    @inline(__always)
    private static func offset(_ input: xmlParserInputPtr) -> Int {
        Int(bitPattern: input.pointee.consumed) &+ Int(bitPattern: input.pointee.cur)
            &- Int(bitPattern: input.pointee.base)
    }

    /// Takes the names from a new context.
    mutating func take(names: [StaticString], from context: xmlParserCtxtPtr) {
        self.context = context
        self.names.removeAll()
        for name in names {
            let copy = xmlDictLookup(context.pointee.dict, name.utf8Start, Int32(name.utf8CodeUnitCount))
            self.names.append(UInt(bitPattern: copy))
        }
        self.names.append(0)
    }

    mutating func reset() {
        if events.count > Self.keptBytes / MemoryLayout<XMLEvent>.stride {
            events = ReusableArray(minimumCapacity: 256)
        }
        if text.capacity > Self.keptBytes { text = ByteBuffer(minimumCapacity: 4096) }
        events.removeAll()
        text.removeAll()
        documentCount = 0
        hasAmpersand = false
        depth = 0
        open = -1
        problem = 0
        problemOffset = 0
    }

    /// Puts the document, with a terminating zero, where libxml2 shall read it.
    ///
    /// What is copied after it while it is read is never longer than what it stands for, so room for the document a second time
    /// is enough.
    mutating func hold(_ document: UnsafePointer<UInt8>, _ count: Int) -> UnsafePointer<UInt8> {
        text.reserve(2 * count + 1)
        text.append(document, count)
        text.append(0)
        documentCount = count
        return UnsafePointer(text.base)
    }

    /// Whether bytes given by libxml2 lie in the document that is held.
    @inline(__always)
    private mutating func isInDocument(_ first: UnsafePointer<UInt8>) -> Bool {
        UInt(bitPattern: first) &- UInt(bitPattern: text.base) < UInt(bitPattern: documentCount)
    }

    /// Where bytes given by libxml2 lie in `text`: in the document, or copied after it.
    @inline(__always)
    private mutating func place(_ first: UnsafePointer<UInt8>, _ count: Int) -> ByteRange {
        isInDocument(first) ? ByteRange(first - UnsafePointer(text.base), count) : copy(first, count)
    }

    @inline(never)
    private mutating func copy(_ first: UnsafePointer<UInt8>, _ count: Int) -> ByteRange {
        let start = text.count
        guard documentCount == 0 || text.capacity - start >= count else {
            stop(Int32(XML_ERR_NO_MEMORY.rawValue))
            return .empty
        }
        text.append(first, count)
        // In the document itself an ampersand is a reference, or in CDATA; both come here or to `characterData`.
        if !hasAmpersand { hasAmpersand = Self.holdsAmpersand(first, count) }
        return ByteRange(start, count)
    }

    private static func holdsAmpersand(_ first: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count > 16 { return ByteView(start: first, count: count).offset(of: UInt8(ascii: "&")) != nil }
        // Most pieces are too short for a call.
        for index in 0..<count where first[index] == UInt8(ascii: "&") { return true }
        return false
    }

    mutating func park(_ code: Int32) {
        guard problem == 0 else { return }
        problem = code
        problemOffset = offset
    }

    mutating func stop(_ code: Int32) {
        park(code)
        xmlStopParser(context)
    }

    /// The index of a name among the reader's, or -1.
    @inline(__always)
    private mutating func index(of name: UnsafePointer<UInt8>?) -> Int16 {
        let address = UInt(bitPattern: name)
        let (names, count) = (names.base, names.count &- 1)
        // The last place is free for what is looked for, so that the search needs no other end.
        names[count] = address
        var index = 0
        while names[index] != address { index &+= 1 }
        return index == count ? -1 : Int16(truncatingIfNeeded: index)
    }

    /// Takes a start tag. What most tags do not need is left to calls at the end, so that nothing is kept across a call.
    @inline(__always)
    mutating func start(
        _ name: UnsafePointer<UInt8>?, isNamespaced: Bool, _ count: Int,
        _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    ) {
        depth &+= 1
        if depth > maximumDepth { return stop(Self.tooDeep) }
        if events.count > maximumEvents { return stop(Self.tooMany) }
        var event = XMLEvent(.start, isNamespaced: isNamespaced, name: index(of: name))
        event.partner = open
        event.place = tagEnd
        open = Int32(truncatingIfNeeded: events.count)
        var isWhole = event.name >= 0 && count <= 1
        if count > 0, let attributes {
            let (first, end) = Self.value(attributes)
            event.attributeName = index(of: attributes[0])
            event.value = ByteRange(first - UnsafePointer(text.base), end - first)
            isWhole = isWhole && isInDocument(first)
        }
        if isWhole && !events.isFull { events.append(event) } else { append(event, name, count, attributes) }
    }

    /// First byte and end of an attribute's value, the last two of its five pointers; it has no terminating zero.
    @inline(__always)
    private static func value(
        _ attribute: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    ) -> (first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        (attribute[3].unsafelyUnwrapped, attribute[4].unsafelyUnwrapped)
    }

    /// Appends a start tag with an unusual name, further attributes or a value that is to be copied.
    @inline(never)
    private mutating func append(
        _ start: XMLEvent, _ name: UnsafePointer<UInt8>?, _ count: Int,
        _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    ) {
        var start = start
        if start.name < 0, let name { start.nameText = copy(name, Int(xmlStrlen(name))) }
        if count > 0, let attributes {
            let (first, end) = Self.value(attributes)
            start.value = place(first, end - first)
        }
        events.append(start)
        if count > 1, let attributes { appendAttributes(1..<count, attributes) }
    }

    @inline(never)
    private mutating func appendAttributes(
        _ numbers: Range<Int>, _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    ) {
        for number in numbers {
            let attribute = attributes + 5 * number
            let (first, end) = Self.value(attribute)
            var event = XMLEvent(.attribute, isNamespaced: attribute[1] != nil, name: index(of: attribute[0]))
            event.value = place(first, end - first)
            events.append(event)
        }
    }

    @inline(__always)
    mutating func end() {
        // libxml2 ends no element that it has not started.
        guard open >= 0 else { return }
        depth &-= 1
        let start = open
        let opening = events.base + Int(start)
        open = opening.pointee.partner
        opening.pointee.partner = Int32(truncatingIfNeeded: events.count)
        var event = XMLEvent(.end)
        event.place = tagEnd
        event.partner = start
        events.append(event)
    }

    @inline(__always)
    mutating func characters(_ first: UnsafePointer<UInt8>?, _ count: Int) {
        guard let first, count > 0, events.count > 0 else { return }
        var target = events.base + (events.count &- 1)
        if target.pointee.kind == .end {
            if first.pointee.isWhitespace && Self.isWhitespace(first, count) { return }
            return appendText(first, count)
        } else if target.pointee.kind == .attribute {
            target = events.base + Int(open)
        }
        if !target.pointee.text.isEmpty { return join(first, count, to: target) }
        // Between tags there is mostly white space.
        if first.pointee.isWhitespace && Self.isWhitespace(first, count) { return }
        if isInDocument(first) {
            target.pointee.text = ByteRange(first - UnsafePointer(text.base), count)
        } else {
            setText(first, count, of: target)
        }
    }

    /// Takes the text of a CDATA section, in which an ampersand is a character like any other.
    mutating func characterData(_ first: UnsafePointer<UInt8>?, _ count: Int) {
        if let first, !hasAmpersand { hasAmpersand = Self.holdsAmpersand(first, count) }
        characters(first, count)
    }

    /// Begins a text after a child.
    @inline(never)
    private mutating func appendText(_ first: UnsafePointer<UInt8>, _ count: Int) {
        var event = XMLEvent(.text)
        event.text = place(first, count)
        events.append(event)
    }

    @inline(never)
    private mutating func setText(
        _ first: UnsafePointer<UInt8>, _ count: Int, of target: UnsafeMutablePointer<XMLEvent>
    ) {
        target.pointee.text = copy(first, count)
    }

    /// Makes one text of two pieces: side by side in the document, or copied after it.
    @inline(never)
    private mutating func join(_ first: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<XMLEvent>) {
        let earlier = target.pointee.text
        let end = Int(earlier.start) + Int(earlier.length)
        if end < documentCount, first == text.base + end {
            target.pointee.text.length &+= UInt32(truncatingIfNeeded: count)
            return
        }
        if end != text.count { target.pointee.text = copy(text.base + Int(earlier.start), Int(earlier.length)) }
        target.pointee.text.length &+= copy(first, count).length
    }

    private static func isWhitespace(_ first: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for index in 0..<count where !first[index].isWhitespace { return false }
        return true
    }

    /// The callbacks. Made in a nonisolated function, because a closure made in isolated code would carry its isolation into C.
    static func handler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { user, name, prefix, uri, _, _, count, _, attributes in
            state(user).pointee.start(name, isNamespaced: prefix != nil || uri != nil, Int(count), attributes)
        }
        handler.endElementNs = { user, _, _, _ in state(user).pointee.end() }
        // White space and CDATA come by callbacks of their own; they are character data like any other.
        handler.characters = { user, text, count in state(user).pointee.characters(text, Int(count)) }
        handler.ignorableWhitespace = handler.characters
        handler.cdataBlock = { user, text, count in state(user).pointee.characterData(text, Int(count)) }
        handler.internalSubset = { user, _, _, _ in state(user).pointee.stop(XMLParseState.doctype) }
        handler.serror = { user, error in
            // Level 1 is a warning and must not refuse a document.
            guard let user, let error, error.pointee.level.rawValue >= 2 else { return }
            state(user).pointee.park(error.pointee.code)
        }
        return handler
    }
}

@inline(__always)
private func state(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLParseState> {
    user.unsafelyUnwrapped.assumingMemoryBound(to: XMLParseState.self)
}
