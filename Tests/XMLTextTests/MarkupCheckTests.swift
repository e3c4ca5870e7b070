@_spi(Package) import Bytes
import Testing

@testable import XMLText

/// What the reader says of a document, and what the check of its markup finds, whether or not the reader refused it.
private func verdicts(_ text: String) -> (refusal: XMLError?, finding: XMLError?) {
    var reader = XMLReader(names: [])
    return Array(text.utf8).withByteView { bytes in
        let start = bytes.firstIndex { !$0.isWhitespace } ?? 0
        let finding =
            bytes.count > start && bytes[start] == UInt8(ascii: "<")
            ? MarkupCheck.firstError(in: bytes, from: start) : nil
        do throws(XMLError) {
            try reader.read(bytes, isDecoded: true)
            return (nil, finding)
        } catch {
            return (error, finding)
        }
    }
}

/// One document with one thing wrong: `¦` marks the place where that is to be reported.
struct BrokenMarkup: Sendable, CustomTestStringConvertible {
    var text: String
    var place: Int
    var reason: String

    init(_ marked: String, _ reason: String) {
        let mark = marked.firstIndex(of: "¦") ?? marked.endIndex
        place = marked.utf8.distance(from: marked.startIndex, to: mark)
        text = marked.replacing("¦", with: "")
        self.reason = reason
    }

    var testDescription: String { text }

    static let all: [BrokenMarkup] = [
        // References.
        .init("<P>R¦&D</P>", "write &amp;"), .init("<P>R ¦& D</P>", "write &amp;"),
        .init("<P>5 ¦&lt 6</P>", "The reference &lt has no ; at its end"),
        .init("<P>R¦&amp</P>", "The reference &amp has no ; at its end"),
        .init("<P a='R¦&amp D'/>", "The reference &amp has no ; at its end"),
        .init("<P>¦&#38 x</P>", "has no ; at its end"), .init("<P>¦&#;</P>", "has no number"),
        .init("<P>¦&#x;</P>", "has no number"), .init("<P>¦&#3g;</P>", "other than digits"),
        .init("<P>R¦&", "middle of a reference"), .init("<P>R¦&am", "middle of a reference"),
        .init("<P>R¦&#3", "middle of a reference"), .init("<P>¦&AMP;</P>", "&AMP; is not defined"),
        // A < in text.
        .init("<P>5 ¦< 6</P>", "write &lt;"), .init("<P>I ¦<3 you</P>", "write &lt;"),
        .init("<P>Ann ¦<ann@example.org></P>", "write &lt;"), .init("<P>¦<<Q/></P>", "write &lt;"),
        .init("<P>¦<></P>", "write &lt;"), .init("<P>a ¦<! b</P>", "this < starts neither"),
        .init("<P>¦<-- a --></P>", "this < starts neither"), .init("<P>¦<![cdata[x]]></P>", "this < starts neither"),
        // Tags.
        .init("<P><¦ Q a='1'/></P>", "must follow < directly"), .init("<P><¦1Q a='1'/></P>", "must follow < directly"),
        .init("<P><Q¦& a='1'/></P>", "followed by a space"), .init("<P><Q¦='1'/></P>", "followed by a space"),
        .init("<P¦&>x</P>", "followed by a space"), .init("<P><Qa¦='1'></Qa></P>", "followed by a space"),
        .init("<P ¦& a='1'/>", "A character is not allowed here"),
        .init("<P a='1' ¦& b='2'/>", "A character is not allowed here"),
        .init("<P a='1'¦&/>", "A character is not allowed here"),
        .init("<P¦/ >", "A / in a start tag"), .init("<P ¦/ a='1'/>", "A / in a start tag"),
        .init("<P>¦<Q<R/></Q></P>", "start tag is not closed by >"),
        .init("¦<P <Q/></P>", "start tag is not closed by >"),
        .init("<P>¦<Q a='1'text</Q></P>", "start tag is not closed by >"),
        .init("<P>¦<Q a='1' some text</Q></P>", "start tag is not closed by >"),
        .init("<P>x</P¦", "middle of a tag"), .init("<P a='1'¦", "middle of a tag"),
        // Attributes.
        .init("<P a='1'¦b='2'/>", "A space must be"), .init("<P a=¦1>x</P>", "must be in quotes"),
        .init("<P a=¦='1'/>", "must be in quotes"), .init("<P a¦'1'/>", "An = must be"),
        .init("<P ¦='1'/>", "has no name"), .init("<P ¦'1'/>", "has no name"), .init("<P ¦a/>", "has no value"),
        .init("<P a='1' ¦a='2'/>", "given twice"),
        .init("<P a=\"Size 5¦\" pipe\">x</P>", "quote inside an attribute value"),
        .init("<P a=\"Size 5¦\" long pipe\" b=\"1\">x</P>", "quote inside an attribute value"),
        .init("<P a=\"5¦\"x\">x</P>", "quote inside an attribute value"),
        .init("<P a=\"5¦\"\">x</P>", "quote inside an attribute value"),
        .init("<P a=¦\"1 b=\"2\">x</P>", "not closed by its quote"),
        .init("<P><Q a=¦\"1>x</Q>\n<Q a=\"2\">y</Q></P>", "not closed by its quote"),
        .init("<P><Q a=¦\"1'>x</Q></P>", "not closed by its quote"),
        .init("<P a=\"5 ¦< 6\"/>", "write &lt;"), .init("<P a=\"¦<b> c\" d='1'/>", "write &lt;"),
        // Ends.
        .init("¦</P>", "There is no start tag"), .init("<P/>¦</P>", "There is no start tag"),
        .init("<P>x¦</Q>", "does not match the start tag at 1:1"),
        .init("<P>\n <Q>x\n¦</P>", "The element that starts at 2:2 is still open"),
        .init("<P>\n Q>x¦</Q>\n</P>", "does not match the start tag at 1:1"),
        .init("<P></¦ P>", "must follow </ directly"), .init("<P></¦/P>", "must follow </ directly"),
        .init("<P></¦>", "must follow </ directly"), .init("<P></P¦/>", "Nothing but the name"),
        .init("<P></P ¦a='1'>", "Nothing but the name"), .init("<P><Q>¦</Q</P>", "An end tag is not closed by >"),
        .init("<P><Q/>¦", "The text ends while the element that starts at 1:1 is still open"),
        .init("<P><Q ¦", "middle of a tag"), .init("<P></¦", "middle of a tag"), .init("<P><¦", "middle of a tag"),
        .init("<P/>¦x", "text after the end of the root"), .init("<P/>¦<Q/>", "second root element"),
        .init("<P/>¦&amp;", "text after the end of the root"), .init("<?p?>¦x<P/>", "text before the root"),
        .init("<!-- x -->¦", "without a root element"),
        // Comments, CDATA sections, processing instructions, the declaration.
        .init("<P><!-- a ¦-- b --></P>", "two hyphens"), .init("<P>¦<!-- a </P>", "not closed by -->"),
        .init("<P>¦<!-- a -><!-- b --></P>", "not closed by -->"), .init("<P><!-- a ¦---></P>", "two hyphens"),
        .init("<P>¦<![CDATA[x]]</P>", "not closed by ]]>"), .init("<P>a¦]]></P>", "]]>, is not allowed"),
        .init("¦<![CDATA[x]]><P/>", "only allowed inside the root"), .init("<P>¦<??></P>", "has no name"),
        .init("<P>¦<?p x></P>", "not closed by ?>"), .init("<P><?p¦=1?></P>", "must be followed by a space"),
        .init("<P/>¦<?xml version='1.0'?>", "only allowed at the very start"),
        .init("<?xml ¦vesion='1.0'?><P/>", "is not written like"),
        .init("<?xml version=¦1.0?><P/>", "is not written like"),
        .init("<?xml version='1.0'¦encoding='UTF-8'?><P/>", "is not written like"),
        .init("<?xml version='1.0'¦><P/>", "is not written like"),
    ]
}

