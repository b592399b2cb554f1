import Foundation
import GRDB
import PetaCrypto
import PetaStore
import PetaWire

/// Rows to values and back. A row that does not read is an error, never a guess: it might open what it should close.
enum IdentityRow {
    static let userColumns = "id, name, role, state, notes, labels, createdAt, expiresAt, uid, workspace, rateLimit, concurrent"
    static let tokenColumns = "id, user, name, digest, servers, createdAt, expiresAt, lastUsedAt, tools, rateLimit"

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
            tools: try (row[8] as String?).map { try JSONDecoder().decode([String: Set<String>].self, from: Data($0.utf8)) },
            lastUsedAt: (row[7] as Int64?).map(date), digest: digest.withUnsafeBytes { SHA256Digest(bytes: $0) },
            rate: try rate(row[9], of: id))
    }

    /// One that does not read is an error, never a guess: it might open what it should close.
    private static func rate(_ text: String?, of id: String) throws -> RateLimit? {
        guard let text else { return nil }
        guard let rate = RateLimit(text) else {
            throw IdentityError("internal", "the stored rate of '\(id)' is one that this version does not know")
        }
        return rate
    }

    /// Server, kind, name, allowed.
    static func right(_ row: Row, from at: Int = 0) throws -> UserRight {
        UserRight(server: row[at], target: try target(row[at + 1], row[at + 2]), isAllowed: row[at + 3])
    }

    /// Server, kind, name, off, danger.
    static func preference(_ row: Row, from at: Int = 0) throws -> Preference {
        let danger: String? = row[at + 4]
        guard danger == nil || danger.flatMap(DangerLevel.init(rawValue:)) != nil else {
            throw IdentityError("internal", "a stored preference has a danger level that this version does not know")
        }
        return Preference(
            server: row[at], target: try target(row[at + 1], row[at + 2]), isOff: row[at + 3],
            danger: danger.flatMap(DangerLevel.init(rawValue:)))
    }

    private static func target(_ kind: String, _ name: String) throws -> CapabilityName? {
        if kind.isEmpty { return nil }
        guard let kind = CapabilityKind(rawValue: kind) else {
            throw IdentityError("internal", "a stored right is of a kind that this version does not know")
        }
        return CapabilityName(kind, name)
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func stored(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }
    static func date(_ stored: Int64) -> Date { Date(timeIntervalSince1970: Double(stored) / 1000) }
}
