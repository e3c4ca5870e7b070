@_spi(Package) import Bytes
import Foundation
import TestSupport
import Testing

@testable import BulkConversion
@testable import ConvertLead

@Suite("Texts that come in pieces")
struct PieceTests {
    /// A text, some bytes at a time.
    private final class Pieces: ByteSource {
        private var rest: ArraySlice<UInt8>
        private let longest: Int
        private var random: SeededGenerator

        init(_ text: [UInt8], longest: Int, seed: UInt64) {
            rest = text[...]
            self.longest = longest
            random = SeededGenerator(seed: seed)
        }

        let failure: InputFailure? = nil
        let isLive = false
        let wouldBlock = false

        func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
            let piece = rest.prefix(min(count, 1 + random.below(longest)))
            for (index, byte) in piece.enumerated() { target[index] = byte }
            rest = rest.dropFirst(piece.count)
            return piece.count
        }
    }

    /// What the entries of a text come to.
    private func outputs(_ text: [UInt8], longest: Int, seed: UInt64 = 0) -> String {
        let window = InputWindow()
        window.open(Pieces(text, longest: longest, seed: seed))
        let cutter = EntryCutter(EntrySource(name: "a"), limits: ReadingLimits(), isInteractive: false)
        var entries = EntryTranslator(
            tables: OrganizationTables(), options: TranslationOptions(), style: .filter, yaml: nil)
        let chunk = Chunk(size: ReadingLimits().chunkSize)
        var result = ""
        var isFinished = false
        while !isFinished {
            chunk.reset()
            isFinished = cutter.cut(window, into: chunk)
            entries.translate(chunk)
            result += chunk.converted.buffer.string()
        }
        return result
    }

    /// Archives of the samples that are a text each.
    private static let texts: [String] = Checkout.names(in: "Samples/archives").flatMap { folder in
        Checkout.names(in: "Samples/archives/\(folder)").filter { $0.hasPrefix("archive.") }.map { "\(folder)/\($0)" }
    }

    @Test("What an archive comes to does not depend on where reading stops and goes on", arguments: texts)
    func pieces(_ name: String) throws {
        let text = [UInt8](try Data(contentsOf: Checkout.samples.appending(path: "archives/" + name)))
        guard case .text = text.withByteView({ FileSignature(head: $0) }), text.count < 20_000 else { return }
        let whole = outputs(text, longest: InputWindow.blockSize)
        for (seed, longest) in [1, 9, 40].enumerated() {
            #expect(outputs(text, longest: longest, seed: UInt64(seed)) == whole, "\(longest)")
        }
    }

    @Test("A value of JSON ends at the same place wherever it is cut in two")
    func values() {
        for value in [
            #"{"a":[1.5e3,-20,true,null,"x\"\\y\u0041",{}],"b":12345,"c":""}"#, #"[10,[ 2 ],"]"]"#, #""a\\""#,
        ] {
            let text = Array((value + "\n").utf8)
            for cut in 1..<text.count {
                var scanner = JSONBoundaryScanner()
                let first = text.prefix(cut).withByteView { scanner.scan($0) }
                let second = first == .open ? text.withByteView { scanner.scan($0) } : first
                #expect(second == .end(text.count - 1), "\(value) \(cut)")
            }
        }
    }
}
