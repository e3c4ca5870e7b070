@_spi(Package) import Bytes
import ConvertLead
import JSONText

extension ArchiveForm {
    /// A JSON value: a wrapper, an entry of a HAR file or cassette, an object of a log, a string that is a call.
    static let json = ArchiveForm(
        name: "JSON value",
        sign: """
            an object, list or string of JSON; each object or string in it that holds a call is an entry, so \
            wrappers, HAR files, recorders and logs are read alike
            """,
        sample: "form-json-lines",
        mayBeginWith: { $0.isOne(of: "{[\"") },
        begins: { JSONCutter.beginsValue($0.text) && !YAMLFlow.beginsFolded($0) ? .json : nil },
        unwrap: { text, entry in JSONEntry.unwrap(text, &entry) })
}

/// An entry that is a JSON value.
enum JSONEntry {
    /// Takes a value to the calls in it.
    ///
    /// - Parameters:
    ///   - address: of the call, when it stands outside the value.
    ///   - isPlaced: whether each call is at its own place in the value; if not, all are at the entry's.
    ///   - isTemplate: whether `{{name}}` in a document is a variable.
    ///   - writer: what the value is, for messages.
    static func unwrap(
        _ text: ByteView, _ entry: inout EntryTranslator, address: ByteView = .empty, isPlaced: Bool = true,
        isTemplate: Bool = false, writer: StaticString = "JSON"
    ) {
        var json = JSONReader()
        let root: JSONReader.Node
        do {
            root = try json.read(text)
        } catch {
            // Databases write a line of JSON with its backslashes escaped once more.
            var plain = ByteBuffer(minimumCapacity: 64)
            if text.offset(of: "\\\\\"") != nil, isValue(text, undoneInto: &plain) {
                return unwrap(plain.bytes, &entry, address: address, isPlaced: false)
            }
            if isPlaced, unwrapEach(text, &entry, isTemplate: isTemplate) { return }
            if isPlaced, ArchiveForm.unwrapAsYAML(text, &entry) { return }
            let place = SourceLocation(ofByte: error.offset, in: text)
            entry.log.add(.jsonSyntax, .error, at: place, "JSON is broken: \(error.reason)")
            return entry.refuse()
        }
        let search = JSONCallSearch(root, json, callTexts: TextForms.callTexts)
        var whole = entry.entry
        guard !search.findings.isEmpty else {
            if let reason = SkipReason(search.noCall) { return entry.skip(reason) }
            if !RequestMarks.isIn(text) { return entry.skip(.otherText) }
            return entry.refuse(
                .archiveEntry, "The \(writer) has signs of a request, but no call was found in it")
        }
        for finding in search.findings where !entry.isAtLimit {
            switch finding {
            case .noCall(let kind, let node):
                if isPlaced { entry.at(place(of: node, json), of: &whole) } else { entry.log.removeAll() }
                if let reason = SkipReason(kind) {
                    entry.skip(reason)
                } else {
                    entry.refuse(.archiveEntry, "The \(writer) has signs of a request, but no call was found in it")
                }
            case .call(let call):
                if isPlaced { entry.at(place(of: call.node, json), of: &whole) } else { entry.log.removeAll() }
                entry.calls.begin()
                entry.calls.add(call, json, depth: 0, log: &entry.log)
                if !address.isEmpty { entry.calls.add(address: address, log: &entry.log) }
                entry.calls.finish(log: &entry.log)
                let lacksVariable = CallVariables.report(in: entry.calls, isTemplate: isTemplate, &entry.log)
                if lacksVariable { entry.translateCall() } else { entry.judge() }
            }
        }
    }

    /// Unwraps the values of a text that are one after another; false where it holds anything else.
    private static func unwrapEach(_ text: ByteView, _ entry: inout EntryTranslator, isTemplate: Bool) -> Bool {
        var values: [Range<Int>] = []
        var start = 0
        while start < text.count {
            var scanner = JSONBoundaryScanner()
            guard text[start] == UInt8(ascii: "{"), case .end(let length) = scanner.scan(text.dropping(start)) else {
                return false
            }
            values.append(start..<(start + length))
            let rest = text.dropping(start + length)
            start = text.count - rest.trimmingLeadingWhitespace().count
        }
        guard values.count > 1 else { return false }
        var whole = entry.entry
        for value in values where !entry.isAtLimit {
            entry.at(value, of: &whole)
            unwrap(text.slice(value), &entry, isTemplate: isTemplate)
        }
        return true
    }

