internal import Foundation
internal import PetaAdminAPI
internal import PetaAudit

/// What the open gateway tells others: audit records, anchors, spans, lines of the log.
struct DeliveryChecks: Sendable {
    let running: Running

    var all: [DoctorCheck] {
        [
            DoctorCheck("audit.webhook") { webhook() }, DoctorCheck("audit.anchor") { anchors() },
            DoctorCheck("audit.retention") { retention() }, DoctorCheck("telemetry.delivery") { telemetry() },
        ]
    }

    private var settings: ServeSettings { running.house.settings }

    private func webhook() -> [DoctorFinding] {
        let check = "audit.webhook"
        guard let status = running.auditDuties.webhook?.status else { return [] }
        if status.failures > 0, let failure = status.lastFailure {
            return [
                DoctorFinding(
                    check, status.failures > 1 ? .failure : .warning,
                    "audit records are not delivered to \(status.url), \(status.waiting) wait: \(failure)",
                    remedy: "peta audit webhook test")
            ]
        }
        if status.skipped > 0 {
            return [
                DoctorFinding(
                    check, .warning, "\(status.skipped) audit records were removed before \(status.url) could have them",
                    remedy: "keep more of them: audit.retentionDays, audit.retentionRecords; peta config show")
            ]
        }
        let ten = 10 * Int64(settings.audit.webhook.batchRecords)
        guard status.waiting <= ten else {
            return [
                DoctorFinding(
                    check, .warning, "\(status.url) is behind: \(status.waiting) audit records wait", remedy: "peta audit webhook status")
            ]
        }
        return [DoctorFinding(check, .ok, "audit records are delivered to \(status.url), \(status.waiting) wait")]
    }

    private func anchors() -> [DoctorFinding] {
        let check = "audit.anchor"
        let problems = running.auditDuties.anchors.problems
        let file = settings.audit.anchor.file.map(DoctorWords.quoted) ?? "FILE"
        guard problems.isEmpty else {
            return problems.map { problem in
                // What contradicts an anchor was changed; what cannot be written is only late.
                problem.contains("verify --anchor")
                    ? DoctorFinding(check, .failure, problem, remedy: "peta audit verify --anchor \(file)")
                    : DoctorFinding(check, .warning, problem, remedy: "mend that, then: peta audit anchor --put")
            }
        }
        let anchor = settings.audit.anchor
        guard anchor.file != nil || !anchor.command.isEmpty || anchor.url != nil else { return [] }
        return [DoctorFinding(check, .ok, "the end of the audit is anchored outside every \(anchor.seconds) s")]
    }

    private func retention() -> [DoctorFinding] {
        running.auditDuties.retention.problems.map { problem in
            DoctorFinding(
                "audit.retention", .warning, problem,
                remedy: problem.hasPrefix("the clock")
                    ? "is the clock right now? timedatectl"
                    : "make room or mend the disk: df -h \(DoctorWords.quoted(settings.dataDirectory))")
        }
    }

    private func telemetry() -> [DoctorFinding] {
        let problems = running.telemetry.problems(settings, running.house.level)
        return problems.map { problem in
            let key = problem.contains("otlp.endpoint") ? "otlp" : "log.webhook"
            return DoctorFinding(
                "telemetry.delivery", .warning, problem, remedy: "is it there, and the address right? peta config show | grep \(key)")
        }
    }
}
