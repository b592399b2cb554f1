internal import Foundation
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaApprovals
internal import PetaAudit
internal import PetaPolicy

/// Explains records of the audit with what policies and approvals still know.
struct WhyAdministration: WhyOperations {
    let log: AuditLog
    let policies: Policies
    let approvals: Approvals

    func why(_ call: String) async throws -> WhyAnswer {
        let found = try await find(call)
        guard let record = try? found.record else {
            throw AdminError(.failed, "record \(found.seq) was changed from outside and cannot be read", hint: "peta audit verify")
        }
        let (layer, words) = WhyWords.explain(record)
        var answer = WhyAnswer(
            seq: found.seq, requestId: record.requestID, record: RawJSON(trusted: found.line), layer: layer, right: WhyWords.right(record),
            explanation: words)
        var askedVersion: Int?
        if let id = record.approvalID { (answer.approval, askedVersion) = await approval(id, &answer.notes) }
        if let rule = WhyWords.rule(record) {
            answer.rule = await self.rule(rule.set, rule.id, Self.version(record, rule.set) ?? askedVersion, &answer.notes)
        }
        if record.kind == .call {
            if record.argumentsDigest != nil, record.arguments == nil {
                answer.notes.append("The arguments were not kept (audit.arguments), only their digest.")
            }
            if record.role == nil { answer.notes.append("The record does not tell the user's role.") }
        }
        return answer
    }

    private func find(_ call: String) async throws -> StoredRecord {
        let hint = "A call is named by the requestId or the seq of its record: peta audit query --json"
        if !call.isEmpty, call.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            if let seq = Int64(call), let found = try await log.record(seq: seq) { return found }
            throw AdminError(.notFound, "there is no record \(call.prefix(32)) in the audit", hint: hint)
        }
        if let found = try await log.record(requestID: call) { return found }
        throw AdminError(
            .notFound, "there is no call '\(call.prefix(80))' among the newest \(AuditLog.searchDepth) records of the audit",
            hint: hint)
    }

    // MARK: the rule

    /// The version of a set that the record names: `set@version`.
    private static func version(_ record: AuditRecord, _ set: String) -> Int? {
        guard let detail = record.detail, detail.hasPrefix(set + "@") else { return nil }
        return Int(detail.dropFirst(set.utf8.count + 1))
    }

    private func rule(_ set: String, _ id: String, _ version: Int?, _ notes: inout [String]) async -> WhyAnswer.Rule {
        var rule = WhyAnswer.Rule(rule: "\(set)/\(id)", set: set, version: version)
        let present = try? policies.set(set)
        if let present, present.status == .active { rule.versionInForce = present.version }
        guard let version else {
            notes.append("The record does not tell the version of policy set '\(set)'.")
            return rule
        }
        rule.inForce = rule.versionInForce == version
        guard let (change, text) = try? await policies.version(set, version) else {
            notes.append("Version \(version) of policy set '\(set)' is not kept any more, so the rule's text is not known.")
            return rule
        }
        rule.changedAt = Timestamp(milliseconds: change.changedAt)
        rule.changedBy = change.changedBy
        guard let document = try? PolicyDocument(text), let lines = document.lines(of: id, in: text) else {
            notes.append("The text of version \(version) of policy set '\(set)' cannot be read by this version of Peta.")
            return rule
        }
        rule.line = lines.first
        rule.text = Self.cut(lines.text)
        rule.unchanged =
            rule.versionInForce != nil && (rule.inForce || present.map { PolicyDocument.sameRules(text, $0.text).contains(id) } ?? false)
        return rule
    }

    /// A rule that is longer than a page is cut.
    private static func cut(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var shown = lines.prefix(lineLimit).map { $0.count > widthLimit ? $0.prefix(widthLimit) + "…" : String($0) }
        if lines.count > lineLimit { shown.append("… [\(lines.count - lineLimit) more lines]") }
        return shown.joined(separator: "\n")
    }

    private static let lineLimit = 60
    private static let widthLimit = 500

    // MARK: the approval

    private func approval(_ id: String, _ notes: inout [String]) async -> (WhyAnswer.Approval, version: Int?) {
        var told = WhyAnswer.Approval(id: id)
        guard let found = try? await approvals.approval(id) else {
            notes.append("Approval \(id) is not kept any more.")
            return (told, nil)
        }
        let entry = ApprovalAdministration.entry(found, pending: [:], full: false)
        told.status = entry.status
        told.approvers = entry.approvers
        told.decisions = entry.decisions
        told.createdAt = entry.createdAt
        told.expiresAt = entry.expiresAt
        told.failure = entry.failure
        if found.status == .executed { told.resultKept = found.keptUntil > Int64(Date().timeIntervalSince1970 * 1000) }
        return (told, entry.policyVersion > 0 ? entry.policyVersion : nil)
    }
}
