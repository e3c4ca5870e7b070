@_spi(Package) import Bytes

/// The marks by which a request is suspected in text that no form recognises. The one list of them.
///
/// `xmlData`, `createPotential`, `<Potentials` and `/Leads/convertLead`, in any case and in any encoding met in archives: percent
/// encoding, JSON escapes, XML references, hexadecimal digits, base64 (`xmlData` at each of the three places in a group). Words of prose such as "Potentials" or "convertLead" are no marks.
package enum RequestMarks {
    /// Whether a text holds a mark.
    ///
    /// - Parameter namesCount: whether the name of the parameter is one. In comments it may be that of a table.
    package static func isIn(_ text: ByteView, namesCount: Bool = true) -> Bool {
        var index = 0
        while index < text.count {
            switch text[index] | 0x20 {
            case UInt8(ascii: "x") where namesCount:
                let rest = text.dropping(index)
                if rest.hasPrefixIgnoringCase("xmlData") || rest.hasPrefixIgnoringCase("xml_data") { return true }
            case UInt8(ascii: "c"):
                if text.dropping(index).hasPrefixIgnoringCase("createPotential") { return true }
                if text.dropping(index).hasPrefixIgnoringCase("convertLead"), isBehindLeads(text.slice(0..<index)) {
                    return true
                }
            case UInt8(ascii: "p"):
                if text.dropping(index).hasPrefixIgnoringCase("Potentials"), endsWithLess(text.slice(0..<index)) {
                    return true
                }
            case UInt8(ascii: "3"):
                if text.dropping(index).hasPrefixIgnoringCase("3C506F74656E7469616C73") { return true }
            case UInt8(ascii: "e"): if text.dropping(index).hasPrefix("eG1sRGF0Y") { return true }
            case UInt8(ascii: "h"): if text.dropping(index).hasPrefix("htbERhdG") { return true }
            case UInt8(ascii: "4"): if text.dropping(index).hasPrefix("4bWxEYXRh") { return true }
            case UInt8(ascii: "7"): if text.dropping(index).hasPrefixIgnoringCase("786D6C44617461") { return true }
            default: break
            }
            index += 1
        }
        return false
    }

    /// How many roots `Potentials` begin in a text, in any encoding.
    package static func documentCount(in text: ByteView) -> Int {
        var count = 0
        var index = 0
        while let root = nextRoot(in: text, from: index) {
            count += 1
            index = root.upperBound
        }
        return count
    }

    /// Whether a text has a word of a document: the name of its root, or the option that each has.
    package static func holdsWord(_ text: ByteView) -> Bool { text.offset(of: "Potential") != nil }

    /// Whether a text has the words of more than one document. Asked of each entry, so that it looks at single bytes first.
    package static func mayHoldDocuments(_ text: ByteView) -> Bool {
        var (names, options, index) = (0, 0, 0)
        while let first = text.offset(of: UInt8(ascii: "P"), from: index) {
            index = first + 1
            if first + 10 <= text.count, text[first + 9] == UInt8(ascii: "s"),
                text.slice(first..<(first + 10)).equals(rootName)
            {
                names += 1
                if names > 2 { return true }
                index = first + 10
            } else if first > 0, text[first - 1] == UInt8(ascii: "e"), text.slice(0..<first).hasSuffix("create") {
                options += 1
                if options > 1 { return true }
            }
        }
        return false
    }

    /// How many options `createPotential` a text has.
    package static func optionCount(in text: ByteView) -> Int {
        var count = 0
        var index = 0
        while let option = nextOption(in: text, from: index) {
            count += 1
            index = option + 1
        }
        return count
    }

    /// Offset of the next option `createPotential` of a document, whatever its root and its encoding.
    package static func nextOption(in text: ByteView, from start: Int) -> Int? {
        var index = start
        while let option = text.offset(of: "createPotential", from: index) {
            index = option + 1
            let front = text.slice(max(start, option - mostBytesOfTag)..<option)
            if let name = front.offsetIgnoringCase(of: "option"), front.dropping(name).offset(of: "val") != nil {
                return option
            }
        }
        return nil
    }

    /// Bytes from the name of an element to the value of its attribute, at most, in any encoding.
    private static let mostBytesOfTag = 64

    /// The next run of base64 that is long enough for a document. Its signs may be percent-encoded.
    package static func nextBase64(in text: ByteView, from start: Int = 0) -> Range<Int>? {
        // Any such run has a byte at one of these places.
        var probe = start + leastBase64 - 1
        while probe < text.count {
            if isOfBase64(text, probe) {
                var (low, high) = (probe, probe + 1)
                while low > start, isOfBase64(text, low - 1) { low -= 1 }
                while high < text.count, isOfBase64(text, high) { high += 1 }
                // A sign before the run is that of a parameter, one after it is of base64.
                for sign: StaticString in ["=", "%3D"] {
                    while let name = text.slice(low..<high).offset(of: sign), high - low - name > leastBase64 {
                        low += name + sign.utf8CodeUnitCount
                    }
                }
                if high - low >= leastBase64 { return low..<high }
                probe = high
            }
            probe += leastBase64
        }
        return nil
    }

    private static func isOfBase64(_ text: ByteView, _ index: Int) -> Bool {
        let byte = text[index]
        if byte.isASCIILetter || byte.isDigit || byte.isOne(of: "+/-_=") { return true }
        guard byte == UInt8(ascii: "%") else { return false }
        let sign = text.slice((index + 1)..<min(index + 3, text.count))
        return sign.equalsIgnoringCase("2B") || sign.equalsIgnoringCase("2F") || sign.equalsIgnoringCase("3D")
    }

    /// Bytes of a short document in base64.
    private static let leastBase64 = 128

    /// The start of a root `Potentials`: of its `<`, in any encoding, and of what follows its name.
    package static func nextRoot(in text: ByteView, from start: Int = 0) -> Range<Int>? {
        var index = start
        while let name = text.offset(of: rootName, from: index) {
            index = name + rootName.utf8CodeUnitCount
            if let less = lessLength(atEndOf: text.slice(start..<name)) { return (name - less)..<index }
        }
        return nil
    }

    /// Where the document ends whose root begins as ``nextRoot(in:from:)`` says: after the name in its end tag; `nil` when another root or
    /// nothing comes before that.
    package static func documentEnd(in text: ByteView, ofRoot root: Range<Int>) -> Int? {
        if droppingSlash(text.slice(0..<min(root.upperBound + 1, text.count))) != nil { return root.upperBound }
        var index = root.upperBound
        while let name = text.offset(of: rootName, from: index) {
            index = name + rootName.utf8CodeUnitCount
            let front = text.slice(root.upperBound..<name)
            if droppingSlash(front) != nil { return index }
            if lessLength(atEndOf: front) != nil { return nil }
        }
        return nil
    }

    private static let rootName: StaticString = "Potentials"

    /// Whether a text ends with `/Leads/`, its slashes perhaps escaped.
    private static func isBehindLeads(_ text: ByteView) -> Bool {
        guard let front = droppingSlash(text), front.hasSuffixIgnoringCase("Leads") else { return false }
        return droppingSlash(front.slice(0..<(front.count - 5))) != nil
    }

    private static func droppingSlash(_ text: ByteView) -> ByteView? {
        for slash: StaticString in ["\\/", "/", "%2F", "%252F"] where text.hasSuffixIgnoringCase(slash) {
            return text.slice(0..<(text.count - slash.utf8CodeUnitCount))
        }
        return nil
    }

    private static func endsWithLess(_ text: ByteView) -> Bool { lessLength(atEndOf: text) != nil }

    private static let backslashes: [StaticString] = ["\\", "%5C", "%255C"]

    /// Length of the `<`, in any encoding, that a text ends with.
    private static func lessLength(atEndOf text: ByteView) -> Int? {
        for less: StaticString in ["<", "%3C", "%253C", "&lt;", "u003c", "x3c", "&#60;", "&#x3c;"]
        where text.hasSuffixIgnoringCase(less) {
            // Escapes of strings have their backslashes before them.
            var front = text.slice(0..<(text.count - less.utf8CodeUnitCount))
            while let slash = backslashes.first(where: { front.hasSuffixIgnoringCase($0) }) {
                front = front.slice(0..<(front.count - slash.utf8CodeUnitCount))
            }
            return text.count - front.count
        }
        return nil
    }
}
