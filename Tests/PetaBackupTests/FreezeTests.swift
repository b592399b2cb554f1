import Foundation
import GRDB
import PetaBackup
import PetaCrypto
import PetaStore
import Testing

@Suite("A frozen database")
struct FreezeTests {
    private static let table = Migration(part: "test", name: "rows") {
        try $0.execute(sql: "CREATE TABLE line(number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    }

    private func store(_ scratch: Scratch) throws -> Store {
        try Store(directory: scratch.path + "/data", migrations: [Self.table] + Backups.migrations)
    }

    private func add(_ store: Store, _ count: Int) throws {
        try store.writeSync { db in
            for _ in 0..<count { try db.execute(sql: "INSERT INTO line(data) VALUES(randomblob(300))") }
        }
    }

    /// Opens a copy, checks that it is whole, and gives its rows.
    private func rows(_ bytes: [UInt8], _ scratch: Scratch) throws -> (count: Int, sum: String) {
        let path = scratch.path + "/copy-" + UUID().uuidString
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { db in
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
            return (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM line") ?? -1,
                try String.fetchOne(db, sql: "SELECT hex(sum(length(data) + number)) || hex(max(data)) FROM line") ?? ""
            )
        }
    }

    @Test("its file is one moment, whatever is written, changed, deleted and checkpointed meanwhile")
    func oneMoment() async throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        defer { try? store.close() }
        try add(store, 3000)
        let expected = try store.readSync { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM line") ?? -2,
                try String.fetchOne(db, sql: "SELECT hex(sum(length(data) + number)) || hex(max(data)) FROM line") ?? "-"
            )
        }
        let other = try DatabaseQueue(path: store.pool.path)
        defer { try? other.close() }
        var bytes: [UInt8] = []
        try FrozenDatabase.with(store) { frozen in
            var piece = [UInt8](repeating: 0, count: 4096)
            var turn = 0
            while bytes.count < Int(frozen.size) {
                try piece.withUnsafeMutableBytes { try frozen.read($0, at: Int64(bytes.count)) }
                bytes += piece
                turn += 1
                guard turn % 10 == 0 else { continue }
                try add(store, 50)
                try store.writeSync { db in
                    try db.execute(sql: "UPDATE line SET data = randomblob(300) WHERE number % 7 = \(turn % 7)")
                    try db.execute(sql: "DELETE FROM line WHERE number % 31 = \(turn % 31)")
                }
                for mode in ["PASSIVE", "FULL", "RESTART", "TRUNCATE"] {
                    // What cannot be done while somebody reads says that it is busy.
                    _ = try? other.writeWithoutTransaction { try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(\(mode))") }
                }
            }
            #expect(try Int.fetchOne(frozen.db, sql: "SELECT count(*) FROM line") == 3000)
        }
        let found = try rows(bytes, scratch)
        #expect(found.count == expected.0)
        #expect(found.sum == expected.1)
        #expect(try store.readSync { try Int.fetchOne($0, sql: "SELECT count(*) FROM line") } != 3000)
    }

    @Test("when it is let go the log can be emptied again")
    func letGo() throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        defer { try? store.close() }
        try FrozenDatabase.with(store) { _ in try add(store, 2000) }
        let row = try store.pool.writeWithoutTransaction { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        #expect(row?["busy"] == 0)
    }

    @Test("a reader that holds an older moment is waited for, and the newer one is what is frozen")
    func olderReader() async throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        defer { try? store.close() }
        try add(store, 10)
        let reader = try DatabaseQueue(path: store.pool.path)
        try reader.inDatabase { db in
            try db.execute(sql: "BEGIN")
            _ = try Row.fetchOne(db, sql: "SELECT * FROM line")
            try add(store, 10)
            // It asks between two attempts: then the reader goes away.
            let count = try FrozenDatabase.with(
                store,
                isInterrupted: {
                    if db.isInsideTransaction { try? db.execute(sql: "COMMIT") }
                    return false
                }
            ) { try Int.fetchOne($0.db, sql: "SELECT count(*) FROM line") }
            #expect(count == 20)
        }
        try reader.close()
    }

    @Test("a backup that is made while calls go on holds one moment")
    func backup() async throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        defer { try? store.close() }
        try add(store, 20_000)
        let backups = FormatTests.backups(store)
        let run = try backups.begin(passphrase: passphrase, uid: 0)
        var bytes: [UInt8] = []
        while let piece = try await run.next() {
            bytes += piece
            try add(store, 100)
        }
        bytes += run.result?.last ?? []
        _ = try await backups.settle(run, nil)
        let database = try read(bytes).database
        #expect(try rows(database, scratch).count == 20_000)
    }
}
