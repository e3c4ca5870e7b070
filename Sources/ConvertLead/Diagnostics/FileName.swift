@_spi(Package) import Bytes

extension String {
    /// A file's name without the values of credentials, which are in the names of downloaded calls, perhaps percent-encoded.
    package var withoutCredentials: String {
        Array(utf8).withByteView { text in
            var shown = ByteBuffer(minimumCapacity: text.count)
            var start = 0
            var index = 0
            while index < text.count {
                guard let length = Self.signLength(UInt8(ascii: "="), in: text.dropping(index)) else {
                    index += 1
                    continue
                }
                let front = text.slice(start..<index)
                index += length
                guard Self.endsWithCredential(front) else { continue }
                shown.append(text.slice(start..<index))
                shown.append("***")
                while index < text.count, Self.signLength(UInt8(ascii: "&"), in: text.dropping(index)) == nil,
                    Self.signLength(UInt8(ascii: "/"), in: text.dropping(index)) == nil
                {
                    index += 1
                }
                start = index
            }
            return start == 0 ? self : (shown.bytes.text + text.dropping(start).text)
        }
    }

    /// Whether a text ends like the name of a credential: `authtoken`, `access_token`, `ticket`.
    private static func endsWithCredential(_ text: ByteView) -> Bool {
        for name: StaticString in ["token", "ticket", "apikey", "secret", "password"]
        where text.hasSuffixIgnoringCase(name) {
            return true
        }
        return false
    }

    /// Length of a sign at the start of a text, as it is or percent-encoded, be it several times; `nil` when another is there.
    private static func signLength(_ sign: UInt8, in text: ByteView) -> Int? {
        if text.first == sign { return 1 }
        guard text.first == UInt8(ascii: "%") else { return nil }
        var index = 1
        while text.dropping(index).hasPrefix("25") { index += 2 }
        guard index + 1 < text.count, let high = text[index].hexDigitValue, let low = text[index + 1].hexDigitValue,
            high << 4 | low == sign
        else { return nil }
        return index + 2
    }
}
