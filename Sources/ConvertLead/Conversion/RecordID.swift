@_spi(Package) import Bytes

/// The id of a record, user or role: 1 to 20 digits, kept as text so that every digit survives.
///
/// Zoho's ids have 15 to 19 digits, more than a floating-point number holds.
public struct RecordID: Sendable, Hashable, CustomStringConvertible {
    /// The digits.
    public let digits: String

    /// The id with these digits; `nil` when `text` is not 1 to 20 ASCII digits.
    public init?(_ text: String) {
        guard (1...20).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
        digits = text
    }

    /// The id with these digits; `nil` when they are not 1 to 20 ASCII digits.
    package init?(_ bytes: ByteView) {
        guard Self.isID(bytes) else { return nil }
        digits = bytes.text
    }

    /// How many digits an id may have.
    package static let lengths = 1...20

    /// True when the bytes are 1 to 20 digits.
    package static func isID(_ bytes: ByteView) -> Bool {
        lengths.contains(bytes.count) && bytes.isAllDigits
    }

    /// Whether an id is so short that it may number the rows of a table or the files of a directory instead of records of the
    /// CRM, whose ids have 15 digits or more.
    package static func mayBeRowNumber(_ id: ByteView) -> Bool { (1..<10).contains(id.count) }

    /// Whether digits show that none is missing at their end: an id has 15 or more, and its last twelve, which number the records of one
    /// organization, begin with zeros (observed).
    package static func isSurelyWhole(_ id: ByteView) -> Bool {
        id.count >= 15 && id.dropping(id.count - 12).hasPrefix("000")
    }

    /// The digits.
    public var description: String { digits }
}
