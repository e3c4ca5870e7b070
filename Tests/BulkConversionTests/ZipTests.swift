@_spi(Package) import Bytes
import CZlib
import Foundation
import TestSupport
import Testing

@testable import BulkConversion

/// A zip archive made by hand, its members not compressed.
private struct Zip {
    var data = Data()
    var list = Data()
    var count = 0

    static func number(_ value: Int, _ size: Int) -> Data {
        Data((0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
    }

    /// - Parameters:
    ///   - content: as it is in the archive.
    ///   - offset: of the member's header, when it is another's.
    mutating func add(
        _ name: String, _ content: Data, method: Int = 0, flags: Int = 0, host: Int = 3, mode: Int = 0o100644,
        offset: Int? = nil
    ) {
        let checksum = Array(content).withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        let facts =
            Self.number(flags, 2) + Self.number(method, 2) + Data(count: 4) + Self.number(Int(checksum), 4)
            + Self.number(content.count, 4) + Self.number(content.count, 4) + Self.number(name.utf8.count, 2)
        list += Data([0x50, 0x4B, 1, 2, 20, UInt8(host), 20, 0]) + facts + Data(count: 8) + Self.number(mode << 16, 4)
        list += Self.number(offset ?? data.count, 4) + Data(name.utf8)
        count += 1
        guard offset == nil else { return }
        data += Data([0x50, 0x4B, 3, 4, 20, 0]) + facts + Data(count: 2) + Data(name.utf8) + content
    }

    mutating func add(_ name: String, _ content: String) { add(name, Data(content.utf8)) }

    var ended: Data {
        let counts = Self.number(count, 2) + Self.number(count, 2)
        return data + list + Data([0x50, 0x4B, 5, 6, 0, 0, 0, 0]) + counts + Self.number(list.count, 4)
            + Self.number(data.count, 4) + Data(count: 2)
    }
}

@Suite("Zip archives")
struct ZipTests {
    private static let document =
        "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
    private static let line = "{\"leadId\":\"7\",\"xmlData\":\"\(document.replacing("\"", with: "'"))\"}\n"

    /// An archive with documents of the leads 1, 2 and 3.
    private static var threeDocuments: Zip {
        var zip = Zip()
        for number in 1...3 { zip.add("\(number).xml", document) }
        return zip
    }

    private func results(_ scratch: Scratch, _ name: String, jobs: Int = 1) throws -> [String] {
        try ContainerTests.results([scratch[name]], jobs: jobs)
    }

    @Test("An archive whose first bytes are damaged is read from its end, named or in a directory", arguments: 1...20)
    func firstBytes(_ damaged: Int) throws {
        let scratch = try Scratch()
        var data = Self.threeDocuments.ended
        data.replaceSubrange(0..<min(damaged, 5), with: Data(repeating: 0xFF, count: min(damaged, 5)))
        if damaged > 5 { data.replaceSubrange(6..<damaged, with: Data(repeating: 0xFF, count: damaged - 6)) }
        try scratch.write("in/a.zip", data)
        let summary = try Bulk.run([scratch["in/a.zip"]], into: scratch["out"])
        let ofDirectory = try Bulk.run([scratch["in"]], into: scratch["out2"])
        // The first member's own header may be wrong where nothing is asked of it.
        for found in [summary, ofDirectory] {
            #expect(found.read == 3 && found.converted >= 2 && found.converted + found.deadLetters == 3)
        }
    }

