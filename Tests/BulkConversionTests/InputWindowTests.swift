@_spi(Package) import Bytes
import Testing

@testable import BulkConversion

@Suite("Window of a text")
struct InputWindowTests {
    @Test("What is found costs little more than its distance")
    func distance() {
        let window = InputWindow()
        var looked = 0
        Array(repeating: UInt8(ascii: "a"), count: 1 << 20).withByteView { window.open($0) }
        let found = window.find(atMost: 1 << 24) { text in
            looked += text.count
            return text.count > 10_000 ? 10_000 : nil
        }
        #expect(found == 10_000)
        #expect(looked < 60_000)
    }

    @Test("What was in vain too often is looked for nearby only")
    func vain() {
        let window = InputWindow()
        var looked = 0
        Array(repeating: UInt8(ascii: "a"), count: 1 << 20).withByteView { window.open($0) }
        for _ in 0..<2000 {
            #expect(
                window.find(atMost: 1 << 24) { text in
                    looked += text.count
                    return nil
                } == nil)
        }
        #expect(looked < 16 << 20 + 8 << 20 + 2 << 20 + 2000 * 4 * InputWindow.blockSize)
        #expect(window.reach(1 << 24) == InputWindow.blockSize)
        #expect(window.torn(1 << 24).count == InputWindow.blockSize)
    }

    @Test("Carriage returns end lines where nothing else does", arguments: ["a\rb\rc", "a\rb\r"])
    func returns(text: String) {
        let window = InputWindow()
        Array(text.utf8).withByteView { window.open($0) }
        window.takeReturns()
        #expect(window.bytes.text == text.replacing("\r", with: "\n"))
    }

    @Test(
        "Carriage returns beside line feeds, at the end alone, or beside zeros stay",
        arguments: ["a\r\nb", "a\r", "a\rb\0", "a\tb\r\\nc", "a\tb\r\\nc\n"])
    func otherReturns(text: String) {
        let window = InputWindow()
        Array(text.utf8).withByteView { window.open($0) }
        window.takeReturns()
        #expect(window.bytes.text == text)
    }
}
