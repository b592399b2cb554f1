internal import Logging
internal import NIOCore
internal import PetaAudit
internal import PetaIdentity
internal import Synchronization

/// Records of what limits and the address list refuse. No answer waits for them: whoever is refused must cost nothing.
extension LoopContext {
    /// Counts a refusal, or in mode `report` what would have been one.
    func noteLimited(
        rule: String, _ why: String, source: String, address: String, _ principal: Principal?, session: String? = nil,
        isRefused: Bool = true
    ) {
        var record = AuditRecord(time: Timestamp.now(), kind: .call)
        record.requestID = nextRequestID()
        record.user = principal?.userID
        record.tokenID = principal?.tokenID
        record.address = address
        record.session = session
        record.decision = isRefused ? .deny : .allow
        record.rule = rule
        record.outcome = isRefused ? .denied : .ok
        record.error = why
        if let first = shared.refusals.note(record, source: source, now: NIODeadline.now().uptimeNanoseconds / 1_000_000_000) {
            leave(first)
        }
    }

    /// Leaves the records of refusals that were only counted. On `loop`.
    func settleRefusals(all: Bool = false) {
        for var record in shared.refusals.due(now: NIODeadline.now().uptimeNanoseconds / 1_000_000_000, all: all) {
            record.time = Timestamp.now()
            record.requestID = nextRequestID()
            leave(record)
        }
    }

    /// A proxy has written something that names no client; said once a minute.
    func noteUnreadableProxy(_ address: String) {
        let now = NIODeadline.now().uptimeNanoseconds / 1_000_000_000
        let last = shared.proxyTold.load(ordering: .relaxed)
        guard last == 0 || now >= last + 60, shared.proxyTold.compareExchange(expected: last, desired: now, ordering: .relaxed).exchanged
        else { return }
        shared.logger.warning(
            "a proxy does not say in a readable way whose request it passes on, so its own address counts",
            metadata: ["proxy": "\(address)"])
    }
}
