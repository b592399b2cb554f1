internal import Glibc
internal import PetaApprovals
internal import PetaAudit
internal import PetaDownstream
internal import PetaGateway
internal import PetaTelemetry
internal import PetaVault

/// What `/metrics` says while the vault is open: asks every part for its numbers, now.
struct MetricsReport: Sendable {
    let house: HouseMetrics
    let settingsServers: Int
    let gateway: Gateway
    let servers: Servers
    let audit: AuditLog
    let approvals: Approvals
    let approvalTally: ApprovalTally
    let vault: Vault
    let spans: DeliveryQueue<Span>?
    let spanHealth: DeliveryHealth

    func render(_ form: Exposition.Form) async -> [UInt8] {
        var out = Exposition(form)
        house.writeBuild(&out)
        await writeGateway(&out)
        await writeServers(&out)
        await writeApprovals(&out)
        writeAudit(&out)
        house.writeDisk(&out)
        await writeVault(&out)
        house.writeCertificate(&out)
        house.writeLog(&out)
        if let spans { writeSpans(spans, &out) }
        ProcessFigures().write(to: &out)
        return out.bytes
    }

    private func writeGateway(_ out: inout Exposition) async {
        let readings = await gateway.readings()
        readings.tally.write(to: &out, elsewhere: [.connections: readings.turnedAway])
        HouseMetrics.writeReady(readings.isReady && audit.isWritable, &out)
        out.family("peta_calls_in_flight", .gauge, "Calls that are not answered yet.")
        out.gauge(Int64(readings.loops.reduce(0) { $0 + $1.calls }))
        out.family("peta_connections", .gauge, "Open connections of clients.")
        out.gauge(Int64(readings.connections))
        out.family("peta_connections_limit", .gauge, "limits.connections.")
        out.gauge(Int64(readings.connectionLimit))
        out.family("peta_sessions", .gauge, "Live sessions by the revision of the protocol. Clients of 2026-07-28 have none.")
        for (revision, count) in readings.sessions { out.gauge(Int64(count), [("era", "legacy"), ("revision", revision)]) }
        out.family("peta_sessions_limit", .gauge, "limits.sessions.")
        out.gauge(Int64(readings.sessionLimit))
        out.family("peta_streams", .gauge, "Open event streams: of sessions, of calls in sessions, and subscriptions of 2026-07-28.")
        for (kind, count) in readings.streams { out.gauge(Int64(count), [("kind", kind)]) }
        out.family("peta_result_memory_bytes", .gauge, "Memory that large results hold.")
        out.gauge(Int64(readings.resultBytes))
        out.family("peta_result_memory_limit_bytes", .gauge, "limits.resultMemoryBytes.")
        out.gauge(Int64(readings.resultLimit))
        out.family("peta_event_loops", .gauge, "Event loops.")
        out.gauge(Int64(readings.loops.count))
        out.family("peta_event_loop_lag_seconds", .gauge, "How long a loop took just now to come to what it was asked.")
        for (number, loop) in readings.loops.enumerated() { out.gauge(Double(loop.lag) / 1e6, [("loop", "\(number)")]) }
        out.family(
            "peta_audit_journal_slots_used", .gauge, "Slots of the audit's journal in use: calls under way, and records not committed yet.")
        out.gauge(Int64(readings.loops.reduce(0) { $0 + $1.journal }))
        out.family("peta_audit_journal_slots", .gauge, "Slots of the audit's journal.")
        out.gauge(Int64(readings.loops.count * IntentLane.slots))
    }

    private func writeServers(_ out: inout Exposition) async {
        var states: [ServerState: Int] = [:]
        var reports: [(id: String, isInError: Bool, restarts: Int)] = []
        var changed = 0
        for id in await servers.ids() {
            guard let report = await servers.report(id) else { continue }
            states[report.state, default: 0] += 1
            reports.append((id, report.state == .error, report.restarts))
            changed += (try? await servers.integrity(id).items.count) ?? 0
        }
        out.family("peta_servers", .gauge, "Downstream servers by state.")
        for state in ServerState.allCases { out.gauge(Int64(states[state] ?? 0), [("state", "\(state)")]) }
        // Those that do not work first: there may be more servers than may be named.
        let named = reports.sorted { ($1.isInError ? 1 : 0, $0.id) < ($0.isInError ? 1 : 0, $1.id) }.prefix(settingsServers)
        out.family("peta_server_in_error", .gauge, "1 for a server that does not start, or whose definition does not open.")
        for report in named { out.gauge(report.isInError, [("server", report.id)]) }
        out.family("peta_server_restarts", .counter, "How often a server was started again after it was lost.")
        for report in named { out.counter(UInt64(max(0, report.restarts)), [("server", report.id)]) }
        out.family("peta_changed_tools", .gauge, "Tools that are not as they were accepted.")
        out.gauge(Int64(changed))
    }

    private func writeApprovals(_ out: inout Exposition) async {
        var filter = ApprovalFilter()
        filter.status = .pending
        // A database that cannot be read leaves these out rather than the rest.
        if let pending = try? await approvals.count(filter) {
            out.family("peta_approvals_pending", .gauge, "Requests that wait for a decision.")
            out.gauge(Int64(pending))
            let oldest = (try? await approvals.oldestPending()).flatMap(\.self)
            out.family("peta_approvals_oldest_pending_seconds", .gauge, "How long the oldest of them has waited; 0 when none does.")
            out.gauge(oldest.map { Double(max(0, Timestamp.now() / 1000 - $0)) / 1000 } ?? 0)
        }
        approvalTally.write(to: &out)
    }

    private func writeAudit(_ out: inout Exposition) {
        out.family("peta_audit_writable", .gauge, "0 while records cannot be written: then calls are refused.")
        out.gauge(audit.isWritable)
        out.family("peta_audit_sequence", .gauge, "Number of the last committed record.")
        out.gauge(audit.head)
        let backlog = audit.backlog
        out.family("peta_audit_queue_records", .gauge, "Records that are not committed yet.")
        out.gauge(Int64(backlog.records))
        out.family("peta_audit_queue_bytes", .gauge, "Their size.")
        out.gauge(Int64(backlog.bytes))
    }

    private func writeVault(_ out: inout Exposition) async {
        HouseMetrics.writeSealed(false, &out)
        if let secrets = try? await vault.secrets().count {
            out.family("peta_vault_secrets", .gauge, "Secrets in the vault.")
            out.gauge(Int64(secrets))
        }
    }

    private func writeSpans(_ spans: DeliveryQueue<Span>, _ out: inout Exposition) {
        out.family("peta_spans_queue", .gauge, "Spans that wait to be sent to otlp.endpoint.")
        out.gauge(Int64(spans.count))
        HouseMetrics.write("peta_spans", "Spans for otlp.endpoint, by what became of them.", spanHealth, spans.dropped, &out)
    }
}
