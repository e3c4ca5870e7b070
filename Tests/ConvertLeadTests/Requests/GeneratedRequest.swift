import Foundation
import TestSupport

/// A v1 request made from random numbers, with every named element in a line of its own.
struct GeneratedRequest {
    /// The line of each `option` and `FL` that stands in a row, in document order.
    private(set) var lines: [Int] = []
    private var text: [String] = []

    /// The document.
    var xml: String { text.joined(separator: "\n") }

    init(_ random: inout SeededGenerator) {
        let root = random.pick(["Potentials", "Potentials", "Potentials", "Deals", "Leads"])
        text.append("<\(root)>")
        var rows = [Row.options(asFields: random.chance(20)), .fields]
        if random.chance(10) { rows.append(.options(asFields: false)) }
        if random.chance(10) { rows.append(.fields) }
        if random.chance(10) { rows.append(.empty) }
        if random.chance(5) { rows.removeAll { $0 == .fields } }
        if random.chance(2) { rows.removeAll { $0 != .fields } }
        if random.chance(30) { rows.shuffle(using: &random) }
        for (number, row) in rows.enumerated() {
            text.append("<row no=\"\(number)\">")
            switch row {
            case .options(let asFields): addOptions(asFields: asFields, &random)
            case .fields: addFields(&random)
            case .empty: break
            }
            text.append("</row>")
        }
        text.append("</\(root)>")
    }

    private enum Row: Equatable {
        case options(asFields: Bool)
        case fields
        case empty
    }

    private mutating func addOptions(asFields: Bool, _ random: inout SeededGenerator) {
        if random.chance(95) {
            let values = random.chance(80) ? ["true", "TRUE", "1"] : ["false", "0", "", "maybe"]
            add("createPotential", random.pick(values), asFields, &random)
        }
        for name in ["notifyLeadOwner", "notifyNewEntityOwner"] where random.chance(60) {
            add(name, random.pick(["true", "false", "True", "FALSE", "1", "0", "", " true "]), asFields, &random)
        }
        if random.chance(60) {
            let assignees = [
                "sample@zoho.com", "Sample@Zoho.COM", "asha.rao@example.com", "carol@example.com", "ivan@example.com",
                "1386586000000105002", "4150868000001248015", "",
            ]
            add("assignTo", random.chance(5) ? "nobody@example.com" : random.pick(assignees), asFields, &random)
        }
        if random.chance(5) { add(random.pick(["createAccount", "assignTo", "ASSIGNTO"]), "1", false, &random) }
        if random.chance(5) { add("Amount", "12", true, &random) }
    }

    private mutating func addFields(_ random: inout SeededGenerator) {
        var fields: [(String, String)] = []
        if random.chance(97) {
            fields = [
                (random.pick(["Potential Name", "Deal Name", "potential  name"]), Self.phrase(&random)),
                ("Closing Date", Self.date(&random)),
                (
                    random.pick(["Potential Stage", "Stage", "Deal Stage"]),
                    random.pick(["Qualification", "Negotiation"])
                ),
            ]
        }
        for _ in 0..<Int.random(in: 0...12, using: &random) { fields.append(Self.field(&random)) }
        if random.chance(30) { fields.shuffle(using: &random) }
        for (label, value) in fields { add(label, value, true, &random) }
        if random.chance(5) { text.append("<!-- a comment -->") }
    }

