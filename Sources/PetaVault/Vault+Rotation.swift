import GRDB
import PetaCrypto
package import PetaStore
import Synchronization

extension Vault {
    /// How a rotation ended.
    package struct Rotated: Sendable, Equatable {
        /// The generation that everything is sealed with now.
        package let generation: Int
        /// How many records were sealed anew since it began or was taken up again.
        package let records: Int
        /// Records that opened with no key before and open with none now.
        package let damaged: [String]

        package init(generation: Int, records: Int, damaged: [String]) {
            self.generation = generation
            self.records = records
            self.damaged = damaged
        }
    }

    /// Records in one transaction, and bytes of them: the database's writer is busy for less than a millisecond.
    static let batch = (rows: 64, bytes: 1 << 20)

    /// The vault's own records.
    package static let secretRecords = SealedColumn(
        "secrets", table: "vault_secrets", id: "name", column: "sealed", version: "version"
    ) { secretPrefix + $0 }

    /// Makes a new key for records and a new root, in one synced transaction. From then on the new key seals; the older one opens what it
    /// has sealed until ``finishRotation(_:pause:)`` has brought everything to the new one.
    ///
    /// - Returns: the number of the new generation.
    /// - Throws: ``VaultError/rotating`` while there still is an older one.
    package func beginRotation() throws -> Int {
        let time = now().milliseconds
        return try Self.synced(store) { db -> Keyring in
            let ring = try keys.withLock { keys throws(VaultError) in
                guard let keys else { throw .sealed }
                return keys
            }
            guard try KeyTable.generations(db).count == 1 else { throw VaultError.rotating }
            guard let header = try VaultHeader.load(db) else { throw VaultError.headerDamaged(detail: "it is gone") }
            let entries = try KeyTable(root: ring.root).load(db)
            let root = SecretBytes.random(count: VaultHeader.rootLength)
            let new = KeyTable.Entry(
                name: KeyTable.recordsPrefix + String(ring.generation + 1), key: SecretBytes.random(count: AEAD.keyLength), createdAt: time)
            let table = try KeyTable(root: root)
            for entry in entries + [new] { try table.store(entry, db) }
            try header.replacing(root: root, wrapping: ring.wrapping).update(db)
            var next = ring
            let mark = Keyring.mark(ring.generation)
            next.records = ring.records.filter { $0.key == mark }
            next.generation += 1
            next.records[Keyring.mark(next.generation)] = new.key
            (next.root, next.formerRoot) = (root, ring.root)
            return next
        } committed: { next in
            keys.withLock { if $0 != nil { $0 = next } }
        }.generation
    }

    /// Whether there is an older key for records that some may be sealed with: a rotation was begun and has not ended.
    package func isRotating() throws -> Bool {
        try Self.storage { try store.readSync(KeyTable.generations) }.count > 1
    }

    /// Seals everything that is sealed with the older key anew, in small transactions, and then forgets that key. It can be broken off at
    /// any moment, also by the loss of power, and taken up again.
    ///
    /// - Parameters:
    ///   - columns: of all parts.
    ///   - pause: called between two transactions; throwing breaks it off.
    /// - Returns: nil where there was nothing to do.
    package func finishRotation(_ columns: [SealedColumn], pause: @Sendable () async throws -> Void) async throws -> Rotated? {
        let generations = try Self.storage { try store.readSync(KeyTable.generations) }.map(\.number)
        guard generations.count > 1, let newest = generations.last else { return nil }
        var records = 0
        var damaged: Set<String> = []
        for old in generations.dropLast() {
            repeat {
                damaged = []
                for column in columns {
                    let (count, lost) = try await reseal(column, Keyring.mark(old), pause)
                    records += count
                    damaged.formUnion(lost)
                }
            } while try !drop(old, columns, damaged.count)
        }
        return Rotated(generation: newest, records: records, damaged: damaged.sorted())
    }

    private func reseal(
        _ column: SealedColumn, _ mark: UInt8, _ pause: @Sendable () async throws -> Void
    ) async throws -> (count: Int, damaged: [String]) {
        var cursor: String? = ""
        var count = 0
        var damaged: [String] = []
        while let place = cursor {
            let step = try await Self.storing {
                try await self.store.write { db in
                    var done = 0
                    var lost: [String] = []
                    let next = try column.reseal(db, mark: mark, after: place, rows: Self.batch.rows, bytes: Self.batch.bytes) { sealed in
                        do {
                            let plain = try self.open(sealed.bytes, record: sealed.record, version: sealed.version)
                            let new = try plain.withUnsafeBytes {
                                try self.seal($0, record: sealed.record, version: sealed.version)
                            }
                            done += 1
                            return new
                        } catch VaultError.recordDamaged {
                            lost.append(sealed.record)
                            return nil
                        }
                    }
                    return (next: next, done: done, lost: lost)
                }
            }
            count += step.done
            damaged += step.lost
            cursor = step.next
            try await pause()
        }
        return (count, damaged)
    }

    /// Forgets the key of a generation if it seals no more than so many records, which nothing opens. False: there are others.
    private func drop(_ generation: Int, _ columns: [SealedColumn], _ damaged: Int) throws -> Bool {
        try Self.synced(store) { db in
            let left = try columns.reduce(0) { try $0 + $1.count(db, mark: Keyring.mark(generation)) }
            guard left <= damaged else { return false }
            try db.execute(sql: "DELETE FROM vault_keys WHERE name = ?", arguments: [KeyTable.recordsPrefix + String(generation)])
            return true
        }
    }
}
