// Foundation's XMLParser and JSONSerialization.  convert-foundation USERS.json REQUESTS.ndjson
import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif

struct Bad: Error { let kind: String }

final class Reader: NSObject, XMLParserDelegate {
    var options: [String: String] = [:]
    var fields: [(label: String, value: String)] = []
    private var inside = false
    private var label = ""
    private var text = ""

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        inside = name == "FL" || name == "option"
        label = attributes["val"] ?? ""
        text = ""
    }
    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if inside { text += string }
    }
    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if inside { text += String(decoding: block, as: UTF8.self) }
    }
    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard inside else { return }
        inside = false
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if value.isEmpty { return }
        if name == "FL" { fields.append((label, value)) } else { options[label] = value }
    }
}

let names = ["Potential Name": "Deal_Name", "Closing Date": "Closing_Date", "Potential Stage": "Stage"]
var custom: [String: String] = [:]

func apiName(_ label: String) -> String {
    if let known = names[label] ?? custom[label] { return known }
    var out = ""
    for c in label.unicodeScalars {
        if c.isASCII && CharacterSet.alphanumerics.contains(c) {
            out.unicodeScalars.append(c)
        } else if out.last != "_" {
            out += "_"
        }
    }
    custom[label] = out
    return out
}

func date(_ s: String) throws -> String {
    var part = s.split(separator: "/", omittingEmptySubsequences: false)
    if part.count == 3 {
        part = [part[2], part[0], part[1]]
    } else {
        part = s.split(separator: "-", omittingEmptySubsequences: false)
    }
    guard part.count == 3, part[0].utf8.count == 4, let year = Int(part[0]), let month = Int(part[1]),
        let day = Int(part[2]),
        (1...12).contains(month)
    else { throw Bad(kind: "bad_date") }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let last = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    guard (1...last).contains(day) else { throw Bad(kind: "bad_date") }
    return String(format: "%04d-%02d-%02d", year, month, day)
}

func number(_ s: String) throws -> Any {
    let t = s.replacingOccurrences(of: ",", with: "")
    if let i = Int(t) { return i }
    guard let d = Double(t) else { throw Bad(kind: "bad_number") }
    return d
}

func convert(_ xml: String, _ users: [String: String]) throws -> [String: Any] {
    let reader = Reader()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = reader
    guard parser.parse(), parser.parserError == nil else { throw Bad(kind: "malformed_xml") }
    var out: [String: Any] = ["overwrite": false]
    if let v = reader.options["notifyLeadOwner"] { out["notify_lead_owner"] = v.lowercased() == "true" }
    if let v = reader.options["notifyNewEntityOwner"] { out["notify_new_entity_owner"] = v.lowercased() == "true" }
    if let v = reader.options["assignTo"] {
        guard let id = users[v.lowercased()] else { throw Bad(kind: "unknown_assignee") }
        out["assign_to"] = id
    }
    if reader.options["createPotential"]?.lowercased() == "true" {
        var deals: [String: Any] = [:]
        for (label, value) in reader.fields where label != "Contact Role" {
            switch label {
            case "Closing Date": deals["Closing_Date"] = try date(value)
            case "Amount", "Probability": deals[label] = try number(value)
            default: deals[apiName(label)] = value
            }
        }
        guard deals["Deal_Name"] != nil, deals["Closing_Date"] != nil, deals["Stage"] != nil else {
            throw Bad(kind: "missing_required")
        }
        out["Deals"] = deals
    }
    return ["data": [out]]
}

var users: [String: String] = [:]
let list =
    try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1])))
    as! [String: Any]
for user in list["users"] as! [[String: Any]] { users[(user["email"] as! String).lowercased()] = user["id"] as? String }
guard freopen(CommandLine.arguments[2], "r", stdin) != nil else { fatalError("cannot open the requests") }
while let line = readLine() {
    let request = try JSONSerialization.jsonObject(with: Data(line.utf8)) as! [String: String]
    var answer: [String: Any] = ["id": request["id"]!]
    do { answer["body"] = try convert(request["xmlData"]!, users) } catch let bad as Bad { answer["error"] = bad.kind }
    var data = try JSONSerialization.data(withJSONObject: answer)
    data.append(10)
    FileHandle.standardOutput.write(data)
}
