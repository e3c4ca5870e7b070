import Synchronization

/// A request to stop a bulk run, safe to make from a signal handler or another thread.
///
/// Workers get a few tenths of a second to finish the chunks in hand; then the run saves its state and throws ``BulkFailure``
/// `.interrupted`. A worker that waits for input, or for the reader of the output, ends when it
/// can continue; it writes nothing more into a directory.
public final class BulkCancellation: Sendable {
    private let requested = Atomic<Int32>(0)

    /// No request yet.
    public init() {}

    /// Asks the run to stop.
    ///
    /// - Parameter signal: the signal that caused it, for the exit code; 2 (interrupt) when there was none.
    public func cancel(signal: Int32 = 2) {
        requested.store(signal, ordering: .relaxed)
    }

    /// The signal the run was asked to stop with; 0 when it was not.
    public var signal: Int32 { requested.load(ordering: .relaxed) }
}
