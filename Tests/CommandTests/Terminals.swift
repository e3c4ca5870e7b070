import Foundation

/// Whether this machine has pseudo-terminals; a bare container may have none.
enum Terminals {
    static let exist: Bool = {
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard controller >= 0 else { return false }
        close(controller)
        return true
    }()
}
