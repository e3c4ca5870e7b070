@_spi(Package) import Bytes
import JSONText

extension JSONCallSearch {
    /// What the names and kinds of an object's members say of it.
    struct Shape {
        private var hasCode = false
        private var hasStatus = false
        private var hasReplyMember = false
        private var hasSource = false
        private var hasLeadID = false
        var isRequest = false
        var isV2 = false

        /// Whether the object has members of a reply: `success`, `response`, a status line, `data` with codes, `code` with `status`.
        var isReply: Bool { !isRequest && (hasReplyMember || hasCode && hasStatus) }

        /// Whether a member holds the findings of a line that a bulk run wrote. They quote the call.
        func areFindings(_ name: ByteView) -> Bool { hasSource && hasLeadID && name.equals("diagnostics") }

        private static func isReplyName(_ name: ByteView) -> Bool {
            name.equals("success") || name.equals("response") || HeaderText.isStatusLine(name)
        }

        /// Whether a member is the reply itself.
        static func isReplyMember(
            _ name: JSONReader.Node, _ value: JSONReader.Node, _ json: borrowing JSONReader
        ) -> Bool {
            json.kind(of: value) == .object && isReplyName(json.bytes(of: name))
        }

        mutating func add(_ name: ByteView, _ value: JSONReader.Node, _ json: borrowing JSONReader) {
            switch json.kind(of: value) {
            case .string:
                if name.equals("code") { hasCode = true }
                if name.equals("status") { hasStatus = true }
                if name.equals("source") { hasSource = true }
                if V1Address(json.bytes(of: value)).isV2 { isV2 = true }
            case .object:
                if Self.isReplyName(name) { hasReplyMember = true }
                if name.equals("request") { isRequest = true }
            case .array:
                guard name.equals("data") else { break }
                json.forEachElement(of: value) { element in
                    if json.kind(of: element) == .object, json.member("code", of: element) != nil {
                        hasReplyMember = true
                    }
                }
            case .number, .boolean, .null: break
            }
            if name.equals("lead_id") { hasLeadID = true }
            if name.equalsIgnoringCase("method") || name.equalsIgnoringCase("url") || name.equalsIgnoringCase("uri") {
                isRequest = true
            }
        }
    }
}
