@_spi(Package) import Bytes
import Testing

@testable import XMLText

/// A short form of the events: `<name`, `@name=value`, `text`, `>name`.
private func outline(_ text: String, isDecoded: Bool = false) throws -> String {
    try outline(Array(text.utf8), isDecoded: isDecoded)
}

private func outline(_ bytes: [UInt8], isDecoded: Bool = false, pieceSize: Int = .max) throws -> String {
    var reader = XMLReader(names: ["FL", "val"])
    return try bytes.withByteView { try outline($0, &reader, isDecoded: isDecoded, pieceSize: pieceSize) }
}

private func outline(
    _ bytes: ByteView, _ reader: inout XMLReader, isDecoded: Bool = false, pieceSize: Int = .max
) throws -> String {
    try reader.read(bytes, isDecoded: isDecoded, pieceSize: pieceSize)
    var parts: [String] = []
    func name(_ index: Int16, _ text: String) -> String { index == 0 ? "FL" : index == 1 ? "val" : text }
    for event in reader.events {
        let text = reader.bytes(event.text).text
        switch event.kind {
        case .start:
            parts.append("<\(name(event.name, reader.bytes(event.nameText).text))")
            if event.attributeName > -2 {
                parts.append("@\(name(event.attributeName, "?"))=\(reader.bytes(event.value).text)")
            }
            if !text.isEmpty { parts.append("'\(text)'") }
        case .attribute: parts.append("@\(name(event.name, "?"))=\(reader.bytes(event.value).text)")
        case .text: parts.append("'\(text)'")
        case .end:
            let start = reader.events[Int(event.partner)]
            parts.append(">\(name(start.name, reader.bytes(start.nameText).text))")
        }
    }
    return parts.joined(separator: " ")
}

private func refusal(_ text: String) -> XMLError? { refusal(Array(text.utf8)) }

private func refusal(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) -> XMLError? {
    var reader = XMLReader(names: ["FL", "val"], limits: limits)
    return bytes.withByteView { bytes in
        do throws(XMLError) {
            try reader.read(bytes)
            return nil
        } catch {
            return error
        }
    }
}

@Suite("Reading XML")
struct XMLReaderTests {
    @Test("Elements, attributes and text become events in document order")
    func events() throws {
        #expect(try outline("<a><FL val='x'>1</FL><b/></a>") == "<a <FL @val=x '1' >FL <b >b >a")
    }

