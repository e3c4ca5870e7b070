@_spi(Package) import Bytes
import ConvertLead
import Synchronization

/// What an opaque `convertlead_translator` points to.
///
/// Ownership: one heap block, from ``create(_:)`` to ``destroy(_:)``. Its members are reached through the pointer and never
/// through a class, whose checks for exclusive use would end the host process.
struct TranslatorHandle: ~Copyable {
    private let options: TranslationOptions
    private var tables = OrganizationTables()
    private var shim: Shim
    /// Whether a table was added since `shim` was made.
    private var isStale = false
    /// Whether a call is running; a second one is refused instead of torn.
    private let isBusy = Atomic(false)

    /// A handle without tables.
    init(options: TranslationOptions) {
        self.options = options
        shim = Shim(options: options)
    }

    /// A translator as C sees it.
    static func create(_ options: TranslationOptions) -> OpaquePointer {
        let pointer = UnsafeMutablePointer<TranslatorHandle>.allocate(capacity: 1)
        pointer.initialize(to: TranslatorHandle(options: options))
        return OpaquePointer(pointer)
    }

    /// Ends a translator.
    static func destroy(_ translator: OpaquePointer) {
        let pointer = UnsafeMutablePointer<TranslatorHandle>(translator)
        pointer.deinitialize(count: 1)
        pointer.deallocate()
    }

    /// Calls `body` with the handle, unless another thread is using it: then gives `nil`.
    static func use<Result>(
        _ translator: OpaquePointer, _ body: (inout TranslatorHandle) -> Result
    ) -> Result? {
        let pointer = UnsafeMutablePointer<TranslatorHandle>(translator)
        guard pointer.pointee.isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else { return nil }
        defer { pointer.pointee.isBusy.store(false, ordering: .releasing) }
        return body(&pointer.pointee)
    }

    /// An empty log with the options' strictness.
    func makeLog() -> DiagnosticLog { DiagnosticLog(isStrict: options.isStrict, showsValues: options.showsValues) }

    /// Adds a table; when it throws, the tables are as they were.
    mutating func addTable(_ kind: TableKind, _ bytes: [UInt8], source: String) throws(TranslationFailure) {
        switch kind {
        case .users: try tables.users.read(bytes, source: source)
        case .fields: try tables.fields.read(bytes, source: source)
        case .roles: try tables.roles.read(bytes, source: source, as: .contactRoles)
        case .lookup(let apiName):
            var table = tables.lookups[apiName] ?? LookupTable()
            try table.read(bytes, source: source)
            tables.lookups[apiName] = table
        }
        isStale = true
    }

    /// Writes what becomes of a v1 call into `result`; gives whether it was translated.
    mutating func translateRequest(_ call: ByteView, into result: inout ResultTexts) -> Bool {
        refresh()
        var log = makeLog()
        let outcome = shim.translateRequest(call, log: &log)
        result.setDiagnostics(log.diagnostics)
        result.setURI(shim.uri)
        switch outcome {
        case .translated(let v2):
            result.setURL(v2.url)
            result.setBody(shim.body)
            return true
        case .refused(let reply):
            result.setReply(reply)
            return false
        }
    }

    /// Writes the v1 reply for a v2 reply into `result`; gives whether it was understood.
    mutating func translateReply(
        _ reply: ByteView, uri: String?, into result: inout ResultTexts
    ) -> Bool {
        refresh()
        var log = makeLog()
        let format = uri.map(V1ReplyFormat.init(uri:)) ?? .xml
        let v1 = shim.translateReply(reply, format: format, uri: uri, log: &log)
        result.setDiagnostics(log.diagnostics)
        result.setReply(v1)
        return !log.hasErrors
    }

    private mutating func refresh() {
        guard isStale else { return }
        shim = Shim(tables: tables, options: options)
        isStale = false
    }
}

/// What a table is, by the name that C gives it.
enum TableKind {
    case users, fields, roles
    case lookup(apiName: String)

    /// The kind called `name`; `nil` when there is none.
    init?(_ name: String) {
        switch name {
        case "users": self = .users
        case "fields": self = .fields
        case "roles": self = .roles
        default:
            let prefix = "lookup:"
            guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count else { return nil }
            self = .lookup(apiName: String(name.dropFirst(prefix.count)))
        }
    }
}
