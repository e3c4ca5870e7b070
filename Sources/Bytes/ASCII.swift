/// Tests on single bytes of ASCII, the alphabet of every keyword, date and number in both APIs.
@_spi(Package) extension UInt8 {
    /// `0` to `9`.
    @inlinable public var isDigit: Bool { self &- 0x30 < 10 }
    /// `A` to `Z` or `a` to `z`.
    @inlinable public var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
    /// A letter, a digit or an underscore, as the names of variables and columns have them.
    @inlinable public var isOfName: Bool { isASCIILetter || isDigit || self == 0x5F }
    /// Blank, tab, line feed or carriage return: the white space of XML and of JSON.
    @inlinable public var isWhitespace: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D }
    /// The lower-case letter for an ASCII capital, any other byte unchanged.
    @inlinable public var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
    /// Whether this is one of some ASCII characters.
    @inlinable @inline(__always) public func isOne(of characters: StaticString) -> Bool {
        for index in 0..<characters.utf8CodeUnitCount where characters.utf8Start[index] == self { return true }
        return false
    }
    /// The value of a hexadecimal digit.
    @inlinable public var hexDigitValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}

/// The high bits of those of eight bytes that are no digits, the first byte lowest.
@inlinable @inline(__always)
func nonDigits(_ start: UnsafePointer<UInt8>) -> UInt64 {
    let word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian
    // A digit's difference from 0 is below 10; the high bit says when it is not.
    let offsets = word ^ 0x3030_3030_3030_3030
    return ((offsets & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676 | offsets) & 0x8080_8080_8080_8080
}

@_spi(Package) extension ByteView {
    /// True when the bytes are exactly `text`.
    @inlinable @inline(__always) public func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount, let start = baseAddress else { return count == text.utf8CodeUnitCount }
        return equalBytes(start, text.utf8Start, count)
    }

    /// True when the bytes are those of another view.
    @inlinable @inline(__always) package func equals(_ bytes: ByteView) -> Bool {
        guard count == bytes.count, let start = baseAddress, let other = bytes.baseAddress else {
            return count == bytes.count
        }
        return equalBytes(start, other, count)
    }

    /// True when the bytes are `text` but for the case of ASCII letters.
    @inlinable @inline(__always) public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return equals(text) || equalsLowercased(text)
    }

    @usableFromInline func equalsLowercased(_ text: StaticString) -> Bool {
        for i in 0..<count where self[i].lowercased != text.utf8Start[i].lowercased { return false }
        return true
    }

    /// True when every byte is a digit and there is at least one.
    @inlinable public var isAllDigits: Bool {
        guard let start = baseAddress else { return false }
        if count >= 8 {
            // Words that overlap at the end cover any length.
            for offset in Swift.stride(from: 0, to: count &- 8, by: 8) where nonDigits(start + offset) != 0 {
                return false
            }
            return nonDigits(start + (count &- 8)) == 0
        }
        for byte in self where !byte.isDigit { return false }
        return count > 0
    }
}
