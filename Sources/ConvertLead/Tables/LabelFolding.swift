@_spi(Package) import Bytes

/// How labels are compared, so that what people typed in years of clients still meets the field it means.
extension String {
    /// The label for comparing: ends trimmed, inner runs of white space (no-break space included) made one blank, case
    /// folded. Swift compares and hashes strings by canonical equivalence, so Unicode composition needs no step here.
    package var foldedLabel: String {
        utf8.allSatisfy { $0 < 0x80 } ? foldedASCII : foldedUnicode
    }

    /// The same for ASCII, as most labels are, without looking up what each character is.
    private var foldedASCII: String {
        String(unsafeUninitializedCapacity: utf8.count) { folded in
            var count = 0
            var isBetween = false
            for byte in utf8 {
                if byte == 0x20 || byte &- 0x09 < 5 {
                    isBetween = count > 0
                } else {
                    if isBetween {
                        folded[count] = 0x20
                        count += 1
                    }
                    isBetween = false
                    folded[count] = byte.lowercased
                    count += 1
                }
            }
            return count
        }
    }

    private var foldedUnicode: String {
        var folded = ""
        folded.reserveCapacity(utf8.count)
        var isBetween = false
        for scalar in unicodeScalars {
            if scalar.properties.isWhitespace {
                isBetween = true
            } else {
                if isBetween && !folded.isEmpty { folded.unicodeScalars.append(" ") }
                isBetween = false
                folded.unicodeScalars.append(scalar)
            }
        }
        // Upper case first, as in Unicode case folding: "ß" equals "SS" and a final sigma equals any other.
        return folded.uppercased().lowercased()
    }
}

extension String {
    /// The api name a label usually has: each run of other characters than ASCII letters and digits becomes one `_`, trimmed
    /// at both ends. `nil` when nothing is left.
    ///
    /// Source: inferred from Zoho's rules for api names; Zoho.md, "Labels and api names".
    package init?(guessingAPINameOf label: String) {
        self = ""
        var isGapPending = false
        // By characters, not bytes: an accent that is a scalar of its own belongs to its letter.
        for character in label {
            if character.isASCII && (character.isLetter || character.isNumber) {
                if isGapPending && !isEmpty { self += "_" }
                isGapPending = false
                append(character)
            } else {
                isGapPending = true
            }
        }
        if isEmpty { return nil }
    }
}
