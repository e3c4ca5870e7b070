#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looking for things in text that is given as bytes.
extension UnsafeBufferPointer<UInt8> {
    /// The bytes without ASCII white space at their two ends.
    public func trimmingBlanks() -> UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return slice(start..<end)
    }

    /// The bytes from `offset` on; none when `offset` lies behind the end.
    public func dropping(_ offset: Int) -> UnsafeBufferPointer<UInt8> {
        offset >= count ? slice(count..<count) : slice(Swift.max(offset, 0)..<count)
    }

    /// Offset of the first `byte` at or behind `start`.
    public func offset(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start < count, let base = baseAddress, let found = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Offset of the first occurrence of `text` at or behind `start`.
    public func offset(of text: StaticString, from start: Int = 0) -> Int? {
        offset(of: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), from: start)
    }

    /// Offset of the first occurrence of the bytes `text` at or behind `start`.
    public func offset(of text: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int? {
        guard let first = text.first else { return nil }
        var start = start
        while let at = offset(of: first, from: start), count - at >= text.count {
            if slice(at..<(at + text.count)).elementsEqual(text) { return at }
            start = at + 1
        }
        return nil
    }

    /// True when the bytes begin with `text`.
    public func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && slice(0..<text.utf8CodeUnitCount).equals(text)
    }

    /// True when the bytes end with `text`.
    public func hasSuffix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && dropping(count - text.utf8CodeUnitCount).equals(text)
    }

    /// True when the bytes begin with `text` but for the case of ASCII letters.
    public func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && slice(0..<text.utf8CodeUnitCount).equalsIgnoringCase(text)
    }
}
