internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaAudit
internal import PetaIdentity

extension AuditAdministration {
    func export(_ query: AuditQuery, format: String) async throws -> @Sendable () async throws -> [UInt8]? {
        guard let known = AuditExport.Format(rawValue: format) else {
            throw AdminError(.invalidArgument, "format: '\(format)' is none of ndjson, csv")
        }
        let export = try await log.export(try Self.filter(query), as: known)
        return { try await export.next() }
    }

    func figures(_ query: AuditQuery, buckets: Int, top: Int) async throws -> AuditFigures {
        guard reports.enter(limit: Self.reportLimit) else {
            throw AdminError(.tryAgain, "\(Self.reportLimit) reports are being made at this moment")
        }
        defer { reports.leave() }
        return AuditFigures(try await log.summary(try Self.filter(query), now: PetaAudit.Timestamp.now(), buckets: buckets, top: top))
    }

    func verify(against lines: [String]) async throws -> AuditVerdict {
        let anchors = try lines.map { line in
            guard let anchor = AuditAnchor(line: line) else {
                throw AdminError(
                    .invalidArgument, "this is no anchor: '\(line.prefix(80))'", hint: "an anchor is a line of 'peta audit anchor'")
            }
            return anchor
        }
        let found = try await log.verification(against: anchors)
        return AuditVerdict(
            ok: found.ok, records: found.records, head: found.records > 0 ? found.head : nil, firstBad: found.firstBad?.seq,
            reason: found.firstBad?.reason.rawValue, checkpoint: found.checkpoint.map(AuditVerdict.Checkpoint.init),
            anchors: found.anchors.map(AuditVerdict.Anchors.init))
    }

    func anchor(put: Bool) async throws -> AuditAnchorState {
        let standings = put ? await duties.anchors.put(always: true) : duties.anchors.standings
        let anchor = try await log.anchor(at: PetaAudit.Timestamp.now())
        return AuditAnchorState(
            anchor: RawJSON(trusted: Array(anchor.line.utf8)),
            places: standings.map {
                .init(place: $0.place, seq: $0.last?.seq, at: $0.last.map { .init(micros: $0.time) }, error: $0.failure)
            })
    }

    func webhook() async throws -> AuditWebhookState {
        guard let status = duties.webhook?.status else { return AuditWebhookState(url: nil) }
        return AuditWebhookState(
            url: status.url, delivered: status.delivered, waiting: status.waiting, deliveries: status.deliveries, skipped: status.skipped,
            lastSuccessAt: status.lastSuccess.map { .init(micros: $0) }, failures: status.failures, lastError: status.lastFailure,
            nextTryAt: status.nextTry.map { .init(micros: $0) })
    }

    func testWebhook() async throws -> AuditWebhookTest {
        guard let webhook = duties.webhook else {
            throw AdminError(
                .notFound, "no webhook is configured", hint: "set audit.webhook.url and audit.webhook.secret; see peta.yaml(5)")
        }
        do {
            return AuditWebhookTest(url: webhook.status.url, status: try await webhook.test())
        } catch let failure as DeliveryFailure {
            throw AdminError(.failed, "\(webhook.status.url): \(failure.reason)")
        }
    }
}

extension PetaAdminAPI.Timestamp {
    init(micros: Int64) { self.init(milliseconds: micros / 1000) }
}

extension AuditVerdict.Checkpoint {
    init(_ checkpoint: AuditCheckpoint) {
        self.init(seq: checkpoint.seq, removed: checkpoint.removed, at: .init(micros: checkpoint.madeAt))
    }
}

extension AuditVerdict.Anchors {
    fileprivate init(_ check: AnchorCheck) {
        self.init(
            checked: check.checked, removed: check.removed, newest: check.newest.map { Anchored(seq: $0.seq, at: .init(micros: $0.time)) },
            bad: check.bad.map { Anchored(seq: $0.anchor.seq, at: .init(micros: $0.anchor.time), reason: $0.reason.rawValue) })
    }
}
