/// The life of the connection to one server, as a value: events in, actions out. Times are seconds on any one clock.
///
/// `offline → connecting → online ↔ sleeping`, and `error`. Concurrent wishes to be online start it once.
package struct ConnectionMachine: Sendable {
    /// What can happen.
    package enum Event: Sendable {
        /// Somebody needs it; `byHand` overrides a pause after errors.
        case wanted(byHand: Bool)
        /// The handshake of attempt `n` is done.
        case started(attempt: Int)
        /// Attempt `n` failed.
        case startFailed(attempt: Int, why: String)
        /// The connection of attempt `n` ended by itself.
        case lost(attempt: Int, why: String)
        /// The server forgot the session of attempt `n`: it lives, so this is no failure, only another handshake.
        case forgotten(attempt: Int)
        /// Nobody used it for the idle time.
        case idle
        /// An administrator wants it stopped, or it is removed, or the gateway stops.
        case stop
    }

    /// What to do.
    package enum Action: Equatable, Sendable {
        /// Begin attempt `n`; whoever waits, waits for it.
        case start(attempt: Int)
        /// Tell who waits: it is online.
        case resume
        /// Tell who waits: it failed.
        case fail(String)
        /// Close the connection.
        case close
    }

    /// Where it stands.
    package private(set) var state = ServerState.offline
    /// The newest attempt.
    package private(set) var attempt = 0
    /// What went wrong last; nil after a start that went well.
    package private(set) var lastError: String?
    /// Starts after a loss.
    package private(set) var restarts = 0
    /// Failures in a row, of starts and of connections.
    package private(set) var failures = 0
    private var startedAt = 0.0
    private var pausedUntil = 0.0

    /// A connection that stays up this long has recovered from its failures.
    package static let stableSeconds = 10.0
    /// Failures in a row that make a crash loop.
    package static let loopCount = 5
    /// The longest pause.
    package static let longestPause = 60.0

    /// Offline.
    package init() {}

    /// Takes in an event at `now`; `jitter` in 0..<1 spreads the pauses.
    package mutating func handle(_ event: Event, now: Double, jitter: Double = 0.5) -> [Action] {
        switch event {
        case .wanted(let byHand): return wanted(byHand: byHand, now: now)
        case .started(let n):
            guard n == attempt, state == .connecting else { return [] }
            state = .online
            lastError = nil
            startedAt = now
            return [.resume]
        case .startFailed(let n, let why):
            guard n == attempt, state == .connecting else { return [] }
            fail(why, now: now, jitter: jitter)
            return [.fail(why), .close]
        case .lost(let n, let why):
            guard n == attempt, state == .online || state == .connecting else { return [] }
            let wasConnecting = state == .connecting
            if !wasConnecting, now - startedAt >= Self.stableSeconds { failures = 0 }
            restarts += 1
            fail(why, now: now, jitter: jitter)
            // A first loss is not an error yet: the next call starts it again at once.
            if failures == 1, !wasConnecting {
                state = .offline
                pausedUntil = 0
            }
            return wasConnecting ? [.fail(why), .close] : [.close]
        case .forgotten(let n):
            guard n == attempt, state == .online else { return [] }
            state = .offline
            restarts += 1
            return [.close]
        case .idle:
            guard state == .online else { return [] }
            state = .sleeping
            failures = 0
            return [.close]
        case .stop:
            let wasConnecting = state == .connecting
            let wasOpen = wasConnecting || state == .online
            state = .offline
            failures = 0
            pausedUntil = 0
            return (wasConnecting ? [.fail("stopped")] : []) + (wasOpen ? [.close] : [])
        }
    }

    /// Seconds until a start is tried again after failures.
    package func pause(now: Double) -> Double { state == .error ? max(0, pausedUntil - now) : 0 }

    private mutating func wanted(byHand: Bool, now: Double) -> [Action] {
        switch state {
        case .online: return [.resume]
        case .connecting: return []
        case .error where !byHand && now < pausedUntil: return [.fail(lastError ?? "does not start")]
        case .offline, .sleeping, .error:
            if byHand { failures = 0 }
            state = .connecting
            attempt += 1
            return [.start(attempt: attempt)]
        }
    }

    private mutating func fail(_ why: String, now: Double, jitter: Double) {
        failures += 1
        lastError = why
        state = .error
        let pause = failures >= Self.loopCount ? Self.longestPause : min(Self.longestPause, 0.25 * Double(1 << min(failures, 10)))
        pausedUntil = now + pause * (0.75 + jitter / 2)
    }
}
