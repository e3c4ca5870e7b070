import Bytes

/// The value of one deal field, read from v1 text and not yet JSON. Money and ids never pass through floating point.
package enum FieldValue: BitwiseCopyable {
    /// Text as it is.
    case text(TextBytes)
    /// A decimal number by its sign and the rest of its text, which is a JSON number.
    case number(isNegative: Bool, digits: TextBytes)
    /// A whole number beyond 2^53 that the API takes as a string.
    case numberString(isNegative: Bool, digits: TextBytes)
    /// `true` or `false`.
    case boolean(Bool)
    /// A day.
    case date(CalendarDate)
    /// A point in time.
    case time(CalendarTime)
    /// Entries of a multi-select picklist: a run of the request's `choices`.
    case choices(ByteRange)
    /// A record by its id.
    case id(TextBytes)
    /// A record by what v1 said about it, to be resolved to an id.
    case reference(TextBytes)
    /// A contact role by its name, to be resolved to an id.
    case roleReference(TextBytes)
    /// A contact role by its id.
    case roleID(TextBytes)
    /// No value, and v2 shall be told so.
    case null
    /// Left out; a diagnostic says why.
    case omitted
}
