@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import JSONText

@Suite struct JSONReaderTests {
    @Test("Values know their kind, content and place")
    func values() throws {
        let text = Array(#"{"a":[1.50,"x\ny",true,false,null],"b":{"é":"😀"}}"#.utf8)
        var reader = JSONReader()
        try text.withByteView { bytes in
            let root = try reader.read(bytes)
            #expect(reader.kind(of: root) == .object)
            #expect(reader.count(of: root) == 2)
            let listFound = reader.member("a", of: root)
            let list = try #require(listFound)
            #expect(reader.count(of: list) == 5)
            var texts: [String] = []
            var offsets: [Int] = []
            var kinds: [JSONReader.Kind] = []
            reader.forEachElement(of: list) { element in
                texts.append(reader.text(of: element))
                offsets.append(reader.offset(of: element))
                kinds.append(reader.kind(of: element))
            }
            #expect(texts == ["1.50", "x\ny", "true", "false", "null"])
            #expect(offsets == [6, 11, 18, 23, 29])
            #expect(kinds == [.number, .string, .boolean, .boolean, .null])
            let objectFound = reader.member("b", of: root)
            let object = try #require(objectFound)
            #expect(reader.source(of: object).text == #"{"é":"😀"}"#)
            let innerFound = reader.member("é", of: object)
            let inner = try #require(innerFound)
            #expect(reader.text(of: inner) == "😀")
            let absent = [reader.member("c", of: root), reader.member("a", of: list)]
            #expect(absent == [nil, nil])
        }
    }

    @Test("A number keeps its exact digits", arguments: ["0.10", "-0", "1E400", "12345678901234567890123", "3432.23"])
    func digits(_ number: String) throws {
        #expect(try rewritten("[\(number)]") == "[\(number)]")
    }

    @Test("Every escape is undone")
    func escapes() throws {
        let read = try rewritten(#"["\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00\u0000"]"#)
        #expect(read == #"["\"\\/\b\f\n\r\tAé€😀\u0000"]"#)
    }

    @Test("Escapes at every place of a long string are undone", arguments: 0..<40)
    func escapePlaces(_ place: Int) throws {
        let before = String(repeating: "a", count: place)
        let after = String(repeating: "ü", count: 40 - place)
        #expect(try rewritten("[\"\(before)\\u0041\(after)\"]") == "[\"\(before)A\(after)\"]")
    }

    @Test(
        "Broken text is refused at the byte that breaks it",
        arguments: [
            ("", 0), ("  ", 2), ("[1,]", 2), ("[1", 2), ("{\"a\" 1}", 5), ("{a:1}", 1), ("[1] x", 4), ("\"a\u{1}\"", 2),
            ("[\"abc", 1), ("[\"\\ud800\"]", 2), ("[\"\\udc00\"]", 2), ("[\"\\ud800\\u0041\"]", 2), ("[\"\\x\"]", 2),
            ("[01]", 1), ("[1.]", 3), ("[-]", 2), ("[tru]", 1), ("{\"a\":1,}", 6), ("[\"\\u12\"]", 2), ("{\"a\":1", 6),
            ("nul", 0), ("[1 2]", 3), ("{\"a\":1 \"b\":2}", 7), ("[1,", 3), ("{\"a\":1,", 7), ("{\"a\"", 4),
            ("\"\\", 1),
        ])
    func broken(_ text: String, _ offset: Int) {
        #expect(readingError(text)?.offset == offset)
    }

    @Test(
        "Bytes that are not UTF-8 are refused at their place",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3],
        ] as [[UInt8]])
    func illFormed(_ bytes: [UInt8]) {
        for padding in 0..<10 {
            let text = [0x22] + Array(repeating: 0x61, count: padding) + bytes + [0x22]
            #expect(readingError(text)?.offset == 1 + padding)
        }
    }

    @Test("Every Unicode scalar is read as it stands")
    func everyScalar() throws {
        var text = "[\""
        for value in UInt32(0x20)...0x10FFFF where value != 0x22 && value != 0x5C {
            guard let scalar = Unicode.Scalar(value) else { continue }
            text.unicodeScalars.append(scalar)
            if value % 1024 == 0 { text += "\",\"" }
        }
        text += "\"]"
        #expect(Array(try rewritten(text).utf8) == Array(text.utf8))
    }

    @Test("Nesting up to the limit is read, one level more is refused where it begins")
    func depth() {
        let texts = (1...3).map { Array((String(repeating: "[", count: $0) + String(repeating: "]", count: $0)).utf8) }
        #expect(readingError(texts[1], maximumDepth: 2) == nil)
        #expect(readingError(texts[2], maximumDepth: 2)?.offset == 2)
        #expect(readingError(Array(repeating: UInt8(ascii: "["), count: 100_000))?.offset == 512)
        #expect(readingError(Array(String(repeating: "{\"a\":", count: 600).utf8))?.offset == 512 * 5)
    }

