import Foundation
import TestSupport
import Testing

@testable import BulkConversion

/// Archives of a call whose deal has a name that matters.
enum NamedDeal {
    /// A document with a text for the deal's name, its quotes written as in the string around it.
    static func document(_ name: String, quote: String = "\"") -> String {
        ("<Potentials><row no=~1~><option val=~createPotential~>true</option></row><row no=~2~>"
            + "<FL val=~Potential Name~>\(name)</FL><FL val=~Closing Date~>12/21/2019</FL>"
            + "<FL val=~Potential Stage~>Qualification</FL></row></Potentials>").replacing("~", with: quote)
    }

    static func filter(_ text: String) throws -> (lines: [Line], text: String) {
        let scratch = try Scratch()
        try scratch.write("a.txt", text + "\n")
        let result = try Bulk.filter([scratch["a.txt"]])
        return (result.lines, String(decoding: result.text, as: UTF8.self))
    }

    /// Expects one converted request with a name of the deal.
    static func expectConverted(_ text: String, name: String) throws {
        let result = try filter(text)
        #expect(result.lines.map(\.leadID) == ["5"] && result.lines.allSatisfy(\.isConverted), "\(text)")
        let deal = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
        #expect(result.text.contains("\"Deal_Name\":" + deal), "\(text)")
    }
}
