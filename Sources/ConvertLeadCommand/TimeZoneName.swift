import ConvertLead
import Platform
import Synchronization

/// A time zone as people name it: an offset such as `+05:30`, or an IANA name such as `Europe/Paris`.
///
/// The library takes offsets only, because it reads no time zone database; the C library's is read here.
enum TimeZoneName {
    /// Why a text is no time zone.
    struct Unknown: Error, CustomStringConvertible {
        var description: String
    }

    /// The offsets of a zone from 1970 to 2100.
    static func offsets(_ name: String) throws(Unknown) -> TimeZoneOffsets {
        if let zone = TimeZoneOffsets(offset: name) { return zone }
        guard isInDatabase(name) else {
            throw Unknown(
                description: access(directory, R_OK) == 0
                    ? "give an offset such as +05:30, or an IANA name such as Europe/Paris"
                    : "there is no time zone database in \(directory); give an offset such as +05:30, or install tzdata"
            )
        }
        return scanning.withLock { _ in scan(name) }
    }

    /// The C library knows one time zone at a time, so one is looked at at a time.
    private static let scanning = Mutex(())

    private static var directory: String {
        getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
    }

    /// The C library takes an unknown name for UTC without a word, so its file is looked for first.
    private static func isInDatabase(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy {
            $0.isASCIILetterOrDigit
                || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/")].contains($0)
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("/") else { return false }
        let file = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var magic: [UInt8] = [0, 0, 0, 0]
        return read(file, &magic, 4) == 4 && magic == Array("TZif".utf8)
    }

    /// Asks the C library for the offset of every day, and where two days differ for the second of the change.
    private static func scan(_ name: String) -> TimeZoneOffsets {
        let before = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", name, 1)
        tzset()
        defer {
            if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
            tzset()
        }
        let day = 86_400
        let end = 47_482 * day
        var zone = TimeZoneOffsets(initialOffset: offset(at: 0), name: name)
        var current = zone.initialOffset
        for start in stride(from: 0, to: end, by: day) {
            let next = offset(at: start + day)
            guard next != current else { continue }
            var (low, high) = (start, start + day)
            while high - low > 1 {
                let middle = (low + high) / 2
                if offset(at: middle) == current { low = middle } else { high = middle }
            }
            zone.transitions.append(.init(instant: high, offset: next))
            current = next
        }
        return zone
    }

    private static func offset(at seconds: Int) -> Int {
        var time = time_t(seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        return parts.tm_gmtoff
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool { self &- 0x30 < 10 || (self | 0x20) &- 0x61 < 26 }
}
