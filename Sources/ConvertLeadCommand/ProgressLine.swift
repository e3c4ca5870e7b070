import BulkConversion
import Synchronization

import Platform

/// One line on a terminal that says how far a run is; it is redrawn in place and gone when the run ends.
///
/// Called from one thread at a time, as ``BulkRun/onProgress`` is.
final class ProgressLine: @unchecked Sendable {
    /// Bytes of all archives; 0 until they are counted, and for ever where they cannot be, as for a pipe.
    private let total = Atomic<Int>(0)
    private var begin: (time: Double, state: BulkProgress)?
    private var lastDrawn = 0.0
    private var isDrawn = false

    /// Seconds between two drawings.
    private static let interval = 0.1
    /// Seconds until there is a rate: what was read before says little about the rest.
    private static let rateDelay = 0.5

    /// A line for a run; `nil` when standard error is no terminal that can redraw a line.
    ///
    /// - Parameter size: finds out how many bytes there are to read, which may take a while.
    init?(size: @escaping @Sendable () -> Int?) {
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        guard isatty(STDERR_FILENO) == 1, terminal != "dumb" else { return nil }
        // Looking through large directories takes a while, and the run need not wait for it.
        Task.detached { [self] in total.store(size() ?? 0, ordering: .relaxed) }
    }

    /// Draws how far the run is, unless it was drawn just now.
    func show(_ progress: BulkProgress) {
        let now = Self.seconds()
        guard let begin else {
            begin = (now, progress)
            return
        }
        guard now - lastDrawn >= Self.interval else { return }
        lastDrawn = now
        let text = Self.text(
            progress, since: begin.state, seconds: now - begin.time, total: total.load(ordering: .relaxed),
            width: Self.width())
        DiagnosticOutput.write("\r" + text + "\u{1B}[K")
        isDrawn = true
    }

    /// Takes the line away.
    func clear() {
        if isDrawn { DiagnosticOutput.write("\r\u{1B}[K") }
        isDrawn = false
    }

    /// The line: share and bar where the size is known, what is done, its rate after half a second, the time left after a
    /// second, dead letters so far. The bar gives way to the figures.
    ///
    /// - Parameters:
    ///   - start: where the run was when its time began; a resumed run has done a part already.
    ///   - seconds: time since then.
    ///   - total: bytes of all archives; 0 when not known.
    ///   - width: columns of the terminal; the line is never as wide.
    static func text(
        _ progress: BulkProgress, since start: BulkProgress, seconds: Double, total: Int, width: Int
    ) -> String {
        var parts = ["\(progress.read.grouped) done"]
        if seconds >= rateDelay {
            let rate = Double(progress.read - start.read) / seconds
            parts.append("\(Int(min(rate, 1e15)).grouped)/s")
        }
        let bytes = progress.bytesRead - start.bytesRead
        if total > 0, bytes > 0, seconds >= 1 {
            let left = Double(max(total - progress.bytesRead, 0)) / Double(bytes) * seconds
            parts.append("\(time(left)) left")
        }
        parts.append(progress.deadLetters.counted("dead letter"))
        let figures = parts.joined(separator: "  ")
        let front = total > 0 ? share(of: progress, total: total, room: width - 1 - figures.count) + "  " : ""
        return String((front + figures).prefix(max(width - 1, 0)))
    }

    /// The share done and a bar as long as `room` allows for both and two blanks; no bar that would be too short to tell anything.
    private static func share(of progress: BulkProgress, total: Int, room: Int) -> String {
        let share = min(Double(progress.bytesRead) / Double(total), 1)
        let percent = String(Int(share * 100))
        let text = String(repeating: " ", count: 3 - percent.count) + percent + "%"
        let length = min(room - text.count - " []  ".count, 20)
        guard length >= 5 else { return text }
        let filled = Int(share * Double(length))
        return text + " [" + String(repeating: "=", count: filled) + String(repeating: " ", count: length - filled)
            + "]"
    }

    private static func time(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(.up), 359_999_999))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = whole / 60
        return minutes < 60
            ? "\(minutes):\(two(whole % 60))" : "\(minutes / 60):\(two(minutes % 60)):\(two(whole % 60))"
    }

    private static func width() -> Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
