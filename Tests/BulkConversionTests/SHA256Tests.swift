import BulkConversion
@_spi(Package) import Bytes
import CInstructions
import Foundation
import TestSupport
import Testing

/// Examples of NIST's "Secure Hash Standard: example values" and of its short and long message tests (SHA256ShortMsg, SHA256LongMsg).
@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "Hashes of NIST's examples come out",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ])
    func examples(text: String, expected: String) {
        #expect(hash([Array(text.utf8)]) == expected)
        #expect(hash([Array(text.utf8)], usesInstructions: false) == expected)
    }

    @Test(
        "A million bytes in parts of any length have the hash of NIST's example",
        arguments: [1, 63, 64, 65, 4_096, 1_000_000])
    func million(part: Int) {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        let parts = stride(from: 0, to: bytes.count, by: part).map { Array(bytes[$0..<min($0 + part, bytes.count)]) }
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(hash(parts) == expected)
        #expect(hash(parts, usesInstructions: false) == expected)
    }

    @Test("Padding takes a second block where the length finds no room in the first", arguments: 50...130)
    func padding(count: Int) {
        let bytes = [UInt8](repeating: 0x5A, count: count)
        let halves = [Array(bytes[..<(count / 2)]), Array(bytes[(count / 2)...])]
        #expect(hash(halves) == hash([bytes]))
        #expect(hash([bytes]) != hash([bytes + [0]]))
    }

    @Test("A hash can be asked for before the end")
    func early() {
        var sum = SHA256()
        [UInt8]("ab".utf8).withByteView { sum.add($0) }
        _ = sum.hexadecimal
        [UInt8]("c".utf8).withByteView { sum.add($0) }
        #expect(sum.hexadecimal == hash([Array("abc".utf8)]))
    }

    @Test("The processor's instructions and the code in Swift agree", arguments: 0..<200 as Range<UInt64>)
    func agreement(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...2_000, using: &random)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        var parts: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = Int.random(in: start...bytes.count, using: &random)
            parts.append(Array(bytes[start..<end]))
            start = end
        }
        #expect(hash(parts) == hash([bytes], usesInstructions: false))
    }

    #if os(Linux)
        @Test("The instructions are used where the kernel says that the processor has them")
        func detection() throws {
            let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
            let words = Set(text.split { $0.isWhitespace })
            var state = [UInt32](repeating: 0, count: 8)
            let isUsed = convertlead_sha256_blocks(&state, [], 0, [])
            #expect(isUsed == (words.contains("sha_ni") || words.contains("sha2")))
        }
    #endif

    private func hash(_ parts: [[UInt8]], usesInstructions: Bool = true) -> String {
        var sum = SHA256(usesInstructions: usesInstructions)
        for part in parts { part.withByteView { sum.add($0) } }
        return sum.hexadecimal
    }
}
