import Glibc
import Synchronization

/// SIGINT and SIGTERM as something that can be waited for together with descriptors.
enum StopSignal {
    private static let pipeEnd = Atomic<Int32>(-1)

    /// A descriptor that becomes readable at the first signal; the second one ends the process. -1 when there is none to be had.
    static func descriptor() -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return -1 }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                let end = StopSignal.pipeEnd.exchange(-1, ordering: .sequentiallyConsistent)
                guard end >= 0 else { _exit(128 + number) }
                var byte: UInt8 = 0
                _ = write(end, &byte, 1)
            }
        }
        return ends[0]
    }

    /// Signals end the process again.
    static func restore() {
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
        let end = pipeEnd.exchange(-1, ordering: .sequentiallyConsistent)
        if end >= 0 { close(end) }
    }
}
