import Foundation
import TestSupport
import Testing

/// The samples by hand: what the library's tests expect is what the command prints.
@Suite("The command on the samples")
struct SampleCommandTests {
    /// Every fourth case of a kind: starting the command takes longer than all else, and the library's tests take every case.
    private static func folders(_ kind: String) -> [String] {
        let path = Checkout.root.appending(path: "Samples/\(kind)").path
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        return names.indices.filter { $0 % 4 == 0 }.map { "Samples/\(kind)/\(names[$0])" }
    }

    private func text(_ path: String) -> String? {
        try? String(contentsOf: Checkout.root.appending(path: path), encoding: .utf8)
    }

    /// What a case's `options.json` and input give, its findings without that about a missing lead id, which only the command
    /// can have.
    private func run(_ folder: String) throws -> BuiltCommand.Result {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Checkout.root.appending(path: folder).path)
        let input = try #require(files.first { $0 == "request.xml" || $0.hasPrefix("call.") })
        let options = files.contains("options.json") ? ["--config", "\(folder)/options.json"] : []
        var result = try BuiltCommand.run(["request", "\(folder)/\(input)"] + options)
        var lines = result.errors.components(separatedBy: "\n")
        if let index = lines.firstIndex(where: { $0.contains("[v1.lead_id.missing]") }) {
            lines.removeSubrange(index...index + 1)
        }
        result.errors = lines.joined(separator: "\n").replacingOccurrences(of: "\(folder)/\(input):", with: "\(input):")
        return result
    }

    @Test("A sample's body and findings are printed", arguments: folders("requests"))
    func translated(folder: String) throws {
        let result = try run(folder)
        #expect(result.status == 0)
        #expect(result.output == text("\(folder)/body.json"))
        #expect(result.errors == text("\(folder)/diagnostics.txt") ?? "")
    }

    @Test(
        "The command lines of Samples/README.md work for every case", arguments: ["requests", "refused", "archives"])
    func readme(kind: String) throws {
        let readme = try #require(text("Samples/README.md"))
        let command = kind == "archives" ? "bulk" : "request"
        let line = try #require(readme.split(separator: "\n").first { $0.hasPrefix("    convertlead \(command) ") })
        let scratch = try Scratch()
        // All cases in one shell: those are named of which the output, the findings or the status are not what is expected.
        let script = """
            PATH="\(BuiltCommand.path.deletingLastPathComponent().path):$PATH"
            count=0
            same() { if [ -e "$1" ]; then cmp -s "$1" "$2"; else [ ! -s "$2" ]; fi; }
            for folder in "$PWD"/Samples/\(kind)/*/; do
                cd "$folder"
                rm -rf "\(scratch["results"])"
                \(line.replacing("../../../.build/results", with: scratch["results"])) > "\(scratch["body"])" 2> "\(scratch["findings"])"
                status=$?
                case \(kind) in
                requests) [ $status = 0 ] && same body.json "\(scratch["body"])" ;;
                refused) [ $status = 65 ] && [ ! -s "\(scratch["body"])" ] ;;
                archives) [ $status != 64 ] && [ -e "\(scratch["results/report.html"])" ] &&
                    same converted.ndjson "\(scratch["results/converted.ndjson"])" &&
                    same dead-letters.ndjson "\(scratch["results/dead-letters.ndjson"])" ;;
                esac || echo "$folder $status"
                if [ -e diagnostics.txt ]; then
                    grep -qxF "$(head -n 1 diagnostics.txt)" "\(scratch["findings"])" || echo "$folder findings"
                fi
                count=$((count + 1))
            done
            echo "count $count"
            """
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = Checkout.root
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let lines = printed.split(separator: "\n")
        #expect(lines.count == 1, "\(printed)")
        #expect(lines.last.flatMap { Int($0.dropFirst(6)) } ?? 0 > 40)
    }

    @Test("A refused sample is 65 with its findings and nothing on standard output", arguments: folders("refused"))
    func refused(folder: String) throws {
        let result = try run(folder)
        #expect(result.status == 65)
        #expect(result.output.isEmpty)
        #expect(result.errors == text("\(folder)/diagnostics.txt"))
    }
}
