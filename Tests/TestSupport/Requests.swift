import Foundation

/// Requests that several tests use.
public enum Requests {
    /// A lead id.
    public static let leadID = "1386586000002574001"

    /// The XML of a request with a deal; `fields` are `FL` elements after the three mandatory ones.
    public static func xml(
        assignTo: String = "sample@zoho.com", fields: String = "", date: String = "12/21/2009"
    ) -> String {
        """
        <Potentials><row no="1"><option val="createPotential">true</option>\
        <option val="assignTo">\(assignTo)</option></row><row no="2"><FL val="Potential Name">A</FL>\
        <FL val="Closing Date">\(date)</FL><FL val="Potential Stage">Closed Won</FL>\(fields)</row></Potentials>
        """
    }

    /// The smallest request: it converts the lead and creates no deal.
    public static let smallest =
        "<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>"

    /// The call of Zoho's comparison page with a token.
    public static let call =
        "https://crm.zoho.com/crm/private/xml/Leads/convertLead?authtoken=\(token)&scope=crmapi&leadId=\(leadID)&xmlData="
        + (xml().addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")

    /// The token in ``call``.
    public static let token = "SECRET0123456789abcdef"

    /// Options that give the users export.
    public static let users = ["--users", "Samples/org/users-1.json", "--users", "Samples/org/users-2.json"]

    /// An archive of JSON lines from a seed: most translate, some have a bad date, are broken, are replies, or have an
    /// unknown label.
    public static func ndjson(_ count: Int, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { line($0, &random) + "\n" }.joined()
    }

    private static func line(_ index: Int, _ random: inout SeededGenerator) -> String {
        let id = 5_550_000_000_400_000 + index
        let padding = String(repeating: "é", count: random.below(200))
        let date = random.chance(10) ? "13/45/2009" : "12/2\(random.below(10))/2018"
        let label = random.chance(16) ? "Unknown \(random.below(5))" : "Next Step"
        switch random.below(20) {
        case 0: return "{\"leadId\":\"\(id)\",\"xmlData\":\"<Potentials>"
        case 1: return "{\"success\":{\"Contact\":{\"content\":\"1\"}}}"
        case 2:
            return "{\"leadId\":\"\(id)\",\"newFormat\":2,\"xmlData\":\"<Potentials><row no=\\\"1\\\"/></Potentials>\"}"
        default:
            return """
                {"leadId":"\(id)","xmlData":"<Potentials><row no=\\"1\\"><option val=\\"createPotential\\">true</option></row>\
                <row no=\\"2\\"><FL val=\\"Potential Name\\">\(padding) \\u00e9 \\/ \(index)</FL><FL val=\\"Closing Date\\">\(date)</FL>\
                <FL val=\\"Potential Stage\\">Closed Won</FL><FL val=\\"\(label)\\">x</FL></row></Potentials>"}
                """
        }
    }
}
