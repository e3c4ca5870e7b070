@_spi(Package) import Bytes
import ConvertLead

/// Counts the forms in which requests come, and what they say. Each worker has one; they are merged at the end.
struct ArchiveInventory: ~Copyable {
    private var requests: RequestInventoryReader
    private var counts: [Form] = []

    private struct Form {
        var count = 0
        var order = UInt64.max
        var first = ""
    }

    init(tables: OrganizationTables, options: TranslationOptions) {
        requests = RequestInventoryReader(tables: tables, options: options)
        counts = Array(repeating: Form(), count: ArchiveForm.all.count)
    }

    /// Counts a request that was just translated or refused.
    mutating func add(form: UInt8, hasDocument: Bool, _ translator: inout Translator, at place: InventoryPlace) {
        counts[Int(form)].count += 1
        if place.isBefore(counts[Int(form)].order) {
            counts[Int(form)].order = place.order
            counts[Int(form)].first = place.text()
        }
        if hasDocument { translator.count(in: &requests, at: place) }
    }

    /// Adds what another worker counted.
    mutating func add(_ other: consuming ArchiveInventory) {
        for (index, form) in other.counts.enumerated() where form.count > 0 {
            if form.order < counts[index].order {
                counts[index].order = form.order
                counts[index].first = form.first
            }
            counts[index].count += form.count
        }
        requests.add(other.requests)
    }

    /// Forms of requests, the most frequent first.
    var forms: [RequestInventory.Count] {
        zip(ArchiveForm.all, counts).filter { $1.count > 0 }
            .map { .init(name: "\($0.name)", count: $1.count, first: $1.first) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

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