    @Test(
        "Members are read by their names, whoever wrote and compressed them",
        .enabled(if: Program.isInstalled("bsdtar"), "bsdtar is not installed"), arguments: ["deflate", "store"], [1, 2])
    func members(_ method: String, _ jobs: Int) throws {
        let scratch = try Scratch()
        try scratch.write("in/2018/9.xml", Self.document)
        try scratch.write("in/10.xml", Self.document)
        try scratch.write("in/z.ndjson", Self.line + Self.line)
        try scratch.write("in/many.ndjson", Requests.ndjson(3_000, seed: 5))
        try Program.run(
            "bsdtar",
            [
                "--options", "zip:compression=\(method)", "-a", "-cf", "../a.zip", "10.xml", "2018", "z.ndjson",
                "many.ndjson",
            ],
            in: scratch.url("in"))
        let found = try results(scratch, "a.zip", jobs: jobs)
        #expect(
            found.prefix(4) == [
                "a.zip:10.xml:1 10", "a.zip:2018/9.xml:1 9", "a.zip:z.ndjson:1 7", "a.zip:z.ndjson:2 7",
            ])
        let many = try results(scratch, "in/many.ndjson").map { $0.replacing("in/", with: "a.zip:") }
        #expect(Array(found.dropFirst(4)) == many)
        // In a directory, among other files.
        try FileManager.default.moveItem(atPath: scratch["a.zip"], toPath: scratch["in/a.zip"])
        #expect(try results(scratch, "in", jobs: jobs).count == 2 * found.count)
    }

    @Test("Members that are no requests take none of their neighbours")
    func foreignMembers() throws {
        let scratch = try Scratch()
        var zip = Zip()
        zip.add("1.xml", Self.document)
        for (number, content) in ContainerTests.foreign.enumerated() { zip.add("foreign\(number)", content) }
        zip.add("z.ndjson", Self.line)
        try scratch.write("a.zip", zip.ended)
        #expect(
            try results(scratch, "a.zip") == [
                "a.zip:1.xml:1 1", "a.zip:foreign0:1 v1.call.unrecognized", "a.zip:foreign3:1 xml.syntax",
                "a.zip:foreign4:1 archive.file.empty", "a.zip:z.ndjson:1 7",
            ])
    }

    @Test("Archives in archives are read, and so is one from a pipe")
    func nested() throws {
        let scratch = try Scratch()
        try scratch.write("line", Self.line)
        try Program.run("gzip", ["line"], in: scratch.directory)
        var inner = Self.threeDocuments
        inner.add("l.gz", scratch.read("line.gz"))
        var outer = Zip()
        outer.add("inner.zip", inner.ended)
        outer.add("4.xml", Self.document)
        try scratch.write("a.zip", outer.ended)
        let members = [
            "inner.zip:1.xml:1 1", "inner.zip:2.xml:1 2", "inner.zip:3.xml:1 3", "inner.zip:l.gz:1 7", "4.xml:1 4",
        ]
        #expect(try results(scratch, "a.zip") == members.map { "a.zip:" + $0 })
        try Program.run("tar", ["-czf", "a.tgz", "a.zip"], in: scratch.directory)
        #expect(try results(scratch, "a.tgz", jobs: 2) == members.map { "a.tgz:a.zip:" + $0 })
        var tars = Zip()
        tars.add("a.tgz", scratch.read("a.tgz"))
        try scratch.write("b.zip", tars.ended)
        #expect(try results(scratch, "b.zip") == members.map { "b.zip:a.tgz:a.zip:" + $0 })
        let command = "cat a.zip | \(BuiltCommand.path.path) bulk --quiet -o - > out"
        try #require(try Program.run("sh", ["-c", command], in: scratch.directory) == 0)
        #expect(
            scratch.text("out").matches(of: #/"source":"<stdin>:(.*?):1"/#).map { String($0.1) + ":1" }
                == members.map { $0.split(separator: " ")[0] })
    }

    @Test(
        "One wrong byte is one dead letter at most, and the other members are read as what they are",
        arguments: ["made by hand", "bsdtar"])
    func wrongByte(_ writer: String) throws {
        let scratch = try Scratch()
        var data = Self.threeDocuments.ended
        if writer == "bsdtar" {
            guard Program.isInstalled("bsdtar") else { return }
            for number in 1...3 { try scratch.write("\(number).xml", Self.document) }
            try Program.run("bsdtar", ["-a", "-cf", "b.zip", "1.xml", "2.xml", "3.xml"], in: scratch.directory)
            data = scratch.read("b.zip")
        }
        let expected = (1...3).map { "a.zip:\($0).xml:1 \($0)" }
        // What the file is is told from its first bytes.
        for index in stride(from: 4, to: data.count, by: 3) {
            var wrong = data
            wrong[index] ^= 1 << UInt8(index / 3 % 8)
            try scratch.write("a.zip", wrong)
            let found = try results(scratch, "a.zip")
            let (read, letters) = (found.filter { expected.contains($0) }, found.filter { !expected.contains($0) })
            #expect(read.count >= 2 && letters.count <= 1, "\(index) \(found)")
            #expect(letters.allSatisfy { $0.contains(" archive.file.") }, "\(index) \(found)")
            let isSkipped = read.count == 2 && letters.isEmpty
            if isSkipped { #expect(try Bulk.filter([scratch["a.zip"]]).summary.skippedCount == 1, "\(index)") }
        }
    }

    @Test("A member whose content is wrong is no request, however it is compressed")
    func wrongContent() throws {
        let scratch = try Scratch()
        var data = Self.threeDocuments.ended
        let second = try #require(data.firstRange(of: Data("2.xml".utf8)))
        data[second.upperBound + 40] ^= 0x04
        try scratch.write("a.zip", data)
        #expect(
            try results(scratch, "a.zip") == [
                "a.zip:1.xml:1 1", "a.zip:2.xml:1 archive.file.truncated", "a.zip:3.xml:1 3",
            ])
    }

    @Test("An archive cut off anywhere has its whole members read, and says so")
    func cut() throws {
        let scratch = try Scratch()
        let data = Self.threeDocuments.ended
        for length in stride(from: 5, to: data.count, by: 7) {
            try scratch.write("a.zip", data.prefix(length))
            let found = try results(scratch, "a.zip")
            #expect(found.last?.hasSuffix(" archive.file.truncated") == true, "\(length) \(found)")
            let whole = found.filter { !$0.contains("archive.file") }
            #expect(whole == (1...3).map { "a.zip:\($0).xml:1 \($0)" }.prefix(whole.count).map { $0 })
            #expect(whole.count == min(3, length / (35 + Self.document.utf8.count)), "\(length)")
        }
    }

    @Test(
        "Without its list an archive is read from the headers of its members",
        .enabled(if: Program.isInstalled("bsdtar"), "bsdtar is not installed"), arguments: ["deflate", "store"])
    func withoutList(_ method: String) throws {
        let scratch = try Scratch()
        for number in 1...3 { try scratch.write("\(number).xml", Self.document) }
        // To a pipe it writes sizes after each member.
        try Program.run(
            "sh",
            ["-c", "bsdtar --options zip:compression=\(method) --format zip -cf - 1.xml 2.xml 3.xml | cat > b.zip"],
            in: scratch.directory)
        let data = scratch.read("b.zip")
        let list = try #require(data.firstRange(of: Data([0x50, 0x4B, 1, 2])))
        try scratch.write("a.zip", data[..<list.lowerBound])
        #expect(
            try results(scratch, "a.zip") == (1...3).map { "a.zip:\($0).xml:1 \($0)" } + [
                "a.zip:1 archive.file.truncated"
            ])
    }

    @Test("Names are names only, links are skipped, and what cannot be read is a dead letter that says what opens it")
    func others() throws {
        let scratch = try Scratch()
        var zip = Zip()
        zip.add("d/", "")
        zip.add("../../../../tmp/outside/5.xml", Self.document)
        zip.add("/6.xml", Self.document)
        zip.add("a\u{1B}[2J\n/7.xml", Self.document)
        zip.add("authtoken=made-up-secret/8.xml", Self.document)
        zip.add("2018\\9.xml", Data(Self.document.utf8), host: 0)
        zip.add("l.xml", Data("9.xml".utf8), mode: 0o120777)
        zip.add("secret.xml", Data(Self.document.utf8), flags: 1)
        zip.add("lzma.xml", Data(Self.document.utf8), method: 14)
        try scratch.write("a.zip", zip.ended)
        let (text, lines, summary) = try Bulk.filter([scratch["a.zip"]])
        #expect(summary.skipped == [.init(name: "link", count: 1)])
        #expect(lines.compactMap(\.leadID) == ["5", "6", "7", "8", "9"])
        #expect(lines.suffix(2).map(\.codes) == [["archive.file.unreadable"], ["archive.file.unreadable"]])
        let output = String(decoding: text, as: UTF8.self)
        #expect(
            output.contains("encrypted; run 7z x") && !output.contains("made-up-secret") && !output.contains("\u{1B}"))
        #expect(Set(try scratch.names) == ["a.zip"])
    }

    @Test("Members that lie over each other are read so often only")
    func overlapping() throws {
        let scratch = try Scratch()
        var zip = Zip()
        zip.add("1.xml", String(repeating: " ", count: 100_000) + Self.document)
        let content = Data((String(repeating: " ", count: 100_000) + Self.document).utf8)
        for _ in 0..<500 { zip.add("1.xml", content, offset: 0) }
        try scratch.write("a.zip", zip.ended)
        let found = try results(scratch, "a.zip")
        #expect(found.count == 501)
        #expect(found.count { $0 == "a.zip:1.xml:1 1" } < 50)
    }

    @Test("What follows the end of an archive is a dead letter")
    func appended() throws {
        let scratch = try Scratch()
        try scratch.write("a.zip", Self.threeDocuments.ended + Data(Self.line.utf8))
        #expect(try results(scratch, "a.zip").suffix(2) == ["a.zip:3.xml:1 3", "a.zip:1 archive.file.truncated"])
    }

    @Test("A run that was stopped goes on and ends with the same bytes")
    func resumed() throws {
        let scratch = try Scratch()
        var inner = Zip()
        for number in 1...20 { inner.add("\(number).ndjson", Requests.ndjson(5, seed: 11)) }
        var zip = Zip()
        zip.add("inner.zip", inner.ended)
        for number in 21...40 { zip.add("\(number).ndjson", Requests.ndjson(5, seed: 11)) }
        try scratch.write("a.zip", zip.ended)
        var settings = BulkSettings()
        settings.jobs = 2
        settings.chunkSize = 2_000
        settings.checkpointInterval = 0
        let whole = try Bulk.run([scratch["a.zip"]], into: scratch["whole"], settings: settings)
        var stopped = BulkRun(archives: [scratch["a.zip"]], output: .directory(scratch["out"]), settings: settings)
        let cancellation = stopped.cancellation
        stopped.onProgress = { if $0.read > 60 { cancellation.cancel() } }
        #expect(throws: BulkFailure.self) { try stopped.run() }
        settings.resumes = true
        #expect(try Bulk.run([scratch["a.zip"]], into: scratch["out"], settings: settings) == whole)
        #expect(scratch.read("out/converted.ndjson") == scratch.read("whole/converted.ndjson"))
    }
}

