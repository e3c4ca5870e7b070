@_spi(Package) import Bytes

/// The form of a date, and what it says about the order of day and month.
public enum DateForm: String, Sendable, Hashable, CaseIterable {
    /// `12/21/2009`: the second number is no month.
    case monthFirst = "month-first"
    /// `21/12/2009`: the first number is no month.
    case dayFirst = "day-first"
    /// `05/06/2018`: either order gives a date, and another one.
    case ambiguous
    /// `05/05/2018`: either order gives the same date.
    case same
    /// `21.12.2009`, read with `--date-order day-first` only.
    case dotted
    /// `2009-12-21`.
    case iso
    /// `12/21/09`: never read.
    case shortYear = "short-year"
    /// Anything else: never read.
    case other

    /// An example of the form.
    public var example: String {
        switch self {
        case .monthFirst: "12/21/2009"
        case .dayFirst: "21/12/2009"
        case .ambiguous: "05/06/2018"
        case .same: "05/05/2018"
        case .dotted: "21.12.2009"
        case .iso: "2009-12-21"
        case .shortYear: "12/21/09"
        case .other: ""
        }
    }

    /// The form of the day at the start of a text.
    init(_ text: ByteView) {
        let end = text.firstIndex {
            !$0.isDigit && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-")
        }
        let day = text.slice(0..<(end ?? text.count))
        let parts = day.split(omittingEmptySubsequences: false) { !$0.isDigit }
        let signs = Set(day.filter { !$0.isDigit })
        guard parts.count == 3, signs.count == 1, let sign = signs.first, parts.allSatisfy({ 1...4 ~= $0.count }) else {
            self = .other
            return
        }
        func number(_ index: Int) -> Int { parts[index].reduce(0) { $0 * 10 + Int($1 & 15) } }
        let (first, second) = (number(0), number(1))
        if sign == UInt8(ascii: "-") {
            self = parts.map(\.count) == [4, 2, 2] && 1...12 ~= second && 1...31 ~= number(2) ? .iso : .other
            return
        }
        guard parts[0].count <= 2, parts[1].count <= 2, 1...31 ~= first, 1...31 ~= second,
            first <= 12 || second <= 12
        else {
            self = .other
            return
        }
        if parts[2].count == 2 {
            self = .shortYear
        } else if parts[2].count != 4 {
            self = .other
        } else if sign == UInt8(ascii: ".") {
            self = second <= 12 ? .dotted : .other
        } else if first > 12 {
            self = .dayFirst
        } else if second > 12 {
            self = .monthFirst
        } else {
            self = first == second ? .same : .ambiguous
        }
    }
}
