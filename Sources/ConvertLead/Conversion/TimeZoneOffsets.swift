@_spi(Package) import Bytes

/// A time zone as the library needs it: its offsets from UTC and when they change.
///
/// The library reads no time zone database; a caller that has one makes this value from it.
public struct TimeZoneOffsets: Sendable, Hashable {
    /// From `instant` on (seconds since 1970-01-01T00:00:00Z), local time is UTC plus `offset` seconds.
    public struct Transition: Sendable, Hashable {
        /// First second, since 1970-01-01T00:00:00Z.
        public var instant: Int
        /// Seconds east of UTC.
        public var offset: Int

        /// A change to `offset` at `instant`.
        public init(instant: Int, offset: Int) {
            self.instant = instant
            self.offset = offset
        }
    }

    /// Seconds east of UTC before the first transition.
    public var initialOffset: Int
    /// Changes in order of time.
    public var transitions: [Transition]
    /// IANA name that the offsets were looked up under; options are written with it.
    public var name: String?

    /// A zone with these offsets; without transitions the offset is fixed.
    public init(initialOffset: Int, transitions: [Transition] = [], name: String? = nil) {
        self.initialOffset = initialOffset
        self.transitions = transitions
        self.name = name
    }

    /// The fixed zone of an offset `±HH:mm` of at most 18 hours; `nil` for any other text.
    public init?(offset text: String) {
        var text = text
        let offset = text.withByteView { $0.count == 6 ? UTCOffset($0) : nil }
        guard let offset else { return nil }
        self.init(initialOffset: offset.minutes * 60)
    }

    /// The initial offset as `±HH:mm`; `nil` when it has seconds.
    package var offsetText: String? {
        guard initialOffset.isMultiple(of: 60) else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = abs(initialOffset) / 60
        return (initialOffset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
    }

    /// The offset at a local time, and whether that local time came exactly once.
    ///
    /// - Parameter localSeconds: seconds since 1970-01-01T00:00:00 on the zone's own clocks.
    /// - Returns: when a change made the time come twice or never, the offset from before the change.
    package func offset(atLocal localSeconds: Int) -> (seconds: Int, isUnique: Bool) {
        var before = initialOffset
        for transition in transitions {
            let first = transition.instant + min(before, transition.offset)
            let last = transition.instant + max(before, transition.offset)
            if localSeconds < first { return (before, true) }
            if localSeconds < last { return (before, false) }
            before = transition.offset
        }
        return (before, true)
    }
}

/// An offset from UTC as text: `Z`, `±HH:mm`, `±HHmm` or `±HH`, at most 18 hours.
struct UTCOffset {
    /// Minutes east of UTC.
    var minutes: Int
    /// Whether the text has a minus sign, which `-00:00` has too.
    var isNegative: Bool

    /// The offset that a text is; `nil` for any other text.
    init?(_ text: ByteView) {
        isNegative = text.first == UInt8(ascii: "-")
        minutes = 0
        if text.equals("Z") { return }
        guard isNegative || text.first == UInt8(ascii: "+") else { return nil }
        let hasColon = text.count == 6 && text[3] == UInt8(ascii: ":")
        guard hasColon || text.count == 5 || text.count == 3 else { return nil }
        func two(_ index: Int) -> Int? {
            guard text[index].isDigit, text[index + 1].isDigit else { return nil }
            return Int(text[index] & 15) * 10 + Int(text[index + 1] & 15)
        }
        guard let hours = two(1), let rest = text.count == 3 ? 0 : two(text.count - 2), rest < 60,
            hours * 60 + rest <= 18 * 60
        else { return nil }
        minutes = (hours * 60 + rest) * (isNegative ? -1 : 1)
    }
}
