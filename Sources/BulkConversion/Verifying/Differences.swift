@_spi(Package) import Bytes
import ConvertLead

/// How results differ from what they should be: all are counted, the first ones are kept.
struct Differences {
    /// What is wrong with a line.
    enum Kind {
        case lost, added, changed, misplaced, doubled
    }

    /// A line that differs.
    struct Line {
        var kind: Kind
        /// The result it is in, or should be in.
        var file: String
        /// Its line there, from 1; of one that is lost, the line before which it should be.
        var line: Int
        /// Hash of its bytes.
        var content: UInt64
        /// The request's place in the archive; empty when it has none.
        var place = ""
        /// What is different.
        var detail = ""
    }

    /// Lines that are kept, to find those that were only moved.
    private static let mostLines = 4096
    /// Differences shown.
    static let mostShown = 100

    private(set) var count = 0
    private var lines: [Line] = []
    private var malformed: [Diagnostic] = []
    private var others: [Diagnostic] = []
    private var paths: Set<String> = []

    /// Counts a line.
    mutating func add(_ line: Line) {
        count += 1
        if lines.count < Self.mostLines { lines.append(line) }
    }

    /// Counts a line that is wrong by itself.
    mutating func add(_ problem: LineProblem, at place: String) {
        count += 1
        if malformed.count < Self.mostShown { malformed.append(problem.diagnostic(place)) }
    }

    /// Counts anything else.
    mutating func add(_ diagnostic: Diagnostic) {
        count += 1
        if others.count < Self.mostShown { others.append(diagnostic) }
    }

    /// Counts what another one counted.
    mutating func add(_ other: Differences) {
        lines += other.lines
        malformed += other.malformed
        others += other.others
        count += other.count
    }

    /// Counts a wrong member of the summary, once.
    mutating func add(member path: String, of file: String, _ message: String) {
        guard paths.insert(path).inserted else { return }
        add(Diagnostic(.verifyCount, .error, source: file, path: path, message: message))
    }

    /// How many of the lines kept are in a file.
    func count(in file: String) -> Int { lines.count { $0.file == file } }

    /// Joins what is lost at one place and added at another: it was moved.
    mutating func joinMoved(in file: String) {
        var lost: [UInt64: [Int]] = [:]
        for (index, line) in lines.enumerated() where line.file == file && line.kind == .lost {
            lost[line.content, default: []].append(index)
        }
        var joined: Set<Int> = []
        for (index, line) in lines.enumerated() where line.file == file && line.kind == .added {
            guard let other = lost[line.content]?.first else { continue }
            lost[line.content]?.removeFirst()
            lines[index].kind = .misplaced
            lines[index].place = lines[other].place
            joined.insert(other)
        }
        count -= joined.count
        lines = lines.enumerated().filter { !joined.contains($0.offset) }.map(\.element)
    }

    /// Finds out which of the added lines are copies of another one.
    ///
    /// - Parameter forEachLine: calls its argument with the hash of each line of the file.
    mutating func findDoubled(
        in file: String, _ forEachLine: ((UInt64) -> Void) throws(BulkFailure) -> Void
    ) throws(BulkFailure) {
        var places: [UInt64: (first: Int, last: Int)] = [:]
        for line in lines where line.file == file && line.kind == .added { places[line.content] = (0, 0) }
        guard !places.isEmpty else { return }
        var number = 0
        try forEachLine { content in
            number += 1
            guard let place = places[content] else { return }
            places[content] = (place.first == 0 ? number : place.first, number)
        }
        for (index, line) in lines.enumerated() where line.file == file && line.kind == .added {
            guard let place = places[line.content], place.first != place.last else { continue }
            lines[index].kind = .doubled
            lines[index].detail = "\(place.first == line.line ? place.last : place.first)"
        }
    }

    /// The first of all differences, those of lines last.
    var shown: [Diagnostic] { Array((others + malformed + lines.map(\.diagnostic)).prefix(Self.mostShown)) }
}

extension Differences.Line {
    fileprivate var diagnostic: Diagnostic {
        let (code, message): (DiagnosticCode, String) =
            switch kind {
            case .lost: (.verifyLost, "The line of this request is missing here")
            case .added: (.verifyAdded, "The archives have no request for this line")
            case .doubled: (.verifyDoubled, "The line is the same as line \(detail)")
            case .misplaced: (.verifyMisplaced, "The line is out of order")
            case .changed:
                (
                    .verifyChanged,
                    detail.isEmpty
                        ? "The line is not what convertlead writes today"
                        : "\(detail) is not what convertlead writes today"
                )
            }
        return Diagnostic(code, .error, source: "\(file):\(line)", path: place, message: message)
    }
}
