import Foundation
import GRDB
import PetaAdminAPI
import PetaBackup
import PetaCrypto
import PetaStore
import Synchronization
import Testing

@Suite("Making a backup")
struct MakingTests {
    /// A store of several megabytes.
    private func with(_ bounds: BackupBounds = .patient, _ body: (Store, Backups) async throws -> Void) async throws {
        let scratch = try Scratch()
        let store = try Store(directory: scratch.path + "/data", migrations: Backups.migrations)
        defer { try? store.close() }
        try await store.write { db in
            try db.execute(sql: "CREATE TABLE bulk(data BLOB)")
            for _ in 0..<40 { try db.execute(sql: "INSERT INTO bulk VALUES(randomblob(100000))") }
        }
        try await body(store, FormatTests.backups(store, bounds))
    }

    /// How it ends for who reads it.
    private func end(_ run: BackupRun) async -> BackupError? {
        do {
            while try await run.next() != nil {}
            return nil
        } catch {
            return error as? BackupError
        }
    }

    @Test("who takes nothing does not hold the database for ever")
    func stalled() async throws {
        var bounds = BackupBounds.patient
        bounds.stallSeconds = 0
        try await with(bounds) { store, backups async throws in
            let run = try backups.begin(passphrase: passphrase, uid: 0)
            await run.ended()
            #expect(await end(run) == .stalled(seconds: 0))
            let entry = try await backups.settle(run, BackupError.stalled(seconds: 0))
            #expect(entry.state == "failed" && entry.sha256 == nil && entry.error?.contains("nobody took its bytes") == true)
            try await store.write { try $0.execute(sql: "DELETE FROM bulk") }
            let row = try store.pool.writeWithoutTransaction { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            #expect(row?["busy"] == 0)
        }
    }

    @Test("a log that grows beyond its bound breaks it off")
    func longLog() async throws {
        var bounds = BackupBounds.patient
        bounds.logBytes = 1
        try await with(bounds) { store, backups async throws in
            // The log begins small.
            _ = try store.pool.writeWithoutTransaction { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            let run = try backups.begin(passphrase: passphrase, uid: 0)
            _ = try await run.next()
            try await store.write { try $0.execute(sql: "INSERT INTO bulk VALUES(randomblob(1000000))") }
            guard case .logTooLong(let bytes) = await end(run) else { return #expect(Bool(false)) }
            #expect(bytes > 1_000_000)
            await run.ended()
        }
    }

    @Test("one at a time; the next one may begin when it is over, however it ended")
    func oneAtATime() async throws {
        try await with { _, backups async throws in
            let run = try backups.begin(passphrase: passphrase, uid: 0)
            #expect(throws: BackupError.busy) { _ = try backups.begin(passphrase: passphrase, uid: 0) }
            #expect(try await backups.entries().map(\.state) == ["running"])
            run.cancel(.abandoned)
            #expect(await end(run) == .abandoned)
            _ = try await backups.settle(run, BackupError.abandoned)
            _ = try await backups.whole()
            #expect(try await backups.entries().map(\.state) == ["done", "failed"])
        }
    }

    @Test("a gateway that stops ends the one that is being made")
    func stop() async throws {
        try await with { _, backups async throws in
            let run = try backups.begin(passphrase: passphrase, uid: 0)
            _ = try await run.next()
            await backups.stop()
            #expect(await end(run) == .stopping)
            await backups.stop()
        }
    }

    @Test("sealing the vault ends the one that is being made, with that as its reason")
    func sealing() async throws {
        try await with { _, backups async throws in
            let run = try backups.begin(passphrase: passphrase, uid: 0)
            _ = try await run.next()
            await backups.stop(.sealing)
            #expect(await end(run) == .sealing)
            let entry = try await backups.settle(run, BackupError.sealing)
            #expect(entry.state == "failed" && entry.error?.contains("sealed") == true && BackupError.sealing.code == "sealed")
        }
    }

    @Test("whoever breaks off after any piece leaves the database free, and the next one is whole")
    func everyPiece() async throws {
        try await with { store, backups async throws in
            for taken in 0... {
                let run = try backups.begin(passphrase: passphrase, uid: 0)
                var isWhole = false
                for _ in 0..<taken where !isWhole { isWhole = try await run.next() == nil }
                let entry = try await backups.settle(run, isWhole ? nil : BackupError.abandoned)
                #expect(entry.state == (isWhole ? "done" : "failed"))
                // Nothing holds the log back any more.
                try await store.write { try $0.execute(sql: "INSERT INTO bulk VALUES(1)") }
                let row = try store.pool.writeWithoutTransaction { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
                #expect(row?["busy"] == 0, "after \(taken) pieces")
                if isWhole { break }
                try #require(taken < 100)
            }
        }
    }

    @Test("a commit that fails gives nobody the end of a backup, and the next one is whole")
    func everyCommit() async throws {
        struct Full: Error {}
        let isFull = Mutex(false)
        let scratch = try Scratch()
        let site = try Site(scratch.path + "/data", willCommit: { if isFull.withLock({ $0 }) { throw Full() } })
        defer { try? site.close() }
        let run = try site.backups.begin(passphrase: passphrase, uid: 0)
        while try await run.next() != nil {}
        isFull.withLock { $0 = true }
        // Who carries it sends the end only behind this.
        await #expect(throws: Full.self) { _ = try await site.backups.settle(run, nil) }
        isFull.withLock { $0 = false }
        #expect(try await site.backups.entries().isEmpty)
        _ = try await site.backups.whole()
        #expect(try await site.backups.entries().map(\.state) == ["done"])
    }

    @Test("a short passphrase is refused before anything begins")
    func shortPassphrase() async throws {
        try await with { _, backups async throws in
            #expect(throws: BackupError.shortPassphrase) {
                _ = try backups.begin(passphrase: SecretBytes(copying: "elevenbytes".utf8), uid: 0)
            }
            #expect(try await backups.entries().isEmpty)
        }
    }

    @Test("what was made is remembered with its digest, and only the newest 200")
    func history() async throws {
        let scratch = try Scratch()
        let store = try Store(directory: scratch.path + "/data", migrations: Backups.migrations)
        defer { try? store.close() }
        let backups = FormatTests.backups(store)
        let bytes = try await backups.whole()
        let entry = try #require(try await backups.entries().first)
        #expect(entry.sha256 == SHA256.hash(bytes).hex)
        #expect(entry.bytes == Int64(bytes.count) && entry.uid == 7 && entry.endedAt == moment && entry.error == nil)
        try await store.write { db in
            for number in 0..<300 {
                try db.execute(
                    sql: "INSERT INTO backup(id, state, startedAt, endedAt, bytes, uid) VALUES(?, 'failed', 0, 0, 0, 0)",
                    arguments: ["x\(number)"])
            }
        }
        _ = try await backups.whole()
        let all = try await backups.entries()
        #expect(all.count == 200 && all.first?.state == "done")
    }
}
