@_spi(Package) import Bytes
import Platform

/// Undoes deflate (RFC 1951), the compression of zip archives, piece by piece.
///
/// It is told apart from damage only by what deflate itself says; compare a checksum to be sure. Never traps on any input, and its
/// memory does not grow.
struct Inflater: ~Copyable {
    /// What comes next in the stream.
    private enum State {
        case blockHeader
        /// Bytes of a block that is not compressed.
        case stored(Int)
        case compressed
        case done, damaged
    }

    /// How far back a repetition may reach.
    private static let windowSize = 32_768
    /// Longest repetition.
    private static let longestMatch = 258

    private var input = ByteBuffer(minimumCapacity: 1 << 15)
    private var inputStart = 0
    /// Bits taken from the input, the next one lowest; zeros after its end.
    private var bits: UInt64 = 0
    private var bitCount = 0
    /// Zero bytes in ``bits`` that stand for input after its end.
    private var missingBytes = 0
    /// The window, and what was decoded after it.
    private var output = ByteBuffer(minimumCapacity: 2 * windowSize + longestMatch)
    /// Bytes of ``output`` that were read already.
    private var outputStart = 0
    private var state = State.blockHeader
    private var isLastBlock = false
    private var literals = HuffmanCode()
    private var distances = HuffmanCode()

    /// Whether all of the stream was decoded.
    var isDone: Bool { if case .done = state { outputStart == output.count } else { false } }

    /// Starts with another stream.
    mutating func reset() {
        input.removeAll()
        output.removeAll()
        (inputStart, outputStart, bits, bitCount, missingBytes) = (0, 0, 0, 0, 0)
        (state, isLastBlock) = (.blockHeader, false)
    }

    /// Reads up to `count` bytes of what was compressed; 0 at the end, and where the stream is damaged or cut off.
    ///
    /// - Parameter more: reads up to a number of compressed bytes into memory; gives 0 at their end.
    mutating func read(
        into target: UnsafeMutablePointer<UInt8>, _ count: Int, from more: (UnsafeMutablePointer<UInt8>, Int) -> Int
    ) -> Int {
        if outputStart == output.count { decode(more) }
        let got = min(count, output.count - outputStart)
        memcpy(target, output.base + outputStart, got)
        outputStart += got
        return got
    }

    /// Decodes as much as there is room for behind the window.
    private mutating func decode(_ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) {
        if output.count > Self.windowSize {
            memmove(output.base, output.base + (output.count - Self.windowSize), Self.windowSize)
            output.count = Self.windowSize
        }
        outputStart = output.count
        while output.count < 2 * Self.windowSize {
            switch state {
            case .blockHeader: readBlockHeader(more)
            case .stored(let count): copyStored(count, more)
            case .compressed: decodeSymbols(more)
            case .done, .damaged: return
            }
        }
    }

    // MARK: Bits

    /// Sees to it that there are at least 48 bits.
    @inline(__always) private mutating func fill(_ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) {
        while bitCount <= 48 {
            if inputStart == input.count {
                inputStart = 0
                input.count = missingBytes > 0 ? 0 : more(input.base, input.capacity)
            }
            if inputStart < input.count {
                bits |= UInt64(input.base[inputStart]) << UInt64(bitCount)
                inputStart += 1
            } else {
                missingBytes += 1
            }
            bitCount += 8
        }
    }

    /// Takes some bits off, 48 at most between two calls of ``fill(_:)``.
    @inline(__always) private mutating func take(_ count: Int) -> Int {
        let value = bits & (1 << UInt64(count) - 1)
        bits >>= UInt64(count)
        bitCount -= count
        return Int(value)
    }

    /// Whether more was taken than the input has.
    @inline(__always) private var isOverrun: Bool { missingBytes * 8 > bitCount }

    // MARK: Blocks

    private mutating func readBlockHeader(_ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) {
        if isLastBlock {
            state = .done
            return
        }
        fill(more)
        isLastBlock = take(1) == 1
        let isRead: Bool
        switch take(2) {
        case 0: isRead = beginStored(more)
        case 1: isRead = beginFixed()
        case 2: isRead = readCodes(more)
        default: isRead = false
        }
        if !isRead || isOverrun { state = .damaged }
    }

    private mutating func beginStored(_ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) -> Bool {
        _ = take(bitCount % 8)
        fill(more)
        let (count, complement) = (take(16), take(16))
        state = .stored(count)
        return count ^ complement == 0xFFFF
    }

    private mutating func copyStored(_ count: Int, _ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) {
        var missing = min(count, 2 * Self.windowSize - output.count)
        let rest = count - missing
        while missing > 0 {
            if bitCount == 0, inputStart < input.count {
                let length = min(missing, input.count - inputStart)
                output.append(ByteView(start: input.base + inputStart, count: length))
                inputStart += length
                missing -= length
                continue
            }
            if bitCount == 0 { fill(more) }
            let byte = take(8)
            if isOverrun {
                state = .damaged
                return
            }
            output.append(UInt8(truncatingIfNeeded: byte))
            missing -= 1
        }
        state = rest > 0 ? .stored(rest) : .blockHeader
    }

    private mutating func beginFixed() -> Bool {
        var lengths = [UInt8](repeating: 8, count: 288)
        for index in 144..<256 { lengths[index] = 9 }
        for index in 256..<280 { lengths[index] = 7 }
        state = .compressed
        return literals.set(lengths[...]) && distances.set([UInt8](repeating: 5, count: 32)[...])
    }

