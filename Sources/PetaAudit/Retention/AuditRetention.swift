package import Logging
import Synchronization

/// Keeps the log within its limits as time goes by.
package final class AuditRetention: Sendable {
    /// Between two looks at the clocks and the log.
    private static let interval = Duration.seconds(60)

    private struct State {
        var trust: ClockTrust
        var problem: String?
        var clockProblem: String?
    }

    private let log: AuditLog
    private let limits: AuditLimits
    private let clocks: AuditClocks
    private let logger: Logger
    private let state: Mutex<State>

    package init(log: AuditLog, limits: AuditLimits, clocks: AuditClocks = .system, logger: Logger) throws {
        self.log = log
        self.limits = limits
        self.clocks = clocks
        self.logger = logger
        let newest = try log.tail(n: 1).first.map { try $0.record.time }
        state = Mutex(State(trust: ClockTrust(wall: clocks.wall(), boot: clocks.boot(), newest: newest)))
    }

    /// What an operator should know; empty when all is well.
    package var problems: [String] { state.withLock { [$0.problem, $0.clockProblem].compactMap(\.self) } }

    /// Looks after the log until the task is cancelled.
    package func run() async {
        guard !limits.isNone else { return }
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// One look: removes what is beyond the limits, and writes down that it did.
    @discardableResult
    package func look() async -> AuditPruning {
        let wall = clocks.wall()
        let isBelieved = believes(wall)
        do {
            let done = try await log.prune(limits, now: isBelieved ? wall : nil, date: wall)
            state.withLock { state in
                state.problem = done.damagedAt.map {
                    "audit retention stopped at record \($0), which is not what was written: see 'peta audit verify'"
                }
            }
            if let last = done.last {
                logger.notice("old audit records were removed", metadata: ["count": "\(done.removed)", "through": "\(last)"])
                var record = AuditRecord(time: clocks.wall(), kind: .admin)
                record.user = "gateway"
                record.method = "audit retention"
                record.outcome = .ok
                record.detail = "removed \(done.removed) records, the last of them \(last)"
                try await log.record(record)
            }
            return done
        } catch is CancellationError {
        } catch {
            logger.error("old audit records could not be removed", metadata: ["error": "\(error)"])
            state.withLock { $0.problem = "old audit records cannot be removed: \(AuditWriter.text(of: error))" }
        }
        return AuditPruning()
    }

    private func believes(_ wall: Int64) -> Bool {
        let (isBelieved, jump, isNew) = state.withLock { state in
            let before = state.trust.jump
            let isBelieved = state.trust.observe(wall: wall, boot: clocks.boot())
            let jump = state.trust.jump
            state.clockProblem =
                limits.age == nil
                ? nil : jump.map { "the clock was set \(Self.words($0)), so no audit record is removed for its age for a day" }
            return (isBelieved, jump, jump != before)
        }
        if let jump, isNew, limits.age != nil {
            logger.warning("the clock was set; no audit record is removed for its age for a day", metadata: ["by": "\(Self.words(jump))"])
        }
        return isBelieved
    }

    private static func words(_ jump: Int64) -> String {
        let minutes = abs(jump) / 60_000_000
        let amount = minutes < 120 ? "\(minutes) minutes" : minutes < 2880 ? "\(minutes / 60) hours" : "\(minutes / 1440) days"
        return (jump < 0 ? "back by " : "forward by ") + amount
    }
}

extension AuditLog {
    /// Removes what is beyond the limits. Each step is one small transaction; calls go on in between.
    ///
    /// - Parameters:
    ///   - now: microseconds since 1970; nil where the clock is not to be believed: then nothing is removed for its age.
    ///   - date: what the checkpoint is dated with.
    package func prune(_ limits: AuditLimits, now: Int64?, date: Int64, faults: AuditFaults? = nil) async throws -> AuditPruning {
        try await AuditPruner(store: store, key: key, limits: limits, faults: faults).prune(now: now, date: date) {
            try Task.checkCancellation()
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
