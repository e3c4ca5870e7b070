/// A day of the Gregorian calendar, without a time zone.
package struct CalendarDate: BitwiseCopyable, Sendable, Hashable {
    /// 1 to 9999.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int

    /// The day, or `nil` when the calendar does not have it.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
        else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01.
    package var daysSince1970: Int {
        // Years counted from March, so that a leap day is the last of its year.
        let shiftedYear = month <= 2 ? year - 1 : year
        let shiftedMonth = (month + 9) % 12
        let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
        return shiftedYear * 365 + leapDays + (shiftedMonth * 153 + 2) / 5 + day - 719_469
    }
}

/// A day with a time of day and the offset of its clock from UTC.
package struct CalendarTime: BitwiseCopyable, Sendable, Hashable {
    /// The day.
    package var date: CalendarDate
    /// Seconds since midnight, below 86,400.
    package var seconds: Int
    /// Minutes east of UTC.
    package var offsetMinutes: Int
    /// Whether an offset of zero is written `-00:00`, as it was given.
    package var isOffsetNegative: Bool
}
