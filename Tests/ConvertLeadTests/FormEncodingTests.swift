@_spi(Package) import Bytes
import TestSupport
import Testing

@testable import ConvertLead

@Suite("The encoding of forms")
struct FormEncodingTests {
    /// A text decoded byte by byte.
    private func decoded(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let high = rest[rest.startIndex].hexDigitValue,
                let low = rest[rest.startIndex + 1].hexDigitValue
            {
                result.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return result
    }

    @Test("Texts of every length are decoded as byte by byte, wherever their signs are")
    func decoding() {
        var random = SeededGenerator("FormEncodingTests.decoding")
        let pieces = [
            "%", "+", "%3C", "%c3", "%4g", "%zz", "a", "é", "*", "plain text", "a text of more than sixteen bytes",
        ]
        for _ in 0..<5000 {
            var text: [UInt8] = []
            for _ in 0..<random.below(20) { text += pieces[random.below(pieces.count)].utf8 }
            var output = ByteBuffer(minimumCapacity: 16)
            output.append("before")
            text.withByteView { FormEncoding.decode($0, into: &output) }
            #expect(output.array() == Array("before".utf8) + decoded(text), "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test("Parameters are known by their names, percent-encoded or not")
    func names() {
        for name in ["leadId", "LEADID", "lead%49d", "%6Cead_id", "+leadId+"] {
            var parameters = V1Parameters()
            var log = DiagnosticLog()
            Array("scope=crmapi&other%20name=1&\(name)=77".utf8).withByteView {
                parameters.takeForm($0, in: .body, log: &log)
            }
            #expect(parameters.value(.leadID).text == "77", "\(name)")
        }
    }
}
