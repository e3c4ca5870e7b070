@_spi(Package) import Bytes
import ConvertLead
import Platform

/// A time zone as people name it: an offset such as `+05:30`, or an IANA name such as `Europe/Paris`.
enum TimeZoneName {
    /// Why a text is no time zone.
    struct Unknown: Error, CustomStringConvertible {
        var description: String
    }

    /// The offsets of a zone, read from the time zone database of the machine.
    static func offsets(_ name: String) throws(Unknown) -> TimeZoneOffsets {
        if let zone = TimeZoneOffsets(offset: name) { return zone }
        if isPlain(name), let file = try? FileInput.read(path: "\(directory)/\(name)"),
            let zone = TimeZoneOffsets(file: file, name: name)
        {
            return zone
        }
        throw Unknown(
            description: access(directory, R_OK) == 0
                ? "write an offset such as +05:30, or an IANA name such as Europe/Paris"
                : "there is no time zone database in \(directory); write an offset such as +05:30, or install tzdata")
    }

    private static var directory: String {
        getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
    }

    /// Whether a name leads nowhere but below the directory.
    private static func isPlain(_ name: String) -> Bool {
        !name.hasPrefix("/") && name.utf8.allSatisfy { $0.isASCIILetter || $0.isDigit || "_-+/".utf8.contains($0) }
    }
}
