@_spi(Package) import Bytes

/// The forms in which one v1 call is kept, told apart by how the text begins.
package enum V1CallForm: Sendable, Hashable {
    /// Bare XML of `xmlData`.
    case xml
    /// A JSON object whose members are the parameters.
    case json
    /// Request line, headers, body.
    case http
    /// The body of a `multipart/form-data` request.
    case multipart
    /// An address with a query.
    case url
    /// `name=value&name=value`; also what nothing else fits.
    case form

    /// The form of a text.
    ///
    /// - Parameters:
    ///   - text: the bytes as they are.
    ///   - trimmed: without byte-order mark and white space around them.
    package init(of text: ByteView, trimmed: ByteView) {
        if trimmed.first == UInt8(ascii: "<") || V1CallReader.isUTF16XML(text) {
            self = .xml
        } else if trimmed.first == UInt8(ascii: "{") || trimmed.first == UInt8(ascii: "[") {
            self = .json
        } else if Self.beginsWithRequestLine(trimmed) {
            self = .http
        } else if trimmed.hasPrefix("--"), trimmed.offset(of: "Content-Disposition", from: 0) != nil {
            self = .multipart
        } else if V1Address.begins(trimmed) {
            self = .url
        } else {
            self = .form
        }
    }

    /// True when the first line is a method in capitals and a target, with `HTTP/` and a version or with nothing but an address of v1
    /// after. What follows a blank in that is a body, unless it is in a document that was never encoded.
    package static func beginsWithRequestLine(_ text: ByteView) -> Bool {
        if HeaderText.isRequestLine(text) { return true }
        var index = 0
        while index < text.count, index < 8, text[index] &- 0x41 < 26 { index += 1 }
        guard index >= 3, index < text.count, text[index] == 0x20 else { return false }
        let line = text.slice(index..<(text.offset(of: 0x0A) ?? text.count)).trimmingWhitespace()
        let end = line.firstIndex(where: \.isWhitespace) ?? line.count
        return V1Address.begins(line) && !V1Address.isFollowedByText(line)
            && !(V1Parameters.isForm(line.dropping(end + 1)) && !V1Parameters.isForm(line.slice(0..<end)))
    }
}
