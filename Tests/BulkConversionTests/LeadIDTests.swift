@_spi(Package) import Bytes
import Testing

@testable import BulkConversion

@Suite("Lead ids that were converted")
struct LeadIDTests {
    @Test("A hundred thousand lead ids are remembered, each without a look at the others", .timeLimit(.minutes(5)))
    func remembers() {
        func hash(_ number: Int) -> UInt64 {
            Array("\(1_386_586_000_002_574_087 + number * 29)".utf8).withByteView { LeadIDMark.hash($0) }
        }
        var ids = LeadIDSet()
        var repeated = 0
        for number in 0..<100_000 where ids.insert(hash(number)) { repeated += 1 }
        #expect(repeated == 0)
        for number in stride(from: 0, to: 100_000, by: 1000) where ids.insert(hash(number)) { repeated += 1 }
        #expect(repeated == 100)
    }
}
