/// A growable list of plain values in one block that is kept when emptied, so that a warm list never allocates.
///
/// Ownership: the block belongs to this value and is freed with it.
package struct FlatList<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    /// First element.
    package private(set) var base: UnsafeMutablePointer<Element>
    /// Elements in use.
    package private(set) var count = 0
    @usableFromInline package private(set) var capacity: Int

    /// An empty list with room for `minimumCapacity` elements.
    package init(minimumCapacity: Int = 16) {
        capacity = max(minimumCapacity, 4)
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// Adds an element behind the last.
    @inlinable package mutating func append(_ element: Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    @inlinable package mutating func grow() {
        let block = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        block.initialize(from: base, count: count)
        base.deallocate()
        base = block
        capacity *= 2
    }

    /// The element at `index`, which must be below `count`.
    @inlinable package subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < count)
            return base[index]
        }
        set {
            assert(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    /// Forgets all elements and keeps the block.
    @inlinable package mutating func removeAll() { count = 0 }

    /// The elements in use; valid until the next append.
    @inlinable package var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
