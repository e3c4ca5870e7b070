@_spi(Package) import Bytes

/// The value of one deal field, read from v1 text and not yet JSON. Money and ids never pass through floating point.
package enum FieldValue: BitwiseCopyable {
    /// Text as it is.
    case text(PaddedView)
    /// A decimal number by its sign and the rest of its text, which is a JSON number.
    case number(isNegative: Bool, digits: ByteView)
    /// `true` or `false`.
    case boolean(Bool)
    /// A day.
    case date(CalendarDate)
    /// A point in time.
    case time(CalendarTime)
    /// Entries of a multi-select picklist: a run of the request's `choices`.
    case choices(ByteRange)
    /// Tags by their names: a run of the request's `choices`.
    case tags(ByteRange)
    /// A record by its id.
    case id(ByteView)
    /// A contact role by its id.
    case roleID(ByteView)
    /// A contact role by its name, for which no id is known.
    case roleName(ByteView)
    /// No value, and v2 shall be told so.
    case null
    /// Left out; a diagnostic says why.
    case omitted
}
