// XMLCoder and JSONEncoder: Codable at both ends.  convert-xmlcoder USERS.json REQUESTS.ndjson
import Foundation
import XMLCoder

struct Bad: Error { let kind: String }

struct Item: Decodable, DynamicNodeDecoding {
    let val: String
    let raw: String
    var text: String { raw.trimmingCharacters(in: .whitespacesAndNewlines) }
    enum CodingKeys: String, CodingKey { case val, raw = "" }
    static func nodeDecoding(for key: CodingKey) -> XMLDecoder.NodeDecoding {
        key.stringValue == "val" ? .attribute : .element
    }
}
struct Row: Decodable {
    let option: [Item]?
    let FL: [Item]?
}
struct Potentials: Decodable { let row: [Row] }

struct Request: Decodable { let id: String, xmlData: String }
struct Users: Decodable {
    struct User: Decodable { let id: String, email: String }
    let users: [User]
}

enum Value: Encodable {
    case string(String), int(Int), double(Double)
    func encode(to encoder: Encoder) throws {
        var c = encoder.singleValueContainer()
        switch self {
        case .string(let s): try c.encode(s)
        case .int(let i): try c.encode(i)
        case .double(let d): try c.encode(d)
        }
    }
}
struct Conversion: Encodable {
    var overwrite = false
    var notify_lead_owner: Bool?
    var notify_new_entity_owner: Bool?
    var assign_to: String?
    var Deals: [String: Value]?
}
struct Body: Encodable { let data: [Conversion] }
struct Answer: Encodable {
    let id: String
    var body: Body?
    var error: String?
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

func number(_ s: String) throws -> Value {
    let t = s.replacingOccurrences(of: ",", with: "")
    if let i = Int(t) { return .int(i) }
    guard let d = Double(t) else { throw Bad(kind: "bad_number") }
    return .double(d)
}

let decoder = XMLDecoder()
decoder.trimValueWhitespaces = false  // true loses a blank that stands alone between two entities

func convert(_ xml: String, _ users: [String: String]) throws -> Conversion {
    guard let doc = try? decoder.decode(Potentials.self, from: Data(xml.utf8)) else { throw Bad(kind: "malformed_xml") }
    var out = Conversion(), create = false
    for o in doc.row.flatMap({ $0.option ?? [] }) {
        let text = o.text
        if text.isEmpty { continue }
        let yes = text.lowercased() == "true"
        switch o.val {
        case "createPotential": create = yes
        case "notifyLeadOwner": out.notify_lead_owner = yes
        case "notifyNewEntityOwner": out.notify_new_entity_owner = yes
        case "assignTo":
            guard let id = users[text.lowercased()] else { throw Bad(kind: "unknown_assignee") }
            out.assign_to = id
        default: break
        }
    }
    if create {
        var deals: [String: Value] = [:]
        for f in doc.row.flatMap({ $0.FL ?? [] }) where f.val != "Contact Role" {
            let text = f.text
            if text.isEmpty { continue }
            switch f.val {
            case "Closing Date": deals["Closing_Date"] = .string(try date(text))
            case "Amount", "Probability": deals[f.val] = try number(text)
            default: deals[apiName(f.val)] = .string(text)
            }
        }
        guard deals["Deal_Name"] != nil, deals["Closing_Date"] != nil, deals["Stage"] != nil else {
            throw Bad(kind: "missing_required")
        }
        out.Deals = deals
    }
    return out
}

let list = try JSONDecoder().decode(Users.self, from: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1])))
let users = Dictionary(list.users.map { ($0.email.lowercased(), $0.id) }, uniquingKeysWith: { $1 })
let (reading, writing) = (JSONDecoder(), JSONEncoder())
guard freopen(CommandLine.arguments[2], "r", stdin) != nil else { fatalError("cannot open the requests") }
while let line = readLine() {
    let request = try reading.decode(Request.self, from: Data(line.utf8))
    var answer = Answer(id: request.id)
    do { answer.body = Body(data: [try convert(request.xmlData, users)]) } catch let bad as Bad {
        answer.error = bad.kind
    }
    var data = try writing.encode(answer)
    data.append(10)
    FileHandle.standardOutput.write(data)
}
