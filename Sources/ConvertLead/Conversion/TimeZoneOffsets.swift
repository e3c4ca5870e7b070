/// A time zone as the library needs it: its offsets from UTC and when they change.
///
/// The library reads no time zone database; whoever has one makes this value from it.
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

    /// A zone with these offsets; without transitions the offset is fixed.
    public init(initialOffset: Int, transitions: [Transition] = []) {
        self.initialOffset = initialOffset
        self.transitions = transitions
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
