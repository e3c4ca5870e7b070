@_spi(Package) import Bytes
import ConvertLead

/// A form of archive text: one row of the table. Everything else about a form is in the file of its name.
struct ArchiveForm: Sendable {
    /// In the words of survey and documentation, such as "curl command".
    let name: StaticString
    /// What an entry begins with, in the words of the documentation.
    let sign: StaticString
    /// A folder of `Samples/archives` that shows it.
    let sample: StaticString
    /// Whether an entry may begin with a byte; where it may not, the form is not asked. Zeros are before an entry, not in it.
    var mayBeginWith: @Sendable (UInt8) -> Bool = { $0 != 0 }
    /// Whether its entries have variables, whose values are elsewhere in their file.
    var isTemplate = false
    /// How logs write in it about a call that they may write about more than once; `nil` when every entry is another call.
    var mentions: CallMention?
    /// Whether a text that stops may go on with what tells that an entry of this form began; asked where its writer may pause, and only
    /// of what is no entry by its first line alone.
    var isOpen: (@Sendable (EntryStart) -> Bool)?
    /// How the entry is cut that begins at a start; `nil` when none of this form begins there.
    let begins: @Sendable (EntryStart) -> Cut?
    /// Takes an entry to the calls in it: reads each, then judges, skips or refuses it.
    let unwrap: @Sendable (ByteView, inout EntryTranslator) -> Void

    /// The table. At the start of an entry the first form that begins there is taken, so what can be told for sure comes first.
    static let all: [ArchiveForm] = [
        .wrappedLog, .sqlDump, .table, .document, .phpScript, .drawnTable, .collection, .json, .http, .httpFile,
        .debugLog, .curl, .powerShell, .url, .command, .yaml, .transportLog, .accessLog, .formBody, .phpDump, .mail,
        .replyLine,
        .hexDump, .literal, .shellScript, .logLine, .loggedStatement, .loggedElement,
    ]

    /// The forms that are asked by the first byte of an entry: a bit a form, that of the first the lowest.
    private static let asked: [UInt32] = (0...255).map { byte in
        all.indices.filter { all[$0].mayBeginWith(byte) }.reduce(0) { $0 | 1 << UInt32($1) }
    }

    /// Index of the form of files that are one XML document.
    static let documentIndex = UInt8(truncatingIfNeeded: index(of: document))
    /// Index of the form of statements after words, of which an entry is a part of a line.
    static let loggedStatementIndex = UInt8(truncatingIfNeeded: index(of: loggedStatement))
    /// Index of the first form that is asked where no line is wrapped.
    static let afterWrappers = index(of: wrappedLog) + 1

    private static func index(of form: ArchiveForm) -> Int {
        guard let index = all.firstIndex(where: { "\($0.name)" == "\(form.name)" }) else {
            preconditionFailure("\(form.name) is not in the table")
        }
        return index
    }

    /// How each form mentions calls.
    static let mentions = all.map(\.mentions)

    /// The first form that begins at a start, by its index, and how its entry is cut; `nil` when no form does.
    ///
    /// - Parameters:
    ///   - first: index of the first form that is asked.
    ///   - left: index of a form that is not asked.
    static func beginning(
        at start: EntryStart, from first: Int = 0, without left: UInt8? = nil
    ) -> (form: UInt8, cut: Cut)? {
        guard let byte = start.text.first else { return nil }
        let forms = all
        var others = asked[Int(byte)] & ~0 << UInt32(first)
        if let left { others &= ~(1 << UInt32(left)) }
        while others != 0 {
            let index = others.trailingZeroBitCount
            if let cut = forms[index].begins(start) { return (UInt8(truncatingIfNeeded: index), cut) }
            others &= others - 1
        }
        return nil
    }

    /// Whether the lines that come next may tell that what begins at a start is an entry of more lines than are there.
    static func isOpen(_ start: EntryStart) -> Bool {
        guard let byte = start.text.first else { return false }
        return all.contains { form in form.mayBeginWith(byte) && form.isOpen?(start) ?? false }
    }
}
