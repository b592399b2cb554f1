internal import Foundation
internal import Logging
internal import PetaAdminAPI
internal import PetaAudit
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// SIGHUP: reads configuration and certificates again. What cannot be read changes nothing; both are recorded. While the vault is sealed
/// nothing can be recorded, so what is asked for then is done when it is open.
final class ReloadService: Service {
    private let configuration: Configuration
    private let logger: Logger
    private let isAwaited = Atomic(false)
    /// Nil while the vault is sealed.
    private let audit: @Sendable () -> AuditLog?

    init(_ configuration: Configuration, _ logger: Logger, audit: @escaping @Sendable () -> AuditLog?) {
        self.configuration = configuration
        self.logger = logger
        self.audit = audit
    }

    /// The vault is open.
    func opened() async {
        if isAwaited.exchange(false, ordering: .relaxed) { await self.reload() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await self.reload() }
        }
    }

    private func reload() async {
        guard let audit = audit() else {
            isAwaited.store(true, ordering: .relaxed)
            logger.notice("the configuration is read again when the vault is open: while it is sealed nothing can be recorded")
            // A vault that was opened meanwhile has not seen the mark.
            if self.audit() != nil { await opened() }
            return
        }
        let begun = ContinuousClock.now
        var record = AuditRecord(time: Int64(Date().timeIntervalSince1970 * 1e6), kind: .admin)
        // Who sent the signal the system does not say.
        record.user = "gateway"
        record.method = "SIGHUP"
        Readiness.notify("RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds())")
        var state = "the configuration was read again"
        do {
            guard audit.isWritable else {
                throw AdminError(.unavailable, "the audit log cannot be written, so nothing is changed until it can")
            }
            let done = try await configuration.reload()
            record.target = String(done.summary.prefix(2048))
            record.outcome = .ok
            ReloadWords.log(done, logger)
        } catch {
            let problem = (error as? AdminError) ?? AdminError(.failed, "\(error)")
            record.outcome = .error
            record.error = problem.code.rawValue
            state = "the configuration could not be read again; the old values stay"
            logger.error("nothing was changed: the new configuration cannot be used", metadata: ["error": "\(problem.message)"])
        }
        record.decision = .allow
        record.duration = Int64((ContinuousClock.now - begun) / .microseconds(1))
        do { try await audit.record(record) } catch {
            logger.error("that the configuration was read again could not be recorded", metadata: ["error": "\(error)"])
        }
        Readiness.notify("READY=1\nSTATUS=\(state)")
    }

    /// What systemd wants with `RELOADING=1` (sd_notify(3)).
    private static func monotonicMicroseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
    }
}

/// What the log says of a configuration that was read again.
enum ReloadWords {
    static func log(_ done: ConfigReload, _ logger: Logger) {
        logger.notice("the configuration was read again", metadata: ["changed": "\(done.summary)", "file": "\(done.file ?? "none")"])
        guard !done.waiting.isEmpty else { return }
        logger.notice(
            "some changed settings take effect at the next start only",
            metadata: ["waiting": "\(done.waiting.map { "\($0.key) (\($0.place))" }.joined(separator: ", "))"])
    }
}
