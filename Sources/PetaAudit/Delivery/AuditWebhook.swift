package import Logging
import PetaCrypto
import PetaOutbound
import Synchronization

/// Delivers every record to a URL: in order, signed, in batches, at least once, also over restarts.
///
/// One batch is under way at a time, and the next one only after the receiver took it and the database says so; whoever gets a number twice
/// got it twice because the gateway did not learn that it had arrived. Nothing is held but that batch: what waits is the log itself.
package final class AuditWebhook: Sendable {
    private let log: AuditLog
    private let settings: AuditWebhookSettings
    private let post: AuditPost
    private let cursor: AuditCursor
    private let clocks: AuditClocks
    private let sleep: @Sendable (Duration) async throws -> Void
    private let logger: Logger
    private let state: Mutex<AuditWebhookStatus>
    private let instance: String

    package init(
        log: AuditLog, settings: AuditWebhookSettings, post: @escaping AuditPost, clocks: AuditClocks = .system,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }, logger: Logger
    ) {
        self.log = log
        self.settings = settings
        self.post = post
        cursor = AuditCursor(store: log.store, name: "webhook")
        self.clocks = clocks
        self.sleep = sleep
        self.logger = logger
        instance = log.instance
        state = Mutex(AuditWebhookStatus(url: "\(settings.url)"))
    }

    /// How it stands now.
    package var status: AuditWebhookStatus {
        var status = state.withLock { $0 }
        if let delivered = status.delivered { status.waiting = max(0, log.head - delivered) }
        return status
    }

    /// What an operator should know; empty when all is well. One failure is nothing yet.
    package var problems: [String] {
        let status = status
        guard status.failures > 1, let failure = status.lastFailure else { return [] }
        return ["audit records are not delivered to \(status.url), \(status.waiting) wait: \(failure)"]
    }

    /// Delivers until the task is cancelled.
    package func run() async {
        var backoff = Backoff()
        var delivered: Int64?
        while !Task.isCancelled {
            do {
                let from: Int64
                if let delivered { from = delivered } else { from = try await cursor.load(at: clocks.wall()) }
                delivered = from
                state.withLock { $0.delivered = from }
                delivered = try await step(after: from)
                backoff.succeeded()
            } catch let failure as DeliveryFailure {
                await wait(&backoff, failure)
            } catch is CancellationError {
                return
            } catch {
                // The database: nothing is known to be delivered that it does not say.
                delivered = nil
                await wait(&backoff, DeliveryFailure(reason: "the cursor cannot be kept: \(AuditWriter.text(of: error))"))
            }
        }
    }

    /// Sends a delivery without records, to see whether the receiver takes it.
    package func test() async throws -> Int {
        try await send([UInt8](#"{"test":true}"#.utf8) + [0x0A], event: "audit.test", id: "\(instance)-test", extra: [])
    }

    // MARK: one batch

    /// Delivers what comes next, or waits for it. Returns the new place.
    private func step(after seq: Int64) async throws -> Int64 {
        // Asked before reading: what is committed after this makes the wait below return at once.
        let head = log.signal.head
        guard var batch = try await DeliveryBatch.read(log.store, after: seq, most: settings.batchRecords) else {
            await log.signal.wait(beyond: max(seq, head))
            try Task.checkCancellation()
            // A log that was stopped wakes everybody at once and for ever.
            if log.signal.isStopped { throw CancellationError() }
            return seq
        }
        if !batch.isFull, settings.batchSeconds > 0 {
            try await sleep(.seconds(settings.batchSeconds))
            batch = try await DeliveryBatch.read(log.store, after: seq, most: settings.batchRecords) ?? batch
        }
        _ = try await send(
            batch.body, event: "audit.records", id: "\(instance)-\(batch.first)-\(batch.last)",
            extra: [("Peta-First-Seq", "\(batch.first)"), ("Peta-Last-Seq", "\(batch.last)")])
        let now = clocks.wall()
        try await cursor.move(to: batch.last, at: now)
        if batch.skipped > 0 {
            logger.warning("records were removed before they were delivered", metadata: ["count": "\(batch.skipped)"])
        }
        let wasFailing = state.withLock { state in
            defer {
                state.delivered = batch.last
                state.deliveries += 1
                state.skipped += batch.skipped
                state.lastSuccess = now
                state.failures = 0
                state.lastFailure = nil
                state.nextTry = nil
            }
            return state.failures > 0
        }
        if wasFailing { logger.notice("audit records are delivered again", metadata: ["url": "\(settings.url)"]) }
        return batch.last
    }

    private func send(_ body: [UInt8], event: String, id: String, extra: [(String, String)]) async throws -> Int {
        let key: SecretBytes
        do {
            guard let found = try settings.secret() else {
                throw DeliveryFailure(reason: "the secret it is signed with is not in the vault")
            }
            key = found
        } catch let failure as DeliveryFailure {
            throw failure
        } catch {
            throw DeliveryFailure(reason: "the secret it is signed with cannot be read: \(AuditWriter.text(of: error))")
        }
        var request = OutboundRequest(url: settings.url, body: body)
        request.timeout = .seconds(settings.timeoutSeconds)
        request.headers =
            [
                ("Content-Type", "application/x-ndjson"), ("Peta-Event", event), ("Peta-Instance", instance), ("Peta-Delivery", id),
                ("Peta-Signature", DeliverySignature.value(of: body, key: key, at: clocks.wall())),
            ] + extra
        let answer: OutboundResponse
        do throws(OutboundFailure) {
            answer = try await post(request)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            throw DeliveryFailure(reason: "\(error)")
        }
        guard answer.isSuccess else {
            throw DeliveryFailure(reason: "it answered with HTTP status \(answer.status)", retryAfter: answer.retryAfter)
        }
        return answer.status
    }

    private func wait(_ backoff: inout Backoff, _ failure: DeliveryFailure) async {
        let seconds = backoff.failed(retryAfter: failure.retryAfter, random: Double.random(in: 0...1))
        let failures = backoff.failures
        state.withLock { state in
            state.failures = failures
            state.lastFailure = failure.reason
            state.nextTry = clocks.wall() + Int64(seconds * 1e6)
        }
        if failures == 1 {
            logger.warning(
                "audit records could not be delivered; they are tried again",
                metadata: ["url": "\(settings.url)", "error": "\(failure.reason)"])
        }
        try? await sleep(.milliseconds(Int64(seconds * 1000)))
    }
}