@Suite("Saying what is wrong with XML")
struct MarkupCheckTests {
    @Test("What is wrong is named, at its place", arguments: BrokenMarkup.all)
    func reasons(broken: BrokenMarkup) throws {
        let refusal = try #require(verdicts(broken.text).refusal)
        #expect(refusal.reason.contains(broken.reason))
        #expect(refusal.offset == broken.place)
    }

    private static let document = """
        <?xml version="1.0" encoding="UTF-8"?>
        <?php?>
        <Potentials>
        <!-- from the old form -->
        <row no="1">
        <option val="createPotential">true</option>
        <option val='assignTo' x="1"/>
        </row>
        <row no="2">
        <FL val="Potential Name">R&amp;D for Zo&#xE9; &lt;3</FL>
        <FL val="Type &quot;A&quot;"><![CDATA[a < b & c]]></FL>
        <FL val="Description">x = "y"</FL>
        </row>
        </Potentials>
        """

    /// Every document that one slip of the fingers makes of a good one, with the line where it happened.
    private func slips() -> [(text: String, line: Int, what: String)] {
        let good = Array(Self.document)
        var slips: [(String, Int, String)] = []
        var line = 1
        for (place, character) in good.enumerated() {
            func slip(_ what: String, _ replaced: Range<Int>, _ text: [Character]) {
                slips.append((String(good[..<replaced.lowerBound] + text + good[replaced.upperBound...]), line, what))
            }
            slip("without \(character) at \(place)", place..<place + 1, [])
            slip("with \(character) twice at \(place)", place..<place + 1, [character, character])
            for other in "<>&\"'/=;!?-]# a1" {
                slip("with \(other) before \(place)", place..<place, [other])
                slip("with \(other) for \(character) at \(place)", place..<place + 1, [other])
            }
            if place + 1 < good.count {
                slip("with \(place) and the next exchanged", place..<place + 2, [good[place + 1], character])
            }
            slip("cut off at \(place)", place..<good.count, [])
            if character == "\n" { line += 1 }
        }
        return slips
    }

    @Test("A document with one wrong character is refused for what libxml2 refuses, with a reason of its own")
    func agreement() {
        var refused = 0
        for slip in slips() {
            let (refusal, finding) = verdicts(slip.text)
            if let refusal {
                refused += 1
                #expect(refusal.reason != "The XML is not well formed", "\(slip.what)")
                let hasOtherCause = [.empty, .encoding, .namespace].contains(refusal.kind)
                #expect(
                    finding == refusal || finding == nil && (hasOtherCause || slip.text.first != "<"), "\(slip.what)")
            } else {
                #expect(finding == nil, "\(slip.what): \(finding?.reason ?? "")")
            }
        }
        #expect(refused > 5_000)
    }

    @Test("The place, or the start tag that the reason names, is in the line that is wrong")
    func places() {
        // Lines with a whole element: what is wrong with one of them cannot show elsewhere.
        let whole: Set<Int> = [6, 7, 10, 11, 12]
        for slip in slips() where whole.contains(slip.line) && !slip.what.hasPrefix("cut off") {
            guard let refusal = verdicts(slip.text).refusal else { continue }
            let line = 1 + slip.text.utf8.prefix(refusal.offset).count { $0 == 0x0A }
            #expect(line == slip.line || refusal.reason.contains(" \(slip.line):"), "\(slip.what): \(refusal.reason)")
        }
    }
}
