internal import PetaAudit
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire

extension CallTally {
    /// Counts what a record says. Records of what was turned away have no method: they are counted where that happens, each one.
    @inline(__always)
    func count(_ record: AuditRecord) {
        guard let method = record.method else { return }
        count(
            server: record.server, method: CallMethod(method), outcome: CallOutcome(record.outcome ?? .stopped),
            // Whoever waits for a person says nothing about how fast the gateway is.
            duration: record.approvalID == nil ? record.duration : nil, downstream: record.downstreamDuration,
            bytesIn: record.bytesIn ?? 0, bytesOut: record.bytesOut ?? 0)
        if let decision = record.decision { count(CallDecision(decision), by: DecisionLayer(record.rule)) }
    }
}

extension CallOutcome {
    init(_ outcome: AuditOutcome) {
        switch outcome {
        case .ok: self = .ok
        case .error: self = .error
        case .denied: self = .denied
        case .pending: self = .pending
        case .cancelled: self = .cancelled
        case .timeout: self = .timeout
        case .lost: self = .lost
        case .stopped: self = .stopped
        }
    }
}

extension CallDecision {
    init(_ decision: AuditDecision) {
        switch decision {
        case .allow: self = .allow
        case .deny: self = .deny
        case .requireApproval: self = .requireApproval
        }
    }
}

extension DecisionLayer {
    /// Which layer a record's rule is of.
    init(_ rule: String?) {
        guard let rule else {
            self = .none
            return
        }
        // Rules of policies are told by their set: first, since they are the ones of the common case.
        if rule.utf8.contains(0x2F) {
            self = .policy
        } else if rule == DangerLevel.rule {
            self = .danger
        } else if RightRule(rawValue: rule) != nil {
            self = .rights
        } else if rule == "no such target" {
            self = .target
        } else {
            self = .policy
        }
    }
}
