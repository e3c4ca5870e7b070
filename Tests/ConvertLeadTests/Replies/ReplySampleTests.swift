@_spi(Package) import Bytes
import Foundation
import JSONText
import TestSupport
import Testing

@testable import ConvertLead

@Suite struct ReplySampleTests {
    @Test("Each sample reply becomes the v1 replies recorded beside it", arguments: ReplySample.all)
    func golden(_ sample: ReplySample) throws {
        let input = try sample.input()
        let recorded = RecordedReply.all(in: input)
        var translator = Translator()
        for format in V1ReplyFormat.allCases {
            var diagnostics: [UInt8]?
            var written: [UInt8] = []
            if let recorded {
                var lines = JSONWriter(indent: false)
                for reply in recorded {
                    let source = "\(sample.inputName):\(reply.name)"
                    let style = reply.uri.map { V1ReplyFormat(uri: $0) } ?? format
                    let translated = translator.translateReply(reply.bytes, format: style, uri: reply.uri)
                    translated.reply.writeLine(source: source, leadID: reply.leadID, to: &lines)
                    lines.buffer.append(UInt8(ascii: "\n"))
                    if let lines = printed(translated.diagnostics, source: source) {
                        diagnostics = (diagnostics ?? []) + lines
                    }
                }
                written = lines.buffer.array()
                let file = sample.folder.appending(path: "v1.\(format).ndjson")
                #expect(try Golden.difference(from: file, written) == nil)
            } else {
                let translated = translator.translateReply(input, format: format)
                diagnostics = printed(translated.diagnostics, source: sample.inputName)
                written = translated.reply.bytes
                #expect(try Golden.difference(from: sample.folder.appending(path: "v1.\(format)"), written) == nil)
            }
            #expect(try Golden.difference(from: sample.folder.appending(path: "diagnostics.txt"), diagnostics) == nil)
        }
    }

    @Test("Every sample folder holds an input and nothing that no test reads")
    func samplesAreUsed() throws {
        #expect(ReplySample.all.count > 60)
        for sample in ReplySample.all {
            let files = Set(try FileManager.default.contentsOfDirectory(atPath: sample.folder.path))
            #expect(files.contains(sample.inputName), "\(sample.testDescription)")
            #expect(
                files.subtracting([
                    sample.inputName, "v1.xml", "v1.json", "v1.xml.ndjson", "v1.json.ndjson", "diagnostics.txt",
                ]).isEmpty, "\(sample.testDescription)")
        }
    }

    @Test("A sample that v1 cannot be told is refused, every other one is translated", arguments: ReplySample.all)
    func verdict(_ sample: ReplySample) throws {
        let input = try sample.input()
        guard RecordedReply.all(in: input) == nil else { return }
        var translator = Translator()
        let translated = translator.translateReply(input)
        #expect(translated.isTranslated == !sample.testDescription.hasPrefix("unreadable"))
    }
}