    private static func field(_ random: inout SeededGenerator) -> (String, String) {
        let broken = random.chance(3)
        switch Int.random(in: 0..<24, using: &random) {
        case 0: return ("ACCOUNTID", broken ? "3.2E+18" : random.pick(["1386586000000753001", "null", ""]))
        case 1: return ("CONTACTID", broken ? "Asha" : "1386586000000599023")
        case 2: return ("OVERWRITE", broken ? "yes" : random.pick(["true", "false", "1", "0"]))
        case 3: return (random.pick(["Day", "Day 2", "DAY 3"]), broken ? "31.02.2018" : date(&random))
        case 4: return (random.pick(["Start", "Start 2"]), broken ? "soon" : dateTime(&random))
        case 5: return (random.pick(["Price", "Amount"]), broken ? "1,5" : number(&random))
        case 6: return ("Ratio", broken ? ".5" : number(&random))
        case 7: return ("Share", (broken ? "half" : number(&random)) + random.pick(["", "", "%"]))
        case 8: return ("Probability", broken ? "12.5" : "\(Int.random(in: 0...100, using: &random))")
        case 9:
            return (
                "Count",
                (broken ? "x" : "") + "\(Int.random(in: -999...999, using: &random))" + random.pick(["", ".0"])
            )
        case 10: return ("Big Text", "\(Int.random(in: 0...Int.max, using: &random))")
        case 11: return (random.pick(["Flag", "Flag 2"]), broken ? "ja" : random.pick(["true", "FALSE", "1", "0"]))
        case 12: return ("Level", random.pick(["Low", "High", "Extreme"]))
        case 13:
            return ("Topics", random.pick(["Service", "Service;Hard ware", " Service ; Other;;", ";", "Hard ware"]))
        case 14: return ("Partner", random.pick(["1386586000000900001", "Acme"]))
        case 15: return ("Campaign Source", random.pick(["Spring fair", "Winter fair", "1386586000000803009"]))
        case 16: return ("Contact Role", random.pick(["Purchasing", "Gatekeeper"]))
        case 17: return (random.pick(["Account Name", "SMOWNERID", "Created Time", "Expected Revenue"]), "x")
        case 18: return (random.pick(["Vertragsnr", "First Name", "Größe (m)", "見積"]), phrase(&random))
        case 19: return (random.pick(["Next Step", "Description", "Type"]), random.pick(["null", "", " "]))
        case 20: return ("Code", random.pick(["abc", "abcdefgh"]))
        case 21: return ("assignTo", "sample@zoho.com")
        default: return (random.pick(["Description", "Next Step", "Notes", "Phone", "Type"]), phrase(&random))
        }
    }

    private static func phrase(_ random: inout SeededGenerator) -> String {
        let words = [
            "Acme", "R&D", "<b>", "\"x\"", "back\\slash", "Größe", "見積", "𝄞", "a  b", "line\nline", "tab\there", "'",
            "]]",
        ]
        return (0...Int.random(in: 0...4, using: &random)).map { _ in random.pick(words) }.joined(separator: " ")
    }

    private static func date(_ random: inout SeededGenerator) -> String {
        let (year, month, day) = (
            Int.random(in: 1999...2021, using: &random), Int.random(in: 1...12, using: &random),
            Int.random(in: 1...29, using: &random)
        )
        func pair(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return "\(month)/\(day)/\(year)"
        case 1: return "\(year)-\(pair(month))-\(pair(day)) 00:00:00"
        case 2: return "\(pair(month))/\(pair(day))/\(year) 14:30:00"
        case 3...6: return "\(year)-\(pair(month))-\(pair(day))"
        default: return "\(pair(month))/\(pair(day))/\(year)"
        }
    }

    private static func dateTime(_ random: inout SeededGenerator) -> String {
        random.pick(["2018-05-06 14:30:00", "05/06/2018 14:30:00", "2018-05-06T14:30:00Z", "2018-05-06T14:30:00-08:00"])
    }

    /// A number of up to 15 digits, which floating point holds exactly enough to compare.
    private static func number(_ random: inout SeededGenerator) -> String {
        let sign = random.pick(["", "", "", "-", "+"])
        let whole = "\(Int.random(in: 0...999_999, using: &random))"
        let zeros = random.pick(["", "", "0", "00"])
        let fraction = random.chance(50) ? ".\(Int.random(in: 0...9999, using: &random))0" : ""
        let exponent = random.chance(10) ? random.pick(["e3", "E+2", "e-4"]) : ""
        return sign + zeros + whole + fraction + exponent
    }

    /// Adds an element in one of the ways in which XML can write it.
    private mutating func add(_ name: String, _ value: String, _ isField: Bool, _ random: inout SeededGenerator) {
        func escaped(_ text: String) -> String {
            text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
                .replacingOccurrences(of: ">", with: "&gt;")
        }
        let written: String
        switch Int.random(in: 0..<6, using: &random) {
        case 0: written = "<![CDATA[\(value.replacingOccurrences(of: "]]>", with: "]]]]><![CDATA[>"))]]>"
        case 1: written = value.unicodeScalars.map { "&#\($0.value);" }.joined()
        case 2: written = " \u{A0}" + escaped(value) + "\n "
        case 3: written = escaped(value.prefix(2) + "") + "<!-- - --><?p?>" + escaped(value.dropFirst(2) + "")
        default: written = escaped(value)
        }
        let element = isField ? "FL" : "option"
        lines.append(text.reduce(1) { $0 + 1 + $1.utf8.count { $0 == 0x0A } })
        text.append(
            value.isEmpty && random.chance(50)
                ? "<\(element) val=\"\(name)\"/>" : "<\(element) val='\(name)'>\(written)</\(element)>")
    }
}