    @Test("Trailing commas are accepted only when asked for, and counted")
    func trailingCommas() throws {
        let text = Array(#"{"a":[1,2, ],"b":{"c":1,},}"#.utf8)
        #expect(readingError(text)?.offset == 9)
        #expect(try rewritten(text, trailingCommas: .accepted) == Array(#"{"a":[1,2],"b":{"c":1}}"#.utf8))
        var reader = JSONReader()
        try text.withByteView { _ = try reader.read($0, trailingCommas: .accepted) }
        #expect(reader.trailingCommaCount == 3)
        #expect(reader.firstTrailingComma == 9)
        for lone in ["[,]", "{,}", "[1,,]", "{\"a\":1,,}", "[1],", "[,1]"] {
            #expect(throws: JSONError.self) { try rewritten(Array(lone.utf8), trailingCommas: .accepted) }
        }
    }

    @Test("No-break spaces between values pass only together with trailing commas")
    func noBreakSpaces() throws {
        let text = Array("\u{A0}{\u{A0} \"a\u{A0}\"\u{A0}:\u{A0}[1 \u{A0},\u{A0}]\u{A0}}\u{A0}\n".utf8)
        #expect(readingError(text)?.offset == 0)
        #expect(try rewritten(text, trailingCommas: .accepted) == Array("{\"a\u{A0}\":[1]}".utf8))
        #expect(throws: JSONError.self) { try rewritten([0xC2, 0xA1, 0x31], trailingCommas: .accepted) }
        #expect(throws: JSONError.self) { try rewritten([0x31, 0xC2], trailingCommas: .accepted) }
    }

    @Test("A byte-order mark is skipped and counted in offsets")
    func byteOrderMark() throws {
        let text = Array("\u{FEFF}{\"a\":1}".utf8)
        var reader = JSONReader()
        try text.withByteView { bytes in
            let root = try reader.read(bytes)
            #expect(reader.offset(of: root) == 3)
        }
        #expect(readingError("\u{FEFF}")?.offset == 3)
        #expect(readingError("\u{FEFF}\u{FEFF}1")?.offset == 3)
    }

    @Test("Of repeated names the last value counts and the repetition is found", arguments: [2, 16, 17, 300])
    func repeatedNames(_ count: Int) throws {
        var members = (1..<count).map { "\"n\($0)\":\($0)" }
        var reader = JSONReader()
        let distinct = Array("{\(members.joined(separator: ","))}".utf8)
        try distinct.withByteView { bytes in
            let root = try reader.read(bytes)
            let repeated = reader.repeatedName(of: root)
            #expect(repeated == nil)
        }
        members.append("\"\\u006e1\":\"last\"")
        let text = Array("{\(members.joined(separator: ","))}".utf8)
        try text.withByteView { bytes in
            let root = try reader.read(bytes)
            let repeatedFound = reader.repeatedName(of: root)
            let repeated = try #require(repeatedFound)
            #expect(reader.offset(of: repeated) == text.count - 17)
            let lastFound = reader.member("n1", of: root)
            let last = try #require(lastFound)
            #expect(reader.text(of: last) == "last")
        }
    }

    @Test("A text of 4 GB is refused without being touched")
    func enormous() {
        let byte: [UInt8] = [0x31]
        byte.withByteView { one in
            var reader = JSONReader()
            let enormous = ByteView(start: one.baseAddress, count: Int(UInt32.max))
            #expect(throws: JSONError.self) { _ = try reader.read(enormous) }
        }
    }

    @Test("A reader is as good after a refusal as before")
    func reuse() throws {
        var reader = JSONReader()
        for text in ["[1,2", "{\"a\":\"\\n", "[[[", "\"\\ud800\""] {
            let broken = Array(text.utf8)
            #expect(throws: JSONError.self) {
                try broken.withByteView { bytes in _ = try reader.read(bytes) }
            }
            let good = Array(#"{"a":"\n"}"#.utf8)
            try good.withByteView { bytes in
                let root = try reader.read(bytes)
                let valueFound = reader.member("a", of: root)
                let value = try #require(valueFound)
                #expect(reader.text(of: value) == "\n")
            }
        }
    }

    @Test("10,000 mutated texts are read or refused without a crash, and what is read survives writing")
    func mutations() throws {
        var random = SeededGenerator("mutated JSON texts")
        let seeds = [
            #"{"data":[{"Contacts":"738964000002058055","Deals":null,"Accounts":{"id":1234567890123456789}}]}"#,
            #"[1,-2.5e+10,true,false,null,"\u00e9\ud83d\ude00\\\"",{"a":{},"b":[]}]"#,
            "{\"ключ\" : \"значение 😀 value of more than eight bytes\",\t\"k\":[ 0 , 0.10 ]\r\n}", "\u{FEFF}[\"\\n\"]",
        ].map { Array($0.utf8) }
        let alphabet = Array("{}[]\",:\\u0dD8\u{1} \n-+.eEtrufalsn é😀".utf8) + [0xFF, 0xC0, 0x80, 0xED, 0xF4, 0x00]
        var accepted = 0
        for _ in 0..<10_000 {
            var text = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...text.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: text.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                case 1 where place < text.count: text[place] = alphabet.randomElement(using: &random) ?? 0
                case 2 where place < text.count: text.remove(at: place)
                case 3: text.removeSubrange(place...)
                default: text.insert(contentsOf: text[..<min(place, 40)], at: place)
                }
            }
            if let refusal = readingError(text) {
                #expect(refusal.offset >= 0 && refusal.offset <= text.count)
                continue
            }
            accepted += 1
            let once = try rewritten(text)
            #expect(try rewritten(once) == once)
            let written = String(decoding: once, as: UTF8.self)
            // Foundation refuses numbers beyond the range of Double.
            if written.contains(/[0-9][eE][+-]?[0-9]{3}/) { continue }
            #expect(
                (try? JSONSerialization.jsonObject(with: Data(once), options: .fragmentsAllowed)) != nil, "\(written)")
        }
        #expect(accepted > 100)
    }
}
