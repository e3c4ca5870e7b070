import Testing

@_spi(Package) import Bytes

@Suite("Looking for bytes")
struct ByteSearchTests {
    @Test("The first of the bytes is found at every place, from every start", arguments: 0...50)
    func searching(length: Int) {
        let (a, b) = (UInt8(ascii: "a"), UInt8(ascii: "b"))
        for place in 0...length {
            var bytes = [UInt8](repeating: 0x80, count: length)
            if place < length { bytes[place] = a }
            if place + 1 < length { bytes[length - 1] = a }
            bytes.withByteView { text in
                for start in 0...length {
                    let expected = bytes[start...].firstIndex(of: a)
                    #expect(text.offset(of: a, from: start) == expected)
                    #expect(text.offset(ofNear: a, from: start) == expected)
                    #expect(text.offset(of: a, or: b, from: start) == expected)
                    #expect(text.offset(of: b, or: a, from: start) == expected)
                    #expect(text.offset(of: b, from: start) == nil)
                }
            }
        }
    }

    @Test(
        "Bytes are counted, however many and wherever they are", arguments: [0, 1, 15, 16, 17, 40, 2032, 2033, 70_000])
    func counting(length: Int) {
        let byte = UInt8(ascii: "a")
        var bytes = [UInt8](repeating: byte, count: length)
        for step in [1, 2, 3, 7, 16, 251] {
            bytes.withByteView { text in
                for start in 0...min(length, 17) {
                    #expect(text.dropping(start).count(of: byte) == bytes[start...].count { $0 == byte })
                }
            }
            for index in stride(from: 0, to: length, by: step) { bytes[index] ^= UInt8(index & 0xFF) | 1 }
        }
    }

    @Test("A byte is replaced by another wherever it is, and only it", arguments: UInt8.min...UInt8.max)
    func replacing(byte: UInt8) {
        var block = SIMD16<UInt8>(repeating: byte)
        for index in stride(from: 1, to: 16, by: 3) { block[index] = byte ^ UInt8(1 << (index / 3)) }
        let replaced = block.replacing(byte, with: 0x20)
        for index in 0..<16 { #expect(replaced[index] == (block[index] == byte ? 0x20 : block[index])) }
    }
}
