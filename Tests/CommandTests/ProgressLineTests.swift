import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLeadCommand

@Suite struct ProgressLineText {
    private func progress(_ bytes: Int, _ read: Int, _ dead: Int = 0) -> BulkProgress {
        var progress = BulkProgress()
        (progress.bytesRead, progress.read, progress.deadLetters) = (bytes, read, dead)
        return progress
    }

    @Test("It says the share, what is done, the rate, the time left and the dead letters")
    func full() {
        let text = ProgressLine.text(
            progress(300, 1_500_000, 12), since: progress(100, 500_000), seconds: 10, total: 1000, width: 200)
        #expect(text == " 30% [======              ]  1,500,000 done  100,000/s  0:35 left  12 dead letters")
    }

    @Test("Without a size there is no share and no time left, and it never is as wide as the terminal")
    func unknownSize() {
        let none = progress(0, 0)
        #expect(
            ProgressLine.text(progress(9, 3, 1), since: none, seconds: 2, total: 0, width: 80)
                == "3 done  1/s  1 dead letter")
        #expect(ProgressLine.text(progress(9, 3, 1), since: none, seconds: 2, total: 0, width: 7) == "3 done")
        #expect(ProgressLine.text(progress(9, 3, 1), since: none, seconds: 2, total: 0, width: 0) == "")
    }

    @Test("There is no rate before half a second is over")
    func noRateYet() {
        let (none, early) = (progress(0, 0), progress(1, 900_000))
        let soon = ProgressLine.text(early, since: none, seconds: 0.4, total: 1000, width: 80)
        #expect(soon == "  0% [                    ]  900,000 done  0 dead letters")
        #expect(ProgressLine.text(early, since: none, seconds: 0.5, total: 1000, width: 80).contains("  1,800,000/s  "))
    }

    @Test(
        "The bar gives way to the figures, so that a usual terminal shows them to their end",
        arguments: [80, 79, 70, 60]
    )
    func narrow(width: Int) {
        let text = ProgressLine.text(
            progress(300, 1_500_000, 12), since: progress(100, 500_000), seconds: 10, total: 1000, width: width)
        #expect(text.hasPrefix(" 30%"))
        #expect(text.hasSuffix("  1,500,000 done  100,000/s  0:35 left  12 dead letters") && text.count < width)
        #expect(text.contains("[") == (width > 69))
    }

    @Test("Times and sizes that make no sense make no trouble")
    func extremes() {
        let none = progress(0, 0)
        #expect(
            ProgressLine.text(progress(2000, 5), since: none, seconds: 0, total: 1000, width: 80)
                == "100% [====================]  5 done  0 dead letters")
        #expect(
            ProgressLine.text(progress(1, 1), since: none, seconds: 86_400, total: .max, width: 80).contains(" left"))
    }
}

@Suite struct ProgressOnTerminals {
    /// Runs bulk over many small requests with a terminal as standard error, and gives what was shown there.
    private func shown(_ arguments: [String], terminal: String = "xterm") throws -> String {
        let scratch = try Scratch()
        let xml = Requests.xml(assignTo: "1").replacing("\"", with: "\\\"")
        let line = "{\"leadId\":\"1\",\"xmlData\":\"\(xml)\"}\n"
        let archive = try scratch.write("a.ndjson", String(repeating: line, count: 30_000))
        let (controller, name) = try Self.openTerminal()
        let side = try #require(FileHandle(forUpdatingAtPath: name))
        let process = Process()
        process.executableURL = BuiltCommand.path
        process.arguments = ["bulk", archive, "--output", scratch["out"], "--jobs", "1"] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "TERM": terminal]
        process.standardError = side
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try side.close()
        var text = Data()
        var block = [UInt8](repeating: 0, count: 4096)
        // The last side of a terminal that is closed makes reading fail.
        while case let count = read(controller, &block, block.count), count > 0 {
            text.append(contentsOf: block[..<count])
        }
        process.waitUntilExit()
        close(controller)
        #expect(process.terminationStatus == 0)
        return String(decoding: text, as: UTF8.self)
    }

    /// A new terminal: the side that sees what is shown, and the name of the other.
    private static func openTerminal() throws -> (controller: Int32, name: String) {
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        var number: UInt32 = 0
        // TIOCSPTLCK and TIOCGPTN, which Swift does not see.
        try #require(controller >= 0 && ioctl(controller, 0x4004_5431, &lock) == 0)
        try #require(ioctl(controller, 0x8004_5430, &number) == 0)
        return (controller, "/dev/pts/\(number)")
    }

    @Test(
        "A terminal gets a line that is redrawn in place and gone before the closing lines",
        .enabled(if: Terminals.exist, "pseudo-terminals cannot be opened here"))
    func terminal() throws {
        let text = try shown([])
        let drawn = text.matches(of: #/\r([^\r\n]*)\u{1B}\[K/#).map { String($0.1) }
        #expect(drawn.count >= 2)
        #expect(drawn.last == "")
        #expect(
            drawn.dropLast().allSatisfy { $0.contains(" done  ") && $0.hasSuffix(" dead letters") && $0.count < 80 })
        #expect(text.contains("\r\u{1B}[K30,000 read in "))
    }

    @Test(
        "With --quiet, and on a terminal that cannot redraw a line, nothing is drawn",
        .enabled(if: Terminals.exist, "pseudo-terminals cannot be opened here"))
    func quiet() throws {
        #expect(try shown(["--quiet"]) == "")
        #expect(try !shown([], terminal: "dumb").contains("\u{1B}"))
    }
}
