@_spi(Package) import Bytes
internal import CInstructions

/// Writes JSON text straight into one byte buffer, compact or indented by two blanks.
///
/// The caller keeps the grammar: a name before each member's value, as many ends as begins. Strings are written as UTF-8,
/// escaping only what JSON requires; numbers are given as text, so their digits are kept.
package struct JSONWriter: ~Copyable {
    /// What was written so far.
    package var buffer: ByteBuffer
    private let isIndented: Bool
    private var depth = 0
    /// Whether the next value or name is the first in its object or array.
    private var isFirst = true
    /// Whether the next value belongs to a name just written.
    private var followsName = false

    /// An empty writer.
    package init(indent: Bool, minimumCapacity: Int = 1024) {
        buffer = ByteBuffer(minimumCapacity: minimumCapacity)
        isIndented = indent
    }

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() {
        buffer.removeAll()
        depth = 0
        isFirst = true
        followsName = false
    }

    /// Starts another text behind what was written, for lines of JSON; the caller appends the line feed to `buffer`.
    package mutating func beginDocument() {
        depth = 0
        isFirst = true
        followsName = false
    }

    @inline(__always)
    private mutating func separate() {
        if followsName {
            followsName = false
            return
        }
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        isFirst = false
        if isIndented && depth > 0 { newLine() }
    }

    private mutating func newLine() {
        buffer.reserve(1 + 2 * depth)
        buffer.append(0x0A)
        for _ in 0..<(2 * depth) { buffer.append(0x20) }
    }

    @inline(__always)
    private mutating func begin(_ bracket: UInt8) {
        separate()
        buffer.append(bracket)
        depth += 1
        isFirst = true
    }

    @inline(__always)
    private mutating func end(_ bracket: UInt8) {
        depth -= 1
        if isIndented && !isFirst { newLine() }
        buffer.append(bracket)
        isFirst = false
    }

    /// Opens an object.
    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    /// Closes an object.
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    /// Opens an array.
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    /// Closes an array.
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes a member's name that needs no escaping.
    package mutating func name(_ name: StaticString) {
        let length = name.utf8CodeUnitCount
        var to = beginName(length + 4)
        to[0] = UInt8(ascii: "\"")
        copyBytes(from: name.utf8Start, to: to + 1, length)
        to += length + 2
        to[-1] = UInt8(ascii: "\"")
        endName(to)
    }

    /// Writes a member's name. Disfavoured, so that a literal takes the form that needs no string.
    @_disfavoredOverload
    package mutating func name(_ name: String) {
        var name = name
        name.withByteView { self.name($0) }
    }

    /// Writes a member's name given as UTF-8.
    package mutating func name(_ name: ByteView) {
        separate()
        quote(name, isPadded: false)
        buffer.reserve(2)
        endName(buffer.end)
    }

    /// Writes a member's name that needs no escaping.
    package mutating func name(plain name: PaddedView) {
        var to = beginName(name.count + 4)
        to[0] = UInt8(ascii: "\"")
        if let start = name.bytes.baseAddress { copyPadded(from: start, to: to + 1, name.count) }
        to += name.count + 2
        to[-1] = UInt8(ascii: "\"")
        endName(to)
    }

    /// A string as JSON text with its quotes.
    package static func quoted(_ name: String) -> [UInt8] {
        var writer = JSONWriter(indent: false)
        writer.string(name)
        return writer.buffer.array()
    }

    /// Separates a name from what is before it and makes room for `length` bytes, which the caller writes where told.
    @inline(__always)
    private mutating func beginName(_ length: Int) -> UnsafeMutablePointer<UInt8> {
        buffer.reserve(length + 1)
        if isIndented {
            separate()
            buffer.reserve(length)
            return buffer.end
        }
        let to = buffer.end
        to.pointee = UInt8(ascii: ",")
        let start = isFirst ? to : to + 1
        isFirst = false
        return start
    }

    /// Ends a name that was written up to `end`; there is room for two more bytes.
    @inline(__always)
    private mutating func endName(_ end: UnsafeMutablePointer<UInt8>) {
        end[0] = UInt8(ascii: ":")
        end[1] = UInt8(ascii: " ")
        buffer.count = end - buffer.base + (isIndented ? 2 : 1)
        followsName = true
    }

    /// Writes a string value given as well-formed UTF-8.
    package mutating func string(_ text: ByteView) {
        separate()
        quote(text, isPadded: false)
    }

    /// Writes a string value given as well-formed UTF-8; faster, because what lies after it may be read.
    package mutating func string(_ text: PaddedView) {
        separate()
        quote(text.bytes, isPadded: true)
    }

    /// Writes a string value known at compile time that needs no escaping.
    package mutating func string(_ text: StaticString) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        buffer.append(text)
        buffer.append(UInt8(ascii: "\""))
    }

    /// Writes a string value. Disfavoured, so that a literal takes the form that needs no string.
    @_disfavoredOverload
    package mutating func string(_ text: String) {
        var text = text
        text.withByteView { string($0) }
    }

    /// Writes a number given as JSON number text.
    package mutating func number(_ digits: ByteView) {
        separate()
        buffer.append(digits)
    }

    /// Writes the beginning of a number or of another bare text; the caller appends the rest to `buffer`.
    package mutating func number(_ beginning: StaticString) {
        separate()
        buffer.append(beginning)
    }

    /// Writes a whole number.
    package mutating func number(_ value: Int) {
        separate()
        buffer.append(string: String(value))
    }

    /// Writes `true` or `false`.
    package mutating func boolean(_ value: Bool) {
        separate()
        buffer.append(value ? "true" : "false")
    }

    /// Writes `null`.
    package mutating func null() {
        separate()
        buffer.append("null")
    }

    /// Writes a value that is JSON text already.
    package mutating func raw(_ json: ByteView) {
        separate()
        buffer.append(json)
    }

    /// Copies sixteen bytes a step; the buffer's slack takes the overrun.
    ///
    /// - Parameter isPadded: whether up to 16 bytes after the text may be read, so that its end needs no step of its own.
    @inline(__always)
    private mutating func quote(_ text: ByteView, isPadded: Bool) {
        buffer.reserve(6 * text.count + 2)
        var to = buffer.end
        to.pointee = UInt8(ascii: "\"")
        to += 1
        if var from = text.baseAddress {
            let end = from + text.count
            while from < end {
                let left = end - from
                let clean: Int
                if isPadded || left >= 16 {
                    clean = min(Self.copy(from, to: to), left)
                } else {
                    clean = Self.copyBytewise(from, left, to: to)
                }
                from += clean
                to += clean
                // Sixteen were clean, or all that there were.
                if clean == 16 || clean == left { continue }
                Self.escape(from.pointee, to: &to)
                from += 1
            }
        }
        to.pointee = UInt8(ascii: "\"")
        buffer.count = to + 1 - buffer.base
    }

    /// Copies sixteen bytes; how many there are before the first quote, backslash or control character.
    @inline(__always)
    private static func copy(_ from: UnsafePointer<UInt8>, to: UnsafeMutablePointer<UInt8>) -> Int {
        let bytes = UnsafeRawPointer(from).loadUnaligned(as: SIMD16<UInt8>.self)
        UnsafeMutableRawPointer(to).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
        // The bit after the last stands for none, which is sixteen.
        return (convertlead_json_specials(from) | 1 << 16).trailingZeroBitCount
    }

    /// Copies fewer bytes, up to the first quote, backslash or control character; how many.
    private static func copyBytewise(
        _ from: UnsafePointer<UInt8>, _ length: Int, to: UnsafeMutablePointer<UInt8>
    ) -> Int {
        for index in 0..<length {
            let byte = from[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            to[index] = byte
        }
        return length
    }

    private static func escape(_ byte: UInt8, to: inout UnsafeMutablePointer<UInt8>) {
        to[0] = UInt8(ascii: "\\")
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): to[1] = byte
        case 0x08: to[1] = UInt8(ascii: "b")
        case 0x09: to[1] = UInt8(ascii: "t")
        case 0x0A: to[1] = UInt8(ascii: "n")
        case 0x0C: to[1] = UInt8(ascii: "f")
        case 0x0D: to[1] = UInt8(ascii: "r")
        default:
            let digits: StaticString = "0123456789abcdef"
            to[1] = UInt8(ascii: "u")
            to[2] = UInt8(ascii: "0")
            to[3] = UInt8(ascii: "0")
            to[4] = digits.utf8Start[Int(byte >> 4)]
            to[5] = digits.utf8Start[Int(byte & 15)]
            to += 6
            return
        }
        to += 2
    }
}

extension JSONWriter {
    /// Writes a member that is a string.
    package mutating func member(_ name: StaticString, _ value: String) {
        self.name(name)
        string(value)
    }

    /// Writes a member that is a string, or `null`.
    package mutating func member(_ name: StaticString, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { null() }
    }

    /// Writes a member that is a whole number.
    package mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        number(value)
    }

    /// Writes a member that is a boolean.
    package mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    /// Writes a member that is a list of strings.
    package mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    /// Writes a member whose value is written by `body`, such as an object.
    package mutating func member(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        body(&self)
    }

    /// Writes an object whose members are written by `body`.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// Writes a list of the elements of a collection, each written by `body`.
    package mutating func array<Elements: Sequence>(
        _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
    ) {
        beginArray()
        for element in elements { body(&self, element) }
        endArray()
    }
}
