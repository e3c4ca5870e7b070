extension TimeZoneOffsets {
    /// The zone that a file of the IANA time zone database holds, such as `/usr/share/zoneinfo/Europe/Paris`; `nil` for any other
    /// bytes. The library opens no file: its caller reads it.
    ///
    /// ```swift
    /// let file = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Paris"))
    /// options.timeZone = TimeZoneOffsets(file: file, name: "Europe/Paris")
    /// ```
    ///
    /// All its changes are read, and those by its rule for later years until the end of 2100. A file that counts leap
    /// seconds, as those below `right/` do, is refused: Zoho's times have none.
    ///
    /// - Parameters:
    ///   - bytes: at most 1 MiB.
    ///   - name: of the zone; options are written with it.
    ///
    /// Source: RFC 8536, versions 1 to 4; POSIX for the rule.
    public init?(file bytes: some Collection<UInt8>, name: String? = nil) {
        guard bytes.count <= 1 << 20, let file = TimeZoneFile(Array(bytes)) else { return nil }
        self.init(initialOffset: file.initialOffset, name: name)
        for change in file.changes where change.offset != (transitions.last?.offset ?? initialOffset) {
            transitions.append(change)
        }
    }
}

/// The changes in a file of the time zone database, and after them those of its rule.
private struct TimeZoneFile {
    private(set) var initialOffset = 0
    /// In order of time, each at an instant of its own. Not all change the offset.
    private(set) var changes: [TimeZoneOffsets.Transition] = []

    /// First second of year 1 and of year 10000. What a file says of others is about no date.
    private static let instants = -62_135_596_800..<253_402_300_800
    private static let lastYear = 2100

    init?(_ bytes: [UInt8]) {
        guard var block = Block(bytes, at: 0, timeSize: 4) else { return nil }
        if block.version > 0 {
            guard let second = Block(bytes, at: block.end, timeSize: 8) else { return nil }
            block = second
        }
        guard block.leapCount == 0, block.typeCount > 0, let first = block.offset(ofType: 0) else { return nil }
        initialOffset = first
        var last = Int.min
        for index in 0..<block.timeCount {
            let instant = block.time(index)
            guard instant > last, let offset = block.offset(ofType: block.type(index)) else { return nil }
            last = instant
            if instant < Self.instants.lowerBound {
                initialOffset = offset
            } else if instant < Self.instants.upperBound {
                changes.append(.init(instant: instant, offset: offset))
            }
        }
        guard block.version > 0 else { return }
        guard let footer = Self.footer(bytes, at: block.end) else { return nil }
        guard !footer.isEmpty else { return }
        guard let rule = TimeZoneRule(footer) else { return nil }
        addChanges(by: rule, after: last)
    }

    private static func footer(_ bytes: [UInt8], at start: Int) -> ArraySlice<UInt8>? {
        guard start < bytes.count, bytes[start] == 0x0A, let end = bytes[(start + 1)...].firstIndex(of: 0x0A)
        else { return nil }
        return bytes[(start + 1)..<end]
    }

    private mutating func addChanges(by rule: TimeZoneRule, after last: Int) {
        // A file without changes is all rule, which has no beginning.
        let from = changes.last?.instant ?? -2_208_988_800
        let firstYear = max(1, 1969 + from / 31_556_952)
        guard firstYear <= Self.lastYear else { return }
        var next = (firstYear...Self.lastYear).flatMap { rule.changes(in: $0) }
        next.sort { $0.instant < $1.instant }
        for change in next where change.instant > last {
            // Summer time all year is a rule whose summers meet; the later one begins.
            if changes.last?.instant == change.instant { changes.removeLast() }
            changes.append(change)
        }
    }

    /// A header and the data after it.
    private struct Block {
        let version: UInt8
        let leapCount, timeCount, typeCount: Int
        /// Offset after the data.
        let end: Int
        private let bytes: [UInt8]
        private let start: Int
        private let timeSize: Int

