@_spi(Package) import Bytes

/// The form of a date, and what it says about the order of day and month.
package enum DateForm: String, Sendable, Hashable, CaseIterable {
    /// `12/21/2009`: the second number is no month.
    case monthFirst = "month-first"
    /// `21/12/2009`: the first number is no month.
    case dayFirst = "day-first"
    /// `05/06/2018`: either order gives a date, and another one.
    case ambiguous
    /// `05/05/2018`: either order gives the same date.
    case same
    /// `21.12.2009`, read with `--date-order day-first` only.
    case dotted
    /// `2009-12-21`.
    case iso
    /// `2019/12/21`, `2019.12.21`, `2019-1-5`: never read.
    case yearFirst = "year-first"
    /// `21-12-2009`, `12.21.2009`: never read.
    case otherSeparators = "other-separators"
    /// `12/21/09`: never read.
    case shortYear = "short-year"
    /// `21 Dec 2009`: never read.
    case words
    /// `13/13/2009`: no order gives a date.
    case impossible
    /// Anything else: never read.
    case other

    /// An example of the form.
    package var example: String {
        switch self {
        case .monthFirst: "12/21/2009"
        case .dayFirst: "21/12/2009"
        case .ambiguous: "05/06/2018"
        case .same: "05/05/2018"
        case .dotted: "21.12.2009"
        case .iso: "2009-12-21"
        case .yearFirst: "2019/12/21"
        case .otherSeparators: "21-12-2009"
        case .shortYear: "12/21/09"
        case .words: "21 Dec 2009"
        case .impossible: "13/13/2009"
        case .other: "20091221"
        }
    }

    /// What to do about dates of this form where they are not read; `nil` when they are, as far as the day is concerned.
    package func advice(_ order: TranslationOptions.DateOrder) -> String? {
        switch self {
        case .ambiguous, .same, .iso: nil
        case .monthFirst, .dayFirst, .dotted:
            (self == .monthFirst) == (order == .monthFirst)
                ? nil
                : "pass --date-order \(self == .monthFirst ? "month-first" : "day-first") when all dates are written so, "
                    + "or write the date as yyyy-MM-dd"
        case .yearFirst: "write the date as yyyy-MM-dd, with hyphens and two digits each for month and day"
        case .shortYear: "write the year with four digits"
        case .impossible: "correct the date; no such day exists"
        case .otherSeparators, .words, .other: "write the date as yyyy-MM-dd"
        }
    }

    /// The form of the day at the start of a text.
    package init(_ text: ByteView) {
        func isSign(at place: Int) -> Bool { place < text.count && "/.-".utf8.contains(text[place]) }
        /// The one to four digits at `start`, and where they end.
        func number(at start: Int) -> (value: Int, digits: Int, end: Int)? {
            var (value, end) = (0, start)
            while end < text.count, text[end].isDigit, end - start < 5 {
                value = value * 10 + Int(text[end] & 15)
                end += 1
            }
            return 1...4 ~= end - start ? (value, end - start, end) : nil
        }
        guard let first = number(at: 0), isSign(at: first.end), let second = number(at: first.end + 1),
            isSign(at: second.end), text[first.end] == text[second.end], let third = number(at: second.end + 1),
            !isSign(at: third.end)
        else {
            self = text.contains { $0.isDigit } && text.contains { $0.isASCIILetter } ? .words : .other
            return
        }
        let sign = text[first.end]
        if first.digits == 4 && second.digits <= 2 && third.digits <= 2 {
            let isISO = sign == UInt8(ascii: "-") && second.digits == 2 && third.digits == 2
            let isDate = CalendarDate(year: first.value, month: second.value, day: third.value) != nil
            self = !isDate ? .impossible : isISO ? .iso : .yearFirst
            return
        }
        guard first.digits <= 2, second.digits <= 2, third.digits == 2 || third.digits == 4 else {
            self = .other
            return
        }
        let year = third.digits == 2 ? 2000 + third.value : third.value
        let isMonthFirst = CalendarDate(year: year, month: first.value, day: second.value) != nil
        let isDayFirst = CalendarDate(year: year, month: second.value, day: first.value) != nil
        if !isMonthFirst && !isDayFirst {
            self = .impossible
        } else if third.digits == 2 {
            self = .shortYear
        } else if sign == UInt8(ascii: "-") || sign == UInt8(ascii: ".") && !isDayFirst {
            self = .otherSeparators
        } else if sign == UInt8(ascii: ".") {
            self = .dotted
        } else if isMonthFirst && isDayFirst {
            self = first.value == second.value ? .same : .ambiguous
        } else {
            self = isMonthFirst ? .monthFirst : .dayFirst
        }
    }
}
