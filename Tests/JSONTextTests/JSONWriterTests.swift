@_spi(Package) import Bytes
import TestSupport
import Testing

@testable import JSONText

@Suite struct JSONWriterTests {
    @Test(
        "Canonical text comes back as it was, compact and indented",
        arguments: [
            "{}", "[]", "null", "[[],{},[{}]]", #"{"a":1,"b":[true,false,null],"c":{"d":"e"}}"#,
            #""\u0001\u001f\"\\/é😀""#, "[0.10,-0,1e5]",
        ])
    func canonical(_ text: String) throws {
        #expect(try rewritten(text) == text)
        let indented = try rewritten(text, indent: true)
        #expect(try rewritten(indented, indent: true) == indented)
        #expect(try rewritten(indented) == text)
    }

    @Test("Indented text has two blanks a level and empty brackets closed at once")
    func indented() throws {
        #expect(
            try rewritten(#"{"a":[1,{"b":null}],"c":{},"d":[]}"#, indent: true) == """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": {},
                  "d": []
                }
                """)
    }

    @Test("Only quotes, backslashes and control characters are escaped")
    func escaping() {
        for value in UInt8(0)..<0x80 {
            var writer = JSONWriter(indent: false)
            writer.string(String(Unicode.Scalar(value)))
            let expected: String =
                switch value {
                case 0x22: #""\"""#
                case 0x5C: #""\\""#
                case 0x08: #""\b""#
                case 0x09: #""\t""#
                case 0x0A: #""\n""#
                case 0x0C: #""\f""#
                case 0x0D: #""\r""#
                case 0..<0x10: "\"\\u000\(String(value, radix: 16))\""
                case 0..<0x20: "\"\\u00\(String(value, radix: 16))\""
                default: "\"\(Unicode.Scalar(value))\""
                }
            #expect(writer.buffer.string() == expected)
        }
    }

    @Test("A string in a buffer is written like any other, whatever stands behind it")
    func paddedStrings() {
        var random = SeededGenerator("strings in buffers")
        var padded = ByteBuffer()
        var plain = JSONWriter(indent: false)
        var fast = JSONWriter(indent: false)
        for length in 0...100 {
            for _ in 0..<40 {
                padded.removeAll()
                for _ in 0..<length { padded.append(UInt8(ascii: "x")) }
                for _ in 0..<Int.random(in: 0...3, using: &random) where length > 0 {
                    let place = Int.random(in: 0..<length, using: &random)
                    padded.base[place] = ([0x22, 0x5C, 0x0A, 0x01, 0x20] as [UInt8]).randomElement(using: &random) ?? 0
                }
                for place in 0..<32 { padded.end[place] = [0x22, 0x5C, 0x0A, 0x41].randomElement(using: &random) ?? 0 }
                plain.removeAll()
                fast.removeAll()
                plain.string(padded.bytes)
                fast.string(padded.padded)
                #expect(fast.buffer.string() == plain.buffer.string())
            }
        }
    }

    @Test("Random strings, control characters and emoji included, are read back as they were written")
    func randomStrings() throws {
        var random = SeededGenerator("random strings")
        let ranges: [ClosedRange<UInt32>] = [0...0x1F, 0x20...0x7E, 0x7F...0x7FF, 0x800...0xFFFF, 0x1F300...0x1FAFF]
        var reader = JSONReader()
        var writer = JSONWriter(indent: false)
        for _ in 0..<10_000 {
            var string = ""
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let range = ranges.randomElement(using: &random) ?? 0...0x7F
                Unicode.Scalar(UInt32.random(in: range, using: &random)).map { string.unicodeScalars.append($0) }
            }
            writer.removeAll()
            writer.beginObject()
            writer.name(string)
            writer.string(string)
            writer.endObject()
            var read: [String] = []
            let root = try reader.read(writer.buffer.bytes)
            reader.forEachMember(of: root) { name, value in
                read = [reader.text(of: name), reader.text(of: value)]
            }
            #expect(read.map { Array($0.utf8) } == [Array(string.utf8), Array(string.utf8)])
        }
    }

    @Test("A second document in the same buffer starts without a comma")
    func lines() {
        var writer = JSONWriter(indent: false)
        writer.beginObject()
        writer.endObject()
        writer.buffer.append(UInt8(ascii: "\n"))
        writer.beginDocument()
        writer.beginArray()
        writer.number(1)
        writer.endArray()
        #expect(writer.buffer.string() == "{}\n[1]")
    }
}
