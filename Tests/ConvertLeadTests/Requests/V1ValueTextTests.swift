@_spi(Package) import Bytes
import Testing

@testable import ConvertLead

/// Calls `body` with the UTF-8 of a text where it lies.
private func with<Result>(_ text: String, _ body: (ByteView) throws -> Result) rethrows -> Result {
    try Array(text.utf8).withByteView { try body($0) }
}

@Suite("Value texts of v1")
struct V1ValueTextTests {
    @Test("A boolean is true or false in any case, or 1 or 0")
    func booleans() {
        for text in ["true", "TRUE", "True", "tRuE", "1"] { #expect(with(text, V1ValueText.boolean) == true) }
        for text in ["false", "FALSE", "False", "0"] { #expect(with(text, V1ValueText.boolean) == false) }
        for text in ["", "yes", "no", "on", "01", "10", "truefalse", "t", "wahr", "true ", "１"] {
            #expect(with(text, V1ValueText.boolean) == nil, "\(text)")
        }
    }

    private func decimal(_ text: String) -> String? {
        with(text) { bytes in V1ValueText.decimal(bytes).map { ($0.isNegative ? "-" : "") + $0.digits.text } }
    }

    @Test(
        "A decimal keeps its digits; only a leading plus sign and leading zeros go",
        arguments: [
            ("0", "0"), ("0.10", "0.10"), ("+12.50", "12.50"), ("-12.50", "-12.50"), ("007", "7"), ("-007.5", "-7.5"),
            ("000", "0"), ("00.00", "0.00"), ("-0", "-0"), ("1e5", "1e5"), ("1E+05", "1E+05"), ("1.50e-3", "1.50e-3"),
            (
                "123456789012345678901234567890.12345678901234567890",
                "123456789012345678901234567890.12345678901234567890"
            ),
        ])
    func decimals(text: String, expected: String) { #expect(decimal(text) == expected) }

    @Test(
        "What is no plain decimal does not fit",
        arguments: [
            "", "+", "-", ".", ".5", "5.", "-.5", "1.2.3", "1,5", "1,234.50", "1 234", "$12", "12 €", "1e", "1e+", "e5",
            "1.e5", "--1", "+-1", "1-", "0x10", "inf", "nan", "١٢", "1_000", " 1", "1 ", "1e5.0", "12%",
        ])
    func notDecimals(text: String) { #expect(decimal(text) == nil) }

    private func integer(_ text: String) -> String? {
        with(text) { bytes in V1ValueText.integer(bytes).map { ($0.isNegative ? "-" : "") + $0.digits.text } }
    }

    @Test(
        "A whole number may have a sign and a fraction of zeros",
        arguments: [
            ("0", "0"), ("12", "12"), ("+12", "12"), ("-12", "-12"), ("0012", "12"), ("12.0", "12"), ("-5.000", "-5"),
            ("00.0", "0"), ("12345678901234567890123", "12345678901234567890123"),
        ])
    func integers(text: String, expected: String) { #expect(integer(text) == expected) }

    @Test(
        "What is no whole number does not fit",
        arguments: ["", "+", "12.", ".0", "12.5", "12.01", "1e5", "1.0e0", "1,000", "twelve", "12 ", "12.0.0", "0x1"])
    func notIntegers(text: String) { #expect(integer(text) == nil) }

    private func longInteger(_ text: String) -> String? {
        var buffer = ByteBuffer()
        buffer.append(string: text)
        return V1ValueText.longInteger(buffer.padded)?.text
    }

    @Test(
        "A long integer keeps its digits as text, leading zeros too",
        arguments: [
            ("0012", "0012"), ("+12", "12"), ("-007", "-007"), ("12345678901234567890123", "12345678901234567890123"),
        ])
    func longIntegers(text: String, expected: String) {
        #expect(longInteger(text) == expected)
    }

    @Test("What is no long integer does not fit", arguments: ["", "+", "-", "12.0", "1e5", "1,000", "12 "])
    func notLongIntegers(text: String) { #expect(longInteger(text) == nil) }

    @Test(
        "A percentage is from 0 to 100",
        arguments: ["0", "-0", "-0.00", "7.5", "99.99", "100", "100.00", "00100.0", "0e9", "1e2", "10e-1", "high"])
    func percentages(text: String) { #expect(with(text) { V1ValueText.isPercentage($0) }) }

    @Test(
        "What is below 0 or above 100 is no percentage",
        arguments: [
            "-1", "-0.01", "101", "100.5", "100.00000000000000000001", "-0.00000000000000000001", "1000", "1e3", "9e99",
        ])
    func notPercentages(text: String) { #expect(!with(text) { V1ValueText.isPercentage($0) }) }

    private func date(_ text: String, _ order: TranslationOptions.DateOrder = .monthFirst) -> String? {
        with(text) { bytes in
            V1ValueText.date(bytes, order: order).map { date, time in
                "\(date.year)-\(date.month)-\(date.day)" + (time == .dropped ? " and a time" : "")
            }
        }
    }

    @Test(
        "Dates are read month first",
        arguments: [
            ("12/21/2009", "2009-12-21"), ("1/2/2018", "2018-1-2"), ("01/02/2018", "2018-1-2"),
            ("2018-01-02", "2018-1-2"), ("01/02/2018 00:00:00", "2018-1-2"), ("2018-01-02 00:00:00", "2018-1-2"),
            ("2018-01-02 14:30:59", "2018-1-2 and a time"), ("02/29/2016", "2016-2-29"), ("02/29/2000", "2000-2-29"),
            ("01/01/0001", "1-1-1"), ("12/31/9999", "9999-12-31"),
        ])
    func dates(text: String, expected: String) { #expect(date(text) == expected) }

    @Test(
        "Impossible dates and other forms do not fit, and nothing is swapped",
        arguments: [
            "", "2018", "13/05/2018", "02/30/2018", "02/29/1900", "04/31/2018", "00/10/2018", "10/00/2018",
            "01/01/0000",
            "05/06/18", "2018-1-2", "2018-01-2", "18-01-02", "2018-01-02T00:00:00", "2018-01-02Z", "05.06.2018",
            "05-06-2018", "2018/05/06", "05/06-2018", "005/06/2018", "05/006/2018", "05/06/02018", "05/06/201",
            "2018-01-02 ", "2018-01-02 1:00:00", "2018-01-02 00:00", "2018-01-02 24:00:00", "2018-01-02 00:60:00",
            "2018-01-02 00:00:60", "2018-01-02  00:00:00", "2018-01-02 00:00:00.0", "May 6, 2018", "-1/02/2018", "//",
            "1/2", "1/2/", "٠٥/٠٦/٢٠١٨",
        ])
    func notDates(text: String) { #expect(date(text) == nil) }

    @Test("Day first reads slashes and dots the other way, ISO dates as ever")
    func dayFirst() {
        #expect(date("05/06/2018", .dayFirst) == "2018-6-5")
        #expect(date("5.6.2018", .dayFirst) == "2018-6-5")
        #expect(date("31.12.2018", .dayFirst) == "2018-12-31")
        #expect(date("2018-05-06", .dayFirst) == "2018-5-6")
        #expect(date("12/21/2018", .dayFirst) == nil)
        #expect(date("5.6.18", .dayFirst) == nil)
    }

    private func time(
        _ text: String, _ order: TranslationOptions.DateOrder = .monthFirst, zone: TimeZoneOffsets? = nil
    ) -> String? {
        with(text) { bytes in
            do throws(V1ValueText.TimeProblem) {
                let (time, remarks) = try V1ValueText.time(bytes, order: order, zone: zone)
                return "\(time.date.year)-\(time.date.month)-\(time.date.day) \(time.seconds) \(time.offsetMinutes)"
                    + (time.isOffsetNegative ? " west" : "") + (remarks.hasFraction ? " fraction" : "")
                    + (remarks.isAmbiguous ? " ambiguous" : "")
            } catch { return error == .offset ? "no offset" : nil }
        }
    }

    @Test(
        "A point in time keeps its own offset",
        arguments: [
            ("2018-05-06T14:30:00Z", "2018-5-6 52200 0"), ("2018-05-06T14:30:00+05:30", "2018-5-6 52200 330"),
            ("2018-05-06T14:30:00-0800", "2018-5-6 52200 -480 west"), ("2018-05-06T14:30:00+01", "2018-5-6 52200 60"),
            ("2018-05-06T14:30:00-00:00", "2018-5-6 52200 0 west"), ("2018-05-06 14:30:00+05:30", "2018-5-6 52200 330"),
            ("2018-05-06T14:30Z", "2018-5-6 52200 0"), ("2018-05-06T14:30:00.000Z", "2018-5-6 52200 0"),
            ("2018-05-06T14:30:00.5Z", "2018-5-6 52200 0 fraction"), ("5/6/2018 14:30:00Z", "2018-5-6 52200 0"),
        ])
    func times(text: String, expected: String) { #expect(time(text) == expected) }

    @Test("Without an offset of its own a point in time needs a zone")
    func zones() {
        #expect(time("2018-05-06 14:30:00") == "no offset")
        #expect(time("05/06/2018 14:30:00") == "no offset")
        let india = TimeZoneOffsets(initialOffset: 19_800)
        #expect(time("2018-05-06 14:30:00", zone: india) == "2018-5-6 52200 330")
        #expect(time("05/06/2018 14:30:00", .dayFirst, zone: india) == "2018-6-5 52200 330")
        #expect(time("2018-05-06T14:30:00Z", zone: india) == "2018-5-6 52200 0")
        // 2018-10-28T01:00:00Z, when central Europe's clocks went back from 3 to 2 o'clock.
        let paris = TimeZoneOffsets(initialOffset: 7200, transitions: [.init(instant: 1_540_688_400, offset: 3600)])
        #expect(time("2018-10-28 01:59:59", zone: paris) == "2018-10-28 7199 120")
        #expect(time("2018-10-28 02:30:00", zone: paris) == "2018-10-28 9000 120 ambiguous")
        #expect(time("2018-10-28 03:00:00", zone: paris) == "2018-10-28 10800 60")
    }

    @Test(
        "Other texts are no point in time",
        arguments: [
            "", "2018-05-06", "2018-05-06 ", "2018-05-06T", "2018-05-06 14:30", "2018-02-30 14:30:00Z",
            "2018-05-06T24:00:00Z", "2018-05-06T14:60:00Z", "2018-05-06T14:30:61Z", "2018-05-06T14:30:00+25:00",
            "2018-05-06T14:30:00+05:60", "2018-05-06T14:30:00+5", "2018-05-06T14:30:00+05:3", "2018-05-06T14:30:00.Z",
            "2018-05-06T14:30:00 Z", "2018-05-06T14:30:00ZZ", "05/06/2018T14:30:00Z", "2018-05-06t14:30:00z",
            "2018-05-06T14:30:00+0530x", "14:30:00", "2018-05-06T14:30:00++0530",
        ])
    func notTimes(text: String) {
        #expect(time(text, zone: TimeZoneOffsets(initialOffset: 0)) == nil)
    }
}
