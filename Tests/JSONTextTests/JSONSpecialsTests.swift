import CInstructions
import Testing

@Suite("Special bytes of JSON strings")
struct JSONSpecialsTests {
    @Test("Quotes, backslashes and control characters are found at each of sixteen places", arguments: 0..<16)
    func places(place: Int) {
        for byte in UInt8.min...UInt8.max {
            var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 16)
            bytes[place] = byte
            let isSpecial = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            #expect(convertlead_json_specials(bytes) == (isSpecial ? 1 << place : 0))
        }
    }
}
