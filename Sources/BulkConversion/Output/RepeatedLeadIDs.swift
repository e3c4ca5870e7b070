@_spi(Package) import Bytes
import JSONText
import Platform

/// Finds converted requests whose lead id was converted before.
///
/// Equal ids come to the same of 256 parts. A part has room for some marks in memory; when it is full, they go to a file as a
/// block. At the end one part after the other is searched, so that memory hardly grows with the number of requests: by 32 bytes for
/// 256 of them, and a byte a block.
final class RepeatedLeadIDs {
    private static let partCount = 256
    /// Marks of a part in memory, and in a block of the file.
    private static let blockSize = 256
    private static let blockBytes = blockSize * MemoryLayout<LeadIDMark>.stride

    /// What of each part is in memory.
    @exclusivity(unchecked) private var parts = [[LeadIDMark]](repeating: [], count: partCount)
    /// The part of each block in the file.
    private var blocks: [UInt8] = []
    /// Ownership: closed with this object. Below zero until a block is written.
    private var file: Int32 = -1
    private let makeFile: () throws(BulkFailure) -> Int32

    /// - Parameter makeFile: opens a new file for reading and writing that is gone when it is closed.
    init(makeFile: @escaping () throws(BulkFailure) -> Int32) { self.makeFile = makeFile }

    deinit { if file >= 0 { close(file) } }

    /// Takes a converted request.
    func add(_ mark: LeadIDMark) throws(BulkFailure) {
        let part = Int(truncatingIfNeeded: mark.hash >> 56)
        switch parts[part].count {
        case 0: parts[part].reserveCapacity(Self.blockSize)
        case Self.blockSize: try writeBlock(part)
        default: break
        }
        parts[part].append(mark)
    }

    private func writeBlock(_ part: Int) throws(BulkFailure) {
        if file < 0 { file = try makeFile() }
        let isWritten = parts[part].withUnsafeBytes { bytes in
            writeAll(file, ByteView(start: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count: bytes.count))
        }
        guard isWritten else { throw failure() }
        blocks.append(UInt8(part))
        parts[part].removeAll(keepingCapacity: true)
    }

    private func failure() -> BulkFailure {
        BulkFailure(.inputOutput, "The temporary file of lead ids cannot be used: \(systemErrorText())")
    }

    /// How many requests are for a lead that an earlier one is for, and the places of the first of them.
    ///
    /// - Parameter lines: opens the lines of all requests; called only when there are such requests.
    func find(in lines: () throws(BulkFailure) -> ResultFile) throws(BulkFailure) -> BulkSummary.Repeated {
        var repeated = BulkSummary.Repeated()
        var first: [Int] = []
        for part in 0..<Self.partCount {
            let all = try self.all(of: part)
            var earlier = HashSet(minimumCapacity: all.count)
            for mark in all where !earlier.insert(mark.hash) {
                repeated.count += 1
                first.append(mark.lineStart)
            }
            first = Array(first.sorted().prefix(Tally.placeLimit))
        }
        if first.isEmpty { return repeated }
        let converted = try lines()
        var json = JSONReader()
        for start in first {
            let line = try converted.line(at: start)
            repeated.places.append(line.withByteView { json.source(ofLine: $0) })
        }
        return repeated
    }

    /// The marks of a part in order, from the file and from memory.
    private func all(of part: Int) throws(BulkFailure) -> [LeadIDMark] {
        var all: [LeadIDMark] = []
        for (block, owner) in blocks.enumerated() where Int(owner) == part {
            var marks = [LeadIDMark](repeating: LeadIDMark(hash: 0, lineStart: 0), count: Self.blockSize)
            let isRead = marks.withUnsafeMutableBytes { bytes in
                pread(file, bytes.baseAddress, bytes.count, off_t(block * Self.blockBytes)) == bytes.count
            }
            guard isRead else { throw failure() }
            all += marks
        }
        return all + parts[part]
    }
}

/// Hashes that were met.
private struct HashSet {
    /// A hash or 0 for none, at its place or after it; at most half are taken.
    private var slots: [UInt64]

    init(minimumCapacity: Int) {
        var count = 16
        while count < 2 * minimumCapacity { count *= 2 }
        slots = [UInt64](repeating: 0, count: count)
    }

    /// Adds a hash; whether it was new.
    mutating func insert(_ hash: UInt64) -> Bool {
        let hash = max(hash, 1)
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != 0 {
            if slots[place] == hash { return false }
            place = (place + 1) & mask
        }
        slots[place] = hash
        return true
    }
}
