import Foundation
import GRDB
import PetaCrypto

extension AuditCheckpoint {
    /// What the database has.
    enum Stored: Equatable {
        case none
        case found(AuditCheckpoint)
        /// There is one, and it is not what was written.
        case damaged
    }

    static func load(_ db: Database, chain: AuditChain) throws -> Stored {
        guard let row = try Row.fetchOne(db, sql: "SELECT seq, time, removed, made_at, head, mac FROM audit_checkpoint WHERE id = 1") else {
            return .none
        }
        guard let mac = digest(row["head"]), let seal = digest(row["mac"]) else { return .damaged }
        let found = AuditCheckpoint(seq: row["seq"], time: row["time"], removed: row["removed"], madeAt: row["made_at"], mac: mac)
        return chain.seal(found) == seal ? .found(found) : .damaged
    }

    func store(_ db: Database, chain: AuditChain) throws {
        let seal = chain.seal(self)
        try db.execute(
            sql: "INSERT OR REPLACE INTO audit_checkpoint(id, seq, time, removed, made_at, head, mac) VALUES(1, ?, ?, ?, ?, ?, ?)",
            arguments: [seq, time, removed, madeAt, Self.data(mac), Self.data(seal)])
    }

    private static func digest(_ data: Data?) -> SHA256Digest? {
        guard let data, data.count == 32 else { return nil }
        return data.withUnsafeBytes { SHA256Digest(bytes: $0) }
    }

    private static func data(_ digest: SHA256Digest) -> Data { digest.withUnsafeBytes { Data($0) } }
}
