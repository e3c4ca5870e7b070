import CAllocationCount
import ConvertLead
import Foundation

/// Measures `translateRequest` and `translateReply` alone: the input is read into memory first, then translated again and again.
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
        printReplies(calls.count, &translator)
    }

    /// Measures `translateReply` for as many replies of each shape; a reply must cost no more than a request.
    private static func printReplies(_ count: Int, _ translator: inout Translator) {
        let replies = [
            "v2.1":
                #"{"data":[{"Contacts":"738964000002058055","Deals":"738964000002130035","Accounts":"738964000002058030"}]}"#,
            "v7":
                #"{"data":[{"code":"SUCCESS","details":{"Contacts":{"name":"Ana","id":"738964000002058055"},"Deals":{"name":"#
                + #""Sample","id":"738964000002130035"},"Accounts":{"name":"Acme","id":"738964000002058030"}},"message":"#
                + #""converted","status":"success"}]}"#,
            "error": #"{"data":[{"code":"DUPLICATE_DATA","details":{"api_name":"Mobile","module":"Contacts","id":"#
                + #""738964000002131023"},"message":"duplicate data","status":"error"}]}"#,
        ]
        for (name, text) in replies.sorted(by: { $0.key < $1.key }) {
            let bytes = Array(text.utf8)
            let allocations = allocation_count()
            let start = ContinuousClock.now
            for _ in 0..<count { _ = translator.translateReply(bytes) }
            let time = (ContinuousClock.now - start) / .nanoseconds(1) / Double(count)
            let perReply = Double(allocation_count() - allocations) / Double(count)
            print("\(name) reply: \(Int(time)) ns, \(String(format: "%.2f", perReply)) heap allocations")
        }
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
