import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import ConvertLead

/// What an old caller gets out of a v1 reply, read by Foundation instead of our own readers.
struct ParsedV1Reply: Hashable {
    var contact: String?
    var potential: String?
    var account: String?
    var code: String?
    var message: String?
    var uri: String?

    /// `nil` when the bytes are not a well-formed v1 reply.
    init?(_ bytes: [UInt8], format: V1ReplyFormat) {
        switch format {
        case .xml:
            let parser = XMLParser(data: Data(bytes))
            let elements = ElementGatherer()
            parser.delegate = elements
            guard parser.parse() else { return nil }
            contact = elements.texts["success/Contact"]
            potential = elements.texts["success/Potential"]
            account = elements.texts["success/Account"]
            code = elements.texts["response/error/code"]
            message = elements.texts["response/error/message"]
            uri = elements.uri
        case .json:
            guard let root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: [String: Any]] else {
                return nil
            }
            func content(_ name: String) -> String? { (root["success"]?[name] as? [String: String])?["content"] }
            contact = content("Contact")
            potential = content("Potential")
            account = content("Account")
            let error = root["response"]?["error"] as? [String: String]
            code = error?["code"]
            message = error?["message"]
            uri = root["response"]?["uri"] as? String
        }
        let isConverted = contact != nil || potential != nil || account != nil
        guard isConverted != (code != nil && message != nil && uri != nil) else { return nil }
    }

    /// What must be read from the reply to `outcome`, worked out anew.
    init(of outcome: ConversionOutcome, format: V1ReplyFormat, uri: String?, labels: [String: String], code: String) {
        switch outcome {
        case .converted(let records):
            contact = records.contact?.digits
            potential = records.deal?.digits
            account = records.account?.digits
        case .failed(let failure):
            var text = [failure.code, failure.message.isEmpty && failure.code != nil ? nil : failure.message]
                .compactMap { $0 }.joined(separator: ": ")
            let fields = failure.fields.map { field in
                let isLabelled = (field.module ?? "Deals") == "Deals" || field.apiName == "Owner"
                let label = isLabelled ? labels[field.apiName] : nil
                return "field: \(field.apiName)\(label.map { ", v1 label: \($0)" } ?? "")"
            }
            if !fields.isEmpty { text += " (\(fields.joined(separator: "; ")))" }
            self.code = code
            message = Self.told(text, format)
            self.uri = Self.told(uri ?? "/crm/private/\(format)/Leads/convertLead", format)
        }
    }

    private static func told(_ text: String, _ format: V1ReplyFormat) -> String {
        let hidden = text.replacing(/(?i)success/.matchingSemantics(.unicodeScalar), with: "succ.")
        guard format == .xml else { return hidden }
        var told = String.UnicodeScalarView()
        for scalar in hidden.unicodeScalars {
            let isHeld =
                scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                || [0x09, 0x0A, 0x0D].contains(scalar.value)
            told.append(isHeld ? scalar : "\u{FFFD}")
        }
        return String(told)
    }
}

private final class ElementGatherer: NSObject, XMLParserDelegate {
    var path: [String] = []
    var texts: [String: String] = [:]
    var uri: String?

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        path.append(name)
        texts[path.joined(separator: "/")] = ""
        if path == ["response"] { uri = attributes["uri"] }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        path.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        texts[path.joined(separator: "/"), default: ""] += text
    }
}
