import Bytes

/// Text of one value where it lies: in the memory of a reader or a table, valid until the next request is read.
///
/// It lies in a ``ByteBuffer``, so that look-ups and writers may read what stands behind it.
package typealias TextBytes = UnsafeBufferPointer<UInt8>

extension TextBytes {
    /// The bytes without XML white space and no-break spaces (U+00A0) at both ends.
    @inline(__always)
    var trimmed: TextBytes {
        // Most texts begin and end with a letter or a digit.
        if let first, let last, first &- 0x21 < 0xC2 - 0x21, last &- 0x21 < 0x80 - 0x21 { return self }
        return trimmedAtEnds
    }

    private var trimmedAtEnds: TextBytes {
        var start = 0
        var end = count
        while start < end {
            if self[start].isBlank {
                start += 1
            } else if start + 1 < end && self[start] == 0xC2 && self[start + 1] == 0xA0 {
                start += 2
            } else {
                break
            }
        }
        while end > start {
            if self[end - 1].isBlank {
                end -= 1
            } else if end - 1 > start && self[end - 1] == 0xA0 && self[end - 2] == 0xC2 {
                end -= 2
            } else {
                break
            }
        }
        return TextBytes(rebasing: self[start..<end])
    }
}
