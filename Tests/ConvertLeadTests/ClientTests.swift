import Foundation
import Testing

/// What the modules of this build show to a package that depends on this one, as the compiler sees it.
@Suite("What a client sees", .serialized)
struct ClientTests {
    private struct Compiler {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "convertlead-client-\(UUID().uuidString)")

        /// The lines of a source that do not compile, from 1, with the compiler's messages.
        func errors(in lines: [String]) throws -> [Int: String] {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            let source = directory.appending(path: "main.swift")
            try Data(lines.joined(separator: "\n").utf8).write(to: source)
            let build = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            let tests = URL(filePath: #filePath).deletingLastPathComponent()
            let map = tests.appending(path: "../../Sources/CLibXML2/module.modulemap").standardizedFileURL
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "swiftc", "-typecheck", "-diagnostic-style=llvm", "-swift-version", "6", "-package-name", "client",
                source.path(),
                "-I", build.appending(path: "Modules").path(), "-module-cache-path", directory.path(),
                "-Xcc", "-fmodule-map-file=" + map.path(),
                "-Xcc", "-fmodule-map-file=" + build.appending(path: "CInstructions.build/module.modulemap").path(),
                "-Xcc", "-I/usr/include/libxml2",
            ]
            let log = directory.appending(path: "log")
            try Data().write(to: log)
            process.standardError = try FileHandle(forWritingTo: log)
            try process.run()
            process.waitUntilExit()
            var errors: [Int: String] = [:]
            for line in try String(contentsOf: log, encoding: .utf8).split(separator: "\n") {
                if let match = line.firstMatch(of: #/main\.swift:(?<line>\d+):\d+: error: (?<message>.*)/#) {
                    errors[Int(match.output.line)!, default: ""] += match.output.message
                } else if line.contains("error: ") {
                    errors[0, default: ""] += line
                }
            }
            return errors
        }
    }

    @Test("A client translates with one import")
    func uses() throws {
        let errors = try Compiler().errors(in: [
            "import ConvertLead",
            "var translator = Translator(tables: OrganizationTables(), options: TranslationOptions())",
            "let call = V1Call(xmlData: [UInt8](\"<Potentials/>\".utf8), leadID: RecordID(\"1\"))",
            "print(try translator.translateRequest(call).value.url)",
        ])
        #expect(errors.isEmpty, "\(errors)")
    }

    @Test("A client sees the results of the library, but makes none, and sees nothing that only archives need")
    func results() throws {
        let own = [
            "import ConvertLead", "let reply = RecordedReply.all(in: [])?.first?.bytes", "print(reply as Any)",
            "print(FieldCatalog().fields[0].picklist.map(\\.displayValue), StandardFields.all.count)",
            "print(UserTable.User.Status.active, Field.DataType.picklist, V1ReplyFormat.json)",
            "print(DataCenter.apiDomain(forV1Host: nil))",
        ]
        let hidden = [
            "_ = RequestInventory()", "_ = DateForm.iso", "_ = UserTable.User.Status(zohoName: \"active\")",
            "_ = Field.DataType(zohoName: \"text\")", "_ = Field(apiName: \"A\", dataType: .text)",
            "_ = Field.PicklistValue(displayValue: \"\", actualValue: \"\")", "_ = StandardFields.mandatory",
            "_ = ConvertedRecords()", "_ = ConversionFailure(reason: .leadMissing, message: \"\")",
            "_ = SourceLocation(line: 1, column: 1)", "_ = RecordedReply(name: \"\", bytes: [])",
            "_ = Diagnostic(.xmlSyntax, .error, message: \"\")", "_ = V1ReplyFormat(uri: \"\")",
            "_ = TranslationOptions().apiDomain(forV1Host: nil)",
        ]
        let errors = try Compiler().errors(in: own + hidden)
        for (index, line) in (own + hidden).enumerated() {
            #expect((errors[index + 1] != nil) == (index >= own.count), "\(line): \(errors[index + 1] ?? "compiles")")
        }
        #expect(errors[0] == nil)
    }

    @Test("A client sees nothing of the modules below the library, not even when it imports them")
    func leaks() throws {
        let own = [
            "import ConvertLead", "import Bytes", "import JSONText", "import XMLText", "let bytes: [UInt8] = [65]",
            "var text = \"a\"",
        ]
        let hidden = [
            "print(UInt8(65).isDigit)", "print(UInt8(65).isASCIILetter)", "print(UInt8(65).hexDigitValue as Any)",
            "bytes.withByteView { print($0.count) }", "text.withByteView { print($0.count) }", "_ = ByteView(\"a\")",
            "_ = ByteBuffer()", "_ = ByteRange.self", "_ = ByteStringMap.self", "_ = ReusableArray<Int>()",
            "_ = UTF16Decoder.self", "_ = HeapBytes(bytes)", "_ = partialWord", "_ = copyBytes", "_ = JSONReader()",
            "_ = JSONWriter(indent: false)", "_ = JSONError.self", "_ = XMLReader.self", "_ = XMLWriter.self",
            "_ = XMLError.self", "_ = CallParts()", "_ = TranslationTables.self", "_ = V1CallReader.self",
            "_ = RowReader.self", "_ = V1RequestReader.self",
        ]
        let errors = try Compiler().errors(in: own + hidden)
        for (index, line) in (own + hidden).enumerated() {
            #expect((errors[index + 1] != nil) == (index >= own.count), "\(line): \(errors[index + 1] ?? "compiles")")
        }
        #expect(errors[0] == nil)
    }
}
