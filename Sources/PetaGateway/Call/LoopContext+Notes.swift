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

    /// Somebody was refused access, by a token, a uid or a session that is none or not its own. No answer waits for the record: whoever is
    /// refused must cost nothing. With another `rule`: a request that says two things at once.
    func noteRefusedAccess(_ why: String, address: String, user: String? = nil, rule: String = "no access") {
        guard let left = shared.refusedAccess.admit(user ?? address, now: NIODeadline.now().uptimeNanoseconds / 1_000_000_000) else {
            return
        }
        var record = AuditRecord(time: Timestamp.now(), kind: .call)
        record.requestID = nextRequestID()
        record.user = user
        record.address = address
        record.decision = .deny
        record.rule = rule
        record.outcome = .denied
        record.error = why
        if left > 0 { record.detail = "\(left) more refusals before it were not recorded" }
        leave(record)
    }

    /// Leaves a record.
    func leave(_ record: AuditRecord) { outbox.add(record, slot: -1, at: .now(), Unawaited.shared) }
}

/// For records that nothing waits for.
private final class Unawaited: AuditWaiter, Sendable {
    static let shared = Unawaited()
    func auditSettled(_ failure: AuditFailure?) {}
}
