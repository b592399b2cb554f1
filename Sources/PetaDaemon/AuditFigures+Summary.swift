internal import PetaAdminAPI
internal import PetaAudit

/// From microseconds and the log's own types to those of the protocol.
extension AuditFigures {
    init(_ summary: AuditSummary) {
        self.init(from: .init(micros: summary.from), to: .init(micros: summary.to), bucketSeconds: summary.bucketSize / 1_000_000)
        calls = summary.calls
        acts = summary.acts
        unreadable = summary.unreadable
        bytesIn = summary.bytesIn
        bytesOut = summary.bytesOut
        cached = summary.cached
        outcomes = Outcomes(summary.outcomes)
        decisions = summary.decisions.map { Count(name: $0.decision.rawValue, count: $0.count) }
        latency = Latency(summary.latency)
        downstream = Latency(summary.downstream)
        buckets = summary.buckets.map {
            Bucket(start: .init(micros: $0.start), outcomes: Outcomes($0.outcomes), p50Ms: Self.ms($0.p50), p99Ms: Self.ms($0.p99))
        }
        users = Groups(summary.users)
        servers = Groups(summary.servers)
        tools = Groups(summary.tools)
        clients = Groups(summary.clients)
        errors = Groups(summary.errors)
        approvals.asked = summary.approvals.asked
        approvals.approved = summary.approvals.approved
        approvals.rejected = summary.approvals.rejected
        approvals.waiting = Latency(summary.approvals.waiting, edges: AuditSummary.waitingEdges)
        checkpoint = summary.checkpoint.map(AuditVerdict.Checkpoint.init)
    }

    fileprivate static func ms(_ micros: Int64?) -> Double? { micros.map { Double($0) / 1000 } }
}

extension AuditFigures.Outcomes {
    fileprivate init(_ outcomes: AuditSummary.Outcomes) {
        self.init()
        ok = outcomes[.ok]
        error = outcomes[.error]
        denied = outcomes[.denied]
        pending = outcomes[.pending]
        cancelled = outcomes[.cancelled]
        timeout = outcomes[.timeout]
        lost = outcomes[.lost]
        stopped = outcomes[.stopped]
    }
}

extension AuditFigures.Latency {
    fileprivate init(_ latency: AuditSummary.Latency, edges: [Int64] = AuditSummary.edges) {
        self.init()
        count = latency.count
        p50Ms = AuditFigures.ms(latency.p50)
        p90Ms = AuditFigures.ms(latency.p90)
        p95Ms = AuditFigures.ms(latency.p95)
        p99Ms = AuditFigures.ms(latency.p99)
        maxMs = AuditFigures.ms(latency.greatest)
        let ends = edges.map { AuditFigures.ms($0) } + [nil]
        bars = zip(ends, latency.split).map { Bar(upToMs: $0, count: $1) }
    }
}

extension AuditFigures.Groups {
    fileprivate init(_ groups: AuditSummary.Groups) {
        self.init()
        items = groups.items.map {
            AuditFigures.Group(
                name: $0.name, calls: $0.trend.reduce(0, +), outcomes: .init($0.outcomes), p50Ms: AuditFigures.ms($0.p50),
                p99Ms: AuditFigures.ms($0.p99), trend: $0.trend)
        }
        names = groups.names
        isCapped = groups.isCapped
        others = groups.others
    }
}
