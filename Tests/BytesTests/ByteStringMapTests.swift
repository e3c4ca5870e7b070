import Testing

@_spi(Package) import Bytes

/// An index that expectations can hold.
private final class Index {
    private var index: ByteStringMap

    init(ignoringCase: Bool) { index = ByteStringMap(ignoringCase: ignoringCase) }

    var count: Int { index.count }

    func insert(_ key: String, scope: Int32 = 0, _ number: Int) -> Bool { index.insert(key, scope: scope, number) }

    func find(_ key: String, scope: Int32 = 0) -> Int? { find(Array(key.utf8), scope: scope) }

    /// What both ways to look up say; -1 when they do not agree.
    func find(_ key: [UInt8], scope: Int32 = 0) -> Int? {
        var padded = ByteBuffer()
        key.withByteView { padded.append($0) }
        for place in 0..<16 { padded.end[place] = UInt8.random(in: 0...255) }
        let found = index.find(padded.padded, scope: scope)
        return key.withByteView { index.find($0, scope: scope) } == found ? found : -1
    }
}

@Suite("Look-up by bytes")
struct ByteStringMapTests {

    @Test("Keys of every length are found, and nothing else is")
    func everyLength() {
        let index = Index(ignoringCase: false)
        #expect(index.find("") == nil)
        for length in 0..<100 {
            let key = String((0..<length).map { Character(Unicode.Scalar(UInt8(0x21 + ($0 * 7 + length) % 90))) })
            #expect(index.insert(key, length))
        }
        #expect(index.count == 100)
        for length in 0..<100 {
            let key = String((0..<length).map { Character(Unicode.Scalar(UInt8(0x21 + ($0 * 7 + length) % 90))) })
            #expect(index.find(key) == length)
            #expect(index.find(key + "x") == nil)
            // A key that differs in one byte only, at each place.
            for place in 0..<length {
                var bytes = Array(key.utf8)
                bytes[place] ^= 0x80
                #expect(index.find(bytes) == nil)
            }
        }
    }

    @Test("Thousands of keys are found while the index grows")
    func manyKeys() {
        let index = Index(ignoringCase: false)
        for number in 0..<5000 { #expect(index.insert("key \(number)", number)) }
        for number in 0..<5000 { #expect(index.find("key \(number)") == number) }
        #expect(index.find("key 5000") == nil)
    }

    @Test("The first number of a key stays")
    func firstWins() {
        let index = Index(ignoringCase: true)
        #expect(index.insert("Amount", 1))
        #expect(!index.insert("AMOUNT", 2))
        #expect(index.find("amount") == 1)
        #expect(index.count == 1)
    }

    @Test("Case is ignored in ASCII letters only, and only where asked")
    func cases() {
        let ignoring = Index(ignoringCase: true)
        let exact = Index(ignoringCase: false)
        for (number, key) in ["Closing Date Of The Deal", "a[b]c@d", "Größe", "É"].enumerated() {
            #expect(ignoring.insert(key, number))
            #expect(exact.insert(key, number))
        }
        #expect(ignoring.find("CLOSING date OF the DEAL") == 0)
        #expect(exact.find("CLOSING date OF the DEAL") == nil)
        // [ and {, ] and }, @ and ` differ in the bit that tells cases apart.
        #expect(ignoring.find("a{b}c`d") == nil)
        #expect(ignoring.find("GRößE") == 2)
        #expect(ignoring.find("é") == nil)
    }

    @Test("The same bytes in another scope are another key")
    func scopes() {
        let index = Index(ignoringCase: false)
        for scope in Int32(0)..<200 {
            #expect(index.insert("", scope: scope, Int(scope)))
            #expect(index.insert("Open", scope: scope, 1000 + Int(scope)))
        }
        for scope in Int32(0)..<200 {
            #expect(index.find("", scope: scope) == Int(scope))
            #expect(index.find("Open", scope: scope) == 1000 + Int(scope))
        }
        #expect(index.find("Open", scope: 200) == nil)
    }
}
