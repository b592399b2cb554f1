internal import Foundation
internal import Logging
internal import PetaApprovals
internal import PetaAudit
internal import PetaDownstream
internal import PetaStore
internal import PetaVault
internal import Synchronization

/// Brings what is sealed with an older key to the newest one, in the background. What goes wrong is tried again, and again at the next start.
final class RotationWork: Sendable {
    /// Where all parts keep sealed records.
    static let columns = [Vault.secretRecords] + SQLiteServerStore.sealedRecords + SQLiteApprovalStore.sealedRecords

    private let vault: Vault
    private let audit: AuditLog
    private let logger: Logger
    private let wakes: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let failure = Mutex<String?>(nil)

    init(vault: Vault, audit: AuditLog, logger: Logger) {
        self.vault = vault
        self.audit = audit
        self.logger = logger
        (wakes, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        // One that an earlier process did not finish.
        wakeUp.yield()
    }

    /// There is something to do.
    func wake() { wakeUp.yield() }

    /// Why it does not go on; nil while it does.
    var problem: String? { failure.withLock { $0 } }

    /// Works until it is cancelled.
    func run() async {
        for await _ in wakes {
            var seconds = 1
            while !Task.isCancelled {
                do {
                    try await work()
                    failure.withLock { $0 = nil }
                    break
                } catch is CancellationError {
                    return
                } catch {
                    let words = (error as? VaultError)?.message ?? "\(error)"
                    let isNews = failure.withLock { failure in
                        defer { failure = words }
                        return failure != words
                    }
                    if isNews {
                        logger.error(
                            "records cannot be sealed with the new key for now; nothing is lost, and it is tried again",
                            metadata: ["error": "\(words)"])
                    }
                    try? await Task.sleep(for: .seconds(seconds))
                    seconds = min(30, seconds * 2)
                }
            }
        }
    }

    private func work() async throws {
        let done = try await vault.finishRotation(Self.columns) {
            try Task.checkCancellation()
            await Task.yield()
        }
        guard let done else { return }
        logger.notice(
            "all records are sealed with the new key", metadata: ["generation": "\(done.generation)", "records": "\(done.records)"])
        for record in done.damaged {
            logger.error("a record was left as it is, since it opened with no key before either", metadata: ["record": "\(record)"])
        }
        var record = AuditRecord(time: Int64(Date().timeIntervalSince1970 * 1e6), kind: .admin)
        record.user = "gateway"
        record.method = "vault/resealed"
        record.target = "generation \(done.generation)"
        record.detail = "\(done.records) records" + (done.damaged.isEmpty ? "" : ", \(done.damaged.count) damaged")
        record.decision = .allow
        record.outcome = .ok
        do { try await audit.record(record) } catch {
            logger.error("the end of a rotation could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}
