import Testing

@testable import ConvertLead

@Suite("Bodies of raw HTTP requests")
struct V1HTTPBodyTests {
    private static let body =
        "leadId=5550000000000001&xmlData=%3CPotentials%3E%3Crow%20no%3D%221%22%3E%3C%2Frow%3E%3C%2FPotentials%3E"

    private func request(_ headers: [String], _ body: String) -> [UInt8] {
        let head = ["POST /crm/private/xml/Leads/convertLead HTTP/1.1", "Host: crm.zoho.com"] + headers
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    private func findings(_ headers: [String], _ body: String) -> [String] {
        do {
            let call = try V1Call.read(request(headers, body))
            #expect(call.value.leadID?.digits == "5550000000000001")
            return call.diagnostics.map(\.message)
        } catch {
            return error.diagnostics.map(\.message)
        }
    }

    /// The body in chunks of 20 bytes, without the last one.
    private static func chunks(_ size: (Int) -> String, _ lineEnd: String = "\r\n") -> String {
        var rest = Substring(body)
        var text = ""
        while !rest.isEmpty {
            let chunk = rest.prefix(20)
            text += size(chunk.count) + lineEnd + chunk + lineEnd
            rest = rest.dropFirst(20)
        }
        return text
    }

    private static let chunks = chunks { String($0, radix: 16) }

    @Test(
        "Chunks are put together, whatever their sizes look like and whatever follows them",
        arguments: [
            chunks + "0\r\n\r\n", chunks + "0", chunks + "000;a=b\r\nX-Trailer: 1\r\n\r\n",
            chunks { String($0, radix: 16, uppercase: true) + " ; name=\"x\"" } + "0\r\n\r\n",
            chunks({ String($0, radix: 16) }, "\n") + "0\n\n",
        ])
    func chunked(body: String) {
        for name in ["chunked", "Chunked ", "identity, chunked"] {
            #expect(findings(["Transfer-Encoding: \(name)"], body).isEmpty)
        }
        #expect(findings(["Transfer-Encoding: chunked", "Content-Length: 5"], body).isEmpty)
    }

    @Test(
        "Broken chunks are all that is reported",
        arguments: [
            "", body, chunks, "zz\r\n" + body, "-5\r\n" + body, "ffffffffff\r\n" + body, "ffff\r\n" + body,
            "14\r\n" + body + "\r\n0\r\n\r\n", String(chunks.dropLast(1)) + "x0\r\n\r\n", "\r\n" + chunks + "0\r\n\r\n",
        ])
    func brokenChunks(body: String) {
        #expect(findings(["Transfer-Encoding: chunked"], body) == ["The chunks of the body are broken or cut off"])
    }

    @Test("A request after the last chunk is not passed over")
    func secondRequest() {
        let next = "0\r\n\r\nPOST /crm/private/xml/Leads/convertLead HTTP/1.1\r\n\r\n"
        #expect(
            findings(["Transfer-Encoding: chunked"], Self.chunks + next)
                == ["A second HTTP request starts here; use bulk for more than one"])
    }

    @Test("A body of another length is all that is reported; what is no length says nothing")
    func lengths() {
        let count = Self.body.utf8.count
        func found(_ length: String) -> [String] { findings(["Content-Length: \(length)"], Self.body) }
        for length in ["\(count)", "", "abc", "-1", "+5", "0x10", "5, 5"] {
            #expect(found(length).isEmpty, "\(length)")
        }
        #expect(found("\(count + 1)") == ["The body is shorter than its Content-Length of \(count + 1) bytes"])
        #expect(found("99999999999999999999").map { $0.hasPrefix("The body is shorter than") } == [true])
        for length in [0, 5, count - 1] {
            #expect(found("\(length)") == ["The body is longer than its Content-Length of \(length) bytes"])
        }
    }

    @Test(
        "A body that is coded is refused by the name of its coding alone",
        arguments: [
            ("Content-Encoding: gzip", "gzip"), ("Content-Encoding: BR , identity", "BR"),
            ("content-encoding: identity, deflate", "deflate"), ("Transfer-Encoding: gzip, chunked", "gzip"),
            ("Transfer-Encoding: x-compress", "x-compress"), ("Content-Encoding: <b>", "Content-Encoding"),
        ])
    func coded(header: String, name: String) {
        for body in ["", Self.body, "\u{1F}zz"] {
            #expect(findings([header], body) == ["The body is compressed (\(name)); this is not supported"])
        }
    }
}
