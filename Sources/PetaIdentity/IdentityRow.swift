import Foundation
import GRDB
import PetaCrypto

/// Rows to values and back. A row that does not read is an error, never a guess: it might open what it should close.
enum IdentityRow {
    static let userColumns = "id, name, role, state, notes, labels, createdAt, expiresAt, uid, workspace, rateLimit, concurrent"
    static let tokenColumns = "id, user, name, digest, servers, createdAt, expiresAt, lastUsedAt, rateLimit"

    static func user(_ row: Row) throws -> User {
        let id: String = row[0]
        let labels: String = row[5]
        guard let role = Role(rawValue: row[2]), let state = UserState(rawValue: row[3]) else {
            throw IdentityError("internal", "the stored user '\(id)' has a role or state that this version does not know")
        }
        return User(
            id: id, name: row[1], role: role, state: state, notes: row[4],
            labels: labels == "{}" ? [:] : try JSONDecoder().decode([String: String].self, from: Data(labels.utf8)),
            createdAt: date(row[6]), expiresAt: (row[7] as Int64?).map(date), uid: row[8],
            workspace: row[9], rate: try rate(row[10], of: id), concurrent: row[11])
    }

    static func token(_ row: Row) throws -> AccessToken {
        let id: String = row[0]
        let digest: Data = row[3]
        guard digest.count == 32 else { throw IdentityError("internal", "the stored token '\(id)' has a damaged digest") }
        let servers: String? = row[4]
        return AccessToken(
            id: id, user: row[1], name: row[2], createdAt: date(row[5]), expiresAt: (row[6] as Int64?).map(date),
            servers: try servers.map { try JSONDecoder().decode(Set<String>.self, from: Data($0.utf8)) },
            lastUsedAt: (row[7] as Int64?).map(date), digest: digest.withUnsafeBytes { SHA256Digest(bytes: $0) },
            rate: try rate(row[8], of: id))
    }

    /// One that does not read is an error, never a guess: it might open what it should close.
    private static func rate(_ text: String?, of id: String) throws -> RateLimit? {
        guard let text else { return nil }
        guard let rate = RateLimit(text) else {
            throw IdentityError("internal", "the stored rate of '\(id)' is one that this version does not know")
        }
        return rate
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func stored(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }
    static func date(_ stored: Int64) -> Date { Date(timeIntervalSince1970: Double(stored) / 1000) }
}
