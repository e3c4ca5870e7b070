@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion

@Suite("Strings in lines of archives")
struct EscapedStringTests {
    /// What a string's inside becomes, and how many bytes of it were read; `nil` when it is refused.
    private func unescape(_ inside: String, _ end: Int? = nil) -> (text: String, read: Int)? {
        var source = ByteBuffer()
        source.append(string: inside)
        // What lies behind the end must not count.
        let count = end ?? source.count
        var target = ByteBuffer(minimumCapacity: source.count)
        var at = 0
        guard EscapedString.unescape(source.padded.slice(0..<count), from: &at, to: &target) else { return nil }
        return (target.string(), at)
    }

    @Test("Each escape is read at each place of a block and across its end")
    func places() {
        let escapes: [(String, String)] = [
            (#"\""#, "\""), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b"#, "\u{8}"), (#"\f"#, "\u{C}"), (#"\n"#, "\n"),
            (#"\r"#, "\r"),
            (#"\t"#, "\t"), (#"\u0041"#, "A"), (#"\u00e9"#, "é"), (#"\u20AC"#, "€"), (#"\ud83d\ude00"#, "😀"),
            (#"\\\""#, "\\\""), (#"\\\\\\"#, "\\\\\\"), (#"\\u0041"#, "\\u0041"),
        ]
        for (escape, meaning) in escapes {
            for place in 0..<140 {
                let before = String(repeating: "x", count: place)
                let result = unescape(before + escape + "yz\"")
                #expect(result?.text == before + meaning + "yz")
                #expect(result?.read == place + escape.utf8.count + 3)
            }
        }
    }

    @Test("A string that does not end, and one that ends inside an escape, is refused wherever it is cut")
    func cut() {
        let inside = String(repeating: #"ab\"\\\u00e9\ud83d\ude00 and plain text\n"#, count: 5)
        for end in 0...inside.utf8.count { #expect(unescape(inside + "\"", end) == nil) }
        #expect(unescape(inside + "\"") != nil)
    }

    @Test(
        "What JSON does not allow is refused at each place of a block",
        arguments: [
            "\u{0}", "\u{1F}", "\t", "\n", #"\a"#, #"\U0041"#, #"\'"#, #"\u12g4"#, #"\ud83d"#, #"\ud83dx"#,
            #"\ud83d\n"#,
            #"\ud83d\u0041"#, #"\ude00"#, #"\ "#,
        ])
    func refused(_ bad: String) {
        for place in 0..<140 {
            #expect(unescape(String(repeating: "x", count: place) + bad + "yyyyyyyyyyyy\"") == nil)
        }
    }

    @Test("Random texts are read as another reader reads them")
    func random() throws {
        var random = SeededGenerator("strings with escapes")
        let pieces = [
            "a", "Amount", "<FL val=", #"\""#, #"\n"#, #"\\"#, #"\/"#, #"\u00fc"#, #"\u20ac"#, #"\ud83d\ude00"#, "ß",
            "漢字",
            String(repeating: "long ", count: 30),
        ]
        for _ in 0..<3000 {
            let count = Int.random(in: 0...40, using: &random)
            let inside = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let expected = try JSONDecoder().decode(String.self, from: Data("\"\(inside)\"".utf8))
            #expect(unescape(inside + "\" behind")?.text == expected)
        }
    }
}
