import Platform

@_spi(Package) extension SIMD16<UInt8> {
    /// Offset of the first byte that is one of two; 16 when none is.
    @inlinable @inline(__always) public func offset(of a: UInt8, or b: UInt8) -> Int {
        let marks = marks(of: a, or: b)
        let first = marks[0].littleEndian.trailingZeroBitCount >> 3
        return first < 8 ? first : 8 &+ marks[1].littleEndian.trailingZeroBitCount >> 3
    }

    /// All bits of each byte that is one of two.
    @inlinable @inline(__always) func marks(of a: UInt8, or b: UInt8) -> SIMD2<UInt64> {
        // Whole vectors on both sides, and two of them: comparing with a single byte is done byte by byte.
        unsafeBitCast((self .== SIMD16(repeating: a)) .| (self .== SIMD16(repeating: b)), to: SIMD2<UInt64>.self)
    }

    /// The bytes with `other` in place of each `byte`.
    @inlinable @inline(__always) public func replacing(_ byte: UInt8, with other: UInt8) -> SIMD16<UInt8> {
        let marks = unsafeBitCast(self .== SIMD16(repeating: byte), to: SIMD16<UInt8>.self)
        return self ^ (marks & SIMD16(repeating: byte ^ other))
    }
}

@_spi(Package) extension SIMDMask<SIMD16<Int8>> {
    /// Whether any of sixteen bytes is marked.
    @inlinable @inline(__always) public var isAnySet: Bool {
        let words = unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return words[0] | words[1] != 0
    }
}

/// Looking for things in text that is given as bytes.
@_spi(Package) extension ByteView {
    /// The bytes without ASCII white space at their two ends.
    @inlinable @inline(__always) public func trimmingWhitespace() -> ByteView {
        if let first, let last, !first.isWhitespace, !last.isWhitespace { return self }
        return withoutWhitespaceAtEnds
    }

    @usableFromInline var withoutWhitespaceAtEnds: ByteView {
        var start = 0
        var end = count
        while start < end, self[start].isWhitespace { start += 1 }
        while end > start, self[end - 1].isWhitespace { end -= 1 }
        return slice(start..<end)
    }

    /// The bytes without XML white space and no-break spaces (U+00A0) at both ends.
    @inlinable @inline(__always) public var trimmed: ByteView {
        // Most texts begin and end with a letter or a digit.
        if let first, let last, first &- 0x21 < 0xC2 - 0x21, last &- 0x21 < 0x80 - 0x21 { return self }
        return trimmedAtEnds
    }

    @usableFromInline var trimmedAtEnds: ByteView {
        var start = 0
        var end = count
        while start < end {
            if self[start].isWhitespace {
                start += 1
            } else if start + 1 < end && self[start] == 0xC2 && self[start + 1] == 0xA0 {
                start += 2
            } else {
                break
            }
        }
        while end > start {
            if self[end - 1].isWhitespace {
                end -= 1
            } else if end - 1 > start && self[end - 1] == 0xA0 && self[end - 2] == 0xC2 {
                end -= 2
            } else {
                break
            }
        }
        return slice(start..<end)
    }

    /// The bytes up to the last that is not white space.
    package func trimmingTrailingWhitespace() -> ByteView {
        var end = count
        while end > 0, self[end - 1].isWhitespace { end -= 1 }
        return slice(0..<end)
    }

    /// The bytes from the first that is not white space on.
    public func trimmingLeadingWhitespace() -> ByteView {
        var start = 0
        while start < count, self[start].isWhitespace { start += 1 }
        return dropping(start)
    }

    /// The bytes from `offset` on; none when `offset` lies behind the end.
    @inlinable @inline(__always) public func dropping(_ offset: Int) -> ByteView {
        offset >= count ? slice(count..<count) : slice(Swift.max(offset, 0)..<count)
    }

