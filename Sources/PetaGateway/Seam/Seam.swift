internal import PetaAudit
internal import PetaDownstream
internal import NIOCore
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire

/// The one enforcement seam: every request of a client that would reach a downstream server is decided here, on the
/// hot path and on the ordinary one, and only here is the leave to send it made.
///
/// Rights are asked first, then policy and the danger level of the tool; what needs a person waits behind them (`Gate`).
enum Seam {
    /// What was decided.
    enum Decision {
        case allow
        /// Denied, hidden and missing look alike to the client; `rule` is for the audit.
        case deny(rule: String)
    }

    /// May this principal use anything of this server?
    @inline(__always) static func maySee(_ principal: Principal, _ server: ServerListing) -> Bool {
        principal.mayUse(server: server.handle.id, isPublic: server.handle.definition.publicAccess)
    }

    /// May it use this thing of it? What lists are made of.
    static func maySee(_ principal: Principal, _ server: ServerListing, _ kind: CapabilityKind, _ name: String) -> Bool {
        refusal(principal, server, Sought(kind: kind, name: name)) == nil
    }

    /// Decides one request. `sought` is nil where all that is known is whose server it is, as with a task of before an update.
    static func decide(_ principal: Principal, _ server: ServerListing, _ sought: Sought?) -> Decision {
        refusal(principal, server, sought).map { .deny(rule: $0.rawValue) } ?? .allow
    }

    /// The right that is missing. Whoever reaches nothing of the server ends before anything is looked up that is the server's; and
    /// where nothing was said of parts of it, as is usual, nothing more is looked up at all.
    @inline(__always) private static func refusal(_ principal: Principal, _ server: ServerListing, _ sought: Sought?) -> RightRule? {
        let isPublic = server.handle.definition.publicAccess
        if let rule = principal.refusal(server: server.handle.id, isPublic: isPublic) { return rule }
        guard let sought else { return nil }
        let fine = principal.finer(at: server.handle.id)
        guard fine != nil || !server.exposure.hidden.isEmpty else { return nil }
        return finerRefusal(fine, server, sought, isPublic: isPublic)
    }

    private static func finerRefusal(_ fine: ServerRights?, _ server: ServerListing, _ sought: Sought, isPublic: Bool) -> RightRule? {
        let own = CapabilityName(sought.kind, sought.name)
        let (wide, narrow) = sought.kind == .resource ? server.resources.others(own, spelled: sought.name) : ([], [])
        let hidden = server.exposure.hidden
        if hidden.contains(own) || wide.contains(where: hidden.contains) { return .notExposed }
        return fine?.refusal(of: own, isPublic: isPublic, wide: wide, narrow: narrow)
    }

    /// How much care a call of a tool takes: what the server's settings say, or more where the user wants more.
    static func danger(_ principal: Principal, _ server: ServerListing, _ subject: Question.Subject?) -> DangerLevel {
        guard case .named(let target)? = subject, target.kind == .tool else { return .silent }
        let set = server.exposure.danger(of: target.name)
        guard let fine = principal.finer(at: server.handle.id), !fine.raised.isEmpty else { return set }
        return max(set, fine.raised[CapabilityName(.tool, target.name)] ?? .silent)
    }

    /// What policy and danger levels say of a request that the rights allow; nil where it may go on. The record says which rule decided.
    /// `require_approval`: it may go on once somebody has approved it.
    static func judge(
        _ question: Question, _ context: LoopContext, _ principal: Principal, _ caller: Caller, _ record: inout AuditRecord,
        _ body: ByteBuffer, _ scan: MessageScan?, _ danger: DangerLevel
    ) -> PolicyVerdict? {
        let verdict = question.verdict(
            context, principal, caller, address: record.address ?? "", time: record.time / 1_000_000, body, scan)
        record.role = principal.role.rawValue
        if let verdict {
            record.rule = verdict.rule ?? record.rule
            record.inputs = verdict.inputs.isEmpty ? nil : KeptWords.inputs(verdict.inputs)
            if let rule = verdict.rule, let version = verdict.version { record.detail = "\(rule.prefix { $0 != "/" })@\(version)" }
        }
        // What a rule allows may still be too dangerous to run unseen.
        guard let verdict, verdict.decision != .allow else {
            guard danger == .approval else { return nil }
            record.decision = .requireApproval
            record.rule = DangerLevel.rule
            return PolicyVerdict(decision: .requireApproval, rule: DangerLevel.rule, version: 0, reason: DangerLevel.reason)
        }
        record.decision = verdict.decision == .deny ? .deny : .requireApproval
        record.rule = verdict.rule ?? "policy default"
        record.error = verdict.decision == .deny ? (verdict.failure ?? verdict.reason).clipped(to: 400) : nil
        return verdict
    }

    /// Puts the intent down where `kill -9` cannot lose it and gives leave to send. Nil: no room, so nothing may run.
    static func clear(_ intent: AuditRecord, _ lane: IntentLane) -> Clearance? {
        if let slot = intent.withEncoded({ lane.claim($0) }) { return Clearance(intent: slot) }
        // A slot is small: what only describes the caller can be missing from an intent, the deed cannot.
        var short = intent
        short.clientName = nil
        short.clientVersion = nil
        short.trace = nil
        short.error = nil
        short.role = nil
        short.secrets = nil
        short.inputs = nil
        short.arguments = nil
        short.tool = intent.tool?.clipped(to: 128)
        guard let slot = short.withEncoded({ lane.claim($0) }) else { return nil }
        return Clearance(intent: slot)
    }

    /// Leave to send once more what was cleared and has not ended: the intent still stands.
    static func again(_ slot: Int32) -> Clearance { Clearance(intent: slot) }
}