    /// Whether an object is a reply without a call in it.
    static func isReply(_ text: ByteView) -> Bool {
        let names: [StaticString] = ["\"success\"", "\"response\"", "\"status\""]
        guard names.contains(where: { text.offset(of: $0) != nil }), !JSONCallSearch.hasDocument(text) else {
            return false
        }
        var json = JSONReader()
        guard let root = try? json.read(text) else { return false }
        let search = JSONCallSearch(root, json, callTexts: TextForms.callTexts)
        guard !search.findings.isEmpty else { return search.noCall == .reply }
        return search.findings.allSatisfy { if case .noCall(.reply, _) = $0 { true } else { false } }
    }

    /// Whether a text is a JSON value once the escapes of `mysql --batch` and `COPY` are undone.
    private static func isValue(_ text: ByteView, undoneInto plain: inout ByteBuffer) -> Bool {
        plain.reserve(text.count)
        RowReader.appendUnescaped(text, quote: 0, to: &plain)
        return JSONBoundaryScanner.isWholeValue(plain.bytes.trimmingWhitespace())
    }

    private static func place(of node: JSONReader.Node, _ json: borrowing JSONReader) -> Range<Int> {
        let offset = json.offset(of: node)
        return offset..<(offset + json.source(of: node).count)
    }
}

extension SkipReason {
    /// Why a value without a call is skipped; `nil` when nothing is known of it.
    fileprivate init?(_ noCall: JSONCallSearch.NoCall) {
        switch noCall {
        case .otherMethod: self = .otherMethod
        case .v2Call: self = .v2Call
        case .reply: self = .reply
        case .otherRequest: self = .otherRequest
        case .names: self = .otherTable
        case .nothing: return nil
        }
    }
}

/// Variables of a collection or of a file for HTTP clients that have no value and are where it matters.
enum CallVariables {
    /// Reports the first; gives whether there is one.
    ///
    /// - Parameter isTemplate: whether the call is from a template; elsewhere `{{name}}` amid the text of a document is text.
    static func report(in calls: borrowing V1CallReader, isTemplate: Bool = true, _ log: inout DiagnosticLog) -> Bool {
        let parts = calls.parts
        if let variable = parts.address?.variable, !variable.isEmpty { return report(variable, &log) }
        for text in [parts.leadID, parts.xml] {
            guard isTemplate || text.trimmingWhitespace().hasPrefix("{{") else { continue }
            guard let open = text.offset(of: "{{"), let close = text.offset(of: "}}", from: open) else { continue }
            let name = text.slice((open + 2)..<close)
            if report(name, &log) { return true }
        }
        return false
    }

    private static func report(_ name: ByteView, _ log: inout DiagnosticLog) -> Bool {
        guard name.count < 100, name.allSatisfy({ $0.isASCIILetter || $0.isDigit || "_-. $".utf8.contains($0) }) else {
            return false
        }
        log.removeNotes(.callHost)
        log.add(.callVariable, .error, "The variable \(name.text) has no value in the archive", subject: name.text)
        return true
    }
}

/// Texts inside other texts: strings of JSON, cells of tables.
enum TextForms {
    /// The texts of the calls that a text holds.
    static func callTexts(_ text: ByteView) -> [[UInt8]] {
        guard RequestMarks.isIn(text) else { return [] }
        if let call = JSONCallSearch.callText(text), !SeveralCalls.areIn(text), !isBeforeText(text) { return [call] }
        if text.contains(0x0A) {
            let calls = ShellReading.callTexts(text)
            if !calls.isEmpty { return calls }
        }
        if let command = ShellCommand.inWords(text) {
            if command.isQuoteBroken { return [] }
            if let call = command.callText { return [call] }
        }
        return LoggedText.callTexts(text)
    }

    /// Whether an address or a form is followed by other words.
    private static func isBeforeText(_ text: ByteView) -> Bool {
        let text = text.trimmingWhitespace()
        switch V1CallForm(of: text, trimmed: text) {
        case .url, .form: return RawCall.isBeforeText(in: text)
        case .xml, .json, .multipart, .http: return false
        }
    }
}
