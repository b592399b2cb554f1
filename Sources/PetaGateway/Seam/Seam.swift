internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity

/// The one enforcement seam: every request of a client that would reach a downstream server is decided here, on the
/// hot path and on the ordinary one, and only here is the leave to send it made.
///
/// Rights, policy and approvals are asked in this order; today `user may use server` decides alone.
enum Seam {
    /// What was decided.
    enum Decision {
        case allow
        /// Denied, hidden and missing look alike to the client; `rule` is for the audit.
        case deny(rule: String)
    }

    /// May this principal use this server? Also what lists are made of.
    @inline(__always) static func maySee(_ principal: Principal, _ server: ServerListing) -> Bool {
        principal.mayUse(server: server.handle.id, isPublic: server.handle.definition.publicAccess)
    }

    /// Decides one request.
    static func decide(_ principal: Principal, _ server: ServerListing) -> Decision {
        maySee(principal, server) ? .allow : .deny(rule: "no grant")
    }

    /// Puts the intent down where `kill -9` cannot lose it and gives leave to send. Nil: no room, so nothing may run.
    static func clear(_ intent: AuditRecord, _ lane: IntentLane) -> Clearance? {
        if let slot = intent.withEncoded({ lane.claim($0) }) { return Clearance(intent: slot) }
        // A slot is small: what only describes the caller can be missing from an intent, the deed cannot.
        var short = intent
        short.clientName = nil
        short.clientVersion = nil
        short.traceID = nil
        short.error = nil
        short.tool = intent.tool?.clipped(to: 128)
        guard let slot = short.withEncoded({ lane.claim($0) }) else { return nil }
        return Clearance(intent: slot)
    }

    /// Leave to send once more what was cleared and has not ended: the intent still stands.
    static func again(_ slot: Int32) -> Clearance { Clearance(intent: slot) }
}
