import Foundation
import GRDB
import PetaStore
import Testing

@Suite("Opening the store")
struct StoreOpeningTests {
    let scratch: ScratchDirectory
    var data: String { scratch.path + "/a/data" }

    init() throws {
        scratch = try ScratchDirectory()
    }

    @Test("directory and files are for their owner only")
    func modes() throws {
        let store = try Store(directory: data, migrations: [])
        try store.writeSync { try $0.execute(sql: "CREATE TABLE t (x)") }
        #expect(try scratch.mode("a/data") == 0o700)
        for file in ["peta.db", "peta.db-wal", "peta.db-shm", "lock"] {
            #expect(try scratch.mode("a/data/" + file) == 0o600, "\(file)")
        }
        try store.close()
    }

    @Test("a database file that others could read is tightened")
    func tightens() throws {
        try Store(directory: data, migrations: []).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: data + "/peta.db")
        let store = try Store(directory: data, migrations: [])
        #expect(try scratch.mode("a/data/peta.db") == 0o600)
        try store.close()
    }

    @Test("a data directory that others may write to is refused with the command that helps")
    func writableDirectory() throws {
        try Store(directory: data, migrations: []).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: data)
        let error = #expect(throws: StoreError.unsafeDirectory(path: data)) { try Store(directory: data, migrations: []) }
        #expect(error?.hint == "chmod go-w \(data)")
    }

    @Test("a file where the directory belongs is refused")
    func fileInTheWay() throws {
        let path = scratch.path + "/file"
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.cannotOpen(path: path, reason: "it is not a directory")) { try Store(directory: path, migrations: []) }
    }

    @Test("a closed store can be opened again while a child that was just forked still shares its lock")
    func sharedLock() throws {
        try Store(directory: data, migrations: []).close()
        let store = try Store(directory: data, migrations: [])
        let lock = try #require(
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").lazy.compactMap { Int32($0) }.first {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == data + "/lock"
            })
        let shared = dup(lock)
        defer { close(shared) }
        try #require(shared >= 0)
        try store.close()
        try Store(directory: data, migrations: []).close()
    }

    @Test("a second store on the same directory is refused and told who has it")
    func exclusive() throws {
        let first = try Store(directory: data, migrations: [])
        let error = #expect(throws: StoreError.inUse(path: data, pid: getpid())) { try Store(directory: data, migrations: []) }
        #expect(error?.message.contains("process \(getpid())") == true)
        try first.close()
        try Store(directory: data, migrations: []).close()
    }

    @Test("a lock file that a dead process left behind is no obstacle")
    func staleLock() throws {
        try Store(directory: data, migrations: []).close()
        try Data("4194304\n".utf8).write(to: URL(fileURLWithPath: data + "/lock"))
        try Store(directory: data, migrations: []).close()
    }

    @Test("a store that could not be opened gives the directory free")
    func failureReleases() throws {
        let failing = Migration(part: "test", name: "fails") { _ in throw CancellationError() }
        #expect(throws: StoreError.self) { try Store(directory: data, migrations: [failing]) }
        try Store(directory: data, migrations: []).close()
    }

    @Test("the durability that was asked for is what the writer has", arguments: Durability.allCases)
    func durability(_ durability: Durability) throws {
        let store = try Store(directory: data, migrations: [], durability: durability)
        let level = try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(level == (durability == .full ? 2 : 1))
        try store.close()
    }

    @Test("WAL, foreign keys and a late checkpoint are on")
    func pragmas() throws {
        let store = try Store(directory: data, migrations: [])
        let written = try store.pool.writeWithoutTransaction { db in
            try ["journal_mode", "foreign_keys", "wal_autocheckpoint"].map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(written == ["wal", "1", "16000"])
        #expect(try store.readSync { try Int.fetchOne($0, sql: "PRAGMA foreign_keys") } == 1)
        try store.close()
    }

    @Test("a file that is no database is called damaged, and left as it is")
    func notADatabase() throws {
        try Store(directory: data, migrations: []).close()
        let text = Data(String(repeating: "this is no database. ", count: 500).utf8)
        let file = URL(fileURLWithPath: data + "/peta.db")
        try text.write(to: file)
        #expect { try Store(directory: data, migrations: []) } throws: { error in
            guard case StoreError.damaged(file.path, _) = error else { return false }
            return true
        }
        #expect(try Data(contentsOf: file) == text)
    }

    @Test("a database with an overwritten page is called damaged")
    func overwrittenPage() throws {
        let store = try Store(directory: data, migrations: [])
        try store.writeSync { db in
            try db.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT UNIQUE)")
            for i in 0..<2000 { try db.execute(sql: "INSERT INTO t (x) VALUES (?)", arguments: ["row \(i) \(UUID())"]) }
        }
        try store.check()
        try store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: data + "/peta.db"))
        try file.seek(toOffset: 4096 * 8)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 4096 * 4))
        try file.close()
        #expect { try Store(directory: data, migrations: []) } throws: { error in
            guard case StoreError.damaged = error else { return false }
            return true
        }
    }

    @Test("what was written is there after closing and opening")
    func persists() async throws {
        let store = try Store(directory: data, migrations: [])
        try await store.write { try $0.execute(sql: "CREATE TABLE t (x); INSERT INTO t VALUES (7)") }
        try store.close()
        let again = try Store(directory: data, migrations: [])
        #expect(try await again.read { try Int.fetchOne($0, sql: "SELECT x FROM t") } == 7)
        try again.close()
    }

    @Test("after closing, the database file alone holds everything")
    func selfContained() async throws {
        let store = try Store(directory: data, migrations: [])
        try await store.write { try $0.execute(sql: "CREATE TABLE t (x); INSERT INTO t VALUES (7)") }
        #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT x FROM t") } == 7)  // a reader is open too
        try store.close()
        let copy = scratch.path + "/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: data + "/peta.db", toPath: copy + "/peta.db")
        let again = try Store(directory: copy, migrations: [])
        #expect(try await again.read { try Int.fetchOne($0, sql: "SELECT x FROM t") } == 7)
        try again.close()
    }

    @Test("closing twice is closing once, and reading afterwards is an error")
    func closingTwice() throws {
        let store = try Store(directory: data, migrations: [])
        try store.close()
        try store.close()
        #expect(throws: DatabaseError.self) { try store.readSync { try Int.fetchOne($0, sql: "SELECT 1") } }
        #expect(throws: DatabaseError.self) { try store.writeSync { try $0.execute(sql: "CREATE TABLE t (x)") } }
    }

    @Test("every error has a message, and the ones an operator can mend a hint")
    func messages() {
        let errors: [StoreError] = [
            .inUse(path: "/d", pid: 7), .inUse(path: "/d", pid: nil), .newerSchema(found: ["vault/x"]), .damaged(path: "/d", detail: "x"),
            .cannotOpen(path: "/d", reason: "x"), .unsafeDirectory(path: "/d"), .migrationFailed(step: "a/b", reason: "x"),
        ]
        for error in errors {
            #expect(!error.message.isEmpty && error.hint?.isEmpty == false, "\(error)")
        }
        #expect(StoreError.newerSchema(found: ["vault/x"]).hint?.contains("newer peta binary") == true)
    }
}