        /// The block at an offset; `nil` when none is there, or not all of it.
        init?(_ bytes: [UInt8], at offset: Int, timeSize: Int) {
            start = offset + 44
            guard start <= bytes.count, bytes[offset..<(offset + 4)].elementsEqual("TZif".utf8) else { return nil }
            func count(_ index: Int) -> Int {
                bytes[(offset + 20 + 4 * index)..<(offset + 24 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
            }
            version = bytes[offset + 4]
            (leapCount, timeCount, typeCount) = (count(2), count(3), count(4))
            end =
                start + timeCount * (timeSize + 1) + typeCount * 6 + count(5) + leapCount * (timeSize + 4) + count(1)
                + count(0)
            guard end <= bytes.count else { return nil }
            self.bytes = bytes
            self.timeSize = timeSize
        }

        private func integer(_ offset: Int, size: Int) -> Int {
            let word = bytes[offset..<(offset + size)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return size == 8 ? Int(Int64(bitPattern: word)) : Int(Int32(truncatingIfNeeded: word))
        }

        func time(_ index: Int) -> Int { integer(start + index * timeSize, size: timeSize) }

        func type(_ index: Int) -> Int { Int(bytes[start + timeCount * timeSize + index]) }

        /// Seconds east of UTC; `nil` where no clock has them.
        func offset(ofType index: Int) -> Int? {
            guard index < typeCount else { return nil }
            let offset = integer(start + timeCount * (timeSize + 1) + index * 6, size: 4)
            return (-89_999...93_599).contains(offset) ? offset : nil
        }
    }
}

/// A rule for changes year by year, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
private struct TimeZoneRule {
    /// A day of a year, and the local time of a change on it, in seconds since midnight.
    private struct Day {
        enum Kind {
            /// The day of this number from 1, 29 February not counted; from 0, counted.
            case julian(Int), ordinal(Int)
            /// A day of the week, 0 for Sunday; of week 1 to 5 of a month, 5 for the last.
            case weekday(month: Int, week: Int, Int)
        }

        var kind: Kind
        var time: Int
    }

    private let standard: Int
    private let summer: (offset: Int, start: Day, end: Day)?

    /// The rule of a text; `nil` when it is none.
    init?(_ text: ArraySlice<UInt8>) {
        var reader = RuleReader(rest: text)
        guard reader.takeName(), let west = reader.takeTime(hours: 24) else { return nil }
        standard = -west
        guard !reader.rest.isEmpty else {
            summer = nil
            return
        }
        guard reader.takeName() else { return nil }
        var offset = standard + 3600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let west = reader.takeTime(hours: 24) else { return nil }
            offset = -west
        }
        guard let start = Self.day(&reader), let end = Self.day(&reader), reader.rest.isEmpty else { return nil }
        summer = (offset, start, end)
    }

    private static func day(_ reader: inout RuleReader) -> Day? {
        guard reader.take(",") else { return nil }
        let kind: Day.Kind
        if reader.take("M") {
            guard let month = reader.takeNumber(1...12), reader.take("."), let week = reader.takeNumber(1...5),
                reader.take("."), let day = reader.takeNumber(0...6)
            else { return nil }
            kind = .weekday(month: month, week: week, day)
        } else if reader.take("J") {
            guard let day = reader.takeNumber(1...365) else { return nil }
            kind = .julian(day)
        } else {
            guard let day = reader.takeNumber(0...365) else { return nil }
            kind = .ordinal(day)
        }
        guard reader.take("/") else { return Day(kind: kind, time: 7200) }
        return reader.takeTime(hours: 167).map { Day(kind: kind, time: $0) }
    }

    /// The changes of a year.
    func changes(in year: Int) -> [TimeZoneOffsets.Transition] {
        guard let summer else { return [.init(instant: Self.seconds(year, 1, 1) - standard, offset: standard)] }
        return [
            .init(instant: Self.local(summer.end, in: year) - summer.offset, offset: standard),
            .init(instant: Self.local(summer.start, in: year) - standard, offset: summer.offset),
        ]
    }

    private static func seconds(_ year: Int, _ month: Int, _ day: Int) -> Int {
        (CalendarDate(year: year, month: month, day: day)?.daysSince1970 ?? 0) * 86_400
    }

    /// Seconds since 1970 on the clocks of the zone.
    private static func local(_ day: Day, in year: Int) -> Int {
        let newYear = seconds(year, 1, 1)
        switch day.kind {
        case .julian(let number):
            let isAfterLeapDay = number > 59 && CalendarDate(year: year, month: 2, day: 29) != nil
            return newYear + (number - (isAfterLeapDay ? 0 : 1)) * 86_400 + day.time
        case .ordinal(let number): return newYear + number * 86_400 + day.time
        case .weekday(let month, let week, let weekday):
            let first = seconds(year, month, 1)
            // 1970 began on a Thursday.
            let offset = ((weekday - first / 86_400 - 4) % 7 + 7) % 7
            var date = 1 + offset + 7 * (week - 1)
            while CalendarDate(year: year, month: month, day: date) == nil { date -= 7 }
            return first + (date - 1) * 86_400 + day.time
        }
    }
}

/// Takes parts off the text of a rule.
private struct RuleReader {
    var rest: ArraySlice<UInt8>

    /// Takes a byte when it is next.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes the abbreviation of a zone.
    mutating func takeName() -> Bool {
        if take("<") {
            rest = rest.drop { $0 != UInt8(ascii: ">") }
            return take(">")
        }
        let start = rest.startIndex
        rest = rest.drop { ($0 | 0x20) &- 0x61 < 26 }
        return rest.startIndex > start
    }

    /// Takes a number of at most four digits.
    mutating func takeNumber(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(4).prefix { $0 &- 0x30 < 10 }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let number = digits.reduce(0) { $0 * 10 + Int($1 & 15) }
        return range.contains(number) ? number : nil
    }

    /// Takes `[+-]hh[:mm[:ss]]`, as seconds.
    mutating func takeTime(hours: Int) -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard var seconds = takeNumber(0...hours).map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where take(":") {
            guard let number = takeNumber(0...59) else { return nil }
            seconds += number * unit
        }
        return isNegative ? -seconds : seconds
    }
}
