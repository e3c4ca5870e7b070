import Foundation
import TestSupport
import Testing

@testable import BulkConversion

/// A tar archive made by hand.
private struct Tar {
    var data = Data()

    mutating func add(_ name: String, _ content: String, type: Character = "0") {
        var header = Data(count: 512)
        func put(_ text: String, at index: Int) {
            header.replaceSubrange(index..<(index + text.utf8.count), with: text.utf8)
        }
        put(name, at: 0)
        let length = String(content.utf8.count, radix: 8)
        put(String(repeating: "0", count: 11 - length.count) + length, at: 124)
        put(String(type), at: 156)
        put("ustar\u{0}00", at: 257)
        put("        ", at: 148)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} ", at: 148)
        data += header + Data(content.utf8) + Data(count: (512 - content.utf8.count % 512) % 512)
    }

    var ended: Data { data + Data(count: 1024) }
}

@Suite("Containers")
struct ContainerTests {
    private static let document =
        "<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>"
    private static let line =
        "{\"leadId\":\"7\",\"xmlData\":\"\(document.replacing("\"", with: "'"))\"}\n"

    /// Sources, lead ids and codes that a filter writes.
    static func results(_ archives: [String], jobs: Int = 2) throws -> [String] {
        var settings = BulkSettings()
        settings.jobs = jobs
        let (text, _, summary) = try Bulk.filter(archives, settings: settings)
        #expect(summary.isBalanced)
        return try text.split(separator: 0x0A).map { line in
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            let source = try #require(object["source"] as? String)
            let codes = (object["diagnostics"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
            let isConverted = object["status"] as? String == "converted"
            return source.replacing(#/^.*/convertlead-[^/]*//#, with: "") + " "
                + (isConverted ? object["lead_id"] as? String ?? "-" : codes.joined(separator: " "))
        }
    }

    private func message(_ archive: String) throws -> String {
        let line = try #require(try Bulk.filter([archive]).text.split(separator: 0x0A).first)
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        return (object?["diagnostics"] as? [[String: Any]])?.first?["message"] as? String ?? ""
    }

    /// Files to be put into a container.
    private func prepare(_ scratch: Scratch) throws {
        try scratch.write("in/2018/9.xml", Self.document)
        try scratch.write(
            "in/\(String(repeating: "d", count: 90))/\(String(repeating: "f", count: 90)).xml", Self.document)
        try scratch.write("in/10.xml", Self.document)
        try scratch.write("in/z.ndjson", Self.line + Self.line)
    }

    @Test(
        "Members of a tar archive are read by their names, whatever wrote and compressed it",
        arguments: ["ustar", "pax", "gnu", "v7"], ["", "gzip", "xz", "bzip2", "zstd"])
    func tar(_ format: String, _ compression: String) throws {
        guard compression.isEmpty || Program.isInstalled(compression) else { return }
        let scratch = try Scratch()
        try prepare(scratch)
        let names = format == "v7" ? ["10.xml", "2018", "z.ndjson"] : ["10.xml", "2018", "ddd", "z.ndjson"]
        var arguments = ["--format", format, "-cf", "../a.tar"]
        if !compression.isEmpty { arguments += ["--\(compression)"] }
        let all = try FileManager.default.contentsOfDirectory(atPath: scratch["in"]).sorted()
        let given = names.compactMap { name in all.first { $0.hasPrefix(name) } }
        try #require(try Program.run("tar", arguments + given, in: scratch.url("in")) == 0)
        var expected = ["a.tar:10.xml:1 10", "a.tar:2018/9.xml:1 9"]
        if format != "v7" {
            let (d, f) = (String(repeating: "d", count: 90), String(repeating: "f", count: 90))
            expected.append("a.tar:\(d)/\(f).xml:1 v1.lead_id.missing")
        }
        expected += ["a.tar:z.ndjson:1 7", "a.tar:z.ndjson:2 7"]
        for jobs in [1, 2] { #expect(try Self.results([scratch["a.tar"]], jobs: jobs) == expected) }
    }

    @Test("Compressed members and containers in containers are read, names one after the other")
    func nested() throws {
        let scratch = try Scratch()
        try scratch.write("in/1.xml", Self.document)
        try scratch.write("in/log.txt", Self.line)
        let directory = scratch.url("in")
        try Program.run("gzip", ["log.txt"], in: directory)
        try Program.run("tar", ["-czf", "inner.tgz", "log.txt.gz", "1.xml"], in: directory)
        try Program.run("tar", ["-cf", "../a.tar", "1.xml", "inner.tgz", "log.txt.gz"], in: directory)
        #expect(
            try Self.results([scratch["a.tar"]]) == [
                "a.tar:1.xml:1 1", "a.tar:inner.tgz:log.txt.gz:1 7", "a.tar:inner.tgz:1.xml:1 1",
                "a.tar:log.txt.gz:1 7",
            ])
    }

    @Test("Archives inside archives are read to a depth, and what is deeper is a dead letter")
    func deep() throws {
        let scratch = try Scratch()
        var content = Tar()
        content.add("1.xml", Self.document)
        var data = content.ended
        for _ in 0..<10 {
            var outer = Tar()
            outer.add("inner.tar", String(decoding: data, as: UTF8.self))
            data = outer.ended
        }
        try scratch.write("a.tar", data)
        let found = try Self.results([scratch["a.tar"]])
        #expect(found.count == 1)
        #expect(found[0].hasSuffix(" archive.file.unreadable"))
    }

    @Test("Ten thousand empty archives in an archive are stepped over one after the other")
    func manyEmpty() throws {
        let scratch = try Scratch()
        var empty = Tar()
        empty.add("d/", "", type: "5")
        var tar = Tar()
        for _ in 0..<10_000 { tar.add("e.tar", String(decoding: empty.ended, as: UTF8.self)) }
        tar.add("1.xml", Self.document)
        try scratch.write("a.tar", tar.ended)
        #expect(try Self.results([scratch["a.tar"]]) == ["a.tar:1.xml:1 1"])
    }

    /// Members that are no archives of requests: zeros, other text, bytes, what is cut off, and nothing.
    static let foreign = [
        String(repeating: "\0", count: 2_000), "see above\n", "\u{1}\u{2}\u{7F}", "<Potentials leadId=\"5\"><row", "",
    ]

    @Test("Members of a tar archive that are no requests take none of their neighbours")
    func foreignMembers() throws {
        let scratch = try Scratch()
        var tar = Tar()
        tar.add("1.xml", Self.document)
        for (number, content) in Self.foreign.enumerated() { tar.add("foreign\(number)", content) }
        tar.add("z.ndjson", Self.line)
        try scratch.write("a.tar", tar.ended)
        #expect(
            try Self.results([scratch["a.tar"]]) == [
                "a.tar:1.xml:1 1", "a.tar:foreign0:1 v1.call.unrecognized", "a.tar:foreign3:1 xml.syntax",
                "a.tar:foreign4:1 archive.file.empty", "a.tar:z.ndjson:1 7",
            ])
    }

    @Test("What is broken in a tar archive is one dead letter, and its neighbours are read")
    func damagedTar() throws {
        let scratch = try Scratch()
        var tar = Tar()
        for number in 1...3 { tar.add("\(number).xml", Self.document) }
        var header = tar.ended
        header[512 * 2 + 3] ^= 0xFF
        try scratch.write("header.tar", header)
        #expect(
            try Self.results([scratch["header.tar"]])
                == ["header.tar:1.xml:1 1", "header.tar:1 archive.file.truncated", "header.tar:3.xml:1 3"])
        try scratch.write("cut.tar", tar.data.prefix(512 * 5 + 40))
        #expect(
            try Self.results([scratch["cut.tar"]])
                == ["cut.tar:1.xml:1 1", "cut.tar:2.xml:1 2", "cut.tar:3.xml:1 archive.file.truncated"])
        try scratch.write("end.tar", tar.data.prefix(512 * 4))
        #expect(
            try Self.results([scratch["end.tar"]])
                == ["end.tar:1.xml:1 1", "end.tar:2.xml:1 2", "end.tar:1 archive.file.truncated"])
        try scratch.write("more.tar", tar.ended + Data("<Potentials>".utf8))
        #expect(try Self.results([scratch["more.tar"]]).last == "more.tar:1 archive.file.truncated")
        try scratch.write("two.tar", tar.ended + tar.ended)
        #expect(try Self.results([scratch["two.tar"]]).count == 6)
    }

    @Test(
        "A compressed tar archive that is cut off or damaged inside is read up to there",
        arguments: ["gzip", "bzip2", "xz", "zstd"])
    func cutCompressedTar(_ program: String) throws {
        guard Program.isInstalled(program) else { return }
        let scratch = try Scratch()
        var tar = Tar()
        for number in 1...60 { tar.add("\(number).ndjson", Requests.ndjson(80, seed: UInt64(number))) }
        try scratch.write("a.tar", tar.ended)
        try Program.run(program, ["a.tar"], in: scratch.directory)
        let name = try #require(try scratch.names.first { $0.hasPrefix("a.tar.") })
        let packed = scratch.read(name)
        var wrong = packed
        wrong[packed.count / 2] ^= 0x10
        for data in [packed.prefix(packed.count * 2 / 3), packed.dropLast(3), wrong] {
            try scratch.write("b", data)
            let found = try Self.results([scratch["b"]])
            #expect(found.last?.hasSuffix(" archive.file.truncated") == true)
            #expect(found.count { $0.contains("archive.") } <= 2)
        }
    }

    @Test("What expands to far more than its size ends, and the run goes on", arguments: [false, true])
    func bomb(isMember: Bool) throws {
        let scratch = try Scratch()
        let command = "head -c 50000000 /dev/zero | gzip | gzip > a.gz; tar -cf a.tar a.gz; gzip -k a.tar"
        try #require(try Program.run("sh", ["-c", command], in: scratch.directory) == 0)
        var limits = ReadingLimits()
        limits.expansion = 1 << 20
        let input = ArchiveInput(
            ArchiveWalk([scratch[isMember ? "a.tar.gz" : "a.gz"]]), limits: limits, cancellation: BulkCancellation(),
            isInteractive: false)
        guard case .text = input.next() else { throw CocoaError(.featureUnsupported) }
        var count = 0
        while input.window.more() {
            count += input.window.bytes.count
            input.window.consume(input.window.bytes.count, lineCount: 0)
        }
        #expect(count < 10_000_000)
        guard case .problem(.archiveTruncated, _, _) = input.close() else { throw CocoaError(.featureUnsupported) }
        if isMember, case .problem(_, let text, let source) = input.next() {
            #expect(text.contains("times its size") && source.name.hasSuffix("a.tar.gz"))
        }
    }

    @Test("A tar archive cut off at any byte is accounted for, and says so")
    func cutTar() throws {
        let scratch = try Scratch()
        var tar = Tar()
        tar.add("1.xml", Self.document)
        tar.add("z.ndjson", Self.line)
        let edges = stride(from: 512, through: tar.data.count, by: 512).flatMap { [$0 - 1, $0, $0 + 1] }.dropFirst()
        for length in edges + stride(from: 520, to: tar.data.count, by: 61) {
            try scratch.write("a.tar", tar.ended.prefix(length))
            let found = try Self.results([scratch["a.tar"]], jobs: 1)
            #expect(found.last?.hasSuffix("archive.file.truncated") == true, "\(length)")
            #expect(found.count <= 3)
        }
    }

    @Test("Links and devices of a tar archive are skipped, directories are not counted, and nothing is written")
    func others() throws {
        let scratch = try Scratch()
        var tar = Tar()
        tar.add("d/", "", type: "5")
        tar.add("l", "", type: "2")
        tar.add("h", "", type: "1")
        tar.add("p", "", type: "6")
        tar.add("../../../../tmp/outside/5.xml", Self.document)
        tar.add("/6.xml", Self.document)
        tar.add("s", "", type: "S")
        try scratch.write("a.tar", tar.ended)
        let summary = try Bulk.run([scratch["a.tar"]], into: scratch["out"])
        #expect(summary.skipped == [.init(name: "link", count: 2), .init(name: "special_file", count: 1)])
        #expect(summary.converted == 2 && summary.deadLetters == 1)
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path)) == ["a.tar", "out"])
    }

    @Test("A run over a tar archive that was stopped goes on and ends with the same bytes")
    func resumed() throws {
        let scratch = try Scratch()
        var tar = Tar()
        for number in 1...40 { tar.add("\(number).ndjson", Requests.ndjson(5, seed: 11)) }
        try scratch.write("a.tar", tar.ended)
        try Program.run("gzip", ["a.tar"], in: scratch.directory)
        var settings = BulkSettings()
        settings.jobs = 2
        settings.chunkSize = 2_000
        settings.checkpointInterval = 0
        let whole = try Bulk.run([scratch["a.tar.gz"]], into: scratch["whole"], settings: settings)
        var stopped = BulkRun(archives: [scratch["a.tar.gz"]], output: .directory(scratch["out"]), settings: settings)
        let cancellation = stopped.cancellation
        stopped.onProgress = { if $0.read > 60 { cancellation.cancel() } }
        #expect(throws: BulkFailure.self) { try stopped.run() }
        settings.resumes = true
        #expect(try Bulk.run([scratch["a.tar.gz"]], into: scratch["out"], settings: settings) == whole)
        #expect(scratch.read("out/converted.ndjson") == scratch.read("whole/converted.ndjson"))
    }

    @Test(
        "A file that cannot be opened here is one dead letter that names the command which opens it",
        arguments: [
            ("SQLite format 3\u{0}", "sqlite3 FILE .dump"), ("PGDMP\u{1}", "pg_restore -f"), ("PAR1", "duckdb"),
            ("TAPE\u{0}\u{0}", "RESTORE DATABASE"), ("\u{40}\u{2}\u{0}\u{0}\u{7}_id\u{0}", "bsondump FILE"),
            ("Obj\u{1}", "avro-tools tojson"), ("Rar!\u{1A}\u{7}\u{1}\u{0}", "unrar x"), ("LZIP\u{1}", "lzip -d"),
            ("-----BEGIN PGP MESSAGE-----\n", "gpg -d"),
            (
                "PK\u{3}\u{4}[Content_Types].xmlPK\u{3}\u{4}\(String(repeating: "\u{0}", count: 26))xl/workbook.xml",
                "soffice"
            ),
            ("\u{40}\u{2}\u{0}\u{0}\u{2}leadId\u{0}", "bsondump FILE"), ("MSCF\u{0}\u{0}\u{0}\u{0}", "cabextract"),
            ("LPKSHHRH", "journalctl"), ("ElfFile\u{0}", "evtx_dump"),
            ("\u{0}\u{1}\u{0}\u{0}Standard Jet DB\u{0}", "mdb-export"), ("\n\r\r\n", "tshark -r FILE"),
        ])
    func closed(_ start: String, _ command: String) throws {
        let scratch = try Scratch()
        try scratch.write("in/a", start + String(repeating: "<Potentials>\n", count: 20))
        try scratch.write("in/7.xml", Self.document)
        #expect(try Self.results([scratch["in"]]) == ["in/7.xml:1 7", "in/a:1 archive.file.unreadable"])
        #expect(try message(scratch["in/a"]).contains(command))
    }

    @Test("A file that is text only after a command was run on it names that command")
    func encoded() throws {
        let scratch = try Scratch()
        try scratch.write("a", Self.line + String(repeating: " ", count: 80))
        try Program.run("gzip", ["-k", "a"], in: scratch.directory)
        let packed = scratch.read("a.gz")
        let ebcdic = Data([0xD7, 0x96, 0xA3, 0x85, 0x95, 0xA3, 0x89, 0x81, 0x93, 0xA2])
        let files: [(Data, String)] = [
            (packed.base64EncodedData(options: .lineLength76Characters), "base64 -d FILE | gunzip"),
            (Data("begin 644 a.txt\nM:'1T<',Z\n".utf8), "uudecode"), (Data([0x4C]) + ebcdic, "iconv -f IBM037"),
            (Data("0000000   <   P   o   t\n0000020   e   n   t   i\n".utf8), "bulk with the file that was dumped"),
            (Data([0x78, 0x9C, 0xED, 0x97, 0x6D, 0x73, 0xDA, 0x38]) + packed, "zlib-flate"),
        ]
        for (content, command) in files {
            try scratch.write("b", content)
            #expect(try Self.results([scratch["b"]]) == ["b:1 archive.file.unreadable"])
            #expect(try message(scratch["b"]).contains(command))
        }
    }

    @Test("A request that was compressed and written in base64 inside a text is named, and other such text is none")
    func packedInText() throws {
        let scratch = try Scratch()
        for (text, isRequest) in [(Self.line, true), ("nothing of interest\n", false)] {
            try scratch.write("a", text)
            try Program.run("gzip", ["-kf", "a"], in: scratch.directory)
            let packed = scratch.read("a.gz").base64EncodedString()
            for archive in ["{\"awslogs\":{\"data\":\"\(packed)\"}}\n", "10:00 payload \(packed)\n"] {
                try scratch.write("b", archive + Self.line)
                let expected = isRequest ? ["b:1 archive.entry.unreadable", "b:2 7"] : ["b:2 7"]
                #expect(try Self.results([scratch["b"]]) == expected, "\(archive)")
            }
        }
    }

    @Test(
        "What a compressed file has besides what can be decompressed is a dead letter",
        arguments: ["gzip", "bzip2", "xz", "zstd"])
    func appended(_ program: String) throws {
        guard Program.isInstalled(program) else { return }
        let scratch = try Scratch()
        try scratch.write("a", Self.line)
        try Program.run(program, ["-k", "a"], in: scratch.directory)
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path).first { $0.hasPrefix("a.") })
        let packed = scratch.read(name)
        try scratch.write("b", packed + Data(Self.line.utf8))
        #expect(try Self.results([scratch["b"]]) == ["b:1 7", "b:2 archive.file.truncated"])
        try scratch.write("c", packed + packed)
        #expect(try Self.results([scratch["c"]]) == ["c:1 7", "c:2 7"])
    }

    @Test(
        "A file's name is the lead id of a compressed document in a filter too, however long its program takes",
        arguments: ["gzip", "bzip2", "xz", "zstd"], 1...4)
    func compressedDocuments(program: String, number: Int) throws {
        let scratch = try Scratch()
        let name = "555000000080000\(number).xml"
        try scratch.write(
            name,
            "<Potentials>\n<row no=\"1\">\n<option val=\"createPotential\">false</option>\n</row>\n</Potentials>\n")
        try Program.run(program, [program == "zstd" ? "--rm" : "-f", name], in: scratch.directory)
        let file = try #require(
            FileManager.default.contentsOfDirectory(atPath: scratch.directory.path).first { $0 != "out" })
        let result = try Bulk.filter([scratch[file]])
        #expect(result.lines == [Line(true, 1, "555000000080000\(number)")])
    }
}