@Suite("Deflate")
struct InflaterTests {
    /// What bytes inflate to, and whether the stream was whole.
    private func inflate(_ bytes: [UInt8], step: Int) -> (bytes: [UInt8], isDone: Bool) {
        var inflater = Inflater()
        var result: [UInt8] = []
        var rest = bytes[...]
        var block = [UInt8](repeating: 0, count: 1_000)
        while true {
            let got = block.withUnsafeMutableBufferPointer { block in
                inflater.read(into: block.baseAddress!, block.count) { target, count in
                    let some = rest.prefix(min(count, step))
                    for (index, byte) in some.enumerated() { target[index] = byte }
                    rest = rest.dropFirst(some.count)
                    return some.count
                }
            }
            if got == 0 { break }
            result += block.prefix(got)
        }
        return (result, inflater.isDone)
    }

    /// Texts with repetitions near and far, noise, one letter alone, and nothing.
    private static let texts: [[UInt8]] = {
        var random = SeededGenerator(seed: 20)
        let noise = (0..<40_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = (0..<4_000).flatMap { _ in Array("<FL val=\"\(Int.random(in: 0...999, using: &random))\">".utf8) }
        return [[], [65], Array(repeating: 65, count: 70_000), noise, words, noise + words + noise.prefix(33_000)]
    }()

    @Test("What gzip compresses is inflated to the same bytes", arguments: ["-1", "-6", "-9"])
    func roundTrip(_ level: String) throws {
        let scratch = try Scratch()
        for text in Self.texts {
            try scratch.write("a", Data(text))
            try Program.run("gzip", ["-nkf", level, "a"], in: scratch.directory)
            // A header of ten bytes, checksum and length in eight.
            let packed = Array(scratch.read("a.gz").dropFirst(10).dropLast(8))
            for step in [text.count < 70_000 ? 1 : 1_000, 100_000] {
                let (bytes, isDone) = inflate(packed, step: step)
                #expect(bytes == text && isDone)
            }
            let (bytes, isDone) = inflate(packed.dropLast(), step: 4_096)
            #expect(!isDone && text.starts(with: bytes))
        }
    }

    @Test("Damaged streams end, and only so many bytes come of them", arguments: 0..<4)
    func damaged(_ seed: Int) throws {
        let scratch = try Scratch()
        var random = SeededGenerator(seed: UInt64(seed))
        try scratch.write("a", Data(Self.texts[4].prefix(800)))
        try Program.run("gzip", ["-nk", "a"], in: scratch.directory)
        let packed = Array(scratch.read("a.gz").dropFirst(10).dropLast(8))
        for _ in 0..<25 {
            var wrong = packed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                wrong[Int.random(in: 0..<wrong.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            #expect(inflate(wrong, step: 4_096).bytes.count <= 1_032 * packed.count)
            let noise = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(inflate(noise, step: 4_096).bytes.count <= 1_032 * noise.count)
        }
    }
}
