internal import PetaAdminAPI
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaWire
internal import Foundation
internal import Logging

extension ServerAdministration {
    func changes(of id: String, tool: String?) async throws -> [ToolChange] {
        let integrity = try await servers.integrity(id)
        let findings = Dictionary(grouping: integrity.findings, by: \.tool)
        return try await servers.differences(id, tool: tool).map { difference in
            let item = difference.item
            return ToolChange(
                name: Names.canonical(server: id, name: item.name), tool: item.name, state: item.state.rawValue,
                withheld: integrity.mode == .strict && item.new != nil, digest: item.digest?.hex ?? "", oldDigest: item.old?.digest.hex,
                newDigest: item.new?.digest.hex, note: item.kinship?.words,
                fields: difference.fields.map { ToolChange.Field(path: $0.path, old: Self.raw($0.old), new: Self.raw($0.new)) },
                old: Self.raw(difference.old), new: Self.raw(difference.new),
                findings: item.new == nil ? [] : (findings[item.name] ?? []).map { Self.finding($0, id) })
        }
    }

    func findings(of id: String) async throws -> [PetaAdminAPI.ToolFinding] {
        try await servers.integrity(id).findings.map { Self.finding($0, id) }
    }

    func accept(_ acceptance: ToolAcceptance, of id: String) async throws -> AcceptedTools {
        let accepted = try await servers.accept(id, acceptance.tools.map { ($0.tool, $0.digest) })
        return AcceptedTools(server: id, accepted: accepted, waiting: try await servers.integrity(id).items.count)
    }

    static func finding(_ finding: PetaDownstream.ToolFinding, _ server: String) -> PetaAdminAPI.ToolFinding {
        PetaAdminAPI.ToolFinding(
            name: Names.canonical(server: server, name: finding.tool), field: finding.field, kind: finding.kind.rawValue,
            excerpt: finding.excerpt, position: finding.position)
    }

    private static func raw(_ value: JSON?) -> RawJSON? { value.map { RawJSON(trusted: $0.bytes) } }
}

/// Writes down that a server's tool is not what was accepted, and what was accepted of it. Nobody did the former here, so these records
/// are the gateway's own; who accepted stands in the record of the act.
struct ToolChangeRecorder {
    let log: AuditLog
    let logger: Logger

    func record(_ notice: PinNotice) async {
        var record = AuditRecord(time: Int64(Date().timeIntervalSince1970 * 1e6), kind: .admin)
        record.user = "gateway"
        record.method = "tools/\(notice.event.rawValue)"
        record.server = notice.server
        record.tool = notice.tool.map { VisibleText.line($0) }
        record.detail = notice.text
        record.decision = notice.isWithheld ? .deny : .allow
        record.outcome = .ok
        do { try await log.record(record) } catch {
            logger.error("a changed tool could not be recorded", metadata: ["server": "\(notice.server)", "error": "\(error)"])
        }
    }
}