    /// Reads the codes of a block, which are compressed themselves.
    private mutating func readCodes(_ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) -> Bool {
        fill(more)
        let (literalCount, distanceCount, lengthCount) = (take(5) + 257, take(5) + 1, take(4) + 4)
        guard literalCount <= 286 else { return false }
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var lengths = [UInt8](repeating: 0, count: 19)
        for place in order.prefix(lengthCount) {
            fill(more)
            lengths[place] = UInt8(take(3))
        }
        guard literals.set(lengths[...]) else { return false }
        lengths.removeAll()
        while lengths.count < literalCount + distanceCount {
            fill(more)
            guard let symbol = take(literals.symbol(bits)), !isOverrun else { return false }
            switch symbol {
            case 0...15: lengths.append(UInt8(symbol))
            case 16:
                guard let last = lengths.last else { return false }
                lengths += repeatElement(last, count: 3 + take(2))
            case 17: lengths += repeatElement(0, count: 3 + take(3))
            default: lengths += repeatElement(0, count: 11 + take(7))
            }
        }
        guard lengths.count == literalCount + distanceCount, lengths[256] > 0 else { return false }
        state = .compressed
        return literals.set(lengths[..<literalCount]) && distances.set(lengths[literalCount...])
    }

    // MARK: Symbols

    /// Takes the bits of a symbol off and gives the symbol; `nil` when there is none.
    @inline(__always) private mutating func take(_ found: (symbol: Int, length: Int)?) -> Int? {
        guard let found else { return nil }
        bits >>= UInt64(found.length)
        bitCount -= found.length
        return found.symbol
    }

    /// Decodes up to the end of the block, or until there is no more room.
    private mutating func decodeSymbols(_ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) {
        while output.count < 2 * Self.windowSize {
            // Up to 48 bits are taken: 15 and 5 for a length, 15 and 13 for a distance.
            fill(more)
            guard let symbol = take(literals.symbol(bits)), !isOverrun else { break }
            if symbol < 256 {
                output.append(UInt8(truncatingIfNeeded: symbol))
                continue
            }
            if symbol == 256 {
                state = .blockHeader
                return
            }
            guard symbol - 257 < Self.lengthBases.count else { break }
            let length = Self.lengthBases[symbol - 257] + take(Self.lengthBits[symbol - 257])
            guard let place = take(distances.symbol(bits)), place < Self.distanceBases.count else { break }
            let distance = Self.distanceBases[place] + take(Self.distanceBits[place])
            guard distance <= output.count, !isOverrun else { break }
            // The last bytes may be repeated while they are written.
            let start = output.end - distance
            output.reserve(length)
            for index in 0..<length { output.end[index] = start[index] }
            output.count += length
        }
        if output.count < 2 * Self.windowSize { state = .damaged }
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
}

/// The bits for each symbol of an alphabet, given by their number: shorter ones first, then in order of the symbols.
private struct HuffmanCode {
    /// Codes up to this length are looked up at once.
    private static let tableBits = 10

    /// How many symbols there are of each length.
    private var counts = [Int](repeating: 0, count: 16)
    /// The symbols in order of their codes.
    private var symbols: [UInt16] = []
    /// A symbol and its length, by the next bits; 0 when its code is longer.
    private var table = [UInt16](repeating: 0, count: 1 << tableBits)

    /// Takes the length of each symbol's code, 0 for none.
    ///
    /// - Returns: false when the lengths are those of no code.
    mutating func set(_ lengths: ArraySlice<UInt8>) -> Bool {
        for index in counts.indices { counts[index] = 0 }
        for index in table.indices { table[index] = 0 }
        for length in lengths { counts[Int(length)] += 1 }
        var unused = 1
        for length in 1...15 {
            unused = 2 * unused - counts[length]
            if unused < 0 { return false }
        }
        let used = lengths.count - counts[0]
        // One symbol alone has a code of one bit, and the other bit is none.
        guard unused == 0 || used == 0 || used == 1 && counts[1] == 1 else { return false }
        var starts = [0, 0]
        for length in 1...15 { starts.append(starts[length] + counts[length]) }
        symbols = [UInt16](repeating: 0, count: used)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            symbols[starts[Int(length)]] = UInt16(symbol)
            starts[Int(length)] += 1
        }
        fillTable()
        return true
    }

    private mutating func fillTable() {
        var (code, index) = (0, 0)
        for length in 1...Self.tableBits {
            for _ in 0..<counts[length] {
                // The first bit of a code is the lowest of the input.
                var (reversed, rest) = (0, code)
                for _ in 0..<length {
                    reversed = reversed << 1 | rest & 1
                    rest >>= 1
                }
                let entry = symbols[index] << 4 | UInt16(length)
                for place in stride(from: reversed, to: table.count, by: 1 << length) { table[place] = entry }
                code += 1
                index += 1
            }
            code <<= 1
        }
    }

    /// The symbol whose code comes first in some bits, and how long it is.
    @inline(__always) func symbol(_ bits: UInt64) -> (symbol: Int, length: Int)? {
        let entry = table[Int(truncatingIfNeeded: bits & UInt64(1 << Self.tableBits - 1))]
        return entry != 0 ? (Int(entry >> 4), Int(entry & 15)) : longSymbol(bits)
    }

    private func longSymbol(_ bits: UInt64) -> (symbol: Int, length: Int)? {
        var (rest, code, first, index) = (bits, 0, 0, 0)
        for length in 1...15 {
            code |= Int(rest & 1)
            rest >>= 1
            if code - first < counts[length] { return (Int(symbols[index + code - first]), length) }
            index += counts[length]
            first = (first + counts[length]) << 1
            code <<= 1
        }
        return nil
    }
}
