import Testing

@_spi(Package) import Bytes

@Suite("Short runs of bytes")
struct ByteRunTests {
    /// Bytes of which no two neighbours are the same, with room behind them.
    private let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }

    @Test("Runs of every length are copied, and not a byte more")
    func copying() {
        for length in 0..<100 {
            var target = [UInt8](repeating: 0xEE, count: 120)
            bytes.withByteView { from in
                target.withUnsafeMutableBufferPointer {
                    copyBytes(from: from.baseAddress!, to: $0.baseAddress!, length)
                }
            }
            #expect(Array(target[..<length]) == Array(bytes[..<length]))
            #expect(target[length...].allSatisfy { $0 == 0xEE })
        }
    }

    @Test("Digits of every length are digits only with no other byte among them", arguments: 1...40)
    func digits(count: Int) {
        let digits = (0..<count).map { UInt8(ascii: "0") + UInt8($0 % 10) }
        #expect(digits.withByteView { $0.isAllDigits })
        for place in 0..<count {
            for other: UInt8 in [0, 0x2F, 0x3A, 0x80, 0xB0, 0xFF] {
                var text = digits
                text[place] = other
                #expect(text.withByteView { !$0.isAllDigits })
            }
        }
    }

    @Test("No bytes are no digits")
    func noDigits() { #expect(!ByteView.empty.isAllDigits) }

    @Test("Runs of every length are the same, or differ at any one place")
    func comparing() {
        for length in 0..<100 {
            var other = bytes
            #expect(isSame(other, length))
            // What lies behind them does not count.
            other[length] ^= 1
            #expect(isSame(other, length))
            for place in 0..<length {
                other = bytes
                other[place] ^= 1
                #expect(!isSame(other, length))
            }
        }
    }

    private func isSame(_ other: [UInt8], _ length: Int) -> Bool {
        bytes.withByteView { a in
            other.withByteView { b in equalBytes(a.baseAddress!, b.baseAddress!, length) }
        }
    }

    @Test("Digits are counted up to the first other byte, whatever byte it is", arguments: 0...24)
    func leadingDigits(count: Int) {
        for other in (UInt8.min...UInt8.max) where !other.isDigit {
            var buffer = ByteBuffer(minimumCapacity: 16)
            for index in 0..<count { buffer.append(UInt8(ascii: "0") + UInt8(index * 7 % 10)) }
            buffer.append(other)
            buffer.append(UInt8(ascii: "5"))
            #expect(buffer.padded.digitCount(from: 0) == count)
            #expect(buffer.padded.slice(0..<count).digitCount(from: count / 2) == count - count / 2)
        }
    }

    @Test("One to seven bytes become a word, whatever stands before and behind them")
    func partialWords() {
        bytes.withByteView { bytes in
            for length in 1...7 {
                for end in length..<100 {
                    let expected = (0..<length).reduce(0 as UInt64) {
                        $0 | UInt64(bytes[end - length + $1]) << (8 * $1)
                    }
                    #expect(partialWord(at: bytes.baseAddress! + end - length, length) == expected)
                }
            }
        }
    }

    @Test("A list and a buffer keep what they hold while they grow")
    func growth() {
        var list = ReusableArray<Int>(minimumCapacity: 4)
        var buffer = ByteBuffer(minimumCapacity: 16)
        for number in 0..<10_000 {
            list.append(number)
            buffer.append(UInt8(truncatingIfNeeded: number))
        }
        #expect(Array(list.elements) == Array(0..<10_000))
        #expect(buffer.array() == (0..<10_000).map { UInt8(truncatingIfNeeded: $0) })
        list.removeAll()
        #expect(list.count == 0)
    }
}
