@_spi(Package) import Bytes

/// The texts in which v1 writes values, read byte by byte. Nothing is guessed: what is not one of these forms does not fit.
///
/// Source: Zoho.md, "Values"; samples `requests/value-*` and `refused/value-*`.
package enum V1ValueText {
    /// `true` or `false` in any case, `1` or `0`.
    package static func boolean(_ text: ByteView) -> Bool? {
        if text.equalsIgnoringCase("true") || text.equals("1") { return true }
        if text.equalsIgnoringCase("false") || text.equals("0") { return false }
        return nil
    }

    /// A decimal number with optional sign, fraction and exponent; a leading `+` and leading zeros are dropped, every other
    /// digit is kept.
    static func decimal(_ text: ByteView) -> (isNegative: Bool, digits: ByteView)? {
        guard let (isNegative, start) = sign(of: text) else { return nil }
        var index = start
        while index < text.count && text[index].isDigit { index += 1 }
        guard index > start else { return nil }
        let first = firstDigit(of: text, from: start, to: index)
        if index < text.count && text[index] == UInt8(ascii: ".") {
            let fraction = index + 1
            index = fraction
            while index < text.count && text[index].isDigit { index += 1 }
            guard index > fraction else { return nil }
        }
        if index < text.count && text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count && (text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-")) {
                index += 1
            }
            let exponent = index
            while index < text.count && text[index].isDigit { index += 1 }
            guard index > exponent else { return nil }
        }
        guard index == text.count else { return nil }
        return (isNegative, text.slice(first..<index))
    }

    /// A whole number with optional sign; a fraction of zeros is allowed and dropped, and so are leading zeros.
    static func integer(_ text: ByteView) -> (isNegative: Bool, digits: ByteView)? {
        guard let (isNegative, start) = sign(of: text) else { return nil }
        var index = start
        while index < text.count && text[index].isDigit { index += 1 }
        guard index > start else { return nil }
        let digits = text.slice(firstDigit(of: text, from: start, to: index)..<index)
        if index < text.count {
            guard text[index] == UInt8(ascii: "."), index + 1 < text.count else { return nil }
            index += 1
            while index < text.count && text[index] == UInt8(ascii: "0") { index += 1 }
        }
        return index == text.count ? (isNegative, digits) : nil
    }

    /// A whole number that is kept as text: optional sign and digits, leading zeros too; only a leading `+` is dropped.
    static func longInteger(_ text: PaddedView) -> PaddedView? {
        guard let (isNegative, start) = sign(of: text.bytes), start < text.count,
            text.bytes.dropping(start).isAllDigits
        else { return nil }
        return isNegative ? text : text.slice(start..<text.count)
    }

    /// Whether a text is no number, or one from 0 to 100.
    static func isPercentage(_ text: ByteView) -> Bool {
        guard let (isNegative, digits) = decimal(text) else { return true }
        if digits.allSatisfy({ !(0x31...0x39).contains($0) }) { return true }
        if isNegative { return false }
        if digits.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            return Double(digits.text).map { $0 <= 100 } ?? false
        }
        let whole = digits.offset(of: UInt8(ascii: ".")) ?? digits.count
        if whole <= 2 { return true }
        return digits.slice(0..<whole).equals("100")
            && digits.dropping(whole + 1).allSatisfy { $0 == UInt8(ascii: "0") }
    }

    private static func sign(of text: ByteView) -> (isNegative: Bool, start: Int)? {
        guard let first = text.first else { return nil }
        return (first == UInt8(ascii: "-"), first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? 1 : 0)
    }

    /// Where the digits begin when leading zeros are dropped; the last digit stays.
    private static func firstDigit(of text: ByteView, from start: Int, to end: Int) -> Int {
        var first = start
        while first < end - 1 && text[first] == UInt8(ascii: "0") { first += 1 }
        return first
    }

    /// What a date text says besides the day.
    enum TimePart: Sendable {
        /// No time, or 00:00:00.
        case none
        /// A time of day that a date field cannot take.
        case dropped
    }

    /// `M/d/yyyy`, `yyyy-MM-dd`, and day-first `d/M/yyyy` or `d.M.yyyy`; either may be followed by a blank and `HH:mm:ss`.
    static func date(
        _ text: ByteView, order: TranslationOptions.DateOrder
    ) -> (date: CalendarDate, time: TimePart)? {
        guard let (date, end, _) = day(text, order: order) else { return nil }
        if end == text.count { return (date, .none) }
        guard text[end] == 0x20, let seconds = clock(text.slice((end + 1)..<text.count)),
            seconds.end == text.count - end - 1
        else { return nil }
        return (date, seconds.value == 0 ? .none : .dropped)
    }

    /// Why a text is no point in time.
    enum TimeProblem: Error {
        /// Not in a form that is read, or not in the calendar.
        case form
        /// It has no offset, and no time zone is configured.
        case offset
    }

    /// What reading a point in time left to say.
    struct TimeRemarks {
        /// A fraction of a second was dropped.
        var hasFraction = false
        /// The clocks were changed then, so the time came twice or never.
        var isAmbiguous = false
    }

    /// Whether a text is a point in time without an offset from UTC.
    package static func isTimeWithoutOffset(_ text: ByteView, order: TranslationOptions.DateOrder) -> Bool {
        do throws(TimeProblem) {
            _ = try time(text, order: order, zone: nil)
            return false
        } catch {
            return error == .offset
        }
    }

    /// `yyyy-MM-dd HH:mm:ss`, `MM/dd/yyyy HH:mm:ss` (slashes by `order`) or ISO 8601 with `T`; an offset is kept, else the
    /// zone's offset at that local time is taken.
    static func time(
        _ text: ByteView, order: TranslationOptions.DateOrder, zone: TimeZoneOffsets?
    ) throws(TimeProblem) -> (time: CalendarTime, remarks: TimeRemarks) {
        guard let (date, end, isISO) = day(text, order: order), end < text.count else { throw .form }
        let hasT = text[end] == UInt8(ascii: "T")
        guard hasT && isISO || text[end] == 0x20 else { throw .form }
        let rest = text.slice((end + 1)..<text.count)
        guard let clock = clock(rest, secondsOptional: hasT) else { throw .form }
        var remarks = TimeRemarks()
        var index = clock.end
        if index < rest.count && rest[index] == UInt8(ascii: ".") {
            let fraction = index + 1
            index = fraction
            while index < rest.count && rest[index].isDigit {
                if rest[index] != UInt8(ascii: "0") { remarks.hasFraction = true }
                index += 1
            }
            guard index > fraction else { throw .form }
        }
        var time = CalendarTime(date: date, seconds: clock.value, offsetMinutes: 0, isOffsetNegative: false)
        if index < rest.count {
            guard let offset = UTCOffset(rest.slice(index..<rest.count)) else { throw .form }
            time.offsetMinutes = offset.minutes
            time.isOffsetNegative = offset.isNegative
        } else {
            guard let zone else { throw .offset }
            let local = date.daysSince1970 * 86_400 + clock.value
            let found = zone.offset(atLocal: local)
            time.offsetMinutes = found.seconds / 60
            time.isOffsetNegative = found.seconds < 0
            remarks.isAmbiguous = !found.isUnique
        }
        return (time, remarks)
    }

    /// The day at the start of a text, where it ends, and whether it was in the form `yyyy-MM-dd`.
    private static func day(
        _ text: ByteView, order: TranslationOptions.DateOrder
    ) -> (date: CalendarDate, end: Int, isISO: Bool)? {
        func digits(_ start: Int, atMost most: Int) -> (value: Int, end: Int)? {
            var value = 0
            var index = start
            while index < text.count && index - start < most && text[index].isDigit {
                value = value * 10 + Int(text[index] & 15)
                index += 1
            }
            return index > start ? (value, index) : nil
        }
        guard let first = digits(0, atMost: 4), first.end < text.count else { return nil }
        let separator = text[first.end]
        guard let second = digits(first.end + 1, atMost: 2), second.end < text.count, text[second.end] == separator,
            let third = digits(second.end + 1, atMost: 4), third.end == text.count || !text[third.end].isDigit
        else { return nil }
        let date: CalendarDate?
        switch separator {
        case UInt8(ascii: "-"):
            guard first.end == 4, second.end == 7, third.end == 10 else { return nil }
            date = CalendarDate(year: first.value, month: second.value, day: third.value)
        case UInt8(ascii: "/"), UInt8(ascii: "."):
            guard first.end <= 2, third.end - second.end == 5 else { return nil }
            if separator == UInt8(ascii: ".") && order == .monthFirst { return nil }
            let (month, day) =
                order == .monthFirst ? (first.value, second.value) : (second.value, first.value)
            date = CalendarDate(year: third.value, month: month, day: day)
        default: return nil
        }
        return date.map { ($0, third.end, separator == UInt8(ascii: "-")) }
    }

    /// `HH:mm:ss` at the start of a text, as seconds since midnight, and where it ends.
    private static func clock(_ text: ByteView, secondsOptional: Bool = false) -> (value: Int, end: Int)? {
        func pair(_ index: Int) -> Int? {
            guard index + 1 < text.count, text[index].isDigit, text[index + 1].isDigit else { return nil }
            return Int(text[index] & 15) * 10 + Int(text[index + 1] & 15)
        }
        guard text.count >= 5, text[2] == UInt8(ascii: ":"), let hours = pair(0), let minutes = pair(3), hours < 24,
            minutes < 60
        else { return nil }
        guard text.count > 5, text[5] == UInt8(ascii: ":") else {
            return secondsOptional ? (hours * 3600 + minutes * 60, 5) : nil
        }
        guard let seconds = pair(6), seconds < 60 else { return nil }
        return (hours * 3600 + minutes * 60 + seconds, 8)
    }
}
