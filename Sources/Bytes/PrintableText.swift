// Text from anywhere, made safe for a terminal.

extension Unicode.Scalar {
    /// Whether a page or terminal can show it without being moved, coloured or turned around by it.
    package var isPrintable: Bool {
        switch value {
        case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x200B, 0x2010..<0x2028, 0x202F..<0x2060, 0x2070..<0xFDD0,
            0xFDF0..<0xFEFF, 0xFF00..<0xFFF9, 0xFFFC, 0xFFFD:
            true
        case 0x10000..<0xE0000, 0xE0100...: value & 0xFFFE != 0xFFFE
        default: false
        }
    }

    /// The scalar as `\u{1B}`.
    package var escaped: String { "\\u{\(String(value, radix: 16, uppercase: true))}" }
}

extension String {
    /// The text with control characters, line ends and direction marks as `\u{1B}`: labels and file names come from anywhere,
    /// and must neither start a line of their own nor command a terminal.
    package var printable: String { shown(atMost: .max) }

    /// ``printable``, cut after so many characters.
    package func shown(atMost limit: Int = 120) -> String {
        if unicodeScalars.allSatisfy(\.isPrintable) && (limit == .max || unicodeScalars.count <= limit) { return self }
        var shown = ""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count >= limit { return shown + "…" }
            if scalar.isPrintable { shown.unicodeScalars.append(scalar) } else { shown += scalar.escaped }
        }
        return shown
    }
}
