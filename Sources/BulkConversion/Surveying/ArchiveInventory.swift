@_spi(Package) import Bytes
import ConvertLead

/// Counts the forms in which requests come, and what they say. Each worker has one; they are merged at the end.
struct ArchiveInventory: ~Copyable {
    private var requests: RequestInventoryReader
    private var counts = NameCounts()

    private static let form: Int32 = 0

    init(tables: OrganizationTables, options: TranslationOptions) {
        requests = RequestInventoryReader(tables: tables, options: options)
    }

    /// Counts a request that was just translated or refused.
    mutating func add(form: UInt8, hasDocument: Bool, _ translator: inout Translator, at place: InventoryPlace) {
        let name = ByteView(ArchiveForm.all[Int(form)].name)
        counts.add(name, Self.form, order: place.order, first: place.text())
        if hasDocument { translator.withRequestReader { requests.count(&$0, at: place) } }
    }

    /// Adds what another worker counted.
    mutating func add(_ other: consuming ArchiveInventory) {
        counts.add(other.counts)
        requests.add(other.requests)
    }

    /// Forms of requests, the most frequent first.
    var forms: [RequestInventory.Count] { counts.sorted(Self.form) }

    /// What the requests say.
    mutating func inventory() -> RequestInventory { requests.inventory() }
}

/// Takes the workers' inventories together. Ownership: one lock guards the inventory.
final class InventoryCollector: @unchecked Sendable {
    private let lock = Monitor()
    private var merged: ArchiveInventory?

    /// Adds what a worker counted.
    func add(_ inventory: consuming ArchiveInventory?) {
        guard let inventory else { return }
        lock.lock()
        defer { lock.unlock() }
        if merged == nil { merged = consume inventory } else { merged?.add(inventory) }
    }

    /// What all of them counted.
    func take() -> ArchiveInventory? {
        lock.lock()
        defer { lock.unlock() }
        return merged.take()
    }
}