    @Test("Further attributes and text behind a child are events of their own")
    func furtherEvents() throws {
        #expect(
            try outline("<FL a='1' val='2'>x<b/>y<!-- -->z</FL>") == "<FL @?=1 'x' @val=2 <b >b 'yz' >FL")
    }

    @Test("Entities, CDATA, comments and non-ASCII letters do not split a text")
    func textIsJoined() throws {
        #expect(
            try outline("<FL>a&amp;b<![CDATA[<c>]]><!-- no -->d\u{E9}<?pi?>&#x20AC;</FL>")
                == "<FL 'a&b<c>d\u{E9}\u{20AC}' >FL")
    }

    @Test("A reference in an attribute value arrives as the character it means")
    func attributeReferences() throws {
        #expect(try outline("<FL val='R&amp;D &#38; &lt;x&gt;'/>") == "<FL @val=R&D & <x> >FL")
    }

    @Test("White space is no event when it is all there is, and stays inside a text")
    func whiteSpace() throws {
        #expect(try outline("<a> <FL/>\n</a>") == "<a <FL >FL >a")
        #expect(try outline("<FL>a &amp; b </FL>") == "<FL 'a & b ' >FL")
    }

    @Test("White space and a byte-order mark before the declaration are skipped")
    func beforeDeclaration() throws {
        #expect(try outline("\u{FEFF}\n  <?xml version='1.0' encoding='UTF-8'?><a/>") == "<a >a")
    }

    @Test("A context is reused, and thrown away after a failure, without a trace of the document before")
    func reuse() throws {
        var reader = XMLReader(names: ["FL", "val"])
        for text in ["<a xmlns:z='u'><z:FL/></a>", "<a><z:b/></a>", "<b><FL/></b>", "<b", "<c/>"] {
            let bytes = Array(text.utf8)
            let result = bytes.withByteView { bytes in try? outline(bytes, &reader) }
            let fresh = try? outline(bytes)
            #expect(result == fresh, "\(text)")
        }
    }

    @Test(
        "Each kind of refusal names its place",
        arguments: [
            ("", XMLError.Kind.empty, 0), (" \n", .empty, 0), ("hello", .syntax, 0), ("<a>R&D</a>", .syntax, 4),
            ("<a>x &amp y</a>", .syntax, 5), ("<a>5 &euro;</a>", .entity, 5), ("<a>&#1;</a>", .character, 3),
            ("<a>\u{1}</a>", .character, 3), ("<a>\u{0}</a>", .character, 3), ("<!DOCTYPE a><a/>", .doctype, 0),
            ("<!DOCTYPE a\u{FFFF}><a/>", .doctype, 0),
            ("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", .doctype, 22),
            ("<?xml version='1.1'?><a/>", .version, 0), ("<a><z:b/></a>", .namespace, 3),
            ("<?xml version='1.0' encoding='Shift_JIS'?><a/>", .encoding, 0), ("<a></b>", .syntax, 3),
            ("<a/><b/>", .syntax, 4),
        ])
    func refusals(text: String, kind: XMLError.Kind, offset: Int) throws {
        try expectRefusal(of: text, kind, at: offset)
    }

    private func expectRefusal(of text: String, _ kind: XMLError.Kind, at offset: Int) throws {
        let error = try #require(refusal(text))
        #expect(error.kind == kind)
        #expect(error.offset == offset)
    }

    @Test(
        "What is right is never blamed for what is wrong after it",
        arguments: [
            ("<P>R&amp;D <jo@example.com></P>", XMLError.Kind.syntax, 11),
            ("<P><![CDATA[R&D Ltd]]> <a@b.c></P>", .syntax, 23), ("<P>AT&T&#39;s</P>", .syntax, 5),
            ("<P>Caf&eacute;&#160;x</P>", .entity, 6), ("<P><!-- R&D --> 5 < 6</P>", .syntax, 18),
            ("<P><?x R&D ?>a & b</P>", .syntax, 15), ("<P a='R&amp;D'>a &b; c</P>", .entity, 17),
            ("<P a='&#38;' b='R&D'/>", .syntax, 17), ("<P>&lt;3 <3</P>", .syntax, 9),
            ("<P>&#x26;&#xZ;</P>", .syntax, 9), ("<P>&#38;&#99999999999;</P>", .character, 8),
            ("<P>&amp;&#0;</P>", .character, 8), ("<P>&amp; a&b</P>\u{1}", .syntax, 10),
            ("<!-- <!DOCTYPE a> --><a>R&D</a>", .syntax, 25), ("<a><!-- <b@c> --></a><d@e>", .syntax, 21),
        ])
    func blame(text: String, kind: XMLError.Kind, offset: Int) throws {
        try expectRefusal(of: text, kind, at: offset)
    }

    @Test("The reason is what is wrong, also after references, comments and CDATA")
    func reasons() {
        #expect(refusal("<P>R&amp;D <jo@example.com></P>")?.reason.contains("&lt;") == true)
        #expect(refusal("<P>Caf&eacute;&#160;x</P>")?.reason.contains("&eacute;") == true)
        #expect(refusal("<P>AT&T&#39;s</P>")?.reason.contains("&amp;") == true)
        #expect(refusal("<P>AT&am")?.reason.contains("&amp;") == false, "a text that is cut off has no bare ampersand")
    }

    @Test("Ill-formed UTF-8 is refused where it begins")
    func illFormedUTF8() throws {
        let error = try #require(refusal(Array("<a>ab".utf8) + [0xC3, 0x28] + Array("</a>".utf8)))
        #expect(error.kind == .encoding)
        #expect(error.offset == 5)
    }

    @Test("UTF-16, ISO-8859-1 and windows-1252 are decoded")
    func encodings() throws {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>\u{E9}\u{1F600}</a>"
        let little: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big: [UInt8] = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        #expect(try outline(little) == "<a '\u{E9}\u{1F600}' >a")
        #expect(try outline(big) == "<a '\u{E9}\u{1F600}' >a")
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xE9] + Array("</a>".utf8)
        #expect(try outline(latin) == "<a '\u{E9}' >a")
        let windows = Array("<?xml version='1.0' encoding='windows-1252'?><a>".utf8) + [0x80] + Array("</a>".utf8)
        #expect(try outline(windows) == "<a '\u{20AC}' >a")
    }

    @Test("A byte that its encoding does not use is refused")
    func unusedByte() throws {
        let bytes = Array("<?xml version='1.0' encoding='windows-1252'?><a>".utf8) + [0x81] + Array("</a>".utf8)
        #expect(refusal(bytes)?.kind == .encoding)
    }

    @Test("A byte-order mark that contradicts the declaration is refused")
    func contradiction() throws {
        #expect(refusal("\u{FEFF}<?xml version='1.0' encoding='ISO-8859-1'?><a/>")?.kind == .encoding)
    }

    @Test("An encoding declared inside decoded text is ignored")
    func decodedText() throws {
        #expect(
            try outline("<?xml version='1.0' encoding='ISO-8859-1'?><a>\u{E9}</a>", isDecoded: true) == "<a '\u{E9}' >a"
        )
    }

    @Test("Nesting and size have limits")
    func limits() throws {
        let deep = String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65)
        #expect(refusal(deep)?.kind == .depth)
        #expect(refusal(String(repeating: "<a>", count: 100_000))?.kind == .depth)
        #expect(refusal(Array("<a>123</a>".utf8), limits: XMLLimits(size: 9))?.kind == .size)
        let wide = "<a>" + String(repeating: "<b/>", count: 1_000_000) + "</a>"
        #expect(refusal(wide)?.kind == .size)
        #expect(refusal(Array("<a>123</a>".utf8), limits: XMLLimits(size: 10)) == nil)
    }

    @Test("A tag with very many attributes is refused before libxml2 compares them all")
    func manyAttributes() throws {
        let attributes = (0..<20_000).map { " a\($0)=''" }.joined()
        let error = try #require(refusal("<a>\n<b\(attributes)/></a>"))
        #expect(error.kind == .size)
        #expect(error.offset == 4)
        // A zero is what the person is to be told of, wherever it stands.
        #expect(refusal("<a>\n<b\(attributes)/></a>\u{0}")?.kind == .character)
        let text = String(repeating: "x ' ", count: 50_000)
        #expect(refusal("<a><!-- \(text) --><![CDATA[\(text)]]>\(text)<?pi \(text)?></a>") == nil)
    }

    @Test("A document of many megabytes keeps its places")
    func largeDocument() throws {
        let filler = String(repeating: "<FL val='x'>0123456789 0123456789 0123456789</FL>\n", count: 100_000)
        let bytes = Array("<a>\(filler)<b>end</b></a>".utf8)
        var reader = XMLReader(names: ["FL", "val"], limits: XMLLimits(elements: 200_000))
        try bytes.withByteView { bytes in
            try reader.read(bytes)
            let start = try #require(reader.events.last { $0.kind == .start })
            #expect(reader.offset(of: start) == 3 + filler.utf8.count)
            #expect(reader.offset(ofTextAfter: start) == 3 + filler.utf8.count + 3)
        }
    }

    @Test("Tags and texts are found behind leading blanks, comments, CDATA and entities")
    func places() throws {
        let text = "\n <a>\n<FL val='1'> <!-- > --><![CDATA[ x]]></FL><FL val='2'>&amp;</FL><FL val='3'/></a>"
        let bytes = Array(text.utf8)
        var reader = XMLReader(names: ["FL", "val"])
        try bytes.withByteView { bytes in
            try reader.read(bytes)
            let starts = reader.events.filter { $0.kind == .start && $0.name == 0 }
            let tags = starts.map { reader.offset(of: $0) }
            let texts = starts.map { reader.offset(ofTextAfter: $0) }
            func place(of part: String, after: Int = 0) -> Int {
                Array(text.utf8.indices).first { text.utf8[$0...].starts(with: part.utf8) }
                    .map { text.utf8.distance(from: text.startIndex, to: $0) } ?? -1
            }
            #expect(tags == [place(of: "<FL val='1'"), place(of: "<FL val='2'"), place(of: "<FL val='3'")])
            #expect(texts == [place(of: "x]]>"), place(of: "&amp;"), place(of: "</a>")])
        }
    }
}
