/// A growable list of plain values in one block that is kept when emptied, so that a warm list never allocates.
///
/// Ownership: the block belongs to this value and is freed with it.
@_spi(Package) public struct ReusableArray<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline var storage: UnsafeMutablePointer<Element>
    @usableFromInline var length = 0
    @usableFromInline var capacity: Int

    /// An empty list with room for `minimumCapacity` elements.
    @inlinable public init(minimumCapacity: Int = 16) {
        capacity = max(minimumCapacity, 4)
        storage = .allocate(capacity: capacity)
    }

    @inlinable deinit { storage.deallocate() }

    /// First element.
    @inlinable public var base: UnsafeMutablePointer<Element> { storage }

    /// Elements in use.
    @inlinable public var count: Int { length }

    /// Adds an element after the last.
    @inlinable @inline(__always) public mutating func append(_ element: Element) {
        if length == capacity { grow() }
        (storage + length).initialize(to: element)
        length &+= 1
    }

    /// Whether the next element needs a larger block.
    @inlinable public var isFull: Bool { length == capacity }

    @usableFromInline @inline(never) mutating func grow() {
        let block = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        block.initialize(from: storage, count: length)
        storage.deallocate()
        storage = block
        capacity *= 2
    }

    /// The element at `index`, which must be below `count`.
    @inlinable public subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < length)
            return storage[index]
        }
        set {
            assert(index >= 0 && index < length)
            storage[index] = newValue
        }
    }

    /// Forgets all elements and keeps the block.
    @inlinable public mutating func removeAll() { length = 0 }

    /// The elements in use; valid until the next append.
    @inlinable public var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: storage, count: length) }
}
