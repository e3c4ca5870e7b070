import CAllocationCount
import ConvertLead
import Foundation

/// Measures `translateRequest` alone: requests are read into memory first, then translated again and again.
///
/// `translation-benchmark REQUESTS.ndjson USERS.json FIELDS.json [ROUNDS]` prints nanoseconds and heap allocations a request.
/// Under callgrind, `--toggle-collect='*measured*'` counts the instructions of the same loop.
@main
struct TranslationBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else {
            FileHandle.standardError.write(
                Data("usage: translation-benchmark REQUESTS.ndjson USERS.json FIELDS.json [ROUNDS]\n".utf8))
            exit(64)
        }
        var tables = OrganizationTables()
        try tables.users.read([UInt8](Data(contentsOf: URL(filePath: arguments[2]))), source: arguments[2])
        try tables.fields.read([UInt8](Data(contentsOf: URL(filePath: arguments[3]))), source: arguments[3])
        var options = TranslationOptions()
        options.isIndented = false
        options.overwriteDefault = false
        let calls = try readCalls(arguments[1])
        let rounds = arguments.count > 4 ? Int(arguments[4]) ?? 5 : 5

        var translator = Translator(tables: tables, options: options)
        var outcome = measured(calls, &translator)
        let allocations = allocation_count()
        outcome = measured(calls, &translator)
        let perRequest = Double(allocation_count() - allocations) / Double(calls.count)

        var times: [Double] = []
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            outcome = measured(calls, &translator)
            times.append((ContinuousClock.now - start) / .nanoseconds(1) / Double(calls.count))
        }
        times.sort()
        print(
            "requests \(calls.count), refused \(outcome.refused), body bytes \(outcome.bytes), with diagnostics "
                + "\(outcome.withDiagnostics)")
        print("ns a request: median \(Int(times[times.count / 2])), least \(Int(times[0]))")
        print("heap allocations a request: \(String(format: "%.2f", perRequest))")
    }

    private static func readCalls(_ path: String) throws -> [V1Call] {
        try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n")).map { line in
            let object = try JSONSerialization.jsonObject(with: line) as? [String: String] ?? [:]
            return V1Call(
                xmlData: Array((object["xmlData"] ?? "").utf8), isDecoded: true, leadID: RecordID(object["id"] ?? ""))
        }
    }

    /// The loop that is measured.
    @inline(never)
    private static func measured(
        _ calls: [V1Call], _ translator: inout Translator
    ) -> (bytes: Int, refused: Int, withDiagnostics: Int) {
        var outcome = (bytes: 0, refused: 0, withDiagnostics: 0)
        for call in calls {
            do throws(TranslationFailure) {
                let result = try translator.translateRequest(call)
                outcome.bytes += result.value.body.count
                if !result.diagnostics.isEmpty { outcome.withDiagnostics += 1 }
            } catch {
                outcome.refused += 1
            }
        }
        return outcome
    }
}
