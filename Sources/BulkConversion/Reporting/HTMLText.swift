@_spi(Package) import Bytes

/// Text of an HTML page that grows piece by piece; whatever comes from an input is escaped.
struct HTMLText {
    private(set) var text = ""

    /// Appends markup as it is.
    mutating func markup(_ markup: String) { text += markup }

    /// Appends text, so that it shows as it is and can be nothing but text.
    mutating func escaped(_ plain: String) { text += Self.escape(plain) }

    /// Appends lines of text.
    mutating func escaped(lines: String) {
        for (index, line) in lines.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { text += "\n" }
            escaped(String(line))
        }
    }

    /// Text for an element or a quoted attribute.
    ///
    /// Characters that a page cannot hold, and those that turn the direction of the text around them, become U+FFFD.
    static func escape(_ plain: String) -> String {
        var escaped = ""
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar.isPrintable ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }
}

extension Int {
    /// The number with a comma between groups of three digits.
    package var grouped: String {
        var grouped = ""
        let digits = String(magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return self < 0 ? "-" + grouped : grouped
    }

    /// The number, grouped, before a noun in singular or plural, such as `1 dead letter` and `2 dead letters`.
    package func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }

    /// The share of a whole, with one decimal; never 0 % for something and never 100 % for less than all.
    package func share(of whole: Int) -> String {
        guard self > 0, whole > 0 else { return "0 %" }
        if self >= whole { return "100 %" }
        let thousandths = Int((Double(self) / Double(whole) * 1000).rounded())
        if thousandths < 1 { return "< 0.1 %" }
        if thousandths > 999 { return "> 99.9 %" }
        return "\(thousandths / 10).\(thousandths % 10) %"
    }
}
