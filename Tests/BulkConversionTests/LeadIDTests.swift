@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion

@Suite("Lead ids that were converted")
struct LeadIDTests {
    @Test("Repeated lead ids are counted and placed, in memory and in a file", arguments: [500, 200_000])
    func repeated(_ count: Int) throws {
        let scratch = try Scratch()
        var text = ""
        var starts: [(id: String, start: Int)] = []
        for number in 0..<count {
            let id = "\(1_386_586_000_002_574_087 + (number % 100 == 99 ? number - 50 : number) * 29)"
            starts.append((id, text.utf8.count))
            text += #"{"source":"calls.ndjson:\#(number + 1)","lead_id":"\#(id)"}"# + "\n"
        }
        try scratch.write("converted.ndjson", text)
        var files = 0
        let ids = RepeatedLeadIDs { () throws(BulkFailure) in
            files += 1
            return try openTemporaryFile()
        }
        for (id, start) in starts {
            try ids.add(Array(id.utf8).withByteView { LeadIDMark($0, lineStart: start) })
        }
        let converted = openFile(scratch["converted.ndjson"], O_RDONLY)
        let repeated = try ids.find { ResultFile("converted.ndjson", converted) }
        #expect(repeated.count == count / 100)
        #expect(repeated.places == ["calls.ndjson:100", "calls.ndjson:200", "calls.ndjson:300"])
        #expect(files == (count > 100_000 ? 1 : 0))
    }
}
