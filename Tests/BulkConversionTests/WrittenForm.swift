import Foundation
import Testing

/// A form of archives, with how one call is written in it.
struct WrittenForm: Sendable, CustomTestStringConvertible {
    /// What the form is called.
    let name: String
    /// The name of a file of it.
    let file: String
    /// The text of an archive with one call, its lead id and its document.
    let write: @Sendable (_ leadID: String, _ xml: String) -> String

    var testDescription: String { name }

    init(_ name: String, _ file: String, _ write: @escaping @Sendable (String, String) -> String) {
        self.name = name
        self.file = file
        self.write = write
    }

    static let address = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"
    private static let path = "/crm/private/xml/Leads/convertLead"

    /// A text percent-encoded.
    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// A text as a JSON string.
    static func quoted(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: [text], options: .withoutEscapingSlashes)
        return String(decoding: (data ?? Data()).dropFirst().dropLast(), as: UTF8.self)
    }

    private static func form(_ leadID: String, _ xml: String) -> String {
        "authtoken=a1b2&scope=crmapi&leadId=\(leadID)&xmlData=\(encoded(xml))&wfTrigger=true"
    }

    private static func wrapper(_ leadID: String, _ xml: String) -> String {
        #"{"authtoken":"a1b2","leadId":"\#(leadID)","xmlData":\#(quoted(xml)),"user":{"name":"ops"}}"#
    }

    private static func http(_ leadID: String, _ xml: String) -> String {
        let body = form(leadID, xml)
        return "POST \(path) HTTP/1.1\r\nHost: crm.zoho.eu\r\nAuthorization: a1b2\r\nCookie: c=d\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)\r\n"
    }

    /// A text with the escapes of MySQL and PostgreSQL. By scalars, because a line end of two is one character.
    private static func escaped(_ text: String) -> String {
        let escapes: [Unicode.Scalar: String] = ["\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"]
        return text.unicodeScalars.map { escapes[$0] ?? String($0) }.joined()
    }

    /// All of them.
    static let all: [WrittenForm] = [
        WrittenForm("XML document", "5550000000300001.xml") { _, xml in xml + "<!-- by ops, 1 of 1 -->\n" },
        WrittenForm("JSON lines", "a.ndjson") { wrapper($0, $1) + "\n" },
        WrittenForm("JSON document", "a.json") { #"{"page":1,"calls":[{"sent":{"call":"# + wrapper($0, $1) + "}}]}\n" },
        WrittenForm("JSON string in JSON", "a.json") { #"{"level":"info","log":"# + quoted(wrapper($0, $1)) + "}\n" },
        WrittenForm("URLs", "a.txt") { "\(address)?\(form($0, $1))\n" },
        WrittenForm("access log", "a.log") {
            "192.0.2.7 - ops [10/Oct/2018:13:55:36 -0700] \"GET \(path)?\(form($0, $1)) HTTP/1.1\" 200 412 \"-\" \"curl\"\n"
        },
        WrittenForm("application log", "a.log") { "10:00 INFO crm \(address)?\(form($0, $1)) ms=3\n" },
        WrittenForm("form bodies", "a.txt") { form($0, $1) + "\n" },
        WrittenForm("raw HTTP", "a.http", http),
        WrittenForm("curl", "a.sh") {
            "curl -u ops:a1b2 -H 'Cookie: c=d' \\\n  -d '\(form($0, $1))' \\\n  \(address) # done\n"
        },
        WrittenForm("PHP debug log", "a.log") { "URL: \(address)\nData: \(form($0, $1))\nReply: <success/>\n" },
        WrittenForm("HAR", "a.har") { leadID, xml in
            #"{"log":{"creator":{"name":"x"},"entries":[{"request":{"method":"POST","url":"\#(address)","headers":"#
                + #"[{"name":"Cookie","value":"c=d"}],"postData":{"mimeType":"application/x-www-form-urlencoded","text":"#
                + quoted(form(leadID, xml)) + #"}},"response":{"content":{"text":"<success/>"}}}]}}"# + "\n"
        },
        WrittenForm("Postman", "a.json") { leadID, xml in
            #"{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"auth":{"x":"a1b2"},"#
                + #""item":[{"name":"c","request":{"method":"POST","url":"\#(address)","body":{"mode":"urlencoded","urlencoded":["#
                + #"{"key":"authtoken","value":"a1b2"},{"key":"leadId","value":"\#(leadID)"},{"key":"xmlData","value":"#
                + quoted(xml) + "}]}}}]}\n"
        },
        WrittenForm("cassette", "a.json") { leadID, xml in
            #"{"http_interactions":[{"request":{"method":"post","uri":"\#(address)","body":{"string":"#
                + quoted(form(leadID, xml))
                + #"},"headers":{"Cookie":["c=d"]}},"response":{"body":{"string":"<success/>"}}}]}"#
                + "\n"
        },
        WrittenForm("CSV", "a.csv") {
            "row,leadId,xmlData,note\r\n1,\($0),\"\($1.replacing("\"", with: "\"\""))\",a1b2\r\n"
        },
        WrittenForm("tab-separated", "a.tsv") { "lead_id\txml_data\tnote\n\($0)\t\(escaped($1))\ta1b2\n" },
        WrittenForm("MySQL dump", "a.sql") {
            let value = escaped($1).replacing("'", with: "\\'").replacing("\"", with: "\\\"")
            return "-- dump\nCREATE TABLE `calls` (`lead_id` bigint, `xmlData` text, `token` text);\n"
                + "INSERT INTO `calls` VALUES (\($0),'\(value)','a1b2'); -- done\n"
        },
        WrittenForm("PostgreSQL dump", "a.sql") {
            "--\nCOPY public.calls (lead_id, xmldata, token) FROM stdin;\n\($0)\t\(escaped($1))\ta1b2\n\\.\n"
        },
    ]
}
