internal import NIOCore
internal import PetaAudit
internal import PetaIdentity

/// Records that no answer waits for.
extension LoopContext {
    /// Each question has a record of its own: what was asked, and what became of it. `call` is the record of the request that it belongs to.
    func note(_ method: String, _ outcome: AuditOutcome, _ error: String?, of call: AuditRecord) {
        var own = call
        own.time = Timestamp.now()
        own.requestID = nextRequestID()
        own.method = method.clipped(to: 64)
        own.decision = outcome == .denied ? .deny : .allow
        own.outcome = outcome
        own.error = error?.clipped(to: 400)
        own.argumentsDigest = nil
        own.bytesIn = nil
        own.duration = nil
        own.downstreamDuration = nil
        own.detail = "asked by the server of request \(call.requestID ?? "")"
        leave(own)
    }

    /// Leaves a record.
    func leave(_ record: AuditRecord) { outbox.add(record, slot: -1, at: .now(), Unawaited.shared) }
}

/// For records that nothing waits for.
private final class Unawaited: AuditWaiter, Sendable {
    static let shared = Unawaited()
    func auditSettled(_ failure: AuditFailure?) {}
}
