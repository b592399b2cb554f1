internal import Foundation
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaAudit
internal import PetaIdentity

/// What administrators do with the audit.
struct AuditAdministration: AuditOperations {
    let log: AuditLog
    let duties: AuditDuties
    /// Reports that are being made: each holds one of the few connections that read the database.
    let reports = CallSlots()
    static let reportLimit = 2

    func tail(last count: Int, follow: Bool) async throws -> AsyncStream<[UInt8]> {
        var filter = AuditFilter()
        filter.limit = count
        let newest = count > 0 ? Array(try await log.records(matching: filter).reversed()) : []
        guard follow else { return Self.stream(newest) }
        // From behind the last one shown, so that nothing falls between the two.
        let coming = log.follow(after: newest.last?.seq)
        return AsyncStream { continuation in
            let task = Task {
                for record in newest { continuation.yield(record.line) }
                for await record in coming { continuation.yield(record.line) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func query(_ query: AuditQuery) async throws -> AsyncStream<[UInt8]> {
        Self.stream(try await log.records(matching: try Self.filter(query)).reversed())
    }

    static func filter(_ query: AuditQuery) throws -> AuditFilter {
        var filter = AuditFilter()
        filter.user = query.user
        filter.server = query.server
        filter.tool = query.tool
        filter.kind = try word(query.kind, "kind", AuditKind.init(rawValue:), AuditKind.allCases.map(\.rawValue))
        filter.outcome = try word(query.outcome, "outcome", AuditOutcome.init(rawValue:), AuditOutcome.allCases.map(\.rawValue))
        filter.decision = try word(query.decision, "decision", AuditDecision.init(rawValue:), AuditDecision.allCases.map(\.rawValue))
        filter.session = query.session
        filter.requestID = query.requestId
        filter.since = query.since.map { $0.milliseconds * 1000 }
        // The protocol's `until` is exclusive, the log's inclusive.
        filter.until = query.until.map { $0.milliseconds * 1000 - 1 }
        if let limit = query.limit { filter.limit = limit }
        return filter
    }

    private static func word<T>(_ text: String?, _ name: String, _ read: (String) -> T?, _ known: [String]) throws -> T? {
        guard let text else { return nil }
        guard let value = read(text) else {
            throw AdminError(.invalidArgument, "\(name): '\(text)' is none of \(known.joined(separator: ", "))")
        }
        return value
    }

    private static func stream(_ records: some Sequence<StoredRecord>) -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            for record in records { continuation.yield(record.line) }
            continuation.finish()
        }
    }
}

/// Writes administrative acts down.
struct AuditRecorder: ActRecorder {
    let log: AuditLog

    var isWritable: Bool { log.isWritable }

    func record(_ act: AdminAct) async throws {
        var record = AuditRecord(time: Int64(act.time.timeIntervalSince1970 * 1e6), kind: .admin)
        record.requestID = act.requestID
        record.uid = act.peer.uid
        record.pid = act.peer.pid
        record.user = "uid:\(act.peer.uid)"
        record.method = act.method
        record.command = act.command
        record.server = act.server
        record.tool = act.tool
        record.target = act.target
        record.detail = act.role.rawValue
        record.error = act.error
        record.duration = Int64(act.durationMilliseconds * 1e3)
        switch act.outcome {
        case .ok: record.outcome = .ok
        case .error: record.outcome = .error
        case .denied: record.outcome = .denied
        case .cancelled: record.outcome = .cancelled
        }
        record.decision = act.outcome == .denied ? .deny : .allow
        try await log.record(record)
    }
}
