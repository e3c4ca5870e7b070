import Foundation
import TestSupport
import Testing

@testable import ConvertLead

@Suite("Time zones from files") struct TimeZoneFileTests {
    private static let database = "/usr/share/zoneinfo"
    private static let python = "/usr/bin/python3"

    /// All zones of the database that count no leap seconds.
    private static let zones: [String] =
        (FileManager.default.enumerator(atPath: database)?.compactMap { $0 as? String } ?? [])
        .filter { name in
            let bytes = FileManager.default.contents(atPath: "\(database)/\(name)") ?? Data()
            return bytes.starts(with: Data("TZif".utf8)) && !name.hasPrefix("right/")
        }
        .sorted()

    /// What Python's own reader says: for each file the offset at each instant.
    private func offsets(ofFiles paths: [String], at instants: [Int]) throws -> [[Int]] {
        let script = """
            import datetime, sys, zoneinfo
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            lines = sys.stdin.read().splitlines()
            times = [epoch + datetime.timedelta(seconds=int(text)) for text in lines[0].split()]
            for path in lines[1:]:
                with open(path, "rb") as file:
                    zone = zoneinfo.ZoneInfo.from_file(file)
                print(*[int(time.astimezone(zone).utcoffset().total_seconds()) for time in times])
            """
        let scratch = try Scratch()
        let input = ([instants.map(String.init).joined(separator: " ")] + paths).joined(separator: "\n")
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = ["-c", script]
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: scratch.write("in", input)))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: scratch.write("out", "")))
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return scratch.text("out").split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
    }

    private func offset(_ zone: TimeZoneOffsets, at instant: Int) -> Int {
        zone.transitions.last { $0.instant <= instant }?.offset ?? zone.initialOffset
    }

    /// A file without changes of its own.
    private func file(rule: String, version: UInt8 = 0x33) -> [UInt8] {
        // Of the six counts only those of types and of characters are not 0.
        let header = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15 + 16) + [0, 0, 0, 1, 0, 0, 0, 4]
        let block = header + [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
        return block + block + Array("\n\(rule)\n".utf8)
    }

    private let instants: [Int] = {
        var generator = SeededGenerator(seed: 8536)
        let days = stride(from: -2_200_000_000, to: 4_102_444_800, by: 86_400 * 97)
        return days.map { $0 + generator.below(86_400) }
    }()

    @Test("Every zone of this machine has the offsets that Python's reader finds", .enabled(if: zones.count > 100))
    func database() throws {
        let paths = Self.zones.map { "\(Self.database)/\($0)" }
        let expected = try offsets(ofFiles: paths, at: instants)
        #expect(expected.count == paths.count)
        for (path, expected) in zip(paths, expected) {
            let zone = try #require(
                TimeZoneOffsets(file: FileManager.default.contents(atPath: path) ?? Data()), "\(path)")
            // Python ends a day's offset of a zone before its first change differently: it takes the first standard time.
            let from = instants.firstIndex { $0 >= zone.transitions.first?.instant ?? .min } ?? 0
            let found = instants[from...].map { offset(zone, at: $0) }
            #expect(found == Array(expected[from...]), "\(path)")
            let changes = zip(zone.transitions, zone.transitions.dropFirst())
            #expect(changes.allSatisfy { $0.instant < $1.instant && $0.offset != $1.offset }, "\(path)")
        }
    }

    @Test(
        "A rule is followed as Python follows it",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python), "python3 is not installed"))
    func rules() throws {
        let rules = [
            "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30<+0430>,J79/24,J263/24",
            "IST-1GMT0,M10.5.0,M3.5.0/1", "AEST-10AEDT,M10.1.0,M4.1.0/3", "EST5EDT,0/0,J365/25",
            "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "AAA-12:30:15BBB-13:45:15,J60,J300/1:02:03",
            "XXX3YYY2,M2.5.4/50,M8.4.6/-20",
            "<+13>-13", "UTC0", "IST-2IDT,M3.4.4/26,M10.5.0", "AAA1BBB,J60,J58", "CCC-1DDD,J365/0,M1.1.1",
        ]
        let scratch = try Scratch()
        let paths = try rules.enumerated().map { index, rule -> String in
            let path = scratch["\(index)"]
            try Data(file(rule: rule)).write(to: URL(filePath: path))
            return path
        }
        let later = instants.filter { $0 > -2_100_000_000 }
        let expected = try withExtendedLifetime(scratch) { try offsets(ofFiles: paths, at: later) }
        for (rule, expected) in zip(rules, expected) {
            let zone = try #require(TimeZoneOffsets(file: file(rule: rule), name: "X"), "\(rule)")
            #expect(later.map { offset(zone, at: $0) } == expected, "\(rule)")
            #expect(zone.name == "X")
        }
    }

    @Test("Days counted from 0 count 29 February, unlike in Python")
    func ordinalDays() throws {
        let zone = try #require(TimeZoneOffsets(file: file(rule: "CCC-1DDD,59,300")))
        let starts = zone.transitions.filter { $0.offset == 7200 }.map(\.instant)
        // 1 March 1970 and 29 February 1972, at 01:00 UTC.
        #expect(Set([5_101_200, 68_173_200]).isSubset(of: starts))
    }

    @Test(
        "What is no rule makes the file none",
        arguments: [
            "CET", "CET-", "CET-25", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
            "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,366,1", "<CET-1",
            "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x", "CET-1:60", "1", "CET-1 ",
            "CET-99999999999999999999",
        ])
    func brokenRule(rule: String) {
        #expect(TimeZoneOffsets(file: file(rule: rule)) == nil)
    }

    @Test("A file of version 1 has no rule, and one of leap seconds is refused")
    func versions() throws {
        let old = try #require(TimeZoneOffsets(file: file(rule: "CET-1CEST,M3.5.0,M10.5.0/3", version: 0)))
        #expect(old == TimeZoneOffsets(initialOffset: 0))
        var leap = file(rule: "")
        let second = leap.count / 2 - 1
        #expect(TimeZoneOffsets(file: leap) != nil)
        leap[second + 31] = 1
        leap.insert(contentsOf: [UInt8](repeating: 0, count: 12), at: leap.count - 2)
        #expect(TimeZoneOffsets(file: leap) == nil)
    }

    @Test("A damaged file is read or refused; what is read is in order, and every local time has an offset")
    func damage() throws {
        let names = ["Europe/Paris", "America/St_Johns", "Asia/Kolkata"]
        var files = names.compactMap {
            FileManager.default.contents(atPath: "\(Self.database)/\($0)").map { [UInt8]($0) }
        }
        files.append(file(rule: "EST5EDT,0/0,J365/25"))
        var generator = SeededGenerator("damaged time zones")
        for file in files {
            for length in 0..<file.count { #expect(TimeZoneOffsets(file: file.prefix(length)) == nil) }
            for _ in 0..<500 {
                var damaged = file
                for _ in 0...generator.below(3) {
                    damaged[generator.below(generator.chance(50) ? 100 : damaged.count)] = UInt8(generator.below(256))
                }
                guard let zone = TimeZoneOffsets(file: damaged) else { continue }
                #expect(zip(zone.transitions, zone.transitions.dropFirst()).allSatisfy { $0.instant < $1.instant })
                #expect(instants.prefix(20).allSatisfy { abs(zone.offset(atLocal: $0).seconds) < 100_000 })
            }
        }
        #expect(TimeZoneOffsets(file: [UInt8](repeating: 0, count: 2 << 20)) == nil)
    }
}
