import Foundation
import Synchronization

/// Last uses that wait to be stored.
final class TouchBook: Sendable {
    private struct State {
        var pending: [String: Date] = [:]
        /// When a token's use was handed out for storing last, so that one that is noted by id alone is held to once a minute too.
        var handedOut: [String: Date] = [:]
    }
    private let state = Mutex(State())

    func note(_ token: String, at time: Date) {
        state.withLock { state in
            if let last = state.handedOut[token], time.timeIntervalSince(last) < 60 { return }
            guard state.pending.count < Self.limit || state.pending[token] != nil else { return }
            state.pending[token] = time
        }
    }

    /// What waits, now the caller's to store.
    func take(at time: Date) -> [String: Date] {
        state.withLock { state in
            let taken = state.pending
            state.pending = [:]
            state.handedOut = state.handedOut.filter { time.timeIntervalSince($0.value) < 60 }
            state.handedOut.merge(taken) { max($0, $1) }
            return taken
        }
    }

    /// Puts back what could not be stored; newer notes win.
    func giveBack(_ uses: [String: Date]) {
        state.withLock { state in
            state.pending.merge(uses) { max($0, $1) }
            for token in uses.keys { state.handedOut[token] = nil }
        }
    }

    func waiting(_ token: String) -> Date? { state.withLock { $0.pending[token] } }

    /// Ids come from real tokens, so this is only reached when storing fails for long.
    private static let limit = 1_000_000
}
