@_spi(Package) import Bytes

/// XML as most callers wrote it into files: the root `Potentials` without attributes, at most with the usual declaration before.
enum PlainDocument {
    private static let endTag: StaticString = "</Potentials>"

    /// Whether a text begins so.
    static func begins(_ text: ByteView) -> Bool {
        let declaration: StaticString = #"<?xml version="1.0" encoding="UTF-8"?>"#
        guard text.hasPrefix(declaration) else { return text.hasPrefix("<Potentials>") }
        let rest = text.dropping(declaration.utf8CodeUnitCount)
        return (rest.first == 0x0A ? rest.dropping(1) : rest).hasPrefix("<Potentials>")
    }

    /// Whether a text begins so and ends with the root's end tag, so that nothing of meaning can follow.
    static func isWhole(_ text: ByteView) -> Bool {
        let document = text.last == 0x0A ? text.slice(0..<(text.count - 1)) : text
        let length = endTag.utf8CodeUnitCount
        return document.count > 2 * length && document.dropping(document.count - length).equals(endTag)
            && begins(document)
    }
}
