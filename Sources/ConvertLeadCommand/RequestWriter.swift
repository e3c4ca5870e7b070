@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// A v2 call as text in the forms of `--as`. No form holds a token: each names where it comes from.
struct RequestWriter {
    /// The call; all forms but the body need its address.
    var request: TranslatedRequest
    /// Whether JSON is indented, and curl spread over lines.
    var isIndented: Bool

    private var url: String { if case .call(let call) = request { call.url } else { "" } }
    private var body: String { String(decoding: request.body, as: UTF8.self) }

    /// The text, ending in a line feed.
    func write(as form: RequestForm) -> [UInt8] {
        switch form {
        case .body: request.body + [0x0A]
        case .call: callObject
        case .curl: Array(curl.utf8)
        case .http: Array(http.utf8)
        }
    }

    private var callObject: [UInt8] {
        var writer = JSONWriter(indent: isIndented, minimumCapacity: request.body.count + 256)
        writer.beginObject()
        writer.name("method")
        writer.string(V2Call.method)
        writer.name("url")
        writer.string(url)
        writer.name("body")
        // A line feed in JSON text is never inside a string, so the body can be indented further.
        var body = isIndented ? body.replacing("\n", with: "\n  ") : body
        body.withByteView { writer.raw($0) }
        writer.endObject()
        writer.buffer.append(0x0A)
        return writer.buffer.array()
    }

    /// The shell puts the token in; everything else is in single quotes, where a shell changes nothing.
    private var curl: String {
        [
            "curl --request \(V2Call.method) \(Self.quoted(url))",
            "--header \"Authorization: Zoho-oauthtoken $ZOHO_ACCESS_TOKEN\"",
            "--header 'Content-Type: application/json'",
            "--data-raw \(Self.quoted(body))",
        ].joined(separator: isIndented ? " \\\n  " : " ") + "\n"
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    /// The editor puts the token in from its environment.
    private var http: String {
        // Two braces would name a variable; in JSON they are only inside strings, where one may be escaped.
        let body = body.replacing("{{", with: "{\\u007b")
        return """
            \(V2Call.method) \(url)
            Authorization: Zoho-oauthtoken {{ZOHO_ACCESS_TOKEN}}
            Content-Type: application/json

            \(body)

            """
    }
}
