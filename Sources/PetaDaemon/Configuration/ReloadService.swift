internal import Foundation
internal import Logging
internal import NIOCore
internal import PetaAdminAPI
internal import PetaAudit
internal import ServiceLifecycle
internal import UnixSignals

/// SIGHUP: reads configuration and certificates again. What cannot be read changes nothing; both are recorded.
struct ReloadService: Service {
    let configuration: Configuration
    let audit: AuditLog
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
        }
    }

    private func reload() async {
        let begun = ContinuousClock.now
        var record = AuditRecord(time: Int64(Date().timeIntervalSince1970 * 1e6), kind: .admin)
        // Who sent the signal the system does not say.
        record.user = "gateway"
        record.method = "SIGHUP"
        Readiness.notify("RELOADING=1\nMONOTONIC_USEC=\(NIODeadline.now().uptimeNanoseconds / 1000)")
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
