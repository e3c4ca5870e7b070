@_spi(Package) import Bytes

/// Writes XML text straight into one byte buffer, without white space between elements.
///
/// The caller keeps the grammar: as many ends as begins, one root. Text and attribute values are given as well-formed UTF-8
/// and escaped with entities, never CDATA, so that every reader gives back what was written; characters that XML 1.0 cannot
/// hold become U+FFFD.
package struct XMLWriter: ~Copyable {
    /// What was written so far.
    package var buffer: ByteBuffer

    /// An empty writer.
    package init(minimumCapacity: Int = 1024) {
        buffer = ByteBuffer(minimumCapacity: minimumCapacity)
    }

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() { buffer.removeAll() }

    /// Writes the XML declaration for UTF-8 and a line feed.
    ///
    /// The blank before `?>` is what v1 sent. Source: recorded v1 replies; Zoho.md, "v1 replies".
    package mutating func declaration() {
        buffer.append("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n")
    }

    /// Opens an element.
    package mutating func begin(_ name: StaticString) {
        buffer.append(UInt8(ascii: "<"))
        buffer.append(name)
        buffer.append(UInt8(ascii: ">"))
    }

    /// Opens an element with one attribute.
    package mutating func begin(
        _ name: StaticString, attribute: StaticString, value: ByteView
    ) {
        buffer.append(UInt8(ascii: "<"))
        buffer.append(name)
        buffer.append(UInt8(ascii: " "))
        buffer.append(attribute)
        buffer.append("=\"")
        escape(value, isAttribute: true)
        buffer.append("\">")
    }

    /// Closes an element.
    package mutating func end(_ name: StaticString) {
        buffer.append("</")
        buffer.append(name)
        buffer.append(UInt8(ascii: ">"))
    }

    /// Writes character data.
    package mutating func text(_ text: ByteView) {
        escape(text, isAttribute: false)
    }

    /// Copies runs of plain bytes and writes an entity for each other one.
    private mutating func escape(_ text: ByteView, isAttribute: Bool) {
        var run = 0
        var index = 0
        while index < text.count {
            guard let (replacement, length) = Self.replacement(at: index, in: text, isAttribute: isAttribute) else {
                index += 1
                continue
            }
            buffer.append(text.slice(run..<index))
            buffer.append(replacement)
            index += length
            run = index
        }
        buffer.append(text.slice(run..<text.count))
    }

    /// What is written for the character at `index`, and its bytes; `nil` when it stands for itself.
    @inline(__always)
    private static func replacement(
        at index: Int, in text: ByteView, isAttribute: Bool
    ) -> (StaticString, Int)? {
        let byte = text[index]
        if byte >= 0x40 && byte != 0xEF { return nil }
        switch byte {
        case UInt8(ascii: "&"): return ("&amp;", 1)
        case UInt8(ascii: "<"): return ("&lt;", 1)
        // `]]>` may not be in text.
        case UInt8(ascii: ">"): return ("&gt;", 1)
        case UInt8(ascii: "\"") where isAttribute: return ("&quot;", 1)
        // Readers turn these into blanks, or into line feeds, unless they are references.
        case 0x09 where isAttribute: return ("&#9;", 1)
        case 0x0A where isAttribute: return ("&#10;", 1)
        case 0x0D: return ("&#13;", 1)
        case 0x09, 0x0A: return nil
        case 0..<0x20: return ("\u{FFFD}", 1)
        // U+FFFE and U+FFFF.
        case 0xEF where index + 2 < text.count && text[index + 1] == 0xBF && text[index + 2] >= 0xBE:
            return ("\u{FFFD}", 3)
        default: return nil
        }
    }
}
