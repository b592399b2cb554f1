import Foundation
import Logging
import PetaAudit
import PetaCrypto
import PetaStore

/// A data directory for one test, removed with this object, and what is opened in it.
final class Place {
    let directory: String
    let key = SecretBytes(copying: [UInt8](repeating: 7, count: 32))
    var ringPath: String { directory + "/intents" }

    init() {
        directory = NSTemporaryDirectory() + "peta-audit-" + UUID().uuidString
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Opens store and log, runs `body`, stops and closes, in the order of a daemon.
    func withLog<R>(
        durability: Durability = .normal, lanes: Int = 1, bounds: AuditBounds = AuditBounds(), faults: AuditFaults? = nil,
        key: SecretBytes? = nil, willCommit: (@Sendable () throws -> Void)? = nil, _ body: (AuditLog, Store) async throws -> R
    ) async throws -> R {
        let store = try Store(directory: directory, migrations: AuditLog.migrations, willCommit: willCommit)
        let log = try AuditLog(
            store: store, key: key ?? self.key, ringPath: ringPath, durability: durability, lanes: lanes, bounds: bounds, faults: faults,
            logger: Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() }))
        let result: Result<R, any Error>
        do {
            result = .success(try await body(log, store))
        } catch {
            result = .failure(error)
        }
        await offPool { log.stop(within: 300) }
        try store.close()
        return try result.get()
    }

    /// How often the write-ahead log began anew, from its header.
    func walGeneration() throws -> UInt32 {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: directory + "/peta.db-wal"))
        defer { try? file.close() }
        let header = try file.read(upToCount: 16) ?? Data()
        return header.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Runs what blocks on a thread of its own: the pool of tasks has as many threads as there are cores.
    private func offPool(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                body()
                continuation.resume()
            }
        }
    }
}

/// A call that ended well.
func call(_ id: String, time: Int64 = 1_700_000_000_000_000) -> AuditRecord {
    var record = AuditRecord(time: time, kind: .call)
    record.requestID = id
    record.user = "alice"
    record.server = "demo"
    record.tool = "echo"
    record.method = "tools/call"
    record.decision = .allow
    record.outcome = .ok
    return record
}

extension AuditLog {
    /// Submits the records as one batch and waits for their fate.
    func commit(_ records: [AuditRecord]) async throws {
        let result = await withCheckedContinuation { continuation in
            let batch = AuditBatch { continuation.resume(returning: $0) }
            for record in records { batch.append(record) }
            submit(batch)
        }
        try result.get()
    }

    /// Everything in the log, in order.
    func all() throws -> [StoredRecord] {
        var filter = AuditFilter()
        filter.limit = AuditFilter.greatestLimit
        filter.order = .oldestFirst
        return try query(filter)
    }

    /// The request ids of everything, in order.
    func ids() throws -> [String] {
        try all().map { try $0.record.requestID ?? "" }
    }
}
