import BulkConversion

import Platform

/// Interrupts and requests to end, which let a run save its state first.
enum StopSignals {
    static let cancellation = BulkCancellation()

    static func watch() {
        // Made now, so that the handler only stores a number.
        _ = cancellation
        // A parent's worker threads have signals blocked, and its children inherit that.
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for signal in [SIGINT, SIGTERM] {
            sigaddset(&unblocked, signal)
            var action = sigaction()
            #if canImport(Darwin)
                action.__sigaction_u.__sa_handler = { @Sendable in StopSignals.cancellation.cancel(signal: $0) }
            #else
                action.__sigaction_handler.sa_handler = { @Sendable in StopSignals.cancellation.cancel(signal: $0) }
            #endif
            // No restart of interrupted calls: a read that waits must return. A second signal ends the process at once.
            action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND))
            sigaction(signal, &action, nil)
        }
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }
}