    /// Offset of the first `byte` at or behind `start`.
    public func offset(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = start
        // Many are near, and found in less time than a call takes.
        if index &+ 16 <= count {
            let near = block(at: index).offset(of: byte, or: byte)
            if near < 16 { return index &+ near }
            index &+= 16
        }
        guard index < count, let base = baseAddress, let found = memchr(base + index, Int32(byte), count - index)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// The same where most are near: sixteen bytes are looked through without a call.
    @inlinable @inline(__always) public func offset(ofNear byte: UInt8, from start: Int) -> Int? {
        guard start &+ 16 <= count else { return offset(of: byte, from: start) }
        let near = block(at: start).offset(of: byte, or: byte)
        return near < 16 ? start &+ near : offset(of: byte, from: start &+ 16)
    }

    /// The sixteen bytes from an offset on.
    @inlinable @inline(__always) public func block(at offset: Int) -> SIMD16<UInt8> {
        assert(offset >= 0 && offset &+ 16 <= count)
        return UnsafeRawPointer(baseAddress.unsafelyUnwrapped + offset).loadUnaligned(as: SIMD16<UInt8>.self)
    }

    /// Whether `byte` is in the text; many times faster than the collection's own search.
    public func contains(_ byte: UInt8) -> Bool { offset(of: byte) != nil }

    /// How many bytes are `byte`. Sixteen bytes a step.
    package func count(of byte: UInt8) -> Int {
        var total = 0
        var index = 0
        while index &+ 16 <= count {
            // Each byte of the sum has room for two marks a step.
            let end = Swift.min(count &- 15, index &+ 127 &* 16)
            var sum: UInt64 = 0
            while index < end {
                let marks = block(at: index).marks(of: byte, or: byte)
                sum &+= marks[0] & Self.ones &+ marks[1] & Self.ones
                index &+= 16
            }
            // First in pairs, which do not fit a byte.
            let pairs = sum & 0x00FF_00FF_00FF_00FF &+ sum &>> 8 & 0x00FF_00FF_00FF_00FF
            total &+= Int((pairs &* 0x0001_0001_0001_0001) &>> 48)
        }
        while index < count {
            if self[index] == byte { total &+= 1 }
            index &+= 1
        }
        return total
    }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }

    /// Offset of the first byte at or behind `start` that is one of two. Sixteen bytes a step.
    @inlinable @inline(__always) public func offset(of a: UInt8, or b: UInt8, from start: Int = 0) -> Int? {
        var index = start
        while index &+ 16 <= count {
            let near = block(at: index).offset(of: a, or: b)
            if near < 16 { return index &+ near }
            index &+= 16
        }
        while index < count {
            if self[index] == a || self[index] == b { return index }
            index &+= 1
        }
        return nil
    }

    /// Offset of the first occurrence of `text` at or behind `start`.
    public func offset(of text: StaticString, from start: Int = 0) -> Int? {
        offset(of: ByteView(text), from: start)
    }

    /// Offset of the first occurrence of the bytes `text` at or behind `start`.
    public func offset(of text: ByteView, from start: Int = 0) -> Int? {
        guard let base = baseAddress, let first = text.first, let wanted = text.baseAddress else { return nil }
        var start = start
        while let at = offset(of: first, from: start), count - at >= text.count {
            if equalBytes(base + at, wanted, text.count) { return at }
            start = at + 1
        }
        return nil
    }

    /// Offset of the first occurrence of `text` at or behind `start`, the case of ASCII letters ignored.
    package func offsetIgnoringCase(of text: StaticString, from start: Int = 0) -> Int? {
        let first = text.utf8Start[0].lowercased
        let capital = first.isASCIILetter ? first ^ 0x20 : first
        var start = start
        while let at = offset(of: first, or: capital, from: start), count - at >= text.utf8CodeUnitCount {
            if dropping(at).hasPrefixIgnoringCase(text) { return at }
            start = at + 1
        }
        return nil
    }

    /// True when the bytes begin with `text`.
    @inlinable @inline(__always) public func hasPrefix(_ text: StaticString) -> Bool {
        // Most texts differ at once, which is told without a call.
        count >= text.utf8CodeUnitCount && self[0] == text.utf8Start[0] && beginsWith(text)
    }

    @usableFromInline func beginsWith(_ text: StaticString) -> Bool { slice(0..<text.utf8CodeUnitCount).equals(text) }

    /// True when the bytes begin with the bytes `text`.
    package func hasPrefix(_ text: ByteView) -> Bool {
        guard count >= text.count, let base = baseAddress, let start = text.baseAddress else { return text.isEmpty }
        return equalBytes(base, start, text.count)
    }

    /// True when the bytes end with `text`.
    public func hasSuffix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && dropping(count - text.utf8CodeUnitCount).equals(text)
    }

    /// True when the bytes end with `text` but for the case of ASCII letters.
    package func hasSuffixIgnoringCase(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && dropping(count - text.utf8CodeUnitCount).equalsIgnoringCase(text)
    }

    /// True when the bytes begin with `text` but for the case of ASCII letters.
    @inlinable @inline(__always) public func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && self[0].lowercased == text.utf8Start[0].lowercased
            && beginsIgnoringCase(with: text)
    }

    @usableFromInline func beginsIgnoringCase(with text: StaticString) -> Bool {
        slice(0..<text.utf8CodeUnitCount).equalsIgnoringCase(text)
    }
}
