/// What comes next in a container.
enum ContainerEntry {
    /// A regular file. Its bytes are read before the next entry is asked for, or not at all.
    case file(name: String)
    /// A link or a device.
    case skipped(SkipReason, name: String)
    /// A member that cannot be read, and why. The others can.
    case unreadable(name: String, reason: String)
    /// A part of the container that cannot be read. What follows may be.
    case damage(String)
    /// The machine failed.
    case trouble(String)
    case end
}

/// Reads the members of a container one after the other. Used by one thread at a time.
///
/// Memory does not grow with the container or its members. Nothing is written anywhere, so a member may be called anything.
protocol ContainerReader: AnyObject {
    /// Goes on to the next entry, over what was not read of the one before.
    func next() -> ContainerEntry

    /// Reads up to `count` bytes of the member; 0 at its end.
    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int

    /// Why the member that is being read ended early; `nil` when it did not.
    var memberFailure: InputFailure? { get }

    /// Whether the bytes come from somebody who may pause.
    var isLive: Bool { get }

    /// Whether a read would have to wait for somebody else.
    var wouldBlock: Bool { get }
}

/// The bytes of the member that a container's reader has come to.
final class ContainerMember: ByteSource {
    private let reader: any ContainerReader

    init(_ reader: any ContainerReader) { self.reader = reader }

    var failure: InputFailure? { reader.memberFailure }
    var isLive: Bool { reader.isLive }
    var wouldBlock: Bool { reader.wouldBlock }
    var isPart: Bool { true }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int { reader.read(into: target, count) }
}
