internal import Synchronization

/// Which refusals of those whom the gateway does not know go into the audit: whoever has no token must not be able to fill the disk. Of each
/// source and of all together the first of ten minutes are recorded, and the next record after them says how many were not.
package final class RefusedAccess: Sendable {
    private struct State {
        var began: UInt64 = 0
        var sources: [String: Int] = [:]
        var count = 0
        var left = 0
    }
    private let state = Mutex(State())

    /// Seconds that are counted together, and the records of one source and of all that are made in them: some 37,000 in a day at most.
    package static let seconds: UInt64 = 600
    package static let sourceLimit = 16
    package static let limit = 256

    /// Nothing was refused yet.
    package init() {}

    /// Whether this refusal is recorded; nil: it is not. Else how many were not since the last one that was.
    ///
    /// - Parameters:
    ///   - source: an address, or a user.
    ///   - now: seconds of any one clock.
    package func admit(_ source: String, now: UInt64) -> Int? {
        state.withLock { state in
            if now >= state.began + Self.seconds || state.count == 0 {
                state.began = now
                state.sources = [:]
                state.count = 0
            }
            guard state.count < Self.limit, state.sources[source, default: 0] < Self.sourceLimit else {
                state.left += 1
                return nil
            }
            state.count += 1
            state.sources[source, default: 0] += 1
            defer { state.left = 0 }
            return state.left
        }
    }
}
