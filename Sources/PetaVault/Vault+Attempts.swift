package import Foundation
import GRDB
package import PetaStore

extension Vault {
    /// Attempts to unseal that failed since the vault was open last. They are kept in the database, since nothing can be audited meanwhile.
    package struct FailedAttempts: Sendable, Equatable {
        package let count: Int
        package let first: Date
        package let last: Date

        package init(count: Int, first: Date, last: Date) {
            self.count = count
            self.first = first
            self.last = last
        }
    }

    /// Counts one more.
    package static func noteFailedAttempt(_ store: Store, at time: Date) throws {
        try storage {
            try store.writeSync { db in
                try db.execute(
                    sql: """
                        INSERT INTO vault_attempts (id, failed, first_at, last_at) VALUES (1, 1, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET failed = failed + 1, last_at = excluded.last_at
                        """, arguments: [time.milliseconds, time.milliseconds])
            }
        }
    }

    /// Those that were not forgotten yet; nil where there are none.
    package static func failedAttempts(_ store: Store) throws -> FailedAttempts? {
        try storage {
            try store.readSync { db in
                try Row.fetchOne(db, sql: "SELECT failed, first_at, last_at FROM vault_attempts WHERE id = 1").map { row in
                    FailedAttempts(
                        count: row["failed"], first: Date(milliseconds: row["first_at"]), last: Date(milliseconds: row["last_at"]))
                }
            }
        }
    }

    /// Forgets them: they are in the audit now.
    package static func forgetFailedAttempts(_ store: Store) throws {
        try storage { try store.writeSync { try $0.execute(sql: "DELETE FROM vault_attempts") } }
    }
}
